use heapwise_decode::{LocationIndex, Tables};
use regex::Regex;

/// Removes the frames that a profile itself calls uninteresting: everything from the first frame,
/// seen from the root but after a frame of the user, that its `drop_frames` matches and its
/// `keep_frames` does not (profile/prune.go: RemoveUninteresting, Prune).
pub(crate) struct Prune {
    fates: Vec<Fate>,
}

/// What becomes of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    /// Only its outermost lines stay, and nothing it called.
    KeepsOuterLines(usize),
    Goes,
}

impl Prune {
    /// What complete tables ask for; `None` when they ask for nothing. Patterns that do not
    /// compile ask for nothing, as in pprof.
    pub(crate) fn of(tables: &Tables) -> Option<Prune> {
        let drop = anchored(&tables.drop_frames())?;
        let keep = tables.keep_frames();
        let keep = if keep.is_empty() {
            None
        } else {
            Some(anchored(&keep)?)
        };
        let drops: Vec<bool> = tables
            .functions()
            .iter()
            .map(|function| {
                let name = tables.text(function.name);
                let name = simplify(&name);
                !name.is_empty()
                    && drop.is_match(name)
                    && !keep.as_ref().is_some_and(|keep| keep.is_match(name))
            })
            .collect();
        let fates: Vec<Fate> = tables
            .locations()
            .map(|location| fate(location.lines, &drops))
            .collect();
        fates
            .iter()
            .any(|&fate| fate != Fate::Stays)
            .then_some(Prune { fates })
    }

    /// The locations of which only the outermost lines stay, with their number.
    pub(crate) fn shortened(&self) -> impl Iterator<Item = (usize, usize)> {
        let lines = |(at, fate): (usize, &Fate)| match fate {
            Fate::KeepsOuterLines(count) => Some((at, *count)),
            Fate::Stays | Fate::Goes => None,
        };
        self.fates.iter().enumerate().filter_map(lines)
    }

    /// What stays of a stack, which is from the root to the leaf.
    pub(crate) fn cut<'a>(&self, stack: &'a [LocationIndex]) -> &'a [LocationIndex] {
        let mut found_user = false;
        for (depth, location) in stack.iter().enumerate() {
            match self.fates.get(location.get()) {
                None | Some(Fate::Stays) => found_user = true,
                Some(_) if !found_user => {}
                Some(Fate::Goes) => return stack.get(..depth).unwrap_or_default(),
                Some(Fate::KeepsOuterLines(_)) => return stack.get(..=depth).unwrap_or_default(),
            }
        }
        stack
    }
}

fn fate(lines: &[heapwise_decode::Line], drops: &[bool]) -> Fate {
    let dropped = lines
        .iter()
        .rposition(|line| drops.get(line.function.get()).copied().unwrap_or(false));
    match dropped {
        None => Fate::Stays,
        Some(at) if at + 1 == lines.len() => Fate::Goes,
        Some(at) => Fate::KeepsOuterLines(lines.len() - at - 1),
    }
}

fn anchored(pattern: &str) -> Option<Regex> {
    if pattern.is_empty() {
        return None;
    }
    Regex::new(&format!("^({pattern})$")).ok()
}

/// A function's name without its arguments (profile/prune.go: simplifyFunc).
fn simplify(name: &str) -> &str {
    const RESERVED: [&str; 2] = ["(anonymous namespace)", "operator()"];
    let name = name.strip_prefix('.').unwrap_or(name);
    let mut at = 0;
    while let Some(rest) = name.get(at..) {
        let next = RESERVED
            .iter()
            .filter_map(|word| rest.find(word).map(|found| (found, word.len())))
            .min();
        match (rest.find('('), next) {
            (None, _) => return name,
            (Some(bracket), Some((found, length))) if found <= bracket => at += found + length,
            (Some(bracket), _) => return name.get(..at + bracket).unwrap_or(name),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::simplify;

    #[test]
    fn leaves_arguments_out_but_not_names_with_brackets() {
        for (name, simple) in [
            ("f(int)", "f"),
            ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
            ("A::operator()(int)", "A::operator()"),
            (".f", "f"),
            ("main.(*T).m", "main."),
        ] {
            assert_eq!(simplify(name), simple, "{name}");
        }
    }
}
