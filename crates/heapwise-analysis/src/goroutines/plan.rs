//! Which dumps are a series, in which order, and which only add to what is known of it.

use std::collections::BTreeMap;

use heapwise_decode::ProfileKind;

use super::dump::{DumpInfo, Fall};
use super::falls;

/// By what the dumps of a series are in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the times that they say.
    Time,
    /// As they were given: texts do not say when they were taken.
    Given,
    /// By the numbers of their goroutines, which only go up in the life of a process: what was given is in no order.
    Numbers,
}

/// What tells another order than the one that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contradiction {
    /// The numbers of goroutines were taken; the dumps were given, or are named, in another order.
    NumbersAgainstGiven,
    /// The numbers of goroutines go down from one dump to a later one: the process was another.
    NumbersGoDown,
    /// The numbers of goroutines go down before the last dumps that were given, and it is not clear why: they are of another process, or the
    /// dumps were given in another order than they were taken in.
    RestartOrOrder,
    /// The times within one text go back.
    TimesGoBack,
}

impl Contradiction {
    /// Whether the dumps may have been taken in another order, or of another process, than they are taken for.
    pub fn is_of_order(self) -> bool {
        !matches!(self, Contradiction::TimesGoBack)
    }
}

/// What a dump is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It is one of the series.
    Counted,
    /// It is of the same instant as another, which counts: it adds creators and leaks.
    SameInstant,
    /// It does not say when it was taken as the others do: it adds creators and leaks.
    Untimed,
    /// It has leaked goroutines only: it adds leaks.
    Proof,
    /// It is the difference of two and of no use in a series.
    Difference,
    /// It is of another process than the last one, which is the one that is looked at.
    OtherProcess,
}

/// What the dumps of a series count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counts {
    /// All goroutines.
    Goroutines,
    /// Those alone that can never run again.
    Leaked,
    /// What became more or less between two moments.
    Difference,
}

impl Counts {
    fn of(dump: &DumpInfo) -> Counts {
        match dump.kind {
            _ if dump.is_delta => Counts::Difference,
            ProfileKind::GoroutineLeak => Counts::Leaked,
            _ => Counts::Goroutines,
        }
    }
}

/// The use of every dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// By dump.
    pub(super) roles: Vec<Role>,
    /// The series, first to last.
    pub(super) series: Vec<usize>,
    pub(super) order: Order,
    pub(super) contradiction: Option<Contradiction>,
    /// Of how many processes the dumps are, as far as can be told.
    pub(super) processes: usize,
    /// What the dumps of the series count.
    pub(super) counts: Counts,
    /// Whether times that the lines around dumps tell are taken.
    has_written_times: bool,
}

impl Plan {
    fn new(roles: Vec<Role>, series: Vec<usize>, order: Order) -> Plan {
        Plan {
            roles,
            series,
            order,
            contradiction: None,
            processes: 1,
            counts: Counts::Goroutines,
            has_written_times: false,
        }
    }

    /// When a dump was taken.
    pub(super) fn time(&self, dump: &DumpInfo) -> Option<i64> {
        let written = dump.written_nanos.filter(|_| self.has_written_times);
        dump.time_nanos.or(written)
    }
}

/// Plans for dumps whose instants are told apart by these names: of several forms of one instant
/// one counts, with a time if there is one, so that the rest of the series has times, too.
///
/// Only the dumps of one process are a series: of several processes it is that of the last dump.
pub(super) fn plan(dumps: &[DumpInfo], instants: &[String]) -> Plan {
    let mut plan = plan_of_all(dumps, instants);
    let last = plan.series.last().and_then(|&at| dumps.get(at));
    plan.counts = last.map_or(Counts::Goroutines, Counts::of);
    let processes = processes(dumps, &plan);
    let Some(&last) = processes.last() else {
        return plan;
    };
    plan.processes = processes.iter().max().map_or(1, |most| most + 1);
    if plan.processes > 1 {
        let of_other = plan.series.iter().zip(&processes);
        for (&at, _) in of_other.filter(|(_, process)| **process != last) {
            if let Some(role) = plan.roles.get_mut(at) {
                *role = Role::OtherProcess;
            }
        }
        plan.series
            .retain(|&at| plan.roles.get(at) != Some(&Role::OtherProcess));
        if plan.contradiction == Some(Contradiction::NumbersGoDown) && !go_down(dumps, &plan.series)
        {
            plan.contradiction = None;
        }
        let first = plan.series.first().and_then(|&at| dumps.get(at));
        if plan.order == Order::Given && first.is_some_and(|dump| dump.fall == Some(Fall::Unclear))
        {
            plan.contradiction = Some(Contradiction::RestartOrOrder);
        }
    }
    plan
}

