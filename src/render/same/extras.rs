//! View, printing, protection, notes, rules and pictures of a sheet.

use super::format::Formats;
use super::{Refused, column, conditions};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS, Range};
use crate::problem::Words;
use crate::workbook::Sheet;
use crate::workbook::looks::{Chart, Page, Picture, Protection, SheetLooks, Validation};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, Image, Note,
    ObjectMovement, ProtectionOptions, Worksheet, XlsxError,
};

pub fn write(
    page: &mut Worksheet,
    sheet: &Sheet,
    formats: &Formats,
    refused: &mut Refused,
) -> Result<(), XlsxError> {
    let looks = &sheet.looks;
    view(page, looks)?;
    printing(page, &looks.page)?;
    if let Some(own) = &looks.protection {
        protect(page, own);
    }
    let mut lost: Vec<(&str, &str, String)> = Vec::new();
    if let Some(range) = looks.filter {
        let (a, b) = (range.start, range.end);
        if page.autofilter(a.row, column(a.col), b.row, column(b.col)).is_err() {
            lost.push(("自动筛选", "filter buttons", range.to_string()));
        }
    }
    for own in &looks.notes {
        let mut note = Note::new(&own.text).add_author_prefix(false).set_visible(own.shown);
        if !own.author.is_empty() {
            note = note.set_author(&own.author);
        }
        if page.insert_note(own.at.row, column(own.at.col), &note).is_err() {
            lost.push(("批注", "notes", own.at.to_string()));
        }
    }
    for rule in &looks.validations {
        if !validate(page, rule) {
            lost.push(("数据验证", "validations", places(&rule.ranges)));
        }
    }
    for rule in &looks.conditions {
        if !conditions::write(page, rule) {
            lost.push(("条件格式", "conditional formats", places(&rule.ranges)));
        }
    }
    for own in &looks.pictures {
        if !picture(page, sheet, own, formats) {
            lost.push(("图片", "pictures", own.from.0.to_string()));
        }
    }
    for own in &looks.charts {
        let title = own.title.clone().unwrap_or_default();
        let place = own.from.map_or(String::new(), |(at, ..)| at.to_string());
        if !chart(page, sheet, own, formats) {
            lost.push(("图表", "charts", format!("{place} {title}")));
        } else if super::chart::as_lines(own) {
            let en = "the scale across of charts of points (drawn as lines)";
            lost.push(("散点图的横轴刻度（画成折线）", en, format!("{place} {title}")));
        }
    }
    for (zh, en, place) in lost {
        refused.push((
            sheet.name.clone(),
            Words::new(format!("{zh}：{place}"), format!("{en}: {place}")),
        ));
    }
    Ok(())
}

fn view(page: &mut Worksheet, looks: &SheetLooks) -> Result<(), XlsxError> {
    let (top, left) = looks.top_left;
    match looks.freeze {
        Some((rows, cols)) => {
            page.set_freeze_panes(rows, column(cols))?;
            if top >= rows && left >= cols {
                page.set_freeze_panes_top_cell(top, column(left))?;
            }
        }
        None if (top, left) != (0, 0) => {
            page.set_top_left_cell(top, column(left))?;
        }
        None => {}
    }
    if let Some(zoom) = looks.zoom.filter(|z| (10..=400).contains(z)) {
        page.set_zoom(zoom);
    }
    if looks.no_gridlines {
        page.set_screen_gridlines(false);
    }
    if looks.no_zeros {
        page.set_hidden_zeroes(true);
    }
    if looks.right_to_left {
        page.set_right_to_left(true);
    }
    if looks.break_preview {
        page.set_view_page_break_preview();
    }
    if let Some(rgb) = looks.tab {
        page.set_tab_color(Color::RGB(rgb));
    }
    Ok(())
}

