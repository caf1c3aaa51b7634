//! An item's tokens with what has been read of them, and the clauses found so far.

use super::language::{Number, Plain};
pub(super) use super::rule::{Rule, is_mean, kind, need, show};
use super::token::{self, Token};
use super::{Clause, Criteria, Said};
use regex_lite::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A pattern over token letters.
pub(super) struct Pattern(LazyLock<Option<Regex>>);

impl Pattern {
    pub const fn new(compile: fn() -> Option<Regex>) -> Self {
        Self(LazyLock::new(compile))
    }
}

/// Patterns with a name and what they read.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* static $name: $crate::criteria::stream::Pattern =
            $crate::criteria::stream::Pattern::new(|| regex_lite::Regex::new($text).ok());)+
    };
}
pub(super) use patterns;

/// A match: its tokens, and those of its groups.
pub(super) struct Match {
    pub range: Range<usize>,
    groups: Vec<Option<Range<usize>>>,
}

impl Match {
    pub fn group(&self, index: usize) -> Option<Range<usize>> {
        self.groups.get(index).cloned().flatten()
    }
}

/// The tokens of an item's criteria.
pub(super) struct Stream<'a> {
    pub plain: Plain,
    tokens: Vec<Token>,
    /// The letters; `!` where a token has been read.
    kinds: String,
    pub item: &'a str,
    pub points: f64,
    /// The form's own target for the item.
    pub target: Option<Number>,
    found: Vec<(Range<usize>, Clause)>,
    hidden: Vec<(Range<usize>, String)>,
    /// Tokens that describe a figure and are no part of a rule.
    notes: Vec<Range<usize>>,
    /// Points on target, where a clause says them.
    pub base_points: Option<f64>,
    /// What each deviation says of them, with its place.
    pub on_target: Vec<(usize, f64)>,
    /// Whether a clause scores out of 100.
    pub hundred: bool,
    /// Whether the text says that the item's points are the most.
    pub whole: bool,
}

