//! The order in which Go's `sort.Sort` leaves elements of which neither is less.
//!
//! Such an order is no accident: it follows from the order before and from what was compared
//! with what. pprof puts the nodes of a call tree in order twice, and many of them are alike the
//! second time; to show them as pprof does, every comparison and every swap has to be the same one
//! (package sort of Go 1.19 to 1.27: pattern-defeating quicksort, heap sort where that goes
//! badly).

/// Sorts as Go's `sort.Sort` does. `is_less` may contradict itself: then the order makes no sense,
/// but is still Go's.
pub(crate) fn go_sort<T>(items: &mut [T], is_less: impl FnMut(&T, &T) -> bool) {
    let end = items.len();
    let bad_pivots_left = usize::BITS - end.leading_zeros();
    Sorter { items, is_less }.quicksort(0, end, bad_pivots_left);
}

/// Runs up to this long are sorted by insertion.
const SHORT: usize = 12;

/// From this length on a pivot is chosen from nine elements, and a run with few elements out of
/// place is mended.
const LONG: usize = 50;

/// Elements out of place that are mended in a long run before it is divided nevertheless.
const MENDED: usize = 5;

/// How the elements looked at for a pivot were ordered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Rising,
    Falling,
    Unknown,
}

/// What is sorted, part by part; a part is given by its start and its end.
struct Sorter<'a, T, F> {
    items: &'a mut [T],
    is_less: F,
}

