//! Times are printed in the zone that `TZ` names, as `go tool pprof` prints them; JSON keeps them as
//! numbers.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes files for the command to read"
)]

mod common;

use std::io::Read;
use std::path::Path;

use common::{heapwise, workspace};
use flate2::read::GzDecoder;

/// When `testdata/server/heap.pb.gz` was taken.
const CAPTURED: i64 = 1_795_455_650_867_491_080;

/// A captured profile as if it had been taken then.
fn taken(folder: &Path, seconds: i64) -> String {
    let captured = std::fs::read(workspace().join("testdata/server/heap.pb.gz")).unwrap();
    let mut profile = Vec::new();
    let mut unpacked = GzDecoder::new(&*captured);
    unpacked.read_to_end(&mut profile).unwrap();
    let own = time_field(CAPTURED);
    let at = profile.windows(own.len()).position(|field| field == own);
    let at = at.unwrap();
    profile.splice(at..at + own.len(), time_field(seconds * 1_000_000_000));
    let path = folder.join(format!("{seconds}.pb"));
    std::fs::write(&path, profile).unwrap();
    path.display().to_string()
}

/// `time_nanos`, field 9 of a profile.
fn time_field(nanos: i64) -> Vec<u8> {
    let mut field = vec![9 << 3];
    let mut rest = nanos.cast_unsigned();
    while rest >= 0x80 {
        field.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    field.push(rest as u8);
    field
}

/// Rules of a zone as systems keep them (RFC 9636), of which the last line says all.
fn rules(folder: &Path, name: &str, line: &str) -> String {
    // One kind of local time, at no distance from UTC, and four letters of names.
    let counts = [0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).concat();
    let header = [&b"TZif2"[..], &[0; 15], &counts].concat();
    let block = [&header[..], &[0; 6], b"UTC\0"].concat();
    let file = [&block[..], &block, b"\n", line.as_bytes(), b"\n"].concat();
    let path = folder.join(name);
    std::fs::write(&path, file).unwrap();
    path.display().to_string()
}

fn answer(zone: &str, args: &[&str]) -> String {
    let mut command = heapwise(&workspace());
    let output = command.env("TZ", zone).args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn times_are_told_in_the_zone_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let new_york = rules(folder.path(), "ny", "EST5EDT,M3.2.0,M11.1.0");
    let kathmandu = rules(folder.path(), "ktm", "<+0545>-5:45");
    // A second before New York's clocks were put back, and then.
    for (seconds, zone, short, long) in [
        (
            1_762_063_199,
            new_york.clone(),
            "2025-11-02 01:59:59 EDT",
            "2025-11-02 01:59:59 -0400 EDT",
        ),
        (
            1_762_063_200,
            format!(":{new_york}"),
            "2025-11-02 01:00:00 EST",
            "2025-11-02 01:00:00 -0500 EST",
        ),
        (
            1_762_063_200,
            kathmandu,
            "2025-11-02 11:45:00 +0545",
            "2025-11-02 11:45:00 +0545 +0545",
        ),
        (
            1_762_063_200,
            "No/Such".to_owned(),
            "2025-11-02 06:00:00 UTC",
            "2025-11-02 06:00:00 +0000 UTC",
        ),
        (
            1_762_063_200,
            String::new(),
            "2025-11-02 06:00:00 UTC",
            "2025-11-02 06:00:00 +0000 UTC",
        ),
    ] {
        let profile = taken(folder.path(), seconds);
        let line = format!("Time: {short}");
        for command in ["top", "tree", "tags", "traces"] {
            let own = answer(&zone, &[command, &profile]);
            let own = own.lines().next().unwrap_or_default();
            assert!(own.ends_with(&format!("taken {short}")), "{command}: {own}");
        }
        for command in ["top", "tree", "traces"] {
            let text = answer(&zone, &[command, "--pprof-compatible", &profile]);
            assert!(text.lines().any(|found| found == line), "{command}: {text}");
        }
        let fact = format!("time            {short}");
        let info = answer(&zone, &["info", &profile]);
        assert!(info.lines().any(|found| found == fact), "{info}");
        for option in ["--quiet", "--pprof-compatible"] {
            let raw = answer(&zone, &["raw", option, &profile]);
            assert!(raw.contains(&format!("\nTime: {long}\n")), "{raw}");
        }
        let json = answer(&zone, &["top", "-f", "json", &profile]);
        let nanos = format!("{seconds}000000000");
        assert!(json.contains(&nanos), "expected {nanos}");
    }
}
