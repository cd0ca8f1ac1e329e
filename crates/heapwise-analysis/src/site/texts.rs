//! Decides what the functions and binaries of a profile are called in sites: paths trimmed and cleaned,
//! functions by their package, binaries that have no name of their own.

use std::borrow::Cow;
use std::sync::Arc;

use heapwise_decode::{FunctionIndex, MappingIndex, StringIndex, Tables};

use super::identity::{clean_path, package_of, without_type_arguments};
use super::interner::Interner;
use super::shape::Shape;
use crate::profile::header::binary_file;

/// The number of a text; that of the empty one is 0.
pub(super) type TextId = u32;

/// The texts that name sites, each once.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    known: Interner<Arc<[u8]>>,
    /// Per function, its name and its file.
    functions: Vec<(TextId, TextId)>,
    /// Per mapping, its file.
    objects: Vec<TextId>,
}

impl Texts {
    /// The texts of complete tables.
    pub(super) fn of(tables: &Tables, shape: &Shape) -> Texts {
        let parts = shape.parts();
        let mut known = Interner::default();
        known.add_ref(&b""[..]);
        let functions = tables.functions().iter().map(|function| {
            let name = match parts.name {
                true => name(tables, function.name, shape),
                false => Cow::Borrowed(&b""[..]),
            };
            let file = match parts.file || shape.places_unnamed {
                true => file(tables.text_bytes(function.filename), shape),
                false => Cow::Borrowed(&b""[..]),
            };
            (known.add_ref(&*name), known.add_ref(&*file))
        });
        let functions = functions.collect();
        let mappings = tables.mappings().iter();
        let objects = mappings
            .map(|mapping| known.add_ref(binary_file(tables, mapping)))
            .collect();
        Texts {
            known,
            functions,
            objects,
        }
    }

    /// A function's name and its file.
    pub(super) fn function(&self, at: FunctionIndex) -> (TextId, TextId) {
        self.functions.get(at.get()).copied().unwrap_or_default()
    }

    /// The binary of a mapping.
    pub(super) fn object(&self, at: Option<MappingIndex>) -> TextId {
        let object = at.and_then(|at| self.objects.get(at.get()));
        object.copied().unwrap_or_default()
    }

    /// The text of a number.
    pub(super) fn get(&self, number: TextId) -> &[u8] {
        self.known.get(number).map_or(&[], |text| text)
    }
}

fn name<'a>(tables: &'a Tables, name: StringIndex, shape: &Shape) -> Cow<'a, [u8]> {
    let known = tables.text_bytes(name);
    if shape.folds_type_arguments {
        return Cow::Owned(without_type_arguments(&String::from_utf8_lossy(known)).into_bytes());
    }
    let package = shape.is_package().then(|| package_of(&tables.text(name)));
    let package = package.flatten();
    package.map_or(Cow::Borrowed(known), |package| {
        Cow::Owned(package.into_bytes())
    })
}

/// A source file's path (report/report.go: newGraph; graph/graph.go: nodeInfo).
fn file<'a>(path: &'a [u8], shape: &Shape) -> Cow<'a, [u8]> {
    let trim = shape.trim.as_ref();
    match trim.map_or(path, |trim| trim.apply(path)) {
        [] => Cow::Borrowed(b""),
        path => Cow::Owned(clean_path(path)),
    }
}
