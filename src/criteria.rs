//! Reading the criteria: what a form's words say as rules, clause by clause.
//!
//! In: the text of one item. Out: for every clause the rule it states, the words it came from, the
//! choices taken where the words are silent, and the doubts. What cannot be computed is judged: a
//! reading is never guessed.
//!
//! # The way through
//!
//! ```text
//! words ─► language (half-width, paragraphs, numbers) ─► token (one letter a word, by lexicon)
//!       ─► stream (letters, what is read) ─► a file for each kind of clause ─► rules
//! ```
//!
//! Each kind of clause finds its patterns of letters and marks the tokens that it has read. Whatever
//! scores and is left over in a sentence makes that sentence judged, with the rules that were found
//! in it: half a reading is a wrong one.

mod bands;
mod condition;
mod deviation;
mod events;
mod gifts;
pub(crate) mod grades;
mod guard;
mod language;
mod lexicon;
mod limits;
mod money;
mod names;
mod parts;
mod quotient;
mod rated;
mod rule;
mod segment;
mod share;
mod stream;
mod token;
mod zero;

use language::Number;
use std::ops::Range;
use stream::{Stream, patterns};

/// Words of what is late.
pub(crate) const LATE: [&str; 13] = [
    "延迟", "延期", "逾期", "超期", "延误", "推迟", "迟交", "延后", "拖延", "滞后", "误期", "拖期",
    "迟延",
];
/// Words of what is had at most.
pub(crate) const AT_MOST: [&str; 7] =
    ["最高", "最多", "至多", "上限", "封顶", "不超过", "不得超过"];
/// Words of figures that may be below 0 and should not be.
pub(crate) const GROWTH: [&str; 6] = ["增长", "增幅", "增速", "利润", "同比", "环比"];

/// A figure that a rule needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What the text calls it.
    pub name: String,
    /// `amount`, `count`, `rate` or `mark`.
    pub kind: &'static str,
    /// The clause that asks for it.
    pub clause: String,
    /// For a count of people: those `above` or `below` this.
    pub bound: Option<(&'static str, f64)>,
    /// Whether it may be below 0: a deviation, a growth.
    pub signed: bool,
    /// Whether it is measured against an aim, so that a blank is no 0.
    pub aimed: bool,
    /// The unit that the text counts or measures it in, where a rule of steps says one.
    pub unit: String,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A rule, as TOML lines; metrics stand in it as `{0}`, `{1}` … of the needs.
    Rule(String),
    /// A person decides, and why.
    Judged(String),
    /// Money beside the points.
    Money,
    /// Nothing that scores.
    Nothing,
}

/// A clause, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The words it came from.
    pub words: String,
    /// What they say.
    pub said: Said,
    /// The figures it needs.
    pub needs: Vec<Need>,
    /// What the words leave open, and how it is taken.
    pub choices: Vec<String>,
    /// What a person must look at.
    pub doubts: Vec<String>,
}

/// An item's text, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Criteria {
    /// Clauses in the order of the text.
    pub clauses: Vec<Clause>,
    /// Where deductions stop, where the text says so; `None` in it for 下不保底.
    pub floor: Option<Option<f64>>,
    /// The most the item makes, where the text says so.
    pub cap: Option<f64>,
    /// Whether the text says that there is no cap.
    pub uncapped: bool,
    /// Points on target, where the text says so and they are not the item's.
    pub base_points: Option<f64>,
    /// The scale that the text scores on, where it is not the item's points: 100.
    pub scale: Option<f64>,
    /// Vetoes that reach the whole score; their rule's lines are `metric` and a bound.
    pub vetoes: Vec<Clause>,
}

/// Whether words hand the marks to somebody: 由上级评定.
pub(crate) fn handed_over(words: &str) -> bool {
    rated::handed_over(words)
}

/// Reads an item's criteria.
pub fn read(item: &str, points: f64, raw: &str) -> Criteria {
    read_with_target(item, points, None, raw)
}

