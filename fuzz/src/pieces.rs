//! An input that arrives a few bytes at a time, as from a pipe: what is read of it is what is read of it whole.

use std::io::{self, Read};

use heapwise_decode::Source;

/// An input, and how many bytes of it come at once.
pub struct Pieces<'a> {
    input: &'a [u8],
    at_once: usize,
}

impl<'a> Pieces<'a> {
    /// Takes the number from the input, so that it changes with it.
    pub fn of(input: &'a [u8]) -> Pieces<'a> {
        let at_once = 1 + input.len() / 7 % 61;
        Pieces { input, at_once }
    }
}

impl Source for Pieces<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(Reader {
            rest: self.input,
            at_once: self.at_once,
        }))
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    at_once: usize,
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.at_once.min(out.len());
        let Some(out) = out.get_mut(..size) else {
            return Ok(0);
        };
        self.rest.read(out)
    }
}
