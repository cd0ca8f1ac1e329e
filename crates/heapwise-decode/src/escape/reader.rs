//! Reads logs of escape analysis, text and JSON.

use std::borrow::Cow;
use std::io::Read;

use memchr::{memchr, memchr_iter, memmem};

use super::collect::Collector;
use super::decision::{AllocationKind, EscapeOutcome, Position};
use super::flow::Way;
use super::json::JsonFile;
use super::known::Key;
use super::log::EscapeLog;
use super::message::Message;
use super::method_value::of_flow;
use super::place::{Placed, heading, plain};
use crate::container::open;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::line_blocks::Blocks;
use crate::source::Source;
use crate::text::{MOST_LEVELS, outer_texts};

/// Reads logs of escape analysis into one: files of text, and those that `-json=0,DIR` writes.
///
/// ```
/// use heapwise_decode::{EscapeReader, Limits};
///
/// let log = b"# example.com/app\n./app.go:6:15: append escapes to heap\n";
/// let mut reader = EscapeReader::new(&Limits::default());
/// reader.read(&log[..])?;
/// let log = reader.finish();
/// assert_eq!(log.files, ["./app.go"]);
/// assert_eq!((log.decisions[0].at.line, log.decisions[0].subject.as_str()), (6, "append"));
/// # Ok::<(), heapwise_decode::Error>(())
/// ```
#[derive(Debug)]
pub struct EscapeReader {
    limits: Limits,
    collector: Collector,
}

impl EscapeReader {
    /// Nothing read yet.
    pub fn new(limits: &Limits) -> EscapeReader {
        EscapeReader {
            limits: *limits,
            collector: Collector::new(limits),
        }
    }

    /// Reads a log, which may be compressed.
    ///
    /// # Errors
    ///
    /// Those of reading and inflating, more decisions than the limits allow, and a log without any message where none was
    /// read before.
    pub fn read<S: Source + ?Sized>(&mut self, source: &S) -> Result<()> {
        let reader = open(source, &self.limits)?.reader;
        let mut file = File {
            collector: &mut self.collector,
            package: None,
            json: JsonFile::default(),
            last: None,
            within: None,
        };
        file.collector.next_part();
        file.read(reader)?;
        match self.collector.is_empty() {
            false => Ok(()),
            true => Err(Error::new(
                ErrorKind::NotAProfile,
                Stage::Text,
                "the log of the compiler",
                "no message such as `./x.go:1:2: x escapes to heap`",
                "the output of go build -gcflags=-m=2, or a file that -gcflags=-json=0,DIR writes",
            )),
        }
    }

    /// What was read.
    pub fn finish(self) -> EscapeLog {
        self.collector.finish()
    }
}

/// One file, while its lines come.
struct File<'a> {
    collector: &'a mut Collector,
    package: Option<u32>,
    json: JsonFile,
    /// What was said to escape last, and how.
    last: Option<Explained>,
    /// The function that is explained last, where the log tells.
    within: Option<String>,
}

struct Explained {
    key: Key,
    way: Way,
}

