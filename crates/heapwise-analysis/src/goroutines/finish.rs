//! From what dumps told of groups to the answer.

use std::collections::{BTreeMap, HashMap};

use super::answer::{GoroutineGroup, GoroutineGroups, LabelCounts, LeakVerdict, Survivors};
use super::cause::{Scene, Suspect, causes, is_growing};
use super::dump::{Detail, Dump, Fall, GroupIndex, NONE, Tally};
use super::falls;
use super::followed;
use super::gather::Gatherer;
use super::group_by::GroupBy;
use super::groups::{GoroutineOptions, Key};
use super::lasting::Sureness;
use super::merged::{Merged, Sum};
use super::park::Frame;
use super::phantom::Phantoms;
use super::plan::{Order, Plan, plan};
use super::proofs::{LeakedOverTime, Proofs};
use super::series::{Clock, GroupTrend, SeriesPoint};
use super::sites::{Shown, SiteIndex, Words};
use super::tree::{Births, CreatorNode};
use crate::site::identity::Site;
use crate::site::inlined::Inlined;
use crate::site::origin::Origin;
use heapwise_stats::TrendLabel;

/// A group that is not growing is large from this many goroutines on, if it has this part of all.
const LARGE: i64 = 100;
const LARGE_PART: i64 = 10;
/// Values of a label that are kept: one for each request would be as many as goroutines.
const MOST_VALUES: usize = 20;

impl Gatherer {
    /// The answer over all dumps that were added. Dumps of one instant, in several forms, have
    /// the same name in `instants`, which is in the order in which they were added.
    pub fn finish(mut self, instants: &[String]) -> GoroutineGroups {
        self.mark_falls(instants);
        self.mark_processes(instants);
        let infos: Vec<_> = self.dumps.iter().map(|dump| dump.info).collect();
        let plan = plan(&infos, instants);
        let origin = plan.series.last().and_then(|&at| infos.get(at)?.origin);
        let origin = origin.map(|name| self.groups.words.get(name).to_owned());
        let order = self.followed(instants);
        let joined = self.join_creators(&plan);
        let dumps = std::mem::take(&mut self.dumps);
        let proofs = Proofs::of(&dumps, &plan, instants);
        let target = |group: GroupIndex| joined.get(group as usize).copied().unwrap_or(group);
        let numbered: Vec<&Dump> = order.iter().filter_map(|&at| dumps.get(at)).collect();
        let found = followed::follow(&numbered, &target);
        let mut merged = Merged::new(joined, self.groups.keys.len(), plan.series.len(), &proofs);
        merged.add_followed(&found);
        let mut proof = Proof::default();
        let mut points = Vec::new();
        for (at, dump) in dumps.into_iter().enumerate() {
            proof.is_there |= dump.marks_leaks();
            proof.phantoms = proof.phantoms.most(dump.phantoms);
            if let Some(place) = plan.series.iter().position(|&in_series| in_series == at) {
                points.push((place, at, dump.info));
            }
            merged.add(dump, at, (&plan, &proofs), self.groups.keys.keys());
        }
        points.sort_by_key(|&(place, ..)| place);
        let series: Vec<SeriesPoint> = points
            .into_iter()
            .map(|(_, dump, info)| SeriesPoint {
                dump,
                time_nanos: plan.time(&info),
                total: info.total,
                unread: info.unread,
            })
            .collect();
        Conclusion {
            clock: Clock::new(&series, plan.order, plan.contradiction),
            keys: self.groups.keys.into_keys(),
            words: self.groups.words,
            shown: self.groups.stacks.into_shown(),
            sites: self.groups.sites.finish(),
            options: self.groups.options,
            total: series.last().map_or(0, |point| point.total),
            process: origin,
            proofs,
        }
        .answer(merged, series, plan, proof, found.survivors)
    }

    /// Says of the dumps whose numbers are lower than those of the dump before why that is.
    fn mark_falls(&mut self, instants: &[String]) {
        let infos: Vec<_> = self.dumps.iter().map(|dump| dump.info).collect();
        let plan = plan(&infos, instants);
        if plan.order != Order::Given {
            return;
        }
        let creator = |family: u32| self.groups.creator_of(family);
        let told = falls::falls(&infos, &plan.series).into_iter();
        let told = told.filter_map(|(before, at)| {
            let (before, after) = (self.dumps.get(before)?, self.dumps.get(at)?);
            let are_of_two = followed::are_of_two(before, after, creator);
            Some((at, falls::fall(before, after, are_of_two)))
        });
        let told: Vec<(usize, Fall)> = told.collect();
        for (at, fall) in told {
            if let Some(dump) = self.dumps.get_mut(at) {
                dump.info.fall = Some(fall);
            }
        }
    }

