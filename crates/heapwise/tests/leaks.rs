//! Leaks that are none, that are known or new, and that hide below what comes and goes.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes files to read"
)]

mod common;

use std::fs;
use std::path::Path;

use common::beside::shared;
use common::{heapwise, workspace};
use serde_json::Value;

/// Exit code, stdout and stderr.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

fn goroutines(args: &[&str]) -> String {
    let (code, stdout, stderr) = run(&[&["goroutines"], args].concat());
    assert_eq!(code, 0, "{stderr}");
    stdout
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&goroutines(&[&["-f", "json"], args].concat())).unwrap()
}

/// The exit code of a claim.
fn gate(dumps: &str, claim: &str) -> i32 {
    run(&["verify", "-q", "--goroutines", dumps, "--require", claim]).0
}

/// Files in a folder of their own, of which the path is given to `check`.
fn with_files(files: &[(String, String)], check: impl FnOnce(&str)) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    check(folder.path().to_str().unwrap());
}

fn with_file(text: &str, check: impl FnOnce(&str)) {
    let files = [("dump.txt".to_owned(), text.to_owned())];
    with_files(&files, |folder| {
        check(Path::new(folder).join("dump.txt").to_str().unwrap());
    });
}

/// A goroutine of a dump with debug=2.
fn goroutine(id: u64, state: &str, function: &str, creator: &str) -> String {
    let line = function.len();
    format!(
        "goroutine {id} [{state}]:\n{function}(0xc00001)\n\t/src/main.go:{line} +0x1d\n\
         created by {creator} in goroutine 1\n\t/src/main.go:7 +0x2e\n\n"
    )
}

/// The goroutine that writes a dump of leaks with debug=2, in a state.
fn writer(state: &str) -> String {
    format!(
        "goroutine 9 [{state}]:\nruntime/pprof.writeGoroutineStacks({{0x1, 0x2}})\n\
         \t/go/src/runtime/pprof/pprof.go:816 +0x69\n\
         runtime/pprof.writeGoroutineLeak({{0x1, 0x2}}, 0x2)\n\
         \t/go/src/runtime/pprof/pprof.go:803 +0xa8\n\
         main.dump()\n\t/src/main.go:14 +0x109\n\n"
    )
}

const NO_LEAK: &str = "goroutines leaked = 0";

#[test]
fn a_record_without_a_stack_is_no_leak() {
    for form in ["leak.pb.gz", "leak.debug1.txt", "leak.debug2.txt"] {
        let dump = format!("testdata/leaks/phantom/{form}");
        assert_eq!(gate(&dump, NO_LEAK), 0, "{form}");
        let text = goroutines(&[&dump]);
        assert!(
            text.contains("no goroutine is leaked for certain"),
            "{text}"
        );
        assert!(!text.contains("LEAKED"), "{text}");
    }
    assert_eq!(gate("testdata/leaks/phantom", NO_LEAK), 0);
    for (dump, is_told) in [
        ("leaks/phantom/leak.pb.gz", true),
        ("server/series/chanrecv", false),
    ] {
        let dump = format!("testdata/{dump}");
        let (_, decided, _) = run(&["verify", "-q", &dump, "--require", NO_LEAK]);
        assert_eq!(
            decided.contains("1 listed that is no leak"),
            is_told,
            "{decided}"
        );
    }
    let answer = json(&["testdata/leaks/phantom/leak.pb.gz"]);
    assert_eq!(answer["not_leaked"]["without_stack"], 1);
    assert_eq!(
        (&answer["leaked"], &answer["total"]),
        (&0.into(), &0.into())
    );
    // Beside a leak it is still none, nor without the line that debug=1 writes for it.
    let beside = "goroutineleak profile: total 3\n1 @\n\n\
        2 @ 0x10 0x20 0x30 0x40\n#\t0x3f\tmain.leak+0x1\t/src/main.go:3\n\n";
    with_file(beside, |dump| {
        assert_eq!(gate(dump, "goroutines leaked = 2"), 0);
        assert_eq!(gate(dump, NO_LEAK), 1);
    });
}

