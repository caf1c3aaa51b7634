//! Second opinions of one run. The workbooks of a month have their formulas in common, and of the counts
//! that these read most: what the calculator made of a formula and of the cells that it reads, it makes
//! of the same again. Nothing is known beyond the run.

use super::Written;
use super::closure::{Reads, touches};
use crate::cell::CellRef;
use crate::hash::HashMap;
use crate::workbook::{Value, Workbook};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A formula with the cells that it reads and their values, as bytes: all on which its value depends.
pub type Question = Vec<u8>;

/// Longest question that is kept, bytes: one of some dozens of cells.
const LONGEST: usize = 2 << 10;

/// Most answers that are kept: with [`LONGEST`] some megabytes. Then it begins anew.
const MOST: usize = 2 << 10;

/// What the calculator answered in a run, for all its workbooks.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<Question, f64>>);

/// What is asked with a written formula; `None` where it reads written cells, or too many.
pub fn question(
    workbook: &Workbook,
    write: &Written,
    reads: &[Reads],
    targets: &HashMap<usize, BTreeSet<CellRef>>,
) -> Option<Question> {
    let mut out = vec![u8::from(workbook.date1904)];
    add_text(&mut out, write.formula.as_deref()?);
    add_text(&mut out, &workbook.sheets.get(write.place.sheet)?.name);
    for read in reads {
        let Reads::Cells(sheet, range) = read else { return None };
        if targets.get(sheet).is_some_and(|cells| touches(cells, range)) {
            return None;
        }
        let page = workbook.sheets.get(*sheet)?;
        add_text(&mut out, &page.name);
        add_cell(&mut out, range.start);
        add_cell(&mut out, range.end);
        for (at, cell) in page.cells.range(range.start..=range.end) {
            if range.contains(*at) {
                add_cell(&mut out, *at);
                add_value(&mut out, &cell.value);
            }
            if out.len() > LONGEST {
                return None;
            }
        }
        // No value begins so: the range ends here.
        out.push(u8::MAX);
    }
    Some(out)
}

fn add_text(out: &mut Question, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

fn add_cell(out: &mut Question, at: CellRef) {
    out.push(0);
    out.extend(at.row.to_le_bytes());
    out.extend(at.col.to_le_bytes());
}

fn add_value(out: &mut Question, value: &Value) {
    match value {
        Value::Blank => out.push(0),
        Value::Number(number) => {
            out.push(1);
            out.extend(number.to_bits().to_le_bytes());
        }
        Value::Text(text) => {
            out.push(2);
            add_text(out, text);
        }
        Value::Bool(flag) => out.extend([3, u8::from(*flag)]),
        Value::Error(error) => {
            out.push(4);
            add_text(out, error);
        }
    }
}

impl Known {
    fn all(&self) -> MutexGuard<'_, HashMap<Question, f64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of each.
    pub(super) fn answers(&self, questions: &[Option<Question>]) -> Vec<Option<f64>> {
        let known = self.all();
        questions.iter().map(|question| known.get(question.as_ref()?).copied()).collect()
    }

    /// Keeps what the calculator answered.
    pub(super) fn remember(&self, answered: impl Iterator<Item = (Question, f64)>) {
        let mut known = self.all();
        for (question, answer) in answered {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(question, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Place;
    use crate::limits::Limits;
    use crate::workbook::{Cell, Format, Sheet};

    fn at(cell: &str) -> CellRef {
        CellRef::parse(cell).unwrap()
    }

    fn workbook(cells: &[(&str, Value)]) -> Workbook {
        let cell = |value: &Value| Cell { value: value.clone(), ..Cell::default() };
        let cells = cells.iter().map(|(name, value)| (at(name), cell(value))).collect();
        let sheet = |name: &str, cells| Sheet { name: name.to_owned(), cells, ..Sheet::default() };
        Workbook {
            format: Format::Xlsx,
            sheets: vec![sheet("表", Default::default()), sheet("数据", cells)],
            names: Vec::new(),
            tables: Vec::new(),
            date1904: false,
            signed: false,
            full_calc_on_load: false,
            limits: Limits::DEFAULT,
            looks: None,
            calc_chain: false,
            archive: None,
        }
    }

    fn asked(workbook: &Workbook, formula: &str) -> Option<Question> {
        let write = Written {
            place: Place { sheet: 0, at: at("D4") },
            formula: Some(formula.to_owned()),
            value: 1.0,
        };
        let targets = HashMap::from_iter([(0, BTreeSet::from([at("D4"), at("D5")]))]);
        let reads: Vec<Reads> = crate::refs::references(formula)
            .into_iter()
            .filter_map(|found| match found {
                crate::refs::Reference::Cells { sheet, range, .. } => {
                    Some(Reads::Cells(usize::from(sheet.is_some()), range))
                }
                _ => None,
            })
            .collect();
        question(workbook, &write, &reads, &targets)
    }

    #[test]
    fn all_on_which_a_value_depends_is_asked() {
        let number = Value::Number;
        let text = |text: &str| Value::Text(text.to_owned());
        let one = workbook(&[("B2", number(1.0)), ("B3", number(2.0)), ("C9", number(7.0))]);
        let formula = "SUM(数据!B2:B3)*2";
        let known = asked(&one, formula).unwrap();
        let same = workbook(&[("B2", number(1.0)), ("B3", number(2.0)), ("C9", number(8.0))]);
        assert_eq!(asked(&same, formula), Some(known.clone()));
        for (other, formula) in [
            (workbook(&[("B2", number(1.0)), ("B3", number(3.0))]), formula),
            (workbook(&[("B2", number(1.0)), ("B3", text("2"))]), formula),
            (workbook(&[("B2", number(1.0))]), formula),
            (workbook(&[("B2", number(1.0)), ("B3", Value::Bool(true))]), formula),
            (one.clone(), "SUM(数据!B2:B3)*3"),
            (one.clone(), "SUM(数据!B2:B4)*2"),
            (Workbook { date1904: true, ..one.clone() }, formula),
        ] {
            assert_ne!(asked(&other, formula), Some(known.clone()), "{formula}");
        }
        let mut renamed = one.clone();
        renamed.sheets[1].name = "数据2".to_owned();
        assert_ne!(asked(&renamed, formula), Some(known));
    }

    #[test]
    fn what_reads_a_written_cell_or_too_much_is_always_computed() {
        let many: Vec<(String, Value)> =
            (1..400).map(|row| (format!("B{row}"), Value::Number(f64::from(row)))).collect();
        let many: Vec<(&str, Value)> =
            many.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let workbook = workbook(&many);
        for formula in ["D5*2", "SUM(D4:D9)", "SUM(数据!B1:B399)", "SUM(数据!B:B)"] {
            assert_eq!(asked(&workbook, formula), None, "{formula}");
        }
        assert!(asked(&workbook, "SUM(数据!B1:B9)+D6").is_some());
    }

    #[test]
    fn answers_are_kept_and_not_without_end() {
        let known = Known::default();
        let of = |n: usize| Some(format!("{n}").into_bytes());
        known.remember((0..3 * MOST).map(|n| (of(n).unwrap(), n as f64)));
        assert!(known.all().len() <= MOST);
        let last = 3 * MOST - 1;
        assert_eq!(known.answers(&[of(last), None, of(last + 1)]), [Some(last as f64), None, None]);
    }
}