    /// Marks the dumps whose numbers show that they are of another process than the dump before.
    fn mark_processes(&mut self, instants: &[String]) {
        let order = self.followed(instants);
        let creator = |family: u32| self.groups.creator_of(family);
        let is_of_another = |pair: &&[usize]| {
            let dump = |at: usize| self.dumps.get(*pair.get(at)?);
            let both = dump(0).zip(dump(1));
            both.is_some_and(|(before, after)| followed::are_of_two(before, after, creator))
        };
        let pairs = order.windows(2).filter(is_of_another);
        let marked: Vec<usize> = pairs.filter_map(|pair| pair.last().copied()).collect();
        for at in marked {
            if let Some(dump) = self.dumps.get_mut(at) {
                dump.info.is_of_another = true;
            }
        }
    }

    /// Where each group goes: those of a stack whose creator one dump tells and another does not
    /// are one group.
    fn join_creators(&self, plan: &Plan) -> Vec<GroupIndex> {
        let mut by_stack: HashMap<u32, Vec<GroupIndex>> = HashMap::new();
        for (group, key) in self.groups.keys.keys().iter().enumerate() {
            if let Key::Stack(stack, _) = key {
                by_stack
                    .entry(*stack)
                    .or_default()
                    .push(group as GroupIndex);
            }
        }
        let mut target: Vec<GroupIndex> = (0..self.groups.keys.len() as GroupIndex).collect();
        if self.dumps.len() < 2 {
            return target;
        }
        let series_tells = plan.series.iter().any(|&at| {
            let dump = self.dumps.get(at);
            dump.is_some_and(|dump| dump.info.has_states)
        });
        let is_untold = |group: &&GroupIndex| {
            matches!(self.groups.keys.get(**group), Some(Key::Stack(_, NONE)))
        };
        for (group, key) in self.groups.keys.keys().iter().enumerate() {
            let Key::Stack(stack, creator) = key else {
                continue;
            };
            let all = by_stack.get(stack).map_or(&[][..], Vec::as_slice);
            let Some(&untold) = all.iter().find(is_untold) else {
                continue;
            };
            // Several creators: only a series that tells them can keep them apart.
            let is_told = *creator != NONE;
            let Some(slot) = target.get_mut(group) else {
                continue;
            };
            if is_told && (all.len() == 2 || !series_tells) {
                *slot = untold;
            }
        }
        target
    }
}

impl Dump {
    fn marks_leaks(&self) -> bool {
        self.is_proof || self.groups.iter().any(|(_, detail)| detail.leaked > 0)
    }
}

/// What dumps tell of leaks besides the groups.
#[derive(Default)]
struct Proof {
    is_there: bool,
    phantoms: Phantoms,
}

struct Conclusion {
    clock: Clock,
    keys: Vec<Key>,
    words: Words,
    shown: Vec<Shown>,
    /// With the rank of each in the order of content.
    sites: (Vec<(Site, Inlined)>, Vec<u32>),
    options: GoroutineOptions,
    total: i64,
    process: Option<String>,
    proofs: Proofs,
}

impl Conclusion {
    fn answer(
        self,
        merged: Merged,
        series: Vec<SeriesPoint>,
        plan: Plan,
        proof: Proof,
        survivors: Option<Survivors>,
    ) -> GoroutineGroups {
        let has_survivors = survivors.is_some();
        let totals: Vec<i64> = series.iter().map(|point| point.total).collect();
        let mut groups: Vec<GoroutineGroup> = Vec::new();
        for (key, sum) in self.keys.iter().zip(merged.sums) {
            if sum.is_there {
                let mut group = self.group(*key, sum);
                group.survivors = group.survivors.filter(|_| has_survivors);
                groups.push(group);
            }
        }
        self.name_causes(&mut groups, proof.is_there);
        self.sort(&mut groups);
        let trend = self.clock.trend(&totals);
        let creators = self.tree(&groups);
        GoroutineGroups {
            group_by: self.options.group_by,
            series,
            order: plan.order,
            processes: plan.processes,
            counts: plan.counts,
            process: self.process,
            contradiction: plan.contradiction,
            trend,
            groups,
            roles: plan.roles,
            survivors,
            has_proof: proof.is_there,
            phantoms: proof.phantoms,
            sites: self.sites.0,
            creators,
        }
    }

