//! The first line of a goroutine in a dump.

use memchr::{memchr, memmem};

use super::quoted::{self, Pair};
use super::scan::Scan;

/// What the first line of a goroutine says besides its number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Header {
    /// `running`, `chan receive`, `select (no cases)`, `chan receive (durable)`, ...
    pub(super) state: Vec<u8>,
    /// Whole minutes of waiting; 0 when the line has none.
    pub(super) minutes: i64,
    pub(super) is_leaked: bool,
    pub(super) is_locked: bool,
    pub(super) labels: Vec<Pair>,
}

/// Splits the first line of a goroutine into its number and the part that says how it is.
///
/// `goroutine 7 gp=0xc0001 m=nil [sleep, 2 minutes]:` is 7 and `[sleep, 2 minutes]:`. `None` when
/// the line is none.
pub(super) fn split(line: &[u8]) -> Option<(u64, &[u8])> {
    let mut scan = Scan::new(line.strip_prefix(b"goroutine ")?);
    let id = scan.digits()?;
    scan.expect(b" ")?;
    if scan.rest.starts_with(b"gp=") {
        let at = memchr(b'[', scan.rest)?;
        scan.rest = scan.rest.get(at..)?;
    }
    let is_whole = scan.rest.starts_with(b"[") && scan.rest.ends_with(b":");
    is_whole.then_some((id, scan.rest))
}

/// Whether a line is the first of a goroutine without its end, so that the stack behind it is that of nobody: a terminal broke it.
pub(super) fn is_torn(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"goroutine ") else {
        return false;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let how = rest.get(digits..).unwrap_or_default();
    let is_start = digits > 0 && (how.starts_with(b" [") || how.starts_with(b" gp=0x"));
    // What is behind a whole one is said in one line of a log.
    let is_whole = memmem::find(how, b"]:").is_some();
    is_start && !is_whole && split(line).and_then(|(_, how)| parse(how)).is_none()
}

/// Reads the part of the line from the bracket on (runtime/traceback.go: goroutineheader).
///
/// ```text
/// [STATE[ (leaked)][ (scan)][ (durable)][, N minutes][, locked to thread][, synctest bubble N]]
/// ```
///
/// and, from Go 1.27 on, ` {key: value, ...}` before the colon. Go 1.26 has them before the bracket
/// instead, as ` labels:{"key": "value", ...}`. Parts that no version is known to write become part
/// of the state.
pub(super) fn parse(how: &[u8]) -> Option<Header> {
    let mut scan = Scan::new(how);
    scan.expect(b"[")?;
    let mut inside = scan.take_while(|byte| byte != b']');
    let mut header = Header::default();
    if let Some(at) = memmem::find(inside, LABELS) {
        inside = inside.get(..at)?;
        scan.rest = how.get(1 + at + LABELS.len()..)?;
        header.labels = quoted::header_labels(&mut scan)?;
    }
    scan.expect(b"]")?;
    for (at, part) in inside.split(|&byte| byte == b',').enumerate() {
        header.add(at, part);
    }
    if scan.expect(b" ").is_some() {
        header.labels = quoted::header_labels(&mut scan)?;
    }
    (scan.rest == b":").then_some(header)
}

/// What stands before the labels of Go 1.26.
const LABELS: &[u8] = b" labels:";

impl Header {
    fn add(&mut self, at: usize, part: &[u8]) {
        if at == 0 {
            return self.set_state(part);
        }
        let detail = part.strip_prefix(b" ").unwrap_or(part);
        if let Some(minutes) = minutes(detail) {
            self.minutes = minutes;
        } else if detail == b"locked to thread" {
            self.is_locked = true;
        } else if !detail.starts_with(b"synctest bubble ") {
            self.state.push(b',');
            self.state.extend_from_slice(part);
        }
    }

    /// The marks after the state stand in one order: leaked, scan, durable.
    fn set_state(&mut self, text: &[u8]) {
        let (text, durable) = strip(text, b" (durable)");
        let (text, _) = strip(text, b" (scan)");
        let (text, leaked) = strip(text, b" (leaked)");
        self.is_leaked = leaked;
        self.state.extend_from_slice(text);
        if durable {
            self.state.extend_from_slice(b" (durable)");
        }
    }
}

fn strip<'a>(text: &'a [u8], mark: &[u8]) -> (&'a [u8], bool) {
    match text.strip_suffix(mark) {
        Some(text) => (text, true),
        None => (text, false),
    }
}

/// `11 minutes`.
fn minutes(text: &[u8]) -> Option<i64> {
    let mut scan = Scan::new(text);
    let minutes = i64::try_from(scan.digits()?).ok()?;
    (scan.rest == b" minutes").then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::{Header, parse, split};

    fn check(line: &str, id: u64, expected: Header) {
        let (found, how) = split(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
        assert_eq!((found, parse(how)), (id, Some(expected)), "{line}");
    }

    fn state(state: &str) -> Header {
        Header {
            state: state.as_bytes().to_vec(),
            ..Header::default()
        }
    }

    #[test]
    fn reads_every_form_of_header() {
        check("goroutine 1 [running]:", 1, state("running"));
        check(
            "goroutine 0 gp=0xdd9820 m=0 mp=0xdda7c0 [idle]:",
            0,
            state("idle"),
        );
        check("goroutine 4 gp=0xc0 m=nil [force gc (idle)]:", 4, {
            state("force gc (idle)")
        });
        check(
            "goroutine 9 [chan receive (nil chan) (leaked), locked to thread]:",
            9,
            Header {
                is_leaked: true,
                is_locked: true,
                ..state("chan receive (nil chan)")
            },
        );
        check(
            "goroutine 9 [select (no cases), 3 minutes, locked to thread]:",
            9,
            Header {
                minutes: 3,
                is_locked: true,
                ..state("select (no cases)")
            },
        );
        check(
            "goroutine 9 [sleep (leaked) (scan) (durable), 10 minutes, synctest bubble 3]:",
            9,
            Header {
                minutes: 10,
                is_leaked: true,
                ..state("sleep (durable)")
            },
        );
        check(
            r#"goroutine 48 [chan receive] {path: "/v1?x=1 ]:", tenant: acme}:"#,
            48,
            Header {
                labels: vec![
                    (b"path".to_vec(), b"/v1?x=1 ]:".to_vec()),
                    (b"tenant".to_vec(), b"acme".to_vec()),
                ],
                ..state("chan receive")
            },
        );
    }

    #[test]
    fn reads_labels_where_go_1_26_has_them() {
        check(
            r#"goroutine 7 [sleep, 5 minutes, synctest bubble 3 labels:{"k": "]: {", "": "\"a"}]:"#,
            7,
            Header {
                minutes: 5,
                labels: vec![
                    (b"k".to_vec(), b"]: {".to_vec()),
                    (b"".to_vec(), b"\"a".to_vec()),
                ],
                ..state("sleep")
            },
        );
    }

    #[test]
    fn refuses_other_lines() {
        for line in [
            "goroutine",
            "goroutine profile: total 7",
            "goroutine 7",
            "goroutine 7 [running]",
            "goroutine x [running]:",
            "Goroutine 7 (running) created at:",
            "goroutine 7 gp=0x1:",
        ] {
            assert_eq!(split(line.as_bytes()), None, "{line}");
        }
        for how in [
            "[running:",
            "[running] {:",
            "[running] x:",
            "[a] {b: c} :",
            "[a labels:{]:",
        ] {
            assert_eq!(parse(how.as_bytes()), None, "{how}");
        }
    }
}
