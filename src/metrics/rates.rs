//! Rates that stand beside the figures they are made of, and say otherwise: 中差评处理率 97 % beside 37 of 40.

use super::reader::Reader;
use crate::cell::CellRef;
use crate::form::{Form, Place};
use crate::problem::Problem;
use crate::scheme::{Item, Rule, Scheme};
use crate::text::other_times::names_before;
use crate::text::{has_any, label, parse_number, show};
use crate::words;
use crate::workbook::{Cell, Sheet, Value};

/// How far a rate that somebody rounded may be from the exact one.
const ROUNDED: f64 = 0.01;

impl Reader<'_> {
    /// Tells of rates that their own figures do not give; the figures are what is scored by.
    pub(super) fn rates(&mut self, scheme: &Scheme, form: &Form) {
        for item in &scheme.items {
            let Some(ratio) = item.rules.iter().find_map(|rule| rule.ratio()) else { continue };
            let found = self.out.get(&ratio.of).zip(self.out.get(&ratio.over));
            let Some((of, over)) = found else { continue };
            let (Some(at), Some(over_at)) = (of.place, over.place) else { continue };
            let (of_value, over_value) = (of.expr.value(), over.expr.value());
            // On the form stand the item's points beside its name.
            let own = !self.literal && form.sheets.contains(&at.sheet);
            if own || at.sheet != over_at.sheet || over_value == 0.0 {
                continue;
            }
            let Some(sheet) = self.workbook.sheets.get(at.sheet) else { continue };
            let exact = of_value / over_value;
            let Some((cell, stated)) = stated(sheet, item, at, over_at) else { continue };
            // The rate that is to be reached may stand there as well.
            let is_base = item.rules.iter().any(|rule| match rule {
                Rule::Deviation(rule) => rule.base_metric.is_none() && rule.base == stated,
                _ => false,
            });
            if is_base || (stated - exact).abs() <= ROUNDED + 1e-9 {
                continue;
            }
            let (name, percent) = (&item.name, |rate: f64| show(rate * 100.0, 2));
            let (stated, exact) = (percent(stated), percent(exact));
            let (a, b) = (of.show(of_value), over.show(over_value));
            let (a_name, b_name) = (&ratio.of, &ratio.over);
            let problem = Problem::notice(
                "figures-disagree",
                words!(
                    "「{name}」写着 {stated} %，而「{a_name}」{a} ÷「{b_name}」{b} 是 {exact} %，已按后者计算，请核对",
                    "`{name}` is given as {stated} %, but `{a_name}` {a} ÷ `{b_name}` {b} is {exact} %, by which it was scored; please check"
                ),
            );
            self.once(
                problem
                    .at(sheet.name.as_str(), cell)
                    .hint(words!("改正写错的那个数", "correct the figure that is wrong")),
            );
        }
    }
}

/// What a sheet says of an item's rate, and where: right of its name in a list, below it in a table that
/// holds the figures in one row. The name stands among those of the figures: a table of its own may give goals
/// or weights.
fn stated(sheet: &Sheet, item: &Item, of: Place, over: Place) -> Option<(CellRef, f64)> {
    // 营业额达成度 is the 营业额达成率.
    let key = |name: &str| label(name).trim_end_matches(['率', '度', '比']).to_owned();
    let names: Vec<String> =
        [&item.name].into_iter().chain(&item.aliases).map(|n| key(n)).collect();
    let is_name = |cell: &Cell| {
        let name = cell.label().filter(|name| name.ends_with(['率', '度', '比']));
        // 中差评处理率（目标）
        let noted = || cell.value.text().is_none_or(|text| text.contains(['(', '（', '[', '【']));
        name.is_some_and(|name| names.contains(&key(&name)) && !noted())
    };
    // In a table of people the heads stand above their rows.
    let in_row = of.at.row == over.at.row;
    let cells = sheet.cells.iter().take_while(|(at, _)| !in_row || at.row < of.at.row);
    let mut labels = cells.filter(|(_, cell)| is_name(cell));
    labels.find_map(|(at, _)| {
        let place = match in_row {
            true => CellRef::new(of.at.row, at.col),
            false => CellRef::new(at.row, of.at.col),
        };
        // A head over several columns, or of a group of figures.
        let own = sheet.merge_of(*at).is_none() && place != of.at && place != over.at;
        let said = own && together(sheet, *at, of.at) && !noted_beside(sheet, *at, place);
        let rate = rate(sheet.cells.get(&place).filter(|_| said)?)?;
        Some((place, rate))
    })
}

/// Whether no blank row parts two cells, and no row that heads another table.
fn together(sheet: &Sheet, one: CellRef, other: CellRef) -> bool {
    let (first, last) = (one.row.min(other.row), one.row.max(other.row));
    let number = |cell: &Cell| matches!(cell.value, Value::Number(_));
    (first + 1..last).all(|row| {
        let mut cells = sheet.row(row).filter(|(_, cell)| !cell.value.is_blank()).peekable();
        cells.peek().is_some() && (one.row < other.row || cells.any(|(_, cell)| number(cell)))
    })
}

/// Whether something beside a rate says that it is a goal or another time's.
fn noted_beside(sheet: &Sheet, name: CellRef, value: CellRef) -> bool {
    const OTHERS: [&str; 6] = ["目标", "标准", "基准", "计划", "权重", "行业"];
    let is_other = |text: &str| names_before(text) || has_any(text, &OTHERS);
    let others = sheet.row(value.row).filter(|(at, _)| *at != name && *at != value);
    let beside = name.row == value.row;
    others.filter_map(|(_, cell)| cell.value.text()).any(|text| beside && is_other(text))
}

/// The rate in a cell: 97 %, 0.97 or 97; small numbers may be points.
fn rate(cell: &Cell) -> Option<f64> {
    let number = match &cell.value {
        Value::Number(number) => *number,
        Value::Text(text) => {
            let typed = parse_number(text)?;
            if typed.percent {
                return Some(typed.value);
            }
            typed.value
        }
        _ => return None,
    };
    match number {
        _ if cell.is_percent => Some(number),
        n if n > 0.0 && n <= 1.5 => Some(n),
        n if (50.0..=150.0).contains(&n) => Some(n / 100.0),
        _ => None,
    }
}
