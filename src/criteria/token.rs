//! Words of the criteria as tokens: one letter a token, so that clauses are found by short patterns
//! over the letters. What is no known word is `w`.

mod figure;

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

/// 每 in other words, before the unit of what is counted.
const ANY_ONE: [&str; 11] = [
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
];

/// The tokens of a text.
pub(super) fn read(plain: &Plain) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut each = false;
    while at < plain.chars.len() {
        let (kind, used, number, upto) = Place { plain, at, before: &out, each }.read();
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

/// What is read at a place: the letter, how many characters, the number, the upper end of an interval.
type Read = (u8, usize, Option<Number>, Option<(Number, bool, bool)>);

/// A token of a letter alone.
fn simple(kind: u8, used: usize) -> Read {
    (kind, used, None, None)
}

/// A token with a number.
fn counted(kind: u8, used: usize, number: Number) -> Read {
    (kind, used, Some(number), None)
}

/// One of a unit: of 每次, of /天.
fn one_of(unit: String, times: f64) -> Number {
    Number { value: 1.0, unit, times, ordinal: false, worded: true }
}

/// A place in the text, and what was read before it.
struct Place<'a> {
    plain: &'a Plain,
    at: usize,
    before: &'a [Token],
    /// Whether 每 stands before it, with nothing but its side between.
    each: bool,
}

