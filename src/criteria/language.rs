//! The language of criteria below its words: half-width characters, paragraphs, and numbers as
//! people write them.

mod beyond;
mod rewrite;
mod same;

use unicode_normalization::UnicodeNormalization;

/// A text made comparable, every character with the place that it came from.
pub(super) struct Plain {
    /// Half-width characters without blanks. A line break that ends something is `\n`.
    pub chars: Vec<char>,
    at: Vec<usize>,
    raw: String,
}

/// What ends a line for good, where no full stop stands; else the next line goes on with it.
const LINE_ENDS: &str = "。;!分次元止底顶%天日零0123456789)条起例人项件度";

impl Plain {
    pub fn new(raw: &str) -> Self {
        let mut plain = Self { chars: Vec::new(), at: Vec::new(), raw: raw.to_owned() };
        let mut start = 0;
        for line in raw.split_inclusive(['\n', '\r']) {
            let body = line.trim();
            let numbered = numbering(&body.nfkc().take(4).collect::<Vec<_>>()) > 0;
            let ended = plain.chars.last().is_none_or(|c| LINE_ENDS.contains(*c));
            if (numbered || ended) && !body.is_empty() && !plain.chars.is_empty() {
                plain.push('\n', start);
            }
            for (at, c) in line.char_indices() {
                plain.character(c, start + at);
            }
            start += line.len();
        }
        plain.clocks();
        plain.same();
        plain.drop_included();
        plain.drop_left_out();
        plain.or_nothing();
        plain.first_one();
        plain.one_failing();
        plain.beyond_limit();
        plain.beyond_free();
        plain.compared();
        plain.each_first();
        plain.not_taken();
        plain.at_most();
        plain.repeat_each();
        plain.verb_first();
        plain.times_each();
        plain.signed();
        plain.failing();
        plain
    }

    fn push(&mut self, c: char, at: usize) {
        self.chars.push(c);
        self.at.push(at);
    }

    fn character(&mut self, c: char, at: usize) {
        if c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}') {
            return;
        }
        match c {
            // A full-width comma never groups digits.
            '，' => self.push('，', at),
            '①'..='⑳' => self.push(c, at),
            '【' | '〔' | '［' => self.push('[', at),
            '】' | '〕' | '］' => self.push(']', at),
            '＂' | '“' | '”' | '"' => {}
            '–' | '—' | '－' | '−' | '～' | '〜' | '∼' => self.push('~', at),
            '≧' | '⩾' => self.push('≥', at),
            '≦' | '⩽' => self.push('≤', at),
            c => {
                for c in c.nfkc() {
                    self.push(c, at);
                }
            }
        }
    }

    pub fn get(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or('\0')
    }

    pub fn starts(&self, index: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(i, c)| self.get(index + i) == c)
    }

    /// The characters of a range as a string.
    pub fn slice(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to.min(self.chars.len())).unwrap_or_default().iter().collect()
    }

    /// The words of the form itself, as they were typed.
    pub fn original(&self, from: usize, to: usize) -> String {
        let start = self.at.get(from).copied().unwrap_or(self.raw.len());
        let last = to.checked_sub(1).and_then(|i| self.at.get(i)).copied();
        let end = last.map_or(start, |at| {
            at + self.raw.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8)
        });
        self.raw.get(start..end.max(start)).unwrap_or_default().trim().to_owned()
    }
}

/// The colon of a time of day.
pub(super) const CLOCK: char = '∶';

/// How many characters number a paragraph: `1、`, `(2)`, `3.`, `①`, `一、`; 0 for none.
pub(super) fn numbering(head: &[char]) -> usize {
    let digit = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c);
    match head {
        ['①'..='⑳', ..] => 1,
        ['(', a, ')', ..] if digit(a) => 3,
        ['(', a, b, ')', ..] if digit(a) && digit(b) => 4,
        [a, ')', ..] if digit(a) => 2,
        [a, '、', ..] if digit(a) => 2,
        [a, b, '、', ..] if digit(a) && digit(b) => 3,
        [a, '.', c, ..] if a.is_ascii_digit() && !c.is_ascii_digit() => 2,
        [a, b, '.', c, ..] if a.is_ascii_digit() && b.is_ascii_digit() && !c.is_ascii_digit() => 3,
        _ => 0,
    }
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// As written: 95 of 95 %.
    pub value: f64,
    /// Its unit as written, 万 and 千 taken out: `%`, `分`, `元`, `次`, or nothing.
    pub unit: String,
    /// What 万 and 千 multiply by.
    pub times: f64,
    /// Whether it is one of a row: 第2次, 首次.
    pub ordinal: bool,
    /// Whether it is written in characters that also stand in ordinary words.
    pub worded: bool,
}

