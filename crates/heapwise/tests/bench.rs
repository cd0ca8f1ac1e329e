//! What `heapwise bench` asks of go and git, and what it makes of their answers: both are small scripts here, which
//! answer with recorded runs. The real ones are tried by `scripts/measure-bench.py`.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::schema::violations;
use common::{heapwise, workspace};

/// Answers as go does; what it builds plays recorded runs of its side.
const GO: &str = r#"#!/bin/sh
case $1 in
env) printf '%s\n' "${FAKE_VERSION:-go1.27.3}" linux amd64 '' ;;
list)
    printf 'example.com/app\037%s\0371\0370\n' "$PWD"
    case "$PWD $*" in
    */tree*' .') if [ -d old ]; then printf 'example.com/app/old\037%s\0371\0370\n' "$PWD/old"; fi ;;
    esac ;;
test)
    echo built >>"$FAKE/built"
    if [ "$FAKE_MODE" = hang-go ]; then mkdir "$GOTMPDIR/go-build1"; echo $$ >"$FAKE/pid"; exec sleep 1000; fi
    case $PWD in */tree*) side=before ;; *) side=after ;; esac
    if [ "$FAKE_BROKEN" = $side ]; then echo './x.go:3:1: syntax error' >&2; exit 1; fi
    case "$FAKE_VETTED $*" in
    "$side "*-vet=off*) ;;
    "$side "*) printf '# example.com/app\n# [example.com/app]\n./x.go:9:2: unreachable code\n' >&2; exit 1 ;;
    esac
    cat >"$4" <<END
#!/bin/sh
side=$side
. $FAKE/binary.sh
END
    chmod +x "$4" ;;
esac
"#;

/// What the built binaries do.
const BINARY: &str = r#"
run=001 profile= edit=
if [ "$FAKE_SWAPPED" ]; then case $side in before) side=after ;; *) side=before ;; esac; fi
echo "$* " >>"$FAKE/asked"
for word; do
    case $word in
    -test.memprofile=*) profile=${word#*=}; run=${profile##*/}; run=${run%.pb.gz} ;;
    -test.v) trial=yes ;;
    esac
done
case $run in exact) run=001 ;; esac
number=$(echo "$run" | sed 's/^0//')
case $FAKE_MODE$trial in
failyes) echo '--- FAIL: BenchmarkRender'; echo '    x_test.go:9: wrong'; exit 1 ;;
skipyes) echo 'BenchmarkRender'; echo '--- SKIP: BenchmarkRender'; echo PASS; exit 0 ;;
hang|hangyes) echo $$ >"$FAKE/pid"; exec sleep 1000 ;;
dots) edit='s/^\(Benchmark[^ ]* *\)/.\1\t./' ;;
dotsyes) echo BenchmarkRender; printf .. ;;
mangledyes) echo BenchmarkRender; echo BenchmarkOther
    if [ $side = after ]; then echo 'BenchmarkOther-2 1 2 ns/op 10 5 ns/op 8 B/op 1 allocs/op'
    else echo 'BenchmarkOther-2 10 5 ns/op 8 B/op 1 allocs/op'; fi ;;
unrecorded*) edit='s/ \([0-9]*\) B\/op/ \10 B\/op/' ;;
goneyes) if [ $side = after ]; then echo 'BenchmarkOther-2 10 5 ns/op 8 B/op 1 allocs/op'; echo PASS; exit 0; fi ;;
esac
grep '^Benchmark' "$FAKE_RUNS/$side.bench.txt" | sed -n "${number#0}p" | sed "$edit"
if [ "$profile" ]; then cp "$FAKE_RUNS/$side/heap.$number.pb.gz" "$profile"; fi
echo PASS
"#;

const GIT: &str = r#"#!/bin/sh
while [ "$1" = -c ]; do shift 2; done
case "$*" in
*show-toplevel*) cd "$FAKE/repository" && pwd -P && echo "$FAKE/repository/.git" ;;
*--verify*main^*) echo 0123456789abcdef0123456789abcdef01234567 ;;
*--verify*HEAD^*) echo fedcba9876543210fedcba9876543210fedcba98 ;;
*--verify*) exit 1 ;;
read-tree*) echo "$GIT_INDEX_FILE" >>"$FAKE/indices" ;;
checkout-index*)
    for word; do case $word in --prefix=*) tree=${word#*=} ;; esac; done
    echo "$tree" >"$FAKE/tree"
    case $FAKE_MODE in
    empty) ;;
    old) mkdir "$tree/old"; echo 'func BenchmarkOld(b *testing.B) {}' >"$tree/old/x_test.go"; touch "$tree/x_test.go" ;;
    *) touch "$tree/x_test.go" ;;
    esac ;;
