//! Which profile the bytes of a fuzzer stand for: one whose parts mostly fit together, so that most
//! inputs get past the first check.

use arbitrary::{Result, Unstructured};

/// Names that a profile may have; some are special to pprof.
const NAMES: [&str; 24] = [
    "alloc_objects",
    "alloc_space",
    "inuse_objects",
    "inuse_space",
    "space",
    "bytes",
    "count",
    "goroutine",
    "samples",
    "nanoseconds",
    "main.main",
    "main.main.func1",
    "main.(*T[...]).run",
    "runtime.mallocgc",
    "runtime.main",
    "/src/main.go",
    "main.go",
    "/bin/app",
    "[vdso]",
    "request",
    "a b\tc",
    "\u{e4}",
    "std::vec::Vec<int>::push",
    "_ZN4main3runEv",
];

/// A profile in pprof's encoding (proto/profile.proto of google/pprof), made of `bytes`.
///
/// # Errors
///
/// Where there are too few bytes.
pub fn made_profile(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut made = Maker {
        bytes,
        out: Vec::new(),
        counts: Counts::default(),
    };
    made.profile()?;
    Ok(made.out)
}

/// How many of each part there are.
#[derive(Default)]
struct Counts {
    strings: u64,
    mappings: u64,
    functions: u64,
    locations: u64,
    types: u64,
}

struct Maker<'a, 'b> {
    bytes: &'a mut Unstructured<'b>,
    out: Vec<u8>,
    counts: Counts,
}

impl Maker<'_, '_> {
    fn profile(&mut self) -> Result<()> {
        self.strings()?;
        self.counts.types = self.few(3)?;
        // Of types with one name pprof drops all (profile/merge.go: commonSampleTypes).
        for at in 0..self.counts.types {
            let mut value_type = Vec::new();
            number(
                &mut value_type,
                1,
                1 + 4 * at + self.bytes.int_in_range(0..=3)?,
            );
            number(&mut value_type, 2, self.index(self.counts.strings)?);
            message(&mut self.out, 1, &value_type);
        }
        self.counts.mappings = self.few(2)?;
        for id in 1..=self.counts.mappings {
            let mapping = self.mapping(id)?;
            message(&mut self.out, 3, &mapping);
        }
        self.counts.functions = self.few(5)?;
        for id in 1..=self.counts.functions {
            let function = self.function(id)?;
            message(&mut self.out, 5, &function);
        }
        self.counts.locations = self.few(6)?;
        for id in 1..=self.counts.locations {
            let location = self.location(id)?;
            message(&mut self.out, 4, &location);
        }
        for _ in 0..self.few(8)? {
            let sample = self.sample()?;
            message(&mut self.out, 2, &sample);
        }
        self.rest()
    }

    fn strings(&mut self) -> Result<()> {
        message(&mut self.out, 6, b"");
        self.counts.strings = 1 + NAMES.len() as u64;
        for name in NAMES {
            message(&mut self.out, 6, name.as_bytes());
        }
        for _ in 0..self.few(2)? {
            let length = self.bytes.int_in_range(0..=12)?;
            let text = self.bytes.bytes(length)?.to_vec();
            message(&mut self.out, 6, &text);
            self.counts.strings += 1;
        }
        Ok(())
    }

    fn value_type(&mut self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        number(&mut out, 1, self.index(self.counts.strings)?);
        number(&mut out, 2, self.index(self.counts.strings)?);
        Ok(out)
    }

