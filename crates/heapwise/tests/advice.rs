//! The loop on programs before and after: each piece of advice is given before, what it saves is within what was said,
//! and the change is seen.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{run, workspace};
use serde_json::Value;

/// Each program with the rule that is about it, and the function and line that it names.
const PAIRS: [(&str, &str, &str, i64); 18] = [
    ("boxing", "boxing", "(*Adder).Sum", 33),
    ("builder-size", "builder-size", "Of", 13),
    ("case-fold", "case-fold", "Find", 9),
    ("closure-loop", "closure", "(*Ledger).BookLater", 30),
    ("format", "format", "Cache.Get", 11),
    ("large-value", "large-value", "Count", 9),
    ("map-hint", "map-size", "Positions", 8),
    ("moved-variable", "moved-variable", "(*Writer).Write", 19),
    ("pool-buffer", "pool", "Of", 12),
    ("return-value", "return-value", "Parse", 29),
    ("reuse-encoder", "reuse", "(*Archive).Add", 22),
    ("reuse-encoder", "reuse", "(*Archive).Add", 25),
    ("reuse-regexp", "reuse", "Route", 9),
    ("slice-capacity", "slice-capacity", "Amounts", 13),
    ("split-in-turn", "split", "Longest", 9),
    ("string-builder", "string-builder", "Of", 8),
    ("time-after", "timer", "Sum", 22),
    ("worker-done", "accumulating", "Archive.Send", 12),
];

fn explain(pair: &str, side: &str) -> Value {
    let source = format!("examples/go/advice/{pair}/{side}");
    explain_from(pair, side, source.as_ref())
}

