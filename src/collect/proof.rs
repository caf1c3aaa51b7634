//! Whether the marks that were written are those that scoring reads: a workbook may hold marks of
//! raters elsewhere, which would win.

use super::{Ballot, Target};
use crate::cell::CellRef;
use crate::expr::Operand;
use crate::form::Form;
use crate::metrics::{self, MetricSet, Owners};
use crate::problem::Problem;
use crate::words;
use crate::workbook::Value;

impl Target {
    /// What keeps the marks of these people (index of the form, rating, ballots) from being read as
    /// written.
    pub(super) fn unread(&self, marks: &[(usize, usize, Vec<&Ballot>)]) -> Vec<Problem> {
        let (book, scheme, sources) = (&self.workbook, &self.scheme, &self.sources);
        let owners = Owners::new(book, book, scheme, &self.forms, sources, true);
        let mut out = Vec::new();
        for (form, rating, ballots) in marks {
            let Some(form) = self.forms.get(*form) else { continue };
            let sheet = book.sheet_name(form.sheet);
            let mut form = form.clone();
            if form.person.is_none() && !sources.rows_of(sheet).is_empty() {
                form.person = Some(sheet.to_owned());
            }
            let found = metrics::read(book, book, scheme, sources, &owners, &form);
            let count = scheme.ratings.get(*rating).map_or(0, |rating| rating.marks.len());
            let wrong = (0..count).find_map(|mark| {
                let given: Vec<f64> =
                    ballots.iter().filter_map(|b| b.marks.get(mark).copied().flatten()).collect();
                let wanted = mean(&given)?;
                let (read, place) = self.read_mark(&found, &form, (*rating, mark));
                let same = read.is_some_and(|read| (read - wanted).abs() <= 1e-9 * wanted.max(1.0));
                (!same).then_some(place)
            });
            if let Some(place) = wrong {
                out.push(elsewhere(sheet, place));
            }
        }
        out
    }

    /// The mark that scoring reads: the raters' mean, else the form's; and a cell that it comes from.
    fn read_mark(
        &self,
        found: &MetricSet,
        form: &Form,
        key: (usize, usize),
    ) -> (Option<f64>, Option<(&str, CellRef)>) {
        let cell =
            |sheet: usize, at: CellRef| Some((self.workbook.sheets.get(sheet)?.name.as_str(), at));
        if let Some(operands) = found.marks.get(&key) {
            let values: Vec<f64> = operands.iter().map(Operand::value).collect();
            let place = operands.iter().find_map(|operand| match operand {
                Operand::Cell { sheet, at, .. } => cell(*sheet, *at),
                Operand::Number(_) => None,
            });
            return (mean(&values), place);
        }
        let table = form.ratings.iter().find(|table| table.rating == key.0);
        let Some(place) = table.and_then(|t| t.marks.iter().find(|mark| mark.mark == key.1)) else {
            return (None, None);
        };
        let at = place.score;
        match self.workbook.sheets.get(at.sheet).map(|sheet| sheet.value(at.at)) {
            Some(Value::Number(number)) => (Some(*number), cell(at.sheet, at.at)),
            _ => (None, cell(at.sheet, at.at)),
        }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn elsewhere(form: &str, place: Option<(&str, CellRef)>) -> Problem {
    let problem = Problem::error(
        "marks-elsewhere",
        words!(
            "工作簿里另有评分，打分时会用那里的，交回的评分写进去也不会采用，没有写入",
            "the workbook holds other marks that would be scored in the place of these; nothing was written"
        ),
    )
    .hint(words!(
        "清空那里的旧评分，再试一次",
        "clear the old marks there and run again"
    ));
    match place {
        Some((sheet, at)) => problem.at(sheet, at),
        None => problem.on(form),
    }
}
