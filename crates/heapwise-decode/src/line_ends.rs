//! Decides what ends the lines of a text: `\n`, `\r\n`, and `\r` alone where there is nothing else.
//!
//! Editors of old, and captures of terminals, end lines with `\r`; captures of captures with `\r\r\n`. Where a text has a `\n`
//! early on, a `\r` within a line stays what it is: what draws over a line again and again, as the progress of a download, is
//! one line, and no other tool counts more.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

/// So many bytes are looked at for a `\n`. What draws over its line for longer than this is taken for lines.
const HEAD: usize = 4 << 10;

/// Which line ends a text has beside `\n` and `\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// None.
    Usual,
    /// Each `\r`.
    Alone,
    /// `\n` behind several `\r`.
    Doubled,
}

impl Form {
    /// By the first bytes of what is no binary data, and whether these are all; `None` where more have to be seen.
    fn of(head: &[u8], is_all: bool) -> Option<Form> {
        let (line, behind) = match head.iter().position(|&byte| byte == b'\n') {
            Some(at) => (head.get(..at)?, head.get(at..)),
            None => (head, None),
        };
        if head.iter().any(is_binary) {
            return Some(Form::Usual);
        }
        let kept = line.strip_suffix(b"\r").filter(|_| behind.is_some());
        let has_alone = |line: &[u8]| line.contains(&b'\r');
        match behind {
            Some(_) if !has_alone(kept.unwrap_or(line)) => Some(Form::Usual),
            Some(_) if !has_alone(line.trim_ascii_end()) => Some(Form::Doubled),
            // One at the very end is no line end of the text.
            Some(behind) if !behind.trim_ascii().is_empty() => Some(Form::Usual),
            _ if !is_all && head.len() < HEAD => None,
            _ if has_alone(line) => Some(Form::Alone),
            _ => Some(Form::Usual),
        }
    }
}

/// What texts have none of, terminals' captures included: those have colours, bells and steps back.
fn is_binary(byte: &u8) -> bool {
    *byte < 7 || (0x0e..0x1b).contains(byte) || (0x1c..0x20).contains(byte)
}

/// Whether the first bytes tell that lines end as usual, or that there are none: of nearly all inputs, binary ones included.
pub(crate) fn is_usual(head: &[u8]) -> bool {
    Form::of(head, false) == Some(Form::Usual)
}

/// The same text with `\n` for what ends its lines.
pub(crate) fn plain(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let form = Form::of(head, head.len() == bytes.len()).unwrap_or(Form::Usual);
    if form == Form::Usual {
        return text;
    }
    let mut lines = Turned::new(form);
    let mut output = Vec::with_capacity(bytes.len());
    lines.turn(bytes, &mut output);
    lines.end(&mut output);
    Cow::Owned(String::from_utf8_lossy(&output).into_owned())
}

/// The bytes of a reader with `\n` for what ends their lines.
pub(crate) fn reader<'a>(mut reader: Box<dyn Read + Send + 'a>) -> Box<dyn Read + Send + 'a> {
    let mut head = Vec::new();
    let (form, error) = loop {
        if let Some(form) = Form::of(&head, false) {
            break (form, None);
        }
        match more(&mut reader, &mut head) {
            Ok(true) => {}
            Ok(false) => break (Form::of(&head, true).unwrap_or(Form::Usual), None),
            // Told where it comes, behind what was read before.
            Err(error) => break (Form::of(&head, true).unwrap_or(Form::Usual), Some(error)),
        }
    };
    let whole = Cursor::new(head).chain(Failing(error)).chain(reader);
    match form {
        Form::Usual => Box::new(whole),
        _ => Box::new(LineEnds {
            reader: whole,
            lines: Turned::new(form),
            output: Vec::new(),
            done: 0,
            is_at_end: false,
        }),
    }
}

/// Reads some bytes behind others; `false` at the end.
fn more(reader: &mut impl Read, head: &mut Vec<u8>) -> io::Result<bool> {
    let mut bytes = [0; 512];
    loop {
        match reader.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => {
                let count = read?;
                head.extend_from_slice(bytes.get(..count).unwrap_or_default());
                return Ok(count > 0);
            }
        }
    }
}