impl<'a> Stream<'a> {
    pub fn new(item: &'a str, points: f64, target: Option<Number>, raw: &str) -> Self {
        let plain = Plain::new(raw);
        let tokens = token::read(&plain);
        let kinds: String = tokens.iter().map(|t| char::from(t.kind)).collect();
        Self {
            plain,
            tokens,
            kinds,
            item,
            points,
            target,
            found: Vec::new(),
            hidden: Vec::new(),
            notes: Vec::new(),
            base_points: None,
            on_target: Vec::new(),
            hundred: false,
            whole: false,
        }
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The letters of a range.
    pub fn kinds(&self, range: Range<usize>) -> &str {
        self.kinds.get(range).unwrap_or_default()
    }

    /// The first match in a range.
    pub fn find(&self, pattern: &Pattern, range: Range<usize>) -> Option<Match> {
        let kinds = self.kinds.get(range.clone())?;
        let captures = pattern.0.as_ref()?.captures(kinds)?;
        let groups: Vec<Option<Range<usize>>> = (0..captures.len())
            .map(|i| captures.get(i).map(|m| range.start + m.start()..range.start + m.end()))
            .collect();
        Some(Match { range: groups.first().cloned().flatten()?, groups })
    }

    /// All matches in a range that do not overlap.
    pub fn all(&self, pattern: &Pattern, range: Range<usize>) -> Vec<Match> {
        let mut out = Vec::new();
        let mut from = range.start;
        while let Some(found) = self.find(pattern, from..range.end) {
            from = found.range.end.max(from + 1);
            out.push(found);
        }
        out
    }

    /// The number that a group's first number token holds.
    pub fn number(&self, found: &Match, group: usize) -> Option<&Number> {
        self.numbers(found.group(group)?).next()
    }

    /// The numbers of a range.
    pub fn numbers(&self, range: Range<usize>) -> impl Iterator<Item = &Number> {
        self.tokens.get(range).unwrap_or_default().iter().filter_map(|t| t.number.as_ref())
    }

    /// The tokens of a range.
    pub fn tokens(&self, range: Range<usize>) -> &[Token] {
        self.tokens.get(range).unwrap_or_default()
    }

    /// The letter that a group's first token had before it was read.
    pub fn letter(&self, found: &Match, group: usize) -> Option<u8> {
        self.tokens.get(found.group(group)?.start).map(|t| t.kind)
    }

    /// The letter that a token had before it was read.
    pub fn letter_at(&self, index: usize) -> u8 {
        self.tokens.get(index).map_or(b' ', |t| t.kind)
    }

    /// The comparable text of a range.
    pub fn text(&self, range: Range<usize>) -> String {
        match self.tokens.get(range).unwrap_or_default() {
            [first, .., last] => self.plain.slice(first.from, last.to),
            [only] => self.plain.slice(only.from, only.to),
            [] => String::new(),
        }
    }

    /// The form's own words of a range; at the edge of a sentence with the words that mean nothing
    /// here: 考核小组打分.
    pub fn words(&self, range: Range<usize>) -> String {
        let own = self.tokens.get(range.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (own.first(), own.last()) else { return String::new() };
        let ends = |token: &&Token| matches!(token.kind, b';' | b'#');
        let from = match range.start.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            Some(before) => Some(before).filter(ends).map(|t| t.to),
            None => Some(0),
        };
        let to = match self.tokens.get(range.end) {
            Some(behind) => Some(behind).filter(ends).map(|t| t.from),
            None => Some(self.plain.chars.len()),
        };
        self.plain.original(from.unwrap_or(first.from), to.unwrap_or(last.to))
    }

    /// Marks tokens as read.
    pub fn take(&mut self, range: Range<usize>) {
        if self.kinds.is_char_boundary(range.start) && range.end <= self.kinds.len() {
            self.kinds.replace_range(range.clone(), &"!".repeat(range.len()));
        }
    }

    /// Marks tokens as something that no clause may read.
    pub fn replace(&mut self, range: Range<usize>, letter: char) {
        if range.end <= self.kinds.len() {
            let letters: String = std::iter::repeat_n(letter, range.len()).collect();
            self.kinds.replace_range(range, &letters);
        }
    }

    /// Marks tokens as read that only describe a figure.
    pub fn note(&mut self, range: Range<usize>) {
        self.take(range.clone());
        self.notes.push(range);
    }

    /// Whether a token only describes a figure.
    pub fn is_note(&self, index: usize) -> bool {
        self.notes.iter().any(|range| range.contains(&index))
    }

    /// Sets tokens aside for this clause kind; [`Stream::show_hidden`] brings them back.
    pub fn hide(&mut self, range: Range<usize>) {
        self.hidden.push((range.clone(), self.kinds(range.clone()).to_owned()));
        self.replace(range, '$');
    }

    pub fn show_hidden(&mut self) {
        for (range, letters) in std::mem::take(&mut self.hidden).into_iter().rev() {
            self.kinds.replace_range(range, &letters);
        }
    }

    /// Marks tokens as read and keeps their clause.
    pub fn push(&mut self, range: Range<usize>, clause: Clause) {
        self.take(range.clone());
        self.found.push((range, clause));
    }

    /// Ranges between tokens of these letters.
    fn split(&self, range: Range<usize>, at: &[u8]) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut from = range.start;
        for index in range.clone() {
            if self.tokens.get(index).is_some_and(|t| at.contains(&t.kind)) {
                out.push(from..index);
                from = index + 1;
            }
        }
        out.push(from..range.end);
        out.retain(|r| !r.is_empty());
        out
    }

    /// Numbered paragraphs.
    pub fn paragraphs(&self) -> Vec<Range<usize>> {
        self.split(0..self.tokens.len(), b"#")
    }

    /// Sentences of a range.
    pub fn sentences(&self, range: Range<usize>) -> Vec<Range<usize>> {
        self.split(range, b";#")
    }

    /// The sentence that a token stands in.
    pub fn sentence_of(&self, index: usize) -> Range<usize> {
        let all = self.sentences(0..self.tokens.len());
        all.into_iter().find(|r| r.contains(&index)).unwrap_or(index..index + 1)
    }

