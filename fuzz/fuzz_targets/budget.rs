//! Budget files are understood or refused, with the place of what is wrong, and the same each time.
#![no_main]
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "modules of the command, which has no library"
)]

#[path = "../../crates/heapwise/src/commands/budget/mod.rs"]
mod budget;
#[path = "../../crates/heapwise/src/small_file.rs"]
mod small_file;

use heapwise_decode::text_of;
use heapwise_fuzz::forms::text_of_input;
use heapwise_fuzz::made_text::Form;
use libfuzzer_sys::fuzz_target;

/// What budgets begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 8] = [
    b"",
    b"[[claim]]\nrequire = \"inuse_space total <= ",
    b"[[claim]]\nrequire = \"alloc_space cum:/^main[.]/ ",
    b"[[claim]]\nrequire = '",
    b"[growth]\nforbid = \"",
    b"[growth]\nforbid = \"5%\"\n",
    b"[[suppress]]\nsite = \"main.f\"\nreason = \"x\"\nexpires = ",
    b"[[suppress]]\nreason = \"x\"\nexpires = 2027-01-31\nsite = '",
];

/// What budgets are made of.
const FORMS: &[Form] = &[Form {
    head: "",
    lines: &[
        "[[claim]]\nrequire = \"inuse_space total <= $dMB\"",
        "[[claim]]\nrequire = \"alloc_space $n <= +$d%\"\noptional = true",
        "[[claim]]\nrequire = 'inuse_objects cum:/$w/ >= -$t%'",
        "[[claim]]\nrequire = \"goroutines leaked = $d\"",
        "[[claim]]\nrequire = '$w'",
        "reason = \"$w\"",
        "optional = $w",
        "[growth]\nforbid = \"$t%\"",
        "strict = true",
        "allow_moved = false",
        "[[suppress]]\nsite = '/^$n/'\nreason = \"x\"\nexpires = 2027-01-$d",
        "[[suppress]]\nsite = \"$n\"\nreason = \"$w\"\nexpires = \"2027-$d-31\"",
        "# $w",
        "$w = $w",
    ],
}];

fuzz_target!(|input: &[u8]| {
    let input = text_of_input(&HEADS, FORMS, input);
    let text = text_of(&input);
    match budget::parse("b", &text) {
        Ok(read) => {
            let lines = text.split('\n').count();
            let claims = read.claims.iter().filter_map(|claim| claim.place.as_ref());
            let others = read.suppressions.iter().map(|(_, place)| place);
            for place in claims.chain(others) {
                assert!((1..=lines).contains(&place.line));
            }
            let again = budget::parse("b", &text).expect("as before");
            assert_eq!(format!("{read:?}"), format!("{again:?}"));
        }
        Err(error) => assert!(has_place(&error.to_string()), "{error}"),
    }
});

/// Whether a refusal tells line and column, and then what was found there.
fn has_place(error: &str) -> bool {
    let mut parts = error.splitn(4, ':');
    let file = parts.next();
    let mut number = || {
        parts
            .next()
            .and_then(|part| part.trim().parse::<u32>().ok())
    };
    let (line, column) = (number(), number());
    let has_words = parts.next().is_some_and(|words| words.trim().len() > 3);
    file == Some("b") && line > Some(0) && column > Some(0) && has_words
}
