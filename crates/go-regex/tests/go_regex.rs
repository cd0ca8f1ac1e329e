//! Patterns against Go's own answers (`testdata/go_regex`, made by `scripts/go-regex`).

use std::fs;
use std::path::Path;

use go_regex::Regex;
use serde_json::Value;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/go_regex");

#[test]
#[allow(clippy::disallowed_methods, reason = "goldens are found on disk")]
fn accepts_and_matches_what_go_does() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in fs::read_dir(Path::new(CASES)).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let texts = texts(&lines.next().unwrap());
        for case in lines {
            count += 1;
            let (expected, found) = (expected(&case), answer(&case, &texts));
            if expected != found {
                wrong.push(format!(
                    "{}\n  Go:   {expected}\n  here: {found}",
                    case["pattern"]
                ));
            }
        }
    }
    assert!(count > 1000, "only {count} cases");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn texts(line: &Value) -> Vec<Vec<u8>> {
    let texts = line["texts"].as_array().expect("texts");
    let bytes = |hex: &str| -> Vec<u8> {
        let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits
            .chunks(2)
            .map(|pair| (pair[0] * 16 + pair[1]) as u8)
            .collect()
    };
    texts
        .iter()
        .map(|text| bytes(text.as_str().expect("hexadecimal")))
        .collect()
}

fn expected(case: &Value) -> String {
    let answer = case["error"].as_str().or(case["matches"].as_str());
    answer.expect("an error or matches").to_owned()
}

fn answer(case: &Value, texts: &[Vec<u8>]) -> String {
    match Regex::new(case["pattern"].as_str().expect("a pattern")) {
        Err(error) => error.to_string(),
        Ok(regex) => texts
            .iter()
            .map(|text| if regex.is_match(text) { '1' } else { '0' })
            .collect(),
    }
}