impl<T, F: FnMut(&T, &T) -> bool> Sorter<'_, T, F> {
    fn less(&mut self, left: usize, right: usize) -> bool {
        match (self.items.get(left), self.items.get(right)) {
            (Some(left), Some(right)) => (self.is_less)(left, right),
            _ => false,
        }
    }

    fn swap(&mut self, left: usize, right: usize) {
        if left.max(right) < self.items.len() {
            self.items.swap(left, right);
        }
    }

    /// Divides at a pivot, sorts the smaller half in a call of its own and goes on with the larger.
    fn quicksort(&mut self, mut start: usize, mut end: usize, mut bad_pivots_left: u32) {
        let (mut was_balanced, mut was_divided) = (true, true);
        loop {
            let length = end - start;
            if length <= SHORT {
                return self.insertion_sort(start, end);
            }
            if bad_pivots_left == 0 {
                return self.heap_sort(start, end);
            }
            if !was_balanced {
                self.scatter(start, end);
                bad_pivots_left -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(start, end);
            if hint == Hint::Falling {
                self.reverse(start, end);
                pivot = (end - 1) - (pivot - start);
                hint = Hint::Rising;
            }
            let may_be_sorted = was_balanced && was_divided && hint == Hint::Rising;
            if may_be_sorted && self.mend(start, end) {
                return;
            }
            // What stands before is no greater than anything here. Where it is as great as the
            // pivot, the pivot is among the least.
            if start > 0 && !self.less(start - 1, pivot) {
                start = self.divide_from_equal(start, end, pivot);
                continue;
            }
            let middle;
            (middle, was_divided) = self.divide(start, end, pivot);
            let (before, behind) = (middle - start, end - middle);
            was_balanced = before.min(behind) >= length / 8;
            if before < behind {
                self.quicksort(start, middle, bad_pivots_left);
                start = middle + 1;
            } else {
                self.quicksort(middle + 1, end, bad_pivots_left);
                end = middle;
            }
        }
    }

    fn insertion_sort(&mut self, start: usize, end: usize) {
        for next in start + 1..end {
            self.sink(next, start);
        }
    }

    /// Moves an element towards the front for as long as it is less than the one before it.
    fn sink(&mut self, mut at: usize, first: usize) {
        while at > first && self.less(at, at - 1) {
            self.swap(at, at - 1);
            at -= 1;
        }
    }

    fn heap_sort(&mut self, start: usize, end: usize) {
        let length = end - start;
        for root in (0..=(length - 1) / 2).rev() {
            self.sift_down(start, root, length);
        }
        for last in (0..length).rev() {
            self.swap(start, start + last);
            self.sift_down(start, 0, last);
        }
    }

    /// Moves the root of a heap, whose places count from `start`, down to where it belongs.
    fn sift_down(&mut self, start: usize, mut root: usize, length: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= length {
                return;
            }
            if child + 1 < length && self.less(start + child, start + child + 1) {
                child += 1;
            }
            if !self.less(start + root, start + child) {
                return;
            }
            self.swap(start + root, start + child);
            root = child;
        }
    }

    /// Moves what is less than the pivot before it. Tells where the pivot is then, and whether
    /// everything else was in its half before.
    fn divide(&mut self, start: usize, end: usize, pivot: usize) -> (usize, bool) {
        self.swap(start, pivot);
        let (mut left, mut right) = self.out_of_place(start, start + 1, end - 1);
        let was_divided = left > right;
        while left <= right {
            self.swap(left, right);
            (left, right) = self.out_of_place(start, left + 1, right - 1);
        }
        self.swap(right, start);
        (right, was_divided)
    }

    /// The next elements from both ends that are on the wrong side of the pivot.
    fn out_of_place(&mut self, pivot: usize, mut left: usize, mut right: usize) -> (usize, usize) {
        while left <= right && self.less(left, pivot) {
            left += 1;
        }
        while left <= right && !self.less(right, pivot) {
            right -= 1;
        }
        (left, right)
    }

    /// Moves what is equal to the pivot before what is greater; nothing is less. Tells where the
    /// greater begins.
    fn divide_from_equal(&mut self, start: usize, end: usize, pivot: usize) -> usize {
        self.swap(start, pivot);
        let (mut left, mut right) = (start + 1, end - 1);
        loop {
            while left <= right && !self.less(start, left) {
                left += 1;
            }
            while left <= right && self.less(start, right) {
                right -= 1;
            }
            if left > right {
                return left;
            }
            self.swap(left, right);
            left += 1;
            right -= 1;
        }
    }

    /// Sorts a part in which few elements are out of place, and tells whether it is sorted.
    fn mend(&mut self, start: usize, end: usize) -> bool {
        let mut at = start + 1;
        for _ in 0..MENDED {
            while at < end && !self.less(at, at - 1) {
                at += 1;
            }
            if at == end {
                return true;
            }
            if end - start < LONG {
                return false;
            }
            self.swap(at, at - 1);
            if at - start >= 2 {
                // Not only to the start of the part: what stands before it is no greater anyway.
                self.sink(at - 1, 0);
            }
            if end - at >= 2 {
                self.rise(at + 1, end);
            }
        }
        false
    }

    /// Moves the element before this place towards the end for as long as it is greater than the
    /// one behind it.
    fn rise(&mut self, mut at: usize, end: usize) {
        while at < end && self.less(at, at - 1) {
            self.swap(at, at - 1);
            at += 1;
        }
    }

    /// Swaps three elements of the middle with others, so that a pattern does not lead to bad
    /// pivots again.
    fn scatter(&mut self, start: usize, end: usize) {
        let length = end - start;
        if length < 8 {
            return;
        }
        let mut random = length as u64;
        // One bit more than the length has: less than twice as large.
        let mask = u64::MAX >> (length as u64).leading_zeros();
        let middle = start + (length / 4) * 2;
        for at in middle - 1..=middle + 1 {
            random = xorshift(random);
            let other = (random & mask) as usize;
            let other = if other >= length {
                other - length
            } else {
                other
            };
            self.swap(at, start + other);
        }
    }

    /// A median of elements at the quarters of a part.
    fn choose_pivot(&mut self, start: usize, end: usize) -> (usize, Hint) {
        const ALL_SWAPPED: u32 = 4 * 3;
        let length = end - start;
        let quarter = length / 4;
        let mut quarters = [1, 2, 3].map(|number| start + quarter * number);
        let mut swaps = 0;
        if length >= LONG {
            quarters = quarters.map(|at| self.median([at - 1, at, at + 1], &mut swaps));
        }
        let pivot = self.median(quarters, &mut swaps);
        let hint = match swaps {
            0 => Hint::Rising,
            ALL_SWAPPED => Hint::Falling,
            _ => Hint::Unknown,
        };
        (pivot, hint)
    }

    /// The place of the element in the middle of three; counts those out of order.
    fn median(&mut self, [a, b, c]: [usize; 3], swaps: &mut u32) -> usize {
        let (a, b) = self.ordered(a, b, swaps);
        let (b, _) = self.ordered(b, c, swaps);
        self.ordered(a, b, swaps).1
    }

    fn ordered(&mut self, a: usize, b: usize, swaps: &mut u32) -> (usize, usize) {
        if self.less(b, a) {
            *swaps += 1;
            return (b, a);
        }
        (a, b)
    }

    fn reverse(&mut self, start: usize, end: usize) {
        if let Some(part) = self.items.get_mut(start..end) {
            part.reverse();
        }
    }
}

/// The number after this one in a row that looks random.
fn xorshift(mut number: u64) -> u64 {
    number ^= number << 13;
    number ^= number >> 7;
    number ^= number << 17;
    number
}
