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

use heapwise_fuzz::forms::text_of_input;
use heapwise_fuzz::made_text::Form;
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

/// What URLs are made of.
const FORMS: &[Form] = &[
    Form {
        head: "http://user:hunter2@localhost:$d/debug/pprof/heap?debug=$d&token=$w",
        lines: &[],
    },
    Form {
        head: "https+insecure://user:hunter2@[::$x]:$d/$w?$w=$w#$w",
        lines: &[],
    },
    Form {
        head: "http+unix://%2Ftmp%2F$x.sock/$w",
        lines: &[],
    },
    Form {
        head: "$w:$d/debug/pprof/$w",
        lines: &[],
    },
    Form {
        head: "$w://$w@$w/$w",
        lines: &[],
    },
];

fuzz_target!(|input: &[u8]| {
    let name = text_of_input(&HEADS, FORMS, input);
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
