//! What a refusal says: the stage, the place, what was found and what was expected.

use std::fmt;

use crate::words::counted;

/// The result of decoding.
pub type Result<T> = std::result::Result<T, Error>;

/// Why some bytes were refused: the stage that refused them, the place, what was found there and
/// what was expected.
///
/// Printed on one line, `stage: place: found X, expected Y`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    stage: Stage,
    place: String,
    found: String,
    expected: String,
    advice: Option<&'static str>,
}

/// What sort of rule the input broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no byte to decode.
    Empty,
    /// The bytes are something else than a profile.
    NotAProfile,
    /// The bytes end in the middle of something.
    Truncated,
    /// Two profiles follow one another.
    Concatenated,
    /// A size cap of [`Limits`](crate::Limits) was reached.
    TooLarge,
    /// A compressed stream is damaged.
    Container,
    /// The protobuf encoding is damaged.
    Wire,
    /// A line of a text form breaks its grammar.
    Text,
    /// The words of a binary CPU profile of gperftools break its rules.
    Cpu,
    /// A table is inconsistent: a repeated or reserved id, an index out of range, a wrong count.
    Structure,
    /// Two profiles cannot be combined.
    Incompatible,
    /// The input could not be read at all.
    Io,
}

/// The step of decoding that refused the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reading bytes from the source.
    Read,
    /// Recognising the format.
    Format,
    /// Inflating gzip.
    Gzip,
    /// Inflating zstd.
    Zstd,
    /// Splitting bytes into protobuf fields.
    Protobuf,
    /// Reading the lines of a text form.
    Text,
    /// Reading the words of a binary CPU profile of gperftools.
    Cpu,
    /// Checking the tables against each other.
    Structure,
    /// Reading the messages of OTLP profiles.
    Otlp,
    /// Adding profiles up.
    Merge,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Read => "read",
            Stage::Format => "format",
            Stage::Gzip => "gzip",
            Stage::Zstd => "zstd",
            Stage::Protobuf => "protobuf",
            Stage::Text => "text",
            Stage::Cpu => "cpu",
            Stage::Structure => "structure",
            Stage::Otlp => "otlp",
            Stage::Merge => "merge",
        })
    }
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        stage: Stage,
        place: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                stage,
                place: place.into(),
                found: found.into(),
                expected: expected.into(),
                advice: None,
            }),
        }
    }

    pub(crate) fn with_advice(mut self, advice: &'static str) -> Self {
        self.inner.advice = Some(advice);
        self
    }

    /// Bytes that end too early, at `byte` of the stage's input.
    pub(crate) fn truncated(stage: Stage, byte: u64, expected: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Truncated,
            stage,
            format!("byte {byte}"),
            "the end of the input",
            expected,
        )
    }

    /// A table row that breaks a rule.
    pub(crate) fn structure(
        place: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::new(
            ErrorKind::Structure,
            Stage::Structure,
            place,
            found,
            expected,
        )
    }

    /// Profiles that cannot be combined: in what they differ, and what would do.
    pub fn incompatible(
        place: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::new(
            ErrorKind::Incompatible,
            Stage::Merge,
            place,
            found,
            expected,
        )
    }

    /// The refusal of samples that take more than `max_bytes` in memory, from the one at position
    /// `row` on.
    pub fn too_many_samples(row: usize, max_bytes: usize) -> Self {
        Self::new(
            ErrorKind::TooLarge,
            Stage::Structure,
            format!("sample, row {row}"),
            format!(
                "samples of more than {} in memory",
                counted(max_bytes, "byte")
            ),
            "samples within the limit",
        )
    }

    /// The refusal of a sum whose tables take more than `max_bytes` in memory.
    pub fn too_large_tables(max_bytes: usize) -> Self {
        Self::new(
            ErrorKind::TooLarge,
            Stage::Merge,
            "tables",
            format!(
                "names and locations of more than {} in memory",
                counted(max_bytes, "byte")
            ),
            "tables within the limit",
        )
    }

    /// Turns an error of the underlying reader into ours; one of ours that travelled through
    /// `std::io` comes back unchanged.
    pub(crate) fn from_io(error: std::io::Error, byte: u64) -> Self {
        match error.downcast::<Error>() {
            Ok(own) => own,
            Err(error) => Self::new(
                ErrorKind::Io,
                Stage::Read,
                format!("byte {byte}"),
                error.to_string(),
                "readable input",
            ),
        }
    }

    /// What sort of rule was broken.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Which step refused the input.
    pub fn stage(&self) -> Stage {
        self.inner.stage
    }

    /// Where: a byte offset of the stage's input, or a table and a row.
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    /// What was found there.
    pub fn found(&self) -> &str {
        &self.inner.found
    }

    /// What would have been accepted.
    pub fn expected(&self) -> &str {
        &self.inner.expected
    }

    /// What to do about it, when there is something to do.
    pub fn advice(&self) -> Option<&'static str> {
        self.inner.advice
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        write!(
            f,
            "{}: {}: found {}, expected {}",
            inner.stage, inner.place, inner.found, inner.expected
        )
    }
}

impl std::error::Error for Error {}
