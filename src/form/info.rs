//! The person, the department and the month of a form: beside a label, or behind its colon.

use super::field_labels::is_field_label;
use super::month::{Month, Period, parse_month, year_named};
use crate::cell::CellRef;
use crate::text::{has_any, is_blank, label};
use crate::workbook::{Sheet, Value};
use std::borrow::Cow;
use std::ops::Range;

/// A label and what stands behind its colon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'t> {
    /// The label as written.
    pub name: &'t str,
    /// Where its value begins and ends, in bytes; blanks before the next label are not part of it.
    pub value: Range<usize>,
}

/// The labels of a text with their values: `被考核人：王丽  部门：客服部` holds two. A label may be
/// spaced (`姓  名`) where it is known.
pub fn fields<'t>(text: &'t str, known: &dyn Fn(&str) -> bool) -> Vec<Field<'t>> {
    let apart = |c: char| {
        c.is_whitespace() || matches!(c, '_' | '＿' | '，' | ',' | '；' | ';' | '|' | '｜')
    };
    let mut out: Vec<Field<'t>> = Vec::new();
    // Most texts hold no colon; one character is looked for a vector at a time.
    if !text.contains(':') && !text.contains('：') {
        return out;
    }
    let mut from = 0;
    for (colon, c) in text.char_indices().filter(|(_, c)| matches!(c, ':' | '：')) {
        let after = colon + c.len_utf8();
        let Some(piece) = text.get(from..colon) else { continue };
        // `10:30` is a time of day.
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digit(piece.chars().next_back())
            && digit(text.get(after..).and_then(|t| t.chars().next()))
        {
            continue;
        }
        let bare = piece.trim_end_matches(apart);
        let starts = bare.char_indices().rev().filter(|(_, c)| apart(*c));
        let mut starts = starts.map(|(at, c)| at + c.len_utf8()).chain([0]);
        let word = starts.clone().next().unwrap_or(0);
        let is_known = |at: &usize| bare.get(*at..).is_some_and(known);
        let start = starts.find(is_known).unwrap_or_else(|| spaced(bare, word, &apart));
        // Nothing parts it from the value before: a colon of that value.
        if !out.is_empty() && start == 0 && !known(bare) {
            continue;
        }
        if let Some(last) = out.last_mut() {
            let old = piece.get(..start).unwrap_or_default();
            last.value.end = from + old.trim_end_matches(char::is_whitespace).len();
        }
        let name = bare.get(start..).unwrap_or_default().trim();
        out.push(Field { name, value: after..text.len() });
        from = after;
    }
    for field in &mut out {
        let value = text.get(field.value.clone()).unwrap_or_default();
        field.value.end = field.value.start + before_month(value);
    }
    out
}

/// Where a label begins that nobody knows: `姓 名` is spaced, a word of one character in two places.
fn spaced(text: &str, word: usize, apart: &dyn Fn(char) -> bool) -> usize {
    let one = |part: &str| part.chars().count() == 1;
    let (before, last) = text.split_at(word);
    let before = before.trim_end_matches(apart);
    let start = before.rfind(apart).map_or(0, |at| {
        at + before.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)
    });
    if one(last) && before.get(start..).is_some_and(one) { start } else { word }
}

/// Where a value ends: before a month that stands behind it without a label (`姓名：王丽  2026年10月`).
fn before_month(value: &str) -> usize {
    let gaps = value.char_indices().filter(|(_, c)| c.is_whitespace());
    let cut = gaps.map(|(at, _)| value.split_at(at)).find(|(head, tail)| {
        let tail = tail.trim_start();
        let dated = tail.starts_with(|c: char| c.is_numeric()) && parse_month(tail).is_some();
        dated && !is_blank(head) && !head.contains(char::is_numeric)
    });
    cut.map_or(value.len(), |(head, _)| head.trim_end().len())
}

