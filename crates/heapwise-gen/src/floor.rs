//! What reading a file costs at least: inflating it in chunks, with its checksum.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};

const INPUT_CHUNK: usize = 64 << 10;
const OUTPUT_CHUNK: usize = 128 << 10;
/// A header without optional parts, as the Go runtime writes it.
const HEADER: usize = 10;

/// Inflates one gzip member without optional header parts in chunks, with its checksum, and
/// returns how many bytes it holds: the least that anything that reads a profile has to do, and
/// what other figures are divided by.
///
/// # Errors
///
/// Whatever is not such a member.
pub fn inflate(mut reader: impl Read) -> io::Result<u64> {
    skip_header(&mut reader)?;
    let mut input = vec![0; INPUT_CHUNK];
    let mut output = vec![0; OUTPUT_CHUNK];
    let mut inflate = Decompress::new(false);
    let mut checksum = crc32fast::Hasher::new();
    let mut unread = 0..0;
    loop {
        if unread.is_empty() {
            unread = 0..reader.read(&mut input)?;
        }
        let available = input.get(unread.clone()).unwrap_or_default();
        let before = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(available, &mut output, FlushDecompress::None)?;
        let made = (inflate.total_out() - before.1) as usize;
        checksum.update(output.get(..made).unwrap_or_default());
        let taken = (inflate.total_in() - before.0) as usize;
        if status == Status::StreamEnd {
            let trailer = input.get(unread.start + taken..unread.end);
            return check(trailer.unwrap_or_default(), reader, checksum, &inflate);
        }
        if (taken, made) == (0, 0) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        unread.start += taken;
    }
}

/// Reads a header, which may name the file that was compressed.
fn skip_header(mut reader: impl Read) -> io::Result<()> {
    const HAS_NAME: u8 = 8;
    let mut header = [0; HEADER];
    reader.read_exact(&mut header)?;
    match header {
        [0x1f, 0x8b, 8, 0, ..] => Ok(()),
        [0x1f, 0x8b, 8, HAS_NAME, ..] => {
            let mut byte = [1];
            while byte != [0] {
                reader.read_exact(&mut byte)?;
            }
            Ok(())
        }
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Compares the checksum and the length behind the deflated bytes with what came out of them.
fn check(
    start: &[u8],
    reader: impl Read,
    checksum: crc32fast::Hasher,
    inflate: &Decompress,
) -> io::Result<u64> {
    let mut trailer = [0; 8];
    start.chain(reader).read_exact(&mut trailer)?;
    let length = inflate.total_out();
    let expected = u64::from(checksum.finalize()) | (length & 0xffff_ffff) << 32;
    if u64::from_le_bytes(trailer) != expected {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(length)
}
