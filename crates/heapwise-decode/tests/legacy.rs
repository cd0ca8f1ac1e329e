//! The legacy forms of other programs than Go's, as google/pprof reads them: what becomes of each,
//! and the exact refusal of damaged ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/legacy.rs"]
mod legacy;

use heapwise_decode::{ErrorKind, LabelValue, Limits, NoteKind, Profile, Stage, TextReading};

use legacy::{TEXTS, WORDS, Words};

fn read(bytes: &[u8]) -> Profile {
    Profile::read(bytes, &Limits::default()).unwrap()
}

fn as_pprof() -> Limits {
    let mut limits = Limits::default();
    limits.texts = TextReading::AsPprof;
    limits
}

/// Samples as `values: frames`, leaf first; a frame is its name, or its address in the mapping's
/// file.
fn samples(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    let frame = |&at: &heapwise_decode::LocationIndex| {
        let location = tables.location(at);
        if let Some(line) = location.lines.first() {
            let function = tables.function(line.function);
            let (name, file) = (tables.text(function.name), tables.text(function.filename));
            return format!("{name}@{file}:{}", line.line);
        }
        let mapping = location.mapping.and_then(|at| tables.mapping(at));
        let file = mapping.map_or("".into(), |mapping| tables.text(mapping.file));
        format!("{file}+{:#x}", location.address)
    };
    let sample = |sample: heapwise_decode::Sample<'_>| {
        let frames: Vec<String> = sample.stack().iter().rev().map(frame).collect();
        format!("{:?}: {}", sample.values(), frames.join(" "))
    };
    profile.samples().map(sample).collect()
}

fn types(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    let types = tables.sample_types().iter();
    types
        .map(|t| format!("{}/{}", tables.text(t.type_), tables.text(t.unit)))
        .collect()
}

#[test]
fn heaps_of_tcmalloc_have_files_from_their_map() {
    let profile = read(TEXTS[0].as_bytes());
    assert_eq!(profile.tables().period(), Some(524_288));
    assert_eq!(
        samples(&profile),
        [
            "[81922, 2621520, 49153, 1572912]: /srv/app/bin/server+0x400100 \
             /srv/app/bin/server+0x400200",
            "[428547, 44568900, 4, 5711645]: /srv/app/bin/server+0x400300 \
             /lib/libc-2.31.so+0x7f0000001000 +0x8",
            "[0, 0, 0, 0]: /srv/app/bin/server+0x400100",
        ]
    );
    let size = |sample: heapwise_decode::Sample<'_>| match sample.labels().iter().next() {
        Some(label) => label.value,
        None => panic!("no size"),
    };
    let sizes: Vec<i64> = profile
        .samples()
        .map(|sample| match size(sample) {
            LabelValue::Number { value, .. } => value,
            LabelValue::Text(_) => panic!("a text"),
        })
        .collect();
    assert_eq!(sizes, [32, 1_310_696, 0]);
    assert!(profile.tables().notes().is_empty());
}

#[test]
fn growth_and_fragmentation_are_not_scaled() {
    let growth = read(TEXTS[4].as_bytes());
    assert_eq!(types(&growth), ["objects/count", "space/bytes"]);
    assert_eq!(
        samples(&growth),
        ["[1, 8192]: /bin/app+0x400100 /bin/app+0x400200"]
    );
    let fragmentation = read(TEXTS[5].as_bytes());
    assert_eq!(samples(&fragmentation), ["[1, 8192]: +0x0 +0x1"]);
}

#[test]
fn contentions_become_nanoseconds() {
    let profile = read(TEXTS[6].as_bytes());
    assert_eq!(profile.tables().duration_nanos(), Some(16_502_830_000_000));
    let app = "cppbench_server_main";
    assert_eq!(
        samples(&profile),
        [
            format!("[2700, 608881724]: {app}+0xbccc96 {app}+0xc61201 {app}+0x42ed5e"),
            format!("[100, 23992]: {app}+0xbccc96 {app}+0xa42dc6"),
        ]
    );
    assert!(profile.tables().drop_frames().starts_with("RecordLock"));
}

#[test]
fn threads_count_those_with_the_same_stack() {
    let profile = read(TEXTS[8].as_bytes());
    assert_eq!(
        samples(&profile),
        [
            "[2]: /home/app+0x4006e8 /home/app+0x4a1b2b",
            "[1]: /home/app+0x400101 /home/app+0x400200",
        ]
    );
}

