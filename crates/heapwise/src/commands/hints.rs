//! The options that answers and errors of the libraries advise: those speak of values.

use heapwise_decode::ErrorKind;
use heapwise_report::Hints;

/// What answers advise.
pub(crate) fn hints() -> Hints {
    let mut hints = Hints::default();
    hints.operations = "give --after-ops or --after-bench";
    hints.moved = "--allow-moved";
    hints.look = "--look";
    hints.work_of_benchmarks = "--before-bench and --after-bench with the output of -benchmem, or \
                                the same -benchtime=100x on both sides and --same-work";
    hints.work_of_services = "--before-ops and --after-ops, --per seconds, or --same-work if both \
                              did the same";
    hints.helped = "heapwise verify BEFORE AFTER --same-work --require 'TYPE total <= -PART%'";
    hints.grows = "heapwise growth PROFILES --focus 'FUNCTION'";
    hints.source = "give --source DIR, or run it there";
    hints
}

/// What answers of `bench` advise, which chooses the rate itself.
pub(crate) fn hints_of_bench() -> Hints {
    let mut hints = hints();
    hints.operations = "below it is said why sites are not judged";
    hints.samples = "a longer --benchtime, a larger --count or a smaller --detect";
    hints
}

/// What follows a note of a comparison, by its code.
pub(crate) fn of_note(code: &str) -> &'static str {
    match code {
        "different_default" => " (--sample-index takes another)",
        "different_duration" => ": compare with --per seconds",
        "one_profile_per_side" => ", or --run-cv",
        "looks_like_one_process" => ": --same-process sees more",
        _ => "",
    }
}

/// What may be done about an error.
pub(crate) fn of_error(error: &heapwise_decode::Error) -> Option<&'static str> {
    match (error.kind(), error.advice()) {
        (ErrorKind::TooLarge, Some(_)) => {
            Some("raise the cap with --max-bytes if the profile is really that large")
        }
        (ErrorKind::TooLarge, None) => Some(
            "raise the cap with --max-memory, which top, diff, growth, merge, convert and export have, if there is memory for it",
        ),
        (_, advice) => advice,
    }
}
