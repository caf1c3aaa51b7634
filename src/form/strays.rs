//! Scores in rows that are nothing of the scheme's: 考勤 -2 above the total. The totals that are written lack
//! them, whether the company's own counted them or not.

use super::lexicon::Lexicon;
use super::{Form, Place, RatingPlace};
use crate::cell::CellRef;
use crate::hash::HashSet;
use crate::problem::Problem;
use crate::refs::{Reference, references};
use crate::text::{compact, has_any, label, parse_number, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};
use std::ops::Range;

/// A score that somebody gave: the number, and what stands in the cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    number: f64,
    shown: String,
}

/// A number that somebody gave for a score: typed, typed as a formula (`=5-7`), or fetched from elsewhere; not
/// what is computed of the form's own scores.
pub(super) fn typed_score(workbook: &Workbook, form: &Form, place: Place) -> Option<Score> {
    let sheet = workbook.sheets.get(place.sheet)?;
    let cell = sheet.cells.get(&place.at).filter(|cell| !cell.is_date)?;
    if cell.is_formula {
        let formula = cell.formula.as_deref()?;
        let scores: Vec<Place> = scores(form).collect();
        if reads_one(workbook, place.sheet, formula, &scores) {
            return None;
        }
        let number = match &cell.value {
            Value::Number(number) => *number,
            Value::Blank if references(formula).is_empty() => constant(formula)?,
            _ => return None,
        };
        return (number != 0.0).then(|| Score { number, shown: show(number, 4) });
    }
    let number = number(&cell.value).filter(|number| *number != 0.0)?;
    Some(Score { number, shown: show(number, 4) })
}

/// The number of a value, typed or real; also as people write what is added or taken: 扣2分, 加3分.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => parse_number(text).map(|typed| typed.value).or_else(|| signed(text)),
        _ => None,
    }
}

/// 扣2分 is -2, 加3分 is 3.
fn signed(text: &str) -> Option<f64> {
    let key = compact(text);
    let taken = ["扣", "减", "倒扣", "扣除", "扣减"].map(|word| (word, -1.0));
    let given = ["加", "奖", "奖励", "加计"].map(|word| (word, 1.0));
    taken.iter().chain(&given).find_map(|(word, sign)| {
        let typed = parse_number(key.strip_prefix(word)?.strip_suffix('分')?)?;
        (typed.value >= 0.0).then_some(sign * typed.value)
    })
}

/// What a formula of plain numbers gives that no program has computed yet: -2, 5-7.
fn constant(formula: &str) -> Option<f64> {
    let formula = formula.trim();
    let mut sum = 0.0;
    let mut rest = formula;
    while !rest.is_empty() {
        let sign = if rest.starts_with('-') { -1.0 } else { 1.0 };
        let bare = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        let end = bare.find(['-', '+']).unwrap_or(bare.len());
        let (number, more) = bare.split_at(end);
        sum += sign * number.trim().parse::<f64>().ok()?;
        rest = more;
    }
    (!formula.is_empty()).then_some(sum)
}

/// The form's own score cells, totals included.
fn scores(form: &Form) -> impl Iterator<Item = Place> {
    let items = form.items.iter().map(|item| item.score);
    let ratings = form.ratings.iter().flat_map(|table| {
        let marks = table.marks.iter().map(|mark| mark.score);
        marks.chain(table.sum).chain(table.scaled)
    });
    items.chain(ratings).chain(form.sum).chain(form.total).chain(form.total_above)
}

/// Whether a formula reads one of some cells.
fn reads_one(workbook: &Workbook, own: usize, formula: &str, cells: &[Place]) -> bool {
    references(formula).iter().any(|reference| {
        let Reference::Cells { sheet, range, .. } = reference else { return false };
        let sheet = sheet.as_ref().map_or(Some(own), |name| workbook.sheet_index(name));
        cells.iter().any(|cell| Some(cell.sheet) == sheet && range.contains(cell.at))
    })
}

