//! The desktop program `vouchsafe`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    vouchsafe_app::launch::run()
}
