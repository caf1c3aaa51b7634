//! The bounds between bands in order, and what is worth what between them.

use super::{Band, FAR, Got};
use crate::criteria::stream::show;

/// What the bands' bounds are.
pub(super) struct Unit {
    /// Shares, 1 is 100 %.
    pub(super) share: bool,
    /// Whole counts.
    pub(super) counted: bool,
    /// Whether the bands take points.
    pub(super) taken: bool,
}

/// Bands in order.
pub(super) struct Ordered {
    /// Bounds from low to high, and whether each belongs to the band above it.
    pub(super) bounds: Vec<(f64, bool)>,
    /// What the band above each bound is worth.
    pub(super) values: Vec<f64>,
    /// What is below the lowest bound.
    pub(super) bottom: f64,
    pub(super) choices: Vec<String>,
    pub(super) doubts: Vec<String>,
}

/// 「低于85%扣2分，低于80%扣5分」: each goes down to the next.
pub(super) fn nested(bands: &[Band]) -> Vec<Band> {
    let mut out = bands.to_vec();
    let open = |b: &Band| !b.rest && b.low == -FAR && b.high != FAR;
    let mut highs: Vec<(f64, Option<bool>)> =
        bands.iter().filter(|b| open(b)).map(|b| (b.high, b.high_in)).collect();
    highs.sort_by(|a, b| a.0.total_cmp(&b.0));
    for band in out.iter_mut().filter(|b| open(b)) {
        if let Some((high, included)) = highs.iter().rev().find(|(high, _)| *high < band.high) {
            (band.low, band.low_in) = (*high, included.map(|i| !i));
        }
    }
    // Where they take points, nothing is taken above the highest.
    let taken = bands.iter().any(|b| matches!(b.got, Got::Taken(_)));
    if let Some((high, included)) = highs.last().filter(|_| taken && highs.len() > 1)
        && bands.iter().all(open)
        && let Some(first) = bands.first()
    {
        out.push(Band {
            low: *high,
            low_in: Some(*included != Some(true)),
            high: FAR,
            high_in: None,
            got: Got::Full,
            ..first.clone()
        });
    }
    out
}

