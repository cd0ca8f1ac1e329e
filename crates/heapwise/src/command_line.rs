//! What a command line means that names no command: `heapwise FILE` is `heapwise top FILE`, and pprof's
//! `-top FILE`, `-list=RE FILE` are commands, too. What only pprof does is refused with what to type.

use std::ffi::OsString;
use std::path::Path;

use anyhow::bail;
use clap::CommandFactory;

use crate::args::Args;
use crate::fetch::{Endpoint, Target};
use crate::folder::is_profile_name;

type Report = (&'static str, &'static [&'static str], Value);

/// pprof's options that choose a report, by the words that ask for the same here; those with a value
/// take it along (driver/commands.go: pprofCommands).
const REPORTS: [Report; 13] = [
    ("top", &["top"], Value::None),
    ("text", &["top"], Value::None),
    ("tree", &["tree"], Value::None),
    ("peek", &["peek"], Value::Pattern),
    ("list", &["list"], Value::Pattern),
    ("traces", &["traces"], Value::None),
    ("tags", &["tags"], Value::None),
    ("raw", &["raw"], Value::None),
    ("comments", &["comments"], Value::None),
    ("dot", &["convert", "--to=dot"], Value::None),
    ("proto", &["convert", "--to=pprof"], Value::None),
    ("topproto", &["convert", "--to=topproto"], Value::None),
    ("callgrind", &["convert", "--to=callgrind"], Value::None),
];

/// pprof's options that have nothing here, and what comes nearest.
const WITHOUT: [(&str, &str); 14] = [
    ("http", "heapwise report --open -o heap.html PROFILE"),
    ("web", DRAWN),
    ("svg", DRAWN),
    ("png", DRAWN),
    ("gif", DRAWN),
    ("pdf", DRAWN),
    ("ps", DRAWN),
    ("gv", DRAWN),
    ("evince", DRAWN),
    ("eog", DRAWN),
    ("kcachegrind", "heapwise convert -o heap.callgrind PROFILE"),
    ("disasm", "heapwise list RE PROFILE"),
    ("weblist", "heapwise list RE PROFILE"),
    (
        "symbolize",
        "names are read from the profile, as Go writes them",
    ),
];

const DRAWN: &str =
    "heapwise flame -o heap.svg PROFILE, heapwise convert --to=dot PROFILE | dot -Tsvg";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    Pattern,
}

/// The words with the command that they mean, if they name none.
pub(crate) fn with_command(words: Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    let Some(at) = first_of_command(&words) else {
        return Ok(words);
    };
    let first = words
        .get(at)
        .and_then(|word| word.to_str())
        .unwrap_or_default();
    // The commands are asked last: to build them all takes longer than the rest.
    let is_command = || Args::command().find_subcommand(first).is_some();
    if !(is_option(first) || is_source(first)) || is_command() {
        return Ok(words);
    }
    let mut rest: Vec<OsString> = words;
    let mut before: Vec<OsString> = rest.drain(..at).collect();
    let report = take_report(&mut rest)?;
    before.extend(report);
    before.extend(rest);
    Ok(before)
}

/// The first word behind the program and the options that all commands have.
fn first_of_command(words: &[OsString]) -> Option<usize> {
    let mut at = 1;
    loop {
        match words.get(at)?.to_str() {
            Some("--color" | "-color") => at += 2,
            Some(word) if word.starts_with("--color=") || word.starts_with("-color=") => at += 1,
            Some("-h" | "-help" | "--help" | "-V" | "-version" | "--version") => return None,
            _ => return Some(at),
        }
    }
}

fn is_option(word: &str) -> bool {
    word.starts_with('-') && word != "-" && word != "--"
}

/// Whether a word can only be a profile.
fn is_source(word: &str) -> bool {
    let is_url = || !matches!(Target::parse(word, Endpoint::Heap), Ok(None));
    word == "-" || Path::new(word).exists() || is_profile_name(word) || is_url()
}

/// Takes out what chooses a report, and tells the words that ask for it.
fn take_report(words: &mut Vec<OsString>) -> anyhow::Result<Vec<OsString>> {
    words.retain(|word| !(report_of(word).is_some() && is_off(word)));
    let mut chosen: Option<(usize, &Report)> = None;
    for (at, word) in words.iter().enumerate() {
        let name = word.to_str().filter(|word| is_option(word)).map(name_of);
        let without = WITHOUT.iter().find(|(known, _)| name == Some(known));
        if let Some((name, instead)) = without {
            bail!("-{name}: found what only pprof does; here: {instead}");
        }
        match (report_of(word), chosen) {
            (Some((name, ..)), Some((_, (other, ..)))) => {
                bail!("-{name}: found two reports with -{other}, expected one")
            }
            (Some(report), None) => chosen = Some((at, report)),
            (None, _) => {}
        }
    }
    let Some((at, (name, asked, value))) = chosen else {
        return Ok(vec!["top".into()]);
    };
    let mut report: Vec<OsString> = asked.iter().map(Into::into).collect();
    let word = words.remove(at);
    if *value == Value::Pattern {
        let given = word.to_str().and_then(|word| word.split_once('='));
        let pattern = match given {
            Some((_, pattern)) => pattern.into(),
            None if at < words.len() => words.remove(at),
            None => bail!("-{name}: found nothing behind it, expected a regular expression"),
        };
        report.push(pattern);
    }
    Ok(report)
}

/// The report that an option chooses, if it chooses one.
fn report_of(word: &OsString) -> Option<&'static Report> {
    let name = word.to_str().filter(|word| is_option(word)).map(name_of)?;
    REPORTS.iter().find(|(known, ..)| *known == name)
}

