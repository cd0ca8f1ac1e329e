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

#[test]
fn loses_nothing_where_comparisons_are_random() {
    let mut random = 1_u64;
    for length in 0..600 {
        let mut items: Vec<u64> = (0..length).collect();
        go_sort(&mut items, |_, _| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            random >> 63 == 0
        });
        items.sort_unstable();
        assert!(items.iter().copied().eq(0..length), "{length} elements");
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
