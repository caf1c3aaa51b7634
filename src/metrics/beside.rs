//! Tables beside the figures that are none: goals of a sheet of parameters, the days of the month's means.
//! Each is left out only where the figures stand elsewhere, so that never two answers are open.

use super::sources::{Aside, Listed, People, Sources, TeamTable};
use super::time::sheets::FEW;
use super::titles;
use crate::cell::CellRef;
use crate::form::Period;
use crate::hash::HashSet;
use crate::scheme::Scheme;
use crate::text::{compact, has_any, person_key};
use crate::workbook::Workbook;
use std::collections::BTreeSet;

/// Takes out of the sources what stands beside the figures.
pub(super) fn leave_out(workbook: &Workbook, scheme: &Scheme, out: &mut Sources) {
    days(workbook, out);
    goals(scheme, out);
    spare(workbook, out);
}

/// The figures of sheets whose names say that they are another time's or a pattern (年度累计, 上月数据, 模板), or a
/// history without the month, where figures stand elsewhere: not each figure by itself, or one that the month's
/// sheet lacks would be last month's.
fn spare(workbook: &Workbook, out: &mut Sources) {
    // A sheet of explanations may hold a figure: 扣分说明.
    const PERHAPS: [&str; 1] = ["说明"];
    const HISTORY: [&str; 4] = ["历史", "历年", "趋势", "走势"];
    let key = |index: usize| workbook.sheets.get(index).map(|sheet| compact(&sheet.name));
    let named = |index: usize, words: &[&str]| {
        key(index).is_some_and(|key| has_any(&key, words) && !titles::may_be_own(&key))
    };
    let others = |index: usize| key(index).is_some_and(|key| titles::is_spare(&key));
    let spans: HashSet<usize> = {
        let sheets = workbook.sheets.iter().enumerate();
        let says = |sheet| {
            titles::of_sheet(sheet).iter().any(|title| {
                // A title 2026年度绩效考核数据 may head the month's figures.
                titles::is_other_span(title.text) || title.at.is_none() && is_years(title.text)
            })
        };
        sheets.filter(|(_, sheet)| says(sheet)).map(|(index, _)| index).collect()
    };
    let other = |sheet: usize| others(sheet) || spans.contains(&sheet);
    let spare = |one: &Listed| {
        let sheet = one.place.sheet;
        // A year's table has the month's column or row.
        let of_month = one.of_month || one.month.is_some();
        others(sheet)
            || spans.contains(&sheet) && !of_month
            || named(sheet, &PERHAPS)
            || !of_month && named(sheet, &HISTORY)
    };
    // Where the month's own sheet is there, what it lacks is not on these.
    let own = |listed: &&Vec<Listed>| listed.iter().any(|one| !spare(one));
    let whole = out.people.iter().any(|table| !other(table.sheet))
        || out.lists.values().filter(own).count() >= FEW;
    let people = out.people.clone();
    let in_rows = |name: &String| {
        let holds = |table: &&People| table.metrics.contains_key(name);
        people.iter().filter(holds).any(|table| !other(table.sheet))
    };
    let mut aside = BTreeSet::new();
    for (name, listed) in &mut out.lists {
        let elsewhere = in_rows(name) || !listed.iter().all(spare);
        let drops =
            |one: &Listed| spare(one) && (elsewhere || whole && !named(one.place.sheet, &PERHAPS));
        aside.extend(listed.iter().filter(|one| drops(one)).map(|one| one.place.sheet));
        listed.retain(|one| !drops(one));
    }
    out.lists.retain(|_, listed| !listed.is_empty());
    let lists = &out.lists;
    for table in out.people.iter_mut().filter(|table| other(table.sheet)) {
        aside.insert(table.sheet);
        table.metrics.retain(|name, _| !whole && !in_rows(name) && !lists.contains_key(name));
    }
    out.people.retain(|table| !table.metrics.is_empty() || !table.marks.is_empty());
    if out.teams.iter().any(|team| !other(team.sheet)) {
        out.teams.retain(|team| !other(team.sheet));
    }
    out.aside.extend(aside.into_iter().map(|sheet| Aside { sheet, at: None }));
}

/// Whether a tab is of a year as a whole: 年度, 2026年度数据.
fn is_years(tab: &str) -> bool {
    let tab = compact(tab);
    tab.contains("年度") && Period::named(&tab).is_none()
}

/// A team's table of single days, where another table holds all its columns and its members.
fn days(workbook: &Workbook, out: &mut Sources) {
    let members = |team: &TeamTable| -> HashSet<String> {
        let sheet = workbook.sheets.get(team.sheet);
        let name = |row: &u32| sheet?.text(CellRef::new(*row, team.member)).map(person_key);
        team.rows.iter().filter_map(name).collect()
    };
    let teams = &out.teams;
    let monthly = |day: &TeamTable, column: &String| {
        let whole = |team: &&TeamTable| !team.daily && team.columns.contains_key(column);
        let held: HashSet<String> = teams.iter().filter(whole).flat_map(members).collect();
        !held.is_empty() && members(day).is_subset(&held)
    };
    let spare = |team: &TeamTable| team.daily && team.columns.keys().all(|c| monthly(team, c));
    let spare: Vec<bool> = teams.iter().map(spare).collect();
    let mut spare = spare.into_iter();
    out.teams.retain(|_| !spare.next().unwrap_or_default());
}

/// The figures of sheets that hold goals only (基准, 目标值), where these figures stand elsewhere. A goal
/// may itself be a figure: 计划营业额.
fn goals(scheme: &Scheme, out: &mut Sources) {
    let listed = || out.lists.values().flatten();
    let real = |one: &Listed| one.aside.is_none();
    let tables = out.teams.iter().map(|team| team.sheet).chain(out.people.iter().map(|p| p.sheet));
    let figures: HashSet<usize> =
        listed().filter(|one| real(one)).map(|one| one.place.sheet).chain(tables).collect();
    let goals: HashSet<usize> =
        listed().map(|one| one.place.sheet).filter(|sheet| !figures.contains(sheet)).collect();
    if goals.is_empty() {
        return;
    }
    for metric in &scheme.metrics {
        let Some(listed) = out.lists.get_mut(&metric.name) else { continue };
        if ["计划", "目标", "预算"].iter().any(|word| metric.name.contains(word)) {
            continue;
        }
        let team = metric.from_team.as_ref().is_some_and(|from| {
            out.teams.iter().any(|team| team.columns.contains_key(&from.column))
        });
        let people = || out.people.iter().any(|people| people.metrics.contains_key(&metric.name));
        if team || listed.iter().any(real) || people() {
            listed.retain(|one| !goals.contains(&one.place.sheet));
        }
    }
    out.lists.retain(|_, listed| !listed.is_empty());
}
