//! Raters' marks of the form's own workbook, where the figures come from another that has none.

use super::MetricSet;
use super::owner::Owners;
use super::reader::Reader;
use super::rows::{self, Row};
use super::sources::Sources;
use crate::form::Form;
use crate::scheme::Scheme;
use crate::workbook::Workbook;

/// Adds to a form's figures of another workbook the marks that its own workbook holds, of the ratings of
/// which the other has none: raters' figures win over what is typed in the form.
pub fn own_raters(
    workbook: &Workbook,
    scheme: &Scheme,
    sources: &Sources,
    owners: &Owners,
    form: &Form,
    found: &mut MetricSet,
) {
    if found.unread {
        return;
    }
    let sheet = workbook.sheet_name(form.sheet);
    let own = owners.sources(sheet, form, sources);
    // Blank marks of a row wait for nobody: what is typed in the form counts then.
    let marked = |(table, person): &Row<'_>| {
        table.marks.values().any(|line| {
            let at = table.cell(person, *line);
            workbook.sheets.get(table.sheet).is_some_and(|sheet| !sheet.value(at).is_blank())
        })
    };
    let mut rows = rows::rows(sheet, workbook, own.as_ref(), owners, form).unwrap_or_default();
    rows.retain(marked);
    let mut reader =
        Reader { workbook, literal: false, month: form.period(), out: MetricSet::default() };
    reader.out.rated.clone_from(&found.rated);
    let typed = super::marks::typed(workbook, form);
    reader.marks(scheme, own.as_ref(), owners, (sheet, form, &typed), &rows);
    let MetricSet { marks, rater_sheets, passed_raters, unclear_raters, problems, .. } = reader.out;
    found.unclear_raters.extend(unclear_raters);
    found.marks.extend(marks);
    found.rater_sheets.extend(rater_sheets);
    found.passed_raters.extend(passed_raters);
    found.problems.extend(problems);
}
