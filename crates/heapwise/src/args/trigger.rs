//! Conditions on which something is to be done: `inuse_space > 2GiB`, `goroutines > 5000`, `rss > 90%`.

use std::fmt;

use super::numbers::{expected, part_parser, size_parser};

/// A condition, as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) quantity: Quantity,
    pub(crate) side: Side,
    pub(crate) bound: Bound,
    text: String,
}

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// Bytes in use at the last collection, estimated from the sample.
    InUseSpace,
    /// Objects in use at the last collection, estimated likewise.
    InUseObjects,
    /// Goroutines.
    Goroutines,
    /// Bytes that are resident, as the system says.
    Resident,
}

/// On which side of the bound it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    Below,
}

/// What it is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    /// So many bytes, objects or goroutines.
    Count(u64),
    /// A part of the memory that the process may have.
    Part(f64),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

const FORM: &str = "'inuse_space > 2GiB', 'goroutines > 5000' or 'rss > 90%'";

/// Reads a condition.
pub(super) fn condition_parser(text: &str) -> Result<Condition, String> {
    let wrong = || expected(text, FORM);
    let at = text.find(['>', '<']).ok_or_else(wrong)?;
    let (name, rest) = text.split_at(at);
    let side = match rest.starts_with('>') {
        true => Side::Above,
        false => Side::Below,
    };
    let bound = rest.get(1..).unwrap_or_default().trim();
    let quantity = match name.trim() {
        "inuse_space" => Quantity::InUseSpace,
        "inuse_objects" => Quantity::InUseObjects,
        "goroutines" => Quantity::Goroutines,
        "rss" => Quantity::Resident,
        _ => return Err(wrong()),
    };
    let is_of_bytes = matches!(quantity, Quantity::InUseSpace | Quantity::Resident);
    let bound = match quantity {
        Quantity::Resident if bound.ends_with('%') => {
            Bound::Part(part_parser(bound).map_err(|_| wrong())?)
        }
        _ if is_of_bytes => Bound::Count(size_parser(bound).map_err(|_| wrong())?),
        // A number of things has no unit.
        _ => Bound::Count(bound.replace('_', "").parse().map_err(|_| wrong())?),
    };
    Ok(Condition {
        quantity,
        side,
        bound,
        text: text.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Bound, Quantity, Side, condition_parser};

    #[test]
    fn reads_conditions() {
        for (text, quantity, side, bound) in [
            (
                "inuse_space > 2GiB",
                Quantity::InUseSpace,
                Side::Above,
                Bound::Count(2 << 30),
            ),
            (
                "goroutines>5_000",
                Quantity::Goroutines,
                Side::Above,
                Bound::Count(5000),
            ),
            (
                " inuse_objects < 7 ",
                Quantity::InUseObjects,
                Side::Below,
                Bound::Count(7),
            ),
            (
                "rss > 90%",
                Quantity::Resident,
                Side::Above,
                Bound::Part(0.9),
            ),
            (
                "rss > 1kB",
                Quantity::Resident,
                Side::Above,
                Bound::Count(1024),
            ),
        ] {
            let condition = condition_parser(text).unwrap();
            assert_eq!(
                (condition.quantity, condition.side, condition.bound),
                (quantity, side, bound),
                "{text}"
            );
            assert_eq!(condition.to_string(), text.trim());
        }
        for text in [
            "",
            "rss",
            "rss >",
            "rss >= 5",
            "space > 5",
            "goroutines > 5kB",
            "inuse_space > 5%",
            "goroutines > -1",
            "inuse_space > 2GiB goroutines > 5",
        ] {
            assert!(condition_parser(text).is_err(), "{text}");
        }
    }
}
