//! A filled workbook, read as one person's result.

use crate::fill::Scorecard;
use crate::limits::net::within;
use crate::problem::Problem;
use crate::text::show;
use crate::words;
use crate::workbook::{self, Format, Value, Visibility, Workbook};
use crate::{Options, fill_workbook};

/// One person's result.
#[derive(Debug, Clone)]
pub struct Found {
    /// The scorecard.
    pub card: Scorecard,
    /// 工号, where the form states it.
    pub id: Option<String>,
    /// Names of the workbook's sheets.
    pub sheets: Vec<String>,
    /// Names of those that do not show.
    pub hidden: Vec<String>,
    /// `xlsx` or `xlsm`.
    pub extension: &'static str,
}

/// Reads a filled workbook. Its stored scores must be the computed ones.
///
/// # Errors
/// Not a form, several people's forms, not filled, or scores that are not the computed ones.
pub fn read(bytes: &[u8], options: &Options) -> Result<Found, Vec<Problem>> {
    let options = Options { check_only: true, drop_signature: true, ..options.clone() };
    let limits = options.limits;
    let own = bytes.to_vec();
    let outcome = within(&limits, move || fill_workbook(&own, &options))?;
    if outcome.cards.len() > 1 {
        let count = outcome.cards.len();
        return Err(vec![
            Problem::error(
                "several-people",
                words!(
                    "工作簿里有 {count} 个人的考核表，不能发给其中一人",
                    "the workbook holds the forms of {count} people and must not go to one of them"
                ),
            )
            .hint(words!("每人一份工作簿", "make a workbook a person")),
        ]);
    }
    let blocking = |p: &&Problem| p.blocks();
    let mut problems: Vec<Problem> = outcome.problems.iter().filter(blocking).cloned().collect();
    let Some(card) = outcome.cards.into_iter().next() else {
        problems.push(not_filled());
        return Err(problems);
    };
    problems.extend(card.problems.iter().filter(blocking).cloned());
    if !problems.is_empty() {
        return Err(problems);
    }
    if !outcome.format.is_package() {
        return Err(vec![not_filled()]);
    }
    let workbook = workbook::open_within(bytes, &|_| true, &limits).map_err(|p| vec![p])?;
    let problems = stored(&workbook, &card);
    if !problems.is_empty() {
        return Err(problems);
    }
    let id = Some(card.number.written.clone()).filter(|written| !written.is_empty());
    let hidden = workbook.sheets.iter().filter(|s| s.visibility != Visibility::Visible);
    let hidden = hidden.map(|sheet| sheet.name.clone()).collect();
    let extension = if outcome.format == Format::Xlsm { "xlsm" } else { "xlsx" };
    Ok(Found { card, id, sheets: outcome.sheets, hidden, extension })
}

fn not_filled() -> Problem {
    Problem::error("not-filled", words!("考核表还没有填分", "the form is not filled"))
        .hint(words!("先用 kaohe 填写，再发送", "fill it with kaohe first"))
}

/// What in the filled cells is not what the figures make.
fn stored(workbook: &Workbook, card: &Scorecard) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut blank = 0;
    for target in &card.targets {
        let Some(sheet) = workbook.sheets.get(target.place.sheet) else { continue };
        let computed = target.expr.value();
        let held = match sheet.value(target.place.at) {
            Value::Number(held) if (held - computed).abs() <= 1e-9 * computed.abs().max(1.0) => {
                continue;
            }
            value if value.is_blank() => {
                blank += 1;
                continue;
            }
            Value::Number(held) => show(*held, 6),
            other => other.text().unwrap_or("#").to_owned(),
        };
        let computed = show(computed, 6);
        problems.push(
            Problem::error(
                "score-changed",
                words!(
                    "单元格里是 {held}，按数据算出的是 {computed}",
                    "the cell holds {held}, the figures make {computed}"
                ),
            )
            .at(&sheet.name, target.place.at)
            .hint(words!("用 kaohe 重新填写后再发送", "fill it again with kaohe")),
        );
    }
    if blank > 0 || card.targets.is_empty() {
        problems.insert(0, not_filled().on(&card.sheet_name));
    }
    problems
}
