//! The headless wallet: see [`vouchsafe_admin_api::command`].

use std::process::ExitCode;

fn main() -> ExitCode {
    vouchsafe_admin_api::command::main()
}
