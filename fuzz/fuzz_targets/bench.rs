//! What `go test -bench` printed is read or refused, and the same each time.
#![no_main]

use heapwise_decode::benchmarks;
use heapwise_fuzz::forms::text_of_input;
use heapwise_fuzz::made_text::Form;
use libfuzzer_sys::fuzz_target;

/// What output begins with; a fuzzer would be long in finding them.
const HEADS: [&[u8]; 5] = [
    b"",
    b"goos: linux\ngoarch: amd64\npkg: example.com/p\nBenchmarkA-8 \t 100\t 12.5 ns/op\t 16 B/op\t",
    b"BenchmarkA/size=10-8\nBenchmarkA/size=10-8 \t 1\t",
    b"{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\"BenchmarkA \\t 1 \\t 2 ns/op\\n\"}\n{\"Action\":\"",
    b"2026-01-01 app | BenchmarkA 1 2 ns/op\r\n",
];

/// What benchmarks print.
const FORMS: &[Form] = &[
    Form {
        head: "goos: linux\ngoarch: amd64\npkg: example.com/p\n",
        lines: &[
            "Benchmark$n-8 \t $d\t $t ns/op\t $d B/op\t $d allocs/op",
            "BenchmarkA/size=$d-8 \t $d\t $t ns/op\t $t MB/s\t $d B/op\t $d allocs/op",
            "BenchmarkA-8",
            " \t $d\t $t ns/op\t $t $w",
            "Benchmark$w $d $t $w $t $w",
            "--- BENCH: BenchmarkA-8",
            "--- FAIL: BenchmarkA",
            "    a_test.go:$d: $w",
            "cpu: $w",
            "pkg: $n",
            "PASS",
            "FAIL\t$n\t$ts",
            "ok  \t$n\t$ts",
        ],
    },
    Form {
        head: "",
        lines: &[
            "{\"Time\":\"2026-01-01T00:00:00Z\",\"Action\":\"output\",\"Package\":\"$n\",\"Test\":\"BenchmarkA\",\"Output\":\"BenchmarkA-8 \\t $d\\t $t ns/op\\t $d B/op\\t $d allocs/op\\n\"}",
            "{\"Action\":\"output\",\"Package\":\"$n\",\"Output\":\"BenchmarkB-8 \\t\"}",
            "{\"Action\":\"output\",\"Package\":\"$n\",\"Output\":\" $d\\t $t ns/op\\n\"}",
            "{\"Action\":\"pass\",\"Package\":\"$n\",\"Elapsed\":$t}",
        ],
    },
];

fuzz_target!(|input: &[u8]| {
    let text = text_of_input(&HEADS, FORMS, input);
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
