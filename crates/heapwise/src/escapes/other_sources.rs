//! What is said of a log that is of other files than the profile's.

use heapwise_analysis::explain::{Explanation, OtherSign, OtherSource};
use heapwise_decode::counted;
use heapwise_report::Warning;

/// Files that are named one by one.
const MOST_NAMED: usize = 3;

/// A warning for each file of which the log has another one.
pub(crate) fn other_sources(answer: &Explanation) -> Vec<Warning> {
    let all = &answer.other_sources;
    let named = all.iter().take(MOST_NAMED).map(words);
    let rest = all.len().saturating_sub(MOST_NAMED);
    let rest = (rest > 0).then(|| {
        format!(
            "{} more of another source in the log",
            counted(rest, "file")
        )
    });
    let warnings = named.chain(rest);
    let warnings = warnings.map(|message| Warning::new("log_of_other_source", message));
    warnings.collect()
}

fn words(one: &OtherSource) -> String {
    let what = match one.sign {
        OtherSign::Functions(missing, all) => {
            let functions = counted(all, "function");
            format!("it has {} of {functions} of the profile", all - missing)
        }
        OtherSign::Lines(without, all) => {
            let lines = counted(all, "line");
            format!("it fits {} of {lines} that allocate", all - without)
        }
        _ => String::new(),
    };
    format!(
        "{}: the log is of another file of this name, or of another source: {what}; it explains nothing there",
        one.file
    )
}
