//! Faults of the machine: nothing is lost or half written, one line says why, and the exit code is right.
//!
//! What is not here: signals and a full disk under `collect` and `bench` (`tests/collect.rs`, `tests/bench.rs`), and how
//! much memory questions take (`tests/memory.rs`).
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::beside::skipped;
use common::server::{Reply, Server};
use common::{heapwise, workspace};
use flate2::{Compress, Compression, Crc, FlushCompress};
use heapwise_gen::{Order, Shape, write_gzip};

const HEAP: &str = "testdata/server/heap.pb.gz";
const BEFORE: &str = "testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz";
const AFTER: &str = "testdata/beforeafter/buffer-vs-pool/after.merged.pb.gz";
const DUMP: &str = "testdata/server/series/chanrecv/goroutine.00.debug2.txt";
const FULL: &str = "No space left on device";
/// Nothing here takes as long.
const PATIENCE: Duration = Duration::from_secs(120);

/// What became of a command.
struct Ended {
    code: Option<i32>,
    out: Vec<u8>,
    said: String,
}

fn ended(command: &mut Command) -> Ended {
    of_output(command.output().unwrap())
}

fn of_output(output: std::process::Output) -> Ended {
    Ended {
        code: output.status.code(),
        out: output.stdout,
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Ended {
    /// It refused with this code, and one line that says why; nothing else was printed.
    #[track_caller]
    fn expect(&self, what: &str, code: i32, line: &str) {
        assert_eq!(self.code, Some(code), "{what}: {}", self.said);
        assert!(
            self.said.contains(line),
            "{what}: {}, expected {line}",
            self.said
        );
        assert_eq!(self.said.lines().count(), 1, "{what}: {}", self.said);
        assert!(self.out.is_empty(), "{what}: printed something");
    }
}

/// The words of a row, in the workspace; `OUT` is a path.
fn words(row: &str, out: &Path) -> Vec<String> {
    let word = |word: &str| word.replace("OUT", &out.display().to_string());
    row.split(' ').map(word).collect()
}

fn command(row: &str, out: &Path) -> Command {
    let mut command = heapwise(&workspace());
    command.args(words(row, out)).stdin(Stdio::null());
    command
}

/// All files and folders below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(below(&path));
        }
        all.push(path);
    }
    all
}

/// What writes a file, with a name of each form.
fn writers() -> Vec<String> {
    vec![
        format!("top {HEAP} -o OUT"),
        format!("top {HEAP} -f json -o OUT"),
        format!("diff --same-work -q {BEFORE} {AFTER} -f html -o OUT"),
        format!("merge {BEFORE} {AFTER} -o OUT"),
        format!("convert {HEAP} --to=folded -o OUT"),
        format!("convert {HEAP} --to=dot -o OUT"),
        format!("report {HEAP} -o OUT"),
        format!("flame {HEAP} -f svg -o OUT"),
        format!("raw {HEAP} -o OUT"),
        format!("goroutines {DUMP} -f json -o OUT"),
    ]
}

// --- Full disks

