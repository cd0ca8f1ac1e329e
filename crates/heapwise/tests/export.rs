//! Tables that `heapwise export` writes, read back: they add up to what `top` says, are whole or not there, and are
//! written over by nobody who did not ask.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::schema::violations;
use common::{run, workspace};
use serde_json::Value;

const HEAP: &str = "testdata/server/heap.pb.gz";
const TEXT: &str = "testdata/gc/heap-1.debug1.txt";
const GOROUTINES: &str = "testdata/states/goroutine.pb.gz";

/// The files below a folder, by their paths from there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

fn export(folder: &Path, args: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder_name = folder.display().to_string();
    let answer = run(&[&["export", "-d", &folder_name][..], args].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    assert_eq!(answer.out, "");
    files(folder)
}

/// By function, a value of a profile as `top` has it.
fn top(profile: &str, sample_type: &str) -> BTreeMap<String, i64> {
    let index = format!("--sample-index={sample_type}");
    let answer = run(&["top", "-q", "-f", "json", &index, profile]);
    let document: Value = serde_json::from_str(&answer.out).unwrap();
    let rows = document["rows"].as_array().unwrap();
    let row = |row: &Value| {
        let function = row["site"]["function"].as_str()?.to_owned();
        Some((function, row["flat"]["value"].as_i64()?)).filter(|(_, flat)| *flat != 0)
    };
    rows.iter().filter_map(row).collect()
}

/// The rows of a table in lines of JSON.
fn rows(files: &BTreeMap<String, Vec<u8>>, table: &str) -> Vec<Value> {
    let files = files.iter().filter(|(name, _)| name.starts_with(table));
    let lines = files.flat_map(|(_, bytes)| std::str::from_utf8(bytes).unwrap().lines());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// By function, what the samples of a profile add up to.
fn sums(files: &BTreeMap<String, Vec<u8>>, profile: &str, column: &str) -> BTreeMap<String, i64> {
    let profiles = rows(files, "profiles");
    let id = profiles
        .iter()
        .find(|row| row["source"] == profile)
        .unwrap()["profile_id"]
        .clone();
    let leaves = rows(files, "frames");
    let leaves = leaves.iter().filter(|row| row["depth"] == 0);
    let leaves: BTreeMap<i64, String> = leaves
        .map(|row| {
            let function = row["function"].as_str().unwrap_or_default();
            (row["stack_id"].as_i64().unwrap(), function.to_owned())
        })
        .collect();
    let mut sums = BTreeMap::new();
    for row in rows(files, "samples") {
        if row["profile_id"] == id && row[column] != 0 {
            // A sample without a stack has no frames, and is of no function.
            let Some(function) = leaves.get(&row["stack_id"].as_i64().unwrap()) else {
                assert_eq!(row["stack_id"], 0);
                continue;
            };
            *sums.entry(function.clone()).or_insert(0) += row[column].as_i64().unwrap();
        }
    }
    sums
}

#[test]
fn lines_add_up_to_what_top_says_and_are_what_the_schema_describes() {
    let folder = tempfile::tempdir().unwrap();
    let files = export(
        folder.path(),
        &["-q", "-f", "ndjson", HEAP, TEXT, GOROUTINES],
    );
    for (profile, column) in [
        (HEAP, "alloc_space"),
        (HEAP, "inuse_objects"),
        (TEXT, "alloc_objects"),
        (TEXT, "inuse_space"),
        (GOROUTINES, "goroutine"),
    ] {
        assert_eq!(
            sums(&files, profile, column),
            top(profile, column),
            "{profile}: {column}"
        );
    }
    let schema = run(&["schema", "export"]).out;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for table in ["samples", "frames", "profiles"] {
        let rows = rows(&files, table);
        assert!(!rows.is_empty());
        for row in rows {
            let of_table = &schema["$defs"][table];
            let found = violations(of_table, &row);
            assert!(found.is_empty(), "{table}: {found:?}");
            let fields = of_table["properties"].as_object().unwrap();
            assert_eq!(fields.len(), row.as_object().unwrap().len(), "{table}");
        }
    }
    let profiles = rows(&files, "profiles");
    let text = profiles.iter().find(|row| row["source"] == TEXT).unwrap();
    assert!(text["published_until"].is_string(), "{text}");
    assert!(
        rows(&files, "samples")
            .iter()
            .any(|row| row["k_alloc"].as_i64() > Some(0))
    );
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_adds_up_to_what_top_says() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};

    let folder = tempfile::tempdir().unwrap();
    let files = export(folder.path(), &["-q", HEAP, GOROUTINES]);
    let read = |table: &str| -> Vec<BTreeMap<String, Field>> {
        let names = files.keys().filter(|name| name.starts_with(table));
        let open = |name: &String| fs::File::open(folder.path().join(name)).unwrap();
        let readers = names.map(|name| SerializedFileReader::new(open(name)).unwrap());
        let rows = readers.flat_map(|reader| {
            let facts = reader
                .metadata()
                .file_metadata()
                .key_value_metadata()
                .unwrap();
            let schema = format!("heapwise.export.{table}/1");
            assert_eq!(facts[0].value.as_deref(), Some(schema.as_str()));
            let rows = reader.get_row_iter(None).unwrap();
            rows.map(|row: Result<Row, _>| row.unwrap())
                .collect::<Vec<_>>()
        });
        rows.map(|row| row.into_columns().into_iter().collect())
            .collect()
    };
    let long = |field: &Field| match field {
        Field::Long(value) => Some(*value),
        _ => None,
    };
    let leaves = read("frames")
        .into_iter()
        .filter(|row| long(&row["depth"]) == Some(0));
    let leaves: BTreeMap<i64, String> = leaves
        .map(|row| {
            let Field::Str(function) = &row["function"] else {
                return (0, String::new());
            };
            (long(&row["stack_id"]).unwrap(), function.clone())
        })
        .collect();
    let mut sums: BTreeMap<(String, &str), i64> = BTreeMap::new();
    let columns = ["alloc_objects", "alloc_space", "inuse_space", "goroutine"];
    for row in read("samples") {
        let id = long(&row["stack_id"]).unwrap();
        let Some(function) = leaves.get(&id) else {
            assert_eq!(id, 0);
            continue;
        };
        for column in columns {
            let value = long(&row[column]).unwrap_or(0);
            *sums.entry((function.clone(), column)).or_default() += value;
        }
    }
    for column in columns {
        let profile = if column == "goroutine" {
            GOROUTINES
        } else {
            HEAP
        };
        let sums = sums
            .iter()
            .filter(|((_, of), sum)| *of == column && **sum != 0);
        let sums: BTreeMap<String, i64> =
            sums.map(|((name, _), sum)| (name.clone(), *sum)).collect();
        assert_eq!(sums, top(profile, column), "{column}");
    }
}

#[test]
fn an_export_is_the_same_again_and_not_written_over_unasked() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let args = ["-f", "ndjson", "--service", "../a*b", HEAP, TEXT];
    let first = export(one.path(), &args);
    assert_eq!(first, export(two.path(), &args));
    let is_safe = |name: &String| name.starts_with("samples/service=..%2Fa%2Ab/");
    assert!(first.keys().any(is_safe), "{:?}", first.keys());
    let name = one.path().display().to_string();
    let again = run(&[&["export", "-d", &name][..], &args].concat());
    assert_eq!(again.code, Some(2), "{}", again.err);
    assert!(
        again.err.contains("expected none (--overwrite"),
        "{}",
        again.err
    );
    let over = export(one.path(), &[&args[..], &["--overwrite"]].concat());
    assert_eq!(first, over);
    let more = export(one.path(), &["-f", "ndjson", GOROUTINES]);
    assert!(
        first
            .iter()
            .all(|(name, bytes)| more.get(name) == Some(bytes))
    );
}

#[test]
fn nothing_is_left_of_an_export_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let cut = folder.path().join("cut.pb.gz");
    let whole = fs::read(workspace().join(HEAP)).unwrap();
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let out: PathBuf = folder.path().join("out");
    let (cut, out_name) = (cut.display().to_string(), out.display().to_string());
    let answer = run(&["export", "-f", "ndjson", "-d", &out_name, HEAP, &cut]);
    assert_eq!(answer.code, Some(2), "{name}: {}", answer.err);
    assert!(!out.exists() || files(&out).is_empty());
}

#[test]
fn a_profile_given_twice_is_exported_once() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let answer = run(&["export", "-f", "ndjson", "-d", &name, HEAP, HEAP]);
    assert!(
        answer.err.contains("passed over: the same bytes as"),
        "{}",
        answer.err
    );
    assert_eq!(rows(&files(folder.path()), "profiles").len(), 1);
}
