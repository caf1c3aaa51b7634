//! The form's own sheet: items, rating tables, totals, and what the scheme says beside them.

use super::{Looks, height, marks};
use crate::scheme::{Reach, Scheme};
use crate::score::total;
use crate::text::show;
use rust_xlsxwriter::{Workbook as Book, Worksheet, XlsxError};

/// Width of the criteria column, characters.
const CRITERIA: f64 = 62.0;

pub(super) fn sheet(
    book: &mut Book,
    name: &str,
    scheme: &Scheme,
    look: &Looks,
) -> Result<(), XlsxError> {
    let page = book.add_worksheet();
    page.set_name(name)?;
    for (col, width) in [(0, 22.0), (1, CRITERIA), (2, 10.0), (3, 10.0), (4, 12.0)] {
        page.set_column_width(col, width)?;
    }
    page.merge_range(0, 0, 0, 4, &scheme.title, &look.title)?;
    page.set_row_height(0, 32)?;
    page.set_row_height(1, 22)?;
    page.write_with_format(1, 0, "被考核人：", &look.plain)?;
    page.write_with_format(1, 1, "部门：", &look.plain)?;
    page.write_with_format(1, 2, "考核月份：", &look.plain)?;
    let last = if scheme.supervisor.is_some() { "考核监督" } else { "备注" };
    for (col, head) in (0..).zip(["考核项目", "考核要点", "权重分值", "得分", last]) {
        page.write_with_format(2, col, head, &look.head)?;
    }
    page.set_row_height(2, 24)?;
    let mut row = 3;
    for item in &scheme.items {
        page.write_with_format(row, 0, &item.name, &look.text)?;
        page.write_with_format(row, 1, &item.criteria, &look.text)?;
        page.write_with_format(row, 2, format!("{}分", show(item.points, 4)), &look.centre)?;
        page.write_blank(row, 3, &look.mark)?;
        match &scheme.supervisor {
            Some(who) => page.write_with_format(row, 4, who, &look.centre)?,
            None => page.write_blank(row, 4, &look.text)?,
        };
        page.set_row_height(row, height(&item.criteria, CRITERIA).max(height(&item.name, 22.0)))?;
        row += 1;
    }
    let points = total::points(scheme, &scheme.items);
    page.write_with_format(row, 0, "合计", &look.total)?;
    page.write_blank(row, 1, &look.total)?;
    page.write_with_format(row, 2, format!("{}分", show(points, 4)), &look.total)?;
    page.write_blank(row, 3, &look.total)?;
    page.write_blank(row, 4, &look.total)?;
    page.set_row_height(row, 22)?;
    row += 2;
    row = ratings(page, row, scheme, look)?;
    page.write_with_format(row, 0, "总得分", &look.total)?;
    page.merge_range(row, 1, row, 2, &format!("满分{}分", show(scheme.total, 4)), &look.total)?;
    page.merge_range(row, 3, row, 4, "", &look.total)?;
    page.set_row_height(row, 24)?;
    let notes = notes(scheme);
    if !notes.is_empty() {
        row += 2;
        let text = format!("说明：{}", notes.join("\n"));
        page.merge_range(row, 0, row, 4, &text, &look.note)?;
        page.set_row_height(row, height(&text, 110.0))?;
    }
    page.write_with_format(row + 2, 0, "被考核人签字：", &look.plain)?;
    page.write_with_format(row + 2, 1, "考核人签字：", &look.plain)?;
    page.write_with_format(row + 2, 2, "日期：", &look.plain)?;
    page.set_paper_size(9);
    page.set_print_fit_to_pages(1, 0);
    page.set_repeat_rows(0, 2)?;
    page.set_freeze_panes(3, 0)?;
    Ok(())
}

fn ratings(
    page: &mut Worksheet,
    mut row: u32,
    scheme: &Scheme,
    look: &Looks,
) -> Result<u32, XlsxError> {
    for rating in &scheme.ratings {
        let title = format!("{}(权重{}%)", rating.name, show(rating.weight, 4));
        page.merge_range(row, 0, row, 4, &title, &look.head)?;
        let score = format!("得分(每项满分{}分)", show(rating.max, 4));
        page.write_with_format(row + 1, 0, "考核指标", &look.head)?;
        page.merge_range(row + 1, 1, row + 1, 2, "考核要点", &look.head)?;
        page.merge_range(row + 1, 3, row + 1, 4, &score, &look.head)?;
        row += 2;
        let first = row;
        for mark in &rating.marks {
            page.write_with_format(row, 0, &mark.name, &look.text)?;
            page.merge_range(row, 1, row, 2, &mark.criteria, &look.text)?;
            page.merge_range(row, 3, row, 4, "", &look.mark)?;
            page.set_row_height(row, height(&mark.criteria, CRITERIA).max(22.0))?;
            row += 1;
        }
        if row > first {
            page.add_data_validation(first, 3, row - 1, 4, &marks(rating.max)?)?;
        }
        let full = show(rating.max * rating.marks.len() as f64, 4);
        let weight = show(rating.weight, 4);
        for (label, note) in
            [("合计", format!("满分{full}分")), ("折算得分", format!("合计÷满分×{weight}"))]
        {
            page.write_with_format(row, 0, label, &look.total)?;
            page.merge_range(row, 1, row, 2, &note, &look.total)?;
            page.merge_range(row, 3, row, 4, "", &look.total)?;
            row += 1;
        }
        row += 1;
    }
    Ok(row)
}

/// What holds beside the items: groups, vetoes, grades, as the people assessed may read it.
fn notes(scheme: &Scheme) -> Vec<String> {
    let mut out = Vec::new();
    for group in &scheme.groups {
        let mut says = Vec::new();
        if group.bonus {
            says.push(format!("在 {} 分之外", show(scheme.total, 4)));
        }
        if let Some(weight) = group.weight {
            says.push(format!("合计乘 {} %", show(weight * 100.0, 2)));
        }
        if let Some(cap) = group.cap {
            says.push(format!("合计最多 {} 分", show(cap, 4)));
        }
        if let Some(floor) = group.floor {
            says.push(format!("合计最少 {} 分", show(floor, 4)));
        }
        if !says.is_empty() {
            let items = group.items.join("、");
            out.push(format!("{}（{items}）：{}。", group.name, says.join("，")));
        }
    }
    for item in &scheme.items {
        let Some(absent) = &item.absent else { continue };
        let to = match &absent.to {
            Some(other) => format!("分值计入「{other}」"),
            None => "分值按比例摊到其余各项".to_owned(),
        };
        out.push(format!("「{}」当月不适用时，{to}。", item.name));
    }
    for veto in &scheme.vetoes {
        let side = match (veto.above, veto.below) {
            (Some(0.0), _) => "一经发生".to_owned(),
            (Some(bound), _) => format!("超过 {}", show(bound, 4)),
            (None, bound) => format!("低于 {}", show(bound.unwrap_or_default(), 4)),
        };
        let then = match (&veto.reach, &veto.best) {
            (Reach::Grade, Some(best)) => format!("等级最高为{best}"),
            _ => "总分为 0".to_owned(),
        };
        out.push(format!("{}{side}，{then}。", veto.metric));
    }
    if let [best, .., last] = scheme.grades.as_slice()
        && best.from > last.from
    {
        let list: Vec<String> = scheme
            .grades
            .iter()
            .map(|g| format!("{} 分及以上{}", show(g.from, 4), g.name))
            .collect();
        out.push(format!("等级：{}。", list.join("，")));
    }
    if let Some(spread) = &scheme.distribution {
        out.push(format!("等级按强制分布评定：{}。", spread.told()));
    }
    out
}
