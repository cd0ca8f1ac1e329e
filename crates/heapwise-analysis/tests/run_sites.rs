//! Profiles that are kept by site are compared as they are where each is kept whole.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_analysis::stats::{Exposure, SamplingRate, SizeClass};
use heapwise_analysis::{
    Columns, DiffOptions, DiffSide, ErrorKind, GivenWork, Granularity, RankOptions, Ranking,
    RunSites, Spill, TestKind, diff, rank_profile,
};
use heapwise_decode::{Function, Limits, Line, LocationIndex, MadeLabel, Profile, ProfileMaker};
use proptest::collection::vec;
use proptest::prelude::*;

const RATE: i64 = 524_288;
const TYPES: [(&[u8], &[u8]); 4] = [
    (b"alloc_objects", b"count"),
    (b"alloc_space", b"bytes"),
    (b"inuse_objects", b"count"),
    (b"inuse_space", b"bytes"),
];
const SIZES: [i64; 5] = [16, 96, 1024, 40_960, 2_000_000];

/// Blocks of one size, allocated by one of the functions that another calls.
#[derive(Debug, Clone)]
struct Allocation {
    caller: u8,
    callee: u8,
    /// How many lines further down another build in the same profile has it.
    moved: i64,
    size: usize,
    allocated: i64,
    in_use: i64,
}

/// A run of a build in which code has moved down by so many lines.
#[derive(Debug, Clone)]
struct Run {
    down: i64,
    /// Whether its names leave type arguments out.
    is_folded: bool,
    allocations: Vec<Allocation>,
}

fn allocation() -> impl Strategy<Value = Allocation> {
    let counts = (0_i64..60, 0_i64..30);
    let moved = prop_oneof![4 => Just(0_i64), 1 => 1_i64..3];
    (0_u8..6, 0_u8..30, moved, 0..SIZES.len(), counts).prop_map(
        |(caller, callee, moved, size, (freed, in_use))| Allocation {
            caller,
            callee,
            moved,
            size,
            allocated: freed + in_use,
            in_use,
        },
    )
}

/// By one site, so many lines further down.
fn allocated(moved: i64, allocated: i64) -> Allocation {
    Allocation {
        caller: 1,
        callee: 12,
        moved,
        size: 2,
        allocated,
        in_use: 0,
    }
}

fn run() -> impl Strategy<Value = Run> {
    (0_i64..3, vec(allocation(), 0..90)).prop_map(|(down, allocations)| Run {
        down,
        is_folded: false,
        allocations,
    })
}

/// Functions from this number on are one generic function with other type arguments each.
const GENERIC: u8 = 24;

fn location(maker: &mut ProfileMaker, number: u8, run: &Run, moved: i64) -> LocationIndex {
    let (name, number) = match number {
        GENERIC.. if run.is_folded => ("G[...]".to_owned(), GENERIC),
        GENERIC.. => (format!("G[go.shape.int{number}]"), GENERIC),
        _ => (format!("F{number}"), number),
    };
    let name = format!("example.com/m/p{}.{name}", number % 4);
    let name = maker.text(name.as_bytes());
    let file = maker.text(b"/src/m/file.go");
    let start = i64::from(number) * 10 + run.down + moved + 1;
    let function = Function::new(name)
        .with_system_name(name)
        .with_filename(file)
        .with_start_line(if number.is_multiple_of(5) { 0 } else { start });
    let function = maker.add_function(function);
    maker.add_location(None, 0, &[Line::new(function, start + 3)], false)
}

fn profile(run: &Run) -> Profile {
    let mut maker = ProfileMaker::new(&Limits::default(), TYPES);
    maker.set_period(b"space", b"bytes", RATE);
    for one in &run.allocations {
        let stack = [
            location(&mut maker, one.callee, run, one.moved),
            location(&mut maker, one.caller, run, one.moved),
        ];
        let size = SIZES[one.size];
        let class = SizeClass::new(size as u64, SamplingRate::new(RATE as u64).unwrap()).unwrap();
        let (objects, bytes) = class.scale(one.allocated);
        let (live_objects, live_bytes) = class.scale(one.in_use);
        let label = MadeLabel::Number(maker.text(b"bytes"), size, maker.text(b""));
        let values = [objects, bytes, live_objects, live_bytes];
        maker.add_sample(&stack, &values, &[label]);
    }
    maker.finish().unwrap()
}

fn ranked(runs: &[Run], options: &RankOptions) -> Vec<Ranking> {
    let profiles = runs.iter().map(profile);
    profiles.map(|one| rank_profile(&one, options)).collect()
}

fn packed(rankings: Vec<Ranking>) -> (Vec<Ranking>, RunSites) {
    packed_into(RunSites::default(), rankings)
}

/// The same with more bytes than these in a file.
fn spilled(rankings: Vec<Ranking>, beyond: usize) -> (Vec<Ranking>, RunSites) {
    let spill = Spill::new(tempfile::tempfile().unwrap(), beyond);
    packed_into(RunSites::with_spill(spill), rankings)
}

