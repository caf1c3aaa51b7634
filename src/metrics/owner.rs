//! Whose figures a sheet holds, and of which month, where a workbook holds those of several.

use super::list::is_other_time;
use super::naming::about;
use super::sources::{Listed, Sources};
use super::team_of;
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::{
    Form, Month, Period, Place, labelled, may_name_month, title_month, without_own_dates,
    year_named,
};
use crate::hash::{HashMap, HashSet};
use crate::scheme::Scheme;
use crate::text::{compact, label, person_key};
use crate::workbook::{Cell, Sheet, Value, Workbook};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Rows of a sheet that may name its person or its month.
const HEAD: u32 = 4;

/// Whose a sheet is, and its month.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    by_sheet: HashMap<usize, String>,
    times: HashMap<usize, Time>,
    /// Forms of different people, or of nobody.
    several: bool,
    /// The figures stand in another workbook, which may hold those of more people than have forms here.
    foreign: bool,
    /// The only person named, where other forms name nobody.
    only: Option<String>,
    /// The people of the forms.
    people: HashSet<String>,
    /// The departments of the forms.
    departments: HashSet<String>,
    /// Names that several forms have.
    namesakes: HashSet<String>,
}

/// A form's person, by name or else by its sheet.
fn key_of(workbook: &Workbook, form: &Form) -> String {
    let sheet = workbook.sheets.get(form.sheet).map_or("", |s| s.name.as_str());
    person_key(form.person.as_deref().unwrap_or(sheet))
}

