//! Texts of every form, changed and cut at random: decoded or refused, and whatever the size of
//! the pieces that a reader gives.

use std::io::{self, Read};

use heapwise_decode::{Limits, Profile, ProfileKind, Source, TextReading, goroutine_ids};
use proptest::prelude::*;

#[path = "common/legacy.rs"]
mod legacy;

const FORMS: [&str; 4] = [
    "goroutine profile: total 5\n3 @ 0x11 0x21\n# labels: {\"k\":\"\\\"v\"}\n\
     #\t0x20\tmain.inner+0x1\t\t/src/a.go:3\n\n2 @ 0x41\n#\t0x40\tmain.main+0x2\t/src/a.go:12\n\n",
    "heap profile: 3: 403824 [56: 14446176] @ heap/1048576\n\
     0: 0 [1: 2304] @ 0x48e90c 0x819ad9\n#\t0x819ad8\tmain.f+0x358\t\t/src/main.go:47\n\n\
     22: 90112 [22: 90112] @ 0x819ad9\n\n# runtime.MemStats\n# Alloc = 2030656\n",
    "--- mutex:\ncycles/second=2599925490\nsampling period=2\n618672 6 @ 0x4a012f 0x49f9e5\n\
     #\t0x4a012e\tsync.(*Mutex).Unlock+0xe\t/go/src/sync/mutex.go:65\n",
    "panic: boom\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/a.go:3 +0x1\nmain.main()\n\
     \t/src/main.go:9 +0x1d\n\ngoroutine 7 gp=0xc01 m=nil [select (leaked)] {tenant: acme}:\n\
     main.f(0x2)\n\t/a.go:3 +0x1\nmain.main()\n\t/src/main.go:9 +0x1d\n...5 frames elided...\n\
     created by main.main in goroutine 1\n\t/src/main.go:8 +0x25\n\n\
     goroutine 8 [select (leaked)]:\nmain.f(0x2)\n\t/a.go:3 +0x1\nmain.main()\n\
     \t/src/main.go:9 +0x1d\ncreated by main.main in goroutine 1\n\t/src/main.go:8 +0x25\n",
];

/// Bytes that come in pieces.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Source for Pieces<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(Pieces { ..*self }))
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(out.len());
        self.bytes.take(size as u64).read(out).inspect(|&read| {
            self.bytes = self.bytes.get(read..).unwrap_or_default();
        })
    }
}

/// A form with some bytes replaced, removed or repeated.
fn changed() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<u16>(), 0..4u8, any::<u8>(), 1..40usize), 0..6);
    (0..FORMS.len(), edits).prop_map(|(form, edits)| {
        let mut bytes = FORMS[form].as_bytes().to_vec();
        for (at, what, byte, size) in edits {
            let at = at as usize % (bytes.len() + 1);
            let end = (at + size).min(bytes.len());
            match what {
                0 => bytes.insert(at, byte),
                1 => drop(bytes.drain(at..end)),
                2 => bytes.extend_from_within(at..end),
                _ => bytes.truncate(at.max(20)),
            }
        }
        bytes
    })
}

