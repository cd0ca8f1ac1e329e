//! Collects bundles of profiles from a running program.

use std::io::{self, Write};

use anyhow::{Context, bail};
use heapwise_analysis::Zone;
use heapwise_analysis::units::auto_label;
use heapwise_decode::counted;
use heapwise_report::{CollectReport, CollectedBundle, Format, Warning};

use crate::args::{CollectArgs, Color, Quantity};
use crate::bundle::{Forced, Part, ProcessRecord};
use crate::collect::{
    Bounds, Event, Looker, Outcome, Plan, Resident, Series, SeriesFolder, Source, Taker, Triggers,
    Wanted, server,
};
use crate::exit::{self, Gate};
use crate::fetch::Target;
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::zone;

/// What a series takes at most, where nothing else ends it or bounds it.
const MOST_BYTES: u64 = 1 << 30;

/// A series of a number of bundles ends after so many failures in a row as it is to have bundles, but never before these.
const LEAST_FAILURES: u64 = 10;

/// Runs `heapwise collect`.
pub(crate) fn run(args: &CollectArgs, color: Color) -> anyhow::Result<Gate> {
    let output = Output::new(&args.output, color);
    output.expect_format(CollectReport::FORMATS)?;
    refuse(args)?;
    let server = server(&args.target, &output.fetcher)?;
    let process = process(args, &server)?;
    let folder = SeriesFolder::open(&args.series.out, &server.shown())?;
    let interrupt = Interrupt::install().context("signals")?;
    let source = Source {
        fetcher: &output.fetcher,
        server: &server,
        limits: &output.limits,
        interrupt: &interrupt,
    };
    let looker = Looker { source, process };
    for condition in &args.series.trigger {
        looker.bound(condition)?;
    }
    let taker = Taker {
        source,
        wanted: wanted(args),
    };
    let mut lines = Lines::new(&output);
    let outcome = Series {
        plan: plan(args),
        folder,
        taker,
        looker,
        triggers: Triggers::new(&args.series.trigger),
        tell: &mut |event| lines.tell(event),
    }
    .run();
    finish(args, &server, outcome, &output)
}

/// Writes the summary.
fn finish(
    args: &CollectArgs,
    server: &Target,
    outcome: Outcome,
    output: &Output,
) -> anyhow::Result<Gate> {
    let is_nothing = outcome.bundles.is_empty();
    if let Some(error) = outcome.fatal {
        if !is_nothing {
            let count = counted(outcome.bundles.len() as u64, "bundle");
            exit::tell(&format!(
                "heapwise: {}: {count} taken before",
                args.series.out
            ))?;
        }
        return Err(error);
    }
    let every = args.series.every.as_secs_f64();
    let report = CollectReport::new(server.shown(), args.series.out.clone(), every)
        .with_bundles(outcome.bundles)
        .with_counts(outcome.counts)
        .with_end(outcome.end)
        .with_cadence(outcome.follower.cadence)
        .with_warnings(warnings(args));
    output.warn(&report.warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))?;
    match outcome.first_error {
        Some(error) if is_nothing => Err(error),
        _ if report.is_whole() => Ok(Gate::Holds),
        _ => Ok(Gate::Incomplete),
    }
}

/// Options that mean something to every other command that fetches.
fn refuse(args: &CollectArgs) -> anyhow::Result<()> {
    let fetch = &args.output.file.input.fetch;
    if fetch.seconds.is_some() {
        bail!("--seconds: found with collect, which keeps what is at a moment, expected --every");
    }
    if fetch.save.is_some() {
        bail!("--save: found with collect, which keeps all that it fetches, expected --out alone");
    }
    Ok(())
}

/// The process behind the server, where it is named.
fn process(args: &CollectArgs, server: &Target) -> anyhow::Result<Option<Resident>> {
    let mut conditions = args.series.trigger.iter();
    let of_rss = conditions.find(|condition| condition.quantity == Quantity::Resident);
    let Some(pid) = args.parts.pid else {
        if let Some(condition) = of_rss {
            bail!(
                "--trigger: found {:?} without --pid: a server does not say what is resident; expected its process on \
                 this machine, or another condition",
                condition.to_string()
            );
        }
        return Ok(None);
    };
    let is_here = server
        .host()
        .is_none_or(|host| matches!(host, "localhost" | "[::1]") || host.starts_with("127."));
    if !is_here {
        bail!(
            "--pid: found a server on another host, {}, expected one on this machine",
            server.place()
        );
    }
    Resident::of(pid.get()).map(Some)
}

