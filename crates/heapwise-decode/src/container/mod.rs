//! The compressed containers around a profile, peeled off layer by layer.

mod gzip;
mod zstd;

use crate::words::counted;
use std::io::{self, Chain, Cursor, Read};

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;

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
    pub(crate) reader: Box<dyn Read + 'a>,
    pub(crate) layers: Vec<Encoding>,
}

/// Recognises compression by its magic bytes, never by a name, and undoes it.
pub(crate) fn unpack<'a>(reader: Box<dyn Read + 'a>, limits: &Limits) -> Result<Plain<'a>> {
    let mut reader = reader;
    let mut layers = Vec::new();
    loop {
        let (head, next) = peek(reader)?;
        let Some(encoding) = sniff(&head) else {
            return Ok(Plain {
                reader: next,
                layers,
            });
        };
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
            Encoding::Gzip => Box::new(Capped::new(gzip::GzipReader::new(next), limits)),
            Encoding::Zstd => Box::new(Capped::new(zstd::ZstdReader::new(next), limits)),
        };
    }
}

fn sniff(head: &[u8]) -> Option<Encoding> {
    match head {
        [0x1f, 0x8b, ..] => Some(Encoding::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Encoding::Zstd),
        _ => None,
    }
}

type Peeked<'a> = Chain<Cursor<Vec<u8>>, Box<dyn Read + 'a>>;

/// Up to four bytes from the front, and a reader that still yields them.
fn peek<'a>(mut reader: Box<dyn Read + 'a>) -> Result<(Vec<u8>, Box<dyn Read + 'a>)> {
    let mut head = Vec::with_capacity(4);
    reader
        .by_ref()
        .take(4)
        .read_to_end(&mut head)
        .map_err(|error| Error::from_io(error, 0))?;
    let chained: Peeked<'a> = Cursor::new(head.clone()).chain(reader);
    Ok((head, Box::new(chained)))
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
    .with_advice("raise the cap with --max-bytes if the profile is really that large")
}
