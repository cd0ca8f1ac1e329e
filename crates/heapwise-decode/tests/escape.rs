//! What the compilers of four versions say of one program, in all their forms.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "reads files and looks at answers"
)]

use std::collections::BTreeSet;
use std::fs;

use heapwise_decode::{
    AllocationKind, Decision, ErrorKind, EscapeLog, EscapeOutcome, EscapeReader, Limits,
};

const VERSIONS: [&str; 4] = ["go1.21.13", "go1.24.11", "go1.26.6", "go1.27.3"];

fn text(name: &str) -> String {
    fs::read_to_string(format!("../../testdata/escape/{name}")).unwrap()
}

fn read(text: &[u8]) -> EscapeLog {
    let mut reader = EscapeReader::new(&Limits::default());
    reader.read(text).unwrap();
    reader.finish()
}

fn log(version: &str, file: &str) -> EscapeLog {
    read(text(&format!("{version}/{file}")).as_bytes())
}

/// The places of what goes somewhere.
fn places(log: &EscapeLog, outcome: EscapeOutcome) -> BTreeSet<(u32, u32)> {
    let decisions = log.decisions.iter().filter(|one| one.outcome == outcome);
    decisions.map(|one| (one.at.line, one.at.column)).collect()
}

fn at(log: &EscapeLog, line: u32) -> Vec<&Decision> {
    let decisions = log.decisions.iter();
    decisions.filter(|one| one.at.line == line).collect()
}

#[test]
fn all_forms_of_a_version_agree_on_what_is_on_the_heap() {
    for version in VERSIONS {
        let [m1, m2] = ["m1.txt", "m2.txt"].map(|file| log(version, file));
        assert!(m1.decisions.len() > 35, "{version}");
        let stack = |log: &EscapeLog| places(log, EscapeOutcome::Stack);
        assert_eq!(stack(&m1), stack(&m2), "{version}");
        // The functions that the compiler makes of go and defer statements are only explained.
        let (few, all) = (
            places(&m1, EscapeOutcome::Heap),
            places(&m2, EscapeOutcome::Heap),
        );
        let more: Vec<u32> = all.difference(&few).map(|(line, _)| *line).collect();
        assert_eq!(
            (more, few.difference(&all).count()),
            (vec![37, 46], 0),
            "{version}"
        );
        assert_eq!((m1.unread, m2.unread), (0, 0), "{version}");
        assert!(m1.other.is_empty() && m2.other.is_empty(), "{version}");
        assert!(m1.decisions.iter().all(|one| one.steps.is_empty()));
        let explained = m2.decisions.iter();
        let explained = explained.filter(|one| one.outcome == EscapeOutcome::Heap);
        let without: Vec<_> = explained.filter(|one| one.steps.is_empty()).collect();
        assert_eq!(without, Vec::<&Decision>::new(), "{version}");
    }
}

/// Text says what does not escape, also where there is nothing that does not.
#[test]
fn what_a_log_would_say_goes_by_its_kind() {
    let m2 = "./a.go:3:2: x escapes to heap in f:\n./a.go:3:2:   flow: {heap} ← &x:\n./a.go:3:2: moved to heap: x\n";
    let m1 = "# example.com/a\n./a.go:3:2: moved to heap: x\n";
    for text in [
        m2,
        m1,
        "./a.go:3:6: can inline f with cost 3 as: func() { }\n",
    ] {
        assert!(read(text.as_bytes()).has_stack_decisions, "{text}");
    }
}

