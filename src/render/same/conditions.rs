//! Conditional formats.

use super::column;
use super::format::changed;
use crate::cell::Range;
use crate::workbook::looks::{Average, Condition, Limit, Rule, Stop, TextTest};
use rust_xlsxwriter::{
    Color, ConditionalFormat, ConditionalFormat2ColorScale, ConditionalFormat3ColorScale,
    ConditionalFormatAverage, ConditionalFormatAverageRule, ConditionalFormatCell,
    ConditionalFormatCellRule, ConditionalFormatDataBar, ConditionalFormatDuplicate,
    ConditionalFormatFormula, ConditionalFormatText, ConditionalFormatTextRule,
    ConditionalFormatTop, ConditionalFormatTopRule, ConditionalFormatType, ConditionalFormatValue,
    Formula, Worksheet,
};

/// Adds a conditional format with its look and its further ranges.
macro_rules! add {
    ($page:ident, $own:ident, $rule:expr) => {{
        let rule = $rule.set_format(changed(&$own.change));
        add!(bare $page, $own, rule)
    }};
    (bare $page:ident, $own:ident, $rule:expr) => {{
        let mut rule = $rule;
        if $own.ranges.len() > 1 {
            rule = rule.set_multi_range(all(&$own.ranges));
        }
        put($page, $own, &rule)
    }};
}

fn put<T>(page: &mut Worksheet, own: &Condition, rule: &T) -> bool
where
    T: ConditionalFormat + Send + Sync,
{
    let Some(range) = own.ranges.first() else { return false };
    let (a, b) = (range.start, range.end);
    page.add_conditional_format(a.row, column(a.col), b.row, column(b.col), rule).is_ok()
}

/// Writes a conditional format; whether the writer took it.
pub fn write(page: &mut Worksheet, own: &Condition) -> bool {
    match &own.rule {
        Rule::Formula(text) => {
            add!(page, own, ConditionalFormatFormula::new().set_rule(Formula::new(text)))
        }
        Rule::Compare(operator, first, second) => {
            let rule = comparison(*operator, Formula::new(first), Formula::new(second));
            rule.is_some_and(|rule| add!(page, own, ConditionalFormatCell::new().set_rule(rule)))
        }
        Rule::Text(test, words) => {
            let words = words.clone();
            let rule = match test {
                TextTest::Has => ConditionalFormatTextRule::Contains(words),
                TextTest::HasNot => ConditionalFormatTextRule::DoesNotContain(words),
                TextTest::Begins => ConditionalFormatTextRule::BeginsWith(words),
                TextTest::Ends => ConditionalFormatTextRule::EndsWith(words),
            };
            add!(page, own, ConditionalFormatText::new().set_rule(rule))
        }
        Rule::Repeated { once } => {
            let rule = ConditionalFormatDuplicate::new();
            add!(page, own, if *once { rule.invert() } else { rule })
        }
        Rule::Rank { count, percent, bottom } => {
            let rule = match (percent, bottom) {
                (false, false) => ConditionalFormatTopRule::Top(*count),
                (false, true) => ConditionalFormatTopRule::Bottom(*count),
                (true, false) => ConditionalFormatTopRule::TopPercent(*count),
                (true, true) => ConditionalFormatTopRule::BottomPercent(*count),
            };
            add!(page, own, ConditionalFormatTop::new().set_rule(rule))
        }
        Rule::Average(Average { above, equal }) => {
            let rule = match (above, equal) {
                (true, false) => ConditionalFormatAverageRule::AboveAverage,
                (true, true) => ConditionalFormatAverageRule::EqualOrAboveAverage,
                (false, false) => ConditionalFormatAverageRule::BelowAverage,
                (false, true) => ConditionalFormatAverageRule::EqualOrBelowAverage,
            };
            add!(page, own, ConditionalFormatAverage::new().set_rule(rule))
        }
        Rule::Scale(stops) => scale(page, own, stops),
        Rule::Bar { colour, least, most } => {
            let mut rule = ConditionalFormatDataBar::new().set_fill_color(Color::RGB(*colour));
            if let Some((kind, value)) = limit(least) {
                rule = rule.set_minimum(kind, value);
            }
            if let Some((kind, value)) = limit(most) {
                rule = rule.set_maximum(kind, value);
            }
            add!(bare page, own, rule)
        }
    }
}

fn comparison(
    operator: u8,
    first: Formula,
    second: Formula,
) -> Option<ConditionalFormatCellRule<Formula>> {
    Some(match operator {
        0 => ConditionalFormatCellRule::Between(first, second),
        1 => ConditionalFormatCellRule::NotBetween(first, second),
        2 => ConditionalFormatCellRule::EqualTo(first),
        3 => ConditionalFormatCellRule::NotEqualTo(first),
        4 => ConditionalFormatCellRule::GreaterThan(first),
        5 => ConditionalFormatCellRule::LessThan(first),
        6 => ConditionalFormatCellRule::GreaterThanOrEqualTo(first),
        7 => ConditionalFormatCellRule::LessThanOrEqualTo(first),
        _ => return None,
    })
}

/// A place on a scale as the writer takes it; none where it is to choose.
fn limit(own: &Limit) -> Option<(ConditionalFormatType, ConditionalFormatValue)> {
    Some(match own {
        Limit::Automatic => return None,
        Limit::Least => (ConditionalFormatType::Lowest, 0.into()),
        Limit::Most => (ConditionalFormatType::Highest, 0.into()),
        Limit::Number(number) => (ConditionalFormatType::Number, (*number).into()),
        Limit::Percent(number) => (ConditionalFormatType::Percent, (*number).into()),
        Limit::Percentile(number) => (ConditionalFormatType::Percentile, (*number).into()),
        Limit::Formula(text) => (ConditionalFormatType::Formula, Formula::new(text).into()),
    })
}

fn scale(page: &mut Worksheet, own: &Condition, stops: &[Stop]) -> bool {
    let value = |stop: &Stop| {
        limit(&stop.at).unwrap_or((ConditionalFormatType::Lowest, ConditionalFormatValue::from(0)))
    };
    // The writer's scale goes from the least value to the greatest where it is told nothing else.
    let ends = |first: &Stop, last: &Stop| first.at != Limit::Most && last.at != Limit::Least;
    match stops {
        [first, last] if ends(first, last) => {
            let ((kind, least), (kind_of_last, most)) = (value(first), value(last));
            let rule = ConditionalFormat2ColorScale::new()
                .set_minimum(kind, least)
                .set_minimum_color(Color::RGB(first.colour))
                .set_maximum(kind_of_last, most)
                .set_maximum_color(Color::RGB(last.colour));
            add!(bare page, own, rule)
        }
        [first, middle, last] if ends(first, last) => {
            if matches!(middle.at, Limit::Automatic | Limit::Least | Limit::Most) {
                return false;
            }
            let ((kind, least), (kind_of_middle, middle_value), (kind_of_last, most)) =
                (value(first), value(middle), value(last));
            let rule = ConditionalFormat3ColorScale::new()
                .set_minimum(kind, least)
                .set_minimum_color(Color::RGB(first.colour))
                .set_midpoint(kind_of_middle, middle_value)
                .set_midpoint_color(Color::RGB(middle.colour))
                .set_maximum(kind_of_last, most)
                .set_maximum_color(Color::RGB(last.colour));
            add!(bare page, own, rule)
        }
        _ => false,
    }
}

/// Ranges as a list of a rule has them.
pub fn all(ranges: &[Range]) -> String {
    ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