/// A legacy form with some bytes replaced, removed or repeated.
fn changed_legacy() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<u16>(), 0..3u8, any::<u8>(), 1..40usize), 0..6);
    let forms = legacy::all();
    (0..forms.len(), edits).prop_map(move |(form, edits)| {
        let mut bytes = forms[form].clone();
        for (at, what, byte, size) in edits {
            let at = at as usize % (bytes.len() + 1);
            let end = (at + size).min(bytes.len());
            match what {
                0 => bytes.insert(at, byte),
                1 => drop(bytes.drain(at..end)),
                _ => bytes.extend_from_within(at..end),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn legacy_forms_are_decoded_or_refused(bytes in changed_legacy(), size in 1..70usize) {
        let mut limits = Limits::default();
        for texts in [TextReading::WithNames, TextReading::AsPprof] {
            limits.texts = texts;
            let whole = Profile::read(&bytes, &limits);
            let pieces = Pieces { bytes: &bytes, size };
            prop_assert_eq!(&Profile::read(&pieces, &limits), &whole);
            match whole {
                Ok(profile) => {
                    let types = profile.tables().sample_types().len();
                    prop_assert!(profile.samples().all(|sample| sample.values().len() == types));
                }
                Err(error) => prop_assert!(!error.place().is_empty()),
            }
        }
    }

    #[test]
    fn pieces_change_nothing(bytes in changed(), size in 1..70usize) {
        let limits = Limits::default();
        let whole = Profile::read(&bytes, &limits);
        let pieces = Pieces { bytes: &bytes, size };
        prop_assert_eq!(&Profile::read(&pieces, &limits), &whole);
        if let Ok(dump) = goroutine_ids(&pieces, &limits) {
            let total: i64 = dump.profile().samples().map(|s| s.values()[0]).sum();
            let samples = dump.profile().sample_count();
            let ids: usize = (0..samples).map(|at| dump.ids(at).len()).sum();
            prop_assert_eq!(ids as i64, total);
        }
    }

    /// Whatever a logger makes of a dump and whatever happens to that afterwards.
    #[test]
    fn wrapped_dumps_are_decoded_or_refused(
        bytes in changed(),
        wrapping in 0..5usize,
        cut in any::<u16>(),
        size in 1..70usize,
    ) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::Value::from(text.as_str()).to_string();
        let wrapped = match wrapping {
            0 => text.lines().map(|line| format!("7 a | {line}\n")).collect(),
            1 => format!("x {{\"m\":{json}}}\n{{\"m\":{json}}}\n"),
            2 => format!("msg={json} {}", text.replace('\t', "  ")),
            3 => text.replace('\n', "#012").replace('\t', "#011"),
            _ => text.chars().collect::<Vec<_>>().chunks(43).flat_map(|piece| {
                piece.iter().copied().chain(['\n'])
            }).collect::<String>(),
        };
        let mut bytes = wrapped.into_bytes();
        if !bytes.is_empty() {
            let at = usize::from(cut) % bytes.len();
            bytes.remove(at);
        }
        let limits = Limits::default();
        let whole = Profile::read(&bytes, &limits);
        let pieces = Pieces { bytes: &bytes, size };
        prop_assert_eq!(&Profile::read(&pieces, &limits), &whole);
        let mut total = 0;
        let parts = heapwise_decode::goroutine_dumps(&bytes, &limits, &mut |part| {
            total += part.profile().samples().map(|s| s.values()[0]).sum::<i64>();
        });
        // Changed bytes may be stacks of another kind, in which there are no goroutines.
        if let (Ok(whole), Ok(())) = (whole, parts)
            && whole.kind() == ProfileKind::Goroutine
        {
            let all: i64 = whole.samples().map(|s| s.values()[0]).sum();
            prop_assert_eq!(total, all);
        }
    }

    /// The header of a dump in a line that has the form of folded stacks.
    #[test]
    fn a_header_is_no_stack(before in "[a-z=\";]{0,9}", after in "[a-z;]{0,9}", total in 0..9u8) {
        let text = format!("{before}goroutine profile: total {total}\" {after};goroutine profile: total {total}");
        let read = Profile::read(&text.into_bytes(), &Limits::default());
        prop_assert!(!read.is_ok_and(|profile| profile.sample_count() > 0));
    }

    #[test]
    fn any_bytes_after_a_head_are_decoded_or_refused(
        form in 0..FORMS.len(),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let head = FORMS[form].lines().next().unwrap_or_default();
        let bytes = [head.as_bytes(), b"\n", &rest].concat();
        if let Err(error) = Profile::read(&bytes, &Limits::default()) {
            prop_assert!(!error.place().is_empty() && !error.expected().is_empty());
        }
    }

    /// What the trie expects is what parsing would find: the order of goroutines matters only to
    /// the order of samples.
    #[test]
    fn repeated_goroutines_are_counted(bytes in changed(), times in 2..5usize) {
        let limits = Limits::default();
        let mut block = bytes;
        block.extend_from_slice(b"\n\n");
        let Ok(once) = goroutine_ids(&block, &limits) else { return Ok(()) };
        let often = goroutine_ids(&block.repeat(times), &limits).expect("decodes");
        prop_assert_eq!(once.profile().sample_count(), often.profile().sample_count());
        for (one, many) in once.profile().samples().zip(often.profile().samples()) {
            prop_assert_eq!(one.values()[0] * times as i64, many.values()[0]);
            prop_assert_eq!(one.stack(), many.stack());
        }
    }
}