#[test]
fn json_says_the_same_of_the_heap_and_its_ways() {
    for version in ["go1.21.13", "go1.27.3"] {
        let (m2, json) = (log(version, "m2.txt"), log(version, "esc.json"));
        let heap = |log: &EscapeLog| places(log, EscapeOutcome::Heap);
        assert_eq!(heap(&m2), heap(&json), "{version}");
        assert_eq!(json.compilers, [version]);
        assert_eq!(json.packages, ["example.test/esc"]);
        assert!(!json.has_stack_decisions && m2.has_stack_decisions);
        for decision in &json.decisions {
            let text = at(&m2, decision.at.line);
            let steps = |one: &Decision| -> Vec<String> {
                one.steps.iter().map(|step| step.why.clone()).collect()
            };
            let same = text.iter().any(|one| {
                one.at.column == decision.at.column
                    && steps(one) == steps(decision)
                    && one.kind == decision.kind
            });
            assert!(same, "{version}: {decision:?}");
        }
    }
}

/// What later versions decide otherwise: a variable of 200,000 bytes is moved to the heap since 1.24, `append` has a line
/// of its own since 1.26, and what does not escape but has no known size is no longer on the heap.
#[test]
fn versions_differ_where_the_compiler_does() {
    let logs = VERSIONS.map(|version| log(version, "m1.txt"));
    let kinds = |log: &EscapeLog, kind| -> BTreeSet<u32> {
        let of_kind = log.decisions.iter().filter(|one| one.kind == kind);
        let heap = of_kind.filter(|one| one.outcome == EscapeOutcome::Heap);
        heap.map(|one| one.at.line).collect()
    };
    let appends = logs
        .each_ref()
        .map(|log| kinds(log, AllocationKind::Append).len());
    assert_eq!(appends, [0, 0, 2, 2]);
    let variables = logs
        .each_ref()
        .map(|log| kinds(log, AllocationKind::Variable).len());
    assert_eq!(variables, [12, 13, 13, 13]);
    let all: Vec<BTreeSet<_>> = logs
        .iter()
        .map(|log| places(log, EscapeOutcome::Heap))
        .collect();
    assert_eq!(all[2], all[3]);
    let only =
        |one: &BTreeSet<(u32, u32)>, other: &BTreeSet<(u32, u32)>| one.difference(other).count();
    assert_eq!((only(&all[0], &all[1]), only(&all[1], &all[0])), (0, 1));
    assert_eq!((only(&all[1], &all[2]), only(&all[2], &all[1])), (1, 2));
}

#[test]
fn what_does_not_escape_but_may_be_allocated_is_kept() {
    let log = read(text("not-escape.m1.txt").as_bytes());
    let kept: Vec<(&str, AllocationKind)> = log
        .decisions
        .iter()
        .filter(|one| one.kind != AllocationKind::Closure)
        .map(|one| (one.subject.as_str(), one.kind))
        .collect();
    assert_eq!(
        kept,
        [
            ("make([]byte, n)", AllocationKind::Slice),
            ("a + b", AllocationKind::Concat),
            ("make(map[int]int)", AllocationKind::Map),
        ]
    );
    assert_eq!(log.packages, ["example.test/vm"]);
    assert_eq!(log.files, ["./main.go"]);
}

