//! Orders of equal elements against Go's own (`testdata/go_sort`, made by `scripts/go-sort`).

#[path = "../src/graph/go_sort.rs"]
mod go_sort;

use go_sort::go_sort;
use serde_json::Value;

const CASES: &str = include_str!("../../../testdata/go_sort/cases.jsonl");

#[test]
fn leaves_elements_in_the_order_that_go_does() {
    let cases = CASES
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let cases: Vec<Value> = cases.collect();
    assert!(cases.len() > 300, "only {} cases", cases.len());
    for case in &cases {
        let expected = (numbers(&case["order"]), case["compared"].as_u64().unwrap());
        assert!(sorted(case) == expected, "not Go's order: {case}");
    }
}

/// Where the elements stood, in order, and how often two were compared.
fn sorted(case: &Value) -> (Vec<u64>, u64) {
    let keys = numbers(&case["keys"]);
    let is_circle = case["less"] == "circle";
    let mut compared = 0;
    let mut order: Vec<u64> = (0..keys.len() as u64).collect();
    go_sort(&mut order, |&left, &right| {
        compared += 1;
        let (left, right) = (keys[left as usize], keys[right as usize]);
        if is_circle {
            (left + 1) % 3 == right % 3
        } else {
            left < right
        }
    });
    (order, compared)
}

fn numbers(value: &Value) -> Vec<u64> {
    let numbers = value.as_array().expect("a list").iter();
    numbers
        .map(|number| number.as_u64().expect("a number"))
        .collect()
}
