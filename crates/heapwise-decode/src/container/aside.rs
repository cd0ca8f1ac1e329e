//! Inflates on a second thread what is large, while the first looks at what was inflated.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, scope};

/// Compressed inputs from this size on are worth a thread: below, a reading takes less time than
/// systems take to give the thread a processor of its own.
const LARGE: u64 = 4 << 20;

/// Bytes that go from one thread to the other together.
const CHUNK: usize = 256 << 10;
/// Chunks that may wait. With those at work they are all the memory that this takes, 1 MiB.
const MOST_WAITING: usize = 2;
/// Free places before the bytes of a chunk, for those before them that nobody has looked at yet: what a
/// chunk cuts in two is nearly always a sample, which is far shorter.
const HEAD: usize = 4 << 10;

/// A reader that may hand over its bytes together with the buffer that they are in.
pub(crate) trait Chunked: Read {
    /// Exchanges a buffer for one that has its `unread` bytes and new ones behind them; returns where
    /// both are. `None` where nothing can be exchanged, so that bytes have to be read.
    ///
    /// # Errors
    ///
    /// As [`Read::read`].
    fn exchange(
        &mut self,
        buffer: &mut Vec<u8>,
        unread: Range<usize>,
    ) -> Option<io::Result<Range<usize>>> {
        let _ = (buffer, unread);
        None
    }
}

impl Chunked for Box<dyn Read + Send + '_> {}

/// Whether a compressed input is large enough to be read by [`read_aside`].
pub(crate) fn is_large(size: Option<u64>) -> bool {
    size.is_some_and(|size| size >= LARGE)
}

/// Hands to `take` the bytes of a reader that runs on a second thread: the same bytes, and then the
/// same error or end, as the reader itself gives. Without a second thread, the reader itself.
pub(crate) fn read_aside<T>(
    reader: Box<dyn Read + Send + '_>,
    take: impl FnOnce(&mut dyn Chunked) -> T,
) -> T {
    // Left there when no thread can be had.
    let reader = Mutex::new(Some(reader));
    let taken = &|| reader.lock().ok().and_then(|mut reader| reader.take());
    scope(|scope| {
        let (full, chunks) = sync_channel(MOST_WAITING);
        let (used, free) = channel();
        let run = move || {
            if let Some(mut reader) = taken() {
                pump(&mut reader, &full, &free);
            }
        };
        match Builder::new().spawn_scoped(scope, run) {
            Ok(_) => take(&mut Chunks {
                chunks,
                used,
                chunk: Chunk::default(),
                start: 0,
            }),
            Err(_) => {
                let nothing = || Box::new(io::empty()) as Box<dyn Read + Send>;
                take(&mut taken().unwrap_or_else(nothing))
            }
        }
    })
}

/// Bytes read, from [`HEAD`] on in a buffer.
#[derive(Default)]
struct Chunk {
    buffer: Vec<u8>,
    end: usize,
}

/// Reads to the end or to an error, or until nobody wants more.
fn pump(reader: &mut dyn Read, full: &SyncSender<io::Result<Chunk>>, free: &Receiver<Vec<u8>>) {
    loop {
        let mut buffer = free.try_recv().unwrap_or_default();
        buffer.resize(HEAD + CHUNK, 0);
        let free = buffer.get_mut(HEAD..).unwrap_or_default();
        let chunk = match reader.read(free) {
            Ok(0) => return,
            Ok(count) => Ok(Chunk {
                buffer,
                end: HEAD + count,
            }),
            Err(error) => Err(error),
        };
        let is_last = chunk.is_err();
        if full.send(chunk).is_err() || is_last {
            return;
        }
    }
}

/// The other end of [`pump`].
struct Chunks {
    chunks: Receiver<io::Result<Chunk>>,
    /// Takes buffers back.
    used: Sender<Vec<u8>>,
    chunk: Chunk,
    /// What was handed out of the chunk.
    start: usize,
}

impl Chunks {
    /// Waits for the next chunk; `false` where there is none.
    fn next(&mut self) -> io::Result<bool> {
        let Ok(next) = self.chunks.recv() else {
            return Ok(false);
        };
        let before = std::mem::replace(&mut self.chunk, next?);
        self.start = HEAD;
        self.give_back(before.buffer);
        Ok(true)
    }