#[test]
fn main_in_an_empty_select_is_no_leak_and_any_other_goroutine_is() {
    for form in ["pb.gz", "debug1.txt", "debug2.txt"] {
        let dump = |name: &str| format!("testdata/leaks/phantom-go1.26/{name}.{form}");
        assert_eq!(gate(&dump("leak"), NO_LEAK), 0, "{form}");
        assert_eq!(json(&[&dump("leak")])["not_leaked"]["main"], 1, "{form}");
        assert_eq!(gate(&dump("leak2"), "goroutines leaked = 1"), 0, "{form}");
        let answer = json(&[&dump("leak"), &dump("leak2")]);
        assert_eq!(answer["leaked_new"], 1, "{form}");
    }
    let main = "1 @ 0x10 0x20 0x30 0x40 0x50\n\
        #\t0x2f\tmain.main+0x1\t/src/main.go:9\n#\t0x3f\truntime.main+0x1\t/go/proc.go:290\n\n";
    with_file(&format!("goroutineleak profile: total 1\n{main}"), |dump| {
        assert_eq!(gate(dump, NO_LEAK), 0);
        let text = goroutines(&[dump]);
        assert!(text.contains("main in select {}"), "{text}");
    });
    let at = |function: &str| {
        format!(
            "goroutine 1 [select (no cases) (leaked)]:\n{function}()\n\t/src/main.go:19 +0x1f\n\n{}",
            writer("running")
        )
    };
    with_file(&at("main.main"), |dump| assert_eq!(gate(dump, NO_LEAK), 0));
    // main may wait in what it calls.
    let deep = at("main.wait").replace("\n\n", "\nmain.main()\n\t/src/main.go:30 +0x2\n\n");
    with_file(&deep, |dump| assert_eq!(gate(dump, NO_LEAK), 0));
    with_file(&at("main.serve"), |dump| assert_eq!(gate(dump, NO_LEAK), 1));
    // A main that waits for a lock is stuck.
    let lock = at("main.main").replace("select (no cases)", "sync.Mutex.Lock");
    with_file(&lock, |dump| assert_eq!(gate(dump, NO_LEAK), 1));
}

#[test]
fn a_dump_with_debug_2_is_a_leak_profile_when_it_was_written_as_one() {
    let idle = goroutine(5, "chan receive", "main.idle", "main.main");
    for (text, exit) in [
        (writer("running") + &idle, 0),
        // It was about to look for leaks when something else took the dump.
        (writer("runnable") + &idle, 3),
        (writer("semacquire") + &idle, 3),
        (idle.clone(), 3),
        // A mark proves what it marks.
        (idle.replace("receive", "receive (leaked)"), 1),
    ] {
        with_file(&text, |dump| {
            assert_eq!(gate(dump, NO_LEAK), exit, "{text}")
        });
    }
    if let Some(sample) = shared("samples/go1.27.3/goroutineleak.debug2.txt") {
        assert_eq!(gate(sample.to_str().unwrap(), "goroutines leaked = 5"), 0);
    }
}

#[test]
fn what_a_leak_profile_lists_is_blocked_where_it_tells_no_state() {
    let text = "goroutineleak profile: total 5\n\
        5 @ 0x48d1ea 0x418d5c 0x418957 0x6e21be 0x4940c1\n\
        #\t0x6e21bd\tmain.leak.func1+0x1d\t/src/srv/main.go:43\n\n";
    with_file(text, |dump| {
        let answer = json(&[dump]);
        assert_eq!(answer["groups"][0]["state"], "blocked");
        let text = goroutines(&[dump]);
        assert!(text.contains("5 goroutines, blocked"), "{text}");
        assert!(!text.contains("runnable"), "{text}");
    });
    let named = text.replace(
        "main.leak.func1+0x1d",
        "sync.runtime_SemacquireWaitGroup+0x1",
    );
    with_file(&named, |dump| {
        assert_eq!(json(&[dump])["groups"][0]["state"], "sync.WaitGroup.Wait");
    });
}

