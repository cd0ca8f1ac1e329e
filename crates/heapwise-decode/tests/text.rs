//! The text forms: exact results of small texts, and agreement with what `go tool pprof` read
//! from the texts of the corpus.

use heapwise_decode::{
    ErrorKind, LabelValue, Limits, NoteKind, Profile, Sample, Stage, Tables, goroutine_dumps,
    goroutine_ids,
};

fn read(text: impl AsRef<[u8]>) -> Profile {
    Profile::read(text.as_ref(), &Limits::default()).expect("decodes")
}

/// `values: frame < frame, leaf first | key=value`.
fn show(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    profile
        .samples()
        .map(|sample| show_sample(tables, &sample))
        .collect()
}

fn show_sample(tables: &Tables, sample: &Sample<'_>) -> String {
    let frames: Vec<String> = sample
        .stack()
        .iter()
        .rev()
        .map(|&at| show_location(tables, at))
        .collect();
    let mut text = format!("{:?} {}", sample.values(), frames.join(" < "));
    for label in sample.labels().iter() {
        let value = match label.value {
            LabelValue::Text(text) => tables.text(text).into_owned(),
            LabelValue::Number { value, unit } => format!("{value}{}", tables.text(unit)),
        };
        text += &format!(" | {}={value}", tables.text(label.key));
    }
    text
}

fn show_location(tables: &Tables, at: heapwise_decode::LocationIndex) -> String {
    let location = tables.location(at);
    let lines: Vec<String> = location
        .lines
        .iter()
        .map(|line| {
            let function = tables.function(line.function);
            let (name, file) = (tables.text(function.name), tables.text(function.filename));
            format!("{name} {file}:{}", line.line)
        })
        .collect();
    match location.address {
        0 => lines.join(" + "),
        address => format!("{address:#x} {}", lines.join(" + ")),
    }
}

fn notes(profile: &Profile) -> Vec<NoteKind> {
    let notes = profile.tables().notes();
    notes.iter().map(heapwise_decode::Note::kind).collect()
}

fn refusal(text: &str) -> String {
    let read = Profile::read(text.as_bytes(), &Limits::default());
    read.expect_err("is refused").to_string()
}

const COUNT: &str = "goroutine profile: total 5
3 @ 0x11 0x21 0x31
# labels: {\"a b\":\"\\\"x\\\"\", \"k\":\"v\"}
#\t0x20\tmain.inner+0x1\t\t/src/a.go:3
#\t0x20\tmain.outer+0x1\t/src/a.go:9

2 @ 0x41 0x41 0x51
#\t0x40\tmain.rec+0x2\t/src/a.go:12
#\t0x40\tmain.rec+0x2\t/src/a.go:12
#\t0x50\tmain.main+0x3\t/src/a.go:20

";

#[test]
fn counts_have_names_from_their_comments() {
    let profile = read(COUNT);
    assert_eq!(
        show(&profile),
        [
            "[3] 0x10 runtime.<hidden> :0 < 0x20 main.inner /src/a.go:3 + main.outer /src/a.go:9 \
             < 0x30 runtime.goexit :0 | a b=\"x\" | k=v",
            "[2] 0x40 main.rec /src/a.go:12 < 0x40 main.rec /src/a.go:12 \
             < 0x50 main.main /src/a.go:20",
        ]
    );
    assert_eq!(profile.kind().name(), "goroutine");
    assert_eq!(profile.tables().period(), Some(1));
    assert_eq!(notes(&profile), []);
}

#[test]
fn a_carriage_return_before_a_line_end_changes_nothing() {
    for text in [COUNT, HEAP, MUTEX, DUMP] {
        assert_eq!(show(&read(text.replace('\n', "\r\n"))), show(&read(text)));
    }
}

#[test]
fn counts_without_comments_have_addresses_only() {
    let profile = read("# a\n\nthreadcreate profile: total 3\n1 @ 0x11 0x0\n2 @\n---\nrubbish\n");
    assert_eq!(show(&profile), ["[1] 0x10  < 0xffffffffffffffff ", "[2] "]);
    assert_eq!(profile.kind().name(), "threadcreate");
}

