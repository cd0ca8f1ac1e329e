//! Where answers go: stdout or a file; warnings go to stderr.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::bail;
use heapwise_analysis::Trim;
use heapwise_decode::{Limits, counted};
use heapwise_report::{Format, Layout, Warning};

use crate::args::{Color, FileArgs, InputArgs, ManyArgs, OutputArgs};
use crate::ending;
use crate::exit;
use crate::fetch::Fetcher;
use crate::many::Many;
use crate::whole;

/// What the output options mean.
pub(crate) struct Output {
    /// The format to render.
    pub(crate) format: Format,
    /// How text is laid out.
    pub(crate) layout: Layout,
    /// Whether a person is looking.
    pub(crate) is_terminal: bool,
    /// What inputs may take.
    pub(crate) limits: Limits,
    /// How URLs are fetched.
    pub(crate) fetcher: Fetcher,
    target: Target,
    /// Whether the format was asked for by its name.
    is_asked: bool,
    /// Whether that or the ending of a file tells the format.
    is_told: bool,
    pub(crate) is_quiet: bool,
    /// Whether claims are decided on what is read.
    pub(crate) is_gate: bool,
    /// How many profiles are read, and what was left out of them.
    pub(crate) many: Many,
}

enum Target {
    Stdout,
    File(String),
}

/// Rows on a terminal, unless another number is asked for.
const ROWS_ON_A_TERMINAL: usize = 20;

/// Narrower terminals are treated as this wide.
const LEAST_WIDTH: usize = 60;

/// The folder that annotations name files from: that of the repository where GitHub runs the command below it, else the current
/// one.
pub(crate) fn root() -> Option<String> {
    let current = std::env::current_dir().ok()?;
    let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
    let workspace = workspace.filter(|above| above.is_absolute());
    let above = workspace.and_then(|above| std::fs::canonicalize(above).ok());
    let above = above.filter(|above| current.starts_with(above));
    Some(above.unwrap_or(current).to_string_lossy().into_owned())
}

/// The current folder below the one that annotations name files from, with a slash; nothing where it is that.
pub(crate) fn folder_below_root() -> String {
    let current = std::env::current_dir().ok();
    let below = current.zip(root()).and_then(|(current, root)| {
        let below = current.strip_prefix(root).ok()?;
        Some(below.to_string_lossy().into_owned())
    });
    match below {
        Some(below) if !below.is_empty() => format!("{below}/"),
        _ => String::new(),
    }
}

