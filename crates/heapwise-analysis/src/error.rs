//! What the analysis refuses, all of it in one type: what was found and what was expected.

use std::fmt;

/// The result of an analysis.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a question cannot be answered; see [`Error::kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Box<ErrorKind>,
}

/// The rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A profile cannot be read, does not fit the limits, or cannot be combined with others.
    Profile(heapwise_decode::Error),
    /// A sample type was asked for that the profile does not have.
    SampleIndex {
        /// What was asked for.
        asked: String,
        /// What the profile has.
        types: Vec<String>,
    },
    /// Values cannot be divided by 0.
    DivideByZero,
    /// A filter that cannot be understood.
    Filter {
        /// The option, as pprof spells it.
        option: &'static str,
        /// What is wrong with its value.
        reason: String,
    },
    /// The stacks that occur have more frames than a graph may be made of.
    TooManyFrames {
        /// How many that is.
        limit: usize,
    },
    /// No function that was asked for has samples.
    NoFunction,
    /// The file for what does not fit in memory failed.
    Spill {
        /// What was done with it: write or read.
        doing: &'static str,
        /// Why that failed.
        reason: String,
    },
    /// Of the profiles to compare, the one at this place lacks the sample type asked for.
    LacksSampleType {
        /// Which of the profiles.
        at: usize,
    },
    /// What was asked for, a number, means one value in the first profile and another in this one.
    AmbiguousSampleType {
        /// Which of the profiles.
        at: usize,
    },
    /// The profiles to compare have no sample type in common.
    NoCommonSampleType,
    /// A side of a comparison has no profile.
    NoProfiles,
    /// The profiles of one side were taken at different rates.
    RatesDiffer,
    /// A counter went down: these are not two snapshots of one process in this order, or the
    /// process was restarted in between.
    Restarted,
    /// A value that counts what was ever allocated, where a level was asked for.
    CounterOnlyGrows {
        /// Its name.
        found: String,
    },
    /// A value that is no memory in use.
    NoLevel {
        /// Its name.
        found: String,
    },
    /// A difference of two profiles, where a level was asked for.
    DifferenceIsNoLevel,
    /// Snapshots of values that are not the same.
    NoCommonLevel,
    /// No process has two snapshots.
    NoSeries {
        /// How many processes there are.
        processes: usize,
    },
    /// Snapshots of one process are compared one with one.
    NotTwoSnapshots,
    /// The printed text of a benchmark has no bytes per operation.
    NoBytes {
        /// A benchmark without.
        name: String,
    },
    /// Benchmarks of a text that are not in the profiles of its side.
    NotInProfile {
        /// Those.
        missing: Vec<String>,
        /// The benchmarks that are there.
        found: Vec<String>,
    },
    /// Benchmarks of the profiles of a side that are not in its text.
    NotInText {
        /// Those.
        missing: Vec<String>,
        /// The benchmarks that are there.
        found: Vec<String>,
    },
    /// No benchmark is in both texts.
    NothingInCommon {
        /// Of the older side.
        before: Vec<String>,
        /// Of the newer side.
        after: Vec<String>,
    },
    /// The profile of a benchmark has no allocations.
    NoAllocations,
    /// Work that is no number above 0.
    Operations {
        /// What was given.
        found: String,
    },
    /// A source that is to be a dump of goroutines has none.
    NoGoroutines {
        /// Which of the sources.
        at: usize,
    },
    /// A claim that cannot be read.
    Claim {
        /// The place in the text in bytes, from 0.
        offset: usize,
        /// The same in characters, from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// A growth to allow that cannot be read.
    Growth {
        /// What was given.
        found: String,
    },
    /// A way of grouping goroutines that there is not.
    GroupBy {
        /// What was given.
        found: String,
        /// Those that there are.
        expected: String,
    },
}

impl Error {
    /// The rule that was broken.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Where in the text of a claim, in bytes from 0.
    pub fn offset(&self) -> Option<usize> {
        match *self.kind {
            ErrorKind::Claim { offset, .. } => Some(offset),
            _ => None,
        }
    }

