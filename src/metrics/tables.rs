//! Tables of the team: a header row, and a row a member.

use super::exclusions::leaves_out_things;
use super::list::is_number;
use super::look::{Look, RowLabels};
use super::row_words::{NO_NAMES, is_note, is_summary};
use super::shops;
use super::sources::{Lacking, Note, TeamTable};
use super::standing::{Standing, behind_name, of_cells};
use super::sub_heads;
use super::time::heads::is_day_head;
use super::time::row_remarks::is_of_figures;
use super::time::rows::{RowMonths, Time, Times, month_column};
use crate::cell::CellRef;
use crate::day::Day;
use crate::form::Place;
use crate::form::heading::{self, Chosen, When, above};
use crate::hash::{HashMap, HashSet};
use crate::refs::{Reference, references};
use crate::scheme::{Scheme, Team};
use crate::text::{compact, has_any, label, person_key};
use crate::workbook::{Cell, Sheet, Value};
use std::borrow::Cow;

/// Whether a row's figures are all computed of other rows of their columns, as a mean is; `table`: the
/// header's row and the last.
pub(super) fn is_computed(sheet: &Sheet, row: u32, figures: &[u32], table: (u32, u32)) -> bool {
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
pub(super) fn rows_below(
    sheet: &Sheet,
    header: u32,
    key: Option<u32>,
    figures: &[u32],
) -> Vec<u32> {
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

/// What a header of the team's columns, at least two, lacks to be one: the column of the groups, or of the members.
pub(super) fn lacking(
    index: usize,
    keys: &RowLabels<'_>,
    scheme: &Scheme,
    words: &Look<'_>,
) -> Option<Lacking> {
    let spec = scheme.team.as_ref().filter(|_| !words.group.is_empty())?;
    let has = |names: &HashSet<String>| keys.iter().any(|(_, _, key)| names.contains(&**key));
    let figures = keys.iter().filter(|(_, _, key)| words.column(key).is_some()).count();
    let names = match (has(&words.group), has(&words.member)) {
        (false, true) => &spec.group,
        (true, false) => &spec.member,
        _ => return None,
    };
    let known = |key: &str| {
        let lists = [&words.group, &words.member, &words.person, &words.department, &words.number];
        words.column(key).is_some()
            || words.metric(key).is_some()
            || lists.iter().any(|list| list.contains(key))
    };
    let is_word = |key: &str| key.contains(char::is_alphanumeric);
    let unknown = keys.iter().filter(|(_, _, key)| !known(key) && is_word(key));
    let unknown: Vec<String> = unknown.map(|(_, text, _)| super::near::one_line(text)).collect();
    // Without members nothing shows that it is a team's, unless some head may be theirs.
    let told = has(&words.member) || !unknown.is_empty();
    let (at, ..) = keys.first().filter(|_| figures > 1 && told)?;
    Some(Lacking {
        place: Place { sheet: index, at: *at },
        column: names.first()?.clone(),
        unknown,
    })
}

/// The title above a team's table that says that it is of another time than the month.
fn elsewhen(sheet: &Sheet, header: u32, words: &Look<'_>) -> Option<CellRef> {
    let title = super::titles::alone(sheet, header.checked_sub(1)?)?;
    title.at.filter(|_| super::titles::elsewhen(title.text, words.month))
}

/// Where a row heads a team's table that its title sets aside: the title, and the columns that it has.
pub(super) fn set_aside(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<(CellRef, HashSet<String>)> {
    if !keys.iter().any(|(_, _, key)| words.member.contains(&**key)) {
        return None;
    }
    let columns: HashSet<String> =
        keys.iter().filter_map(|(_, _, key)| words.column(key)).map(str::to_owned).collect();
    let title = elsewhen(sheet, header, words).filter(|_| !columns.is_empty())?;
    Some((title, columns))
}

/// Rows below a header that tell which of its columns holds the members.
const MEMBERS: u32 = 50;

/// The column of a team's groups: of several (店铺 | 平台) the first whose cells all name one, by the scheme's
/// order of their headers. A table without any may be one group's by its title or tab. A team without groups is
/// known by its columns.
fn group_of(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    member: u32,
    spec: &Team,
    words: &Look<'_>,
) -> Option<(u32, Option<String>)> {
    if words.group.is_empty() {
        return Some((member, None));
    }
    let heads = |head: &String| {
        let head = label(head);
        keys.iter().find(|(_, _, key)| **key == head).map(|(at, ..)| at.col)
    };
    let columns: Vec<u32> = spec.group.iter().filter_map(heads).collect();
    let rows = || header + 1..=header + MEMBERS;
    let tells = |col: &&u32| {
        let mut cells = rows().filter_map(|row| sheet.shown(CellRef::new(row, **col)));
        cells.next().is_some_and(|text| shops::named(spec, text).is_some())
    };
    if let Some(first) = columns.first() {
        return Some((*columns.iter().find(tells).unwrap_or(first), None));
    }
    let figures = keys.iter().filter(|(_, _, key)| words.column(key).is_some()).count();
    if figures < 2 {
        return None;
    }
    let own = |row: u32| sheet.text(CellRef::new(row, member)).map(person_key);
    if rows().filter_map(own).any(|name| words.people.contains(&name)) {
        return None;
    }
    let span = keys.first()?.0.col..=keys.last()?.0.col;
    let group = shops::over(spec, sheet, header, span, words)?;
    Some((member, Some(group.name.clone())))
}

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
    // Of 姓名（主管） and 客服姓名 the members' holds more names.
    let names = |col: u32| {
        let texts = (header + 1..=header + MEMBERS).map(|row| CellRef::new(row, col));
        texts.filter_map(|at| sheet.text(sheet.anchor(at))).collect::<HashSet<&str>>().len()
    };
    let named = || keys.iter().filter(|(_, _, key)| words.member.contains(&**key));
    // One may have two nicknames.
    let nick = |key: &str| has_any(key, &["旺旺", "昵称"]);
    let nicks = named().all(|(_, _, key)| nick(key));
    let named = named().filter(|(_, _, key)| nicks || !nick(key));
    let member = named.map(|(at, ..)| at.col).max_by_key(|col| (names(*col), u32::MAX - *col))?;
    let (group, shop_over) = group_of(sheet, header, keys, member, spec, words)?;
    if elsewhen(sheet, header, words).is_some() {
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
                let Some((head, text, _)) = found.get(at) else { continue };
                let Some(at) = sub_heads::own_column(sheet, *head, words) else {
                    passed.insert(column.name.clone(), *head);
                    continue;
                };
                columns.insert(column.name.clone(), at.col);
                let unit = super::units::in_label(text);
                units.extend(unit.map(|unit| (column.name.clone(), unit)));
                notes.extend(words.note(text, *head).map(|note| (column.name.clone(), note)));
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
    let below = super::units::in_row(sheet, header + 1, &figures);
    for (name, col) in &columns {
        let unit = below.get(col).cloned();
        units.extend(unit.filter(|_| !units.contains_key(name)).map(|unit| (name.clone(), unit)));
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
    let month_key =
        keys.iter().find(|(at, ..)| Some(at.col) == month_col).map(|(_, _, key)| &**key);
    let mut months = RowMonths::under(month_key);
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
    // Where a member has no figures, there is nothing to count either way.
    let absent = |at: &CellRef| has_no_figures(sheet, at.row, &figures);
    let mut left_out: Vec<CellRef> = with(Standing::Void).collect();
    left_out.extend(with(Standing::Doubt).filter(absent));
    left_out.sort();
    // A member of whom no other row is left is not dropped without a word.
    let name = |row: u32| sheet.text(CellRef::new(row, member)).map(person_key);
    let lost = |row: &&u32| !rows.is_empty() && !rows.iter().any(|own| name(*own) == name(**row));
    let lost = dropped.iter().find(lost).map(|row| CellRef::new(*row, member));
    let doubt = with(Standing::Doubt).find(|at| !absent(at)).or(lost);
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
    let of = super::team_of::read(sheet, header, keys, (&rows, member, group), words);
    let hidden = rows.iter().copied().filter(|row| sheet.hides_row(*row)).collect();
    let partly = rows.iter().filter_map(|row| {
        let cols = keys.iter().map(|(at, ..)| at.col).chain([last_col + 1]);
        let mut cells = cols.filter(|col| !known(*col)).map(|col| CellRef::new(*row, col));
        let at = cells.find(|at| sheet.text(*at).is_some_and(leaves_out_things))?;
        Some((*row, Note { text: sheet.text(at)?.to_owned(), at, remark: true }))
    });
    let partly = partly.collect();
    let remark =
        |row: u32| times.remark(sheet, row, words.month).filter(|note| is_of_figures(&note.text));
    let remarks = rows.iter().filter_map(|row| Some((*row, remark(*row)?)));
    let remarks = remarks.collect();
    Some(TeamTable {
        sheet: index,
        group,
        titled: shop_over,
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
        hidden,
        partly,
        remarks,
        elsewhen,
        header,
        of,
    })
}

/// Whether all cells of a row's figures are blank, or hold a dash for nothing. What a formula has not computed
/// yet may be a figure.
fn has_no_figures(sheet: &Sheet, row: u32, figures: &[u32]) -> bool {
    figures.iter().all(|col| {
        let at = sheet.anchor(CellRef::new(row, *col));
        let computed = sheet.cells.get(&at).is_some_and(|cell| cell.is_formula);
        let value = sheet.value(at);
        let dash = || value.text().is_some_and(|text| super::rater_words::is_dash(&compact(text)));
        value.is_blank() && !(computed && *value == Value::Blank) || dash()
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