/// Whether one of the form's own totals counts a cell by the company's formula.
pub(super) fn is_counted(workbook: &Workbook, form: &Form, cell: Place) -> bool {
    let of_ratings = form.ratings.iter().flat_map(|table| [table.sum, table.scaled]);
    let totals = of_ratings.chain([form.sum, form.total, form.total_above]).flatten();
    totals.into_iter().any(|total| {
        let sheet = workbook.sheets.get(total.sheet);
        let formula = sheet.and_then(|sheet| sheet.cells.get(&total.at)?.formula.as_deref());
        formula.is_some_and(|formula| reads_one(workbook, total.sheet, formula, &[cell]))
    })
}

/// The rows in which a form's scores stand, on the sheet of its total.
struct Rows {
    /// Columns of scores.
    columns: HashSet<u32>,
    /// Rows with a score of the form's own.
    known: HashSet<u32>,
    /// From the first to the last item, which are looked at with the items.
    items: Vec<Range<u32>>,
    /// From the first to the last mark of each rating.
    marks: Vec<Range<u32>>,
    /// The first row, that of the total or behind the last, and behind the last that holds something.
    first: u32,
    until: u32,
    bottom: u32,
    /// Whether it is the total that they end at.
    ends: bool,
}

impl Rows {
    fn of(form: &Form, end: Place, sheet: &Sheet) -> Self {
        let here = || scores(form).filter(|place| place.sheet == end.sheet).map(|place| place.at);
        let rows = |places: &[Place]| -> Option<Range<u32>> {
            let rows = || places.iter().filter(|at| at.sheet == end.sheet).map(|at| at.at.row);
            Some(rows().min()?..rows().max()? + 1)
        };
        let items: Vec<Place> = form.items.iter().map(|item| item.score).collect();
        let items: Vec<Range<u32>> = rows(&items).into_iter().collect();
        let of_rating = |table: &RatingPlace| {
            let marks: Vec<Place> = table.marks.iter().map(|mark| mark.score).collect();
            rows(&marks)
        };
        // A total on a sheet of its own has its terms above it.
        let first = here().map(|at| at.row).filter(|row| *row < end.at.row).min();
        let first = first.unwrap_or(if items.is_empty() { 0 } else { end.at.row });
        let behind = sheet.cells.last_key_value().map(|(at, _)| at.row.saturating_add(1));
        let until = match form.total {
            Some(total) if items.iter().all(|rows| rows.start < total.at.row) => total.at.row,
            _ => behind.unwrap_or(0),
        };
        Self {
            columns: here().map(|at| at.col).collect(),
            known: here().map(|at| at.row).collect(),
            items,
            marks: form.ratings.iter().filter_map(of_rating).collect(),
            first,
            until,
            bottom: behind.unwrap_or(until).max(until),
            ends: form.total.is_some_and(|total| total.at.row == until),
        }
    }

    /// Those that are nothing of the form's.
    fn others(&self) -> impl Iterator<Item = u32> {
        let own =
            |row: &u32| self.known.contains(row) || self.items.iter().any(|r| r.contains(row));
        (self.first..self.bottom).filter(move |row| !own(row))
    }
}

/// Scores typed from the form's first row to its total, or to the end where it has none, in rows that are
/// nothing of ours: 考勤 -2, 奖惩加减分. The rows of the items themselves are looked at with them.
pub(super) fn beside_items(workbook: &Workbook, lexicon: &Lexicon, form: &Form) -> Vec<Problem> {
    let last = || scores(form).filter(|place| place.sheet == form.sheet).max();
    let Some(end) = form.total.or_else(last) else { return Vec::new() };
    let Some(sheet) = workbook.sheets.get(end.sheet) else { return Vec::new() };
    let rows = Rows::of(form, end, sheet);
    let strays = rows.others().filter_map(|row| {
        let named = sheet.row(row).find(|(_, cell)| cell.value.text().is_some());
        let key = named.and_then(|(_, cell)| cell.label()).unwrap_or_default();
        if lexicon.item(&key).is_some() {
            return None;
        }
        let adds = adds(&key) || factor(&key) == Some(Factor::Times);
        let from = named.map_or(0, |(at, _)| at.col.saturating_add(1));
        let (at, score) = sheet.row(row).filter(|(at, _)| at.col >= from).find_map(|(at, _)| {
            let score = typed_score(workbook, form, Place { sheet: end.sheet, at })?;
            let own = rows.columns.contains(&at.col) && score.number.abs() <= MOST_POINTS;
            (adds || own).then_some((at, score))
        })?;
        let counted = is_counted(workbook, form, Place { sheet: end.sheet, at });
        // Below the total stands what is none of its terms, unless its own formula says so.
        if row >= rows.until && !counted {
            return None;
        }
        let taken = score.number < 0.0;
        // Marks that are not known are told of with the others; without a total below, only what is taken in
        // the scores' own column is a score for sure.
        let scored = rows.ends || taken && rows.columns.contains(&at.col);
        let of_rating = rows.marks.iter().any(|marks| marks.contains(&row));
        let others = of_rating && !taken || !scored;
        if !counted && others || lexicon.total_row(&key).is_some() && !taken {
            return None;
        }
        let name = named.map_or(at, |(name, _)| name);
        let last = rows.known.iter().filter(|known| **known < rows.until).max();
        // 出勤天数 between the tables says how many there were; right above the total it may go into it.
        if factor(&key) == Some(Factor::Perhaps)
            && !counted
            && score.number != 1.0
            && last.is_some_and(|last| row > *last)
        {
            return Some(not_multiplied(sheet, name, &score, Factor::Perhaps));
        }
        uncounted(sheet, name, &score, counted)
    });
    strays.collect()
}