    fn mapping(&mut self, id: u64) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        number(&mut out, 1, self.mostly(id)?);
        number(&mut out, 2, self.value()?);
        number(&mut out, 3, self.value()?);
        number(&mut out, 4, self.value()?);
        number(&mut out, 5, self.index(self.counts.strings)?);
        number(&mut out, 6, self.index(self.counts.strings)?);
        for field in 7..=10 {
            number(&mut out, field, u64::from(self.bytes.arbitrary::<bool>()?));
        }
        Ok(out)
    }

    fn function(&mut self, id: u64) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        number(&mut out, 1, self.mostly(id)?);
        for field in 2..=4 {
            number(&mut out, field, self.index(self.counts.strings)?);
        }
        number(&mut out, 5, self.small()?);
        Ok(out)
    }

    fn location(&mut self, id: u64) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        number(&mut out, 1, self.mostly(id)?);
        number(&mut out, 2, self.index(self.counts.mappings + 1)?);
        number(&mut out, 3, self.value()?);
        for _ in 0..self.few(3)? {
            let mut line = Vec::new();
            number(&mut line, 1, self.index(self.counts.functions + 1)?);
            number(&mut line, 2, self.small()?);
            number(&mut line, 3, self.small()?);
            message(&mut out, 4, &line);
        }
        number(&mut out, 5, u64::from(self.bytes.arbitrary::<bool>()?));
        Ok(out)
    }

    fn sample(&mut self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let packed = self.bytes.arbitrary::<bool>()?;
        let mut stack = Vec::new();
        for _ in 0..self.few(5)? {
            stack.push(1 + self.index(self.counts.locations)?);
        }
        numbers(&mut out, 1, &stack, packed);
        let count = self.mostly(self.counts.types)?.min(8);
        let mut values = Vec::new();
        for _ in 0..count {
            // Sums that do not fit 64 bits wrap in pprof and are held wide here: not compared.
            values.push((self.value()? as i64 >> 10) as u64);
        }
        numbers(&mut out, 2, &values, packed);
        for _ in 0..self.few(2)? {
            let mut label = Vec::new();
            number(&mut label, 1, self.index(self.counts.strings)?);
            if self.bytes.arbitrary()? {
                number(&mut label, 2, self.index(self.counts.strings)?);
            } else {
                number(&mut label, 3, self.value()?);
                number(&mut label, 4, self.index(self.counts.strings)?);
            }
            message(&mut out, 3, &label);
        }
        Ok(out)
    }

    /// What stands once in a profile.
    fn rest(&mut self) -> Result<()> {
        for field in [7, 8, 14, 15] {
            if self.bytes.ratio(1, 4)? {
                let name = self.index(self.counts.strings)?;
                number(&mut self.out, field, name);
            }
        }
        for field in [9, 10, 12] {
            let value = self.value()?;
            number(&mut self.out, field, value);
        }
        if self.bytes.arbitrary()? {
            let period = self.value_type()?;
            message(&mut self.out, 11, &period);
        }
        for _ in 0..self.few(2)? {
            let comment = self.index(self.counts.strings)?;
            number(&mut self.out, 13, comment);
        }
        Ok(())
    }

    fn few(&mut self, most: u64) -> Result<u64> {
        self.bytes.int_in_range(0..=most)
    }

    fn small(&mut self) -> Result<u64> {
        self.bytes.int_in_range(0..=300)
    }

    /// A place in a table of `count`, rarely one past it.
    fn index(&mut self, count: u64) -> Result<u64> {
        let place = self.bytes.int_in_range(0..=count.saturating_sub(1))?;
        self.mostly(place)
    }

    /// `value`, rarely another.
    fn mostly(&mut self, value: u64) -> Result<u64> {
        Ok(if self.bytes.ratio(1, 64)? {
            self.bytes.int_in_range(0..=40)?
        } else {
            value
        })
    }

    /// Any value, mostly one of a size that profiles have.
    fn value(&mut self) -> Result<u64> {
        Ok(match self.bytes.int_in_range(0..=15_u8)? {
            0 => 0,
            1 => self.bytes.arbitrary()?,
            2 => self.bytes.arbitrary::<i32>()? as u64,
            _ => self.bytes.arbitrary::<u32>()? as u64 & 0x00ff_ffff,
        })
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    if value != 0 {
        varint(out, field << 3);
        varint(out, value);
    }
}

fn numbers(out: &mut Vec<u8>, field: u64, values: &[u64], packed: bool) {
    if packed && !values.is_empty() {
        let mut inner = Vec::new();
        values.iter().for_each(|&value| varint(&mut inner, value));
        message(out, field, &inner);
    } else {
        for &value in values {
            varint(out, field << 3);
            varint(out, value);
        }
    }
}

fn message(out: &mut Vec<u8>, field: u64, inner: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, inner.len() as u64);
    out.extend_from_slice(inner);
}
