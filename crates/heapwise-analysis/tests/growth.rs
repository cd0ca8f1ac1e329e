//! What memory in use does, of small series written by hand.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "common/heap.rs"]
mod heap;

use heap::{Lives, heap_of_lives};
use heapwise_analysis::stats::{Confidence, LevelLabel};
use heapwise_analysis::{
    Claim, ClaimResult, Date, ErrorKind, Granularity, GrowthAnswer, LevelColumn, LevelSites,
    LevelSnapshot, Levels, RankOptions, RateTime, Reason, Sampling, SiteGrowth, Spill, Suppression,
    UnknownError, decide_on_levels, growth, growth_of_each, rank,
};
use heapwise_decode::Limits;

const RATE: u64 = 524_288;

/// A site that holds what it held, one that never frees, and one that frees all.
fn snapshot(rate: u64, leaked: i64, served: i64) -> Vec<u8> {
    let lives = |name, size, allocated, in_use| Lives {
        name,
        size,
        allocated,
        in_use,
    };
    let sites = [
        lives("main.table", 4096, 400, 400),
        lives("main.leak", 1024, leaked, leaked),
        lives("main.serve", 2048, served, 3),
    ];
    heap_of_lives(rate, &sites)
}

fn series(rate: u64, leaked: &[i64]) -> Vec<Vec<u8>> {
    let numbered = leaked.iter().zip(1..);
    numbered
        .map(|(&leaked, at)| snapshot(rate, leaked, 100 * at))
        .collect()
}

fn read(snapshots: &[Vec<u8>]) -> GrowthAnswer {
    let sources: Vec<&[u8]> = snapshots.iter().map(Vec::as_slice).collect();
    Levels::new().read(&sources).unwrap()
}

fn site<'a>(answer: &'a GrowthAnswer, name: &str) -> &'a SiteGrowth {
    let mut sites = answer.sites.iter();
    sites
        .find(|one| one.site.as_ref().unwrap().pprof_name() == name)
        .unwrap()
}

const LEAK: [i64; 9] = [2, 9, 17, 24, 31, 41, 48, 54, 63];

#[test]
fn a_leak_beside_static_data_is_seen() {
    let answer = read(&series(RATE, &LEAK));
    let leak = site(&answer, "main.leak");
    assert!(leak.is_growing());
    assert_eq!(answer.sites.first(), Some(leak));
    let rate = leak.trend.rate;
    assert!(rate.low.unwrap() > 0.0 && rate.high.unwrap() > rate.value);
    // Half a megabyte for each sampled block, 7.6 blocks a snapshot.
    assert!(
        (rate.value / (7.6 * 524_800.0) - 1.0).abs() < 0.05,
        "{rate:?}"
    );
    assert_eq!(
        leak.sizes.iter().map(|one| one.size).collect::<Vec<_>>(),
        [1024]
    );
    for name in ["main.table", "main.serve"] {
        assert_eq!(
            site(&answer, name).verdict.label,
            LevelLabel::Stable,
            "{name}"
        );
    }
    assert_eq!(answer.time, RateTime::Unknown);
}

#[test]
fn static_data_is_sure_to_stay_and_not_of_what_was_not_sampled() {
    let answer = read(&series(RATE, &[5; 9]));
    let rate = site(&answer, "main.table").trend.rate;
    assert_eq!(rate.value, 0.0);
    assert!(rate.low.unwrap() < 0.0 && 0.0 < rate.high.unwrap());
    // 3.7 rates that may have gone unseen, in the middle of eight steps.
    assert!(rate.high.unwrap() < 4.0 * RATE as f64 / 4.0, "{rate:?}");
}

#[test]
fn what_is_not_sampled_has_no_sampling_error() {
    let answer = read(&series(1, &LEAK));
    let rate = site(&answer, "main.table").trend.rate;
    assert_eq!((rate.low, rate.high), (Some(0.0), Some(0.0)));
    assert!(site(&answer, "main.leak").is_growing());
}

#[test]
fn a_counter_that_falls_is_another_process() {
    let snapshots = [series(RATE, &LEAK[..6]), series(RATE, &LEAK)].concat();
    let answer = read(&snapshots);
    let counts: Vec<usize> = answer
        .processes
        .iter()
        .map(|one| one.inputs.len())
        .collect();
    assert_eq!((counts, answer.chosen), (vec![6, 9], 1));
    // Two that are served by turns are told apart, too.
    let one = series(RATE, &LEAK);
    let other = (1..10).map(|at| snapshot(RATE, 700, 60 * at));
    let turns: Vec<Vec<u8>> = one
        .into_iter()
        .zip(other)
        .flat_map(|(a, b)| [a, b])
        .collect();
    let counts = read(&turns).processes;
    assert_eq!(
        counts
            .iter()
            .map(|one| one.inputs.len())
            .collect::<Vec<_>>(),
        [9, 9]
    );
}