#[test]
fn new_leaks_are_told_from_known_ones() {
    let folder = "testdata/leaks/known-and-new/";
    let [before, after] = ["before.pb.gz", "after.pb.gz"].map(|name| folder.to_owned() + name);
    // In whatever order: they say when they were taken.
    for dumps in [[&before, &after], [&after, &before]] {
        let answer = json(&[dumps[0], dumps[1]]);
        let groups = answer["groups"].as_array().unwrap().iter();
        let told: Vec<String> = groups
            .map(|group| {
                let function = group["stack"][0]["function"].as_str().unwrap();
                let leaked = &group["leaked_over_time"];
                let (counts, new, known) = (&leaked["counts"], &leaked["new"], &leaked["known"]);
                format!("{function} {counts} {new} new {known} known")
            })
            .collect();
        assert_eq!(
            told,
            [
                "main.leakSend.func1 [0,5] 5 new 0 known",
                "main.lockTwice.func1 [0,1] 1 new 0 known",
                "main.pipeline.func1 [1,1] 0 new 1 known",
            ]
        );
        assert_eq!(
            (&answer["leaked"], &answer["leaked_new"]),
            (&7.into(), &6.into())
        );
    }
    let text = goroutines(&[&before, &after]);
    for line in [
        "0 -> 5",
        "channel send  (new)",
        "channel receive  (known)",
        "; 6 new since",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("/h"), "{text}");
}

/// Leak profiles as texts, which do not say when they were taken: in the order of their names.
#[test]
fn new_leaks_are_told_in_texts_and_beside_dumps_of_all_goroutines() {
    let leaks = |count: u64, more: u64| {
        format!(
            "goroutineleak profile: total {}\n\
             {count} @ 0x10 0x20 0x30\n#\t0x2f\tmain.old+0x1\t/src/main.go:3\n\n\
             {more} @ 0x11 0x21 0x31\n#\t0x30\tmain.fresh+0x1\t/src/main.go:4\n\n",
            count + more
        )
    };
    let only_old = "goroutineleak profile: total 2\n\
        2 @ 0x10 0x20 0x30\n#\t0x2f\tmain.old+0x1\t/src/main.go:3\n\n";
    let all: String = (2..9)
        .map(|id| goroutine(id, "chan receive", "main.old", "main.main"))
        .collect();
    let mut files = vec![
        ("leak.0.txt".to_owned(), only_old.to_owned()),
        ("leak.1.txt".to_owned(), leaks(3, 4)),
    ];
    let check = |folder: &str| {
        let answer = json(&[folder]);
        assert_eq!(
            (&answer["leaked"], &answer["leaked_new"]),
            (&7.into(), &5.into())
        );
        let text = goroutines(&[folder]);
        assert!(text.contains("1 new, 2 known"), "{text}");
    };
    with_files(&files, check);
    files.push(("all.txt".to_owned(), all));
    with_files(&files, check);
    // A restart: nothing is known of what the new process leaks less of.
    let files = [
        ("leak.0.txt".to_owned(), leaks(3, 4)),
        ("leak.1.txt".to_owned(), only_old.to_owned()),
    ];
    with_files(&files, |folder| {
        assert_eq!(json(&[folder])["leaked"], 2);
        assert_eq!(gate(folder, "goroutines leaked = 2"), 0);
    });
}

