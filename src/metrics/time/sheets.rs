//! Of which time a sheet says its figures are: by its title, its tab, a short text alone in its row.

use super::heads::is_time_head;
use super::sheet_remarks::Remark;
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::{
    Form, Month, Period, may_name_month, title_month, without_own_dates, year_named,
};
use crate::hash::{HashMap, HashSet};
use crate::metrics::sources::{Listed, Sources};
use crate::text::{compact, label};
use crate::workbook::{Cell, Sheet, Workbook};
use std::collections::BTreeSet;
use std::fmt;

/// Fewest figures of a sheet that says no month for it to be the month's.
pub(in crate::metrics) const FEW: usize = 3;

/// Rows of a sheet that may name its month without a year.
const HEAD: u32 = 4;

/// Most characters of a title that names its month without a year.
const TITLE: usize = 30;

/// Bytes of a text that is no title: a title has fewer than 80 characters.
const LONG: usize = 320;

/// Texts above a sheet's tables that may name a month, each with how many cells of its row are filled.
/// What heads columns of months, or stands below a header of months, is no title, nor is what
/// `is_figure` tells of.
fn head_texts<'s>(
    sheet: &'s Sheet,
    rows: u32,
    is_figure: &dyn Fn(CellRef) -> bool,
) -> Vec<(&'s str, usize)> {
    let mut out = Vec::new();
    for row in sheet.used_rows().into_iter().take_while(|row| *row < rows) {
        let cells = || sheet.row(row).filter(|(_, cell)| !cell.value.is_blank());
        // Criteria are long, and name no month.
        let titles = |text: &&str| text.len() < LONG && may_name_month(text);
        let text_of =
            |(at, cell): (CellRef, &'s Cell)| Some((at, cell.value.text().filter(titles)?));
        let heads_months = |(at, cell): (CellRef, &Cell)| {
            cell.label().is_some_and(|label| is_time_head(&label))
                && Period::of_value(sheet.value(CellRef::new(at.row + 1, at.col)), false).is_some()
        };
        if cells().any(heads_months) {
            break;
        }
        let texts: Vec<(CellRef, &str)> = cells().filter_map(text_of).collect();
        if texts.iter().filter(|(_, text)| Period::named(text).is_some()).count() < 2 {
            let plain = texts
                .into_iter()
                .filter(|(at, text)| !is_figure(*at) && !is_listed_day(sheet, *at, text));
            out.extend(plain.map(|(_, text)| (text, cells().count())));
        }
    }
    out
}

/// Whether a text is a day in a column of days: 2020-10-08 below 入职日期 is no month of the sheet.
fn is_listed_day(sheet: &Sheet, at: CellRef, text: &str) -> bool {
    if Day::parse(text).is_none() {
        return false;
    }
    let mut above = (0..at.row).rev().filter_map(|row| sheet.text(CellRef::new(row, at.col)));
    let head = above.find(|text| Day::parse(text).is_none());
    head.is_some_and(|head| ["日期", "时间", "日"].iter().any(|end| label(head).ends_with(end)))
}

/// The month that a sheet's title names. `is_figure` tells the cells of figures that are days: they name
/// no month of the sheet.
pub(in crate::metrics) fn titled(
    sheet: &Sheet,
    is_figure: &dyn Fn(CellRef) -> bool,
) -> Option<Month> {
    let texts = head_texts(sheet, 12, is_figure);
    texts
        .iter()
        .find_map(|(text, _)| title_month(text))
        .or_else(|| texts.iter().filter_map(alone).find_map(Period::whole))
}

/// The months that sheets without a form name in their titles.
pub fn months(figures: &Workbook, forms: &[Form], own: bool) -> Vec<Month> {
    let of_form = |index: usize| own && forms.iter().any(|form| form.sheets.contains(&index));
    let sheets = figures.sheets.iter().enumerate().filter(|(index, _)| !of_form(*index));
    sheets.filter(|(_, s)| s.loaded).filter_map(|(_, sheet)| titled(sheet, &|_| false)).collect()
}

impl Sources {
    /// The sheets of the tables of people and of the lists, as far as their rows and columns name no months of
    /// their own. A few figures on the form itself, or on a 汇总, make no sheet of them.
    pub fn sheets_of_figures(&self, form: &Form) -> Vec<usize> {
        let plain = self.people.iter().filter(|table| !table.monthly).map(|table| table.sheet);
        let mut sheets: BTreeSet<usize> = plain.collect();
        let mut counts: HashMap<usize, usize> = HashMap::default();
        for listed in self.lists.values() {
            let plain =
                |one: &&Listed| one.month.is_none() && one.months.is_none() && !one.of_month;
            let sheets: HashSet<usize> =
                listed.iter().filter(plain).map(|one| one.place.sheet).collect();
            sheets.into_iter().for_each(|sheet| *counts.entry(sheet).or_default() += 1);
        }
        let own = |sheet: &usize| !self.literal && form.sheets.contains(sheet);
        let many = counts.into_iter().filter(|(sheet, count)| *count >= FEW && !own(sheet));
        sheets.extend(many.map(|(sheet, _)| sheet));
        sheets.into_iter().collect()
    }

    /// The month that a sheet's title or name says, or the label of its figures.
    pub fn sheet_month(&self, workbook: &Workbook, index: usize) -> Option<Period> {
        let sheet = workbook.sheets.get(index)?;
        match time_of(sheet, self.titles.get(&index).copied().flatten()) {
            Some(Time::Month(month)) => Some(month),
            Some(Time::Year(_)) => None,
            None => {
                let mut stated = self.remarks.get(&index)?.iter().filter_map(Remark::month);
                let first = stated.next()?;
                stated.all(|other| other == first).then_some(first)
            }
        }
    }
}

/// The month of a short text that stands alone in its row.
fn alone((text, cells): &(&str, usize)) -> Option<Period> {
    let text = without_own_dates(text);
    (*cells == 1 && text.chars().count() <= TITLE).then(|| Period::named(&text)).flatten()
}

/// The month of a sheet: in its title, which is given, or in its name, perhaps without a year
/// (`9月指标`); else the year that its name says.
pub(in crate::metrics) fn time_of(sheet: &Sheet, title: Option<Month>) -> Option<Time> {
    let named = without_own_dates(&sheet.name);
    let name = || Period::named(&named);
    let short = || head_texts(sheet, HEAD, &|_| false).iter().find_map(alone);
    let month = title.map(Period::from).or_else(name).or_else(short);
    month.map(Time::Month).or_else(|| year_named(&named).map(Time::Year))
}

/// The time that a sheet says its figures are of.
#[derive(Debug, Clone, Copy)]
pub(in crate::metrics) enum Time {
    /// A month, perhaps without its year.
    Month(Period),
    /// A year: that of the form may hold the month's figures.
    Year(i32),
}

impl Time {
    /// Whether figures of a month stand there; nothing where the sheet does not tell.
    pub(in crate::metrics) fn fits(self, month: Period) -> Option<bool> {
        match self {
            Self::Month(found) => Some(found.fits(month)),
            Self::Year(year) => month.year.filter(|of| *of != year).map(|_| false),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => month.fmt(f),
            Self::Year(year) => write!(f, "{year}年"),
        }
    }
}

/// `10` of `10月指标`.
pub fn bare_month(text: &str) -> Option<u32> {
    let text = compact(text);
    let before = text.split_once('月')?.0;
    let start = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    before.get(start..)?.parse().ok().filter(|month| (1..=12).contains(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_may_name_its_month_without_a_year() {
        assert_eq!(bare_month("9月指标"), Some(9));
        assert_eq!(bare_month("指标（１０月）"), Some(10));
        assert_eq!(bare_month("13月"), None);
        assert_eq!(bare_month("每月指标"), None);
    }
}
