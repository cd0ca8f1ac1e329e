//! The shape of generated profiles, so that what is measured with them cannot drift.

use heapwise_analysis::{Granularity, RankOptions, rank};
use heapwise_decode::{Flow, Limits, Sample, Tables, Visitor, visit};
use heapwise_gen::{Order, Shape, Summary, write_gzip, write_plain};

const SEED: u64 = 1;

/// About 2 MB uncompressed.
const M2: Shape = Shape {
    samples: 23_000,
    ..Shape::M1
};

fn gzip(shape: &Shape, order: Order, seed: u64) -> (Vec<u8>, Summary) {
    let mut out = Vec::new();
    let summary = write_gzip(shape, order, 6, seed, &mut out).expect("memory takes everything");
    (out, summary)
}

#[derive(Default)]
struct Frames {
    samples: u64,
    frames: u64,
    shared: u64,
    readings: u32,
}

impl Visitor for Frames {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        *self = Frames {
            readings: self.readings + 1,
            ..Frames::default()
        };
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        self.samples += 1;
        self.frames += sample.stack().len() as u64;
        self.shared += sample.shared_frames() as u64;
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

#[test]
fn has_the_shape_of_a_large_program() {
    for order in [Order::Go, Order::Canonical] {
        let (bytes, summary) = gzip(&M2, order, SEED);
        let mut frames = Frames::default();
        visit(&bytes, &Limits::default(), &mut frames).expect("a valid profile");
        assert_eq!(frames.samples, M2.samples);
        assert_eq!(frames.frames, summary.frames);

        let depth = frames.frames as f64 / frames.samples as f64;
        assert!((37.0..=43.0).contains(&depth), "depth {depth}");
        let shared = frames.shared as f64 / frames.frames as f64;
        assert!((0.75..=0.85).contains(&shared), "shared {shared}");
        let ratio = summary.bytes as f64 / bytes.len() as f64;
        let expected = match order {
            Order::Go => 8.0..=10.0,
            Order::Canonical => 8.0..=12.0,
        };
        assert!(expected.contains(&ratio), "{order:?}: ratio {ratio}");
    }
}

#[test]
fn the_order_of_the_go_runtime_is_read_once_and_the_canonical_one_twice() {
    for (order, readings) in [(Order::Go, 1), (Order::Canonical, 2)] {
        let (bytes, _) = gzip(&Shape::K100, order, SEED);
        let mut frames = Frames::default();
        visit(&bytes, &Limits::default(), &mut frames).expect("a valid profile");
        assert_eq!(frames.readings, readings, "{order:?}");
    }
}

#[test]
fn a_large_profile_is_nearly_all_samples() {
    let summary =
        write_plain(&Shape::M10, Order::Go, SEED, std::io::sink()).expect("a sink never fails");
    let part = summary.sample_bytes as f64 / summary.bytes as f64;
    assert!(part > 0.95, "{part}");
    assert!((9_000_000..12_000_000).contains(&summary.bytes));
}

#[test]
fn gives_the_same_bytes_for_the_same_seed() {
    let (first, _) = gzip(&Shape::K100, Order::Go, 7);
    let (again, _) = gzip(&Shape::K100, Order::Go, 7);
    let (other, _) = gzip(&Shape::K100, Order::Go, 8);
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn both_orders_give_the_same_rankings() {
    for granularity in Granularity::ALL {
        let ranking = |order| {
            let (bytes, _) = gzip(&Shape::K100, order, SEED);
            rank(&bytes, &RankOptions::new(granularity), &Limits::default())
                .expect("a valid profile")
        };
        assert!(
            ranking(Order::Go) == ranking(Order::Canonical),
            "{granularity:?}"
        );
    }
}
