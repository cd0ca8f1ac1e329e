//! Tells profiles that are another form of the same moment of a process, such as its heap and its allocs profile: in a
//! sum they count twice, and as runs they are one.

use heapwise_analysis::{Granularity, Header, RankOptions, Ranking, rank};
use heapwise_decode::{Limits, ProfileKind};
use heapwise_report::Warning;

use crate::input::NamedSource;

/// Forms of one moment are written one after the other, in less than this.
const NANOS_BETWEEN: u64 = 1_000_000_000;
/// So many profiles that may be such are looked at.
const MOST: usize = 64;

/// In which form a profile is of its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    kind: ProfileKind,
    /// When it was taken. A text does not tell.
    nanos: Option<i64>,
}

impl Form {
    pub(crate) fn of(header: &Header) -> Form {
        Form {
            kind: header.kind,
            nanos: header.time_nanos,
        }
    }

    /// Whether both may be different forms of one moment. Of one form they are runs, or copies.
    fn may_be_other(self, other: Form) -> bool {
        match (self.nanos, other.nanos) {
            (Some(one), Some(other_nanos)) => {
                self.kind != other.kind && one.abs_diff(other_nanos) < NANOS_BETWEEN
            }
            (one, other) => one.is_some() != other.is_some(),
        }
    }
}

/// Says which of the sources have the same totals as another one of which they may be another form; the `forms` of
/// sources are by their names.
pub(super) fn warnings<'a>(
    sources: &[NamedSource],
    forms: impl Iterator<Item = (&'a str, Form)>,
    limits: &Limits,
) -> Vec<Warning> {
    let known = forms.filter_map(|(path, form)| {
        let source = sources.iter().find(|source| &*source.path == path)?;
        Some((source, form))
    });
    let known: Vec<(&NamedSource, Form)> = known.take(MOST + 1).collect();
    if known.len() < 2 || known.len() > MOST {
        return Vec::new();
    }
    let has_other = |form: Form| known.iter().any(|(_, other)| form.may_be_other(*other));
    let candidates = known.iter().filter(|(_, form)| has_other(*form));
    let ranked = candidates.filter_map(|(source, form)| {
        let options = RankOptions::new(Granularity::Packages);
        let ranking = rank(*source, &options, limits).ok()?;
        Some((&*source.path, *form, totals(&ranking)?))
    });
    let ranked: Vec<(&str, Form, Totals)> = ranked.collect();
    let mut warnings = Vec::new();
    for (at, (path, form, totals)) in ranked.iter().enumerate() {
        let mut earlier = ranked.iter().take(at);
        let is_same = |(_, other, known): &&(&str, Form, Totals)| {
            known == totals && form.may_be_other(*other)
        };
        if let Some((first, ..)) = earlier.find(is_same) {
            let message = format!(
                "{path}: the same totals as {first}: another form of one moment, which counts twice: leave one out"
            );
            warnings.push(Warning::new("same_moment", message));
        }
    }
    warnings
}

/// What a heap profile has in all: objects and bytes, ever allocated and in use.
type Totals = [i128; 4];

/// `None` where it is no heap profile, or too little to tell it from another.
fn totals(ranking: &Ranking) -> Option<Totals> {
    let of = |name: &str| {
        let types = &ranking.header.sample_types;
        let at = types.iter().position(|known| known.type_ == name)?;
        Some(ranking.totals.get(at)?.net)
    };
    let all = [
        of("alloc_objects")?,
        of("alloc_space")?,
        of("inuse_objects")?,
        of("inuse_space")?,
    ];
    (ranking.sample_count > 1 && all.iter().any(|&total| total != 0)).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::Form;
    use heapwise_decode::ProfileKind::{Allocs, Heap};

    #[test]
    fn forms_of_one_moment_differ_and_are_close() {
        let form = |kind, nanos| Form { kind, nanos };
        for (one, other, expected) in [
            (form(Heap, Some(5)), form(Allocs, Some(9)), true),
            (form(Heap, Some(5)), form(Heap, Some(5)), false),
            (
                form(Heap, Some(5)),
                form(Allocs, Some(1_000_000_005)),
                false,
            ),
            (form(Heap, Some(-5)), form(Allocs, Some(5)), true),
            (form(Heap, None), form(Heap, Some(5)), true),
            (form(Heap, None), form(Heap, None), false),
        ] {
            assert_eq!(one.may_be_other(other), expected);
            assert_eq!(other.may_be_other(one), expected);
        }
    }
}