/// Reads an item's criteria beside the target that the form gives for it (目标值), as written.
pub fn read_with_target(item: &str, points: f64, target: Option<&str>, raw: &str) -> Criteria {
    let mut criteria = Criteria::default();
    let target = target.and_then(language::figure);
    let mut stream = Stream::new(item, points, target, raw);
    let ratio = quotient::find(&stream, 0..stream.len()).map(|q| q.name);
    judged_words(&mut stream);
    limits::stops(&mut stream, &mut criteria);
    events::ranges(&mut stream);
    money::read(&mut stream);
    segment::read(&mut stream, &criteria);
    share::anchored(&mut stream, &mut criteria);
    share::read(&mut stream, &mut criteria);
    events::escalating(&mut stream);
    zero::both(&mut stream);
    bands::read(&mut stream, &mut criteria);
    condition::members(&mut stream);
    deviation::read(&mut stream);
    events::lateness(&mut stream);
    zero::done_or_not(&mut stream);
    zero::read(&mut stream, &mut criteria);
    condition::read(&mut stream);
    events::read(&mut stream);
    limits::rest(&mut stream, &mut criteria);
    zero::full(&mut stream);
    left_over(&mut stream);
    guard::unused(&mut stream, &criteria);
    guard::aims(&mut stream);
    parts::read(&mut stream);
    criteria.base_points = stream.base_points.filter(|_| criteria.scale.is_none());
    if stream.hundred || stream.base_points == Some(100.0) && points != 100.0 {
        criteria.scale = Some(100.0);
        criteria.base_points = None;
    }
    // 「达98%得8分，每提高0.5%加1分，满分10分」.
    if stream.whole && criteria.base_points.is_some_and(|b| b < points) && criteria.cap.is_none() {
        criteria.cap = Some(points);
    }
    stream.finish(&mut criteria);
    names::unify(item, ratio.as_deref(), &mut criteria.clauses, &mut criteria.vetoes);
    if criteria.base_points.is_none() {
        gifts::read(&mut criteria.clauses);
    }
    criteria
}

/// Sentences that leave it to a person: 酌情, 视情节, 按比例扣分, blanks.
fn judged_words(stream: &mut Stream<'_>) {
    for sentence in stream.sentences(0..stream.len()) {
        let kinds = stream.kinds(sentence.clone());
        let Some(at) = kinds.find(['J', '?']) else { continue };
        let blank = kinds.get(at..=at) == Some("?");
        let verbs = ['扣', '加', '减', '得', '奖'];
        let signs = stream.text(sentence.clone()).contains('±');
        let marked = signs || stream.numbers(sentence.clone()).any(|n| n.unit == "分");
        let scores = marked
            || blank && stream.text(sentence.clone()).contains(verbs)
            || kinds.contains(SCORES)
            || stream.text(sentence.clone()).contains("酌情")
            || points_without_number(&stream.text(sentence.clone()));
        let word = stream.text(sentence.start + at..sentence.start + at + 1);
        let money = stream.text(sentence.clone()).contains('元')
            && !stream.text(sentence.clone()).contains('分');
        if money {
            stream.replace(sentence.start + at..sentence.start + at + 1, 'w');
            continue;
        }
        let said = if !scores {
            Said::Nothing
        } else if blank {
            Said::Judged("数字空着，或有读不懂的符号".to_owned())
        } else {
            Said::Judged(format!("「{word}」没有说怎么算，由人定"))
        };
        let clause = stream.clause(sentence.clone(), said);
        stream.push(sentence, clause);
    }
}

patterns! {
    /// 3次以上，5分: a bound and what it is worth.
    WORTH = r"n[glkhv]?[,:]?(n)";
}

/// Letters that give or take points.
const SCORES: [char; 13] = ['-', '+', '=', 'F', 'Z', 'X', 'Y', 'C', 'L', 'V', 's', 'S', 'R'];

fn points_without_number(text: &str) -> bool {
    ["扣分", "加分", "减分", "得分", "扣除", "扣减", "计分", "分数"]
        .iter()
        .any(|w| text.contains(w))
}

