//! The sample types that all of some profiles have.

use heapwise_decode::Error;

use super::heading::{Heading, TypeAndUnit, describe};
use crate::profile::units::{are_compatible, scale};

/// The sample types that all profiles have, and where each profile keeps them.
pub(super) struct CommonTypes {
    pub(super) types: Vec<TypeAndUnit>,
    /// What the period counts.
    pub(super) period: TypeAndUnit,
    pub(super) columns: Vec<Vec<Column>>,
}

/// Where a profile keeps a value, and what it is multiplied by to be in the common unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    pub(super) at: usize,
    pub(super) ratio: f64,
}

impl Column {
    /// As it is.
    pub(super) fn at(at: usize) -> Column {
        Column { at, ratio: 1.0 }
    }

    /// The value in the common unit (profile/profile.go: ScaleN).
    pub(super) fn of(&self, values: &[i64]) -> i64 {
        let value = values.get(self.at).copied().unwrap_or(0);
        if self.ratio == 1.0 {
            value
        } else {
            (value as f64 * self.ratio).round() as i64
        }
    }
}

/// Finds what profiles have in common: sample types of the same name, in the order of the first
/// profile (profile/merge.go: CompatibilizeSampleTypes), each in the finest of its units
/// (internal/measurement/measurement.go: ScaleProfiles).
pub(super) fn common_types(parts: &[Heading]) -> Result<CommonTypes, Error> {
    let names: Vec<&[TypeAndUnit]> = parts.iter().map(|part| &*part.common().types).collect();
    let first = names.first().copied().unwrap_or_default();
    let all_of = |type_: &[u8]| -> Option<Vec<usize>> {
        let find = |types: &&[TypeAndUnit]| types.iter().position(|(known, _)| known == type_);
        names.iter().map(find).collect()
    };
    let mut common = CommonTypes {
        types: Vec::new(),
        period: TypeAndUnit::default(),
        columns: vec![Vec::new(); parts.len()],
    };
    for (type_, _) in first {
        let Some(places) = all_of(type_) else {
            continue;
        };
        let both = names.iter().zip(&places);
        let own: Vec<&TypeAndUnit> = both.filter_map(|(types, &at)| types.get(at)).collect();
        let finest = finest(&own).ok_or_else(|| different(&names))?;
        for ((columns, at), own) in common.columns.iter_mut().zip(places).zip(&own) {
            columns.push(Column {
                at,
                ratio: ratio(&own.1, &finest.1),
            });
        }
        common.types.push((type_.clone(), finest.1.clone()));
    }
    if common.types.is_empty() {
        return Err(different(&names));
    }
    common.period = common_period(parts)?;
    Ok(common)
}

/// The one in the finest unit; `None` when they do not convert into each other
/// (internal/measurement/measurement.go: CommonValueType).
fn finest<'a>(all: &[&'a TypeAndUnit]) -> Option<&'a TypeAndUnit> {
    let (&first, others) = all.split_first()?;
    others.iter().try_fold(first, |least, &other| {
        let is_same_type = singular(&least.0) == singular(&other.0);
        if !is_same_type || !are_compatible(&text(&least.1), &text(&other.1)) {
            return None;
        }
        let is_finer = ratio(&other.1, &least.1) < 1.0;
        Some(if is_finer { other } else { least })
    })
}

fn singular(type_: &[u8]) -> &[u8] {
    type_.strip_suffix(b"s").unwrap_or(type_)
}

fn ratio(from: &[u8], to: &[u8]) -> f64 {
    if from == to {
        return 1.0;
    }
    scale(1, &text(from), &text(to)).0
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn different(names: &[&[TypeAndUnit]]) -> Error {
    let mut lists: Vec<String> = Vec::new();
    for types in names {
        let list = describe(types);
        if !lists.contains(&list) && lists.len() < LISTS {
            lists.push(list);
        }
    }
    Error::incompatible(
        "sample types",
        lists.join(" and "),
        "sample types in common, in units that convert into each other",
    )
}

/// Lists of types that a message names.
const LISTS: usize = 5;

/// What the periods count: one type, in the finest of the units.
fn common_period(parts: &[Heading]) -> Result<TypeAndUnit, Error> {
    let all: Vec<&TypeAndUnit> = parts
        .iter()
        .map(|part| &part.common().period_type)
        .collect();
    let Some(&first) = all.first() else {
        return Ok(TypeAndUnit::default());
    };
    let other = all.iter().find(|other| other.0 != first.0);
    match (finest(&all), other) {
        (Some(finest), None) => Ok(finest.clone()),
        (_, other) => {
            let other = other.or_else(|| all.iter().find(|other| other.1 != first.1));
            let both = [Some(&first), other].into_iter().flatten();
            let both: Vec<String> = both
                .map(|&period| describe(std::slice::from_ref(period)))
                .collect();
            Err(Error::incompatible(
                "period type",
                both.join(" and "),
                "one period type",
            ))
        }
    }
}

/// A profile's period in the unit of another.
pub(super) fn period_in(part: &Heading, unit: &[u8]) -> i64 {
    let own = &part.common().period_type.1;
    if own == unit {
        return part.common().period;
    }
    scale(part.common().period, &text(own), &text(unit)).0 as i64
}
