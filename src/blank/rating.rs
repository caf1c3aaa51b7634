//! The form on which a rater gives marks, without the rater's name.

use crate::form::Month;
use crate::problem::Problem;
use crate::roster::Person;
use crate::scheme::Rating;
use crate::text::{person_key, show};
use crate::words;
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook as Book, XlsxError,
};
use sha2::{Digest, Sha256};
use unicode_width::UnicodeWidthStr;

/// The label of a rating form's number, which makes a rater count once.
pub const CODE: &str = "表单编号";

/// Widths of the columns of a mark's name and of what it asks for.
const NAME: f64 = 22.0;
const CRITERIA: f64 = 52.0;

/// A rating form's number: it names a form, not a rater. The same person, month and count give the
/// same number on every machine.
pub fn code(person: &Person, month: Month, rating: &str, index: usize) -> String {
    let text = format!(
        "{}\n{}\n{}\n{month}\n{rating}\n{index}",
        person_key(&person.name),
        person_key(&person.department),
        person_key(&person.number),
    );
    // Without letters and digits that look alike.
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let digest = Sha256::digest(text.as_bytes());
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
    digest.iter().take(10).filter_map(letter).collect()
}

/// Makes a rating form; `numbered` names the person's staff number too.
///
/// # Errors
/// What the writer refuses.
pub fn rating_form(
    rating: &Rating,
    person: &Person,
    month: Month,
    code: &str,
    numbered: bool,
) -> Result<Vec<u8>, Problem> {
    build(rating, person, month, code, numbered).map_err(|e| {
        Problem::error(
            "write",
            words!("无法写出评分表：{e}", "the rating form cannot be written: {e}"),
        )
    })
}

fn build(
    rating: &Rating,
    person: &Person,
    month: Month,
    code: &str,
    numbered: bool,
) -> Result<Vec<u8>, XlsxError> {
    let base = Format::new()
        .set_font_name("宋体")
        .set_font_size(11)
        .set_align(FormatAlign::VerticalCenter);
    let boxed = base.clone().set_border(FormatBorder::Thin).set_text_wrap();
    let head =
        boxed.clone().set_bold().set_align(FormatAlign::Center).set_background_color("D9E2F3");
    let open = boxed
        .clone()
        .set_align(FormatAlign::Center)
        .set_num_format("0.0#")
        .set_background_color("FFF2CC")
        .set_unlocked();
    let title = base.clone().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let most = show(rating.max, 4);
    let mut book = Book::new();
    // No clock and no author: a form tells nothing about who fills it.
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&time));
    let page = book.add_worksheet();
    page.set_name("评分表")?;
    for (col, width) in [(0, NAME), (1, CRITERIA), (2, 18.0)] {
        page.set_column_width(col, width)?;
    }
    page.merge_range(0, 0, 0, 2, &rating.name, &title)?;
    page.set_row_height(0, 32)?;
    let number = if numbered { format!("  工号：{}", person.number) } else { String::new() };
    let about = [
        format!("被考核人：{}{number}", person.name),
        format!("部门：{}", person.department),
        format!("考核月份：{}年{}月", month.year, month.month),
    ];
    for (col, text) in (0..).zip(&about) {
        page.write_string_with_format(1, col, text, &base)?;
    }
    let note =
        format!("匿名评分：只填黄色格，每项 0 到 {most} 分；不了解的留空。不要写自己的名字。");
    page.merge_range(2, 0, 2, 2, &note, &base)?;
    let heads = ["考核指标".to_owned(), "考核要点".to_owned(), format!("得分(每项满分{most}分)")];
    for (col, text) in (0..).zip(&heads) {
        page.write_string_with_format(3, col, text, &head)?;
    }
    let mut row = 4;
    for mark in &rating.marks {
        page.write_string_with_format(row, 0, &mark.name, &boxed)?;
        page.write_string_with_format(row, 1, &mark.criteria, &boxed)?;
        page.write_blank(row, 2, &open)?;
        let lines = [(&mark.name, NAME), (&mark.criteria, CRITERIA)]
            .map(|(text, wide)| (text.width() as f64 / (wide - 2.0)).ceil())
            .into_iter()
            .fold(1.0, f64::max);
        page.set_row_height(row, (16.0 * lines + 4.0).clamp(24.0, 400.0))?;
        row += 1;
    }
    let rule = DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(0.0, rating.max))
        .set_error_title("超出范围")?
        .set_error_message(format!("请填 0 到 {most} 之间的数"))?;
    page.add_data_validation(4, 2, row - 1, 2, &rule)?;
    page.write_string_with_format(row + 1, 0, format!("{CODE}：{code}"), &base)?;
    // Labels cannot be changed by a slip of the hand; there is no password.
    page.protect();
    page.set_paper_size(9);
    page.set_print_fit_to_pages(1, 0);
    book.save_to_buffer()
}
