//! What stands beside raters' marks and says that their plain mean is not meant, or is not what it seems:
//! weights of the marks, a mean that is another, other full marks at a rater's head, a note about a rater
//! below the table.

use super::raters_of;
use crate::cell::CellRef;
use crate::form::scale::{self, differs};
use crate::form::{Form, Place};
use crate::metrics::rater_doubts::is_void_note;
use crate::metrics::reader::Reader;
use crate::metrics::sources::{Raters, Sources};
use crate::problem::Problem;
use crate::scheme::{Rating, Scheme};
use crate::text::{compact, has_any, label, show};
use crate::words;
use crate::workbook::{Sheet, Value, Workbook};
use std::ops::RangeInclusive;

/// Rows above the first mark, or around rows of raters, in which their heads stand.
const NEAR: u32 = 3;
/// Columns behind the last rater that may be of the table.
const BESIDE: u32 = 4;
/// Rows below a table that may hold notes about its raters.
const BELOW: u32 = 8;
/// Heads of the marks' weights.
const WEIGHTS: [&str; 9] =
    ["权重", "权重系数", "指标权重", "考核权重", "评分权重", "权重分值", "权数", "比重", "占比"];

/// The number in a cell, typed or real.
fn number(sheet: &Sheet, at: CellRef) -> Option<f64> {
    sheet.value(sheet.anchor(at)).number()
}

/// Whether a text heads the marks' weights.
fn is_weight(text: &str) -> bool {
    WEIGHTS.contains(&label(text).as_str())
}

/// Whether some cells hold different numbers.
fn differ(sheet: &Sheet, cells: impl Iterator<Item = CellRef>) -> bool {
    let mut numbers = cells.filter_map(|at| number(sheet, at));
    let first = numbers.next();
    first.is_some_and(|first| numbers.any(|other| (other - first).abs() > 1e-9))
}

/// The columns of a table with a column a rater, from the marks' names to what is said in words beside it: another
/// table may stand left and right of it.
fn columns(sheet: &Sheet, table: &Raters) -> RangeInclusive<u32> {
    let first = table.left();
    let last = table.columns.iter().max().copied().unwrap_or(first);
    let row = table.first();
    let is_word = |col: u32| {
        let at = sheet.anchor(CellRef::new(row, col));
        sheet.text(at).is_some() && number(sheet, at).is_none()
    };
    let left = (0..first).rev().find(|col| is_word(*col)).map_or(0, |names| names + 1);
    let beside = (last + 1..=last + BESIDE).take_while(|col| !is_word(*col));
    left..=beside.last().unwrap_or(last)
}

/// The texts that head a table's lines, a column each or a row each: the line and the cell.
fn heads(sheet: &Sheet, table: &Raters) -> Vec<(u32, CellRef)> {
    let first = table.first();
    let text = |at: &CellRef| sheet.text(*at).is_some();
    if !table.turned {
        let own = columns(sheet, table);
        let rows = first.saturating_sub(NEAR)..first;
        let cells = rows.flat_map(|row| sheet.row(row)).map(|(at, _)| at);
        let own = cells.filter(|at| own.contains(&at.col));
        return own.filter(text).map(|at| (at.col, at)).collect();
    }
    let last = table.columns.iter().max().copied().unwrap_or(first);
    let left = table.rows.values().min().copied().unwrap_or_default();
    let rows = first.saturating_sub(NEAR)..=last + NEAR;
    let cells = rows.flat_map(|row| sheet.row(row)).map(|(at, _)| at);
    cells.filter(|at| at.col < left).filter(text).map(|at| (at.row, at)).collect()
}

/// The head of a rater that names other full marks than the rating's: 评分人1(满分10分).
fn other_scale(
    sheet: &Sheet,
    table: &Raters,
    rater: u32,
    rating: &Rating,
) -> Option<(CellRef, f64)> {
    let mut own = heads(sheet, table).into_iter().filter(|(line, _)| *line == rater);
    // A title may stand over the first of them.
    let (_, at) = own.next_back()?;
    let found = differs(sheet.text(at)?, rating.max)?;
    let whole = rating.max * rating.marks.len() as f64;
    ((found - whole).abs() > 1e-9).then_some((at, found))
}

/// The head of different weights of a table's marks: the form counts them alike.
fn weights(sheet: &Sheet, table: &Raters) -> Option<CellRef> {
    let marks = |line: u32| table.rows.values().map(move |mark| table.cell(*mark, line));
    let is_head = |(line, at): &(u32, CellRef)| {
        !table.columns.contains(line)
            && sheet.text(*at).is_some_and(is_weight)
            && differ(sheet, marks(*line))
    };
    heads(sheet, table).into_iter().find(is_head).map(|(_, at)| at)
}

/// Whether a head is of the raters' own mean, however it was taken.
fn is_mean(text: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "上月",
        "上期",
        "去年",
        "部门",
        "公司",
        "全体",
        "全员",
        "同级",
        "上级",
        "累计",
        "目标",
        "率",
        "百分",
        "标准差",
    ];
    let key = label(text);
    has_any(&key, &["平均", "均分", "均值", "去掉", "中位"]) && !has_any(&key, &OTHERS)
}

