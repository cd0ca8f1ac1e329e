//! What happened to one number between two sides.

use crate::sums::estimate::Estimate;
use heapwise_stats::Judgement;

/// A value on both sides, what became of it, and how sure that is.
///
/// With several profiles on a side its value is their mean. Ratio and delta are for equal amounts of
/// work where the work is known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// On the older side.
    pub before: Estimate,
    /// On the newer side.
    pub after: Estimate,
    /// How much more there is on the newer side.
    pub delta: Delta,
    /// The newer value over the older; `None` when the older is 0.
    pub ratio: Option<Ratio>,
    /// The chance of a difference this large if nothing had changed.
    pub p: Option<f64>,
    /// The rate of false discoveries among all sites that look at least as changed as this one.
    pub q: Option<f64>,
    /// What may be said.
    pub verdict: Verdict,
    /// Whether it may be set-up, which is no part of the work, and so is not judged.
    pub may_be_set_up: bool,
    /// Whether it is of blocks of 16 bytes, which small objects of several sites share, and only their
    /// place has changed: in one run one site begins them, in the next another.
    pub blocks_shared: bool,
    /// What could be said if both sides did the same work, where that is not known.
    pub if_same_work: Option<Verdict>,
    /// The values for each operation or second, where the work is known.
    pub per_work: Option<PerWork>,
    /// On what grounds.
    pub basis: Basis,
    /// The smallest change that could have been seen.
    pub detectable: Option<Detectable>,
    /// How many equally heavy samples would be as precise as those of the older side; `None`
    /// when exact or unknown.
    pub effective_samples: Option<f64>,
    /// How strictly the change was judged, which depends on the rows beside it; `None` without a test.
    pub judgement: Option<Judgement>,
}

impl Change {
    /// What a test saw, whatever its cause.
    pub(super) fn seen(&self) -> Verdict {
        match (self.blocks_shared, self.delta.value < 0) {
            (false, _) => self.judged(),
            (true, true) => Verdict::Decreased,
            (true, false) => Verdict::Increased,
        }
    }

    /// Takes a verdict back: blocks only changed their place.
    pub(super) fn leave_open(&mut self) {
        self.blocks_shared = true;
        self.detectable = None;
        match &mut self.if_same_work {
            Some(verdict) => *verdict = Verdict::NoChangeSeen,
            None => self.verdict = Verdict::NoChangeSeen,
        }
    }

    /// Takes back what a test said.
    pub(super) fn forget_evidence(&mut self) {
        (self.p, self.detectable, self.effective_samples) = (None, None, None);
    }

    /// The verdict, or what it would be if both sides did the same work.
    pub fn judged(&self) -> Verdict {
        self.if_same_work.unwrap_or(self.verdict)
    }

    /// How many times longer to profile, to see a relative change such as -0.1; `None` without samples.
    pub fn times_longer(&self, step: f64) -> Option<f64> {
        self.judgement?.times_longer(self.effective_samples?, step)
    }

    /// Whether what a test sees may have another cause than the program.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.may_be_set_up || self.blocks_shared
    }

    /// Why that is not judged.
    pub(crate) fn why_not_judged(&self) -> String {
        let why = match self.may_be_set_up {
            true => "it is allocated less often than once in two operations, which may be set-up",
            false => "small objects of several sites share its blocks of 16 bytes",
        };
        why.to_owned()
    }

    /// Whether it looks changed beyond noise, for whatever reason.
    pub(crate) fn looks_changed(&self) -> bool {
        self.judged().is_change()
    }

    /// From nothing to nothing.
    pub(crate) fn nothing() -> Change {
        Change {
            before: Estimate::unknown(0),
            after: Estimate::unknown(0),
            delta: Delta::default(),
            ratio: None,
            p: None,
            q: None,
            verdict: Verdict::NotJudged,
            may_be_set_up: false,
            blocks_shared: false,
            if_same_work: None,
            per_work: None,
            basis: Basis::None,
            detectable: None,
            effective_samples: None,
            judgement: None,
        }
    }
}

/// Values for each operation, or for each second.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PerWork {
    /// Of what.
    pub per: Per,
    /// On the older side.
    pub before: f64,
    /// On the newer side.
    pub after: f64,
}

/// What work is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Per {
    /// Operations.
    Operation,
    /// Seconds.
    Second,
}

/// A difference with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Delta {
    /// The difference.
    pub value: i128,
    /// The lower end of its interval.
    pub low: Option<i128>,
    /// The upper end of its interval.
    pub high: Option<i128>,
}

/// A ratio with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Ratio {
    /// The ratio.
    pub value: f64,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end of its interval; absent with `low` present when there is none.
    pub high: Option<f64>,
}

/// The smallest relative changes that could have been seen in four of five cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detectable {
    /// Of a fall, between 0 and 1; `None` when not even disappearance would have been noticed.
    pub down: Option<f64>,
    /// Of a rise.
    pub up: Option<f64>,
}

/// What may be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is less, beyond what noise explains.
    Decreased,
    /// It is more, beyond what noise explains.
    Increased,
    /// Not distinguishable from noise.
    NoChangeSeen,
    /// It was not there before.
    New,
    /// It is there no more.
    Gone,
    /// Too few samples to see any change.
    Undecidable,
    /// Errors are unknown, or the sides are not comparable.
    NotJudged,
}

impl Verdict {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Decreased => "decreased",
            Verdict::Increased => "increased",
            Verdict::NoChangeSeen => "no_change_seen",
            Verdict::New => "new",
            Verdict::Gone => "gone",
            Verdict::Undecidable => "undecidable",
            Verdict::NotJudged => "not_judged",
        }
    }

    /// Whether it says that something changed.
    pub fn is_change(self) -> bool {
        matches!(
            self,
            Verdict::Decreased | Verdict::Increased | Verdict::New | Verdict::Gone
        )
    }

    /// Whether it says that there is less.
    pub fn is_less(self) -> bool {
        matches!(self, Verdict::Decreased | Verdict::Gone)
    }
}

/// On what grounds a change is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The sampling noise of one profile per side.
    Sampling,
    /// Several profiles per side: sampling noise and variation between runs.
    Replicates,
    /// Numbers without error.
    Exact,
    /// None.
    None,
}

impl Basis {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Sampling => "sampling",
            Basis::Replicates => "replicates",
            Basis::Exact => "exact",
            Basis::None => "none",
        }
    }
}