fn printing(page: &mut Worksheet, own: &Page) -> Result<(), XlsxError> {
    // Where no printer was ever chosen, Excel takes the country's usual paper; here A4.
    page.set_paper_size(
        own.paper.and_then(|p| u8::try_from(p).ok()).filter(|p| *p > 0).unwrap_or(9),
    );
    if own.landscape {
        page.set_landscape();
    }
    match (own.fit, own.scale) {
        (Some((across, down)), _) => {
            page.set_print_fit_to_pages(across, down);
        }
        (None, Some(scale)) => {
            page.set_print_scale(scale);
        }
        _ => {}
    }
    let [left, right, top, bottom, header, footer] = own.margins;
    page.set_margins(
        left.unwrap_or(0.75),
        right.unwrap_or(0.75),
        top.unwrap_or(1.0),
        bottom.unwrap_or(1.0),
        header.unwrap_or(0.5),
        footer.unwrap_or(0.5),
    );
    if own.centre_across {
        page.set_print_center_horizontally(true);
    }
    if own.centre_down {
        page.set_print_center_vertically(true);
    }
    // The first page's number is added to the finished workbook: rust_xlsxwriter 0.102 writes it where
    // only yes or no may stand.
    if own.across_first {
        page.set_page_order(false);
    }
    page.set_print_black_and_white(own.black_and_white);
    page.set_print_draft(own.draft);
    page.set_print_headings(own.headings);
    page.set_print_gridlines(own.gridlines);
    for (text, header) in [(&own.header, true), (&own.footer, false)] {
        if text.is_empty() || text.encode_utf16().count() > 255 {
            continue;
        }
        if header {
            page.set_header(text);
        } else {
            page.set_footer(text);
        }
    }
    // The writer panics where all that it is given is the sheet's begin.
    let breaks = |own: &[u32], end: u32| -> Vec<u32> {
        own.iter().copied().filter(|at| (1..end).contains(at)).take(1023).collect()
    };
    page.set_page_breaks(&breaks(&own.row_breaks, MAX_ROWS))?;
    page.set_vertical_page_breaks(&breaks(&own.column_breaks, MAX_COLS))?;
    // Further ones are added to the finished workbook.
    if let Some(range) = own.areas.first() {
        let (a, b) = (range.start, range.end);
        page.set_print_area(a.row, column(a.col), b.row, column(b.col))?;
    }
    if let Some((first, last)) = own.repeat_rows {
        page.set_repeat_rows(first, last)?;
    }
    if let Some((first, last)) = own.repeat_columns {
        page.set_repeat_columns(column(first), column(last))?;
    }
    Ok(())
}

fn protect(page: &mut Worksheet, own: &Protection) {
    // Bits of what is allowed, in [MS-XLS] 2.4.253's order; what an old file allows otherwise.
    let allowed = own.allowed.unwrap_or(0x4400);
    let bit = |bit: u32| allowed >> bit & 1 != 0;
    page.protect_with_options(&ProtectionOptions {
        edit_objects: !own.objects,
        edit_scenarios: !own.scenarios,
        format_cells: bit(2),
        format_columns: bit(3),
        format_rows: bit(4),
        insert_columns: bit(5),
        insert_rows: bit(6),
        insert_links: bit(7),
        delete_columns: bit(8),
        delete_rows: bit(9),
        select_locked_cells: bit(10),
        sort: bit(11),
        use_autofilter: bit(12),
        use_pivot_tables: bit(13),
        select_unlocked_cells: bit(14),
        contents: true,
    });
    if let Some(password) = password_of(own.hash) {
        page.protect_with_password(&password);
    }
}

/// A password that has the hash: Excel stores only the hash, so the old password opens it too.
fn password_of(hash: u16) -> Option<String> {
    if hash == 0 {
        return None;
    }
    let letters = b'!'..=b'~';
    for a in letters.clone() {
        for b in letters.clone() {
            for c in letters.clone() {
                if hash_of(&[a, b, c, b'k']) == hash {
                    return String::from_utf8(vec![a, b, c, b'k']).ok();
                }
            }
        }
    }
    None
}

/// Excel's old hash of a password (ECMA-376 part 4, 14.7.1).
fn hash_of(password: &[u8]) -> u16 {
    let turn = |hash: u16| hash >> 14 & 1 | hash << 1 & 0x7fff;
    let mut hash = 0;
    for letter in password.iter().rev() {
        hash = turn(hash) ^ u16::from(*letter);
    }
    turn(hash) ^ u16::try_from(password.len()).unwrap_or(0) ^ 0xce4b
}

