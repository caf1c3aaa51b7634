//! Charts.

use super::Colour;
use crate::cell::CellRef;

/// What a chart draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Upright columns.
    Column,
    /// Lying bars.
    Bar,
    /// Lines.
    Line,
    /// Filled areas.
    Area,
    /// A pie.
    Pie,
    /// A ring, with the size of its hole in percent.
    Doughnut(u16),
    /// Points of two values.
    Scatter,
    /// A net.
    Radar,
    /// A filled net.
    RadarFilled,
}

/// How the series of a chart stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stacking {
    /// Side by side.
    #[default]
    Beside,
    /// On top of each other.
    Stacked,
    /// On top of each other, as shares of the whole.
    Percent,
}

/// A point's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marker {
    /// 0 none, 1 square … 9 plus ([MS-XLS] 2.4.172).
    pub kind: u16,
    /// Its colour, where it is not the line's.
    pub colour: Colour,
    /// Points.
    pub size: u8,
}

/// A series of a chart; references as in formulas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// The cell that names it.
    pub name: Option<String>,
    /// Its name as words.
    pub title: Option<String>,
    /// Where its values stand.
    pub values: Option<String>,
    /// Where its categories stand.
    pub categories: Option<String>,
    /// Colour of its columns or areas.
    pub fill: Colour,
    /// Colour of its lines.
    pub line: Colour,
    /// No line joins its points.
    pub no_line: bool,
    /// Its points' mark, where one is set.
    pub marker: Option<Marker>,
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of Excel's chart dialogs")]
pub struct Chart {
    /// What it draws.
    pub kind: Option<ChartKind>,
    /// How its series stand together.
    pub stacking: Stacking,
    /// In three dimensions.
    pub solid: bool,
    /// Its series.
    pub series: Vec<Series>,
    /// Colour of the frame around it, where one is set.
    pub frame: Colour,
    /// Title.
    pub title: Option<String>,
    /// Title of the axis of categories.
    pub category_title: Option<String>,
    /// Title of the axis of values.
    pub value_title: Option<String>,
    /// Where the legend stands: 0 below, 1 corner, 2 above, 3 right, 4 left; none without one.
    pub legend: Option<u8>,
    /// Least value shown, where set.
    pub least: Option<f64>,
    /// Greatest value shown, where set.
    pub most: Option<f64>,
    /// Values run the other way.
    pub values_reversed: bool,
    /// Categories run the other way.
    pub categories_reversed: bool,
    /// Gridlines of the values.
    pub gridlines: bool,
    /// Gap between groups of columns, percent of a column.
    pub gap: u16,
    /// How far columns overlap, percent.
    pub overlap: i8,
    /// Where it stands, as [`super::Picture::from`].
    pub from: Option<(CellRef, f64, f64)>,
    /// As [`super::Picture::to`].
    pub to: Option<(CellRef, f64, f64)>,
    /// As [`super::Picture::movement`].
    pub movement: u8,
}
