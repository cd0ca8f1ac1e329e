//! Names of servers are understood or refused, and no password is ever shown.
#![no_main]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "modules of the command, which has no library"
)]

#[path = "../../crates/heapwise/src/fetch/secret.rs"]
mod secret;
#[path = "../../crates/heapwise/src/fetch/target.rs"]
mod target;

use heapwise_fuzz::forms::with_head;
use libfuzzer_sys::fuzz_target;
use target::{Endpoint, Target};

/// What URLs begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 8] = [
    b"",
    b"http://",
    b"https://user:hunter2@",
    b"https+insecure://[::1]:",
    b":6060",
    b"localhost:6060/debug/pprof/",
    b"http+unix://%2Ftmp%2Fs.sock/",
    b"http://h/debug/pprof/heap?token=hunter2&",
];

fuzz_target!(|input: &[u8]| {
    let name = with_head(&HEADS, input);
    let name = String::from_utf8_lossy(&name);
    // What a fuzzer writes beside it may stand anywhere.
    let is_secret = !input.windows(7).any(|part| part == b"hunter2");
    let hidden = |text: &str| {
        assert!(
            !is_secret || !text.contains("hunter2"),
            "{text:?} of {name:?}"
        );
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
