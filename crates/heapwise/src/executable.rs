//! Tells executables from profiles: `go tool pprof` takes a binary before its profiles.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::output::Output;
use heapwise_report::Warning;

/// Where a PE file says where its header is.
const PE_OFFSET: u64 = 0x3c;

/// The names without an executable that stands before profiles, of which people are told
/// (driver/cli.go: parseFlags). heapwise finds names in the profiles themselves.
pub(crate) fn without_binary<'a>(
    names: &'a [String],
    output: &Output,
) -> anyhow::Result<&'a [String]> {
    match names.split_first() {
        Some((first, rest)) if !rest.is_empty() => {
            let Some(kind) = executable(first) else {
                return Ok(names);
            };
            output.warn(&[Warning::new(
                "binary_passed_over",
                format!("{first}: passed over: found {kind}, and names are in profiles"),
            )])?;
            Ok(rest)
        }
        _ => Ok(names),
    }
}

/// What kind of executable a file is, if it is one.
pub(crate) fn executable(path: &str) -> Option<&'static str> {
    let is_file = std::fs::metadata(path).is_ok_and(|data| data.is_file());
    let mut file = File::open(path).ok().filter(|_| is_file)?;
    match bytes_at(&mut file, 0)? {
        [0x7f, b'E', b'L', b'F'] => Some("an ELF executable"),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf]
        | [0xce | 0xcf, 0xfa, 0xed, 0xfe]
        | [0xca, 0xfe, 0xba, 0xbe | 0xbf] => Some("a Mach-O executable"),
        [b'M', b'Z', ..] => {
            let offset = u32::from_le_bytes(bytes_at(&mut file, PE_OFFSET)?);
            let header = bytes_at(&mut file, offset.into())?;
            (header == *b"PE\0\0").then_some("a PE executable")
        }
        _ => None,
    }
}

fn bytes_at(file: &mut File, offset: u64) -> Option<[u8; 4]> {
    let mut bytes = [0; 4];
    file.seek(SeekFrom::Start(offset)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
