//! What bands are worth.

use super::{Band, Got};

/// How the bands of a chain score.
pub(super) struct Worth {
    /// Whether they take points.
    pub(super) taken: bool,
    /// Whether they are factors.
    pub(super) factor: bool,
    /// Whether they score out of 100, and the item does not.
    pub(super) hundred: bool,
    /// The item's points.
    points: f64,
}

impl Worth {
    /// How bands of an item of so many points score.
    pub(super) fn new(bands: &[Band], points: f64) -> Self {
        let tops = bands.iter().filter_map(|b| match b.got {
            Got::Points(p) => Some(p),
            _ => None,
        });
        Self {
            taken: bands.iter().any(|b| matches!(b.got, Got::Taken(_))),
            factor: bands.iter().any(|b| matches!(b.got, Got::Factor(_))),
            hundred: tops.fold(0.0, f64::max) == 100.0 && points != 100.0,
            points,
        }
    }

    /// What a band is worth.
    pub(super) fn of(&self, got: Got) -> f64 {
        match got {
            Got::Points(p) | Got::Factor(p) => p,
            Got::Taken(p) => -p,
            Got::Full if self.taken => 0.0,
            Got::Full if self.factor => 1.0,
            Got::Full if self.hundred => 100.0,
            Got::Full => self.points,
            // Where the others take points, nothing is left.
            Got::Nothing if self.taken => -self.points,
            Got::Nothing => 0.0,
        }
    }
}
