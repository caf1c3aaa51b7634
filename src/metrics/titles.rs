//! What a sheet or a table says of itself: 10月目标, 第1周, 作废, 同级评分.

use super::look::Look;
use super::rater_words::{PEERS, is_other_month};
use super::sources::Raters;
use super::time::words::is_other_time;
use crate::cell::CellRef;
use crate::form::span::{has_span, in_words, is_own_month, is_span};
use crate::form::{Period, labelled, notes, title_month, without_making_days};
use crate::text::other_times::names_before;
use crate::text::{compact, has_any, is_blank, person_alone, person_key};
use crate::workbook::{Sheet, Value};

/// Rows at a sheet's top that may hold its title.
const TOP: u32 = 3;
/// Rows above a raters' table that may hold its own.
const ABOVE: usize = 5;
/// Most letters of a title; a longer text is a remark.
pub(super) const LONGEST: usize = 24;

/// A title: its text, and its cell, which a sheet's name has not.
pub(super) struct Title<'s> {
    pub(super) text: &'s str,
    pub(super) at: Option<CellRef>,
}

/// The text of a row that holds nothing else, and no remark.
pub(super) fn alone(sheet: &Sheet, row: u32) -> Option<Title<'_>> {
    let mut cells = sheet.row(row).filter(|(_, cell)| !cell.value.is_blank());
    let (at, first) = cells.next()?;
    let text = first.value.text().filter(|text| !is_blank(text))?;
    let remark = text.contains([':', '：', '注', '。']) || text.chars().count() > LONGEST;
    (cells.next().is_none() && !remark).then_some(Title { text, at: Some(at) })
}

/// A sheet's name and the titles at its top.
pub(super) fn of_sheet(sheet: &Sheet) -> Vec<Title<'_>> {
    let rows = (0..TOP).filter_map(|row| alone(sheet, row));
    std::iter::once(Title { text: &sheet.name, at: None }).chain(rows).collect()
}

/// The title right above a table's header.
pub(super) fn above(sheet: &Sheet, header: CellRef) -> Option<&str> {
    alone(sheet, header.row.checked_sub(1)?).map(|title| title.text)
}

/// Rows above a header in which the title over its own columns may stand.
const OVER: u32 = 3;

/// The title over a table's header, in the table's own columns: what stands alone in the nearest row above
/// that holds anything there. What is merged over some of the columns heads these.
pub(super) fn over(
    sheet: &Sheet,
    header: u32,
    columns: std::ops::RangeInclusive<u32>,
) -> Option<Title<'_>> {
    let cells = |row: u32| {
        sheet.row(row).filter(|(at, cell)| columns.contains(&at.col) && !cell.value.is_blank())
    };
    let above = (header.saturating_sub(OVER)..header).rev();
    let row = above.into_iter().find(|row| cells(*row).next().is_some())?;
    let mut cells = cells(row);
    let (at, text) = cells.next().and_then(|(at, cell)| Some((at, cell.value.text()?)))?;
    let heads_some =
        sheet.merge_of(at).is_some_and(|m| m.start.col > *columns.start() && m.end.col > at.col);
    let key = compact(text);
    let remark = ["注", "说明", "备注"].iter().any(|word| key.starts_with(word))
        || key.contains('。')
        || key.chars().count() > LONGEST;
    (cells.next().is_none() && !heads_some && !remark).then_some(Title { text, at: Some(at) })
}

/// Whether a title says that what it heads is of another time than the month, or of another kind than its
/// actual figures.
pub(super) fn elsewhen(title: &str, month: Option<Period>) -> bool {
    let key = compact(title);
    is_other(title)
        || of_other_month(title, month)
        || is_other_time(title)
        || is_other_span(title)
        || is_spare(&key)
        || of_other_year(&key, month)
}

/// Whether a tab or title, as texts are compared, says that what it heads are goals.
pub(super) fn is_goals(key: &str) -> bool {
    let noted = || {
        let note = key.rsplit_once(['(', '[', '【', '〔']).map(|(_, note)| note);
        note.is_some_and(|note| GOALS.contains(&note.trim_end_matches([')', ']', '】', '〕'])))
    };
    has_any(key, &["目标", "预算"])
        && !has_any(key, &["实际", "完成", "达成", "数据", "结果", "情况", "与", "及", "和"])
        || noted()
}