/// Fails once, if there is an error.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// What is left to decide of the bytes so far.
struct Turned {
    form: Form,
    /// How many `\r` the last bytes are, if that matters for what comes.
    open: usize,
}

impl Turned {
    fn new(form: Form) -> Turned {
        Turned { form, open: 0 }
    }

    fn turn(&mut self, bytes: &[u8], output: &mut Vec<u8>) {
        for &byte in bytes {
            match (self.form, byte) {
                (Form::Alone, b'\r') => {
                    self.open = 1;
                    output.push(b'\n');
                }
                (Form::Doubled, b'\r') => self.open += 1,
                (Form::Alone, b'\n') if self.open > 0 => self.open = 0,
                (_, b'\n') => {
                    self.open = 0;
                    output.push(byte);
                }
                _ => {
                    self.end(output);
                    output.push(byte);
                }
            }
        }
    }

    /// What no line end came behind.
    fn end(&mut self, output: &mut Vec<u8>) {
        let open = std::mem::take(&mut self.open);
        if self.form == Form::Doubled {
            output.resize(output.len() + open, b'\r');
        }
    }
}

/// Turns line ends, in chunks.
struct LineEnds<R> {
    reader: R,
    lines: Turned,
    output: Vec<u8>,
    done: usize,
    is_at_end: bool,
}

const CHUNK: usize = 1 << 14;

impl<R: Read> LineEnds<R> {
    fn fill(&mut self) -> io::Result<()> {
        self.output.clear();
        self.done = 0;
        let mut chunk = [0; CHUNK];
        let count = self.reader.read(&mut chunk)?;
        let chunk = chunk.get(..count).unwrap_or_default();
        self.lines.turn(chunk, &mut self.output);
        if count == 0 {
            self.lines.end(&mut self.output);
            self.is_at_end = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.done >= self.output.len() && !self.is_at_end {
            self.fill()?;
        }
        let mut rest = self.output.get(self.done..).unwrap_or_default();
        let size = rest.read(out)?;
        self.done += size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::io::{self, Read};

    use super::{HEAD, is_usual, plain, reader};

    /// Hands on so many bytes at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(out.len());
            self.0.read(out.get_mut(..most).unwrap_or_default())
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(plain(Cow::Borrowed(text)), expected, "{text:?}");
        for size in [1, 2, 3, 7, usize::MAX] {
            let pieces = Pieces(text.as_bytes(), size);
            let mut found = String::new();
            reader(Box::new(pieces)).read_to_string(&mut found).unwrap();
            assert_eq!(found, expected, "{text:?} in pieces of {size}");
        }
    }

    #[test]
    fn lines_that_end_otherwise_are_lines() {
        check("a\rb\r\rc\r", "a\nb\n\nc\n");
        check("a\rb\r", "a\nb\n");
        check("a\rb", "a\nb");
        // A line feed at the very end, or far behind.
        check("a\rb\rc\r\n", "a\nb\nc\n");
        check("a\rb\rc\n\n", "a\nb\nc\n\n");
        let long = "line\r".repeat(HEAD);
        check(
            &format!("{long}a\r\nb\n"),
            &format!("{}a\nb\n", long.replace('\r', "\n")),
        );
        // A capture of a capture.
        check("a\r\r\nb\r\r\nc 1%\rc 2%\r\r", "a\nb\nc 1%\rc 2%\r\r");
    }

    #[test]
    fn what_draws_over_a_line_is_one_line() {
        for text in [
            "1%\r2%\r\ndone\r\n",
            "1%\r2%\ndone\n",
            "a\nb\rc\r",
            "a\r\nb\r\n",
            "a\n",
            "a",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_is_no_text_is_not_looked_at_further() {
        assert!(is_usual(b"\x0a\x04\r\r"));
        assert!(is_usual(b"\x12\x04\r\r"));
        assert!(is_usual(b"goroutine 1 [running]:\r\n"));
        assert!(!is_usual(b"goroutine 1 [running]:"));
        assert!(!is_usual(b"goroutine 1 [running]:\rmain.main()\r"));
    }

    #[test]
    fn an_error_comes_behind_what_was_read() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let mut found = Vec::new();
        let mut read = reader(Box::new(Pieces(b"a\rb", 1).chain(Broken)));
        assert!(read.read_to_end(&mut found).is_err());
        assert_eq!(found, b"a\nb");
    }
}
