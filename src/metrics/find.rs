//! Finds where the figures stand.

use super::folds::Folded;
use super::labels::Labels;
use super::look::{Look, RowLabels, covered};
use super::rule_cells::RuleCells;
use super::sources::{Aside, People, Raters, Sources};
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
    let known = Known::new(workbook, forms, people);
    let mut out = Sources::default();
    for (index, sheet) in workbook.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
        let headings = titles::of_sheet(sheet);
        let own = known.sheets.contains(&sheet.name.to_lowercase());
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
        let words = Look {
            words: &kept,
            folded: &folded,
            month: month.or(titled.map(Period::from)),
            people: &known.people,
            owner: known
                .people
                .iter()
                .next()
                .filter(|_| known.people.len() == 1)
                .map(String::as_str),
            tab: Some(sheet.name.as_str()).filter(|_| !own),
            date1904: workbook.date1904,
        };
        let look =
            SheetLook { index, sheet, own, scheme, forms, known: &known, headings, words: &words };
        let any = look.take(&mut out);
        // Of sheets of several months the wanted one's title counts.
        let wanted = |found: Month| month.is_some_and(|month| month.fits(found.into()));
        let titled = titled.filter(|found| wanted(*found) || !out.blocks.contains(&index));
        let better =
            out.month.is_none_or(|(_, known)| !wanted(known) && titled.is_some_and(wanted));
        if any && better {
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

/// What is known of the forms before their figures are looked for.
struct Known {
    /// The people, as names are compared.
    people: HashSet<String>,
    /// Whether every form names its person.
    all_named: bool,
    /// Cells of the forms that hold names of items and marks: no labels of figures.
    cells: HashSet<Place>,
    /// The sheets that they stand on, as sheets' names are compared.
    sheets: HashSet<String>,
}

impl Known {
    /// Of the forms; of `people` in another workbook where some are named.
    fn new(workbook: &Workbook, forms: &[Form], people: &[&str]) -> Self {
        let of_form = |form: &Form| {
            let sheet = workbook.sheet_name(form.sheet);
            person_key(form.person.as_deref().unwrap_or(sheet))
        };
        let cells = forms.iter().flat_map(|form| {
            let marks = form.ratings.iter().flat_map(|r| r.marks.iter().map(|m| m.name));
            form.items.iter().map(|item| item.name).chain(marks)
        });
        let sheets = forms.iter().flat_map(|form| &form.sheets);
        let sheets = sheets.filter_map(|sheet| workbook.sheets.get(*sheet));
        Self {
            people: match people {
                [] => forms.iter().map(of_form).collect(),
                people => people.iter().map(|name| person_key(name)).collect(),
            },
            all_named: !people.is_empty() || forms.iter().all(|form| form.person.is_some()),
            cells: cells.collect(),
            sheets: sheets.map(|sheet| sheet.name.to_lowercase()).collect(),
        }
    }
}

/// One sheet, as it is looked through.
struct SheetLook<'a> {
    index: usize,
    sheet: &'a Sheet,
    /// Whether a form stands on it.
    own: bool,
    scheme: &'a Scheme,
    forms: &'a [Form],
    known: &'a Known,
    headings: Vec<titles::Title<'a>>,
    words: &'a Look<'a>,
}

impl<'a> SheetLook<'a> {
    /// Takes all figures and marks of the sheet; whether there were figures.
    fn take(&self, out: &mut Sources) -> bool {
        let (index, sheet, words) = (self.index, self.sheet, self.words);
        let rows = self.rows();
        // Rectangles of tables, whose cells are no labels of a list.
        let mut taken = self.tables(&rows, out);
        let known = |name: &str| self.known.people.contains(&person_key(name));
        if let Some((people, range)) = turned::people(index, sheet, &rows, &taken, words, &known) {
            taken.push(range);
            out.people.push(people);
        }
        let rules = RuleCells::of(index, sheet, self.forms);
        let listed = list::list(index, sheet, &rows, words, &taken, &rules, out);
        let is_form_cell = |at| self.known.cells.contains(&Place { sheet: index, at });
        if self.own {
            others::leave_out_on_own((index, sheet), self.forms, words, &is_form_cell, out);
        } else if self.known.all_named {
            let scheme = self.scheme;
            others::leave_out_elsewhere((index, sheet), scheme, &self.headings, words, out);
        }
        let sheets = &self.known.sheets;
        raters::raters(index, sheet, &rows, words, &is_form_cell, sheets, &mut out.raters);
        rater_rows::turned(index, sheet, &rows, words, &taken, &mut out.raters);
        self.pass_raters(out);
        listed || !taken.is_empty()
    }

    /// The rows with their labels, those of forms left out.
    fn rows(&self) -> Vec<(u32, RowLabels<'a>)> {
        let labels = |row: u32| {
            let mut labels = row_labels(self.sheet, row);
            for (_, text, key) in &mut labels {
                if let Some(whole) = self.words.completed(text) {
                    *key = whole.into();
                }
            }
            let in_form = |at: CellRef| self.known.cells.contains(&Place { sheet: self.index, at });
            labels.retain(|(at, ..)| !in_form(*at));
            (row, labels)
        };
        self.sheet.used_rows().into_iter().map(labels).collect()
    }

    /// Takes the tables of teams and people, and gives their rectangles.
    fn tables(&self, rows: &[(u32, RowLabels<'a>)], out: &mut Sources) -> Vec<Range> {
        let (index, sheet, scheme, words) = (self.index, self.sheet, self.scheme, self.words);
        let mut taken: Vec<Range> = Vec::new();
        let mut headed: Vec<Headed<'_>> = Vec::new();
        for (row, keys) in rows {
            let keys = heads(sheet, *row, keys, &taken);
            let mut teams = tables::team_tables(index, sheet, *row, &keys, scheme, words);
            if !self.own {
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
        others::keep_of_month(index, headed, words.month, out);
        taken
    }

    /// Leaves out the raters' tables that titles on a sheet without a form give to others or another time.
    fn pass_raters(&self, out: &mut Sources) {
        let (index, sheet, words) = (self.index, self.sheet, self.words);
        let is_own = |table: &Raters| {
            self.own
                || table.sheet != index
                || !titles::of_other_raters(sheet, &self.headings, table, words)
        };
        let (left, passed): (Vec<Raters>, Vec<Raters>) =
            std::mem::take(&mut out.raters).into_iter().partition(is_own);
        out.raters = left;
        if let Some(title) = titles::other_time(&self.headings, words) {
            let aside = |table: &Raters| Aside { sheet: table.sheet, at: title.at };
            out.passed_raters.extend(passed.iter().map(|table| (table.rating, aside(table))));
        }
        if !self.own && self.known.all_named {
            others::doubt_raters((index, sheet), self.scheme, &self.headings, words, out);
        }
    }
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
