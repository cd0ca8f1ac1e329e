//! How large a generated profile is, and how deep its stacks are.

/// How large a generated profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Samples.
    pub samples: u64,
    /// Call sites of the program; only those that a sample reaches are written.
    pub locations: u32,
    /// Functions of the program; likewise.
    pub functions: u32,
    /// The fewest frames of a stack; the most are twice as many, so that a stack has one and a
    /// half times as many on average.
    pub depth: u32,
}

impl Shape {
    /// 0.1 MB uncompressed.
    pub const K100: Shape = Shape::new(1_300, 900, 400, 27);
    /// 1 MB uncompressed.
    pub const M1: Shape = Shape::new(11_500, 3_000, 900, 27);
    /// 5 MB uncompressed.
    pub const M5: Shape = Shape::new(57_500, 6_000, 1_700, 27);
    /// 10 MB uncompressed.
    pub const M10: Shape = Shape::new(115_000, 8_000, 2_200, 27);
    /// 100 MB uncompressed.
    pub const M100: Shape = Shape::new(1_120_000, 12_000, 3_000, 27);
    /// 300 MB uncompressed.
    pub const M300: Shape = Shape::new(3_400_000, 20_000, 5_000, 27);

    const fn new(samples: u64, locations: u32, functions: u32, depth: u32) -> Self {
        Self {
            samples,
            locations,
            functions,
            depth,
        }
    }
}

/// Who wrote the profile, which shows in the order of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The Go runtime: each location and its new functions just before the first sample that
    /// needs them, strings last (runtime/pprof/proto.go).
    Go,
    /// google/pprof: by field number, so samples before what they refer to (profile/encode.go).
    Canonical,
}

impl Order {
    /// The name on the command line and in file names: `go`, `canon`.
    pub fn name(self) -> &'static str {
        match self {
            Order::Go => "go",
            Order::Canonical => "canon",
        }
    }

    /// The order of that name.
    pub fn from_name(name: &str) -> Option<Order> {
        [Order::Go, Order::Canonical]
            .into_iter()
            .find(|order| order.name() == name)
    }
}
