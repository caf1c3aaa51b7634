//! A span of days that a form is of: 2026-09-26至2026-10-25. It moves on by whole months, spelt as it was.

use crate::form::{Month, Period};
use chrono::{Datelike, Months, NaiveDate};
use std::ops::Range;

/// Longest span that is a form's own: beyond, a quarter and a contract are of other lengths.
const LONGEST: i64 = 31;

/// A span of days in a text.
pub(super) struct Days {
    first: Date,
    last: Date,
    /// The month that it is of, perhaps without its year.
    of: Period,
    /// Behind it.
    pub(super) end: usize,
}

/// A date, and where its numbers stand.
struct Date {
    year: Option<Range<usize>>,
    month: Option<Range<usize>>,
    day: Range<usize>,
}

impl Days {
    /// The span that begins at a place: `2026年9月26日至10月25日`, `2026-10-01~2026-10-31`, `10月1日-31日`.
    pub(super) fn at(plain: &[char], start: usize) -> Option<Self> {
        let before = start.checked_sub(1).and_then(|at| plain.get(at));
        if before.is_some_and(|c| c.is_ascii_digit() || "年月-/.".contains(*c)) {
            return None;
        }
        let (first, end) = date(plain, start).filter(|(first, _)| first.month.is_some())?;
        // 1.5-2.5 are no days.
        if first.year.is_none() && !plain.get(start..end)?.contains(&'月') {
            return None;
        }
        let behind = skip(plain, end, "（(含)）起 ");
        let next = skip(plain, behind, "至到-~～—–〜 ");
        let signs = plain.get(behind..next)?;
        if signs.iter().all(|c| *c == ' ') {
            return None;
        }
        let (last, end) = date(plain, next)?;
        let of = of(plain, &first, &last)?;
        Some(Self { first, last, of, end })
    }

    /// Its month, in a year that is near where it names none.
    pub(super) fn month(&self, near: Month) -> Month {
        Month { year: self.of.year.unwrap_or(near.year), month: self.of.month }
    }

    /// The span of the `old` month as another's, spelt as it was; `None` where it cannot be told.
    pub(super) fn moved(
        &self,
        plain: &[char],
        chars: &[char],
        start: usize,
        old: Month,
        month: Month,
    ) -> Option<String> {
        let year = match (&self.first.year, self.of.year) {
            (Some(at), _) => i32::try_from(number(plain, at)?).ok()?,
            // 12月26日至1月25日 is January's.
            (None, _) => {
                let begins = number(plain, self.first.month.as_ref()?)?;
                if begins > old.month { old.year - 1 } else { old.year }
            }
        };
        let (first, last) = self.dates(plain, year)?;
        let by = (month.year - old.year) * 12 + month.month.cast_signed() - old.month.cast_signed();
        let (new_first, new_last) = moved(first, last, by)?;
        let mut pieces: Vec<(&Range<usize>, u32)> = Vec::new();
        for (date, day) in [(&self.first, new_first), (&self.last, new_last)] {
            pieces.extend(date.year.as_ref().map(|at| (at, day.year().unsigned_abs())));
            pieces.extend(date.month.as_ref().map(|at| (at, day.month())));
            pieces.push((&date.day, day.day()));
        }
        let short = |at: &&Range<usize>| at.len() < 3;
        let numbers = || pieces.iter().map(|(at, _)| *at).filter(short);
        let zero = |at: &Range<usize>| plain.get(at.start) == Some(&'0');
        let named = plain.get(start..self.end)?.contains(&'月');
        let padded = numbers().all(|at| at.len() == 2) && (numbers().any(zero) || !named);
        let mut out = String::new();
        let mut from = start;
        for (at, new) in pieces {
            out.extend(chars.get(from..at.start)?);
            match padded && at.len() < 3 {
                true => out.push_str(&format!("{new:02}")),
                false => out.push_str(&new.to_string()),
            }
            from = at.end;
        }
        out.extend(chars.get(from..self.end)?);
        Some(out)
    }

    /// The first and the last day.
    fn dates(&self, plain: &[char], year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let begins = number(plain, self.first.month.as_ref()?)?;
        let first = NaiveDate::from_ymd_opt(year, begins, number(plain, &self.first.day)?)?;
        let ends = self.last.month.as_ref().map_or(Some(begins), |at| number(plain, at))?;
        let own = self.last.year.as_ref().map(|at| number(plain, at));
        let year = match own {
            Some(year) => i32::try_from(year?).ok()?,
            None if ends < begins => year + 1,
            None => year,
        };
        let last = NaiveDate::from_ymd_opt(year, ends, number(plain, &self.last.day)?)?;
        (first <= last).then_some((first, last))
    }
}

