//! What this thread has used so far.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// CPU time and allocations of one thread.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) nanos: u64,
    pub(crate) allocations: u64,
}

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() {
    // A thread that ends counts no more.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// === impl Cost ===

impl Cost {
    pub(crate) fn now() -> Self {
        // Nanoseconds on a CPU, then waiting for one, then slices (Linux,
        // Documentation/scheduler/sched-stats.rst).
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        let nanos = text.split(' ').next().and_then(|word| word.parse().ok());
        Self {
            nanos: nanos.unwrap_or(0),
            allocations: COUNT.get(),
        }
    }

    pub(crate) fn until_now(self) -> Self {
        let now = Self::now();
        Self {
            nanos: now.nanos - self.nanos,
            allocations: now.allocations - self.allocations,
        }
    }
}

// SAFETY: every call goes to the system allocator with the arguments it came
// with; counting touches no memory but the thread's counter.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
