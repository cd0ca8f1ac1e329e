//! Profile types as stores name them, `memory:inuse_space:bytes:space:bytes`, and which of them are asked for together.

use crate::fetch::Endpoint;

/// A type of profile: one value of what the program told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProfileType {
    /// All parts, with colons.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) sample_type: String,
    pub(crate) sample_unit: String,
    pub(crate) period_type: String,
    pub(crate) period_unit: String,
}

impl ProfileType {
    /// By its name in a store; Parca's may end in `:delta`.
    pub(super) fn parse(id: &str) -> Option<ProfileType> {
        let mut parts = id.split(':');
        let mut next = || parts.next().map(str::to_owned);
        let known = ProfileType {
            id: id.to_owned(),
            name: next()?,
            sample_type: next()?,
            sample_unit: next()?,
            period_type: next()?,
            period_unit: next()?,
        };
        matches!(next().as_deref(), None | Some("delta")).then_some(known)
    }

    /// Whether its values are differences, as Parca names them.
    pub(super) fn is_delta(&self) -> bool {
        self.id.ends_with(":delta")
    }

    /// Whether each profile tells what is there, so that several are not to be added up but to be averaged.
    pub(super) fn is_level(&self) -> bool {
        matches!(
            self.sample_type.as_str(),
            "inuse_objects"
                | "inuse_space"
                | "goroutine"
                | "goroutines"
                | "goroutineleak"
                | "threadcreate"
        )
    }

    fn is_beside(&self, other: &ProfileType) -> bool {
        let source = |known: &ProfileType| {
            (
                known.name.clone(),
                known.period_type.clone(),
                known.period_unit.clone(),
            )
        };
        source(self) == source(other)
    }
}

/// The values that Go's profiles have together, in their order.
const TOGETHER: [&[&str]; 3] = [
    &[
        "alloc_objects",
        "alloc_space",
        "inuse_objects",
        "inuse_space",
    ],
    &["contentions", "delay"],
    &["samples", "cpu"],
];

/// The types to ask for, and which one is shown first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) types: Vec<ProfileType>,
    pub(super) default: String,
}

impl Chosen {
    /// Whether it is of a heap.
    pub(super) fn is_heap(&self) -> bool {
        self.types
            .iter()
            .any(|known| TOGETHER[0].contains(&known.sample_type.as_str()))
    }
}

/// What is asked for, among what there is; an error is a sentence behind "found".
pub(super) fn choose(
    asked: Option<&str>,
    endpoint: Endpoint,
    known: &[ProfileType],
) -> Result<Chosen, String> {
    let usual = match endpoint {
        Endpoint::Heap | Endpoint::HeapText => "inuse_space",
        Endpoint::Goroutines => "goroutine",
    };
    let name = asked.unwrap_or(usual);
    let matching = |wanted: fn(&ProfileType) -> &str| -> Vec<&ProfileType> {
        known.iter().filter(|known| wanted(known) == name).collect()
    };
    let mut found = matching(|known| &known.id);
    if found.is_empty() {
        found = matching(|known| &known.sample_type);
    }
    if found.is_empty() {
        // A name stands for what Go shows first of it.
        found = matching(|known| &known.name);
        let shown = |known: &&&ProfileType| {
            matches!(known.sample_type.as_str(), "inuse_space" | "cpu" | "delay")
        };
        if let Some(first) = found.iter().find(shown).copied().or(found.first().copied()) {
            found = vec![first];
        }
    }
    let first = match found.as_slice() {
        [] => {
            return Err(format!(
                "no profile type {name:?}, expected one of {}",
                ids(known)
            ));
        }
        [one] => *one,
        several => {
            let several: Vec<ProfileType> = several.iter().map(|known| (*known).clone()).collect();
            return Err(format!(
                "several profile types {name:?}, expected one of {}",
                ids(&several)
            ));
        }
    };
    let group = TOGETHER
        .into_iter()
        .find(|group| group.contains(&first.sample_type.as_str()));
    let types = match group {
        None => vec![first.clone()],
        Some(group) => {
            let of_group = |wanted: &&str| {
                let mut known = known.iter();
                known
                    .find(|known| known.sample_type == *wanted && known.is_beside(first))
                    .cloned()
            };
            group.iter().filter_map(of_group).collect()
        }
    };
    Ok(Chosen {
        types,
        default: first.sample_type.clone(),
    })
}

fn ids(known: &[ProfileType]) -> String {
    let ids: Vec<&str> = known.iter().map(|known| known.id.as_str()).collect();
    ids.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{ProfileType, choose};
    use crate::fetch::Endpoint;

    fn known() -> Vec<ProfileType> {
        let ids = [
            "goroutine:goroutine:count:goroutine:count",
            "memory:alloc_objects:count:space:bytes",
            "memory:alloc_space:bytes:space:bytes",
            "memory:inuse_objects:count:space:bytes",
            "memory:inuse_space:bytes:space:bytes",
            "mutex:contentions:count:contentions:count",
            "mutex:delay:nanoseconds:contentions:count",
            "block:delay:nanoseconds:contentions:count",
            "process_cpu:cpu:nanoseconds:cpu:nanoseconds:delta",
        ];
        ids.into_iter().filter_map(ProfileType::parse).collect()
    }

    #[track_caller]
    fn check(asked: Option<&str>, expected: &[&str], default: &str) {
        let chosen = choose(asked, Endpoint::Heap, &known());
        let found = chosen.map(|chosen| {
            let types = chosen.types.into_iter().map(|known| known.sample_type);
            (types.collect::<Vec<_>>(), chosen.default)
        });
        let expected = expected.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(found, Ok((expected, default.to_owned())), "{asked:?}");
    }

    #[test]
    fn values_of_one_profile_are_asked_for_together() {
        let heap = [
            "alloc_objects",
            "alloc_space",
            "inuse_objects",
            "inuse_space",
        ];
        check(None, &heap, "inuse_space");
        check(Some("memory"), &heap, "inuse_space");
        check(Some("alloc_space"), &heap, "alloc_space");
        check(
            Some("memory:alloc_objects:count:space:bytes"),
            &heap,
            "alloc_objects",
        );
        check(Some("mutex"), &["contentions", "delay"], "delay");
        check(Some("block"), &["delay"], "delay");
        check(Some("goroutine"), &["goroutine"], "goroutine");
        check(Some("cpu"), &["cpu"], "cpu");
    }

    #[test]
    fn what_is_not_there_or_not_one_is_refused() {
        let refused = |asked| choose(Some(asked), Endpoint::Heap, &known()).err();
        let several = refused("delay").unwrap_or_default();
        assert!(
            several.contains("mutex:delay") && several.contains("block:delay"),
            "{several}"
        );
        let none = refused("nope").unwrap_or_default();
        assert!(
            none.contains("\"nope\"") && none.contains("memory:inuse_space"),
            "{none}"
        );
        assert!(refused("memory:nope:bytes:space:bytes").is_some());
    }
}
