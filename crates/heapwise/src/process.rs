//! Runs a child to its end, or until the user has had enough: then it and its own children end, too.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use crate::interrupt::Interrupt;

/// What a child said.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A child prints no more than this.
const MOST_OUTPUT: u64 = 64 << 20;
/// How often it is looked whether a child has ended.
const LOOK: Duration = Duration::from_millis(5);
/// A child that is asked to end gets so long.
const GRACE: Duration = Duration::from_secs(3);

/// Runs a command that reads nothing. What it prints goes through files, so that however much it is, it never waits.
pub(crate) fn run(command: &mut Command, interrupt: &Interrupt) -> anyhow::Result<Finished> {
    interrupt.check()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdout(out.try_clone()?).stderr(err.try_clone()?);
    let status = wait(command, interrupt, || {
        if out.metadata()?.len().max(err.metadata()?.len()) > MOST_OUTPUT {
            bail!("{name}: found more than 64 MB of output, expected the lines of benchmarks");
        }
        Ok(())
    })?;
    Ok(Finished {
        status,
        out: text(&mut out)?,
        err: text(&mut err)?,
    })
}

/// Runs a command that reads nothing, with what it says of errors in a file.
pub(crate) fn run_into(
    command: &mut Command,
    interrupt: &Interrupt,
    err: File,
) -> anyhow::Result<ExitStatus> {
    interrupt.check()?;
    command.stdout(Stdio::null()).stderr(err);
    wait(command, interrupt, || Ok(()))
}

/// Waits for a command to end; looks at it all the time.
fn wait(
    command: &mut Command,
    interrupt: &Interrupt,
    look: impl Fn() -> anyhow::Result<()>,
) -> anyhow::Result<ExitStatus> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null());
    own_group(command);
    let mut child = Running {
        child: command.spawn().map_err(|error| of_start(&name, error))?,
    };
    loop {
        if let Some(status) = child.child.try_wait().with_context(|| name.clone())? {
            return Ok(status);
        }
        look()?;
        if interrupt.sleep(LOOK) {
            child.end();
            interrupt.check()?;
        }
    }
}

/// A child that does not outlive its owner.
struct Running {
    child: Child,
}

impl Running {
    /// Asks it and its children to end, and then makes them.
    fn end(&mut self) {
        signal_group(&self.child, Ending::Asked);
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(LOOK);
        }
        // Children that a shell put into the background do not hear Ctrl-C.
        signal_group(&self.child, Ending::Forced);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end();
        }
    }
}

/// How a group of processes ends.
#[derive(Clone, Copy)]
enum Ending {
    /// By Ctrl-C, after which go removes what it has written.
    Asked,
    Forced,
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

#[cfg(unix)]
fn signal_group(child: &Child, ending: Ending) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match ending {
        Ending::Asked => Signal::INT,
        Ending::Forced => Signal::KILL,
    };
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended by itself in the meantime.
        let _ = kill_process_group(pid, signal);
    }
}

#[cfg(not(unix))]
fn signal_group(_: &Child, _: Ending) {}

fn of_start(name: &str, error: io::Error) -> anyhow::Error {
    /// What a program of another system or processor gives.
    const NO_EXECUTABLE: i32 = 8;
    if cfg!(unix) && error.raw_os_error() == Some(NO_EXECUTABLE) {
        return anyhow!(
            "bench: found test binaries that this machine cannot run, expected no GOOS or GOARCH of another"
        );
    }
    match (name, error.kind()) {
        ("go", io::ErrorKind::NotFound) => {
            anyhow!(
                "found no go on PATH, expected Go 1.20 or newer, which builds what is asked about"
            )
        }
        ("git", io::ErrorKind::NotFound) => anyhow!(
            "bench: found no git on PATH, expected it to get what --against names; \
             --save NAME before the change and --against NAME after it need none"
        ),
        (_, io::ErrorKind::PermissionDenied) => anyhow!(
            "{name}: {error}; where programs in the temporary directory may not run, TMPDIR names another"
        ),
        _ => anyhow!("{name}: {error}"),
    }
}

fn text(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The first lines of what a tool said, indented; no terminal is shown a tab.
pub(crate) fn first_lines(text: &str) -> String {
    const MOST: usize = 12;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let mut shown: Vec<String> = lines
        .iter()
        .take(MOST)
        .map(|line| format!("    {}", line.trim_end().replace('\t', "    ")))
        .collect();
    if lines.len() > MOST {
        shown.push(format!("    ({} more lines)", lines.len() - MOST));
    }
    shown.join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn runs_to_the_end_and_tells_all() {
        let interrupt = Interrupt::never();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; exit 3"]);
        let finished = run(&mut command, &interrupt).unwrap();
        assert_eq!(
            (finished.out.as_str(), finished.err.as_str()),
            ("one\n", "two\n")
        );
        assert_eq!(finished.status.code(), Some(3));
    }

    #[test]
    fn an_interrupt_ends_it_with_its_children() {
        let interrupt = Interrupt::never();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 1000 & echo $! >\"$0\"; wait"])
            .arg(&path);
        let later = interrupt.clone();
        let waiting = path.clone();
        let thread = std::thread::spawn(move || {
            while !std::fs::read_to_string(&waiting).is_ok_and(|text| text.ends_with('\n')) {
                std::thread::sleep(LOOK);
            }
            later.pretend();
        });
        assert_eq!(
            run(&mut command, &interrupt).unwrap_err().to_string(),
            "interrupted"
        );
        thread.join().unwrap();
        let pid: i32 = std::fs::read_to_string(&path)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        let started = Instant::now();
        while rustix::process::test_kill_process(pid).is_ok() {
            assert!(started.elapsed() < Duration::from_secs(30), "still runs");
            std::thread::sleep(LOOK);
        }
    }

    #[test]
    fn tells_what_is_missing() {
        let error = of_start("git", io::ErrorKind::NotFound.into()).to_string();
        assert!(error.starts_with("bench: found no git"), "{error}");
        let error = of_start("/x/0.test", io::Error::from_raw_os_error(8)).to_string();
        assert!(error.contains("no GOOS or GOARCH of another"), "{error}");
        assert_eq!(first_lines("a\n\nb \n"), "    a\n    b");
        assert!(first_lines(&"x\n".repeat(20)).ends_with("(8 more lines)"));
    }
}