fn places(ranges: &[Range]) -> String {
    ranges.iter().take(8).map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn comparison(
    operator: u8,
    first: Formula,
    second: Formula,
) -> Option<DataValidationRule<Formula>> {
    Some(match operator {
        0 => DataValidationRule::Between(first, second),
        1 => DataValidationRule::NotBetween(first, second),
        2 => DataValidationRule::EqualTo(first),
        3 => DataValidationRule::NotEqualTo(first),
        4 => DataValidationRule::GreaterThan(first),
        5 => DataValidationRule::LessThan(first),
        6 => DataValidationRule::GreaterThanOrEqualTo(first),
        7 => DataValidationRule::LessThanOrEqualTo(first),
        _ => return None,
    })
}

fn validate(page: &mut Worksheet, own: &Validation) -> bool {
    let first = || Formula::new(&own.first);
    let compared = || comparison(own.operator, first(), Formula::new(&own.second));
    let rule = DataValidation::new();
    let rule = match own.kind {
        0 => Some(rule.allow_any_value()),
        1 => compared().map(|r| rule.allow_whole_number_formula(r)),
        2 => compared().map(|r| rule.allow_decimal_number_formula(r)),
        3 => match &own.words {
            Some(words) => rule.allow_list_strings(words).ok(),
            None => Some(rule.allow_list_formula(first())),
        },
        4 => compared().map(|r| rule.allow_date_formula(r)),
        5 => compared().map(|r| rule.allow_time_formula(r)),
        6 => compared().map(|r| rule.allow_text_length_formula(r)),
        7 => Some(rule.allow_custom(first())),
        _ => None,
    };
    let (Some(mut rule), Some(range)) = (rule, own.ranges.first()) else { return false };
    rule = rule
        .ignore_blank(own.blank)
        .show_dropdown(own.dropdown)
        .show_input_message(own.prompts)
        .show_error_message(own.warns)
        .set_error_style(match own.error_style {
            1 => DataValidationErrorStyle::Warning,
            2 => DataValidationErrorStyle::Information,
            _ => DataValidationErrorStyle::Stop,
        });
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    type Set = fn(DataValidation, String) -> Result<DataValidation, XlsxError>;
    let texts: [(&str, usize, Set); 4] = [
        (&own.prompt.0, 32, |rule, text| rule.set_input_title(text)),
        (&own.prompt.1, 255, |rule, text| rule.set_input_message(text)),
        (&own.error.0, 32, |rule, text| rule.set_error_title(text)),
        (&own.error.1, 255, |rule, text| rule.set_error_message(text)),
    ];
    for (text, most, set) in texts {
        if !text.is_empty() {
            rule = set(rule.clone(), cut(text, most)).unwrap_or(rule);
        }
    }
    if own.ranges.len() > 1 {
        rule = rule.set_multi_range(conditions::all(&own.ranges));
    }
    let (a, b) = (range.start, range.end);
    page.add_data_validation(a.row, column(a.col), b.row, column(b.col), &rule).is_ok()
}

/// A place in a cell, as shares of its width and height.
type Corner = (CellRef, f64, f64);

/// Offset in its first cell and size of what stands between two corners, in pixels.
fn frame(sheet: &Sheet, formats: &Formats, from: Corner, to: Corner) -> Option<[u32; 4]> {
    let across = |at: CellRef| width(&sheet.looks, at.col, formats);
    let down = |at: CellRef| height(&sheet.looks, at.row);
    let ((from, x, y), (to, x_end, y_end)) = (from, to);
    let (left, top) = (x * across(from), y * down(from));
    let cols = (from.col..to.col).map(|col| width(&sheet.looks, col, formats)).sum::<f64>();
    let rows = (from.row..to.row).map(|row| height(&sheet.looks, row)).sum::<f64>();
    let (wide, tall) = (cols + x_end * across(to) - left, rows + y_end * down(to) - top);
    let fits = |size: f64| (1.0..20_000.0).contains(&size);
    (fits(wide) && fits(tall)).then(|| [left, top, wide, tall].map(|size| size.round() as u32))
}

fn movement(code: u8) -> ObjectMovement {
    match code {
        0 => ObjectMovement::MoveAndSizeWithCells,
        2 => ObjectMovement::MoveButDontSizeWithCells,
        _ => ObjectMovement::DontMoveOrSizeWithCells,
    }
}

fn picture(page: &mut Worksheet, sheet: &Sheet, own: &Picture, formats: &Formats) -> bool {
    let Ok(image) = Image::new_from_buffer(&own.bytes) else { return false };
    let Some([left, top, wide, tall]) = frame(sheet, formats, own.from, own.to) else {
        return false;
    };
    let image =
        image.set_scale_to_size(wide, tall, false).set_object_movement(movement(own.movement));
    let at = own.from.0;
    page.insert_image_with_offset(at.row, column(at.col), &image, left, top).is_ok()
}

fn chart(page: &mut Worksheet, sheet: &Sheet, own: &Chart, formats: &Formats) -> bool {
    let (Some(from), Some(to)) = (own.from, own.to) else { return false };
    let Some(mut chart) = super::chart::draw(own, &sheet.name) else { return false };
    let Some([left, top, wide, tall]) = frame(sheet, formats, from, to) else { return false };
    chart.set_width(wide).set_height(tall).set_object_movement(movement(own.movement));
    page.insert_chart_with_offset(from.0.row, column(from.0.col), &chart, left, top).is_ok()
}

/// Pixels of a column.
fn width(looks: &SheetLooks, col: u32, formats: &Formats) -> f64 {
    let own = looks.columns.iter().rev().find(|c| (c.first..=c.last).contains(&col));
    if own.is_some_and(|c| c.hidden) {
        return 0.0;
    }
    let width = own.map(|c| c.width).or(looks.default_width);
    width.map_or(f64::from(formats.default_format().1), |w| (w * formats.digit()).round())
}

/// Pixels of a row.
fn height(looks: &SheetLooks, row: u32) -> f64 {
    let own = looks.rows.get(&row);
    if own.is_some_and(|r| r.hidden) {
        return 0.0;
    }
    let points = own.and_then(|r| r.height).or(looks.default_height).unwrap_or(12.75);
    (points * 4.0 / 3.0).round()
}
