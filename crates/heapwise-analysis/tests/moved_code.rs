//! Sites are found again in a build of changed code: nothing appears or goes because code above it
//! moved, or because names and paths carry numbers of the build.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use heapwise_analysis::stats::{SamplingRate, SizeClass};
use heapwise_analysis::{
    DiffOptions, DiffSide, Difference, Granularity, Match, RankOptions, Ranking, Verdict, diff,
    rank_profile,
};
use heapwise_decode::{Function, Limits, Line, LocationIndex, MadeLabel, Profile, ProfileMaker};
use proptest::prelude::*;

const RATE: i64 = 524_288;
const TYPES: [(&[u8], &[u8]); 4] = [
    (b"alloc_objects", b"count"),
    (b"alloc_space", b"bytes"),
    (b"inuse_objects", b"count"),
    (b"inuse_space", b"bytes"),
];

/// A function that allocates on one or more of its lines.
#[derive(Debug, Clone)]
struct Code {
    name: String,
    file: String,
    start_line: i64,
    /// Lines that allocate, with the sampled blocks of 1024 bytes.
    lines: Vec<(i64, i64)>,
}

impl Code {
    fn new(name: &str, file: &str, start_line: i64, lines: &[(i64, i64)]) -> Code {
        Code {
            name: name.to_owned(),
            file: file.to_owned(),
            start_line,
            lines: lines.to_vec(),
        }
    }

    /// The same function further down in its file.
    fn moved(&self, down: i64) -> Code {
        let lines = self.lines.iter().map(|&(line, count)| (line + down, count));
        Code {
            start_line: self.start_line + down,
            lines: lines.collect(),
            ..self.clone()
        }
    }
}

/// A heap profile as Go writes it: main calls every function.
fn profile(code: &[Code]) -> Profile {
    let mut maker = ProfileMaker::new(&Limits::default(), TYPES);
    maker.set_period(b"space", b"bytes", RATE);
    let main = location(
        &mut maker,
        &Code::new("main.main", "/src/main.go", 3, &[]),
        4,
    );
    let class = SizeClass::new(1024, SamplingRate::new(RATE as u64).unwrap()).unwrap();
    let label = MadeLabel::Number(maker.text(b"bytes"), 1024, maker.text(b""));
    for function in code {
        for &(line, count) in &function.lines {
            let leaf = location(&mut maker, function, line);
            let (objects, bytes) = class.scale(count);
            maker.add_sample(&[main, leaf], &[objects, bytes, 0, 0], &[label]);
        }
    }
    maker.finish().unwrap()
}

fn location(maker: &mut ProfileMaker, code: &Code, line: i64) -> LocationIndex {
    let function = Function::new(maker.text(code.name.as_bytes()))
        .with_system_name(maker.text(code.name.as_bytes()))
        .with_filename(maker.text(code.file.as_bytes()))
        .with_start_line(code.start_line);
    let function = maker.add_function(function);
    let line = Line::new(function, line);
    maker.add_location(None, 0, &[line], false)
}

fn compare(before: &[Code], after: &[Code], granularity: Granularity) -> Difference {
    let options = RankOptions::new(granularity);
    let rank = |code: &[Code]| -> Ranking { rank_profile(&profile(code), &options) };
    let (before, after) = ([rank(before)], [rank(after)]);
    let side = |rankings| DiffSide::new(rankings, &[1]);
    let mut options = DiffOptions::default();
    options.detailed_rows = 0;
    diff(&side(&before), &side(&after), &options).unwrap()
}

fn assert_nothing_appeared(difference: &Difference) {
    for row in &difference.rows {
        assert_ne!(row.matched, Match::OneSided, "{row:?}");
        for change in [&row.flat, &row.cum] {
            let one_sided = matches!(change.verdict, Verdict::New | Verdict::Gone);
            assert!(!one_sided, "{row:?}");
            assert_eq!(change.before.value, change.after.value, "{row:?}");
        }
    }
}