#[test]
fn logs_come_as_people_have_them() {
    for version in VERSIONS {
        let plain = text(&format!("{version}/m2.txt"));
        let heap = places(&read(plain.as_bytes()), EscapeOutcome::Heap);
        let with = |change: &dyn Fn(&str) -> String| -> String {
            plain.lines().map(|line| change(line) + "\n").collect()
        };
        let forms = [
            (
                "Windows",
                with(&|line| line.replace("esc.go", r".\esc.go") + "\r"),
            ),
            (
                "a drive",
                with(&|line| line.replacen("esc.go", r"C:\My Files\esc.go", 1)),
            ),
            (
                "GitHub",
                with(&|line| format!("2026-01-01T00:00:00.0000000Z {line}")),
            ),
            (
                "GitHub, whose first line has a mark of bytes",
                format!(
                    "\u{feff}{}",
                    with(&|line| format!("2026-01-01T00:00:00.0000000Z {line}"))
                ),
            ),
            (
                "GitHub's command",
                with(&|line| format!("test\tBuild\t2026-01-01T00:00:00.0000000Z {line}")),
            ),
            (
                "GitHub with the messages of compilers marked",
                with(&|line| format!("2026-01-01T00:00:00.0000000Z ##[error]{line}")),
            ),
            (
                "Buildkite",
                with(&|line| format!("\x1b_bk;t=1700000000000\x07{line}\r")),
            ),
            (
                "Buildkite, from its page",
                with(&|line| format!("_bk;t=1700000000000\x07{line}")),
            ),
            (
                "titles",
                with(&|line| format!("\x1b]0;make\x1b\\{line}\x1b(B\x1b[m")),
            ),
            ("docker", with(&|line| format!("#12 3.456 {line}"))),
            ("compose", with(&|line| format!("build-1  | {line}"))),
            ("colours", with(&|line| format!("\x1b[36m{line}\x1b[0m"))),
            (
                "noise",
                with(&|line| format!("{line}\nmake: Entering directory")),
            ),
        ];
        for (name, form) in forms {
            let found = read(form.as_bytes());
            assert_eq!(
                places(&found, EscapeOutcome::Heap),
                heap,
                "{version}: {name}"
            );
            let files = found.files.iter().filter(|file| file.ends_with("esc.go"));
            assert_eq!(files.count(), 1, "{version}: {name}: {:?}", found.files);
        }
    }
}

#[test]
fn the_same_twice_is_the_same() {
    let once = log("go1.27.3", "m2.txt");
    let twice = text("go1.27.3/m2.txt").repeat(3);
    assert_eq!(read(twice.as_bytes()).decisions, once.decisions);
}

#[test]
fn a_log_cut_anywhere_is_read_as_far_as_it_goes() {
    for file in ["m2.txt", "esc.json"] {
        let whole = text(&format!("go1.27.3/{file}"));
        let all = places(&read(whole.as_bytes()), EscapeOutcome::Heap);
        for end in (1..whole.len()).step_by(97) {
            let mut reader = EscapeReader::new(&Limits::default());
            if reader.read(&whole.as_bytes()[..end]).is_ok() {
                let found = places(&reader.finish(), EscapeOutcome::Heap);
                // The place of the last line may be cut.
                assert!(found.difference(&all).count() <= 1, "{file}: {end}");
            }
        }
    }
}

