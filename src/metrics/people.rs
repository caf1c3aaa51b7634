//! Tables of people: a header row, and a row a person.

use super::list::is_number;
use super::look::{Look, RowLabels};
use super::mark_columns::mark_columns;
use super::naming::is_name;
use super::row_words::{is_note, is_summary};
use super::sources::{People, Person, Said};
use super::standing::{Standing, behind_name, beside_person, words_of};
use super::sub_heads::own_column;
use super::tables::{is_computed, rows_below};
use super::time::row_remarks::is_of_figures;
use super::time::rows::{Time, Times};
use crate::cell::CellRef;
use crate::form::heading::{self, Chosen, When, above, is_figures};
use crate::form::number_text;
use crate::hash::{HashMap, HashSet};
use crate::text::{has_any, label, person_alone, person_key};
use crate::workbook::{Sheet, Value};
use std::collections::BTreeMap;

/// Figures of a person beside which 店铺 is no mark of a team's table.
const OWN: usize = 3;

/// The metric that a header and the one over it name together: 营业额 over 计划, 询单转化率 over C店.
fn of_two_headers<'w>(over: &str, text: &str, words: &'w Look<'_>) -> Option<&'w str> {
    let named = |joined: String| words.metric(&label(&joined));
    named(format!("{text}{over}")).or_else(|| named(format!("{over}{text}")))
}

/// A header of a table of people.
struct Head<'s> {
    at: CellRef,
    text: &'s str,
    /// What stands over it, where both together name the figure.
    over: Option<String>,
}

/// The table of people that a row heads.
pub(super) fn people_table(
    index: usize,
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<People> {
    // A name and two figures, or more figures without one.
    if keys.len() < 3 {
        return None;
    }
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
    let mut metrics: BTreeMap<&str, Vec<Head<'_>>> = BTreeMap::new();
    let mut marks: BTreeMap<(usize, usize), Vec<Head<'_>>> = BTreeMap::new();
    let first = keys.first()?.0.col;
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
            metrics.entry(metric).or_default().push(Head { at, text, over: None });
        } else if let Some(mark) = words.rated_mark(text, key) {
            marks.entry(mark).or_default().push(Head { at, text, over: None });
        } else if let Some(metric) = words.judged.get(&**key) {
            judged.push((metric.clone(), at.col));
        } else if let Some(over) = above(sheet, at, first, words.date1904) {
            let is_month = || heading::when(text, words.month) != When::Unsaid && is_figures(text);
            if let Some(metric) = of_two_headers(&over, text, words) {
                metrics.entry(metric).or_default().push(Head { at, text, over: Some(over) });
            } else if let Some(mark) = words.rated_mark(&over, &label(&over)).filter(|_| is_month())
            {
                marks.entry(mark).or_default().push(Head { at, text, over: Some(over) });
            }
        }
    }
    name_col = name_col.or_else(|| unknown_name_column(sheet, header, keys, words));
    // 计划营业额 | 300000 | 实际营业额 | 309500 are pairs of a list.
    let paired = |at: &CellRef| is_number(sheet.value(CellRef::new(header, at.col + 1)));
    let figures = || metrics.values().flatten().map(|head| head.at);
    if figures().filter(|at| paired(at)).count() * 2 > figures().count() {
        return None;
    }
    // 店铺 heads a team's table, unless the figures beside it are a person's own.
    let grouped = keys.iter().any(|(_, _, key)| words.group.contains(&**key));
    if grouped && metrics.len() < OWN {
        return None;
    }
    if marks.is_empty() && name_col.is_some() && metrics.len() > 1 {
        people.marks.extend(plain_marks(sheet, keys, words));
    }
    let twice = &mut people.twice;
    let mut choose = |found: &[Head<'_>]| {
        let months: Vec<(When, bool)> =
            found.iter().map(|head| (month_of(sheet, head, first, words), false)).collect();
        match heading::of_month(&months) {
            Chosen::One(at) => Some(at),
            Chosen::None => None,
            Chosen::Unclear => {
                if let [one, other, ..] = found {
                    twice.push((one.text.to_owned(), one.at, other.at));
                }
                Some(0)
            }
        }
    };
    for (metric, found) in metrics {
        let chosen = choose(&found).and_then(|at| found.get(at));
        let chosen = chosen.and_then(|head| Some((own_column(sheet, head.at, words)?, head.text)));
        if let Some((at, text)) = chosen {
            people.metrics.insert(metric.to_owned(), at.col);
            let unit = super::units::in_label(text);
            people.units.extend(unit.map(|unit| (metric.to_owned(), unit)));
            let note = words.note(text, at);
            people.notes.extend(note.map(|note| (metric.to_owned(), note)));
        } else if let Some(head) = found.first() {
            people.passed.insert(metric.to_owned(), head.at);
        }
    }
    for (mark, found) in marks {
        let chosen = choose(&found).and_then(|at| found.get(at));
        let chosen = chosen.and_then(|head| own_column(sheet, head.at, words));
        people.marks.extend(chosen.map(|at| (mark, at.col)));
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
    let below = super::units::in_row(sheet, header + 1, &figures);
    for (metric, col) in &people.metrics {
        if let (Some(unit), false) = (below.get(col), people.units.contains_key(metric)) {
            people.units.insert(metric.clone(), unit.clone());
        }
    }
    // Words in a row without a name say what it is: 合计, 平均.
    let labels = |row: u32| {
        sheet
            .row(row)
            .filter(|(_, cell)| cell.value.text().is_some_and(|t| !crate::text::is_blank(t)))
            .count()
    };
    let below = rows_below(sheet, header, name_col.or(times.month), &figures);
    let last = below.last().copied().unwrap_or(header);
    for row in below {
        let at = CellRef::new(row, name_col.unwrap_or_default());
        let cell = |col: u32| sheet.value(sheet.anchor(CellRef::new(row, col)));
        let time = times.row(sheet, row, words);
        let month = if let Time::Month(month) = time { month } else { None };
        let other = times.month.and_then(|col| cell(col).text()).is_some_and(is_summary);
        let filled = |col: &&u32| is_number(sheet.value(CellRef::new(row, **col)));
        let figure = figures.iter().filter(filled).min().map(|col| CellRef::new(row, *col));
        // A name may be merged over a person's months, or over two rows of one who changed departments.
        let merged = month.is_some() || figure.is_some();
        let name = match name_col.map(|col| if merged { cell(col) } else { sheet.value(at) }) {
            None => String::new(),
            Some(Value::Text(name)) if !crate::text::is_blank(name) => name.trim().to_owned(),
            Some(Value::Number(number)) => crate::text::show(*number, 0),
            Some(_) => {
                let computed = is_computed(sheet, row, &figures, (header, last));
                let above =
                    people.rows.last_mut().filter(|above| !computed && above.row + 1 == row);
                if let Some(above) = above.filter(|_| figure.is_some() && labels(row) == 0) {
                    above.nameless = figure;
                }
                continue;
            }
        };
        // 数据来源 below the header, or the header again on a second page.
        let texts = || figures.iter().filter_map(|col| sheet.text(CellRef::new(row, *col)));
        let bare = figure.is_none() && !words.people.contains(&person_key(&name));
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
        let remark = times.remark(sheet, row, words.month);
        let remark = remark.filter(|note| is_of_figures(&note.text));
        let beside = sheet.row(row).filter(|(at, _)| !figures.contains(&at.col));
        let beside = beside.filter(|(at, _)| Some(at.col) != name_col);
        let beside = beside.map(|(at, _)| (at, CellRef::new(header, at.col)));
        let standing = beside_person(sheet, beside).map(|(standing, at)| {
            let text = words_of(sheet, at, CellRef::new(header, at.col));
            Said { standing, at, text }
        });
        let standing = standing.or_else(|| {
            let standing = behind_name(&name);
            (standing != Standing::Counts).then(|| Said { standing, at, text: name.clone() })
        });
        let nameless = None;
        people.rows.push(Person {
            name,
            department,
            number,
            month,
            row,
            at,
            remark,
            standing,
            nameless,
        });
    }
    // A team's members beside their figures are nobody with a form.
    let has_form = |row: &Person| words.people.contains(&person_key(&row.name));
    if grouped && !people.rows.iter().any(has_form) {
        return None;
    }
    people.monthly = people.rows.iter().any(|row| row.month.is_some());
    Some(people)
}

