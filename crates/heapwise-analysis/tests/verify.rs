//! Claims: how they are read, and what decides them.

#[path = "common/heap.rs"]
mod heap;

use heap::{Lives, goroutines, heap, heap_of_lives};
use heapwise_analysis::{
    Bound, Claim, ClaimResult, Compared, Date, DiffOptions, DiffSide, Granularity, Growth,
    GrowthCounts, Outcome, RankOptions, Ranking, Reason, SitePattern, Suppression, Unseen,
    Verifier, VerifyOptions, rank,
};
use heapwise_decode::Limits;

#[test]
fn reads_claims() {
    for (text, cumulative, bound) in [
        ("alloc_space total <= -30%", false, -30.0),
        ("inuse_space main.f > 0", false, 0.0),
        ("inuse_space main.f < 1.5MB", false, 1.5 * 1048576.0),
        ("alloc_space cum:main.f >= 64kB/op", true, 65536.0),
        ("alloc_objects /^main[.] x/ <= 1200/op", false, 1200.0),
        ("goroutines total <= 500", false, 500.0),
        (
            "  inuse_objects  main.f /src/a.go:7   <=  +0.5%  ",
            false,
            0.5,
        ),
        ("inuse_space total <= 0%", false, 0.0),
        ("inuse_space total >= -100%", false, -100.0),
        ("inuse_space optional <= 5", false, 5.0),
        ("inuse_space main.f optional <= 5 optional", false, 5.0),
        ("cpu cum:/json/ <= 1.5s", true, 1.5e9),
        ("space total <= 64MB", false, 67_108_864.0),
        ("contentions main.f < 100", false, 100.0),
        ("delay total <= 2ms/op", false, 2e6),
    ] {
        let claim = Claim::parse(text).expect(text);
        assert_eq!(claim.is_cumulative, cumulative, "{text}");
        let (Bound::Change(value) | Bound::Value(value) | Bound::PerOperation(value)) = claim.bound
        else {
            panic!("{text}: no bound with a value");
        };
        assert_eq!(value.value(), bound, "{text}");
        assert_eq!(claim.text, text.trim());
    }
}

