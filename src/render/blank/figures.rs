//! The metric sheet: a row for every figure that the rules ask for, with its bounds and a hint,
//! and the team table.

use super::{Looks, height};
use crate::scheme::{Blank, Metric, MetricKind, Rule, Scheme, metrics_of};
use crate::text::show;
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, ExcelDateTime, Format, FormatAlign, Workbook as Book,
    Worksheet, XlsxError,
};

/// Rows of the team table.
const MEMBERS: u32 = 8;
/// Width of the hint column, characters.
const HINT: f64 = 46.0;

pub(super) fn sheet(
    book: &mut Book,
    name: &str,
    scheme: &Scheme,
    look: &Looks,
) -> Result<(), XlsxError> {
    let page = book.add_worksheet();
    page.set_name(name)?;
    page.merge_range(0, 0, 0, 3, "指标数据", &look.title)?;
    page.set_row_height(0, 30)?;
    page.merge_range(1, 0, 1, 3, "只填黄色格；选中一格会显示怎么填。", &look.note)?;
    for (col, width) in [(0, 26.0), (1, 16.0), (2, 12.0), (3, HINT), (4, 14.0), (5, 16.0)] {
        page.set_column_width(col, width)?;
    }
    for (col, head) in (0..).zip(["指标", "数值", "单位", "填写说明"]) {
        page.write_with_format(2, col, head, &look.head)?;
    }
    page.set_row_height(2, 22)?;
    let mut row = 3;
    let direct = scheme.metrics.iter().filter(|m| scheme.team.is_none() || m.from_team.is_none());
    for metric in direct {
        let hint = hint(scheme, metric);
        page.write_with_format(row, 0, &metric.name, &look.text)?;
        page.write_blank(row, 1, &open(metric, look))?;
        page.write_with_format(row, 2, unit(metric), &look.centre)?;
        page.write_with_format(row, 3, &hint, &look.text)?;
        page.set_row_height(row, height(&hint, HINT).max(22.0))?;
        if let Some(rule) = validation(scheme, metric)? {
            page.add_data_validation(row, 1, row, 1, &rule)?;
        }
        row += 1;
    }
    page.set_freeze_panes(3, 1)?;
    page.set_paper_size(9).set_print_fit_to_pages(1, 0);
    page.set_repeat_rows(0, 2)?;
    team(page, row + 1, scheme, look)
}

fn team(page: &mut Worksheet, row: u32, scheme: &Scheme, look: &Looks) -> Result<(), XlsxError> {
    let Some(team) = &scheme.team else { return Ok(()) };
    let first =
        |words: &[String], other: &str| words.first().cloned().unwrap_or_else(|| other.to_owned());
    page.write_with_format(row, 0, first(&team.member, "姓名"), &look.head)?;
    page.set_row_height(row, 32)?;
    let grouped = !team.group.is_empty();
    if grouped {
        page.write_with_format(row, 1, first(&team.group, "组"), &look.head)?;
        let names: Vec<&str> = team.groups.iter().map(|g| g.name.as_str()).collect();
        // A list in a validation takes 255 characters.
        if !names.is_empty() && names.join(",").chars().count() <= 255 {
            let rule = DataValidation::new().allow_list_strings(&names)?;
            page.add_data_validation(row + 1, 1, row + MEMBERS, 1, &rule)?;
        }
    }
    let wrapped = look.head.clone().set_text_wrap();
    for line in 1..=MEMBERS {
        page.write_blank(row + line, 0, &look.open)?;
        if grouped {
            page.write_blank(row + line, 1, &look.open)?;
        }
    }
    for (col, column) in (if grouped { 2 } else { 1 }..).zip(&team.columns) {
        let unit = unit(column);
        let unit = if unit.is_empty() { unit } else { format!("({unit})") };
        page.write_with_format(row, col, format!("{}{unit}", column.name), &wrapped)?;
        if col > 5 {
            page.set_column_width(col, 16.0)?;
        }
        let format = open(column, look);
        for line in 1..=MEMBERS {
            page.write_blank(row + line, col, &format)?;
        }
        if let Some(rule) = validation(scheme, column)? {
            page.add_data_validation(row + 1, col, row + MEMBERS, col, &rule)?;
        }
    }
    let note = format!(
        "一行一名成员；行数不够可往下加，中间不要空行。用到：{}",
        scheme
            .metrics
            .iter()
            .filter(|m| m.from_team.is_some())
            .map(|m| format!("〔{}〕", m.name))
            .collect::<String>()
    );
    // Two rows below, so that it is no member's row.
    page.write_with_format(row + MEMBERS + 3, 0, note, &look.plain)?;
    Ok(())
}

