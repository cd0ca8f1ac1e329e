//! Public types can be printed and moved between threads.

use std::fmt::Debug;

use heapwise_decode::*;

fn check<T: Debug + Send + Sync + ?Sized>() {}

#[test]
fn public_types_are_debug_send_and_sync() {
    check::<Encoding>();
    check::<Error>();
    check::<ErrorKind>();
    check::<Flow>();
    check::<Function>();
    check::<FunctionIndex>();
    check::<GcClock>();
    check::<GcCpu>();
    check::<GcCycle>();
    check::<GcTraceLine<'static>>();
    check::<GcTraceNotes>();
    check::<Label>();
    check::<LabelValue>();
    check::<Labels<'static>>();
    check::<Limits>();
    check::<Line>();
    check::<Location<'static>>();
    check::<LocationIndex>();
    check::<MadeLabel>();
    check::<Mapping>();
    check::<MappingIndex>();
    check::<Profile>();
    check::<ProfileBuilder>();
    check::<ProfileKind>();
    check::<ProfileMaker>();
    check::<Sample<'static>>();
    check::<Stage>();
    check::<StringIndex>();
    check::<SymbolFlags>();
    check::<Tables>();
    check::<ValueType>();
}

#[test]
fn errors_are_errors() {
    fn check<T: std::error::Error + Send + Sync + Clone + Eq + 'static>() {}
    check::<Error>();
}
