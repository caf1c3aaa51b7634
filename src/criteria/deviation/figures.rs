//! The figures that a deviation asks for, and what they are called.

use super::base::{Base, is_rate_name, without_period};
use super::side::Side;
use super::slope::Slope;
use super::{Place, name};
use crate::criteria::Need;
use crate::criteria::quotient::Quotient;
use crate::criteria::stream::{Stream, is_mean, need, show};

/// Words of a side that stand in the place of what is measured.
pub(super) const EXTRA: [&str; 9] = [
    "超额完成部分",
    "超额部分",
    "超额完成",
    "超额",
    "超产部分",
    "超产",
    "欠产部分",
    "欠产",
    "超支",
];

/// Units of what is counted.
const COUNTS: [&str; 9] = ["次", "人次", "人", "件", "起", "例", "项", "处", "单"];

/// What the sides measure.
pub(super) fn measured(
    stream: &Stream<'_>,
    place: &Place<'_>,
    quoted: Option<&Quotient>,
) -> String {
    let name = without_period(&name(stream, place.paragraph, place.span.start));
    // What is above the base is no figure of its own.
    let name = if EXTRA.contains(&name.as_str()) { stream.item.to_owned() } else { name };
    // A ratio that the words define.
    match name.split_once('=').zip(quoted) {
        Some(((own, _), quoted)) if quoted.name.ends_with(own) => own.to_owned(),
        _ => name,
    }
}

/// 「完成100%得40分」 of an item 销售额 measures how much of it was reached: the base is a share of
/// something that was done, and the name does not say so.
pub(super) fn reached(stream: &Stream<'_>, place: &Place<'_>, base: &Base, name: &str) -> bool {
    let Base::At { value, rate: true, .. } = base else { return false };
    if is_rate_name(name) || name.contains("完成") || name.contains("达成") {
        return false;
    }
    let share = show(crate::text::round15(value * 100.0));
    let text = stream.text(place.paragraph.clone());
    ["完成", "达成", "完成目标", "完成计划", "完成任务"]
        .iter()
        .any(|word| text.contains(&format!("{word}{share}%")))
}

/// The figures of a rule in the order in which it names them; an error says why they do not do.
pub(super) fn needs(
    name: &str,
    base: &Base,
    slope: &Slope,
    sides: &[Side],
    quoted: Option<&Quotient>,
) -> Result<Vec<Need>, &'static str> {
    let own = match quoted {
        Some(quoted) => {
            vec![need(&quoted.of, "amount", &quoted.of), need(&quoted.over, "amount", &quoted.over)]
        }
        None => vec![wanted(name, base, slope)],
    };
    let Base::Figure(named) = base else { return Ok(own) };
    let [figure] = own.as_slice() else {
        return Err("基准是另一个数，指标又是两个数之比");
    };
    if figure.kind != "rate" && !slope.relative && sides.iter().all(|s| s.step.is_none()) {
        return Err("没有说每一步是多少");
    }
    let target = target(name, named);
    Ok(vec![figure.clone(), need(&target, figure.kind, &target)])
}

/// The figure that is measured.
fn wanted(name: &str, base: &Base, slope: &Slope) -> Need {
    let scale = base.scale(name);
    let kind = if scale.rate {
        "rate"
    } else if COUNTS.contains(&scale.unit) && !is_mean(name) {
        "count"
    } else {
        "amount"
    };
    Need {
        signed: base.is_signed(),
        aimed: slope.below > 0.0,
        unit: scale.unit.to_owned(),
        ..need(name, kind, name)
    }
}

/// What the figure is called that another one is measured against: 销售额目标值, 销售额上月.
fn target(name: &str, named: &str) -> String {
    match named {
        "目标" | "目标值" | "指标" => format!("{name}目标值"),
        "计划" => format!("{name}计划数"),
        _ if named.starts_with(['上', '去']) || named.chars().count() <= 2 => {
            format!("{name}{named}")
        }
        _ => named.to_owned(),
    }
}