fn unit(metric: &Metric) -> String {
    match (metric.unit.as_str(), metric.kind) {
        ("", MetricKind::Rate) => "%".to_owned(),
        ("", MetricKind::Date) => "日期".to_owned(),
        ("", MetricKind::Mark) => "分".to_owned(),
        (unit, _) => unit.to_owned(),
    }
}

/// The look of a cell that holds the metric.
fn open(metric: &Metric, look: &Looks) -> Format {
    let format = look.open.clone().set_align(FormatAlign::Center);
    match metric.kind {
        MetricKind::Rate => format.set_num_format("0.00%"),
        MetricKind::Date => format.set_num_format("yyyy-mm-dd"),
        MetricKind::Amount => format.set_num_format("#,##0.######"),
        _ => format,
    }
}

/// The only marks that a judged metric may hold.
fn allowed<'s>(scheme: &'s Scheme, name: &str) -> Option<&'s [f64]> {
    fn within<'s>(rules: &'s [Rule], name: &str) -> Option<&'s [f64]> {
        rules.iter().find_map(|rule| match rule {
            Rule::Judged(r) if r.metric == name && !r.allowed.is_empty() => {
                Some(r.allowed.as_slice())
            }
            Rule::Clauses(r) => within(&r.rules, name),
            _ => None,
        })
    }
    scheme.items.iter().find_map(|item| within(&item.rules, name))
}

/// What Excel lets in, with a hint while the cell is chosen.
fn validation(scheme: &Scheme, metric: &Metric) -> Result<Option<DataValidation>, XlsxError> {
    let (least, most) = (metric.min, metric.max);
    let bounds = |least: f64, most: Option<f64>| match most {
        Some(most) => DataValidationRule::Between(least, most),
        None => DataValidationRule::GreaterThanOrEqualTo(least),
    };
    let rule = DataValidation::new();
    let absent = scheme.items.iter().any(|item| {
        item.absent.is_some() && item.rules.iter().flat_map(metrics_of).any(|m| m == metric.name)
    });
    let rule = match (allowed(scheme, &metric.name), metric.kind) {
        (Some(list), _) => {
            let texts: Vec<String> = list.iter().map(|m| show_plain(*m)).collect();
            rule.allow_list_strings(&texts)?
        }
        (None, MetricKind::Date) => rule.allow_date(DataValidationRule::GreaterThanOrEqualTo(
            ExcelDateTime::from_ymd(2000, 1, 1)?,
        )),
        (None, MetricKind::Count)
            if least.fract() == 0.0 && most.is_none_or(|m| m.fract() == 0.0) =>
        {
            // Whole numbers of Excel's validations are of 32 bits here.
            #[allow(clippy::cast_possible_truncation, reason = "clamped")]
            let whole = |value: f64| value.clamp(-2e9, 2e9) as i32;
            rule.allow_whole_number(match most {
                Some(most) => DataValidationRule::Between(whole(least), whole(most)),
                None => DataValidationRule::GreaterThanOrEqualTo(whole(least)),
            })
        }
        (None, _) => rule.allow_decimal_number(bounds(least, most)),
    };
    // 不适用 is text: where it may be written, nothing is refused at the cell.
    let rule = rule.show_error_message(!absent);
    let message = match metric.kind {
        MetricKind::Rate => "写成百分数，如 95.5%",
        MetricKind::Date => "写成日期，如 2026-10-08",
        MetricKind::Count => "填整数",
        MetricKind::Mark => "填评分",
        MetricKind::Amount | MetricKind::Time => "填数字，不写单位",
    };
    let range = match most {
        Some(most) if metric.kind == MetricKind::Rate => {
            format!("，{} % 到 {} %", show(least * 100.0, 4), show(most * 100.0, 4))
        }
        Some(most) => format!("，{} 到 {}", show(least, 4), show(most, 4)),
        None => String::new(),
    };
    let text: String = format!("{message}{range}").chars().take(200).collect();
    let title: String = metric.name.chars().take(30).collect();
    let rule = rule
        .set_input_title(title)?
        .set_input_message(&text)?
        .set_error_title("填写有误")?
        .set_error_message(&text)?;
    Ok(Some(rule))
}

