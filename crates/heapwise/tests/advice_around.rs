//! Advice on functions that stand in the test, by a profile and a log that it writes: what a line is in tells which is given.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "writes files and reads what the command wrote"
)]

mod common;
#[path = "../../heapwise-decode/tests/common/mod.rs"]
mod fields;

use std::fs;

use common::run;
use serde_json::Value;

/// What allocates on a line.
#[derive(Clone, Copy)]
enum What {
    /// A slice that grows to 8 KiB, step by step.
    Growth,
    /// Texts of one size, made of bytes.
    Text,
    /// What fmt.Sprintf returns, of strings.
    Formatted,
    /// Buffers of one size.
    Buffer,
    /// The same as Formatted, with what its arguments are boxed in, which is little.
    Boxed,
    /// A buffer that grows as signs are written to it, and two lines below is copied to a string.
    Built,
    /// What regexp.MustCompile makes.
    Compiled,
}

impl What {
    /// A profile that has it on a line of a function All.
    fn profile(self, line: i64) -> Vec<u8> {
        let of_one = |stack: &'static [i64], count, size| vec![(stack, count, size)];
        let grown = |stack: &'static [i64], powers: std::ops::RangeInclusive<i64>| {
            powers.map(move |power| (stack, 500, 1 << power))
        };
        let blocks: Vec<(&[i64], i64, i64)> = match self {
            What::Growth => grown(&[1], 4..=13).collect(),
            What::Text => of_one(&[1], 90_000, 64),
            What::Formatted => of_one(&[2, 1], 90_000, 64),
            What::Buffer => of_one(&[1], 3_000, 2048),
            What::Boxed => vec![(&[2, 1], 90_000, 64), (&[1], 5_000, 16)],
            What::Built => grown(&[3, 1], 6..=11)
                .chain(of_one(&[4, 5], 500, 1024))
                .collect(),
            What::Compiled => of_one(&[6, 1], 3_000, 2048),
        };
        let samples = blocks.iter().map(|&(stack, count, size)| {
            let of_size = fields::label(5, 0, size, 4);
            fields::sample(stack, &[count, count * size, 0, 0], &[of_size])
        });
        let types = [(1, 2), (3, 4), (6, 2), (7, 4)];
        let types = types.map(|(kind, unit)| fields::sample_type(kind, unit));
        [
            types.concat(),
            fields::number(9, 1_700_000_000_000_000_000),
            fields::bytes(11, [fields::number(1, 8), fields::number(2, 4)].concat()),
            fields::number(12, 512),
            fields::function(1, 9, 10),
            fields::function(2, 11, 12),
            fields::location(1, 0, &[(1, line)]),
            fields::location(2, 0, &[(2, 239)]),
            fields::function(3, 13, 15),
            fields::function(4, 14, 15),
            fields::location(3, 0, &[(3, 290)]),
            fields::location(4, 0, &[(4, 70)]),
            fields::location(5, 0, &[(1, line + 2)]),
            fields::function(5, 16, 17),
            fields::location(6, 0, &[(5, 313)]),
            samples.collect::<Vec<_>>().concat(),
            fields::strings(&[
                "",
                "alloc_objects",
                "count",
                "alloc_space",
                "bytes",
                "bytes",
                "inuse_objects",
                "inuse_space",
                "space",
                "example.com/a.All",
                "/src/a/a.go",
                "fmt.Sprintf",
                "/go/src/fmt/print.go",
                "bytes.(*Buffer).WriteByte",
                "bytes.(*Buffer).String",
                "/go/src/bytes/buffer.go",
                "regexp.MustCompile",
                "/go/src/regexp/regexp.go",
            ]),
        ]
        .concat()
    }

    /// What the compiler says of a line.
    fn log(self, line: i64, code: &str) -> String {
        let of = match self {
            What::Growth => "append(",
            What::Text => "string(",
            What::Formatted | What::Boxed => "fmt.Sprintf",
            What::Built => "WriteByte",
            What::Buffer => "make(",
            What::Compiled => "regexp.",
        };
        let column = code.find(of).unwrap() + 1;
        let at = format!("a/a.go:{line}:{column}");
        match self {
            What::Growth => format!("{at}: append escapes to heap\n"),
            What::Text => format!("{at}: string(text) does not escape\n"),
            What::Buffer => format!("{at}: make([]byte, n) escapes to heap\n"),
            What::Built | What::Compiled => format!("{at}: b does not escape\n"),
            What::Formatted | What::Boxed => {
                format!("{at}: ... argument does not escape\n{at}: name escapes to heap\n")
            }
        }
    }
}

