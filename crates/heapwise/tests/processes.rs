//! Logs that hold the dumps of several processes: they are no series, whatever their goroutines do, and no gate rests on one of
//! them.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes files to read"
)]

mod common;

use std::fs;

use common::{heapwise, workspace};
use serde_json::Value;

/// A program's main and so many workers, with numbers from `first` on.
fn dump(first: u64, workers: u64) -> String {
    let main = "goroutine 1 [chan receive]:\nmain.main()\n\t/src/main.go:9 +0x1d\n\n";
    let worker = |id: u64| {
        format!(
            "goroutine {id} [chan receive, 3 minutes]:\nmain.worker(0xc00001)\n\t/src/main.go:17 +0x1d\n\
             created by main.main in goroutine 1\n\t/src/main.go:7 +0x2e\n\n"
        )
    };
    main.to_owned() + &(first..first + workers).map(worker).collect::<String>()
}

fn quit(workers: u64) -> String {
    format!(
        "SIGQUIT: quit\nPC=0x46a9e1 m=0 sigcode=0\n\n{}rax    0xca\nrip    0x46a9e1\n\n",
        dump(18, workers)
    )
}

fn panicked(workers: u64) -> String {
    format!(
        "panic: boom\n\ngoroutine 17 [running]:\nmain.handler(0xc00001)\n\t/src/main.go:12 +0x1d\n\
         created by main.main in goroutine 1\n\t/src/main.go:8 +0x2e\n\n{}exit status 2\n",
        dump(18, workers)
    )
}

fn deadlock(workers: u64) -> String {
    format!(
        "fatal error: all goroutines are asleep - deadlock!\n\n{}",
        dump(18, workers)
    )
}

/// The same in a log with something before each line.
fn logged(text: &str, prefix: impl Fn(usize) -> String) -> String {
    let lines = text.lines().enumerate();
    lines
        .map(|(at, line)| format!("{}{line}\n", prefix(at)))
        .collect()
}

/// Lines of texts in turn, so many of each.
fn mixed(texts: &[String], run: usize) -> String {
    let mut lines: Vec<_> = texts.iter().map(|text| text.lines().peekable()).collect();
    let mut out = String::new();
    while lines.iter_mut().any(|lines| lines.peek().is_some()) {
        for lines in &mut lines {
            for line in lines.by_ref().take(run) {
                out += line;
                out.push('\n');
            }
        }
    }
    out
}

/// What is said of a text, and how claims on it end.
struct Said {
    answer: Value,
    text: String,
    gates: Vec<i32>,
}

const CLAIMS: [&str; 4] = [
    "goroutines total growth none",
    "goroutines total <= 1000",
    "goroutines total >= 1",
    "goroutines total <= 2",
];