/// Notes in brackets behind a title that say it of all that stands below.
const GOALS: [&str; 10] =
    ["目标", "目标值", "计划", "计划值", "预算", "标准", "标准值", "基准", "基准值", "计划数"];

/// Whether a tab or title, as texts are compared, says that what it heads is another time's or a pattern:
/// 年度累计, 上月数据, 模板.
pub(super) fn is_spare(key: &str) -> bool {
    const OTHERS: [&str; 10] =
        ["累计", "模板", "样表", "空表", "备份", "存档", "旧数据", "预测", "测算", "ytd"];
    (names_before(key) || has_any(key, &OTHERS)) && !may_be_own(key)
}

/// Whether a tab or title may be of the month for all that it says of other times: 本月累计, 10月累计, 更正说明.
pub(super) fn may_be_own(key: &str) -> bool {
    const OWN: [&str; 7] = ["本月", "当月", "对比", "更正", "修正", "调整", "口径"];
    let summed = key.split_once("月累计").is_some_and(|(before, _)| {
        before.ends_with(|c: char| c.is_ascii_digit()) && !before.contains(['-', '至', '~'])
    });
    has_any(key, &OWN) || summed
}

/// Whether a title says that what it heads are not the month's actual figures.
pub(super) fn is_other(title: &str) -> bool {
    let key = compact(title);
    let has = |words: &[&str]| has_any(&key, words);
    let goals = is_goals(&key);
    let span = has_span(&key) || has(&["季度", "半年"]) && !key.contains('月');
    goals || has(&["作废", "样例", "示例", "草稿", "废弃"]) || span
}

/// Whether a title says that what it heads is of another span than a month: 第40周, 8-9月, Q3, 全年. A month
/// that it names too, or days that make one (9月26日至10月25日), is the month's.
pub(super) fn is_other_span(title: &str) -> bool {
    const YEARS: [&str; 2] = ["全年", "整年"];
    let key = compact(title);
    let month = Period::named(&key);
    if is_own_month(&key) {
        return false;
    }
    let bare = key.trim_end_matches(['数', '据', '指', '标', '统', '计', '表', '汇', '总']);
    is_span(&key) || is_span(bare) || month.is_none() && has_any(&key, &YEARS)
}

/// Whether a title says that a table is of another month.
pub(super) fn of_other_month(title: &str, month: Option<Period>) -> bool {
    let title = &*without_making_days(title, month);
    let titled = || title_month(title).zip(month);
    // （9.1-9.30） and （9月1日-9月30日）
    let noted = || {
        notes::in_brackets(title).iter().any(|note| {
            let note = in_words(note);
            let days = note.ends_with(['日', '号']) && note.matches('月').count() > 1;
            let found = Period::named(&note).filter(|_| days);
            found.zip(month).is_some_and(|(found, month)| !found.fits(month))
        })
    };
    is_other_month(&compact(title), month)
        || noted()
        || titled().is_some_and(|(found, month)| !month.fits(found.into()))
}

/// Whether a title names nothing but another year: 下级评分2025.
fn of_other_year(key: &str, month: Option<Period>) -> bool {
    let Some(year) = month.and_then(|month| month.year) else { return false };
    let mut numbers = key.split(|c: char| !c.is_ascii_digit());
    numbers.any(|n| n.len() == 4 && n.starts_with("20") && n.parse() != Ok(year))
}

/// Whether titles over marks say another month, or an old table or a pattern.
pub(super) fn of_other_time(headings: &[Title<'_>], words: &Look<'_>) -> bool {
    other_time(headings, words).is_some()
}

/// The title over marks that says so.
pub(super) fn other_time<'h, 's>(
    headings: &'h [Title<'s>],
    words: &Look<'_>,
) -> Option<&'h Title<'s>> {
    let is_old = |title: &str| {
        let key = compact(title);
        key.ends_with('旧')
            || has_any(
                &key,
                &["(旧)", "旧版", "旧表", "模板", "模版", "样表", "样例", "范例", "示例"],
            )
            || of_other_year(&key, words.month)
    };
    headings.iter().find(|title| of_other_month(title.text, words.month) || is_old(title.text))
}