impl Owners {
    /// Looks through the sheets of `figures` for the people of a workbook's forms. `own`: the
    /// figures stand in the same workbook as the forms.
    pub fn new(
        workbook: &Workbook,
        figures: &Workbook,
        scheme: &Scheme,
        forms: &[Form],
        sources: &Sources,
        own: bool,
    ) -> Self {
        let people = forms.iter().map(|form| key_of(workbook, form)).collect::<HashSet<_>>();
        let mut known = people.clone();
        let rows = sources.people.iter().flat_map(|table| &table.rows);
        known.extend(rows.map(|row| person_key(&row.name)));
        // A name of one letter stands in many words.
        known.retain(|key| key.chars().count() > 1);
        let mut named = forms.iter().filter_map(|form| form.person.as_deref().map(person_key));
        let only = named.next().filter(|first| named.all(|other| other == *first));
        let several = people.len() > 1;
        let departments =
            forms.iter().filter_map(|form| form.department.as_deref().map(label)).collect();
        let mut out = Self { several, foreign: !own, only, people, departments, ..Self::default() };
        // Forms of one person may be of several months.
        let who = |form: &Form| (form.department.as_deref().map(person_key), form.number.clone());
        let mut seen: HashMap<String, Vec<&Form>> = HashMap::default();
        for form in forms {
            let Some(key) = form.person.as_deref().map(person_key) else { continue };
            let others = seen.entry(key.clone()).or_default();
            if others.iter().any(|o| who(o) != who(form) || o.period() == form.period()) {
                out.namesakes.insert(key);
            }
            others.push(form);
        }
        for (index, sheet) in figures.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
            let mut of = forms.iter().filter(|form| own && form.sheets.contains(&index));
            let key = match (of.next(), of.next()) {
                (Some(form), None) => Some(key_of(workbook, form)),
                (Some(_), Some(_)) => None,
                _ => named_by(sheet, scheme, &known),
            };
            out.by_sheet.extend(key.map(|key| (index, key)));
            let title =
                sources.titles.get(&index).copied().unwrap_or_else(|| titled(sheet, &|_| false));
            out.times.extend(time_of(sheet, title).map(|time| (index, time)));
        }
        out
    }

    /// What a form may read of all sources.
    pub(super) fn sources<'s>(
        &self,
        form_sheet: &str,
        form: &Form,
        all: &'s Sources,
    ) -> Cow<'s, Sources> {
        let one_table = all.people.len() < 2 && all.raters.is_empty();
        if one_table && all.lists.is_empty() && all.teams.is_empty() {
            return Cow::Borrowed(all);
        }
        let mut out = all.clone();
        self.leave_out_other_months(form, &mut out);
        let key = person_key(form.person.as_deref().unwrap_or(form_sheet));
        // Several people's teams may stand on one sheet, each under a name.
        let (mut teams, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut out.teams)
            .into_iter()
            .partition(|team| team_of::owner(team, &self.people).is_some());
        let rest = self.pick(form_sheet, form, rest, |team| team.sheet);
        let owned = rest.iter().any(|team| self.by_sheet.contains_key(&team.sheet));
        teams.extend(rest);
        let several = self.several || self.foreign && of_several(all);
        let wanted = team_of::Wanted {
            key: &key,
            named: form.person.is_some(),
            department: form.department.as_deref(),
            people: &self.people,
            departments: &self.departments,
            several: several && !owned,
            shared: (self.several || self.foreign) && !owned,
        };
        out.teams = team_of::of_person(teams, &wanted);
        out.people = self.of_month(form, out.people, |people| people.sheet);
        // Several people's tables may stand on one sheet, each under a name.
        let (titled, raters): (Vec<_>, Vec<_>) = std::mem::take(&mut out.raters)
            .into_iter()
            .partition(|table| !table.turned && !table.rated.is_empty());
        let titled = titled.into_iter().filter(|t| t.rated.values().any(|rated| *rated == key));
        out.raters = self.of_month(form, titled.collect(), |table| table.sheet);
        // Two tables of one rating: which of them counts?
        for at in 1..out.raters.len() {
            let (before, rest) = out.raters.split_at_mut(at);
            let Some(second) = rest.first() else { continue };
            if let Some(first) = before.iter_mut().find(|table| table.rating == second.rating) {
                first.unclear = first.unclear.or(Some(CellRef::new(second.first(), 0)));
            }
        }
        let ratings: BTreeSet<usize> = raters.iter().map(|r| r.rating).collect();
        for rating in ratings {
            let own = raters.iter().filter(|r| r.rating == rating).cloned();
            out.raters.extend(self.pick(form_sheet, form, own, |r| r.sheet));
        }
        let fits = |listed: &Listed| listed.month.zip(form.period()).map(|(a, b)| a.fits(b));
        for listed in out.lists.values_mut() {
            let all = std::mem::take(listed);
            *listed = match self.several {
                true => self.pick(form_sheet, form, all, |l| l.place.sheet),
                false => self.of_the_only(form_sheet, form, all),
            };
            if listed.iter().any(|one| fits(one) == Some(true)) {
                listed.retain(|one| fits(one) != Some(false));
            }
            // A sheet of comparisons beside the month's own; a goal may be a figure.
            let other = |one: &Listed| {
                one.months.is_some() || one.aside.as_deref().is_some_and(is_other_time)
            };
            let sheets: HashSet<usize> =
                listed.iter().filter(|one| !other(one)).map(|one| one.place.sheet).collect();
            if !sheets.is_empty() {
                listed.retain(|one| !other(one) || sheets.contains(&one.place.sheet));
            }
        }
        out.lists.retain(|_, listed| !listed.is_empty());
        Cow::Owned(out)
    }

    /// Takes out what stands on sheets of other months, where figures of the form's month, or of none that is
    /// said, stand on another: not each figure by itself, or one that the month's sheet lacks would be last
    /// month's.
    fn leave_out_other_months(&self, form: &Form, out: &mut Sources) {
        let Some(month) = form.period() else { return };
        let is = |sheet: usize| self.times.get(&sheet)?.fits(month);
        // One figure on the form itself, or on a 汇总, makes no sheet of the month's.
        let mut counts: HashMap<usize, usize> = HashMap::default();
        for listed in out.lists.values() {
            let sheets: HashSet<usize> = listed.iter().map(|one| one.place.sheet).collect();
            sheets.into_iter().for_each(|sheet| *counts.entry(sheet).or_default() += 1);
        }
        let own = |sheet: usize| form.sheets.contains(&sheet);
        let listed = counts
            .iter()
            .filter(|(sheet, count)| **count >= FEW || is(**sheet) == Some(true) && !own(**sheet));
        let listed = listed.map(|(sheet, _)| *sheet);
        let figures: Vec<usize> =
            listed.chain(out.people.iter().map(|table| table.sheet)).collect();
        let teams: Vec<usize> = out.teams.iter().map(|team| team.sheet).collect();
        let teams: Vec<usize> = teams.into_iter().filter(|sheet| !own(*sheet)).collect();
        let said = figures.iter().chain(&teams).any(|sheet| is(*sheet) == Some(true));
        let other = |sheet: usize| {
            self.times.get(&sheet).filter(|found| found.fits(month) == Some(false)).copied()
        };
        if said || figures.iter().any(|sheet| is(*sheet).is_none()) {
            for (name, listed) in &mut out.lists {
                let first =
                    listed.iter().find_map(|one| Some((other(one.place.sheet)?, one.place)));
                out.elsewhen.extend(first.map(|first| (name.clone(), first)));
                listed.retain(|one| other(one.place.sheet).is_none());
            }
            out.lists.retain(|_, listed| !listed.is_empty());
            for table in &out.people {
                let Some((found, row)) = other(table.sheet).zip(table.rows.first()) else {
                    continue;
                };
                let at = |line: u32| Place { sheet: table.sheet, at: table.cell(row, line) };
                let cells =
                    table.metrics.iter().map(|(name, line)| (name.clone(), (found, at(*line))));
                out.elsewhen.extend(cells);
            }
            out.people.retain(|table| other(table.sheet).is_none());
        }
        if said || teams.iter().any(|sheet| is(*sheet).is_none()) {
            for team in &out.teams {
                let Some(found) = other(team.sheet) else { continue };
                let at = |col: u32| Place { sheet: team.sheet, at: CellRef::new(team.header, col) };
                let heads =
                    team.columns.iter().map(|(name, col)| (name.clone(), (found, at(*col))));
                out.elsewhen.extend(heads);
            }
            out.teams.retain(|team| other(team.sheet).is_none());
        }
    }

    /// Of what stands on several sheets, what is a form's: that of its person, else what is
    /// nobody's; that of its month, where months are told apart.
    pub(super) fn pick<T>(
        &self,
        form_sheet: &str,
        form: &Form,
        all: impl IntoIterator<Item = T>,
        sheet: impl Fn(&T) -> usize,
    ) -> Vec<T> {
        let key = person_key(form.person.as_deref().unwrap_or(form_sheet));
        let (mut mine, mut free) = (Vec::new(), Vec::new());
        for one in all {
            match self.by_sheet.get(&sheet(&one)) {
                Some(owner) if *owner == key => mine.push(one),
                Some(_) => {}
                None => free.push(one),
            }
        }
        if mine.is_empty() {
            mine = free;
        }
        self.of_month(form, mine, sheet)
    }

    /// In a workbook of one person, what is nobody's counts as much as what stands on the form's own sheet.
    fn of_the_only(&self, form_sheet: &str, form: &Form, all: Vec<Listed>) -> Vec<Listed> {
        let key = person_key(form.person.as_deref().unwrap_or(form_sheet));
        let own = |one: &Listed| self.by_sheet.get(&one.place.sheet).is_none_or(|of| *of == key);
        let all = all.into_iter().filter(own).collect();
        self.of_month(form, all, |one| one.place.sheet)
    }

    /// What is of a form's month, where there is such and other.
    fn of_month<T>(&self, form: &Form, mut all: Vec<T>, sheet: impl Fn(&T) -> usize) -> Vec<T> {
        if let Some(month) = form.period() {
            let is = |at: usize| self.times.get(&at)?.fits(month);
            if all.iter().any(|one| is(sheet(one)) == Some(true)) {
                all.retain(|one| is(sheet(one)) != Some(false));
            }
        }
        all
    }

    /// Whether a sheet's figures may be those of several forms, so that nobody can tell whose.
    pub(super) fn unclear(&self, sheet: usize, form: &Form) -> bool {
        let alone = form.person.as_deref().map(person_key).is_some_and(|p| Some(p) == self.only);
        self.several && !alone && !self.by_sheet.contains_key(&sheet)
    }

    /// Whether a sheet names a form's person as its own.
    pub(super) fn owns(&self, sheet: usize, form_sheet: &str, form: &Form) -> bool {
        let key = person_key(form.person.as_deref().unwrap_or(form_sheet));
        self.by_sheet.get(&sheet) == Some(&key)
    }

    /// Whether a sheet names this person as its own.
    pub fn has_sheet_of(&self, person: &str) -> bool {
        let key = person_key(person);
        self.by_sheet.values().any(|owner| *owner == key)
    }

    /// Whether a form is of this person.
    pub(super) fn is_of_form(&self, key: &str) -> bool {
        self.people.contains(key)
    }

    /// Whether several forms are of this name.
    pub(super) fn has_namesake(&self, name: &str) -> bool {
        self.namesakes.contains(&person_key(name))
    }

    /// Whether all forms are of one person.
    pub(super) fn one_person(&self) -> bool {
        !self.several
    }

    /// By which name raters' tables know a form's person: among several people a tab may name him alone.
    pub(super) fn rated_key(&self, form_sheet: &str, form: &Form) -> Option<String> {
        let named = form.person.as_deref();
        named.or(self.several.then_some(form_sheet)).map(person_key)
    }

    /// Whether a raters' table that names nobody rates the only person there is.
    pub(super) fn one_rated(&self, sources: &Sources) -> bool {
        self.one_person() && !(self.foreign && of_several(sources))
    }
}