#[test]
fn a_full_disk_is_said_of_stdout() {
    for words in [
        &["--version"][..],
        &["top", "-h"],
        &["help"],
        &["help", "verdicts"],
        &["schema", "top"],
        &["completions", "bash"],
        &["man"],
        &["verify", "--example-budget"],
        &["top", HEAP],
        &["top", HEAP, "-f", "json"],
        &["diff", "-q", "--same-work", BEFORE, AFTER],
        &["report", HEAP],
        &["flame", HEAP],
        &["traces", HEAP],
        &["goroutines", DUMP],
        &["merge", HEAP],
        &["convert", HEAP],
        &["top", HEAP, "-o", "/dev/full"],
        &["merge", HEAP, "-o", "/dev/full"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = heapwise(&workspace());
        let what = format!("{words:?}");
        ended(command.args(words).stdout(full)).expect(&what, 2, FULL);
    }
}

/// No file may be larger than so many KiB, and the signal for that is ignored, as a full disk has none.
fn limited(row: &str, out: &Path, kib: u32) -> Ended {
    let line = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
    let mut bash = Command::new("bash");
    bash.args(["-c", &line, "bash", env!("CARGO_BIN_EXE_heapwise")]);
    ended(bash.args(words(row, out)).current_dir(workspace()))
}

#[test]
fn an_output_that_does_not_fit_leaves_what_was_there() {
    let mut tried = 0;
    for row in writers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "before").unwrap();
        let fits = ended(&mut command(&row, &folder.path().join("whole")));
        assert_eq!(fits.code, Some(0), "{row}: {}", fits.said);
        let size = fs::metadata(folder.path().join("whole")).unwrap().len();
        if size <= 1024 {
            continue;
        }
        tried += 1;
        limited(&row, &path, 1).expect(&row, 2, "x: File too large (os error 27)\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "before", "{row}");
        assert_eq!(below(folder.path()).len(), 2, "{row}");
    }
    assert!(tried > 5, "{tried} commands write more than a kibibyte");
}

/// A snapshot of 300 sites, as `debug=1` has it, that has more than the one before.
fn snapshot_of_many_sites(at: usize) -> String {
    let blocks = |site: usize| 1 + site % 7 + at;
    let site = |site: usize| {
        let (address, blocks) = (0x1000 + 16 * site, blocks(site));
        let (bytes, pc) = (blocks * 4096, address + 1);
        format!(
            "{blocks}: {bytes} [{blocks}: {bytes}] @ {pc:#x}\n#\t{address:#x}\tmain.f{site}+0x1\t/src/f.go:{site}\n\n"
        )
    };
    let sites: String = (1..300).map(site).collect();
    let all: usize = (1..300).map(blocks).sum();
    let bytes = all * 4096;
    format!("heap profile: {all}: {bytes} [{all}: {bytes}] @ heap/1048576\n{sites}")
}

/// What does not fit in memory goes to a temporary file, which has no name; and where that takes no more, nothing is
/// answered.
#[test]
fn a_full_temporary_folder_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..60 {
        let path = folder.path().join(format!("{at:02}.txt"));
        fs::write(path, snapshot_of_many_sites(at)).unwrap();
    }
    let temporary = tempfile::tempdir().unwrap();
    for line in [
        "diff --before '*[02468].txt' --after '*[13579].txt' --same-work",
        "diff -f html --before '*[02468].txt' --after '*[13579].txt' --same-work",
        "growth *.txt",
    ] {
        let run = |before: &str, temporary: &str, memory: &str| {
            let script = format!("{before} exec \"$0\" {line} --max-memory {memory}");
            let mut bash = Command::new("bash");
            bash.args(["-c", &script, env!("CARGO_BIN_EXE_heapwise")]);
            ended(bash.current_dir(folder.path()).env("TMPDIR", temporary))
        };
        let here = temporary.path().to_str().unwrap();
        let whole = run("", here, "1200KB");
        assert_eq!(whole.code, Some(0), "{line}: {}", whole.said);
        assert_eq!(below(temporary.path()).len(), 0, "{line}");
        let full = run("trap '' XFSZ; ulimit -f 8;", here, "1200KB");
        assert_eq!(
            (full.code, full.out.len()),
            (Some(2), 0),
            "{line}: {}",
            full.said
        );
        let reason =
            format!("{here} (TMPDIR names another folder): cannot write the temporary file");
        assert!(full.said.contains(&reason), "{line}: {}", full.said);
        assert!(
            full.said.ends_with("File too large (os error 27)\n"),
            "{line}: {}",
            full.said
        );
        // Without such a folder all stays in memory, as far as it fits.
        let none = run("", "/no/such", "40MB");
        assert_eq!(
            (none.code, none.out),
            (Some(0), whole.out),
            "{line}: {}",
            none.said
        );
    }
}

