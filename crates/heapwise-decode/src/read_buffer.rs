//! How large the buffer of a reader is: small for a small input, which would else pay for clearing all of it each time
//! it is looked at, and as large as the reader wants one once more has come.

/// Bytes at first. A profile of a test, and most that are handed on as texts, are no longer.
const FIRST: usize = 8 << 10;

/// Makes room behind what a buffer holds: little in an empty one, then `most` at once, and twice as much where even that
/// is too little.
pub(crate) fn grow(buffer: &mut Vec<u8>, most: usize) {
    match buffer.len() {
        0 => *buffer = vec![0; FIRST.min(most)],
        size if size < most => buffer.resize(most, 0),
        size => buffer.resize(size.saturating_mul(2), 0),
    }
}

/// Makes room where a buffer has been read full up to `end`, unless it is as large as it gets.
pub(crate) fn grow_when_full(buffer: &mut Vec<u8>, end: usize, most: usize) {
    if end == buffer.len() && end < most {
        grow(buffer, most);
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, grow, grow_when_full};

    #[test]
    fn is_small_at_first_then_whole_and_then_twice_as_large() {
        let mut buffer = Vec::new();
        let sizes = [(); 4].map(|()| {
            grow(&mut buffer, 100_000);
            buffer.len()
        });
        assert_eq!(sizes, [FIRST, 100_000, 200_000, 400_000]);
        let mut buffer = Vec::new();
        grow(&mut buffer, 100);
        assert_eq!(buffer.len(), 100);
    }

    #[test]
    fn keeps_what_it_holds() {
        let mut buffer = Vec::new();
        grow(&mut buffer, 100_000);
        buffer.fill(7);
        grow(&mut buffer, 100_000);
        assert!(buffer.iter().take(FIRST).all(|byte| *byte == 7));
    }

    #[test]
    fn what_is_not_full_or_has_all_room_stays() {
        for (size, end, after) in [
            (0, 0, FIRST),
            (FIRST, FIRST - 1, FIRST),
            (FIRST, FIRST, 100_000),
            (100_000, 100_000, 100_000),
        ] {
            let mut buffer = vec![0; size];
            grow_when_full(&mut buffer, end, 100_000);
            assert_eq!(buffer.len(), after, "{size} {end}");
        }
    }
}
