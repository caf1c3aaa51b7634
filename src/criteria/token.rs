//! Words of the criteria as tokens: one letter a token, so that clauses are found by short patterns
//! over the letters. What is no known word is `w`.

use super::language::{self, Number, Plain, numbering};
use super::lexicon;

/// A token: its letter, its place in the text, its number.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// The letter; [`lexicon`] and [`read`] say what each means.
    pub kind: u8,
    /// First character and the one behind the last.
    pub from: usize,
    pub to: usize,
    /// The number of `n`; the lower end of `r`.
    pub number: Option<Number>,
    /// The upper end of `r`, and whether the ends belong to it.
    pub upto: Option<(Number, bool, bool)>,
}

/// Sides that stand before 每: 超出每0.1%, 下降每1%.
const BEFORE_EACH: [(u8, &str); 2] = [
    (
        b'U',
        "超出 超过 高于 超产部分 超产 超额完成部分 超额部分 超额完成 超额 超支 上升 升高 增长 提高 超",
    ),
    (b'D', "低于 不足 少于 未达 欠产部分 欠产 下降 降低 节约 节省"),
];

/// Words behind 每 that begin like a unit and are none.
const NO_UNIT: &str = "面试 面谈 面向 面对 面授 升 组织 处理 处罚 处置 项目 回复 回访 回款 回收 门店 批准 批评 张贴 台账 单位 名次 页面 场地 点检 点击 组长 家访 起草 款项 票据 条目 次品";

/// The tokens of a text.
pub(super) fn read(plain: &Plain) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut each = false;
    while at < plain.chars.len() {
        let (kind, used, number, upto) = token(plain, at, &out, each);
        // 每目标(95%)低1%: on to the side.
        let inside = kind == b'n'
            && out.last().is_some_and(|t| matches!(t.kind, b't' | b':'))
            && ")高低多少超".contains(plain.get(at + used));
        each = kind == b'E'
            || (each && (inside || matches!(kind, b'f' | b'U' | b'D' | b':' | b'd' | b't')));
        match out.last_mut() {
            Some(last) if kind == b'w' && last.kind == b'w' => last.to = at + used,
            _ => out.push(Token { kind, from: at, to: at + used, number, upto }),
        }
        at += used.max(1);
    }
    out.retain(|token| token.kind != b'f');
    // Words parted by a filler only are one.
    out.dedup_by(|next, last| {
        let one = next.kind == b'w' && last.kind == b'w';
        if one {
            last.to = next.to;
        }
        one
    });
    out
}

type Read = (u8, usize, Option<Number>, Option<(Number, bool, bool)>);

