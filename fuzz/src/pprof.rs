//! What pprof says of a profile, asked of one process that `fuzz/pprof/build.sh` builds.

use std::io::{self, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What pprof says.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is no profile.
    Refused(String),
    /// It is one, but has no such report.
    NoReport(String),
    /// The report.
    Report(Vec<u8>),
}

/// A process that answers as pprof does.
pub struct Pprof {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Pprof {
    /// Starts the program that `HEAPWISE_FUZZ_PPROF` names.
    ///
    /// # Errors
    ///
    /// Where it is not named or does not start.
    pub fn start() -> io::Result<Pprof> {
        let program = std::env::var_os("HEAPWISE_FUZZ_PPROF")
            .ok_or_else(|| io::Error::other("HEAPWISE_FUZZ_PPROF names no program"))?;
        let mut child = Command::new(program)
            .env_clear()
            .env("TZ", "UTC")
            .env("HOME", "/nonexistent")
            .env("PPROF_BINARY_PATH", "/nonexistent")
            // It answers one question at a time: more threads would only look for work, and take this process's core.
            .env("GOMAXPROCS", "1")
            .env("GOGC", "400")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let none = || io::Error::other("no pipe");
        Ok(Pprof {
            questions: child.stdin.take().ok_or_else(none)?,
            answers: BufReader::new(child.stdout.take().ok_or_else(none)?),
            child,
        })
    }

    /// What it says of a profile, asked with `options`.
    ///
    /// # Errors
    ///
    /// Where it has ended.
    pub fn ask(&mut self, options: &str, profile: &[u8]) -> io::Result<Answer> {
        let mut question = (options.len() as u16).to_le_bytes().to_vec();
        question.extend_from_slice(options.as_bytes());
        question.extend_from_slice(&(profile.len() as u32).to_le_bytes());
        question.extend_from_slice(profile);
        self.questions.write_all(&question)?;
        let mut head = [0; 5];
        self.answers.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let mut text = vec![0; u32::from_le_bytes(length) as usize];
        self.answers.read_exact(&mut text)?;
        let words = || String::from_utf8_lossy(&text).into_owned();
        Ok(match kind {
            b'-' => Answer::Refused(words()),
            b'!' => Answer::NoReport(words()),
            _ => Answer::Report(text),
        })
    }
}

impl Drop for Pprof {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
