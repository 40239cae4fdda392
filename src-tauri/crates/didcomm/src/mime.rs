//! The MIME types of an encrypted envelope (Aries RFC 0044): two are in use, the newer one is sent, both are read.

/// What envelopes are sent as. Exactly this, without parameters: some agents answer 415 to a charset.
pub const ENVELOPE: &str = "application/didcomm-envelope-enc";

/// What older agents send envelopes as.
pub const ENVELOPE_LEGACY: &str = "application/ssi-agent-wire";

/// Whether a request with this `Content-Type` may carry an envelope. Parameters and case are ignored;
/// `application/json` is taken as well, since some agents and proxies label envelopes so.
pub fn is_envelope(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    [ENVELOPE, ENVELOPE_LEGACY, "application/json"].iter().any(|known| essence.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_types_are_read_with_parameters_and_in_any_case() {
        assert!(is_envelope("application/didcomm-envelope-enc"));
        assert!(is_envelope("Application/SSI-Agent-Wire; charset=utf-8"));
        assert!(!is_envelope("text/plain"));
        assert!(!is_envelope(""));
    }
}
