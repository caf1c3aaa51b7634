//! A person's rows in the tables of people: one in each table that names the person.

use super::departments::{Kin, are_siblings, is_none, kin};
use super::owner::Owners;
use super::sources::{People, Person, Sources};
use super::standing::Standing;
use crate::form::{Form, Period};
use crate::problem::Problem;
use crate::text::{label, person_alone, person_key};
use crate::words;
use crate::workbook::{Value, Workbook};

/// A row and its table.
pub(super) type Row<'s> = (&'s People, &'s Person);

/// The person's rows, one a table; none where the workbook has no table of people.
pub(super) fn rows<'s>(
    form_sheet: &str,
    workbook: &Workbook,
    sources: &'s Sources,
    owners: &Owners,
    form: &Form,
) -> Result<Vec<Row<'s>>, Box<Problem>> {
    if sources.people.is_empty() {
        return Ok(Vec::new());
    }
    let all = || sources.all_rows();
    let mut found: Vec<Row<'s>> = match &form.person {
        Some(name) => sources.rows_of(name),
        None => all().collect(),
    };
    if let (Some(name), true) = (&form.person, found.is_empty()) {
        found = with_note(name, sources, owners);
    }
    if found.is_empty() && owners.one_person() {
        found = all().filter(|(_, row)| row.name.is_empty()).collect();
    }
    // A list on a sheet of the person's own names nobody. Beside a row of the name both must say the same.
    let own =
        |(table, row): &Row<'s>| row.name.is_empty() && owners.owns(table.sheet, form_sheet, form);
    let known = found.clone();
    let new = |row: &Row<'s>| !known.iter().any(|(table, _)| std::ptr::eq(*table, row.0));
    found.extend(all().filter(own).filter(new));
    let before = found.clone();
    found = of_month(form_sheet, found, sources, owners, form)?;
    if found.is_empty() && !before.is_empty() {
        return Ok(found);
    }
    let Some(name) = &form.person else {
        return match found.as_slice() {
            [only] => Ok(vec![*only]),
            _ => Err(Box::new(no_person(form_sheet))),
        };
    };
    let mut out: Vec<Row<'s>> = Vec::new();
    let mut namesakes = owners.has_namesake(name);
    for table in &sources.people {
        let of_table = |rows: &[Row<'s>]| -> Vec<Row<'s>> {
            rows.iter().copied().filter(|(t, _)| std::ptr::eq(*t, table)).collect()
        };
        let own = of_table(&found);
        match told_apart(&own, form).as_slice() {
            [only] => out.push(*only),
            _ => {
                if let [a, b, ..] = own.as_slice() {
                    return Err(Box::new(name_twice(workbook, name, *a, *b)));
                }
            }
        }
        let named_apart =
            |(a, b): (&Row<'s>, &Row<'s>)| a.1.standing.is_none() && b.1.standing.is_none();
        namesakes |= own.iter().zip(own.iter().skip(1)).any(named_apart);
    }
    if namesakes && let Some(row) = out.iter().find(|row| !is_told(**row, form)) {
        return Err(Box::new(not_told(workbook, name, *row)));
    }
    if let Some(row) = out.iter().find(|(_, row)| differ(&row.number, &form.number.key)) {
        return Err(Box::new(other_number(workbook, *row, form)));
    }
    if let Some(row) = out.iter().find(|row| is_plainly_other(**row, form)) {
        return Err(Box::new(other_department(workbook, *row, form)));
    }
    // Nameless rows are one person's; of several none can be told.
    match (out.as_slice(), before.as_slice()) {
        ([_, ..], _) => Ok(out),
        ([], [a, b, ..]) if !a.1.name.is_empty() => {
            Err(Box::new(name_twice(workbook, name, *a, *b)))
        }
        _ => Err(Box::new(no_row(form_sheet, name, passed(workbook, sources, name)))),
    }
}

/// A table of another time that has a person's row: where its title stands, and the title.
fn passed(workbook: &Workbook, sources: &Sources, name: &str) -> Option<(String, String)> {
    let place = sources.passed_rows.get(&person_key(name))?;
    let sheet = workbook.sheets.get(place.sheet)?;
    let title = match sheet.value(place.at) {
        Value::Text(text) => super::near::one_line(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some((format!("'{}'!{}", sheet.name, place.at), title))
}

/// Rows of a name with a note in brackets or a post behind it (`王丽（主管）`, `王丽主管`), or without the
/// form's; none that is another form's.
fn with_note<'s>(name: &str, sources: &'s Sources, owners: &Owners) -> Vec<Row<'s>> {
    let (key, bare) = (person_key(name), label(name));
    let alone = person_alone(name);
    let alike = |(_, row): &Row<'s>| {
        let (own, own_bare) = (person_key(&row.name), label(&row.name));
        !own_bare.is_empty()
            && (own_bare == key || own == bare || person_alone(&row.name) == alone)
            && !owners.is_of_form(&own)
    };
    sources.all_rows().filter(alike).collect()
}