#[test]
fn files_of_folders_are_whole_or_not_there() {
    let heap = fs::read(workspace().join(HEAP)).unwrap();
    let server = Server::start(move |_| Reply::page(heap.clone()));
    let url = server.url("/debug/pprof/heap");
    let all = server.url("");
    let collect = format!("collect {all} --every 1s --count 1 --out OUT");
    for (row, kib, line) in [
        (
            format!("export {BEFORE} -d OUT"),
            1,
            ": File too large (os error 27)\n",
        ),
        (
            format!("export -f ndjson {BEFORE} -d OUT"),
            1,
            ": File too large (os error 27)\n",
        ),
        (
            "man --out OUT".to_owned(),
            3,
            "heapwise.1: File too large (os error 27)\n",
        ),
        (
            format!("top {url} --save OUT"),
            1,
            "pb.gz: File too large (os error 27)\n",
        ),
        (collect, 1, "heap.pb.gz: File too large (os error 27)\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        limited(&row, folder.path(), kib).expect(&row, 2, line);
        let files = below(folder.path()).into_iter().filter(|it| it.is_file());
        let files: Vec<PathBuf> = files.filter(|it| !it.ends_with(".collect.lock")).collect();
        assert!(files.is_empty(), "{row}: {files:?}");
    }
}

// --- Places where nothing can be written

#[test]
fn what_cannot_be_written_is_said() {
    let places: [(&str, &str); 4] = [
        ("no/such/x", "No such file or directory"),
        ("folder", "Is a directory"),
        ("file/x", "Not a directory"),
        ("", "Is a directory"),
    ];
    for row in writers() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        fs::write(folder.path().join("file"), "before").unwrap();
        for (place, line) in places {
            ended(&mut command(&row, &folder.path().join(place))).expect(&row, 2, line);
        }
        assert_eq!(below(folder.path()).len(), 2, "{row}");
    }
    for row in [
        format!("export {HEAP} -d OUT"),
        "man --out OUT".to_owned(),
        "collect 127.0.0.1:1 --count 1 --out OUT".to_owned(),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "before").unwrap();
        let refused = ended(&mut command(&row, &file));
        assert_eq!(refused.code, Some(2), "{row}: {}", refused.said);
        assert_eq!(refused.said.lines().count(), 1, "{row}: {}", refused.said);
        assert_eq!(fs::read_to_string(&file).unwrap(), "before", "{row}");
    }
}

/// Whom permissions bind: the user, or where that is root, nobody. `None`, with a note, where nobody cannot run it.
fn bound(command: &mut Command) -> Option<&mut Command> {
    const NOBODY: u32 = 65534;
    if !rustix::process::geteuid().is_root() {
        return Some(command);
    }
    let mut first = heapwise(&workspace());
    let runs = first.arg("--version").uid(NOBODY).gid(NOBODY).output();
    if !runs.is_ok_and(|output| output.status.success()) {
        skipped("root is bound by no permissions, and another user cannot run the command here");
        return None;
    }
    Some(command.uid(NOBODY).gid(NOBODY))
}

#[test]
fn permissions_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let (closed, file) = (folder.path().join("closed"), folder.path().join("file"));
    fs::create_dir(&closed).unwrap();
    fs::write(&file, "before").unwrap();
    fs::write(closed.join("old"), "before").unwrap();
    allow(&closed.join("old"), 0o666);
    for (path, mode) in [(folder.path(), 0o777), (&*closed, 0o555), (&*file, 0o444)] {
        allow(path, mode);
    }
    for row in writers() {
        for (place, line) in [
            ("closed/x", "Permission denied"),
            ("closed/old", "needs a folder that takes another"),
            ("file", "Permission denied"),
        ] {
            let mut command = command(&row, &folder.path().join(place));
            let Some(command) = bound(&mut command) else {
                return;
            };
            ended(command).expect(&row, 2, line);
        }
    }
    for row in [
        format!("export {HEAP} -d OUT/x"),
        "man --out OUT/x".to_owned(),
        "collect 127.0.0.1:1 --count 1 --out OUT/x".to_owned(),
    ] {
        ended(bound(&mut command(&row, &closed)).unwrap()).expect(&row, 2, "Permission denied");
    }
    allow(&file, 0o000);
    for row in ["top OUT", "merge OUT", "goroutines OUT", "diff OUT OUT"] {
        ended(bound(&mut command(row, &file)).unwrap()).expect(row, 2, "file: Permission denied");
    }
    allow(&closed, 0o755);
    assert_eq!(below(folder.path()).len(), 3);
}

