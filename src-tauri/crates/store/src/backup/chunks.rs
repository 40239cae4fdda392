//! The content in chunks, each of which proves itself and its place: XChaCha20-Poly1305 in the STREAM construction.
//! Neither end holds more than a chunk or two, however large the wallet is. A chunk that was changed, moved, repeated or
//! left out does not open; a file that ends before the chunk that is marked as the last is cut short.

use std::io::{self, Read, Write};

use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, Zeroizing};

use super::BackupError;

/// Bytes of content in a chunk.
pub(super) const CHUNK: usize = 64 * 1024;
/// Bytes of the tag behind each.
const TAG: usize = 16;
/// What the nonces of a file begin with.
pub(super) type Prefix = [u8; 19];

/// How long so much content is in its chunks.
pub(super) fn sealed_length(content: u64) -> u64 {
    let chunks = content.div_ceil(CHUNK as u64).max(1);
    content.saturating_add(chunks.saturating_mul(TAG as u64))
}

/// What both ends share.
struct Stream {
    cipher: XChaCha20Poly1305,
    prefix: Prefix,
    bound: [u8; 32],
    number: u32,
}

impl Stream {
    fn new(key: &[u8; 32], prefix: Prefix, bound: [u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()), prefix, bound, number: 0 }
    }

    /// The nonce of the next chunk; none after the last number.
    fn nonce(&mut self, last: bool) -> Option<XNonce> {
        let bytes = self.prefix.iter().copied().chain(self.number.to_be_bytes()).chain([u8::from(last)]);
        self.number = self.number.checked_add(1)?;
        XNonce::from_exact_iter(bytes)
    }
}

/// Writes content as chunks.
pub(super) struct ChunkWriter<W> {
    stream: Stream,
    pending: Zeroizing<Vec<u8>>,
    out: W,
}

impl<W: Write> ChunkWriter<W> {
    pub(super) fn new(out: W, key: &[u8; 32], prefix: Prefix, bound: [u8; 32]) -> Self {
        let pending = Zeroizing::new(Vec::with_capacity(CHUNK));
        Self { stream: Stream::new(key, prefix, bound), pending, out }
    }

    /// Writes the last chunk and gives back what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.write_chunk(true)?;
        Ok(self.out)
    }

    fn write_chunk(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.stream.nonce(last).ok_or_else(|| io::Error::other("the content is too long"))?;
        let sealed = self.stream.cipher.encrypt_in_place_detached(&nonce, &self.stream.bound, &mut self.pending);
        let tag = sealed.map_err(|_| io::Error::other("a chunk could not be encrypted"))?;
        self.out.write_all(&self.pending)?;
        self.out.write_all(&tag)?;
        self.pending.clear();
        Ok(())
    }
}

impl<W: Write> Write for ChunkWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only when more comes is a full chunk known not to be the last.
        if self.pending.len() == CHUNK && !bytes.is_empty() {
            self.write_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.pending.len());
        self.pending.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads content out of chunks. Nothing is given out that was not proved.
pub(super) struct ChunkReader<R> {
    stream: Stream,
    input: R,
    /// What was read ahead of the chunk in `open`: one byte, if there is another chunk.
    ahead: Option<u8>,
    open: Zeroizing<Vec<u8>>,
    given: usize,
    ended: bool,
}

impl<R: Read> ChunkReader<R> {
    pub(super) fn new(input: R, key: &[u8; 32], prefix: Prefix, bound: [u8; 32]) -> Self {
        let stream = Stream::new(key, prefix, bound);
        Self { stream, input, ahead: None, open: Zeroizing::default(), given: 0, ended: false }
    }

    /// Fills `bytes`.
    pub(super) fn exact(&mut self, mut bytes: &mut [u8]) -> Result<(), BackupError> {
        while !bytes.is_empty() {
            let count = self.some(bytes)?;
            if count == 0 {
                return Err(BackupError::Damaged("the content ends too early".into()));
            }
            bytes = bytes.get_mut(count..).unwrap_or_default();
        }
        Ok(())
    }

    /// Gives what there is, up to the length of `bytes`; 0 at the end of the content, which is proved then.
    pub(super) fn some(&mut self, bytes: &mut [u8]) -> Result<usize, BackupError> {
        while self.given == self.open.len() && !self.ended {
            self.next_chunk()?;
        }
        let rest = self.open.get(self.given..).unwrap_or_default();
        let count = rest.len().min(bytes.len());
        for (to, from) in bytes.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given += count;
        Ok(count)
    }

