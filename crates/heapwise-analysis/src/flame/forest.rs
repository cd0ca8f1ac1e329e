//! The trees of the views that a graph is of: in memory as far as there is room, the others grown again when they are
//! looked at.

use std::borrow::Borrow;

use heapwise_decode::Tables;

use super::grow::{Grower, MOST_NODES};
use super::grown::Grown;
use crate::error::{Error, ErrorKind, Result};
use crate::site::shape::Shape;
use crate::view::View;

/// A tree, and the tables that its names are in.
pub(super) type Tree<'a> = (&'a Grown, &'a Tables);

/// The trees of some views, which are opened as often as it takes.
pub(super) struct Forest<V, O> {
    open: O,
    shape: Shape,
    /// What is kept of each view; nothing before it is opened, and of those for which there was no room.
    kept: Vec<Option<Planted<V>>>,
    /// Bytes that there is room for.
    room: usize,
    /// Nodes that there may be in memory.
    most: usize,
}

/// A view, and its tree where that is not a part of it.
struct Planted<V> {
    view: V,
    own: Option<Grown>,
}

impl<V: Borrow<View>> Planted<V> {
    fn tree(&self, shape: &Shape) -> Option<Tree<'_>> {
        let view = self.view.borrow();
        let grown = view.stacks(shape).or(self.own.as_ref())?;
        Some((grown, view.tables()))
    }

    fn looked_at<T>(&self, shape: &Shape, look: impl FnOnce(&View, &Tree<'_>) -> T) -> Result<T> {
        let tree = self.tree(shape).ok_or(ErrorKind::NoProfiles)?;
        Ok(look(self.view.borrow(), &tree))
    }
}

impl<V, E, O> Forest<V, O>
where
    V: Borrow<View>,
    E: From<Error>,
    O: FnMut(usize) -> std::result::Result<V, E>,
{
    /// So many trees with frames of that shape, of which about so many bytes are kept in memory.
    pub(super) fn new(open: O, count: usize, shape: Shape, room: usize) -> Self {
        Forest {
            open,
            shape,
            kept: std::iter::repeat_with(|| None).take(count).collect(),
            room,
            most: MOST_NODES,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.kept.len()
    }

    /// Whether a view that was looked at stays in memory.
    pub(super) fn keeps(&self, at: usize) -> bool {
        self.kept.get(at).is_some_and(Option::is_some)
    }

    /// Looks at a view and its tree.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or the trees in memory have more frames than fit there.
    pub(super) fn look<T>(
        &mut self,
        at: usize,
        look: impl FnOnce(&View, &Tree<'_>) -> T,
    ) -> std::result::Result<T, E> {
        if !self.keeps(at) {
            let planted = self.plant(at)?;
            if !self.has_room(&planted) {
                return Ok(planted.looked_at(&self.shape, look)?);
            }
            if let Some(slot) = self.kept.get_mut(at) {
                *slot = Some(planted);
            }
        }
        let planted = self.kept.get(at).and_then(Option::as_ref);
        let planted = planted.ok_or(ErrorKind::NoProfiles).map_err(Error::from)?;
        Ok(planted.looked_at(&self.shape, look)?)
    }

    fn plant(&mut self, at: usize) -> std::result::Result<Planted<V>, E> {
        let view = (self.open)(at)?;
        let own = match view.borrow().stacks(&self.shape) {
            Some(_) => None,
            None => Some(grown(view.borrow(), &self.shape, self.most)?),
        };
        Ok(Planted { view, own })
    }

    /// Whether there is room for a view, which is then taken.
    fn has_room(&mut self, planted: &Planted<V>) -> bool {
        let Some((grown, tables)) = planted.tree(&self.shape) else {
            return false;
        };
        let size = size(grown, tables);
        let has_room = size <= self.room;
        if has_room {
            self.room -= size;
            self.most = self.most.saturating_sub(grown.stems.len());
        }
        has_room
    }
}

/// The stacks of the samples that a view's filters leave, in so many nodes.
fn grown(view: &View, shape: &Shape, most: usize) -> Result<Grown> {
    let mut grower = Grower::new(shape.clone(), true).with_most(most);
    view.visit(&mut grower)?;
    grower.finish(view.header().kind)
}

/// About how many bytes a tree takes with its tables: a node, a location and a function some words each, and the names.
fn size(grown: &Grown, tables: &Tables) -> usize {
    let rows = tables.location_count() + tables.functions().len() + tables.string_count();
    let names = tables.string_indexes();
    let names: usize = names.map(|name| tables.text_bytes(name).len()).sum();
    16 * grown.stems.len() + 64 * (grown.ends.nodes().len() + rows) + names
}