fn token(plain: &Plain, at: usize, before: &[Token], each: bool) -> Read {
    let simple = |kind: u8, used: usize| (kind, used, None, None);
    let c = plain.get(at);
    let last = before.last();
    let after_number = last.is_some_and(|t| matches!(t.kind, b'n' | b'r') && t.to == at);
    let starts = last.is_none_or(|t| matches!(t.kind, b';' | b'#' | b'\n'));
    if starts || matches!(last, Some(t) if matches!(t.kind, b'n' | b'Z' | b'H' | b':' | b',' )) {
        let head: Vec<char> = (at..at + 4).map(|i| plain.get(i)).collect();
        let used = numbering(&head);
        // After a number only 2、 and (2) begin a paragraph: 「扣1分2、早退」.
        let clear = starts || !matches!(head.as_slice(), [a, ')', ..] if *a != '(');
        if used > 0 && clear && !(last.is_some_and(|t| t.kind == b'n') && head.get(1) == Some(&'.'))
        {
            return simple(b'#', used);
        }
    }
    match c {
        '。' | ';' | '!' | '\n' => return simple(b';', 1),
        '，' | ',' | '、' => return simple(b',', 1),
        _ => {}
    }
    // 「其他不得分」 is the rest, 「其他部门」 is not.
    for word in ["其他", "其它", "其余"] {
        let next = plain.get(at + 2);
        if plain.starts(at, word) && ("不得为计0:，,均则".contains(next) || next.is_ascii_digit())
        {
            return simple(b'e', 2);
        }
    }
    // 「此项为零」.
    let own = ["本项", "该项", "此项"];
    if plain.starts(at, "为零") && at >= 2 && own.iter().any(|w| plain.starts(at - 2, w)) {
        return simple(b'Z', 2);
    }
    // 「资料不全扣0.5分」: 全 belongs to what is before.
    if plain.starts(at, "全扣") && lexicon::number_behind(plain, at + 2).is_some() {
        return simple(b'w', 1);
    }
    if let Some(interval) = interval(plain, at) {
        return interval;
    }
    // 超出每0.1%, 低于每1%.
    for (kind, words) in BEFORE_EACH {
        if let Some(word) = words.split(' ').find(|w| plain.starts(at, w))
            && plain.get(at + word.chars().count()) == '每'
        {
            return simple(kind, word.chars().count());
        }
    }
    if let Some(used) = clock(plain, at) {
        return simple(b'w', used);
    }
    // 「发生一起」 counts, 「一起」 alone is no number.
    let happens = ["发生", "出现", "发现", "造成", "产生"];
    let taken = ['扣', '减', '加'].contains(&plain.get(at + 2));
    let counts = plain.starts(at, "一起")
        && (taken || happens.iter().any(|w| at > 1 && plain.starts(at - 2, w)))
        && !plain.starts(at, "一起参")
        && !plain.starts(at, "一起完");
    // 「每小时扣2分」 too.
    let hour = each
        && last.is_some_and(|t| t.kind == b'E' && t.to == at)
        && plain.starts(at, "小时")
        && ['扣', '加', '减'].contains(&plain.get(at + 2));
    if let Some(covered) = lexicon::cover(plain, at).filter(|_| !counts && !hour) {
        let longer =
            lexicon::word(plain, at, after_number, each).is_some_and(|(_, used)| used > covered);
        if !longer {
            return simple(b'w', covered);
        }
    }
    if c == '每' || c == '凡' {
        return every(plain, at);
    }
    for word in [
        "任何一",
        "任意一",
        "任一",
        "有一",
        "有1",
        "出现一",
        "出现1",
        "发现一",
        "发现1",
        "发生一",
        "发生1",
    ] {
        // 「每发现一处」 has its 每 already.
        if each && last.is_some_and(|t| t.kind == b'E') {
            break;
        }
        let used = word.chars().count();
        let (unit, more) = language::unit(plain, at + used);
        if plain.starts(at, word) && more > 0 && language::COUNTED.split(' ').any(|u| u == unit) {
            return simple(b'E', used - 1);
        }
    }
    if c == '±' && language::number(plain, at + 1, true).is_some() {
        return simple(b'M', 1);
    }
    // 前3名, 7名以后.
    let place = |n: &Number| matches!(n.unit.as_str(), "人" | "位");
    if c == '前' && language::number(plain, at + 1, true).is_some_and(|(n, _)| place(&n)) {
        return simple(b'K', 1);
    }
    if last.is_some_and(|t| t.to == at && t.number.as_ref().is_some_and(place)) {
        let words = [("及以后", b'g'), ("及之后", b'g'), ("以后", b'g'), ("之后", b'g')];
        if let Some((word, kind)) = words.iter().find(|(w, _)| plain.starts(at, w)) {
            return simple(*kind, word.chars().count());
        }
    }
    let after_number = last.is_some_and(|t| t.kind == b'n' && t.to == at);
    if matches!(c, '~' | '-' | '至' | '到')
        && after_number
        && language::number(plain, at + 1, true).is_some()
    {
        return simple(b'~', 1);
    }
    if c == '-' && plain.get(at + 1).is_ascii_digit() {
        let (number, used) = language::number(plain, at + 1, true).unzip();
        let points = number.as_ref().is_some_and(|n| n.unit == "分");
        let used = used.unwrap_or(0);
        // 「迟到-1分」 takes a point; 「-5%」 is a number this reading has no place for.
        return if points { simple(b'-', 1) } else { simple(b'?', 1 + used) };
    }
    if c == '/' && after_number {
        let (unit, used) = language::unit(plain, at + 1);
        if used > 0 {
            let number = Number { value: 1.0, unit, times: 1.0, ordinal: false, worded: true };
            return (b'p', 1 + used, Some(number), None);
        }
    }
    let after_verb = last.is_some_and(|t| !matches!(t.kind, b'w' | b',' | b';' | b'#'));
    if let Some((number, used)) = language::number(plain, at, after_verb) {
        let calendar = number.unit == "天"
            && plain.get(at + used - 1) == '日'
            && ["前", "之前", "以前", "内前", "上午", "下午", "中午"]
                .iter()
                .any(|w| plain.starts(at + used, w));
        let date = calendar
            || day_of_month(plain, at, used, &number)
            || ["月", "号", "点前", "年", ":", "季度"].iter().any(|w| plain.starts(at + used, w))
                && number.unit.is_empty()
                && !plain.starts(at + used, "月以");
        // A day of the month, and a digit in a name as 5S, is no figure of a rule.
        let name = number.unit.is_empty() && plain.get(at + used).is_ascii_alphabetic()
            || plain.get(at.wrapping_sub(1)).is_ascii_alphabetic();
        // 「3起及以上0分」, 「该项0分」.
        let bound = last.is_some_and(|t| t.to == at && b"ghlkv".contains(&t.kind))
            || ["本项", "该项", "此项", "考核", "项目"]
                .iter()
                .any(|w| at >= 2 && plain.starts(at - 2, w) && !plain.starts(at, "0分起"));
        // 「低于90%，0分」.
        let bound = bound || number.unit == "分" && behind_bound(before);
        // 按0分计.
        let counted = ["计算", "处理", "计"].into_iter().find(|w| plain.starts(at + used, w));
        if let (Some(word), 0.0, "分") = (counted, number.value, number.unit.as_str())
            && plain.get(at.wrapping_sub(1)) == '按'
        {
            return simple(b'Z', used + word.chars().count());
        }
        // 「投入产出比1:3」 is one figure, and none that can be compared.
        let ratio = number.unit.is_empty()
            && plain.get(at + used) == ':'
            && plain.get(at + used + 1).is_ascii_digit()
            && ["比", "比例", "比值", "比为"]
                .iter()
                .any(|w| at >= w.chars().count() && plain.starts(at - w.chars().count(), w));
        if ratio {
            let second = language::number(plain, at + used + 1, true).map_or(0, |(_, more)| more);
            return simple(b'w', used + 1 + second);
        }
        if bound && number.value == 0.0 && matches!(number.unit.as_str(), "分" | "") {
            return simple(b'Z', used);
        }
        if date && plain.get(at + used) != ':' || name {
            return simple(b'w', used);
        }
        return (b'n', used, Some(number), None);
    }
    if last.is_some_and(|t| t.kind == b'E') && each {
        let (unit, used) = language::unit(plain, at);
        // 「每组织1场」, 「每处理1单」 begin with no unit.
        let verb = NO_UNIT.split(' ').any(|w| plain.starts(at, w));
        if used > 0 && !verb {
            let number = Number { value: 1.0, unit, times: 1.0, ordinal: false, worded: true };
            return (b'n', used, Some(number), None);
        }
        // 每万元, 每千元.
        for (sign, times) in [('万', 1e4), ('千', 1e3), ('百', 1e2)] {
            let (unit, used) = language::unit(plain, at + 1);
            if c == sign && used > 0 && unit == "元" {
                let number = Number { value: 1.0, unit, times, ordinal: false, worded: true };
                return (b'n', 1 + used, Some(number), None);
            }
        }
    }
    if let Some((kind, used)) = lexicon::word(plain, at, after_number, each) {
        // 「不得低于95%」 is an aim, 「不得低于5分」 where the score stops.
        let share = || language::number(plain, at + used, true).is_some_and(|(n, _)| n.is_share());
        let kind = if kind == b'L' && share() { b'G' } else { kind };
        // 「罚1分」 takes a point, 「罚50元」 is money.
        let points =
            || language::number(plain, at + used, true).is_some_and(|(n, _)| n.unit == "分");
        let kind =
            if kind == b'm' && plain.get(at + used - 1) == '罚' && points() { b'-' } else { kind };
        return simple(kind, used);
    }
    match c {
        '(' | ')' | '[' | ']' | ':' => simple(b':', 1),
        _ => simple(b'w', 1),
    }
}

