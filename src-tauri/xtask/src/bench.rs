//! `cargo xtask bench`: the hot paths with criterion, then the whole flow between two headless wallets and between
//! two ACA-Py agents in one run, with the ratio.

use crate::shell::{cargo, run};
use crate::{peers, system};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {
    /// Only the whole flow beside ACA-Py
    #[arg(long)]
    beside_acapy: bool,
    /// How many whole flows the comparison does one after the other
    #[arg(long, default_value_t = 30)]
    flows: u32,
    /// How many offers two of our own wallets then exchange in one burst
    #[arg(long, default_value_t = 10_000)]
    burst: u32,
}

/// Runs the benches in the release profile.
///
/// # Errors
/// When something cannot be installed, or a bench fails.
pub fn bench(options: &Options) -> Result<()> {
    system::install(&[system::ENGINE, system::PEERS])?;
    if !options.beside_acapy {
        run(cargo().args(["bench", "--benches"]))?;
    }
    for peer in peers::PEERS {
        peers::install(peer)?;
    }
    run(cargo().args(["build", "--release", "--bin", "vouchsafe-agent"]))?;
    let numbers = [options.flows.to_string(), options.burst.to_string()];
    run(cargo().args(["run", "--release", "--bin", "beside-acapy", "--"]).args(numbers))
}