/// How many decimals a number is written with.
fn decimals(value: f64) -> i32 {
    let written = show(value, 6);
    let behind = written.split_once('.').map_or(0, |(_, behind)| behind.len());
    i32::try_from(behind).unwrap_or_default()
}

/// The first mean in a line that is not its raters': its cell, what it holds, and what they give.
fn other_mean(
    sheet: &Sheet,
    table: &Raters,
    raters: &[u32],
    line: u32,
) -> Option<(CellRef, f64, f64)> {
    let means = table.rows.values().filter_map(|mark| {
        let at = table.cell(*mark, line);
        let given = raters.iter().filter_map(|rater| number(sheet, table.cell(*mark, *rater)));
        let given: Vec<f64> = given.collect();
        let own = given.iter().sum::<f64>() / given.len() as f64;
        Some((at, number(sheet, at)?, own)).filter(|_| !given.is_empty())
    });
    let means: Vec<(CellRef, f64, f64)> = means.collect();
    // Rounded or cut as the line is written.
    let exact = means.iter().map(|(_, value, _)| decimals(*value)).max().unwrap_or_default();
    let off = if exact == 0 { 0.5 } else { 0.1_f64.powi(exact) } + 1e-9;
    means.into_iter().find(|(_, value, own)| (value - own).abs() > off)
}

/// What a note below a table says: the head of the rater whose marks do not count, and the note's cell.
fn noted_below(sheet: &Sheet, table: &Raters, raters: &[u32]) -> Option<(CellRef, CellRef)> {
    let all = heads(sheet, table);
    let named = all.iter().filter(|(line, _)| raters.contains(line));
    let lines = if table.turned { &table.columns } else { &table.rows.values().copied().collect() };
    let last = lines.iter().max().copied()?;
    let numbers = |row: u32| sheet.row(row).any(|(_, cell)| matches!(cell.value, Value::Number(_)));
    let rows = (last + 1..=last + BELOW).filter(|row| !numbers(*row));
    // Several texts head another table.
    let rows =
        rows.take_while(|row| sheet.row(*row).filter(|(_, c)| !c.value.is_blank()).count() < 3);
    let notes =
        rows.flat_map(|row| sheet.row(row)).filter_map(|(at, c)| Some((at, c.value.text()?)));
    let notes: Vec<(CellRef, &str)> = notes.filter(|(_, text)| is_void_note(text)).collect();
    let said = |head: CellRef| {
        let name = compact(sheet.text(head)?);
        let says = |(_, text): &&(CellRef, &str)| {
            text.split(['。', ';', '；', '\n']).any(|part| speaks_of(part, &name))
        };
        notes.iter().find(says).map(|(at, _)| (head, *at))
    };
    named.filter_map(|(_, head)| said(*head)).next()
}

/// Whether a sentence says of a rater that the marks do not count: 评分人4与被考核人有亲属关系，评分作废.
fn speaks_of(part: &str, name: &str) -> bool {
    let key = compact(part);
    let letters = name.chars().count() > 1 && name.contains(|c: char| !c.is_ascii_digit());
    letters
        && key.match_indices(name).any(|(at, _)| {
            let behind = key.get(at + name.len()..).unwrap_or_default();
            // 评分人1 is no 评分人10.
            let whole = !name.ends_with(|c: char| c.is_ascii_digit())
                || !behind.starts_with(|c: char| c.is_ascii_digit());
            whole && is_void_note(behind)
        })
}

fn mark_weights(name: &str) -> Problem {
    Problem::error(
        "mark-weights",
        words!(
            "「{name}」的各项写了不同的权重，而得分是各项分数之和按满分折算的，权重没有算进去",
            "the marks of `{name}` have different weights here, but the score is their plain sum over the full marks: the weights were not used"
        ),
    )
    .hint(words!(
        "权重不用就删去这一列（行）；要用就自己按权重算出各项的分数，或改方案",
        "delete the weights if they are not used; else work them into the marks yourself, or change the scheme"
    ))
}