#[test]
fn known_leaks_are_let_off_until_a_day() {
    let budget = "[[suppress]]\nsite = \"main.pipeline.func1\"\nreason = \"mended next month\"\n\
        expires = 2027-01-31\n\n[[claim]]\nrequire = \"goroutines leaked = 6\"\n";
    let dumps = "testdata/leaks/known-and-new";
    let files = [("b.toml".to_owned(), budget.to_owned())];
    with_files(&files, |folder| {
        let budget = format!("--budget={folder}/b.toml");
        let verify =
            |today: &str| run(&["verify", &budget, "--goroutines", dumps, "--today", today]);
        let (code, stdout, _) = verify("2027-01-31");
        assert_eq!(code, 0, "{stdout}");
        assert!(
            stdout.contains("1 more suppressed until 2027-01-31: mended next month"),
            "{stdout}"
        );
        let (code, stdout, _) = verify("2027-02-01");
        assert_eq!(code, 1);
        assert!(
            stdout.contains("suppression expired on 2027-01-31"),
            "{stdout}"
        );
        let text = goroutines(&[&budget, "--today=2027-01-31", dumps]);
        assert!(
            text.contains("6 new since the first leak profile; 1 let off"),
            "{text}"
        );
        assert!(
            text.contains("let off until 2027-01-31: 1 goroutine at main.pipeline"),
            "{text}"
        );
        assert!(!text.contains("(known)"), "{text}");
        let (_, stdout, stderr) = run(&["goroutines", &budget, "--today=2027-02-01", dumps]);
        assert!(stderr.contains("expired on 2027-01-31"), "{stderr}");
        assert!(stdout.contains("(known)"), "{stdout}");
    });
    // What is let off does not count for what created it, either.
    for (claim, exit) in [
        ("goroutines /work/ <= 3", 0),
        ("goroutines main.main <= 5", 0),
        ("goroutines main.main <= 4", 1),
        ("goroutines total <= 5", 1),
    ] {
        let budget = format!(
            "[[suppress]]\nsite = \"main.worker\"\nreason = \"x\"\nexpires = 2027-01-31\n\n\
             [[claim]]\nrequire = \"{claim}\"\n\n[[claim]]\nrequire = \"goroutines main.idle = 5\"\n"
        );
        with_files(&[("b.toml".to_owned(), budget)], |folder| {
            let budget = format!("--budget={folder}/b.toml");
            let args = ["verify", &budget, "--today=2027-01-01", "--goroutines"];
            let (code, stdout, _) = run(&[&args[..], &["testdata/leaks/churn"]].concat());
            assert_eq!(code, exit, "{claim}: {stdout}");
        });
    }
    // By a regular expression, by what created them, and all of them.
    for (site, left) in [
        ("/leakSend|lockTwice/", 1),
        ("/^main[.]/", 0),
        ("main.other", 7),
    ] {
        let budget = format!(
            "[[suppress]]\nsite = '{site}'\nreason = \"x\"\nexpires = \"2027-01-31\"\n\n\
             [[claim]]\nrequire = \"goroutines leaked = {left}\"\n"
        );
        with_files(&[("b.toml".to_owned(), budget)], |folder| {
            let budget = format!("--budget={folder}/b.toml");
            let today = "--today=2027-01-01";
            let (code, stdout, _) = run(&["verify", &budget, today, "--goroutines", dumps]);
            assert_eq!(code, 0, "{site}: {stdout}");
        });
    }
}

#[test]
fn a_moment_has_no_rate() {
    let text = goroutines(&["testdata/leaks/moment"]);
    assert!(
        text.starts_with("3 -> 9 goroutines over 2 dumps in 68ms: rose?  "),
        "{text}"
    );
    assert!(!text.contains("/h"), "{text}");
    assert!(json(&["testdata/leaks/moment"])["per_hour"].is_null());
    // Seconds have one.
    let series = "testdata/server/series/chanrecv/";
    let dumps = ["goroutine.00.pb.gz", "goroutine.03.pb.gz"].map(|name| series.to_owned() + name);
    assert!(json(&[&dumps[0], &dumps[1]])["per_hour"].is_number());
}

/// Dumps of a pool, each by the numbers of its goroutines, with others that never change.
fn pool(
    dumps: &[Vec<u64>],
    function: &dyn Fn(u64, usize) -> &'static str,
) -> Vec<(String, String)> {
    let file = |(at, ids): (usize, &Vec<u64>)| {
        let own = ids
            .iter()
            .map(|&id| goroutine(id, "chan receive", function(id, at), "main.start"));
        let idle = (2..7).map(|id| goroutine(id, "select", "main.idle", "main.main"));
        let text: String = idle.chain(own).collect();
        (format!("d.{at:02}.txt"), text)
    };
    dumps.iter().enumerate().map(file).collect()
}

/// A pool whose goroutines are all new in each dump, 40 ± 3 of them, and one more that stays for
/// every `each` dumps.
fn churn(dumps: u64, each: u64) -> Vec<Vec<u64>> {
    let dump = |at: u64| {
        let size = 40 + [2, -3, 0, 3, -1, 1, -2][at as usize % 7];
        let fresh = 1000 * (at + 1)..(1000 * (at + 1) + size as u64);
        let stay = (0..=at)
            .filter(|at| at % each == 0)
            .map(|at| 1000 * (at + 1) + 500);
        fresh.chain(stay).collect()
    };
    (0..dumps).map(dump).collect()
}