#[test]
fn java_has_names_for_addresses() {
    let heap = read(TEXTS[12].as_bytes());
    assert_eq!(types(&heap), ["inuse_objects/count", "inuse_space/bytes"]);
    assert_eq!(
        samples(&heap),
        [
            "[250270, 30412228]: com.example.F3@source.java:39 com.example.G@b.java:0 \
             native@libc.so:0",
            "[131074, 2097184]: native@libc.so:0 +0x0",
        ]
    );
    let contention = read(TEXTS[13].as_bytes());
    assert_eq!(
        types(&contention),
        ["contentions/count", "delay/microseconds"]
    );
    assert_eq!(
        samples(&contention),
        ["[100, 100]: STUB@:0 VM@:0", "[200, 1400]: VM@:0"]
    );
}

#[test]
fn cpu_profiles_are_read_in_words_of_every_kind() {
    for words in WORDS {
        let cpu = read(&words.cpu());
        assert_eq!(cpu.tables().period(), Some(10_000_000), "{words:?}");
        assert_eq!(
            samples(&cpu),
            [
                "[3, 30000000]: /bin/app+0x400100 /bin/app+0x400200",
                "[1, 10000000]: /bin/app+0x400300 /bin/app+0x400200",
            ],
            "{words:?}"
        );
        let java = read(&words.java());
        assert_eq!(
            samples(&java),
            ["[3, 30000000]: f@a.java:7 g@:0", "[1, 10000000]: +0x0"],
            "{words:?}"
        );
    }
}

#[test]
fn a_stack_that_is_cut_is_noted() {
    let words = Words {
        is_wide: true,
        is_big: false,
    };
    // Of four addresses two are there: pprof takes eight bytes for two words here.
    let bytes = words.bytes(&[0, 3, 0, 10_000, 0, 1, 4, 0x11, 0x21]);
    let profile = read(&bytes);
    assert_eq!(profile.tables().notes()[0].kind(), NoteKind::Truncated);
    // Frames that all stacks have above the leaf are taken for a signal handler's, twice.
    assert_eq!(
        samples(&profile),
        ["[1, 10000000]: +0x11 +0xffffffffffffffff"]
    );
}

#[test]
fn names_are_passed_over_where_pprof_passes_over_them() {
    let text = TEXTS[10].as_bytes();
    assert_eq!(
        samples(&read(text)),
        [
            "[3]: runtime.<hidden>@:0 main.inner@/src/a.go:3",
            "[10]: +0x40"
        ]
    );
    let profile = Profile::read(text, &as_pprof()).unwrap();
    assert_eq!(samples(&profile), ["[3]: /x+0x10 /x+0x20", "[10]: +0x40"]);
    assert!(profile.samples().all(|s| s.labels().iter().count() == 0));
}

#[test]
fn texts_that_pprof_refuses_are_refused_as_pprof_reads_them() {
    for text in [
        "threadcreate profile: total 2\n2 @\n",
        "goroutine profile: total 2\n2 @ 0x1 0",
        "goroutine profile: total 1\n1 @ 0x1\nMAPPED_LIBRARIES:\n",
    ] {
        assert!(
            Profile::read(text.as_bytes(), &as_pprof()).is_err(),
            "{text}"
        );
    }
}

