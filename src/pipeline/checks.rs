//! What is looked at across forms and between the two ways of computing.

use crate::fill::Scorecard;
use crate::form::{Form, Forms, Month, Period, Place};
use crate::metrics::{Owners, Sources};
use crate::problem::codes::MONTH_DIFFERS;
use crate::problem::{Problem, Words};
use crate::recalc::{Values, Written};
use crate::text::{label, person_alone, person_key, show};
use crate::words;
use crate::workbook::{Value, Workbook};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What only all forms together show: people without a form that could be read.
pub fn across_forms(
    workbook: &Workbook,
    figures: &Workbook,
    forms: &Forms,
    sources: &Sources,
) -> Vec<Problem> {
    let mut problems = forms.problems.clone();
    let mut known: HashSet<String> =
        forms.forms.iter().filter_map(|f| f.person.as_deref().map(person_key)).collect();
    let alone: HashSet<String> =
        forms.forms.iter().filter_map(|f| f.person.as_deref().map(person_alone)).collect();
    known.extend(workbook.sheets.iter().map(|s| person_key(&s.name)));
    let colleagues = are_colleagues(forms, sources);
    let mut without: Vec<(&str, Place)> = Vec::new();
    let mut aside: Vec<(&str, Place)> = Vec::new();
    let lone = forms.forms.len() == 1 && forms.forms.iter().all(|f| f.person.is_none());
    // In a workbook for many stand others than have forms here.
    for table in sources.people.iter().filter(|_| !lone && !sources.literal) {
        for row in &table.rows {
            let other_month = row.month.is_some_and(|month| {
                !forms.forms.iter().filter_map(Form::period).any(|own| own.fits(month))
            });
            if other_month
                || row.name.is_empty()
                || known.contains(&person_key(&row.name))
                || known.contains(&label(&row.name))
                || alone.contains(&person_alone(&row.name))
            {
                continue;
            }
            let name = &row.name;
            if row.is_set_aside() {
                aside.push((name, Place { sheet: table.sheet, at: row.at }));
                continue;
            }
            if colleagues {
                without.push((name, Place { sheet: table.sheet, at: row.at }));
                continue;
            }
            problems.push(
                Problem::error(
                    "no-form",
                    words!(
                        "指标表中有「{name}」，但没有这个人的考核表",
                        "the metric sheet has a row for `{name}`, but there is no form"
                    ),
                )
                .at(figures.sheet_name(table.sheet), row.at)
                .hint(words!("补上该员工的考核表，或核对姓名", "add the form, or check the name")),
            );
        }
    }
    problems.extend(without_forms(figures, &without, of_colleagues()));
    problems.extend(without_forms(figures, &aside, of_set_aside()));
    if figures.full_calc_on_load {
        let any_formula = figures.sheets.iter().enumerate().any(|(index, sheet)| {
            sources.people.iter().any(|t| t.sheet == index)
                && sheet.cells.values().any(|c| c.is_formula)
        });
        if any_formula || sources.places().any(|place| computed(figures, place)) {
            problems.push(Problem::notice(
                "may-be-stale",
                words!("指标表含公式且文件要求打开时重算，保存的结果可能不是最新", "the metric sheet holds formulas and the file asks to be recalculated; stored results may be old"),
            ));
        }
    }
    problems
}

/// Whether the metric sheet's other people are colleagues of the only form's person, who has a row there: the
/// department's table in one person's workbook.
fn are_colleagues(forms: &Forms, sources: &Sources) -> bool {
    let [form] = forms.forms.as_slice() else { return false };
    let Some(person) = form.person.as_deref().map(person_key) else { return false };
    sources.all_rows().any(|(_, row)| person_key(&row.name) == person)
}

