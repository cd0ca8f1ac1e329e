//! What follows `--`: which options are for building, and which for running.

use anyhow::bail;

/// Options for go, sorted by what they are for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct GoFlags {
    /// For `go list` and `go test -c`.
    pub(super) build: Vec<String>,
    /// For the test binary, as `-test.NAME=VALUE`.
    pub(super) run: Vec<String>,
    /// Numbers of processors, one run for each; empty is Go's own choice.
    pub(super) cpus: Vec<String>,
    /// What the benchmarks themselves get: all behind `-args`.
    pub(super) own: Vec<String>,
}

/// Options of `go test` that the test binary takes (`go help testflag`) and that have a value.
const RUN_WITH_VALUE: [&str; 5] = ["timeout", "parallel", "skip", "cpu", "gocoverdir"];
/// And that have none.
const RUN_SWITCHES: [&str; 3] = ["short", "fullpath", "failfast"];
/// What is decided here.
const OURS: [(&str, &str); 9] = [
    ("bench", "--bench"),
    ("benchtime", "--benchtime"),
    ("count", "--count"),
    ("benchmem", "nothing: it is always on"),
    ("memprofile", "--files"),
    ("memprofilerate", "--detect"),
    ("run", "nothing: no test is run"),
    ("outputdir", "--files"),
    ("o", "--files"),
];
/// What would change what is measured, or print what is no benchmark.
const REFUSED: [&str; 14] = [
    "cpuprofile",
    "blockprofile",
    "blockprofilerate",
    "mutexprofile",
    "mutexprofilefraction",
    "trace",
    "json",
    "v",
    "c",
    "C",
    "exec",
    "fuzz",
    "list",
    "shuffle",
];
/// Options for building that have no value.
const BUILD_SWITCHES: [&str; 12] = [
    "a",
    "n",
    "race",
    "msan",
    "asan",
    "cover",
    "work",
    "x",
    "linkshared",
    "modcacherw",
    "trimpath",
    "buildvcs",
];

impl GoFlags {
    /// Sorts options, one word or two each: `-tags=x`, `-tags x`.
    pub(super) fn parse(words: &[String]) -> anyhow::Result<GoFlags> {
        let mut flags = GoFlags::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let bare = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
            let Some(bare) = bare.filter(|bare| !bare.is_empty()) else {
                bail!(
                    "--: found {word:?}, expected an option of go such as -tags=integration; packages go before --"
                );
            };
            if matches!(bare, "args" | "test.args") {
                flags.own = words.cloned().collect();
                break;
            }
            let (name, value) = match bare.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (bare, None),
            };
            let name = name.strip_prefix("test.").unwrap_or(name);
            refuse(name)?;
            let is_switch = RUN_SWITCHES.contains(&name) || BUILD_SWITCHES.contains(&name);
            let value = match (value, is_switch) {
                (None, false) => match words.next() {
                    Some(value) => Some(value.clone()),
                    None => bail!("--: found -{name} without a value, expected one: -{name}=VALUE"),
                },
                (value, _) => value,
            };
            flags.add(name, value);
        }
        Ok(flags)
    }

    fn add(&mut self, name: &str, value: Option<String>) {
        let with_value = |prefix: &str| match &value {
            Some(value) => format!("-{prefix}{name}={value}"),
            None => format!("-{prefix}{name}"),
        };
        if name == "cpu" {
            let all = value.unwrap_or_default();
            let each = all.split(',').map(str::trim).filter(|cpu| !cpu.is_empty());
            self.cpus = each.map(str::to_owned).collect();
        } else if RUN_WITH_VALUE.contains(&name) || RUN_SWITCHES.contains(&name) {
            self.run.push(with_value("test."));
        } else {
            self.build.push(with_value(""));
        }
    }
}

fn refuse(name: &str) -> anyhow::Result<()> {
    if let Some((_, instead)) = OURS.iter().find(|(ours, _)| *ours == name) {
        bail!("--: found -{name}, expected {instead}");
    }
    if REFUSED.contains(&name) {
        bail!("--: found -{name}, expected options for building, -cpu, -timeout, -short or -skip");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::GoFlags;

    fn parse(words: &[&str]) -> Result<GoFlags, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        GoFlags::parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn sorts_what_is_for_building_and_what_for_running() {
        let flags = parse(&[
            "-tags=a,b",
            "-race",
            "--ldflags",
            "-X main.v=1",
            "-cpu",
            "1,4",
            "-short",
            "-timeout=1m",
            "-args",
            "-n",
            "3",
        ])
        .unwrap();
        assert_eq!(flags.build, ["-tags=a,b", "-race", "-ldflags=-X main.v=1"]);
        assert_eq!(flags.run, ["-test.short", "-test.timeout=1m"]);
        assert_eq!(flags.cpus, ["1", "4"]);
        assert_eq!(flags.own, ["-n", "3"]);
    }

    #[test]
    fn refuses_what_is_decided_here_or_is_no_option() {
        assert_eq!(
            parse(&["-count=3"]).unwrap_err(),
            "--: found -count, expected --count"
        );
        assert!(
            parse(&["-cpuprofile=x"])
                .unwrap_err()
                .contains("found -cpuprofile")
        );
        assert!(
            parse(&["./pkg"])
                .unwrap_err()
                .contains("packages go before --")
        );
        assert!(parse(&["-tags"]).unwrap_err().contains("without a value"));
    }
}