#[test]
fn counts_that_lack_an_end_say_so() {
    let cut = COUNT.find("0x41 0x51").expect("has a second record");
    let profile = read(&COUNT[..cut]);
    assert_eq!(show(&profile).len(), 1);
    assert_eq!(notes(&profile), [NoteKind::Truncated, NoteKind::Truncated]);
    assert_eq!(
        profile.tables().notes()[0].message(),
        "the text ends within line 7: its 9 bytes were left out"
    );
    assert_eq!(
        profile.tables().notes()[1].message(),
        "the header says 5, the records that are there hold 3"
    );
}

const HEAP: &str = "heap profile: 22: 90112 [23: 92416] @ heap/1048576
0: 0 [1: 2304] @ 0x48e90c 0x493807 0x819ad9
#\t0x819ad8\tmain.makeOrder+0x358\t\t/src/main.go:47

22: 90112 [22: 90112] @ 0x819ad9

# runtime.MemStats
# Alloc = 2030656
";

#[test]
fn heaps_are_scaled_as_go_scales_them() {
    let profile = read(HEAP);
    assert_eq!(
        show(&profile),
        [
            "[228, 525440, 0, 0] 0x48e90b runtime.<hidden> :0 < 0x493806 runtime.<hidden> :0 \
             < 0x819ad8 main.makeOrder /src/main.go:47 | bytes=2304",
            "[2827, 11579450, 2827, 11579450] 0x819ad8 main.makeOrder /src/main.go:47 | bytes=4096",
        ]
    );
    assert_eq!(profile.tables().period(), Some(524_288));
    assert_eq!(profile.kind().name(), "heap");
}

#[test]
fn the_header_tells_how_a_heap_is_scaled() {
    for (header, expected, period) in [
        ("heap/1048576", "[228, 525440, 0, 0]", Some(524_288)),
        ("heap_v2/524288", "[228, 525440, 0, 0]", Some(524_288)),
        ("heapz_v2/524288", "[228, 525440, 0, 0]", Some(524_288)),
        ("heapprofile", "[1, 2304, 0, 0]", Some(1)),
        ("heap/2", "[1, 2304, 0, 0]", Some(1)),
        ("heap/", "[1, 2304, 0, 0]", None),
    ] {
        let text = format!("heap profile: 0: 0 [1: 2304] @ {header}\n0: 0 [1: 2304] @ 0x1\n");
        let profile = read(text);
        assert!(show(&profile)[0].starts_with(expected), "{header}");
        assert_eq!(profile.tables().period(), period, "{header}");
    }
    let profile = read("heap profile: 1: 2304 [1: 2304] @ heap/1048576\n1: 2304 [1: 2304] @ 0x2\n");
    assert_eq!(show(&profile), ["[228, 525440] 0x1  | bytes=2304"]);
}

#[test]
fn heaps_that_lack_records_say_so() {
    assert_eq!(notes(&read(HEAP)), []);
    let end = HEAP.find("\n# runtime").expect("has a footer");
    // The header tells that all records are there.
    assert_eq!(notes(&read(&HEAP[..end])), []);
    assert_eq!(read(&HEAP[..end]).sample_count(), 2);
    // Within the address of the second record, which is left out.
    let profile = read(&HEAP[..end - 4]);
    assert_eq!(notes(&profile), [NoteKind::Truncated; 2]);
    assert_eq!(profile.sample_count(), 1);
}

const MUTEX: &str = "--- mutex:
cycles/second=2599925490
sampling period=2
618672 6 @ 0x4a012f 0x49f9e5
#\t0x4a012e\tsync.(*Mutex).Unlock+0xe\t/go/src/sync/mutex.go:65
#\t0x49f9e4\tmain.main+0x1\t/src/main.go:7
";

#[test]
fn contentions_are_nanoseconds() {
    let profile = read(MUTEX);
    assert_eq!(
        show(&profile),
        [
            "[12, 475915] 0x4a012e sync.(*Mutex).Unlock /go/src/sync/mutex.go:65 \
          < 0x49f9e4 main.main /src/main.go:7"
        ]
    );
    assert_eq!(profile.kind().name(), "contention");
    assert_eq!(profile.tables().period(), Some(2));
}

const DUMP: &str = "http: panic serving 127.0.0.1: boom
goroutine 1 [chan receive, 2 minutes]:
main.main()
\t/src/main.go:9 +0x1d

