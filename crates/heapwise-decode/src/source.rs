//! Where profiles are read from.

use std::io::{self, Read};

/// Bytes that can be read from the start more than once.
///
/// A profile whose samples come before the locations they name is read twice rather than kept in
/// memory, and so is one that a question needs to look at twice. A source that can be read only
/// once (a pipe) is to be collected into memory first: compressed, profiles are small.
pub trait Source {
    /// A new reader at the first byte.
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>>;

    /// How many bytes there are, where that is known before they are read. Large inputs are inflated
    /// on a thread of their own.
    fn size(&self) -> Option<u64> {
        None
    }
}

/// No source: that of what is in memory.
#[derive(Debug, Clone, Copy)]
pub enum NoSource {}

impl Source for NoSource {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        match *self {}
    }
}

impl Source for [u8] {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(self))
    }

    fn size(&self) -> Option<u64> {
        Some(self.len() as u64)
    }
}

impl<S: Source + ?Sized> Source for &S {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        (**self).open()
    }

    fn size(&self) -> Option<u64> {
        (**self).size()
    }
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        (**self).open()
    }

    fn size(&self) -> Option<u64> {
        (**self).size()
    }
}

impl Source for Vec<u8> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(self.as_slice()))
    }

    fn size(&self) -> Option<u64> {
        Some(self.len() as u64)
    }
}
