//! Texts of `testdata/`, and what loggers make of a text.
#![allow(dead_code, reason = "every test binary uses a part of it")]

use std::io::Read;
use std::path::Path;

use heapwise_decode::{Sample, Tables};

/// A text of `testdata/`, compressed or not.
pub(crate) fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata")
        .join(path);
    let bytes = std::fs::read(path).expect("is readable");
    let mut text = String::new();
    match bytes.starts_with(&[0x1f, 0x8b]) {
        true => flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text),
        false => bytes.as_slice().read_to_string(&mut text),
    }
    .expect("is text");
    text
}

/// A text in quotes, as encoding/json writes it but for what is special in HTML.
pub(crate) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The frames of a sample with their places, the leaf first.
pub(crate) fn frames(tables: &Tables, sample: &Sample<'_>) -> String {
    let lines = sample.stack().iter().rev();
    let lines = lines.flat_map(|&at| tables.location(at).lines);
    let frames = lines.map(|line| {
        let function = tables.function(line.function);
        let (name, file) = (tables.text(function.name), tables.text(function.filename));
        format!(" < {name} {file}:{}", line.line)
    });
    frames.collect()
}
