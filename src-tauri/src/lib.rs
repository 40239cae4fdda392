//! The desktop app: windows, commands and view models over the agent. Thin by design: what a wallet does is decided in the crates below.
