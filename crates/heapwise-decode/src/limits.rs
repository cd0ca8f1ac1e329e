//! How much memory and input a profile may take, and which texts are read.

/// How much a profile may take, and how a text is read.
///
/// Decoding stops with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) at the first limit
/// that is reached, before the memory is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes that the input may inflate to, each layer of compression on its own. Default 8 GiB.
    pub max_bytes: u64,
    /// Bytes of one protobuf message or string. Default 16 MiB.
    pub max_message_bytes: usize,
    /// Bytes that the tables of strings, locations, functions and mappings may hold together.
    /// Default 512 MiB.
    pub max_table_bytes: usize,
    /// Bytes that the columns of a [`Profile`](crate::Profile) may hold. Default 1 GiB. Visiting
    /// samples one by one is not limited by it.
    pub max_column_bytes: usize,
    /// Whether texts are read with the names that they carry. Default: they are.
    pub texts: TextReading,
}

/// How a text form of a profile is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TextReading {
    /// With the names and labels of its `#` lines. A last record that is cut short is left out and
    /// noted, and a record may have an empty stack.
    #[default]
    WithNames,
    /// As pprof reads it (profile/legacy_profile.go: parseLegacy): `#` lines are passed over, a last
    /// line counts as it is, and a record that pprof refuses is refused. A goroutine dump, which
    /// pprof cannot read, is nothing but names: it is read all the same.
    AsPprof,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 8 << 30,
            max_message_bytes: 16 << 20,
            max_table_bytes: 512 << 20,
            max_column_bytes: 1 << 30,
            texts: TextReading::WithNames,
        }
    }
}

impl Limits {
    /// The default limits with another cap on inflated bytes.
    pub fn with_max_bytes(max_bytes: u64) -> Self {
        Self {
            max_bytes,
            ..Self::default()
        }
    }
}
