//! Notes below a team's table that say of one of its members what a remark beside the figures says: 注：李娜10月15日
//! 离职，数据不计入.

use crate::cell::CellRef;
use crate::metrics::standing::{Standing, said};
use crate::text::{compact, person_key};
use crate::workbook::{Sheet, Value};

/// Rows below a table that may hold notes about its members.
const BELOW: u32 = 6;
/// Most texts of a row that is a note.
const TEXTS: usize = 2;

/// A member of whom a note below says something.
pub(super) struct Noted {
    /// The member's row.
    pub(super) row: u32,
    /// The note.
    pub(super) at: CellRef,
    pub(super) standing: Standing,
}

/// What the notes below the last of some members' rows say of these.
pub(super) fn below(sheet: &Sheet, rows: &[u32], member: u32) -> Vec<Noted> {
    let Some(last) = rows.iter().max().copied() else { return Vec::new() };
    let notes: Vec<(CellRef, &str)> =
        (last + 1..=last + BELOW).flat_map(|row| notes_in(sheet, row)).collect();
    if notes.is_empty() {
        return Vec::new();
    }
    let name = |row: u32| sheet.text(sheet.anchor(CellRef::new(row, member))).map(person_key);
    let names: Vec<(u32, String)> =
        rows.iter().filter_map(|row| Some((*row, name(*row)?))).collect();
    let all: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
    let of = |(row, name): &(u32, String)| {
        notes.iter().find_map(|(at, text)| {
            let standing = of_member(text, name, &all);
            (standing != Standing::Counts).then_some(Noted { row: *row, at: *at, standing })
        })
    };
    names.iter().filter_map(of).collect()
}

/// The texts of a row that holds no numbers and not the cells of a table.
fn notes_in(sheet: &Sheet, row: u32) -> Vec<(CellRef, &str)> {
    let cells: Vec<_> = sheet.row(row).filter(|(_, cell)| !cell.value.is_blank()).collect();
    let text = |value: &Value| value.text().is_some();
    if cells.len() > TEXTS || !cells.iter().all(|(_, cell)| text(&cell.value)) {
        return Vec::new();
    }
    cells.into_iter().filter_map(|(at, cell)| Some((at, cell.value.text()?))).collect()
}

/// What a note says of a member: behind the name, as far as the sentence goes.
fn of_member(text: &str, name: &str, all: &[&str]) -> Standing {
    if name.chars().count() < 2 {
        return Standing::Counts;
    }
    let of_part = |part: &str| {
        let key = compact(part);
        let is_longer = |at: usize| {
            let longer = |other: &&&str| other.len() > name.len() && other.contains(name);
            let mut longer = all.iter().filter(longer);
            longer.any(|other| {
                key.match_indices(*other)
                    .any(|(start, _)| (start..=start + other.len()).contains(&at))
            })
        };
        let found = key.match_indices(name).filter(|(at, _)| !is_longer(*at));
        let said = found.map(|(at, _)| {
            let behind = key.get(at + name.len()..).unwrap_or_default();
            said(None, behind.trim_start_matches([':', '(', '、', ',', '-']))
        });
        said.max_by_key(|standing| *standing != Standing::Counts)
    };
    let parts = text.split(['。', ';', '；', '\n']).filter_map(of_part);
    parts.max_by_key(|standing| *standing != Standing::Counts).unwrap_or(Standing::Counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_notes_say_of_members() {
        let all = ["李娜", "张敏", "李娜娜"];
        for (text, name, found) in [
            ("注：李娜10月15日离职，数据不计入", "李娜", Standing::Doubt),
            ("李娜不计入", "李娜", Standing::Void),
            ("备注：李娜、张敏不计入", "张敏", Standing::Void),
            ("备注：李娜、张敏不计入", "李娜", Standing::Doubt),
            ("李娜产假，不参与考核", "李娜", Standing::Doubt),
            ("李娜娜离职", "李娜", Standing::Counts),
            ("李娜娜离职", "李娜娜", Standing::Doubt),
            ("张敏全勤；李娜离职", "张敏", Standing::Counts),
            ("李娜接替离职的陈某", "李娜", Standing::Counts),
            ("李娜10月12日入职", "李娜", Standing::Counts),
            ("统计人：李娜，刷单不计", "李娜", Standing::Counts),
            ("离职人员不计入", "李娜", Standing::Counts),
            ("数据来源：生意参谋", "李娜", Standing::Counts),
        ] {
            assert_eq!(of_member(text, name, &all), found, "{text} {name}");
        }
    }
}