/// The rows of the form's month, where the rows of a table name months. A table of other months only is
/// history where all its figures stand elsewhere.
fn of_month<'s>(
    form_sheet: &str,
    rows: Vec<Row<'s>>,
    sources: &Sources,
    owners: &Owners,
    form: &Form,
) -> Result<Vec<Row<'s>>, Box<Problem>> {
    let period = form.period();
    let fits = |(table, row): &Row<'s>| match (table.monthly, period, row.month) {
        (false, ..) => true,
        (true, Some(wanted), Some(month)) => month.fits(wanted),
        (true, ..) => false,
    };
    let kept: Vec<Row<'s>> = rows.iter().copied().filter(fits).collect();
    let elsewhere = |table: &People| {
        table.marks.is_empty()
            && table.metrics.keys().all(|metric| {
                sources.lists.contains_key(metric)
                    || kept.iter().any(|(other, _)| other.metrics.contains_key(metric))
            })
    };
    let history = |(table, _): &Row<'s>| {
        owners.one_person()
            && period.is_some()
            && table.rows.iter().all(|row| row.month.is_some())
            && elsewhere(table)
    };
    let left = |(table, _): &Row<'s>| kept.iter().any(|(t, _)| std::ptr::eq(*t, *table));
    let Some((table, _)) = rows.iter().find(|row| !left(row) && !history(row)) else {
        return Ok(kept);
    };
    let own = || rows.iter().filter(|(t, _)| std::ptr::eq(*t, *table));
    if period.is_none() && own().count() == 1 {
        return Ok(rows);
    }
    let months: Vec<Period> = own().filter_map(|(_, row)| row.month).collect();
    Err(Box::new(no_month(period, &months).on(form_sheet)))
}

/// Rows, or a list's figures, of other months only.
pub(super) fn no_month(period: Option<Period>, months: &[Period]) -> Problem {
    let mut names: Vec<String> = Vec::new();
    for name in months.iter().map(ToString::to_string) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = match names.is_empty() {
        true => words!("（没有写月份）", "none"),
        false => {
            let names = names.join("、");
            words!("{names}", "{names}")
        }
    };
    let what = match period {
        Some(period) => words!(
            "指标表中没有 {period} 的行，只有：",
            "the metric sheet has no row of {period}, only of: "
        ),
        None => words!(
            "考核表上没有写考核月份，而指标表有几个月的行：",
            "the form does not name its month, and the metric sheet has rows of several: "
        ),
    };
    Problem::error("no-month-row", what.then(&names)).hint(words!(
        "补上这个月的行，或改正考核表上的「考核月份」",
        "add the month's row, or correct 考核月份 in the form"
    ))
}

/// Of rows of one name the form's, by staff number or else by department.
fn told_apart<'s>(rows: &[Row<'s>], form: &Form) -> Vec<Row<'s>> {
    // A row that was set aside beside the one that counts.
    let void = |(_, row): &Row<'s>| {
        row.standing.as_ref().is_some_and(|said| said.standing == Standing::Void)
    };
    let counted: Vec<Row<'s>> = rows.iter().copied().filter(|row| !void(row)).collect();
    let rows = if counted.is_empty() { rows } else { counted.as_slice() };
    if rows.len() < 2 {
        return rows.to_vec();
    }
    let numbered = !form.number.key.is_empty() && rows.iter().any(|(_, r)| !r.number.is_empty());
    if numbered {
        return rows
            .iter()
            .copied()
            .filter(|(_, r)| !r.number.is_empty() && !differ(&r.number, &form.number.key))
            .collect();
    }
    let Some(key) = form.department.as_deref().map(person_key) else { return rows.to_vec() };
    let own = |(_, r): &Row<'s>| r.department.as_deref().is_some_and(|d| person_key(d) == key);
    rows.iter().copied().filter(own).collect()
}

/// Whether a row is the form's by more than the name.
fn is_told((_, row): Row<'_>, form: &Form) -> bool {
    let number = !row.number.is_empty()
        && !form.number.key.is_empty()
        && !differ(&row.number, &form.number.key);
    let department = row.department.as_deref().zip(form.department.as_deref());
    number || department.is_some_and(|(a, b)| person_key(a) == person_key(b))
}

/// Whether a row of the name is another department's, and no staff number says that it is the form's all the
/// same: somebody else may have the name.
pub(super) fn is_of_other_department((_, row): Row<'_>, form: &Form) -> bool {
    let numbered = !row.number.is_empty() && !form.number.key.is_empty();
    let departments = row.department.as_deref().zip(form.department.as_deref());
    !numbered
        && !row.name.is_empty()
        && departments.is_some_and(|(theirs, own)| {
            kin(own, theirs) == Kin::Other && !is_none(own) && !is_none(theirs)
        })
}

