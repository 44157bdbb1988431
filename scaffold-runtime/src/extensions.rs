//! Values that interceptors leave for one another and for handlers.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;

/// A map with one value for each type. Empty, it allocates nothing.
///
/// ```
/// let mut extensions = scaffold_runtime::Extensions::new();
/// extensions.insert(42u32);
/// assert_eq!(extensions.get::<u32>(), Some(&42));
/// assert_eq!(extensions.get::<u64>(), None);
/// ```
#[derive(Default)]
pub struct Extensions {
    #[allow(
        clippy::box_collection,
        reason = "requests are moved often, and nearly all have no extensions"
    )]
    map: Option<Box<HashMap<TypeId, Slot>>>,
}

struct Slot {
    type_name: &'static str,
    value: Box<dyn Any + Send + Sync>,
}

// === impl Extensions ===

impl Extensions {
    /// An empty map.
    pub const fn new() -> Extensions {
        Extensions { map: None }
    }

    /// Sets the value of this type, and returns the one before.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) -> Option<T> {
        let slot = Slot {
            type_name: type_name::<T>(),
            value: Box::new(value),
        };
        let old = self
            .map
            .get_or_insert_default()
            .insert(TypeId::of::<T>(), slot)?;
        old.value.downcast().ok().map(|value| *value)
    }

    /// The value of this type.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.map
            .as_ref()?
            .get(&TypeId::of::<T>())?
            .value
            .downcast_ref()
    }

    /// The value of this type, to change.
    pub fn get_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.map
            .as_mut()?
            .get_mut(&TypeId::of::<T>())?
            .value
            .downcast_mut()
    }

    /// Takes the value of this type out.
    pub fn remove<T: 'static>(&mut self) -> Option<T> {
        let slot = self.map.as_mut()?.remove(&TypeId::of::<T>())?;
        slot.value.downcast().ok().map(|value| *value)
    }
}

/// Shows the types: values may be secrets.
impl std::fmt::Debug for Extensions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let slots = self.map.iter().flat_map(|map| map.values());
        f.debug_set()
            .entries(slots.map(|slot| slot.type_name))
            .finish()
    }
}