/// Which month a header is of. Of 10月 below 询单转化率 the lower speaks, and the upper is the figure's name.
fn month_of(sheet: &Sheet, head: &Head<'_>, first: u32, words: &Look<'_>) -> When {
    let Some(over) = &head.over else {
        let over = above(sheet, head.at, first, words.date1904);
        return words.when(over.as_deref(), head.text, &label(head.text));
    };
    match heading::column_month(None, head.text, words.month) {
        When::Unsaid => heading::when(&format!("{over}{}", head.text), words.month),
        said => said,
    }
}

/// Rows below a header that tell which of its columns holds the people's names.
const ROWS: u32 = 50;

/// The column of the names under a header that no list has, as 主管姓名 and 人员: the only one that holds people
/// with forms, each once, and else nothing but names. In a table of members it is their superiors'.
fn unknown_name_column(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<u32> {
    const HEADS: [&str; 6] = ["姓名", "名字", "人员", "主管", "员工", "人名"];
    // Who checks, answers for or stands above the one whose figures they are.
    const OTHERS: [&str; 12] = [
        "审核",
        "审批",
        "复核",
        "考核人",
        "填",
        "评",
        "上级",
        "负责",
        "提供",
        "直属",
        "所属",
        "归属",
    ];
    let heads =
        |key: &str| has_any(key, &HEADS) && !has_any(key, &OTHERS) && words.metric(key).is_none();
    let names = |col: u32| {
        let cells = (header + 1..=header + ROWS).map(move |row| CellRef::new(row, col));
        cells.filter_map(|at| sheet.text(at)).filter(|text| !crate::text::is_blank(text))
    };
    let is_person = |name: &str| words.people.contains(&person_key(name));
    let holds = |col: u32| {
        let all = || names(col).take_while(|name| !is_note(name)).filter(|name| !is_summary(name));
        let mut seen: HashSet<String> = HashSet::default();
        all().any(is_person)
            && all().all(|name| is_person(name) || is_name(&person_alone(name)))
            && all().all(|name| seen.insert(person_alone(name)))
    };
    let mut found = keys.iter().filter(|(at, _, key)| heads(key) && holds(at.col));
    let (at, ..) = found.next()?;
    let others = keys.iter().filter(|(other, ..)| other != at);
    let members = others.clone().any(|(_, _, key)| words.member.contains(&**key));
    (found.next().is_none() && !members).then_some(at.col)
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
