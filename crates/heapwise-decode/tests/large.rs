//! What is large enough to be inflated on a second thread is read, and refused, as on one.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use heapwise_decode::{Limits, Profile, Source};

/// Bytes that do not tell their size, and are therefore read on one thread.
struct OfUnknownSize<'a>(&'a [u8]);

impl Source for OfUnknownSize<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(self.0))
    }
}

/// A profile of texts that do not compress: 5 MB.
fn profile() -> io::Result<Vec<u8>> {
    let mut plain = vec![0x32, 0];
    let mut seed: u64 = 1;
    for _ in 0..80 {
        plain.extend([0x32, 0x80, 0x80, 4]);
        plain.extend((0..1 << 16).map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as u8
        }));
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&plain)?;
    gzip.finish()
}

#[test]
fn two_threads_read_and_refuse_what_one_does() {
    let whole = profile().unwrap();
    assert!(whole.len() > 5 << 20);
    let middle = whole.len() / 2;
    let mut tail = whole.clone();
    tail.extend(b"rest");
    let mut damaged = whole.clone();
    damaged[middle] ^= 1;
    damaged[middle + 1] ^= 0x55;
    let mut wrong_sum = whole.clone();
    let at = whole.len() - 8;
    wrong_sum[at] ^= 1;
    let mut small = Limits::default();
    small.max_bytes = 3 << 20;
    let default = Limits::default();
    for (bytes, limits) in [
        (&whole[..], &default),
        (&tail[..], &default),
        (&whole[..whole.len() - 3], &default),
        (&whole[..middle], &default),
        (&damaged[..], &default),
        (&wrong_sum[..], &default),
        (&whole[..], &small),
    ] {
        let on_two = Profile::read(bytes, limits);
        let on_one = Profile::read(&OfUnknownSize(bytes), limits);
        match (on_two, on_one) {
            (Ok(two), Ok(one)) => assert!(two == one),
            (Err(two), Err(one)) => assert_eq!(two.to_string(), one.to_string()),
            (two, one) => panic!("{:?} on two threads, {:?} on one", two.err(), one.err()),
        }
    }
}
