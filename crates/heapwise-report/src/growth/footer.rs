//! What is left out of an answer, what its verdicts rest on, and what would decide more, in words.

use heapwise_analysis::stats::LevelLabel;
use heapwise_analysis::{RateTime, Sampling, SiteGrowth};
use heapwise_decode::agree;

use super::GrowthReport;
use super::words::duration;

impl GrowthReport {
    /// What is left out, what the verdicts rest on, and what would decide more.
    pub(super) fn footer(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.stable().into_iter().chain(self.left_out()).collect();
        lines.extend(self.adjustment());
        lines.extend(self.error());
        lines.extend(self.clock());
        lines.extend(self.advice());
        lines
    }

    fn stable(&self) -> Option<String> {
        let stable = self.answer.sites.iter();
        let stable: Vec<&SiteGrowth> = stable
            .filter(|site| site.verdict.label == LevelLabel::Stable)
            .collect();
        let sum: i128 = stable.iter().map(|site| site.last()).sum();
        let count = stable.len();
        let is = match self.is_mixed {
            true => "may be",
            false => agree(&count, "is", "are"),
        };
        (count > 0).then(|| {
            format!(
                "{count} {} {is} stable, with {}",
                self.noun(count),
                self.level(sum)
            )
        })
    }

    fn left_out(&self) -> Option<String> {
        let left = self.omitted().iter();
        let left = left
            .filter(|site| site.verdict.label != LevelLabel::Stable)
            .count();
        (left > 0).then(|| {
            format!(
                "{left} more {} left out",
                agree(&left, "that changes is", "that change are")
            )
        })
    }

    fn adjustment(&self) -> Option<String> {
        let judged = self.answer.judged;
        (judged > 1).then(|| {
            format!(
                "{judged} {} could have been called growing: it takes more among so many (false discovery rate of \
                 {:.0}%); a load that grows keeps more, too",
                self.noun(judged),
                100.0 * (1.0 - self.answer.confidence.level())
            )
        })
    }

    fn error(&self) -> Option<String> {
        match self.answer.sampling {
            Sampling::Unknown(why) => Some(format!(
                "{}: the sampling error is not known, and every verdict is a guess from the levels alone",
                why.reason()
            )),
            _ => None,
        }
    }

    fn clock(&self) -> Option<String> {
        match self.answer.time {
            RateTime::Cycles => None,
            RateTime::Taken => Some(
                "times are those at which snapshots were taken; what they show is up to a collection older".to_owned(),
            ),
            _ => Some(
                "not all snapshots say when they were taken (debug=1 and the protobuf form do): the order is the one \
                 given, and there is no rate by the hour"
                    .to_owned(),
            ),
        }
    }

    /// What would decide what is not.
    fn advice(&self) -> Option<String> {
        const FULL: usize = 5;
        let answer = &self.answer;
        let count = answer.points.len();
        if matches!(answer.sampling, Sampling::Unknown(_)) {
            return None;
        }
        if count < FULL {
            return Some(format!(
                "{count} snapshots cannot tell a leak from a step: take 8, with a collection or more between each and \
                 the next"
            ));
        }
        let all = answer.sites.iter().chain([&answer.total]);
        let is_open = |site: &SiteGrowth| site.may_grow() && !site.is_growing();
        let open = all.filter(|site| is_open(site)).count();
        let longer = match answer.seconds().filter(|_| answer.has_times()) {
            Some(seconds) => format!(" over {}", duration(2.0 * seconds)),
            None => String::new(),
        };
        (open > 0).then(|| {
            format!(
                "to decide on what may grow: a series twice as long, of {} snapshots{longer}, begun when the program is \
                 warm",
                (2 * count).max(8)
            )
        })
    }
}
