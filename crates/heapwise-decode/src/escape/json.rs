//! Lines of what `-json=0,DIR` writes: a head that names file and package, then diagnostics as an editor takes them
//! (cmd/compile/internal/logopt/log_opts.go).

use std::borrow::Cow;

use serde::Deserialize;

use super::collect::Collector;
use super::decision::{EscapeOutcome, Position};
use super::flow::Way;
use super::known::Key;
use super::message::{Message, leaked};
use super::method_value::of_flow;
use crate::error::Result;

/// The file that diagnostics are of.
#[derive(Debug, Default)]
pub(super) struct JsonFile {
    file: Option<u32>,
    package: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    package: Cow<'a, str>,
    #[serde(borrow)]
    gc_version: Cow<'a, str>,
    #[serde(borrow)]
    file: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Diagnostic<'a> {
    range: Range,
    #[serde(borrow)]
    code: Cow<'a, str>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
    #[serde(borrow, default, rename = "relatedInformation")]
    related: Vec<Related<'a>>,
}

#[derive(Debug, Deserialize)]
struct Related<'a> {
    #[serde(borrow)]
    location: Location<'a>,
    #[serde(borrow)]
    message: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Location<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
    range: Range,
}

#[derive(Debug, Deserialize)]
struct Range {
    start: Point,
}

/// From 1, unlike what the protocol of editors says.
#[derive(Debug, Deserialize)]
struct Point {
    line: u32,
    character: u32,
}

impl JsonFile {
    /// A line; whether it is one of such a file.
    pub(super) fn line(&mut self, line: &[u8], collector: &mut Collector) -> Result<bool> {
        if let Ok(diagnostic) = serde_json::from_slice::<Diagnostic<'_>>(line) {
            self.diagnostic(&diagnostic, collector)?;
            return Ok(true);
        }
        let Ok(head) = serde_json::from_slice::<Head<'_>>(line) else {
            return Ok(false);
        };
        self.file = Some(collector.file(&path(&head.file))?);
        self.package = Some(collector.package(&head.package)?);
        collector.compiler(&head.gc_version)?;
        Ok(true)
    }

    fn diagnostic(&self, found: &Diagnostic<'_>, collector: &mut Collector) -> Result<()> {
        let Some(file) = self.file else {
            // A diagnostic of no file.
            collector.unread(1);
            return Ok(());
        };
        collector.message();
        collector.next_part();
        let at = &found.range.start;
        for subject in flows(&found.related).filter_map(|flow| of_flow(&flow)) {
            collector.method_value(file, None, subject)?;
        }
        match &*found.code {
            "escape" | "escapes" => self.decision(found, file, collector),
            "canInlineFunction" | "cannotInlineFunction" => {
                collector.function((file, at.line), false, true)
            }
            "leak" => match leaked(&found.message) {
                Some(name) => collector.parameter(file, at.line, name),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn decision(&self, found: &Diagnostic<'_>, file: u32, collector: &mut Collector) -> Result<()> {
        let subject = match Message::of(&found.message) {
            Message::Escapes { subject, .. } => subject,
            _ if found.message.is_empty() => "",
            _ => {
                collector.unknown(&found.message);
                return Ok(());
            }
        };
        let inlined = found.related.iter();
        let inlined = inlined.take_while(|related| related.message == "inlineLoc");
        let inlined: Vec<Position> = inlined
            .map(|related| {
                Ok(Position {
                    file: collector.file(&path(&related.location.uri))?,
                    line: related.location.range.start.line,
                    column: related.location.range.start.character,
                })
            })
            .collect::<Result<_>>()?;
        let key = Key {
            at: Position {
                file,
                line: found.range.start.line,
                column: found.range.start.character,
            },
            inlined,
            package: self.package,
            subject: subject.to_owned(),
            outcome: EscapeOutcome::Heap,
        };
        collector.decide(&key, false)?;
        collector.explain(&key, way(&found.related))
    }
}

/// The lines of an explanation.
fn flows<'a>(related: &'a [Related<'_>]) -> impl Iterator<Item = Message<'a>> {
    let steps = related.iter();
    let steps = steps.filter_map(|related| related.message.strip_prefix("escflow:"));
    steps.map(Message::of)
}

fn way(related: &[Related<'_>]) -> Way {
    let mut way = Way::default();
    for message in flows(related) {
        match message {
            Message::Flow { to, from } => way.flow(to, from),
            Message::Step { why, callee } => way.step(why, callee),
            _ => {}
        }
    }
    way
}

/// A file of a `file://` address, or a path as it is.
fn path(name: &str) -> String {
    let Some(address) = name.strip_prefix("file://") else {
        return name.to_owned();
    };
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let code = others.get(..2).filter(|_| first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = others.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = others;
            }
        }
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    // file:///C:/x names a drive.
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => {
            path.get(1..).unwrap_or_default().to_owned()
        }
        _ => path,
    }
}
