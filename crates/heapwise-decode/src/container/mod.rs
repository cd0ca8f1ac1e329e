//! The compressed containers around a profile, peeled off layer by layer.

mod aside;
mod gzip;
mod inflater;
mod left_out;
#[cfg(feature = "zstd")]
mod zstd;

use crate::words::counted;
use std::io::{self, Cursor, Read};

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::{Limits, TextReading};
use crate::line_ends;
use crate::mangled;
use crate::sniff;
use crate::source::Source;
use crate::utf8;

pub(crate) use aside::{Chunked, is_large, read_aside};
pub(crate) use left_out::LeftOut;

/// Layers of compression that are peeled off; Datadog's tracer once wrote gzip in gzip.
const MAX_LAYERS: usize = 4;

/// How the profile was packed, outermost layer first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Encoding {
    /// The name used in reports: `gzip`, `zstd`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Zstd => "zstd",
        }
    }
}

/// The plain bytes of a possibly compressed input, and the layers that were around them.
pub(crate) struct Plain<'a> {
    pub(crate) reader: Box<dyn Read + Send + 'a>,
    pub(crate) layers: Vec<Encoding>,
    /// What was found behind the last gzip member, once the reader is at its end.
    pub(crate) left_out: LeftOut,
}

/// Opens a source, and undoes what it is compressed by.
pub(crate) fn open<'a>(source: &'a (impl Source + ?Sized), limits: &Limits) -> Result<Plain<'a>> {
    let reader = source.open().map_err(|error| Error::from_io(error, 0))?;
    unpack(reader, limits)
}

/// Recognises compression by its magic bytes, never by a name, and undoes it.
pub(crate) fn unpack<'a>(reader: Box<dyn Read + Send + 'a>, limits: &Limits) -> Result<Plain<'a>> {
    let mut reader = reader;
    let mut layers = Vec::new();
    let left_out = LeftOut::default();
    // pprof refuses it.
    let takes_tail = limits.texts == TextReading::WithNames;
    loop {
        let (head, rest) = peek(reader)?;
        if let Some(error) = mangled::refuse(&head).or_else(|| unwritten(&head)) {
            return Err(error);
        }
        let Some(encoding) = sniff(&head) else {
            let rest = refuse_tar(&head, rest)?;
            return Ok(Plain {
                reader: as_text(head, rest, limits.texts)?,
                layers,
                left_out,
            });
        };
        let next = Cursor::new(head).chain(rest);
        if layers.len() == MAX_LAYERS {
            return Err(Error::new(
                ErrorKind::Container,
                Stage::Format,
                format!("layer {}", MAX_LAYERS + 1),
                format!("{} again", encoding.name()),
                format!("a profile within {MAX_LAYERS} layers of compression"),
            ));
        }
        layers.push(encoding);
        reader = match encoding {
            Encoding::Gzip => Box::new(Capped::new(
                gzip::GzipReader::new(next, takes_tail.then(|| left_out.clone())),
                limits,
            )),
            #[cfg(feature = "zstd")]
            Encoding::Zstd => Box::new(Capped::new(zstd::ZstdReader::new(next), limits)),
            #[cfg(not(feature = "zstd"))]
            Encoding::Zstd => {
                return Err(Error::new(
                    ErrorKind::Container,
                    Stage::Zstd,
                    "byte 0",
                    "a zstd frame",
                    "gzip or no compression: built without the feature zstd",
                ));
            }
        };
    }
}

/// Refuses what begins with zeros alone: a file whose data was never written, of which more would not tell more.
fn unwritten(head: &[u8]) -> Option<Error> {
    let is_unwritten = head.len() == utf8::HEAD && head.iter().all(|byte| *byte == 0);
    is_unwritten.then(|| {
        Error::new(
            ErrorKind::NotAProfile,
            Stage::Format,
            "byte 0",
            format!(
                "nothing but zeros in the first {}",
                counted(head.len(), "byte")
            ),
            "a profile (a crash or a full disk may leave a file of zeros)",
        )
    })
}

/// Refuses a tar archive: what is in its files may look like one text, in the order in which they were put there.
fn refuse_tar<'a>(
    head: &[u8],
    mut rest: Box<dyn Read + Send + 'a>,
) -> Result<Box<dyn Read + Send + 'a>> {
    // A name, and zeros behind it.
    let is_name = head.first().is_some_and(u8::is_ascii_graphic);
    if head.len() < utf8::HEAD || !is_name || head.contains(&b'\n') {
        return Ok(rest);
    }
    let mut more = Vec::new();
    rest.by_ref()
        .take((sniff::HEAD - head.len()) as u64)
        .read_to_end(&mut more)
        .map_err(|error| Error::from_io(error, head.len() as u64))?;
    match sniff::is_tar(&[head, &more].concat()) {
        true => Err(sniff::tar()),
        false => Ok(Box::new(Cursor::new(more).chain(rest))),
    }
}

fn sniff(head: &[u8]) -> Option<Encoding> {
    match head {
        [0x1f, 0x8b, ..] => Some(Encoding::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Encoding::Zstd),
        _ => None,
    }
}

/// What is no longer compressed, in UTF-8 and with the usual line ends where it is a text: pprof knows no other ones.
/// PowerShell may have taken gzip for a text.
fn as_text<'a>(
    head: Vec<u8>,
    rest: Box<dyn Read + Send + 'a>,
    texts: TextReading,
) -> Result<Box<dyn Read + Send + 'a>> {
    let is_utf8 = !head.starts_with(b"\xff\xfe") && !head.starts_with(b"\xfe\xff");
    let has_usual_ends = utf8::is_plain(&head) && line_ends::is_usual(&head);
    let mut reader = utf8::reader(head, rest);
    if !has_usual_ends && texts == TextReading::WithNames {
        reader = line_ends::reader(reader);
    }
    if is_utf8 {
        return Ok(reader);
    }
    let (head, rest) = peek(reader)?;
    match mangled::refuse(&head) {
        Some(error) => Err(error),
        None => Ok(Box::new(Cursor::new(head).chain(rest))),
    }
}

/// Bytes from the front, and what comes after them.
fn peek<'a>(mut reader: Box<dyn Read + Send + 'a>) -> Result<(Vec<u8>, Box<dyn Read + Send + 'a>)> {
    let mut head = Vec::with_capacity(utf8::HEAD);
    reader
        .by_ref()
        .take(utf8::HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| Error::from_io(error, 0))?;
    Ok((head, reader))
}

/// Stops a layer that inflates to more than the cap.
struct Capped<R> {
    reader: R,
    produced: u64,
    cap: u64,
}

impl<R: Read> Capped<R> {
    fn new(reader: R, limits: &Limits) -> Self {
        Self {
            reader,
            produced: 0,
            cap: limits.max_bytes,
        }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        self.produced = self.produced.saturating_add(count as u64);
        if self.produced > self.cap {
            return Err(io::Error::other(too_large(self.cap)));
        }
        Ok(count)
    }
}

/// The refusal of input beyond the cap.
pub(crate) fn too_large(cap: u64) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        Stage::Read,
        format!("byte {cap}"),
        "more bytes after inflation",
        format!("at most {}", counted(cap, "byte")),
    )
    .with_advice("raise the cap if the profile is really that large")
}