#[test]
fn says_where_a_claim_cannot_be_read() {
    for (text, column, message) in [
        (
            "",
            1,
            "found the end, expected a sample type such as alloc_space, inuse_objects, cpu or goroutines",
        ),
        (
            "1 total <= 1",
            1,
            r#"found "1", expected a sample type such as alloc_space, inuse_objects, cpu or goroutines"#,
        ),
        (
            "cpu total <= 10m",
            14,
            r#"found "10m", expected a number such as 1200, 64MB or 1.5s"#,
        ),
        (
            "space total <= 5MB/op",
            16,
            r#"found "5MB/op", expected a bound without /op: what is in use is a level"#,
        ),
        (
            "inuse_space main.f <= 5MB optonal",
            27,
            r#"found "optonal", expected optional, or the end"#,
        ),
        (
            "inuse_space main.f <= 64 MB",
            26,
            r#"found "MB", expected optional, or the end"#,
        ),
        (
            "inuse_space total <= 5MB optional",
            26,
            r#"found "optional", expected the end: the total is always there"#,
        ),
        (
            "inuse_space main.f <= optional",
            31,
            "found the end, expected a bound such as -30%, 64MB or 1200/op",
        ),
        (
            "goroutines leaked = 0 optional",
            23,
            r#"found "optional", expected the end: the total is always there"#,
        ),
        (
            "alloc_space",
            12,
            "found the end, expected a site: total, a function's name or /regexp/",
        ),
        (
            "alloc_space total",
            18,
            "found the end, expected an operator: <=, <, >= or >",
        ),
        (
            "alloc_space total <=",
            21,
            "found the end, expected a bound such as -30%, 64MB or 1200/op",
        ),
        (
            "alloc_space main.f x <=",
            24,
            "found the end, expected a bound such as -30%, 64MB or 1200/op",
        ),
        (
            "alloc_space <= -30%",
            13,
            r#"found "<=", expected a site: total, a function's name or /regexp/"#,
        ),
        (
            "alloc_space tötal = 5MB",
            19,
            r#"found "=", expected an operator: <=, <, >= or >"#,
        ),
        (
            "alloc_space cum: <= 5MB",
            17,
            "found the end, expected a site: total, a function's name or /regexp/",
        ),
        (
            "alloc_space /(/ <= 5MB",
            13,
            r#"found "/(/", expected a regular expression (unclosed group)"#,
        ),
        (
            "no escapes at main.f",
            4,
            r#"found "escapes", expected escape"#,
        ),
        ("no escape in main.f", 11, r#"found "in", expected at"#),
        ("advice some above 5%", 8, r#"found "some", expected none"#),
        (
            "alloc_space total <= 30%",
            22,
            r#"found "30%", expected a change with its sign: +30% or -30%"#,
        ),
        (
            "alloc_space total <= -130%",
            22,
            r#"found "-130%", expected a change of -100% or more, such as -30% or +5%"#,
        ),
        (
            "alloc_space total <= 5MX",
            22,
            r#"found "5MX", expected bytes such as 1200, 64kB or 1.5MB"#,
        ),
        (
            "alloc_objects total <= 5MB",
            24,
            r#"found "5MB", expected a number such as 1200"#,
        ),
        (
            "alloc_objects total <= -5",
            24,
            r#"found "-5", expected a number such as 1200"#,
        ),
        (
            "inuse_space total <= 5MB/op",
            22,
            r#"found "5MB/op", expected a bound without /op: what is in use is a level"#,
        ),
    ] {
        let error = Claim::parse(text).expect_err(text);
        assert_eq!(
            (error.column().unwrap(), error.to_string().as_str()),
            (column, message),
            "{text:?}"
        );
    }
}

/// One profile a side.
struct Sides {
    before: Option<Ranking>,
    after: Ranking,
    operations: Option<f64>,
    suppressions: Vec<Suppression>,
}

impl Sides {
    fn new(before: &[u8], after: &[u8]) -> Sides {
        Sides {
            before: Some(ranked(before)),
            ..Sides::only(after)
        }
    }

    fn only(after: &[u8]) -> Sides {
        Sides {
            before: None,
            after: ranked(after),
            operations: None,
            suppressions: Vec::new(),
        }
    }

    fn with<T>(&self, sample_type: &str, ask: impl FnOnce(&Verifier<'_>) -> T) -> T {
        let index = [self
            .after
            .header
            .sample_index(Some(sample_type))
            .expect("a type")];
        let side = |ranking| DiffSide::new(std::slice::from_ref(ranking), &index);
        let compared = Compared::new(self.before.as_ref().map(side), side(&self.after))
            .with_operations(self.operations);
        let mut diff = DiffOptions::default();
        diff.work = heapwise_analysis::GivenWork::Same;
        let options = VerifyOptions::new(diff, self.suppressions.clone(), day("2027-01-31"));
        let options = options.expect("a confidence above one half");
        ask(&Verifier::new(&compared, &options).expect("sides that can be compared"))
    }

    fn decide(&self, text: &str) -> Outcome {
        let claim = Claim::parse(text).expect(text);
        let sample_type = claim.sample_type.replace("goroutines", "goroutine");
        self.with(&sample_type, |verifier| verifier.decide(&claim))
    }

    #[track_caller]
    fn check(&self, text: &str, expected: ClaimResult) -> Outcome {
        let outcome = self.decide(text);
        assert_eq!(outcome.result, expected, "{text}: {:?}", outcome.reason);
        outcome
    }

    fn growth(&self, percent: &str, claims: &[&str]) -> Outcome {
        let growth = Growth::parse(percent).expect(percent);
        let claims: Vec<Claim> = claims.iter().map(|c| Claim::parse(c).expect(c)).collect();
        let claims: Vec<&Claim> = claims.iter().collect();
        self.with("inuse_space", |verifier| verifier.growth(&growth, &claims))
    }

    fn growth_allowing_moves(&self, percent: &str) -> Outcome {
        let growth = Growth::parse(percent).expect(percent).allow_moved(true);
        self.with("inuse_space", |verifier| verifier.growth(&growth, &[]))
    }
}

fn ranked(bytes: &[u8]) -> Ranking {
    let options = RankOptions::new(Granularity::Functions);
    rank(bytes, &options, &Limits::default()).expect("a profile")
}

fn day(text: &str) -> Date {
    Date::parse(text).expect(text)
}

use ClaimResult::{Error, Fail, Inconclusive, Pass};

const RATE: u64 = 524_288;

#[test]
fn exact_data_decide_exactly() {
    let before = heap(1, &[("main.f", 10, 100), ("main.gone", 16, 1)]);
    let sides = Sides::new(&before, &heap(1, &[("main.f", 10, 70), ("p.new", 8, 3)]));
    sides.check("alloc_space main.f <= -30%", Pass);
    sides.check("alloc_space main.f < -30%", Fail);
    sides.check("alloc_space main.f <= -30.001%", Fail);
    sides.check("alloc_space main.f >= -30%", Pass);
    sides.check("alloc_space main.f > -30%", Fail);
    sides.check("inuse_space main.f <= 700", Pass);
    sides.check("inuse_space main.f < 700", Fail);
    sides.check("inuse_objects p.new <= +100%", Fail);
    sides.check("inuse_objects main.gone <= -100%", Pass);
}

#[test]
fn a_claim_on_the_name_that_a_site_had_is_one_on_the_site() {
    let sides = |after: &[(&str, u64, i64)]| {
        let before = heap(1, &[("main.f", 10, 100), ("main.g.func1", 16, 1)]);
        Sides::new(&before, &heap(1, after))
    };
    let grown = sides(&[("main.f[go.shape.int]", 10, 500), ("main.g.func2", 16, 9)]);
    let fell = sides(&[("main.f[go.shape.int]", 10, 50), ("main.g.func2", 16, 1)]);
    for (claim, of_grown, of_fallen) in [
        ("alloc_space main.f <= +5%", Fail, Pass),
        ("alloc_space cum:main.f <= -50%", Fail, Pass),
        ("alloc_space /^main.f$/ <= +5%", Fail, Pass),
        ("inuse_space main.f <= 1000", Fail, Pass),
        ("inuse_objects main.f >= 90", Pass, Fail),
        ("inuse_space main.f <= 0", Fail, Fail),
        ("alloc_space main.g.func1 <= +5%", Fail, Pass),
    ] {
        grown.check(claim, of_grown);
        fell.check(claim, of_fallen);
    }
    // What has a claim of its own under either name is left to it.
    let alone = grown.growth("5%", &["inuse_space main.f <= +900%"]);
    let sites: Vec<&str> = alone.findings.iter().map(|one| one.name.as_str()).collect();
    assert!(!sites.contains(&"main.f[go.shape.int]"), "{sites:?}");
}

#[test]
fn a_site_that_is_gone_may_be_one_that_is_new_in_its_package() {
    let sides =
        |after: &[(&str, u64, i64)]| Sides::new(&heap(1, &[("main.f", 16, 100)]), &heap(1, after));
    for (after, claim, expected) in [
        // Renamed, and grown.
        (
            &[("main.h", 16, 500)][..],
            "alloc_space main.f <= +5%",
            Inconclusive,
        ),
        (
            &[("main.h", 16, 500)],
            "inuse_space main.f <= 2kB",
            Inconclusive,
        ),
        (
            &[("main.h", 16, 500)],
            "inuse_space main.f <= 0",
            Inconclusive,
        ),
        // Split.
        (
            &[("main.h", 16, 50), ("main.i", 16, 50)],
            "alloc_space main.f <= -60%",
            Inconclusive,
        ),
        (
            &[("main.h", 16, 50), ("main.i", 16, 50)],
            "alloc_space cum:main.f <= -60%",
            Inconclusive,
        ),
        // Under whatever name, it holds.
        (&[("main.h", 16, 9)], "alloc_space main.f <= -90%", Pass),
        (&[("main.h", 16, 9)], "inuse_space main.f <= 2kB", Pass),
        (&[("main.h", 16, 500)], "alloc_space main.f >= -50%", Fail),
        // Of another package, or there before.
        (&[("other.h", 16, 500)], "alloc_space main.f <= -90%", Pass),
    ] {
        sides(after).check(claim, expected);
    }
    let before = heap(1, &[("main.f", 16, 100), ("main.h", 16, 100)]);
    let there = Sides::new(&before, &heap(1, &[("main.h", 16, 300)]));
    there.check("alloc_space main.f <= -90%", Pass);
}

#[test]
fn a_site_that_does_not_exist_is_an_error_unless_it_is_optional() {
    let exact = |sites| heap(1, sites);
    let before = exact(&[("main.parse", 10, 100), ("main.gone", 16, 1)]);
    let after = exact(&[("main.parse", 10, 70), ("p.new", 8, 1)]);
    let sides = Sides::new(&before, &after);
    for (claim, near) in [
        ("alloc_space main.prase <= 0", &["main.parse"][..]),
        ("alloc_space main.prase <= -1%", &["main.parse"]),
        ("alloc_space cum:main.prase <= 0", &["main.parse"]),
        ("alloc_space Main.Parse <= 0", &["main.parse"]),
        ("alloc_space parse <= 0", &["main.parse"]),
        ("alloc_space main.parse() <= 0", &["main.parse"]),
        ("alloc_space /^main[.]prase$/ <= 0", &["main.parse"]),
        (r"alloc_space cum:/^main\.prase$/ <= +5%", &["main.parse"]),
        // Nothing is near: what there is.
        (
            "alloc_space os.Open <= 0",
            &["main.parse", "main.gone", "p.new"],
        ),
    ] {
        let claim = claim.replace(r"\\", r"\");
        let missing = sides.check(&claim, Error);
        let near = near.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(missing.reason, Reason::NotFound { near }, "{claim}");
        let allowed = sides.check(&format!("{claim} optional"), Pass);
        assert_eq!(allowed.reason, Reason::Absent, "{claim}");
    }
    // It has been there, or is there without any of this.
    sides.check("alloc_space main.gone <= 0", Pass);
    sides.check("alloc_space cum:/gone/ <= 0", Pass);
    sides.check("alloc_space p.new <= 0 optional", Fail);
    sides.check("alloc_space /new/ <= -5% optional", Fail);
}

#[test]
fn a_site_without_the_value_asked_for_is_no_error() {
    let mut profile = ranked(&heap(1, &[("main.f", 10, 100), ("main.g", 10, 1)]));
    let inuse = profile
        .header
        .sample_index(Some("inuse_space"))
        .expect("it");
    profile.rows[0].flat[inuse] = 0;
    let sides = Sides {
        before: Some(profile.clone()),
        after: profile,
        operations: None,
        suppressions: Vec::new(),
    };
    sides.check("inuse_space main.f <= 0", Pass);
    sides.check("inuse_space /main[.]f/ <= 0", Pass);
    sides.check("inuse_space main.f <= +5%", Pass);
    sides.check("inuse_space main.f < +0%", Fail);
}

#[test]
fn what_is_gone_has_to_have_been_there_for_certain() {
    let before = heap(
        RATE,
        &[
            ("main.old", 1024, 40),
            ("main.few", 1024, 1),
            ("main.f", 64, 90),
        ],
    );
    let sides = Sides::new(&before, &heap(RATE, &[("main.f", 64, 80)]));
    let gone = sides.check("inuse_space main.old <= 0", Pass);
    assert!(matches!(gone.reason, Reason::Gone { unseen: Some(unseen) } if unseen > 1_000_000));
    sides.check("inuse_space /old/ <= 0", Pass);
    sides.check("inuse_space main.old < 0", Fail);
    sides.check("inuse_space main.few <= 0", Inconclusive);
    sides.check("inuse_space /few|old/ <= 0", Inconclusive);
    sides.check("inuse_space main.f <= 0", Fail);
    sides.check("inuse_space main.old <= 2MB", Pass);
}

#[test]
fn counts_of_goroutines_are_exact() {
    let sides = Sides::only(&goroutines(&[("main.serve", 400), ("main.wait", 100)]));
    sides.check("goroutines total <= 500", Pass);
    sides.check("goroutines total < 500", Fail);
    sides.check("goroutines main.serve <= 399", Fail);
    sides.check("goroutines total <= +5%", Inconclusive);
}

#[test]
fn sampled_changes_are_decided_beyond_noise_only() {
    let before = heap(RATE, &[("main.f", 1024, 400), ("main.g", 1024, 10)]);
    let after = heap(RATE, &[("main.f", 1024, 200), ("main.g", 1024, 9)]);
    let sides = Sides::new(&before, &after);
    sides.check("alloc_space main.f <= -40%", Pass);
    sides.check("alloc_space main.f <= -60%", Fail);
    sides.check("alloc_space main.f >= -60%", Pass);
    sides.check("alloc_space main.f >= -40%", Fail);
    let open = sides.check("alloc_space main.f <= -48%", Inconclusive);
    assert!(matches!(open.reason, Reason::TooFewSamples { advice, .. } if !advice.is_empty()));
    sides.check("alloc_space main.g <= -5%", Inconclusive);
    sides.check("alloc_space main.nowhere <= -5%", Error);
    let several = sides.check("alloc_space /main/ <= +400%", Pass);
    assert_eq!(several.findings.len(), 2);
    sides.check("alloc_space /main/ <= -40%", Inconclusive);
    sides.check("alloc_space /main/ <= -60%", Fail);
}

#[test]
fn sampled_values_are_decided_by_their_one_sided_limits() {
    let mut sides = Sides::only(&heap(RATE, &[("main.f", 1024, 100), ("main.g", 1024, 1)]));
    // 100 samples are about 50MB, give or take a sixth.
    sides.check("inuse_space main.f <= 64MB", Pass);
    sides.check("inuse_space main.f <= 52MB", Inconclusive);
    sides.check("inuse_space main.f <= 40MB", Fail);
    sides.check("inuse_space main.f >= 40MB", Pass);
    sides.check("inuse_space main.f >= 64MB", Fail);
    sides.check("alloc_space main.f <= 64kB/op", Inconclusive);
    sides.operations = Some(1000.0);
    sides.check("alloc_space main.f <= 64kB/op", Pass);
    sides.check("alloc_space main.f <= 40kB/op", Fail);
}

#[test]
fn an_unsampled_site_is_below_three_rates() {
    let seen = heap(RATE, &[("main.f", 1024, 100)]);
    let before = heap(RATE, &[("main.f", 1024, 100), ("main.h", 1024, 1)]);
    let sides = Sides::new(&before, &seen);
    // -ln(0.05) rates are 1570626.4 bytes.
    sides.check("inuse_space main.h <= 1570627", Pass);
    sides.check("inuse_space main.h <= 1570626", Inconclusive);
    sides.check("inuse_space main.h >= 2MB", Fail);
    sides.check("inuse_objects main.h <= 5", Inconclusive);
    let alone = Sides::only(&seen);
    alone.check("inuse_space total <= +5%", Inconclusive);
}

#[test]
fn unknown_errors_never_pass() {
    // Values that no number of samples gives.
    let mut rescaled = ranked(&heap(RATE, &[("main.f", 1024, 100)]));
    rescaled.sampling =
        heapwise_analysis::Sampling::Unknown(heapwise_analysis::UnknownError::Rescaled);
    let sides = Sides {
        before: Some(rescaled.clone()),
        after: rescaled,
        operations: None,
        suppressions: Vec::new(),
    };
    for claim in ["inuse_space total <= 900GB", "inuse_space main.f <= +900%"] {
        let outcome = sides.check(claim, Inconclusive);
        assert!(
            matches!(outcome.reason, Reason::NotJudged(_)),
            "{:?}",
            outcome.reason
        );
    }
    assert_eq!(sides.growth("900%", &[]).result, Inconclusive);
}

#[test]
fn growth_is_that_of_sites_without_a_claim() {
    let before = heap(
        RATE,
        &[
            ("main.a", 1024, 100),
            ("main.b", 1024, 200),
            ("main.c", 1024, 1),
        ],
    );
    let after = heap(
        RATE,
        &[
            ("main.a", 1024, 300),
            ("main.b", 1024, 195),
            ("main.c", 1024, 2),
        ],
    );
    let mut sides = Sides::new(&before, &after);
    let grown = sides.growth("5%", &[]);
    assert_eq!(grown.result, Fail);
    let names: Vec<&str> = grown.findings.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["main.a", "total"]);
    assert_eq!(
        sides
            .growth("5%", &["inuse_space total <= 1GB"])
            .findings
            .len(),
        1
    );
    let claims = ["inuse_space total <= 1GB", "inuse_space main.a <= 1GB"];
    let left = sides.growth("5%", &claims);
    assert_eq!(left.result, Pass);
    let Reason::Growth(growth) = left.reason else {
        panic!("{:?}", left.reason);
    };
    assert_eq!((growth.judged, growth.undecidable), (1, 1));
    sides.suppressions = ["main.a", "total"]
        .map(|site| suppression(site, "2027-01-31"))
        .into();
    assert_eq!(sides.growth("5%", &[]).result, Pass);
    let let_off = sides.check("inuse_space main.a <= 1kB", Pass);
    assert!(matches!(let_off.reason, Reason::Suppressed { .. }));
    sides.suppressions = ["main.a", "total"]
        .map(|site| suppression(site, "2027-01-30"))
        .into();
    assert_eq!(sides.growth("5%", &[]).result, Fail);
    let expired = sides.suppressions[0]
        .expired(day("2027-01-31"))
        .expect("it is past");
    assert_eq!(expired.result, Fail);
}

fn suppression(site: &str, expires: &str) -> Suppression {
    let pattern = SitePattern::parse(site).expect(site);
    Suppression::new(site, pattern, "known", day(expires))
}

#[test]
fn a_site_that_may_have_moved_is_let_off_only_when_asked() {
    let before = heap(
        RATE,
        &[
            ("main.old", 1024, 200),
            ("main.old", 64, 90),
            ("main.b", 1024, 200),
        ],
    );
    let after = heap(
        RATE,
        &[
            ("main.renamed", 1024, 205),
            ("main.renamed", 64, 85),
            ("main.b", 1024, 195),
        ],
    );
    let sides = Sides::new(&before, &after);
    let outcome = sides.growth("10%", &[]);
    assert_eq!(outcome.result, Fail, "{outcome:?}");
    let Reason::Growth(growth) = outcome.reason else {
        panic!("{outcome:?}");
    };
    assert_eq!(growth.may_have_moved, 1);
    let outcome = sides.growth_allowing_moves("10%");
    assert_eq!(outcome.result, Pass, "{outcome:?}");
}

#[test]
fn a_site_that_grew_as_another_of_one_size_fell_has_not_moved() {
    let before = heap(RATE, &[("main.a", 1024, 100), ("main.b", 1024, 300)]);
    let after = heap(RATE, &[("main.a", 1024, 300), ("main.b", 1024, 100)]);
    let outcome = Sides::new(&before, &after).growth("10%", &[]);
    assert_eq!(outcome.result, Fail, "{outcome:?}");
}

fn counts(outcome: &Outcome) -> GrowthCounts {
    let counts = match &outcome.reason {
        Reason::Growth(counts) => Some(*counts),
        _ => None,
    };
    counts.expect("growth was judged")
}

#[test]
fn growth_counts_what_it_went_through() {
    let freed = |name| Lives {
        name,
        size: 8,
        allocated: 5,
        in_use: 0,
    };
    let kept = |&(name, count): &(&'static str, i64)| Lives {
        in_use: count,
        allocated: count,
        ..freed(name)
    };
    let side = |sites: &[(&'static str, i64)]| {
        let mut all: Vec<Lives<'_>> = sites.iter().map(kept).collect();
        all.push(freed("main.freed"));
        heap_of_lives(1, &all)
    };
    let before = side(&[
        ("main.f", 100),
        ("main.g", 100),
        ("main.h", 10),
        ("main.gone", 5),
        ("main.claimed", 7),
        ("main.off", 3),
    ]);
    let after = side(&[
        ("main.f", 106),
        ("main.g", 105),
        ("main.h", 9),
        ("main.new", 2),
        ("main.claimed", 70),
        ("main.off", 30),
    ]);
    let mut sides = Sides::new(&before, &after);
    sides.suppressions = vec![suppression("main.off", "2027-01-31")];
    let claims = ["inuse_space main.claimed <= 1GB"];
    let outcome = sides.growth("5%", &claims);
    assert_eq!(outcome.result, Fail);
    assert_eq!(outcome.claim, "no growth beyond 5%");
    assert_eq!(outcome.unit, "bytes");
    // The largest first; exactly 5 % is allowed, and anything beside nothing is more.
    let names: Vec<(&str, Option<i128>)> = outcome
        .findings
        .iter()
        .map(|finding| {
            let observed = finding.observed.as_ref();
            let gained = observed.map(|seen| seen.after.value - seen.before.unwrap().value);
            (finding.name.as_str(), gained)
        })
        .collect();
    let gained = |objects: i128| Some(8 * objects);
    assert_eq!(
        names,
        [
            ("total", gained(322 - 225)),
            ("main.f", gained(6)),
            ("main.new", gained(2)),
        ]
    );
    let found = counts(&outcome);
    assert_eq!((found.judged, found.grew), (5, 3));
    assert_eq!((found.undecidable, found.suppressed), (0, 1));
    assert_eq!((found.moved, found.may_have_moved), (0, 0));
    assert_eq!(found.unseen, Unseen::Nothing);
    // A hundred times as much is not beyond 10,000 %; nothing is.
    let loose = sides.growth("10000%", &claims);
    assert_eq!(loose.findings.len(), 1);
    assert_eq!(loose.findings[0].name, "main.new");
}

#[test]
fn growth_is_decided_where_something_could_be() {
    // Nothing on an older side.
    let only = Sides::only(&heap(1, &[("main.f", 8, 1)]));
    let outcome = only.growth("5%", &[]);
    assert_eq!(
        (outcome.result, outcome.reason),
        (Inconclusive, Reason::NoBefore)
    );
    // One sample a side says nothing of a site or the total.
    let side = heap(RATE, &[("main.f", 1024, 1)]);
    let mut sides = Sides::new(&side, &side);
    let total = "inuse_space total <= 1GB";
    for (claims, result, undecidable) in [
        (&[][..], Inconclusive, 1),
        (&[total], Inconclusive, 1),
        // Nothing is left to judge.
        (&[total, "inuse_space main.f <= 1GB"], Pass, 0),
        (&["inuse_space main.f <= 1GB"], Inconclusive, 0),
    ] {
        let outcome = sides.growth("5%", claims);
        assert_eq!(outcome.result, result, "{claims:?}");
        assert_eq!(counts(&outcome).undecidable, undecidable, "{claims:?}");
    }
    sides.suppressions = vec![suppression("total", "2027-01-31")];
    assert_eq!(sides.growth("5%", &[]).result, Inconclusive);
    sides.suppressions.push(suppression("main.f", "2027-01-31"));
    let outcome = sides.growth("5%", &[]);
    assert_eq!((outcome.result, counts(&outcome).suppressed), (Pass, 1));
}

#[test]
fn strict_growth_has_to_have_been_seen() {
    let strict = |sides: &Sides, percent: &str| {
        let growth = Growth::parse(percent).expect(percent).strict(true);
        assert!(growth.is_strict() && !growth.allows_moved());
        sides.with("inuse_space", |verifier| verifier.growth(&growth, &[]))
    };
    let sites = |samples| heap(RATE, &[("main.f", 1024, samples)]);
    let sides = Sides::new(&sites(400), &sites(400));
    let loose = sides.growth("5%", &[]);
    assert_eq!(loose.result, Pass);
    // One-sided at 95 %: 1.645 standard errors of sqrt(2 / 400).
    let Unseen::UpTo(part) = counts(&loose).unseen else {
        panic!("{loose:?}");
    };
    let expected = (1.644_853_6 * 0.005_f64.sqrt()).exp() - 1.0;
    assert!((part - expected).abs() < 0.002, "{part} {expected}");
    assert_eq!(strict(&sides, "5%").result, Inconclusive);
    assert_eq!(strict(&sides, "12%").result, Inconclusive);
    assert_eq!(strict(&sides, "13%").result, Pass);
    // What fell far enough cannot have grown.
    let fell = Sides::new(&sites(400), &sites(200));
    assert_eq!(strict(&fell, "0%").result, Pass);
    let exact = |count| heap(1, &[("main.f", 8, count)]);
    let same = Sides::new(&exact(4), &exact(4));
    assert_eq!(strict(&same, "0%").result, Pass);
    assert_eq!(counts(&strict(&same, "0%")).unseen, Unseen::Nothing);
    for text in ["5", "-1%", "%", "x%"] {
        let refused = Growth::parse(text).expect_err(text).to_string();
        assert!(refused.contains(text), "{refused}");
    }
}

#[test]
fn what_is_let_off_as_moved_is_counted() {
    let side = |of_old: &'static str| {
        heap(
            RATE,
            &[(of_old, 1024, 200), (of_old, 64, 90), ("main.b", 1024, 200)],
        )
    };
    let sides = Sides::new(&side("main.old"), &side("main.renamed"));
    let found = counts(&sides.growth("10%", &[]));
    assert_eq!((found.grew, found.may_have_moved, found.moved), (1, 1, 0));
    let found = counts(&sides.growth_allowing_moves("10%"));
    assert_eq!((found.grew, found.may_have_moved, found.moved), (0, 0, 1));
    // Of cumulative values nobody can say so.
    let growth = Growth::parse("10%").expect("a bound").allow_moved(true);
    let growth = growth.cumulative(true);
    let outcome = sides.with("inuse_space", |verifier| verifier.growth(&growth, &[]));
    let found = counts(&outcome);
    assert_eq!((found.grew, found.may_have_moved, found.moved), (1, 0, 0));
}

#[test]
fn one_of_many_sites_fails_only_beyond_what_many_tries_explain() {
    let names: Vec<String> = (0..20).map(|at| format!("main.f{at}")).collect();
    let side = |count: usize| {
        // A hundred samples of the first: 50 MiB, and one-sided at 95 % no less than 42, of which each of
        // twenty tries leaves 37.
        let samples = |at: usize| if at == 0 { 100 } else { 30 };
        let sites: Vec<(&str, u64, i64)> = names[..count]
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), 1024, samples(at)))
            .collect();
        Sides::only(&heap(RATE, &sites))
    };
    let (one, many) = (side(1), side(20));
    for (bound, of_one, of_many) in [
        ("70MB", Pass, Pass),
        ("50MB", Inconclusive, Inconclusive),
        ("40MB", Fail, Inconclusive),
        ("33MB", Fail, Fail),
    ] {
        let claim = format!("inuse_space /^main.f/ <= {bound}");
        one.check(&claim, of_one);
        many.check(&claim, of_many);
        // One that is named is one try, however many others there are.
        many.check(&format!("inuse_space main.f0 <= {bound}"), of_one);
    }
    for (bound, of_one) in [("33MB", Pass), ("50MB", Inconclusive), ("62MB", Fail)] {
        one.check(&format!("inuse_space /^main.f/ >= {bound}"), of_one);
    }
}

#[test]
fn the_nearer_a_bound_the_longer_it_takes() {
    let sides = Sides::only(&heap(RATE, &[("main.f", 1024, 100)]));
    let longer = |bound: &str| {
        let outcome = sides.check(&format!("alloc_space main.f <= {bound}"), Inconclusive);
        match outcome.reason {
            Reason::TooFewSamples { advice, look: None } => (advice.longer, advice.rate),
            _ => (None, None),
        }
    };
    // 50 MiB with a standard error of a tenth: to be told from so much in four of five cases takes (1.645 + 0.842)^2
    // over the square of the difference in standard errors.
    for (bound, ratio) in [("52MB", 52.0_f64 / 50.05), ("56MB", 56.0 / 50.05)] {
        let (found, rate) = longer(bound);
        let times = (2.486_f64 / (10.0 * ratio.ln())).powi(2);
        let found = found.expect("so many times") as f64;
        assert!(
            (0.8 * times..1.2 * times + 1.0).contains(&found),
            "{bound}: {found} {times}"
        );
        let rate = rate.expect("a rate") as f64;
        assert!((found - RATE as f64 / rate).abs() < 1.01, "{found} {rate}");
    }
}
