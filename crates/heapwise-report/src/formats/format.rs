//! The formats that documents are written in.

use std::io;

/// A format that reports are rendered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// Aligned columns for people.
    #[default]
    Text,
    /// One object, as the published schemas describe it.
    Json,
    /// RFC 4180, raw numbers.
    Csv,
    /// A table for pull requests and job summaries.
    Markdown,
    /// Go's benchmark format, which benchstat compares.
    Benchfmt,
    /// Test results as CI systems read them.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// A page of its own: the answer in words, pictures and tables.
    Html,
    /// A picture.
    Svg,
    /// What speedscope reads.
    Speedscope,
    /// What d3-flame-graph and its like read.
    D3,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 11] = [
        Format::Text,
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Benchfmt,
        Format::Junit,
        Format::Github,
        Format::Html,
        Format::Svg,
        Format::Speedscope,
        Format::D3,
    ];

    /// What answers with tables are rendered in.
    pub const OF_TABLES: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Html,
    ];

    /// The name, as options spell it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
            Format::Benchfmt => "benchfmt",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Html => "html",
            Format::Svg => "svg",
            Format::Speedscope => "speedscope",
            Format::D3 => "d3",
        }
    }

    /// The format of that name; `md` is short for markdown.
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "md" => Some(Format::Markdown),
            "txt" => Some(Format::Text),
            _ => Self::ALL.into_iter().find(|format| format.name() == name),
        }
    }

    /// The format that a file name's extension means.
    pub fn from_file_name(path: &str) -> Option<Format> {
        let (stem, extension) = path.rsplit_once('.')?;
        if stem.is_empty() || extension.contains('/') {
            return None;
        }
        match extension.to_ascii_lowercase().as_str() {
            "xml" => Some(Format::Junit),
            "bench" => Some(Format::Benchfmt),
            "htm" => Some(Format::Html),
            name => Self::from_name(name),
        }
    }

    /// The error of a report that has no such form.
    pub(crate) fn unsupported(self) -> io::Error {
        let message = format!("this report has no form as {}", self.name());
        io::Error::new(io::ErrorKind::InvalidInput, message)
    }
}
