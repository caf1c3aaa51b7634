//! Means in the place of what each rater gave: where a workbook has no raters' sheet.

use super::ballot::Ballot;
use super::put::Target;
use crate::cell::CellRef;
use crate::form::Place;
use crate::package::Content;
use crate::problem::Problem;
use crate::text::round15;
use crate::words;

impl Target {
    /// The cell of a turned table of raters, whose marks would win over means in the form.
    pub(super) fn turned(&self, rating: usize) -> Option<(usize, CellRef)> {
        let raters = self.sources.raters.iter().find(|r| r.rating == rating && r.turned)?;
        let (row, column) = (raters.rows.values().next()?, raters.columns.first()?);
        Some((raters.sheet, raters.cell(*row, *column)))
    }

    /// Means in the person's row, or in the form itself, where no raters' sheet is.
    pub(super) fn means(
        &self,
        form: usize,
        rating: usize,
        ballots: &[&Ballot],
    ) -> Result<Vec<(Place, Content)>, Problem> {
        // A mark that nobody gave has no mean.
        let mean = |mark: usize| {
            let given: Vec<f64> =
                ballots.iter().filter_map(|b| b.marks.get(mark).copied().flatten()).collect();
            let mean = given.iter().sum::<f64>() / given.len() as f64;
            (!given.is_empty()).then(|| Content::Number(round15(mean)))
        };
        let form = self.forms.get(form).ok_or_else(|| self.no_place())?;
        let sheet = self.workbook.sheet_name(form.sheet);
        let name = form.person.as_deref().unwrap_or(sheet);
        for (people, row) in self.sources.rows_of(name) {
            let cells: Vec<_> = people
                .marks
                .iter()
                .filter(|((of, _), _)| *of == rating)
                .filter_map(|((_, mark), column)| {
                    let at = CellRef::new(row.row, *column);
                    Some((Place { sheet: people.sheet, at }, mean(*mark)?))
                })
                .collect();
            if !cells.is_empty() {
                return Ok(cells);
            }
        }
        let table = form.ratings.iter().find(|r| r.rating == rating);
        let table = table.ok_or_else(|| self.no_place())?;
        let marks = table.marks.iter();
        Ok(marks.filter_map(|place| Some((place.score, mean(place.mark)?))).collect())
    }

    pub(super) fn no_place(&self) -> Problem {
        Problem::error(
            "no-place",
            words!("工作簿里没有放评分的地方", "the workbook has no place for the marks"),
        )
        .hint(words!(
            "加一张「下级评分」表，或用我们的空白表",
            "add a raters' sheet, or use our blank form"
        ))
    }
}
