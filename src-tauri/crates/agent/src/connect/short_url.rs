//! Short URLs of our own invitations (RFC 0434, "URL shortening"): a random token on the wallet's own endpoint instead
//! of the whole message. Whoever guesses finds nothing, and what cannot be used any more looks like what never was.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::{OsRng, RngCore as _};
use url::Url;
use vouchsafe_protocols::out_of_band::{Found, InvitationText, OutOfBand, Role, State};

use crate::Agent;
use crate::error::{AgentError, Result};
use crate::records::ReadRecords;

/// What stands before the token in the path.
pub(crate) const SHORT: &str = "i";
/// Random bytes of a token: more than anybody can try.
const TOKEN_BYTES: usize = 16;
/// Its length in base64url.
const TOKEN_CHARS: usize = 22;

impl Agent {
    /// A short link for an invitation of ours, on this wallet's own endpoint; `None` where it has none that speaks
    /// HTTP. The link is made when it is first asked for, stays the same, and works as long as the invitation does.
    ///
    /// # Errors
    /// [`AgentError::NotFound`] for an invitation that this wallet did not make.
    pub async fn short_url(&self, oob_id: &str) -> Result<Option<Url>> {
        let Some(base) = self.http_endpoint() else { return Ok(None) };
        let id = oob_id.to_owned();
        let kept = self.look(move |reader| Ok(reader.short_link_of(&id)?)).await?;
        let token = match kept {
            Some(token) => token,
            None => self.new_short_link(oob_id).await?,
        };
        Ok(Some(short_url_at(base, &token)))
    }

    async fn new_short_link(&self, oob_id: &str) -> Result<String> {
        let (id, now) = (oob_id.to_owned(), self.now());
        self.store()
            .write(move |tx| {
                let record = tx.oob_record(&id)?;
                if record.role != Role::Sender {
                    return Err(AgentError::not_found("invitation", id.as_str()));
                }
                // Two that ask at the same time get the same one.
                if let Some(token) = tx.short_link_of(&id)? {
                    return Ok(token);
                }
                let token = token();
                tx.put_short_link(&token, &id, now)?;
                Ok::<_, AgentError>(token)
            })
            .await
    }

    /// The preferred endpoint among those that a browser can open.
    fn http_endpoint(&self) -> Option<Url> {
        self.config()
            .endpoints
            .iter()
            .filter_map(|endpoint| Url::parse(endpoint).ok())
            .find(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
    }

    /// The invitation behind a short link, if it can be used now.
    pub(crate) async fn invitation_of_short_link(&self, token: &str) -> Result<Option<OutOfBand>> {
        let well_made = token.len() == TOKEN_CHARS
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !well_made {
            return Ok(None);
        }
        let token = token.to_owned();
        let found = self
            .look(move |reader| match reader.invitation_by_short_link(&token)? {
                Some(row) => Ok(Some(reader.oob_record(&row.oob_id)?)),
                None => Ok(None),
            })
            .await?;
        Ok(found.filter(|record| self.can_be_used(record)))
    }

    /// The invitation that a long link of ours carries, if this wallet made exactly that and it can be used now.
    pub(crate) async fn own_invitation(&self, link: &str) -> Result<Option<OutOfBand>> {
        let Found::OutOfBand(given) = InvitationText::classify(link) else { return Ok(None) };
        let id = given.id().to_owned();
        let found = self.look(move |reader| reader.oob_of_message(&id, "sender")).await?;
        Ok(found.filter(|record| {
            // The page speaks with our voice: not for one word that somebody else put in.
            record.invitation.message().as_value() == given.message().as_value() && self.can_be_used(record)
        }))
    }

    fn can_be_used(&self, record: &OutOfBand) -> bool {
        record.role == Role::Sender
            && matches!(record.state, State::AwaitResponse { .. })
            && record.expires_at.is_none_or(|end| end > self.now())
    }
}

fn token() -> String {
    let mut bytes = [0; TOKEN_BYTES];
    OsRng.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn short_url_at(mut base: Url, token: &str) -> Url {
    base.set_query(None);
    base.set_fragment(None);
    // An address of http always has a path to add to.
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().push(SHORT).push(token);
    }
    base
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{TOKEN_CHARS, short_url_at, token};

    #[test]
    fn a_token_is_as_long_as_it_is_expected_and_never_the_same() {
        let (one, other) = (token(), token());
        assert_eq!(one.len(), TOKEN_CHARS);
        assert_ne!(one, other);
    }

    #[test]
    fn a_short_link_keeps_the_path_of_its_endpoint() {
        for (endpoint, link) in [
            ("https://issuer.example", "https://issuer.example/i/t0"),
            ("https://issuer.example/didcomm", "https://issuer.example/didcomm/i/t0"),
            ("https://issuer.example/didcomm/?agent=1", "https://issuer.example/didcomm/i/t0"),
        ] {
            assert_eq!(short_url_at(Url::parse(endpoint).unwrap(), "t0").as_str(), link);
        }
    }
}
