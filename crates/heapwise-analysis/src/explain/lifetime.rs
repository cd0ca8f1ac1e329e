//! How long what a place allocates stays, as one profile tells.

/// How much of what was ever allocated is still in use.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Kept {
    /// From 0 to 1.
    pub part: f64,
    /// In words.
    pub stay: Stay,
}

/// How long blocks stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stay {
    /// Nearly all are gone: garbage that the collector has to take away.
    Short,
    /// Some stay.
    Mixed,
    /// Most are still there: a cache, a table, a leak.
    Long,
}

impl Stay {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Stay::Short => "short-lived",
            Stay::Mixed => "mixed",
            Stay::Long => "long-lived",
        }
    }
}

impl Kept {
    /// Of bytes in use and bytes ever allocated; `None` where these are not of one life, as in a difference.
    pub(super) fn of(in_use: i128, allocated: i128) -> Option<Kept> {
        if allocated <= 0 || in_use < 0 || in_use > allocated {
            return None;
        }
        let part = in_use as f64 / allocated as f64;
        let stay = match part {
            ..0.1 => Stay::Short,
            0.5.. => Stay::Long,
            _ => Stay::Mixed,
        };
        Some(Kept { part, stay })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Stay};

    #[test]
    fn tells_what_stays() {
        let stay = |in_use, allocated| Kept::of(in_use, allocated).map(|kept| kept.stay);
        assert_eq!(stay(0, 100), Some(Stay::Short));
        assert_eq!(stay(20, 100), Some(Stay::Mixed));
        assert_eq!(stay(50, 100), Some(Stay::Long));
        assert_eq!(stay(0, 0), None);
        assert_eq!(stay(-5, 100), None);
        assert_eq!(stay(200, 100), None);
    }
}
