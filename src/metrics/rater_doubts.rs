//! Raters whose marks perhaps do not count: 评分人4（作废）, the person's own, and names that may be of raters
//! or of the rated.

use super::look::Look;
use super::titles;
use crate::cell::CellRef;
use crate::form::heading::header_text;
use crate::problem::{Problem, Words};
use crate::text::{compact, label, person_alone};
use crate::words;
use crate::workbook::Sheet;

/// Why a rater's marks perhaps do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A note at the head says so.
    Noted,
    /// The rater is the person who is rated.
    Own,
    /// One column, and a mean beside it that is another.
    Mean,
    /// Do the names say who rates, or who is rated?
    Names,
    /// A line says that the marks do not count: they were left out.
    LeftOut,
}

/// What notes say of marks that do not count.
const VOID: [&str; 14] = [
    "作废",
    "无效",
    "废票",
    "废卷",
    "弃权",
    "弃票",
    "不计",
    "不算",
    "不统计",
    "不纳入",
    "不参与",
    "剔除",
    "撤回",
    "撤销",
];
/// What else they say at a rater's head where the marks perhaps do not.
const NOTES: [&str; 14] = [
    "不参加",
    "不考核",
    "除外",
    "排除",
    "重复",
    "测试",
    "试填",
    "演示",
    "示例",
    "样例",
    "自评",
    "自我",
    "本人",
    "取消",
];
/// What takes that back before such a word.
const NOT: [char; 4] = ['未', '非', '不', '无'];
/// What makes another word of one: 不计名, 测试部 is where a rater works, 重复购买组.
const BEHIND: [&str; 9] = ["名", "部", "组", "岗", "员", "工程", "中心", "购", "科"];

/// What stands behind each such word of a text, where it is that word and nothing takes it back.
fn behind<'k>(key: &'k str, word: &str) -> impl Iterator<Item = &'k str> {
    key.match_indices(word).filter_map(move |(at, found)| {
        let before = key.get(..at).unwrap_or_default();
        let behind = key.get(at + found.len()..).unwrap_or_default();
        let another = BEHIND.iter().any(|rest| behind.starts_with(rest));
        (!before.ends_with(NOT) && !another).then_some(behind)
    })
}

/// Whether a rater's head holds a note that the marks perhaps do not count, however it is written.
pub(super) fn is_noted(head: &str) -> bool {
    let key = compact(head);
    VOID.iter().chain(&NOTES).any(|word| behind(&key, word).next().is_some())
}

/// Whether a sentence below the marks says that some do not count; 无效票0张 says that there is none.
pub(super) fn is_void_note(text: &str) -> bool {
    let key = compact(text);
    let some = |behind: &str| {
        let rest = behind.trim_start_matches(['票', '卷', '问', '数', ':', '共', '的', '为']);
        !rest.starts_with(['0', '无', '零'])
    };
    VOID.iter().any(|word| behind(&key, word).any(some))
}

/// Whether a text names a person, alone or in a note: `王丽`, `评分人4（王丽）`, `王丽-主管`.
pub(super) fn names(text: &str, person: &str) -> bool {
    let own = person_alone(person);
    let letter = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || c.is_ascii_alphanumeric();
    text.split(|c| !letter(c)).any(|part| {
        let part = ["评分人", "评委", "评价人", "打分人", "员工"]
            .iter()
            .find_map(|word| part.strip_prefix(word))
            .unwrap_or(part)
            .trim_start_matches(|c: char| c.is_ascii_digit());
        !part.is_empty() && person_alone(part) == own
    })
}

/// The people who may be whom a raters' sheet rates: the only one with a form, else whom its tab or title
/// names.
pub(super) fn rated_on<'w>(sheet: &Sheet, words: &'w Look<'_>) -> Vec<&'w str> {
    if let Some(owner) = words.owner {
        return vec![owner];
    }
    let headings: Vec<String> =
        titles::of_sheet(sheet).iter().map(|title| compact(title.text)).collect();
    let named = |person: &&String| headings.iter().any(|text| text.contains(person.as_str()));
    words.people.iter().filter(named).map(String::as_str).collect()
}

/// What is doubtful of a rater by the texts at the marks' head.
pub(super) fn of_head<'t>(
    mut texts: impl Iterator<Item = &'t str>,
    rated: &[&str],
) -> Option<Doubt> {
    texts.find_map(|text| {
        if rated.iter().any(|person| names(text, person)) {
            return Some(Doubt::Own);
        }
        is_noted(text).then_some(Doubt::Noted)
    })
}

/// The most letters of a note below a rater's marks; a longer text is a remark on something else.
const NOTE: usize = 8;

