//! A program of made-up packages, functions and call paths.

use crate::random::{scale, trait_of};
use crate::shape::Shape;

/// A made-up program: which call site calls which, and what each looks like. Nothing is stored;
/// every answer is computed from the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    seed: u64,
    locations: u32,
    functions: u32,
}

/// A line of a location.
pub(crate) struct SourceLine {
    pub(crate) function: u32,
    pub(crate) line: u64,
}

/// The names of a function.
pub(crate) struct FunctionText {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) start_line: u64,
}

/// Depths that have call sites of their own.
const LAYERS: u32 = 56;

/// Small allocations are the most frequent (runtime/sizeclasses.go).
const SIZES: [i64; 16] = [
    16, 32, 48, 64, 24, 96, 128, 32, 208, 256, 48, 512, 1024, 2048, 8192, 65536,
];

impl Program {
    pub(crate) fn new(seed: u64, shape: &Shape) -> Self {
        Self {
            seed,
            locations: shape.locations.max(1),
            functions: shape.functions.max(1),
        }
    }

    /// The call site reached by the `choice`-th call of `caller` when that is `depth` frames from
    /// the root. Each depth has sites of its own, so that likely calls do not run in circles, and
    /// some of those are reached from many places: scaling twice favours low numbers.
    pub(crate) fn callee(&self, caller: u32, depth: usize, choice: u32) -> u32 {
        let place = self.number(u64::from(choice) << 32, caller);
        let width = (self.locations / LAYERS).max(1);
        let in_layer = scale(place, scale(place.rotate_left(32), width) + 1);
        let layer = depth as u32 % LAYERS;
        (layer * width + in_layer) % self.locations
    }

    /// Bytes of the object that a site allocates.
    pub(crate) fn size(&self, location: u32, variant: u32) -> i64 {
        let at = self.number(1, location).wrapping_add(u64::from(variant)) % SIZES.len() as u64;
        SIZES.get(at as usize).copied().unwrap_or(16)
    }

    /// The lines of a call site, innermost inlined function first: mostly one, some two or three.
    pub(crate) fn lines(&self, location: u32) -> impl Iterator<Item = SourceLine> + use<> {
        let program = *self;
        let count = match program.number(2, location) % 10 {
            0 => 3,
            1 | 2 => 2,
            _ => 1,
        };
        (0..count).map(move |inner| {
            let number = program.number(3 + inner, location);
            let function = scale(number, program.functions);
            SourceLine {
                function,
                line: program.start_line(function) + number % 60,
            }
        })
    }

    pub(crate) fn address(&self, location: u32) -> u64 {
        0x40_0000 + 61 * u64::from(location)
    }

    pub(crate) fn function(&self, function: u32) -> FunctionText {
        let package = function / 12;
        let name = match function % 3 {
            0 => format!("example.com/shop/package{package}.Do{function}"),
            1 => format!("example.com/shop/package{package}.(*Type{function}).Handle"),
            _ => format!("example.com/shop/package{package}.Load{function}.func1"),
        };
        FunctionText {
            name,
            file: format!("/src/shop/package{package}/file{}.go", function % 12 / 4),
            start_line: self.start_line(function),
        }
    }

    fn start_line(&self, function: u32) -> u64 {
        10 + u64::from(function % 4) * 100
    }

    fn number(&self, topic: u64, location: u32) -> u64 {
        trait_of(self.seed.wrapping_add(topic), u64::from(location))
    }
}
