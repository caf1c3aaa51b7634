//! Whose figures a sheet holds, and of which month, where a workbook holds those of several.

use super::naming::about;
use super::sources::{Listed, Sources};
use super::team_of;
use super::time::sheets::{FEW, Time, time_of, titled};
use super::time::words::is_other_time;
use crate::cell::CellRef;
use crate::form::{Form, Place, labelled};
use crate::hash::{HashMap, HashSet};
use crate::scheme::Scheme;
use crate::text::{compact, label, person_key};
use crate::workbook::{Sheet, Value, Workbook};
use std::borrow::Cow;
use std::collections::BTreeSet;

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
    let sheet = workbook.sheet_name(form.sheet);
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
        let known = || {
            let mut known = people.clone();
            known.extend(sources.names().cloned());
            // A name of one letter stands in many words.
            known.retain(|key| key.chars().count() > 1);
            known
        };
        let mut named = forms.iter().filter_map(|form| form.person.as_deref().map(person_key));
        let only = named.next().filter(|first| named.all(|other| other == *first));
        let several = people.len() > 1;
        let departments =
            forms.iter().filter_map(|form| form.department.as_deref().map(label)).collect();
        let mut out = Self { several, foreign: !own, only, departments, ..Self::default() };
        // Forms of one person may be of several months.
        let who =
            |form: &Form| (form.department.as_deref().map(person_key), form.number.key.clone());
        let mut seen: HashMap<String, Vec<&Form>> = HashMap::default();
        for form in forms {
            let Some(key) = form.person.as_deref().map(person_key) else { continue };
            let others = seen.entry(key.clone()).or_default();
            if others.iter().any(|o| who(o) != who(form) || o.period() == form.period()) {
                out.namesakes.insert(key);
            }
            others.push(form);
        }
        // Among the people of a workbook for many one more changes nothing: whom its sheets name is looked
        // for once, and not for each form.
        let all_in_rows = !own && people.iter().all(|key| sources.has_row_of(key));
        let find = || {
            let known = known();
            let of_form = |at: usize| own && forms.iter().any(|form| form.sheets.contains(&at));
            let sheets = figures.sheets.iter().enumerate();
            let loaded = sheets.filter(|(at, sheet)| sheet.loaded && !of_form(*at));
            loaded.filter_map(|(at, sheet)| Some((at, named_by(sheet, scheme, &known)?))).collect()
        };
        let found: HashMap<usize, String>;
        let named = match all_in_rows {
            true => sources.named(find),
            false => {
                found = find();
                &found
            }
        };
        // Of forms of several months no day is known to be that of the making.
        let mut months = forms.iter().map(Form::period);
        let month = months.next().flatten().filter(|first| months.all(|of| of == Some(*first)));
        for (index, sheet) in figures.sheets.iter().enumerate().filter(|(_, s)| s.loaded) {
            let mut of = forms.iter().filter(|form| own && form.sheets.contains(&index));
            let key = match (of.next(), of.next()) {
                (Some(form), None) => Some(key_of(workbook, form)),
                (Some(_), Some(_)) => None,
                _ => named.get(&index).cloned(),
            };
            out.by_sheet.extend(key.map(|key| (index, key)));
            let title = sources
                .titles
                .get(&index)
                .copied()
                .unwrap_or_else(|| titled(sheet, month, &|_| false));
            out.times.extend(time_of(sheet, month, title).map(|time| (index, time)));
        }
        out.people = people;
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
            .partition(|table| table.rates_by_title() || !table.turned && !table.rated.is_empty());
        let titled = titled.into_iter().filter(|t| t.rated.values().any(|rated| *rated == key));
        out.raters = self.of_month(form, titled.collect(), |table| table.sheet);
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
    if let Some((at, Value::Text(name))) = labelled(sheet, &scheme.words.person, 12)
        && let Some(key) = known.get(&person_key(&name))
    {
        return Some(key.clone()).filter(|key| !is_section(sheet, at, key, known));
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
            (title || beside == 1).then_some((at, key))
        });
        let (at, first) = found.next()?;
        let one = found.all(|(_, other)| other == first);
        (one && !is_section(sheet, *at, &first, known)).then_some(first)
    })
}

/// Whether a row that names a person heads a section of a table, and another below names another person in the
/// same words: 主管：王丽, 主管：周强.
fn is_section(sheet: &Sheet, at: CellRef, person: &str, known: &HashSet<String>) -> bool {
    let own = sheet.text(at).map(compact).unwrap_or_default();
    let Some((before, behind)) = own.split_once(person).filter(|_| own != person) else {
        return false;
    };
    let mut below =
        sheet.cells.iter().filter(|(other, _)| other.col == at.col && other.row > at.row);
    below.any(|(_, cell)| {
        // Most texts are no such words at all.
        let text = cell.value.text().filter(|text| text.len() <= own.len() * 2).map(compact);
        let named = text.as_deref().and_then(|text| text.strip_prefix(before));
        let named = named.and_then(|text| text.strip_suffix(behind));
        named.is_some_and(|name| name != person && known.contains(name))
    })
}

/// Most filled cells of a row that holds a title.
const TITLE_CELLS: usize = 3;