/// Sentences of which something that scores is left over are judged, with all that was read of them.
fn left_over(stream: &mut Stream<'_>) {
    for sentence in stream.sentences(0..stream.len()) {
        let kinds = stream.kinds(sentence.clone()).to_owned();
        if !kinds.contains('!') {
            let text = stream.text(sentence.clone());
            let marks = stream.numbers(sentence.clone()).filter(|n| n.unit == "分").count();
            let scores = kinds.contains('M') && marks > 0
                || kinds.contains(SCORES) && kinds.contains(['n', 'Z', 'V', 'F'])
                || marks > 1
                || stream.numbers(sentence.clone()).any(|n| n.unit == "分" && n.value == 0.0)
                || marks > 0 && kinds.contains('~')
                || stream
                    .find(&WORTH, sentence.clone())
                    .is_some_and(|found| stream.number(&found, 1).is_some_and(|n| n.unit == "分"))
                || ["扣分", "加分", "减分", "不得分"].iter().any(|w| text.contains(w))
                || points_without_number(&text) && kinds.contains('n');
            let said = if scores || ratio_words(&text) {
                Said::Judged("读不出怎么算".to_owned())
            } else if let Some(why) = rated::why(&text, kinds.contains('S')) {
                Said::Judged(why.to_owned())
            } else {
                Said::Nothing
            };
            let clause = stream.clause(sentence.clone(), said);
            stream.push(sentence, clause);
            continue;
        }
        if let Some(word) = leftover(stream, &sentence, &kinds) {
            let retracted = stream.retract(&sentence);
            let open = stream.clauses().any(|c| {
                matches!(c.said, Said::Judged(_))
                    && stream.words(sentence.clone()).contains(&c.words)
            });
            if retracted || !open {
                let why = format!("「{word}」没有读懂，整句不敢算");
                let clause = stream.clause(sentence.clone(), Said::Judged(why));
                stream.push(sentence, clause);
            }
        }
    }
}

fn ratio_words(text: &str) -> bool {
    ["×分值", "×权重", "*权重", "*分值", "比例计分", "比例得分"].iter().any(|w| text.contains(w))
}

/// The first token of a sentence that scores and was not read.
fn leftover(stream: &Stream<'_>, sentence: &Range<usize>, kinds: &str) -> Option<String> {
    let first = kinds.find('!')?;
    // 「质量情况由主管评定，每获表扬加1分」.
    let parts = stream.text(sentence.clone());
    let mut parts = parts.split(['，', ',']);
    if let Some(part) = parts.find(|part| rated::handed_over(part)) {
        return Some(part.to_owned());
    }
    let tokens = stream.tokens(sentence.clone());
    let measured = stream.kinds_of_rules(sentence).any(|k| {
        !matches!(k, "occurrences" | "veto" | "lateness" | "escalating" | "done" | "per-member")
    });
    let listed =
        stream.kinds_of_rules(sentence).any(|k| matches!(k, "bands" | "tiers" | "clauses"));
    for (index, letter) in kinds.char_indices() {
        let at = sentence.start + index;
        let text = stream.text(at..at + 1);
        let bad = match letter {
            '-' | '+' | 'Z' | 'X' | 'Y' | 'C' | 'L' | 'V' | 's' | '?' | 'r' | 'R' | '~' | 'J'
            | 'M' | 'e' | 'F' => true,
            'Q' => !listed,
            '=' | 'O' => index > first,
            // What stands before the rule belongs to what it counts.
            'n' => {
                let number = tokens.get(index).and_then(|t| t.number.as_ref());
                let worded = number.is_some_and(|n| n.worded);
                index > first && !worded
                    || measured && number.is_some_and(Number::is_share)
                    || number.is_some_and(|n| n.unit == "分")
            }
            'w' => {
                index > first
                    && [
                        "扣分",
                        "加分",
                        "减分",
                        "不扣",
                        "倍",
                        "除外",
                        "累进",
                        "递增",
                        "递减",
                        "系数",
                        "封顶",
                        "合并",
                        "按比例",
                        "均分",
                        "对半",
                        "不超过",
                        "为止",
                        "工资",
                        "奖金",
                        "不计",
                    ]
                    .iter()
                    .any(|w| text.contains(w))
            }
            _ => false,
        };
        if bad {
            return Some(text);
        }
    }
    None
}
