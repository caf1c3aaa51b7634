//! The chart sheet: total by person, and the team's mean share of points by item.

use super::data::Group;
use super::table::{FIRST, HEAD, ITEMS, NAME, columns, mean_row};
use super::{Pen, print_setup};
use crate::words;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLine, ChartSolidFill, Color, Worksheet,
    XlsxError,
};

/// Most bars of one chart: more do not fit on a page.
pub const BARS: u32 = 30;

/// Pixels between a page break and a chart, whose border would else be on the page before too.
const BELOW: u32 = 6;

/// Writes the charts, two a group, one below the other.
pub fn write(
    page: &mut Worksheet,
    groups: &[Group<'_>],
    sheets: &[&str],
    pen: &Pen,
) -> Result<(), XlsxError> {
    // Rows of 20 pixels.
    let mut row = 0;
    let mut breaks = Vec::new();
    for (group, sheet) in groups.iter().zip(sheets) {
        let at = columns(group);
        let people = mean_row(group) - FIRST;
        let shown = people.min(BARS);
        let last = FIRST + shown - 1;
        let about = if groups.len() > 1 { format!("{} ", group.title) } else { String::new() };
        let title = if people > shown {
            words!("{about}个人总得分（前 {shown} 名）", "{about}Total by person (best {shown})")
        } else {
            words!("{about}个人总得分", "{about}Total by person")
        };
        let height = 130 + shown.max(4) * if shown > 15 { 18 } else { 28 };
        let mut bars = Chart::new_bar();
        bars.add_series()
            .set_name(pen.t("总得分", "total"))
            .set_categories((*sheet, FIRST, NAME, last, NAME))
            .set_values((*sheet, FIRST, at.total, last, at.total))
            .set_gap(40)
            .set_format(&mut fill(0x44_72C4))
            .set_data_label(ChartDataLabel::new().show_value().set_num_format("0.0"));
        bars.title().set_name(title.get(pen.lang)).set_font(&font(14));
        // In a bar chart the people stand along the y axis.
        bars.y_axis()
            .set_reverse()
            .set_label_interval(1)
            .set_font(&font(9))
            .set_major_gridlines(false);
        bars.x_axis().set_min(0).set_font(&font(9)).set_major_gridlines_line(&pale());
        bars.legend().set_hidden();
        bars.set_width(940).set_height(height);
        page.insert_chart_with_offset(row, 0, &bars, 0, BELOW)?;
        row += height / 20 + 2;
        breaks.push(row);

        let share = mean_row(group) + 1;
        let title = words!("{about}各项平均得分率", "{about}Mean share of points by item");
        let mut items = Chart::new_column();
        items
            .add_series()
            .set_name(pen.t("得分率", "share"))
            .set_categories((*sheet, HEAD, ITEMS, HEAD, at.sum - 1))
            .set_values((*sheet, share, ITEMS, share, at.sum - 1))
            .set_gap(60)
            .set_format(&mut fill(0x70_AD47))
            .set_data_label(ChartDataLabel::new().show_value().set_num_format("0%"));
        items.title().set_name(title.get(pen.lang)).set_font(&font(14));
        items.x_axis().set_font(&font(9));
        items
            .y_axis()
            .set_min(0)
            .set_num_format("0%")
            .set_font(&font(9))
            .set_major_gridlines_line(&pale());
        items.legend().set_hidden();
        items.set_width(940).set_height(420);
        page.insert_chart_with_offset(row, 0, &items, 0, BELOW)?;
        row += 23;
        breaks.push(row);
    }
    print_setup(page, pen);
    // A chart a page. Excel heeds breaks only where nothing is fitted; the charts are as wide as
    // the paper.
    page.set_print_fit_to_pages(0, 0);
    page.set_print_scale(85);
    breaks.pop();
    page.set_page_breaks(&breaks)?;
    Ok(())
}

fn font(size: u8) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(size);
    font
}

fn fill(color: u32) -> ChartFormat {
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(color)));
    format
}

fn pale() -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(Color::RGB(0xD9_D9D9));
    line
}
