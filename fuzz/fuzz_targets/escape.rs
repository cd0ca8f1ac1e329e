//! Logs of the compiler are decoded or refused, and the same each time.
#![no_main]

use heapwise_decode::{EscapeReader, Limits};
use heapwise_fuzz::forms::{is_asked_again, text_of_input};
use heapwise_fuzz::made_text::Form;
use libfuzzer_sys::fuzz_target;

/// What lines begin with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 5] = [
    b"",
    b"# example.com/app\n./app.go:6:15: append escapes to heap\n./app.go:7:1: ",
    b"./app.go:6:15: x escapes to heap in F:\n./app.go:6:15:   flow: {heap} \xe2\x86\x90 &x:\n./app.go:6:15:     from ",
    b"{\"version\":0,\"package\":\"p\",\"goos\":\"linux\",\"goarch\":\"amd64\",\"gc_version\":\"go1.27.3\",\"file\":\"/a.go\"}\n",
    b"2026-01-01T00:00:00.0Z C:\\x y\\a.go:1:2: moved to heap: ",
];

/// What the compiler says.
const FORMS: &[Form] = &[
    Form {
        head: "# example.com/app\n",
        lines: &[
            "# $n",
            "$f:$d:$d: &T{} escapes to heap",
            "$f:$d:$d: make([]byte, $d) escapes to heap in $n:",
            "$f:$d:$d:   flow: {heap} \u{2190} &{storage for &T{}}:",
            "$f:$d:$d:   flow: ~r0 \u{2190} x with derefs=$d:",
            "$f:$d:$d:     from &T{} (spill) at $f:$d:$d",
            "$f:$d:$d:     from return x (return) at $f:$d:$d",
            "$f:$d:$d: moved to heap: x",
            "$f:$d:$d: leaking param: x to result ~r0 level=$d",
            "$f:$d:$d: leaking param content: x",
            "$f:$d:$d: x does not escape",
            "$f:$d:$d: can inline $n",
            "$f:$d:$d: can inline $n with cost $d as: func() { $w }",
            "$f:$d:$d: cannot inline $n: function too complex: cost $d exceeds budget 80",
            "$f:$d:$d: inlining call to $n",
            "$f:$d: $w",
            "$w",
        ],
    },
    Form {
        head: "{\"version\":0,\"package\":\"p\",\"goos\":\"linux\",\"goarch\":\"amd64\",\"gc_version\":\"go1.27.3\",\"file\":\"/a.go\"}\n",
        lines: &[
            "{\"range\":{\"start\":{\"line\":$d,\"character\":$d},\"end\":{\"line\":$d,\"character\":$d}},\"severity\":3,\"code\":\"escape\",\"source\":\"go compiler\",\"message\":\"x escapes to heap\",\"relatedInformation\":[{\"location\":{\"uri\":\"file://$f\",\"range\":{\"start\":{\"line\":$d,\"character\":$d},\"end\":{\"line\":$d,\"character\":$d}}},\"message\":\"escflow:    flow: {heap} = x:\"}]}",
            "{\"range\":{\"start\":{\"line\":$d,\"character\":$d},\"end\":{\"line\":$d,\"character\":$d}},\"severity\":3,\"code\":\"leak\",\"source\":\"go compiler\",\"message\":\"parameter x leaks to {heap} with derefs=$d\"}",
            "{\"range\":{\"start\":{\"line\":$d,\"character\":$d},\"end\":{\"line\":$d,\"character\":$d}},\"severity\":3,\"code\":\"cannotInlineFunction\",\"source\":\"go compiler\",\"message\":\"$n: $w\"}",
            "{\"version\":0,\"package\":\"$n\",\"goos\":\"linux\",\"goarch\":\"amd64\",\"gc_version\":\"go1.27.3\",\"file\":\"$f\"}",
        ],
    },
];

fuzz_target!(|input: &[u8]| {
    let text = &*text_of_input(&HEADS, FORMS, input);
    let read = || {
        let mut reader = EscapeReader::new(&Limits::with_max_bytes(16 << 20));
        reader.read(text).map(|()| reader.finish())
    };
    match read() {
        Ok(log) => {
            for decision in &log.decisions {
                assert!(log.files.get(decision.at.file as usize).is_some());
            }
            assert!(!is_asked_again(input) || read().is_ok_and(|again| again == log));
        }
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});