/// The process of each dump of a series, numbered from 0: those of one origin are of one until it ends.
fn processes(dumps: &[DumpInfo], plan: &Plan) -> Vec<usize> {
    let is_as_given = plan.order == Order::Given;
    let begins =
        |dump: &DumpInfo| dump.is_of_another || is_as_given && dump.fall.is_some_and(Fall::parts);
    let mut next = 0;
    // The process of each origin that still runs.
    let mut running: BTreeMap<Option<u32>, usize> = BTreeMap::new();
    let of_dump = |&at: &usize| {
        let dump = dumps.get(at);
        let origin = dump.and_then(|dump| dump.origin);
        if dump.is_some_and(begins) {
            running.remove(&origin);
        }
        let process = *running.entry(origin).or_insert_with(|| {
            next += 1;
            next - 1
        });
        if dump.is_some_and(|dump| dump.ends_process) {
            running.remove(&origin);
        }
        process
    };
    plan.series.iter().map(of_dump).collect()
}

fn plan_of_all(dumps: &[DumpInfo], instants: &[String]) -> Plan {
    let mut roles: Vec<Role> = dumps.iter().map(role_of_its_own).collect();
    let counted = |roles: &[Role]| -> Vec<usize> {
        let places = roles.iter().enumerate();
        let counted = places.filter(|(_, role)| **role == Role::Counted);
        counted.map(|(at, _)| at).collect()
    };
    if counted(&roles).is_empty() {
        // Leaked goroutines, or the difference of two, are all there is to show. Several profiles
        // of leaks are a series as others are; several differences are not.
        for role in roles.iter_mut().filter(|role| **role == Role::Proof) {
            *role = Role::Counted;
        }
        let last = roles.iter().rposition(|role| *role == Role::Difference);
        if let Some(last) = last.filter(|_| counted(&roles).is_empty()) {
            if let Some(role) = roles.get_mut(last) {
                *role = Role::Counted;
            }
            return Plan::new(roles, vec![last], Order::Given);
        }
    }
    for at in counted(&roles) {
        let is_better = |other: usize| {
            roles.get(other) == Some(&Role::Counted)
                && (instants.get(other) == instants.get(at)
                    || are_copies(dumps.get(other), dumps.get(at)))
                && (preference(dumps, other), std::cmp::Reverse(other))
                    > (preference(dumps, at), std::cmp::Reverse(at))
        };
        if (0..dumps.len()).any(is_better)
            && let Some(role) = roles.get_mut(at)
        {
            *role = Role::SameInstant;
        }
    }
    let all = counted(&roles);
    let written = |&at: &usize| {
        let dump = dumps.get(at);
        dump.is_some_and(|dump| dump.time_nanos.or(dump.written_nanos).is_some())
    };
    let has_written_times = all.iter().all(written);
    let time = |at: usize| {
        let dump = dumps.get(at)?;
        let written = dump.written_nanos.filter(|_| has_written_times);
        dump.time_nanos.or(written)
    };
    let timed: Vec<usize> = counted(&roles)
        .into_iter()
        .filter(|&at| time(at).is_some())
        .collect();
    if timed.len() < 2 && timed.len() < all.len() {
        return without_times(dumps, roles, all);
    }
    for &at in all.iter().filter(|&&at| time(at).is_none()) {
        if let Some(role) = roles.get_mut(at) {
            *role = Role::Untimed;
        }
    }
    let mut series = timed;
    series.sort_by_key(|&at| (time(at), at));
    let goes_back = |pair: &[usize]| {
        let [before, after] = pair else { return false };
        let follows = dumps.get(*after).is_some_and(|dump| dump.is_in_sequence);
        follows && time(*after) < time(*before)
    };
    let contradiction = if all.windows(2).any(goes_back) {
        Some(Contradiction::TimesGoBack)
    } else {
        go_down(dumps, &series).then_some(Contradiction::NumbersGoDown)
    };
    Plan {
        contradiction,
        has_written_times,
        ..Plan::new(roles, series, Order::Time)
    }
}

