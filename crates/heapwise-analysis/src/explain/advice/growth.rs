//! What grows step by step on the lines of a function, be it on several of them.

use super::line::Line;
use super::loops::Turns;
use crate::explain::sizes::{Ladder, given_up, ladder_of_one, together};

/// What grows on a line, in a loop of which it is known how often it turns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    /// Its steps, on whichever line.
    pub(super) ladder: Ladder,
    /// Which parts of the line are saved where it is made as large at once, at least and at most.
    pub(super) parts: (f64, f64),
    /// Whether what is added is picked out of more, of which most may not be.
    pub(super) is_picked: bool,
}

impl Line<'_> {
    /// How what `target` names on the line grows, where it is known before how large it becomes. Without the source the line's
    /// own steps tell, and whether that is known is for the reader to see.
    pub(super) fn growth(&self, target: fn(&Line<'_>) -> Option<String>) -> Option<Growth> {
        if !self.has_source() {
            let ladder = self.ladder?;
            let parts = given_up(ladder, &self.sizes);
            return Some(Growth {
                ladder,
                parts,
                is_picked: false,
            });
        }
        let name = target(self)?;
        let turns = self.turns(&name);
        if !turns.are_known() {
            return None;
        }
        let lines: Vec<Line<'_>> = self
            .of_function()
            .filter(|line| target(line).as_ref() == Some(&name))
            .collect();
        let sizes = together(lines.iter().map(|line| line.sizes.as_slice()));
        let ladder = ladder_of_one(&sizes)?;
        let (least, most) = given_up(ladder, &sizes);
        let least = match turns {
            // It is made as large as all that may come.
            Turns::Filtered | Turns::Picked => 0.0,
            _ => least,
        };
        Some(Growth {
            ladder,
            parts: (least, most),
            is_picked: turns == Turns::Picked,
        })
    }
}