#[test]
fn one_snapshot_of_each_process_is_no_series() {
    let snapshots = [snapshot(RATE, 9, 900), snapshot(RATE, 5, 500)];
    let sources: Vec<&[u8]> = snapshots.iter().map(Vec::as_slice).collect();
    let error = Levels::new().read(&sources).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoSeries { processes: 2 }),
        "{error}"
    );
    let error = Levels::new()
        .sample_index("alloc_space")
        .read(&sources)
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::CounterOnlyGrows { .. }),
        "{error}"
    );
}

#[test]
fn levels_without_counters_are_guesses() {
    let text = |count: u64| {
        let bytes = count * 4096;
        format!(
            "heap profile: {count}: {bytes} [{count}: {bytes}] @ heap/1048576\n{count}: {bytes} [{count}: {bytes}] @ 0x1 0x2\n"
        )
    };
    let texts: Vec<String> = (1..9).map(|at| text(20 * at)).collect();
    let sources: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let answer = Levels::new().sample_index("space").read(&sources).unwrap();
    assert_eq!(answer.sampling, Sampling::Unknown(UnknownError::NoCounters));
    assert!(answer.total.verdict.is_tentative);
    assert_eq!(answer.total.trend.rate.low, None);
}

/// Where what snapshots have is kept makes no difference.
#[test]
fn snapshots_in_a_file_say_what_they_say_in_memory() {
    let mut all = series(RATE, &LEAK);
    // A second process, and a copy.
    all.extend(series(RATE, &[3, 8, 13]));
    all.push(all[2].clone());
    let answer = |sites: LevelSites| {
        let options = RankOptions::new(Granularity::Functions);
        let snapshots = all.iter().enumerate().map(|(at, source)| {
            let ranking = rank(source.as_slice(), &options, &Limits::default()).unwrap();
            let index = ranking.header.sample_index(Some("inuse_space")).unwrap();
            LevelSnapshot::new(ranking, (index, LevelColumn::Flat), at, None).unwrap()
        });
        let snapshots = snapshots.collect();
        growth(
            snapshots,
            sites,
            Granularity::Functions,
            Confidence::default(),
        )
    };
    let expected = format!("{:?}", answer(LevelSites::default()).unwrap());
    assert!(expected.contains("main.leak"));
    for beyond in [0, 100, 1000] {
        let spill = Spill::new(tempfile::tempfile().unwrap(), beyond);
        let found = answer(LevelSites::with_spill(spill)).unwrap();
        assert!(format!("{found:?}") == expected, "beyond {beyond}");
    }
}

/// Never an answer by a part of the snapshots.
#[test]
fn a_file_that_cannot_be_used_is_refused() {
    let sources = series(RATE, &LEAK);
    let path = tempfile::NamedTempFile::new().unwrap();
    let file = read_only(path.path());
    let mut sites = LevelSites::with_spill(Spill::new(file, 0));
    let options = RankOptions::new(Granularity::Functions);
    let ranking = rank(sources[0].as_slice(), &options, &Limits::default()).unwrap();
    let snapshot = LevelSnapshot::new(ranking, (3, LevelColumn::Flat), 0, None).unwrap();
    let error = sites.keep(snapshot).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Spill { doing: "write", .. }
    ));
}

#[test]
fn a_claim_fails_by_growth_that_is_no_chance() {
    let answer = read(&series(RATE, &LEAK));
    let claim = Claim::parse("inuse_space main.leak growth none").unwrap();
    let decide = |answer: &GrowthAnswer, alpha: f64| {
        let decided = decide_on_levels(&claim, std::slice::from_ref(answer), alpha, &[]);
        let why = match decided.reason {
            Reason::Level { open, .. } => open.unwrap_or_default(),
            _ => String::new(),
        };
        (decided.result, why)
    };
    assert_eq!(decide(&answer, 0.05).0, ClaimResult::Fail);
    // Where less chance of a mistake is allowed than so many snapshots leave.
    let (result, why) = decide(&answer, 1e-300);
    assert_eq!(result, ClaimResult::Inconclusive);
    assert!(why.contains("growth from chance"), "{why}");
    let short = read(&series(RATE, &LEAK[..4]));
    let (result, why) = decide(&short, 0.05);
    assert_eq!(result, ClaimResult::Inconclusive);
    assert!(why.contains("five snapshots"), "{why}");
    assert_eq!(
        decide(&read(&series(RATE, &[5; 9])), 0.05).0,
        ClaimResult::Pass
    );
}

