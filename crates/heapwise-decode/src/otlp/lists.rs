//! Lists of numbers, back to back.

use super::room::{range, take};
use crate::error::{Error, Result};
use crate::tables::Budget;
use crate::wire::{Field, Fields, Payload, read_varint};

/// Lists of indexes.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) items: Vec<u32>,
    ends: Vec<u32>,
}

impl Lists {
    /// Ends the list to which the last items belong.
    pub(super) fn end_list(&mut self) -> Result<()> {
        self.ends.push(range(0, self.items.len())?.end);
        Ok(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A list; `None` beyond their number.
    pub(super) fn get(&self, at: usize) -> Option<&[u32]> {
        let end = *self.ends.get(at)? as usize;
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        self.items
            .get(before.map_or(0, |&before| before as usize)..end)
    }
}

/// Appends indexes, packed or not.
pub(super) fn push_numbers(
    fields: &Fields<'_>,
    field: &Field<'_>,
    into: &mut Vec<u32>,
    budget: &mut Budget,
) -> Result<()> {
    each_number(fields, field, |number| {
        take(budget, size_of::<u32>())?;
        match u32::try_from(number) {
            Ok(index) if index <= i32::MAX as u32 => into.push(index),
            _ => return Err(negative(fields, field, number)),
        }
        Ok(())
    })
}

fn negative(fields: &Fields<'_>, field: &Field<'_>, number: u64) -> Error {
    Error::structure(
        format!("field {} at byte {}", field.number, fields.offset()),
        format!("index {}", number as i64),
        "an index from 0 to 2147483647",
    )
}

/// Tells all numbers of a field, packed or not.
pub(super) fn each_number(
    fields: &Fields<'_>,
    field: &Field<'_>,
    mut tell: impl FnMut(u64) -> Result<()>,
) -> Result<()> {
    let Payload::Bytes(packed) = field.payload else {
        return tell(fields.number(field)?);
    };
    let mut at = 0;
    while at < packed.len() {
        match read_varint(packed, &mut at) {
            Some(number) => tell(number)?,
            None => return Err(fields.wrong_type(field, "whole varints")),
        }
    }
    Ok(())
}
