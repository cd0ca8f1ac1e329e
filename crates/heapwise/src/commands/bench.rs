//! Runs benchmarks of the working tree and of something older, and reports as diff and verify do.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{Aim, Benchmark, Bound, Change, ClaimResult, DiffOptions, TimeChange};
use heapwise_report::{
    BenchReport, BenchmarkDifference, BenchmarkNumbers, DiffReport, Format, VerifyReport, Warning,
};

use super::benchmarked::{BenchmarkFiles, BenchmarkPair};
use super::diff::{ROWS_FOR_PEOPLE, write_benchmarks};
use super::hints::hints_of_bench;
use super::rules::{Rules, is_about_profiles};
use super::sides::{Sides, options, warnings};
use super::verify::{Asked, decide, gate};
use crate::args::{ArgsOf, BenchArgs, BenchTime, Color, JudgeArgs, ViewArgs, uses};
use crate::bench::{Goal, Iterations, Measured, MeasuredSide, Request, Session, not_understood};
use crate::exit::Gate;
use crate::output::Output;

type Bench = ArgsOf<BenchArgs, uses::Bench>;

/// Runs `heapwise bench`.
pub(crate) fn run(args: &Bench, color: Color) -> anyhow::Result<Gate> {
    let output = Output::new(&args.output.args(), color);
    output.expect_format(BenchReport::FORMATS)?;
    let rules = rules(args, output.format)?;
    let request = Request {
        packages: args.package.clone(),
        go: args.go_options.clone(),
        is_quiet: args.output.quiet,
    };
    if let Some(name) = &args.runs.save {
        return save(name, args, &request, &output);
    }
    let Some(against) = &args.runs.against else {
        bail!(
            "bench: found nothing to compare with, expected --against REVISION; or --save NAME before the change, and \
             --against NAME after it"
        );
    };
    if let Some(folder) = &args.runs.files {
        check_empty(folder)?;
    }
    let measured = Session::open(&request)?.measure(against, &goal(args))?;
    if let Some(folder) = &args.runs.files {
        copy(measured.folder.path(), Path::new(folder)).with_context(|| folder.clone())?;
    }
    report(args, rules, &measured, &output)
}

/// What is claimed, if anything is.
fn rules(args: &Bench, format: Format) -> anyhow::Result<Option<Rules>> {
    let claims = &args.claims;
    let has_claims =
        !claims.require.is_empty() || claims.forbid_growth.is_some() || claims.budget.is_some();
    if !has_claims {
        if claims.strict
            || claims.allow_moved
            || claims.silent_when_ok
            || claims.inconclusive.is_some()
        {
            bail!("found no claim, expected --require, --forbid-growth or --budget with claims");
        }
        if matches!(format, Format::Junit | Format::Github) {
            bail!(
                "--format: found {}, which is of claims, expected --require, --forbid-growth or --budget",
                format.name()
            );
        }
        return Ok(None);
    }
    let rules = Rules::read(claims, args.sites.view().order.cum)?;
    let mut all = rules.claims.iter().map(|entry| &entry.claim);
    let is_of_work = |bound: &Bound| matches!(bound, Bound::Change(_) | Bound::PerOperation(_));
    let other = all.find(|claim| !is_about_profiles(claim) || !is_of_work(&claim.bound));
    if let Some(claim) = other {
        bail!(
            "bench: found the claim {:?}, expected a change in percent or a bound for each operation, such as \
             'alloc_space total <= 1kB/op': how much all runs allocate depends on how many there are",
            claim.text
        );
    }
    Ok(Some(rules))
}

fn goal(args: &Bench) -> Goal {
    let runs = usize::try_from(args.runs.count.get()).unwrap_or(usize::MAX);
    Goal {
        pattern: args.runs.bench.clone(),
        iterations: match args.runs.benchtime {
            BenchTime::Nanos(nanos) => Iterations::Filling(nanos),
            BenchTime::Iterations(count) => Iterations::Fixed(count),
        },
        aim: Aim::new(runs, args.runs.detect, args.level.confidence),
    }
}

fn save(name: &str, args: &Bench, request: &Request, output: &Output) -> anyhow::Result<Gate> {
    if args.runs.files.is_some() {
        bail!("--save: found --files, expected it with --against: to save runs nothing");
    }
    let (folder, packages) = Session::open(request)?.save(name)?;
    output.write(|out| {
        writeln!(out, "saved {} in {}", packages.join(", "), folder.display())?;
        writeln!(out, "after the change: heapwise bench --against {name}, with the same packages and options for go")
    })?;
    Ok(Gate::Holds)
}

/// What is kept must not be mixed with what was.
fn check_empty(folder: &str) -> anyhow::Result<()> {
    match fs::read_dir(folder).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => bail!("--files {folder}: found files in it, expected a new or empty directory"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("--files {folder}")),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => fs::copy(entry.path(), to).map(drop)?,
        }
    }
    Ok(())
}

