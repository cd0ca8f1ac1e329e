use std::io;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use super::pair::{Pair, Side};

/// The command that is asked.
#[derive(Debug)]
pub(crate) struct Heapwise {
    command: PathBuf,
}

/// What is said about the work of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Nothing.
    Unsaid,
    /// What the benchmarks printed.
    Printed,
}

/// A document, and the exit code that came with it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) exit: i32,
    /// Null where there is none.
    pub(crate) document: Value,
    pub(crate) error: String,
}

/// A claim that `verify` decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The total is less by 20 % or more.
    Less,
    /// The total is not more by over 5 %.
    NotMore,
    /// No site has grown by over 5 %.
    NoGrowth,
}

impl Claim {
    pub(crate) const ALL: [Claim; 3] = [Claim::Less, Claim::NotMore, Claim::NoGrowth];

    pub(crate) fn arguments(self) -> [&'static str; 2] {
        match self {
            Claim::Less => ["--require", "alloc_space total <= -20%"],
            Claim::NotMore => ["--require", "alloc_space total <= +5%"],
            Claim::NoGrowth => ["--forbid-growth", "5%"],
        }
    }
}

impl Heapwise {
    pub(crate) fn new(command: PathBuf) -> Heapwise {
        Heapwise { command }
    }

    pub(crate) fn diff(&self, pair: &Pair, work: Work) -> io::Result<Answer> {
        self.ask(
            pair,
            work,
            &["diff", "--sample-index", "alloc_space", "-n", "0"],
        )
    }

    pub(crate) fn verify(&self, pair: &Pair, work: Work, claim: Claim) -> io::Result<Answer> {
        let [option, claim] = claim.arguments();
        self.ask(
            pair,
            work,
            &["verify", "--sample-index", "alloc_space", option, claim],
        )
    }

    fn ask(&self, pair: &Pair, work: Work, arguments: &[&str]) -> io::Result<Answer> {
        let mut command = Command::new(&self.command);
        command.args(arguments).args(["-f", "json"]);
        command.args(Side::BOTH.map(|side| pair.profile(side)));
        if work == Work::Printed {
            command.arg("--before-bench").arg(pair.bench(Side::Before));
            command.arg("--after-bench").arg(pair.bench(Side::After));
        }
        let output = command.output().map_err(|error| {
            io::Error::other(format!("could not run {}: {error}", self.command.display()))
        })?;
        Ok(Answer::of(&output))
    }
}

impl Answer {
    fn of(output: &Output) -> Answer {
        let said = String::from_utf8_lossy(&output.stderr);
        let error = said.lines().find(|line| line.contains("error:"));
        Answer {
            exit: output.status.code().unwrap_or(-1),
            document: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            error: error.unwrap_or_default().to_owned(),
        }
    }
}
