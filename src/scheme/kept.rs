//! What other rooms make of a scheme, made once and kept with it.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Things made of a scheme, one of each type. They are made on first use, so the scheme must be as it
/// is to stay by then; a clone starts without them.
#[derive(Default)]
pub struct Kept(RwLock<Vec<Arc<dyn Any + Send + Sync>>>);

impl Kept {
    /// The thing of this type.
    pub fn get<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let found = {
            let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
            kept.iter().find_map(|one| Arc::clone(one).downcast::<T>().ok())
        };
        found.unwrap_or_else(|| {
            // Two threads may both make it: the same twice.
            let made = Arc::new(make());
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            kept.push(Arc::clone(&made) as _);
            made
        })
    }
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_made_once_and_a_clone_makes_its_own() {
        let kept = Kept::default();
        assert_eq!(*kept.get(|| 1u8), 1);
        assert_eq!(*kept.get(|| "a".to_owned()), "a");
        assert_eq!(*kept.get(|| 2u8), 1);
        assert_eq!(*kept.get(|| "b".to_owned()), "a");
        assert_eq!(*kept.clone().get(|| 2u8), 2);
    }
}
