//! `cargo xtask bench`: the hot paths with criterion, then the whole flow between two headless wallets and between
//! two ACA-Py agents in one run, with the ratio; `bench wallet`: a wallet of 100,000 credentials in the real window.

use crate::shell::{cargo, run};
use crate::test::on_virtual_screen;
use crate::{app, peers, system, ui};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: Option<What>,
    /// Only the whole flow beside ACA-Py
    #[arg(long)]
    beside_acapy: bool,
    /// Only a run of so many credentials to a second wallet, killed and started again in the middle
    #[arg(long, value_name = "ROWS", num_args = 0..=1, default_missing_value = "10000")]
    bulk: Option<u32>,
    /// How many whole flows the comparison does one after the other
    #[arg(long, default_value_t = 30)]
    flows: u32,
    /// How many offers two of our own wallets then exchange in one burst
    #[arg(long, default_value_t = 10_000)]
    burst: u32,
}

#[derive(clap::Subcommand)]
enum What {
    /// Only a full wallet in the real window: its start, its search, its memory
    Wallet {
        /// How many credentials it has
        #[arg(default_value_t = 100_000)]
        credentials: u32,
    },
}

/// Runs the benches in the release profile.
///
/// # Errors
/// When something cannot be installed, or a bench fails.
pub fn bench(options: &Options) -> Result<()> {
    if let Some(What::Wallet { credentials }) = options.what {
        return wallet(credentials);
    }
    if let Some(rows) = options.bulk {
        system::install(&[system::ENGINE])?;
        let test =
            ["test", "--release", "--package", "vouchsafe-agent", "--test", "runs", "--", "--ignored", "--nocapture"];
        return run(cargo().args(test).env("VOUCHSAFE_RUN_ROWS", rows.to_string()));
    }
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

fn wallet(credentials: u32) -> Result<()> {
    system::install(&[system::ENGINE, system::APP, system::WINDOW_TESTS])?;
    system::install_tauri_driver()?;
    ui::install()?;
    run(&mut ui::script("build"))?;
    run(app::cargo_app("build").args(["--release", "--bins", "--example", "smallest-window"]))?;
    let mut bench = cargo();
    bench.args(["run", "--release", "--bin", "wallet-bench", "--", &credentials.to_string()]);
    run(&mut on_virtual_screen(&bench))
}
