//! The rows of the rating tables' own totals: the sum of the marks and what it is converted to.

use super::Placed;
use super::notices;
use crate::form::lexicon::{Lexicon, TotalWord};
use crate::form::tables::Section;
use crate::form::{Form, check};
use crate::scheme::Scheme;
use crate::workbook::Workbook;

/// What a row of a rating table's own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Sum,
    Scaled,
}

/// What a row turns out to be.
enum Found {
    Own(Role),
    /// Another scale's: it is left and told.
    OtherScale,
    /// A row of the table that contradicts itself: it is left and told.
    Unclear,
    /// Not of the table alone: the form's total, perhaps.
    Left,
}

/// Takes the totals that are a rating table's own; gives the others, in their order.
pub(super) fn own<'t>(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    form: &mut Form,
    placed: &[Placed<'t>],
) -> Vec<Placed<'t>> {
    let mut left = Vec::new();
    for (index, row) in placed.iter().enumerate() {
        if is_beside(form, row, placed) {
            continue;
        }
        let look = Look { workbook, scheme, lexicon, form, placed, index, left: &left };
        let found = look.found(row);
        let rating = look.table(row);
        match (found, rating.and_then(|at| form.ratings.get_mut(at))) {
            (Found::Own(Role::Sum), Some(table)) => table.sum = Some(row.cell),
            (Found::Own(Role::Scaled), Some(table)) => table.scaled = Some(row.cell),
            (Found::OtherScale, _) => {
                form.problems.push(notices::other_scale(workbook, row.total));
            }
            (Found::Unclear, _) => {
                form.problems.push(check::total_unknown(workbook, row.total.label));
            }
            _ => left.push(*row),
        }
    }
    left
}

/// Whether a total's label stands right of a rating table's marks, and one of the same word below their names:
/// somebody's own reckoning.
fn is_beside(form: &Form, row: &Placed<'_>, placed: &[Placed<'_>]) -> bool {
    let Section::Rating(rating) = row.total.section else { return false };
    let Some(table) = form.ratings.iter().find(|table| table.rating == rating) else {
        return false;
    };
    let label = row.total.label;
    let beside =
        table.marks.iter().all(|mark| mark.score.at.col.max(mark.name.at.col) < label.at.col);
    let below = |other: &Placed<'_>| {
        let own = other.total.label;
        other.total.word == row.total.word
            && other.total.section == row.total.section
            && own.sheet == label.sheet
            && table
                .marks
                .iter()
                .all(|mark| mark.name.at.col == own.at.col && mark.name.at.row < own.at.row)
    };
    beside && placed.iter().any(below)
}

/// One row among all, and what is known when it is looked at.
struct Look<'l, 't> {
    workbook: &'l Workbook,
    scheme: &'l Scheme,
    lexicon: &'l Lexicon,
    form: &'l Form,
    placed: &'l [Placed<'t>],
    index: usize,
    left: &'l [Placed<'t>],
}

