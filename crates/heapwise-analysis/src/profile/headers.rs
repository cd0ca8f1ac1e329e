//! Headers of many profiles, which keep once what they have in common.

use std::collections::HashSet;
use std::sync::Arc;

use super::header::{Header, ProgramHeader};

/// What headers have in common, each once: of thousands of profiles of one program, what each says for itself takes less
/// than a hundred bytes.
#[derive(Debug, Default)]
pub struct Headers {
    programs: HashSet<Arc<ProgramHeader>>,
    comments: HashSet<Arc<[String]>>,
}

impl Headers {
    /// The same header, which shares with those before it what it has in common with one of them.
    #[must_use]
    pub fn shared(&mut self, header: Header) -> Header {
        Header {
            program: once(&mut self.programs, header.program),
            comments: once(&mut self.comments, header.comments),
            ..header
        }
    }

    /// How many there are that differ in more than their times and remarks.
    pub fn count(&self) -> usize {
        self.programs.len()
    }
}

/// The one of a set that equals this one, which is in it afterwards.
fn once<T: Eq + std::hash::Hash + ?Sized>(known: &mut HashSet<Arc<T>>, one: Arc<T>) -> Arc<T> {
    match known.get(&one) {
        Some(same) => Arc::clone(same),
        None => {
            known.insert(Arc::clone(&one));
            one
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use heapwise_decode::Tables;

    use super::Headers;
    use crate::profile::header::Header;

    fn header(nanos: i64, remark: &str, note: &str) -> Header {
        let mut header = Header::of(&Tables::default());
        header.time_nanos = Some(nanos);
        header.comments = [remark.to_owned()].into();
        header.program_mut().notes.push(("note", note.to_owned()));
        header
    }

    #[test]
    fn what_is_equal_is_kept_once_whatever_the_time() {
        let mut headers = Headers::default();
        let all: Vec<Header> = (0..1000)
            .map(|at| headers.shared(header(at, "same", "same")))
            .collect();
        for (at, one) in all.iter().enumerate() {
            assert_eq!(*one, header(at as i64, "same", "same"));
            assert!(Arc::ptr_eq(&one.program, &all[0].program));
            assert!(Arc::ptr_eq(&one.comments, &all[0].comments));
        }
        assert_eq!(headers.count(), 1);
        assert!(size_of::<Header>() < 100, "{}", size_of::<Header>());
    }

    #[test]
    fn what_differs_stays_apart_and_a_change_of_one_is_of_no_other() {
        let mut headers = Headers::default();
        let mut one = headers.shared(header(1, "a", "same"));
        let other = headers.shared(header(1, "b", "same"));
        let third = headers.shared(header(1, "a", "other"));
        assert!(Arc::ptr_eq(&one.program, &other.program));
        assert!(Arc::ptr_eq(&one.comments, &third.comments));
        assert_eq!(headers.count(), 2);
        one.program_mut().notes.clear();
        assert_eq!(other, header(1, "b", "same"));
        assert_ne!(one, other);
    }
}
