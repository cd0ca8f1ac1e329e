//! The frames that pprof removes from every legacy text, by what it is about
//! (legacy_profile.go: addLegacyFrameInfo). The runtime itself leaves its own out of its protobuf.

use crate::assembler::ProfileMaker;

/// Patterns of frames, each to be matched with a whole name.
pub(super) struct Frames {
    drop: &'static [&'static str],
    keep: &'static [&'static str],
}

impl Frames {
    /// Makes them those of a profile.
    pub(super) fn set(&self, maker: &mut ProfileMaker) {
        let (drop, keep) = (self.drop.join("|"), self.keep.join("|"));
        maker.set_frame_patterns(drop.as_bytes(), keep.as_bytes());
    }
}

/// Frames of allocators, in heaps. Those of Go that are neither first nor last stay.
pub(super) const ALLOCATORS: Frames = Frames {
    drop: &[
        "calloc",
        "cfree",
        "malloc",
        "free",
        "memalign",
        "do_memalign",
        "(__)?posix_memalign",
        "pvalloc",
        "valloc",
        "realloc",
        "tcmalloc::.*",
        "tc_calloc",
        "tc_cfree",
        "tc_malloc",
        "tc_free",
        "tc_memalign",
        "tc_posix_memalign",
        "tc_pvalloc",
        "tc_valloc",
        "tc_realloc",
        "tc_new",
        "tc_delete",
        "tc_newarray",
        "tc_deletearray",
        "tc_new_nothrow",
        "tc_newarray_nothrow",
        "malloc_zone_malloc",
        "malloc_zone_calloc",
        "malloc_zone_valloc",
        "malloc_zone_realloc",
        "malloc_zone_memalign",
        "malloc_zone_free",
        r"runtime\..*",
        "BaseArena::.*",
        "(::)?do_malloc_no_errno",
        "(::)?do_malloc_pages",
        "(::)?do_malloc",
        "DoSampledAllocation",
        "MallocedMemBlock::MallocedMemBlock",
        "_M_allocate",
        "__builtin_(vec_)?delete",
        "__builtin_(vec_)?new",
        "__gnu_cxx::new_allocator::allocate",
        "__libc_malloc",
        "__malloc_alloc_template::allocate",
        "allocate",
        "cpp_alloc",
        r"operator new(\[\])?",
        "simple_alloc::allocate",
    ],
    keep: &[
        r"runtime\.panic",
        r"runtime\.reflectcall",
        r"runtime\.call[0-9]*",
    ],
};

/// Frames of locks, in contention.
pub(super) const LOCKS: Frames = Frames {
    drop: &[
        "RecordLockProfileData",
        "(base::)?RecordLockProfileData.*",
        "(base::)?SubmitMutexProfileData.*",
        "(base::)?SubmitSpinLockProfileData.*",
        "(base::Mutex::)?AwaitCommon.*",
        "(base::Mutex::)?Unlock.*",
        "(base::Mutex::)?UnlockSlow.*",
        "(base::Mutex::)?ReaderUnlock.*",
        "(base::MutexLock::)?~MutexLock.*",
        "(Mutex::)?AwaitCommon.*",
        "(Mutex::)?Unlock.*",
        "(Mutex::)?UnlockSlow.*",
        "(Mutex::)?ReaderUnlock.*",
        "(MutexLock::)?~MutexLock.*",
        "(SpinLock::)?Unlock.*",
        "(SpinLock::)?SlowUnlock.*",
        "(SpinLockHolder::)?~SpinLockHolder.*",
    ],
    keep: &[],
};

/// Frames of a CPU profiler, in everything else.
pub(super) const PROFILER: Frames = Frames {
    drop: &[
        "ProfileData::Add",
        "ProfileData::prof_handler",
        "CpuProfiler::prof_handler",
        "__pthread_sighandler",
        "__restore",
    ],
    keep: &[],
};