    /// The paragraph that a token stands in.
    pub fn paragraph_of(&self, index: usize) -> Range<usize> {
        self.paragraphs().into_iter().find(|r| r.contains(&index)).unwrap_or(index..index + 1)
    }

    /// What stands before a token is about: the words of its part of the sentence.
    pub fn subject(&self, index: usize) -> String {
        self.subject_within(index, self.sentence_of(index).start)
    }

    /// [`Stream::subject`], looking no further back than a token.
    pub fn subject_within(&self, index: usize, from: usize) -> String {
        let mut end = index.max(from);
        loop {
            // Back to the comma, over what is read already.
            let start = (from..end)
                .rev()
                .find(|i| {
                    let comma = self
                        .tokens
                        .get(*i)
                        .is_some_and(|t| t.kind == b',' && self.plain.get(t.from) != '、');
                    comma || self.kinds.as_bytes().get(*i) == Some(&b'!')
                })
                .map_or(from, |i| i + 1);
            let name = tidy(&self.text(start..self.before_rule(start..end)));
            if name.chars().count() > 1 {
                return name;
            }
            if start <= from {
                return self.item.to_owned();
            }
            end = start - 1;
        }
    }

    /// Where the rule of a part of a sentence begins: of 「1项隐患扣1分」 the number, of 「每有1处不符
    /// 扣1分」 the 每; its end where nothing of it scores.
    fn before_rule(&self, part: Range<usize>) -> usize {
        let kind = |i: &usize| self.tokens.get(*i).map_or(b' ', |t| t.kind);
        let scores = |i: &usize| b"-+=ZFOXYCLH".contains(&kind(i));
        let Some(verb) = part.clone().find(scores) else {
            // Of 「安全事故0起」 and 「安全事故目标值0」 the 0 is no part of the name.
            let zero = self.numbers(part.end.saturating_sub(1)..part.end).any(|n| n.value == 0.0);
            let end = if zero && part.len() > 1 { part.end - 1 } else { part.end };
            return if end > part.start && kind(&(end - 1)) == b'T' { end - 1 } else { end };
        };
        let each = (part.start..verb).find(|i| kind(i) == b'E');
        let number = || (part.start..verb).rev().find(|i| kind(i) == b'n');
        each.or_else(number).unwrap_or(verb)
    }

    /// The letters of a range as they were before anything was read.
    pub fn letters(&self, range: Range<usize>) -> String {
        self.tokens(range).iter().map(|t| char::from(t.kind)).collect()
    }

    /// Whether a sentence's rules are such that each of its numbers stands in one of them: bands
    /// write differences.
    pub fn reads_singly(&self, sentence: &Range<usize>) -> bool {
        let mut kinds = self.kinds_of_rules(sentence).peekable();
        kinds.peek().is_some() && kinds.all(|k| !matches!(k, "bands" | "tiers" | "clauses"))
    }

    /// Keeps a clause whose tokens are marked as read already.
    pub fn keep(&mut self, range: Range<usize>, clause: Clause) {
        self.found.push((range, clause));
    }

    /// Takes the clauses that were found, in the order of the text.
    pub fn finish(mut self, criteria: &mut Criteria) {
        self.found.sort_by_key(|(range, _)| range.start);
        criteria.clauses.extend(self.found.into_iter().map(|(_, clause)| clause));
    }

    /// Rules found in a sentence, to be taken back where the rest of it cannot be read.
    pub fn retract(&mut self, sentence: &Range<usize>) -> bool {
        let before = self.found.len();
        self.found.retain(|(range, clause)| {
            let apart = range.end <= sentence.start || range.start >= sentence.end;
            apart || !matches!(clause.said, Said::Rule(_))
        });
        before != self.found.len()
    }

    /// The last clause in a range, to add a limit to.
    pub fn last_clause(&mut self, range: &Range<usize>) -> Option<&mut Clause> {
        let inside = self.found.iter_mut().filter(|(r, c)| {
            r.start < range.end && r.end > range.start && matches!(c.said, Said::Rule(_))
        });
        inside.max_by_key(|(r, _)| r.start).map(|(_, clause)| clause)
    }