/// What stands for a label: behind its colon in the same cell, or in the next cell to the right.
/// Gives the place and the value.
pub fn labelled(sheet: &Sheet, words: &[String], most_rows: u32) -> Option<(CellRef, Value)> {
    let labels: Vec<String> = words.iter().map(|w| label(w)).collect();
    let is_one = |label: &str| labels.iter().any(|known| known == label);
    let known = |text: &str| is_one(&label(text));
    for (at, cell) in sheet.cells.iter().take_while(|(at, _)| at.row < most_rows) {
        let Some(text) = cell.value.text() else { continue };
        let shown = |field: &Field<'_>| {
            let value = text.get(field.value.clone()).unwrap_or_default();
            value.trim_matches(|c: char| c.is_whitespace() || c == '_' || c == '＿').to_owned()
        };
        let mut found = fields(text, &known).into_iter().filter(|field| known(field.name));
        if let Some(value) = found.find_map(|f| Some(shown(&f)).filter(|value| !is_blank(value))) {
            return Some((*at, Value::Text(value)));
        }
        // A line to write on is the place of the value, though nothing stands on it yet.
        if !cell.label().map_or_else(|| known(text), |label| is_one(&label))
            || text.contains(['_', '＿'])
        {
            continue;
        }
        let right = sheet.merge_of(*at).map_or(at.col, |m| m.end.col) + 1;
        let beside = sheet.anchor(CellRef::new(at.row, right));
        let value = sheet.value(beside);
        if !value.is_blank() && !is_a_label(value) && !heads_column(value) {
            return Some((beside, value.clone()));
        }
    }
    None
}

/// Whether a value heads a column itself: 姓名 | 得分 | 排名 are a table's.
fn heads_column(value: &Value) -> bool {
    const COLUMNS: [&str; 12] = [
        "得分",
        "总得分",
        "总分",
        "分数",
        "评分",
        "排名",
        "名次",
        "等级",
        "绩效等级",
        "备注",
        "序号",
        "签名",
    ];
    value.text().is_some_and(|text| COLUMNS.contains(&label(text).as_str()))
}

/// [`labelled`] on a form, where the labels may also stand in a row of their own with the values below
/// them: 被考核人 | 部门 | 考核月份 over 王丽 | 客服部 | 2026年10月.
pub fn labelled_or_headed(sheet: &Sheet, words: &[String], rows: u32) -> Option<(CellRef, Value)> {
    // 部门： with a colon has its value beside it.
    let bare = |text: &str| !text.contains([':', '：']);
    let is_head =
        |value: &Value| value.text().is_some_and(|text| bare(text) && is_field_label(&label(text)));
    let labels: Vec<String> = words.iter().map(|w| label(w)).collect();
    let beside = |at: CellRef, right: bool| {
        let merge = sheet.merge_of(at);
        let col = match right {
            true => Some(merge.map_or(at.col, |m| m.end.col) + 1),
            false => merge.map_or(at.col, |m| m.start.col).checked_sub(1),
        };
        col.map_or(&Value::Blank, |col| sheet.value(sheet.anchor(CellRef::new(at.row, col))))
    };
    let headed = || {
        let top = sheet.cells.iter().take_while(|(at, _)| at.row < rows);
        let mut heads = top.filter(|(at, cell)| {
            cell.label().is_some_and(|key| labels.iter().any(|known| *known == *key))
                && cell.value.text().is_some_and(bare)
                && (is_head(beside(**at, true)) || is_head(beside(**at, false)))
        });
        let (at, _) = heads.next()?;
        let row = sheet.merge_of(*at).map_or(at.row, |m| m.end.row) + 1;
        let below = sheet.anchor(CellRef::new(row, at.col));
        let value = sheet.value(below);
        (below.row == row && !value.is_blank() && !is_head(value) && !is_a_label(value))
            .then(|| (below, value.clone()))
    };
    match labelled(sheet, words, rows) {
        Some((_, value)) if is_head(&value) => headed(),
        None => headed(),
        found => found,
    }
}

