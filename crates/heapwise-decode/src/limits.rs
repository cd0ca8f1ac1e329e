/// How much a profile may take.
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 8 << 30,
            max_message_bytes: 16 << 20,
            max_table_bytes: 512 << 20,
            max_column_bytes: 1 << 30,
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
