//! Decides what two profiles, or two sets of them, say about a change: how much work each covers, the
//! difference of each site with its verdict, and whether claims hold.

pub(crate) mod advice;
pub(crate) mod diff;
pub(crate) mod plan;
pub(crate) mod time;
pub(crate) mod verify;
pub(crate) mod work;
