//! The commands: every intent and every query that a window may send, one file a screen. Each finds its profile by the window's label, calls one service and hands back a view model.
//! The list in `names.rs` is what the app's manifest grants; a test keeps it and the bindings equal to what is registered here.

#![expect(
    clippy::missing_errors_doc,
    reason = "every command fails with a `Failure`, whose codes stand at the profile's method"
)]

pub mod activity;
pub mod add;
pub mod app;
pub mod backup;
pub mod connections;
pub mod credentials;
pub mod exchanges;
pub mod identities;
pub mod issue;
pub mod issued;
pub mod names;
pub mod networks;
pub mod offers;
pub mod peers;
pub mod rehearsal;
pub mod runs;
pub mod settings;
pub mod templates;
pub mod wallet;

use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::view::desktop::ShowPlace;
use crate::view::{Changed, Failure};

/// What every command answers with.
pub type Answer<T> = Result<T, Failure>;

/// The commands and the events, registered together with their types.
#[expect(clippy::too_many_lines, reason = "a list: one line a command")]
pub fn registry() -> Builder<Wry> {
    // What is read and what is written have one shape here: optional members are `null`, never left out.
    Builder::<Wry>::new()
        .disable_serde_phases()
        .commands(collect_commands![
            app::app_state,
            app::list_profiles,
            app::open_profile,
            app::choose_theme,
            app::choose_language,
            app::copy_text,
            app::choose_zoom,
            wallet::advise_passphrase,
            wallet::create_wallet,
            wallet::confirm_recovery_words,
            wallet::unlock_with_keyring,
            wallet::unlock_with_passphrase,
            wallet::unlock_with_recovery_words,
            wallet::lock,
            wallet::touched,
            wallet::save_lock_settings,
            wallet::set_passphrase,
            wallet::remove_passphrase,
            wallet::use_keyring,
            wallet::new_recovery_words,
            backup::backup,
            backup::suggest_backup_place,
            backup::choose_backup_place,
            backup::choose_backup,
            backup::back_up,
            backup::dismiss_backup_reminder,
            backup::dismiss_restored_note,
            backup::look_at_backup,
            backup::open_backup,
            backup::close_backup,
            backup::restore_backup,
            backup::migration_list,
            backup::save_migration_list,
            settings::settings,
            settings::save_address,
            settings::save_automatic_steps,
            settings::save_desktop_settings,
            settings::switch_api,
            add::handed_over_waiting,
            add::next_handed_over,
            add::forget_handed_over,
            add::look_at,
            add::look_at_image,
            add::look_at_image_file,
            add::look_at_clipboard,
            add::resolve_short_url,
            add::connect,
            add::keep_credential,
            connections::connections,
            connections::connection,
            connections::accept_connection,
            connections::rename_connection,
            connections::delete_connection,
            connections::invitations,
            connections::invitation,
            connections::create_invitation,
            connections::delete_invitation,
            exchanges::exchanges,
            exchanges::exchange,
            exchanges::accept_offer,
            exchanges::decline_offer,
            exchanges::issue_now,
            exchanges::store_now,
            exchanges::retry,
            exchanges::cancel_exchange,
            exchanges::delete_exchange,
            offers::offers,
            offers::open_offer,
            offers::accept_offers,
            offers::take_arrivals,
            activity::timeline,
            activity::timeline_entry,
            activity::raw_messages,
            activity::keep_messages,
            activity::support_report,
            activity::save_support_report,
            credentials::credentials,
            credentials::credential,
            credentials::check_again,
            credentials::set_favourite,
            credentials::export_credential,
            credentials::delete_credential,
            credentials::credential_list,
            credentials::credential_groups,
            credentials::credential_ids,
            credentials::change_credentials,
            credentials::export_credentials,
            credentials::tags,
            credentials::rename_tag,
            credentials::delete_tag,
            credentials::arrangement,
            credentials::arrange,
            issue::issue_types,
            issue::issuers,
            issue::preview_credential,
            issue::offer_credential,
            templates::templates,
            templates::template,
            templates::look_at_template,
            templates::save_template,
            templates::delete_template,
            templates::template_file,
            templates::export_template,
            templates::import_template,
            templates::kept_draft,
            templates::keep_draft,
            templates::save_invitation_page,
            runs::read_table_part,
            runs::table_columns,
            runs::dry_run,
            runs::dry_run_problems,
            runs::save_dry_run_problems,
            runs::start_run,
            runs::runs,
            runs::run_view,
            runs::run_rows,
            runs::pause_run,
            runs::resume_run,
            runs::cancel_run,
            runs::retry_run,
            runs::delete_run,
            runs::save_run_result,
            runs::desk,
            runs::leave_desk,
            issued::issued,
            issued::set_status,
            issued::publish_status,
            identities::identities,
            identities::identity,
            identities::plan_identity,
            identities::create_identity,
            identities::make_first_identity,
            identities::rename_identity,
            identities::use_identity,
            identities::plan_services,
            identities::save_services,
            identities::rotate_key,
            identities::deactivate_identity,
            identities::check_identity,
            identities::ledger_jobs,
            identities::retry_ledger_job,
            identities::dismiss_ledger_job,
            networks::networks,
            networks::save_network,
            networks::check_network,
            networks::switch_practice,
            peers::look_alikes,
            peers::block_connection,
            peers::blocked_connections,
            peers::hang_up_connection,
            peers::messages,
            peers::send_message,
            peers::read_messages,
            rehearsal::rehearsal,
            rehearsal::begin_rehearsal,
            rehearsal::rehearse,
            rehearsal::remove_rehearsal,
            rehearsal::check_installation,
            activity::activity,
        ])
        .events(collect_events![Changed, ShowPlace])
}
