//! Shows answers one after another: drawn anew on a terminal, a line each elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, SystemTime};

use heapwise_report::Format;

use crate::exit::{printable, tell};
use crate::today::nanos;
use crate::zone;

/// What is said at a look.
pub(crate) struct Look {
    /// One line.
    pub(crate) brief: String,
    /// The whole, in a format.
    pub(crate) document: String,
    pub(crate) warnings: Vec<String>,
}

impl Look {
    /// The same, with a note before its line.
    pub(crate) fn after(mut self, note: &str) -> Look {
        self.brief.insert_str(0, note);
        self
    }
}

/// Where looks are shown.
pub(crate) struct Screen {
    kind: Kind,
    /// What is above every look.
    title: String,
    /// Whether the terminal shows another screen.
    is_entered: bool,
    /// What is shown of the last one.
    last: String,
    is_quiet: bool,
    /// What was warned of.
    said: Vec<String>,
    /// When another process was met last.
    other_since: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A terminal is drawn anew.
    Terminal,
    /// A line each.
    Lines,
    /// A document a line.
    Documents,
}

/// Another screen, without a cursor; and back.
const ENTER: &str = "\u{1b}[?1049h\u{1b}[?25l";
const LEAVE: &str = "\u{1b}[?25h\u{1b}[?1049l";
/// To the top; and what is left of a line, or of the screen, is gone.
const HOME: &str = "\u{1b}[H";
const CLEAR_LINE: &str = "\u{1b}[K";
const CLEAR_BELOW: &str = "\u{1b}[J";

/// Shorter screens are treated as this high.
const LEAST_HEIGHT: usize = 8;
/// Warnings under a look.
const WARNINGS: usize = 3;

impl Screen {
    /// A screen for looks at `server`.
    pub(crate) fn new(format: Format, server: &str, every: Duration, is_quiet: bool) -> Screen {
        let kind = match format {
            Format::Text if io::stdout().is_terminal() => Kind::Terminal,
            Format::Text => Kind::Lines,
            _ => Kind::Documents,
        };
        Screen {
            kind,
            title: format!(
                "{} every {every:?}",
                server.trim_end_matches("/debug/pprof/")
            ),
            is_entered: false,
            last: String::new(),
            is_quiet,
            said: Vec::new(),
            other_since: None,
        }
    }

    /// Takes note that the next look is at another process. Lines say it themselves.
    pub(crate) fn begin_anew(&mut self) -> io::Result<()> {
        self.other_since = Some(now());
        match self.kind {
            Kind::Documents if !self.is_quiet => {
                tell("heapwise: another process: what was before is no part of its series")
            }
            _ => Ok(()),
        }
    }

    /// Shows a look, and which files of it are missing.
    pub(crate) fn show(&mut self, look: &Look, missing: &[String]) -> io::Result<()> {
        match self.kind {
            Kind::Terminal => {
                let mut text = look.document.clone();
                if !missing.is_empty() {
                    text.push_str(&format!("missing: {}\n", missing.join(", ")));
                }
                if !self.is_quiet {
                    for warning in look.warnings.iter().take(WARNINGS) {
                        text.push_str(&format!("warning: {}\n", printable(warning)));
                    }
                }
                self.last = text;
                let since = self.other_since.as_ref();
                let since = since.map(|since| format!("; another process since {since}"));
                self.draw(&format!("Ctrl-C ends{}", since.unwrap_or_default()))
            }
            Kind::Lines => {
                self.warn(&look.warnings)?;
                let mut line = format!("{}  {}", now(), look.brief);
                if !missing.is_empty() {
                    line.push_str(&format!("; missing {}", missing.join(", ")));
                }
                write_line(&printable(&line))
            }
            Kind::Documents => write_line(&one_line(&look.document)),
        }
    }

    /// Says that a look failed; what was shown before stays.
    pub(crate) fn fail(&mut self, why: &str) -> io::Result<()> {
        match self.kind {
            Kind::Terminal => self.draw(&format!("nothing: {why}")),
            Kind::Lines => write_line(&printable(&format!("{}  nothing: {why}", now()))),
            Kind::Documents => tell(&format!("heapwise: {why}")),
        }
    }

    /// Gives the terminal back, with the last look on it.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        if !self.is_entered {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        write!(out, "{LEAVE}{}", self.last)?;
        self.is_entered = false;
        out.flush()
    }

    /// Says once what is to be known.
    fn warn(&mut self, warnings: &[String]) -> io::Result<()> {
        for warning in warnings.iter().filter(|_| !self.is_quiet) {
            if !self.said.contains(warning) {
                tell(&format!("heapwise: warning: {warning}"))?;
                self.said.push(warning.clone());
            }
        }
        Ok(())
    }

    fn draw(&mut self, note: &str) -> io::Result<()> {
        let size = terminal_size::terminal_size();
        let (width, height) = size.map_or((80, 24), |(width, height)| {
            (usize::from(width.0), usize::from(height.0))
        });
        let title = format!("{}  {note}  {}", now(), self.title);
        let frame = frame(&printable(&title), &self.last, width, height);
        let mut out = io::stdout().lock();
        if !self.is_entered {
            write!(out, "{ENTER}")?;
            self.is_entered = true;
        }
        write!(out, "{frame}")?;
        out.flush()
    }
}

/// A screen full: the title, and of the text what there is room for.
fn frame(title: &str, text: &str, width: usize, height: usize) -> String {
    let title: String = title.chars().take(width).collect();
    let room = height.max(LEAST_HEIGHT) - 2;
    let lines: Vec<&str> = text.lines().collect();
    let is_cut = lines.len() > room;
    let shown = if is_cut { room - 1 } else { lines.len() };
    let mut frame = format!("{HOME}{title}{CLEAR_LINE}\r\n{CLEAR_LINE}\r\n");
    for line in lines.iter().take(shown) {
        frame.push_str(&format!("{line}{CLEAR_LINE}\r\n"));
    }
    if is_cut {
        let more = lines.len() - shown;
        frame.push_str(&format!("… {more} more lines{CLEAR_LINE}"));
    }
    frame.push_str(CLEAR_BELOW);
    frame
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn now() -> String {
    zone::local().time(nanos(SystemTime::now()))
}

fn write_line(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A document of JSON without line breaks: those are between its parts alone.
fn one_line(document: &str) -> String {
    document.lines().map(str::trim_start).collect()
}

#[cfg(test)]
mod tests {
    use super::{frame, one_line};

    #[test]
    fn a_frame_fits_the_screen() {
        let text: String = (0..50).map(|line| format!("line {line}\n")).collect();
        for (width, height) in [(80, 24), (20, 10), (80, 3)] {
            let frame = frame("a title that is longer than twenty", &text, width, height);
            let lines: Vec<&str> = frame.split("\r\n").collect();
            assert!(lines.len() <= height.max(8), "{frame}");
            let title = lines.first().copied().unwrap_or_default();
            assert!(title.chars().count() <= width + 6, "{title}");
            assert!(frame.contains("more lines"), "{frame}");
        }
        let whole = frame("t", "one\ntwo\n", 80, 24);
        assert!(
            whole.contains("two") && !whole.contains("more lines"),
            "{whole}"
        );
    }

    #[test]
    fn a_document_becomes_a_line() {
        assert_eq!(one_line("{\n  \"a\": [\n    1\n  ]\n}\n"), "{\"a\": [1]}");
    }
}