#[test]
fn an_input_can_be_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (folder.path().join("a.pb.gz"), folder.path().join("b.pb.gz"));
    fs::copy(workspace().join(BEFORE), &own).unwrap();
    let merge = format!("merge {} {AFTER} -o OUT", own.display());
    assert_eq!(ended(&mut command(&merge, &other)).code, Some(0));
    assert_eq!(ended(&mut command(&merge, &own)).code, Some(0));
    assert_eq!(fs::read(&own).unwrap(), fs::read(&other).unwrap());
    // One that fails leaves its input.
    let fails = format!("merge {} {DUMP} -o OUT", own.display());
    assert_eq!(ended(&mut command(&fails, &own)).code, Some(2));
    assert_eq!(fs::read(&own).unwrap(), fs::read(&other).unwrap());
}

// --- Readers that have had enough

#[test]
fn a_closed_pipe_is_no_failure() {
    for row in [
        "--version",
        "help verdicts",
        "completions bash",
        "man",
        "schema top",
        &format!("top {HEAP}"),
        &format!("top {HEAP} -f json"),
        &format!("traces {HEAP}"),
        &format!("report {HEAP}"),
        &format!("convert {HEAP}"),
        &format!("merge {HEAP}"),
        &format!("goroutines {DUMP}"),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = ended(command(row, Path::new("")).stdout(writer));
        assert_eq!(
            (ended.code, &*ended.said),
            (Some(0), ""),
            "{row}: a closed pipe"
        );
    }
}

/// What was decided is what it was, whoever stops reading: a gate that fails never passes.
#[test]
fn a_closed_pipe_changes_no_verdict() {
    let claim = "--require=alloc_space\u{a0}total\u{a0}<=\u{a0}-99%".replace('\u{a0}', "\t");
    let fails = format!("verify --same-work {claim} {BEFORE} {AFTER}");
    let words = words(&fails, Path::new(""))
        .into_iter()
        .map(|word| word.replace('\t', " "));
    let words: Vec<String> = words.collect();
    let left_out = format!("top --keep-going {HEAP} no-such-file");
    let left_out: Vec<String> = left_out.split(' ').map(str::to_owned).collect();
    for (words, code) in [(words, 1), (left_out, 3)] {
        for (is_stdout, is_stderr) in [(true, false), (false, true), (true, true)] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut command = heapwise(&workspace());
            command.args(&words).stdin(Stdio::null());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            if is_stdout {
                command.stdout(writer.try_clone().unwrap());
            }
            if is_stderr {
                command.stderr(writer);
            }
            let ended = ended(&mut command);
            let what = format!("{words:?}, stdout {is_stdout}, stderr {is_stderr}");
            assert_eq!(ended.code, Some(code), "{what}: {}", ended.said);
            assert_eq!(ended.out.is_empty(), is_stdout, "{what}");
        }
    }
}

// --- Inputs that end, fail or never end

