//! Folded stacks: out and in again, and what becomes of names that do not fit the form.

use heapwise_analysis::{Folded, SelectOptions, Selector, fold, merge};
use heapwise_decode::{
    Function, Limits, Line, Mapping, Profile, ProfileMaker, ProfileReader, encode,
};
use proptest::prelude::*;

fn lines(folded: &Folded) -> String {
    let line = |row: &heapwise_analysis::FoldedRow| {
        format!("{} {}\n", String::from_utf8_lossy(&row.stack), row.value)
    };
    folded.rows().iter().map(line).collect()
}

fn function(maker: &mut ProfileMaker, name: &str) -> Line {
    let name = maker.text(name.as_bytes());
    let function = maker.add_function(Function::new(name).with_system_name(name));
    Line::new(function, 7)
}

/// A program with an inlined frame, odd names, a frame without a name and a sample without a
/// stack.
fn odd_profile() -> Profile {
    let types: [(&[u8], &[u8]); 2] = [(b"objects", b"count"), (b"space", b"bytes")];
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    let mapping = Mapping::default().with_file(maker.text(b"/bin/app"));
    let mapping = maker.add_mapping(mapping);
    let main = function(&mut maker, "main.main");
    let outer = function(&mut maker, "main.outer");
    let inner = function(&mut maker, "main.inner");
    let odd = function(&mut maker, " go.shape.struct { A int; B\nint }");
    let main = maker.add_location(None, 1, &[main], false);
    let both = maker.add_location(None, 2, &[inner, outer], false);
    let odd = maker.add_location(None, 3, &[odd], false);
    let bare = maker.add_location(Some(mapping), 0x1234, &[], false);
    let also_main = function(&mut maker, "main.main");
    let also_main = maker.add_location(None, 9, &[also_main], false);
    maker.add_sample(&[main, both], &[1, 100], &[]);
    maker.add_sample(&[also_main, both], &[1, 11], &[]);
    maker.add_sample(&[main, odd], &[1, 5], &[]);
    maker.add_sample(&[main, bare], &[1, 6], &[]);
    maker.add_sample(&[main], &[1, 0], &[]);
    maker.add_sample(&[], &[1, -4], &[]);
    maker.finish().expect("fits the limits")
}

#[test]
fn shows_inlined_frames_and_adds_equal_stacks_up() {
    assert_eq!(
        lines(&fold(&odd_profile(), 1)),
        "(no stack) -4\n\
         main.main;0000000000001234 [app] 6\n\
         main.main;go.shape.struct { A int: B int } 5\n\
         main.main;main.outer;main.inner 111\n"
    );
    assert!(lines(&fold(&odd_profile(), 0)).contains("main.main 1\n"));
    assert!(fold(&odd_profile(), 2).rows().is_empty());
}

