//! Names of servers are understood or refused, and no password is ever shown.
#![no_main]
#![allow(dead_code, unreachable_pub, reason = "modules of the command, which has no library")]

#[path = "../../crates/heapwise/src/fetch/secret.rs"]
mod secret;
#[path = "../../crates/heapwise/src/fetch/target.rs"]
mod target;

use libfuzzer_sys::fuzz_target;
use target::{Endpoint, Target};

/// What URLs begin with; a fuzzer would be long in finding them.
const HEADS: [&str; 8] = [
    "",
    "http://",
    "https://user:hunter2@",
    "https+insecure://[::1]:",
    ":6060",
    "localhost:6060/debug/pprof/",
    "http+unix://%2Ftmp%2Fs.sock/",
    "http://h/debug/pprof/heap?token=hunter2&",
];

fuzz_target!(|input: &[u8]| {
    let Some((&form, rest)) = input.split_first() else {
        return;
    };
    let head = HEADS[usize::from(form) % HEADS.len()];
    let name = format!("{head}{}", String::from_utf8_lossy(rest));
    let hidden = |text: &str| {
        let has = head.contains("hunter2") && text.contains("hunter2");
        assert!(!has || rest.windows(7).any(|part| part == b"hunter2"), "{text:?} of {name:?}");
    };
    hidden(&secret::redacted(&name));
    for endpoint in [Endpoint::Heap, Endpoint::HeapText, Endpoint::Goroutines] {
        match Target::parse(&name, endpoint) {
            Ok(Some(target)) => {
                hidden(&target.shown());
                hidden(&target.place());
                assert!(target.path_and_query().starts_with('/'));
                if let Ok(Some(other)) = target.redirected("/elsewhere") {
                    assert_eq!(other.host(), target.host());
                }
            }
            Ok(None) => {}
            Err(error) => hidden(&format!("{error:#}")),
        }
    }
});
