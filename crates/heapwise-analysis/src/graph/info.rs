//! What names a node.

use super::short_name::short_name;
use crate::site::identity::SiteParts;

/// What names a node (graph/graph.go: NodeInfo), in the bytes of the profile even where they are
/// not UTF-8. What the granularity leaves out is 0 or empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeInfo {
    /// The function's name, or the package's where nodes are packages.
    pub function: Vec<u8>,
    /// The source file's path, cleaned.
    pub file: Vec<u8>,
    /// The line in the file.
    pub line: i64,
    /// The column in the line.
    pub column: i64,
    /// The instruction's address.
    pub address: u64,
    /// The binary, where it tells nodes apart or is all there is.
    pub object: Vec<u8>,
    /// The line at which the function starts, where that tells nodes apart.
    pub start_line: i64,
    /// Whether the node is a package.
    pub is_package: bool,
}

impl NodeInfo {
    pub(super) fn of(parts: &SiteParts<'_>) -> NodeInfo {
        NodeInfo {
            function: parts.function.to_vec(),
            file: parts.file.to_vec(),
            line: parts.line,
            column: parts.column,
            address: parts.address,
            object: parts.object.to_vec(),
            start_line: parts.start_line,
            is_package: parts.is_package,
        }
    }

    fn parts(&self) -> SiteParts<'_> {
        SiteParts {
            address: self.address,
            function: &self.function,
            file: &self.file,
            line: self.line,
            column: self.column,
            object: &self.object,
            start_line: self.start_line,
            is_package: self.is_package,
        }
    }

    /// What pprof prints for the node (graph/graph.go: NodeInfo.PrintableName).
    pub fn printed(&self) -> Vec<u8> {
        self.parts().printed()
    }

    /// The parts of the printed name (graph/graph.go: NodeInfo.NameComponents).
    pub fn printed_parts(&self) -> Vec<Vec<u8>> {
        self.parts().parts()
    }

    /// The function's name as pictures show it: without the path of its package (graph/graph.go:
    /// ShortenFunctionName).
    pub fn short_function(&self) -> Vec<u8> {
        short_name(&self.function)
    }
}