/// Heap texts without memory statistics, as tools hand them on, of a leak beside a function with type arguments.
fn text(leaked: i64, served: i64) -> Vec<u8> {
    let record = |count: i64, all: i64, size: i64, name: &str| {
        format!(
            "{count}: {} [{all}: {}] @ {:#x} 0x9\n#\t{size:#x}\t{name}+0x1\t/src/main.go:{size}\n#\t0x8\tmain.main+0x2\t/src/main.go:9\n\n",
            count * size,
            all * size,
            size + 1,
        )
    };
    let all = [
        record(400, 400, 4096, "main.table"),
        record(leaked, leaked, 1024, "main.leak"),
        record(3, served, 2048, "slices.Grow[...]"),
        record(2, 2, 512, "main.caller"),
    ];
    let (used, born) = (405 + leaked, 402 + leaked + served);
    format!(
        "heap profile: {used}: {used} [{born}: {born}] @ heap/{}\n{}",
        2 * RATE,
        all.concat()
    )
    .into_bytes()
}

#[test]
fn snapshots_of_both_forms_are_of_one_process() {
    let protobuf = |leaked, served| {
        let lives = |name, size, allocated, in_use| Lives {
            name,
            size,
            allocated,
            in_use,
        };
        let grow = "slices.Grow[go.shape.[]uint8,go.shape.uint8]";
        let sites = [
            lives("main.table", 4096, 400, 400),
            lives("main.leak", 1024, leaked, leaked),
            lives(grow, 2048, served, 3),
            // Inlined, of which texts tell the caller.
            lives("main.inlined", 512, 2, 2),
        ];
        // With the time that profiles in protobuf have, and texts have not.
        [heap_of_lives(RATE, &sites), vec![9 << 3, served as u8]].concat()
    };
    let turns = |one: usize| -> Vec<Vec<u8>> {
        let numbered = LEAK.iter().enumerate();
        let all = numbered.map(|(at, &leaked)| match at % 2 == one {
            true => text(leaked, 20 + at as i64),
            false => protobuf(leaked, 20 + at as i64),
        });
        all.collect()
    };
    for one in [0, 1, 2] {
        let answer = read(&turns(one));
        assert_eq!(answer.processes.len(), 1, "{one}");
        assert!(site(&answer, "main.leak").is_growing(), "{one}");
        let grow = answer.sites.iter().filter(|one| {
            let site = one.site.as_ref().unwrap();
            site.pprof_name().starts_with("slices.Grow")
        });
        let grow: Vec<_> = grow.collect();
        assert_eq!(grow.len(), 1, "{one}");
        let values = grow[0].values.to_vec();
        assert!(values.iter().all(|value| *value == values[0]), "{values:?}");
    }
}

#[test]
fn snapshots_without_times_are_put_in_the_order_of_what_was_allocated() {
    let texts: Vec<Vec<u8>> = LEAK
        .iter()
        .zip(1..)
        .map(|(&leaked, at)| text(leaked, 100 * at))
        .collect();
    let in_order = read(&texts);
    assert!(!in_order.contradicts_given);
    for order in [[4, 0, 7, 2, 8, 1, 6, 3, 5], [8, 7, 6, 5, 4, 3, 2, 1, 0]] {
        let mixed: Vec<Vec<u8>> = order.iter().map(|&at: &usize| texts[at].clone()).collect();
        let answer = read(&mixed);
        assert_eq!(
            (answer.processes.len(), answer.contradicts_given),
            (1, true)
        );
        assert_eq!(answer.sites, in_order.sites);
        assert_eq!(answer.time, RateTime::Unknown);
    }
    // In the order of their names as letters: `1`, `10`, `11`, `2`.
    let statics = |at: i64| {
        let sites: Vec<String> = (1..9).map(|site| format!("main.static{site}")).collect();
        let lives = |name, size, allocated, in_use| Lives {
            name,
            size,
            allocated,
            in_use,
        };
        let still = sites
            .iter()
            .zip(1..)
            .map(|(name, more)| lives(name, 64, 3 + more, 3));
        let leak = lives("main.leak", 1024, 9 * at, 9 * at);
        heap_of_lives(RATE, &still.chain([leak]).collect::<Vec<_>>())
    };
    let letters: Vec<Vec<u8>> = [1, 10, 11, 12, 2, 3, 4, 5, 6, 7, 8, 9]
        .map(statics)
        .to_vec();
    assert_eq!(read(&letters).processes.len(), 1);
    // Two processes one after the other stay two.
    let twice = read(&[texts.clone(), texts].concat());
    assert_eq!((twice.processes.len(), twice.contradicts_given), (2, false));
}

