//! Decides what remarks of a profile are notes: those that heapwise wrote itself when it made the profile of what a
//! store answered, or of two, so that a file of it says the same as the answer did.

/// What such a remark begins with; a code and the sentence follow.
const MARK: &str = "heapwise ";

/// What may be told so: a profile that comes from elsewhere cannot make up other codes.
const CODES: [&str; 5] = [
    "base_subtracted",
    "mean_of_profiles",
    "period_assumed",
    "sampling_error_approximate",
    "type_missing",
];

/// The remark that tells a note.
pub(crate) fn remark(code: &str, sentence: &str) -> String {
    format!("{MARK}{code}: {sentence}")
}

/// The note that a remark tells; `None` for all others.
pub(crate) fn note(remark: &str) -> Option<(&'static str, String)> {
    let (code, sentence) = remark.strip_prefix(MARK)?.split_once(": ")?;
    let known = CODES.into_iter().find(|known| *known == code)?;
    Some((known, sentence.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{note, remark};

    #[test]
    fn only_own_remarks_are_notes() {
        let told = note(&remark("period_assumed", "524288: not told"));
        assert_eq!(
            told,
            Some(("period_assumed", "524288: not told".to_owned()))
        );
        for other in ["heapwise other: x", "heapwise", "period_assumed: x", ""] {
            assert_eq!(note(other), None, "{other}");
        }
    }
}
