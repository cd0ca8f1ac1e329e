//! What `go test -bench` printed is read or refused, and the same each time.
#![no_main]

use heapwise_decode::benchmarks;
use heapwise_fuzz::forms::with_head;
use libfuzzer_sys::fuzz_target;

/// What output begins with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 5] = [
    b"",
    b"goos: linux\ngoarch: amd64\npkg: example.com/p\nBenchmarkA-8 \t 100\t 12.5 ns/op\t 16 B/op\t",
    b"BenchmarkA/size=10-8\nBenchmarkA/size=10-8 \t 1\t",
    b"{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\"BenchmarkA \\t 1 \\t 2 ns/op\\n\"}\n{\"Action\":\"",
    b"2026-01-01 app | BenchmarkA 1 2 ns/op\r\n",
];

fuzz_target!(|input: &[u8]| {
    let text = with_head(&HEADS, input);
    let text = String::from_utf8_lossy(&text);
    match benchmarks(&text) {
        Ok(runs) => {
            assert!(!runs.is_empty());
            for line in runs.iter().flat_map(|run| &run.lines) {
                assert!(!line.function().is_empty());
            }
            let again = format!("{:?}", benchmarks(&text).expect("as before"));
            assert_eq!(format!("{runs:?}"), again);
        }
        Err(error) => assert!(!error.place().is_empty() && !error.expected().is_empty()),
    }
});
