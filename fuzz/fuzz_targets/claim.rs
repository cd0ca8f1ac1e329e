//! Claims, patterns of sites, growth and days are understood or refused, in words.
#![no_main]

use heapwise_analysis::{Claim, Date, Growth, SitePattern};
use libfuzzer_sys::fuzz_target;

/// What claims are made of; a fuzzer would be long in finding them.
const HEADS: [&str; 8] = [
    "",
    "main.work alloc_space ",
    "total inuse_space <= ",
    "total <= +5% ",
    "goroutines at main.serve < ",
    "no escape at ",
    "advice none above ",
    "/main\\.(a|b)/ alloc_space/op decreased by at least ",
];

fuzz_target!(|input: &[u8]| {
    let Some((&form, rest)) = input.split_first() else {
        return;
    };
    let head = HEADS[usize::from(form) % HEADS.len()];
    let text = format!("{head}{}", String::from_utf8_lossy(rest));
    let said = [
        Claim::parse(&text).map(|claim| format!("{claim:?}")),
        SitePattern::parse(&text).map(|pattern| format!("{pattern:?}")),
        Growth::parse(&text).map(|growth| format!("{growth:?}")),
    ];
    for outcome in said {
        match outcome {
            Ok(value) => assert!(!value.is_empty()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    if let Some(date) = Date::parse(&text) {
        assert_eq!(Date::parse(&date.to_string()), Some(date));
    }
});