fn ask(files: &[String]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let path = |at: usize| folder.path().join(format!("{at}.log"));
    let names: Vec<String> = (0..files.len())
        .map(|at| path(at).to_str().unwrap().to_owned())
        .collect();
    for (name, text) in names.iter().zip(files) {
        fs::write(name, text).unwrap();
    }
    let run = |args: &[&str]| {
        let names = names.iter().map(String::as_str);
        let names = names.flat_map(|name| match args.first() {
            Some(&"verify") => vec!["--goroutines", name],
            _ => vec![name],
        });
        let mut command = heapwise(&workspace());
        let output = command.args(args).args(names).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (_, json) = run(&["goroutines", "-f", "json"]);
    Said {
        answer: serde_json::from_str(&json).unwrap(),
        text: run(&["goroutines"]).1,
        gates: CLAIMS
            .iter()
            .map(|claim| run(&["verify", "-q", "--require", claim]).0)
            .collect(),
    }
}

#[track_caller]
fn check(name: &str, said: &Said, processes: u64, total: i64) {
    assert_eq!(said.answer["processes"], processes, "{name}: {}", said.text);
    assert_eq!(said.answer["total"], total, "{name}: {}", said.text);
    let warnings = said.answer["warnings"].as_array().unwrap();
    let is_told = |warning: &Value| warning["code"] == "several_processes";
    assert!(warnings.iter().any(is_told), "{name}: {warnings:?}");
    assert!(
        said.text.contains("which are no series"),
        "{name}: {}",
        said.text
    );
    assert!(!said.text.contains("GROWING"), "{name}: {}", said.text);
    // What is too much in one process is so whatever others have.
    assert_eq!(said.gates, [3, 3, 3, 1], "{name}: {}", said.text);
}

#[test]
fn a_process_that_is_started_again_and_again_is_no_series() {
    type Dump = fn(u64) -> String;
    type Prefix = fn(usize) -> String;
    let ends: [(&str, Dump); 3] = [("quit", quit), ("panic", panicked), ("deadlock", deadlock)];
    let prefixes: [(&str, Prefix); 4] = [
        ("plain", |_| String::new()),
        ("CRI", |at| {
            format!("2026-11-25T14:26:07.{at:09}Z stderr F ")
        }),
        ("compose", |_| "web-1  | ".to_owned()),
        ("journal", |at| {
            format!("Nov 25 14:26:{:02} host svc[41]: ", at % 60)
        }),
    ];
    for (end, dump) in ends {
        for (growth, workers) in [
            ("more", [3, 7, 11, 15, 19, 23]),
            ("less", [23, 19, 15, 11, 7, 3]),
            ("as many", [9; 6]),
        ] {
            let all = workers.map(|workers| format!("starting\n{}", dump(workers)));
            let total = workers[5] as i64 + 1 + i64::from(end == "panic");
            for (prefix, before) in prefixes {
                let name = format!("{end}, {growth}, {prefix}");
                let text = logged(&all.concat(), before);
                check(&name, &ask(&[text]), 6, total);
            }
            check(&format!("{end}, {growth}, files"), &ask(&all), 6, total);
        }
    }
}

#[test]
fn lines_of_two_pods_are_told_apart() {
    type Prefix = fn(&str, usize) -> String;
    let prefixes: [(&str, Prefix); 5] = [
        ("kubectl", |pod, _| format!("[pod/web-7f9c5d-{pod}/app] ")),
        ("compose", |pod, _| {
            format!("web-{}  | ", if pod == "x2x9k" { 1 } else { 2 })
        }),
        ("stern, with times", |pod, at| {
            format!("web-{pod} app 2026-11-25T14:26:07.{at:09}Z ")
        }),
        ("two processes of a host", |pod, at| {
            let pid = if pod == "x2x9k" { 41 } else { 812 };
            format!("Nov 25 14:26:{:02} host svc[{pid}]: ", at % 60)
        }),
        ("colours", |pod, _| format!("\x1b[36mweb-{pod} |\x1b[0m ")),
    ];
    for (name, prefix) in prefixes {
        for run in [1, 3, 1000] {
            let pods = [("x2x9k", 3), ("q7lmp", 40)]
                .map(|(pod, workers)| logged(&dump(18, workers), |at| prefix(pod, at)));
            let said = ask(&[mixed(&pods, run)]);
            check(&format!("{name}, {run}"), &said, 2, 41);
            assert_eq!(said.answer["unread"]["lines"], 0, "{name}, {run}");
        }
    }
    // As a collector writes them.
    for run in [1, 3, 1000] {
        let pods = [("a", 3), ("b", 40)].map(|(pod, workers)| {
            let text = dump(18, workers);
            let lines = text.lines().map(|line| {
                let log = serde_json::to_string(&format!("{line}\n")).unwrap();
                format!("{{\"log\":{log},\"kubernetes\":{{\"pod_name\":\"web-{pod}\"}}}}\n")
            });
            lines.collect::<String>()
        });
        check(&format!("json, {run}"), &ask(&[mixed(&pods, run)]), 2, 41);
    }
}

/// With debug=1 goroutines have no numbers.
#[test]
fn counts_of_two_pods_are_told_apart() {
    let counts = |workers: i64| {
        format!(
            "goroutine profile: total {}\n{workers} @ 0x48d1ea 0x418d5c\n#\t0x418d5b\tmain.worker+0x1\t/src/main.go:17\n\n\
             1 @ 0x48d1ea 0x4940c1\n#\t0x4940c0\tmain.main+0x1\t/src/main.go:9\n\n",
            workers + 1
        )
    };
    for run in [1, 3, 1000] {
        let pods = [("x2x9k", 3), ("q7lmp", 40)]
            .map(|(pod, workers)| logged(&counts(workers), |_| format!("[pod/web-{pod}/app] ")));
        check(&format!("{run}"), &ask(&[mixed(&pods, run)]), 2, 41);
    }
    let of_pod = |pod: &str, step: i64| {
        let all = (0..6).map(|at| counts(3 + at * step));
        logged(&all.collect::<String>(), |_| format!("web-{pod}  | "))
    };
    let said = ask(&[mixed(&[of_pod("1", 0), of_pod("2", 4)], 1)]);
    assert_eq!(said.answer["processes"], 2, "{}", said.text);
    assert_eq!(said.gates, [1, 3, 3, 1], "{}", said.text);
}

#[test]
fn the_dumps_of_one_process_among_others_are_a_series() {
    let of_pod = |pod: &str, step: u64| {
        let dumps = (0..6).map(|at| dump(18, 3 + at * step));
        logged(&dumps.collect::<String>(), |_| format!("web-{pod}  | "))
    };
    let said = ask(&[mixed(&[of_pod("1", 0), of_pod("2", 4)], 1)]);
    assert_eq!(said.answer["processes"], 2, "{}", said.text);
    assert_eq!(said.answer["total"], 24, "{}", said.text);
    assert!(said.text.contains("web-2"), "{}", said.text);
    assert!(said.text.contains("GROWING"), "{}", said.text);
    assert_eq!(said.gates, [1, 3, 3, 1], "{}", said.text);
    // What is fetched of a process before it ends is of it, too.
    let fetched: String = (0..5).map(|at| dump(18, 3 + at * 4)).collect();
    let said = ask(&[quit(5) + &fetched + &quit(23)]);
    assert_eq!(said.answer["processes"], 2, "{}", said.text);
    assert!(said.text.contains("GROWING"), "{}", said.text);
}

#[test]
fn a_number_of_two_goroutines_shows_another_process() {
    let dumps: Vec<String> = (0..6).map(|at| dump(18 + at, 3 + at * 4)).collect();
    let other = |text: &str| text.replace("created by main.main", "created by main.start");
    let two = [dumps[..3].concat(), other(&dumps[3..].concat())];
    for (name, files) in [
        ("a text", vec![two.concat()]),
        ("two texts", two.to_vec()),
        ("a file each", {
            let all = dumps.iter().enumerate();
            all.map(|(at, text)| if at < 3 { text.clone() } else { other(text) })
                .collect()
        }),
    ] {
        let said = ask(&files);
        assert_eq!(said.answer["processes"], 2, "{name}: {}", said.text);
        assert_eq!(said.gates, [3, 3, 3, 1], "{name}: {}", said.text);
    }
}

/// What is said of folders with these dumps, and how claims on them end.
fn ask_folders(folders: &[(&str, Vec<String>)], claims: &[&str]) -> (Value, Vec<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, dumps) in folders {
        fs::create_dir_all(folder.path().join(name)).unwrap();
        for (at, text) in dumps.iter().enumerate() {
            fs::write(folder.path().join(name).join(format!("{at}.txt")), text).unwrap();
        }
    }
    let names: Vec<&str> = folders.iter().map(|(name, _)| *name).collect();
    let run = |args: &[&str]| {
        let names = names.iter().flat_map(|name| match args.first() {
            Some(&"verify") => vec!["--goroutines", name],
            _ => vec![*name],
        });
        let mut command = heapwise(folder.path());
        let output = command.args(args).args(names).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), text)
    };
    let (_, json) = run(&["goroutines", "-f", "json"]);
    let (_, text) = run(&["goroutines"]);
    let gates = claims.iter();
    let gates = gates.map(|claim| run(&["verify", "-q", "--require", claim]).0);
    let json = serde_json::from_str(&json).unwrap();
    (json, gates.collect(), text)
}