/// Whether the title over a raters' table, else those of its sheet, say that these rate otherwise than
/// in its rating, or in another month; 旧 says that others have rated since.
pub(super) fn of_other_raters(
    sheet: &Sheet,
    headings: &[Title<'_>],
    table: &Raters,
    words: &Look<'_>,
) -> bool {
    if of_other_time(headings, words) {
        return true;
    }
    let whose = |title: &Title<'_>| whose(&compact(title.text), table.rating, words);
    let rows = (0..table.first()).rev().take(ABOVE);
    let nearest = rows.filter_map(|row| alone(sheet, row)).find_map(|title| whose(&title));
    nearest.map_or_else(|| headings.iter().any(|title| whose(title) == Some(false)), |own| !own)
}

/// Rows of a sheet in which a label may say who is rated.
const LABELLED: u32 = 4;

/// Whether a sheet's tab or one of its titles holds the name of one of the forms' people, however.
pub(super) fn names_one(sheet: &Sheet, words: &Look<'_>) -> bool {
    let holds = |title: &Title<'_>| {
        let key = person_key(title.text);
        words.people.iter().any(|person| key.contains(person.as_str()))
    };
    of_sheet(sheet).iter().any(holds)
}

/// Whether a sheet's tab or one of its titles names one of the forms' people as the one who is rated.
pub(super) fn rates_one(sheet: &Sheet, words: &Look<'_>) -> bool {
    let names = |title: &Title<'_>| super::naming::rated(&compact(title.text), words.people);
    let labels: Vec<String> = words.person.iter().filter(|w| w.contains('被')).cloned().collect();
    let said = || match labelled(sheet, &labels, LABELLED) {
        Some((at, Value::Text(name))) => {
            let is = |text: &str, person: &String| person_alone(person) == person_alone(text);
            // 被评人 before several names heads a list of them.
            let texts = || sheet.row(at.row).filter_map(|(_, cell)| cell.value.text());
            let there = |person: &&String| texts().any(|text| person_key(text).contains(*person));
            let several = words.people.iter().filter(there).count() > 1;
            !several && words.people.iter().any(|person| is(&name, person))
        }
        _ => false,
    };
    // 姓名：王丽 in a row of its own.
    let lone = |row: u32| {
        let mut cells = sheet.row(row).filter(|(_, cell)| !cell.value.is_blank());
        let text = cells.next().and_then(|(_, cell)| cell.value.text());
        let text = text.filter(|_| cells.next().is_none());
        text.is_some_and(|text| super::naming::rated(&compact(text), words.people).is_some())
    };
    of_sheet(sheet).iter().any(|title| names(title).is_some()) || said() || (0..LABELLED).any(lone)
}

/// Whether a title speaks of those who rate in this rating, or of others; of none in most.
pub(super) fn whose(key: &str, rating: usize, words: &Look<'_>) -> Option<bool> {
    if has_any(key, &["下属", "员工", "匿名", "360"]) {
        return Some(true);
    }
    let first = |at: usize| {
        let marks = words.marks.get(at)?;
        marks.words.iter().filter_map(|word| key.find(word.as_str())).min()
    };
    // 下级对上级评分 is the subordinates'.
    let own = first(rating);
    let others = (0..words.marks.len()).filter(|other| *other != rating).filter_map(first);
    let peers = PEERS.iter().filter_map(|word| key.find(word));
    match (own, others.chain(peers).min()) {
        (Some(own), Some(other)) => Some(own <= other),
        (own, other) => own.map(|_| true).or(other.map(|_| false)),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_other, is_other_span};

    #[test]
    fn titles_of_other_figures() {
        for title in [
            "10月目标",
            "第1周",
            "10月上半月指标数据",
            "2026年第三季度指标",
            "指标数据（作废）",
            "下旬数据",
        ] {
            assert!(is_other(title), "{title}");
        }
        for title in
            ["2026年10月 指标数据", "目标达成数据", "目标与实际", "第三季度9月指标", "月度指标"]
        {
            assert!(!is_other(title), "{title}");
        }
    }

    #[test]
    fn spans_that_are_no_month() {
        for title in [
            "第40周",
            "W40",
            "w40数据",
            "Q3",
            "8-9月",
            "2026年8-9月指标",
            "9月28日-10月4日",
            "10月1日-15日",
            "10月1日-10月15日",
            "2026年全年数据",
        ] {
            assert!(is_other_span(title), "{title}");
        }
        for title in [
            "10月",
            "2026年度10月指标",
            "9月26日-10月25日",
            "10月1日-31日",
            "2026年",
            "周转率",
            "2026年度绩效考核数据",
            "指标数据",
        ] {
            assert!(!is_other_span(title), "{title}");
        }
    }
}
