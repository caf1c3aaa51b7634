//! Rows of totals: the cell that a label's number belongs in, and the points that the row names.

use super::{Open, Reader, Section, TotalFound};
use crate::cell::CellRef;
use crate::form::Place;
use crate::form::headers::Text;
use crate::form::lexicon::{TotalWord, full_points, named_points, noted_points};
use crate::text::parse_number;
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

    /// Whether a cell is blank or holds a number, typed or real.
    pub(super) fn takes_number(&self, at: CellRef) -> bool {
        match self.sheet.value(at) {
            Value::Text(text) => {
                // `____分` is a line to write on.
                let line = |c: char| c.is_whitespace() || "_＿分".contains(c);
                text.chars().all(line)
                    || crate::text::is_blank(text)
                    || parse_number(text).is_some()
            }
            Value::Bool(_) => false,
            Value::Blank | Value::Number(_) | Value::Error(_) => true,
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
            // `80+10+10=100分` only says what the total is out of.
            if value.text().is_some_and(|text| text.contains('=') && named_points(text).is_some()) {
                continue;
            }
            if !self.takes_number(at) {
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
            (below.row == down && self.takes_number(below)).then_some(below)
        })
    }
}