impl<'t> Look<'_, 't> {
    /// The rating table that a row names, else that it stands under: 上级评分折算得分 may stand at the form's
    /// end.
    fn table(&self, row: &Placed<'t>) -> Option<usize> {
        let named = match row.total.word {
            TotalWord::Scaled => self.lexicon.rating_of(&row.key(self.workbook)),
            _ => None,
        };
        let under = match row.total.section {
            Section::Rating(rating) => Some(rating),
            _ => None,
        };
        // 领导评分折算得分 under the subordinates' marks is not theirs.
        const OTHERS: [&str; 7] = ["领导", "上司", "同级", "同事", "上下级", "客户", "自评"];
        let key = || row.key(self.workbook);
        let others = row.total.word == TotalWord::Scaled
            && named.is_none()
            && OTHERS.iter().any(|word| key().starts_with(word));
        let rating = named.or(under.filter(|_| !others))?;
        self.form.ratings.iter().position(|table| table.rating == rating)
    }

    fn later(&self) -> &[Placed<'t>] {
        self.placed.get(self.index + 1..).unwrap_or_default()
    }

    fn found(&self, row: &Placed<'t>) -> Found {
        let Some((at, table)) =
            self.table(row).and_then(|at| Some((at, self.form.ratings.get(at)?)))
        else {
            return Found::Left;
        };
        let total = row.total;
        let full = self.lexicon.full_marks.get(table.rating).copied().unwrap_or_default();
        let weight = self.lexicon.weights.get(table.rating).copied().unwrap_or_default();
        let whole = total.is_out_of(self.scheme.total);
        let later_total = self.later().iter().any(|row| row.total.word == TotalWord::Total);
        let free = |role: Role| match role {
            Role::Sum => table.sum.is_none(),
            Role::Scaled => table.scaled.is_none(),
        };
        let own = |role: Role| if free(role) { Found::Own(role) } else { Found::Left };
        match total.word {
            // ×100 under a table whose points are 10 is neither these nor the form's total.
            TotalWord::Scaled if whole => {
                let other = free(Role::Scaled) && (total.factor || later_total);
                if other { Found::OtherScale } else { Found::Left }
            }
            TotalWord::Scaled => own(Role::Scaled),
            // The form's only total, parted from the last marks.
            TotalWord::Sum if self.placed.len() == 1 && self.parted(row, at) => Found::Left,
            TotalWord::Sum if whole => {
                if later_total {
                    own(Role::Sum)
                } else {
                    Found::Left
                }
            }
            TotalWord::Sum if table.sum.is_some() && total.is_out_of(weight) => own(Role::Scaled),
            // 合计 with the formula of what it is converted to says two things.
            TotalWord::Sum if table.scaled.is_some() && total.factor && !self.adds(row) => {
                if free(Role::Sum) { Found::Unclear } else { Found::Left }
            }
            // Below what it is converted to, a sum may be the form's.
            TotalWord::Sum if table.scaled.is_some() && !total.is_out_of(full) => {
                let beside = self.form.ratings.len() > 1 && self.summed(at);
                let told = later_total || self.above_another(row, at) || beside;
                if told { own(Role::Sum) } else { Found::Left }
            }
            TotalWord::Sum => own(Role::Sum),
            TotalWord::Total => self.named_total(row, at, (full, weight, whole)),
            TotalWord::Score => Found::Left,
        }
    }

    /// Whether a blank row stands between the marks of a table and a row.
    fn parted(&self, row: &Placed<'t>, at: usize) -> bool {
        let marks = self.form.ratings.get(at).into_iter().flat_map(|table| &table.marks);
        let last = marks.map(|mark| mark.name.at.row).max();
        last.is_some_and(|last| row.total.label.at.row > last + 1)
    }

    /// 总分 and the like, which may be the table's or the form's.
    fn named_total(
        &self,
        row: &Placed<'t>,
        at: usize,
        (full, weight, whole): (f64, f64, bool),
    ) -> Found {
        let Some(table) = self.form.ratings.get(at) else { return Found::Left };
        let total = row.total;
        // 业绩考核得分 below the ratings is the items', whose sum may stand elsewhere.
        if ["业绩", "工作业绩", "指标", "kpi"]
            .iter()
            .any(|word| row.key(self.workbook).starts_with(word))
        {
            return Found::Unclear;
        }
        if self.ends_form(row, at) {
            return Found::Left;
        }
        let scaled_below = self.later().iter().any(|other| {
            other.total.section == total.section && other.total.word == TotalWord::Scaled
        });
        if table.sum.is_none() && (total.is_out_of(full) || scaled_below) {
            return Found::Own(Role::Sum);
        }
        let formula = total.factor && !self.adds(row) && table.scaled.is_none();
        if formula && (whole || total.is_out_of(weight)) {
            return if whole { Found::OtherScale } else { Found::Own(Role::Scaled) };
        }
        // The sum stands above what it is converted to.
        let role = match (table.sum, table.scaled) {
            (None, None) => Role::Sum,
            (Some(_), None) => Role::Scaled,
            (None, Some(_)) if !whole && self.for_sum(row, at) => return Found::Own(Role::Sum),
            _ => return Found::Left,
        };
        let above = self.above_another(row, at);
        if whole && !above {
            return Found::Left;
        }
        let own = match role {
            Role::Sum => self.for_sum(row, at),
            Role::Scaled => {
                above && (self.another(row) || self.converted(at))
                    || self.converted(at) && (self.same_section(row) || self.elsewhere(row))
                    || self.form.ratings.len() == 1
                        && (self.follows(row, at) && self.same_section(row) || self.elsewhere(row))
            }
        };
        match role {
            _ if !(own || self.twin(row, at)) => Found::Left,
            Role::Scaled if whole => Found::OtherScale,
            role => Found::Own(role),
        }
    }

    /// Whether the row is the sum of the marks, as a total stands elsewhere.
    fn for_sum(&self, row: &Placed<'t>, at: usize) -> bool {
        let label = row.key(self.workbook);
        let later = self.later().iter().any(|other| {
            other.total.word == TotalWord::Total
                && (self.table(other).is_some_and(|other| other != at)
                    || other.key(self.workbook) != label)
        });
        let below = self.later().iter().any(|other| {
            other.total.word == TotalWord::Total && other.total.section == row.total.section
        });
        later || below || self.twin(row, at) || self.elsewhere(row) && self.summed(at)
    }

    /// Whether a row is the form's total: the last below all marks, where its table has a row more than the
    /// other tables, and no total stands elsewhere.
    fn ends_form(&self, row: &Placed<'t>, at: usize) -> bool {
        let is_total = |other: &Placed<'t>| other.total.word == TotalWord::Total;
        let elsewhere = |other: &Placed<'t>| {
            is_total(other)
                && (other.total.label.sheet != row.total.label.sheet
                    || super::heads_form(self.form, other.total))
        };
        let rows =
            |at: usize| self.placed.iter().filter(|other| self.table(other) == Some(at)).count();
        let others = (0..self.form.ratings.len()).filter(|other| *other != at);
        let below = |other: &Placed<'t>| other.total.section == row.total.section;
        !self.later().iter().any(|other| is_total(other) || below(other))
            && !self.above_another(row, at)
            && !self.left.iter().any(elsewhere)
            && others.map(rows).max().is_some_and(|most| rows(at) > most)
    }

    /// Whether another rating table has a row of the same name.
    fn twin(&self, row: &Placed<'t>, at: usize) -> bool {
        let label = row.key(self.workbook);
        self.placed.iter().any(|other| {
            other.total.word == TotalWord::Total
                && self.table(other).is_some_and(|other| other != at)
                && other.key(self.workbook) == label
                // The form's total under the last table is no twin of a row that is the form's.
                && !other.total.is_out_of(self.scheme.total)
        })
    }

    /// Whether marks of another rating stand below the row.
    fn above_another(&self, row: &Placed<'t>, at: usize) -> bool {
        let label = row.total.label;
        let tables = self.form.ratings.iter().enumerate().filter(|(other, _)| *other != at);
        tables
            .flat_map(|(_, table)| &table.marks)
            .any(|mark| mark.name.sheet == label.sheet && mark.name.at.row > label.at.row)
    }

    /// Whether another row may be the form's total.
    fn another(&self, row: &Placed<'t>) -> bool {
        let own = row.total.label;
        self.placed.iter().any(|r| r.total.word == TotalWord::Total && r.total.label != own)
    }

    /// Whether another rating table has what its sum is converted to.
    fn converted(&self, at: usize) -> bool {
        let mut others = self.form.ratings.iter().enumerate().filter(|(other, _)| *other != at);
        let section = |at: usize| self.form.ratings.get(at).map(|t| Section::Rating(t.rating));
        others.any(|(other, table)| {
            table.scaled.is_some()
                || self.later().iter().any(|row| {
                    Some(row.total.section) == section(other) && row.total.word == TotalWord::Scaled
                })
        })
    }

    /// Whether another rating table has a sum, or there is no other.
    fn summed(&self, at: usize) -> bool {
        let mut others = self.form.ratings.iter().enumerate().filter(|(other, _)| *other != at);
        self.form.ratings.len() == 1 || others.any(|(_, table)| table.sum.is_some())
    }

    /// Whether a total of another name follows under the same table.
    fn same_section(&self, row: &Placed<'t>) -> bool {
        let label = row.key(self.workbook);
        self.later().iter().any(|other| {
            other.total.section == row.total.section
                && other.total.word == TotalWord::Total
                && other.total.label.sheet == row.total.label.sheet
                && other.key(self.workbook) != label
        })
    }

    /// Whether the form's total stands on another sheet, and this one has no items.
    fn elsewhere(&self, row: &Placed<'t>) -> bool {
        let label = row.key(self.workbook);
        let sheet = row.total.label.sheet;
        let items = self.form.items.iter().any(|item| item.name.sheet == sheet);
        let outside = |other: &&Placed<'t>| {
            other.total.word == TotalWord::Total
                && other.total.label.sheet != sheet
                && other.key(self.workbook) != label
        };
        let unclaimed = self.left.iter().find(outside).is_some();
        let later = self.later().iter().filter(outside);
        !items && (unclaimed || later.into_iter().any(|other| self.table(other).is_none()))
    }

    /// Whether the row is the one below the table's sum.
    fn follows(&self, row: &Placed<'t>, at: usize) -> bool {
        let sum = self.form.ratings.get(at).and_then(|table| table.sum);
        sum.is_some_and(|sum| {
            sum.sheet == row.total.label.sheet && row.total.label.at.row == sum.at.row + 1
        })
    }

    /// Whether the row says what it adds up: 合计+上级+下级÷40×10 is the form's total.
    fn adds(&self, row: &Placed<'t>) -> bool {
        let Some(sheet) = self.workbook.sheets.get(row.total.label.sheet) else { return false };
        let texts = sheet.row(row.total.label.at.row).filter_map(|(_, cell)| cell.value.text());
        texts.into_iter().any(|text| text.contains(['+', '＋']))
    }
}
