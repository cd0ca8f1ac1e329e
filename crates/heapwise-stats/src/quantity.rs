//! What is counted: bytes or objects.

/// What is being estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Bytes: a block counts as its size.
    Bytes,
    /// Objects: a block counts as one.
    Objects,
}

impl Quantity {
    /// What one block of `size` bytes contributes.
    #[must_use]
    pub fn of_block(self, size: u64) -> f64 {
        match self {
            Self::Bytes => size as f64,
            Self::Objects => 1.0,
        }
    }
}