    fn group(&self, key: Key, sum: Sum) -> GoroutineGroup {
        let count = sum.counts.last().copied().unwrap_or(0);
        let trend = self.clock.trend(&sum.counts);
        let leaked = self.proofs.leaked(&sum.by_proof, sum.leaked);
        let verdict = self.verdict(&sum, leaked, trend);
        let turned_over = turned_over(&sum);
        let states = self.words_of(&sum.detail.states);
        let stacks = match key {
            Key::Stack(stack, _) => vec![stack],
            _ => most_first(&sum.detail.stacks),
        };
        let shown = stacks
            .first()
            .and_then(|&stack| self.shown.get(stack as usize));
        GoroutineGroup {
            name: self.name(key),
            count,
            state: states
                .first()
                .map_or(String::new(), |(state, _)| state.clone()),
            states,
            wait_minutes: sum.detail.minutes.filter(|&(_, most)| most > 0),
            created_by: created_by(key, &sum),
            parked_in: shown.map_or(Vec::new(), |shown| shown.parked_in.to_vec()),
            stack: shown.map_or(Vec::new(), |shown| shown.frames.to_vec()),
            stacks: stacks.len(),
            labels: self.labels(&sum.detail),
            leaked,
            leaked_over_time: LeakedOverTime::of(sum.by_proof),
            trend,
            verdict,
            lasting: sum.lasting,
            turned_over,
            allowed: None,
            causes: Vec::new(),
            survivors: Some(sum.survivors),
            counts: sum.counts,
        }
    }

    fn name(&self, key: Key) -> Option<String> {
        let function = |site: SiteIndex| {
            let site = self.sites.0.get(site as usize);
            site.map_or(String::new(), |(site, _)| site.pprof_name())
        };
        match key {
            Key::Stack(..) => None,
            Key::Function(site) | Key::Creator(site) => Some(function(site)),
            Key::Word(NONE) => Some(String::new()),
            Key::Word(word) => Some(self.words.get(word).to_owned()),
        }
    }

    fn words_of(&self, tally: &Tally) -> Vec<(String, i64)> {
        let mut named: Vec<(String, i64)> = tally
            .iter()
            .map(|(word, count)| (self.words.get(word).to_owned(), count))
            .collect();
        named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        named
    }

    fn labels(&self, detail: &Detail) -> Vec<LabelCounts> {
        let mut by_name: BTreeMap<&str, Vec<(String, i64)>> = BTreeMap::new();
        for (&(name, value), &count) in &detail.labels {
            let values = by_name.entry(self.words.get(name)).or_default();
            values.push((self.words.get(value).to_owned(), count));
        }
        let counts = by_name.into_iter().map(|(name, mut values)| {
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            LabelCounts {
                name: name.to_owned(),
                distinct: values.len(),
                values: values.into_iter().take(MOST_VALUES).collect(),
            }
        });
        counts.collect()
    }

    fn verdict(&self, sum: &Sum, leaked: i64, trend: Option<GroupTrend>) -> Option<LeakVerdict> {
        if leaked > 0 {
            return Some(LeakVerdict::Leaked);
        }
        let piles_up = sum
            .lasting
            .is_some_and(|one| one.sureness == Sureness::Sure);
        // What does not stay is no leak, however many there are.
        if is_growing(trend) && turned_over(sum).is_none() || piles_up {
            return Some(LeakVerdict::Growing);
        }
        let is_steady = trend.is_some_and(|trend| {
            let steady = matches!(trend.label, TrendLabel::Stable | TrendLabel::Stepped);
            steady && !trend.tentative
        });
        let count = sum.counts.last().copied().unwrap_or(0);
        let is_large = count >= LARGE && count.saturating_mul(LARGE_PART) >= self.total;
        (is_steady && is_large && stays_large(&sum.counts)).then_some(LeakVerdict::LargeButStable)
    }

    fn name_causes(&self, groups: &mut [GoroutineGroup], has_proof: bool) {
        let wanted = |group: &GoroutineGroup| {
            let is_bad = matches!(
                group.verdict,
                Some(LeakVerdict::Leaked | LeakVerdict::Growing)
            );
            is_bad || group.state.ends_with("(nil chan)")
        };
        let places: Vec<usize> = (0..groups.len())
            .filter(|&at| groups.get(at).is_some_and(wanted))
            .collect();
        let bad = places.iter().filter_map(|&at| groups.get(at));
        let suspects: Vec<Suspect<'_>> = bad.map(|group| self.suspect(group)).collect();
        let scene = Scene {
            suspects: &suspects,
            has_proof,
        };
        let found: Vec<_> = suspects.iter().map(|s| causes(s, &scene)).collect();
        drop(suspects);
        for (at, causes) in places.into_iter().zip(found) {
            if let Some(group) = groups.get_mut(at) {
                group.causes = causes;
            }
        }
    }