impl Number {
    /// The value as a scheme writes it: 95 % is 0.95, 30万元 is 300000.
    pub fn scaled(&self) -> f64 {
        let value = match self.unit.as_str() {
            "%" => self.value / 100.0,
            "‰" => self.value / 1000.0,
            _ => self.value * self.times,
        };
        crate::text::round15(value)
    }

    pub fn is_share(&self) -> bool {
        matches!(self.unit.as_str(), "%" | "‰")
    }

    /// Whether it counts events or people, so that 3 and 4 are neighbours.
    pub fn is_count(&self) -> bool {
        COUNTED.split(' ').any(|u| u == self.unit)
    }
}

/// Units by which events, people and things are counted.
pub(super) const COUNTED: &str = "人次 批次 项次 件次 台次 车次 班次 次 人 名 趟 瓶 袋 桶 件 起 例 项 处 单 条 个 家 台 款 户 份 张 篇 场 批 套 只 箱 票 笔 页 位 宗 辆 组 门 期 幅 桩 点 回 面 课时 工作日 天 日";
/// Units that measure.
const MEASURED: &str = "个百分点 百分点 个点 % ‰ 元 分钟 小时 秒 吨 公斤 千克 kg 米 公里 倍 个月 周 ppm PPM 阶段 档 级 度 字 升 克 毫米 mm 立方米 平方米 工时 人天 美元";

/// Reads a unit; the unit as it is kept, and how many characters it takes.
pub(super) fn unit(plain: &Plain, at: usize) -> (String, usize) {
    if plain.starts(at, "分") && !plain.starts(at, "分钟") && !plain.starts(at, "分之") {
        return ("分".to_owned(), 1);
    }
    if plain.starts(at, "个工作日") {
        return ("工作日".to_owned(), 4);
    }
    for prefix in ["个", ""] {
        if !plain.starts(at, prefix) {
            continue;
        }
        let skip = prefix.chars().count();
        let known = MEASURED.split(' ').chain(COUNTED.split(' '));
        let found = known.filter(|u| plain.starts(at + skip, u)).max_by_key(|u| u.chars().count());
        let Some(found) = found else { continue };
        // 「3个人」 counts people, 「1个单位」 does not count orders.
        if skip == 1 && !"小时 阶段 档 级 人 月 百分点 点".split(' ').any(|u| u == found)
        {
            continue;
        }
        let kept = match found {
            "个百分点" | "百分点" | "个点" => "%",
            "点" if skip == 1 => "%",
            "名" => "人",
            "日" => "天",
            "公斤" | "千克" => "kg",
            "PPM" => "ppm",
            other => other,
        };
        return (kept.to_owned(), skip + found.chars().count());
    }
    (String::new(), 0)
}

/// Words that begin like a number and are none.
const NO_NUMBER: &str = "一般 一致 一票 一次性 一切 一旦 一定 一律 一线 一时 一方 一贯 一律 三包 三方 一体 一起参 一起完 千万 五险 八小时外 两者 百分制 一经 一些 一并 一样 一直 十分 万一 一个月内 四舍五入";

