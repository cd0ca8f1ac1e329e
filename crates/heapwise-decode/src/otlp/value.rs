//! What an attribute says: a text, a number, or a list of these (common/v1/common.proto: AnyValue).

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::wire::{Fields, Payload};

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// None.
    Unset,
    Text(Cow<'a, [u8]>),
    Number(i64),
    Bool(bool),
    List(Vec<Value<'a>>),
    /// A list of names and values, which labels have no place for.
    Named,
}

/// Lists in lists, at most: labels have room for one.
const DEPTH: usize = 2;
/// Values of one list, at most.
const MOST: usize = 1 << 16;

impl<'a> Value<'a> {
    /// Reads a message; `strings` are what indexes stand for.
    pub(super) fn read(bytes: &'a [u8], base: u64, strings: &[&'a [u8]]) -> Result<Value<'a>> {
        Self::read_within(bytes, base, strings, DEPTH)
    }

    fn read_within(
        bytes: &'a [u8],
        base: u64,
        strings: &[&'a [u8]],
        depth: usize,
    ) -> Result<Value<'a>> {
        let mut value = Value::Unset;
        let mut fields = Fields::new(bytes, base, "AnyValue");
        while let Some(field) = fields.next()? {
            value = match (field.number, &field.payload) {
                (1 | 7, _) => Value::Text(Cow::Borrowed(fields.nested(&field)?.0)),
                (2, _) => Value::Bool(fields.number(&field)? != 0),
                (3, _) => Value::Number(fields.number(&field)? as i64),
                (4, Payload::Fixed(bytes)) => match <[u8; 8]>::try_from(*bytes) {
                    Ok(bytes) => {
                        let text = f64::from_le_bytes(bytes).to_string();
                        Value::Text(Cow::Owned(text.into_bytes()))
                    }
                    Err(_) => return Err(fields.wrong_type(&field, "eight bytes")),
                },
                (4, _) => return Err(fields.wrong_type(&field, "eight bytes")),
                (5, _) if depth > 0 => {
                    let (bytes, base) = fields.nested(&field)?;
                    Value::List(list(bytes, base, strings, depth - 1)?)
                }
                (5 | 6, _) => Value::Named,
                (8, _) => {
                    let index = usize::try_from(fields.number(&field)?).ok();
                    let text = index.and_then(|index| strings.get(index));
                    let text = text.ok_or_else(|| {
                        super::out_of_range("AnyValue", field.number, strings.len())
                    })?;
                    Value::Text(Cow::Borrowed(text))
                }
                _ => continue,
            };
        }
        Ok(value)
    }

    /// As a text, where it is one.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// For people.
    pub(super) fn shown(&self) -> String {
        match self {
            Value::Unset => String::new(),
            Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(is_so) => is_so.to_string(),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::shown).collect();
                items.join(",")
            }
            Value::Named => "{…}".to_owned(),
        }
    }
}

fn list<'a>(
    bytes: &'a [u8],
    base: u64,
    strings: &[&'a [u8]],
    depth: usize,
) -> Result<Vec<Value<'a>>> {
    let mut items = Vec::new();
    let mut fields = Fields::new(bytes, base, "ArrayValue");
    while let Some(field) = fields.next()? {
        if field.number == 1 {
            if items.len() == MOST {
                let found = format!("more than {MOST} values");
                return Err(Error::structure("ArrayValue", found, "fewer values"));
            }
            let (bytes, base) = fields.nested(&field)?;
            items.push(Value::read_within(bytes, base, strings, depth)?);
        }
    }
    Ok(items)
}

/// A name and a value, as resources and scopes have them (KeyValue).
pub(super) fn named<'a>(
    bytes: &'a [u8],
    base: u64,
    strings: &[&'a [u8]],
) -> Result<(&'a [u8], Value<'a>)> {
    let (mut key, mut value): (&[u8], _) = (b"", Value::Unset);
    let mut fields = Fields::new(bytes, base, "KeyValue");
    while let Some(field) = fields.next()? {
        match field.number {
            1 => key = fields.nested(&field)?.0,
            2 => {
                let (bytes, base) = fields.nested(&field)?;
                value = Value::read(bytes, base, strings)?;
            }
            3 => {
                let index = usize::try_from(fields.number(&field)?).ok();
                let text = index.and_then(|index| strings.get(index));
                key = text.ok_or_else(|| super::out_of_range("KeyValue", 3, strings.len()))?;
            }
            _ => {}
        }
    }
    Ok((key, value))
}
