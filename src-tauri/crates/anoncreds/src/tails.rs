//! Tails files: the points with which a holder follows a registry's accumulator (AnonCreds v1.0, "Tails File"). Two
//! bytes that say the version, then 2·size+1 points of 128 bytes; known by the SHA-256 of the whole in base 58.

use std::cell::RefCell;
use std::io::{Read, Seek, SeekFrom, Write};

use anoncreds_clsignatures as cl;
use sha2::{Digest, Sha256};

use crate::bounded::guarded;
use crate::issuance_error::IssuanceError;
use crate::revocation_registry::{MAX_REGISTRY_SIZE, RevocationRegistryDefinition};

const VERSION: [u8; 2] = [0, 2];
const POINT: usize = cl::Tail::BYTES_REPR_SIZE;

/// The length in bytes of the tails file of a registry of this size.
pub fn tails_length(size: u32) -> u64 {
    VERSION.len() as u64 + (2 * u64::from(size.min(MAX_REGISTRY_SIZE)) + 1) * POINT as u64
}

/// Writes a tails file and returns its hash.
pub(crate) fn write_tails(
    points: &mut cl::RevocationTailsGenerator,
    file: &mut impl Write,
) -> Result<String, IssuanceError> {
    let mut hash = Sha256::new_with_prefix(VERSION);
    file.write_all(&VERSION).map_err(broken)?;
    while let Some(bytes) =
        guarded(|| points.try_next()?.map(|point| point.to_bytes()).transpose()).map_err(IssuanceError::Computation)?
    {
        hash.update(&bytes);
        file.write_all(&bytes).map_err(broken)?;
    }
    file.flush().map_err(broken)?;
    Ok(bs58::encode(hash.finalize()).into_string())
}

/// Whether a file is the tails file of a registry: its length and its hash. It is read once, a piece at a time.
///
/// # Errors
/// [`IssuanceError::Tails`].
pub fn check_tails(registry: &RevocationRegistryDefinition, file: &mut impl Read) -> Result<(), IssuanceError> {
    let length = tails_length(registry.size());
    let mut hash = Sha256::new();
    let mut read = 0_u64;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let count = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(broken(error)),
        };
        read += count as u64;
        if read > length {
            break;
        }
        hash.update(piece.get(..count).unwrap_or_default());
    }
    if read != length {
        let problem = format!("it should have {length} bytes for a registry of {}", registry.size());
        return Err(IssuanceError::Tails(problem));
    }
    if bs58::encode(hash.finalize()).into_string() != registry.tails_hash() {
        return Err(IssuanceError::Tails(
            "its hash is not the one in the registry: it was changed or damaged".to_owned(),
        ));
    }
    Ok(())
}

/// A tails file, of which single points are read. It should have been checked with [`check_tails`] when it was fetched;
/// a buffered reader makes it quick.
pub struct TailsFile<R> {
    file: RefCell<R>,
}

impl<R: Read + Seek> TailsFile<R> {
    /// Over an open file.
    pub fn new(file: R) -> Self {
        Self { file: RefCell::new(file) }
    }

    fn point(&self, index: u32) -> std::io::Result<[u8; POINT]> {
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(VERSION.len() as u64 + u64::from(index) * POINT as u64))?;
        let mut bytes = [0; POINT];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl<R: Read + Seek> cl::RevocationTailsAccessor for TailsFile<R> {
    fn access_tail(&self, index: u32, accessor: &mut dyn FnMut(&cl::Tail)) -> Result<(), cl::Error> {
        let bytes = self
            .point(index)
            .map_err(|error| cl::Error::new(cl::ErrorKind::InvalidState, format!("point {index}: {error}")))?;
        accessor(&cl::Tail::from_bytes(&bytes)?);
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: std::io::Error) -> IssuanceError {
    IssuanceError::Tails(error.to_string())
}
