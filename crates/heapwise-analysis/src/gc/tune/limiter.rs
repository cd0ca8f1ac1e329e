//! When the runtime stops the collector from taking more than half of the CPU time, and memory grows instead.

use super::bracket::Bracket;
use super::program::Program;

/// Seconds until the limiter steps in, if the collector's share stays where it is; `None` where it never does.
///
/// A bucket of one second per processor fills with the collector's CPU time and drains with the program's, idle time
/// counts for neither (mgclimit.go). Where the collector takes a part u of what both take, and both take b CPU
/// seconds per second on P processors, it is full behind P / ((2u − 1) b) seconds: 1 / (2u − 1) where nothing is idle.
///
/// The collector's share is taken from the middle of its bracket, since its upper end is more than most runs show.
pub(super) fn trips_after(program: &Program, share: Bracket) -> Option<f64> {
    let collector = (share.low + share.high) / 2.0;
    let left = (1.0 - collector).max(0.0);
    let own = program.busy_share().map_or(left, |busy| busy.min(left));
    let fills = collector - own;
    (fills > 0.0).then_some(1.0 / fills)
}

#[cfg(test)]
mod tests {
    use super::trips_after;
    use crate::gc::tune::{Bracket, Program};

    #[test]
    fn steps_in_above_one_half_of_what_is_not_idle() {
        let program = Program::new(1, 0).with_processors(2);
        let at = |program: &Program, share| trips_after(program, Bracket::new(share, share));
        assert_eq!(at(&program, 0.5), None);
        // u = 0.75: 1 / (1.5 − 1).
        assert_eq!(at(&program, 0.75), Some(2.0));
        assert_eq!(at(&program, 1.0), Some(1.0));
        // 0.4 of two processors against 0.2 that the program takes: fills with 0.8 − 0.2.
        let idle = program.with_busy(0.2);
        assert!(at(&idle, 0.4).is_some_and(|seconds| (seconds - 2.0 / 0.6).abs() < 1e-9));
    }
}