goroutine 7 gp=0xc01 m=nil [select (leaked), locked to thread] {tenant: acme}:
main.leak(...)
\t/src/main.go:3
main.run({0x1, 0x2})
\t/my src/main.go:6 +0x2e fp=0x1 sp=0x2 pc=0x3
created by main.main in goroutine 1
\t/src/main.go:8 +0x25
[originating from goroutine 1]:
main.main(...)
\t/src/main.go:8 +0x25

goroutine 8 [select (leaked), locked to thread] {tenant: acme}:
main.leak(...)
\t/src/main.go:3
main.run({0x3, 0x4})
\t/my src/main.go:6 +0x2e
created by main.main in goroutine 2
\t/src/main.go:8 +0x25

goroutine 9 [running]:
\tgoroutine running on other thread; stack unavailable
created by main.main
\t/src/main.go:8 +0x25

goroutine 10 [syscall]:
non-Go function at pc=0x45
c_wait
\t/x/c.c:30 pc=0x46
main.deep(0x0?)
\t/src/main.go:29 +0x30
...51 frames elided...
main.deep(0x0?)
\t/src/main.go:29 +0x30
exit status 2
";

#[test]
fn dumps_are_counted_by_stack_and_header() {
    let profile = read(DUMP);
    assert_eq!(
        show(&profile),
        [
            "[1] main.main /src/main.go:9 \
             | go::goroutine_state=chan receive | go::goroutine_wait_minutes=2minutes",
            "[2] main.leak /src/main.go:3 < main.run /my src/main.go:6 \
             | go::goroutine_state=select | go::goroutine_leaked=true \
             | go::goroutine_locked_to_thread=true | tenant=acme \
             | go::goroutine_created_by=main.main | go::goroutine_created_at=/src/main.go:8",
            "[1]  | go::goroutine_state=running \
             | go::goroutine_created_by=main.main | go::goroutine_created_at=/src/main.go:8",
            "[1] non-Go function :0 < c_wait /x/c.c:30 < main.deep /src/main.go:29 \
             < ...frames elided... :0 < main.deep /src/main.go:29 | go::goroutine_state=syscall",
        ]
    );
    assert_eq!(notes(&profile), [NoteKind::FramesElided]);
    assert_eq!(profile.kind().name(), "goroutine");
}

/// Of a web server: what it prints of a request that panicked.
const SERVED: &str = "2026/11/30 10:00:01 http: panic serving 127.0.0.1:38224: boom
goroutine 66 [running]:
net/http.(*conn).serve.func1()
	/go/src/net/http/server.go:1959 +0xbb
panic({0x9e17b8?, 0xa64680?})
	/go/src/runtime/panic.go:859 +0x132
main.handle({0x1, 0x2}, 0x3)
	/src/main.go:29 +0x85
created by net/http.(*Server).Serve in goroutine 1
	/go/src/net/http/server.go:3604 +0x4fd
2026/11/30 10:00:02 request
";

/// What a program prints of itself that goes on.
const RECOVERED: &str = "2026/11/30 10:00:03 recovered: boom
goroutine 1 [running]:
runtime/debug.Stack()
	/go/src/runtime/debug/stack.go:26 +0x5e
main.main()
	/src/main.go:27 +0x151
2026/11/30 10:00:04 request
";

const THREE: &str = "goroutine 1 [running]:
main.main()
	/src/main.go:24 +0x23d

goroutine 7 [chan receive]:
main.worker(...)
	/src/main.go:13
created by main.main in goroutine 1
	/src/main.go:16 +0x27

goroutine 8 [chan receive]:
main.worker(...)
	/src/main.go:13
created by main.main in goroutine 1
	/src/main.go:16 +0x27
";

/// With the time and the stream that a container's log has before each line.
fn logged(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| format!("2026-11-30T10:00:00.123456789Z stderr F {line}\n"));
    lines.collect()
}