/// Whether a value is another label, bare or with its value (`部门：`, `考核月份：2026年10月`).
fn is_a_label(value: &Value) -> bool {
    value.text().is_some_and(|text| {
        let first = fields(text, &|_| false).into_iter().next();
        first.is_some_and(|field| (1..=LABEL).contains(&label(field.name).chars().count()))
    })
}

/// The month by a label, or in the title rows.
pub fn month(sheet: &Sheet, words: &[String], first_rows: u32, date1904: bool) -> Option<Month> {
    period(sheet, words, first_rows, date1904)?.whole()
}

/// Rows of a form that may be its title.
const TITLE: u32 = 4;
/// Most characters of a title that names its month without a year.
const TITLE_CHARS: usize = 30;

/// The month by a label, or in the title rows; perhaps without its year.
pub fn period(sheet: &Sheet, words: &[String], first_rows: u32, date1904: bool) -> Option<Period> {
    let top = || sheet.cells.iter().take_while(|(at, _)| at.row < first_rows);
    let texts = || top().filter_map(|(at, cell)| Some((at.row, cell.value.text()?)));
    let by_label = labelled_or_headed(sheet, words, first_rows)
        .and_then(|(_, value)| Period::of_value(&value, date1904))
        .or_else(|| bare_month(sheet, words, first_rows));
    // A row that names several months heads columns, as 得分（9月） and 得分（10月）.
    let alone = |row: u32, found: Period| {
        let others = sheet.row(row).filter_map(|(_, cell)| cell.value.text());
        others
            .filter_map(|text| Period::named(&without_own_dates(text)))
            .all(|other| other.fits(found))
            .then_some(found)
    };
    let titled = || {
        let whole = |(row, text)| alone(row, title_month(text)?.into());
        texts().find_map(whole).or_else(|| {
            let short =
                |(row, text): &(u32, &str)| *row < TITLE && text.chars().count() <= TITLE_CHARS;
            texts()
                .filter(short)
                .find_map(|(row, text)| alone(row, Period::named(&without_own_dates(text))?))
        })
    };
    let found = by_label.or_else(titled)?;
    if found.year.is_some() {
        return Some(found);
    }
    // The year may stand in a cell of its own, or in the title.
    let year = year_labelled(sheet, first_rows).map(|(_, year)| year).or_else(|| {
        texts()
            .filter(|(row, _)| *row < TITLE)
            .find_map(|(_, text)| year_named(&without_own_dates(text)))
    });
    let whole = year.and_then(|year| Month::new(year, found.month));
    Some(whole.map_or(found, Period::from))
}

/// Rows at a form's top that may name its person, department and month.
pub(super) const TOP: u32 = 12;

/// The year that stands for a label of its own: 考核年度 2026.
pub(super) fn year_labelled(sheet: &Sheet, first_rows: u32) -> Option<(CellRef, i32)> {
    let (at, value) = labelled(sheet, &YEAR.map(str::to_owned), first_rows)?;
    let year = match value {
        Value::Number(year) => year as i32,
        Value::Text(text) => {
            text.trim().trim_end_matches('度').trim_end_matches('年').parse().ok()?
        }
        _ => return None,
    };
    Some((at, year))
}

/// 10 beside 考核月份; beside 考核周期 it may count anything.
fn bare_month(sheet: &Sheet, words: &[String], first_rows: u32) -> Option<Period> {
    let of_month = |word: &&String| word.ends_with("月份");
    let words: Vec<String> = words.iter().filter(of_month).cloned().collect();
    Period::bare(&labelled_or_headed(sheet, &words, first_rows)?.1)
}

