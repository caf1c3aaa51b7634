//! Tables of the team and of people: a header row, and a row a person.

use super::list::is_number;
use super::look::{Look, RowLabels};
use super::mark_columns::mark_columns;
use super::row_months::{RowMonths, Time, Times, is_day_head, month_column};
use super::row_words::{NO_NAMES, is_note, is_summary};
use super::sources::{People, Person, TeamTable};
use super::standing::{Standing, behind_name, of_cells};
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::heading::{self, Chosen, When, above};
use crate::form::number_text;
use crate::hash::{HashMap, HashSet};
use crate::refs::{Reference, references};
use crate::scheme::Scheme;
use crate::text::{label, person_key};
use crate::workbook::{Cell, Sheet, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Whether a row's figures are all computed of other rows of their columns, as a mean is; `table`: the
/// header's row and the last.
fn is_computed(sheet: &Sheet, row: u32, figures: &[u32], table: (u32, u32)) -> bool {
    let mut any = false;
    let all = figures.iter().all(|col| {
        let Some(cell) = sheet.cells.get(&CellRef::new(row, *col)) else { return true };
        if cell.value.is_blank() && !cell.is_formula {
            return true;
        }
        any = true;
        references(cell.formula.as_deref().unwrap_or_default()).iter().any(|reference| {
            matches!(reference, Reference::Cells { sheet: None, range, .. }
                if range.start.col == *col
                    && range.end.col == *col
                    && range.end.row > range.start.row
                    && range.start.row > table.0
                    && range.end.row <= table.1
                    && !(range.start.row..=range.end.row).contains(&row))
        })
    });
    any && all
}

/// Rows below a header that belong to its table. Blank rows do not end it where the row after them
/// has its key and a number again: a list of people is often parted by departments.
fn rows_below(sheet: &Sheet, header: u32, key: Option<u32>, figures: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    let columns = || figures.iter().copied().chain(key);
    for row in sheet.used_rows().into_iter().filter(|row| *row > header) {
        let expected = out.last().copied().unwrap_or(header) + 1;
        let cell = |col: u32| sheet.cells.get(&CellRef::new(row, col));
        let blank = columns().filter_map(cell).all(|c| c.value.is_blank() && !c.is_formula);
        if blank {
            continue;
        }
        if row != expected {
            let named = key.and_then(cell).is_some_and(|c| !c.value.is_blank());
            let numbers = figures.iter().filter_map(|col| cell(*col)).any(|c| is_number(&c.value));
            if !(named && numbers) {
                break;
            }
        }
        out.push(row);
    }
    out
}

/// The team tables that a row heads: several where they stand side by side.
pub(super) fn team_tables(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Look<'_>,
) -> Vec<TeamTable> {
    let Some(whole) = team_table(index, sheet, header, keys, scheme, words) else {
        return Vec::new();
    };
    let heads = |(_, _, key): &(CellRef, &str, Cow<'_, str>)| {
        words.member.contains(&**key) || words.group.contains(&**key)
    };
    for at in (1..keys.len()).filter(|at| keys.get(*at).is_some_and(heads)) {
        let (Some(left), Some(right)) = (keys.get(..at), keys.get(at..)) else { continue };
        let left = team_table(index, sheet, header, &left.to_vec(), scheme, words);
        let right = team_tables(index, sheet, header, &right.to_vec(), scheme, words);
        if let (Some(left), false) = (left, right.is_empty()) {
            return std::iter::once(left).chain(right).collect();
        }
    }
    vec![whole]
}

/// The first cell of a header of the team's columns, at least two, that lacks the column of the groups.
pub(super) fn groupless(keys: &RowLabels<'_>, words: &Look<'_>) -> Option<CellRef> {
    let has = |names: &HashSet<String>| keys.iter().any(|(_, _, key)| names.contains(&**key));
    let figures = keys.iter().filter(|(_, _, key)| words.column(key).is_some()).count();
    let lacks = !words.group.is_empty() && !has(&words.group) && has(&words.member);
    keys.first().filter(|_| lacks && figures > 1).map(|(at, ..)| *at)
}

/// Rows below a header that tell which of its columns holds the members.
const MEMBERS: u32 = 50;

fn team_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Look<'_>,
) -> Option<TeamTable> {
    let spec = scheme.team.as_ref()?;
    let first = keys.first()?.0.col;
    let find = |names: &HashSet<String>| {
        keys.iter().find(|(_, _, key)| names.contains(&**key)).map(|(at, ..)| at.col)
    };
    // Of 姓名（主管） and 客服姓名 the members' holds more names.
    let names = |col: u32| {
        let texts = (header + 1..=header + MEMBERS).map(|row| CellRef::new(row, col));
        texts.filter_map(|at| sheet.text(sheet.anchor(at))).collect::<HashSet<&str>>().len()
    };
    let named = keys.iter().filter(|(_, _, key)| words.member.contains(&**key));
    let member = named.map(|(at, ..)| at.col).max_by_key(|col| (names(*col), u32::MAX - *col))?;
    // A team without groups is known by its columns.
    let group = if words.group.is_empty() { member } else { find(&words.group)? };
    let title = super::titles::above(sheet, CellRef::new(header, first));
    if title.is_some_and(|title| super::titles::elsewhen(title, words.month)) {
        return None;
    }
    let (mut columns, mut units) = (HashMap::default(), HashMap::default());
    let (mut notes, mut passed) = (HashMap::default(), HashMap::default());
    let (mut figures, mut twice) = (Vec::new(), Vec::new());
    for column in &spec.columns {
        let own =
            |(_, _, key): &&(CellRef, &str, Cow<'_, str>)| words.column(key) == Some(&column.name);
        let found: Vec<_> = keys.iter().filter(own).collect();
        figures.extend(found.iter().map(|(at, ..)| at.col));
        let months: Vec<(When, bool)> = found
            .iter()
            .map(|(at, text, key)| {
                let over = above(sheet, *at, first, words.date1904);
                (words.when(over.as_deref(), text, key), label(&column.name) == **key)
            })
            .collect();
        match heading::of_month(&months) {
            Chosen::One(at) => {
                if let Some((at, text, _)) = found.get(at) {
                    columns.insert(column.name.clone(), at.col);
                    let unit = super::units::in_brackets(text);
                    units.extend(unit.map(|unit| (column.name.clone(), unit)));
                    notes.extend(words.note(text, *at).map(|note| (column.name.clone(), note)));
                }
            }
            Chosen::Unclear => {
                if let [(a, ..), (b, ..), ..] = found.as_slice() {
                    twice.push((column.name.clone(), *a, *b));
                }
            }
            Chosen::None => {
                passed.extend(found.first().map(|(at, ..)| (column.name.clone(), *at)));
            }
        }
    }
    if figures.is_empty() {
        return None;
    }
    let is_group = |text: &str| {
        let key = label(text);
        let names = spec.groups.iter().flat_map(|g| g.aliases.iter().chain([&g.name]));
        names.map(|name| label(name)).any(|name| name == key)
    };
    let mut below = rows_below(sheet, header, Some(member), &figures);
    // The next person's team right below, under a title and the header again.
    let titled = |row: &u32| {
        let mut cells = sheet.row(*row).filter(|(_, cell)| !cell.value.is_blank());
        let title = cells.next().and_then(|(_, cell)| cell.value.text());
        let heads = || {
            let cell = sheet.cells.get(&CellRef::new(*row + 1, member));
            cell.and_then(Cell::label).is_some_and(|key| words.member.contains(&*key))
        };
        // A second page repeats the title too.
        let own = super::titles::above(sheet, CellRef::new(header, first));
        title.is_some() && title != own && cells.next().is_none() && heads()
    };
    if let Some(end) = below.iter().position(titled) {
        below.truncate(end);
    }
    let last = below.last().copied().unwrap_or(header);
    let month_col = month_column(sheet, header, keys, words);
    let times = Times::of(keys.iter().map(|(at, _, key)| (at.col, &**key)));
    let mut months = RowMonths::default();
    let (mut elsewhen, mut dropped) = (None, Vec::new());
    // What is written beside a member, and behind the name.
    let known = |col: u32| figures.contains(&col) || col == member || col == group;
    let last_col = keys.last().map_or(first, |(at, ..)| at.col);
    let beside = |row: u32| {
        let cols = keys.iter().map(|(at, ..)| at.col).chain([last_col + 1]);
        let cells = cols.filter(|col| !known(*col));
        let noted =
            of_cells(sheet, cells.map(|col| (CellRef::new(row, col), CellRef::new(header, col))));
        let named = sheet.text(CellRef::new(row, member)).map_or(Standing::Counts, behind_name);
        if named == Standing::Counts { noted } else { named }
    };
    let mut rows: Vec<u32> = below
        .into_iter()
        .filter(|row| {
            if month_col.is_some_and(|col| !months.wanted(sheet, *row, col, words)) {
                elsewhen = elsewhen.or(month_col.map(|col| CellRef::new(*row, col)));
                return false;
            }
            // 不计 is said of the member.
            if beside(*row) != Standing::Void
                && let Time::Aside(at) | Time::Goal(at) = times.row(sheet, *row, words)
            {
                elsewhen = elsewhen.or(Some(at));
                dropped.push(*row);
                return false;
            }
            // The header again, as on a second page.
            let again = |col: u32, heads: &HashSet<String>| {
                let cell = sheet.cells.get(&CellRef::new(*row, col));
                cell.and_then(Cell::label).is_some_and(|key| heads.contains(&*key))
            };
            if group != member && again(member, &words.member) && again(group, &words.group) {
                return false;
            }
            let name = sheet.value(CellRef::new(*row, member));
            let shop = sheet.value(CellRef::new(*row, group));
            let summary = [name, shop].iter().any(|v| v.text().is_some_and(is_summary))
                || group != member && name.text().is_some_and(is_group)
                || is_computed(sheet, *row, &figures, (header, last));
            let blank = |col: &u32| !is_number(sheet.value(CellRef::new(*row, *col)));
            // 数据来源：生意参谋 stands below a table.
            let note = group != member
                && shop.is_blank()
                && name.text().is_some_and(is_note)
                && figures.iter().all(blank);
            let nobody = name.is_blank() && shop.is_blank();
            !summary && !nobody && !note
        })
        .collect();
    let standing: Vec<(u32, Standing)> = rows.iter().map(|row| (*row, beside(*row))).collect();
    let with = |wanted: Standing| {
        let found = standing.iter().filter(move |(_, standing)| *standing == wanted);
        found.map(|(row, _)| CellRef::new(*row, member))
    };
    let left_out: Vec<CellRef> = with(Standing::Void).collect();
    // A member of whom no other row is left is not dropped without a word.
    let name = |row: u32| sheet.text(CellRef::new(row, member)).map(person_key);
    let lost = |row: &&u32| !rows.is_empty() && !rows.iter().any(|own| name(*own) == name(**row));
    let lost = dropped.iter().find(lost).map(|row| CellRef::new(*row, member));
    let doubt = with(Standing::Doubt).next().or(lost);
    rows.retain(|row| left_out.iter().all(|at| at.row != *row));
    // 客服部 among people: one of them, or all?
    let of_group = |row: &&u32| {
        let name = sheet.text(CellRef::new(**row, member)).map(label);
        name.is_some_and(|name| {
            name.ends_with(['部', '组', '店', '队', '率', '线'])
                || NO_NAMES.contains(&name.as_str())
        })
    };
    let several = group != member && !rows.iter().all(|row| of_group(&row));
    // Without a name: a member, or a sum of the shop?
    let nameless = |row: &&u32| {
        group != member
            && sheet.value(CellRef::new(**row, member)).is_blank()
            && sheet.merge_of(CellRef::new(**row, member)).is_none()
    };
    let unclear = rows
        .iter()
        .find(of_group)
        .filter(|_| several)
        .or_else(|| rows.iter().find(nameless))
        .or_else(|| rows.first().filter(|_| months.several()));
    let unclear = unclear.map(|row| CellRef::new(*row, member));
    let same = same_member(sheet, &rows, member, group);
    let daily = same.is_some_and(|(a, b)| {
        let days = keys.iter().filter(|(_, _, key)| is_day_head(key));
        let day = |row: u32, col: u32| sheet.cells.get(&CellRef::new(row, col)).and_then(day_of);
        days.map(|(at, ..)| (day(a.row, at.col), day(b.row, at.col)))
            .any(|(a, b)| a.is_some() && b.is_some() && a != b)
    });
    let column = |key: &str| words.column(key).map(str::to_owned);
    let corrected = super::corrected::columns(keys, &columns, &column);
    let of = super::team_of::read(sheet, header, keys, (&rows, member), words);
    Some(TeamTable {
        sheet: index,
        group,
        member,
        columns,
        units,
        passed,
        corrected,
        notes,
        twice,
        unclear,
        doubt,
        left_out,
        elsewhere: Vec::new(),
        daily,
        same,
        rows,
        elsewhen,
        header,
        of,
    })
}

/// The day in a cell of a column of days.
fn day_of(cell: &Cell) -> Option<Day> {
    match &cell.value {
        Value::Number(number) if cell.is_date => Day::from_number(*number),
        Value::Text(text) => Day::parse(text),
        _ => None,
    }
}

/// Two rows of one name and group in a table: two months or weeks of one member, or two people?
fn same_member(sheet: &Sheet, rows: &[u32], member: u32, group: u32) -> Option<(CellRef, CellRef)> {
    let mut seen: HashMap<(Cow<'_, str>, Cow<'_, str>), u32> = HashMap::default();
    let key = |row: u32, col: u32| {
        let cell = sheet.cells.get(&sheet.anchor(CellRef::new(row, col)));
        cell.and_then(Cell::label).unwrap_or_default()
    };
    rows.iter().find_map(|row| {
        let name = key(*row, member);
        let first = (!name.is_empty()).then(|| seen.insert((name, key(*row, group)), *row))??;
        Some((CellRef::new(first, member), CellRef::new(*row, member)))
    })
}

/// Figures of a person beside which 店铺 is no mark of a team's table.
const OWN: usize = 3;

/// The metric that a header and the one over it name together: 营业额 over 计划, 询单转化率 over C店.
fn of_two_headers<'w>(
    sheet: &Sheet,
    at: CellRef,
    text: &str,
    keys: &RowLabels<'_>,
    words: &'w Look<'_>,
) -> Option<&'w str> {
    let first = keys.first()?.0.col;
    let over = above(sheet, at, first, words.date1904)?;
    let named = |joined: String| words.metric(&label(&joined));
    named(format!("{text}{over}")).or_else(|| named(format!("{over}{text}")))
}

