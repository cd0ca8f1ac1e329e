//! What bytes are when they are not a protobuf profile, so that the refusal can say so.

use std::io::{Cursor, Read};

use memchr::memmem;

use crate::error::{Error, ErrorKind, Result, Stage};

pub(crate) const HEAD: usize = 512;

/// The first bytes of a reader, and a reader that still yields them.
pub(crate) fn head<'a>(
    mut reader: Box<dyn Read + Send + 'a>,
) -> Result<(Vec<u8>, Box<dyn Read + Send + 'a>)> {
    let mut head = Vec::with_capacity(HEAD);
    reader
        .by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| Error::from_io(error, 0))?;
    let whole = Cursor::new(head.clone()).chain(reader);
    Ok((head, Box::new(whole)))
}

/// Replaces the error of a protobuf decoder by a better one when the bytes are something known.
///
/// Only for errors that say that the bytes are no protobuf profile: a glued profile or a cap stays
/// what it is.
pub(crate) fn explain(head: &[u8], error: Error) -> Error {
    if !is_foreign(&error) {
        return error;
    }
    match recognise(head) {
        Some((found, expected)) => Error::new(
            ErrorKind::NotAProfile,
            Stage::Format,
            "byte 0",
            found,
            expected,
        ),
        None => error,
    }
}

/// Whether an error says that the bytes are no protobuf profile.
pub(crate) fn is_foreign(error: &Error) -> bool {
    use ErrorKind::{Structure, Truncated, Wire};
    error.stage() != Stage::Text && matches!(error.kind(), Wire | Structure | Truncated)
}

const PROTO: &str =
    "a profile as /debug/pprof/ serves it, in protobuf or text, from its first byte";

/// What there is to do with files that are several.
const UNPACKED: &str = "what is in it: unpack it, and give the folder";

/// Whether this is the header of a file in a tar archive (POSIX, and GNU's).
pub(crate) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// The refusal of a tar archive.
pub(crate) fn tar() -> Error {
    Error::new(
        ErrorKind::NotAProfile,
        Stage::Format,
        "byte 0",
        "a tar archive",
        UNPACKED,
    )
}

fn recognise(head: &[u8]) -> Option<(String, &'static str)> {
    let found = match head {
        [b'B', b'Z', b'h', ..] => "bzip2 data",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "xz data",
        [0x04, 0x22, 0x4d, 0x18, ..] => "lz4 data",
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => "zlib data",
        [0xef, 0xbb, 0xbf, ..] => "a UTF-8 byte order mark",
        [0x7f, b'E', b'L', b'F', ..] => "an ELF binary",
        [b'P', b'K', 3, 4, ..] => return Some(("a zip archive".to_owned(), UNPACKED)),
        [b'7', b'z', 0xbc, 0xaf, ..] => return Some(("a 7z archive".to_owned(), UNPACKED)),
        _ if is_tar(head) => return Some(("a tar archive".to_owned(), UNPACKED)),
        _ if head.starts_with(b"PERFILE2") => "a profile of perf",
        _ if is_trace(head) => "an execution trace of Go, which go tool trace reads",
        _ if is_gperftools(head) => "a CPU profile of gperftools with a damaged header",
        _ => return recognise_text(head),
    };
    Some((
        found.to_owned(),
        "a pprof profile, plain or compressed with gzip or zstd",
    ))
}

/// A trace starts with the version of its format, in 16 bytes (internal/trace/version: ReadVersion).
fn is_trace(head: &[u8]) -> bool {
    head.starts_with(b"go 1.")
        && head
            .get(..16)
            .is_some_and(|head| memmem::find(head, b" trace\0").is_some())
}

/// The header starts with a zero, its length of three words, and the version zero, in words of 64
/// or 32 bits (profile/legacy_profile.go: parseCPU). One that is whole is read before this is asked.
fn is_gperftools(head: &[u8]) -> bool {
    let (wide, narrow) = ([0_u64, 3, 0], [0_u32, 3, 0]);
    head.starts_with(&wide.map(u64::to_le_bytes).concat())
        || head.starts_with(&narrow.map(u32::to_le_bytes).concat())
}

fn recognise_text(head: &[u8]) -> Option<(String, &'static str)> {
    if let Some(tool) = tool(head) {
        return Some(tool);
    }
    // As curl -i writes them; what follows is often no text.
    if head.starts_with(b"HTTP/") {
        return Some(("the headers of an HTTP answer".to_owned(), PROTO));
    }
    if !is_text(head) {
        return None;
    }
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start();
    let first_line: String = start
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .take(60)
        .collect();
    let found = if start.is_empty() {
        "blank text".to_owned()
    } else if start.starts_with("heap profile:") {
        "the text form of a heap profile (debug=1)".to_owned()
    } else if start.starts_with("goroutine ") && start.contains(" [") {
        "a goroutine dump in text (debug=2)".to_owned()
    } else if start.contains(" profile: total ") {
        "the text form of a count profile (debug=1)".to_owned()
    } else if start.starts_with("--- ") {
        "the text form of a contention profile (debug=1)".to_owned()
    } else if start.starts_with('<') {
        "HTML or XML, perhaps the page of a login or an error".to_owned()
    } else if start.starts_with(['{', '[']) {
        "JSON".to_owned()
    } else {
        format!("text that starts with {first_line:?}")
    };
    Some((found, PROTO))
}

/// What other tools say of goroutines, and what to take instead.
fn tool(head: &[u8]) -> Option<(String, &'static str)> {
    const DUMP: &str = "a dump of the program itself, such as kill -QUIT or \
         /debug/pprof/goroutine?debug=2 gives";
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    let is_delve = |line: &str| {
        let line = line.trim_start_matches(['*', ' ', '>']);
        let rest = line.strip_prefix("Goroutine ");
        let rest = rest.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let places = [" - User: ", " - Go: ", " - Runtime: ", " - Start: "];
        rest.is_some_and(|rest| places.iter().any(|place| rest.starts_with(place)))
    };
    if lines.any(is_delve) {
        let found = "the list of goroutines that Delve (dlv) prints";
        return Some((found.to_owned(), DUMP));
    }
    let is_race = text.contains("WARNING: DATA RACE");
    is_race.then(|| ("a report of Go's race detector".to_owned(), DUMP))
}

/// Whether the bytes look like something a person wrote: no control bytes but white space.
pub(crate) fn is_text(head: &[u8]) -> bool {
    head.iter()
        .all(|&byte| byte >= 0x20 && byte != 0x7f || matches!(byte, b'\n' | b'\r' | b'\t'))
}
