//! Numbers among the tokens, and what only looks like one: dates, times of day, digits in names.

use super::{Place, Read, Token, counted, simple};
use crate::criteria::language::{self, Number, Plain};

impl Place<'_> {
    /// A number of a rule. No points are `Z` behind a bound; a date, a ratio and a digit of a name are
    /// words.
    pub(super) fn number(&self) -> Option<Read> {
        let after_verb = self.last().is_some_and(|t| !matches!(t.kind, b'w' | b',' | b';' | b'#'));
        let (number, used) = language::number(self.plain, self.at, after_verb)?;
        let figure = Figure { place: self, number: &number, used };
        if let Some(read) = figure.counted_as_none().or_else(|| figure.ratio()) {
            return Some(read);
        }
        let none = number.value == 0.0 && matches!(number.unit.as_str(), "分" | "");
        Some(if none && figure.is_score() {
            simple(b'Z', used)
        } else if figure.is_date() || figure.is_of_a_name() {
            simple(b'w', used)
        } else {
            counted(b'n', used, number)
        })
    }

    /// An interval in brackets, `[90,100)`.
    pub(super) fn interval(&self) -> Option<Read> {
        let (plain, open) = (self.plain, self.char());
        if !matches!(open, '[' | '(') {
            return None;
        }
        let (low, used) = self.number_behind(1)?;
        let mut next = self.at + 1 + used;
        if !matches!(plain.get(next), ',' | '，' | '~' | '-') {
            return None;
        }
        next += 1;
        let (high, used) = language::number(plain, next, true)?;
        next += used;
        let close = plain.get(next);
        if !matches!(close, ']' | ')') || (open == '(' && close == ')') {
            return None;
        }
        let low = if low.unit.is_empty() { Number { unit: high.unit.clone(), ..low } } else { low };
        let upto = Some((high, open == '[', close == ']'));
        Some((b'r', next + 1 - self.at, Some(low), upto))
    }

    /// A time of day.
    pub(super) fn clock(&self) -> Option<Read> {
        clock(self.plain, self.at).map(|used| simple(b'w', used))
    }
}

/// A number at its place.
struct Figure<'a> {
    place: &'a Place<'a>,
    number: &'a Number,
    used: usize,
}

impl Figure<'_> {
    /// Whether a word stands right behind.
    fn precedes(&self, word: &str) -> bool {
        self.place.plain.starts(self.place.at + self.used, word)
    }

    /// The character right before.
    fn before(&self) -> char {
        self.place.plain.get(self.place.at.wrapping_sub(1))
    }

    /// 按0分计.
    fn counted_as_none(&self) -> Option<Read> {
        let word = ["计算", "处理", "计"].into_iter().find(|word| self.precedes(word))?;
        let none = self.number.value == 0.0 && self.number.unit == "分" && self.before() == '按';
        none.then(|| simple(b'Z', self.used + word.chars().count()))
    }

    /// 「投入产出比1:3」 is one figure, and none that can be compared.
    fn ratio(&self) -> Option<Read> {
        let place = self.place;
        let ratio = self.number.unit.is_empty()
            && place.behind(self.used) == ':'
            && place.behind(self.used + 1).is_ascii_digit()
            && ["比", "比例", "比值", "比为"].iter().any(|word| place.follows(word));
        let second = || place.number_behind(self.used + 1).map_or(0, |(_, more)| more);
        ratio.then(|| simple(b'w', self.used + 1 + second()))
    }

    /// Whether it is what something gets: 「3起及以上0分」, 「该项0分」.
    fn is_score(&self) -> bool {
        let place = self.place;
        let own = ["本项", "该项", "此项", "考核", "项目"];
        place.touching().is_some_and(|t| b"ghlkv".contains(&t.kind))
            || own.iter().any(|word| place.follows(word)) && !place.starts("0分起")
            // 「低于90%，0分」.
            || self.number.unit == "分" && behind_bound(place.before)
    }

    /// A digit in a name, as 5S.
    fn is_of_a_name(&self) -> bool {
        self.number.unit.is_empty() && self.place.behind(self.used).is_ascii_alphabetic()
            || self.before().is_ascii_alphabetic()
    }

    /// A date or a part of one: no figure of a rule.
    fn is_date(&self) -> bool {
        if self.place.behind(self.used) == ':' {
            return false;
        }
        let due = ["前", "之前", "以前", "内前", "上午", "下午", "中午"];
        let parts = ["月", "号", "点前", "年", "季度"];
        self.is_day() && due.iter().any(|word| self.precedes(word))
            || self.is_day_of_month()
            || self.number.unit.is_empty()
                && parts.iter().any(|word| self.precedes(word))
                && !self.precedes("月以")
    }

    /// Whether its unit is 日.
    fn is_day(&self) -> bool {
        self.number.unit == "天" && self.place.behind(self.used - 1) == '日'
    }

    /// Whether a number of 日 is a day of the month: 「15日前完成，晚于20日不得分」.
    fn is_day_of_month(&self) -> bool {
        if !self.is_day() || self.number.value > 31.0 {
            return false;
        }
        let (plain, at) = (self.place.plain, self.place.at);
        let follows = |words: &[&str]| words.iter().any(|word| self.place.follows(word));
        if follows(&["晚于", "迟于", "早于", "晚过"]) {
            return true;
        }
        // 「超过20日」 is one only where a day of the month is what counts.
        let due = (0..at).any(|i| {
            plain.get(i) == '日' && plain.get(i.wrapping_sub(1)).is_ascii_digit() && {
                ["前", "之前", "以前"].iter().any(|w| plain.starts(i + 1, w))
            }
        });
        let behind = ["以后", "之后", "后", "仍"].iter().any(|word| self.precedes(word));
        due && (behind || follows(&["超过", "到", "至", "过"]))
    }
}