fn packed_into(mut sites: RunSites, mut rankings: Vec<Ranking>) -> (Vec<Ranking>, RunSites) {
    for ranking in &mut rankings {
        sites.take(ranking).unwrap();
    }
    assert!(rankings.iter().all(|ranking| ranking.rows.is_empty()));
    (rankings, sites)
}

/// What the rankings of a side keep beside their sites does not depend on what they say of themselves, which is kept once.
#[test]
fn rankings_of_one_program_keep_little_for_themselves() {
    let all = [16, 400].map(|count| {
        let runs: Vec<Run> = (0..count)
            .map(|at| Run {
                down: 0,
                is_folded: false,
                allocations: vec![allocated(0, 5 + at % 7)],
            })
            .collect();
        let whole = ranked(&runs, &RankOptions::new(Granularity::Functions));
        let (kept, sites) = packed(whole);
        assert!(kept.iter().all(|ranking| ranking.size() == 0));
        sites.size()
    });
    // The few bytes of a total of each sample type, which a ranking then has not, and of two sites.
    assert!((all[1] - all[0]) / 384 < 60, "{all:?}");
    assert!(size_of::<Ranking>() < 300, "{}", size_of::<Ranking>());
}

/// Profiles that were taken in one moment, with as many samples, are one where these are the same.
#[test]
fn profiles_of_one_moment_are_told_apart_by_what_they_add_up_to() {
    let side = |count: i64| {
        let runs = [3, 0, 1].map(|more| Run {
            down: 0,
            is_folded: false,
            allocations: vec![allocated(0, count + more)],
        });
        let mut rankings = ranked(&runs, &RankOptions::new(Granularity::Functions));
        for ranking in &mut rankings {
            ranking.header.time_nanos = Some(7);
        }
        packed(rankings)
    };
    let index = [0; 3];
    let warned = |before: i64, after: i64| {
        let (before, after) = (side(before), side(after));
        let old = DiffSide::new(&before.0, &index).with_sites(&before.1);
        let new = DiffSide::new(&after.0, &index).with_sites(&after.1);
        let difference = diff(&old, &new, &DiffOptions::default()).unwrap();
        let notes = difference.notes.iter();
        notes.filter(|note| note.code == "same_profile").count()
    };
    assert_eq!(warned(10, 20), 0);
    assert_eq!(warned(10, 12), 1);
}

fn questions() -> Vec<DiffOptions> {
    let plain = DiffOptions::default();
    let mut same_work = plain.clone();
    same_work.work = GivenWork::Same;
    let mut ranks = same_work.clone();
    ranks.test = TestKind::MannWhitney;
    let mut by_cum = same_work.clone();
    by_cum.by_cum = true;
    by_cum.shares = true;
    vec![plain, same_work, ranks, by_cum]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn differences_are_the_same(
        mut old in vec(run(), 1..6),
        new in vec(run(), 1..5),
        is_folded in any::<bool>(),
        granularity in prop::sample::select(vec![
            Granularity::Functions,
            Granularity::Lines,
            Granularity::Packages,
        ]),
        column in 0_usize..4,
        is_one in any::<bool>(),
        beyond in prop::sample::select(vec![0_usize, 300, 4_000]),
    ) {
        old.iter_mut().for_each(|run| run.is_folded = is_folded);
        let name = std::str::from_utf8(TYPES[column].0).unwrap();
        let mut options = RankOptions::new(granularity);
        options.all_sites = true;
        options.frames.across_builds = true;
        if is_one {
            options.columns = Columns::One(Some(name.to_owned()));
        }
        let (before, after) = (ranked(&old, &options), ranked(&new, &options));
        let index = [column; 6];
        let work = [Exposure::new(2.0).unwrap(); 6];
        let side = |rankings: &[Ranking]| (&index[..rankings.len()], &work[..rankings.len()]);
        let ((old_at, old_work), (new_at, new_work)) = (side(&before), side(&after));
        let whole_before = DiffSide::new(&before, old_at).with_exposures(old_work);
        let whole_after = DiffSide::new(&after, new_at).with_exposures(new_work);
        let (heads, sites) = packed(before.clone());
        let packed_before = DiffSide::new(&heads, old_at).with_sites(&sites);
        let packed_before = packed_before.with_exposures(old_work);
        let (old_heads, old_sites) = spilled(before.clone(), beyond);
        let spilled_before = DiffSide::new(&old_heads, old_at).with_sites(&old_sites);
        let spilled_before = spilled_before.with_exposures(old_work);
        let (heads, sites) = packed(after.clone());
        let packed_after = DiffSide::new(&heads, new_at).with_sites(&sites);
        let packed_after = packed_after.with_exposures(new_work);
        let (heads, sites) = spilled(after.clone(), beyond);
        let spilled_after = DiffSide::new(&heads, new_at).with_sites(&sites);
        let spilled_after = spilled_after.with_exposures(new_work);
        for question in questions() {
            let expected = diff(&whole_before, &whole_after, &question);
            for (before, after) in [
                (&packed_before, &packed_after),
                (&whole_before, &packed_after),
                (&spilled_before, &packed_after),
                (&packed_before, &spilled_after),
            ] {
                let found = diff(before, after, &question);
                // What is equal prints equally; an undefined number is not equal to itself.
                let printed = (format!("{:?}", found), format!("{:?}", expected));
                prop_assert!(printed.0 == printed.1);
            }
        }
    }
}