fn result_of(answers: &[GrowthAnswer], claim: &str) -> (ClaimResult, String) {
    let claim = Claim::parse(claim).unwrap();
    let decided = decide_on_levels(&claim, answers, 0.05, &[]);
    (decided.result, format!("{:?}", decided.findings))
}

/// Sessions that come and go, with a leak at the same site or at another, and a table.
fn swings(sessions: &[i64], leaks: (i64, i64)) -> Vec<Vec<u8>> {
    let mut born = 0;
    let mut before = 0;
    let snapshots = sessions.iter().zip(1..).map(|(&sessions, at)| {
        let (own, other) = (leaks.0 * at, leaks.1 * at);
        let level = sessions + own;
        born += (level - before).max(0);
        before = level;
        let lives = |name, size, allocated, in_use| Lives {
            name,
            size,
            allocated,
            in_use,
        };
        heap_of_lives(
            RATE,
            &[
                lives("main.session", 4096, 100 + born, level),
                lives("main.leak", 4096, other, other),
                lives("main.table", 4096, 40, 40),
            ],
        )
    });
    snapshots.collect()
}

const SWING: [i64; 14] = [
    240, 210, 130, 90, 180, 250, 205, 120, 88, 185, 245, 215, 125, 90,
];

#[test]
fn a_swing_hides_no_leak_from_a_claim() {
    let total = "inuse_space total growth none";
    let session = "inuse_space main.session growth none";
    // No leak: it falls back to where it was.
    let steady = [read(&swings(&SWING, (0, 0)))];
    assert_eq!(steady[0].total.verdict.label, LevelLabel::Fluctuating);
    assert_eq!(result_of(&steady, total).0, ClaimResult::Pass);
    assert_eq!(result_of(&steady, session).0, ClaimResult::Pass);
    // A leak elsewhere is no leak of the sessions, and the total is not clean.
    let elsewhere = [read(&swings(&SWING, (0, 4)))];
    assert_eq!(elsewhere[0].total.verdict.label, LevelLabel::Fluctuating);
    let (result, why) = result_of(&elsewhere, total);
    assert_eq!(result, ClaimResult::Inconclusive);
    assert!(why.contains("main.leak grows, which the total"), "{why}");
    assert_eq!(result_of(&elsewhere, session).0, ClaimResult::Pass);
    let leak = "inuse_space main.leak growth none";
    assert_eq!(result_of(&elsewhere, leak).0, ClaimResult::Fail);
    // A leak at the site that swings.
    let same = [read(&swings(&SWING, (4, 0)))];
    for claim in [total, session] {
        let (result, why) = result_of(&same, claim);
        assert_eq!(result, ClaimResult::Inconclusive, "{why}");
        assert!(why.contains("swings too much"), "{why}");
    }
    // Neither is an all-clear for objects, which have no upper limit.
    let mut objects = Levels::new().sample_index("inuse_objects");
    objects = objects.confidence(Confidence::default());
    for (leaks, expected) in [
        ((0, 0), ClaimResult::Pass),
        ((4, 0), ClaimResult::Inconclusive),
    ] {
        let all = swings(&SWING, leaks);
        let sources: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        let answer = [objects.read(&sources).unwrap()];
        let (result, why) = result_of(&answer, "inuse_objects main.session growth none");
        assert_eq!(result, expected, "{why}");
    }
}

/// Blocks that are held for long, with none beside them.
fn held(levels: &[i64]) -> Vec<Vec<u8>> {
    let mut born = 0;
    let mut before = 0;
    let snapshots = levels.iter().map(|&level| {
        born += (level - before).max(0);
        before = level;
        let lives = Lives {
            name: "main.hold",
            size: 4096,
            allocated: 7 + born,
            in_use: level,
        };
        heap_of_lives(RATE, &[lives])
    });
    snapshots.collect()
}