/// Whether a number of 日 is a day of the month: 「15日前完成，晚于20日不得分」.
fn day_of_month(plain: &Plain, at: usize, used: usize, number: &Number) -> bool {
    if number.unit != "天" || plain.get(at + used - 1) != '日' || number.value > 31.0 {
        return false;
    }
    let before = |word: &&str| {
        let length = word.chars().count();
        at >= length && plain.starts(at - length, word)
    };
    if ["晚于", "迟于", "早于", "晚过"].iter().any(before) {
        return true;
    }
    // 「超过20日」 is one only where a day of the month is what counts.
    let due = (0..at).any(|i| {
        plain.get(i) == '日' && plain.get(i.wrapping_sub(1)).is_ascii_digit() && {
            ["前", "之前", "以前"].iter().any(|w| plain.starts(i + 1, w))
        }
    });
    let behind = ["以后", "之后", "后", "仍"].iter().any(|w| plain.starts(at + used, w));
    due && (behind || ["超过", "到", "至", "过"].iter().any(before))
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

/// 每, where something that is counted stands behind it: 每次, 每低, 每发现1起.
fn every(plain: &Plain, at: usize) -> Read {
    let used = 1;
    let period = [
        "月", "季", "年", "周", "位", "日工", "日填", "日及", "日上", "日按", "天按", "天及",
        "天完",
    ];
    if period.iter().any(|w| plain.starts(at + used, w)) && !plain.starts(at + used, "月扣") {
        return (b'w', used + 1, None, None);
    }
    (b'E', used, None, None)
}

/// An interval in brackets, `[90,100)`.
fn interval(plain: &Plain, at: usize) -> Option<Read> {
    let open = plain.get(at);
    if !matches!(open, '[' | '(') {
        return None;
    }
    let (low, used) = language::number(plain, at + 1, true)?;
    let mut next = at + 1 + used;
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
    Some((b'r', next + 1 - at, Some(low), upto))
}