status*) if [ "$FAKE_MODE" != clean ]; then echo ' M x.go'; echo '?? y.go'; fi ;;
ls-files*--ignored*) if [ "$FAKE_BROKEN" ]; then echo gen.go; fi ;;
ls-files*--stage*) printf '160000 0 0\tlib\n' ;;
esac
"#;

/// A repository, with go and git beside it.
struct Fake {
    folder: tempfile::TempDir,
}

impl Fake {
    fn new() -> Fake {
        let folder = tempfile::Builder::new()
            .prefix("with space ")
            .tempdir()
            .unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("repository/.git")).unwrap();
        fs::create_dir(at("bin")).unwrap();
        fs::create_dir(at("tmp")).unwrap();
        fs::write(at("repository/x_test.go"), "").unwrap();
        fs::write(at("binary.sh"), BINARY).unwrap();
        let quoted = GO.replace(". $FAKE", ". \"\\$FAKE\"");
        let quoted = quoted.replace("\"\\$FAKE\"/binary.sh", "\"\\$FAKE/binary.sh\"");
        for (name, text) in [("bin/go", quoted.as_str()), ("bin/git", GIT)] {
            fs::write(at(name), text).unwrap();
            fs::set_permissions(at(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        Fake { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = heapwise(&self.at("repository"));
        let path = format!("{}:/usr/bin:/bin", self.at("bin").display());
        let runs = workspace()
            .canonicalize()
            .unwrap()
            .join("testdata/beforeafter/buffer-vs-pool");
        command
            .env("PATH", path)
            .env("TMPDIR", self.at("tmp"))
            .env("FAKE", self.folder.path())
            .env("FAKE_RUNS", runs)
            .arg("bench")
            .args(args);
        command
    }

    #[track_caller]
    fn run(&self, args: &[&str]) -> Output {
        let output = self.command(args).output().unwrap();
        self.expect_nothing_left();
        output
    }

    #[track_caller]
    fn refused(&self, args: &[&str], variable: (&str, &str)) -> String {
        let output = self
            .command(args)
            .env(variable.0, variable.1)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(output.stdout.is_empty());
        self.expect_nothing_left();
        error
    }

    #[track_caller]
    fn expect_nothing_left(&self) {
        let left: Vec<_> = fs::read_dir(self.at("tmp")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

const AGAINST: [&str; 3] = ["--against", "main", "-q"];

#[test]
fn compares_what_both_sides_did() {
    let fake = Fake::new();
    let output = fake.run(&AGAINST);
    let (out, error) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(0), "{error}");
    assert!(
        out.starts_with(
            "main (0123456) -> fedcba9 with uncommitted changes (2 files): 1 benchmark\n"
        ),
        "{out}"
    );
    for text in ["4664 -> 632", "-86.4%", "bytes.growSlice", "less, exact"] {
        assert!(out.contains(text), "{text}: {out}");
    }
    let index = fs::read_to_string(fake.at("indices")).unwrap();
    assert!(!index.contains(".git/index"), "{index}");
}

#[test]
fn decides_claims_in_every_format() {
    let fake = Fake::new();
    for (claim, code) in [
        ("<= -50%", 0),
        ("<= -95%", 1),
        ("<= 1kB/op", 0),
        ("<= 100/op", 1),
    ] {
        let claim = match claim {
            "<= 100/op" => "alloc_objects total <= 1/op".to_owned(),
            claim => format!("alloc_space total {claim}"),
        };
        for format in ["text", "json", "markdown", "junit", "github", "benchfmt"] {
            let output = fake.run(&[&AGAINST[..], &["-f", format, "--require", &claim]].concat());
            assert_eq!(
                output.status.code(),
                Some(code),
                "{claim} {format}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            // Annotations are of what does not hold.
            let may_be_empty = format == "github" && code == 0;
            assert!(may_be_empty || !output.stdout.is_empty(), "{format}");
        }
    }
    let error = fake.refused(
        &["--against", "main", "--require", "alloc_space total <= 1GB"],
        ("X", ""),
    );
    assert!(
        error.contains("how much all runs allocate depends on how many there are"),
        "{error}"
    );
    let error = fake.refused(
        &["--against", "main", "--require", "goroutines total <= 5"],
        ("X", ""),
    );
    assert!(
        error.contains("found the claim \"goroutines total <= 5\""),
        "{error}"
    );
}

#[test]
fn what_is_saved_runs_beside_what_comes_after() {
    let fake = Fake::new();
    let output = fake.run(&["--save", "base"]);
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.contains("saved example.com/app in ") && out.contains(".git/heapwise/bench/base"),
        "{out}"
    );
    let output = fake.run(&["--against", "base", "-q"]);
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("base (saved) -> fedcba9 with"), "{out}");
    assert!(out.contains("same"), "{out}");
    let error = fake.refused(&["--against", "base"], ("FAKE_VERSION", "go1.26.8"));
    assert!(
        error.contains("found binaries of go1.27.3 for linux/amd64, expected those of go1.26.8"),
        "{error}"
    );
    let error = fake.refused(&["--against", "base", "--", "-tags=x"], ("X", ""));
    assert!(error.contains("expected \"-tags=x\", as now"), "{error}");
}

#[test]
fn says_what_is_wrong() {
    let fake = Fake::new();
    let none = ("X", "");
    for (args, variable, text) in [
        (&[][..], none, "expected --against REVISION; or --save NAME"),
        (
            &["--against", "nosuch"],
            none,
            "found \"nosuch\", expected a revision that git knows",
        ),
        (
            &["--against=--upload-pack=x"],
            none,
            "found \"--upload-pack=x\", expected a revision",
        ),
        (
            &["--against", "main", "./-x", "--", "-count=2"],
            none,
            "found -count, expected --count",
        ),
        (
            &["--against", "main", "-f", "junit"],
            none,
            "found junit, which is of claims",
        ),
        (
            &["--against", "main", "--strict"],
            none,
            "found no claim, expected --require",
        ),
        (
            &["--save", "main"],
            none,
            "found \"main\", which git knows as a revision, expected another name",
        ),
        (
            &["--save", "HEAD"],
            none,
            "found \"HEAD\", which git knows as a revision",
        ),
        (
            &["--save", "../x"],
            none,
            "found \"../x\", expected a name of letters",
        ),
        (
            &["--against", "main"],
            ("FAKE_VERSION", "go1.19"),
            "found go1.19, expected Go 1.20 or newer",
        ),
        (
            &["--against", "main"],
            ("FAKE_BROKEN", "before"),
            "of main (0123456) does not build:\n    ./x.go:3:1: syntax error\n\
             The checkout of main (0123456) lacks what git ignores (gen.go) and submodules (lib); where",
        ),
        (
            &["--against", "main"],
            ("FAKE_BROKEN", "after"),
            "of working tree does not build",
        ),
        (
            &["--against", "main"],
            ("FAKE_VETTED", "before"),
            "of main (0123456) builds, but go vet finds fault with it:\n    # example.com/app\n    # [example.com/app]\n    \
             ./x.go:9:2: unreachable code\n-- -vet=off measures it as it is",
        ),
        (
            &["--against", "main", "--", "-vet=all"],
            ("FAKE_VETTED", "after"),
            "of working tree builds, but go vet finds fault with it",
        ),
        (
            &["--against", "main"],
            ("FAKE_MODE", "fail"),
            "BenchmarkRender of main (0123456) failed",
        ),
        (
            &["--against", "main"],
            ("FAKE_MODE", "skip"),
            "BenchmarkRender skips itself: not compared",
        ),
        (
            &["--against", "main"],
            ("FAKE_MODE", "gone"),
            "BenchmarkRender-2 is gone: only in main (0123456), not compared",
        ),
        (
            &["--against", "main"],
            ("FAKE_MODE", "empty"),
            "example.com/app has no benchmarks in main (0123456)",
        ),
        (
            &["--against", "main"],
            ("PATH", "/nonexistent"),
            "found no go on PATH",
        ),
    ] {
        let error = fake.refused(args, variable);
        assert!(
            error.starts_with("heapwise: ") && error.contains(text),
            "{args:?} {variable:?}: {error}"
        );
    }
    fs::remove_file(fake.at("bin/git")).unwrap();
    let path = fake.at("bin");
    for tool in ["sh", "cat", "chmod"] {
        std::os::unix::fs::symlink(format!("/bin/{tool}"), path.join(tool)).unwrap();
    }
    let error = fake.refused(&["--against", "main"], ("PATH", path.to_str().unwrap()));
    assert!(error.contains("found no git on PATH"), "{error}");
}

#[test]
fn nothing_is_built_for_what_cannot_be_compared() {
    for (args, variable) in [
        (&["--against", "nosuch"][..], ("X", "")),
        (&["--save", "../x"], ("X", "")),
        (&["--against", "main"], ("FAKE_MODE", "empty")),
    ] {
        let fake = Fake::new();
        fake.refused(args, variable);
        assert!(!fake.at("built").exists(), "{args:?} {variable:?}");
    }
}

#[test]
fn json_is_what_the_schema_describes() {
    let fake = Fake::new();
    let output = heapwise(&workspace()).args(["schema", "bench"]).output();
    let schema = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    for args in [
        &[][..],
        &["--forbid-growth", "5%"],
        &["--granularity", "lines", "-n", "3"],
        &["--sample-index", "alloc_objects", "--count", "3"],
    ] {
        let output = fake.run(&[&AGAINST[..], &["-f", "json"], args].concat());
        let document = serde_json::from_slice(&output.stdout).unwrap();
        let found = violations(&schema, &document);
        assert!(found.is_empty(), "{args:?}:\n{}", found.join("\n"));
    }
}

/// What the binaries were asked for.
#[test]
fn how_runs_are_made_is_as_asked() {
    for (args, wanted) in [
        (&["--bench", "Ren.*"][..], "-test.bench=Ren.*"),
        (&["--benchtime", "500x"], "-test.benchtime=500x"),
        (&["--benchtime", "1s"], "-test.benchtime=200000000ns"),
        (&["--detect", "0.1%"], "-test.memprofilerate=1 "),
        (&["--", "-cpu=3"], "-test.cpu=3"),
        (&["--", "-short"], "-test.short"),
    ] {
        let fake = Fake::new();
        fake.run(&[&AGAINST[..], args].concat());
        let asked = fs::read_to_string(fake.at("asked")).unwrap();
        assert!(asked.contains(wanted), "{args:?}: {asked}");
    }
}

#[test]
fn what_claims_leave_open_counts_as_asked() {
    let fake = Fake::new();
    // The change is between -86.5 % and -86.4 %.
    let unknown = ["--require", "alloc_space total <= -86.45%"];
    for (args, code) in [
        (&[][..], 3),
        (&["--inconclusive", "pass"], 0),
        (&["--inconclusive", "fail"], 1),
    ] {
        let output = fake.run(&[&AGAINST[..], &unknown, args].concat());
        let out = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {out}");
    }
}

impl Fake {
    /// What is printed, and the exit code, where the binaries, go or git behave in this way.
    fn with(&self, variable: (&str, &str), args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = self.command(&[&["--against", "main"], args].concat());
        let output = command.env(variable.0, variable.1).output().unwrap();
        self.expect_nothing_left();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

#[test]
fn what_benchmarks_print_into_their_lines_is_told_from_them() {
    let fake = Fake::new();
    let (code, out, error) = fake.with(("FAKE_MODE", "dots"), &["--forbid-growth", "5%"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(out.contains("4664 -> 632"), "{out}");
    assert!(error.is_empty(), "{error}");
}

#[test]
fn what_is_not_understood_passes_no_gate() {
    let fake = Fake::new();
    let mangled = ("FAKE_MODE", "mangled");
    let told = "BenchmarkOther-2 of working tree is not understood and not compared";
    let (code, out, error) = fake.with(mangled, &[]);
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains(told) && !error.contains("gone"), "{error}");
    assert!(!out.contains("BenchmarkOther"), "{out}");
    for claim in [
        ["--forbid-growth", "5%"],
        ["--require", "alloc_space total <= -50%"],
    ] {
        let (code, out, error) = fake.with(mangled, &claim);
        assert_eq!(code, Some(3), "{out}{error}");
        let first = "inconclusive: 1 of 2 claims could not be decided";
        assert!(out.starts_with(first) && out.contains(told), "{out}");
    }
}

#[test]
fn a_text_that_is_not_understood_passes_no_gate_of_verify() {
    let runs = workspace().join("testdata/beforeafter/buffer-vs-pool");
    let at = |name: &str| runs.join(name).to_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(at("after.bench.txt")).unwrap();
    for (more, code) in [
        ("BenchmarkRender-2 hi\n", 0),
        (
            "BenchmarkOther-2 \tx10\t 5 ns/op\t 8 B/op\t 1 allocs/op\n",
            3,
        ),
    ] {
        let after = folder.path().join("after.txt");
        fs::write(&after, format!("{text}{more}")).unwrap();
        let output = heapwise(&workspace())
            .args(["verify", "--forbid-growth", "5%", "--before", &at("before")])
            .args(["--after", &at("after"), "--before-bench"])
            .args([&at("before.bench.txt"), "--after-bench"])
            .arg(&after)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{more}: {error}");
        let told = "BenchmarkOther-2 is not understood";
        assert_eq!(error.contains(told), code == 3, "{error}");
    }
}

#[test]
fn nothing_is_said_of_sites_where_less_was_recorded_than_allocated() {
    let fake = Fake::new();
    let claim = ["--require", "alloc_space bytes.growSlice <= 600B/op"];
    let (code, out, error) = fake.with(("FAKE_MODE", "unrecorded"), &claim);
    assert_eq!(code, Some(3), "{out}{error}");
    assert!(
        out.contains("the profile shows fewer bytes below it"),
        "{out}"
    );
    assert!(!out.contains("in 9 more"), "{out}");
}

#[test]
fn what_a_suppressed_site_grew_by_is_let_off_the_total() {
    let fake = Fake::new();
    for (site, code) in [("/.*/", 0), ("bytes.(*Buffer).grow", 1), ("total", 1)] {
        let budget = format!(
            "[growth]\nforbid = \"5%\"\n[[suppress]]\nsite = \"{site}\"\nreason = \"x\"\nexpires = \"2099-12-31\"\n"
        );
        fs::write(fake.at("budget"), budget).unwrap();
        let path = fake.at("budget");
        let (found, out, error) =
            fake.with(("FAKE_SWAPPED", "1"), &["--budget", path.to_str().unwrap()]);
        assert_eq!(found, Some(code), "{site}: {out}{error}");
        let has_total = out.lines().any(|line| line.starts_with("fail      total "));
        assert_eq!(has_total, site == "bytes.(*Buffer).grow", "{site}: {out}");
    }
}

#[test]
fn packages_that_are_gone_are_named_and_no_claim_passes_without_them() {
    let fake = Fake::new();
    let (code, out, error) = fake.with(("FAKE_MODE", "old"), &["--forbid-growth", "5%"]);
    assert_eq!(code, Some(3), "{error}");
    let told = "example.com/app/old is gone: only in main (0123456), not compared";
    assert!(error.contains(told), "{error}");
    assert!(out.contains(told), "{out}");
}

#[test]
fn a_commit_without_changes_is_called_by_its_name() {
    let (_, out, _) = Fake::new().with(("FAKE_MODE", "clean"), &[]);
    assert!(
        out.starts_with("main (0123456) -> fedcba9: 1 benchmark\n"),
        "{out}"
    );
}

#[test]
fn headings_of_markdown_are_no_rows() {
    let (_, out, _) = Fake::new().with(("X", ""), &["-f", "markdown", "--", "-cpu=3,4"]);
    let lines: Vec<&str> = out.lines().collect();
    let headings = lines
        .windows(2)
        .filter(|pair| pair[1].starts_with("**Benchmark"));
    let before: Vec<&str> = headings.map(|pair| pair[0]).collect();
    assert_eq!(before, ["", ""], "{out}");
}

#[test]
fn keeps_files_where_asked() {
    let fake = Fake::new();
    let kept = fake.at("kept");
    let args = [
        &AGAINST[..],
        &["--files", kept.to_str().unwrap(), "--count", "6"],
    ]
    .concat();
    assert_eq!(fake.run(&args).status.code(), Some(0));
    let own = kept.join("01-BenchmarkRender-2");
    assert_eq!(fs::read_dir(own.join("before")).unwrap().count(), 6);
    assert!(
        fs::read_to_string(own.join("after.txt"))
            .unwrap()
            .contains("BenchmarkRender-2")
    );
    let error = fake.refused(&args, ("X", ""));
    assert!(
        error.contains("found files in it, expected a new or empty directory"),
        "{error}"
    );
}

/// Whether a closed terminal ends what runs in it: where it is ignored, as below `nohup`, it stays so.
fn hears_hang_ups() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 0)
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let signals = [("INT", 130), ("TERM", 143)];
    let hang_up = hears_hang_ups().then_some(("HUP", 129));
    let all = signals.into_iter().chain(hang_up);
    let all = all.flat_map(|signal| [(signal, "hang"), (signal, "hang-go")]);
    for ((signal, code), mode) in all {
        let fake = Fake::new();
        let mut command = fake.command(&AGAINST);
        let command = command.env("FAKE_MODE", mode).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let started = Instant::now();
        while !fs::read_to_string(fake.at("pid")).is_ok_and(|text| text.ends_with('\n')) {
            assert!(started.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(10));
        }
        let kill = |what: &str, pid: &str| {
            let status = Command::new("kill")
                .args([what, pid])
                .stderr(Stdio::null())
                .status();
            status.unwrap().success()
        };
        assert!(kill(&format!("-{signal}"), &child.id().to_string()));
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "heapwise: interrupted\n"
        );
        fake.expect_nothing_left();
        let pid = fs::read_to_string(fake.at("pid")).unwrap();
        assert!(!kill("-0", pid.trim()), "the benchmark still runs");
        assert!(!Path::new(fs::read_to_string(fake.at("tree")).unwrap().trim()).exists());
    }
}

#[test]
fn each_flag_changes_what_is_answered() {
    let claim = ["--require", "alloc_space total <= -86%"];
    let fake = Fake::new();
    fs::write(fake.at("budget"), "[growth]\nforbid = \"5%\"\n").unwrap();
    let (budget, kept, new) = (fake.at("budget"), fake.at("kept"), fake.at("new"));
    let [budget, kept, new] = [&budget, &kept, &new].map(|path| path.to_str().unwrap());
    for (with, given) in [
        (&[][..], &["--count", "5"][..]),
        (&[], &["--save", "x"]),
        (&[], &["--files", kept]),
        (&[], &["--sample-index", "alloc_objects"]),
        (&[], &["--granularity", "packages"]),
        (&[], &["--cum"]),
        (&[], &["-n", "1"]),
        (&[], &["--nodefraction", "0.5"]),
        (&[], &["--confidence", "0.5"]),
        (&[], &["--min-change", "99%"]),
        (&[], &claim),
        (&[], &["--forbid-growth", "5%"]),
        (&["--forbid-growth", "5%"], &["--strict"]),
        (&["--forbid-growth", "5%"], &["--allow-moved"]),
        (&claim, &["--look", "2"]),
        (&claim, &["--silent-when-ok"]),
        (&[], &["--budget", budget]),
        (&[], &["-v"]),
        (&[], &["-f", "json"]),
        (&[], &["-o", new]),
    ] {
        let answer = |extra: &[&str]| {
            let against = ["--against", "main"];
            let against = if extra.first() == Some(&"--save") {
                &[][..]
            } else {
                &against
            };
            let output = fake.run(&[against, with, extra].concat());
            let kept = (Path::new(kept).exists(), Path::new(new).exists());
            (output.status.code(), output.stdout, output.stderr, kept)
        };
        let alone = answer(&[]);
        let changed = answer(given);
        // What these two let off or leave open is not in these runs: `every_flag.rs` tries them on verify.
        let needs_others = matches!(given, ["--allow-moved" | "--strict"]);
        assert!(alone != changed || needs_others, "{given:?}");
        for path in [kept, new] {
            let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
        }
    }
}
