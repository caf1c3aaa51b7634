//! Finds where the figures stand.

use super::folds::Folded;
use super::labels::Labels;
use super::look::{Look, RowLabels, covered};
use super::rule_cells::RuleCells;
use super::sources::{Aside, People, Sources};
use super::time::{sheet_remarks, sheets};
use super::{beside, list, others, people, rater_rows, raters, repeats, tables, titles, turned};
use crate::cell::{CellRef, Range};
use crate::form::{Form, Month, Period, Place};
use crate::hash::HashSet;
use crate::scheme::Scheme;
use crate::text::person_key;
use crate::workbook::{Sheet, Workbook};

/// Makes of a scheme what finding its figures needs, before it is needed.
pub fn prepare(scheme: &Scheme) {
    scheme.kept.get(|| Labels::new(scheme));
}

/// Finds the figures of a workbook for a month. `forms` are its own forms, whose tables hold no
/// figures.
pub fn find(
    workbook: &Workbook,
    scheme: &Scheme,
    forms: &[Form],
    month: Option<Period>,
) -> Sources {
    find_for(workbook, scheme, forms, month, &[])
}

/// [`find`] for the people of forms in another workbook, where some are named.
pub fn find_for(
    workbook: &Workbook,
    scheme: &Scheme,
    forms: &[Form],
    month: Option<Period>,
    people: &[&str],
) -> Sources {
    let kept = scheme.kept.get(|| Labels::new(scheme));
    let folded = Folded::of(workbook, &kept);
    let mut out = Sources::default();
    let mut form_names: HashSet<String> = people.iter().map(|name| person_key(name)).collect();
    if people.is_empty() {
        form_names.extend(forms.iter().map(|form| {
            let sheet = workbook.sheet_name(form.sheet);
            person_key(form.person.as_deref().unwrap_or(sheet))
        }));
    }
    let form_cells: HashSet<Place> = forms
        .iter()
        .flat_map(|f| {
            let marks = f.ratings.iter().flat_map(|r| r.marks.iter().map(|m| m.name));
            f.items.iter().map(|i| i.name).chain(marks)
        })
        .collect();
    let form_sheets: HashSet<String> = forms
        .iter()
        .flat_map(|f| &f.sheets)
        .filter_map(|sheet| workbook.sheets.get(*sheet))
        .map(|sheet| sheet.name.to_lowercase())
        .collect();
    let all_named = !people.is_empty() || forms.iter().all(|form| form.person.is_some());
    for (index, sheet) in workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        let headings = titles::of_sheet(sheet);
        let own = form_sheets.contains(&sheet.name.to_lowercase());
        if let Some(title) = headings.iter().find(|title| !own && titles::is_other(title.text)) {
            out.aside.push(Aside { sheet: index, at: title.at });
            continue;
        }
        let remarks = sheet_remarks::of_sheet(sheet, workbook.date1904);
        if !remarks.is_empty() {
            out.remarks.insert(index, remarks);
        }
        let titled = sheets::titled(sheet, month, &|at| kept.is_day(sheet, at));
        out.titles.insert(index, titled);
        let words = &Look {
            words: &kept,
            folded: &folded,
            month: month.or(titled.map(Period::from)),
            people: &form_names,
            owner: form_names.iter().next().filter(|_| form_names.len() == 1).map(String::as_str),
            tab: Some(sheet.name.as_str()).filter(|_| !own),
            date1904: workbook.date1904,
        };
        let rows: Vec<(u32, RowLabels<'_>)> = sheet
            .used_rows()
            .into_iter()
            .map(|row| {
                let mut labels = row_labels(sheet, row);
                for (_, text, key) in &mut labels {
                    if let Some(whole) = words.completed(text) {
                        *key = whole.into();
                    }
                }
                labels.retain(|(at, ..)| !form_cells.contains(&Place { sheet: index, at: *at }));
                (row, labels)
            })
            .collect();
        // Rectangles of tables, whose cells are no labels of a list.
        let mut taken: Vec<Range> = Vec::new();
        let mut headed: Vec<Headed<'_>> = Vec::new();
        for (row, keys) in &rows {
            let keys = heads(sheet, *row, keys, &taken);
            let mut teams = tables::team_tables(index, sheet, *row, &keys, scheme, words);
            if !own {
                let tab = crate::text::compact(&sheet.name);
                teams.iter_mut().for_each(|team| team.of.tab = Some(tab.clone()));
            }
            if teams.is_empty() && out.lacking.is_none() {
                out.lacking = tables::lacking(index, &keys, scheme, words);
            }
            if let Some((title, columns)) = tables::set_aside(sheet, *row, &keys, words) {
                let place = Place { sheet: index, at: title };
                out.pass_team(scheme, &columns, place);
            }
            if !teams.is_empty() {
                for team in &teams {
                    let columns = team.columns.values().copied().chain([team.member, team.group]);
                    taken.extend(rectangle(*row, team.rows.last().copied(), columns));
                }
                out.teams.extend(teams);
            } else if let Some(people) = people::people_table(index, sheet, *row, &keys, words) {
                let columns = people.metrics.values().chain(people.marks.values()).copied();
                let last = people.rows.last().map(|p| p.row);
                let range = rectangle(*row, last, columns.chain(people.name));
                let over = range.and_then(|r| titles::over(sheet, *row, r.start.col..=r.end.col));
                taken.extend(range);
                headed.push((people, over));
            }
        }
        others::keep_of_month(index, headed, words.month, &mut out);
        let known = |name: &str| form_names.contains(&crate::text::person_key(name));
        if let Some((people, range)) = turned::people(index, sheet, &rows, &taken, words, &known) {
            taken.push(range);
            out.people.push(people);
        }
        let rules = RuleCells::of(index, sheet, forms);
        let listed = list::list(index, sheet, &rows, words, &taken, &rules, &mut out);
        let is_form_cell = |at| form_cells.contains(&Place { sheet: index, at });
        if own {
            others::leave_out_on_own((index, sheet), forms, words, &is_form_cell, &mut out);
        } else if all_named {
            others::leave_out_elsewhere((index, sheet), scheme, &headings, words, &mut out);
        }
        raters::raters(index, sheet, &rows, words, &is_form_cell, &form_sheets, &mut out.raters);
        rater_rows::turned(index, sheet, &rows, words, &taken, &mut out.raters);
        let (left, passed) = std::mem::take(&mut out.raters).into_iter().partition(|table| {
            own || table.sheet != index || !titles::of_other_raters(sheet, &headings, table, words)
        });
        out.raters = left;
        if let Some(title) = titles::other_time(&headings, words) {
            let passed: Vec<super::Raters> = passed;
            let aside = |table: &super::Raters| Aside { sheet: table.sheet, at: title.at };
            out.passed_raters.extend(passed.iter().map(|table| (table.rating, aside(table))));
        }
        if !own && all_named {
            others::doubt_raters((index, sheet), scheme, &headings, words, &mut out);
        }
        // Of sheets of several months the wanted one's title counts.
        let wanted = |found: Month| month.is_some_and(|month| month.fits(found.into()));
        let better =
            out.month.is_none_or(|(_, known)| !wanted(known) && titled.is_some_and(wanted));
        if (listed || !taken.is_empty()) && better {
            out.month = titled.map(|month| (index, month)).or(out.month);
        }
    }
    // Beside a table of which nothing tells the shop, those with a title are perhaps not the whole team.
    if out.lacking.is_some() {
        out.teams.retain(|team| team.titled.is_none());
    }
    for (metric, listed) in std::mem::take(&mut out.judged) {
        out.lists.entry(metric).or_insert(listed);
    }
    // The mean on a sheet of its own only repeats what each rater gave on another.
    let given: HashSet<usize> =
        out.raters.iter().filter(|table| !table.mean).map(|table| table.rating).collect();
    out.raters.retain(|table| !table.mean || !given.contains(&table.rating));
    repeats::leave_out(workbook, scheme, forms, &mut out);
    beside::leave_out(workbook, scheme, &mut out);
    out
}