impl Place<'_> {
    /// The token that stands here: what knows it first.
    fn read(&self) -> Read {
        self.numbering()
            .or_else(|| self.mark())
            .or_else(|| self.rest())
            .or_else(|| self.item_of_nothing())
            .or_else(|| self.all_of_it())
            .or_else(|| self.interval())
            .or_else(|| self.side_before_each())
            .or_else(|| self.clock())
            .or_else(|| self.covered())
            .or_else(|| self.every())
            .or_else(|| self.any_one())
            .or_else(|| self.off())
            .or_else(|| self.rank())
            .or_else(|| self.range())
            .or_else(|| self.minus())
            .or_else(|| self.per())
            .or_else(|| self.number())
            .or_else(|| self.unit_of_each())
            .or_else(|| self.word())
            .unwrap_or_else(|| self.one())
    }

    fn char(&self) -> char {
        self.plain.get(self.at)
    }

    /// The character so many behind this one.
    fn behind(&self, by: usize) -> char {
        self.plain.get(self.at + by)
    }

    fn starts(&self, word: &str) -> bool {
        self.plain.starts(self.at, word)
    }

    /// Whether a word stands right before.
    fn follows(&self, word: &str) -> bool {
        let length = word.chars().count();
        self.at >= length && self.plain.starts(self.at - length, word)
    }

    fn last(&self) -> Option<&Token> {
        self.before.last()
    }

    /// The last token, where nothing that means nothing stands between.
    fn touching(&self) -> Option<&Token> {
        self.last().filter(|t| t.to == self.at)
    }

    /// Whether a number stands right before.
    fn after_number(&self) -> bool {
        self.touching().is_some_and(|t| t.kind == b'n')
    }

    /// The number so many characters behind.
    fn number_behind(&self, by: usize) -> Option<(Number, usize)> {
        language::number(self.plain, self.at + by, true)
    }

    /// 1、 or (2) at the head of a paragraph.
    fn numbering(&self) -> Option<Read> {
        let last = self.last();
        let starts = last.is_none_or(|t| matches!(t.kind, b';' | b'#' | b'\n'));
        if !starts && !last.is_some_and(|t| matches!(t.kind, b'n' | b'Z' | b'H' | b':' | b',')) {
            return None;
        }
        let head: [char; 4] = std::array::from_fn(|i| self.behind(i));
        let [first, second, ..] = head;
        let used = numbering(&head);
        // After a number only 2、 and (2) begin a paragraph: 「扣1分2、早退」.
        let clear = starts || second != ')' || first == '(';
        let decimal = last.is_some_and(|t| t.kind == b'n') && second == '.';
        (used > 0 && clear && !decimal).then(|| simple(b'#', used))
    }

    /// What parts sentences and their parts.
    fn mark(&self) -> Option<Read> {
        match self.char() {
            '。' | ';' | '!' | '\n' => Some(simple(b';', 1)),
            '，' | ',' | '、' => Some(simple(b',', 1)),
            _ => None,
        }
    }

    /// 「其他不得分」 is the rest, 「其他部门」 is not.
    fn rest(&self) -> Option<Read> {
        let next = self.behind(2);
        let rest = ["其他", "其它", "其余"].iter().any(|word| self.starts(word));
        let scored = || "不得为计0:，,均则".contains(next) || next.is_ascii_digit();
        (rest && scored()).then(|| simple(b'e', 2))
    }

    /// 「此项为零」.
    fn item_of_nothing(&self) -> Option<Read> {
        let own = || ["本项", "该项", "此项"].iter().any(|word| self.follows(word));
        (self.starts("为零") && own()).then(|| simple(b'Z', 2))
    }

    /// 「资料不全扣0.5分」: 全 belongs to what is before.
    fn all_of_it(&self) -> Option<Read> {
        let amount = || lexicon::number_behind(self.plain, self.at + 2).is_some();
        (self.starts("全扣") && amount()).then(|| simple(b'w', 1))
    }

    /// 超出每0.1%, 低于每1%.
    fn side_before_each(&self) -> Option<Read> {
        BEFORE_EACH.iter().find_map(|(kind, words)| {
            let used = words.split(' ').find(|word| self.starts(word))?.chars().count();
            (self.behind(used) == '每').then(|| simple(*kind, used))
        })
    }

    /// A word that a form means as a whole, whatever its characters say.
    fn covered(&self) -> Option<Read> {
        let taken = ['扣', '减', '加'].contains(&self.behind(2));
        // 「发生一起」 counts, 「一起」 alone is no number.
        let happens = ["发生", "出现", "发现", "造成", "产生"];
        let counts = self.starts("一起")
            && (taken || happens.iter().any(|word| self.follows(word)))
            && !self.starts("一起参")
            && !self.starts("一起完");
        // 「每小时扣2分」 too.
        let hour = self.each
            && taken
            && self.touching().is_some_and(|t| t.kind == b'E')
            && self.starts("小时");
        let covered = lexicon::cover(self.plain, self.at).filter(|_| !counts && !hour)?;
        let after = self.touching().is_some_and(|t| matches!(t.kind, b'n' | b'r'));
        let longer = lexicon::word(self.plain, self.at, after, self.each)
            .is_some_and(|(_, used)| used > covered);
        (!longer).then(|| simple(b'w', covered))
    }

    /// 每, where something that is counted stands behind it: 每次, 每低, 每发现1起.
    fn every(&self) -> Option<Read> {
        if !matches!(self.char(), '每' | '凡') {
            return None;
        }
        let period = [
            "月", "季", "年", "周", "位", "日工", "日填", "日及", "日上", "日按", "天按", "天及",
            "天完",
        ];
        let starts = |word: &str| self.plain.starts(self.at + 1, word);
        let period = period.iter().any(|word| starts(word)) && !starts("月扣");
        Some(if period { simple(b'w', 2) } else { simple(b'E', 1) })
    }

    /// 「任一项」, 「发现1处」: 每 in other words.
    fn any_one(&self) -> Option<Read> {
        // 「每发现一处」 has its 每 already.
        if self.each && self.last().is_some_and(|t| t.kind == b'E') {
            return None;
        }
        ANY_ONE.iter().filter(|word| self.starts(word)).find_map(|word| {
            let used = word.chars().count();
            let (unit, more) = language::unit(self.plain, self.at + used);
            let counted = more > 0 && language::COUNTED.split(' ').any(|u| u == unit);
            counted.then(|| simple(b'E', used - 1))
        })
    }

    /// ±5%.
    fn off(&self) -> Option<Read> {
        (self.char() == '±' && self.number_behind(1).is_some()).then(|| simple(b'M', 1))
    }

    /// 前3名, 7名以后.
    fn rank(&self) -> Option<Read> {
        let rank = |n: &Number| matches!(n.unit.as_str(), "人" | "位");
        if self.char() == '前' && self.number_behind(1).is_some_and(|(n, _)| rank(&n)) {
            return Some(simple(b'K', 1));
        }
        self.touching().filter(|t| t.number.as_ref().is_some_and(rank))?;
        let words = ["及以后", "及之后", "以后", "之后"];
        let word = words.iter().find(|word| self.starts(word))?;
        Some(simple(b'g', word.chars().count()))
    }

    /// 1~3, 1至3.
    fn range(&self) -> Option<Read> {
        let joins = matches!(self.char(), '~' | '-' | '至' | '到') && self.after_number();
        (joins && self.number_behind(1).is_some()).then(|| simple(b'~', 1))
    }

    /// 「迟到-1分」 takes a point; 「-5%」 is a number this reading has no place for.
    fn minus(&self) -> Option<Read> {
        if self.char() != '-' || !self.behind(1).is_ascii_digit() {
            return None;
        }
        let (number, used) = self.number_behind(1).unzip();
        let points = number.is_some_and(|n| n.unit == "分");
        Some(if points { simple(b'-', 1) } else { simple(b'?', 1 + used.unwrap_or(0)) })
    }

    /// The 次 of 扣2分/次.
    fn per(&self) -> Option<Read> {
        if self.char() != '/' || !self.after_number() {
            return None;
        }
        let (unit, used) = language::unit(self.plain, self.at + 1);
        (used > 0).then(|| counted(b'p', 1 + used, one_of(unit, 1.0)))
    }

    /// The 次 of 每次, the 万元 of 每万元.
    fn unit_of_each(&self) -> Option<Read> {
        if !self.each || self.last().is_none_or(|t| t.kind != b'E') {
            return None;
        }
        let (unit, used) = language::unit(self.plain, self.at);
        // 「每组织1场」, 「每处理1单」 begin with no unit.
        let verb = || NO_UNIT.split(' ').any(|word| self.starts(word));
        if used > 0 && !verb() {
            return Some(counted(b'n', used, one_of(unit, 1.0)));
        }
        let (_, times) =
            [('万', 1e4), ('千', 1e3), ('百', 1e2)].into_iter().find(|(c, _)| *c == self.char())?;
        let (unit, used) = language::unit(self.plain, self.at + 1);
        (used > 0 && unit == "元").then(|| counted(b'n', 1 + used, one_of(unit, times)))
    }

    /// A word of the lexicon, by what stands behind it.
    fn word(&self) -> Option<Read> {
        let (kind, used) = lexicon::word(self.plain, self.at, self.after_number(), self.each)?;
        let number =
            |is: fn(&Number) -> bool| self.number_behind(used).is_some_and(|(n, _)| is(&n));
        Some(match kind {
            // 「不得低于95%」 is an aim, 「不得低于5分」 where the score stops.
            b'L' if number(|n| !matches!(n.unit.as_str(), "" | "分")) => simple(b'G', used),
            // 「罚1分」 takes a point, 「罚50元」 is money.
            b'm' if self.behind(used - 1) == '罚' && number(|n| n.unit == "分") => {
                simple(b'-', used)
            }
            _ => simple(kind, used),
        })
    }

    /// A character that is no word: a bracket parts words, the rest joins them.
    fn one(&self) -> Read {
        match self.char() {
            '(' | ')' | '[' | ']' | ':' => simple(b':', 1),
            _ => simple(b'w', 1),
        }
    }
}
