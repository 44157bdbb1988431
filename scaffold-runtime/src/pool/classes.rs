//! Size classes and the free lists of a thread.

use std::cell::RefCell;

/// Capacities of the classes, in bytes. What is longer than the last is not
/// kept: one big message must not make the process big for ever.
pub(super) const CLASSES: [usize; 6] = [
    512,
    2 * 1024,
    8 * 1024,
    16 * 1024 + 64,
    64 * 1024,
    256 * 1024,
];

/// How many bytes of a class a thread keeps at most.
const KEPT_BYTES: usize = 1024 * 1024;

/// How many buffers of a class a thread keeps at most.
const KEPT_BUFFERS: usize = 128;

/// How many bytes a thread keeps at most.
pub(crate) const KEPT: usize = CLASSES.len() * KEPT_BYTES;

/// A free list for each class.
#[derive(Default)]
struct Lists {
    free: [Vec<Vec<u8>>; CLASSES.len()],
}

thread_local! {
    static LISTS: RefCell<Lists> = RefCell::default();
}

/// The smallest class with this capacity.
fn class_of(capacity: usize) -> Option<usize> {
    CLASSES.iter().position(|&class| class >= capacity)
}

/// A kept buffer with at least this capacity; empty. The error is the capacity
/// to allocate instead.
pub(super) fn pop(capacity: usize) -> Result<Vec<u8>, usize> {
    let Some(class) = class_of(capacity) else {
        return Err(capacity);
    };
    // A thread that ends has no lists any more.
    let kept = LISTS.try_with(|lists| lists.borrow_mut().free[class].pop());
    kept.ok().flatten().ok_or(CLASSES[class])
}

/// Keeps a buffer, or frees it.
pub(super) fn push(mut buffer: Vec<u8>) {
    let Some(class) = CLASSES.iter().position(|&class| class == buffer.capacity()) else {
        return;
    };
    buffer.clear();
    let _ = LISTS.try_with(|lists| {
        let list = &mut lists.borrow_mut().free[class];
        if list.len() < (KEPT_BYTES / CLASSES[class]).clamp(1, KEPT_BUFFERS) {
            list.push(buffer);
        }
    });
}
