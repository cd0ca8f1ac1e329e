//! How often series that do not grow are left open.

use heapwise_stats::{TrendLabel, classify_even_trend};

/// Random numbers, the same in every run (splitmix64).
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn poisson(&mut self, mean: f64) -> f64 {
        // Sums of exponential times, which are many for large means and exact for all.
        let (mut count, mut time) = (0.0, 0.0);
        loop {
            time -= (1.0 - self.unit()).ln();
            if time > mean {
                return count;
            }
            count += 1.0;
        }
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// Of 2,000 series of so many counts, the part that is open, or called growing or risen.
fn open(length: usize, mut counts: impl FnMut(&mut Random, usize) -> Vec<f64>) -> f64 {
    let mut random = Random(length as u64);
    const SERIES: usize = 2000;
    let open = (0..SERIES).filter(|_| {
        let counts = counts(&mut random, length);
        classify_even_trend(&counts).is_some_and(|trend| {
            matches!(trend.label, TrendLabel::Growing | TrendLabel::Rose) || trend.open.is_some()
        })
    });
    open.count() as f64 / SERIES as f64
}

#[test]
fn of_an_even_load_few_are_open() {
    for mean in [5.0, 20.0, 100.0, 1000.0] {
        for length in [5, 8, 12, 20] {
            let part = open(length, |random, length| {
                (0..length).map(|_| random.poisson(mean)).collect()
            });
            println!("even load of {mean}, {length} counts: {part}");
            assert!(part < 0.025, "{mean} {length}: {part}");
        }
    }
}

#[test]
fn of_a_load_that_wanders_more_are() {
    for length in [5, 8, 12, 20] {
        let part = open(length, |random, length| {
            let mut at = 0.0_f64;
            let mut next = || {
                at = 0.6 * at + 0.1 * random.normal();
                (100.0 * at.exp()).round()
            };
            (0..length).map(|_| next()).collect()
        });
        println!("wandering load, {length} counts: {part}");
        assert!(part < 0.06, "{length}: {part}");
    }
}

#[test]
fn bursts_that_end_are_seldom_open() {
    for length in [5, 8, 12, 20] {
        let part = open(length, |random, length| {
            let mut next = || {
                let burst = if random.unit() < 0.2 {
                    80.0 * random.unit()
                } else {
                    0.0
                };
                random.poisson(20.0 + burst)
            };
            (0..length).map(|_| next()).collect()
        });
        println!("bursts, {length} counts: {part}");
        assert!(part < 0.15, "{length}: {part}");
    }
}

#[test]
fn a_jump_of_the_last_count_is_never_passed_over() {
    for length in [5, 8, 12, 20] {
        let part = open(length, |random, length| {
            let last = length - 1;
            let mean = |at: usize| if at == last { 60.0 } else { 20.0 };
            (0..length).map(|at| random.poisson(mean(at))).collect()
        });
        println!("a jump from 20 to 60, {length} counts: {part}");
        assert!(part > 0.95, "{length}: {part}");
    }
}