/// A month that the form's title names and its label does not: one of them is last month's.
pub(super) fn other_title(sheet: &Sheet, month: Month) -> Option<(CellRef, Month)> {
    let top = sheet.cells.iter().take_while(|(at, _)| at.row < TITLE);
    top.filter_map(|(at, cell)| {
        let text = cell.value.text().filter(|text| text.chars().count() <= TITLE_CHARS)?;
        // What stands behind a label is no title.
        let version = ["试行", "启用", "更新", "起", "版", "编号", "制", "V", "v", "HR"];
        let titled = !text.contains([':', '：'])
            && !has_any(text, &version)
            && sheet.row(at.row).count() == 1;
        Some((*at, title_month(text).filter(|_| titled)?))
    })
    .find(|(_, found)| *found != month)
}

/// What stands for the month and names none: 2026年第三季度.
pub(super) fn unread_month(sheet: &Sheet, words: &[String]) -> Option<(CellRef, String)> {
    let (at, value) = labelled(sheet, words, TOP)?;
    let text = value.text()?.trim().to_owned();
    let spans = ["季", "半年", "年度", "全年", "上月"];
    let says = text.contains(|c: char| c.is_numeric()) || has_any(&text, &spans);
    says.then_some((at, text))
}

/// Labels of a year.
const YEAR: [&str; 4] = ["年度", "年份", "考核年度", "考核年份"];

/// Most characters of a label.
const LABEL: usize = 8;
/// Words that say of a date that it is the document's own, as that of a revision.
const OF_DOCUMENT: [&str; 28] = [
    "修订",
    "修改",
    "版",
    "发布",
    "实施",
    "生效",
    "起执行",
    "编制",
    "制定",
    "制表",
    "填表",
    "打印",
    "入职",
    "印发",
    "导出时间",
    "导出日期",
    "更新时间",
    "更新日期",
    "填报时间",
    "填报日期",
    "上报时间",
    "上报日期",
    "报送时间",
    "报送日期",
    "录入时间",
    "录入日期",
    "下载时间",
    "提交日期",
];

/// The first characters of [`OF_DOCUMENT`].
const FIRST: [char; 19] = [
    '修', '版', '发', '实', '生', '起', '编', '制', '填', '打', '入', '印', '导', '更', '上', '报',
    '录', '下', '提',
];

/// The month that a title names; the date of a revision, or of printing, is none.
pub fn title_month(text: &str) -> Option<Month> {
    if text.chars().count() >= 80 { None } else { parse_month(&without_own_dates(text)) }
}

