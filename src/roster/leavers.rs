//! Rows of a roster that say that the person has left: 状态 离职, 离职日期, 备注 10月离职, a name struck through.

use super::Row;
use crate::day::Day;
use crate::problem::Words;
use crate::text::answers::{is_no, is_yes};
use crate::text::employment::ENDED;
use crate::text::{has_any, is_blank, label};
use crate::words;

/// What says that somebody has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    /// As it stands in the roster: its head and what is below it.
    pub why: Words,
    /// The last day, where one is given.
    pub on: Option<Day>,
}

/// Words of a state in which nobody is assessed any more, beside [`ENDED`].
const LEFT: [&str; 2] = ["离岗", "resigned"];
/// Before such a word they say that it has not come to it.
const NOT: [&str; 6] = ["未", "没", "不", "拟", "待", "无"];
/// Heads of columns of states and remarks.
const STATES: [&str; 7] = ["状态", "在职", "备注", "说明", "情况", "类型", "status"];

/// What in a row says that the person has left.
pub(super) fn leaver(headers: &[String], row: &Row, named: usize) -> Option<Leaver> {
    let mut cells = headers.iter().zip(&row.cells).filter(|(_, cell)| !is_blank(cell));
    let of_state = cells.find_map(|(head, cell)| {
        let text = label(cell);
        let on = Day::parse(cell);
        let of_leaving = has_any(head, &ENDED) || has_any(head, &LEFT);
        let dated = of_leaving && head.contains(['日', '时', '期']);
        let said = has_any(head, &STATES) && has_left(&text);
        // A column 是否离职.
        let asked = of_leaving && (!dated && is_yes(&text) || has_left(&text))
            || head.contains("在职") && (is_no(&text) || text == "不在职");
        let dated = dated && (on.is_some() || text.chars().any(char::is_numeric));
        (dated || said || asked)
            .then(|| Leaver { why: words!("{head}：{cell}", "{head}: {cell}"), on })
    });
    let struck = || row.struck.contains(&named);
    of_state.or_else(|| {
        struck().then(|| Leaver { why: words!("删除线", "struck through"), on: None })
    })
}

/// Whether a text says that somebody has left.
fn has_left(text: &str) -> bool {
    let at = ENDED.iter().chain(&LEFT).find_map(|word| text.find(word));
    at.and_then(|at| text.get(..at))
        .is_some_and(|before| !NOT.iter().any(|word| before.ends_with(word)))
}

#[cfg(test)]
mod tests {
    use crate::roster::read;

    #[test]
    fn who_has_left_is_known_by_what_the_roster_says() {
        let why = |text: &str| {
            let people = read(text.as_bytes()).unwrap();
            people.last().unwrap().leaver.as_ref().map(|leaver| leaver.why.zh.clone())
        };
        for (text, wanted) in [
            ("姓名,状态\n周强,离职\n", Some("状态：离职")),
            ("姓名,在职状态\n周强,已离职\n", Some("在职状态：已离职")),
            ("姓名,离职日期\n周强,2026-10-15\n", Some("离职日期：2026-10-15")),
            ("姓名,备注\n周强,10月离职\n", Some("备注：10月离职")),
            ("姓名,是否离职\n周强,是\n", Some("是否离职：是")),
            ("姓名,是否在职\n周强,否\n", Some("是否在职：否")),
            ("姓名,是否在职\n周强,是\n", None),
            ("姓名,是否离职\n周强,否\n", None),
            ("姓名,状态\n周强,在职\n", None),
            ("姓名,状态\n周强,未离职\n", None),
            ("姓名,离职日期\n周强,\n", None),
            ("姓名,离职日期\n周强,/\n", None),
            ("姓名,备注\n周强,试用期\n", None),
        ] {
            assert_eq!(why(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn a_ratio_before_the_name_is_no_footer() {
        let people = read("比例,姓名\n8:2,王丽\n7:3,周强\n".as_bytes()).unwrap();
        assert_eq!(people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["王丽", "周强"]);
    }
}