#[test]
fn what_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let heap = fs::read(workspace().join(HEAP)).unwrap();
    fs::write(at("short.pb.gz"), &heap[..heap.len() / 2]).unwrap();
    fs::write(at("empty.pb.gz"), "").unwrap();
    fs::create_dir(at("folder")).unwrap();
    // As large as files get, and nothing in it was ever written.
    let sparse = File::create(at("sparse")).unwrap();
    sparse.set_len(5 << 30).unwrap();
    let zeros = "found nothing but zeros in the first 64 bytes";
    for command_name in ["top", "merge", "goroutines", "export -d OUT/x"] {
        for (input, line) in [
            ("OUT/no-such", "No such file or directory"),
            ("OUT/short.pb.gz", "found"),
            ("OUT/empty.pb.gz", "found no bytes"),
            ("OUT/sparse", zeros),
            ("/dev/zero", zeros),
            ("/dev/null", "found no bytes"),
            ("/proc/self/mem", "Input/output error"),
        ] {
            let row = format!("{command_name} {input}");
            ended(&mut command(&row, folder.path())).expect(&row, 2, line);
        }
    }
    let mut zero = command("top -", Path::new(""));
    zero.stdin(File::open("/dev/zero").unwrap());
    ended(&mut zero).expect("zeros on stdin", 2, zeros);
    let mut directory = command("top -", Path::new(""));
    directory.stdin(File::open("/").unwrap());
    ended(&mut directory).expect("a directory on stdin", 2, "-: Is a directory");
    for row in [
        format!("verify --budget /dev/zero {BEFORE} {AFTER}"),
        format!("diff --before-bench /dev/zero --after-bench /dev/zero {BEFORE} {AFTER}"),
    ] {
        let line = "/dev/zero: found more than 67108864 bytes, expected";
        ended(&mut command(&row, Path::new(""))).expect(&row, 2, line);
    }
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Runs a command that reads a named pipe, which gets these bytes.
fn fed(row: &str, path: &Path, bytes: &[u8]) -> Ended {
    std::thread::scope(|scope| {
        let feeding = scope.spawn(|| {
            let mut pipe = File::options().write(true).open(path).unwrap();
            pipe.write_all(bytes)
        });
        let ended = ended(&mut command(row, path));
        // Where the command did not open it, the writer still waits for a reader.
        drop(File::options().read(true).write(true).open(path));
        let _ = feeding.join().unwrap();
        ended
    })
}

#[test]
fn a_pipe_is_read_once_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    for (row, file) in [
        ("top -q OUT", HEAP),
        ("info -q -f csv OUT", HEAP),
        ("merge OUT", HEAP),
        ("convert --to=folded OUT", HEAP),
        ("tags -q OUT", HEAP),
        ("goroutines -q -f csv OUT", DUMP),
    ] {
        let bytes = fs::read(workspace().join(file)).unwrap();
        let piped = fed(row, &pipe, &bytes);
        assert_eq!(piped.code, Some(0), "{row}: {}", piped.said);
        let of_file = ended(&mut command(row, Path::new(file)));
        let name = |out: &[u8], path: &str| String::from_utf8_lossy(out).replace(path, "INPUT");
        let path = pipe.display().to_string();
        assert_eq!(name(&piped.out, &path), name(&of_file.out, file), "{row}");
        let cut = fed(row, &pipe, &bytes[..bytes.len() / 2]);
        if file == HEAP {
            cut.expect(row, 2, "found");
        }
    }
}

// --- Files that change while they are read

/// A profile that is not compressed, of which more comes out than a pipe holds.
fn large(folder: &Path) -> PathBuf {
    let shape = Shape {
        samples: 40_000,
        locations: 2_000,
        functions: 600,
        depth: 20,
    };
    let (mut gzip, mut plain) = (Vec::new(), Vec::new());
    write_gzip(&shape, Order::Go, 1, 1, &mut gzip).unwrap();
    let mut inflate = flate2::read::MultiGzDecoder::new(&*gzip);
    inflate.read_to_end(&mut plain).unwrap();
    let path = folder.join("large.pb");
    fs::write(&path, plain).unwrap();
    path
}

