//! Conditional formats.

use super::{Borders, Colour, Fill, NumberFormat};
use crate::cell::Range;

/// The parts of a look that a condition changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Bold or not.
    pub bold: Option<bool>,
    /// Italic or not.
    pub italic: Option<bool>,
    /// Struck through or not.
    pub strike: Option<bool>,
    /// Underline.
    pub underline: Option<u8>,
    /// Colour of the letters.
    pub colour: Colour,
    /// Filling.
    pub fill: Option<Fill>,
    /// Sides of the border that change.
    pub borders: Option<Borders>,
    /// Number format.
    pub format: Option<NumberFormat>,
}

/// A conditional format.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Its cells; references in formulas count from the upper left of all of them.
    pub ranges: Vec<Range>,
    /// When it holds, or how it draws.
    pub rule: Rule,
    /// What changes where it holds.
    pub change: Change,
}

/// When a conditional format holds; the last two draw by the value instead.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// A comparison, numbered as in [`super::Validation::operator`], with one or two formulas.
    Compare(u8, String, String),
    /// A formula that is true.
    Formula(String),
    /// A text.
    Text(TextTest, String),
    /// A value that stands more than once, or only once.
    Repeated {
        /// Only once.
        once: bool,
    },
    /// Among the first or last so many values.
    Rank {
        /// So many, or so many percent.
        count: u16,
        /// Percent.
        percent: bool,
        /// The last.
        bottom: bool,
    },
    /// Against the average of all.
    Average(Average),
    /// Two or three colours and those between them.
    Scale(Vec<Stop>),
    /// A bar in the cell.
    Bar {
        /// Its colour.
        colour: u32,
        /// Value of the shortest bar.
        least: Limit,
        /// Value of the longest bar.
        most: Limit,
    },
}

/// How a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTest {
    /// It has the words.
    Has,
    /// It has not.
    HasNot,
    /// It begins with them.
    Begins,
    /// It ends with them.
    Ends,
}

/// A value against the average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Average {
    /// Above it, else below.
    pub above: bool,
    /// The average itself too.
    pub equal: bool,
}

/// A place on a scale of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// As the writer sees fit.
    Automatic,
    /// The least value of the cells.
    Least,
    /// The greatest value of the cells.
    Most,
    /// A number.
    Number(f64),
    /// A share of the way from least to greatest.
    Percent(f64),
    /// A share of the cells.
    Percentile(f64),
    /// A formula.
    Formula(String),
}

/// A colour of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Where.
    pub at: Limit,
    /// Which.
    pub colour: u32,
}