impl Output {
    /// Resolves the options against the terminal and the environment.
    pub(crate) fn new(args: &OutputArgs, color: Color) -> Output {
        let mut output = Self::of_profile(&args.file, color);
        let by_extension = args.file.output.as_deref().and_then(Format::from_file_name);
        let width = output
            .is_terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0).max(LEAST_WIDTH));
        output.is_asked = args.format.is_some();
        output.is_told = output.is_asked || by_extension.is_some();
        output.format = args.format.or(by_extension).unwrap_or_default();
        output.layout = Layout::new(width, is_colored(color, output.is_terminal));
        output
    }

    /// As [`Output::new`], for a command that writes profiles: it has no format of reports.
    pub(crate) fn of_profile(args: &FileArgs, color: Color) -> Output {
        let is_terminal = goes_to_terminal(args.output.as_deref());
        let (limits, fetcher) = reading(&args.input);
        Output {
            format: Format::default(),
            layout: Layout::new(None, is_colored(color, is_terminal)),
            is_terminal,
            limits,
            fetcher,
            target: target(args.output.as_deref()),
            is_asked: false,
            is_told: false,
            is_quiet: args.input.quiet,
            is_gate: false,
            many: Many::plain(args.input.quiet),
        }
    }

    /// For a command that decides claims: what it reads is whole, or refused.
    pub(crate) fn for_gate(self) -> Output {
        Output {
            is_gate: true,
            ..self
        }
    }

    /// Reads many profiles as it is asked for.
    pub(crate) fn with_many(self, args: &ManyArgs) -> anyhow::Result<Output> {
        Ok(Output {
            many: Many::new(args, self.is_quiet)?,
            ..self
        })
    }

    /// For a command that writes what has names of its own.
    pub(crate) fn of_nothing(args: &InputArgs) -> Output {
        let (limits, fetcher) = reading(args);
        Output {
            format: Format::default(),
            layout: Layout::new(None, false),
            is_terminal: false,
            limits,
            fetcher,
            target: Target::Stdout,
            is_asked: false,
            is_told: false,
            is_quiet: args.quiet,
            is_gate: false,
            many: Many::plain(args.quiet),
        }
    }

    /// What is left out unless something else is asked for: people get the rows that matter, as pprof
    /// does it, and no more than a screen has room for; programs get all.
    pub(crate) fn default_trim(&self) -> Trim {
        match self.is_for_people() {
            true => Trim {
                node_count: self.is_terminal.then_some(ROWS_ON_A_TERMINAL),
                ..Trim::default()
            },
            false => Trim::NONE,
        }
    }

    /// As it is for what is drawn: a page, where nothing tells another form; and JSON is what other
    /// viewers read.
    pub(crate) fn of_picture(self) -> Output {
        let format = match (self.format, self.is_told) {
            (_, false) => Format::Html,
            (Format::Json, true) if !self.is_asked => Format::Speedscope,
            (told, true) => told,
        };
        Output { format, ..self }
    }

    /// Writes beside where the user is what a terminal has no use for.
    pub(crate) fn beside_user(self, name: &str) -> Output {
        let is_file = matches!(self.target, Target::File(_));
        let ending = match self.format {
            Format::Html => "html",
            Format::Svg => "svg",
            Format::Speedscope => "speedscope.json",
            Format::D3 => "d3.json",
            _ => return self,
        };
        match is_file || !self.is_terminal {
            true => self,
            false => Output {
                target: Target::File(new_name(name, ending)),
                ..self
            },
        }
    }

    /// The file that is written.
    pub(crate) fn file(&self) -> Option<&str> {
        match &self.target {
            Target::File(path) => Some(path),
            Target::Stdout => None,
        }
    }

    /// Whether people read the answer.
    pub(crate) fn is_for_people(&self) -> bool {
        matches!(self.format, Format::Text | Format::Markdown | Format::Html)
    }

    /// Refuses a format that a command does not have, before any work.
    pub(crate) fn expect_format(&self, formats: &[Format]) -> anyhow::Result<()> {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        let is_told_by_ending = self.is_told && !self.is_asked;
        if formats.contains(&self.format) && is_told_by_ending {
            return Ok(());
        }
        if let (Target::File(path), false) = (&self.target, self.is_asked) {
            ending::expect_answer(Some(path), &names)?;
        }
        if formats.contains(&self.format) {
            return Ok(());
        }
        bail!(
            "--format: found {}, expected one of {} for this command",
            self.format.name(),
            names.join(", ")
        )
    }

    /// Writes an answer; a file appears only when it is whole.
    pub(crate) fn write(
        &self,
        render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        self.fetcher.expect_use()?;
        match &self.target {
            Target::Stdout => {
                let mut out = BufWriter::new(io::stdout().lock());
                exit::or_closed(render(&mut out).and_then(|()| out.flush()))?;
            }
            Target::File(path) => {
                let mut bytes = Vec::new();
                render(&mut bytes)?;
                whole::write(path, &bytes)?;
            }
        }
        Ok(())
    }

    /// Says what an answer leaves out where its format has no place for that.
    pub(crate) fn warn_of_omitted(&self, rows: usize, value: Option<String>) -> anyhow::Result<()> {
        if rows == 0 || self.format != Format::Csv {
            return Ok(());
        }
        let value = value.map_or_else(String::new, |value| format!(" with {value}"));
        self.warn(&[Warning::new(
            "omitted",
            format!("{}{value} left out", counted(rows, "row")),
        )])
    }

    /// Prints warnings for people; JSON carries them itself.
    pub(crate) fn warn(&self, warnings: &[Warning]) -> anyhow::Result<()> {
        if self.is_quiet {
            return Ok(());
        }
        for warning in warnings {
            exit::tell(&format!("heapwise: warning: {}", warning.message))?;
        }
        Ok(())
    }
}

/// What inputs may take, and how URLs are fetched.
pub(crate) fn reading(args: &InputArgs) -> (Limits, Fetcher) {
    let limits = args
        .max_bytes
        .map_or_else(Limits::default, Limits::with_max_bytes);
    let fetcher = Fetcher::new(&args.fetch, args.max_bytes, args.quiet);
    (limits, fetcher)
}

/// A name that no file has yet: none is written over that the user did not name.
fn new_name(name: &str, ending: &str) -> String {
    let first = format!("{name}.{ending}");
    let others = (2..).map(|number| format!("{name}-{number}.{ending}"));
    let is_free = |name: &String| !std::path::Path::new(name).exists();
    std::iter::once(first.clone())
        .chain(others)
        .find(is_free)
        .unwrap_or(first)
}

fn target(output: Option<&str>) -> Target {
    match output {
        None | Some("-") => Target::Stdout,
        Some(path) => Target::File(path.to_owned()),
    }
}

fn goes_to_terminal(output: Option<&str>) -> bool {
    matches!(target(output), Target::Stdout) && io::stdout().is_terminal()
}

/// NO_COLOR (no-color.org) counts when it is not empty.
fn is_colored(color: Color, is_terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            is_terminal
                && !is_set("NO_COLOR")
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}
