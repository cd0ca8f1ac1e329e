//! pprof's way of spelling options, of whatever options a command has: one dash, underscores,
//! switches with a value. A word behind one dash is an option, never several short ones.

use std::ffi::{OsStr, OsString};
use std::iter::Peekable;

use clap::builder::TypedValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use super::numbers::{bool_parser, integer_parser};
use super::uses::spelled;

/// Respells arguments, of which the first is the program, as clap expects them; an error comes with
/// the name of the command.
pub(crate) fn respelled(
    root: &Command,
    words: impl Iterator<Item = OsString>,
) -> Result<Vec<OsString>, (String, Error)> {
    let mut words = words.peekable();
    let mut spelling = Spelling {
        root,
        command: root,
        words: words.next().into_iter().collect(),
    };
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--") => {
                spelling.words.push(word);
                break;
            }
            Some(text) if is_option(text) => spelling
                .option(text, &mut words)
                .map_err(|error| (spelling.command.get_name().to_owned(), error))?,
            _ => spelling.value(word),
        }
    }
    spelling.words.extend(words);
    Ok(spelling.words)
}

struct Spelling<'a> {
    root: &'a Command,
    /// The command whose options are read.
    command: &'a Command,
    /// What was respelled so far.
    words: Vec<OsString>,
}

impl<'a> Spelling<'a> {
    /// Takes what is no option: the name of the command, a profile, or an option's value.
    fn value(&mut self, word: OsString) {
        let named = word
            .to_str()
            .and_then(|name| self.root.find_subcommand(name));
        if let Some(command) = named.filter(|_| std::ptr::eq(self.root, self.command)) {
            self.command = command;
        }
        self.words.push(word);
    }

    /// Takes an option, and its value where that is the next word and looks like an option.
    fn option(
        &mut self,
        text: &str,
        rest: &mut Peekable<impl Iterator<Item = OsString>>,
    ) -> Result<(), Error> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let Some(arg) = self.find(name) else {
            return self.short(text);
        };
        let long = spelled(arg);
        if !arg.get_action().takes_values() {
            return self.switch(arg, long, value);
        }
        self.words.push(match value {
            Some(value) => format!("{long}={value}").into(),
            None => long.into(),
        });
        if value.is_none()
            && let Some(word) = rest.next_if(|word| is_value_of(arg, word))
        {
            self.words.push(word);
        }
        Ok(())
    }

    /// Takes an option that is on or off; of several, the last counts.
    fn switch(&mut self, arg: &Arg, long: String, value: Option<&str>) -> Result<(), Error> {
        let is_on = match value {
            Some(value) => bool_parser.parse_ref(
                self.command,
                Some(&arg.clone().num_args(0)),
                OsStr::new(value),
            )?,
            None => true,
        };
        let long = OsString::from(long);
        self.words.retain(|word| *word != long);
        if is_on {
            self.words.push(long);
        }
        Ok(())
    }

    /// Takes a short option with its value behind it, such as `-n5`, where that can be nothing else;
    /// and what is known to every command.
    fn short(&mut self, text: &str) -> Result<(), Error> {
        let letters = text.strip_prefix('-').unwrap_or(text);
        let mut chars = letters.chars();
        let arg = chars.next().and_then(|letter| self.with_short(letter));
        let is_whole = arg.is_some_and(|arg| is_unmistakable(arg, chars.as_str()));
        let whole = is_whole.then_some(text).or_else(|| self.built_in(text));
        let word = whole.ok_or_else(|| self.unknown(text))?;
        self.words.push(word.into());
        Ok(())
    }

    /// The option of this name, spelled in any way.
    fn find(&self, word: &str) -> Option<&'a Arg> {
        let name = word.strip_prefix('-')?;
        let mut letters = name.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return self.with_short(letter);
        }
        let name = name.strip_prefix('-').unwrap_or(name).replace('_', "-");
        self.args().find(|arg| {
            let aliases = arg.get_all_aliases().unwrap_or_default();
            arg.get_long() == Some(&name) || aliases.contains(&name.as_str())
        })
    }

    fn with_short(&self, letter: char) -> Option<&'a Arg> {
        self.args().find(|arg| arg.get_short() == Some(letter))
    }

    /// The options of the command and those of all commands.
    fn args(&self) -> impl Iterator<Item = &'a Arg> + use<'a> {
        let of_all = self.root.get_arguments().filter(|arg| arg.is_global_set());
        let all = self.command.get_arguments().chain(of_all);
        all.filter(|arg| !arg.is_positional())
    }

    /// Help and version, which clap itself adds.
    fn built_in(&self, word: &str) -> Option<&'static str> {
        let is_root = std::ptr::eq(self.root, self.command);
        match word {
            "-h" => Some("-h"),
            "-help" | "--help" => Some("--help"),
            "-V" | "-version" | "--version" if is_root => Some("--version"),
            _ => None,
        }
    }

    fn unknown(&self, word: &str) -> Error {
        let mut error = Error::new(ErrorKind::UnknownArgument);
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        error.insert(
            ContextKind::InvalidArg,
            ContextValue::String(name.to_owned()),
        );
        if let Some(near) = self.nearest(name) {
            error.insert(ContextKind::SuggestedArg, ContextValue::String(near));
        }
        error
    }

    /// The option that the word may have been meant to be.
    fn nearest(&self, word: &str) -> Option<String> {
        let name = word.trim_start_matches('-').replace('_', "-");
        let visible = self.args().filter(|arg| !arg.is_hide_set());
        let names = visible.filter_map(Arg::get_long).chain(["help"]);
        let distances = names.map(|known| (distance(&name, known), known));
        let (distance, near) = distances.min_by_key(|&(distance, _)| distance)?;
        let is_near = distance <= (name.chars().count() / 2).max(1);
        is_near.then(|| format!("--{near}"))
    }
}