impl Reader<'_> {
    /// Whether what stands beside raters' marks keeps them from being taken; all of it is told.
    pub(in crate::metrics) fn beside_raters(
        &mut self,
        table: &Raters,
        rating: &Rating,
        sources: &Sources,
        person: Option<&str>,
    ) -> bool {
        let Some(sheet) = self.workbook.sheets.get(table.sheet) else { return false };
        let raters = raters_of(table, person);
        let mut told = Vec::new();
        if let Some(at) = weights(sheet, table) {
            told.push(mark_weights(&rating.name).at(&sheet.name, at));
        }
        if let Some((head, note)) = noted_below(sheet, table, &raters) {
            told.push(void_rater(sheet, head, note).at(&sheet.name, note));
        }
        let of = (rating.name.as_str(), rating.max);
        let scale = raters.iter().find_map(|rater| other_scale(sheet, table, *rater, rating));
        told.extend(scale.map(|(at, found)| scale::problem(&sheet.name, Some(at), found, of)));
        let refused = !told.is_empty();
        if !refused && is_of_one(table, sources) {
            told.extend(self.other_means(sheet, table, &raters));
        }
        told.into_iter().for_each(|problem| self.once(problem));
        refused
    }

    /// Means beside the raters that are not theirs.
    fn other_means(&self, sheet: &Sheet, table: &Raters, raters: &[u32]) -> Vec<Problem> {
        let lines = heads(sheet, table).into_iter().filter(|(line, at)| {
            !table.columns.contains(line) && sheet.text(*at).is_some_and(is_mean)
        });
        let other = |(line, head): (u32, CellRef)| {
            let (at, value, own) = other_mean(sheet, table, raters, line)?;
            let name = sheet.text(head).unwrap_or_default().trim();
            let (value, own) = (show(value, 4), show(own, 4));
            let problem = Problem::notice(
                "raters-mean-differs",
                words!(
                    "「{name}」{at} 是 {value}，各评分人的平均是 {own}；按各评分人的平均计，请核对",
                    "`{name}` holds {value} in {at}, and the raters' mean is {own}; the raters' mean is used, please check"
                ),
            );
            Some(problem.at(&sheet.name, at).hint(words!(
                "不算的评分人，删去其分数或注明「作废」；要用「{name}」，只留这些数，不留各人的分数",
                "delete the marks of a rater who does not count, or note 作废; to use `{name}`, keep it alone without the raters' marks"
            )))
        };
        lines.filter_map(other).collect()
    }

    /// Refuses a form whose own rating tables weight their marks.
    pub(in crate::metrics) fn form_weights(
        &mut self,
        workbook: &Workbook,
        scheme: &Scheme,
        form: &Form,
    ) {
        for table in &form.ratings {
            let Some(rating) = scheme.ratings.get(table.rating) else { continue };
            let scores: Vec<Place> = table.marks.iter().map(|mark| mark.score).collect();
            let Some(first) = scores.iter().min() else { continue };
            let Some(sheet) = workbook.sheets.get(first.sheet) else { continue };
            let scores = || scores.iter().filter(|score| score.sheet == first.sheet);
            let cells = |col: u32| scores().map(move |score| CellRef::new(score.at.row, col));
            // Beside it the items may stand.
            let names = table.marks.iter().map(|mark| mark.name.at.col).min().unwrap_or_default();
            let own = names..=first.at.col.saturating_add(1);
            let rows = first.at.row.saturating_sub(NEAR)..first.at.row;
            let head = rows.flat_map(|row| sheet.row(row)).find(|(at, cell)| {
                own.contains(&at.col)
                    && at.col != first.at.col
                    && cell.value.text().is_some_and(is_weight)
                    && differ(sheet, cells(at.col))
            });
            if let Some((at, _)) = head {
                self.once(mark_weights(&rating.name).at(&sheet.name, at));
            }
        }
    }
}

/// Whether nobody else is rated in the lines of a table.
fn is_of_one(table: &Raters, sources: &Sources) -> bool {
    let beside = |other: &Raters| {
        (other.sheet, other.rating) == (table.sheet, table.rating)
            && other.rows == table.rows
            && other.columns != table.columns
    };
    (table.rated.is_empty() || table.rates_by_title()) && !sources.raters.iter().any(beside)
}

fn void_rater(sheet: &Sheet, head: CellRef, note: CellRef) -> Problem {
    let text = |at: CellRef| sheet.text(at).unwrap_or_default().trim();
    let (name, said) = (text(head), crate::metrics::near::one_line(text(note)));
    Problem::error(
        "rater-unclear",
        words!(
            "表下写着「{said}」，而「{name}」的分数还在表里，看不出算不算",
            "below the table it says `{said}`, and the marks of `{name}` still stand in it: do they count?"
        ),
    )
    .hint(words!(
        "不算就删去「{name}」的分数；要算就删去这句话",
        "delete the marks of `{name}` if they do not count; remove the note if they do"
    ))
}

#[cfg(test)]
mod tests {
    use super::{is_mean, speaks_of};

    #[test]
    fn notes_about_a_rater() {
        for (text, name) in [
            ("注：评分人4与被考核人有亲属关系，评分作废", "评分人4"),
            ("评分人4的评分无效", "评分人4"),
            ("张三因请假弃权", "张三"),
            ("已剔除：无；评分人2不计", "评分人2"),
        ] {
            assert!(text.split(['；', '。']).any(|part| speaks_of(part, name)), "{text}");
        }
        for (text, name) in [
            ("评分人10的评分作废", "评分人1"),
            ("评分人4有效，无效票0张", "评分人4"),
            ("评分人4：未作废", "评分人4"),
            ("每项5分，超出作废", "评分人4"),
            ("评分人4建议取消晚班", "评分人4"),
            ("涂改的作废", "2"),
        ] {
            assert!(!text.split(['；', '。']).any(|part| speaks_of(part, name)), "{text}");
        }
    }

    #[test]
    fn heads_of_means() {
        for head in ["去掉最高最低后平均", "平均分", "均值", "加权平均"] {
            assert!(is_mean(head), "{head}");
        }
        for head in ["上月平均分", "部门平均", "得分率平均", "合计", "评分人1"] {
            assert!(!is_mean(head), "{head}");
        }
    }
}