/// How many characters a time of day takes: 9:00, 18:30, 9点30分, 8点半; `None` for anything else.
fn clock(plain: &Plain, at: usize) -> Option<usize> {
    if plain.get(at.wrapping_sub(1)).is_ascii_digit() || plain.get(at.wrapping_sub(1)) == '.' {
        return None;
    }
    let digits =
        |from: usize| (from..from + 3).take_while(|i| plain.get(*i).is_ascii_digit()).count();
    let value = |from: usize, count: usize| plain.slice(from, from + count).parse::<u32>().ok();
    let hours = digits(at);
    if !(1..=2).contains(&hours) || value(at, hours)? > 24 {
        return None;
    }
    let mark = at + hours;
    // 8:30-17:30 is one.
    let ranged = |end: usize| {
        let to = ['-', '~', '至', '到'].contains(&plain.get(end));
        end - at + if to { clock(plain, end + 1).map_or(0, |used| used + 1) } else { 0 }
    };
    let minutes = digits(mark + 1);
    let two = minutes == 2 && value(mark + 1, 2)? < 60;
    let end = mark + 1 + minutes;
    match plain.get(mark) {
        language::CLOCK => Some(ranged(end + usize::from(plain.get(end) == '分'))),
        '点' if (two || minutes == 1) && plain.get(end) == '分' => Some(end + 1 - at),
        '点' if plain.get(mark + 1) == '半' || plain.get(mark + 1) == '整' => Some(hours + 2),
        _ => None,
    }
}

/// Whether what was read last is a bound, perhaps with a comma: 低于90%， or 3次以上：.
fn behind_bound(before: &[Token]) -> bool {
    let kinds: Vec<u8> = before.iter().rev().take(3).map(|t| t.kind).collect();
    let own = match kinds.as_slice() {
        [b',' | b':', rest @ ..] => rest,
        all => all,
    };
    // 「旷工一次，0分」.
    let count = before.iter().rev().take(2).find_map(|t| t.number.as_ref());
    if count.is_some_and(|n| n.is_count() && n.value >= 1.0)
        && matches!(kinds.as_slice(), [b',' | b':', b'n', b'w', ..])
    {
        return true;
    }
    matches!(
        own,
        [b'g' | b'h' | b'l' | b'k' | b'v', b'n', ..] | [b'n', b'<' | b'>' | b'G' | b'K', ..]
    )
}