/// A table of people, and the title over it.
type Headed<'s> = (People, Option<titles::Title<'s>>);

/// The labels that head the columns in a row: its own, and those above that are merged down to it. A
/// row whose own labels are merged down heads nothing yet.
fn heads<'s>(sheet: &'s Sheet, row: u32, keys: &RowLabels<'s>, taken: &[Range]) -> RowLabels<'s> {
    let down = |at: CellRef| sheet.merge_of(at).filter(|merge| merge.end.row > merge.start.row);
    let mut out: RowLabels<'s> =
        keys.iter().filter(|(at, ..)| !covered(taken, *at)).cloned().collect();
    if sheet.merges.is_empty() {
        return out;
    }
    if out.iter().all(|(at, ..)| down(*at).is_some()) {
        return out;
    }
    if out.iter().any(|(at, ..)| down(*at).is_some_and(|merge| merge.end.row > row)) {
        // One merged over several columns heads those below it.
        let wide = |at: CellRef| sheet.merge_of(at).is_some_and(|m| m.end.col > m.start.col);
        return out.into_iter().filter(|(at, ..)| down(*at).is_none() && !wide(*at)).collect();
    }
    let above = sheet.merges.iter().filter(|m| m.start.row < row && m.end.row == row);
    for merge in above.filter(|merge| !covered(taken, merge.start)) {
        let cell = sheet.cells.get(&merge.start);
        let text = cell.and_then(|c| c.value.text());
        if let (Some(text), Some(key)) = (text, cell.and_then(crate::workbook::Cell::label)) {
            out.push((CellRef::new(row, merge.start.col), text, key));
        }
    }
    out.sort_by_key(|(at, ..)| *at);
    out
}

/// The rectangle of a table from its header down, over its columns.
fn rectangle(header: u32, last: Option<u32>, columns: impl Iterator<Item = u32>) -> Option<Range> {
    let (low, high) = columns.fold(None, |bounds: Option<(u32, u32)>, col| {
        let (low, high) = bounds.unwrap_or((col, col));
        Some((low.min(col), high.max(col)))
    })?;
    Some(Range::new(CellRef::new(header, low), CellRef::new(last.unwrap_or(header), high)))
}

fn row_labels(sheet: &Sheet, row: u32) -> RowLabels<'_> {
    sheet.row(row).filter_map(|(at, cell)| Some((at, cell.value.text()?, cell.label()?))).collect()
}