#[test]
fn a_series_that_may_hide_growth_is_no_all_clear() {
    use ClaimResult::{Inconclusive, Pass};
    let claim = "inuse_space main.hold growth none";
    let mut others = Vec::new();
    for (levels, expected, why) in [
        // A leak that looks like a step, like noise, and like what falls.
        (
            &[7, 7, 8, 13, 14, 15][..],
            Inconclusive,
            "growth from a step",
        ),
        (&[3, 3, 3, 5, 5], Inconclusive, "may have risen"),
        (&[5, 6, 5, 6, 7], Inconclusive, "may have risen"),
        (&[1, 1, 1, 1, 1], Inconclusive, "may have risen"),
        (
            &[17, 17, 17, 17, 35, 35, 36, 36],
            Inconclusive,
            "a step, or growth",
        ),
        (&[90, 30, 33, 36, 40], Inconclusive, "a step, or growth"),
        // A step up or down to a level that stays, and a level that stays.
        (
            &[100, 101, 100, 160, 160, 161, 160, 160, 160, 160],
            Pass,
            "",
        ),
        (
            &[300, 301, 300, 101, 100, 100, 101, 100, 100, 101],
            Pass,
            "",
        ),
        (&[90, 91, 90, 90, 91], Pass, ""),
    ] {
        let answer = [read(&held(levels))];
        let (result, reason) = result_of(&answer, claim);
        if result != expected || !reason.contains(why) {
            let label = answer[0].total.verdict.label;
            others.push(format!("{levels:?} {label:?} {result:?}: {reason}"));
        }
    }
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn what_is_let_off_leaves_the_total_its_verdict() {
    let answer = [read(&swings(&SWING, (0, 4)))];
    let claim = Claim::parse("inuse_space total growth none").unwrap();
    let leak = Claim::parse("inuse_space main.leak growth none").unwrap();
    let until = Date::parse("2999-01-01").unwrap();
    let known = Suppression::new("main.leak", leak.site, "known", until);
    let decided = decide_on_levels(&claim, &answer, 0.05, &[known]);
    assert_ne!(decided.result, ClaimResult::Fail);
    let why = format!("{:?}", decided.findings);
    assert!(!why.contains("main.leak grows"), "{why}");
}

/// The answers of all processes.
fn of_each(snapshots: &[Vec<u8>]) -> Vec<GrowthAnswer> {
    let options = RankOptions::new(Granularity::Functions);
    let snapshots = snapshots.iter().enumerate().map(|(at, source)| {
        let ranking = rank(source.as_slice(), &options, &Limits::default()).unwrap();
        let index = ranking.header.sample_index(Some("inuse_space")).unwrap();
        LevelSnapshot::new(ranking, (index, LevelColumn::Flat), at, None).unwrap()
    });
    let sites = LevelSites::default();
    let (granularity, confidence) = (Granularity::Functions, Confidence::default());
    growth_of_each(snapshots.collect(), sites, granularity, confidence).unwrap()
}

#[test]
fn a_claim_on_growth_is_judged_in_every_process() {
    use ClaimResult::{Error, Fail, Inconclusive, Pass};
    let leak = || series(RATE, &LEAK);
    let clean = || series(RATE, &[1; 9]);
    let none = "inuse_space main.leak growth none";
    for (name, snapshots, claim, expected) in [
        ("leak, then clean", [leak(), clean()].concat(), none, Fail),
        ("clean twice", [clean(), clean()].concat(), none, Pass),
        ("three", [clean(), leak(), clean()].concat(), none, Fail),
        (
            "any site",
            [leak(), clean()].concat(),
            "inuse_space /./ growth none",
            Fail,
        ),
        (
            "the total",
            [leak(), clean()].concat(),
            "inuse_space total growth none",
            Fail,
        ),
        (
            "no such site",
            [leak(), clean()].concat(),
            "inuse_space main.absent growth none",
            Error,
        ),
        (
            "too short",
            [series(RATE, &LEAK[6..9]), clean()].concat(),
            none,
            Inconclusive,
        ),
        (
            "one snapshot",
            [series(RATE, &LEAK[8..9]), clean()].concat(),
            none,
            Inconclusive,
        ),
    ] {
        let answers = of_each(&snapshots);
        let (result, why) = result_of(&answers, claim);
        assert_eq!(result, expected, "{name}: {why}");
    }
    // Which process it is.
    let why = result_of(&of_each(&[leak(), clean()].concat()), none).1;
    assert!(why.contains("process 1 of 2: main.leak"), "{why}");
}

/// A file that takes nothing, as a full disk.
#[allow(clippy::disallowed_methods, reason = "a test of a file that fails")]
fn read_only(path: &std::path::Path) -> std::fs::File {
    std::fs::File::open(path).unwrap()
}
