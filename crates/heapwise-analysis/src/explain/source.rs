//! A source file: as it is written, and as code.

use super::blanked::blanked_lines;
use super::code::Code;

/// The lines of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    written: Vec<String>,
    /// Of Go, without comments between `/*` and `*/`, and without what texts in backquotes have that go on over several lines: what
    /// is in these is no code. `None` where that is what is written.
    code: Option<Vec<String>>,
}

impl Source {
    /// Of a file with a name, which tells whether it is Go.
    pub fn new(file: &str, text: &str) -> Source {
        let written: Vec<String> = text.lines().map(str::to_owned).collect();
        let code = file.ends_with(".go").then(|| blanked_lines(text));
        Source {
            code: code.filter(|code| *code != written),
            written,
        }
    }

    /// The code on a line, from 1: what [`Evidences::lines`](super::Evidences::lines) should give.
    pub fn line(&self, line: i64) -> Option<&str> {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        self.code().get(at).map(String::as_str)
    }

    /// What is written on a line, from 1, of a function that starts on another one, where that is known.
    pub fn at(&self, line: i64, (function, start): (Option<&str>, Option<i64>)) -> Code {
        let written = usize::try_from(line).ok().and_then(|at| at.checked_sub(1));
        let written = written.and_then(|at| self.written.get(at));
        match (Code::at(self.code(), line, (function, start)), written) {
            (Code::Line(_), Some(written)) => Code::written(written),
            (code, _) => code,
        }
    }

    fn code(&self) -> &[String] {
        self.code.as_deref().unwrap_or(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::explain::code::Code;

    const TEXT: &str = "package a\n\nconst usage = `\nfunc Other() {\n`\n\nfunc All() { /* all */\n\tx := f(`a\nfunc B() {\n`, make([]byte, 9))\n}\n";

    #[test]
    fn what_is_shown_is_as_it_is_written() {
        let source = Source::new("/src/a/a.go", TEXT);
        let at = |line, start| source.at(line, (Some("a.All"), Some(start)));
        assert_eq!(at(7, 7), Code::Line("func All() { /* all */".to_owned()));
        assert_eq!(at(8, 7), Code::Line("x := f(`a".to_owned()));
        assert_eq!(at(10, 7), Code::Line("`, make([]byte, 9))".to_owned()));
        for line in [0, 4, 5, 9, 99, -3] {
            assert_eq!(at(line, 7), Code::OtherSource, "{line}");
        }
        assert_eq!(source.line(7), Some("func All() {"));
        assert_eq!(source.line(9), Some(""));
        assert_eq!(source.line(0), None);
    }

    #[test]
    fn what_is_no_go_is_read_as_it_is() {
        for file in ["expr.y", "go.mod", "a.go.tmpl"] {
            let source = Source::new(file, "it`s\nfor {\n");
            assert_eq!(source.line(2), Some("for {"), "{file}");
        }
    }
}