#[test]
fn refuses_what_has_no_message_and_what_does_not_fit() {
    let mut reader = EscapeReader::new(&Limits::default());
    let error = reader.read(&b"hello\nworld\n"[..]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAProfile);
    assert!(
        error.to_string().contains("go build -gcflags=-m=2"),
        "{error}"
    );

    let mut limits = Limits::default();
    limits.max_table_bytes = 4000;
    let mut reader = EscapeReader::new(&limits);
    let error = reader.read(text("go1.27.3/m2.txt").as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[test]
fn names_are_bounded_as_decisions_are() {
    let mut limits = Limits::default();
    limits.max_table_bytes = 1 << 16;
    let headings: String = (0..20_000)
        .map(|at| format!("# example.com/p{at}\n"))
        .collect();
    let files: String = (0..20_000)
        .map(|at| format!("./f{at}.go:1:2: moved to heap: x\n"))
        .collect();
    for text in [headings, files] {
        let mut reader = EscapeReader::new(&limits);
        let error = reader.read(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
    }
}

#[test]
fn a_build_that_speaks_json_is_read() {
    let log = read(
        br##"{"ImportPath":"example.com/app","Action":"build-output","Output":"# example.com/app\n"}
{"ImportPath":"example.com/app","Action":"build-output","Output":"./app.go:6:15: append escapes to heap\n"}
"##,
    );
    assert_eq!(log.packages, ["example.com/app"]);
    assert_eq!(log.decisions[0].kind, AllocationKind::Append);
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn a_log_within_another_log_says_the_same() {
    let text = text("go1.27.3/m2.txt");
    let odd = "./odd.go:1:2: \"a\\n\\\"b\\\": x.go:1:2: \" + s escapes to heap\n\
               ./odd.go:2:2: \"say \\\"hi\\\"\\n\" escapes to heap\n";
    let text = format!("{text}{odd}");
    let plain = read(text.as_bytes());
    type Wrap = fn(&str) -> String;
    let wraps: [(&str, Wrap); 7] = [
        ("docker", |line| {
            let line = quoted(&format!("{line}\n"));
            format!("{{\"log\":{line},\"stream\":\"stderr\",\"time\":\"2026-11-30T01:02:03.1Z\"}}")
        }),
        ("a cloud", |line| {
            format!(
                "{{\"insertId\":\"1a\",\"textPayload\":{},\"labels\":{{\"a\":\"b\"}}}}",
                quoted(line)
            )
        }),
        ("go test -json", |line| {
            let line = quoted(&format!("{line}\n"));
            format!("{{\"Time\":\"x\",\"Action\":\"output\",\"Package\":\"p\",\"Output\":{line}}}")
        }),
        ("logfmt", |line| {
            format!(
                "time=2026-11-30T01:02:03Z level=info msg={} step=build",
                quoted(line)
            )
        }),
        ("words before", |line| {
            format!(
                "level=info msg={} step=build",
                quoted(&format!("go build: {line}"))
            )
        }),
        ("a log in a log", |line| {
            let inner = format!("{{\"msg\":{}}}\n", quoted(line));
            format!("{{\"log\":{},\"stream\":\"stdout\"}}", quoted(&inner))
        }),
        ("a prefix before JSON", |line| {
            format!("build-1  | {{\"msg\":{}}}", quoted(line))
        }),
    ];
    for (name, wrap) in wraps {
        let wrapped: String = text.lines().map(|line| wrap(line) + "\n").collect();
        let log = read(wrapped.as_bytes());
        assert!(
            log == plain,
            "{name}: found {} decisions",
            log.decisions.len()
        );
    }
    let whole = format!("{{\"step\":\"build\",\"output\":{}}}\n", quoted(&text));
    assert!(read(whole.as_bytes()) == plain);
    // CSV has no escapes but two quotes for one.
    let text = self::text("go1.27.3/m2.txt");
    let row = |line: &str| format!("1,\"{}\",x\n", line.replace('"', "\"\""));
    let rows: String = text.lines().map(row).collect();
    assert!(read(rows.as_bytes()) == read(text.as_bytes()));
}

#[test]
fn lines_that_containers_hold_in_parts_are_put_together() {
    let plain = text("go1.27.3/m2.txt");
    let mut parts = String::new();
    for (at, line) in plain.lines().enumerate() {
        let (first, last) = line.split_at(line.len() * (at % 5) / 5);
        if !first.is_empty() {
            parts += &format!("2026-11-25T14:26:07.81Z stdout P {first}\n");
        }
        parts += &format!("2026-11-25T14:26:07.81Z stdout F {last}\n");
    }
    assert_eq!(read(parts.as_bytes()), read(plain.as_bytes()));
}

#[test]
fn texts_of_a_log_without_the_compilers_words_are_counted_once_a_line() {
    let log = read(
        b"{\"msg\":\"./a.go:1:2: x escapes to heap\",\"caller\":\"build.go:12\"}\n\
          {\"msg\":\"done\",\"took\":\"3s\"}\n{\"msg\":\"cut of\nmsg=\"no end\n\
          ./a.go:3:4: \"b\" frobnicates\n{\"log\":\"./a.go:5:6: y frobnicates\\n\"}\n",
    );
    assert_eq!((log.decisions.len(), log.unread), (1, 3));
    let other: Vec<&str> = log.other.keys().map(String::as_str).collect();
    assert_eq!(other, ["\"b\" frobnicates", "y frobnicates"]);
}

#[test]
fn odd_lines_are_read_as_they_are_meant() {
    let log = read(
        b"./a.go:1:2: new(T) escapes to heap   \n./a.go:2:2: make(http.Header, n) does not escape\n\
          ./a.go:3:2: \"x does not escape\" + s does not escape\n\
          ./a.go:4:2: ([]byte)(s) does not escape\n./a.go:4:2: zero-copy string->[]byte conversion\n",
    );
    let found: Vec<(u32, AllocationKind)> = log
        .decisions
        .iter()
        .map(|one| (one.at.line, one.kind))
        .collect();
    let expected = [
        (1, AllocationKind::New),
        (2, AllocationKind::Other),
        (3, AllocationKind::Concat),
    ];
    assert_eq!((found, log.other.len()), (expected.to_vec(), 0));
}

#[test]
fn what_is_not_known_is_counted() {
    let log = read(
        b"./a.go:1:2: x escapes to heap\n./a.go:3:4: frobnicates y\n./a.go:5:6: frobnicates y\n",
    );
    assert_eq!(log.other.get("frobnicates y"), Some(&2));
    assert_eq!((log.messages, log.unread), (3, 0));
}

#[test]
fn where_ways_end_and_whose_slices_grow_is_told() {
    let text = "./a.go:3:6: cannot inline add: unhandled op\n\
                ./a.go:5:14: append(all, x) escapes to heap in add:\n\
                ./a.go:5:14:   flow: all ← &{storage for append(all, x)}:\n\
                ./a.go:5:14:     from append(all, x) (spill) at ./a.go:5:14\n\
                ./a.go:5:14:   flow: ~r0 ← all:\n\
                ./a.go:5:14:     from return all (return) at ./a.go:7:2\n\
                ./a.go:3:10: leaking param: all to result ~r0 level=0\n\
                ./a.go:5:14: append escapes to heap\n\
                ./a.go:9:6: cannot inline collect: unhandled op\n\
                ./a.go:12:14: append(all, x) escapes to heap in collect:\n\
                ./a.go:12:14:   flow: all ← &{storage for append(all, x)}:\n\
                ./a.go:12:14:   flow: {heap} ← all:\n\
                ./a.go:12:14: append escapes to heap\n";
    let json = "{\"version\":0,\"package\":\"a\",\"goos\":\"linux\",\"goarch\":\"amd64\",\
                \"gc_version\":\"go1.27.3\",\"file\":\"/a/a.go\"}\n\
                {\"range\":{\"start\":{\"line\":3,\"character\":6}},\"code\":\"cannotInlineFunction\"}\n\
                {\"range\":{\"start\":{\"line\":3,\"character\":10}},\"code\":\"leak\",\
                \"message\":\"parameter all leaks to ~r0 with derefs=0\"}\n\
                {\"range\":{\"start\":{\"line\":5,\"character\":14}},\"code\":\"escape\",\
                \"message\":\"append(all, x) escapes to heap\",\"relatedInformation\":[\
                {\"location\":{\"uri\":\"file:///a/a.go\",\"range\":{\"start\":{\"line\":5,\
                \"character\":14}}},\"message\":\"escflow:    flow: all ← &{storage for append(all, x)}:\"}]}\n";
    for (form, expected) in [
        (text, vec![(5, true, "~r0"), (12, false, "{heap}")]),
        (json, vec![(5, true, "all")]),
    ] {
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(form.as_bytes()).unwrap();
        let log = reader.finish();
        let found = log.decisions.iter();
        let found = found.map(|one| {
            (
                one.at.line,
                one.is_of_parameter,
                one.end.as_deref().unwrap(),
            )
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

/// What grows is told to be a parameter in function literals, too, and where a call was inlined.
#[test]
fn parameters_are_told_through_literals_and_inlined_calls() {
    let log = read(
        b"./a.go:3:6: can inline add with cost 9 as: func([]int, int) []int { return append(all, x) }\n\
          ./a.go:9:6: cannot inline each: unhandled op\n\
          ./a.go:10:7: can inline each.func1 with cost 9 as: func(int) { x }\n\
          ./a.go:20:6: cannot inline use: unhandled op\n\
          ./a.go:21:12: inlining call to add\n\
          ./a.go:30:6: cannot inline named: unhandled op\n\
          ./a.go:3:10: leaking param: all to result ~r0 level=0\n\
          ./a.go:4:14: append(all, x) escapes to heap in add:\n\
          ./a.go:4:14:   flow: all \xe2\x86\x90 &{storage for append(all, x)}:\n\
          ./a.go:9:11: moved to heap: target\n\
          ./a.go:11:14: append(target, x) escapes to heap in each.func1:\n\
          ./a.go:11:14:   flow: target \xe2\x86\x90 &{storage for append(target, x)}:\n\
          ./a.go:21:12: append(all, x) escapes to heap in use:\n\
          ./a.go:21:12:   flow: all \xe2\x86\x90 &{storage for append(all, x)}:\n\
          ./a.go:31:14: append(target, x) escapes to heap in named:\n\
          ./a.go:31:14:   flow: target \xe2\x86\x90 &{storage for append(target, x)}:\n",
    );
    let grown = log
        .decisions
        .iter()
        .filter(|one| one.kind == AllocationKind::Append);
    let grown: Vec<(u32, bool)> = grown
        .map(|one| (one.at.line, one.is_of_parameter))
        .collect();
    assert_eq!(grown, [(4, true), (11, true), (21, true), (31, false)]);
}

/// Logs of `-C` have no columns, those of `-L` two places: they say what others say.
#[test]
fn columns_and_full_paths_are_as_the_compiler_was_asked() {
    let logs = ["m2.txt", "m2-C.txt", "m2-L.txt"].map(|name| log("lined", name));
    let files = ["a.go", "expr.y", "page.templ", "scan.rl"];
    let said = |log: &EscapeLog| {
        let decisions = log.decisions.iter().map(|one| {
            let file = log.files[one.at.file as usize]
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned();
            (
                file,
                one.at.line,
                one.subject.clone(),
                one.steps.clone(),
                one.is_inlined,
            )
        });
        decisions.collect::<Vec<_>>()
    };
    let expected = said(&logs[0]);
    let found: BTreeSet<&str> = expected.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(found, BTreeSet::from(files));
    for log in &logs {
        assert!(log.other.is_empty(), "{:?}", log.other);
        assert_eq!(log.unread, 0);
        assert_eq!(said(log), expected);
    }
}

/// The places of what is of a kind.
fn of_kind(log: &EscapeLog, kind: AllocationKind) -> Vec<(u32, &str)> {
    let all = log.decisions.iter().filter(|one| one.kind == kind);
    all.map(|one| (one.at.line, one.subject.as_str())).collect()
}

/// Of `all[0] = []int{i, i}`, `all[1] = string(b)`, `all[2] = &T{n: i}` and `f(s, []int{i})`: what is boxed is said twice, at one place or
/// before what it is in.
const BOXED: &str = "# example.com/app
./a.go:9:10: []int{...} escapes to heap in F:
./a.go:9:10:   flow: {heap} ← &{storage for []int{...}}:
./a.go:9:10:     from []int{...} (spill) at ./a.go:9:10
./a.go:9:10:     from all[0] = []int{...} (assign) at ./a.go:9:9
./a.go:9:10: []int{...} escapes to heap in F:
./a.go:9:10:   flow: {storage for []int{...}} ← &{storage for []int{...}}:
./a.go:9:10:     from []int{...} (spill) at ./a.go:9:10
./a.go:9:10:     from []int{...} (interface-converted) at ./a.go:9:10
./a.go:10:17: string(b) escapes to heap in F:
./a.go:10:17:   flow: {heap} ← &{storage for string(b)}:
./a.go:10:17:     from string(b) (spill) at ./a.go:10:17
./a.go:10:17:     from all[1] = string(b) (assign) at ./a.go:10:9
./a.go:10:18: string(b) escapes to heap in F:
./a.go:10:18:   flow: {storage for string(b)} ← &{storage for string(b)}:
./a.go:10:18:     from string(b) (spill) at ./a.go:10:18
./a.go:10:18:     from string(b) (interface-converted) at ./a.go:10:17
./a.go:11:11: &T{...} escapes to heap in F:
./a.go:11:11:   flow: {heap} ← &{storage for &T{...}}:
./a.go:11:11:     from &T{...} (spill) at ./a.go:11:11
./a.go:11:11:     from &T{...} (interface-converted) at ./a.go:11:11
./a.go:11:11:     from all[2] = &T{...} (assign) at ./a.go:11:9
./a.go:12:7: []int{...} escapes to heap in F:
./a.go:12:7:   flow: {heap} ← &{storage for []int{...}}:
./a.go:12:7:     from []int{...} (spill) at ./a.go:12:7
./a.go:12:7:     from f(s, []int{...}) (call parameter) at ./a.go:12:3
./a.go:9:10: []int{...} escapes to heap
./a.go:9:10: []int{...} escapes to heap
./a.go:10:17: string(b) escapes to heap
./a.go:10:18: string(b) escapes to heap
./a.go:11:11: &T{...} escapes to heap
./a.go:12:7: []int{...} escapes to heap
./a.go:13:8: string(b) escapes to heap
./a.go:13:19: string(b) escapes to heap
./a.go:14:6: inlining call to twice
./a.go:14:6: []int{...} escapes to heap
./a.go:14:6: []int{...} escapes to heap
";

#[test]
fn what_a_value_is_boxed_in_is_told_from_it() {
    let short: String = BOXED
        .lines()
        .filter(|line| !line.contains("  ") && !line.ends_with(':'))
        .map(|line| format!("{line}\n"))
        .collect();
    for log in [BOXED.to_owned(), short.clone(), short.repeat(2)] {
        let log = read(log.as_bytes());
        let boxed = of_kind(&log, AllocationKind::Boxed);
        assert_eq!(boxed, [(9, "[]int{...}"), (10, "string(b)")]);
        let made = of_kind(&log, AllocationKind::SliceLiteral);
        assert_eq!(
            made.iter().map(|one| one.0).collect::<Vec<u32>>(),
            [9, 12, 14]
        );
        let converted = of_kind(&log, AllocationKind::BytesToString);
        assert_eq!(
            converted.iter().map(|one| one.0).collect::<Vec<u32>>(),
            [10, 13, 13]
        );
        assert_eq!(of_kind(&log, AllocationKind::Composite).len(), 1);
    }
    // What a value is in tells which way it goes.
    let log = read(BOXED.as_bytes());
    for line in [9, 10] {
        for one in at(&log, line) {
            let steps: Vec<&str> = one.steps.iter().map(|step| step.why.as_str()).collect();
            assert_eq!(steps, ["spill", "assign"], "{one:?}");
        }
    }
    // The output of a compiler that was asked twice is of no box.
    let [head, rest] = [
        "# example.com/app\n",
        "./a.go:9:10: []int{...} escapes to heap\n",
    ];
    let log = read(format!("{head}{rest}{head}{rest}").as_bytes());
    assert_eq!(of_kind(&log, AllocationKind::Boxed), []);
}

/// Of `fs[0] = e.Run`, `a = e.Name`, `fs[1] = p.Len` of a type without pointers, and `fmt.Println(e.Len)`.
const METHODS: &str = "# example.com/app
./a.go:5:6: can inline (*E).Run with cost 3 as: method(*E) func() { }
./a.go:6:6: can inline P.Len with cost 3 as: method(P) func() int { return p.n }
./a.go:7:6: can inline (*E).Name2 with cost 3 as: method(*E) func() { }
./a.go:9:10: e.Run escapes to heap in F:
./a.go:9:10:   flow: {heap} ← &{storage for e.Run}:
./a.go:9:10:     from e.Run (spill) at ./a.go:9:10
./a.go:9:10:     from fs[0] = e.Run (assign) at ./a.go:9:8
./a.go:8:8: parameter e leaks to {storage for e.Run} for F with derefs=0:
./a.go:8:8:   flow: {temp} ← e:
./a.go:8:8:   flow: {storage for e.Run} ← {temp}:
./a.go:10:6: e.Name escapes to heap in F:
./a.go:10:6:   flow: {heap} ← &{storage for e.Name}:
./a.go:10:6:     from e.Name (spill) at ./a.go:10:6
./a.go:10:6:     from a = e.Name (assign) at ./a.go:10:4
./a.go:8:8: parameter e leaks to {storage for e.Name} for F with derefs=1:
./a.go:8:8:   flow: {storage for e.Name} ← *e:
./a.go:8:8:     from e.Name (dot of pointer) at ./a.go:10:6
./a.go:8:8:     from e.Name (interface-converted) at ./a.go:10:6
./a.go:11:10: p.Len escapes to heap in F:
./a.go:11:10:   flow: {heap} ← &{storage for p.Len}:
./a.go:11:10:     from p.Len (spill) at ./a.go:11:10
./a.go:11:10:     from fs[1] = p.Len (assign) at ./a.go:11:8
./a.go:12:16: e.Len escapes to heap in F:
./a.go:12:16:   flow: {storage for ... argument} ← &{storage for e.Len}:
./a.go:12:16:     from e.Len (spill) at ./a.go:12:16
./a.go:12:16:     from ... argument (slice-literal-element) at ./a.go:12:13
./a.go:12:16:   flow: {heap} ← {storage for ... argument}:
./a.go:12:16:     from fmt.Println(... argument...) (call parameter) at ./a.go:12:13
./a.go:15:10: e.Run escapes to heap in G:
./a.go:15:10:   flow: {heap} ← &{storage for e.Run}:
./a.go:15:10:     from e.Run (spill) at ./a.go:15:10
./a.go:15:10:     from a = e.Run (assign) at ./a.go:15:8
./a.go:9:10: e.Run escapes to heap
./a.go:10:6: e.Name escapes to heap
./a.go:11:10: p.Len escapes to heap
./a.go:12:16: e.Len escapes to heap
./a.go:15:10: e.Run escapes to heap
";

#[test]
fn a_method_as_a_function_is_told_from_a_field_in_an_interface() {
    let kinds = |log: &EscapeLog| -> Vec<(u32, AllocationKind)> {
        log.decisions
            .iter()
            .map(|one| (one.at.line, one.kind))
            .collect()
    };
    use AllocationKind::{Boxed, Method, Other};
    let found = kinds(&read(METHODS.as_bytes()));
    // Of a variable of the same name in another function nothing is told.
    assert_eq!(
        found,
        [
            (9, Method),
            (10, Boxed),
            (11, Other),
            (12, Boxed),
            (15, Boxed)
        ]
    );
    let old = METHODS
        .replace(" in F:", ":")
        .replace(" in G:", ":")
        .replace(" ← ", " = ");
    let old = old
        .replace(" for F with", " with")
        .replace("./a.go:15:", "./b.go:15:");
    assert_eq!(kinds(&read(old.as_bytes())), found);
    // Without flows only the names of methods tell that it may be one.
    let short: String = METHODS
        .lines()
        .filter(|line| !line.contains("  ") && !line.ends_with(':'))
        .map(|line| line.split(" with cost").next().unwrap().to_owned() + "\n")
        .collect();
    let found = kinds(&read(short.as_bytes()));
    assert_eq!(
        found,
        [
            (9, Other),
            (10, Boxed),
            (11, Other),
            (12, Other),
            (15, Other)
        ]
    );
}
