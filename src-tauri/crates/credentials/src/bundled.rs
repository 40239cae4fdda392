//! The JSON-LD contexts that every installation carries, each pinned by its SHA-256.
//!
//! A context decides what a signature covers, so it is part of the program and never fetched. The documents are
//! those that their publishers (W3C, W3C CCG, Digital Bazaar) released; `citizenship/v1` exists in two versions
//! under one URL, and this is the one that ACA-Py has.

/// One bundled context document.
#[derive(Debug, Clone, Copy)]
pub struct BundledContext {
    /// The URL that credentials name it by.
    pub url: &'static str,
    /// SHA-256 of the document's bytes, in lower-case hexadecimal.
    pub sha256: &'static str,
    /// The document.
    pub document: &'static str,
}

/// All bundled contexts.
pub fn bundled_contexts() -> &'static [BundledContext] {
    &BUNDLED
}

pub(crate) fn find(url: &str) -> Option<&'static BundledContext> {
    BUNDLED.iter().find(|context| context.url == url)
}

static BUNDLED: [BundledContext; 15] = [
    BundledContext {
        url: "https://www.w3.org/2018/credentials/v1",
        sha256: "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
        document: include_str!("../contexts/credentials-v1.json"),
    },
    BundledContext {
        url: "https://www.w3.org/ns/credentials/v2",
        sha256: "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f",
        document: include_str!("../contexts/credentials-v2.json"),
    },
    BundledContext {
        url: "https://w3id.org/citizenship/v1",
        sha256: "67dcec3d36f35bf40a07bdaf39c4d06733aa65357c7c85972af39b14893be4a3",
        document: include_str!("../contexts/citizenship-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/v1",
        sha256: "abaf97e107d1925503c433dcaf3ffd2831697cacc1ed2a293e1bc8030d5bcb47",
        document: include_str!("../contexts/security-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/v2",
        sha256: "611bd81151d5efe53ec9aed78f5a813e577287bc9451ee26d6879b1b8b46bc3b",
        document: include_str!("../contexts/security-v2.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/suites/ed25519-2018/v1",
        sha256: "166c6abb9e08176cee5f6c87c9c1bbfefa5717da391bcac525e5437f93eab809",
        document: include_str!("../contexts/ed25519-2018-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/suites/ed25519-2020/v1",
        sha256: "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
        document: include_str!("../contexts/ed25519-2020-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/suites/jws-2020/v1",
        sha256: "d648e05ddc6577827ca2bfd5e931f53e9ebc6e52a57a8da81df4ec8c46ffcd1e",
        document: include_str!("../contexts/jws-2020-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/data-integrity/v1",
        sha256: "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
        document: include_str!("../contexts/data-integrity-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/data-integrity/v2",
        sha256: "0f77743daf5b4e8fc067fc5ba5b21044283053aa717fc6b0219843bed3b00363",
        document: include_str!("../contexts/data-integrity-v2.json"),
    },
    BundledContext {
        url: "https://w3id.org/security/multikey/v1",
        sha256: "c5f3806f8286920573221938917988a18a4cc5a09e968d29649613c7a1c2b1f6",
        document: include_str!("../contexts/multikey-v1.json"),
    },
    BundledContext {
        url: "https://www.w3.org/ns/did/v1",
        sha256: "adefa50311393eb1bd788a38ac9fe2696c65367928f6996812cd54577394f4da",
        document: include_str!("../contexts/did-v1.json"),
    },
    BundledContext {
        url: "https://w3id.org/vc/status-list/2021/v1",
        sha256: "6dd06a52bedb771e059c1083ba8ba7848dce22f6b4a8cfa0b98ba3fc188870e4",
        document: include_str!("../contexts/status-list-2021-v1.json"),
    },
    BundledContext {
        url: "https://www.w3.org/ns/credentials/status/v1",
        sha256: "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
        document: include_str!("../contexts/status-v1.json"),
    },
    BundledContext {
        url: "https://www.w3.org/ns/credentials/examples/v2",
        sha256: "e6600df812cdc1872f20b42ab0c1cecac39755b7ed381e7f6a88dac7baab54d6",
        document: include_str!("../contexts/credentials-examples-v2.json"),
    },
];

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn every_bundled_context_is_the_pinned_document() {
        for context in bundled_contexts() {
            let digest = Sha256::digest(context.document.as_bytes());
            let hex = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            assert_eq!(hex, context.sha256, "{}", context.url);
        }
    }

    #[test]
    fn every_bundled_context_can_be_processed() {
        for context in bundled_contexts() {
            let local = serde_json::Value::String(context.url.to_owned());
            if let Err(error) = crate::context::ActiveContext::of(&local) {
                panic!("{}: {error}", context.url);
            }
        }
    }
}