    fn next_chunk(&mut self) -> Result<(), BackupError> {
        let first = self.stream.number == 0;
        self.open.zeroize();
        self.given = 0;
        self.open.extend(self.ahead.take());
        let wanted = (CHUNK + TAG - self.open.len()) as u64;
        self.input.by_ref().take(wanted).read_to_end(&mut self.open).map_err(|error| BackupError::reading(&error))?;
        // Whether another one follows is part of what the chunk proves.
        let mut byte = [0];
        if self.open.len() == CHUNK + TAG {
            let more = self.input.read(&mut byte).map_err(|error| BackupError::reading(&error))?;
            self.ahead = byte.first().copied().filter(|_| more == 1);
        }
        let last = self.ahead.is_none();
        let cut = || BackupError::CutShort("its last part is missing");
        let content = self.open.len().checked_sub(TAG).ok_or_else(cut)?;
        let tag = Tag::from_exact_iter(self.open.drain(content..)).ok_or_else(cut)?;
        let nonce = self.stream.nonce(last).ok_or_else(|| BackupError::Damaged("it is too long".into()))?;
        let opened = self.stream.cipher.decrypt_in_place_detached(&nonce, &self.stream.bound, &mut self.open, &tag);
        if opened.is_err() {
            self.open.zeroize();
            // A file that was cut ends in a chunk that is not marked as the last, or in half of one: the same to a
            // reader as a chunk that was changed. Which it is can be told from neither; where it is, can.
            return Err(if last && !first {
                BackupError::CutShort("it does not end where it was written to end, or its end was changed")
            } else {
                BackupError::Damaged("a part of it is not what was written".into())
            });
        }
        self.ended = last;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];
    const PREFIX: Prefix = [1; 19];
    const BOUND: [u8; 32] = [2; 32];

    fn written(content: &[u8]) -> Vec<u8> {
        let mut writer = ChunkWriter::new(Vec::new(), &KEY, PREFIX, BOUND);
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn read(file: &[u8]) -> Result<Vec<u8>, BackupError> {
        let mut reader = ChunkReader::new(file, &KEY, PREFIX, BOUND);
        let mut content = Vec::new();
        let mut part = vec![0; 10_000];
        loop {
            match reader.some(&mut part)? {
                0 => return Ok(content),
                count => content.extend_from_slice(&part[..count]),
            }
        }
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|index| u8::try_from(index * 31 % 251).unwrap()).collect()
    }

    #[test]
    fn what_was_written_is_read_whatever_its_length() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let file = written(&content(length));
            assert_eq!(file.len() as u64, sealed_length(length as u64));
            assert!(read(&file).unwrap() == content(length), "{length}");
        }
    }

    #[test]
    fn a_cut_file_is_refused_wherever_it_is_cut() {
        let file = written(&content(2 * CHUNK + 9));
        let sealed = CHUNK + TAG;
        for length in [0, 1, TAG, sealed - 1, sealed, sealed + 1, 2 * sealed, 2 * sealed + 3, file.len() - 1] {
            assert!(read(&file[..length]).is_err(), "{length}");
        }
        assert!(matches!(read(&file[..2 * sealed]), Err(BackupError::CutShort(_))));
        let longer = [file.as_slice(), b"x"].concat();
        assert!(read(&longer).is_err());
    }

    #[test]
    fn a_flipped_bit_is_refused_wherever_it_is() {
        let file = written(&content(CHUNK + 9));
        for place in (0..file.len()).step_by(997).chain([CHUNK, CHUNK + TAG, file.len() - 1]) {
            let mut changed = file.clone();
            changed[place] ^= 1;
            assert!(read(&changed).is_err(), "{place}");
        }
    }

    #[test]
    fn chunks_that_are_moved_repeated_or_left_out_are_refused() {
        let file = written(&content(3 * CHUNK));
        let chunks: Vec<&[u8]> = file.chunks(CHUNK + TAG).collect();
        for order in [vec![1, 0, 2], vec![0, 0, 1, 2], vec![0, 2], vec![1, 2], vec![0, 1, 2, 2]] {
            let moved: Vec<u8> = order.iter().flat_map(|number| chunks[*number].iter().copied()).collect();
            assert!(read(&moved).is_err(), "{order:?}");
        }
    }

    #[test]
    fn a_chunk_of_another_file_is_refused() {
        let file = written(&content(20));
        assert!(ChunkReader::new(file.as_slice(), &KEY, PREFIX, [3; 32]).exact(&mut [0; 20]).is_err());
        assert!(ChunkReader::new(file.as_slice(), &[8; 32], PREFIX, BOUND).exact(&mut [0; 20]).is_err());
    }
}
