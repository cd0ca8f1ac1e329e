//! Whether the source at hand is another than the one that was compiled: nothing is advised of code that is there no more.

use super::line::Line;
use crate::explain::code::Code;

impl Line<'_> {
    /// Whether its function starts elsewhere in the source, or the line has not all of what was decided of it, and what it calls.
    pub(super) fn is_changed_since(&self) -> bool {
        let is_mended = self.code().is_some_and(|code| {
            let mut on_line = self.of_function().filter(|one| one.at == self.at);
            on_line.any(|one| !one.may_be_on(&code))
        });
        is_mended || self.is_of_another_source()
    }

    /// Whether it is in another function there. Of files that are no Go that is not told: they say where their code is from.
    fn is_of_another_source(&self) -> bool {
        let (Some(file), Some(line)) = (&self.at.file, self.at.line) else {
            return false;
        };
        if !file.ends_with(".go") || self.code().is_none() {
            return false;
        }
        let last = line.max(self.start.unwrap_or(line));
        let texts = (1..=last).map_while(|at| (self.source)(file, at));
        let texts: Vec<String> = texts.collect();
        let function = self.at.function.as_deref();
        Code::at(&texts, line, (function, self.start)) == Code::OtherSource
    }
}
