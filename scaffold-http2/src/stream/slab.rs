//! Slots, reused as soon as they are free.

use super::{Slot, Stream};

/// End of a list.
const NIL: u32 = u32::MAX;

/// Open streams. It grows to the highest number that were ever open at once
/// and never beyond the limit the caller keeps.
#[derive(Debug)]
pub(crate) struct Slab {
    slots: Vec<Slot>,
    free: u32,
    live: u32,
}

impl Slab {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: NIL,
            live: 0,
        }
    }

    /// How many streams are open.
    #[inline]
    pub(crate) fn live(&self) -> u32 {
        self.live
    }

    /// Opens a slot for `id`. All its fields are as new.
    pub(crate) fn insert(&mut self, id: u32) -> Stream {
        debug_assert!(id != 0);
        self.live += 1;
        let index = match self.free {
            NIL => {
                self.slots.push(Slot::new());
                self.slots.len() as u32 - 1
            }
            index => {
                self.free = self.slots[index as usize].next;
                index
            }
        };
        self.slots[index as usize].id = id;
        Stream { index, id }
    }

    /// Closes a slot.
    pub(crate) fn remove(&mut self, stream: Stream) {
        let slot = &mut self.slots[stream.index as usize];
        debug_assert_eq!(slot.id, stream.id);
        slot.recycle();
        slot.next = self.free;
        self.free = stream.index;
        self.live -= 1;
    }

    /// The slot of a handle, unless its stream is over.
    #[inline]
    pub(crate) fn get(&self, stream: Stream) -> Option<&Slot> {
        let slot = self.slots.get(stream.index as usize)?;
        (slot.id == stream.id).then_some(slot)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, stream: Stream) -> Option<&mut Slot> {
        let slot = self.slots.get_mut(stream.index as usize)?;
        (slot.id == stream.id).then_some(slot)
    }

    /// The handle of an index that is known to be open.
    #[inline]
    pub(crate) fn handle(&self, index: u32) -> Stream {
        Stream {
            index,
            id: self.slots[index as usize].id,
        }
    }

    #[inline]
    pub(crate) fn at(&mut self, index: u32) -> &mut Slot {
        &mut self.slots[index as usize]
    }

    /// All open streams by index; what is removed on the way is skipped.
    pub(crate) fn next_live(&self, from: usize) -> Option<Stream> {
        let rest = self.slots.get(from..)?;
        let ahead = rest.iter().position(|slot| slot.id != 0)?;
        Some(self.handle((from + ahead) as u32))
    }

    /// Bytes of memory held, payload in the queues not counted.
    pub(crate) fn memory(&self) -> usize {
        let queues: usize = self.slots.iter().map(|slot| slot.queue.memory()).sum();
        self.slots.capacity() * size_of::<Slot>() + queues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_handle_reaches_nothing() {
        let mut slab = Slab::new();
        let first = slab.insert(1);
        slab.at(first.index).tag = 9;
        slab.remove(first);
        assert!(slab.get(first).is_none());
        let second = slab.insert(3);
        assert_eq!(second.index, first.index);
        assert!(slab.get(first).is_none());
        assert_eq!(slab.get(second).map(|slot| slot.tag), Some(0));
        assert_eq!(slab.live(), 1);
    }

    #[test]
    fn walks_over_holes() {
        let mut slab = Slab::new();
        let streams: Vec<_> = [1, 3, 5].map(|id| slab.insert(id)).into();
        slab.remove(streams[1]);
        assert_eq!(slab.next_live(0), Some(streams[0]));
        assert_eq!(slab.next_live(1), Some(streams[2]));
        assert_eq!(slab.next_live(3), None);
    }
}