/// A merge of two builds has one line of a function at two places.
#[test]
fn lines_of_several_builds_in_one_profile_add_up() {
    let run = |allocations: &[Allocation]| Run {
        down: 0,
        is_folded: false,
        allocations: allocations.to_vec(),
    };
    let before = run(&[allocated(0, 300), allocated(1, 50), allocated(2, 7)]);
    let after = run(&[allocated(1, 357)]);
    let mut options = RankOptions::new(Granularity::Lines);
    options.frames.across_builds = true;
    let (before, after) = (ranked(&[before], &options), ranked(&[after], &options));
    let total = before[0].total(1).net;
    let (heads, sites) = packed(before.clone());
    for before in [
        DiffSide::new(&before, &[1]),
        DiffSide::new(&heads, &[1]).with_sites(&sites),
    ] {
        let found = diff(
            &before,
            &DiffSide::new(&after, &[1]),
            &DiffOptions::default(),
        )
        .unwrap();
        let flat = found.rows.iter().map(|row| row.flat.before.value);
        assert_eq!(flat.sum::<i128>(), total);
        let leaf = found
            .rows
            .iter()
            .find(|row| row.flat.before.value != 0)
            .unwrap();
        assert_eq!(
            (leaf.flat.before.value, leaf.flat.after.value),
            (total, total)
        );
    }
}

/// A name without type arguments is all that it may be, however many profiles there are.
#[test]
fn names_without_type_arguments_are_those_with_any() {
    let run = |is_folded| Run {
        down: 0,
        is_folded,
        allocations: (GENERIC..GENERIC + 3)
            .map(|callee| Allocation {
                callee,
                ..allocated(0, 100)
            })
            .collect(),
    };
    let options = RankOptions::new(Granularity::Functions);
    let (before, after) = (
        ranked(&[run(true)], &options),
        ranked(&[run(false)], &options),
    );
    let ((old_heads, old_sites), (new_heads, new_sites)) = (packed(before), packed(after));
    let old = DiffSide::new(&old_heads, &[1]).with_sites(&old_sites);
    let new = DiffSide::new(&new_heads, &[1]).with_sites(&new_sites);
    for (before, after) in [(&old, &new), (&new, &old)] {
        let found = diff(before, after, &DiffOptions::default()).unwrap();
        let rows: Vec<(i128, i128)> = found
            .rows
            .iter()
            .map(|row| (row.cum.before.value, row.cum.after.value))
            .collect();
        assert_eq!(rows.len(), 2);
        assert!(
            rows.iter().all(|(old, new)| old == new && *old > 0),
            "{rows:?}"
        );
    }
}

/// Never an answer by a part of the profiles.
#[test]
fn what_cannot_be_read_again_is_refused() {
    let run = Run {
        down: 0,
        is_folded: false,
        allocations: vec![allocated(0, 300)],
    };
    let mut options = RankOptions::new(Granularity::Functions);
    options.all_sites = true;
    let rankings = ranked(&[run.clone(), run], &options);
    let file = tempfile::tempfile().unwrap();
    let spill = Spill::new(file.try_clone().unwrap(), 0);
    let (heads, sites) = packed_into(RunSites::with_spill(spill), rankings.clone());
    let before = DiffSide::new(&rankings, &[1, 1]);
    let after = DiffSide::new(&heads, &[1, 1]).with_sites(&sites);
    diff(&before, &after, &DiffOptions::default()).unwrap();
    file.set_len(1).unwrap();
    for sides in [(&before, &after), (&after, &before)] {
        let error = diff(sides.0, sides.1, &DiffOptions::default()).unwrap_err();
        assert!(matches!(
            error.kind(),
            ErrorKind::Spill { doing: "read", .. }
        ));
    }
}

/// Nor is what a full disk did not take.
#[test]
fn what_cannot_be_written_is_refused() {
    let path = tempfile::NamedTempFile::new().unwrap();
    let file = read_only(path.path());
    let mut sites = RunSites::with_spill(Spill::new(file, 0));
    let run = Run {
        down: 0,
        is_folded: false,
        allocations: vec![allocated(0, 300)],
    };
    let mut rankings = ranked(&[run], &RankOptions::new(Granularity::Functions));
    let error = sites.take(&mut rankings[0]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Spill { doing: "write", .. }
    ));
}

/// A file that takes nothing, as a full disk.
#[allow(clippy::disallowed_methods, reason = "a test of a file that fails")]
fn read_only(path: &std::path::Path) -> std::fs::File {
    std::fs::File::open(path).unwrap()
}