pub(super) fn people_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<People> {
    let mut people = People {
        sheet: index,
        metrics: HashMap::default(),
        marks: HashMap::default(),
        name: None,
        rows: Vec::new(),
        twice: Vec::new(),
        turned: false,
        units: HashMap::default(),
        monthly: false,
        elsewhen: Vec::new(),
        passed: HashMap::default(),
        corrected: HashMap::default(),
        notes: HashMap::default(),
    };
    let (mut name_col, mut department_col, mut number_col) = (None, None, None);
    let times = Times::of(keys.iter().map(|(at, _, key)| (at.col, &**key)));
    let mut judged = Vec::new();
    // Columns of each figure: one may stand once a month.
    let mut metrics: BTreeMap<&str, Vec<(CellRef, &str)>> = BTreeMap::new();
    let mut marks: BTreeMap<(usize, usize), Vec<(CellRef, &str)>> = BTreeMap::new();
    for (at, text, key) in keys {
        let (at, text) = (*at, *text);
        if words.person.contains(&**key) {
            name_col = name_col.or(Some(at.col));
        } else if words.department.contains(&**key) {
            department_col = Some(at.col);
        } else if words.number.contains(&**key) {
            number_col = number_col.or(Some(at.col));
        } else if times.month == Some(at.col) {
            continue;
        } else if let Some(metric) = words.metric(key) {
            metrics.entry(metric).or_default().push((at, text));
        } else if let Some(mark) = words.rated_mark(text, key) {
            marks.entry(mark).or_default().push((at, text));
        } else if let Some(metric) = words.judged.get(&**key) {
            judged.push((metric.clone(), at.col));
        } else if let Some(metric) = of_two_headers(sheet, at, text, keys, words) {
            metrics.entry(metric).or_default().push((at, text));
        }
    }
    // 店铺 heads a team's table, unless the figures beside it are a person's own.
    let grouped = keys.iter().any(|(_, _, key)| words.group.contains(&**key));
    if grouped && metrics.len() < OWN {
        return None;
    }
    if marks.is_empty() && name_col.is_some() && metrics.len() > 1 {
        people.marks.extend(plain_marks(sheet, keys, words));
    }
    let first = keys.first()?.0.col;
    let twice = &mut people.twice;
    let mut choose = |found: &[(CellRef, &str)]| {
        let months: Vec<(When, bool)> = found
            .iter()
            .map(|(at, text)| {
                let over = above(sheet, *at, first, words.date1904);
                (words.when(over.as_deref(), text, &label(text)), false)
            })
            .collect();
        match heading::of_month(&months) {
            Chosen::One(at) => Some(at),
            Chosen::None => None,
            Chosen::Unclear => {
                if let [(one, text), (other, _), ..] = found {
                    twice.push(((*text).to_owned(), *one, *other));
                }
                Some(0)
            }
        }
    };
    for (metric, found) in metrics {
        if let Some((at, text)) = choose(&found).and_then(|at| found.get(at)) {
            people.metrics.insert(metric.to_owned(), at.col);
            let unit = super::units::in_brackets(text);
            people.units.extend(unit.map(|unit| (metric.to_owned(), unit)));
            let note = words.note(text, *at);
            people.notes.extend(note.map(|note| (metric.to_owned(), note)));
        } else if let Some((at, _)) = found.first() {
            people.passed.insert(metric.to_owned(), *at);
        }
    }
    for (mark, found) in marks {
        let chosen = choose(&found).and_then(|at| found.get(at));
        people.marks.extend(chosen.map(|(at, _)| (mark, at.col)));
    }
    let found = people.metrics.len() + people.marks.len();
    if found < if name_col.is_some() { 2 } else { 4 } {
        return None;
    }
    for (metric, col) in judged {
        people.metrics.entry(metric).or_insert(col);
    }
    let metric = |key: &str| words.metric(key).map(str::to_owned);
    people.corrected = super::corrected::columns(keys, &people.metrics, &metric);
    people.name = name_col;
    let figures: Vec<u32> = people.metrics.values().chain(people.marks.values()).copied().collect();
    let below = rows_below(sheet, header, name_col.or(times.month), &figures);
    let last = below.last().copied().unwrap_or(header);
    for row in below {
        let at = CellRef::new(row, name_col.unwrap_or_default());
        let cell = |col: u32| sheet.value(sheet.anchor(CellRef::new(row, col)));
        let time = times.row(sheet, row, words);
        let month = if let Time::Month(month) = time { month } else { None };
        let other = times.month.and_then(|col| cell(col).text()).is_some_and(is_summary);
        // A name may be merged over a person's months.
        let name =
            match name_col.map(|col| if month.is_some() { cell(col) } else { sheet.value(at) }) {
                None => String::new(),
                Some(Value::Text(name)) if !crate::text::is_blank(name) => name.trim().to_owned(),
                Some(Value::Number(number)) => crate::text::show(*number, 0),
                Some(_) => continue,
            };
        // 数据来源 below the header, or the header again on a second page.
        let texts = || figures.iter().filter_map(|col| sheet.text(CellRef::new(row, *col)));
        let bare = !figures.iter().any(|col| is_number(sheet.value(CellRef::new(row, *col))))
            && !words.people.contains(&person_key(&name));
        let note = bare && texts().any(|text| !crate::text::is_blank(text));
        if other
            || bare && text_is_remark(&name)
            || note && (is_note(&name) || words.person.contains(&label(&name)))
            || is_summary(&name)
            || !name.is_empty() && is_computed(sheet, row, &figures, (header, last))
        {
            continue;
        }
        if let Time::Aside(cell) | Time::Goal(cell) = time {
            people.elsewhen.push((name, cell));
            continue;
        }
        let department = department_col
            .and_then(|col| sheet.text(CellRef::new(row, col)))
            .map(|text| text.trim().to_owned());
        let number = number_col.map(|col| number_text(cell(col))).unwrap_or_default();
        people.rows.push(Person { name, department, number, month, row, at });
    }
    // A team's members beside their figures are nobody with a form.
    let has_form = |row: &Person| words.people.contains(&person_key(&row.name));
    if grouped && !people.rows.iter().any(has_form) {
        return None;
    }
    people.monthly = people.rows.iter().any(|row| row.month.is_some());
    Some(people)
}

/// Whether what stands in a name's place under a list of people is a line about it: 注：数据截至10月31日.
fn text_is_remark(name: &str) -> bool {
    is_note(name) && (name.contains([':', '：']) || name.chars().count() > LONGEST_NAME)
}

/// Most letters of a name.
const LONGEST_NAME: usize = 12;

/// The columns of the ratings' marks that go by their names alone, in a table of people: where the header
/// holds most marks of a rating, and tells those of several ratings apart.
fn plain_marks(
    sheet: &Sheet,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Vec<((usize, usize), u32)> {
    let mut out: Vec<((usize, usize), u32)> = Vec::new();
    for (rating, marks) in words.marks.iter().enumerate() {
        let found = mark_columns(sheet, keys, rating, words);
        if found.columns.len() * 2 <= marks.count {
            continue;
        }
        let taken = |col: &u32| out.iter().any(|(_, other)| other == col);
        if found.unclear.is_some() || found.columns.values().any(taken) {
            return Vec::new();
        }
        out.extend(found.columns.into_iter().map(|(mark, col)| ((rating, mark), col)));
    }
    out
}
