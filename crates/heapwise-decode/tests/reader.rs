//! Profiles whose samples are read as often as they are asked for.

use std::cell::Cell;
use std::io::{self, Read};

use heapwise_decode::{
    Flow, Limits, NoSource, Profile, ProfileReader, Sample, Source, Tables, Visitor,
};

/// Counts how often it is opened.
struct Counted<'a> {
    bytes: &'a [u8],
    readings: Cell<usize>,
}

impl Source for Counted<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        self.readings.set(self.readings.get() + 1);
        self.bytes.open()
    }
}

/// What a visitor sees of a sample.
#[derive(Default, Debug, PartialEq)]
struct Seen {
    samples: Vec<(u64, Vec<usize>, Vec<i64>, usize)>,
    is_complete: bool,
}

impl Visitor for Seen {
    fn start(&mut self, _: &Tables, complete: bool) -> Flow {
        *self = Seen::default();
        self.is_complete = complete;
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        self.samples.push((
            sample.number(),
            sample.stack().iter().map(|at| at.get()).collect(),
            sample.values().to_vec(),
            sample.labels().iter().count(),
        ));
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

const SERVER: &[u8] = include_bytes!("../../../testdata/server/heap.pb.gz");

#[test]
fn each_visit_reads_the_source_once_and_sees_the_same() {
    let source = Counted {
        bytes: SERVER,
        readings: Cell::new(0),
    };
    let (mut first, mut again) = (Seen::default(), Seen::default());
    let reader = ProfileReader::open(&source, &Limits::default(), &mut first).unwrap();
    let opened = source.readings.get();
    assert!(!first.is_complete && !first.samples.is_empty());
    for readings in 1..3 {
        reader.visit(&mut again).unwrap();
        assert_eq!(source.readings.get(), opened + readings);
        assert!(again.is_complete);
        assert_eq!(again.samples, first.samples);
    }
    assert_eq!(reader.sample_count(), first.samples.len() as u64);
}

#[test]
fn what_was_edited_is_there_in_later_visits() {
    let mut reader = ProfileReader::open(SERVER, &Limits::default(), &mut Seen::default()).unwrap();
    let location = reader.tables().location_index(0).unwrap();
    reader.edit().retain_lines(location, |_| false);
    struct Lines(usize);
    impl Visitor for Lines {
        fn start(&mut self, tables: &Tables, _: bool) -> Flow {
            let location = tables.location_index(0).unwrap();
            self.0 = tables.location(location).lines.len();
            Flow::Proceed
        }
        fn sample(&mut self, _: &Tables, _: &Sample<'_>) {}
        fn end(&mut self, _: &Tables) -> Flow {
            Flow::Proceed
        }
    }
    let mut lines = Lines(1);
    reader.visit(&mut lines).unwrap();
    assert_eq!(lines.0, 0);
}

#[test]
fn a_profile_in_memory_is_visited_alike() {
    let (mut read, mut kept) = (Seen::default(), Seen::default());
    let limits = Limits::default();
    let reader = ProfileReader::open(SERVER, &limits, &mut read).unwrap();
    reader.visit(&mut read).unwrap();
    let profile = Profile::read(SERVER, &limits).unwrap();
    ProfileReader::<NoSource>::of(profile)
        .visit(&mut kept)
        .unwrap();
    assert_eq!(read, kept);
}