/// A number as a list of a validation spells it.
fn show_plain(value: f64) -> String {
    format!("{}", crate::text::round15(value))
}

/// How a figure is to be given, and which items read it.
fn hint(scheme: &Scheme, metric: &Metric) -> String {
    let name = metric.name.as_str();
    let mut says = vec![match metric.blank {
        Blank::Zero => "空白按 0 计".to_owned(),
        Blank::Error => "必填".to_owned(),
    }];
    if let Some(list) = allowed(scheme, name) {
        let list: Vec<String> = list.iter().map(|m| show(*m, 4)).collect();
        says.push(format!("只能填 {}", list.join("、")));
    } else if metric.kind == MetricKind::Mark
        && let Some(max) = metric.max
    {
        says.push(format!("{} 到 {} 分", show(metric.min, 4), show(max, 4)));
    }
    let items = || scheme.items.iter();
    let users: Vec<&str> = items()
        .filter(|item| item.rules.iter().flat_map(metrics_of).any(|m| m == name))
        .map(|item| item.name.as_str())
        .collect();
    fn roles(rules: &[Rule], name: &str, says: &mut Vec<String>) {
        for rule in rules {
            match rule {
                Rule::Deviation(r) if r.base_metric.as_deref() == Some(name) => {
                    says.push("作比较的基数".to_owned());
                }
                Rule::Raters(r) => {
                    let whole: f64 = r.marks.iter().map(|m| m.weight).sum();
                    let own = r.marks.iter().find(|m| m.metric == name);
                    if let Some(mark) = own.filter(|_| whole > 0.0) {
                        let share = show(mark.weight / whole * 100.0, 2);
                        says.push(format!("权重 {share} %"));
                    }
                }
                Rule::Rank(r) if r.among.iter().any(|m| m == name) => {
                    says.push("排名的比较对象".to_owned());
                }
                Rule::Lateness(r) if r.due.as_deref() == Some(name) => {
                    says.push("最后期限，当天不算迟".to_owned());
                }
                Rule::Clauses(r) => roles(&r.rules, name, says),
                _ => {}
            }
        }
    }
    for item in items() {
        roles(&item.rules, name, &mut says);
        if item.absent.as_ref().is_some_and(|a| a.when_zero.as_deref() == Some(name)) {
            says.push(format!("0 即「{}」不适用", item.name));
        } else if item.absent.is_some() && users.contains(&item.name.as_str()) {
            says.push("不适用可写「不适用」".to_owned());
        }
    }
    for veto in scheme.vetoes.iter().filter(|v| v.metric == name) {
        says.push(match veto.reach {
            crate::scheme::Reach::Total => "一票否决".to_owned(),
            crate::scheme::Reach::Grade => "限制等级".to_owned(),
        });
    }
    if !users.is_empty() {
        // Behind a colon: an item's name alone could be taken for another metric's label.
        says.push(format!("用于：{}", users.join("、")));
    }
    says.dedup();
    says.join("；")
}
