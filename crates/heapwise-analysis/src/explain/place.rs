//! A place that allocates, and what it has allocated.

use std::collections::BTreeMap;

use super::reason::Reason;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;

/// A place that allocates: one line of code, with the calls that were inlined into it, and the line of the program's own
/// code that led there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The row that it is counted in, where rows are asked about.
    pub(super) row: Option<Site>,
    /// The frames of the allocating location, the innermost first: all but the last were inlined. Empty where the
    /// profile has no stack.
    pub(super) frames: Vec<Site>,
    /// The line at which the function of each frame starts, where the profile tells.
    pub(super) starts: Vec<Option<i64>>,
    /// Whether each frame was inlined, wherever it is in the profile.
    pub(super) inlined: Vec<Inlined>,
    /// What the runtime does there on behalf of the code, where its frames are in the profile.
    pub(super) service: Option<Reason>,
    /// Whether there is nothing but the runtime.
    pub(super) is_runtime: bool,
    /// The innermost line of the program's own code that is on the stack.
    pub(super) own: Option<Site>,
    /// The line at which the function of that starts, where the profile tells.
    pub(super) own_start: Option<i64>,
    /// Whether that was inlined, wherever it is in the profile.
    pub(super) own_inlined: Inlined,
    /// Whether it is made for a pool (`sync.Pool`) that was empty, or in what is run once (`sync.Once`).
    pub(super) is_made_once: bool,
    /// Whether nothing but what benchmarks do before they measure leads there.
    pub(super) is_set_up: bool,
    /// The function that the own line calls and that allocates, itself or in what it calls.
    pub(super) entry: Option<String>,
    /// What was allocated and is in use by block size, one value for each sample type; empty without `bytes` labels.
    pub(super) sizes: BTreeMap<u64, Vec<i128>>,
}

impl Place {
    /// Where it allocates.
    pub(super) fn site(&self) -> Option<&Site> {
        self.frames.first()
    }

    /// The line at which the function of one of its lines starts: where it allocates, or its own.
    pub(super) fn start_of(&self, line: &Site) -> Option<i64> {
        match self.site() == Some(line) {
            true => self.starts.first().copied().flatten(),
            false => self.own_start.filter(|_| self.own.as_ref() == Some(line)),
        }
    }

    /// Whether one of its lines was inlined: where it allocates, or its own.
    pub(super) fn inlined(&self, line: &Site) -> Option<Inlined> {
        match self.site() == Some(line) {
            true => self.inlined.first().copied(),
            false => (self.own.as_ref() == Some(line)).then_some(self.own_inlined),
        }
    }

    /// The line that can act: the program's own, else where it allocates.
    pub(super) fn acting(&self) -> Option<&Site> {
        self.own.as_ref().or(self.site())
    }
}

/// A frame: package, name in it, file, line, and the line at which the function starts.
#[cfg(test)]
pub(super) type Frame<'a> = (&'a str, &'a str, &'a str, i64, i64);

#[cfg(test)]
impl Place {
    /// A place of some frames, all but the last of which were inlined, with nothing else known.
    pub(super) fn of_frames(frames: &[Frame<'_>]) -> Place {
        let sites = frames.iter().map(|(package, name, file, line, _)| Site {
            function: Some(format!("{package}.{name}")),
            package: Some((*package).to_owned()),
            file: Some((*file).to_owned()),
            line: Some(*line),
            ..Site::default()
        });
        let inlined = (1..=frames.len()).map(|number| match number == frames.len() {
            true => Inlined::No,
            false => Inlined::All,
        });
        Place {
            row: None,
            frames: sites.collect(),
            starts: frames.iter().map(|frame| Some(frame.4)).collect(),
            inlined: inlined.collect(),
            service: None,
            is_runtime: false,
            own: None,
            own_start: None,
            own_inlined: Inlined::No,
            is_made_once: false,
            is_set_up: false,
            entry: None,
            sizes: BTreeMap::new(),
        }
    }
}
