//! Whether the frames of a site were inlined.

/// Whether a site's frames were inlined into their callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Inlined {
    /// Never.
    #[default]
    No,
    /// Everywhere it appears.
    All,
    /// In some places.
    Partly,
}

impl Inlined {
    /// All of them; a place among them stands for one where few bytes have to do.
    pub(crate) const ALL: [Inlined; 3] = [Inlined::No, Inlined::All, Inlined::Partly];

    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Inlined::No => "no",
            Inlined::All => "all",
            Inlined::Partly => "partly",
        }
    }

    /// What pprof appends to a row (report/report.go: TextItems).
    pub fn suffix(self) -> &'static str {
        match self {
            Inlined::No => "",
            Inlined::All => " (inline)",
            Inlined::Partly => " (partial-inline)",
        }
    }

    pub(crate) fn from_seen(inlined: bool, called: bool) -> Inlined {
        match (inlined, called) {
            (false, _) => Inlined::No,
            (true, false) => Inlined::All,
            (true, true) => Inlined::Partly,
        }
    }

    /// Of the same site in two profiles.
    pub(crate) fn or(self, other: Inlined) -> Inlined {
        if self == other { self } else { Inlined::Partly }
    }
}