/// Lets a command print its first byte, and then wait for a reader until the file has changed.
fn changed_meanwhile(row: &str, change: impl FnOnce(&Path)) -> (Ended, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = large(folder.path());
    let mut command = command(row, &path);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    change(&path);
    let mut ended = of_output(child.wait_with_output().unwrap());
    ended.out.insert(0, first[0]);
    (ended, path, folder)
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    for row in ["raw OUT", "raw -f json OUT"] {
        for (name, change) in [
            (
                "appended to",
                (|path| {
                    let mut file = File::options().append(true).open(path).unwrap();
                    file.write_all(b"more").unwrap();
                }) as fn(&Path),
            ),
            ("cut", |path| {
                let file = File::options().write(true).open(path).unwrap();
                file.set_len(file.metadata().unwrap().len() / 2).unwrap();
            }),
            ("emptied", |path| drop(File::create(path).unwrap())),
        ] {
            let (ended, ..) = changed_meanwhile(row, change);
            let what = format!("{row}, {name}");
            assert_eq!(ended.code, Some(2), "{what}: {}", ended.said);
            let line = "was changed while it was read";
            assert!(ended.said.contains(line), "{what}: {}", ended.said);
            assert_eq!(ended.said.lines().count(), 1, "{what}: {}", ended.said);
        }
    }
}

#[test]
fn a_file_that_is_replaced_while_it_is_read_is_never_mixed() {
    for row in ["raw OUT", "raw -f json OUT"] {
        let expected = {
            let folder = tempfile::tempdir().unwrap();
            ended(&mut command(row, &large(folder.path()))).out
        };
        let (ended, path, _folder) = changed_meanwhile(row, |path| {
            let other = path.with_extension("new");
            fs::copy(workspace().join(HEAP), &other).unwrap();
            fs::rename(other, path).unwrap();
        });
        // What was opened is read to its end; what would be opened again is refused.
        match ended.code {
            Some(0) => assert_eq!(ended.out.len(), expected.len(), "{row}: {}", path.display()),
            code => {
                assert_eq!(code, Some(2), "{row}: {}", ended.said);
                assert!(
                    ended.said.contains("was changed while"),
                    "{row}: {}",
                    ended.said
                );
            }
        }
    }
}

// --- Signals

fn signal(child: &Child, number: i32) {
    let pid = rustix::process::Pid::from_child(child);
    let signal = rustix::process::Signal::from_named_raw(number).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Whether whoever started the tests ignores a signal, as shells do with Ctrl-C for what they start in the background:
/// their children then do so as well.
fn is_ignored(number: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (number - 1)) != 0)
}

/// A command that reads a pipe that stays open has nothing to put in order: the signal ends it.
#[test]
fn a_signal_while_reading_leaves_nothing() {
    for number in [2, 15].into_iter().filter(|it| !is_ignored(*it)) {
        for row in [
            "top OUT/pipe -o OUT/x",
            "merge OUT/pipe -o OUT/x",
            "report OUT/pipe -o OUT/x",
            "export OUT/pipe -d OUT/x",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let pipe = folder.path().join("pipe");
            fifo(&pipe);
            let mut command = command(row, folder.path());
            let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
            // Opened once the command has opened it.
            let mut writer = File::options().write(true).open(&pipe).unwrap();
            writer.write_all(&[0x1f, 0x8b]).unwrap();
            signal(&child, number);
            let status = child.wait().unwrap();
            assert_eq!(status.signal(), Some(number), "{row}: {status}");
            assert_eq!(below(folder.path()).len(), 1, "{row}");
        }
    }
}

#[test]
fn a_signal_while_writing_leaves_no_part() {
    let inputs = tempfile::tempdir().unwrap();
    let path = large(inputs.path());
    for (number, code) in [(2, 130), (15, 143)] {
        let folder = tempfile::tempdir().unwrap();
        let row = format!("export -f ndjson {} -d OUT", path.display());
        let mut command = command(&row, folder.path());
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        let started = Instant::now();
        let is_part = |path: &PathBuf| path.extension().is_some_and(|it| it == "part");
        while !below(folder.path()).iter().any(is_part) {
            assert!(started.elapsed() < PATIENCE, "it never writes");
            std::thread::sleep(Duration::from_millis(2));
        }
        signal(&child, number);
        let ended = of_output(child.wait_with_output().unwrap());
        ended.expect(&row, code, "heapwise: interrupted");
        let files = below(folder.path()).into_iter().filter(|it| it.is_file());
        assert_eq!(files.count(), 0, "{number}");
    }
}