#[test]
fn stacks_of_one_goroutine_are_no_dump() {
    let quit = format!("SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n\n{THREE}");
    for (name, text, count, expected) in [
        ("a dump", THREE.to_owned(), 3, vec![]),
        ("a dump of a signal", quit.clone(), 3, vec![]),
        (
            "before a dump",
            format!("{SERVED}{RECOVERED}{quit}"),
            3,
            vec![NoteKind::StacksAlone],
        ),
        (
            "behind a dump",
            format!("{THREE}\n{SERVED}{RECOVERED}"),
            3,
            vec![NoteKind::StacksAlone],
        ),
        (
            "behind one another",
            format!("{SERVED}{SERVED}{RECOVERED}{THREE}{SERVED}"),
            3,
            vec![NoteKind::StacksAlone],
        ),
        (
            "nothing else",
            format!("{SERVED}{RECOVERED}{SERVED}"),
            3,
            vec![NoteKind::OneOfMany],
        ),
        (
            "a panic that ended the process",
            "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:78 +0x8c5\nexit status 2\n".to_owned(),
            1,
            vec![NoteKind::OneOfMany],
        ),
        (
            "a panic that shows all",
            format!("panic: boom\n\n{THREE}exit status 2\n"),
            3,
            vec![],
        ),
    ] {
        for text in [text.clone(), logged(&text)] {
            let profile = read(&text);
            assert_eq!(goroutine_count(&profile), count, "{name}: {text}");
            let notes: Vec<NoteKind> = notes(&profile)
                .into_iter()
                .filter(|kind| *kind != NoteKind::SeveralDumps)
                .collect();
            assert_eq!(notes, expected, "{name}: {text}");
        }
    }
}

#[test]
fn dumps_beside_stacks_of_one_goroutine_are_told_apart() {
    let text = format!("{SERVED}{THREE}\n{RECOVERED}{SERVED}{THREE}{SERVED}");
    for text in [text.clone(), logged(&text)] {
        let mut found = Vec::new();
        goroutine_dumps(&text.as_bytes(), &Limits::default(), &mut |dump| {
            found.push(goroutine_count(dump.profile()));
        })
        .expect("decodes");
        assert_eq!(found, [3, 3], "{text}");
    }
}

#[test]
fn threads_without_goroutines_do_not_count() {
    let idle = "goroutine 0 gp=0xdd9820 m=0 mp=0xdda7c0 [idle]:\nruntime.futex(0x1)\n\t/go/src/runtime/sys_linux_amd64.s:558 +0x21 fp=0x7f sp=0x7e pc=0x48\n\n";
    let text = format!(
        "SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n\n{idle}{THREE}\n-----\n\nSIGQUIT: quit\nPC=0x2 m=1 sigcode=0\n\n{idle}"
    );
    for text in [text.clone(), logged(&text)] {
        let profile = read(&text);
        assert_eq!(goroutine_count(&profile), 3, "{text}");
        assert_eq!(notes(&profile), [NoteKind::SchedulerStacks], "{text}");
    }
}

#[test]
fn the_goroutines_of_a_bubble_are_some_of_all() {
    let goroutine = |id: u64, state: &str| {
        format!(
            "goroutine {id} [{state}]:\nmain.work()\n\t/src/main.go:7 +0x1d\ncreated by main.main in goroutine 1\n\t/src/main.go:9 +0x2e\n\n"
        )
    };
    let some = [
        goroutine(9, "chan receive (durable), synctest bubble 1"),
        goroutine(10, "select (durable), synctest bubble 1"),
    ];
    for message in [
        "panic: deadlock: main bubble goroutine has exited but blocked goroutines remain [recovered, repanicked]",
        "panic: deadlock: all goroutines in bubble are blocked",
    ] {
        let text = format!(
            "--- FAIL: TestX (0.00s)\n{message}\n\n{}{}",
            goroutine(8, "running"),
            some.concat()
        );
        for text in [text.clone(), logged(&text)] {
            let profile = read(&text);
            assert!(notes(&profile).contains(&NoteKind::OneOfMany), "{text}");
        }
    }
    for message in [
        "fatal error: all goroutines are asleep - deadlock!",
        "panic: test timed out after 1s",
    ] {
        let text = format!("{message}\n\n{}{}", goroutine(8, "running"), some.concat());
        assert!(
            !notes(&read(&text)).contains(&NoteKind::OneOfMany),
            "{text}"
        );
    }
}