fn explain_from(pair: &str, side: &str, source: &Path) -> Value {
    let folder = format!("testdata/advice/{pair}");
    let answer = run(&[
        "explain",
        "-q",
        "-f",
        "json",
        "--source",
        source.to_str().unwrap(),
        "-e",
        &format!("{folder}/{side}.m2.txt"),
        &format!("{folder}/{side}.pb.gz"),
    ]);
    assert_eq!(answer.code, Some(0), "{pair}: {}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

/// What is made with its size, put into an interface without a box, or asked for by callers gets no advice.
#[test]
fn what_only_looks_alike_gets_no_advice() {
    let warm = ["Add", "Data", "NewBig", "Number", "Set", "Text", "Values"];
    for log in ["m.m2.txt", "test.m2.txt"] {
        gets_no_advice(("advicenot", "m"), log, &warm);
    }
}

/// Pointers that callers keep, slices of callers, and addresses in interfaces get none either.
#[test]
fn what_callers_keep_gets_no_advice() {
    let warm = [
        "(*Lexer).Next",
        "Length",
        "NewLeaf",
        "Odd.func1",
        "Parse",
        "Rules",
        "Unique",
        "Version.String",
        "init.func1",
    ];
    gets_no_advice(("advicekept", "kept"), "kept.m2.txt", &warm);
}

/// What pools have made for them, what is given away or kept, and what a function of the standard library takes as any.
#[test]
fn what_is_made_for_others_gets_no_advice() {
    let warm = [
        "(*Message).Read",
        "(*Routers).Handle",
        "BenchmarkAll",
        "Decode",
        "Find",
        "ID.String",
        "Joined",
        "Load",
        "ParseType",
        "Routes.Add",
        "Send",
        "Text",
        "Wrapped",
        "init.func1",
        "init.func2",
        "init.func3",
    ];
    gets_no_advice(("advicemade", "made"), "made.m2.txt", &warm);
}

/// What grows by a number that nobody knows, is filled from call to call, made once, or a value of a type with methods.
#[test]
fn what_has_no_known_size_gets_no_advice() {
    let warm = [
        "(*Keys).Set",
        "(*Moment).Parse",
        "Draw",
        "Mark",
        "Named.func1",
        "Put",
        "Texts",
        "Unquoted",
        "Words",
    ];
    gets_no_advice(("adviceopen", "open"), "open.m2.txt", &warm);
}

/// Arguments of errors, results, bytes that a method wants, runes, and what a function of the standard library makes for itself.
#[test]
fn what_is_wanted_as_it_is_gets_no_advice() {
    let warm = [
        "Differing",
        "Listed",
        "Missing",
        "NewState",
        "NewToken",
        "Read",
    ];
    gets_no_advice(("adviceopen", "wanted"), "open.m2.txt", &warm);
}

/// Arguments of goroutines, values of any type, numbers in fields, texts for hashes, tables, and what is rare in much.
#[test]
fn what_cannot_be_otherwise_gets_no_advice() {
    let warm = [
        "Each",
        "Hits",
        "Items.Add",
        "Square",
        "Sum",
        "Written[go.shape.int]",
    ];
    gets_no_advice(("adviceopen", "apart"), "open.m2.txt", &warm);
}

/// A string that is passed on at once, a struct that sorts two slices, and a result with a name.
#[test]
fn what_is_passed_on_gets_no_advice() {
    let warm = ["(*Quantity).Unmarshal", "Sort", "Stripped"];
    gets_no_advice(("adviceopen", "passed"), "open.m2.txt", &warm);
}

/// What rules of users, stores and formats take as any value, bytes that are asked for as runes or in parts, what a caller's
/// source or option may keep, what has no Reset, a name that is asked for, a table that is made a few times, and what is left of
/// many, patterns that are kept, functions that are stored or goroutines', texts of errors, what a caller returns, and
/// a text that is put together once.
#[test]
fn what_others_ask_for_gets_no_advice() {
    let warm = [
        "(*Tag).Show",
        "(*Tracer).Start",
        "Each",
        "ErrMissing",
        "Few",
        "Field",
        "Holds",
        "Keep",
        "Loaded",
        "Named",
        "Number",
        "Padded",
        "Product",
        "Random",
        "Vowels",
        "entry",
    ];
    // But that two parts need no slice.
    let given = [("split", 68)];
    gets_only(("adviceheld", "held"), "held.m2.txt", &warm, &given);
}

/// A method of the package that takes any value, a writer, fmt, and a slice that three lines add to, which is one piece.
#[test]
fn what_can_be_otherwise_gets_one_piece_each() {
    let answer = explained(("adviceheld", "given"), "held.m2.txt");
    let found = pieces(&answer);
    let expected = [
        ("slice-capacity", 54),
        ("string-conversion", 36),
        ("boxing", 29),
        ("boxing", 43),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
    // 60 slices of 900 numbers, which take 8 kB each where they are made at once.
    let lines = items(&answer["sites"]).iter().filter(|site| {
        let function = site["function"].as_str().unwrap();
        function.ends_with(".Triples") && site["reason"] == "slice-growth"
    });
    let grown: f64 = lines
        .map(|site| site["value"]["value"].as_f64().unwrap())
        .sum();
    let saved = grown - 60.0 * 8192.0;
    let saving = &answer["advice"][0]["saving"];
    let (low, high) = (
        saving["low"].as_f64().unwrap(),
        saving["high"].as_f64().unwrap(),
    );
    assert!(
        low <= saved && saved <= 1.02 * high,
        "{saved} of {low} to {high}"
    );
    let told = answer["advice"][0]["details"].to_string();
    assert!(told.contains("added to at line 53, too"), "{told}");
}

/// What grows in few steps or on two lines, is written sign by sign, split, or made of one case, and a pattern of each call: not
/// where it is a text that callers of other packages give.
#[test]
fn what_is_made_step_by_step_gets_one_piece_each() {
    let answer = explained(("advicesteps", "steps"), "steps.m2.txt");
    let found: BTreeSet<(&str, i64)> = pieces(&answer).collect();
    let expected = [
        ("builder-size", 74),
        ("case-fold", 116),
        ("format", 123),
        ("reuse", 25),
        ("slice-capacity", 45),
        ("slice-capacity", 57),
        ("split", 84),
        ("split", 94),
        ("split", 105),
        ("string-conversion", 36),
    ];
    assert_eq!(found, expected.into());
}

/// Functions that are stored with what they capture, formats of the package itself, what another package passes on, parts that
/// are wanted, and what grows by few of many, in loops within loops, until a text ends, or by texts of any length.
#[test]
fn what_only_looks_like_steps_gets_no_advice() {
    let warm = [
        "(*Column).Write",
        "(*Machine).Index",
        "(*Machine).List",
        "Joined",
        "Kinds",
        "Logged",
        "Pair",
        "Rest",
        "Spread",
        "Walk",
    ];
    gets_no_advice(("advicesteps", "aside"), "steps.m2.txt", &warm);
}

/// Functions whose types are others', slices and structs that are formatted, parts of many, tables that only the beginning of the
/// program makes, and what helps benchmarks.
#[test]
fn what_others_bind_gets_no_advice() {
    let warm = [
        "Checked", "Listed", "Odd", "Part", "Placed", "Quoted", "Visited", "Walked", "made",
        "squared",
    ];
    gets_no_advice(("advicebound", "bound"), "bound.m2.txt", &warm);
}

/// A function for one of the package's own, runes of bytes, what methods sort, bytes as they are, and what is above zero.
#[test]
fn what_looks_bound_and_is_not_gets_one_piece_each() {
    let answer = explained(("advicebound", "boundgiven"), "bound.m2.txt");
    let found: BTreeSet<(&str, i64)> = pieces(&answer).collect();
    let expected = [
        ("boxing", 48),
        ("boxing", 61),
        ("closure", 14),
        ("slice-capacity", 71),
        ("string-conversion", 36),
    ];
    assert_eq!(found, expected.into());
    let runes = items(&answer["advice"])
        .iter()
        .find(|one| one["rule"] == "string-conversion");
    let told = runes.unwrap().to_string();
    assert!(told.contains("utf8.DecodeRune"), "{told}");
}

/// A slice that has grown on the stack is moved to the heap where it is returned, of which the compiler says nothing; what is done
/// with the result of an inlined call is done at the call.
#[test]
fn what_a_return_allocates_is_explained() {
    let answer = explained(("advicesteps", "aside"), "steps.m2.txt");
    let reason = |name: &str| {
        let function = format!("example.com/advicesteps.{name}");
        let mut sites = items(&answer["sites"]).iter();
        let site = sites.find(|site| site["function"] == function.as_str());
        let site = site.unwrap();
        (site["reason"].clone(), site["told_by"].clone())
    };
    let (growth, by_source) = reason("Pair");
    assert_eq!(
        (growth, by_source),
        ("slice-growth".into(), "source".into())
    );
    let (boxed, by_compiler) = reason("Rest");
    assert_eq!(
        (boxed, by_compiler),
        ("interface-conversion".into(), "compiler".into())
    );
}

/// Arguments of one call on several lines are one piece, with what all of them may save.
#[test]
fn one_statement_gets_one_piece() {
    let answer = explained(("adviceopen", "lines"), "open.m2.txt");
    let advice = items(&answer["advice"]);
    assert_eq!(advice.len(), 1, "{advice:?}");
    assert_eq!(advice[0]["rule"], "boxing");
    assert!((96..=98).contains(&advice[0]["line"].as_i64().unwrap()));
    let told = advice[0].to_string();
    assert_eq!(told.matches("arguments are boxed").count(), 1, "{told}");
    let saving = answer["advice"][0]["saving"]["high"].as_f64().unwrap();
    assert!(saving > 0.9 * total(&answer), "{saving}");
}

fn explained((program, profile): (&str, &str), log: &str) -> Value {
    explained_from(&format!("testdata/src/{program}"), profile, log)
}

fn explained_from(source: &str, profile: &str, log: &str) -> Value {
    let answer = run(&[
        "explain",
        "-q",
        "-f",
        "json",
        "--source",
        source,
        "-e",
        &format!("testdata/advice-not/{log}"),
        &format!("testdata/advice-not/{profile}.pb.gz"),
    ]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

fn gets_no_advice(of: (&str, &str), log: &str, warm: &[&str]) {
    gets_only(of, log, warm, &[]);
}

fn gets_only((program, profile): (&str, &str), log: &str, warm: &[&str], given: &[(&str, i64)]) {
    let package = format!("example.com/{program}.");
    let answer = explained((program, profile), log);
    let functions: BTreeSet<&str> = items(&answer["sites"])
        .iter()
        .filter(|site| site["share"].as_f64().unwrap() > 0.02)
        .filter_map(|site| site["function"].as_str()?.strip_prefix(&package))
        .collect();
    assert_eq!(functions, warm.iter().copied().collect());
    assert_eq!(pieces(&answer).collect::<Vec<_>>(), given, "{log}");
}

/// Each piece of the advice of an answer, as its rule and its line.
fn pieces(answer: &Value) -> impl Iterator<Item = (&str, i64)> {
    items(&answer["advice"]).iter().map(|advice| {
        let rule = advice["rule"].as_str().unwrap();
        (rule, advice["line"].as_i64().unwrap())
    })
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn total(answer: &Value) -> f64 {
    answer["total"]["value"].as_f64().unwrap()
}

#[test]
fn every_program_has_its_advice_and_no_other() {
    let pairs: BTreeSet<&str> = PAIRS.iter().map(|pair| pair.0).collect();
    let folders = fs::read_dir(workspace().join("testdata/advice")).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        pairs.iter().map(|&pair| pair.to_owned()).collect()
    );
    for pair in pairs {
        let answer = explain(pair, "before");
        let found: BTreeSet<(String, String, i64)> = items(&answer["advice"])
            .iter()
            .map(|advice| {
                let text = |name: &str| advice[name].as_str().unwrap().to_owned();
                (
                    text("rule"),
                    text("function"),
                    advice["line"].as_i64().unwrap(),
                )
            })
            .collect();
        let expected = PAIRS.iter().filter(|known| known.0 == pair);
        let expected = expected.map(|&(_, rule, function, line)| {
            (
                rule.to_owned(),
                format!("example.com/advice/{pair}.{function}"),
                line,
            )
        });
        assert_eq!(found, expected.collect(), "{pair}");
    }
}

#[test]
fn the_advice_is_gone_when_it_was_followed() {
    for (pair, rule, _, _) in PAIRS {
        let answer = explain(pair, "after");
        let still = items(&answer["advice"])
            .iter()
            .find(|one| one["rule"] == rule && one["share"].as_f64().unwrap() > 0.5);
        assert_eq!(still, None, "{pair}");
    }
}

/// Advice rests on the source around a line: the same line gets none where a slice begins as what another has, where the beginning
/// of the program calls the function, and where a buffer, or a pointer that is returned, is passed to what may keep it.
#[test]
fn another_source_around_a_line_takes_its_advice_away() {
    let (slice, regexp, pool) = ("slice-capacity", "reuse-regexp", "pool-buffer");
    let made = "\tvar amounts []int\n";
    let taken = "func Amounts(lines []Line) []int {\n\tvar amounts []int\n\tfor _, line := range lines {\n\t\tamounts = append(amounts, line.Count*line.Cents)\n";
    let loop_ = "\tfor b.Loop() {\n\t\tkept = Amounts(lines)\n\t}\n";
    let pattern = "\trequest := regexp.MustCompile(`(?:GET|PUT|POST|DELETE) /[a-z]+`)\n";
    let of_route = "// compiled anew for each line.\nfunc Route(line string) (string, bool) {\n";
    let begun = format!("{of_route}{pattern}");
    let read = "\t\tn, err := body.Read(buffer)\n";
    let (user, asked) = ("return-value", "\t\tif user.Age > age {\n");
    for (pair, from, to) in [
        (
            user,
            asked,
            "\t\t_, err = io.ReadFull(user, all)\n\t\tif user.Age > age {\n",
        ),
        (
            user,
            asked,
            "\t\tif to.Put(line, user) && user.Age > age {\n",
        ),
        (slice, made, "\tamounts := append(known, 1)\n"),
        (slice, made, "\tamounts := known\n"),
        (slice, made, "\tamounts := lines[0].amounts()\n"),
        (
            slice,
            "// Package invoice works on the lines of an invoice.",
            "// Code generated by invoices. DO NOT EDIT.",
        ),
        (
            slice,
            taken,
            "func Amounts(lines []Line) (amounts []int) {\n\tfor _, line := range lines {\n\t\tif line.Count > least {\n\t\t\tamounts = append(amounts, line.Cents)\n",
        ),
        (
            slice,
            taken,
            "func Amounts(lines chan Line) []int {\n\tvar amounts []int\n\tfor line := range lines {\n\t\tamounts = append(amounts, line.Cents)\n",
        ),
        (
            slice,
            taken,
            "func Amounts(lines []Line) []int {\n\tvar amounts []int\n\tfor _, line := range lines {\n\t\tamounts = append(amounts, line.Cents)\n\t\tif line.Count == 0 {\n\t\t\tbreak\n\t\t}\n",
        ),
        (
            "map-hint",
            "\t\tpositions[name] = i\n",
            "\t\tpositions[name[:1]] = i\n",
        ),
        (slice, made, "\tvar amounts []int //nolint:prealloc\n"),
        (
            slice,
            loop_,
            "\tfor range 9 {\n\t\tkept = Amounts(lines)\n\t}\n\tb.ResetTimer()\n",
        ),
        (
            slice,
            loop_,
            "\tb.StopTimer(); for {\n\t\tkept = Amounts(lines)\n\t}\n\tb.StartTimer()\n",
        ),
        (
            "boxing",
            "",
            "func (s *Stack) below() *Stack {\n\treturn s.values[0].(*Stack)\n}\n",
        ),
        (
            "boxing",
            "\t\tsum += value.(int)\n",
            "\t\tsum += add(value)\n",
        ),
        ("moved-variable", "\tto io.Writer\n", "\tto Sealer\n"),
        (regexp, pattern, "\trequest := regexp.MustCompile(line)\n"),
        (regexp, pattern, "\t_, err := regexp.Compile(rules[0])\n"),
        (
            "reuse-encoder",
            "\tcompressed := gzip.NewWriter(a.to)\n",
            "\tcompressed := a.writers.Get().(*gzip.Writer)\n",
        ),
        (
            regexp,
            "",
            "func init() {\n\tstart()\n}\n\nfunc start() {\n\tRoute(text)\n}\n",
        ),
        (regexp, "", "var first = Route(text)\n"),
        (
            regexp,
            "",
            "func Load() {\n\tonce.Do(start)\n}\n\nfunc start() {\n\tRoute(text)\n}\n",
        ),
        (
            regexp,
            pattern,
            "\trequest := regexp.MustCompile(\"^\" + line)\n",
        ),
        (
            regexp,
            &begun,
            "func Route(line string) (string, bool) {\n\tstart := \"^\" + line\n\trequest := regexp.MustCompile(start)\n",
        ),
        (
            pool,
            read,
            "\t\tn, err := body.Read(buffer)\n\t\tkeep(buffer[:n])\n",
        ),
        (pool, read, "\t\tn, err := fill(body, buffer)\n"),
        (
            pool,
            read,
            "\t\tn, err := body.Read(buffer)\n\t\tall.late(func() { all.Write(buffer) })\n",
        ),
    ] {
        let rules = |from: &str, to: &str| -> Vec<String> {
            let answer = explain_from(pair, "before", changed(pair, from, to).path());
            let found = pieces(&answer).map(|(rule, _)| rule.to_owned());
            found.collect()
        };
        assert!(!rules(from, from).is_empty(), "{pair}");
        assert_eq!(rules(from, to), [""; 0], "{pair}: {to}");
    }
}

/// The same line keeps its advice where what is around it only looks so.
#[test]
fn another_source_that_tells_the_same_keeps_its_advice() {
    let slice = "slice-capacity";
    let taken = "func Amounts(lines []Line) []int {\n\tvar amounts []int\n\tfor _, line := range lines {\n\t\tamounts = append(amounts, line.Count*line.Cents)\n";
    let pattern = "\trequest := regexp.MustCompile(`(?:GET|PUT|POST|DELETE) /[a-z]+`)\n";
    for (pair, from, to) in [
        (slice, "", "// Code generated by invoices. DO NOT EDIT.\n"),
        (
            slice,
            taken,
            "func Amounts(lines []Line) (amounts []int) {\n\tfor _, line := range lines {\n\t\tif line.Count > 0 {\n\t\t\tamounts = append(amounts, line.Cents)\n",
        ),
        (
            slice,
            taken,
            "func Amounts(lines []Line) ([]int, error) {\n\tvar amounts []int\n\tfor _, line := range lines {\n\t\tamounts = append(amounts, line.Cents)\n\t\tif line.Count == 0 {\n\t\t\treturn nil, errEmpty\n\t\t}\n",
        ),
        (
            "map-hint",
            "\t\tpositions[name] = i\n",
            "\t\tpositions[of+\"/\"+name] = i\n",
        ),
        (
            slice,
            "\tvar amounts []int\n",
            "\tvar amounts []int //nolint:errcheck\n",
        ),
        (
            slice,
            "\tfor b.Loop() {\n",
            "\tb.ResetTimer(); for range b.N {\n",
        ),
        (
            "boxing",
            "",
            "func (s *Stack) top() int {\n\treturn s.values[0].(int)\n}\n",
        ),
        ("moved-variable", "\tto io.Writer\n", "\tto Sealer; n int\n"),
        (
            "reuse-regexp",
            pattern,
            "\trequest := regexp.MustCompile(rules)\n",
        ),
    ] {
        let more = match pair {
            "moved-variable" => "func (w *Writer) Count() {\n\tw.n++\n}\n",
            _ => "",
        };
        let folder = changed(pair, from, to);
        let file = fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().path());
        let file = { file }
            .find(|file| !file.to_str().unwrap().ends_with("_test.go"))
            .unwrap();
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text + "\n" + more).unwrap();
        let answer = explain_from(pair, "before", folder.path());
        assert_eq!(pieces(&answer).count(), 1, "{pair}: {to}");
    }
}

/// What came with a later Go than that of the module is of no use to it; without a `go.mod` that is for the reader to see.
#[test]
fn what_the_go_of_the_module_has_not_is_no_advice() {
    let split = "split-in-turn";
    let in_turn = "\tfor _, tag := range strings.Split(list, \",\") {\n";
    let cut = "\tif tag := strings.Split(list, \",\")[0]; tag != \"\" {\n";
    for (to, said, expected) in [
        (in_turn, "go 1.23.4", 0),
        (in_turn, "go 1.24", 1),
        (in_turn, "go 1.27.3 // the newest", 1),
        (in_turn, "// none is named", 1),
        (cut, "go 1.17", 0),
        (cut, "go 1.18", 1),
    ] {
        let folder = changed(split, in_turn, to);
        let module = format!("module example.com/advice\n\n{said}\n");
        fs::write(folder.path().join("go.mod"), module).unwrap();
        let answer = explain_from(split, "before", folder.path());
        assert_eq!(pieces(&answer).count(), expected, "{said}: {to}");
    }
}

/// What is named in place of formatting is there, too.
#[test]
fn what_formats_is_named_by_what_the_module_has() {
    for (said, names_append) in [("go 1.18", false), ("go 1.19", true)] {
        let key = "value, ok := c[fmt.Sprintf(\"%d:%s\", id, region)]";
        let text = "value, ok := 0, len(fmt.Sprintf(\"%d:%s\", id, region)) > 3";
        let folder = changed("format", key, text);
        let module = format!("module example.com/advice\n\n{said}\n");
        fs::write(folder.path().join("go.mod"), module).unwrap();
        let answer = explain_from("format", "before", folder.path());
        let change = answer["advice"][0]["details"].to_string();
        assert!(change.contains("strconv.Itoa"), "{change}");
        assert_eq!(change.contains("fmt.Append"), names_append, "{said}");
    }
}

/// Nor are generic functions: `slices.SortFunc`.
#[test]
fn what_sorts_without_methods_is_no_advice_before_it_came() {
    for (said, expected) in [("go 1.20", false), ("go 1.21", true)] {
        let folder = tempfile::tempdir().unwrap();
        let given = workspace().join("testdata/src/advicebound/given.go");
        fs::copy(given, folder.path().join("given.go")).unwrap();
        let module = format!("module example.com/advicebound\n\n{said}\n");
        fs::write(folder.path().join("go.mod"), module).unwrap();
        let answer = explained_from(
            folder.path().to_str().unwrap(),
            "boundgiven",
            "bound.m2.txt",
        );
        let is_given = pieces(&answer).any(|piece| piece == ("boxing", 48));
        assert_eq!(is_given, expected, "{said}");
    }
}

/// The source of a program with something else in it, or more behind it.
fn changed(pair: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let before = workspace().join(format!("examples/go/advice/{pair}/before"));
    for file in fs::read_dir(before).unwrap() {
        let file = file.unwrap();
        let mut text = fs::read_to_string(file.path()).unwrap();
        match from {
            "" => text += &format!("\n{to}"),
            _ => text = text.replacen(from, to, 1),
        }
        fs::write(folder.path().join(file.file_name()), text).unwrap();
    }
    folder
}

/// Both sides did the same operations, so that the difference of their totals is what was saved.
#[test]
fn what_is_saved_is_within_what_was_said() {
    let pairs: BTreeSet<&str> = PAIRS.iter().map(|pair| pair.0).collect();
    let mut judged = 0;
    for pair in pairs {
        let (before, after) = (explain(pair, "before"), explain(pair, "after"));
        let savings = items(&before["advice"]).iter().map(|one| &one["saving"]);
        let savings: Vec<&Value> = savings.filter(|saving| !saving.is_null()).collect();
        if savings.is_empty() {
            continue;
        }
        let end = |name: &str| -> f64 {
            savings
                .iter()
                .map(|saving| saving[name].as_f64().unwrap())
                .sum()
        };
        let saved = total(&before) - total(&after);
        let is_within = end("low") <= saved && saved <= 1.02 * end("high");
        assert!(
            is_within,
            "{pair}: {saved} of {} to {}",
            end("low"),
            end("high")
        );
        judged += 1;
    }
    assert_eq!(judged, 16);
}

/// Both sides ran the same operations, and the command that the advice ends with says that it helped.
#[test]
fn the_change_is_seen() {
    for (pair, rule, function, _) in PAIRS {
        let folder = format!("testdata/advice/{pair}");
        let sides = [
            format!("{folder}/before.pb.gz"),
            format!("{folder}/after.pb.gz"),
        ];
        let value = match rule {
            "accumulating" => "-inuse_space",
            _ => "-alloc_space",
        };
        let answer = run(&[
            "diff",
            "-q",
            "-f",
            "json",
            "--same-work",
            value,
            &sides[0],
            &sides[1],
        ]);
        let diff: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(diff["total"]["verdict"], "decreased", "{pair}");
        if rule == "accumulating" {
            continue;
        }
        let before = explain(pair, "before");
        let advice = items(&before["advice"]).iter();
        let mut advice = advice.filter(|one| {
            let named = one["function"].as_str().unwrap();
            one["rule"] == rule && named.ends_with(function)
        });
        let details = items(&advice.next().unwrap()["details"]).iter();
        let mut then = details.filter(|detail| detail["name"] == "then");
        let then = then.next().unwrap()["text"].as_str().unwrap();
        let claim = then.split('\'').nth(1).unwrap();
        let sides = [sides[0].as_str(), sides[1].as_str()];
        let asked = ["verify", "-q", "--same-work", "--require", claim];
        let answer = run(&[&asked[..], &sides].concat());
        assert_eq!(answer.code, Some(0), "{pair}: {}{}", answer.out, answer.err);
    }
}