/// What looks for signals while it writes one file leaves them to end the process before it writes the next.
#[test]
fn a_signal_between_two_files_ends_what_writes_them() {
    for number in [2, 15].into_iter().filter(|it| !is_ignored(*it)) {
        let folder = tempfile::tempdir().unwrap();
        // A pipe that nobody reads, after other pages.
        fifo(&folder.path().join("heapwise-verify.1"));
        let mut command = command("man --out OUT", folder.path());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // The first page is there before the pipe is opened.
        let started = Instant::now();
        while below(folder.path()).len() < 2 && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(300));
        signal(&child, number);
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = child.kill();
        let status = child.wait().unwrap();
        // Where it comes while one is written, the command ends by itself.
        let is_ended = status.signal() == Some(number) || status.code() == Some(128 + number);
        assert!(is_ended, "{status}");
        let is_part = |path: &PathBuf| path.to_string_lossy().contains(".part-");
        assert!(!below(folder.path()).iter().any(is_part));
    }
}

// --- Surroundings

#[test]
fn no_home_locale_or_terminal_is_needed() {
    let rows = [
        format!("top {HEAP}"),
        format!("diff --same-work -q {BEFORE} {AFTER}"),
        format!("goroutines {DUMP}"),
        "verify --example-budget".to_owned(),
        "completions bash".to_owned(),
        format!("flame {HEAP} -f svg"),
    ];
    for row in rows {
        // Without any variable but TZ.
        let expected = ended(&mut command(&row, Path::new("")));
        assert_eq!(expected.code, Some(0), "{row}: {}", expected.said);
        let mut odd = command(&row, Path::new(""));
        odd.env("HOME", "/no/such").env("TERM", "no-such");
        odd.env("LANG", "xx_YY.KOI8-R").env("LC_ALL", "no such");
        odd.env("TMPDIR", "/no/such").env("COLUMNS", "many");
        odd.env("XDG_CACHE_HOME", "").env("NO_COLOR", "");
        let ended = ended(&mut odd);
        assert_eq!(
            (ended.code, ended.out, ended.said),
            (expected.code, expected.out, expected.said),
            "{row}"
        );
    }
}

// --- Sizes

