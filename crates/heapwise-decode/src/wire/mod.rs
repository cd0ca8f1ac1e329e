//! Protobuf encoding: bytes split into fields, fields into the records of the format.

mod cursor;
mod fields;
mod records;
mod window;

pub(crate) use cursor::{Field, Fields, Payload, read_varint, varint_count};
pub(crate) use fields::{TopLevel, read_top_level};
#[cfg(test)]
pub(crate) use records::push_varint;
pub(crate) use records::{
    FunctionRecord, LabelRecord, LocationRecord, MappingRecord, SampleRecord, ValueTypeRecord,
};
