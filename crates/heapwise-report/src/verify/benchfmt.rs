//! Go's benchmark format (golang.org/design/14313-benchmark-format), which benchstat compares.

use crate::with::with;
use std::collections::BTreeMap;
use std::io::{self, Write};

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{Ranking, SampleType};

/// One side of a comparison.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct BenchmarkSide<'a> {
    /// What to call it.
    pub name: &'a str,
    /// The benchmark that its values are of, where they are of one.
    pub benchmark: Option<&'a str>,
    /// Its profiles; each becomes a line of every site.
    pub rankings: &'a [Ranking],
    /// The work that each profile covers; empty to write totals as they are.
    pub exposures: &'a [Exposure],
    /// What the work is counted in: `op` or `s`.
    pub work: &'a str,
}

impl<'a> BenchmarkSide<'a> {
    /// Profiles under a name; totals are written as they are.
    #[must_use]
    pub fn new(name: &'a str, rankings: &'a [Ranking]) -> Self {
        Self {
            name,
            benchmark: None,
            rankings,
            exposures: &[],
            work: "op",
        }
    }

    with! {
        /// The benchmark that the values are of, where they are of one.
        with_benchmark(benchmark: Option<&'a str>);
        /// The work that each profile covers.
        with_exposures(exposures: &'a [Exposure]);
        /// What the work is counted in: `op` or `s`.
        with_work(work: &'a str);
    }
}

/// Writes the values of all sides: bytes and objects of the kind that `sample_type` is of.
///
/// ```text
/// side: before
/// BenchmarkHeap/site=main.parse 1 1048576 alloc-B 1024 alloc-objs
/// ```
///
/// `benchstat -col side FILE` compares the sides; it needs several profiles a side to say how sure
/// a change is. Every site has a line in every profile, 0 where it is not there.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_benchfmt(
    sides: &[BenchmarkSide<'_>],
    sample_type: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let prefix = sample_type.split('_').next().unwrap_or_default();
    let is_wanted = |known: &SampleType| match prefix {
        "alloc" | "inuse" => known.type_.split('_').next() == Some(prefix),
        _ => known.type_ == sample_type,
    };
    let all = sides.iter().flat_map(|side| side.rankings);
    let mut names: BTreeMap<String, ()> = BTreeMap::new();
    for ranking in all {
        for row in &ranking.rows {
            let mut types = ranking.header.sample_types.iter().enumerate();
            if types.any(|(at, known)| is_wanted(known) && row.flat_of(at) != 0) {
                names.insert(benchmark_name(&row.site.pprof_name()), ());
            }
        }
    }
    for side in sides {
        writeln!(out, "side: {}", config_value(side.name))?;
        for (at, ranking) in side.rankings.iter().enumerate() {
            let profile = Profile {
                ranking,
                benchmark: side.benchmark,
                units: units(ranking, &is_wanted),
                work: side
                    .exposures
                    .get(at)
                    .map(|exposure| (exposure.amount(), side.work)),
            };
            profile.write(&names, out)?;
        }
    }
    Ok(())
}

/// A profile with the places and units of the values to write.
struct Profile<'a> {
    ranking: &'a Ranking,
    benchmark: Option<&'a str>,
    units: Vec<(usize, String)>,
    work: Option<(f64, &'a str)>,
}

impl Profile<'_> {
    fn write(&self, names: &BTreeMap<String, ()>, out: &mut dyn Write) -> io::Result<()> {
        let mut values: BTreeMap<String, Vec<i128>> = BTreeMap::new();
        for row in &self.ranking.rows {
            let name = benchmark_name(&row.site.pprof_name());
            if names.contains_key(&name) {
                let sums = values
                    .entry(name)
                    .or_insert_with(|| vec![0; self.units.len()]);
                for (sum, (at, _)) in sums.iter_mut().zip(&self.units) {
                    *sum += row.flat_of(*at);
                }
            }
        }
        let totals = self.units.iter().map(|(at, _)| self.ranking.total(*at).net);
        let of = self.benchmark.map_or_else(String::new, |benchmark| {
            format!("/of={}", benchmark_name(benchmark))
        });
        let totals = totals.collect::<Vec<_>>();
        self.line(&format!("BenchmarkHeapTotal{of}"), &totals, out)?;
        let nothing = vec![0; self.units.len()];
        for name in names.keys() {
            let values = values.get(name).unwrap_or(&nothing);
            self.line(&format!("BenchmarkHeap{of}/site={name}"), values, out)?;
        }
        Ok(())
    }

    fn line(&self, name: &str, values: &[i128], out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{name} 1")?;
        for (value, (_, unit)) in values.iter().zip(&self.units) {
            match self.work {
                None => write!(out, " {value} {unit}")?,
                Some((amount, work)) => {
                    write!(out, " {} {unit}/{work}", *value as f64 / amount)?;
                }
            }
        }
        writeln!(out)
    }
}

fn units(ranking: &Ranking, is_wanted: &dyn Fn(&SampleType) -> bool) -> Vec<(usize, String)> {
    let types = ranking.header.sample_types.iter().enumerate();
    let mut units: Vec<(usize, String)> = types
        .filter(|(_, known)| is_wanted(known))
        .map(|(at, known)| {
            let unit = match known.type_.split_once('_') {
                Some((prefix, "space")) => format!("{prefix}-B"),
                Some((prefix, "objects")) => format!("{prefix}-objs"),
                _ => known.type_.clone(),
            };
            (at, benchmark_name(&unit))
        })
        .collect();
    units.sort_by(|a, b| a.1.cmp(&b.1));
    units
}

/// Names have no spaces (testing.rewrite writes underscores too).
fn benchmark_name(name: &str) -> String {
    let replaced = |c: char| c.is_whitespace() || c.is_control();
    name.replace(replaced, "_")
}

/// A configuration value is one line.
fn config_value(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}
