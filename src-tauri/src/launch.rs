//! Starting: arguments, one process a computer, one window a profile. A second start hands its arguments over to the first and ends.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};
use tracing_subscriber::EnvFilter;

use crate::clipboard::Copied;
use crate::commands::registry;
use crate::memory;
use crate::notify::Notices;
use crate::profiles::{Profiles, profile_of};
use crate::rehearsal::{Rehearsal, check_installation};
use crate::session;
use crate::tray::Tray;

/// Where all profiles are, instead of the platform's folder for programs' data.
const HOME_VARIABLE: &str = "VOUCHSAFE_HOME";
const LOG_VARIABLE: &str = "VOUCHSAFE_LOG";
/// The profile that opens when none is named.
const FIRST_PROFILE: &str = "personal";

/// What the program may be started with.
#[derive(Debug, Parser)]
#[command(name = "vouchsafe", version, about = "A wallet to issue and to hold verifiable credentials")]
struct Arguments {
    /// The profile to open: a wallet of its own in a window of its own [default: the one used last, or "personal"]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Check this installation without a window: print what works, with times, and end
    #[arg(long)]
    self_test: bool,
    /// An invitation to look at: a link, JSON or base64. Nobody is contacted before you agree
    #[arg(value_name = "INVITATION")]
    invitation: Option<String>,
}

/// Run the program until its last window is closed, or the person ends it from the tray.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(help) => {
            let _ = help.print();
            return ExitCode::from(u8::try_from(help.exit_code()).unwrap_or(2));
        }
    };
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // A developer's debugger has to get in.
    if !cfg!(debug_assertions) {
        memory::shut();
    }
    let home = std::env::var_os(HOME_VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if arguments.self_test {
        return self_test(home.unwrap_or_else(std::env::temp_dir));
    }
    let registry = registry();
    let mut context = tauri::generate_context!();
    if let Some(home) = &home {
        // Another home is another program as far as "one process a computer" goes.
        context.config_mut().identifier =
            format!("id.vouchsafe.wallet.h{:016x}", fingerprint(home.as_os_str().as_encoded_bytes()));
    }
    let app = tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .callback(|app, arguments, _| hand_over(app, arguments))
                .build(),
        )
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(registry.invoke_handler())
        .on_window_event(|window, event| {
            let Some(profiles) = window.try_state::<Profiles>() else { return };
            let Some(name) = profile_of(window.label()) else { return };
            match event {
                WindowEvent::CloseRequested { api, .. } => {
                    profiles.remember_window(window, name);
                    if profiles.stays(name) && window.hide().is_ok() {
                        api.prevent_close();
                        profiles.hidden(name);
                    }
                }
                WindowEvent::Moved(_) | WindowEvent::Resized(_) => profiles.window_moved(window, name),
                WindowEvent::Focused(true) => profiles.bring_to_front(name),
                WindowEvent::Destroyed => profiles.close(name),
                _ => {}
            }
        })
        .setup(move |app| {
            registry.mount_events(app);
            let home = match home {
                Some(home) => home,
                None => app.path().app_data_dir()?,
            };
            app.manage(Copied::default());
            app.manage(Rehearsal::new(&home));
            app.manage(Profiles::new(app.handle().clone(), home));
            app.manage(Notices::start(app.handle()));
            app.manage(Tray::start(app.handle()));
            session::watch(app.handle());
            open(app.handle(), &arguments)?;
            Ok(())
        })
        .build(context);
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event
                    && let Some(profiles) = app.try_state::<Profiles>()
                {
                    tauri::async_runtime::block_on(profiles.stop());
                    if let Some(rehearsal) = app.try_state::<Rehearsal>() {
                        tauri::async_runtime::block_on(rehearsal.stop());
                    }
                    if let Some(copied) = app.try_state::<Copied>() {
                        copied.end();
                    }
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            if is_ghost(&error) {
                start_anew();
            }
            ExitCode::FAILURE
        }
    }
}

/// Goes through everything once in a folder under `place`, which is removed afterwards.
fn self_test(place: PathBuf) -> ExitCode {
    let folder = place.join(format!("vouchsafe-self-test-{}", std::process::id()));
    let check = tauri::async_runtime::block_on(check_installation(&folder));
    let _ = std::io::Write::write_all(&mut std::io::stdout(), check.report.as_bytes());
    if check.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How often a start is tried again, and how long it rests before.
const STARTS: u32 = 5;
const REST: Duration = Duration::from_millis(300);
/// Counts the starts from one process image to the next.
const STARTED: &str = "VOUCHSAFE_STARTED";

/// Whether the running app that this start was to be handed to was not there any more: right after a crash the desktop's
/// bus still names it for a moment.
fn is_ghost(error: &tauri::Error) -> bool {
    matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance")
}

/// Starts this program once more in place of this process, after a rest; returns only if that is over or fails. The
/// window system cannot be set up a second time in one process.
#[cfg(unix)]
fn start_anew() {
    use std::os::unix::process::CommandExt;
    let started = std::env::var(STARTED).ok().and_then(|count| count.parse().ok()).unwrap_or(0_u32);
    if started >= STARTS {
        return;
    }
    std::thread::sleep(REST);
    if let Ok(program) = std::env::current_exe() {
        let mut again = std::process::Command::new(program);
        again.args(std::env::args_os().skip(1)).env(STARTED, started.saturating_add(1).to_string());
        let error = again.exec();
        tracing::error!(%error, "the program could not be started anew");
    }
}

#[cfg(not(unix))]
fn start_anew() {}

/// A second start: its arguments belong to this process now.
fn hand_over(app: &AppHandle, arguments: Vec<String>) {
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => {
            if let Err(error) = open(app, &arguments) {
                tracing::warn!(%error, "a second start could not be taken over");
            }
        }
        Err(error) => tracing::warn!(%error, "a second start had arguments that are not known"),
    }
}

fn open(app: &AppHandle, arguments: &Arguments) -> Result<(), String> {
    let profiles = app.try_state::<Profiles>().ok_or("the program is not ready yet")?;
    // A link that was clicked somewhere names no profile: it is for the window that was used last.
    let used_last = || profiles.in_front().unwrap_or_else(|| FIRST_PROFILE.to_owned());
    let profile =
        profiles.open(&arguments.profile.clone().unwrap_or_else(used_last)).map_err(|failure| failure.what)?;
    if let Some(invitation) = &arguments.invitation {
        profile.hand_over(invitation.clone());
    }
    Ok(())
}

/// FNV-1a, to tell homes apart in a name.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Arguments;

    #[test]
    fn a_start_without_arguments_names_no_profile() {
        let arguments = Arguments::try_parse_from(["vouchsafe"]).unwrap();
        assert_eq!((arguments.profile, arguments.invitation), (None, None));
    }

    #[test]
    fn a_profile_and_an_invitation_are_taken() {
        let arguments =
            Arguments::try_parse_from(["vouchsafe", "--profile", "desk", "didcomm://invite?oob=e30"]).unwrap();
        assert_eq!(
            (arguments.profile.as_deref(), arguments.invitation.as_deref()),
            (Some("desk"), Some("didcomm://invite?oob=e30"))
        );
    }
}