/// Reads a number with its unit at a place, and how many characters it takes.
pub(super) fn number(plain: &Plain, at: usize, after_verb: bool) -> Option<(Number, usize)> {
    let c = plain.get(at);
    if c.is_ascii_digit() {
        return digits(plain, at);
    }
    let plain_ten = plain.starts(at, "十分") && after_verb;
    if !plain_ten && NO_NUMBER.split(' ').any(|w| plain.starts(at, w)) {
        return None;
    }
    let ordinary = |value, unit: &str, worded, ordinal| Number {
        value,
        unit: unit.to_owned(),
        times: 1.0,
        ordinal,
        worded,
    };
    for (word, scale) in [("百分之", "%"), ("千分之", "‰")] {
        if plain.starts(at, word)
            && let Some((value, used)) = worded(plain, at + 3)
        {
            return Some((ordinary(value, scale, false, false), 3 + used));
        }
    }
    if plain.starts(at, "万分之")
        && let Some((value, used)) = worded(plain, at + 3)
    {
        return Some((ordinary(crate::text::round15(value / 10.0), "‰", false, false), 3 + used));
    }
    for word in ["首次", "初次"] {
        if plain.starts(at, word) {
            return Some((ordinary(1.0, "次", true, true), 2));
        }
    }
    if c == '第' {
        let (value, used) = digits(plain, at + 1)
            .map(|(n, _)| (n.value, n.value.to_string().len()))
            .or_else(|| worded(plain, at + 1))?;
        let (unit, more) = unit(plain, at + 1 + used);
        let ranked = matches!(
            unit.as_str(),
            "次" | "人"
                | "回"
                | "例"
                | "起"
                | "天"
                | "项"
                | "位"
                | "处"
                | "件"
                | "笔"
                | "单"
                | "批"
        );
        return (ranked && more > 0).then(|| (ordinary(value, &unit, true, true), 1 + used + more));
    }
    if "统唯之同专单万第逐".contains(plain.get(at.wrapping_sub(1))) {
        return None;
    }
    if plain.starts(at, "半") {
        let (unit, used) = unit(plain, at + 1);
        return (used > 0 && matches!(unit.as_str(), "天" | "小时" | "分" | "月" | "个月"))
            .then(|| (ordinary(0.5, &unit, true, false), 1 + used));
    }
    let (value, used) = worded(plain, at)?;
    if plain.get(at + used) == '成' && !plain.starts(at + used, "成本") {
        return Some((ordinary(value * 10.0, "%", false, false), used + 1));
    }
    if plain.starts(at + used, "分之")
        && let Some((over, more)) = worded(plain, at + used + 2)
    {
        let share = crate::text::round15(over / value * 100.0);
        return Some((ordinary(share, "%", false, false), used + 2 + more));
    }
    let times = match plain.get(at + used) {
        '万' => 10_000.0,
        _ => 1.0,
    };
    let used = used + usize::from(times != 1.0);
    let (unit, more) = unit(plain, at + used);
    let single = used == 1 && value == 1.0;
    // 「一个员工」 and 「三个部门」 count nothing here unless a unit that scores stands behind.
    (more > 0 || after_verb || times != 1.0).then(|| {
        let worded = single || unit == "个";
        (Number { times, ..ordinary(value, &unit, worded, false) }, used + more)
    })
}

fn digits(plain: &Plain, at: usize) -> Option<(Number, usize)> {
    let mut used = 0;
    let mut text = String::new();
    loop {
        let c = plain.get(at + used);
        let next = plain.get(at + used + 1);
        let grouped = || {
            (1..=3).all(|i| plain.get(at + used + i).is_ascii_digit())
                && !plain.get(at + used + 4).is_ascii_digit()
                && (1..=3).contains(&text.len())
                && !matches!(plain.get(at.wrapping_sub(1)), '[' | '(')
        };
        if c.is_ascii_digit() || (c == '.' && next.is_ascii_digit() && !text.contains('.')) {
            text.push(c);
            used += 1;
        } else if c == ',' && text.len() <= 3 && grouped() {
            used += 1;
            for i in 0..3 {
                text.push(plain.get(at + used + i));
            }
            used += 3;
        } else {
            break;
        }
    }
    let value: f64 = text.parse().ok()?;
    let mut times = 1.0;
    for (sign, by) in [('万', 1e4), ('千', 1e3), ('亿', 1e8), ('百', 1e2)] {
        let weight = sign == '千' && plain.starts(at + used, "千克");
        let share = sign == '百' && plain.starts(at + used, "百分");
        if plain.get(at + used) == sign && !weight && !share {
            times = by;
            used += 1;
            break;
        }
    }
    let (unit, more) = unit(plain, at + used);
    Some((Number { value, unit, times, ordinal: false, worded: false }, used + more))
}

/// A number in characters: 三, 十五, 两百, or digits.
fn worded(plain: &Plain, at: usize) -> Option<(f64, usize)> {
    if plain.get(at).is_ascii_digit() {
        let mut used = 0;
        while plain.get(at + used).is_ascii_digit()
            || (used > 0
                && plain.get(at + used) == '.'
                && plain.get(at + used + 1).is_ascii_digit())
        {
            used += 1;
        }
        return plain.slice(at, at + used).parse().ok().map(|v| (v, used));
    }
    crate::text::numerals::leading((at..).map_while(|at| plain.chars.get(at).copied()))
}

/// The figure of a target cell: `95%`, `≥95%`, `300万元`, `不超过3次`; `None` for more than one.
pub(super) fn figure(text: &str) -> Option<Number> {
    let plain = Plain::new(text);
    let mut found = None;
    let mut at = 0;
    while at < plain.chars.len() {
        match number(&plain, at, true) {
            Some((number, used)) => {
                if found.is_some() {
                    return None;
                }
                // A bare share as Excel holds it: 0.95.
                found = Some(number);
                at += used;
            }
            None => at += 1,
        }
    }
    found
}
