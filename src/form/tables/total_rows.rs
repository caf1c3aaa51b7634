//! Rows of totals: the cell that a label's number belongs in, and the points that the row names.

use super::{Open, Reader, Section, TotalFound};
use crate::cell::CellRef;
use crate::form::Place;
use crate::form::headers::Text;
use crate::form::lexicon::{TotalWord, full_points, named_points, noted_points};
use crate::text::{compact, parse_number};
use crate::workbook::Value;

impl Reader<'_> {
    /// A total's row: its cell, and what it says of itself.
    pub(super) fn total(
        &mut self,
        word: TotalWord,
        at: CellRef,
        texts: &[Text<'_>],
        table: Option<&Open>,
    ) {
        let table = table.or_else(|| self.open.iter().rfind(|t| t.columns.is_some()));
        let in_column = table
            .and_then(|t| t.columns)
            .map(|c| self.sheet.anchor(CellRef::new(at.row, c.score)))
            .filter(|place| *place != at && place.row == at.row && self.takes_number(*place));
        let place = in_column.or_else(|| self.beside(at));
        let own = texts.iter().find(|own| own.at == at);
        let named = own.and_then(|own| self.lexicon.rating_row(own.text));
        // 上级评分（10%） says itself what it is out of.
        let noted = own.filter(|_| word == TotalWord::Score).and_then(|own| noted_points(own.text));
        let hint = texts
            .iter()
            .filter(|other| other.at != at && Some(other.at) != place)
            .filter(|other| table.is_none_or(|t| t.covers(at.col) == t.covers(other.at.col)))
            .find_map(|other| full_points(other.text))
            .or(noted.map(|points| (points, false)));
        self.out.totals.push(TotalFound {
            word,
            label: Place { sheet: self.index, at },
            place: place.map(|at| Place { sheet: self.index, at }),
            section: table.map_or(Section::None, |t| t.section),
            hint: hint.map(|(points, _)| points),
            factor: hint.is_some_and(|(_, factor)| factor),
            named,
        });
    }

    /// Whether a label in a table's score column heads the total's cell below, in a row of such heads
    /// (业绩得分 | 上级评分 | 总得分): nothing but numbers stands below it.
    pub(super) fn heads_total(&self, table: &Open, text: &Text<'_>) -> bool {
        let below = || self.sheet.row(text.at.row + 1).filter(|(at, _)| table.covers(at.col));
        let at = self.sheet.anchor(CellRef::new(text.at.row + 1, text.at.col));
        self.lexicon.total_row(&text.key) == Some(TotalWord::Total)
            && self.has_rows()
            && at.row == text.at.row + 1
            && below().all(|(at, _)| self.takes_number(at))
    }

    /// Takes a total's label that is of a strip: one of its labels can be the total's.
    pub(super) fn in_strip(&mut self, label: CellRef, texts: &[Text<'_>]) -> bool {
        let Some(heads) = self.strip(label) else { return false };
        if heads.is_empty() {
            return true;
        }
        let of = |at: &CellRef| texts.iter().find(|text| text.at == *at);
        let is = |at: &CellRef, kind: &dyn Fn(&str) -> Option<TotalWord>| {
            of(at).is_some_and(|text| kind(&text.key) == Some(TotalWord::Total))
        };
        // 总得分 before 自评总分; the last of 考核得分合计 and 总得分.
        let named: Vec<CellRef> =
            heads.iter().filter(|at| is(at, &|key| self.lexicon.total(key))).copied().collect();
        let last = heads.last().copied();
        let total = match named.as_slice() {
            [only] => Some(*only),
            [] => last.filter(|at| is(at, &|key| self.lexicon.total_row(key))),
            several => last.filter(|at| several.contains(at)),
        };
        if total != Some(label) {
            self.out.unknown.push(Place { sheet: self.index, at: label });
        }
        let taken = |at: &CellRef| self.out.totals.iter().any(|total| total.label.at == *at);
        if let Some(total) = total.filter(|at| !taken(at)) {
            self.total_below(total);
        }
        true
    }

    /// The labels of the strip that this one is of, `业绩得分 | 上级评分 | 下级评分 | 总得分`, and cells for
    /// numbers below them; nobody's where they head a table of other months or people. `None` where there
    /// is no strip.
    fn strip(&self, label: CellRef) -> Option<Vec<CellRef>> {
        const ENDS: [&str; 8] = ["得分", "评分", "打分", "总分", "分数", "成绩", "合计", "小计"];
        let is_head = |at: &CellRef| {
            let text = self.sheet.text(*at).filter(|_| at.row == label.row);
            text.is_some_and(|text| ENDS.iter().any(|end| compact(text).ends_with(end)))
        };
        let left = |at: &CellRef| {
            let col = at.col.checked_sub(1)?;
            Some(self.sheet.anchor(CellRef::new(at.row, col))).filter(is_head)
        };
        let right = |at: &CellRef| {
            let end = self.sheet.merge_of(*at).map_or(at.col, |merge| merge.end.col);
            Some(self.sheet.anchor(CellRef::new(at.row, end + 1))).filter(is_head)
        };
        let first = std::iter::successors(Some(label), left).last()?;
        let heads: Vec<CellRef> = std::iter::successors(Some(first), right).collect();
        let at = |head: &CellRef, rows: u32| self.place(head.row + rows, head.col).at;
        let free = |head: &CellRef| {
            let below = at(head, 1);
            below.row == head.row + 1 && self.takes_number(below)
        };
        if heads.len() < 3 || !heads.iter().all(free) {
            return None;
        }
        let is_table = heads.iter().any(|head| {
            matches!(self.sheet.value(at(head, 2)), Value::Number(_)) || self.is_others(at(head, 1))
        });
        Some(if is_table { Vec::new() } else { heads })
    }

    /// Whether a number that somebody typed stands on a sheet without an item or a mark: of other months,
    /// of other people, a standard.
    fn is_others(&self, at: CellRef) -> bool {
        let cell = self.sheet.cells.get(&at);
        let typed = cell.is_some_and(|c| !c.is_formula && matches!(c.value, Value::Number(_)));
        typed && !self.has_rows() && {
            let labels = self.sheet.cells.values().filter_map(crate::workbook::Cell::label);
            let own = |key: &std::borrow::Cow<'_, str>| {
                self.lexicon.item(key).is_some() || self.lexicon.marks(key).is_some()
            };
            labels.filter(own).nth(1).is_none()
        }
    }

    /// The total that a label heads, in the cell below it.
    pub(super) fn total_below(&mut self, at: CellRef) {
        let below = self.place(at.row + 1, at.col).at;
        let label = Place { sheet: self.index, at };
        self.found(TotalWord::Total, label, below, Section::None);
    }

    /// A total of whose row nothing else is read.
    pub(super) fn found(&mut self, word: TotalWord, label: Place, at: CellRef, section: Section) {
        self.out.totals.push(TotalFound {
            word,
            label,
            place: Some(Place { sheet: self.index, at }),
            section,
            hint: None,
            factor: false,
            named: None,
        });
    }

    /// Whether a cell is blank, or holds a number, typed or real, or a sign that it is still to come.
    pub(super) fn takes_number(&self, at: CellRef) -> bool {
        match self.sheet.value(at) {
            Value::Text(text) => {
                // `____分` is a line to write on.
                let line = |c: char| c.is_whitespace() || "_＿分".contains(c);
                text.chars().all(line)
                    || crate::text::is_blank(text)
                    || parse_number(text).is_some()
                    || is_still_to_come(text)
            }
            Value::Blank | Value::Bool(_) | Value::Number(_) | Value::Error(_) => true,
        }
    }

    /// The cell of a total without a column: right of its label, past the full marks that stand
    /// there (`总得分 | 100分 | `), or below it where the labels stand in a row.
    fn beside(&self, label: CellRef) -> Option<CellRef> {
        let mut found: Vec<CellRef> = Vec::new();
        let mut at = label;
        for _ in 0..4 {
            let right = self.sheet.merge_of(at).map_or(at.col, |m| m.end.col) + 1;
            at = self.sheet.anchor(CellRef::new(at.row, right));
            let value = self.sheet.value(at);
            // `80+10+10=100分` and 满分100分 only say what the total is out of.
            let says_full = |text: &str| text.contains(['=', '满']) && named_points(text).is_some();
            if value.text().is_some_and(says_full) {
                continue;
            }
            if !self.takes_number(at) || self.is_others(at) {
                break;
            }
            let full = match value {
                Value::Text(text) => parse_number(text).map(|n| n.value),
                Value::Number(number) => Some(*number),
                _ => None,
            } == Some(self.lexicon.total_points);
            found.push(at);
            if !full {
                break;
            }
        }
        found.last().copied().or_else(|| {
            let down = self.sheet.merge_of(label).map_or(label.row, |m| m.end.row) + 1;
            let below = self.sheet.anchor(CellRef::new(down, label.col));
            let free = self.takes_number(below) && !self.is_others(below);
            (below.row == down && free).then_some(below)
        })
    }
}