/// The advice on the line that has some code, of a function All.
fn advice(what: What, at: &str, function: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let source = format!("package a\n\n{function}");
    let mut lines = source.lines().zip(1..);
    let (code, line) = lines.find(|(code, _)| code.contains(at)).unwrap();
    fs::write(path("go.mod"), "module example.com/a\n\ngo 1.27\n").unwrap();
    fs::write(path("a.go"), &source).unwrap();
    fs::write(path("log.txt"), what.log(line, code)).unwrap();
    fs::write(path("heap.pb"), what.profile(line)).unwrap();
    let root = folder.path().to_str().unwrap();
    let (log, heap) = (path("log.txt"), path("heap.pb"));
    let answer = run(&[
        "explain",
        "-q",
        "-f",
        "json",
        "--sample-index",
        "alloc_space",
        "--source",
        root,
        "-e",
        &log,
        &heap,
    ]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    answer["advice"].as_array().unwrap().clone()
}

fn rules(what: What, at: &str, function: &str) -> Vec<String> {
    let advice = advice(what, at, function);
    let rules = advice
        .iter()
        .map(|one| one["rule"].as_str().unwrap().to_owned());
    rules.collect()
}

/// Each line alone has its advice, which what is around it may take away.
#[test]
fn lines_alone_have_their_advice() {
    for (what, rule, function) in [
        (
            What::Growth,
            "slice-capacity",
            "func All(xs []int) []int {\n\tvar all []int\n\tfor _, x := range xs {\n\t\tall = append(all, x)\n\t}\n\treturn all\n}\n",
        ),
        (
            What::Text,
            "string-conversion",
            "func All(text []byte) {\n\tfor _, c := range string(text) {\n\t\tn += int(c)\n\t}\n}\n",
        ),
        (
            What::Buffer,
            "pool",
            "func All(from io.Reader, n int) {\n\tbuffer := make([]byte, n)\n\t_, _ = from.Read(buffer)\n}\n",
        ),
        (
            What::Formatted,
            "format",
            "func All(name string) {\n\t_, ok := m[fmt.Sprintf(\"%s!\", name)]\n}\n",
        ),
        (
            What::Compiled,
            "reuse",
            "func All(text string) bool {\n\tp := regexp.MustCompile(`^a+`)\n\treturn p.MatchString(text)\n}\n",
        ),
    ] {
        let at = ["append(", "string(", "Sprintf", "make(", "MustCompile"];
        let at = at.iter().find(|at| function.contains(*at)).unwrap();
        assert_eq!(rules(what, at, function), [rule]);
    }
}

/// Who wrote the line has weighed what would be advised, as a comment there says.
#[test]
fn what_a_comment_has_weighed_is_no_advice() {
    let range = "for _, c := range string(text) {";
    let function = |above: &str, behind: &str| {
        format!(
            "func All(text []byte) int {{\n\tn := 0\n{above}\t{range}{behind}\n\t\tn += int(c)\n\t}}\n\treturn n\n}}\n"
        )
    };
    for (above, behind) in [
        (
            "\t// The string allocates. With utf8.DecodeRune it would\n\t// not, but that is noticeably slower.\n\t// So it stays.\n",
            "",
        ),
        ("", " // faster than utf8.DecodeRune"),
        ("\t// utf8.DecodeRune: no allocation,\n", " // but slow"),
    ] {
        let given = rules(What::Text, range, &function(above, behind));
        assert!(given.is_empty(), "{above}{behind}: {given:?}");
    }
    for (above, behind) in [
        ("", ""),
        ("\t// This allocates.\n", ""),
        ("\t// As utf8.DecodeRune does it.\n", ""),
        ("\t// utf8.DecodeRune is slower.\n\n", ""),
        ("\tm := 3 // utf8.DecodeRune is slower\n", ""),
    ] {
        let given = rules(What::Text, range, &function(above, behind));
        assert_eq!(given, ["string-conversion"], "{above}{behind}");
    }
}

/// A condition of several lines is one as a condition of one line is.
#[test]
fn conditions_of_several_lines_are_read() {
    let function = |above: &str| {
        format!(
            "func All(xs []int) []int {{\n\tvar all []int\n\tfor _, x := range xs {{\n{above}\t\t\tall = append(all, x)\n\t\t}}\n\t}}\n\treturn all\n}}\n"
        )
    };
    for above in [
        "\t\tif y := look(\n\t\t\tx, xs,\n\t\t); y == 3 {\n",
        "\t\tif a && b {\n",
        "\t\tif a &&\n\t\t\tb {\n",
        "\t\tif slices.ContainsFunc(xs, func(y int) bool {\n\t\t\treturn y != x\n\t\t}) {\n",
        "\t\tif matches(\n\t\t\tx,\n\t\t) {\n",
        "\t\tif x == 0 {\n\t\t\tn++\n\t\t} else if matches(\n\t\t\tx,\n\t\t) {\n",
        "\t\tif !matches(\n\t\t\tx,\n\t\t) {\n\t\t\tcontinue\n\t\t}\n\t\t{\n",
        "\t\tfor _, x := range within(\n\t\t\tx,\n\t\t) {\n",
    ] {
        let given = rules(What::Growth, "append(all", &function(above));
        assert!(given.is_empty(), "{above}: {given:?}");
    }
    for (above, is_sure) in [
        (
            "\t\tif y, err := look(\n\t\t\tx, xs,\n\t\t); err == nil {\n",
            false,
        ),
        (
            "\t\tif y := look(\n\t\t\tx, xs,\n\t\t); y != none {\n",
            false,
        ),
        (
            "\t\tif y, err := look(\n\t\t\tx,\n\t\t); err != nil {\n\t\t\tcontinue\n\t\t}\n\t\t{\n",
            false,
        ),
        ("\t\ty := look(\n\t\t\tx, xs,\n\t\t)\n\t\t{\n", true),
    ] {
        let given = advice(What::Growth, "append(all", &function(above));
        assert_eq!(given.len(), 1, "{above}");
        let low = given[0]["saving"]["low"].as_f64().unwrap();
        assert_eq!(low > 0.0, is_sure, "{above}");
    }
}

/// A hash takes what it is of part by part: what these are put together in needs no pool, but is not needed.
#[test]
fn buffers_for_hashes_are_no_matter_of_pools() {
    let function = |import: &str, filled: &str, taken: &str| {
        format!(
            "import {import}\n\nfunc All(from io.Reader, a, b []byte) error {{\n\tbuffer := make([]byte, len(a)+len(b)+8)\n\t{filled}\n\t{taken}\n\treturn nil\n}}\n"
        )
    };
    let parts = "n := copy(buffer, a)\n\tn += copy(buffer[n:], b)\n\tbinary.BigEndian.PutUint64(buffer[n:], 3)";
    let read = "_, err := io.ReadFull(from, buffer)";
    let (hmac, written) = ("\"crypto/hmac\"", "_, _ = mac.Write(buffer)");
    for (import, filled, taken, expected) in [
        (hmac, parts, written, 0),
        (
            "\"hash/crc32\"",
            parts,
            "sum = crc32.Update(sum, table, buffer[:n])",
            0,
        ),
        (
            "\"hash/crc32\"",
            parts,
            "sum = crc32.ChecksumIEEE(buffer)",
            0,
        ),
        (hmac, read, written, 1),
        ("\"io\"", parts, written, 1),
    ] {
        let given = rules(What::Buffer, "make(", &function(import, filled, taken));
        assert_eq!(given.len(), expected, "{import}: {filled}: {taken}");
    }
}

/// Where a loop over several lines begins is where it begins with one line.
#[test]
fn loops_with_heads_of_several_lines_are_loops() {
    let function = |head: &str| {
        format!(
            "func All(xs []int) []int {{\n\tvar all []int\n\t{head} {{\n\t\tall = append(all, x)\n\t}}\n\treturn all\n}}\n"
        )
    };
    for (head, expected) in [
        ("for i, x := range sorted(\n\t\txs,\n\t)", 1),
        ("for x := range values(\n\t\txs,\n\t)", 0),
        ("for next(\n\t\txs,\n\t)", 0),
    ] {
        let given = rules(What::Growth, "append(all", &function(head));
        assert_eq!(given.len(), expected, "{head}");
    }
}

/// What is written at once needs no buffer, and what is returned can be put together.
#[test]
fn what_is_formatted_is_written_where_it_goes() {
    let line = "to.WriteString(fmt.Sprintf(\"%s: %s\\n\", name, value))";
    let written = format!("func All(to *strings.Builder, name, value string) {{\n\t{line}\n}}\n");
    let looked = "func All(m map[string]int, name, value string) (int, bool) {\n\tn, ok := m[fmt.Sprintf(\"%s: %s\", name, value)]\n\treturn n, ok\n}\n";
    let io = written.replace("to.WriteString(", "io.WriteString(to, ");
    for (function, says) in [
        (written.as_str(), "fmt.Fprintf"),
        (&io, "fmt.Fprintf"),
        (
            &written
                .replace("WriteString(", "Write([]byte(")
                .replace("))", ")))"),
            "fmt.Fprintf",
        ),
        (looked, "to a buffer that is used again"),
    ] {
        let given = advice(What::Formatted, "Sprintf", function);
        assert_eq!(given.len(), 1, "{function}");
        assert_eq!(given[0]["rule"], "format");
        let change = given[0]["details"].to_string();
        assert!(change.contains(says), "{function}: {change}");
    }
}

/// What goes with a line is in its saving, and named there.
#[test]
fn what_goes_with_a_line_is_in_its_saving() {
    let formatted = "func All(to io.Writer, name string) {\n\tio.WriteString(to, fmt.Sprintf(\"%s!\", name))\n}\n";
    let built = "func All(text string) string {\n\tvar b bytes.Buffer\n\tfor i := range len(text) {\n\t\tb.WriteByte(text[i])\n\t}\n\treturn b.String()\n}\n";
    let (boxed, copied) = (5_000.0 * 16.0, 500.0 * 1024.0);
    for (what, at, function, more, named) in [
        (
            What::Boxed,
            "Sprintf",
            formatted,
            boxed,
            "line 4: interface conversion",
        ),
        (
            What::Built,
            "WriteByte",
            built,
            copied,
            "line 8: bytes.(*Buffer).String",
        ),
    ] {
        let given = advice(what, at, function);
        assert_eq!(given.len(), 1, "{function}");
        let saving = &given[0]["saving"];
        let number = |value: &Value| value.as_f64().unwrap();
        let own = number(&given[0]["value"]["value"]) * number(&saving["high_part"]);
        let high = number(&saving["high"]);
        assert!(
            own + more <= high && high <= 1.1 * own + 1.3 * more,
            "{saving}"
        );
        assert_eq!(saving["beside"].as_array().unwrap().len(), 1);
        let details = given[0]["details"].to_string();
        let words = format!("at this line and what goes with it ({named})");
        assert!(details.contains(&words), "{details}");
    }
    let alone = formatted.replace(
        "fmt.Sprintf(\"%s!\", name)",
        "fmt.Sprintf(\n\t\"%s!\", name)",
    );
    let given = advice(What::Formatted, "Sprintf", &alone);
    assert_eq!(given[0]["saving"]["beside"].as_array().unwrap().len(), 0);
    let details = given[0]["details"].to_string();
    assert!(details.contains(" at this line, "), "{details}");
}

/// A map that no other code sees may have another key than a text; of one that others see a text is looked up without a copy.
#[test]
fn texts_that_are_keys_alone_are_told() {
    let call = "fmt.Sprintf(\"%s-%d\", name, n)";
    let local = |then: &str| {
        format!(
            "func All(name string, n int) any {{\n\tknown := make(map[string]int)\n\tknown[{call}] = n\n{then}}}\n"
        )
    };
    let field = |field: &str, uses: &str| {
        format!(
            "type T struct {{\n\t{field} map[string]int\n}}\n\nfunc (t *T) All(name string, n int) int {{\n{uses}}}\n"
        )
    };
    let looked = format!("\treturn t.known[{call}]\n");
    let kept = format!(
        "\tkey := {call}\n\tif n, ok := t.known[key]; ok {{\n\t\treturn n\n\t}}\n\tt.known[key] = n\n\treturn n\n"
    );
    let others = format!(
        "func All(known map[string]int, name string, n int) int {{\n\treturn known[{call}]\n}}\n"
    );
    for (function, says) in [
        (local("\treturn len(known)\n"), "a struct of them"),
        (field("known", &looked), "a struct of them"),
        (field("known", &kept), "a struct of them"),
        (others, "m[string(buffer)]"),
        (
            field("Known", &looked.replace("known", "Known")),
            "m[string(buffer)]",
        ),
    ] {
        let given = advice(What::Formatted, "Sprintf", &function);
        assert_eq!(given.len(), 1, "{function}");
        let change = given[0]["details"].to_string();
        assert!(change.contains(says), "{function}: {change}");
    }
    let named = field("known", &kept).replace("return n\n}", "return len(key)\n}");
    for function in [
        local("\treturn known\n"),
        local("\tfor key := range known {\n\t\tn += len(key)\n\t}\n\treturn n\n"),
        field("Known", &kept.replace("known", "Known")),
        named,
    ] {
        let given = rules(What::Formatted, "Sprintf", &function);
        assert!(given.is_empty(), "{function}: {given:?}");
    }
}

/// The number may be a field, or what a caller passes.
#[test]
fn numbers_that_others_read_are_bound_first() {
    let loop_ = |limit: &str| {
        format!(
            "\tvar all []int\n\tfor i := uint32(0); i < {limit}; i++ {{\n\t\tall = append(all, x)\n\t}}\n\treturn all\n}}\n"
        )
    };
    let field = format!("func All(h *head) []int {{\n{}", loop_("h.count"));
    let passed = format!("func All(b []byte, n uint32) []int {{\n{}", loop_("n"));
    for (function, more, is_read) in [
        (
            &field,
            "func (h *head) read(b []byte) {\n\th.count = binary.BigEndian.Uint32(b)\n}\n",
            true,
        ),
        (
            &field,
            "func (h *head) read(b []byte) {\n\tb, h.count = b[4:], binary.LittleEndian.Uint32(b)\n}\n",
            true,
        ),
        (
            &field,
            "func (h *head) set(xs []int) {\n\th.count = uint32(len(xs))\n}\n",
            false,
        ),
        (
            &passed,
            "func read(b []byte) []int {\n\tn := binary.BigEndian.Uint32(b)\n\treturn All(b[4:], n)\n}\n",
            true,
        ),
        (
            &passed,
            "func read(r *bytes.Reader) []int {\n\tcount, err := binary.ReadUvarint(r)\n\tif err != nil {\n\t\treturn nil\n\t}\n\treturn All(nil, uint32(count))\n}\n",
            true,
        ),
        (
            &passed,
            "func made(xs []int) []int {\n\tn := uint32(len(xs))\n\treturn All(nil, n)\n}\n",
            false,
        ),
    ] {
        let given = advice(What::Growth, "append(all", &format!("{function}\n{more}"));
        assert_eq!(given.len(), 1, "{function}{more}");
        let change = given[0]["details"].to_string();
        assert_eq!(change.contains("min(n, "), is_read, "{function}{more}");
    }
}

/// Who makes as much at once as a number says that was read lets the input ask for memory.
#[test]
fn numbers_that_were_read_are_bound_first() {
    let function = |number: &str, head: &str| {
        format!(
            "func All(r *bytes.Reader, xs []int) []int {{\n\t{number}\n\tvar all []int\n\t{head} {{\n\t\tall = append(all, x)\n\t}}\n\treturn all\n}}\n"
        )
    };
    let counted = "for i := uint32(0); i < n; i++";
    for (number, head, is_read) in [
        ("n, _, err := leb128.DecodeUint32(r)", counted, true),
        ("n, err := binary.ReadUvarint(r)", "for range n", true),
        (
            "if n, err = d.readCount(); err != nil {\n\t\treturn nil\n\t}",
            "for i := range n",
            true,
        ),
        ("n := binary.BigEndian.Uint32(head)", counted, true),
        ("n := len(xs)", counted, false),
        ("n, err := r.Read(buffer)", counted, false),
        ("n, err := load(r)", "for i := range n", false),
        ("n, err := load(r)", "for i := range int(n)", true),
        ("n := uint8(len(xs))", "for i := range int(n)", false),
        ("n := len(\"//\")", "for range 2 * n", false),
        ("n, ok := sizes[key]", counted, false),
        ("m, err := binary.ReadUvarint(r)", counted, false),
    ] {
        let given = advice(What::Growth, "append(all", &function(number, head));
        assert_eq!(given.len(), 1, "{number}; {head}");
        let change = given[0]["details"].to_string();
        assert_eq!(change.contains("min(n, "), is_read, "{number}; {head}");
    }
}

/// What stands in texts over several lines, and in comments, is no code: there is no loop in it, none ends there, and nothing is
/// returned.
#[test]
fn texts_and_comments_of_several_lines_are_no_code() {
    let function = |above: &str, within: &str, below: &str| {
        format!(
            "func All(xs []int) []int {{\n\tvar all []int\n{above}\t\tall = append(all, x)\n{within}\t}}\n{below}\treturn all\n}}\n"
        )
    };
    let head = "\tfor _, x := range xs {\n";
    for (above, within, below, expected) in [
        (head, "", "", 1),
        // Loops that are none.
        ("\tuse(`\n\tfor _, x := range xs {\n`)\n\t{\n", "", "", 0),
        ("\t/*\n\tfor _, x := range xs {\n\t*/\n\t{\n", "", "", 0),
        // A loop that goes on behind what is none.
        (
            &format!("{head}\t\tuse(`\nfunc Other() {{\n}}\n`, x)\n"),
            "",
            "",
            1,
        ),
        (
            &format!("{head}\t\tuse(`\n\tif matches(x) {{\n`, x)\n"),
            "",
            "",
            1,
        ),
        (&format!("{head}\t\t/*\nif matches(x) {{\n*/\n"), "", "", 1),
        (&format!("{head}/* for {{ */\n"), "", "", 1),
        (head, "\t\tuse(`\n\t\tbreak\n`)\n", "", 1),
        (
            head,
            "\t\tuse('`')\n\t\tif x == 3 {\n\t\t\tbreak\n\t\t}\n\t\tuse('`')\n",
            "",
            0,
        ),
        (
            head,
            "\t\tuse(\"/*\")\n\t\tif x == 3 {\n\t\t\tbreak\n\t\t}\n\t\tuse(\"*/\")\n",
            "",
            0,
        ),
        (
            head,
            "\t\tuse(`//`, `\n`)\n\t\tif x == 3 {\n\t\t\tbreak\n\t\t}\n",
            "",
            0,
        ),
        (head, "", "\tuse(`\n}\n`)\n", 1),
    ] {
        let function = function(above, within, below);
        for function in [function.clone(), function.replace('\n', "\r\n")] {
            let given = rules(What::Growth, "append(all", &function);
            assert_eq!(given.len(), expected, "{function}");
        }
    }
}

/// A pattern that stands there over several lines is the same each time, unless something is added to it where it ends.
#[test]
fn patterns_of_several_lines_are_read_to_their_end() {
    let function = |pattern: &str| {
        format!(
            "func All(name, text string) bool {{\n\tp := regexp.MustCompile({pattern})\n\treturn p.MatchString(text)\n}}\n"
        )
    };
    for (pattern, expected) in [
        ("`(?x)\n^a+\n`", 1),
        ("`^(a,b)+`", 1),
        ("`(?x)\n^a+\n` + name", 0),
        ("`(?x)\n^a+`+name+`\n$`", 0),
        ("\n\t\t`^a+`,\n\t", 1),
        ("`^a+` + name", 0),
    ] {
        let given = rules(What::Compiled, "MustCompile(", &function(pattern));
        assert_eq!(given.len(), expected, "{pattern}");
    }
}
