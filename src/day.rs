//! Days as Excel counts them: 2026-10-01 is 46296.

use serde::{Deserialize, Deserializer};

/// A day of the calendar, 1900-03-01 or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(chrono::NaiveDate);

impl Day {
    /// Reads `2026-10-01`, `2026/10/1`, `2026.10.1`, `2026年10月1日` and `20261001`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if let Some(day) = Self::of_digits(text) {
            return Some(day);
        }
        let plain: String = text
            .trim_end_matches(['日', '号'])
            .chars()
            .map(|c| if matches!(c, '/' | '.' | '年' | '月') { '-' } else { c })
            .collect();
        let mut parts = plain.split('-').map(str::trim);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        let date = chrono::NaiveDate::from_ymd_opt(
            year.parse().ok()?,
            month.parse().ok()?,
            day.parse().ok()?,
        )?;
        (date >= chrono::NaiveDate::from_ymd_opt(1900, 3, 1)?).then_some(Self(date))
    }

    /// The month, where it is named, and the day of a text without a year: `10月12日`, `12日`, `10/12`.
    pub fn without_year(text: &str) -> Option<(Option<u32>, u32)> {
        let text = text.trim();
        let bare = text.strip_suffix(['日', '号']);
        let parts = match bare {
            Some(bare) => bare.split_once('月').map_or((None, bare), |(m, d)| (Some(m), d)),
            None => text.split_once(['/', '-']).map(|(m, d)| (Some(m), d))?,
        };
        let in_range = |number: &str, most: u32| {
            number.trim().parse::<u32>().ok().filter(|number| (1..=most).contains(number))
        };
        let day = in_range(parts.1, 31)?;
        match parts.0 {
            None => Some((None, day)),
            Some(month) => Some((Some(in_range(month, 12)?), day)),
        }
    }

    /// `20261001`, of the years 1990 to 2099.
    fn of_digits(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits: u32 = text.parse().ok()?;
        let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
        let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        (1990..2100).contains(&year).then_some(Self(date))
    }

    /// The day that a number in a date's cell stands for: a serial of the years 1990 to 2099, with or
    /// without a date's format, or the digits of `20261001`. A smaller one (9.3 of `9.30`) is none.
    pub fn from_number(number: f64) -> Option<Self> {
        /// 1990-01-01 and 2100-01-01.
        const YEARS: std::ops::Range<f64> = 32_874.0..73_051.0;
        match YEARS.contains(&number) {
            true => Self::from_serial(number),
            false => Self::of_digits(&number.to_string()),
        }
    }

    /// The day of a serial number, 1900-03-01 to 9999-12-31; a time of day is dropped.
    pub fn from_serial(serial: f64) -> Option<Self> {
        let serial = Some(serial.floor()).filter(|day| (61.0..=2_958_465.0).contains(day))?;
        epoch().checked_add_days(chrono::Days::new(serial as u64)).map(Self)
    }

    /// Excel's serial number (1900 system).
    pub fn serial(self) -> f64 {
        (self.0 - epoch()).num_days() as f64
    }

    /// Monday to Friday.
    pub fn is_weekday(self) -> bool {
        use chrono::Datelike;
        self.0.weekday().num_days_from_monday() < 5
    }
}

/// Day 0, as Excel counts from March 1900 on.
fn epoch() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default()
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // chrono's own format of a date is ISO 8601.
        write!(f, "{:?}", self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Text, or a TOML date.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Text(String),
            Toml(toml::value::Datetime),
        }
        let text = match Raw::deserialize(deserializer)? {
            Raw::Text(text) => text,
            Raw::Toml(date) => date.to_string(),
        };
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no date as 2026-10-01")))
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "A day, as 2026-10-01" })
    }
}

/// Weekdays from one serial day to another, both included, without holidays: NETWORKDAYS.
pub fn workdays(from: f64, to: f64, holidays: &[f64]) -> f64 {
    let (from, to) = (from.floor(), to.floor());
    if from > to {
        return -workdays(to, from, holidays);
    }
    // Full weeks hold five; serial 0 (1899-12-30) was a Saturday.
    let upto = |day: f64| 5.0 * (day / 7.0).floor() + (day.rem_euclid(7.0) - 1.0).max(0.0);
    let mut off: Vec<f64> = holidays
        .iter()
        .copied()
        .filter(|day| (from..=to).contains(day) && day.rem_euclid(7.0) >= 2.0)
        .collect();
    off.sort_by(f64::total_cmp);
    off.dedup();
    upto(to) - upto(from - 1.0) - off.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> f64 {
        Day::parse(text).unwrap().serial()
    }

    #[test]
    fn serials_are_excels() {
        // Known serials: 2000-01-01 is 36526, 1900-03-01 is 61.
        assert_eq!((day("2000-01-01"), day("1900/3/1")), (36_526.0, 61.0));
        assert_eq!(day("2026年10月1日"), day("2026-10-01"));
        assert_eq!(day("20261001"), day("2026-10-01"));
        for text in [
            "2026-02-30",
            "26-1-1",
            "2026-1",
            "1900-01-01",
            "十月一日",
            "20261301",
            "+2026101",
            "9.30",
        ] {
            assert!(Day::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_number_is_a_day_of_this_century_or_none() {
        let of = |number: f64| Day::from_number(number).map(|day| day.to_string());
        // 46296 is 2026-10-01, as in this file's head.
        for number in [46_296.0, 46_296.75, 20_261_001.0] {
            assert_eq!(of(number).as_deref(), Some("2026-10-01"), "{number}");
        }
        assert_eq!(of(32_874.0).as_deref(), Some("1990-01-01"));
        assert_eq!(of(73_050.0).as_deref(), Some("2099-12-31"));
        for number in
            [9.3, 10.8, 0.0, -1.0, 2026.1, 202_610.0, 20_261_301.0, 20_261_001.5, 73_051.0]
        {
            assert_eq!(of(number), None, "{number}");
        }
    }

    #[test]
    fn workdays_by_counting_them_one_by_one() {
        let start = day("2026-09-25");
        let off = [day("2026-10-01"), day("2026-10-02"), day("2026-10-03")];
        for length in 0..40 {
            let end = start + f64::from(length);
            let mut count = 0.0;
            for step in 0..=length {
                let at = start + f64::from(step);
                if Day::from_serial(at).unwrap().is_weekday() && !off.contains(&at) {
                    count += 1.0;
                }
            }
            assert_eq!(workdays(start, end, &off), count, "{length}");
        }
        assert_eq!(workdays(start + 1.0, start, &[]), -1.0, "Saturday back to Friday");
    }
}
