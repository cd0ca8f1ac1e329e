//! Logs of the compiler are decoded or refused, and the same each time.
#![no_main]

use heapwise_decode::{EscapeReader, Limits};
use heapwise_fuzz::forms::with_head;
use libfuzzer_sys::fuzz_target;

/// What lines begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 5] = [
    b"",
    b"# example.com/app\n./app.go:6:15: append escapes to heap\n./app.go:7:1: ",
    b"./app.go:6:15: x escapes to heap in F:\n./app.go:6:15:   flow: {heap} \xe2\x86\x90 &x:\n./app.go:6:15:     from ",
    b"{\"version\":0,\"package\":\"p\",\"goos\":\"linux\",\"goarch\":\"amd64\",\"gc_version\":\"go1.27.3\",\"file\":\"/a.go\"}\n",
    b"2026-01-01T00:00:00.0Z C:\\x y\\a.go:1:2: moved to heap: ",
];

fuzz_target!(|input: &[u8]| {
    let text = &*with_head(&HEADS, input);
    let read = || {
        let mut reader = EscapeReader::new(&Limits::with_max_bytes(16 << 20));
        reader.read(text).map(|()| reader.finish())
    };
    match read() {
        Ok(log) => {
            for decision in &log.decisions {
                assert!(log.files.get(decision.at.file as usize).is_some());
            }
            assert!(read().is_ok_and(|again| again == log));
        }
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});
