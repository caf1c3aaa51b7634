//! What is said of a total that is not filled, or of one that is not there.

use super::super::Form;
use super::super::tables::TotalFound;
use crate::problem::Problem;
use crate::problem::codes::{TOTAL_NO_CELL, TOTAL_UNKNOWN};
use crate::scheme::Scheme;
use crate::words;
use crate::workbook::Workbook;

/// 折算得分 whose formula makes other points of the sum than its table has.
pub(super) fn other_scale(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheet_name(total.label.sheet);
    Problem::notice(
        TOTAL_UNKNOWN,
        words!(
            "这一行旁边的算法与评分表的权重不符，没有填写",
            "the formula beside this row is not by the table's weight; it is not filled"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!(
        "写成按权重折算（如 合计÷满分×10）再处理，或自己写公式",
        "write it by the weight (合计÷满分×10) and run again, or put a formula of your own"
    ))
}

/// A second total: the first is filled.
pub(super) fn again(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheet_name(total.label.sheet);
    Problem::notice(
        "total-again",
        words!(
            "表上还有一处总分，只填了前面的一处",
            "the form has a second total; only the first is filled"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!("在这一格写公式，引用前面的总分", "put a formula there that reads the first"))
}

/// No total's label at all, as older copies of a form have none: it is filled all the same.
pub(super) fn none(workbook: &Workbook, scheme: &Scheme, form: &Form) -> Problem {
    let words: Vec<&str> = scheme.words.total.iter().take(4).map(String::as_str).collect();
    let looked = words.join("、");
    let sheet = workbook.sheet_name(form.sheet);
    Problem::notice(
        "total-missing",
        words!(
            "表上没有总分一行（找过「{looked}」等），总分只在报告和汇总里",
            "the form has no row of the total (looked for {looked} and the like); it is only in the report and the summary"
        ),
    )
    .on(sheet)
    .hint(words!(
        "要填在表上，就加一行「总得分」，得分列留空",
        "to have it in the form, add a row 总得分 with a blank score cell"
    ))
}

/// A total's label with no cell to hold it: the form is filled all the same.
pub(super) fn no_cell(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheet_name(total.label.sheet);
    Problem::notice(
        TOTAL_NO_CELL,
        words!(
            "这里的总分没有可填的单元格，未填写；总分见报告",
            "there is no cell for this total; it is not filled, see the report"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!("在它右边留一个空单元格", "leave a blank cell to its right"))
}

/// The sum of a part of the items is left as it is.
pub(super) fn of_part(workbook: &Workbook, total: &TotalFound) -> Problem {
    let sheet = workbook.sheet_name(total.label.sheet);
    Problem::notice(
        "part-sum",
        words!(
            "各部分的小计不填写，只填各项得分与总分",
            "the sums of the form's parts are not filled, only the items and the total"
        ),
    )
    .at(sheet, total.label.at)
    .hint(words!(
        "要显示小计，就在这一格写求和公式",
        "put a formula into this cell to show the sum"
    ))
}
