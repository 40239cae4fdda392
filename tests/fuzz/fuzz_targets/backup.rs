//! Backups: what stands in the clear, as a stranger may write it, and what is inside of one, as somebody may write it who
//! knows the words.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use vouchsafe_store::backup::{BackupError, BackupFile, Counts, Locks, Manifest, Secret, seal};
use vouchsafe_store::RecoveryWords;

const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
    abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";

fn words() -> RecoveryWords {
    RecoveryWords::parse(WORDS).expect("they are words")
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    if first % 2 == 0 {
        // The words only: a passphrase costs a second on purpose.
        if let Ok(file) = BackupFile::read(body) {
            let _ = file.open(&Secret::Words(words()));
        }
        return;
    }
    let manifest = Manifest {
        made_at: Timestamp::UNIX_EPOCH,
        program: "fuzz".to_owned(),
        label: String::from_utf8_lossy(body).into_owned(),
        schema: 1,
        store_bytes: body.len() as u64,
        counts: Counts::default(),
        newest_credential: 0,
        held: Vec::new(),
        held_besides: 0,
    };
    let lock = words().seal();
    let locks = Locks { passphrase: None, words: Some(&lock) };
    let mut written = seal(Vec::new(), &locks, &manifest, &[7; 32], &mut &*body).expect("it can be written");
    let opened = BackupFile::read(written.as_slice()).and_then(|file| file.open(&Secret::Words(words())));
    assert_eq!(opened.expect("what was written opens").manifest, manifest);
    // One byte less, or another one, never opens to the end.
    let place = usize::from(*first) * 31 % written.len();
    written[place] ^= 1;
    let changed = BackupFile::read(written.as_slice()).and_then(|file| file.open(&Secret::Words(words())));
    if let Ok(changed) = changed {
        let trial = changed.trial(&std::env::temp_dir(), &mut |_, _, _| {});
        assert!(trial.is_err_and(|error| !matches!(error, BackupError::NotABackup)), "a changed backup was taken");
    }
});