    /// Where in the text of a claim, in characters from 1.
    pub fn column(&self) -> Option<usize> {
        match *self.kind {
            ErrorKind::Claim { column, .. } => Some(column),
            _ => None,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self {
            kind: Box::new(kind),
        }
    }
}

impl From<heapwise_decode::Error> for Error {
    fn from(error: heapwise_decode::Error) -> Self {
        ErrorKind::Profile(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            ErrorKind::Profile(error) => error.fmt(f),
            ErrorKind::SampleIndex { types, .. } if types.is_empty() => {
                f.write_str("sample_index: the profile has no sample types")
            }
            ErrorKind::SampleIndex { asked, types } => write!(
                f,
                "sample_index: found {asked:?}, expected one of {} or a number below {}",
                types.join(", "),
                types.len()
            ),
            ErrorKind::DivideByZero => f.write_str("divide_by: found 0, expected another number"),
            ErrorKind::Filter { option, reason } => write!(f, "{option}: {reason}"),
            ErrorKind::TooManyFrames { limit } => write!(
                f,
                "graph: found stacks that differ in more than {limit} frames, expected fewer; \
                 focus or a coarser granularity make them fewer"
            ),
            ErrorKind::NoFunction => f.write_str("no function with samples matches"),
            ErrorKind::Spill { doing, reason } => write!(
                f,
                "cannot {doing} the temporary file for what does not fit in memory: {reason}"
            ),
            ErrorKind::LacksSampleType { .. } => {
                f.write_str("not all profiles have that sample type")
            }
            ErrorKind::AmbiguousSampleType { .. } => {
                f.write_str("that number means different sample types: give a name")
            }
            ErrorKind::NoCommonSampleType => {
                f.write_str("the profiles have no sample type in common")
            }
            ErrorKind::NoProfiles => {
                f.write_str("found a side without profiles, expected at least one")
            }
            ErrorKind::RatesDiffer => f.write_str(
                "found profiles of different sampling rates on one side, expected one rate",
            ),
            ErrorKind::Restarted => f.write_str(
                "found a counter that went down, expected two snapshots of one process, the older \
                 first: was it restarted in between?",
            ),
            ErrorKind::CounterOnlyGrows { found } => write!(
                f,
                "found {found}, expected inuse_space or inuse_objects: what was ever allocated only grows"
            ),
            ErrorKind::NoLevel { found } => write!(
                f,
                "found {found:?}, expected inuse_space or inuse_objects: only memory in use can grow"
            ),
            ErrorKind::DifferenceIsNoLevel => f.write_str(
                "found the difference of two profiles (?seconds=N, or a base), expected what is in use at a moment",
            ),
            ErrorKind::NoCommonLevel => {
                f.write_str("found snapshots of different values, expected one, such as inuse_space")
            }
            ErrorKind::NoSeries { processes } => write!(
                f,
                "found {}, expected two snapshots of one process or more, best eight with collections between",
                match processes {
                    0 | 1 => "one snapshot".to_owned(),
                    many => format!("one snapshot of each of {many} processes"),
                }
            ),
            ErrorKind::NotTwoSnapshots => {
                f.write_str("found several profiles on a side, expected one snapshot on each")
            }
            ErrorKind::NoBytes { name } => write!(
                f,
                "found no B/op of {name}, expected what `go test -bench -benchmem` prints"
            ),
            ErrorKind::NotInProfile { missing, found } => write!(
                f,
                "found {} in the text and not in the profile, which has {}: expected text and \
                 profile of one run",
                list(missing),
                list(found)
            ),
            ErrorKind::NotInText { missing, found } => write!(
                f,
                "found {} in the profile and not in the text, which has {}: expected all that the \
                 run printed (what fails prints nothing)",
                list(missing),
                list(found)
            ),
            ErrorKind::NothingInCommon { before, after } => write!(
                f,
                "found {} before and {} after, expected a benchmark in both",
                list(before),
                list(after)
            ),
            ErrorKind::NoAllocations => {
                f.write_str("found a profile without alloc_space, expected that of `-memprofile`")
            }
            ErrorKind::Operations { found } => {
                write!(f, "found {found} as work, expected more than 0")
            }
            ErrorKind::NoGoroutines { at } => {
                write!(
                    f,
                    "dump {at}: found no goroutines, expected a goroutine dump"
                )
            }
            ErrorKind::Claim {
                found, expected, ..
            } => write!(f, "found {found}, expected {expected}"),
            ErrorKind::Growth { found } => write!(
                f,
                "found {found:?}, expected a growth to allow, such as 5% or 0%"
            ),
            ErrorKind::GroupBy { found, expected } => {
                write!(f, "found {found:?}, expected one of {expected}")
            }
        }
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

/// Without a source: the text of an error inside is the text of this one.
impl std::error::Error for Error {}