    /// Hands a buffer back to be used again.
    fn give_back(&self, buffer: Vec<u8>) {
        if buffer.len() == HEAD + CHUNK {
            // The other thread may be at its end.
            let _ = self.used.send(buffer);
        }
    }
}

impl Chunked for Chunks {
    /// Copying every byte instead takes a sixth of the time that inflating them does.
    fn exchange(
        &mut self,
        buffer: &mut Vec<u8>,
        unread: Range<usize>,
    ) -> Option<io::Result<Range<usize>>> {
        let start = HEAD.checked_sub(unread.len())?;
        if self.start == self.chunk.end {
            match self.next() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        if self.start != HEAD {
            return None;
        }
        let Chunk { buffer: new, end } = std::mem::take(&mut self.chunk);
        self.start = 0;
        let old = std::mem::replace(buffer, new);
        if let (Some(place), Some(unread)) = (buffer.get_mut(start..HEAD), old.get(unread)) {
            place.copy_from_slice(unread);
        }
        self.give_back(old);
        Some(Ok(start..end))
    }
}

impl Read for Chunks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.start == self.chunk.end && !self.next()? {
            return Ok(0);
        }
        let unread = self.chunk.buffer.get(self.start..self.chunk.end);
        let count = unread.unwrap_or_default().read(out)?;
        self.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that count up, in pieces, and then an error.
    struct Pieces {
        left: usize,
        at: u8,
    }

    impl Read for Pieces {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.left == 0 {
                return Err(io::Error::other("no more"));
            }
            let count = out.len().min(self.left).min(50_000);
            for byte in out.iter_mut().take(count) {
                *byte = self.at;
                self.at = self.at.wrapping_add(1);
            }
            self.left -= count;
            Ok(count)
        }
    }

    fn pieces(left: usize) -> Pieces {
        Pieces { left, at: 0 }
    }

    #[test]
    fn hands_on_every_byte_and_then_the_error() {
        let mut expected = Vec::new();
        let _ = pieces(1_000_000).read_to_end(&mut expected);
        assert_eq!(expected.len(), 1_000_000);
        let mut found = Vec::new();
        let end = read_aside(Box::new(pieces(1_000_000)), |reader| {
            reader.read_to_end(&mut found)
        });
        assert!(found == expected);
        assert_eq!(end.unwrap_err().to_string(), "no more");
    }

    #[test]
    fn exchanges_buffers_for_every_byte_in_turn_with_reading() {
        let mut expected = Vec::new();
        let _ = pieces(1_000_000).read_to_end(&mut expected);
        for (left, reads) in [(0, 0), (700, 0), (HEAD, 3), (HEAD + 1, 2), (5, 1)] {
            let mut found = Vec::new();
            let end = read_aside(Box::new(pieces(1_000_000)), |reader| {
                let (mut buffer, mut unread) = (vec![0; 10_000], 0..0);
                loop {
                    for _ in 0..reads {
                        let mut some = [0; 1000];
                        found.extend_from_slice(&buffer[unread.clone()]);
                        unread = 0..0;
                        let count = reader.read(&mut some)?;
                        found.extend_from_slice(&some[..count]);
                    }
                    let Some(exchanged) = reader.exchange(&mut buffer, unread.clone()) else {
                        found.extend_from_slice(&buffer[unread.clone()]);
                        unread = 0..0;
                        let mut some = [0; 3000];
                        let count = reader.read(&mut some)?;
                        found.extend_from_slice(&some[..count]);
                        if count == 0 {
                            return Ok(());
                        }
                        continue;
                    };
                    unread = exchanged?;
                    let end = unread.end - left.min(unread.len());
                    found.extend_from_slice(&buffer[unread.start..end]);
                    unread.start = end;
                }
            });
            let end: io::Result<()> = end;
            assert!(found == expected[..found.len()]);
            assert!(found.len() + left >= expected.len());
            assert_eq!(end.unwrap_err().to_string(), "no more");
        }
    }

    #[test]
    fn ends_with_the_reader_and_with_who_takes() {
        let whole = read_aside(Box::new(&[7_u8; 300_000][..]), |reader| {
            let mut found = Vec::new();
            reader.read_to_end(&mut found).map(|_| found.len())
        });
        assert_eq!(whole.unwrap(), 300_000);
        let first = read_aside(Box::new(pieces(usize::MAX)), |reader| {
            let mut byte = [0];
            reader.read(&mut byte)
        });
        assert_eq!(first.unwrap(), 1);
    }
}