#[test]
fn goroutines_that_threads_tell_of_again_count_once() {
    let goroutine = |id: u64, state: &str| {
        format!(
            "goroutine {id} gp=0x1 m=0 mp=0x2 [{state}]:\nmain.work()\n\t/src/main.go:7 +0x1d\ncreated by main.main in goroutine 1\n\t/src/main.go:9 +0x2e\n\n"
        )
    };
    let unavailable = "goroutine 9 gp=0x1 m=3 mp=0x2 [running]:\n\tgoroutine running on other thread; stack unavailable\n\
        created by main.main in goroutine 1\n\t/src/main.go:9 +0x2e\n\n";
    let thread = |at: u64, goroutine: &str| {
        format!(
            "rax 0x0\nr15 0x7\n\n-----\n\nSIGQUIT: quit\nPC=0x46a9e1 m={at} sigcode=0\n\n{goroutine}"
        )
    };
    let all = format!(
        "SIGABRT: abort\nPC=0x46a9e1 m=0 sigcode=0\n\n{}{}{}{unavailable}{}{}{}",
        goroutine(7, "running"),
        goroutine(8, "syscall, locked to thread"),
        goroutine(10, "select"),
        thread(1, &goroutine(8, "syscall, locked to thread")),
        thread(3, &goroutine(9, "running")),
        // It was on no thread before.
        thread(4, &goroutine(11, "running")),
    );
    for text in [all.clone(), logged(&all)] {
        let profile = read(&text);
        assert_eq!(goroutine_count(&profile), 5, "{text}");
        assert_eq!(notes(&profile), [NoteKind::ThreadStacks], "{text}");
    }
    // Dumps of one process, one behind the other, are several.
    let dump = goroutine(7, "running") + &goroutine(8, "syscall");
    let several = read(format!("{dump}-----\n\n{dump}"));
    assert_eq!(goroutine_count(&several), 4);
}

#[test]
fn dumps_without_their_beginning_or_end_say_so() {
    let (_, tail) = THREE.split_once("main.main()\n").expect("is there");
    let frames = "runtime.gopark(0x0?)\n\t/go/src/runtime/proc.go:474 +0xca\n";
    let cut = format!("{THREE}\ngoroutine 9 [select]:\n{frames}");
    let throw = "fatal error: boom\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/src/runtime/panic.go:1077 +0x5c fp=0x1 sp=0x2 pc=0x3\n\n";
    for (name, text, is_cut) in [
        ("whole", format!("{THREE}exit status 2\n"), false),
        ("its head is missing", tail.to_owned(), true),
        (
            "its head is cut in a place",
            format!("rc/proc.go:474 +0xca\n\n{THREE}"),
            true,
        ),
        (
            "its head is cut in front of an offset",
            format!("+0xca\ncreated by main.f in goroutine 1\n\t/a.go:3 +0x2\n\n{THREE}"),
            true,
        ),
        (
            "its end is cut in front of an offset",
            format!("{cut}created by main.f in goroutine 1\n\t/a.go:3 "),
            true,
        ),
        (
            "its end is cut behind a frame",
            cut.trim_end().to_owned(),
            true,
        ),
        (
            "its last line has no end",
            format!("{cut}created by main.f in goroutine 1\n\t/a.go:3 +0x2"),
            false,
        ),
        (
            "another line tells of an offset",
            format!("see main.go:12 +0x1d of it\n{THREE}"),
            false,
        ),
        (
            "what a thread did is before it",
            format!("{throw}{THREE}"),
            false,
        ),
        ("its tail is missing", format!("{cut}[truncated]\n"), true),
        (
            "its tail is missing, and a log goes on",
            format!("{cut}Show more\nthe next line\n"),
            true,
        ),
        (
            "it ends with a goroutine of C",
            format!("{cut}exit status 2\n"),
            false,
        ),
        (
            "it says so",
            format!("{THREE}\n[... 54 more goroutines omitted ...]\n"),
            true,
        ),
    ] {
        let notes = notes(&read(&text));
        assert_eq!(notes.contains(&NoteKind::Truncated), is_cut, "{name}");
    }
}