fn report(
    args: &Bench,
    rules: Option<Rules>,
    measured: &Measured,
    output: &Output,
) -> anyhow::Result<Gate> {
    let (view, judge) = (args.sites.view(), JudgeArgs::at(args.level.confidence));
    let mut sides = Sides::of_benchmarks(&pairs(measured), (&view, &measured.trim_path), output)?;
    let unread = measured.unread.iter().map(|name| not_understood(name));
    sides.unread.extend(unread);
    sides.uncompared.append(measured.uncompared.clone());
    let claims = match rules {
        Some(rules) => {
            let asked = Asked {
                view: &view,
                judge: &judge,
                claims: &args.claims,
                hints: hints_of_bench(),
            };
            Some(decide(asked, rules, &mut sides)?)
        }
        None => None,
    };
    let options = diff_options(args, (&view, &judge), output);
    let bytes = totals(&mut sides, "alloc_space", &judge, &options)?;
    let objects = totals(&mut sides, "alloc_objects", &judge, &options)?;
    sides.choose(view.sample_type.chosen(false), &judge)?;
    let diff = differences(args, measured, &sides, &options, output)?;
    let mut all = measured
        .notes
        .iter()
        .chain(measured.uncompared.all())
        .map(|note| Warning::new("bench", note.clone()))
        .collect::<Vec<_>>();
    let unread = measured.unread.iter();
    all.extend(unread.map(|name| Warning::new("benchmark_not_understood", not_understood(name))));
    all.extend(diff.warnings.iter().cloned());
    let numbers = numbers(measured, bytes.into_iter().zip(objects), args);
    let report = BenchReport::new(measured.labels.clone(), numbers, diff)
        .with_claims(claims)
        .with_warnings(all);
    write(args, &report, &sides, output)
}

fn write(
    args: &Bench,
    report: &BenchReport,
    sides: &Sides,
    output: &Output,
) -> anyhow::Result<Gate> {
    let claims = report.claims.as_ref();
    output.warn(&report.warnings)?;
    output.warn(claims.map_or(&[], |claims| &claims.warnings))?;
    let is_fine = claims.is_some_and(|claims| claims.result() == ClaimResult::Pass);
    if !(is_fine && args.claims.silent_when_ok) {
        match output.format {
            Format::Benchfmt => write_benchmarks(sides, output)?,
            format => output.write(|out| report.write(format, output.layout, out))?,
        }
    }
    let (rows, _) = report.diff.omitted();
    output.warn_of_omitted(rows, None)?;
    claims.map_or(Ok(Gate::Holds), |claims: &VerifyReport| {
        gate(claims, &args.claims)
    })
}

fn pairs(measured: &Measured) -> Vec<BenchmarkPair> {
    let files = |side: &MeasuredSide| BenchmarkFiles {
        profiles: side
            .profiles
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect(),
        runs: side.runs.clone(),
        text: side.text.to_string_lossy().into_owned(),
    };
    let pairs = measured.benchmarks.iter().map(|one| {
        let [before, after] = &one.sides;
        BenchmarkPair {
            name: one.name.clone(),
            before: files(before),
            after: files(after),
        }
    });
    pairs.collect()
}

fn diff_options(
    args: &Bench,
    (view, judge): (&ViewArgs, &JudgeArgs),
    output: &Output,
) -> DiffOptions {
    let trim = args.rows.trim(default_trim(output));
    let mut options = options(view, judge);
    options.min_change = args.level.min_change;
    options.detailed_rows = trim.limit();
    options.node_fraction = trim.node_fraction;
    options
}

fn default_trim(output: &Output) -> heapwise_analysis::Trim {
    let mut trim = output.default_trim();
    if output.is_for_people() {
        trim.node_count = trim.node_count.or(Some(ROWS_FOR_PEOPLE));
    }
    trim
}

/// What became of the total of each benchmark.
fn totals(
    sides: &mut Sides,
    sample_type: &str,
    judge: &JudgeArgs,
    options: &DiffOptions,
) -> anyhow::Result<Vec<Change>> {
    sides.choose(Some(sample_type), judge)?;
    let parts = sides.parts();
    let totals = parts
        .iter()
        .map(|part| Ok(sides.diff_part(part, options)?.total));
    totals.collect()
}

fn differences(
    args: &Bench,
    measured: &Measured,
    sides: &Sides,
    options: &DiffOptions,
    output: &Output,
) -> anyhow::Result<DiffReport> {
    let mut benchmarks = Vec::new();
    let mut all = Vec::new();
    for part in sides.parts() {
        if let Some(benchmark) = part.benchmark {
            let difference = sides.diff_part(&part, options)?;
            all.extend(warnings(&difference.notes));
            benchmarks.push(BenchmarkDifference::new(
                Benchmark::clone(benchmark),
                difference,
            ));
        }
    }
    all.sort();
    all.dedup();
    let root = measured.folder.path().to_string_lossy();
    let mut inputs = sides.inputs();
    for input in &mut inputs {
        let path = input.path.strip_prefix(&*root).unwrap_or(&input.path);
        input.path = path.trim_start_matches(['/', '\\']).into();
    }
    Ok(DiffReport::new(sides.diff_whole(options)?)
        .with_inputs(inputs)
        .with_warnings(all)
        .with_benchmarks(benchmarks)
        .with_trim(args.rows.trim(default_trim(output)))
        .with_by_cum(options.by_cum)
        .with_verbose(args.verbose)
        .with_hints(hints_of_bench()))
}

fn numbers(
    measured: &Measured,
    changes: impl Iterator<Item = (Change, Change)>,
    args: &Bench,
) -> Vec<BenchmarkNumbers> {
    let alpha = 1.0 - args.level.confidence.level();
    // All together are wrong no more often than one alone.
    let each = Confidence::new(1.0 - alpha / measured.benchmarks.len().max(1) as f64);
    let confidence = each.unwrap_or(args.level.confidence);
    let all = measured.benchmarks.iter().zip(changes);
    all.map(|(one, changes)| {
        let [before, after] = &one.sides;
        let time = TimeChange::of(
            &before.nanos,
            &after.nanos,
            confidence,
            args.level.min_change,
        );
        BenchmarkNumbers::new(one.name.clone(), one.iterations, one.plan, changes).with_time(time)
    })
    .collect()
}
