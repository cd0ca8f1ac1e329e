//! Series as a row of bars, a character for each step of time.

use heapwise_analysis::gc::{Bucket, TraceProcess};

use crate::gc::steps::{Step, steps};

/// A series of a process.
pub(super) struct Spark {
    pub(super) name: &'static str,
    /// A bar for each step: blank where no cycle started in it.
    pub(super) bars: String,
    /// What a full bar means.
    pub(super) most: String,
}

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// All series of a process in at most so many steps, and the nanoseconds of a step. `None` for less than two steps.
pub(super) fn sparks(process: &TraceProcess, most: usize) -> Option<(Vec<Spark>, u64)> {
    let (steps, nanos) = steps(process, most);
    if steps.len() < 2 {
        return None;
    }
    let cpu = |bucket: &Bucket| {
        let time = nanos as f64 * f64::from(bucket.procs);
        if time > 0.0 {
            bucket.cpu as f64 / time
        } else {
            0.0
        }
    };
    let mib = |mib: f64| label((mib as i128) << 20, "bytes");
    let time = |nanos: f64| super::rows::time(nanos as u64);
    let sparks = vec![
        spark(
            "live heap",
            &held(&steps, |bucket| bucket.live_mib as f64),
            mib,
        ),
        spark("goal", &held(&steps, |bucket| bucket.goal_mib as f64), mib),
        spark(
            "longest stop",
            &told(&steps, |bucket| bucket.longest_stop as f64),
            time,
        ),
        spark(
            "cycles",
            &told(&steps, |bucket| bucket.cycles as f64),
            |most| format!("{most}"),
        ),
        spark("GC CPU", &told(&steps, cpu), |most| {
            format!("{:.1}%", most * 100.0)
        }),
    ];
    Some((sparks, nanos))
}

fn label(value: i128, unit: &str) -> String {
    heapwise_analysis::units::auto_label(value, unit)
}

fn told(steps: &[Step], value: impl Fn(&Bucket) -> f64) -> Vec<Option<f64>> {
    steps.iter().map(|step| step.as_ref().map(&value)).collect()
}

/// The same for a size, which stays what it is until the next cycle.
fn held(steps: &[Step], value: impl Fn(&Bucket) -> f64) -> Vec<Option<f64>> {
    let mut last = None;
    let mut hold = |step: Option<f64>| {
        last = step.or(last);
        last
    };
    told(steps, value).into_iter().map(&mut hold).collect()
}

fn spark(name: &'static str, values: &[Option<f64>], text: impl Fn(f64) -> String) -> Spark {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    Spark {
        name,
        bars: values.iter().map(|&value| bar(value, most)).collect(),
        most: text(most),
    }
}

/// Bars start at zero, so that twice as high is twice as much.
fn bar(value: Option<f64>, most: f64) -> char {
    let Some(value) = value else { return ' ' };
    let part = if most > 0.0 { value / most } else { 0.0 };
    let at = (part * BARS.len() as f64).ceil() as usize;
    let at = at.clamp(1, BARS.len()) - 1;
    BARS.get(at).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bars_are_as_high_as_values_are_large() {
        let bars: String = [0.0, 1.0, 4.0, 8.0]
            .map(|value| bar(Some(value), 8.0))
            .iter()
            .collect();
        assert_eq!(bars, "▁▁▄█");
        assert_eq!((bar(None, 8.0), bar(Some(0.0), 0.0)), (' ', '▁'));
    }
}
