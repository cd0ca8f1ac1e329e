//! What every text with statistics has somewhere, whichever its form: a log of gigabytes that has none of it is not read
//! line by line.

use std::io::Read;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::error::{Error, Result};
use crate::read_buffer::grow_when_full;

/// Names that only statistics have, of all forms that are read: MemStats as a text or JSON, runtime/metrics, and pages of
/// metrics.
static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "MemStats|TotalAlloc|go_[a-z]|go\\.(?:memory|gc|cpu|goroutine|config|processor|schedule)|/gc/|/memory/classes|/cpu/classes|/sched/",
    )
    .ok()
});
/// A mark is no longer than this.
const LONGEST: usize = 16;
const CHUNK: usize = 1 << 17;

/// Whether a text has a mark of statistics.
pub(super) fn has_marks(mut reader: impl Read) -> Result<bool> {
    // The pattern is a constant: without it, each text is read.
    let Some(marks) = MARKS.as_ref() else {
        return Ok(true);
    };
    let mut buffer = Vec::new();
    let (mut kept, mut end, mut position) = (0, 0, 0_u64);
    loop {
        grow_when_full(&mut buffer, end, LONGEST + CHUNK);
        let room = buffer.get_mut(kept..).unwrap_or_default();
        let size = match reader.read(room) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            read => read.map_err(|error| Error::from_io(error, position))?,
        };
        position = position.saturating_add(size as u64);
        end = kept + size;
        let seen = buffer.get(..end).unwrap_or_default();
        if marks.is_match(seen) {
            return Ok(true);
        }
        if size == 0 {
            return Ok(false);
        }
        // The end may be the start of a mark.
        kept = end.min(LONGEST);
        buffer.copy_within(end - kept..end, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, has_marks};

    #[test]
    fn finds_marks_wherever_chunks_end() {
        for before in [0, 1, CHUNK - 5, CHUNK, CHUNK + 11, 3 * CHUNK - 3] {
            let mut text = vec![b'x'; before];
            assert!(!has_marks(&text[..]).expect("is read"));
            text.extend_from_slice(b"# runtime.MemStats");
            assert!(has_marks(&text[..]).expect("is read"), "{before}");
        }
    }

    /// Fails once in some way, and then has a mark.
    struct Failing(Option<std::io::ErrorKind>);

    impl std::io::Read for Failing {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            match self.0.take() {
                Some(kind) => Err(kind.into()),
                None => (&b"MemStats"[..]).read(out),
            }
        }
    }

    #[test]
    fn only_an_interruption_is_passed_over() {
        use std::io::ErrorKind::{Interrupted, PermissionDenied};
        assert!(has_marks(Failing(Some(Interrupted))).expect("is read"));
        assert!(has_marks(Failing(Some(PermissionDenied))).is_err());
    }
}