fn is_option(text: &str) -> bool {
    text.starts_with('-') && text != "-"
}

/// Whether a word that looks like an option is the value of the one before it.
fn is_value_of(arg: &Arg, word: &OsStr) -> bool {
    word.to_str().is_some_and(|text| {
        let is_number = arg.is_allow_negative_numbers_set() && integer_parser(text).is_ok();
        is_option(text) && (arg.is_allow_hyphen_values_set() || is_number)
    })
}

/// Whether letters behind a short option can only be its value: a number, or a name on its list.
fn is_unmistakable(arg: &Arg, value: &str) -> bool {
    let names = arg.get_possible_values();
    let is_number = arg.get_value_parser().type_id() == std::any::TypeId::of::<i64>();
    (is_number && integer_parser(value).is_ok())
        || names.iter().any(|name| name.matches(value, false))
}

/// How many letters are to be changed, put in, left out or swapped to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let from: Vec<char> = from.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (at, letter) in from.iter().enumerate() {
        let mut row = vec![at + 1];
        let above = rows.last().map_or(&[][..], Vec::as_slice);
        for (column, (pair, other)) in above.windows(2).zip(&to).enumerate() {
            let &[diagonal, upper] = pair else { continue };
            let left = row.last().copied().unwrap_or_default();
            let changed = diagonal + usize::from(letter != other);
            let mut least = changed.min(upper + 1).min(left + 1);
            let is_swapped = at > 0
                && column > 0
                && from.get(at - 1) == Some(other)
                && to.get(column - 1) == Some(letter);
            if is_swapped
                && let Some(before) = rows.iter().nth_back(1).and_then(|row| row.get(column - 1))
            {
                least = least.min(before + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last()
        .and_then(|row| row.last())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{distance, respelled};
    use crate::args::Args;

    fn spelled(words: &[&str]) -> Result<Vec<String>, String> {
        let words = ["heapwise"].iter().chain(words).map(Into::into);
        let respelled =
            respelled(&Args::command(), words).map_err(|(_, error)| error.to_string())?;
        let words = respelled.into_iter().skip(1);
        Ok(words
            .map(|word| word.to_string_lossy().into_owned())
            .collect())
    }

    #[track_caller]
    fn check(words: &[&str], expected: &[&str]) {
        assert_eq!(spelled(words).unwrap_or_default(), expected);
    }

    #[test]
    fn takes_options_as_pprof_spells_them() {
        check(
            &[
                "top",
                "-sample_index=alloc_space",
                "--sample_index",
                "x",
                "-lines=true",
                "-trim=f",
            ],
            &[
                "top",
                "--sample-index=alloc_space",
                "--sample-index",
                "x",
                "--lines",
                "--trim=f",
            ],
        );
        check(&["top", "-cum", "-cum=false", "x"], &["top", "x"]);
        check(
            &["top", "-inuse_space", "-"],
            &["top", "--inuse-space", "-"],
        );
        check(&["--color", "never", "top"], &["--color", "never", "top"]);
        check(
            &["diff", "--raw", "a", "b"],
            &["diff", "--same-work", "a", "b"],
        );
    }

    #[test]
    fn takes_short_options() {
        check(&["top", "-help"], &["top", "--help"]);
        check(
            &["top", "-n5", "-n", "5", "-n=0x5"],
            &["top", "-n5", "--nodecount", "5", "--nodecount=0x5"],
        );
        check(
            &["top", "-n", "-1", "-q", "-h"],
            &["top", "--nodecount", "-1", "--quiet", "-h"],
        );
        check(
            &["diff", "-v", "-f", "json", "-fcsv"],
            &["diff", "--verbose", "--format", "json", "-fcsv"],
        );
        check(
            &["top", "-o", "-", "-o=x"],
            &["top", "--output", "-", "--output=x"],
        );
    }

    #[test]
    fn knows_no_cluster_of_short_options() {
        for (word, near) in [
            ("-hidee=x", "--hide"),
            ("-ouput=z", "--output"),
            ("-foccus", "--focus"),
            ("-nodecoun=3", "--nodecount"),
            ("-http=:0", "--help"),
            ("-alloc_spcae", "--alloc-space"),
        ] {
            let error = spelled(&["top", word]).unwrap_err();
            assert!(error.contains(&format!("'{near}'")), "{error}");
        }
        for word in ["-vq", "-qn5", "-ox", "-fjso", "-n", "-topp"] {
            assert_eq!(spelled(&["diff", word]).is_err(), word != "-n", "{word}");
        }
    }

    #[test]
    fn refuses_another_value_of_a_switch() {
        let error = spelled(&["top", "-cum=perhaps"]).unwrap_err();
        assert!(
            error.contains("found \"perhaps\", expected true or false"),
            "{error}"
        );
    }

    #[test]
    fn leaves_everything_behind_two_dashes_alone() {
        check(&["top", "--", "-cum"], &["top", "--", "-cum"]);
    }

    #[test]
    fn counts_what_is_to_be_changed() {
        assert_eq!(distance("hide", "hide"), 0);
        assert_eq!(distance("ouput", "output"), 1);
        assert_eq!(distance("spcae", "space"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