/// The text without what it says of the document itself: `考核表（2024年3月修订）` is `考核表`.
pub fn without_own_dates(text: &str) -> Cow<'_, str> {
    let own = |text: &str| has_any(text, &OF_DOCUMENT);
    // Most texts hold no character with which such a word begins.
    if !text.contains(FIRST) || !own(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find(['(', '（', '[', '【', '〔']) {
        let (before, inside) = rest.split_at(open);
        let close = inside.char_indices().find(|(_, c)| ")）]】〕".contains(*c));
        let Some((close, c)) = close else { break };
        let (note, after) = inside.split_at(close + c.len_utf8());
        out.push_str(before);
        if !own(note) {
            out.push_str(note);
        }
        rest = after;
    }
    out.push_str(rest);
    if own(&out) { Cow::Borrowed("") } else { Cow::Owned(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_as_the_quick_look_expects() {
        for word in OF_DOCUMENT {
            assert!(word.starts_with(FIRST), "{word}");
        }
    }

    #[test]
    fn several_labels_in_one_cell() {
        let known = |text: &str| ["姓名", "部门", "考核月份"].contains(&label(text).as_str());
        for (text, wanted) in [
            ("姓名：王丽  部门：客服部", vec![("姓名", "王丽"), ("部门", "客服部")]),
            ("部门：客服部 姓 名：王 丽", vec![("部门", "客服部"), ("姓 名", "王 丽")]),
            ("姓名：____部门：____", vec![("姓名", "____"), ("部门", "____")]),
            ("部门：客服部 岗 位：主管", vec![("部门", "客服部"), ("岗 位", "主管")]),
            ("备注：无，部门：客服部", vec![("备注", "无，"), ("部门", "客服部")]),
            ("部门：", vec![("部门", "")]),
            ("姓名：王 丽　2026年10月", vec![("姓名", "王 丽")]),
            (
                "考核月份：2026年10月1日 至 2026年10月31日",
                vec![("考核月份", "2026年10月1日 至 2026年10月31日")],
            ),
            ("姓名：a/b:c 部门：客服部", vec![("姓名", "a/b:c"), ("部门", "客服部")]),
            ("10:30 开会", vec![]),
        ] {
            let found: Vec<(&str, &str)> = fields(text, &known)
                .into_iter()
                .map(|field| (field.name, text[field.value].trim()))
                .collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    /// A sheet of texts, its cells parted by `|`.
    fn sheet(rows: &[&str]) -> Sheet {
        let mut sheet = Sheet::default();
        for (row, texts) in (0..).zip(rows) {
            for (col, text) in (0..).zip(texts.split('|')).filter(|(_, text)| !text.is_empty()) {
                let value = Value::Text(text.to_owned());
                let cell = crate::workbook::Cell { value, ..Default::default() };
                sheet.cells.insert(CellRef::new(row, col), cell);
            }
        }
        sheet
    }

    #[test]
    fn values_stand_beside_their_labels_or_below_them() {
        let of = |rows: &[&str], word: &str| {
            let found = labelled_or_headed(&sheet(rows), &[word.to_owned()], 12);
            found.and_then(|(_, value)| value.text().map(str::to_owned)).unwrap_or_default()
        };
        let headed =
            ["考核表", "被考核人|部门|考核月份", "王丽|客服部|2026年10月", "考核项目|得分"];
        for (word, value) in [("被考核人", "王丽"), ("部门", "客服部"), ("考核月份", "2026年10月")]
        {
            assert_eq!(of(&headed, word), value);
        }
        assert_eq!(of(&["被考核人|王丽|部门|客服部"], "被考核人"), "王丽");
        assert_eq!(of(&["被考核人|王丽|部门|客服部"], "部门"), "客服部");
        // Whatever is noted of a person heads its column.
        for head in ["直属上级", "上级姓名", "员工编号", "入职时间", "电话"] {
            let rows = [&*format!("被考核人|{head}|考核月份"), "王丽|李总|2026年10月"];
            assert_eq!(
                (of(&rows, "被考核人"), of(&rows, "考核月份")),
                ("王丽".into(), "2026年10月".into())
            );
        }
        // Nothing is filled in yet.
        for rows in [
            &["被考核人：|部门：|考核月份：", "考核项目|考核要点|得分"][..],
            &["被考核人||部门|", "考核项目|考核要点|得分"],
            &["被考核人|部门", "姓名|岗位"],
        ] {
            assert_eq!(of(rows, "被考核人"), "", "{rows:?}");
        }
    }

    #[test]
    fn a_number_beside_a_label_of_months_is_one() {
        let words = ["考核月份".to_owned(), "月份".to_owned(), "考核周期".to_owned()];
        for (row, month) in [
            ("姓名|王丽|考核月份|10", Some("10月")),
            ("考核月份：10|姓名：王丽", Some("10月")),
            ("年度：2026|月份：10", Some("2026-10")),
            ("年度|2026|月份|９", Some("2026-09")),
            ("考核月份|13", None),
            ("考核月份|0", None),
            ("考核月份|1.5", None),
            ("考核周期|1", None),
        ] {
            let found = period(&sheet(&[row]), &words, 12, false);
            assert_eq!(found.map(|p| p.to_string()).as_deref(), month, "{row}");
        }
    }

    #[test]
    fn a_revision_is_not_the_month() {
        for (text, month) in [
            ("考核表（2024年3月修订）", None),
            ("2026年10月考核表（2026年3月修订）", Some("2026-10")),
            ("打印日期：2026-11-02", None),
            ("考核表（2026年10月）", Some("2026-10")),
        ] {
            assert_eq!(title_month(text).map(|m| m.to_string()).as_deref(), month, "{text}");
        }
    }
}
