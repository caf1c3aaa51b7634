//! Codes of findings that another room than the one that gives them looks for.

/// The figures are of another month than the form.
pub const MONTH_DIFFERS: &str = "month-differs";

/// A workbook or a result is of another month than was asked for.
pub const OTHER_MONTH: &str = "other-month";

/// No scheme fits.
pub const NO_SCHEME: &str = "no-scheme";

/// A mark was not given yet.
pub const MARK_BLANK: &str = "mark-blank";

/// The cell of a figure is empty.
pub const METRIC_BLANK: &str = "metric-blank";

/// A figure stands nowhere.
pub const METRIC_MISSING: &str = "metric-missing";

/// What stands for a figure is no number.
pub const METRIC_NOT_A_NUMBER: &str = "metric-not-a-number";

/// A workbook without a month has another than the one asked for in its file's name.
pub const FILE_OF_OTHER_MONTH: &str = "file-of-other-month";

/// Somebody else has the same staff number, or the same person another department.
pub const NUMBER_OF_SEVERAL: &str = "number-of-several";

/// One row of figures was taken for the forms of several people.
pub const ROW_OF_SEVERAL: &str = "row-of-several";

/// A person is scored in two workbooks.
pub const PERSON_TWICE: &str = "person-in-two-workbooks";

/// An item's score is many times its points.
pub const SCORE_FAR_ABOVE: &str = "score-far-above";

/// A total has no cell to fill.
pub const TOTAL_NO_CELL: &str = "total-no-cell";

/// A row looks like a total that is not known.
pub const TOTAL_UNKNOWN: &str = "total-unknown";

/// A figure is in another unit than its own.
pub const FIGURE_UNIT: &str = "figure-unit";

/// There is a file where the result would be written.
pub const OUTPUT_EXISTS: &str = "output-exists";
