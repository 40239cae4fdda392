//! The desktop app: windows, commands and view models over the agent. Thin by design: what a wallet does is decided in the crates below.

#[cfg(test)]
mod bindings;
pub mod clipboard;
pub mod commands;
pub mod desktop;
pub mod export;
pub mod launch;
pub mod memory;
pub mod notify;
pub mod passphrase;
pub mod phrases;
pub mod practice;
pub mod preferences;
pub mod profile;
pub mod profiles;
pub mod qr;
pub mod rehearsal;
pub mod session;
mod table;
pub mod templates;
pub mod tray;
pub mod view;
pub mod window;