fn name_of(word: &str) -> &str {
    let word = word.trim_start_matches('-');
    word.split_once('=').map_or(word, |(name, _)| name)
}

/// Whether a switch is turned off, as Go writes that.
fn is_off(word: &OsString) -> bool {
    let value = word.to_str().and_then(|word| word.split_once('='));
    value.is_some_and(|(_, value)| matches!(value, "false" | "f" | "F" | "0" | "FALSE" | "False"))
}

#[cfg(test)]
mod tests {
    use super::with_command;

    fn respelled(line: &str) -> Result<String, String> {
        let words = line.split(' ').map(Into::into).collect();
        let words = with_command(words).map_err(|error| error.to_string())?;
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        Ok(words.join(" "))
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(respelled(line).as_deref(), Ok(expected));
    }

    #[test]
    fn a_source_alone_is_ranked() {
        for source in [
            "x.pb.gz",
            ":6060",
            "http://h/x",
            "-",
            "src",
            "unix:///a.sock",
        ] {
            check(&format!("h {source} -cum"), &format!("h top {source} -cum"));
        }
        check("h --color never x.pb.gz", "h --color never top x.pb.gz");
        check("h -inuse_space x.pb.gz", "h top -inuse_space x.pb.gz");
    }

    #[test]
    fn pprof_s_reports_are_commands() {
        check("h -top x.pb.gz", "h top x.pb.gz");
        check("h -text -cum x", "h top -cum x");
        check("h -cum --tree x", "h tree -cum x");
        check("h -list=main -lines x", "h list main -lines x");
        check("h -peek main x", "h peek main x");
        check(
            "h -alloc_space -dot -output=y x",
            "h convert --to=dot -alloc_space -output=y x",
        );
        check("h -top=false -raw x", "h raw x");
    }

    #[test]
    fn commands_stay_as_they_are() {
        for line in [
            "h top -cum x",
            "h",
            "h -h",
            "h --version",
            "h tpo x",
            "h --color never top x",
        ] {
            check(line, line);
        }
    }

    #[test]
    fn what_only_pprof_does_is_refused() {
        for line in [
            "h -http=:0 x",
            "h -svg x",
            "h -top -web x",
            "h -disasm=main x",
        ] {
            let error = respelled(line).err().unwrap_or_default();
            assert!(error.contains("here: heapwise"), "{line}: {error}");
        }
        assert!(respelled("h -top -raw x").is_err());
        assert!(respelled("h -list").is_err());
    }
}
