//! The ledger's payloads (cheqd-node `proto/cheqd/{did,resource}/v2/tx.proto`): what is signed, decoded from and encoded
//! to protobuf by this crate's own reader. A payload is taken only in its canonical encoding, because the signature is
//! over bytes and what is stored must be what was signed.

use crate::protobuf::{DecodeError, Reader, Writer};

/// A verification method; `material` is multibase, base58 or the JWK's JSON text, by `kind`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerificationMethod {
    pub id: String,
    pub kind: String,
    pub controller: String,
    pub material: String,
}

/// A service of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    pub id: String,
    pub kind: String,
    pub endpoints: Vec<String>,
    pub recipient_keys: Vec<String>,
    pub routing_keys: Vec<String>,
    pub accept: Vec<String>,
    pub priority: u32,
}

/// `MsgCreateDidDocPayload`; `MsgUpdateDidDocPayload` has the same fields and numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DidDocPayload {
    pub context: Vec<String>,
    pub id: String,
    pub controller: Vec<String>,
    pub verification_method: Vec<VerificationMethod>,
    pub authentication: Vec<String>,
    pub assertion_method: Vec<String>,
    pub capability_invocation: Vec<String>,
    pub capability_delegation: Vec<String>,
    pub key_agreement: Vec<String>,
    pub service: Vec<Service>,
    pub also_known_as: Vec<String>,
    pub version_id: String,
}

/// `MsgDeactivateDidDocPayload`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeactivatePayload {
    pub id: String,
    pub version_id: String,
}

/// Another name of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlternativeUri {
    pub uri: String,
    pub description: String,
}

/// `MsgCreateResourcePayload`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourcePayload {
    pub data: Vec<u8>,
    pub collection_id: String,
    pub id: String,
    pub name: String,
    pub version: String,
    pub resource_type: String,
    pub also_known_as: Vec<AlternativeUri>,
}

/// A payload's two directions.
pub trait Payload: Sized {
    /// The canonical encoding.
    fn encode(&self) -> Vec<u8>;

    /// Reads fields without asking for the canonical encoding.
    fn read(bytes: &[u8]) -> Result<Self, DecodeError>;

    /// Reads a payload in its canonical encoding.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let payload = Self::read(bytes)?;
        if payload.encode() == bytes { Ok(payload) } else { Err(DecodeError::NotCanonical) }
    }
}

impl Payload for VerificationMethod {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(1, self.id.as_bytes()).bytes(2, self.kind.as_bytes());
        writer.bytes(3, self.controller.as_bytes()).bytes(4, self.material.as_bytes()).finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (mut method, mut reader) = (Self::default(), Reader::new(bytes));
        while let Some((number, field)) = reader.next_field()? {
            match number {
                1 => method.id = field.text(number)?,
                2 => method.kind = field.text(number)?,
                3 => method.controller = field.text(number)?,
                4 => method.material = field.text(number)?,
                _ => return Err(DecodeError::UnknownField(number)),
            }
        }
        Ok(method)
    }
}

impl Payload for Service {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(1, self.id.as_bytes()).bytes(2, self.kind.as_bytes()).texts(3, &self.endpoints);
        writer.texts(4, &self.recipient_keys).texts(5, &self.routing_keys).texts(6, &self.accept);
        writer.uint32(7, self.priority).finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (mut service, mut reader) = (Self::default(), Reader::new(bytes));
        while let Some((number, field)) = reader.next_field()? {
            match number {
                1 => service.id = field.text(number)?,
                2 => service.kind = field.text(number)?,
                3 => service.endpoints.push(field.text(number)?),
                4 => service.recipient_keys.push(field.text(number)?),
                5 => service.routing_keys.push(field.text(number)?),
                6 => service.accept.push(field.text(number)?),
                7 => service.priority = field.uint32(number)?,
                _ => return Err(DecodeError::UnknownField(number)),
            }
        }
        Ok(service)
    }
}

impl Payload for DidDocPayload {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.texts(1, &self.context).bytes(2, self.id.as_bytes()).texts(3, &self.controller);
        for method in &self.verification_method {
            writer.element(4, &method.encode());
        }
        writer.texts(5, &self.authentication).texts(6, &self.assertion_method);
        writer.texts(7, &self.capability_invocation).texts(8, &self.capability_delegation);
        writer.texts(9, &self.key_agreement);
        for service in &self.service {
            writer.element(10, &service.encode());
        }
        writer.texts(11, &self.also_known_as).bytes(12, self.version_id.as_bytes()).finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (mut payload, mut reader) = (Self::default(), Reader::new(bytes));
        while let Some((number, field)) = reader.next_field()? {
            match number {
                1 => payload.context.push(field.text(number)?),
                2 => payload.id = field.text(number)?,
                3 => payload.controller.push(field.text(number)?),
                4 => payload.verification_method.push(VerificationMethod::read(field.bytes(number)?)?),
                5 => payload.authentication.push(field.text(number)?),
                6 => payload.assertion_method.push(field.text(number)?),
                7 => payload.capability_invocation.push(field.text(number)?),
                8 => payload.capability_delegation.push(field.text(number)?),
                9 => payload.key_agreement.push(field.text(number)?),
                10 => payload.service.push(Service::read(field.bytes(number)?)?),
                11 => payload.also_known_as.push(field.text(number)?),
                12 => payload.version_id = field.text(number)?,
                _ => return Err(DecodeError::UnknownField(number)),
            }
        }
        Ok(payload)
    }
}

