//! What a log says, in steps of equal length.

use heapwise_analysis::gc::{Bucket, TraceProcess};

/// A step with the cycles that started in it, if any.
pub(super) type Step = Option<Bucket>;

/// The buckets of a process put together to steps of equal length.
pub(super) fn steps(process: &TraceProcess, most: usize) -> (Vec<Step>, u64) {
    let span = process.span_nanos();
    let step = process.step_nanos().max(1);
    // Steps are of whole buckets, so that none has more of them than another.
    let buckets = span / step + 1;
    let each = buckets.div_ceil(most.max(1) as u64).max(1);
    let nanos = step.saturating_mul(each);
    let count = usize::try_from(span / nanos + 1).unwrap_or(most);
    let mut steps: Vec<Step> = vec![None; count];
    for bucket in process.buckets() {
        let at = bucket.at_nanos.saturating_sub(process.first().at_nanos) / nanos;
        if let Some(step) = usize::try_from(at).ok().and_then(|at| steps.get_mut(at)) {
            match step {
                Some(before) => before.add(bucket),
                None => *step = Some(*bucket),
            }
        }
    }
    (steps, nanos)
}