#[test]
fn a_slow_leak_is_found_below_what_comes_and_goes() {
    let text = goroutines(&["testdata/leaks/churn"]);
    assert!(text.contains("GROWING  53 goroutines"), "{text}");
    assert!(
        text.contains("11 goroutines born in 11 earlier dumps are still there"),
        "{text}"
    );
    for by in ["function", "creator", "state"] {
        let text = goroutines(&["--group-by", by, "testdata/leaks/churn"]);
        assert!(
            text.contains("11 goroutines born in 11 earlier"),
            "{by}: {text}"
        );
    }
    for (claim, exit) in [
        ("goroutines main.worker growth none", 1),
        ("goroutines /work/ growth none", 1),
        ("goroutines total growth none", 1),
        ("goroutines main.idle growth none", 0),
    ] {
        assert_eq!(gate("testdata/leaks/churn", claim), exit, "{claim}");
    }
    let work = "goroutines main.work growth none";
    for (dumps, each, exit) in [(12, 1, 1), (24, 2, 1), (40, 3, 1), (16, 2, 3)] {
        let files = pool(&churn(dumps, each), &|_, _| "main.work");
        with_files(&files, |folder| {
            assert_eq!(gate(folder, work), exit, "{dumps} dumps, one of {each}");
        });
    }
    // Goroutines that do now this and now that: what they started in stays.
    let files = pool(&churn(12, 1), &|id, at| match (id + at as u64) % 2 {
        0 => "main.work",
        _ => "main.work.func1",
    });
    with_files(&files, |folder| {
        assert_ne!(gate(folder, "goroutines main.start growth none"), 0);
    });
}

