//! What a person or a controller can ask for around credentials (RFC 0453). Every member is one of the admin API's
//! parameters and means what it means there.

use vouchsafe_protocols::issue_credential::CredentialPreview;
use vouchsafe_protocols::issue_credential::ld_proof::LdProofDetail;

/// The start of an exchange: a proposal, an offer or a request.
#[derive(Debug, Clone, PartialEq)]
pub struct StartExchange {
    /// Over which connection; `None` for an offer that will be attached to an invitation.
    pub connection_id: Option<String>,
    /// What is proposed, offered or requested.
    pub detail: LdProofDetail,
    /// A preview that goes along.
    pub preview: Option<CredentialPreview>,
    /// A sentence to the other side.
    pub comment: Option<String>,
    /// Issuer: answer the request with the credential by itself; `None`: as the wallet's policy says.
    pub auto_issue: Option<bool>,
    /// Issuer's answer to a proposal by itself; `None`: as the wallet's policy says.
    pub auto_offer: Option<bool>,
    /// Delete the record when the exchange is done; `None`: as the wallet's policy says.
    pub auto_remove: Option<bool>,
    /// Holder: the subject's DID; `None`: a new did:key, unless the credential names one.
    pub holder_did: Option<String>,
    /// Issuer: give the credential a status, so that it can be suspended and revoked later. Its issuer must be a
    /// did:cheqd of this wallet.
    pub revocable: bool,
}

/// The answer to an offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestCredential {
    /// The subject's DID; `None`: a new did:key, unless the offer names one.
    pub holder_did: Option<String>,
    /// A sentence to the issuer.
    pub comment: Option<String>,
    /// Delete the record when the exchange is done.
    pub auto_remove: Option<bool>,
}
