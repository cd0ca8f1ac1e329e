use heapwise_decode::{Error, Tables};

use super::Part;

/// The sample types that all profiles have, and where each profile keeps them.
pub(super) struct CommonTypes {
    pub(super) types: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) columns: Vec<Vec<usize>>,
}

pub(super) fn common_types(parts: &[Part<'_>]) -> Result<CommonTypes, Error> {
    let names: Vec<Vec<(Vec<u8>, Vec<u8>)>> = parts
        .iter()
        .map(|part| {
            let tables = part.profile.tables();
            let types = tables.sample_types().iter();
            types
                .map(|value_type| {
                    let type_ = tables.text_bytes(value_type.type_).to_vec();
                    (type_, tables.text_bytes(value_type.unit).to_vec())
                })
                .collect()
        })
        .collect();
    let find = |types: &[(Vec<u8>, Vec<u8>)], wanted: &[u8]| {
        types.iter().position(|(type_, _)| type_ == wanted)
    };
    let first = names.first().cloned().unwrap_or_default();
    let types: Vec<_> = first
        .into_iter()
        .filter(|(type_, _)| names.iter().all(|other| find(other, type_).is_some()))
        .collect();
    let columns: Vec<Vec<usize>> = names
        .iter()
        .map(|other| {
            types
                .iter()
                .filter_map(|(type_, _)| find(other, type_))
                .collect()
        })
        .collect();
    let same_units = names.iter().zip(&columns).all(|(other, columns)| {
        let units = columns
            .iter()
            .filter_map(|&at| other.get(at))
            .map(|(_, unit)| unit);
        units.eq(types.iter().map(|(_, unit)| unit))
    });
    if types.is_empty() || !same_units {
        let lists: Vec<String> = names.iter().map(|types| describe(types)).collect();
        return Err(Error::incompatible(
            "sample types",
            lists.join(" and "),
            "sample types in common, in the same units",
        ));
    }
    Ok(CommonTypes { types, columns })
}

fn describe(types: &[(Vec<u8>, Vec<u8>)]) -> String {
    let all: Vec<String> = types
        .iter()
        .map(|(type_, unit)| {
            let (type_, unit) = (
                String::from_utf8_lossy(type_),
                String::from_utf8_lossy(unit),
            );
            format!("{type_}/{unit}")
        })
        .collect();
    format!("[{}]", all.join(" "))
}

pub(super) fn check_periods(parts: &[Part<'_>]) -> Result<(), Error> {
    let mut periods = parts.iter().map(|part| period_type(part.profile.tables()));
    let Some(first) = periods.next() else {
        return Ok(());
    };
    match periods.find(|other| *other != first) {
        None => Ok(()),
        Some(other) => Err(Error::incompatible(
            "period type",
            format!("{} and {}", describe(&[first]), describe(&[other])),
            "one period type",
        )),
    }
}

pub(super) fn period_type(tables: &Tables) -> (Vec<u8>, Vec<u8>) {
    let period_type = tables.period_type().unwrap_or_default();
    (
        tables.text_bytes(period_type.type_).to_vec(),
        tables.text_bytes(period_type.unit).to_vec(),
    )
}
