use std::fmt;

use heapwise_decode::Error;

/// A graph that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphError {
    /// The stacks that occur have more frames than a graph may be made of.
    TooManyFrames {
        /// How many that is.
        limit: usize,
    },
    /// The profile cannot be read.
    Profile(Error),
}

impl From<Error> for GraphError {
    fn from(error: Error) -> Self {
        GraphError::Profile(error)
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GraphError::TooManyFrames { limit } => write!(
                f,
                "graph: found stacks that differ in more than {limit} frames, expected fewer; \
                 focus or a coarser granularity make them fewer"
            ),
            GraphError::Profile(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GraphError {}
