//! The bounds between bands in order, and what is worth what between them.

use super::worth::Worth;
use super::{Band, FAR, Got};
use crate::criteria::language::Number;
use crate::criteria::stream::{is_mean, show};

/// What the bands' bounds are.
pub(super) struct Unit {
    /// Shares, 1 is 100 %.
    pub(super) share: bool,
    /// Whole counts.
    pub(super) counted: bool,
}

impl Unit {
    /// The unit of bands of what is called so.
    pub(super) fn new(unit: &str, name: &str) -> Self {
        let number =
            Number { value: 0.0, unit: unit.to_owned(), times: 1.0, ordinal: false, worded: false };
        // A mean of days is no whole number.
        Self { share: number.is_share(), counted: number.is_count() && !is_mean(name) }
    }
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

impl Ordered {
    /// Whether each bound belongs to the band above it.
    pub(super) fn upper(&self) -> bool {
        self.bounds.iter().all(|(_, upper)| *upper)
    }

    /// Whether each bound belongs to the band below it.
    pub(super) fn lower(&self) -> bool {
        self.bounds.iter().all(|(_, upper)| !*upper)
    }

    /// Whether more is better.
    pub(super) fn rises(&self) -> bool {
        self.values.last().is_some_and(|top| *top > self.bottom)
    }
}

/// Orders bands; an error says in words why they have no order.
pub(super) fn order(bands: &[Band], worth: &Worth, unit: &Unit) -> Result<Ordered, String> {
    let mut sorted: Vec<&Band> = bands.iter().filter(|b| !b.rest).collect();
    sorted.sort_by(|a, b| a.low.total_cmp(&b.low).then(a.high.total_cmp(&b.high)));
    let rest = bands.iter().find(|b| b.rest).map(|b| worth.of(b.got));
    let mut line = Line::new(worth, unit, rest);
    line.between(&sorted)?;
    let (Some(lowest), Some(highest)) = (sorted.first(), sorted.last()) else {
        return Err("没有分档".to_owned());
    };
    let open = lowest.low == -FAR;
    if !open {
        line.bounds.insert(0, (lowest.low, lowest.low_in != Some(false)));
    }
    let mut values: Vec<f64> =
        sorted.iter().skip(usize::from(open)).map(|b| worth.of(b.got)).collect();
    values.extend(line.above(highest));
    let bottom = if open { worth.of(lowest.got) } else { line.below(lowest, highest) };
    if unit.counted {
        // Counts are whole: above 3 is from 4 on.
        for bound in line.bounds.iter_mut().filter(|b| !b.1) {
            *bound = (bound.0 + 1.0, true);
        }
    }
    if line.bounds.windows(2).any(|p| matches!(p, [a, b] if a.0 >= b.0)) {
        return Err("各档的次序定不下来".to_owned());
    }
    let (first, last) = (values.first().copied(), values.last().copied());
    line.settle(last.unwrap_or(0.0) < first.unwrap_or(0.0).max(bottom));
    let Line { bounds, choices, doubts, .. } = line;
    Ok(Ordered { bounds, values, bottom, choices, doubts })
}

/// Bands in a line while their bounds are found.
struct Line<'a> {
    worth: &'a Worth,
    unit: &'a Unit,
    /// What all values outside the bands are worth, where the words say it.
    rest: Option<f64>,
    /// Whether each bound between two bands belongs to the upper one.
    bounds: Vec<(f64, bool)>,
    /// Bounds that stand in two bands, as 5 % of 「3%-5%，5%-8%」: taken as the other bounds are.
    loose: Vec<f64>,
    choices: Vec<String>,
    doubts: Vec<String>,
}

impl<'a> Line<'a> {
    fn new(worth: &'a Worth, unit: &'a Unit, rest: Option<f64>) -> Self {
        let (choices, doubts) = (Vec::new(), Vec::new());
        Self { worth, unit, rest, bounds: Vec::new(), loose: Vec::new(), choices, doubts }
    }

    /// A bound as a person writes it.
    fn shown(&self, bound: f64) -> String {
        if self.unit.share { format!("{} %", show(bound * 100.0)) } else { show(bound) }
    }

    /// Finds the bounds between neighbours.
    fn between(&mut self, sorted: &[&Band]) -> Result<(), String> {
        for pair in sorted.windows(2) {
            let [a, b] = pair else { continue };
            // Two open ends cannot be neighbours but at the ends.
            if b.low == -FAR || a.low == b.low && a.high == b.high {
                return Err("两档的范围相同，次序定不下来".to_owned());
            }
            let upper = self.neighbours(a, b);
            self.bounds.push((b.low, upper));
        }
        Ok(())
    }