#[track_caller]
fn check(input: &[u8], kind: ErrorKind, stage: Stage, message: &str) {
    let error = Profile::read(input, &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!((error.kind(), error.stage()), (kind, stage));
}

#[test]
fn damaged_texts_are_refused() {
    let threads = "a thread such as \"--- Thread 7ff0 (name: main/14719) stack: ---\", or the line \
                   that ends the threads: \"---- no stack trace for\" or \"--- Memory map: ---\"";
    let heap = "a record such as \"1: 32 [2: 64] @ 0x48e90c 0x493807\"";
    let contention = "a record such as \"618672 6 @ 0x4a012f 0x49f9e5\"";
    let java = "a sample such as \"7048 58 @ 0x00000003 0x0000000b\"";
    for (text, found, expected) in [
        (
            "--- threadz 1 ---\n--- Thread 7f (name: a/1) stack: ---\n 0x1\n",
            "line 4: found \"\"",
            threads,
        ),
        (
            "--- threadz 1 ---\n--- Thread x\n",
            "line 2: found \"--- Thread x\"",
            threads,
        ),
        (
            "--- threadz 1 ---\n--- Thread 7f (name: a/1) stack: ---\n0x10000000000000000\n",
            "line 3: found \"0x10000000000000000\"",
            "addresses of at most 64 bits",
        ),
        (
            "heap profile: 1: 2 [1: 2] @ heap_v2/4\n\
             9223372036854775807: 9 [0: 0] @\n",
            "line 2: found \"9223372036854775807: 9 [0: 0] @\"",
            heap,
        ),
        (
            "heap profile: 1: 2 [1: 2] @ heapprofile\n-1: -9223372036854775808 [0: 0] @ 0x1\n",
            "line 2: found \"-1: -9223372036854775808 [0: 0] @ 0x1\"",
            heap,
        ),
        (
            "--- contentionz 7 ---\nsampling period=9\n1 9223372036854775807 @ 0x1\n",
            "line 3: found \"1 9223372036854775807 @ 0x1\"",
            contention,
        ),
        (
            "--- contentionz 7 ---\nms since reset=9223372036854775807\n",
            "line 2: found \"ms since reset=9223372036854775807\"",
            "an attribute such as \"cycles/second=2600000826\"",
        ),
        (
            "--- heapz 1 ---\nformat = java\n1 1 @ 0x1\n",
            "line 3: found \"1 1 @ 0x1\"",
            "\"resolution = bytes\" before the first sample",
        ),
        (
            "--- heapz 1 ---\nformat = java\nresolution = bytes\n1 0 @ 0x1\n",
            "line 4: found \"1 0 @ 0x1\"",
            java,
        ),
        (
            "--- contentionz 1 ---\nformat = cpp\n",
            "line 2: found \"format = cpp\"",
            "an attribute such as \"format = java\"",
        ),
        (
            "--- heapz 1 ---\nformat = java\nresolution = bytes\n1 1 @ 0x1\n0x1ffffffffffffffff a\n",
            "line 5: found \"0x1ffffffffffffffff a\"",
            "a number of at most 64 bits",
        ),
    ] {
        let message = format!("text: {found}, expected {expected}");
        check(text.as_bytes(), ErrorKind::Text, Stage::Text, &message);
    }
}

#[test]
fn damaged_cpu_profiles_are_refused() {
    let stack = "a count, the size of a stack, and as many addresses";
    for words in WORDS {
        let width = if words.is_wide { 8 } else { 4 };
        let cut = words.bytes(&[0, 3, 0, 10_000, 0, 1]);
        let at = 5 * width;
        let message = format!("cpu: byte {at}: found the end of the input, expected {stack}");
        check(&cut, ErrorKind::Cpu, Stage::Cpu, &message);
        let deep = words.bytes(&[0, 3, 0, 10_000, 0, 1, 0xffff_ffff, 0x11]);
        let message = format!(
            "cpu: byte {at}: found a stack of 4294967295 addresses in {width} bytes, expected {stack}"
        );
        check(&deep, ErrorKind::Cpu, Stage::Cpu, &message);
    }
    let wide = WORDS[3];
    let often = wide.bytes(&[0, 3, 0, 10_000, 0, u64::MAX, 1, 0x11]);
    check(
        &often,
        ErrorKind::Cpu,
        Stage::Cpu,
        "cpu: byte 0: found a stack met 18446744073709551615 times in periods of 10000000 ns, \
         expected a time that fits 64 bits",
    );
    let slow = wide.bytes(&[0, 3, 0, u64::MAX, 0]);
    check(
        &slow,
        ErrorKind::Cpu,
        Stage::Cpu,
        "cpu: byte 40: found a period of 18446744073709551615 microseconds, \
         expected one of at most 292 years",
    );
}

#[test]
fn limits_hold_for_legacy_forms() {
    let too_large = |bytes: &[u8], limits: &Limits| {
        let error = Profile::read(bytes, limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    };
    let mut limits = Limits::default();
    limits.max_table_bytes = 4_000;
    limits.max_column_bytes = 20_000;
    let map = "1000-2000 r-xp /bin/app\n".repeat(100);
    let heap = format!("heap profile: 1: 2 [1: 2] @ heapprofile\nMAPPED_LIBRARIES:\n{map}");
    too_large(heap.as_bytes(), &limits);
    // Values that hold values grow with every line.
    let attributes: String = (0..40)
        .map(|at| format!("k{at}=$k{}$k{}$k{}x\n", at - 1, at - 1, at - 1))
        .collect();
    let heap =
        format!("heap profile: 1: 2 [1: 2] @ heapprofile\nMAPPED_LIBRARIES:\nk-1=xx\n{attributes}");
    too_large(heap.as_bytes(), &limits);
    let stacks: Vec<u64> = (0..600_u64).flat_map(|at| [1, 1, at + 1]).collect();
    for words in WORDS {
        let header = words.bytes(&[0, 3, 0, 10_000, 0]);
        too_large(&[header, words.bytes(&stacks)].concat(), &limits);
    }
    let threads: String = (0..100)
        .map(|at| format!("--- Thread 7f (name: a/1) stack: ---\n 0x{at:x}1 0x{at:x}2\n"))
        .collect();
    too_large(format!("--- threadz 1 ---\n{threads}").as_bytes(), &limits);
}