/// Only debug=2 tells what created a goroutine: what it started in did not.
#[test]
fn a_creator_is_never_made_up() {
    let names = |dumps: &[&str]| -> Vec<String> {
        let answer = json(&[&["--group-by", "creator"], dumps].concat());
        let groups = answer["groups"].as_array().unwrap().iter();
        groups
            .map(|group| group["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let debug_1 = "testdata/leaks/phantom-go1.26/leak2.debug1.txt";
    let of_forms = [
        "testdata/server/leak/goroutine.13.pb.gz",
        "testdata/parked/go1.27/debug1.txt.gz",
        debug_1,
    ];
    for dump in of_forms
        .iter()
        .filter(|dump| workspace().join(dump).exists())
    {
        assert_eq!(names(&[dump]), [""], "{dump}");
        let text = goroutines(&["--group-by", "creator", dump]);
        assert!(text.contains("(none told)"), "{dump}: {text}");
    }
    let text = goroutines(&[
        "--group-by",
        "creator",
        "testdata/parked/go1.27/debug1.txt.gz",
    ]);
    assert!(
        text.contains("what created goroutines is not told"),
        "{text}"
    );
    // main has none.
    let dump = "goroutine 1 [select]:\nmain.main()\n\t/src/main.go:9 +0x1d\n\n".to_owned()
        + &goroutine(7, "select", "main.work", "main.start");
    with_file(&dump, |dump| {
        assert_eq!(names(&[dump]), ["", "main.start /src/main.go:7"]);
        let text = goroutines(&["--group-by", "creator", dump]);
        assert!(!text.contains("is not told"), "{text}");
        // Beside one that tells them, the others still do not.
        assert_eq!(names(&[dump, debug_1]).len(), 2);
    });
}

#[test]
fn a_pool_that_stays_raises_nothing() {
    let ids = |from: u64, count: u64| (from..from + count).collect::<Vec<u64>>();
    // Who asks for a dump is another goroutine each time: of the same bytes they would be copies of one.
    const ASKS: u64 = 1 << 40;
    let steady: Vec<Vec<u64>> = (0..12).map(|_| ids(100, 40)).collect();
    let grown = |at: u64| if at < 2 { ids(100, 5) } else { ids(100, 40) };
    // One is replaced between any two dumps.
    let turnover = |at: u64| ids(100 + at, 40);
    // Connections that come and stay for long, and some that end.
    let connections = |at: u64| match at {
        0..4 => ids(100, 3),
        4..8 => [ids(101, 2), ids(300, 2)].concat(),
        _ => [ids(102, 1), ids(300, 2), ids(700, 1)].concat(),
    };
    let series: [(&str, Vec<Vec<u64>>); 5] = [
        ("the same", steady),
        ("grown once", (0..12).map(grown).collect()),
        ("turnover", (0..12).map(turnover).collect()),
        ("connections", (0..12).map(connections).collect()),
        ("churn", churn(12, 1_000_000)),
    ];
    for (name, dumps) in series {
        let asked = dumps.iter().zip(ASKS..);
        let dumps: Vec<Vec<u64>> = asked
            .map(|(ids, asks)| [ids.as_slice(), &[asks]].concat())
            .collect();
        let name_of = |id: u64, _: usize| match id {
            ASKS.. => "main.ask",
            _ => "main.work",
        };
        with_files(&pool(&dumps, &name_of), |folder| {
            let answer = json(&[folder]);
            for group in answer["groups"].as_array().unwrap() {
                assert_ne!(group["verdict"], "growing", "{name}");
                assert!(group["piling_up"].is_null(), "{name}");
            }
            assert_eq!(
                gate(folder, "goroutines main.work growth none"),
                0,
                "{name}"
            );
        });
    }
    // Jobs that pass through stages pile up in none, though every one that reaches the last is old.
    let jobs: Vec<Vec<u64>> = (0..12).map(|at| ids(100 + 5 * at, 20)).collect();
    let stage = |id: u64, at: usize| match (id - 100) / 5 - at as u64 {
        2.. => "main.work.func1",
        1 => "main.work.func2",
        _ => "main.work.func3",
    };
    with_files(&pool(&jobs, &stage), |folder| {
        let answer = json(&[folder]);
        let mut groups = answer["groups"].as_array().unwrap().iter();
        assert!(groups.all(|group| group["piling_up"].is_null()));
    });
}

#[test]
fn numbers_that_mean_another_goroutine_tell_nothing() {
    // Restarted before every dump: the numbers come again, for other goroutines.
    let dump = |at: u64| -> (String, String) {
        let text: String = (10..50)
            .map(|id| {
                goroutine(
                    id,
                    "select",
                    ["main.a", "main.b"][((id + at) % 2) as usize],
                    "main.main",
                )
            })
            .collect();
        (format!("d.{at:02}.txt"), text)
    };
    let files: Vec<_> = (0..12).map(dump).collect();
    with_files(&files, |folder| {
        let answer = json(&[folder]);
        let mut groups = answer["groups"].as_array().unwrap().iter();
        assert!(groups.all(|group| group["piling_up"].is_null()));
    });
}

#[test]
fn a_claim_covers_what_a_function_created_and_says_so() {
    let dump = [
        goroutine(5, "select", "main.work", "main.start"),
        goroutine(6, "select", "main.start.func1", "main.start"),
        goroutine(7, "select", "main.start", "main.main"),
        goroutine(8, "select", "main.other", "main.main"),
    ];
    with_file(&dump.concat(), |dump| {
        for (site, count, said) in [
            ("main.start", 3, "1 with it on the stack, 2 created by it"),
            ("main.work", 1, "with it on the stack"),
            ("main.main", 2, "created by it"),
        ] {
            let claim = format!("goroutines {site} = {count}");
            let (code, stdout, _) = run(&["verify", "--goroutines", dump, "--require", &claim]);
            assert_eq!(code, 0, "{stdout}");
            assert!(stdout.contains(said), "{stdout}");
        }
    });
}

#[test]
fn a_claim_on_what_is_not_there_is_refused_with_the_nearest_names() {
    let dumps = "testdata/leaks/churn";
    for (claim, near) in [
        ("goroutines main.wroker <= 100", "main.worker"),
        ("goroutines worker growth none", "main.worker"),
        ("goroutines jobs.(*Pool).Worker growth none", "main.worker"),
        ("goroutines /^app[.]idle$/ = 0", "main.idle"),
        // Nothing is like it: what most goroutines are in.
        (
            "goroutines os/signal.loop = 0",
            "main.main, main.worker, main.idle",
        ),
    ] {
        for format in ["text", "json", "junit", "markdown", "github"] {
            let args = [
                "verify",
                "-f",
                format,
                "--goroutines",
                dumps,
                "--require",
                claim,
            ];
            let (code, _, stderr) = run(&args);
            assert_eq!(code, 2, "{claim} {format}: {stderr}");
            assert!(stderr.contains(near), "{claim} {format}: {stderr}");
        }
        assert_eq!(gate(dumps, &format!("{claim} optional")), 0, "{claim}");
    }
    let budget = |optional: &str| {
        let text = format!("[[claim]]\nrequire = \"goroutines main.gone = 0\"\n{optional}");
        [("b.toml".to_owned(), text)]
    };
    for (optional, exit) in [("", 2), ("optional = false\n", 2), ("optional = true\n", 0)] {
        with_files(&budget(optional), |folder| {
            let budget = format!("--budget={folder}/b.toml");
            let (code, _, stderr) = run(&["verify", &budget, "--goroutines", dumps]);
            assert_eq!(code, exit, "{optional}: {stderr}");
        });
    }
}