/// The month that a span is of, as a form's own is read.
fn of(plain: &[char], first: &Date, last: &Date) -> Option<Period> {
    let begins = number(plain, first.month.as_ref()?)?;
    let said = |date: &Date| {
        let year = date.year.as_ref().map(|at| number(plain, at));
        let year = year.flatten().map_or(String::new(), |year| format!("{year}年"));
        let month = date.month.as_ref().and_then(|at| number(plain, at)).unwrap_or(begins);
        Some(format!("{year}{month}月{}日", number(plain, &date.day)?))
    };
    let text = format!("{}至{}", said(first)?, said(last)?);
    match first.year {
        Some(_) => crate::form::parse_month(&text).map(Period::from),
        None => Period::named(&text).or(Some(Period { year: None, month: begins })),
    }
}

/// A span of days moved on by months: whole months stay whole, other days keep their numbers.
pub(super) fn moved(first: NaiveDate, last: NaiveDate, by: i32) -> Option<(NaiveDate, NaiveDate)> {
    let shifted = |day: NaiveDate| match u32::try_from(by) {
        Ok(on) => day.checked_add_months(Months::new(on)),
        Err(_) => day.checked_sub_months(Months::new(by.unsigned_abs())),
    };
    let whole = first.day() == 1 && last.succ_opt()?.day() == 1;
    if whole {
        let count = (last.year() - first.year()) * 12 + last.month().cast_signed()
            - first.month().cast_signed()
            + 1;
        // Of a quarter only the same months of a quarter are told.
        let first = shifted(first).filter(|_| by % count == 0)?;
        let next = first.checked_add_months(Months::new(count.unsigned_abs()))?;
        return Some((first, next.pred_opt()?));
    }
    let exact = |day: NaiveDate| shifted(day).filter(|new| new.day() == day.day());
    ((last - first).num_days() < LONGEST).then_some((exact(first)?, exact(last)?))
}

/// The date that begins at a place, and what is behind it: with a year, without one, or a day alone.
fn date(plain: &[char], start: usize) -> Option<(Date, usize)> {
    let one = digits(plain, start)?;
    // 20260926
    if one.len() == 8 {
        let (month, day) = (one.start + 4, one.start + 6);
        let year = Some(one.start..month);
        return Some((Date { year, month: Some(month..day), day: day..one.end }, one.end));
    }
    let (sign, next) = sign(plain, one.end);
    let days = |at: usize| match self::sign(plain, at) {
        (Some('日' | '号'), _) => skip(plain, skip(plain, at, " \u{3000}"), "日号"),
        _ => at,
    };
    match (one.len(), sign) {
        (4, Some('年' | '-' | '/' | '.')) => {
            let month = digits(plain, next).filter(|at| at.len() < 3)?;
            let (sign, next) = self::sign(plain, month.end);
            sign.filter(|c| "月-/.".contains(*c))?;
            let day = digits(plain, next).filter(|at| at.len() < 3)?;
            let end = days(day.end);
            Some((Date { year: Some(one), month: Some(month), day }, end))
        }
        (1 | 2, Some('月')) => {
            let day = digits(plain, next).filter(|at| at.len() < 3)?;
            let end = days(day.end);
            Some((Date { year: None, month: Some(one), day }, end))
        }
        // 2026-10-01~10-31 and 10.1-10.31 behind a year.
        (1 | 2, Some('-' | '/' | '.')) if digits(plain, next).is_some_and(|at| at.len() < 3) => {
            let day = digits(plain, next)?;
            let end = days(day.end);
            Some((Date { year: None, month: Some(one), day }, end))
        }
        (1 | 2, Some('日' | '号')) => {
            let end = next;
            Some((Date { year: None, month: None, day: one }, end))
        }
        _ => None,
    }
}

/// The sign at a place, blanks before and behind it passed over.
fn sign(plain: &[char], at: usize) -> (Option<char>, usize) {
    let from = skip(plain, at, " \u{3000}");
    match plain.get(from) {
        Some(c) => (Some(*c), skip(plain, from + 1, " \u{3000}")),
        None => (None, from),
    }
}

fn skip(plain: &[char], from: usize, signs: &str) -> usize {
    from + plain.iter().skip(from).take_while(|c| signs.contains(**c)).count()
}

fn digits(plain: &[char], from: usize) -> Option<Range<usize>> {
    let count = plain.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    ((1..5).contains(&count) || count == 8).then_some(from..from + count)
}

fn number(plain: &[char], at: &Range<usize>) -> Option<u32> {
    plain.get(at.clone())?.iter().collect::<String>().parse().ok()
}
