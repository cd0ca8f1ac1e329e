//! Shows again and again what a command says of a running program.

use std::ffi::OsString;

use anyhow::{Context, bail};

use super::present::Present;
use super::restarts::Restarts;
use super::{goroutines, growth, top};
use crate::args::{Args, Color, Command, WatchArgs, Watched};
use crate::bundle::{Forced, Part};
use crate::collect::{
    Bounds, Event, Looker, Outcome, Plan, Series, SeriesFolder, Source, Taker, Triggers, Wanted,
    server,
};
use crate::exit::Gate;
use crate::interrupt::Interrupt;
use crate::output::{Output, reading};
use crate::screen::{Look, Screen};

/// Looks that a series is told of.
const MOST_LOOKS: u64 = 500;
/// Above this many goroutines each is not asked for.
const MOST_GOROUTINES: u64 = 10_000;

/// Runs `heapwise watch`.
pub(crate) fn run(args: &WatchArgs, color: Color) -> anyhow::Result<Gate> {
    let (limits, fetcher) = reading(&args.output.input);
    refuse(args)?;
    let server = server(&args.target, &fetcher)?;
    let kept = Kept::new(args)?;
    let question = Question::new(args, &kept.path, &server.shown(), color)?;
    let folder = SeriesFolder::open(&kept.path, &server.shown())?;
    let mut present = Present::of(&kept.path, folder.bundles());
    let interrupt = Interrupt::install().context("signals")?;
    let mut screen = Screen::new(
        args.output.format,
        &server.shown(),
        args.every,
        args.output.input.quiet,
    );
    let mut restarts = Restarts::default();
    let mut tell = |event: Event<'_>| match event {
        Event::Bundle(bundle, _) => {
            let missing = bundle.missing.iter().map(|part| part.file.clone());
            let missing: Vec<String> = missing.collect();
            // What was before is no part of a series.
            let is_other = match bundle.restarted {
                // No counters were asked for.
                None => restarts.is_other(&bundle.folder, &limits),
                Some(is_other) => is_other,
            };
            present.add(bundle, is_other);
            let mut other = String::new();
            if is_other {
                screen.begin_anew()?;
                let left_out = match question.command {
                    Command::Growth(_) => present.of_others(),
                    _ => String::new(),
                };
                other = format!("another process{left_out}: ");
            }
            match question.answer(&present) {
                Ok(answer) => screen.show(&answer.after(&other), &missing),
                Err(error) => {
                    let why = present.why(&error).unwrap_or_else(|| format!("{error:#}"));
                    screen.fail(&question.named(&format!("{other}{why}")))
                }
            }
        }
        Event::Nothing(_, why) => screen.fail(why),
    };
    let source = Source {
        fetcher: &fetcher,
        server: &server,
        limits: &limits,
        interrupt: &interrupt,
    };
    let outcome = Series {
        plan: plan(args),
        folder,
        taker: Taker {
            source,
            wanted: wanted(args),
        },
        looker: Looker {
            source,
            process: None,
        },
        triggers: Triggers::new(&[]),
        tell: &mut tell,
    }
    .run();
    screen.end()?;
    ended(outcome)
}

/// What became of it.
fn ended(outcome: Outcome) -> anyhow::Result<Gate> {
    match (outcome.fatal, outcome.first_error) {
        (Some(error), _) => Err(error),
        (None, Some(error)) if outcome.bundles.is_empty() => Err(error),
        _ => Ok(Gate::Holds),
    }
}

/// Options that mean something to every other command that fetches.
fn refuse(args: &WatchArgs) -> anyhow::Result<()> {
    let fetch = &args.output.input.fetch;
    if fetch.seconds.is_some() {
        bail!("--seconds: found with watch, which looks at moments, expected --every");
    }
    if fetch.save.is_some() {
        bail!("--save: found with watch, expected --out, which keeps what is fetched");
    }
    Ok(())
}

/// Where looks are kept while they are needed, or longer.
struct Kept {
    path: String,
    /// Gone with this.
    _temporary: Option<tempfile::TempDir>,
}

impl Kept {
    fn new(args: &WatchArgs) -> anyhow::Result<Kept> {
        if let Some(path) = &args.out {
            return Ok(Kept {
                path: path.clone(),
                _temporary: None,
            });
        }
        let folder = tempfile::Builder::new().prefix("heapwise-watch-").tempdir();
        let folder = folder.context("a temporary folder")?;
        Ok(Kept {
            path: folder.path().display().to_string(),
            _temporary: Some(folder),
        })
    }
}

