//! Invitations: whatever a person pastes, drops or scans, before there is any contact.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vouchsafe_didcomm::message::Message;
use vouchsafe_protocols::out_of_band::{Invitation, InvitationText};

fuzz_target!(|bytes: &[u8]| {
    let _ = InvitationText::classify_body(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = InvitationText::classify(text);
    }
    let Ok(invitation) = Message::parse(bytes).map_err(drop).and_then(|it| Invitation::read(it).map_err(drop)) else {
        return;
    };
    let _ = (invitation.choose_handshake(), invitation.services(), invitation.attached_messages());
    let _ = (invitation.expires_at(), invitation.label(), invitation.image_url());
    let url = InvitationText::oob_url("https://example.org", &invitation);
    let _ = InvitationText::classify(&url);
});
