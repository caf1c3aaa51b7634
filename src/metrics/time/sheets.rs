//! Of which time a sheet says its figures are: by its title, its tab, a short text alone in its row.

use super::heads::is_time_head;
use super::sheet_remarks::Remark;
use super::stated::without_time;
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::{
    Form, Month, Period, may_name_month, stands_for_month, title_month, without_making_days,
    without_own_dates, year_named,
};
use crate::hash::{HashMap, HashSet};
use crate::metrics::sources::{Listed, Sources};
use crate::text::{compact, is_blank, label};
use crate::workbook::{Cell, Sheet, Workbook};
use std::borrow::Cow;
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
/// `is_figure` tells of. Days on which the sheet was made for `month` are taken out.
fn head_texts<'s>(
    sheet: &'s Sheet,
    rows: u32,
    month: Option<Period>,
    is_figure: &dyn Fn(CellRef) -> bool,
) -> Vec<(Cow<'s, str>, usize)> {
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
        let undated = |(at, text): (CellRef, &'s str)| match beside_month_label(sheet, at) {
            true => (at, text, Cow::Borrowed(text)),
            false => (at, text, without_making_days(text, month)),
        };
        let texts: Vec<_> = cells().filter_map(text_of).map(undated).collect();
        if texts.iter().filter(|(.., text)| Period::named(text).is_some()).count() < 2 {
            let plain = texts
                .into_iter()
                .filter(|(at, text, _)| !is_figure(*at) && !is_listed_day(sheet, *at, text));
            out.extend(plain.map(|(.., text)| (text, cells().count())));
        }
    }
    out
}

/// Whether a cell stands right of a label of months, so that a day there stands for its month.
fn beside_month_label(sheet: &Sheet, at: CellRef) -> bool {
    let left = at.col.checked_sub(1).map(|col| sheet.anchor(CellRef::new(at.row, col)));
    left.and_then(|left| sheet.text(left)).is_some_and(|text| stands_for_month(&label(text)))
}

/// Whether a text is a day in a column of days: 2020-10-08 below 入职日期 is no month of the sheet.
fn is_listed_day(sheet: &Sheet, at: CellRef, text: &str) -> bool {
    let day = |text: &str| Day::parse(without_time(text));
    if day(text).is_none() {
        return false;
    }
    let mut above = (0..at.row).rev().filter_map(|row| sheet.text(CellRef::new(row, at.col)));
    let head = above.find(|text| day(text).is_none());
    head.is_some_and(|head| ["日期", "时间", "日"].iter().any(|end| label(head).ends_with(end)))
}

/// The month that a sheet's title names, where figures of `month` are wanted. `is_figure` tells the cells of figures that are days: they name
/// no month of the sheet.
pub(in crate::metrics) fn titled(
    sheet: &Sheet,
    month: Option<Period>,
    is_figure: &dyn Fn(CellRef) -> bool,
) -> Option<Month> {
    let texts = head_texts(sheet, 12, month, is_figure);
    texts
        .iter()
        .find_map(|(text, _)| title_month(text))
        .or_else(|| texts.iter().filter_map(alone).find_map(Period::whole))
}

/// The months that sheets without a form name in their titles.
pub fn months(figures: &Workbook, forms: &[Form], own: bool) -> Vec<Month> {
    let of_form = |index: usize| own && forms.iter().any(|form| form.sheets.contains(&index));
    let sheets = figures.sheets.iter().enumerate().filter(|(index, _)| !of_form(*index));
    sheets
        .filter(|(_, s)| s.loaded)
        .filter_map(|(_, sheet)| titled(sheet, None, &|_| false))
        .collect()
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

    /// The month that a sheet's title or name says, or the label of its figures, where those of `wanted` are
    /// read.
    pub fn sheet_month(
        &self,
        workbook: &Workbook,
        index: usize,
        wanted: Option<Period>,
    ) -> Option<Period> {
        let sheet = workbook.sheets.get(index)?;
        if self.blocks.contains(&index) {
            return wanted;
        }
        match time_of(sheet, wanted, self.titles.get(&index).copied().flatten()) {
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
fn alone((text, cells): &(Cow<'_, str>, usize)) -> Option<Period> {
    let text = without_own_dates(text);
    (*cells == 1 && text.chars().count() <= TITLE).then(|| Period::named(&text)).flatten()
}

/// The month of a sheet: in its title, which is given, or in its name, perhaps without a year
/// (`9月指标`); else the year that its name says. A tab that is a day alone is of that day.
pub(in crate::metrics) fn time_of(
    sheet: &Sheet,
    wanted: Option<Period>,
    title: Option<Month>,
) -> Option<Time> {
    let undated = without_making_days(&sheet.name, wanted);
    let said = if is_blank(&undated) { sheet.name.as_str() } else { &undated };
    let named = without_own_dates(said);
    let name = || Period::named(&named);
    let short = || head_texts(sheet, HEAD, wanted, &|_| false).iter().find_map(alone);
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
