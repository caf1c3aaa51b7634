//! What stands over a column of labels that has no header: looked for once, however long the column is.

use crate::cell::CellRef;
use crate::form::heading;
use crate::hash::HashMap;
use crate::workbook::Sheet;

/// Where the texts without a gap over the last label of each column begin: the label's row, and the first.
#[derive(Default)]
pub(super) struct Tops(HashMap<u32, (u32, u32)>);

impl Tops {
    /// Whether a column of labels is headed as no figures: 基准 beside a form. Labels come row by row.
    pub(super) fn are_aside(&mut self, sheet: &Sheet, label: CellRef) -> bool {
        let known = self.0.get(&label.col).copied();
        let mut top = label.row;
        while let Some(up) = top.checked_sub(1) {
            if let Some((_, first)) = known.filter(|(row, _)| *row == up) {
                top = first;
                break;
            }
            if sheet.text(CellRef::new(up, label.col)).is_none() {
                break;
            }
            top = up;
        }
        self.0.insert(label.col, (label.row, top));
        let head = sheet.text(CellRef::new(top, label.col)).filter(|_| top < label.row);
        head.is_some_and(|head| heading::is_beside(&crate::text::compact(head)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbook::{Cell, Value};

    #[test]
    fn a_column_is_headed_by_the_first_text_over_it() {
        let mut sheet = Sheet::default();
        for (row, text) in
            [(0, "基准"), (1, "甲"), (2, "乙"), (3, "丙"), (5, "丁"), (6, "戊"), (7, "基准")]
        {
            let value = Value::Text(text.to_owned());
            sheet.cells.insert(CellRef::new(row, 2), Cell { value, ..Cell::default() });
        }
        let mut tops = Tops::default();
        let found: Vec<bool> =
            [1, 2, 3, 5, 6, 7].map(|row| tops.are_aside(&sheet, CellRef::new(row, 2))).into();
        // Nothing stands over 丁, and 丁 over what follows it.
        assert_eq!(found, [true, true, true, false, false, false]);
        // A label that is not asked for does not part the column.
        assert!(Tops::default().are_aside(&sheet, CellRef::new(3, 2)));
    }
}
