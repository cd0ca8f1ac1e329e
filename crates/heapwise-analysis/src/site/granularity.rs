//! What counts as one site: the words that users have for it.

/// What counts as one site (driver/driver.go: aggregate).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Granularity {
    /// Functions by name; those of the same name in different files are one site.
    #[default]
    Functions,
    /// Functions by name and file.
    FileFunctions,
    /// Source files.
    Files,
    /// Source lines with their function.
    Lines,
    /// Instruction addresses.
    Addresses,
    /// Go packages. pprof has no such view.
    Packages,
}

impl Granularity {
    /// All of them, in the order in which help lists them.
    pub const ALL: [Granularity; 6] = [
        Granularity::Functions,
        Granularity::FileFunctions,
        Granularity::Files,
        Granularity::Lines,
        Granularity::Addresses,
        Granularity::Packages,
    ];

    /// Whether sites are told apart only once all tables are there: packages by texts and files by their binary too, and
    /// both come last.
    pub(crate) fn needs_all_tables(self) -> bool {
        matches!(self, Granularity::Packages | Granularity::Files)
    }

    /// The name, as options and JSON spell it.
    pub fn name(self) -> &'static str {
        match self {
            Granularity::Functions => "functions",
            Granularity::FileFunctions => "filefunctions",
            Granularity::Files => "files",
            Granularity::Lines => "lines",
            Granularity::Addresses => "addresses",
            Granularity::Packages => "packages",
        }
    }

    /// The granularity of that name.
    pub fn from_name(name: &str) -> Option<Granularity> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}