/// Longest text that may be such a sign, in bytes.
const SIGN_BYTES: usize = 40;

/// Whether a text stands where a number will: `/`, `—`, （　）分, 待定.
fn is_still_to_come(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "待定",
        "待评",
        "待填",
        "待算",
        "待计算",
        "待打分",
        "未评",
        "未填",
        "自动计算",
        "自动生成",
        "自动",
        "公式",
    ];
    if text.len() > SIGN_BYTES {
        return false;
    }
    let key = compact(text);
    let bare = key.trim_matches(['(', ')', '[', ']', '【', '】', '<', '>']);
    WORDS.contains(&bare) || key.chars().all(|c| "/\\-–—―−─_~.…、·*×#%()[]【】<>分无".contains(c))
}

#[cfg(test)]
mod tests {
    use super::is_still_to_come;

    #[test]
    fn signs_in_the_place_of_a_number() {
        for text in
            ["/", "—", "--", "待定", "（待评）", "无", "%", "（　）分", "(   )", "自动计算", "……"]
        {
            assert!(is_still_to_come(text), "{text}");
        }
        for text in ["合计", "总经办", "得分", "满分35分", "80+10+10=100分", "A", "优秀"]
        {
            assert!(!is_still_to_come(text), "{text}");
        }
    }
}
