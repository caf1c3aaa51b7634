//! The grades that a form tells, as `[[grades]]`.

use super::{comment, quoted};
use crate::criteria::grades::{Told, of_sentence, of_table};
use crate::text::round15;
use crate::workbook::Sheet;

/// The grades of a sheet as TOML; a comment where they are not understood.
pub(super) fn read(sheet: &Sheet) -> String {
    let texts = || sheet.cells.values().filter_map(|cell| cell.value.text());
    let told = of_table(sheet).map(|(_, told)| told).or_else(|| texts().find_map(of_sentence));
    told.map(|told| write(told.into_iter().collect())).unwrap_or_default()
}

/// The grades as TOML, where each begins where the next better one's ends.
fn write(told: Option<Vec<Told>>) -> String {
    let doubt = |why: &str| {
        comment(&format!("存疑：表上有等级表，{why}，没有写 [[grades]]：请由人写上各等级的下限"))
    };
    let Some(mut told) = told else { return format!("\n{}", doubt("有的格读不懂")) };
    let from = |g: &Told| g.range.from.unwrap_or(0.0);
    told.sort_by(|a, b| from(b).total_cmp(&from(a)));
    let mut shared = false;
    let mut between = false;
    for pair in told.windows(2) {
        let [high, low] = pair else { continue };
        let (Some(start), Some(end)) = (high.range.from, low.range.to) else {
            return format!("\n{}", doubt("各档接不上"));
        };
        // 90 以上 and 80-90: 90 is the better one's unless the lower one has it in words.
        let whole = start.fract() == 0.0 && end.fract() == 0.0;
        if low.range.with_end == Some(true) && end == start || high.range.above {
            return format!("\n{}", doubt("界限归下面一档，方案里的界限归上面一档"));
        }
        let gap = round15(start - end);
        if gap < 0.0 || gap > if whole { 1.0 } else { 0.1 } {
            return format!("\n{}", doubt("各档有空档或重叠"));
        }
        shared |= gap == 0.0 && low.range.with_end.is_none();
        between |= gap > 0.0;
    }
    if told.first().and_then(|best| best.range.to).is_some_and(|to| to < 100.0) {
        return format!("\n{}", doubt("最好一档以上没有说"));
    }
    let closed = told.iter().filter(|g| g.range.from.is_none()).count();
    if closed > 1 || told.last().is_some_and(|g| g.range.above) {
        return format!("\n{}", doubt("各档接不上"));
    }
    let mut out = String::from("\n");
    if shared {
        out.push_str("# 选择：界限上的分归好的一档\n");
    }
    if between {
        out.push_str("# 选择：两档之间的分（如 89.5）归下面一档\n");
    }
    for grade in &told {
        out.push_str(&format!(
            "[[grades]]\nname = {}\nfrom = {}\n",
            quoted(&grade.name),
            from(grade)
        ));
        if let Some(coefficient) = grade.coefficient {
            out.push_str(&format!("coefficient = {coefficient}\n"));
        }
    }
    out
}