/// Dumps that do not say when they were taken, as they were given: the numbers of their goroutines tell where another process begins, and
/// the order only where what was given is in none.
fn without_times(dumps: &[DumpInfo], roles: Vec<Role>, given: Vec<usize>) -> Plan {
    let highest = |at: &usize| dumps.get(*at).and_then(|dump| dump.highest);
    // Numbers of several processes tell no order, either.
    let is_in_order = |at: &usize| {
        let dump = dumps.get(*at);
        dump.is_some_and(|dump| dump.is_in_sequence || dump.ends_process)
    };
    let can_be_sorted =
        !given.iter().any(is_in_order) && given.iter().all(|at| highest(at).is_some());
    if can_be_sorted && falls::are_disordered(dumps, &given) {
        let mut series = given;
        series.sort_by_key(|at| (highest(at), *at));
        return Plan {
            contradiction: Some(Contradiction::NumbersAgainstGiven),
            ..Plan::new(roles, series, Order::Numbers)
        };
    }
    let contradiction = falls_in_text(dumps, &given).then_some(Contradiction::NumbersGoDown);
    Plan {
        contradiction,
        ..Plan::new(roles, given, Order::Given)
    }
}

/// Whether the highest number goes down from one dump of a text to the next.
fn falls_in_text(dumps: &[DumpInfo], given: &[usize]) -> bool {
    let pairs = given.iter().zip(given.iter().skip(1));
    pairs.into_iter().any(|(&before, &after)| {
        let is_next = dumps.get(after).is_some_and(|dump| dump.is_in_sequence);
        is_next && go_down(dumps, &[before, after])
    })
}

/// Whether the highest number goes down from one dump to the next.
fn go_down(dumps: &[DumpInfo], series: &[usize]) -> bool {
    let highest = |at: &usize| dumps.get(*at).and_then(|dump| dump.highest);
    let numbers: Vec<u64> = series.iter().filter_map(highest).collect();
    numbers.windows(2).any(|pair| pair.first() > pair.last())
}

fn role_of_its_own(dump: &DumpInfo) -> Role {
    match Counts::of(dump) {
        Counts::Difference => Role::Difference,
        Counts::Leaked => Role::Proof,
        Counts::Goroutines => Role::Counted,
    }
}

/// Whether two dumps are one that was copied: of one nanosecond, with as many goroutines.
fn are_copies(one: Option<&DumpInfo>, other: Option<&DumpInfo>) -> bool {
    let known = |dump: &DumpInfo| Some((dump.time_nanos.filter(|&nanos| nanos != 0)?, dump.total));
    let both = one.and_then(known).zip(other.and_then(known));
    both.is_some_and(|(one, other)| one == other)
}

/// Times first, then states.
fn preference(dumps: &[DumpInfo], at: usize) -> (bool, bool) {
    let dump = dumps.get(at);
    dump.map_or((false, false), |dump| {
        (dump.time_nanos.is_some(), dump.has_states)
    })
}

#[cfg(test)]
mod tests {
    use super::{Contradiction, Order, Role, plan};
    use crate::goroutines::dump::{DumpInfo, Fall};
    use crate::goroutines::unread::Unread;
    use heapwise_decode::ProfileKind;

