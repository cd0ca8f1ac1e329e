//! Whether OTLP profiles in protobuf keep the rules of the format, as the checker of OpenTelemetry's profiling group
//! has them (open-telemetry/sig-profiling: profcheck/check.go): indexes in range, first rows that say nothing, no row
//! twice, mappings that start before they end, one value a sample. A reader of its own: it shares nothing with what it
//! checks.
#![allow(dead_code, reason = "every test binary uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

use std::collections::BTreeSet;

/// A field: its number and its payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Payload<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

pub(crate) type Fields<'a> = Vec<(u64, Payload<'a>)>;

pub(crate) fn fields(mut bytes: &[u8]) -> Fields<'_> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let payload = match key & 7 {
            0 => Payload::Number(varint(&mut bytes)),
            1 => {
                let (value, rest) = bytes.split_at(8);
                bytes = rest;
                Payload::Number(u64::from_le_bytes(value.try_into().unwrap()))
            }
            2 => {
                let length = varint(&mut bytes) as usize;
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Payload::Bytes(value)
            }
            other => panic!("wire type {other}"),
        };
        all.push((key >> 3, payload));
    }
    all
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for step in 0.. {
        let (&byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * step);
        if byte < 0x80 {
            break;
        }
    }
    value
}

/// The messages of a field.
pub(crate) fn messages<'a>(fields: &Fields<'a>, number: u64) -> Vec<&'a [u8]> {
    let of_it = fields.iter().filter(|(field, _)| *field == number);
    of_it
        .map(|(_, payload)| match payload {
            Payload::Bytes(bytes) => *bytes,
            Payload::Number(number) => panic!("{number} for a message"),
        })
        .collect()
}

/// The number of a field; 0 where it is not there.
fn number(fields: &Fields<'_>, at: u64) -> u64 {
    let last = fields.iter().rfind(|(field, _)| *field == at);
    match last {
        Some((_, Payload::Number(number))) => *number,
        Some((_, Payload::Bytes(_))) => panic!("bytes for a number"),
        None => 0,
    }
}

fn packed(fields: &Fields<'_>, at: u64) -> Vec<u64> {
    let mut all = Vec::new();
    for mut run in messages(fields, at) {
        while !run.is_empty() {
            all.push(varint(&mut run));
        }
    }
    all
}

/// The tables of a dictionary, by the numbers of their fields.
struct Dictionary<'a> {
    rows: Vec<Vec<&'a [u8]>>,
}

const MAPPINGS: usize = 1;
const LOCATIONS: usize = 2;
const FUNCTIONS: usize = 3;
const LINKS: usize = 4;
const STRINGS: usize = 5;
const ATTRIBUTES: usize = 6;
const STACKS: usize = 7;

/// What is wrong with profiles, in words; nothing for those that keep all rules.
pub(crate) fn violations(data: &[u8]) -> Vec<String> {
    let data = fields(data);
    let dictionary = fields(messages(&data, 2)[0]);
    let dictionary = Dictionary {
        rows: (0..8).map(|table| messages(&dictionary, table)).collect(),
    };
    let mut wrong = dictionary.violations();
    let resources = messages(&data, 1);
    if resources.is_empty() {
        wrong.push("no resource".to_owned());
    }
    for resource in resources {
        let scopes = messages(&fields(resource), 2);
        for scope in scopes {
            let profiles = messages(&fields(scope), 2);
            if profiles.is_empty() {
                wrong.push("no profile".to_owned());
            }
            for profile in profiles {
                dictionary.profile(&fields(profile), &mut wrong);
            }
        }
    }
    wrong
}

impl Dictionary<'_> {
    fn violations(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (table, rows) in self.rows.iter().enumerate().skip(1) {
            match rows.first() {
                None => wrong.push(format!("table {table} is empty")),
                // An attribute may have a value that says nothing.
                Some(first)
                    if !(first.is_empty() || table == ATTRIBUTES && **first == [0x12, 0]) =>
                {
                    wrong.push(format!("table {table} starts with a row"))
                }
                Some(_) => {}
            }
            let distinct: BTreeSet<&&[u8]> = rows.iter().collect();
            if distinct.len() < rows.len() {
                wrong.push(format!("table {table} has a row twice"));
            }
        }
        for row in &self.rows[STRINGS] {
            if std::str::from_utf8(row).is_err() {
                wrong.push(format!("text {row:?} is not UTF-8"));
            }
        }
        for row in self.rows[MAPPINGS].iter().map(|row| fields(row)) {
            let (start, limit) = (number(&row, 1), number(&row, 2));
            if (start, limit) != (0, 0) && start >= limit {
                wrong.push(format!("a mapping from {start} to {limit}"));
            }
            self.index(STRINGS, number(&row, 4), &mut wrong);
            self.indexes(ATTRIBUTES, packed(&row, 5), &mut wrong);
        }
        for row in self.rows[LOCATIONS].iter().map(|row| fields(row)) {
            self.index(MAPPINGS, number(&row, 1), &mut wrong);
            self.indexes(ATTRIBUTES, packed(&row, 4), &mut wrong);
            for line in messages(&row, 3) {
                self.index(FUNCTIONS, number(&fields(line), 1), &mut wrong);
            }
        }
        for row in self.rows[FUNCTIONS].iter().map(|row| fields(row)) {
            (1..=3).for_each(|text| self.index(STRINGS, number(&row, text), &mut wrong));
        }
        for row in self.rows[ATTRIBUTES].iter().map(|row| fields(row)) {
            self.index(STRINGS, number(&row, 1), &mut wrong);
            self.index(STRINGS, number(&row, 3), &mut wrong);
        }
        for row in self.rows[STACKS].iter().map(|row| fields(row)) {
            self.indexes(LOCATIONS, packed(&row, 1), &mut wrong);
        }
        wrong
    }

    fn index(&self, table: usize, index: u64, wrong: &mut Vec<String>) {
        let count = self.rows[table].len();
        if index >= count as u64 {
            wrong.push(format!("index {index} of table {table} with {count} rows"));
        }
    }

    fn indexes(&self, table: usize, indexes: Vec<u64>, wrong: &mut Vec<String>) {
        let distinct: BTreeSet<&u64> = indexes.iter().collect();
        if table == ATTRIBUTES && distinct.len() < indexes.len() {
            wrong.push("an attribute twice".to_owned());
        }
        indexes
            .into_iter()
            .for_each(|index| self.index(table, index, wrong));
    }

    fn profile(&self, profile: &Fields<'_>, wrong: &mut Vec<String>) {
        self.indexes(ATTRIBUTES, packed(profile, 11), wrong);
        for value_type in [1, 5].into_iter().flat_map(|at| messages(profile, at)) {
            let value_type = fields(value_type);
            self.index(STRINGS, number(&value_type, 1), wrong);
            self.index(STRINGS, number(&value_type, 2), wrong);
        }
        if messages(profile, 1).len() != 1 {
            wrong.push("not one sample type".to_owned());
        }
        for sample in messages(profile, 2).into_iter().map(fields) {
            self.index(STACKS, number(&sample, 1), wrong);
            self.index(LINKS, number(&sample, 3), wrong);
            self.indexes(ATTRIBUTES, packed(&sample, 2), wrong);
            if packed(&sample, 4).len() != 1 {
                wrong.push("a sample without one value".to_owned());
            }
        }
    }
}
