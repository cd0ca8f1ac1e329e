//! What dumps of goroutines answer.

use super::allowance::Allowance;
use super::cause::Cause;
use super::group_by::GroupBy;
use super::lasting::Lasting;
use super::phantom::Phantoms;
use super::plan::{Contradiction, Counts, Order, Role};
use super::proofs::LeakedOverTime;
use super::series::{Clock, GroupTrend, SeriesPoint};
use super::sites::SitePlace;
use super::unread::Unread;
use crate::site::identity::Site;
use crate::site::inlined::Inlined;

/// What dumps of goroutines say: groups, and over several dumps what became of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GoroutineGroups {
    /// By what goroutines were put together.
    pub group_by: GroupBy,
    /// The series, first to last; a single dump is a series of one.
    pub series: Vec<SeriesPoint>,
    /// By what the series is in order.
    pub order: Order,
    /// Of how many processes the dumps are, as far as can be told: the series is of the last of them, and the others are left
    /// out of it.
    pub processes: usize,
    /// What the dumps of the series count.
    pub counts: Counts,
    /// What stands before or beside the lines of that process, where the dumps are in a text with those of others.
    pub process: Option<String>,
    /// What else tells another order.
    pub contradiction: Option<Contradiction>,
    /// What became of all goroutines together; `None` for a single dump.
    pub trend: Option<GroupTrend>,
    /// The groups: leaked, growing, large, then all others, each by their number.
    pub groups: Vec<GoroutineGroup>,
    /// What each dump given was used for, in the order given.
    pub roles: Vec<Role>,
    /// Of the goroutines of the first dump, those that are still in the last; `None` where dumps
    /// do not number goroutines.
    pub survivors: Option<Survivors>,
    /// Whether a dump among those given marks leaked goroutines: then one without a mark was not
    /// found to be leaked, which does not say that it is not.
    pub has_proof: bool,
    /// What was listed as leaked and is no leak, so that it is not counted.
    pub phantoms: Phantoms,
    /// Every site that groups name by its place here.
    pub sites: Vec<(Site, Inlined)>,
    /// Who created whom, as far as the last dump tells; the roots first.
    pub creators: Vec<super::tree::CreatorNode>,
}

/// Goroutines that have something in common.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GoroutineGroup {
    /// What they have in common where they are not grouped by stack: a function, a creator, a
    /// state, or a label's value; empty for those without.
    pub name: Option<String>,
    /// How many there are in the last dump.
    pub count: i64,
    /// How many there were in each dump of the series.
    pub counts: Vec<i64>,
    /// What most of them wait for, in Go's words.
    pub state: String,
    /// All that they wait for, the most frequent first.
    pub states: Vec<(String, i64)>,
    /// Shortest and longest wait in minutes; `None` where the dump tells none. Go counts from the
    /// first collection after a goroutine started to wait.
    pub wait_minutes: Option<(i64, i64)>,
    /// Where they were created; `None` where no dump tells, or where there are several places.
    pub created_by: Option<SitePlace>,
    /// Frames at the leaf that only say how they wait, innermost first.
    pub parked_in: Vec<SitePlace>,
    /// The other frames, innermost first; of the most frequent stack where there are several.
    pub stack: Vec<SitePlace>,
    /// Different stacks among them.
    pub stacks: usize,
    /// The program's labels.
    pub labels: Vec<LabelCounts>,
    /// How many of them the runtime proved to be leaked.
    pub leaked: i64,
    /// Which of these are new; `None` for less than two leak profiles.
    pub leaked_over_time: Option<LeakedOverTime>,
    /// What became of them; `None` for a single dump.
    pub trend: Option<GroupTrend>,
    /// What to make of them.
    pub verdict: Option<LeakVerdict>,
    /// What explains them, for those that are leaked or growing.
    pub causes: Vec<Cause>,
    /// Of those of the first dump, how many are still there in the last.
    pub survivors: Option<i64>,
    /// What shows by their numbers that they pile up, if they do.
    pub lasting: Option<Lasting>,
    /// How many of them dumps before the last one have, where no goroutine of them is in two dumps and these are more than
    /// the last one has: they come and go, and if there are more and more of them, more is done at once. `None` where some
    /// stay, where dumps do not number goroutines, and where these are too few to tell.
    pub turned_over: Option<i64>,
    /// Why they are let off, if they are; see [`GoroutineGroups::allowing`].
    pub allowed: Option<Allowance>,
}

