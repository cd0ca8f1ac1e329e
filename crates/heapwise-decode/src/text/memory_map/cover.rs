//! Which of many ranges, in their order, is the first to hold a point.

/// Ranges over points known beforehand, in a tree, so that neither many ranges nor many points
/// make a search long.
pub(super) struct Cover {
    points: Vec<u64>,
    /// The ranges of each node, first ones first; node 1 is the root.
    nodes: Vec<Vec<u32>>,
    /// How many ranges at the front of a node are gone.
    gone: Vec<u32>,
}

impl Cover {
    /// No ranges yet. Points may repeat.
    pub(super) fn new(mut points: Vec<u64>) -> Self {
        points.sort_unstable();
        points.dedup();
        let nodes = 2 * points.len().max(1);
        Self {
            points,
            nodes: vec![Vec::new(); nodes],
            gone: vec![0; nodes],
        }
    }

    /// Adds the range from `start` up to `limit`. Ranges must be added in rising order, but for
    /// one that grows: see [`Cover::first`].
    pub(super) fn add(&mut self, start: u64, limit: u64, range: u32) {
        let count = self.points.len();
        let mut low = count + self.points.partition_point(|&point| point < start);
        let mut high = count + self.points.partition_point(|&point| point < limit);
        while low < high {
            if low % 2 == 1 {
                self.push(low, range);
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                self.push(high, range);
            }
            low /= 2;
            high /= 2;
        }
    }

    fn push(&mut self, node: usize, range: u32) {
        if let Some(ranges) = self.nodes.get_mut(node) {
            let at = ranges.partition_point(|&known| known < range);
            ranges.insert(at, range);
        }
    }

    /// The first range that holds a point, among those for which `is_alive`; a range once found
    /// not alive must stay so.
    pub(super) fn first(&mut self, point: u64, is_alive: impl Fn(u32) -> bool) -> Option<u32> {
        let at = self.points.binary_search(&point).ok()?;
        let mut node = self.points.len() + at;
        let mut first = None;
        while node > 0 {
            let front = self.front(node, &is_alive);
            first = match (first, front) {
                (Some(first), Some(front)) => Some(u32::min(first, front)),
                (first, front) => first.or(front),
            };
            node /= 2;
        }
        first
    }

    fn front(&mut self, node: usize, is_alive: impl Fn(u32) -> bool) -> Option<u32> {
        let ranges = self.nodes.get(node)?;
        let gone = self.gone.get_mut(node)?;
        loop {
            let range = *ranges.get(*gone as usize)?;
            if is_alive(range) {
                return Some(range);
            }
            *gone += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cover;

    #[test]
    fn finds_the_first_range_that_is_alive() {
        let mut cover = Cover::new(vec![7, 3, 3, 0, u64::MAX, 12]);
        for (range, (start, limit)) in [(3, 8), (0, 4), (0, u64::MAX), (9, 5)].iter().enumerate() {
            cover.add(*start, *limit, range as u32);
        }
        assert_eq!(cover.first(3, |_| true), Some(0));
        assert_eq!(cover.first(0, |_| true), Some(1));
        assert_eq!(cover.first(12, |_| true), Some(2));
        assert_eq!(cover.first(u64::MAX, |_| true), None);
        assert_eq!(cover.first(3, |range| range != 0), Some(1));
        assert_eq!(cover.first(7, |range| range != 0), Some(2));
        cover.add(12, 13, 1);
        assert_eq!(cover.first(12, |range| range != 0), Some(1));
    }

    #[test]
    fn agrees_with_a_search_one_by_one() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 58
        };
        for _ in 0..200 {
            let points: Vec<u64> = (0..next()).map(|_| next()).collect();
            let ranges: Vec<(u64, u64)> = (0..next()).map(|_| (next(), next())).collect();
            let mut cover = Cover::new(points.clone());
            for (at, &(start, limit)) in ranges.iter().enumerate() {
                cover.add(start, limit, at as u32);
            }
            for point in points {
                let expected = ranges.iter().position(|&(a, b)| a <= point && point < b);
                let found = cover.first(point, |_| true);
                assert_eq!(found, expected.map(|at| at as u32));
            }
        }
    }
}
