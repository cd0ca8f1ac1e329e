//! One small input of every legacy form, written for these tests.
#![allow(dead_code, reason = "every test binary uses a part of it")]

/// Texts.
pub(crate) const TEXTS: [&str; 14] = [
    "heap profile: 7: 5242880 [90: 9000] @ heap_v2/524288\n\
     3: 96 [5: 160] @ 0x400101 0x400201\n  \
     4: 5242784 [85: 8840] @ 0x400301 0x7f0000001001 0x9\n\
     0: 0 [0: 0] @ 0x400101\n\n\
     MAPPED_LIBRARIES:\n\
     build=/srv/app\n\
     00400000-00500000 r-xp 00000000 fd:01 1234 $build/bin/server\n\
     00500000-00600000 rw-p 00100000 fd:01 1234 $build/bin/server\n\
     7f0000000000-7f0000002000 r-xp 00000000 fd:01 77 /lib/libc-2.31.so\n\
     7f0000002000-7f0000004000 r-xp 00002000 fd:01 77 /lib/libc-2.31.so\n",
    "heap profile: 2: 64 [2: 64] @ heapprofile\n2: 64 [2: 64] @ 0x11 0x21 0x31\n",
    "heap profile:      1:     4096 [     9:    65536] @ heapz_v2/1\n\
     1:     4096 [     9:    65536] @ 0x400101 0x400201\n\
     --- Memory map: ---\n  00400000-00480000: /bin/app (@1000) 4c2f\n",
    "I0312 12:34:56.789 heap profile: 3: 403824 [56: 14446176] @ heap/1048576\n\
     -3: -300 [56: 14446176] @ 0x48e90c 0x493807\n1: 2304 [1: 2304] @ 0x48e90c\n",
    "heap profile: 1: 8192 [1: 8192] @ growthz\n1: 8192 [1: 8192] @ 0x400101 0x400201\n\
     MAPPED_LIBRARIES:\n00500000-00600000 r-xp 00100000 00:00 0 /bin/app\n",
    "heap profile: 1: 8192 [1: 8192] @ fragmentationz\n1: 8192 [0: 0] @ 0x1 x 0x2\n",
    "--- contentionz 1 ---\ncycles/second = 3201000000\nsampling period = 100\n\
     ms since reset = 16502830\ndiscarded samples = 0\n\
     19490304 27 @ 0xbccc97 0xc61202 0x42ed5f\n       768 1 @ 0xbccc97 0xa42dc7\n\
     --- Memory map: ---\n  00400000-00fcb000: cppbench_server_main\n",
    "--- contention:\ncycles/second=0x40\n# why\n12345 @ 0x11\nwaits: 77 3 @ 0x11 and 0x21\n---\n",
    "# threads\n--- threadz 1 ---\n\n\
     --- Thread 7ff0a1b2c700 (name: main/14719) stack: ---\n  PC: 0x0000004006e8 helper\n  \
     0x0000004006e8 0x0000004a1b2c main\n\
     --- Thread 7ff0a1b2d700 (name: pool/14720) stack: ---\n  [same as previous thread]\n\
     --- Thread 7ff0a1b2e700 (name: a b/1) stack: ---\n    0x00400101 0x00400201\n\
     --- Memory map: ---\n  00400000-00fcb000: /home/app\n",
    "--- Thread 7ff0 (name: x/1) stack: ---\n 0x11 0x21\n---- no stack trace for 1 thread\n\
     rest\nMAPPED_LIBRARIES:\n0-20 /a\n",
    "threadcreate profile: total 5\n3 @ 0x11 0x21\n# labels: {\"k\":\"v\"}\n\
     #\t0x20\tmain.inner+0x1\t\t/src/a.go:3\n\n012 @ 0x41\n--- Memory map: ---\n0-40 /x (@0) ab\n",
    "--- heapz 1 ---\nheap\nformat = java\n",
    "--- heapz 1 ---\nformat = java\nresolution = bytes\n      7048       58 @ 0x0003 0x000b 0x13\n\
     \n  64 4 @ 0x13 0xff\n 0x0003 com.example.F3 (source.java:38)\n 0x000b com.example.G (b.java:-2)\n \
     0x13 native (/usr/lib/libc.so)\n 0x14 unused\n 0x0003 com.example.F3 (other.java:39)\n",
    "--- contentionz 1 ---\nformat = java\nresolution = microseconds\nsampling period = 100\n\
     ms since reset = 6019923\n   1 1 @ 0x0003 0x0004\n  14 2 @ 0x0004\n\
     0x0003 generated stub/JIT\n 0x0004 VM\n",
];

/// How the words of a binary CPU profile are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    pub(crate) is_wide: bool,
    pub(crate) is_big: bool,
}

pub(crate) const WORDS: [Words; 4] = [
    Words {
        is_wide: false,
        is_big: false,
    },
    Words {
        is_wide: false,
        is_big: true,
    },
    Words {
        is_wide: true,
        is_big: false,
    },
    Words {
        is_wide: true,
        is_big: true,
    },
];

impl Words {
    /// Numbers as bytes.
    pub(crate) fn bytes(self, numbers: &[u64]) -> Vec<u8> {
        let number = |&number: &u64| -> Vec<u8> {
            match (self.is_wide, self.is_big) {
                (false, false) => (number as u32).to_le_bytes().to_vec(),
                (false, true) => (number as u32).to_be_bytes().to_vec(),
                (true, false) => number.to_le_bytes().to_vec(),
                (true, true) => number.to_be_bytes().to_vec(),
            }
        };
        numbers.iter().flat_map(number).collect()
    }

    /// A CPU profile of C++: two stacks with a signal handler, one that starts with its leaf twice.
    pub(crate) fn cpu(self) -> Vec<u8> {
        let mut words = vec![0, 3, 0, 10_000, 0];
        words.extend([3, 4, 0x40_0100, 0x99, 0x40_0100, 0x40_0201]);
        words.extend([1, 3, 0x40_0300, 0x99, 0x40_0201]);
        words.extend([0, 1, 0]);
        let map = "\n00400000-00fcb000 r-xp 00000000 00:00 0 /bin/app\n";
        [self.bytes(&words), map.as_bytes().to_vec()].concat()
    }

    /// A CPU profile of Java.
    pub(crate) fn java(self) -> Vec<u8> {
        let mut words = vec![0, 3, 1, 10_000, 0];
        words.extend([3, 2, 3, 11, 1, 1, 77]);
        words.extend([0, 1, 0]);
        let names = " 0x00000003 f (a.java:7)\n 0x0000000b g\n";
        [self.bytes(&words), names.as_bytes().to_vec()].concat()
    }
}

/// Every input.
pub(crate) fn all() -> Vec<Vec<u8>> {
    let texts = TEXTS.iter().map(|text| text.as_bytes().to_vec());
    let cpus = WORDS.iter().flat_map(|words| [words.cpu(), words.java()]);
    texts.chain(cpus).collect()
}