/// What to make of a group; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeakVerdict {
    /// The runtime proved that some of them can never run again.
    Leaked,
    /// More and more of them.
    Growing,
    /// Many, but no more than before.
    LargeButStable,
}

impl LeakVerdict {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            LeakVerdict::Leaked => "leaked",
            LeakVerdict::Growing => "growing",
            LeakVerdict::LargeButStable => "large_but_stable",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            LeakVerdict::Leaked => "leaked for certain",
            LeakVerdict::Growing => "growing",
            LeakVerdict::LargeButStable => "large but stable",
        }
    }
}

/// The values of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelCounts {
    /// The label's name.
    pub name: String,
    /// Its values with how many goroutines have them, the most frequent first; 20 at most.
    pub values: Vec<(String, i64)>,
    /// How many different values there are.
    pub distinct: usize,
}

/// Goroutines of the first dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survivors {
    /// How many there were.
    pub first: usize,
    /// How many of them are still in the last dump.
    pub still: usize,
}

impl GoroutineGroups {
    /// Goroutines of the last dump.
    pub fn total(&self) -> i64 {
        self.series.last().map_or(0, |point| point.total)
    }

    /// Goroutines that the runtime proved to be leaked.
    pub fn leaked(&self) -> i64 {
        let leaked = self.groups.iter().map(|group| group.leaked);
        leaked.fold(0, i64::saturating_add)
    }

    /// Of these, those that are new since the first leak profile; `None` for less than two.
    pub fn newly_leaked(&self) -> Option<i64> {
        let new = self.groups.iter().map(|group| {
            let over_time = group.leaked_over_time.as_ref();
            over_time.map(|leaked| leaked.new)
        });
        new.sum::<Option<i64>>().filter(|_| !self.groups.is_empty())
    }

    /// Of the leaked, those that are let off.
    pub fn leaked_and_allowed(&self) -> i64 {
        let allowed = self.groups.iter().filter(|group| group.allowed.is_some());
        let leaked = allowed.map(|group| group.leaked);
        leaked.fold(0, i64::saturating_add)
    }

    /// What of the last dump could not be read.
    pub fn unread(&self) -> Unread {
        self.series
            .last()
            .map_or(Unread::default(), |last| last.unread)
    }

    /// The most that could not be read of any dump of the series.
    pub fn unread_of_any(&self) -> Unread {
        let all = self.series.iter().map(|point| point.unread);
        all.fold(Unread::default(), Unread::or_more)
    }

    /// A site by its place.
    pub fn site(&self, place: SitePlace) -> Option<&Site> {
        self.sites.get(place as usize).map(|(site, _)| site)
    }

    /// The sites of some places.
    pub fn sites_of<'a>(
        &'a self,
        places: &'a [SitePlace],
    ) -> impl DoubleEndedIterator<Item = &'a Site> + 'a {
        places.iter().filter_map(|&place| self.site(place))
    }

    /// What became of counts, one for each dump of the series, by its times; `None` for less than
    /// two dumps.
    pub fn trend_of(&self, counts: &[i64]) -> Option<GroupTrend> {
        Clock::new(&self.series, self.order, self.contradiction).trend(counts)
    }

    /// Whether a word of the verdicts is on a group.
    pub fn raises(&self, verdict: LeakVerdict) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|group| group.verdict == Some(verdict))
    }
}
