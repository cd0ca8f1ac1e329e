use std::borrow::Cow;
use std::collections::HashMap;

use heapwise_decode::{Line, Location, LocationIndex, StringIndex, Tables};

use super::options::ViewOptions;
use super::selected::View;
use crate::profile::header::is_url;
use crate::site::granularity::Granularity;
use crate::site::identity::{NameParts, Object, Site, clean_path, package_of};

/// The frames of a view's locations, with the parts that its granularity keeps (driver/driver.go:
/// aggregate; profile/profile.go: Aggregate).
#[derive(Debug)]
pub struct ViewFrames<'a> {
    tables: &'a Tables,
    shape: Shape,
    /// Cleaned paths, where they differ from what was written.
    cleaned: HashMap<StringIndex, Vec<u8>>,
}

/// Which parts of a frame are kept.
#[derive(Debug, Clone, Copy)]
struct Shape {
    granularity: Granularity,
    has_inlines: bool,
    has_columns: bool,
}

impl Shape {
    fn of(options: &ViewOptions) -> Shape {
        let granularity = options.granularity.unwrap_or_default();
        let has_inlines = !options.no_inlines;
        let parts = granularity.parts();
        Shape {
            granularity,
            has_inlines,
            // With addresses and inlined frames nothing is aggregated.
            has_columns: parts.line && (options.show_columns || parts.address && has_inlines),
        }
    }
}

/// One frame of a stack. What the granularity leaves out is empty or 0.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// The function's name, or that of its package.
    pub function: Cow<'a, [u8]>,
    /// The source file's path, cleaned.
    pub file: &'a [u8],
    /// The line in the file.
    pub line: i64,
    /// The column in the line.
    pub column: i64,
    /// The instruction's address.
    pub address: u64,
    /// The binary, where there is no function to name.
    pub object: &'a [u8],
    /// Whether the function was inlined into the next frame's.
    pub is_inlined: bool,
    is_package: bool,
}

impl<'a> ViewFrames<'a> {
    /// The frames of a view.
    pub fn of(view: &'a View) -> ViewFrames<'a> {
        let tables = view.tables();
        let shape = Shape::of(view.options());
        let mut cleaned = HashMap::new();
        if shape.granularity.parts().file {
            for function in tables.functions() {
                let path = tables.text_bytes(function.filename);
                if path.is_empty() || cleaned.contains_key(&function.filename) {
                    continue;
                }
                let clean = clean_path(path);
                if clean != path {
                    cleaned.insert(function.filename, clean);
                }
            }
        }
        ViewFrames {
            tables,
            shape,
            cleaned,
        }
    }

    /// The frames of a location, the innermost first.
    pub fn of_location(&self, at: LocationIndex) -> impl Iterator<Item = Frame<'_>> {
        let location = self.tables.location(at);
        let skipped = if self.shape.has_inlines {
            0
        } else {
            location.lines.len().saturating_sub(1)
        };
        let bare = location.lines.is_empty().then(|| self.bare(&location));
        let last = location.lines.len().saturating_sub(1);
        let lines = location.lines.iter().enumerate().skip(skipped);
        bare.into_iter()
            .chain(lines.map(move |(at, line)| self.frame(&location, line, at < last)))
    }

    /// What is known of a location without symbols (graph/graph.go: nodeInfo).
    fn bare(&self, location: &Location<'_>) -> Frame<'_> {
        Frame {
            function: Cow::Borrowed(b""),
            file: b"",
            line: 0,
            column: 0,
            address: self.address(location),
            object: self.object(location),
            is_inlined: false,
            is_package: false,
        }
    }

    fn frame(&self, location: &Location<'_>, line: &Line, is_inlined: bool) -> Frame<'_> {
        let parts = self.shape.granularity.parts();
        let function = self.tables.function(line.function);
        let name = if parts.name {
            self.name(function.name)
        } else {
            Cow::Borrowed(&b""[..])
        };
        let is_unnamed = name.is_empty();
        Frame {
            function: name,
            file: match parts.file {
                true => self.file(function.filename),
                false => b"",
            },
            line: if parts.line { line.line } else { 0 },
            column: if self.shape.has_columns {
                line.column
            } else {
                0
            },
            address: self.address(location),
            object: match is_unnamed {
                true => self.object(location),
                false => b"",
            },
            is_inlined,
            is_package: self.shape.granularity == Granularity::Packages,
        }
    }

    fn name(&self, index: StringIndex) -> Cow<'_, [u8]> {
        let name = self.tables.text_bytes(index);
        if self.shape.granularity != Granularity::Packages {
            return Cow::Borrowed(name);
        }
        match package_of(&String::from_utf8_lossy(name)) {
            Some(package) => Cow::Owned(package.into_bytes()),
            None => Cow::Borrowed(name),
        }
    }

    fn file(&self, index: StringIndex) -> &[u8] {
        match self.cleaned.get(&index) {
            Some(clean) => clean,
            None => self.tables.text_bytes(index),
        }
    }

    fn address(&self, location: &Location<'_>) -> u64 {
        match self.shape.granularity.parts().address {
            true => location.address,
            false => 0,
        }
    }

    fn object(&self, location: &Location<'_>) -> &[u8] {
        object_file(self.tables, location)
    }
}

/// The binary that a location is in; one that was named after the address it was fetched from
/// has no name (driver/fetch.go: unsourceMappings).
pub(crate) fn object_file<'a>(tables: &'a Tables, location: &Location<'_>) -> &'a [u8] {
    let mapping = location.mapping.and_then(|index| tables.mapping(index));
    let named = mapping
        .filter(|mapping| !mapping.build_id.is_empty() || !is_url(&tables.text(mapping.file)));
    named.map_or(b"", |mapping| tables.text_bytes(mapping.file))
}

impl Frame<'_> {
    /// Appends the name that pprof prints for it.
    pub fn print_name(&self, out: &mut Vec<u8>) {
        let object = String::from_utf8_lossy(self.object);
        NameParts {
            address: self.address,
            function: &self.function,
            file: self.file,
            line: self.line,
            column: self.column,
            object: Object::Binary(&object),
        }
        .print(out);
    }

    /// The site that it is at.
    pub fn site(&self) -> Site {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            (!text.is_empty()).then_some(text)
        };
        let function = text(&self.function);
        Site {
            package: match (&function, self.is_package) {
                (Some(package), true) => Some(package.clone()),
                (Some(function), false) => package_of(function),
                (None, _) => None,
            },
            function: function.filter(|_| !self.is_package),
            file: text(self.file),
            line: (self.line != 0).then_some(self.line),
            column: (self.line != 0 && self.column != 0).then_some(self.column),
            address: (self.address != 0).then_some(self.address),
            object: text(self.object),
            start_line: None,
        }
    }
}
