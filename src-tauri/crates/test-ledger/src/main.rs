//! A local did:cheqd ledger: see [`vouchsafe_test_ledger::command`].

use std::process::ExitCode;

fn main() -> ExitCode {
    vouchsafe_test_ledger::command::main()
}