/// Whether texts around a rater's marks hold such a note: 弃权 below the column.
pub(super) fn is_noted_in<'t>(mut texts: impl Iterator<Item = &'t str>) -> bool {
    // 建议取消晚班 is what a rater has to say.
    texts.any(|text| {
        let key = compact(text);
        let bare = key.trim_matches(['此', '该', '本', '票', '卷', '列', '份', '(', ')']);
        let is_note = |key: &str| VOID.contains(&key) || NOTES.contains(&key);
        text.chars().count() <= NOTE && (is_note(bare) || is_note(&key))
    })
}

/// Whether names by row are of raters and rated alike: each once, some with forms, some without.
pub(super) fn mixed<'n>(names: impl Iterator<Item = &'n str>, words: &Look<'_>) -> bool {
    let names: Vec<String> = names.map(person_alone).collect();
    let known = |name: &String| words.people.iter().any(|key| person_alone(key) == *name);
    let once = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
    names.iter().all(once) && names.iter().any(known) && !names.iter().all(known)
}

/// Whether a header over names leaves open who they are: 姓名, but not 被评人.
pub(super) fn is_open(header: &str) -> bool {
    !header.contains('被') && header != "考核对象"
}

/// Tells of a doubtful rater.
pub(super) fn problem(sheet: &Sheet, head: CellRef, doubt: Doubt, turned: bool) -> Problem {
    let written = header_text(sheet, sheet.anchor(head), false).unwrap_or_default();
    let name = written.trim();
    let (line, en) = if turned { ("行", "row") } else { ("列", "column") };
    let (what, hint): (Words, Words) = match doubt {
        Doubt::Noted => (
            words!(
                "评分人「{name}」注有作废、弃权、自评等字样，看不出这一{line}的分数算不算",
                "a note at the rater `{name}` says void, abstained, self-rating or the like: do the marks of this {en} count?"
            ),
            words!(
                "不算就删去这一{line}；要算就删去这个备注",
                "delete the {en} if they do not; remove the note if they do"
            ),
        ),
        Doubt::Own => (
            words!(
                "「{name}」是被考核人本人，自己打的分不算评分人的",
                "`{name}` is the person who is rated; marks given to oneself are no rater's"
            ),
            words!(
                "删去这一{line}；是别人打的，就改正姓名",
                "delete the {en}; if somebody else gave them, correct the name"
            ),
        ),
        Doubt::LeftOut => {
            return Problem::notice(
                "rater-left-out",
                words!(
                    "评分人「{name}」的分数注明无效或不计，没有算入",
                    "the marks of the rater `{name}` are marked void and were not counted"
                ),
            )
            .hint(words!("要算就删去那个字样", "remove those words if they count"));
        }
        Doubt::Mean => (
            words!(
                "只有「{name}」一列分数，旁边的平均分或得分却与它不同：看不出用哪一列",
                "there is one column `{name}`, and a mean or score beside it that differs: which is the mark?"
            ),
            words!(
                "评分人都要有自己的一列，表头写「评分人N」；只有平均分的，删去「{name}」这一列",
                "give each rater a column headed 评分人N; where there is a mean alone, delete `{name}`"
            ),
        ),
        Doubt::Names => (
            words!(
                "「{}」列里有被考核人，也有别人：写的是评分人，还是被评人？",
                "the column `{}` names the person rated and others: are they who rates, or who is rated?",
                label(name)
            ),
            words!(
                "是评分人，表头写「评分人」，并删去本人自评的行；是被评人，写「被评人」",
                "head it 评分人 if they rate, without the person's own row; 被评人 if they are rated"
            ),
        ),
    };
    Problem::error("rater-unclear", what).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::{is_noted, names};

    #[test]
    fn notes_at_a_raters_head() {
        for head in [
            "评分人4（作废）",
            "评分人4-作废",
            "评分人4 作废",
            "评分人4（无效票）",
            "评分人4（弃权）",
            "评分人4（不计）",
            "评分人4（重复）",
            "评分人4（测试）",
            "员工4（自评）",
            "评分人4（不计入）",
        ] {
            assert!(is_noted(head), "{head}");
        }
        for head in [
            "评分人4",
            "评分人4（有效）",
            "评分人3（综合部）",
            "评分人3（测试部）",
            "评分人3（不计名）",
            "评分人3（未作废）",
            "张三",
            "评分人4（匿名）",
        ] {
            assert!(!is_noted(head), "{head}");
        }
        assert!(names("评分人4（王丽）", "王丽") && names("王丽（自评）", "王丽"));
        assert!(names("评分人 王丽", "王丽") && names("王丽-主管", "王丽"));
        assert!(!names("王丽娜", "王丽") && !names("评分人4（王丽娜）", "王丽"));
    }
}
