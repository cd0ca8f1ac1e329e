//! Writes a goroutine dump for benchmarks, in the form of debug=2.
//!
//! ```text
//! cargo run --release --example gen_goroutines -- 1000000 > dump.txt
//! ```
//!
//! Nine of ten goroutines have one of 500 stacks, the others a stack of their own; stacks have 4
//! to 10 frames. The same count gives the same bytes.

use std::io::{self, BufWriter, Write};

const HOT: u64 = 500;

#[allow(
    clippy::disallowed_methods,
    reason = "a program: it has arguments and a standard output"
)]
fn main() -> io::Result<()> {
    let count = std::env::args().nth(1).and_then(|n| n.parse().ok());
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write_dump(&mut out, count.unwrap_or(10_000))?;
    out.flush()
}

/// Writes `count` goroutines.
fn write_dump(out: &mut impl Write, count: u64) -> io::Result<()> {
    let mut random = Random(1);
    for id in 1..=count {
        let stack = match random.below(10) {
            0 => HOT + id,
            _ => random.below(HOT),
        };
        write_goroutine(out, id, stack, &mut random)?;
    }
    Ok(())
}

fn write_goroutine(
    out: &mut impl Write,
    id: u64,
    stack: u64,
    random: &mut Random,
) -> io::Result<()> {
    const STATES: [&str; 4] = ["chan receive", "select", "IO wait", "sync.Mutex.Lock"];
    let mut shape = Random(stack.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let state = STATES.get(shape.below(4) as usize).unwrap_or(&"running");
    writeln!(out, "goroutine {id} [{state}, {} minutes]:", stack % 7 + 1)?;
    let depth = 4 + shape.below(7);
    for _ in 0..depth {
        write_frame(out, shape.below(3000), random)?;
    }
    let parent = random.below(1000) + 1;
    let package = shape.below(40);
    writeln!(
        out,
        "created by example.com/company/service/internal/package{package}.(*Server).Start \
         in goroutine {parent}\n\
         \t/home/builder/go/src/example.com/company/service/internal/package{package}/server.go:{} \
         +0x1d4\n",
        100 + package
    )
}

fn write_frame(out: &mut impl Write, frame: u64, random: &mut Random) -> io::Result<()> {
    let package = frame % 40;
    let arguments = 0xc000_0000_0000 + random.below(1 << 32);
    writeln!(
        out,
        "example.com/company/service/internal/package{package}.(*Handler{frame}).process\
         ({arguments:#x}, {{{:#x}, 0x10}})\n\
         \t/home/builder/go/src/example.com/company/service/internal/package{package}/file{}.go:{} \
         +{:#x}",
        arguments + 64,
        frame % 11,
        frame + 20,
        16 + frame % 900,
    )
}

/// Numbers that are the same each time (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