#[test]
fn marks_of_loss_beside_goroutines_are_said() {
    let one = |id: u32| {
        format!(
            "goroutine {id} [select]:\nmain.f()\n\t/a.go:2 +0x1\ncreated by main.main in goroutine 1\n\t/a.go:3 +0x2\n"
        )
    };
    let (first, second) = (one(7), one(8));
    for (name, text, is_cut) in [
        ("between", format!("{first}\n[...]\n{second}"), true),
        (
            "without a blank line",
            format!("{first}...\n{second}"),
            true,
        ),
        ("before the first", format!("a log\n<snip>\n{second}"), true),
        (
            "behind the last",
            format!("{first}\n\n-- 12 lines omitted --\na log\n"),
            true,
        ),
        (
            "behind something else",
            format!("{first}\na log\n...\n{second}"),
            true,
        ),
        (
            "of the rest of a log",
            format!("{first}\na log\n...\na log\n{second}"),
            false,
        ),
        (
            "far before",
            format!("...\na log\n{first}\n{second}"),
            false,
        ),
        (
            "other lines",
            format!("{first}\nstarting ...\n-----\n{second}"),
            false,
        ),
        (
            "told in the midst of a log",
            format!("{first}\na log\nSuppressed 90 messages from app.service\na log\n{second}"),
            true,
        ),
    ] {
        let shown = notes(&read(&text)).contains(&NoteKind::Truncated);
        assert_eq!(shown, is_cut, "{name}");
        // The same behind what a logger puts before each line.
        let logged: String = text
            .lines()
            .map(|line| format!("Nov 24 10:00:00 host app[42]: {line}\n"))
            .collect();
        let shown = notes(&read(&logged)).contains(&NoteKind::Truncated);
        if name != "before the first" {
            assert_eq!(shown, is_cut, "{name}, in a log");
        }
    }
}

#[test]
fn ids_come_with_their_samples() {
    let goroutines = goroutine_ids(DUMP.as_bytes(), &Limits::default()).expect("decodes");
    assert_eq!(goroutines.profile(), &read(DUMP));
    let ids: Vec<&[u64]> = (0..5).map(|sample| goroutines.ids(sample)).collect();
    assert_eq!(ids, [&[1][..], &[7, 8], &[9], &[10], &[]]);
}

#[test]
fn a_cut_dump_leaves_out_what_is_not_whole() {
    let whole = show(&read(DUMP));
    let start = DUMP.find("goroutine 8").expect("has it");
    for end in start + 1..DUMP.find("\n\ngoroutine 9").expect("has it") {
        let cut = &DUMP[..end];
        let profile = read(cut);
        let last = cut.rsplit('\n').next().unwrap_or_default();
        let is_offset = last.contains(".go:8 +0x") && !last.ends_with('x');
        // Whole lines are accepted, and the last of a goroutine without the line end that copying loses.
        if is_offset || notes(&profile).is_empty() {
            assert!(is_offset || cut.ends_with('\n'), "{:?}", &DUMP[start..end]);
            continue;
        }
        assert_eq!(
            notes(&profile),
            [NoteKind::Truncated],
            "{:?}",
            &DUMP[start..end]
        );
        assert_eq!(show(&profile)[0], whole[0]);
        assert_eq!(goroutine_count(&profile), 2);
        let left_out = match end - start {
            1 => "the last 1 byte was left out".to_owned(),
            bytes => format!("the last {bytes} bytes were left out"),
        };
        let message = profile.tables().notes()[0].message();
        assert!(message.contains(&left_out), "{message}");
    }
}

fn goroutine_count(profile: &Profile) -> i64 {
    profile.samples().map(|sample| sample.values()[0]).sum()
}

#[test]
fn a_dump_is_found_far_into_a_log() {
    let log = "2026/11/23 request served\n".repeat(100_000);
    assert_eq!(show(&read(log.clone() + DUMP)), show(&read(DUMP)));
    let error = Profile::read(log.as_bytes(), &Limits::default()).expect_err("holds nothing");
    assert_eq!(error.kind(), ErrorKind::NotAProfile);
}

#[test]
fn a_dump_where_go_cuts_says_so() {
    let mut text = String::from("goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n\n");
    let one = "goroutine 2 [select]:\nmain.f()\n\t/a.go:2 +0x1\n\n";
    while text.len() + 2 * one.len() < 64 << 20 {
        text += one;
    }
    text += "goroutine 3 [select]:\nmain.f()\n\t/a.go:2 +0x1\nmain.";
    while text.len() < 64 << 20 {
        text.push('x');
    }
    let profile = read(&text);
    assert_eq!(notes(&profile), [NoteKind::Truncated, NoteKind::DumpLimit]);
    assert_eq!(profile.sample_count(), 2);
}

