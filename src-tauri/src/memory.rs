//! Keeps this program's memory to itself: it leaves no core dump, and no other program of the same person can attach to
//! it as a debugger or read its memory. Whoever is root reads it all the same, and the web view's own processes are not
//! covered: they hold what is on the screen.

/// Shuts the memory, from the start of the program on. A system that refuses loses only this.
#[cfg(target_os = "linux")]
pub fn shut() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps cannot be switched off");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "debuggers cannot be kept out");
    }
}

/// Nothing is known to do on this system.
#[cfg(not(target_os = "linux"))]
pub fn shut() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn the_memory_is_not_dumped_and_not_traced() {
        super::shut();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
