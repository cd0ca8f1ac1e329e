//! Which dumps are a series, in which order, and which only add to what is known of it.

use heapwise_decode::ProfileKind;

use super::gather::DumpInfo;

/// By what the dumps of a series are in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the times that they say.
    Time,
    /// As they were given: texts do not say when they were taken.
    Given,
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
}

/// The use of every dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// By dump.
    pub(super) roles: Vec<Role>,
    /// The series, first to last.
    pub(super) series: Vec<usize>,
    pub(super) order: Order,
}

/// Plans for dumps whose instants are told apart by these names: of several forms of one instant
/// one counts, with a time if there is one, so that the rest of the series has times, too.
pub(super) fn plan(dumps: &[DumpInfo], instants: &[String]) -> Plan {
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
            return Plan {
                roles,
                series: vec![last],
                order: Order::Given,
            };
        }
    }
    for at in counted(&roles) {
        let is_better = |other: usize| {
            roles.get(other) == Some(&Role::Counted)
                && instants.get(other) == instants.get(at)
                && (preference(dumps, other), std::cmp::Reverse(other))
                    > (preference(dumps, at), std::cmp::Reverse(at))
        };
        if (0..dumps.len()).any(is_better)
            && let Some(role) = roles.get_mut(at)
        {
            *role = Role::SameInstant;
        }
    }
    let time = |at: usize| dumps.get(at).and_then(|dump| dump.time_nanos);
    let timed: Vec<usize> = counted(&roles)
        .into_iter()
        .filter(|&at| time(at).is_some())
        .collect();
    let all = counted(&roles);
    if timed.len() < 2 && timed.len() < all.len() {
        return Plan {
            roles,
            series: all,
            order: Order::Given,
        };
    }
    for &at in all.iter().filter(|&&at| time(at).is_none()) {
        if let Some(role) = roles.get_mut(at) {
            *role = Role::Untimed;
        }
    }
    let mut series = timed;
    series.sort_by_key(|&at| (time(at), at));
    Plan {
        roles,
        series,
        order: Order::Time,
    }
}

fn role_of_its_own(dump: &DumpInfo) -> Role {
    match dump.kind {
        _ if dump.is_delta => Role::Difference,
        ProfileKind::GoroutineLeak => Role::Proof,
        _ => Role::Counted,
    }
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
    use super::{Order, Role, plan};
    use crate::goroutines::gather::DumpInfo;
    use heapwise_decode::ProfileKind;

    fn dump(time: Option<i64>, has_states: bool) -> DumpInfo {
        DumpInfo {
            kind: ProfileKind::Goroutine,
            time_nanos: time,
            is_delta: false,
            total: 1,
            has_states,
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
}