/// What a row may add or take; more (底薪 3000) is no score.
const MOST_POINTS: f64 = 100.0;

/// Whether a row's name says that it is added or taken.
fn adds(key: &str) -> bool {
    const ADDS: [&str; 8] = ["加减", "奖惩", "加分", "扣分", "减分", "奖励", "附加分", "调整分"];
    // 加分上限 and 扣分合计 say something of such rows.
    const OF_ROWS: [&str; 8] = ["上限", "下限", "说明", "备注", "合计", "小计", "总", "情况"];
    // 总经理加分 is added, by him.
    let key = ["总经理", "总监", "总经办", "总裁", "总部"]
        .iter()
        .fold(key.to_owned(), |key, who| key.replace(who, ""));
    has_any(&key, &ADDS) && !has_any(&key, &OF_ROWS)
}

/// What a row above the total may be that is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Factor {
    /// 出勤系数, 出勤率: what the total is to be multiplied by.
    Times,
    /// 出勤天数, 绩效系数: perhaps it goes into the total, perhaps into the pay.
    Perhaps,
}

/// Whether a row's name says that the total is multiplied by its number, or may depend on it.
fn factor(key: &str) -> Option<Factor> {
    const TIMES: [&str; 6] = ["系数", "出勤率", "考勤率", "到岗率", "到勤率", "折扣率"];
    const PERHAPS: [&str; 6] =
        ["出勤天数", "缺勤天数", "实出勤", "出勤日数", "考勤天数", "绩效系数"];
    const OF_ROWS: [&str; 6] = ["说明", "备注", "合计", "上月", "奖金", "工资"];
    let has = |words: &[&str]| has_any(key, words) && !has_any(key, &OF_ROWS);
    let times = || has(&TIMES).then_some(Factor::Times);
    has(&PERHAPS).then_some(Factor::Perhaps).or_else(times)
}

/// The finding for a factor that the totals which are written do not have.
fn not_multiplied(sheet: &Sheet, at: CellRef, score: &Score, factor: Factor) -> Problem {
    let name = sheet.text(at).unwrap_or_default().trim();
    let shown = &score.shown;
    let what = match factor {
        Factor::Times => words!(
            "「{name}」这一行写了 {shown}，它不在方案里，总得分没有乘它",
            "the row `{name}` has {shown}, which is not in the scheme; the total is not multiplied by it"
        ),
        Factor::Perhaps => words!(
            "「{name}」这一行写了 {shown}，它不在方案里，总得分没有用它",
            "the row `{name}` has {shown}, which is not in the scheme; the total does not use it"
        ),
    };
    let code = "score-uncounted";
    let problem = match factor {
        Factor::Times => Problem::error(code, what),
        Factor::Perhaps => Problem::notice(code, what),
    };
    problem.at(&sheet.name, at).hint(words!(
        "总得分要乘它，就把这一行移到总得分之下，另写一行公式；不用它也移到总得分之下",
        "move the row below the total: with a formula of its own below that where the total is to be multiplied by it"
    ))
}