/// Whether figures are of several people: a metrics workbook may be of more than have forms here.
fn of_several(sources: &Sources) -> bool {
    let names: HashSet<String> = sources.all_rows().map(|(_, row)| person_key(&row.name)).collect();
    names.len() > 1
}

/// The known person that a sheet names: beside a label, in its own name, or in its title.
fn named_by(sheet: &Sheet, scheme: &Scheme, known: &HashSet<String>) -> Option<String> {
    if let Some((_, Value::Text(name))) = labelled(sheet, &scheme.words.person, 12)
        && let Some(key) = known.get(&person_key(&name))
    {
        return Some(key.clone());
    }
    let name = compact(&sheet.name);
    about(&name, known).or_else(|| {
        let head = sheet.cells.iter().take_while(|(at, _)| at.row < HEAD);
        let mut found = head.filter_map(|(at, cell)| {
            let written = cell.value.text()?;
            let text = compact(written);
            let key = about(&text, known)?;
            // A name alone in its cell may head a column or be a member's; in a row of many, 王丽团队 is of
            // that row.
            let beside = sheet.row(at.row).count();
            let more = key.len() < text.len();
            let title = more && (beside <= TITLE_CELLS || written.contains([':', '：']));
            (title || beside == 1).then_some(key)
        });
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    })
}

