//! Whether real changes are seen at the site that they changed.

use std::io;
use std::path::Path;

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{DiffOptions, DiffRow, Ranking, Verdict};

use super::Effort;
use super::report::{Report, Tally};
use super::runs::{Side, compare, operations, verdicts_only};

/// Changes that save allocations at equal work, with a site that allocates less for it.
const OPTIMISATIONS: [(&str, &str); 9] = [
    ("append-cap", "example.com/app.Collect"),
    ("buffer-vs-pool", "bytes.growSlice"),
    ("map-hint", "example.com/app.Index"),
    ("pointer-vs-value", "example.com/app.NewUser"),
    ("sprintf-vs-strconv", "fmt.Sprintf"),
    ("server-gzip", "compress/flate.newFastEnc"),
    ("json-v1-vs-v2", "encoding/json.mapEncoder.encode"),
    ("std-fmt", "internal/fmtsort.Sort"),
    ("std-json", "encoding/json.Unmarshal"),
];

/// A function whose allocations were taken out into another, and that other.
const REFACTORING: (&str, [&str; 2]) = (
    "refactor-only",
    ["example.com/app.Parse", "example.com/app.newPair"],
);

/// A change that makes each operation cheaper, so that more of them were run in the same time.
const TIME_BASED: (&str, &str) = ("concat-vs-builder-timebased", "example.com/app.Join");

pub(super) fn changes(folder: &Path, effort: Effort, report: &mut Report) -> io::Result<()> {
    for (change, site) in OPTIMISATIONS {
        if folder.join(change).is_dir() {
            let runs = Runs::read(folder, change)?;
            report_less(change, site, &runs, effort, report);
        }
    }
    let (change, sites) = REFACTORING;
    if folder.join(change).is_dir() {
        let runs = Runs::read(folder, change)?;
        let rows = sites.map(|site| runs.judged(site));
        let moved = rows.iter().flatten().filter(|row| row.moved.is_some());
        let moved = moved.count();
        let measured = format!("{moved} of {} marked as moved", sites.len());
        report.must(
            format!("{change}, all runs"),
            measured,
            moved == sites.len(),
        );
    }
    let (change, site) = TIME_BASED;
    if folder.join(change).is_dir() {
        let mut runs = Runs::read(folder, change)?;
        let unknown_work = runs.verdict(runs.both(), DiffOptions::default(), site);
        report.must(
            format!("{change}, all runs, work unknown: {site}"),
            unknown_work.name().to_owned(),
            unknown_work == Verdict::NotJudged,
        );
        runs.read_operations(folder, change)?;
        report_less(
            &format!("{change} per operation"),
            site,
            &runs,
            effort,
            report,
        );
    }
    Ok(())
}

/// All runs together have to show less at the site; of single pairs it is told how many do.
fn report_less(change: &str, site: &str, runs: &Runs, effort: Effort, report: &mut Report) {
    let together = runs.verdict(runs.both(), options(), site);
    report.must(
        format!("{change}, all runs: {site}"),
        together.name().to_owned(),
        together.is_less(),
    );
    let mut seen = Tally::default();
    let pairs: Vec<_> = runs.pairs().collect();
    for &pair in effort.of(&pairs, 3) {
        seen.count(runs.verdict(pair, options(), site).is_less());
    }
    report.share(format!("{change}, one run: {site}"), seen);
}

/// The runs do equal work, which only whoever made them knows.
fn options() -> DiffOptions {
    let mut options = verdicts_only();
    options.work = heapwise_analysis::GivenWork::Same;
    options
}

struct Runs {
    before: Work,
    after: Work,
}

struct Work {
    runs: Vec<Ranking>,
    operations: Vec<Exposure>,
}

impl Work {
    fn one(&self, at: usize) -> (&[Ranking], &[Exposure]) {
        (
            self.runs.get(at..=at).unwrap_or_default(),
            self.operations.get(at..=at).unwrap_or_default(),
        )
    }
}

/// Runs and their work on both sides.
type Sides<'a> = (
    (&'a [Ranking], &'a [Exposure]),
    (&'a [Ranking], &'a [Exposure]),
);

impl Runs {
    fn read(folder: &Path, change: &str) -> io::Result<Runs> {
        let side = |half: &str| -> io::Result<Work> {
            let side = Side::read(folder, &format!("{change}/{half}"))?;
            Ok(Work {
                runs: side.runs,
                operations: Vec::new(),
            })
        };
        Ok(Runs {
            before: side("before")?,
            after: side("after")?,
        })
    }

    fn read_operations(&mut self, folder: &Path, change: &str) -> io::Result<()> {
        for (half, work) in [("before", &mut self.before), ("after", &mut self.after)] {
            let bench = folder.join(change).join(half).join("bench.txt");
            let counts = operations(&bench)?;
            work.operations = counts.into_iter().filter_map(Exposure::new).collect();
            if work.operations.len() != work.runs.len() {
                let text = format!("{}: not one benchmark per run", bench.display());
                return Err(io::Error::other(text));
            }
        }
        Ok(())
    }

    fn both(&self) -> Sides<'_> {
        let (before, after) = (&self.before, &self.after);
        (
            (&before.runs, &before.operations),
            (&after.runs, &after.operations),
        )
    }

    /// The first run of either side, the second, and so on.
    fn pairs(&self) -> impl Iterator<Item = Sides<'_>> {
        let count = self.before.runs.len().min(self.after.runs.len());
        (0..count).map(|at| (self.before.one(at), self.after.one(at)))
    }

    fn verdict(&self, sides: Sides<'_>, options: DiffOptions, site: &str) -> Verdict {
        Self::row(sides, &options, site).map_or(Verdict::NotJudged, |row| row.flat.verdict)
    }

    /// A site in all runs together.
    fn judged(&self, site: &str) -> Option<DiffRow> {
        Self::row(self.both(), &options(), site)
    }

    fn row((before, after): Sides<'_>, options: &DiffOptions, site: &str) -> Option<DiffRow> {
        let exposures = (before.1, after.1);
        let found = compare(before.0, after.0, "alloc_space", options, exposures)?;
        let mut rows = found.rows.into_iter();
        rows.find(|row| row.site.function.as_deref() == Some(site))
    }
}
