//! Which zone times are printed in: the one that pprof prints them in, as Go's time package finds it
//! (time/zoneinfo_unix.go: initLocal).

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use heapwise_analysis::Zone;

/// Where the rules of zones are looked for by name.
const FOLDERS: [&str; 4] = [
    "/usr/share/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/usr/lib/locale/TZ",
    "/etc/zoneinfo",
];

/// The most that rules take, as in Go.
const LARGEST: u64 = 10 << 20;

/// The zone that `TZ` names or whose file it is; without it that of the system. UTC where it is
/// empty or names none, and where a system keeps no rules in files.
pub(crate) fn local() -> Zone {
    let files = match std::env::var_os("TZ") {
        None => vec![PathBuf::from("/etc/localtime")],
        Some(name) => files_of(&name),
    };
    let mut zones = files.iter().filter_map(|file| read(file));
    zones.next().unwrap_or_default()
}

/// The files that a value of `TZ` may mean.
fn files_of(name: &OsStr) -> Vec<PathBuf> {
    let name = match name.to_str() {
        Some(text) => Path::new(text.strip_prefix(':').unwrap_or(text)),
        None => Path::new(name),
    };
    if name.as_os_str().is_empty() {
        return Vec::new();
    }
    // Joined to a folder, an absolute path is itself.
    FOLDERS.map(|folder| Path::new(folder).join(name)).to_vec()
}

fn read(file: &Path) -> Option<Zone> {
    let mut rules = Vec::new();
    File::open(file)
        .ok()?
        .take(LARGEST)
        .read_to_end(&mut rules)
        .ok()?;
    Zone::from_rules(&rules)
}