#[test]
fn code_that_moved_by_ten_lines_has_not_changed() {
    let code = [
        Code::new("main.read", "/src/main.go", 10, &[(12, 40), (15, 7)]),
        Code::new("main.(*Parser).next", "/src/parse.go", 100, &[(107, 90)]),
        Code::new(
            "example.com/x.Put",
            "/mod/x/put.go",
            7,
            &[(9, 5), (10, 300)],
        ),
    ];
    let moved: Vec<Code> = code.iter().map(|code| code.moved(10)).collect();
    let difference = compare(&code, &moved, Granularity::Lines);
    assert_nothing_appeared(&difference);
    let of_lines = difference
        .rows
        .iter()
        .filter(|row| row.flat.before.value != 0);
    let relative = of_lines.filter(|row| row.matched == Match::RelativeLine);
    assert_eq!(relative.count(), 5);
    let lines: Vec<i64> = difference
        .rows
        .iter()
        .filter_map(|row| row.site.line)
        .collect();
    assert!(
        lines.contains(&25),
        "named as the newer side does: {lines:?}"
    );
}

/// A closure's number, a type argument and the directory of the build.
#[test]
fn names_that_differ_between_builds_are_found_again() {
    let builds = [
        ("main.serve.func1", "main.serve.func2"),
        ("main.Map[go.shape.int]", "main.Map[go.shape.string]"),
        ("main.walk.func3.1", "main.walk.func2.1"),
        ("main.flush.gowrap1", "main.flush.gowrap4"),
    ];
    let code = |build: fn(&(&str, &str)) -> String| -> Vec<Code> {
        let name = builds.iter().map(build).enumerate();
        name.map(|(at, name)| {
            let start = 20 * at as i64 + 1;
            Code::new(&name, "/build/a/main.go", start, &[(start + 2, 50)])
        })
        .collect()
    };
    let before = code(|names| names.0.to_owned());
    let mut after = code(|names| names.1.to_owned());
    for code in &mut after {
        code.file = code.file.replace("/build/a", "/tmp/build-17/a");
    }
    for granularity in [Granularity::Functions, Granularity::Lines] {
        let difference = compare(&before, &after, granularity);
        assert_nothing_appeared(&difference);
        let similar = difference
            .rows
            .iter()
            .filter(|row| row.matched == Match::SimilarName);
        assert_eq!(similar.count(), builds.len(), "{granularity:?}");
    }
}

/// Files are told by their last two elements where the directory of the build differs.
#[test]
fn files_are_found_again_in_another_directory() {
    let code = |root: &str| {
        let file = |name: &str| format!("{root}/{name}");
        [
            Code::new("main.read", &file("app/read.go"), 10, &[(12, 40)]),
            Code::new("x.Put", &file("x/put.go"), 7, &[(9, 5)]),
        ]
    };
    let difference = compare(&code("/home/ann"), &code("/builds/7"), Granularity::Files);
    assert_nothing_appeared(&difference);
    let similar = difference
        .rows
        .iter()
        .filter(|row| row.matched == Match::SimilarName);
    assert_eq!(similar.count(), 2);
}

fn function() -> impl Strategy<Value = (i64, Vec<(i64, i64)>)> {
    let line = (0_i64..30, 1_i64..200);
    (1_i64..500, prop::collection::vec(line, 1..4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn code_may_move_anywhere(functions in prop::collection::vec((function(), -9_i64..40), 1..6)) {
        let code = |moved: bool| -> Vec<Code> {
            let code = functions.iter().enumerate();
            code.map(|(at, ((start, lines), down))| {
                let start = start + 10;
                let lines: Vec<_> = lines.iter().map(|&(line, n)| (start + line, n)).collect();
                let code = Code::new(&format!("main.f{at}x"), "/src/main.go", start, &lines);
                if moved { code.moved(*down) } else { code }
            })
            .collect()
        };
        let difference = compare(&code(false), &code(true), Granularity::Lines);
        assert_nothing_appeared(&difference);
    }
}