/// Orders bands; an error says in words why they have no order.
pub(super) fn order(
    bands: &[Band],
    worth: impl Fn(Got) -> f64,
    unit: &Unit,
) -> Result<Ordered, String> {
    let Unit { share, counted, taken } = *unit;
    let rest = bands.iter().find(|b| b.rest).map(|b| worth(b.got));
    let mut sorted: Vec<&Band> = bands.iter().filter(|b| !b.rest).collect();
    sorted.sort_by(|a, b| a.low.total_cmp(&b.low).then(a.high.total_cmp(&b.high)));
    let mut choices = Vec::new();
    let mut doubts = Vec::new();
    let shown = |v: f64| if share { format!("{} %", show(v * 100.0)) } else { show(v) };
    // A lower bound that says nothing of its end: 「100%得10分，90%得8分」.
    let step = if share { 0.01 } else { 1.0 };
    // Whether each bound between two bands belongs to the upper one.
    let mut bounds: Vec<(f64, bool)> = Vec::new();
    // Bounds that stand in two bands, as 5 % of 「3%-5%，5%-8%」: taken as the other bounds are.
    let mut loose: Vec<f64> = Vec::new();
    let mut order = sorted.clone();
    // Two open ends cannot be neighbours but at the ends.
    for pair in sorted.windows(2) {
        let [a, b] = pair else { continue };
        if b.low == -FAR || a.low == b.low && a.high == b.high {
            return Err("两档的范围相同，次序定不下来".to_owned());
        }
        let close = |x: f64, y: f64| (x - y).abs() < 1e-12;
        if a.high == FAR {
            // Only lower ends are said: each band goes up to the next.
            bounds.push((b.low, b.low_in != Some(false)));
            continue;
        }
        if close(a.high, b.low) {
            match (a.high_in, b.low_in) {
                // 「3天以内扣2分，3天以上扣5分」: the better one, which says that it belongs.
                (Some(true), Some(true)) => {
                    let upper = worth(b.got) >= worth(a.got);
                    let side = if upper { "高" } else { "低" };
                    doubts.push(format!("{} 写在两档里：归{side}的一档", shown(b.low)));
                    bounds.push((b.low, upper));
                }
                (None, None) if a.low != -FAR => {
                    loose.push(b.low);
                    bounds.push((b.low, true));
                }
                (Some(false), Some(false)) => {
                    doubts.push(format!("{} 不在任何一档：归高的一档，请核对", shown(b.low)));
                    bounds.push((b.low, true));
                }
                (Some(true), Some(false)) => bounds.push((b.low, false)),
                // 「≤3%」 says whose the bound is, whatever the range beside it.
                (Some(true), None) => bounds.push((b.low, false)),
                (None, Some(true)) => {
                    loose.push(b.low);
                    bounds.push((b.low, true));
                }
                (None, Some(false)) => bounds.push((b.low, false)),
                _ => bounds.push((b.low, true)),
            }
        } else if a.high > b.low {
            doubts.push(format!("{} 写在两档里：归高的一档", shown(b.low)));
            bounds.push((b.low, b.low_in != Some(false)));
        } else {
            let gap = b.low - a.high;
            if counted && gap <= 1.0 + 1e-9 {
                bounds.push((b.low, true));
            } else if gap > step * 1.001 {
                let at = shown((b.low + a.high) / 2.0);
                doubts.push(format!("{at} 不在任何一档：归低的一档，请核对"));
                bounds.push((b.low, b.low_in != Some(false)));
            } else {
                choices.push(format!("{} 与 {} 之间归低的一档", shown(a.high), shown(b.low)));
                bounds.push((b.low, b.low_in != Some(false)));
            }
        }
    }
    // Below the lowest.
    let Some(lowest) = order.first().copied() else { return Err("没有分档".to_owned()) };
    let mut otherwise = None;
    if lowest.low == -FAR {
        otherwise = Some(worth(lowest.got));
        order.remove(0);
    } else if lowest.low <= 0.0 && lowest.low_in != Some(false) && !share {
        bounds.insert(0, (lowest.low, true));
    } else {
        bounds.insert(0, (lowest.low, lowest.low_in != Some(false)));
    }
    let mut values: Vec<f64> = order.iter().map(|b| worth(b.got)).collect();
    if let Some(highest) = sorted.last().filter(|b| b.high != FAR) {
        let high = shown(highest.high);
        match rest {
            Some(rest) if counted || highest.high_in.is_some() => {
                bounds.push((
                    if counted { highest.high + 1.0 } else { highest.high },
                    counted || highest.high_in == Some(false),
                ));
                values.push(rest);
            }
            Some(_) => {}
            None if lowest.low == -FAR
                && highest.high_in == Some(true)
                && sorted.len() >= 2
                && worth(highest.got) < worth(lowest.got) =>
            {
                choices.push(format!("{high} 以上没有说：同最高一档"));
            }
            None => choices.push(format!("{high} 以上没有说：同最高一档")),
        }
    }
    let mut bottom = otherwise.unwrap_or(0.0);
    let worst = order.last().map_or(0.0, |b| worth(b.got));
    let best = order.first().map_or(0.0, |b| worth(b.got));
    if otherwise.is_none() && rest.is_none() && !taken && best > worst && lowest.low > 0.0 {
        // 「1次得8分，2次得5分，3次以上0分」: none at all is not worth nothing.
        bottom = worth(Got::Full);
        doubts.push(format!("低于 {} 的没有说：按满分，请核对", shown(lowest.low)));
    } else if otherwise.is_none() {
        match rest {
            Some(rest) if sorted.last().is_none_or(|b| b.high == FAR) => bottom = rest,
            _ if taken => {}
            _ if lowest.low <= 0.0 => {}
            _ => choices.push("最低一档以下没有说：得 0 分".to_owned()),
        }
    }
    if counted {
        // Counts are whole: above 3 is from 4 on.
        for bound in bounds.iter_mut().filter(|b| !b.1) {
            *bound = (bound.0 + 1.0, true);
        }
    }
    if bounds.windows(2).any(|p| matches!(p, [a, b] if a.0 >= b.0)) {
        return Err("各档的次序定不下来".to_owned());
    }
    let fixed: Vec<bool> = bounds.iter().filter(|b| !loose.contains(&b.0)).map(|b| b.1).collect();
    let falling =
        values.last().copied().unwrap_or(0.0) < values.first().copied().unwrap_or(0.0).max(bottom);
    let wanted = match fixed.as_slice() {
        [] => !falling,
        [first, rest @ ..] if rest.iter().all(|b| b == first) => *first,
        _ => true,
    };
    for bound in bounds.iter_mut().filter(|b| loose.contains(&b.0)) {
        let side = if wanted { "高" } else { "低" };
        doubts.push(format!("{} 写在两档里：归{side}的一档", shown(bound.0)));
        bound.1 = wanted;
    }
    Ok(Ordered { bounds, values, bottom, choices, doubts })
}