/// Six dumps of a process, with so many more workers in each; each has a time, `offset` seconds after full tens.
fn series(workers: u64, step: u64, offset: u64) -> Vec<String> {
    let dumps = (0..6).map(|at| {
        let second = at * 10 + offset;
        let text = dump(18 + offset, workers + at * step);
        logged(&text, |_| {
            format!("2026-11-25T14:26:{second:02}Z stderr F ")
        })
    });
    dumps.collect()
}

const GROWTH: [&str; 7] = [
    "goroutines total growth none",
    "goroutines main.worker growth none",
    "goroutines main.other growth none",
    "goroutines total <= 20",
    "goroutines main.gone growth none",
    "goroutines /^main.gone$/ <= 0",
    "goroutines /^main.(worker|main)$/ <= 100",
];

#[test]
fn folders_that_were_filled_side_by_side_are_a_series_each() {
    let other = |dumps: Vec<String>| -> Vec<String> {
        let dumps = dumps.into_iter();
        dumps
            .map(|text| text.replace("main.worker", "main.other"))
            .collect()
    };
    for folders in [
        [("a", series(3, 4, 0)), ("b", other(series(9, 0, 3)))],
        [("b", other(series(9, 0, 3))), ("a", series(3, 4, 0))],
    ] {
        let (answer, gates, text) = ask_folders(&folders, &GROWTH);
        assert_eq!(answer["processes"], 2, "{text}");
        assert_eq!(answer["series"].as_array().unwrap().len(), 6, "{text}");
        assert!(text.contains("this is one (a) of 2 processes"), "{text}");
        assert!(text.contains("GROWING"), "{text}");
        assert_eq!(gates, [1, 1, 0, 1, 2, 2, 0], "{text}");
    }
    // None of them leaks.
    let steady = [("a", series(3, 0, 0)), ("b", other(series(9, 0, 3)))];
    let (_, gates, text) = ask_folders(&steady, &GROWTH);
    assert_eq!(gates, [0, 0, 0, 0, 2, 2, 0], "{text}");
    let three = [
        ("pods/a", series(9, 0, 0)),
        ("pods/b", series(9, 0, 3)),
        ("pods/c", series(3, 4, 6)),
    ];
    let (answer, gates, text) = ask_folders(&three, &GROWTH);
    assert_eq!(answer["processes"], 3, "{text}");
    assert!(text.contains("pods/c"), "{text}");
    assert_eq!(gates[..2], [1, 1], "{text}");
}

