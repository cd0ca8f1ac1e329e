//! What to do about an answer that is less than was asked for, in the words of who asks.

/// What would help, as the reader is to be told: a command names its options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hints {
    /// Where the number of operations is not known.
    pub operations: &'static str,
    /// Where growth may have moved from another site.
    pub moved: &'static str,
    /// What looks at growing profiles are counted with.
    pub look: &'static str,
    /// What makes samples of benchmarks more; empty where the rate itself is named.
    pub samples: &'static str,
    /// Where the work of benchmarks is not known.
    pub work_of_benchmarks: &'static str,
    /// Where the work of services is not known.
    pub work_of_services: &'static str,
    /// What shows that advice has helped; TYPE stands for what is allocated, PART for half of what is saved at most.
    pub helped: &'static str,
    /// What shows whether FUNCTION keeps more and more.
    pub grows: &'static str,
    /// Where the source of lines is not at hand.
    pub source: &'static str,
}

impl Default for Hints {
    /// Words that name values.
    fn default() -> Self {
        Hints {
            operations: "give it, or the output of the benchmarks",
            moved: "which can be let off",
            look: "look",
            samples: "",
            work_of_benchmarks: "give the output of -benchmem of both sides, or the same \
                                 -benchtime=100x on both and say that the work was the same",
            work_of_services: "give the operations of both sides, compare by their seconds, or say \
                               that both did the same",
            helped: "the claim TYPE total <= -PART% on both sides",
            grows: "growth of FUNCTION over several snapshots",
            source: "give its folder",
        }
    }
}
