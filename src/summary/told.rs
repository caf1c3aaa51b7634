//! What is said of last month's summary: that it is of no earlier month, that somebody corrected its
//! table and not its history.

use super::past::Previous;
use crate::problem::Problem;
use crate::words;
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// Most corrections that a notice names.
const NAMED: usize = 5;

/// A total in the table that is none in the history.
#[derive(Debug)]
pub struct Differing {
    /// Whose, as it is written.
    name: String,
    /// Its sheet and cell.
    place: (String, crate::cell::CellRef),
    table: f64,
    history: Vec<f64>,
}

impl Previous {
    /// Totals of a sheet's table that the history says otherwise. A company's own list has no history.
    pub(super) fn differing(&self, sheet: &Sheet) -> Vec<Differing> {
        let Some(table) = Self::table_of(sheet) else { return Vec::new() };
        // Two people of one name and department, or two forms of one person: any of the totals will do.
        let mut history: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
        for past in self.people() {
            let total = past.totals.get(&table.month).copied();
            history.entry((&past.name, &past.department)).or_default().extend(total);
        }
        let mut out = Vec::new();
        for (cell, total) in table.totals(sheet) {
            let (name, department) = table.who(sheet, cell.row);
            let key = [&name, &department].map(|text| crate::text::person_key(text));
            let Some(known) = history.get(&(key[0].as_str(), key[1].as_str())) else { continue };
            if !known.is_empty() && known.iter().all(|own| (own - total).abs() > 1e-6) {
                let place = (sheet.name.clone(), cell);
                out.push(Differing { name, place, table: total, history: known.clone() });
            }
        }
        out
    }

    /// What is to be said of it where a month is summed up.
    pub(super) fn told(&self, month: Option<&str>) -> Vec<Problem> {
        self.not_earlier(month).into_iter().chain(self.corrected()).collect()
    }

    /// It is of the same month, or of a later one.
    fn not_earlier(&self, month: Option<&str>) -> Option<Problem> {
        let (month, latest) = (month?, self.latest()?);
        if latest < month {
            return None;
        }
        let rest = if self.months_before(Some(month)).is_empty() {
            words!("，没有比较", "; nothing is compared")
        } else {
            words!("，只用了其中更早的月份", "; only the earlier months in it are used")
        };
        let what = words!(
            "--previous 的汇总是 {latest} 的，不早于这次的 {month}",
            "the summary of --previous is of {latest}, which is not before {month}"
        );
        Some(Problem::notice("previous-not-earlier", what.then(&rest)).hint(words!(
            "选择 {month} 以前最近一个月的汇总",
            "choose the summary of the last month before {month}"
        )))
    }

    fn corrected(&self) -> Option<Problem> {
        let first = self.differing.first()?;
        let each = self.differing.iter().take(NAMED).map(|one| {
            let (name, (sheet, cell)) = (&one.name, &one.place);
            let [table, history] = [&[one.table][..], &one.history].map(|totals| {
                let totals = totals.iter().map(|total| crate::text::show(*total, 4));
                totals.collect::<Vec<_>>().join("/")
            });
            words!(
                "{name}：历史 {history}，表 {table}（'{sheet}'!{cell}）",
                "{name}: history {history}, table {table} ('{sheet}'!{cell})"
            )
        });
        let each = each.reduce(|all, one| all.then(&words!("；", "; ")).then(&one))?;
        let count = self.differing.len();
        let more = if count > NAMED { "…" } else { "" };
        let what = words!(
            "上月的汇总里有 {count} 人的总得分，表上与隐藏的「历史」不同，用的是「历史」的：",
            "in last month's summary {count} totals of the table are not those of the hidden history, which are used: "
        );
        Some(
            Problem::notice("previous-differs", what.then(&each).then(&words!("{more}", "{more}")))
                .at(&first.place.0, first.place.1)
                .hint(words!(
                    "以表为准的话，取消隐藏「历史」，把数改成一样的，再运行一次",
                    "where the table is right, unhide the history, correct the totals there too, and run again"
                )),
        )
    }
}