/// Bundles of earlier runs are not looks of this one.
fn plan(args: &WatchArgs) -> Plan {
    let most = match args.what {
        Watched::Top => 1,
        Watched::Goroutines | Watched::Growth => MOST_LOOKS,
    };
    Plan {
        every: args.every,
        count: None,
        looks: args.count.map(|count| count.get().into()),
        failures: None,
        duration: None,
        bounds: Bounds {
            count: args.out.is_none().then_some(most),
            bytes: None,
        },
    }
}

fn wanted(args: &WatchArgs) -> Wanted {
    let parts: &'static [Part] = match (&args.out, args.what) {
        (Some(_), _) => &Part::ALL,
        (None, Watched::Top) => &[Part::Heap],
        (None, Watched::Growth) => &[Part::HeapText],
        // The counters of the heap tell whether the process is another one.
        (None, Watched::Goroutines) => &[Part::HeapText, Part::Goroutines, Part::GoroutineTexts],
    };
    Wanted {
        parts,
        forced: Forced {
            heap: false,
            leaks: false,
        },
        most_goroutines: MOST_GOROUTINES,
    }
}

/// The command that is shown.
struct Question {
    command: Command,
    color: Color,
    /// A folder that is gone in the end, and what its files are called instead: by the server.
    names: Option<(String, String)>,
}

impl Question {
    fn new(args: &WatchArgs, folder: &str, server: &str, color: Color) -> anyhow::Result<Question> {
        let name = match args.what {
            Watched::Top => "top",
            Watched::Goroutines => "goroutines",
            Watched::Growth => "growth",
        };
        let format = args.output.format.name();
        let words = ["heapwise", name, "--quiet", "--format", format].into_iter();
        let words = words.map(OsString::from);
        let words = words.chain(args.options.iter().map(OsString::from));
        let words = words.chain([OsString::from(folder)]);
        let read = Args::read(words).map_err(|error| {
            let text = error.render().to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            anyhow::anyhow!("--: {first}, expected options of heapwise {name}")
        })?;
        let question = Question {
            command: read.command,
            color,
            names: args
                .out
                .is_none()
                .then(|| (folder.to_owned(), server.trim_end_matches('/').to_owned())),
        };
        question.expect(folder)?;
        Ok(question)
    }

    /// Refuses options that are for the whole, and profiles.
    fn expect(&self, folder: &str) -> anyhow::Result<()> {
        let (names, output) = match &self.command {
            Command::Top(args) => {
                if args.report.question.is_compatible() {
                    bail!("--: found --pprof-compatible, expected options that answers have");
                }
                let report = &args.report;
                (&report.question.sources.profiles, &report.output)
            }
            Command::Goroutines(args) => (&args.dumps, &args.output),
            Command::Growth(args) => (&args.profiles, &args.output),
            _ => bail!("--: found another command, expected options"),
        };
        if output.file.output.is_some() {
            bail!("--: found --output, expected none: --out keeps what is fetched");
        }
        match names.as_slice() {
            [only] if only == folder => Ok(()),
            [first, ..] => bail!("--: found {first:?}, expected options alone"),
            [] => bail!("--: found no room for what is watched, expected options alone"),
        }
    }

    /// A text that names what is watched, not where it is kept for now.
    fn named(&self, text: &str) -> String {
        match &self.names {
            Some((folder, server)) => text.replace(folder, server),
            None => text.to_owned(),
        }
    }

    fn answer(&self, present: &Present) -> anyhow::Result<Look> {
        let mut document = Vec::new();
        let (brief, warnings) = match &self.command {
            Command::Top(args) => {
                let output = Output::new(&args.report.output, self.color);
                let report = top::answer(args, &output)?;
                report.write(output.format, output.layout, &mut document)?;
                (report.brief(), report.warnings)
            }
            Command::Goroutines(args) => {
                let output = Output::new(&args.output, self.color);
                let report = goroutines::answer(args, &output)?;
                report.write(output.format, output.layout, &mut document)?;
                (report.brief(), report.warnings)
            }
            Command::Growth(args) => {
                let output = Output::new(&args.output, self.color);
                let mut report = growth::answer_of(args, &present.names()?, &output)?;
                report.warnings.extend(present.warning());
                report.write(output.format, output.layout, &mut document)?;
                (report.brief(), report.warnings)
            }
            _ => bail!("found another command, expected one to watch"),
        };
        let document = String::from_utf8_lossy(&document);
        let warnings = warnings.iter().map(|warning| self.named(&warning.message));
        Ok(Look {
            brief: self.named(&brief),
            document: self.named(&document),
            warnings: warnings.collect(),
        })
    }
}
