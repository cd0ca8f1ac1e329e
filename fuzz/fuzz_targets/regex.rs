//! Patterns match what they match in Go, and are refused where Go refuses them.
#![no_main]

use std::cell::RefCell;

use go_regex::{ErrorKind, Regex};
use heapwise_fuzz::pprof::{Answer, Pprof};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static PPROF: RefCell<Pprof> = RefCell::new(Pprof::start().expect("starts"));
}

// The text is what stands behind the first byte 0, as the program that asks Go cuts it.
fuzz_target!(|input: &[u8]| {
    let at = input.iter().position(|&byte| byte == 0);
    let (pattern, text) = at.map_or((input, &b"main.main"[..]), |at| {
        (&input[..at], &input[at + 1..])
    });
    let Ok(pattern) = std::str::from_utf8(pattern) else {
        return;
    };
    let question = [pattern.as_bytes(), &[0], text].concat();
    let theirs = PPROF.with_borrow_mut(|go| go.ask("-regexp", &question).expect("answers"));
    match (theirs, Regex::new(pattern)) {
        (Answer::Report(theirs), Ok(ours)) => {
            assert_eq!(
                theirs == b"1",
                ours.is_match(text),
                "{pattern:?} on {text:?}"
            );
        }
        // What would take more memory than a pattern may: Go matches it, slowly.
        (Answer::Report(_), Err(error)) if error.kind() == ErrorKind::Unmatchable => {}
        (Answer::Refused(_), Err(error)) => assert!(!error.to_string().is_empty()),
        (theirs, ours) => panic!("{pattern:?}: Go says {theirs:?}, here {ours:?}"),
    }
});