#[test]
fn folders_without_times_are_told_apart_by_the_numbers_of_goroutines() {
    let of = |workers: u64, step: u64| -> Vec<String> {
        let dumps = (0..6).map(|at| dump(18, workers + at * step));
        dumps.collect()
    };
    let (answer, gates, text) = ask_folders(&[("a", of(3, 4)), ("b", of(4, 1))], &GROWTH);
    assert_eq!(answer["processes"], 2, "{text}");
    assert_eq!(gates[..2], [1, 1], "{text}");
    // One after the other they may be of one process.
    let mut all = of(3, 4);
    let later = all.split_off(3);
    let (answer, gates, text) = ask_folders(&[("a", all), ("b", later)], &GROWTH);
    assert_eq!(answer["processes"], Value::Null, "{text}");
    assert_eq!(gates[..2], [1, 1], "{text}");
}

/// A dump of a process with workers of these numbers, which a connection of that number asked for.
fn numbered(workers: impl Iterator<Item = u64>, connection: u64) -> String {
    let main = dump(0, 0);
    let worker = |id: u64| dump(id, 1).replacen(&main, "", 1);
    let asks = dump(connection, 1)
        .replacen(&main, "", 1)
        .replace("main.worker", "main.answer");
    main.clone() + &workers.map(worker).collect::<String>() + &asks
}

/// What is said of dumps in a folder, and how claims on them end.
fn ask_series(dumps: &[String], claims: &[&str]) -> (Value, Vec<i32>, String) {
    ask_folders(&[("a", dumps.to_vec())], claims)
}

const LEVELS: [&str; 4] = [
    "goroutines main.worker <= 50",
    "goroutines total <= 500",
    "goroutines total growth none",
    "goroutines main.worker >= 1",
];

