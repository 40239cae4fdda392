//! The link secret: the one number that stands, unseen, in all credentials of a holder, and shows that they are of one
//! holder (AnonCreds v1.0, "Link Secret"). Who has it can present them.

use anoncreds_clsignatures::{Prover, bn::BigNumber};
use zeroize::Zeroizing;

use crate::bounded::number;
use crate::object_error::ObjectError;

/// The most digits: 256 bits.
const MAX_DIGITS: usize = 78;

/// A holder's secret. It has no `Debug` and no JSON: it leaves by [`LinkSecret::to_decimal`] alone.
pub struct LinkSecret(pub(crate) BigNumber);

impl LinkSecret {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn random() -> Result<Self, ObjectError> {
        let secret = Prover::new_link_secret().map_err(|error| ObjectError::parts("a link secret", error))?;
        Ok(Self(secret.into()))
    }

    /// Reads one that was kept.
    ///
    /// # Errors
    /// [`ObjectError::Number`].
    pub fn from_decimal(text: &str) -> Result<Self, ObjectError> {
        number(text, MAX_DIGITS, "the link secret").map(Self)
    }

    /// In decimal, to be kept in the vault.
    ///
    /// # Errors
    /// When memory is short.
    pub fn to_decimal(&self) -> Result<Zeroizing<String>, ObjectError> {
        self.0.to_dec().map(Zeroizing::new).map_err(|error| ObjectError::parts("the link secret", error))
    }
}

#[cfg(test)]
mod tests {
    use super::LinkSecret;

    #[test]
    fn a_link_secret_is_kept_as_text() {
        let secret = LinkSecret::random().unwrap();
        let text = secret.to_decimal().unwrap();
        assert_eq!(*LinkSecret::from_decimal(&text).unwrap().to_decimal().unwrap(), *text);
        assert!(LinkSecret::from_decimal("x").is_err());
        assert!(LinkSecret::from_decimal(&"1".repeat(79)).is_err());
    }
}