/// Fewest figures of a sheet that says no month for it to be the month's.
pub(super) const FEW: usize = 3;

/// Most filled cells of a row that holds a title.
const TITLE_CELLS: usize = 3;

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
            cell.label().is_some_and(|label| label.ends_with("月份"))
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
pub(super) fn titled(sheet: &Sheet, is_figure: &dyn Fn(CellRef) -> bool) -> Option<Month> {
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

    /// The month that a sheet's title or name says.
    pub fn sheet_month(&self, workbook: &Workbook, index: usize) -> Option<Period> {
        let sheet = workbook.sheets.get(index)?;
        match time_of(sheet, self.titles.get(&index).copied().flatten())? {
            Time::Month(month) => Some(month),
            Time::Year(_) => None,
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
fn time_of(sheet: &Sheet, title: Option<Month>) -> Option<Time> {
    let named = without_own_dates(&sheet.name);
    let name = || Period::named(&named);
    let short = || head_texts(sheet, HEAD, &|_| false).iter().find_map(alone);
    let month = title.map(Period::from).or_else(name).or_else(short);
    month.map(Time::Month).or_else(|| year_named(&named).map(Time::Year))
}

/// The time that a sheet says its figures are of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Time {
    /// A month, perhaps without its year.
    Month(Period),
    /// A year: that of the form may hold the month's figures.
    Year(i32),
}

impl Time {
    /// Whether figures of a month stand there; nothing where the sheet does not tell.
    fn fits(self, month: Period) -> Option<bool> {
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