#[test]
fn a_process_that_was_started_anew_has_the_last_dumps_whatever_its_numbers() {
    // Five workers after a long time, then 20 to 120 of the next process.
    let old = (0..6).map(|at| numbered(4990..4995, 5030 + at));
    let new = (0..6).map(|at| numbered(35..55 + 20 * at, 56 + 20 * at));
    let both: Vec<String> = old.clone().chain(new.clone()).collect();
    let (answer, gates, text) = ask_series(&both, &LEVELS);
    assert_eq!(answer["processes"], 2, "{text}");
    assert_eq!(answer["total"], 122, "{text}");
    assert_eq!(answer["order"], "given", "{text}");
    assert!(text.contains("GROWING"), "{text}");
    assert_eq!(gates, [1, 3, 1, 3], "{text}");
    // One of each.
    let two: Vec<String> = old.clone().take(1).chain(new.clone().next_back()).collect();
    let (answer, gates, text) = ask_series(&two, &LEVELS);
    assert_eq!(answer["total"], 122, "{text}");
    assert_eq!(gates, [1, 3, 3, 3], "{text}");
    // The other way round: the numbers go up, and nothing says that these are two.
    let all: Vec<String> = new.chain(old).collect();
    let (answer, gates, text) = ask_series(&all, &LEVELS[..1]);
    assert_eq!(answer["total"], 7, "{text}");
    assert_eq!(gates, [0], "{text}");
}

#[test]
fn numbers_of_two_processes_that_overlap_do_not_mix_them() {
    let leaks = (0..7).map(|at| numbered(35..55 + 20 * at, 56 + 20 * at));
    let flat = (0..9).map(|at| numbered(10..15, 26 + 11 * at));
    let all: Vec<String> = leaks.chain(flat).collect();
    let (answer, gates, text) = ask_series(&all, &LEVELS);
    assert_eq!(answer["processes"], 2, "{text}");
    assert_eq!(answer["series"].as_array().unwrap().len(), 9, "{text}");
    assert_eq!(answer["total"], 7, "{text}");
    assert!(!text.contains("GROWING"), "{text}");
    assert_eq!(gates, [3, 3, 3, 3], "{text}");
}

#[test]
fn what_a_restart_and_a_wrong_order_have_in_common_decides_nothing() {
    // A pool that each process starts with.
    let of = |numbers: std::ops::Range<u64>, connection: u64| {
        numbered((18..28).chain(numbers), connection)
    };
    let old = (0..3).map(|at| of(500..560, 600 + at));
    let new = (0..3).map(|at| of(40..60 + 10 * at, 100 + at));
    let all: Vec<String> = old.chain(new).collect();
    let (answer, gates, text) = ask_series(&all, &LEVELS);
    assert_eq!(answer["total"], 52, "{text}");
    assert_eq!(answer["order"], "given", "{text}");
    assert!(has_warning(&answer, "order"), "{answer}");
    assert_eq!(gates, [3, 3, 3, 3], "{text}");
}

fn has_warning(answer: &Value, code: &str) -> bool {
    let mut warnings = answer["warnings"].as_array().unwrap().iter();
    warnings.any(|warning| warning["code"] == code)
}

#[test]
fn dumps_in_reverse_are_put_in_their_order_and_decide_nothing() {
    let leaked = |at: u64| (0..at).flat_map(|step| 100 + 20 * step..110 + 20 * step);
    let all: Vec<String> = (0..6)
        .rev()
        .map(|at| numbered((18..28).chain(leaked(at)), 99 + 20 * at))
        .collect();
    let (answer, gates, text) = ask_series(&all, &LEVELS);
    assert_eq!(answer["processes"], Value::Null, "{text}");
    assert_eq!(answer["order"], "numbers", "{text}");
    assert_eq!(answer["total"], 62, "{text}");
    assert!(has_warning(&answer, "order"), "{answer}");
    assert!(text.contains("GROWING"), "{text}");
    assert_eq!(gates, [3, 3, 3, 3], "{text}");
}

#[test]
fn numbers_that_processors_hand_out_in_turn_are_of_one_process() {
    let turns = [50, 20, 66, 36, 51, 21, 67, 37];
    let all: Vec<String> = turns.map(|at| numbered(8..13, at)).to_vec();
    let (answer, gates, text) = ask_series(&all, &LEVELS);
    assert_eq!(answer["processes"], Value::Null, "{text}");
    assert_eq!(answer["order"], "given", "{text}");
    assert!(!has_warning(&answer, "order"), "{answer}");
    assert_eq!(gates, [0, 0, 0, 0], "{text}");
}

