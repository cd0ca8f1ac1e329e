//! Whole numbers in as few bytes as they take: most are small.

/// Writes a number that is often small.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Writes a number that is often near 0.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, value: i128) {
    put_number(bytes, ((value << 1) ^ (value >> 127)) as u128);
}

/// Reads what [`put_number`] wrote; what is no such number is 0.
pub(crate) fn number(bytes: &mut &[u8]) -> u128 {
    let (mut value, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        value |= u128::from(byte & 0x7f) << shift;
        shift = (shift + 7).min(126);
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

/// Reads what [`put_signed`] wrote.
pub(crate) fn signed(bytes: &mut &[u8]) -> i128 {
    let value = number(bytes);
    (value >> 1) as i128 ^ -((value & 1) as i128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        let values = [
            0,
            1,
            -1,
            63,
            64,
            -64,
            i128::from(i64::MAX) * 3,
            i128::MAX,
            i128::MIN,
        ];
        let mut bytes = Vec::new();
        for value in values {
            put_signed(&mut bytes, value);
        }
        put_number(&mut bytes, u128::MAX);
        let mut rest = bytes.as_slice();
        assert_eq!(values.map(|_| signed(&mut rest)), values);
        assert_eq!(number(&mut rest), u128::MAX);
        assert!(rest.is_empty());
    }

    #[test]
    fn small_ones_take_a_byte() {
        let mut bytes = Vec::new();
        put_signed(&mut bytes, -64);
        put_number(&mut bytes, 127);
        assert_eq!(bytes.len(), 2);
    }
}