    /// Whether the bound between two neighbours belongs to the upper one.
    fn neighbours(&mut self, a: &Band, b: &Band) -> bool {
        let said = b.low_in != Some(false);
        // Only lower ends are said: each band goes up to the next.
        if a.high == FAR {
            return said;
        }
        if (a.high - b.low).abs() < 1e-12 {
            return self.touching(a, b);
        }
        if a.high > b.low {
            self.doubts.push(format!("{} 写在两档里：归高的一档", self.shown(b.low)));
            return said;
        }
        let gap = b.low - a.high;
        if self.unit.counted && gap <= 1.0 + 1e-9 {
            return true;
        }
        // A lower bound that says nothing of its end: 「100%得10分，90%得8分」.
        let step = if self.unit.share { 0.01 } else { 1.0 };
        if gap > step * 1.001 {
            let at = self.shown((b.low + a.high) / 2.0);
            self.doubts.push(format!("{at} 不在任何一档：归低的一档，请核对"));
        } else {
            let (from, to) = (self.shown(a.high), self.shown(b.low));
            self.choices.push(format!("{from} 与 {to} 之间归低的一档"));
        }
        said
    }

    /// Whether a bound that ends one band and begins the next belongs to the upper one.
    fn touching(&mut self, a: &Band, b: &Band) -> bool {
        match (a.high_in, b.low_in) {
            // 「3天以内扣2分，3天以上扣5分」: the better one, which says that it belongs.
            (Some(true), Some(true)) => {
                let upper = self.worth.of(b.got) >= self.worth.of(a.got);
                self.in_two(b.low, upper);
                upper
            }
            (Some(false), Some(false)) => {
                let at = self.shown(b.low);
                self.doubts.push(format!("{at} 不在任何一档：归高的一档，请核对"));
                true
            }
            // 「≤3%」 says whose the bound is, whatever the range beside it.
            (Some(true), _) | (None, Some(false)) => false,
            (None, None) if a.low == -FAR => true,
            (None, _) => {
                self.loose.push(b.low);
                true
            }
            (Some(false), _) => true,
        }
    }

    /// Doubts a bound that stands in two bands.
    fn in_two(&mut self, bound: f64, upper: bool) {
        let side = if upper { "高" } else { "低" };
        self.doubts.push(format!("{} 写在两档里：归{side}的一档", self.shown(bound)));
    }

    /// What is above the highest band, where it has an end: the rest, from a bound of its own.
    fn above(&mut self, highest: &Band) -> Option<f64> {
        if highest.high == FAR {
            return None;
        }
        if self.rest.is_none() {
            self.choices.push(format!("{} 以上没有说：同最高一档", self.shown(highest.high)));
        }
        let counted = self.unit.counted;
        let rest = self.rest.filter(|_| counted || highest.high_in.is_some())?;
        let bound = if counted { highest.high + 1.0 } else { highest.high };
        self.bounds.push((bound, counted || highest.high_in == Some(false)));
        Some(rest)
    }

    /// What is below the lowest band, which has an end.
    fn below(&mut self, lowest: &Band, highest: &Band) -> f64 {
        let unsaid = !self.worth.taken && lowest.low > 0.0;
        match self.rest {
            // 「1次得8分，2次得5分，3次以上0分」: none at all is not worth nothing.
            None if unsaid && self.worth.of(lowest.got) > self.worth.of(highest.got) => {
                let at = self.shown(lowest.low);
                self.doubts.push(format!("低于 {at} 的没有说：按满分，请核对"));
                self.worth.of(Got::Full)
            }
            Some(rest) if highest.high == FAR => rest,
            _ => {
                if unsaid {
                    self.choices.push("最低一档以下没有说：得 0 分".to_owned());
                }
                0.0
            }
        }
    }

    /// Gives the loose bounds to the side that the others are on, else to the better one.
    fn settle(&mut self, falling: bool) {
        let loose = std::mem::take(&mut self.loose);
        let mut fixed = self.bounds.iter().filter(|b| !loose.contains(&b.0)).map(|b| b.1);
        let upper = match fixed.next() {
            None => !falling,
            Some(first) => first || fixed.any(|upper| upper != first),
        };
        let mut bounds = std::mem::take(&mut self.bounds);
        for bound in bounds.iter_mut().filter(|b| loose.contains(&b.0)) {
            bound.1 = upper;
            self.in_two(bound.0, upper);
        }
        self.bounds = bounds;
    }
}
