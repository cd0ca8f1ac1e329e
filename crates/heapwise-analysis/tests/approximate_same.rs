//! Profiles of one build, split at random into two sides that are compared: with approximate errors, as a store of
//! profiles leaves them, no more changes are seen where there are none than the bounds of known errors allow.
//!
//! On the runs of the repository; and, where they are beside it, on all that are measured elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests on files of the repository and beside it"
)]

#[path = "../../heapwise-decode/tests/common/beside.rs"]
mod beside;
#[allow(dead_code, reason = "only its order at random is of use here")]
#[path = "../../heapwise-stats/tests/draws/mod.rs"]
mod draws;
#[path = "common/joined.rs"]
mod joined;

use std::collections::BTreeMap;
use std::path::Path;

use draws::Random;
use heapwise_analysis::{
    DiffOptions, DiffSide, GivenWork, Granularity, RankOptions, Ranking, SamplingError, diff, rank,
};
use heapwise_decode::Limits;
use joined::{TYPES, joined};

/// Of all comparisons, those in which any site changes: what is promised of known errors.
const ANY: f64 = 0.05;

/// Of single sites, those with p <= 5 % before correction: what is promised, and what measuring may miss.
const FLAGGED: f64 = 0.055;

/// Runs of one build, with the sizes of blocks and without.
struct Build {
    known: Vec<Ranking>,
    near: Vec<Ranking>,
}

/// How often something was so, out of how many.
#[derive(Default, Clone, Copy)]
struct Tally(u64, u64);

impl Tally {
    fn count(&mut self, is_so: bool) {
        self.0 += u64::from(is_so);
        self.1 += 1;
    }

    fn share(self) -> f64 {
        self.0 as f64 / self.1.max(1) as f64
    }

    fn shown(self) -> String {
        format!("{:.2}% of {}", 100.0 * self.share(), self.1)
    }
}

/// What was seen where nothing has changed.
#[derive(Default, Clone, Copy)]
struct Alarms {
    any: Tally,
    total: Tally,
    flagged: Tally,
}

impl Alarms {
    fn count(&mut self, before: &[Ranking], after: &[Ranking], index: usize) {
        let index = vec![index; before.len().max(after.len())];
        let mut options = DiffOptions::default();
        options.detailed_rows = 0;
        options.work = GivenWork::Same;
        let (before, after) = (
            DiffSide::new(before, &index[..before.len()]),
            DiffSide::new(after, &index[..after.len()]),
        );
        let found = diff(&before, &after, &options).unwrap();
        let judged = found.rows.iter().filter(|row| row.flat.q.is_some());
        let mut any = false;
        for row in judged {
            any |= row.flat.verdict.is_change();
            if let Some(p) = row.flat.p {
                self.flagged.count(p <= 0.05);
            }
        }
        self.any.count(any);
        self.total.count(found.total.verdict.is_change());
    }

    fn shown(&self) -> String {
        format!(
            "any site {}, the total {}, sites with p <= 5% {}",
            self.any.shown(),
            self.total.shown(),
            self.flagged.shown()
        )
    }
}

/// The builds of a folder: of files `NAME_NUMBER.pb.gz` those of one name, else all.
fn builds(folder: &Path) -> Vec<Build> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".pb.gz") else {
            continue;
        };
        let build = stem
            .rsplit_once(['_', '.'])
            .map_or(stem, |(build, _)| build);
        let files = all.entry(build.to_owned()).or_default();
        files.push(std::fs::read(&path).unwrap());
    }
    let options = RankOptions::new(Granularity::Functions);
    let ranked = |bytes: &Vec<u8>| rank(bytes.as_slice(), &options, &Limits::default()).unwrap();
    let build = |files: Vec<Vec<u8>>| Build {
        known: files.iter().map(ranked).collect(),
        near: files.iter().map(|file| ranked(&joined(file))).collect(),
    };
    let builds = all.into_values().map(build);
    builds
        .filter(|build| build.near[0].sampling_of(1).error() == SamplingError::Approximate)
        .collect()
}

/// Random halves of builds, so many runs a side, with sizes and without.
fn split(builds: &[Build], index: usize, each: usize, times: usize) -> (Alarms, Alarms) {
    let (mut known, mut near) = (Alarms::default(), Alarms::default());
    let mut random = Random(27);
    for build in builds.iter().filter(|build| build.near.len() >= 2 * each) {
        for _ in 0..times {
            let mut places: Vec<usize> = (0..build.near.len()).collect();
            random.shuffle(&mut places);
            let side = |of: &[Ranking], from: usize| -> Vec<Ranking> {
                let places = &places[from..from + each];
                places.iter().map(|&at| of[at].clone()).collect()
            };
            near.count(&side(&build.near, 0), &side(&build.near, each), index);
            known.count(&side(&build.known, 0), &side(&build.known, each), index);
        }
    }
    (known, near)
}

#[test]
fn approximate_errors_see_no_more_changes_where_there_are_none() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/beforeafter");
    let of_builds = ["before", "after"].map(|side| {
        let programs = ["buffer-vs-pool", "sprintf-vs-strconv"];
        programs.map(|program| builds(&repository.join(program).join(side)))
    });
    let mut all: Vec<Build> = of_builds.into_iter().flatten().flatten().collect();
    let mut times = 25;
    if let Ok(wanted) = std::env::var("HEAPWISE_SPLITS") {
        times = wanted.parse().unwrap();
        let runs = beside::shared("statistics/replicates");
        all.extend(runs.iter().flat_map(|folder| builds(folder)));
        for program in ["append-cap", "json-v1-vs-v2", "map-hint", "server-gzip"] {
            for side in ["before", "after"] {
                let folder = format!("corpus/beforeafter/{program}/{side}");
                all.extend(
                    beside::shared(&folder)
                        .iter()
                        .flat_map(|folder| builds(folder)),
                );
            }
        }
    }
    assert!(all.len() >= 4, "{}", all.len());
    let (mut any, mut flagged) = (Tally::default(), Tally::default());
    for (index, (name, _)) in TYPES.iter().enumerate().take(2) {
        for each in [2, 3, 5] {
            let (known, near) = split(&all, index, each, times);
            println!("{name}, {each} a side, known:       {}", known.shown());
            println!("{name}, {each} a side, approximate: {}", near.shown());
            any = Tally(any.0 + near.any.0, any.1 + near.any.1);
            flagged = Tally(flagged.0 + near.flagged.0, flagged.1 + near.flagged.1);
        }
    }
    assert!(any.share() <= ANY, "{}", any.shown());
    assert!(flagged.share() <= FLAGGED, "{}", flagged.shown());
}