#[test]
fn refusals_say_where_and_what() {
    for (text, expected) in [
        (
            "goroutine profile: total 1\n1 @ 0x1\nrubbish\n",
            "text: line 3: found \"rubbish\", \
             expected a record such as \"3 @ 0x45b425 0x45bed5\"",
        ),
        (
            "heap profile: 1: 2 [3: 4] @ grows\n",
            "text: line 1: found \"heap profile: 1: 2 [3: 4] @ grows\", \
             expected a header such as \"heap profile: 1: 32 [2: 64] @ heap/1048576\"",
        ),
        (
            "heap profile: 1: 2 [3: 4] @ heap/2\n0: 5 [1: 5] @ 0x1\n",
            "text: line 2: found \"0: 5 [1: 5] @ 0x1\", \
             expected a record such as \"1: 32 [2: 64] @ 0x48e90c 0x493807\"",
        ),
        (
            "--- mutex:\nformat=java\n",
            "text: line 2: found \"format=java\", \
             expected an attribute such as \"cycles/second=2600000826\"",
        ),
        (
            "goroutine 1 [running]:\nmain.main()\n",
            "text: line 2: found the end of the input within the first goroutine, \
             expected a goroutine that is whole",
        ),
        (
            "\nheap profile: 1: 2 [3: 4] @ heap/2\n",
            "format: byte 0: found the text form of a heap profile (debug=1), expected \
             a profile as /debug/pprof/ serves it, in protobuf or text, from its first byte",
        ),
        (
            "HTTP/1.1 200 OK\r\n\r\nheap profile: 1: 2 [3: 4] @ heap/2\n",
            "format: byte 0: found the headers of an HTTP answer, expected \
             a profile as /debug/pprof/ serves it, in protobuf or text, from its first byte",
        ),
    ] {
        assert_eq!(refusal(text), expected);
    }
}

/// legacy_profile.go: parseLegacy asks for heaps, counts and threads before it asks for contention, and the headers of
/// heaps and threads may be anywhere in their line.
#[test]
fn a_heap_or_threads_behind_the_start_of_contention_are_these() {
    for start in ["--- mutex:", "--- contention:", "--- contentionz 1 ---"] {
        let heap = format!("{start} heap profile: 1: 2 [3: 4] @ heap/2\n1: 2 [3: 4] @ 0x1\n");
        let types = read(heap).tables().sample_types().len();
        assert_eq!(types, 4, "{start}");
        let thread = "--- Thread 7ff0 (name: main/14719) stack: ---\n  PC: 0x1 0x2\n";
        let threads = format!(
            "{start}--- threadz 1 ---\n\n{thread}---- no stack trace for\n--- Memory map: ---\n"
        );
        let types = read(threads).tables().sample_types().len();
        assert_eq!(types, 1, "{start}");
        let heap = "heap profile: 1: 2 [3: 4] @ heap";
        let neither = format!("{start} {heap}s/2\ncycles/second=1\n6 6 @ 0x4a012f\n");
        assert_eq!(read(neither).tables().sample_types().len(), 2, "{start}");
        let torn = format!("{start} {heap}/2\ncycles/second=1\n6 6 @ 0x4a012f\n");
        assert!(refusal(&torn).contains("line 2"), "{start}");
        let own = format!("{start}\ncycles/second=1\nsampling period=2\n6 6 @ 0x4a012f\n");
        assert_eq!(read(own).tables().sample_types().len(), 2, "{start}");
    }
}

#[test]
fn limits_hold_for_texts() {
    let mut limits = Limits::default();
    limits.max_table_bytes = 1000;
    for text in [COUNT, DUMP] {
        let error = Profile::read(text.as_bytes(), &limits).expect_err("too large");
        assert_eq!(
            (error.kind(), error.stage()),
            (ErrorKind::TooLarge, Stage::Text)
        );
    }
    let mut limits = Limits::default();
    limits.max_message_bytes = 20;
    let text = format!("goroutine profile: total 1\n1 @ {}", "0x1 ".repeat(1 << 20));
    let error = Profile::read(text.as_bytes(), &limits).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let error = Profile::read(DUMP.as_bytes(), &Limits::with_max_bytes(100)).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}
