//! Says that an answer rests on fewer profiles than were asked for.

use heapwise_decode::counted;

/// Profiles that an answer does not rest on although they were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeftOut {
    /// How many profiles were asked for.
    pub asked: u64,
    /// How many of them are left out.
    pub count: u64,
    /// The first of them, and why.
    pub named: Vec<(String, String)>,
}

/// Profiles that are named.
const NAMED: usize = 5;

impl LeftOut {
    /// Adds a profile, and why it is left out; tells whether it is among those that are named.
    pub fn add(&mut self, path: &str, reason: String) -> bool {
        self.count += 1;
        let is_named = self.named.len() < NAMED;
        if is_named {
            self.named.push((path.to_owned(), reason));
        }
        is_named
    }

    /// Whether any is left out.
    pub fn is_any(&self) -> bool {
        self.count > 0
    }

    /// In a line: `9 of 10 profiles; 1 left out: a.pb.gz`.
    pub fn line(&self) -> String {
        let names: Vec<&str> = self.named.iter().map(|(path, _)| path.as_str()).collect();
        let more = self.count.saturating_sub(names.len() as u64);
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "{} of {}; {} left out: {}{more}",
            self.asked.saturating_sub(self.count),
            counted(self.asked, "profile"),
            self.count,
            names.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::LeftOut;

    #[test]
    fn the_first_are_named_and_all_are_counted() {
        let mut left_out = LeftOut {
            asked: 10_000,
            ..LeftOut::default()
        };
        assert!(!left_out.is_any());
        assert!(left_out.add("a", "gone".to_owned()));
        assert_eq!(left_out.line(), "9999 of 10000 profiles; 1 left out: a");
        for name in ["b", "c", "d", "e"] {
            assert!(left_out.add(name, "gone".to_owned()));
        }
        assert!(!left_out.add("f", "gone".to_owned()));
        assert_eq!(
            left_out.line(),
            "9994 of 10000 profiles; 6 left out: a, b, c, d, e and 1 more"
        );
    }
}
