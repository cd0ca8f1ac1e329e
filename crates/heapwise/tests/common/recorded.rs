//! What `go tool pprof` answered on a corpus that is not part of the repository. It is looked for in
//! `HEAPWISE_CORPUS`, then beside the workspace in `../shared/corpus`. Its records are lines of
//! JSON: the arguments and files given to pprof, and what came back.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// What pprof was asked and what it answered.
pub(crate) struct Record {
    pub(crate) args: Vec<String>,
    pub(crate) files: Vec<String>,
    pub(crate) exit: i64,
    pub(crate) stdout: Vec<u8>,
}

/// The records of a file.
pub(crate) fn records(path: &Path) -> Vec<Record> {
    if !path.to_string_lossy().ends_with(".jsonl.gz") {
        return Vec::new();
    }
    let mut lines = String::new();
    let file = fs::File::open(path).unwrap();
    MultiGzDecoder::new(file)
        .read_to_string(&mut lines)
        .unwrap();
    lines.lines().map(record).collect()
}

fn record(line: &str) -> Record {
    let value: Value = serde_json::from_str(&without_surrogates(line)).unwrap();
    let strings = |field: &str| -> Vec<String> {
        let items = value[field].as_array().unwrap().iter();
        items
            .map(|item| item.as_str().unwrap().to_owned())
            .collect()
    };
    Record {
        args: strings("args"),
        files: strings("files"),
        exit: value["exit"].as_i64().unwrap(),
        stdout: raw_bytes(value["stdout"].as_str().unwrap()),
    }
}

/// Bytes that are not UTF-8 are recorded as lone surrogates (`\udc80` is 0x80), which a Rust
/// string cannot hold: they become private characters, and bytes in [`raw_bytes`].
fn without_surrogates(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\\udc") {
        let (head, tail) = rest.split_at(at);
        text.push_str(head);
        let before = head.get(head.len().saturating_sub(6)..).unwrap_or("");
        let is_pair = ["\\ud8", "\\ud9", "\\uda", "\\udb"]
            .iter()
            .any(|high| before.starts_with(high));
        text.push_str(if is_pair { "\\udc" } else { "\\ue0" });
        rest = &tail[4..];
    }
    text.push_str(rest);
    text
}

fn raw_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c) {
            private @ 0xe080..=0xe0ff => bytes.push((private & 0xff) as u8),
            _ => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// The first line in which two texts differ.
pub(crate) fn difference(found: &[u8], expected: &[u8]) -> Option<String> {
    let mut found = found.split(|&byte| byte == b'\n');
    let mut expected = expected.split(|&byte| byte == b'\n');
    for number in 1.. {
        let pair = (found.next(), expected.next());
        match pair {
            (None, None) => return None,
            (found, expected) if found != expected => {
                let show = |line: Option<&[u8]>| line.map(|line| line.escape_ascii().to_string());
                let (found, expected) = (show(found), show(expected));
                return Some(format!("line {number}: {found:?}, pprof {expected:?}"));
            }
            _ => {}
        }
    }
    None
}