fn wanted(args: &CollectArgs) -> Wanted {
    Wanted {
        parts: &Part::ALL,
        forced: Forced {
            heap: args.parts.gc,
            leaks: args.parts.leaks,
        },
        most_goroutines: args.parts.max_goroutines.get().into(),
    }
}

fn plan(args: &CollectArgs) -> Plan {
    let series = &args.series;
    let is_endless = series.count.is_none() && series.duration.is_none();
    let is_unbound = is_endless && series.keep.is_none() && series.keep_bytes.is_none();
    Plan {
        every: series.every,
        count: series.count.map(|count| count.get().into()),
        looks: None,
        failures: series
            .count
            .map(|count| u64::from(count.get()).max(LEAST_FAILURES)),
        duration: series.duration,
        bounds: Bounds {
            count: series.keep.map(|keep| keep.get().into()),
            bytes: series.keep_bytes.or(is_unbound.then_some(MOST_BYTES)),
        },
    }
}

/// What was done to the server besides fetching.
fn warnings(args: &CollectArgs) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if args.parts.gc {
        let message = "each heap text had a collection run for it (gc=1)";
        warnings.push(Warning::new("forced_gc", message.to_owned()));
    }
    if args.parts.leaks {
        let message =
            "each goroutineleak forced collections, of which the next heap text shows the data";
        warnings.push(Warning::new("forced_gc", message.to_owned()));
    }
    warnings
}

/// One line for each bundle, as it is taken: on stdout, unless a document is to be there.
struct Lines {
    is_quiet: bool,
    is_beside: bool,
    zone: Zone,
    has_title: bool,
}

impl Lines {
    fn new(output: &Output) -> Lines {
        Lines {
            is_quiet: output.is_quiet,
            is_beside: output.format != Format::Text,
            zone: zone::local(),
            has_title: false,
        }
    }

    fn tell(&mut self, event: Event<'_>) -> io::Result<()> {
        if self.is_quiet {
            return Ok(());
        }
        if !self.has_title {
            self.has_title = true;
            self.line(&row(["time", "in use", "goroutines", "GC", "took"], ""))?;
        }
        match event {
            Event::Bundle(bundle, process) => {
                let row = self.of_bundle(bundle, process);
                self.line(&row)
            }
            Event::Nothing(nanos, why) => {
                let time = self.zone.time(nanos);
                self.line(&format!("{time}  nothing: {why}"))
            }
        }
    }

    fn line(&self, text: &str) -> io::Result<()> {
        if self.is_beside {
            return exit::tell(text);
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}", exit::printable(text))?;
        out.flush()
    }

    fn of_bundle(&self, bundle: &CollectedBundle, process: &ProcessRecord) -> String {
        let unknown = || "?".to_owned();
        let number = |number: Option<u64>| number.map_or_else(unknown, |count| count.to_string());
        let in_use = process.inuse_space;
        let cells = [
            self.zone.time(bundle.start_nanos),
            in_use.map_or_else(unknown, |bytes| auto_label(bytes.into(), "bytes")),
            number(process.goroutines),
            number(process.num_gc),
            format!("{:.2}s", bundle.seconds),
        ];
        row(
            cells.each_ref().map(String::as_str),
            &remarks(bundle, process),
        )
    }
}

fn row([time, in_use, goroutines, gc, took]: [&str; 5], remarks: &str) -> String {
    let line = format!("{time:<23}  {in_use:>9}  {goroutines:>10}  {gc:>7}  {took:>7}  {remarks}");
    line.trim_end().to_owned()
}

fn remarks(bundle: &CollectedBundle, process: &ProcessRecord) -> String {
    let mut remarks = Vec::new();
    remarks.extend(bundle.triggers.iter().cloned());
    if let Some(rss) = process.rss {
        remarks.push(format!("rss {}", auto_label(rss.into(), "bytes")));
    }
    if bundle.restarted == Some(true) {
        remarks.push("another process".to_owned());
    }
    if bundle.same_cycle == Some(true) {
        remarks.push("same GC".to_owned());
    }
    if !bundle.missing.is_empty() {
        let files: Vec<&str> = bundle
            .missing
            .iter()
            .map(|part| part.file.as_str())
            .collect();
        remarks.push(format!("missing {}", files.join(", ")));
    }
    remarks.join("; ")
}