    /// The kinds of the rules that were found in a sentence.
    pub fn kinds_of_rules(&self, sentence: &Range<usize>) -> impl Iterator<Item = &str> {
        let inside = |r: &Range<usize>| r.start < sentence.end && r.end > sentence.start;
        self.found.iter().filter(move |(r, _)| inside(r)).filter_map(|(_, c)| match &c.said {
            Said::Rule(rule) => rule.lines().next()?.split('"').nth(1),
            _ => None,
        })
    }

    /// The clauses with their tokens, to change them.
    pub fn found_mut(&mut self) -> &mut Vec<(Range<usize>, Clause)> {
        &mut self.found
    }

    /// All clauses.
    pub fn clauses(&self) -> impl DoubleEndedIterator<Item = &Clause> {
        self.found.iter().map(|(_, clause)| clause)
    }

    /// All clauses, to change them.
    pub fn clauses_mut(&mut self) -> impl Iterator<Item = &mut Clause> {
        self.found.iter_mut().map(|(_, clause)| clause)
    }

    /// A new clause with the words of a range.
    pub fn clause(&self, range: Range<usize>, said: Said) -> Clause {
        Clause {
            words: self.words(range),
            said,
            needs: Vec::new(),
            choices: Vec::new(),
            doubts: Vec::new(),
        }
    }
}

/// Words that end in 时 and name a time.
const HOURS: [&str; 13] = [
    "通时", "工时", "用时", "耗时", "超时", "历时", "学时", "课时", "机时", "台时", "计时", "延时",
    "小时",
];

/// A name without what only joins it to the rule.
fn tidy(text: &str) -> String {
    let mut name: &str = text;
    for often in ["每月", "每日", "每天", "每周", "每季度", "每年"] {
        let rest = name.strip_prefix(often).filter(|rest| rest.chars().count() > 1);
        name = rest.unwrap_or(name);
    }
    for cut in [
        "低于",
        "高于",
        "超过",
        "超出",
        "未达到",
        "未达",
        "达到",
        "以",
        "从",
        "每月",
        "每",
        "不低于",
        "不高于",
        "控制在",
        "在",
        "为",
        "≥",
        "≤",
        "<",
        ">",
    ] {
        // Only at the end: 「完成率低于」 is 完成率.
        name = name.strip_suffix(cut).unwrap_or(name);
    }
    let name = name.split("控制在").next().unwrap_or(name);
    let edge: &[char] = &[
        '的', '者', '时', '则', ',', '，', '、', ':', '(', ')', '。', ';', '.', '\n', '[', ']',
        '/', '且', '将', '按', '再', '每',
    ];
    // 「低于95%时」 is no time, 「人均加班工时」 is one.
    let ends = |name: &str| HOURS.iter().any(|word| name.ends_with(word));
    let trim = |name: &str| -> String {
        let timely = |name: &str| ["按期", "按时", "按计划"].iter().any(|w| name.starts_with(w));
        let mut start = name;
        while start.starts_with(edge) && !timely(start) {
            start = start.strip_prefix(edge).unwrap_or(start);
        }
        let mut end = start;
        while !ends(end) && end.ends_with(edge) {
            end = end.strip_suffix(edge).unwrap_or(end);
        }
        end.to_owned()
    };
    let name = trim(name);
    let name = name.trim_start_matches("其中").trim_start_matches("如");
    let name = trim(name.trim_end_matches("的话"));
    let name = name.as_str();
    // A topic before a colon stays unless what follows says enough.
    let name = match name.rsplit_once(':') {
        Some((_, after)) if after.chars().count() >= 6 => after,
        _ => name,
    };
    let name = name.replace([':', '\n'], "").replace(super::language::CLOCK, ":");
    let name: String = name.chars().take(24).collect();
    // 「任务完成率(完成数/计划数」: what explains a name is none of it.
    match name.split_once('(') {
        Some((own, rest)) if !rest.contains(')') && own.chars().count() > 1 => own.to_owned(),
        _ => name,
    }
}
