//! Groups of goroutines, from dumps written here.

use heapwise_analysis::stats::TrendLabel;
use heapwise_analysis::{
    Gatherer, GoroutineGroups, GoroutineOptions, GroupBy, LeakPattern, LeakVerdict, Role,
};
use heapwise_decode::{Limits, Profile, Source};

/// A goroutine of a dump with debug=2.
fn goroutine(id: u64, state: &str, function: &str, creator: &str) -> String {
    format!(
        "goroutine {id} [{state}]:\n{function}(0xc00001, 0x1)\n\t/src/main.go:{} +0x1d\n\
         created by {creator} in goroutine 1\n\t/src/main.go:7 +0x2e\n\n",
        function.len()
    )
}

fn groups(by: GroupBy, dumps: &[String]) -> GoroutineGroups {
    let mut options = GoroutineOptions::default();
    options.group_by = by;
    options.tree = true;
    let mut gatherer = Gatherer::new(options);
    let limits = Limits::default();
    for dump in dumps {
        let profile = Profile::read(dump.as_bytes(), &limits).expect("a dump");
        assert!(gatherer.add(&profile).is_some());
    }
    let instants: Vec<String> = (0..dumps.len()).map(|at| at.to_string()).collect();
    let bytes: Vec<&[u8]> = dumps.iter().map(String::as_bytes).collect();
    let sources: Vec<&dyn Source> = bytes.iter().map(|bytes| bytes as _).collect();
    let read: Vec<(usize, usize)> = (0..dumps.len()).map(|at| (at, 0)).collect();
    gatherer
        .follow_all(&sources, &read, &instants, &limits)
        .expect("dumps");
    gatherer.finish(&instants)
}

fn ways() -> [GroupBy; 5] {
    [
        GroupBy::Stack,
        GroupBy::Function,
        GroupBy::Creator,
        GroupBy::State,
        GroupBy::Label("tenant".to_owned()),
    ]
}

#[test]
fn groups_add_up_to_the_total_whatever_they_are_by() {
    let dump: String = (0..60)
        .map(|id| {
            let state = ["chan receive", "select", "IO wait", "sleep, 3 minutes"][id % 4];
            let labels = match id % 3 {
                0 => "]".to_owned(),
                _ => format!("] {{request: {id}, tenant: t{}}}", id % 2),
            };
            let text = goroutine(
                id as u64 + 1,
                state,
                &format!("main.f{}", id % 5),
                "main.main",
            );
            text.replacen("]:", &format!("{labels}:"), 1)
        })
        .collect();
    for by in ways() {
        let answer = groups(by.clone(), std::slice::from_ref(&dump));
        let sum: i64 = answer.groups.iter().map(|group| group.count).sum();
        assert_eq!((sum, answer.total()), (60, 60), "{by}");
        assert!(
            answer
                .groups
                .windows(2)
                .all(|pair| pair[0].count >= pair[1].count)
        );
    }
    let by_stack = groups(GroupBy::Stack, std::slice::from_ref(&dump));
    assert_eq!(by_stack.groups.len(), 5);
    let tree: i64 = by_stack.creators.iter().map(|node| node.total()).sum();
    assert_eq!(tree, 60);
    let labels = &by_stack.groups[0].labels;
    assert_eq!(labels[0].name, "request");
    assert_eq!((labels[0].distinct, labels[0].values.len()), (8, 8));
    let by_label = groups(GroupBy::Label("tenant".to_owned()), &[dump]);
    let names: Vec<&str> = by_label
        .groups
        .iter()
        .flat_map(|g| g.name.as_deref())
        .collect();
    assert_eq!(names, ["", "t0", "t1"]);
}

#[test]
fn one_stack_created_in_two_places_is_two_groups() {
    let dump = [
        goroutine(5, "select", "main.work", "main.a"),
        goroutine(6, "select", "main.work", "main.b"),
    ];
    let answer = groups(GroupBy::Stack, &[dump.concat()]);
    let creators: Vec<&str> = answer
        .groups
        .iter()
        .flat_map(|group| answer.site(group.created_by?)?.function.as_deref())
        .collect();
    assert_eq!(creators, ["main.a", "main.b"]);
}

