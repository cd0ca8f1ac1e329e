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
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Text, Format::Json, Format::Csv, Format::Markdown];

    /// The name, as options spell it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
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
        Self::from_name(&extension.to_ascii_lowercase())
    }
}
