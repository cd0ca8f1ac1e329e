//! Tables for other engines say what `top` says.
#![cfg(feature = "parquet")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads back what it wrote"
)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::workspace;
use serde_json::Value;

fn heapwise(args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_heapwise"))
        .args(args)
        .current_dir(workspace())
        .env("TZ", "UTC")
        .output()
        .unwrap()
}

/// The files of a table, in order.
fn files(table: &Path, ending: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![table.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

fn json_rows(table: &Path) -> Vec<Value> {
    let texts = files(table, ".ndjson").into_iter();
    let texts: Vec<String> = texts.map(|f| std::fs::read_to_string(f).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn parquet_rows(table: &Path) -> Vec<Value> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let mut rows = Vec::new();
    for file in files(table, ".parquet") {
        let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
        for row in reader.get_row_iter(None).unwrap() {
            let mut object = serde_json::Map::new();
            for (name, field) in row.unwrap().get_column_iter() {
                use parquet::record::Field;
                let value = match field {
                    Field::Long(value) | Field::TimestampMicros(value) => Value::from(*value),
                    Field::Int(value) => Value::from(*value),
                    Field::Str(text) => Value::from(text.clone()),
                    Field::Bool(value) => Value::from(*value),
                    _ => Value::Null,
                };
                object.insert(name.clone(), value);
            }
            rows.push(Value::Object(object));
        }
    }
    rows
}

/// `SELECT function, sum(column) … WHERE depth = 0 GROUP BY function`.
fn flat(samples: &[Value], frames: &[Value], column: &str) -> BTreeMap<String, i64> {
    let leaves = frames.iter().filter(|frame| frame["depth"] == 0);
    let leaf = |frame: &Value| {
        let name = frame["function"].as_str().unwrap().to_owned();
        (frame["stack_id"].as_i64().unwrap(), name)
    };
    let leaves: BTreeMap<i64, String> = leaves.map(leaf).collect();
    let mut sums = BTreeMap::new();
    for sample in samples {
        let Some(function) = leaves.get(&sample["stack_id"].as_i64().unwrap()) else {
            continue;
        };
        *sums.entry(function.clone()).or_default() += sample[column].as_i64().unwrap_or(0);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// What `top` says of the same.
fn top(profiles: &[&str], column: &str) -> BTreeMap<String, i64> {
    let args = ["top", "-q", "-f", "json", "--sample-index", column];
    let output = heapwise(&[&args[..], profiles].concat());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = answer["rows"].as_array().unwrap().iter();
    let row = |row: &Value| {
        let name = row["site"]["function"].as_str().unwrap();
        (name.to_owned(), row["flat"]["value"].as_i64().unwrap())
    };
    let mut all: BTreeMap<String, i64> = rows.map(row).collect();
    all.retain(|_, flat| *flat != 0);
    all
}

const HEAPS: [&str; 2] = [
    "testdata/server/heap.pb.gz",
    "testdata/server/go1.27/heap.later.pb.gz",
];

#[test]
fn tables_add_up_to_what_top_says() {
    let folder = tempfile::tempdir().unwrap();
    for (form, read) in [
        ("ndjson", json_rows as fn(&Path) -> Vec<Value>),
        ("parquet", parquet_rows),
    ] {
        let into = folder.path().join(form);
        let args = ["export", "-f", form, "-d", into.to_str().unwrap()];
        let output = heapwise(&[&args[..], &HEAPS].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let (samples, frames) = (read(&into.join("samples")), read(&into.join("frames")));
        assert!(samples.len() > 100, "{} samples", samples.len());
        for column in [
            "alloc_space",
            "inuse_space",
            "alloc_objects",
            "inuse_objects",
        ] {
            let tables = flat(&samples, &frames, column);
            assert_eq!(tables, top(&HEAPS, column), "{form}: {column}");
        }
        // What SQL needs for errors: the blocks that were sampled, and how.
        let counted = samples
            .iter()
            .filter(|row| row["k_alloc"].as_i64() > Some(0));
        assert!(counted.count() > 0, "{form}");
        assert!(samples.iter().all(|row| row["period"] == 524_288), "{form}");
    }
}

#[test]
fn an_export_is_the_same_each_time_and_is_not_written_over_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let export = |name: &str, more: &[&str]| {
        let into = folder.path().join(name);
        let args = [
            "export",
            "-f",
            "ndjson",
            "-d",
            into.to_str().unwrap(),
            HEAPS[0],
        ];
        let output = heapwise(&[&args[..], more].concat());
        let all = files(&into, ".ndjson").into_iter();
        let all = all.map(|file| std::fs::read(file).unwrap());
        (output, all.collect::<Vec<_>>())
    };
    let (first, once) = export("a", &[]);
    let (second, twice) = export("b", &[]);
    assert!(first.status.success() && second.status.success());
    assert!(!once.is_empty() && once == twice);
    let (again, _) = export("a", &[]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--overwrite"));
    assert!(export("a", &["--overwrite"]).0.status.success());
}

#[test]
fn a_damaged_profile_leaves_no_table_behind() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(workspace().join(HEAPS[0])).unwrap();
    let cut = folder.path().join("cut.pb.gz");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, format!("{}\n{}\n", HEAPS[0], cut.display())).unwrap();
    let into = folder.path().join("tables");
    let output = heapwise(&[
        "export",
        "-d",
        into.to_str().unwrap(),
        "--files-from",
        list.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cut.pb.gz"));
    let left = into.exists().then(|| files(&into, ""));
    assert_eq!(left.unwrap_or_default(), Vec::<PathBuf>::new());
}
