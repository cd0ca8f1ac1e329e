//! Keeps what was fetched: a file of its own each, there only when it is whole.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context;
use heapwise_analysis::timestamp;

use super::Page;
use super::target::Target;
use crate::interrupt::Interrupt;
use crate::today::nanos;

/// Writes a page into a folder and tells the path.
pub(super) fn keep(folder: &str, target: &Target, page: &Page) -> anyhow::Result<String> {
    fs::create_dir_all(folder).with_context(|| folder.to_owned())?;
    let stem = stem(target, page.ended);
    let ending = ending(&page.bytes);
    for number in 1_u32.. {
        let suffix = match number {
            1 => String::new(),
            number => format!("-{number}"),
        };
        let path = Path::new(folder).join(format!("{stem}{suffix}{ending}"));
        let shown = path.display().to_string();
        match write_new(folder, &path, &page.bytes) {
            Ok(()) => return Ok(shown),
            Err(error) if is_taken(&error) => {}
            Err(error) => return Err(error.context(shown)),
        }
    }
    unreachable!("there are fewer files than numbers")
}

/// Writes a file that is not there yet: beside it first, so that it is never seen half.
fn write_new(folder: &str, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let interrupt = Interrupt::install()?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".part-");
    // As a new file has them: others may read it if the user lets them.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    // Not by the wrapper, whose errors name the file beside.
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_all()?;
    interrupt.check()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

fn is_taken(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::AlreadyExists)
}

/// `heap-localhost-6060-20261128T190058.250Z`.
fn stem(target: &Target, at: SystemTime) -> String {
    let host = target.place();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let place: String = host
        .chars()
        .map(|c| if is_plain(c) { c } else { '-' })
        .collect();
    let page: String = target
        .page_name()
        .chars()
        .filter(|c| is_plain(*c))
        .collect();
    // What is known only by the question, and matters to what is read of the file.
    let is_forced = target.value("gc").is_some_and(|value| value != "0");
    let gc = if is_forced { ".gc1" } else { "" };
    format!(
        "{page}{gc}-{}-{}",
        place.trim_matches('-'),
        timestamp(nanos(at))
    )
}

/// The ending that tells what it is.
fn ending(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x1f, 0x8b, ..] => ".pb.gz",
        _ if bytes.starts_with(b"{") => ".json",
        _ if bytes
            .iter()
            .take(64)
            .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) =>
        {
            ".txt"
        }
        _ => ".pb",
    }
}