#[test]
fn a_leak_grows_at_its_stack_while_the_load_swings() {
    let dump = |at: u64| -> String {
        let leaked =
            (0..4 * at).map(|n| goroutine(100 + n, "chan send", "main.leak.func1", "main.leak"));
        let load = [3, 9, 1, 7, 2, 8][at as usize % 6];
        let serving = (0..load)
            .map(|n| goroutine(10_000 * (at + 1) + n, "IO wait", "main.serve", "main.main"));
        leaked.chain(serving).collect()
    };
    let dumps: Vec<String> = (0..10).map(dump).collect();
    let answer = groups(GroupBy::Stack, &dumps);
    let leak = &answer.groups[0];
    assert_eq!(leak.verdict, Some(LeakVerdict::Growing));
    assert_eq!(leak.counts, [0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
    let trend = leak.trend.expect("several dumps");
    assert_eq!(
        (trend.label, trend.tentative, trend.per_hour),
        (TrendLabel::Growing, false, None)
    );
    assert_eq!(leak.causes[0].pattern, LeakPattern::Send);
    assert!(
        answer.groups[1..]
            .iter()
            .all(|group| group.verdict.is_none())
    );
    let few = groups(GroupBy::Stack, &dumps[6..9]);
    assert!(few.groups[0].trend.expect("several dumps").tentative);
}

#[test]
fn many_that_stay_as_many_are_large_but_stable() {
    let dump = |pool: u64| -> String {
        let workers = (0..pool).map(|id| goroutine(id + 1, "select", "main.work", "main.main"));
        workers.collect()
    };
    let verdict = |counts: &[u64]| {
        let dumps: Vec<String> = counts.iter().map(|&count| dump(count)).collect();
        groups(GroupBy::Stack, &dumps).groups[0].verdict
    };
    let large = Some(LeakVerdict::LargeButStable);
    assert_eq!(verdict(&[150, 151, 150, 149, 150, 150]), large);
    // A warm-up that levels off is no leak.
    assert_eq!(verdict(&[10, 60, 120, 150, 150, 151, 150, 150]), large);
    assert_eq!(verdict(&[50, 51, 50, 49, 50, 50]), None);
    // Too few dumps to call it stable.
    assert_eq!(verdict(&[150, 151, 150]), None);
    assert_eq!(
        verdict(&[100, 120, 140, 160, 180, 200]),
        Some(LeakVerdict::Growing)
    );
}

#[test]
fn goroutines_are_followed_by_their_numbers() {
    let first: String = (1..=10)
        .map(|id| goroutine(id, "select", "main.work", "main.main"))
        .collect();
    let last: String = (8..=20)
        .map(|id| goroutine(id, "select", "main.work", "main.main"))
        .collect();
    let answer = groups(GroupBy::Stack, &[first, last]);
    let survivors = answer.survivors.expect("numbered");
    assert_eq!((survivors.first, survivors.still), (10, 3));
    assert_eq!(answer.groups[0].survivors, Some(3));
}

#[test]
fn marks_prove_leaks_and_silence_proves_nothing() {
    let dump = |state: &str| {
        [
            goroutine(5, state, "main.leak", "main.main"),
            goroutine(6, "sleep", "main.tick", "main.main"),
        ]
        .concat()
    };
    let marked = groups(GroupBy::Stack, &[dump("chan receive (leaked)")]);
    assert_eq!((marked.leaked(), marked.has_proof), (1, true));
    assert_eq!(marked.groups[0].verdict, Some(LeakVerdict::Leaked));
    assert_eq!(marked.groups[0].state, "chan receive");
    let silent = groups(GroupBy::Stack, &[dump("chan receive")]);
    assert_eq!((silent.leaked(), silent.has_proof), (0, false));
}

#[test]
fn a_profile_of_leaked_goroutines_is_joined_by_stack() {
    let all = "goroutine profile: total 9\n\
        8 @ 0x10 0x20\n#\t0x1f\tmain.leak+0x1\t/src/main.go:3\n\n\
        1 @ 0x11 0x21\n#\t0x20\tmain.main+0x1\t/src/main.go:9\n\n";
    let leaked = "goroutineleak profile: total 7\n\
        7 @ 0x10 0x20\n#\t0x1f\tmain.leak+0x1\t/src/main.go:3\n\n";
    let answer = groups(GroupBy::Stack, &[all.to_owned(), leaked.to_owned()]);
    assert_eq!(answer.roles, [Role::Counted, Role::Proof]);
    assert_eq!(answer.series.len(), 1);
    let leak = &answer.groups[0];
    assert_eq!((leak.count, leak.leaked), (8, 7));
    assert_eq!(leak.verdict, Some(LeakVerdict::Leaked));
}

#[test]
fn many_that_come_and_go_are_not_stable() {
    let dump = |count: u64| -> String {
        (1..=count)
            .map(|id| goroutine(id, "sleep", "main.worker", "main.main"))
            .chain([goroutine(900, "running", "main.f", "main.main")])
            .collect()
    };
    for counts in [
        &[200, 0, 0, 0, 200, 0, 200, 0, 0, 200][..],
        &[200, 0, 200, 0, 200, 0, 200],
        &[200, 200, 0, 200, 200, 200, 0, 200],
        &[200, 200, 200, 0, 200, 200, 200, 200],
        &[5, 200, 200, 3, 200, 200, 200, 200],
    ] {
        let dumps: Vec<String> = counts.iter().map(|&count| dump(count)).collect();
        let answer = groups(GroupBy::Stack, &dumps);
        let workers = &answer.groups[0];
        assert_eq!((workers.count, workers.verdict), (200, None), "{counts:?}");
    }
}

#[test]
fn names_of_verdicts_and_of_ways_to_group_are_read_back() {
    for way in ways() {
        let name = way.to_string();
        assert_eq!(GroupBy::parse(&name).expect("a way"), way, "{name}");
    }
    let names = [
        (LeakVerdict::Leaked, "leaked", "leaked for certain"),
        (LeakVerdict::Growing, "growing", "growing"),
        (
            LeakVerdict::LargeButStable,
            "large_but_stable",
            "large but stable",
        ),
    ];
    for (verdict, name, words) in names {
        assert_eq!((verdict.name(), verdict.words()), (name, words));
    }
}

#[test]
fn what_leaked_since_the_first_leak_profile_is_new() {
    let leaked = |count: u64| -> String {
        (1..=count)
            .map(|id| goroutine(id, "chan receive (leaked)", "main.f", "main.main"))
            .collect()
    };
    let one = groups(GroupBy::Stack, &[leaked(2)]);
    assert_eq!((one.leaked(), one.newly_leaked()), (2, None));
    let none = groups(
        GroupBy::Stack,
        &[goroutine(1, "running", "main.f", "main.main")],
    );
    assert_eq!((none.leaked(), none.newly_leaked()), (0, None));
    assert_eq!(one.trend_of(&[2]), None);
}
