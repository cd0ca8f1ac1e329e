//! Claims, patterns of sites, growth and days are understood or refused, in words.
#![no_main]

use heapwise_analysis::{Claim, Date, Growth, SitePattern};
use heapwise_fuzz::forms::text_of_input;
use heapwise_fuzz::made_text::Form;
use libfuzzer_sys::fuzz_target;

/// What claims are made of; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 8] = [
    b"",
    b"main.work alloc_space ",
    b"total inuse_space <= ",
    b"total <= +5% ",
    b"goroutines at main.serve < ",
    b"no escape at ",
    b"advice none above ",
    b"/main\\.(a|b)/ alloc_space/op decreased by at least ",
];

/// What claims are made of.
const FORMS: &[Form] = &[
    one("inuse_space total <= $dMB"),
    one("alloc_space $n <= +$d%"),
    one("inuse_objects cum:/$n/ >= -$t%"),
    one("alloc_space/op /$w/ decreased by at least $t%"),
    one("goroutines $n growth none"),
    one("goroutines leaked = $d"),
    one("no escape at $f:$d"),
    one("advice none above $t%"),
    one("gc $w <= $tms"),
    one("total $w <= $t$w"),
    one("$t%"),
    one("2027-$d-$d"),
    one("$d"),
    one("/$w/"),
];

const fn one(head: &'static str) -> Form {
    Form { head, lines: &[] }
}

fuzz_target!(|input: &[u8]| {
    let text = text_of_input(&HEADS, FORMS, input);
    let text = String::from_utf8_lossy(&text);
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
