//! Messages: the plaintext of an envelope that opened, with its decorators and attachments. What parses is written and
//! read again to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vouchsafe_didcomm::attachment::Attachment;
use vouchsafe_didcomm::message::Message;

fuzz_target!(|bytes: &[u8]| {
    let Ok(message) = Message::parse(bytes) else { return };
    let _ = (message.thread_id(), message.parent_thread_id(), message.transport(), message.please_ack());
    let _ = (message.timing(), message.service(), message.l10n());
    for member in message.as_value().values() {
        for item in member.as_array().into_iter().flatten() {
            let Ok(attachment) = serde_json::from_value::<Attachment>(item.clone()) else { continue };
            let _ = attachment.content(1 << 20);
            let _ = attachment.verify_signature();
            let _ = attachment.link();
        }
    }
    let again = Message::parse(&message.to_bytes()).expect("what we wrote can be read");
    assert_eq!(again.as_value(), message.as_value());
});
