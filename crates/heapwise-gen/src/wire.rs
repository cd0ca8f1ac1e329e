//! Protobuf writing. By hand, because a generated type would hold a whole profile.

/// Appends a field of wire type 0; left out when 0, as both writers of profiles do.
pub(crate) fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    if value != 0 {
        varint(out, field << 3);
        varint(out, value);
    }
}

/// Appends a field of wire type 2.
pub(crate) fn bytes(out: &mut Vec<u8>, field: u64, payload: &[u8]) {
    varint(out, (field << 3) | 2);
    varint(out, payload.len() as u64);
    out.extend_from_slice(payload);
}

pub(crate) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