    fn suspect(&self, group: &GoroutineGroup) -> Suspect<'_> {
        let site = |&at: &SiteIndex| {
            let site = self.sites.0.get(at as usize);
            site.map(|(site, _)| (at, site))
        };
        let frames = group.parked_in.iter().chain(&group.stack);
        Suspect {
            count: group.count,
            leaked: group.leaked,
            state: self.states_word(&group.state),
            frames: frames.filter_map(site).collect(),
            created_by: group.created_by.as_ref().and_then(site),
            is_growing: group.verdict == Some(LeakVerdict::Growing) || is_growing(group.trend),
        }
    }

    /// The same word, borrowed for longer.
    fn states_word(&self, state: &str) -> &str {
        self.words.find(state).unwrap_or("")
    }

    /// The worst and the largest first; of equal ones the program's own code first, then in the
    /// order of content.
    fn sort(&self, groups: &mut [GoroutineGroup]) {
        let rank = |&at: &SiteIndex| self.sites.1.get(at as usize).copied().unwrap_or(0);
        let has_own = |group: &GoroutineGroup| {
            let mut frames = group.stack.iter();
            frames.any(|&at| {
                let site = self.sites.0.get(at as usize);
                site.is_some_and(|(site, _)| Origin::of(site) == Origin::Own)
            })
        };
        groups.sort_by_cached_key(|group| {
            let ranks: Vec<u32> = group.stack.iter().map(rank).collect();
            (
                group.verdict.map_or(u8::MAX, |verdict| verdict as u8),
                std::cmp::Reverse(group.leaked_over_time.as_ref().map_or(0, |l| l.new)),
                std::cmp::Reverse(group.leaked),
                std::cmp::Reverse(group.count),
                !has_own(group),
                group.name.clone(),
                ranks,
                group.created_by.as_ref().map(rank),
            )
        });
    }

    fn tree(&self, groups: &[GoroutineGroup]) -> Vec<CreatorNode> {
        let function = |at: SiteIndex| {
            let site = self.sites.0.get(at as usize);
            site.and_then(|(site, _)| site.function.as_deref())
                .unwrap_or("")
        };
        if !self.options.tree || self.options.group_by != GroupBy::Stack {
            return Vec::new();
        }
        let creators = groups.iter().filter_map(|group| group.created_by);
        let mut births = Births::new(creators.map(function));
        for group in groups.iter().filter(|group| group.count > 0) {
            let mut functions = group.stack.iter().map(|&at| function(at));
            let is_code = |name: &&str| Frame::of(name) != Frame::Runtime;
            // Only some forms show what called main.main. What is all runtime has its root only.
            let mut stack: Vec<&str> = functions.clone().filter(is_code).collect();
            if stack.is_empty() {
                stack.extend(functions.next_back());
            }
            births.add(
                stack.into_iter(),
                group.created_by.map(function),
                group.count,
            );
        }
        births.tree()
    }
}

/// Where a group was created: as its key says, or as the one place that dumps tell, or the most
/// frequent where the series cannot keep them apart.
fn created_by(key: Key, sum: &Sum) -> Option<SiteIndex> {
    match key {
        Key::Stack(_, NONE) | Key::Function(_) | Key::Word(_) => {
            let creators = most_first(&sum.creators);
            match (creators.as_slice(), key) {
                ([only], _) => Some(*only),
                ([most, ..], Key::Stack(..)) => Some(*most),
                _ => None,
            }
        }
        Key::Stack(_, creator) | Key::Creator(creator) => Some(creator),
    }
}

/// Whether there are always half of the most, once there were: what is gone in between is no pool.
fn stays_large(counts: &[i64]) -> bool {
    let most = counts.iter().copied().max().unwrap_or(0);
    let is_half = |count: &i64| count.saturating_mul(2) >= most;
    counts
        .iter()
        .skip_while(|count| !is_half(count))
        .all(is_half)
}

/// See [`GoroutineGroup::turned_over`].
fn turned_over(sum: &Sum) -> Option<i64> {
    /// Fewer tell nothing.
    const LEAST: i64 = 5;
    let last = sum.counts.last().copied().unwrap_or(0);
    sum.passing.filter(|&passing| passing >= last.max(LEAST))
}

fn most_first(tally: &Tally) -> Vec<u32> {
    let mut items: Vec<(u32, i64)> = tally.iter().collect();
    items.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    items.into_iter().map(|(item, _)| item).collect()
}