/// Whether it plainly is: the table has the form's own department too, or both are two of one kind. Else the
/// table may only call the department otherwise: 人事部 is the 人力资源部.
fn is_plainly_other(row: Row<'_>, form: &Form) -> bool {
    let (Some(own), Some(theirs)) = (form.department.as_deref(), row.1.department.as_deref())
    else {
        return false;
    };
    let known = || {
        let departments = row.0.rows.iter().filter_map(|other| other.department.as_deref());
        let mut departments = departments.filter(|other| !is_none(other));
        departments.any(|other| kin(own, other) != Kin::Other)
    };
    is_of_other_department(row, form) && (are_siblings(own, theirs) || known())
}

/// Whether two staff numbers are there and differ; leading zeros do not count.
fn differ(a: &str, b: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches('0').to_owned();
    !a.is_empty() && !b.is_empty() && bare(a) != bare(b)
}

fn sheet_of<'w>(workbook: &'w Workbook, table: &People) -> &'w str {
    workbook.sheet_name(table.sheet)
}

fn no_person(form_sheet: &str) -> Problem {
    Problem::error(
        "no-person",
        words!("考核表上没有写被考核人", "the form does not name the person"),
    )
    .on(form_sheet)
    .hint(words!("在表头写上「被考核人：姓名」", "write 被考核人：name in its head"))
}

fn name_twice(workbook: &Workbook, name: &str, a: Row<'_>, b: Row<'_>) -> Problem {
    let (a_at, b_at) = (format!("'{}'!{}", sheet_of(workbook, a.0), a.1.at), b.1.at);
    if a.1.name.is_empty() && b.1.name.is_empty() {
        return Problem::error(
            "name-twice",
            words!(
                "「{name}」的指标有好几行（{a_at} 与 {b_at}），看不出用哪一行",
                "the figures of `{name}` stand in several rows ({a_at} and {b_at}), and nothing tells which to use"
            ),
        )
        .at(sheet_of(workbook, b.0), b_at)
        .hint(words!(
            "按天（周）记的，加一行「合计」；是几个人的，加「姓名」列",
            "of rows a day or week add one of their sum, 合计; of several people add a column 姓名"
        ));
    }
    Problem::error(
        "name-twice",
        words!(
            "指标表中有两行「{name}」：{a_at} 与 {b_at}",
            "two rows are named `{name}`: {a_at} and {b_at}"
        ),
    )
    .at(sheet_of(workbook, b.0), b_at)
    .hint(words!(
        "用「部门」或「工号」列区分，并与考核表上的一致；或改正姓名",
        "tell them apart by a column 部门 or 工号 that agrees with the form, or correct the name"
    ))
}

fn not_told(workbook: &Workbook, name: &str, row: Row<'_>) -> Problem {
    Problem::error(
        "name-twice",
        words!(
            "有几个人叫「{name}」，看不出这一行是谁的",
            "several people are named `{name}`, and nothing tells whose this row is"
        ),
    )
    .at(sheet_of(workbook, row.0), row.1.at)
    .hint(words!(
        "给这张表加上「部门」或「工号」列，并与考核表上的一致",
        "give this table a column 部门 or 工号 that agrees with the form"
    ))
}

fn other_number(workbook: &Workbook, row: Row<'_>, form: &Form) -> Problem {
    let (own, theirs) = (&form.number.key, &row.1.number);
    Problem::error(
        "number-differs",
        words!(
            "考核表的工号是 {own}，指标表这一行是 {theirs}，可能不是同一个人",
            "the form's staff number is {own}, this row's is {theirs}: perhaps another person"
        ),
    )
    .at(sheet_of(workbook, row.0), row.1.at)
    .hint(words!("核对并改正工号", "check and correct the number"))
}

pub(super) fn other_department(workbook: &Workbook, row: Row<'_>, form: &Form) -> Problem {
    let own = form.department.as_deref().unwrap_or_default();
    let (theirs, name) = (row.1.department.as_deref().unwrap_or_default(), &row.1.name);
    Problem::error(
        "department-differs",
        words!(
            "考核表的「{name}」是「{own}」的，指标表这一行的「{name}」是「{theirs}」的，可能不是同一个人",
            "the form's `{name}` is of `{own}`, this row's of `{theirs}`: perhaps another person"
        ),
    )
    .at(sheet_of(workbook, row.0), row.1.at)
    .hint(words!(
        "是同一个人的，把两处的部门改成一样，或两处都写上工号；不是的，补上他自己的一行",
        "where they are one, make both departments the same or give both a 工号; else add the person's own row"
    ))
}

fn no_row(form_sheet: &str, name: &str, passed: Option<(String, String)>) -> Problem {
    let hint = match passed {
        None => words!("在指标表中补上这一行，姓名须一致", "add the row, with the same name"),
        Some((at, title)) => words!(
            "补上当月实际数的这一行，姓名须一致；{at} 的「{title}」说明那里的一行不是当月的实际数，没有取用",
            "add the row of the month's actual figures, with the same name; `{title}` in {at} says that the row there holds none, and it was not read"
        ),
    };
    Problem::error(
        "no-metric-row",
        words!("指标表中没有「{name}」这一行", "the metric sheet has no row for `{name}`"),
    )
    .on(form_sheet)
    .hint(hint)
}
