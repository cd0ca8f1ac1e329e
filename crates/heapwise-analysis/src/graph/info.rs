use super::short_name::short_name;
use crate::site::identity::{NameParts, Object, Site, package_of};

/// The name of a package that is not known.
const UNKNOWN: &str = "<unknown>";

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
    /// What pprof prints for the node (graph/graph.go: NodeInfo.PrintableName).
    pub fn printed(&self) -> Vec<u8> {
        self.printed_parts().join(&b' ')
    }

    /// The parts of the printed name (graph/graph.go: NodeInfo.NameComponents).
    pub fn printed_parts(&self) -> Vec<Vec<u8>> {
        let object = String::from_utf8_lossy(&self.object);
        NameParts {
            address: self.address,
            function: &self.function,
            file: &self.file,
            line: self.line,
            column: self.column,
            object: if self.is_package {
                Object::Package(UNKNOWN)
            } else {
                Object::Binary(&object)
            },
        }
        .parts()
    }

    /// The function's name as pictures show it: without the path of its package (graph/graph.go:
    /// ShortenFunctionName).
    pub fn short_function(&self) -> Vec<u8> {
        short_name(&self.function)
    }

    /// The node as a site. Bytes that are not UTF-8 are replaced.
    pub fn site(&self) -> Site {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        let name = text(&self.function);
        Site {
            package: if self.is_package {
                Some(name.clone().unwrap_or_else(|| UNKNOWN.to_owned()))
            } else {
                name.as_deref().and_then(package_of)
            },
            function: name.filter(|_| !self.is_package),
            file: text(&self.file),
            line: (self.line != 0).then_some(self.line),
            column: (self.line != 0 && self.column != 0).then_some(self.column),
            address: (self.address != 0).then_some(self.address),
            object: text(&self.object),
            start_line: (self.start_line != 0).then_some(self.start_line),
        }
    }
}
