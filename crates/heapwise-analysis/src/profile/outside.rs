//! Recognises heap profiles that a tool took from outside of the process, by what its format alone has, and says
//! what they lack.
//!
//! They are read from the runtime's buckets by eBPF or through `/proc/PID/mem` and written as they are: nothing is
//! scaled up to what was allocated, as Go does before it writes a profile (runtime/pprof/protomem.go:
//! scaleHeapSample).

/// What is measured, in which unit.
type Pair<'a> = (&'a str, &'a str);

/// What oomprof, and what derives from it, writes: in use first, allocations behind it or not at all
/// (oomprof/pprof.go: bucketsToPprof).
const OOMPROF: [Pair<'static>; 4] = [
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
];

/// How coroot's agent calls each of its profiles (profiling/goheap.go).
const COROOT: &str = "go_runtime:heap_";

/// The note on a profile of these types, of a period of that type and default; `None` where it is no such profile.
pub(super) fn note(
    types: &[Pair<'_>],
    period_type: Option<Pair<'_>>,
    default: &str,
) -> Option<(&'static str, String)> {
    let sentence = match types {
        [(one, _)] if one.starts_with(COROOT) => COROOT_LACKS,
        _ if is_oomprof(types, period_type, default) => OOMPROF_LACKS,
        _ => return None,
    };
    Some(("taken_from_outside", sentence.to_owned()))
}

fn is_oomprof(types: &[Pair<'_>], period_type: Option<Pair<'_>>, default: &str) -> bool {
    period_type == Some(("space", "bytes"))
        && default == "inuse_space"
        && (*types == OOMPROF[..2] || *types == OOMPROF[..])
}

const OOMPROF_LACKS: &str = "\
taken from outside of the process, as oomprof does it: numbers are those of the sampled blocks and not scaled up to \
all, sizes of blocks are not told, and the period may be assumed; what cycles to come will publish is in it, so it is \
newer than a profile that the process serves";

const COROOT_LACKS: &str = "\
taken from outside of the process by coroot's agent: numbers are those of the sampled blocks and not scaled up to all, \
and neither the period nor sizes of blocks are told; allocations are those since the profile before";

#[cfg(test)]
mod tests {
    use super::{OOMPROF, Pair, note};

    #[test]
    fn only_what_is_sure_is_recognised() {
        let space = Some(("space", "bytes"));
        let is_known = |types: &[Pair<'_>], default| note(types, space, default).is_some();
        assert!(is_known(&OOMPROF, "inuse_space"));
        assert!(is_known(&OOMPROF[..2], "inuse_space"));
        assert!(is_known(
            &[("go_runtime:heap_inuse_space:bytes", "bytes")],
            ""
        ));
        let [a, b, c, d] = OOMPROF;
        assert!(!is_known(&[c, d, a, b], "inuse_space"));
        assert!(!is_known(&[a, b, c], "inuse_space"));
        assert!(!is_known(&OOMPROF[..2], ""));
        assert!(!is_known(&[b], "inuse_space"));
        assert!(!is_known(&[], "inuse_space"));
        assert!(note(&OOMPROF, None, "inuse_space").is_none());
    }
}
