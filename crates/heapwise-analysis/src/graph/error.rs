use std::fmt;

/// A graph that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphError {
    /// The stacks that occur have more frames than a graph may be made of.
    TooManyFrames {
        /// How many that is.
        limit: usize,
    },
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GraphError::TooManyFrames { limit } => write!(
                f,
                "graph: found stacks that differ in more than {limit} frames, expected fewer; \
                 focus or a coarser granularity make them fewer"
            ),
        }
    }
}

impl std::error::Error for GraphError {}