/// A score that no total counts: an error where the row says that it is to count, or the form's own total
/// counts it, else a notice; nothing of what only speaks of scores (平均得分) or of something else (出勤天数).
pub(super) fn uncounted(
    sheet: &Sheet,
    at: CellRef,
    score: &Score,
    counted: bool,
) -> Option<Problem> {
    const NO_SCORES: [&str; 36] = [
        "合计", "小计", "总", "得分", "评分", "均", "率", "基础", "排名", "名次", "人数", "天数",
        "次数", "工号", "日期", "时间", "备注", "说明", "示例", "上月", "上限", "满分", "罚款",
        "金额", "奖金", "工资", "底薪", "提成", "系数", "电话", "同比", "环比", "相比", "差距",
        "差额", "增长",
    ];
    let name = sheet.text(at).unwrap_or_default().trim();
    let key = label(name);
    let adds = adds(&key);
    let speaks = !adds && has_any(&key, &NO_SCORES);
    let taken = score.number < 0.0;
    if factor(&key) == Some(Factor::Times) && !taken && !adds {
        // 1 and 100% change nothing.
        let idle = !counted && [1.0, 100.0].contains(&score.number);
        return (!idle).then(|| not_multiplied(sheet, at, score, Factor::Times));
    }
    if speaks && !counted && !taken {
        return None;
    }
    let counts = adds || counted || taken && !speaks;
    let shown = &score.shown;
    let what = match (name, counted) {
        ("", _) => words!(
            "这一格写了 {shown} 分，它不是方案里的项目，合计和总得分会少算",
            "this cell has a score of {shown} and is no item of the scheme; sum and total would lack it"
        ),
        (_, true) => words!(
            "「{name}」这一行写了 {shown} 分，表上原有的合计公式把它算在内；它不在方案里，会少算",
            "the row `{name}` has a score of {shown}, which the form's own total counts; it is not in the scheme and would be lacking"
        ),
        (_, false) => words!(
            "「{name}」这一行写了 {shown} 分，它不在方案里，合计和总得分会少算",
            "the row `{name}` has a score of {shown} and is not in the scheme; sum and total would lack it"
        ),
    };
    let code = "score-uncounted";
    let problem = if counts { Problem::error(code, what) } else { Problem::notice(code, what) };
    Some(problem.at(&sheet.name, at).hint(words!(
        "在方案中加上这个项目（加分、扣分可用 judged 规则），或把这一行移到总得分之下",
        "make it an item of the scheme (rule judged), or move the row below the total"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_for_a_score() {
        for (text, number) in [
            ("扣2分", Some(-2.0)),
            ("扣 2 分", Some(-2.0)),
            ("加3分", Some(3.0)),
            ("奖励1.5分", Some(1.5)),
            ("-2分", Some(-2.0)),
            ("扣分", None),
            ("扣2次", None),
            ("见说明", None),
        ] {
            assert_eq!(super::number(&Value::Text(text.to_owned())), number, "{text}");
        }
        for (formula, number) in
            [("-2", Some(-2.0)), ("5-7", Some(-2.0)), ("3", Some(3.0)), ("2*3", None), ("", None)]
        {
            assert_eq!(constant(formula), number, "{formula}");
        }
    }

    #[test]
    fn rows_that_the_total_may_be_multiplied_by() {
        for key in ["出勤系数", "难度系数", "月度系数", "出勤率", "考勤率"] {
            assert_eq!(factor(key), Some(Factor::Times), "{key}");
        }
        for key in ["出勤天数", "绩效系数"] {
            assert_eq!(factor(key), Some(Factor::Perhaps), "{key}");
        }
        for key in ["系数说明", "上月系数", "奖金系数", "回购率", "考勤", "加分项"]
        {
            assert_eq!(factor(key), None, "{key}");
        }
    }

    #[test]
    fn rows_that_add_or_take() {
        for key in ["总经理加分", "奖惩加减分", "其他扣分", "奖励"] {
            assert!(adds(key), "{key}");
        }
        for key in ["加分上限", "扣分合计", "总加分", "考勤"] {
            assert!(!adds(key), "{key}");
        }
    }
}
