//! A company's own month: 9月26日至10月25日 is October's.

use super::{Month, Period};

/// Signs between the first day and the last.
const TO: [char; 7] = ['至', '到', '-', '~', '—', '–', '〜'];

/// The month of a text, as it is compared, that names the days from the second half of one month to the
/// day before in the next: a shorter span is a deadline's, a longer one a contract's.
pub(super) fn month(key: &str) -> Option<Period> {
    if !key.contains(TO) {
        return None;
    }
    let mut before = ' ';
    for (at, c) in key.char_indices() {
        let last = std::mem::replace(&mut before, c);
        // Within a date no other begins.
        if !c.is_ascii_digit() || last.is_ascii_digit() || "年月-/.".contains(last) {
            continue;
        }
        let Some((first, rest)) = day(key.get(at..)?) else { continue };
        let rest = rest.trim_start_matches("(含)").trim_start_matches('起');
        let tail = rest.trim_start_matches(TO);
        let Some((last, _)) = day(tail).filter(|_| tail.len() < rest.len()) else { continue };
        let next = first.month % 12 + 1 == last.month;
        let years = first.year.zip(last.year).map(|(first, last)| last - first);
        let one = years.is_none_or(|years| years == i32::from(last.month == 1));
        if next && one && first.day > 15 && last.day + 1 == first.day {
            let after = |year: i32| if last.month == 1 { year + 1 } else { year };
            let year = last.year.or_else(|| first.year.map(after));
            return Some(Period { year, month: last.month });
        }
    }
    None
}

/// A day of the calendar, perhaps without its year.
struct Named {
    year: Option<i32>,
    month: u32,
    day: u32,
}

/// The day with which a text begins: `2026年9月26日`, `9月26日`, `2026-09-26`, `2026.9.26`; and what follows.
fn day(text: &str) -> Option<(Named, &str)> {
    let (first, rest) = number(text)?;
    let (year, month, rest) = match rest.chars().next()? {
        '月' => (None, first, rest),
        '年' | '-' | '/' | '.' if (1990..2200).contains(&first) => {
            let (month, after) = number(rest.get(rest.chars().next()?.len_utf8()..)?)?;
            (i32::try_from(first).ok(), month, after)
        }
        _ => return None,
    };
    let sign = rest.chars().next().filter(|c| matches!(c, '月' | '-' | '/' | '.'))?;
    let (day, rest) = number(rest.get(sign.len_utf8()..)?)?;
    let real = Month::new(year.unwrap_or(2000), month).is_some() && (1..=31).contains(&day);
    let rest = rest.strip_prefix(['日', '号']).unwrap_or(rest);
    real.then_some((Named { year, month, day }, rest))
}

/// The number with which a text begins, and what follows.
fn number(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.strip_suffix(rest)?;
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::month;

    proptest::proptest! {
        #[test]
        fn whatever_is_read_is_a_month(key in "[0-9年月日号至到~./—月日-]{0,24}") {
            if let Some(found) = month(&key) {
                proptest::prop_assert!((1..=12).contains(&found.month), "{}", key);
            }
        }
    }
}