impl File<'_> {
    fn read(&mut self, reader: impl Read) -> Result<()> {
        let mut blocks = Blocks::new(reader);
        loop {
            let block = match blocks.next() {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(error) => return Err(Error::from_io(error, blocks.bytes)),
            };
            let mut start = 0;
            for end in memchr_iter(b'\n', block) {
                self.line(block.get(start..end).unwrap_or_default())?;
                start = end + 1;
            }
            let last = block.get(start..).unwrap_or_default();
            if !last.is_empty() {
                self.line(last)?;
            }
        }
        self.collector.unread(blocks.too_long);
        self.explained()
    }

    fn line(&mut self, line: &[u8]) -> Result<()> {
        let line = plain(line);
        if line.first() == Some(&b'{') && self.json.line(&line, self.collector)? {
            return Ok(());
        }
        self.text(&line, 0)
    }

    /// A line of text, within texts of so many others.
    fn text(&mut self, line: &[u8], level: usize) -> Result<()> {
        let line = line.trim_ascii_end();
        if let Some(placed) = Placed::find(line) {
            return match placed.is_quoted() && self.quoted(line, level)? {
                true => Ok(()),
                false => self.message(&placed, (line, level)),
            };
        }
        if let Some(name) = heading(line) {
            self.explained()?;
            self.collector.next_part();
            self.package = Some(self.collector.package(name)?);
        } else if !line.trim_ascii().is_empty() && !self.quoted(line, level)? {
            self.collector.unread(1);
        }
        Ok(())
    }

    /// What the compiler said in the texts that a line of JSON, logfmt or CSV holds; whether there is any.
    fn quoted(&mut self, line: &[u8], level: usize) -> Result<bool> {
        let mut is_any = false;
        if level >= MOST_LEVELS || memchr(b'"', line).is_none() {
            return Ok(false);
        }
        for text in outer_texts(line) {
            let text = String::from_utf8_lossy(&text);
            if text.lines().any(|line| says(line.as_bytes())) {
                is_any = true;
                let mut lines = text.lines();
                lines.try_for_each(|line| self.text(line.as_bytes(), level + 1))?;
            }
        }
        Ok(is_any)
    }

    fn message(&mut self, placed: &Placed<'_>, line: (&[u8], usize)) -> Result<()> {
        // How something leaks that is not kept: most lines of -m=2.
        if self.last.is_none() && placed.message.starts_with(b"  ") {
            self.collector.message();
            return match memmem::find(placed.message, b"{temp}").is_some() {
                true => {
                    let text = String::from_utf8_lossy(placed.message);
                    self.method_value(placed, &Message::of(&text))
                }
                false => Ok(()),
            };
        }
        let text = String::from_utf8_lossy(placed.message);
        let message = Message::of(&text);
        if message != Message::Unknown {
            self.collector.has_stack_decisions();
            self.collector.message();
        }
        match message {
            Message::Known => {}
            Message::Leaks(parameter) => {
                let file = self.collector.file(&name(placed))?;
                self.collector.parameter(file, placed.line, parameter)?;
            }
            Message::ZeroCopy => {
                let at = self.position(placed)?;
                self.collector.zero_copy(at)?;
            }
            Message::Unknown => {
                let (line, level) = line;
                // What is in quotes was looked into before.
                if placed.is_quoted() || !self.quoted(line, level)? {
                    self.collector.unknown(&text);
                }
            }
            Message::Flow { to, from } => {
                self.method_value(placed, &message)?;
                if let Some(last) = self.last.as_mut() {
                    last.way.flow(to, from);
                }
            }
            Message::Step { why, callee } => {
                if let Some(last) = self.last.as_mut() {
                    last.way.step(why, callee);
                }
            }
            Message::Explained { function } => {
                self.explained()?;
                self.within = function.map(str::to_owned);
            }
            Message::Inlined => {
                let at = self.position(placed)?;
                self.collector.call(at)?;
            }
            Message::Function {
                name: function,
                are_all_told,
            } => {
                let at = (self.collector.file(&name(placed))?, placed.line);
                let is_literal = is_literal(function);
                self.collector.function(at, is_literal, are_all_told)?;
                if function.contains('[') {
                    self.collector.generic(at.0)?;
                }
                if !is_literal && is_plain(function) {
                    self.collector.function_name(at, function)?;
                }
            }
            Message::Moved(variable) => {
                self.decide(placed, variable, EscapeOutcome::Heap, true)?;
            }
            Message::Stays(subject) => {
                if may_be_allocated(subject) {
                    self.decide(placed, subject, EscapeOutcome::Stack, false)?;
                }
            }
            Message::Escapes {
                subject,
                is_explained,
                function,
            } => {
                let key = self.decide(placed, subject, EscapeOutcome::Heap, false)?;
                if let Some(function) = function {
                    self.collector.in_function(&key, function)?;
                }
                if is_explained {
                    self.explained()?;
                    self.within = function.map(str::to_owned);
                    self.last = Some(Explained {
                        key,
                        way: Way::default(),
                    });
                }
            }
        }
        Ok(())
    }

    /// What a flow says of methods, if it does.
    fn method_value(&mut self, placed: &Placed<'_>, message: &Message<'_>) -> Result<()> {
        let Some(subject) = of_flow(message) else {
            return Ok(());
        };
        let file = self.collector.file(&name(placed))?;
        self.collector
            .method_value(file, self.within.as_deref(), subject)
    }

    fn position(&mut self, placed: &Placed<'_>) -> Result<Position> {
        Ok(Position {
            file: self.collector.file(&name(placed))?,
            line: placed.line,
            column: placed.column,
        })
    }

    fn decide(
        &mut self,
        placed: &Placed<'_>,
        subject: &str,
        outcome: EscapeOutcome,
        is_variable: bool,
    ) -> Result<Key> {
        let key = Key {
            at: self.position(placed)?,
            inlined: Vec::new(),
            package: self.package,
            subject: subject.to_owned(),
            outcome,
        };
        self.collector.decide(&key, is_variable)?;
        Ok(key)
    }

    /// The last explanation is over.
    fn explained(&mut self) -> Result<()> {
        match self.last.take() {
            Some(last) => self.collector.explain(&last.key, last.way),
            None => Ok(()),
        }
    }
}

/// Whether a line is of the compiler, or holds one in a text of its own.
fn says(line: &[u8]) -> bool {
    Placed::find(line).is_some() || heading(line).is_some()
}

fn name<'a>(placed: &Placed<'a>) -> Cow<'a, str> {
    String::from_utf8_lossy(placed.file)
}

/// Whether a function is a literal in another one, as the compiler names those: `F.func1`, `(*T).F.func1.2`, `F.gowrap1`.
/// Those of variables of a package are in none (cmd/compile/internal/ir: closureName).
fn is_literal(function: &str) -> bool {
    const KINDS: [&str; 4] = ["func", "gowrap", "deferwrap", "rangefunc"];
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let last = |part: &str| {
        let mut kinds = KINDS.iter();
        is_number(part) || kinds.any(|kind| part.strip_prefix(kind).is_some_and(is_number))
    };
    let is_of_package = function.starts_with("init.") || function.starts_with("glob..");
    !is_of_package
        && function
            .rsplit_once('.')
            .is_some_and(|(_, part)| last(part))
}

/// Whether a name is that of a function as the source declares it: without type arguments, and nothing that the compiler makes.
fn is_plain(function: &str) -> bool {
    let is_made = function.contains(['[', '-']) || function.starts_with("init.");
    !is_made && !function.starts_with("glob..")
}

/// Whether what does not escape may be allocated all the same; parameters and variables are not.
fn may_be_allocated(subject: &str) -> bool {
    match AllocationKind::of(subject) {
        AllocationKind::Boxed | AllocationKind::Constant | AllocationKind::Empty => false,
        // Of a type with a name it is not told whether it is a slice or a map.
        AllocationKind::Other => subject.starts_with("make("),
        _ => true,
    }
}