#[test]
fn sums_beyond_64_bits_are_exact() {
    let most = i64::MAX;
    let text = format!("a;b {most}\na;b {most}\n");
    let profile = Profile::read(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(fold(&profile, 0).rows()[0].value, 2 * i128::from(most));
}

/// Removing frames keeps all values; the leaf side of each stack goes from the first frame on,
/// seen from the root, that the profile does not want.
#[test]
fn uninteresting_frames_go_and_values_stay() {
    let mut maker = ProfileMaker::new(
        &Limits::default(),
        [(b"space".as_slice(), b"bytes".as_slice())],
    );
    maker.set_frame_patterns(b"runtime\\..*", b"runtime\\.keep");
    maker.set_period(b"space", b"bytes", 512);
    maker.add_comment(b"kept");
    let place = |maker: &mut ProfileMaker, names: &[&str]| {
        let lines: Vec<Line> = names.iter().map(|name| function(maker, name)).collect();
        maker.add_location(None, 1, &lines, false)
    };
    let main = place(&mut maker, &["main.main"]);
    let inlined = place(&mut maker, &["runtime.inl", "main.f"]);
    let malloc = place(&mut maker, &["runtime.mallocgc"]);
    let keep = place(&mut maker, &["runtime.keep"]);
    maker.add_sample(&[main, inlined, malloc], &[1], &[]);
    maker.add_sample(&[main, malloc, main], &[2], &[]);
    maker.add_sample(&[malloc, main, keep], &[4], &[]);
    maker.add_sample(&[malloc, malloc], &[8], &[]);
    let profile = maker.finish().expect("fits the limits");
    let mut options = SelectOptions::default();
    options.all_frames = true;
    let all = left(profile.clone(), &options);
    assert_eq!(lines(&fold(&all, 0)), lines(&fold(&profile, 0)));
    assert_eq!(
        (all.tables().drop_frames(), all.tables().keep_frames()),
        ("".into(), "".into())
    );
    let profile = left(profile, &SelectOptions::default());
    assert_eq!(
        lines(&fold(&profile, 0)),
        "main.main 2\nmain.main;main.f 1\nruntime.mallocgc;main.main;runtime.keep 4\n\
         runtime.mallocgc;runtime.mallocgc 8\n"
    );
    assert_eq!(profile.tables().period(), Some(512));
    assert_eq!(profile.tables().comments().collect::<Vec<_>>(), ["kept"]);
    let again = left(profile.clone(), &SelectOptions::default());
    assert_eq!(lines(&fold(&again, 0)), lines(&fold(&profile, 0)));
}

/// What a question looks at.
fn left(profile: Profile, options: &SelectOptions) -> Profile {
    let selector = Selector::new(options).expect("no patterns");
    let selected = selector.of(profile, "minimum").expect("fits the limits");
    selected
        .to_profile(&Limits::default())
        .expect("fits the limits")
}

/// Stacks as the form has them: sorted, each once, no zero.
fn stacks() -> impl Strategy<Value = String> {
    let frame = prop::sample::select(vec![
        "main.main",
        "main.(*T[...]).f",
        "a b",
        "net/http.(*conn).serve",
        "é",
        "0x12",
        "f(int, int)",
        "(no stack)",
        "goroutine 1 [running]:",
        "x 1y",
        "[app]",
    ]);
    let stack = prop::collection::vec(frame, 1..6).prop_map(|frames| frames.join(";"));
    let value = any::<i64>().prop_filter("a stack of nothing is left out", |&value| value != 0);
    prop::collection::btree_map(stack, value, 1..20)
        .prop_filter("a text of single frames is not taken for stacks", |rows| {
            rows.keys().any(|stack| stack.contains(';'))
        })
        .prop_map(|rows| {
            rows.iter()
                .map(|(stack, value)| format!("{stack} {value}\n"))
                .collect()
        })
}

proptest! {
    #[test]
    fn stacks_in_are_stacks_out(text in stacks()) {
        let profile = Profile::read(text.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(lines(&fold(&profile, 0)), text.clone());
        let mut packed = Vec::new();
        encode(&profile, &mut packed).unwrap();
        let again = Profile::read(&packed, &Limits::default()).unwrap();
        prop_assert_eq!(lines(&fold(&again, 0)), text);
    }

    #[test]
    fn folding_a_sum_is_summing_folds(a in stacks(), b in stacks()) {
        let limits = Limits::default();
        let halves = |text: &str| -> String {
            text.lines().map(|line| {
                let (stack, value) = line.rsplit_once(' ').unwrap();
                let value: i64 = value.parse().unwrap();
                format!("{stack} {}\n", (value / 2) | 1)
            }).collect()
        };
        let (a, b) = (halves(&a), halves(&b));
        let both = Profile::read((a.clone() + &b).as_bytes(), &limits).unwrap();
        let read = |text| ProfileReader::open_tables(text, &limits).unwrap();
        let merged = merge(&[&read(a.as_bytes()), &read(b.as_bytes())], &limits).unwrap();
        let merged = merged.to_profile(&limits).unwrap();
        prop_assert_eq!(lines(&fold(&merged, 0)), lines(&fold(&both, 0)));
    }
}