    fn dump(time: Option<i64>, has_states: bool) -> DumpInfo {
        DumpInfo {
            kind: ProfileKind::Goroutine,
            time_nanos: time,
            is_delta: false,
            total: 1,
            has_states,
            written_nanos: None,
            highest: None,
            is_in_sequence: false,
            origin: None,
            ends_process: false,
            is_of_another: false,
            fall: None,
            unread: Unread::default(),
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn counts_each_instant_once_and_sorts_by_time() {
        let dumps = [
            dump(Some(9), false),
            dump(None, true),
            dump(Some(5), false),
            dump(None, true),
        ];
        let plan = plan(&dumps, &names(&["b", "b", "a", "after"]));
        assert_eq!(plan.series, [2, 0]);
        assert_eq!(plan.order, Order::Time);
        assert_eq!(plan.roles[1], Role::SameInstant);
        assert_eq!(plan.roles[3], Role::Untimed);
    }

    #[test]
    fn keeps_the_order_given_without_times() {
        let dumps = [dump(None, true), dump(None, false), dump(Some(1), false)];
        let plan = plan(&dumps, &names(&["x", "y", "z"]));
        assert_eq!(plan.series, [0, 1, 2]);
        assert_eq!(plan.order, Order::Given);
    }

    #[test]
    fn keeps_the_order_given_unless_numbers_fall_again_and_again() {
        let numbered = |highest| DumpInfo {
            highest: Some(highest),
            ..dump(None, true)
        };
        let of = |dumps: &[DumpInfo]| {
            let plan = plan(dumps, &names(&["a", "b", "c"]));
            (plan.series, plan.order, plan.contradiction)
        };
        let dumps = [numbered(5), numbered(9), numbered(9)];
        assert_eq!(of(&dumps), (vec![0, 1, 2], Order::Given, None));
        let dumps = [numbered(5), numbered(3), numbered(9)];
        for (fall, series, said) in [
            (None, vec![0, 1, 2], None),
            (Some(Fall::Little), vec![0, 1, 2], None),
            (Some(Fall::Other), vec![1, 2], None),
            (Some(Fall::Proved), vec![1, 2], None),
            (
                Some(Fall::Unclear),
                vec![1, 2],
                Some(Contradiction::RestartOrOrder),
            ),
        ] {
            let mut dumps = dumps;
            dumps[1].fall = fall;
            assert_eq!(of(&dumps), (series, Order::Given, said), "{fall:?}");
        }
        let mut reversed = [numbered(9), numbered(5), numbered(3)];
        reversed[1].fall = Some(Fall::Unclear);
        reversed[2].fall = Some(Fall::Unclear);
        let said = Some(Contradiction::NumbersAgainstGiven);
        assert_eq!(of(&reversed), (vec![2, 1, 0], Order::Numbers, said));
        reversed[2].fall = Some(Fall::Proved);
        assert_eq!(of(&reversed), (vec![2], Order::Given, None));
        let mut in_text = dumps;
        in_text[1].is_in_sequence = true;
        let said = Some(Contradiction::NumbersGoDown);
        assert_eq!(of(&in_text), (vec![0, 1, 2], Order::Given, said));
        for (at, dump) in in_text.iter_mut().enumerate() {
            dump.written_nanos = Some(10 - at as i64);
            dump.is_in_sequence = at > 0;
        }
        let said = Some(Contradiction::TimesGoBack);
        assert_eq!(of(&in_text), (vec![2, 1, 0], Order::Time, said));
    }

    #[test]
    fn dumps_of_one_process_are_a_series() {
        let of = |dumps: &[DumpInfo]| {
            let plan = plan(dumps, &names(&["a", "b", "c", "d"][..dumps.len()]));
            (plan.series, plan.processes)
        };
        let one = dump(None, true);
        let dies = DumpInfo {
            ends_process: true,
            ..one
        };
        let other = DumpInfo {
            is_of_another: true,
            ..one
        };
        let of_origin = |name| DumpInfo {
            origin: Some(name),
            ..one
        };
        assert_eq!(of(&[one, one, dies]), (vec![0, 1, 2], 1));
        assert_eq!(of(&[dies, one, dies]), (vec![1, 2], 2));
        assert_eq!(of(&[dies, dies, dies]), (vec![2], 3));
        assert_eq!(of(&[one, one, other, one]), (vec![2, 3], 2));
        let [a, b] = [of_origin(1), of_origin(2)];
        assert_eq!(of(&[a, b, a, b]), (vec![1, 3], 2));
        let a_dies = DumpInfo {
            ends_process: true,
            ..a
        };
        assert_eq!(of(&[a_dies, b, a, b]), (vec![1, 3], 3));
        assert_eq!(of(&[a_dies, b, a]), (vec![2], 3));
    }

    #[test]
    fn shows_leaked_goroutines_when_there_is_nothing_else() {
        let leaked = DumpInfo {
            kind: ProfileKind::GoroutineLeak,
            ..dump(Some(1), false)
        };
        let delta = DumpInfo {
            is_delta: true,
            ..dump(Some(2), false)
        };
        let both = plan(&[leaked, delta], &names(&["x", "y"]));
        assert_eq!((both.series, both.roles[1]), (vec![0], Role::Difference));
        assert_eq!(plan(&[delta], &names(&["x"])).series, [0]);
    }

    #[test]
    fn numbers_in_a_text_may_stay_and_not_go_down() {
        let of = |numbers: [u64; 3]| {
            let dumps = numbers.map(|highest| DumpInfo {
                highest: Some(highest),
                is_in_sequence: true,
                ..dump(None, true)
            });
            let plan = plan(&dumps, &names(&["a", "b", "c"]));
            assert_eq!((plan.series, plan.order), (vec![0, 1, 2], Order::Given));
            plan.contradiction
        };
        assert_eq!(of([5, 5, 6]), None);
        assert_eq!(of([5, 6, 5]), Some(Contradiction::NumbersGoDown));
    }

    #[test]
    fn of_one_instant_the_dump_with_a_time_counts_then_that_with_states() {
        let of = |first, second| {
            let plan = plan(&[first, second], &names(&["a", "a"]));
            plan.series
        };
        assert_eq!(of(dump(None, true), dump(Some(1), false)), [1]);
        assert_eq!(of(dump(Some(1), false), dump(None, true)), [0]);
        assert_eq!(of(dump(None, false), dump(None, true)), [1]);
        assert_eq!(of(dump(None, true), dump(None, false)), [0]);
        // Of two alike the first.
        assert_eq!(of(dump(None, true), dump(None, true)), [0]);
    }
}