/// A field that no profile has, of 15 MiB of zeros.
fn unknown_field() -> Vec<u8> {
    const SIZE: usize = 15 << 20;
    let mut bytes = vec![0xa2, 0x06];
    push_varint(&mut bytes, SIZE as u64);
    bytes.resize(bytes.len() + SIZE, 0);
    bytes
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 127 {
        out.push(value as u8 & 127 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

fn push_field(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    push_varint(out, number << 3 | 2);
    push_varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn push_number(out: &mut Vec<u8>, number: u64, value: u64) {
    push_varint(out, number << 3);
    push_varint(out, value);
}

fn deflated(bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(bytes.len() + 1024);
    deflate.compress_vec(bytes, &mut out, flush).unwrap();
    assert_eq!(deflate.total_in(), bytes.len() as u64);
    out
}

/// One gzip member (RFC 1952) of a profile behind more than 4 GiB of what it does not need: its ISIZE is modulo 2^32.
fn beyond_4_gib(profile: &[u8]) -> Vec<u8> {
    const TIMES: u64 = 280;
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(profile)
        .read_to_end(&mut plain)
        .unwrap();
    let unknown = unknown_field();
    let block = deflated(&unknown, FlushCompress::Full);
    let mut all = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut crc, mut one) = (Crc::new(), Crc::new());
    one.update(&unknown);
    for _ in 0..TIMES {
        all.extend(&block);
        crc.combine(&one);
    }
    all.extend(deflated(&plain, FlushCompress::Finish));
    crc.update(&plain);
    all.extend(crc.sum().to_le_bytes());
    all.extend(crc.amount().to_le_bytes());
    all
}

/// Runs a question with so much memory for data.
fn within(kib: u32, row: &str, input: &Path) -> Ended {
    let line = format!("ulimit -d {kib}; exec \"$@\"");
    let mut sh = Command::new("sh");
    sh.args(["-c", &line, "sh", env!("CARGO_BIN_EXE_heapwise")]);
    ended(sh.args(words(row, input)).current_dir(workspace()))
}

#[test]
fn more_than_4_gib_is_read_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pb.gz");
    let heap = fs::read(workspace().join(HEAP)).unwrap();
    fs::write(&path, beyond_4_gib(&heap)).unwrap();
    let large = within(64 << 10, "top -q OUT", &path);
    assert_eq!(large.code, Some(0), "{}", large.said);
    let small = within(64 << 10, "top -q OUT", Path::new(HEAP));
    assert_eq!(
        String::from_utf8_lossy(&large.out),
        String::from_utf8_lossy(&small.out)
    );
    let refused = within(64 << 10, "top --max-bytes 4GiB OUT", &path);
    assert_eq!(refused.code, Some(2), "{}", refused.said);
    let line = "expected at most 4294967296 bytes
";
    assert!(refused.said.contains(line), "{}", refused.said);
}

/// As many keys of labels as samples, each sample with its own.
fn keyed(count: u64) -> Vec<u8> {
    let mut all = Vec::new();
    let message = |fields: &[(u64, u64)]| {
        let mut bytes = Vec::new();
        fields
            .iter()
            .for_each(|&(number, value)| push_number(&mut bytes, number, value));
        bytes
    };
    push_field(&mut all, 1, &message(&[(1, 1), (2, 2)]));
    let texts = ["", "space", "bytes", "main.f", "x.go", "value"];
    for key in 0..count {
        let mut sample = message(&[(1, 1), (2, 10)]);
        push_field(
            &mut sample,
            3,
            &message(&[(1, texts.len() as u64 + key), (2, 5)]),
        );
        push_field(&mut all, 2, &sample);
    }
    let mut location = message(&[(1, 1)]);
    push_field(&mut location, 4, &message(&[(1, 1), (2, 1)]));
    push_field(&mut all, 4, &location);
    push_field(&mut all, 5, &message(&[(1, 1), (2, 3), (4, 4)]));
    for text in texts {
        push_field(&mut all, 6, text.as_bytes());
    }
    for key in 0..count {
        push_field(&mut all, 6, format!("key{key}").as_bytes());
    }
    all
}

#[test]
fn a_million_keys_of_labels_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.pb");
    fs::write(&path, keyed(1_000_000)).unwrap();
    let top = within(128 << 10, "top -q -f csv OUT", &path);
    assert_eq!(top.code, Some(0), "{}", top.said);
    let rows = String::from_utf8_lossy(&top.out).into_owned();
    assert!(rows.contains("10000000"), "{rows}");
    // What is asked of each key takes memory for each, and no more.
    fs::write(&path, keyed(100_000)).unwrap();
    let tags = within(128 << 10, "tags -q -f csv OUT", &path);
    assert_eq!(tags.code, Some(0), "{}", tags.said);
    let rows = String::from_utf8_lossy(&tags.out).into_owned();
    assert_eq!(rows.lines().count(), 100_001);
    let merged = folder.path().join("merged.pb.gz");
    let merge = format!("merge -q OUT -o {}", merged.display());
    assert_eq!(within(128 << 10, &merge, &path).code, Some(0));
    let one = "top -q -f csv --tagfocus=key99999=value OUT";
    let (of_sum, of_one) = (
        within(128 << 10, one, &merged),
        within(128 << 10, one, &path),
    );
    assert_eq!((of_sum.code, of_sum.out), (Some(0), of_one.out));
}