#[test]
fn goroutines_none_of_which_stays_are_no_leak() {
    // Each dump has others, or some stay.
    let dumps = |step: u64, kept: u64| -> Vec<String> {
        let dumps = (0..6).map(|at| {
            let here = dump(1000 * (at + 1), step * (at + 1));
            let stay = dump(18, kept * at);
            here + stay.split_once("\n\n").unwrap().1
        });
        dumps.collect()
    };
    let (answer, gates, text) = ask_folders(&[("a", dumps(8, 0))], &GROWTH[..2]);
    assert_eq!(gates, [3, 3], "{text}");
    assert!(!text.contains("GROWING") && !text.contains("why"), "{text}");
    assert!(text.contains("grows with none staying"), "{text}");
    assert!(text.contains("none of the 120 goroutines"), "{text}");
    let workers = &answer["groups"][0];
    assert_eq!(workers["turned_over"], 120, "{text}");
    assert_eq!(workers["verdict"], Value::Null, "{text}");
    let (answer, gates, text) = ask_folders(&[("a", dumps(8, 2))], &GROWTH[..2]);
    assert_eq!(gates, [1, 1], "{text}");
    assert!(text.contains("GROWING"), "{text}");
    assert_eq!(answer["groups"][0]["turned_over"], Value::Null, "{text}");
    // What is as much in each dump holds.
    let even: Vec<String> = (0..6).map(|at| dump(1000 * (at + 1), 9)).collect();
    let (_, gates, text) = ask_folders(&[("a", even)], &GROWTH[..2]);
    assert_eq!(gates, [0, 0], "{text}");
}

#[test]
fn one_process_is_one() {
    let steady: String = (0..6).map(|_| dump(18, 5)).collect();
    let recovered = "2026/11/30 10:00:00 http: panic serving 10.0.0.7:3: boom\n\
        goroutine 99 [running]:\nruntime/debug.Stack()\n\t/go/debug/stack.go:26 +0x5e\n\
        panic({0x1, 0x2})\n\t/go/panic.go:792 +0x132\nmain.handler()\n\t/src/main.go:78 +0x8c5\n\
        created by net/http.(*Server).Serve in goroutine 1\n\t/go/server.go:3454 +0x485\n\n";
    // GOTRACEBACK=crash tells of each thread.
    let threads = format!(
        "{}\n-----\n\nSIGQUIT: quit\nPC=0x46a9e1 m=1 sigcode=0\n\ngoroutine 0 [idle]:\nruntime.futex()\n\t/go/a.s:5 +0x1\n\n",
        quit(5)
    );
    for (name, text) in [
        ("fetched", steady.clone()),
        (
            "with a request that failed",
            steady.replacen("goroutine 1 ", &format!("{recovered}goroutine 1 "), 3),
        ),
        (
            "a time before each",
            logged(&steady, |at| {
                format!("2026-11-25T14:26:07.{at:09}Z stderr F ")
            }),
        ),
        ("its end", steady.clone() + &quit(5)),
        ("its threads", threads),
        (
            "a word that differs from line to line",
            logged(&steady, |at| format!("id={:x} ", at * 2_654_435_761)),
        ),
    ] {
        let said = ask(&[text]);
        assert_eq!(
            said.answer["processes"],
            Value::Null,
            "{name}: {}",
            said.text
        );
        assert_eq!(said.gates[1..], [0, 0, 1], "{name}: {}", said.text);
    }
}

#[test]
fn dumps_of_several_pods_in_one_folder_are_no_series() {
    let pods: Vec<String> = (0..6)
        .flat_map(|at| ["a", "b"].map(|pod| format!("{pod}-{at:04}")))
        .collect();
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path();
    for name in &pods {
        let at: u64 = name[2..].parse().unwrap();
        let workers = if name.starts_with('a') {
            2 + 4 * at
        } else {
            200
        };
        fs::write(folder.join(format!("pod-{name}.txt")), dump(18, workers)).unwrap();
    }
    let of = |dumps: &str, claim: &str| {
        let mut command = heapwise(folder);
        command.args(["verify", "--goroutines", dumps, "--require", claim]);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let all = ".";
    for claim in ["goroutines total growth none", "goroutines total <= 300"] {
        let (code, text) = of(all, claim);
        assert_eq!(code, Some(3), "{text}");
        assert!(text.contains("tell 2 instances apart"), "{text}");
    }
    let (code, text) = of("pod-a-*", "goroutines total growth none");
    assert_eq!(code, Some(1), "{text}");
    let (code, text) = of(all, "goroutines main.worker growth <= 10/h");
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("growth of goroutines takes no rate"),
        "{text}"
    );
}
