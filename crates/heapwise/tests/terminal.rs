//! Names come from the profile: whatever they hold, text for people has nothing in it that a terminal
//! acts on. Data for other programs and what pprof prints byte for byte are as they are.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes files for the command to read"
)]

mod common;
#[path = "../../heapwise-decode/tests/common/mod.rs"]
mod profiles;

use std::path::Path;

use common::{heapwise, workspace};
use profiles::{bytes, function, label, location, mapping, number, sample, sample_type, strings};

/// A title for the terminal, a bell, a line that is written over, a colour, a sequence that begins
/// with one character of C1.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\r\n\u{1b}[31m\u{9b}2J\0";

/// A profile whose every text is hostile.
fn hostile(folder: &Path) -> String {
    let names = [
        "space",
        "unit",
        "key",
        "value",
        "/bin/app",
        "main.f",
        "/src/f.go",
        "note",
        "url",
        "drop",
    ];
    let texts = names.map(|name| format!("{name}{HOSTILE}"));
    let mut all = vec![""];
    all.extend(texts.iter().map(String::as_str));
    let labels = [label(3, 4, 0, 0), label(2, 0, 7, 2)];
    let profile = [
        sample_type(1, 2),
        sample(&[1], &[500_000], &labels),
        mapping(1, 5),
        location(1, 1, &[(1, 10)]),
        function(1, 6, 7),
        strings(&all),
        [number(7, 10), number(8, 10), number(9, 1), number(12, 512)].concat(),
        bytes(11, [number(1, 1), number(2, 2)].concat()),
        [number(13, 8), number(14, 1), number(15, 9)].concat(),
    ];
    let path = folder.join("hostile.pb");
    std::fs::write(&path, profile.concat()).unwrap();
    path.display().to_string()
}

/// What a command writes to both of its ends.
fn written(args: &[&str]) -> String {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn is_acted_on(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

#[test]
fn no_text_for_people_moves_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let profile = hostile(folder.path());
    let absent = format!("/absent{HOSTILE}").replace('\0', "");
    let claim = "space total <= 5MB";
    for args in [
        &["top", &profile][..],
        &["top", "--lines", &profile],
        &["top", "--format", "markdown", &profile],
        &["tree", &profile],
        &["peek", "f", &profile],
        &["traces", &profile],
        &["tags", &profile],
        &["tags", "--format", "markdown", &profile],
        &["list", "f", &profile],
        &["comments", &profile],
        &["info", &profile],
        &["raw", &profile],
        &["goroutines", &profile],
        &["growth", &profile, &profile],
        &["diff", &profile, &profile],
        &["verify", &profile, "--require", claim],
        &["verify", &profile, "--require", claim, "--format", "github"],
        &["verify", &profile, "--require", claim, "--format", "junit"],
        &["convert", "--to", "folded", "--output", "-", &profile],
        &["top", "--sample-index", "absent", &profile],
        &["top", &absent],
        &["top", HOSTILE.trim_end_matches('\0'), "--absent\u{1b}[31m"],
    ] {
        let text = written(args);
        assert!(!text.is_empty(), "{args:?}");
        assert!(!text.contains(is_acted_on), "{args:?}: {text:?}");
    }
    // A name is one line, whatever it holds.
    let raw = written(&["raw", &profile]);
    let starts = ["Comment: note\u{fffd}", "Doc: url\u{fffd}"];
    assert!(
        raw.lines()
            .zip(starts)
            .all(|(line, start)| line.starts_with(start))
    );
    assert_eq!(raw.lines().count(), 14, "{raw}");
}

#[test]
fn what_pprof_prints_is_kept_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let profile = hostile(folder.path());
    for command in ["raw", "traces", "comments"] {
        let text = written(&[command, "--pprof-compatible", &profile]);
        assert!(text.contains(HOSTILE), "{command}: {text:?}");
    }
}