impl Payload for DeactivatePayload {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(1, self.id.as_bytes()).bytes(2, self.version_id.as_bytes()).finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (mut payload, mut reader) = (Self::default(), Reader::new(bytes));
        while let Some((number, field)) = reader.next_field()? {
            match number {
                1 => payload.id = field.text(number)?,
                2 => payload.version_id = field.text(number)?,
                _ => return Err(DecodeError::UnknownField(number)),
            }
        }
        Ok(payload)
    }
}

impl Payload for AlternativeUri {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(1, self.uri.as_bytes()).bytes(2, self.description.as_bytes()).finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (mut uri, mut reader) = (Self::default(), Reader::new(bytes));
        while let Some((number, field)) = reader.next_field()? {
            match number {
                1 => uri.uri = field.text(number)?,
                2 => uri.description = field.text(number)?,
                _ => return Err(DecodeError::UnknownField(number)),
            }
        }
        Ok(uri)
    }
}

impl Payload for ResourcePayload {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(1, &self.data).bytes(2, self.collection_id.as_bytes()).bytes(3, self.id.as_bytes());
        writer.bytes(4, self.name.as_bytes()).bytes(5, self.version.as_bytes());
        writer.bytes(6, self.resource_type.as_bytes());
        for uri in &self.also_known_as {
            writer.element(7, &uri.encode());
        }
        writer.finish()
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (mut payload, mut reader) = (Self::default(), Reader::new(bytes));
        while let Some((number, field)) = reader.next_field()? {
            match number {
                1 => payload.data = field.bytes(number)?.to_vec(),
                2 => payload.collection_id = field.text(number)?,
                3 => payload.id = field.text(number)?,
                4 => payload.name = field.text(number)?,
                5 => payload.version = field.text(number)?,
                6 => payload.resource_type = field.text(number)?,
                7 => payload.also_known_as.push(AlternativeUri::read(field.bytes(number)?)?),
                _ => return Err(DecodeError::UnknownField(number)),
            }
        }
        Ok(payload)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_canonical_is_refused() {
        let payload = DeactivatePayload { id: "a".into(), version_id: "b".into() };
        let bytes = payload.encode();
        assert_eq!(DeactivatePayload::decode(&bytes), Ok(payload));
        let swapped = [b"\x12\x01b".as_slice(), b"\x0a\x01a"].concat();
        assert_eq!(DeactivatePayload::decode(&swapped), Err(DecodeError::NotCanonical));
        let long = [b"\x0a\x81\x00a".as_slice(), b"\x12\x01b"].concat();
        assert_eq!(DeactivatePayload::decode(&long), Err(DecodeError::NotCanonical));
        let unknown = [bytes.as_slice(), b"\x1a\x01c"].concat();
        assert_eq!(DeactivatePayload::decode(&unknown), Err(DecodeError::UnknownField(3)));
        assert_eq!(DeactivatePayload::decode(b"\x0a\x05a"), Err(DecodeError::Truncated));
        assert_eq!(DeactivatePayload::decode(&[0xff; 12]), Err(DecodeError::Overlong));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_decoder_panic_and_what_it_takes_it_gives_back(bytes: Vec<u8>) {
            if let Ok(payload) = DidDocPayload::decode(&bytes) {
                prop_assert_eq!(payload.encode(), bytes.clone());
            }
            if let Ok(payload) = ResourcePayload::decode(&bytes) {
                prop_assert_eq!(payload.encode(), bytes);
            }
        }

        #[test]
        fn a_document_comes_back_as_it_went(id in ".{0,20}", list in prop::collection::vec(".{0,10}", 0..4), priority: u32) {
            let payload = DidDocPayload {
                context: list.clone(), id: id.clone(), controller: list.clone(), authentication: list.clone(),
                verification_method: vec![VerificationMethod { id: id.clone(), ..Default::default() }],
                service: vec![Service { id, endpoints: list.clone(), priority, ..Default::default() }],
                also_known_as: list, version_id: "v".into(), ..Default::default()
            };
            prop_assert_eq!(DidDocPayload::decode(&payload.encode()), Ok(payload));
        }
    }
}