/// What is said of colleagues of the only form's person.
fn of_colleagues() -> (Words, Words) {
    let what = words!(
        "指标表中另有没有考核表的人，没有取用：",
        "the metric sheet has rows of others, who have no form here: "
    );
    let hint = words!(
        "只填这一个人的表就不用管；还要填他们的，补上考核表",
        "nothing to do where only this form is filled; else add their forms"
    );
    (what, hint)
}

/// What is said of rows that say of themselves that nobody is to be assessed.
fn of_set_aside() -> (Words, Words) {
    let what = words!(
        "指标表中这些行是示例、说明，或注明离职、不考核，也没有考核表，没有取用：",
        "rows of the metric sheet that are examples, instructions or of people who left or are not assessed, and who have no form, were not used: "
    );
    let hint = words!(
        "不用考核就不用管；要考核的，补上考核表",
        "nothing to do where they are not assessed; else add their forms"
    );
    (what, hint)
}

/// That people of the metric sheet have no form here, where that need not be wrong: once for all.
fn without_forms(
    figures: &Workbook,
    people: &[(&str, Place)],
    (what, hint): (Words, Words),
) -> Option<Problem> {
    const NAMED: usize = 5;
    let (_, first) = people.first()?;
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in people {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let sheet = figures.sheet_name(first.sheet);
    Some(
        Problem::notice("no-form", what.then(&Words::listed(&names, NAMED)))
            .at(sheet, first.at)
            .hint(hint),
    )
}

fn computed(workbook: &Workbook, place: Place) -> bool {
    let sheet = workbook.sheets.get(place.sheet);
    sheet.and_then(|sheet| sheet.cells.get(&place.at)).is_some_and(|cell| cell.is_formula)
}

/// A form that does not name its person is named by its sheet, where the metric sheet knows it.
pub fn name_by_sheet(workbook: &Workbook, sources: &Sources, form: &mut Form) {
    if form.person.is_none()
        && let Some(sheet) = workbook.sheets.get(form.sheet)
        && !sources.rows_of(&sheet.name).is_empty()
    {
        form.person = Some(sheet.name.clone());
    }
}

/// Figures of a metrics workbook that holds the forms of others, and nothing under this form's name.
pub fn of_others(
    sources: &Sources,
    owners: &Owners,
    form: &Form,
    for_many: bool,
) -> Option<Problem> {
    let person = form.person.as_deref()?;
    let same = |name: &str| person_alone(name) == person_alone(person);
    let has_row = || sources.all_rows().any(|(_, row)| same(&row.name));
    // Of one name, the department tells.
    let is_own = |(name, department): &(String, Option<String>)| {
        // 客服 is 客服部, and 电商事业部客服部 may be.
        let differs = |(a, b): (&String, &String)| {
            let (a, b) = (person_key(a), person_key(b));
            !a.contains(&b) && !b.contains(&a)
        };
        same(name) && !department.as_ref().zip(form.department.as_ref()).is_some_and(differs)
    };
    if sources.rated.iter().any(is_own) || has_row() {
        return None;
    }
    if let Some((_, Some(theirs))) = sources.rated.iter().find(|(name, _)| same(name)) {
        let own = form.department.as_deref().unwrap_or_default();
        let problem = Problem::error(
            "figures-of-another",
            words!(
                "指标工作簿是「{theirs}」的「{person}」的，这张考核表是「{own}」的「{person}」的",
                "the metrics workbook is of `{person}` in {theirs}, this form of `{person}` in {own}"
            ),
        );
        return Some(problem.hint(words!(
            "核对是不是同一个人；部门写错的，改成一致",
            "check whether they are one person; where a department is wrong, correct it"
        )));
    }
    if owners.has_sheet_of(person) {
        return None;
    }
    let Some((other, _)) = sources.rated.first() else {
        let nameless = for_many && sources.literal && !sources.lists.is_empty();
        return nameless.then(|| {
            Problem::error(
                "figures-nameless",
                words!(
                    "指标工作簿里没有写「{person}」，几个人的考核表不能都用同一份指标",
                    "the metrics workbook does not name `{person}`; forms of several people cannot all take one list"
                ),
            )
            .hint(words!(
                "改成每人一行，写上姓名；或一份一份地填写",
                "make it a row a person, with the names; or fill one workbook at a time"
            ))
        });
    };
    Some(
        Problem::error(
            "figures-of-another",
            words!(
                "指标工作簿是「{other}」的考核表，没有「{person}」的数据",
                "the metrics workbook is the form of `{other}`; it has no figures of `{person}`"
            ),
        )
        .hint(words!(
            "--metrics 换成有「{person}」数据的工作簿：每人一行，写上姓名",
            "give --metrics a workbook with the figures of `{person}`: a row a person, with the name"
        )),
    )
}

/// Takes the month of the metric sheet for a form that names none; notes sheets of another month.
pub fn note_month(figures: &Workbook, sources: &Sources, form: &mut Form) {
    let differs = |own: Period, found: Period, sheet: usize| {
        Problem::notice(
            MONTH_DIFFERS,
            words!(
                "考核表是 {own}，指标表是 {found}，请核对",
                "the form is of {own}, the metric sheet of {found}; please check"
            ),
        )
        .on(figures.sheet_name(sheet))
    };
    let mut noted = None;
    if let Some((sheet, month)) = sources.month {
        match form.period() {
            None => form.month = Some(month),
            Some(own) if own.fits(month.into()) => form.month = Some(month),
            Some(own) => {
                form.problems.push(differs(own, month.into(), sheet));
                noted = Some(sheet);
            }
        }
    }
    let Some(own) = form.period() else { return };
    // The team and the raters may stand on sheets of their own; a title may say a month without its year.
    let teams: Vec<usize> = sources.teams.iter().map(|team| team.sheet).collect();
    let raters: Vec<usize> = sources.raters.iter().map(|raters| raters.sheet).collect();
    for sheets in [sources.sheets_of_figures(form), teams, raters] {
        let month = |at: &usize| Some((*at, sources.sheet_month(figures, *at, Some(own))?));
        let months = sheets.iter().filter_map(month);
        let months: Vec<(usize, Period)> = months.collect();
        if months.len() < sheets.len() || months.iter().any(|(_, found)| found.fits(own)) {
            continue;
        }
        if let Some((sheet, found)) = months.first().filter(|(sheet, _)| noted != Some(*sheet)) {
            form.problems.push(differs(own, *found, *sheet));
            noted = Some(*sheet);
        }
    }
}

/// A person's forms of other months, by their places among the forms: they are left as they are. The one to
/// fill is the latest of those whose month the figures name, else the latest.
pub fn other_months(
    workbook: &Workbook,
    forms: &[Form],
    months: impl FnOnce() -> Vec<Month>,
) -> (HashSet<usize>, Vec<Problem>) {
    let key = |form: &Form| {
        let person = form.person.as_deref().map(person_key)?;
        let department = form.department.as_deref().map(person_key);
        Some((person, department, form.number.key.clone()))
    };
    let mut all: HashMap<_, BTreeSet<Month>> = HashMap::new();
    for form in forms {
        if let (Some(key), Some(month)) = (key(form), form.month) {
            all.entry(key).or_default().insert(month);
        }
    }
    all.retain(|_, months| months.len() > 1);
    if all.is_empty() {
        return (HashSet::new(), Vec::new());
    }
    let named = months();
    let chosen = |of: &BTreeSet<Month>| {
        of.iter().rev().find(|month| named.contains(month)).or(of.last()).copied()
    };
    let (mut older, mut problems) = (HashSet::new(), Vec::new());
    for (index, form) in forms.iter().enumerate() {
        let (Some(key), Some(month)) = (key(form), form.month) else { continue };
        let last = all.get(&key).and_then(chosen).filter(|last| *last != month);
        let Some(last) = last else { continue };
        let name = form.person.as_deref().unwrap_or_default();
        older.insert(index);
        problems.push(
            Problem::notice(
                "older-form",
                words!(
                    "「{name}」这张是 {month} 的，只填 {last} 的，这张不动",
                    "`{name}`: this form is of {month}; only that of {last} is filled"
                ),
            )
            .on(workbook.sheet_name(form.sheet))
            .hint(words!(
                "要重算这个月，请另存一份只有这张表的工作簿",
                "to score that month again, save a workbook with that form alone"
            )),
        );
    }
    (older, problems)
}

/// Two forms of one name and department in a workbook are both refused.
pub fn same_names(workbook: &Workbook, cards: &mut [Scorecard]) {
    let key = |card: &Scorecard| {
        let person = card.person.as_deref().map(person_key)?;
        Some((person, card.department.as_deref().map(person_key)))
    };
    let numbers: Vec<String> = cards.iter().map(|card| card.number.key.clone()).collect();
    let apart = |a: usize, b: usize| match (numbers.get(a), numbers.get(b)) {
        (Some(a), Some(b)) => !a.is_empty() && !b.is_empty() && a != b,
        _ => false,
    };
    let keys: Vec<_> = cards.iter().map(key).collect();
    for (index, own) in keys.iter().enumerate() {
        let twin = keys
            .iter()
            .enumerate()
            .find(|(other, key)| {
                *other != index && own.is_some() && *key == own && !apart(index, *other)
            })
            .map(|(other, _)| other);
        let Some(twin) = twin else { continue };
        let other = cards
            .get(twin)
            .and_then(|c| workbook.sheets.get(c.sheet))
            .map_or_else(String::new, |s| s.name.clone());
        if let Some(card) = cards.get_mut(index) {
            let name = card.person.clone().unwrap_or_default();
            card.problems.push(
                Problem::error(
                    "person-twice",
                    words!(
                        "「{name}」有两张考核表，另一张在 '{other}'",
                        "`{name}` has two forms; the other is on '{other}'"
                    ),
                )
                .on(&card.sheet_name)
                .hint(words!(
                    "核对姓名，或写上不同的部门或工号",
                    "check the names, or give different departments or staff numbers"
                )),
            );
            card.targets.clear();
        }
    }
}

/// Refuses every form with a cell on which the calculator has another opinion.
pub fn refuse_differing(
    names: &[String],
    cards: &mut [Scorecard],
    written: &[Written],
    opinion: &Values,
) -> bool {
    let ours: HashMap<Place, f64> = written.iter().map(|w| (w.place, w.value)).collect();
    let mut refused = false;
    for card in cards.iter_mut() {
        let mut found = Vec::new();
        for target in &card.targets {
            let (Some(own), Some(theirs)) = (ours.get(&target.place), opinion.get(&target.place))
            else {
                continue;
            };
            let agrees = matches!(theirs, Some(Value::Number(n)) if (n - own).abs() <= 1e-9 * own.abs().max(1.0));
            if agrees {
                continue;
            }
            let own = show(*own, 12);
            let (zh, en) = match theirs {
                Some(Value::Number(number)) => (show(*number, 12), show(*number, 12)),
                Some(Value::Text(text) | Value::Error(text)) => (text.clone(), text.clone()),
                _ => ("（算不出）".to_owned(), "(nothing)".to_owned()),
            };
            found.push(
                Problem::error(
                    "opinions-differ",
                    words!(
                        "两种算法结果不同：{own} 与 {zh}，未填写",
                        "two ways of computing differ: {own} and {en}; not filled"
                    ),
                )
                .at(names.get(target.place.sheet).map_or("", String::as_str), target.place.at)
                .hint(words!(
                    "请把这份文件报告给 kaohe 的开发者",
                    "please report this file to the makers of kaohe"
                )),
            );
        }
        if !found.is_empty() {
            refused = true;
            card.problems.extend(found);
            card.targets.clear();
        }
    }
    refused
}
