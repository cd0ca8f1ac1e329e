//! The state of inflating, which is kept for the next input: where thousands are read one after the other, one state for each
//! would be in the way of what is kept of them. glibc before 2.38 hardly uses the place of an aligned piece again, so that
//! 3,000 profiles of 200 bytes took 30 MiB.

use std::cell::Cell;

use flate2::Decompress;

thread_local! {
    static SPARE: Cell<Option<Decompress>> = const { Cell::new(None) };
}

/// An inflater of raw deflate, to be reset before each stream: the one that the thread has to spare, or a new one.
#[derive(Default)]
pub(super) struct Inflater(Option<Decompress>);

impl Inflater {
    #[inline]
    pub(super) fn get(&mut self) -> &mut Decompress {
        self.0.get_or_insert_with(|| {
            let spare = SPARE.try_with(Cell::take).ok().flatten();
            spare.unwrap_or_else(|| Decompress::new(false))
        })
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        if let Some(inflate) = self.0.take() {
            // At the end of a thread there is no next input.
            let _ = SPARE.try_with(|spare| spare.set(Some(inflate)));
        }
    }
}
