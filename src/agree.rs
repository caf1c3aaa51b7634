//! Whether the form's own criteria and the scheme still say the same.
//!
//! In: workbook, scheme, a form's places. Out: a finding for every clause whose numbers, limit or kind of
//! rule differ, and for rules that stand beside the criteria. HR edits 扣2分 to 扣3分 in the form and
//! forgets the scheme.
//!
//! A form whose words are the scheme's own costs a comparison of texts; criteria are read only
//! where the words differ.

/// Patterns, each made when it is first asked for, by a function that writes them out.
macro_rules! patterns {
    ($whole:expr; $($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* static $name: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(&$whole($text)).ok());)+
    };
}

mod atoms;
mod clauses;
mod digits;
mod grades;
mod limits;
mod meaning;
mod notes;
mod pass_mark;
mod points;
mod readings;
mod remarks;
mod shares;
mod subjects;
mod targets;

use crate::cell::CellRef;
use crate::criteria::{self, Clause, Said};
use crate::form::{Form, ItemPlace, Place};
use crate::problem::{Problem, Words};
use crate::scheme::{Item, Scheme};
use crate::text::{compact, label, show};
use crate::words;
use crate::workbook::Workbook;
use atoms::Atom;
use digits::{Digits, same};
use std::collections::HashMap;

/// Letters of a text that is compared; criteria of real forms have a few hundred.
const MOST_LETTERS: usize = 3_000;

/// Longest header of a criteria column, bytes.
const HEADER: usize = 60;

/// Compares the forms of a workbook with their scheme.
pub struct Checker<'a> {
    workbook: &'a Workbook,
    scheme: &'a Scheme,
    strict: bool,
    /// What was found for an item's text before: many people have the same form.
    known: HashMap<(usize, &'a str), Vec<Difference>>,
    headers: HashMap<usize, Vec<CellRef>>,
    /// The sheets that the figures come from.
    figures: Option<Figures<'a>>,
    /// Whether the other sheets have been looked through.
    looked_around: bool,
}

/// Sheets of figures, of this workbook or another.
struct Figures<'a> {
    workbook: &'a Workbook,
    sheets: Vec<usize>,
}

/// What the form says and what the scheme does.
#[derive(Debug, Clone, PartialEq)]
struct Difference {
    words: String,
    is: Unlike,
    /// Whether it is another rule for sure, whatever it is: a limit with a number that the scheme nowhere
    /// has, or what a form lacks that is else understood.
    sure: bool,
}

impl Difference {
    fn new(words: String, is: Unlike) -> Self {
        Self { words, is, sure: false }
    }
}

/// In what the form and the scheme part.
#[derive(Debug, Clone, PartialEq)]
enum Unlike {
    /// A number: how the form's words are read, and what the scheme has.
    Numbers(String, String),
    /// A limit that only the form has, perhaps in other words.
    Limit,
    /// A rule that the scheme's own words do not state; whether it is understood.
    Rule(bool),
    /// A rule that the scheme's own words state, and the form's do not.
    Gone,
    /// A rule instead of one of the scheme's, whose words these are.
    Instead(String),
    /// A text too long to be read: how many letters it has.
    Unread(usize),
}

impl<'a> Checker<'a> {
    /// A checker. `strict`: the scheme was chosen by fit among the examples, so that a form that
    /// says something else, or nothing, must not be scored by it.
    pub fn new(workbook: &'a Workbook, scheme: &'a Scheme, strict: bool) -> Self {
        let (known, headers) = (HashMap::new(), HashMap::new());
        Self { workbook, scheme, strict, known, headers, figures: None, looked_around: false }
    }

    /// With the sheets that the figures come from, whose notes are read too; those of forms are read with them.
    pub fn beside(self, workbook: &'a Workbook, sheets: Vec<usize>) -> Self {
        Self { figures: Some(Figures { workbook, sheets }), ..self }
    }

    /// The findings for a form.
    pub fn check(&mut self, form: &Form) -> Vec<Problem> {
        let mut out = Vec::new();
        for place in &form.items {
            let Some(item) = self.scheme.items.get(place.item) else { continue };
            let cells = self.criteria(place);
            let text: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
            let Some((first, _)) = cells.first() else {
                out.extend(self.strict.then(|| self.unread(item, place.name)));
                out.extend(self.emptied(item, place));
                continue;
            };
            let found = match text.as_slice() {
                [one] => self.known_differences(place.item, item, one),
                several => all_differences(self.scheme, item, &several.join("\n")),
            };
            // A rule instead of another is another form's; one of them alone may be put in other words.
            let is = |wanted: fn(&Unlike) -> bool| found.iter().any(|one| wanted(&one.is));
            let other = is(|one| *one == Unlike::Gone) && is(|one| matches!(one, Unlike::Rule(_)));
            for difference in &found {
                out.push(self.told(item, *first, difference, other));
            }
        }
        out.extend(remarks::told(self.workbook, self.scheme, form));
        out.extend(grades::told(self.workbook, self.scheme, form, self.strict));
        out.extend(shares::told(self.workbook, self.scheme, form, self.strict));
        out.extend(targets::told(self.workbook, self.scheme, form, self.strict));
        out.extend(pass_mark::told(self.workbook, self.scheme, form, self.strict));
        if !std::mem::replace(&mut self.looked_around, true) {
            out.extend(remarks::of_other_sheets(self.workbook));
            out.extend(self.around(form));
        }
        out
    }

    /// What the sheets of figures, and those of rules beside the form, say of the score.
    fn around(&self, form: &Form) -> Vec<Problem> {
        let sheets = self.workbook.sheets.iter().enumerate();
        let known = |index: &usize| {
            let own = |figures: &Figures<'_>| {
                std::ptr::eq(figures.workbook, self.workbook) && figures.sheets.contains(index)
            };
            form.sheets.contains(index) || self.figures.as_ref().is_some_and(own)
        };
        let of_rules = sheets.filter(|(index, sheet)| !known(index) && notes::is_of_rules(sheet));
        let of_rules = of_rules.map(|(index, _)| (self.workbook, index));
        let figures = self
            .figures
            .iter()
            .flat_map(|figures| figures.sheets.iter().map(|index| (figures.workbook, *index)));
        let mut out = Vec::new();
        for (workbook, index) in of_rules.chain(figures) {
            out.extend(notes::of_sheet(workbook, self.scheme, index));
            let sheet = workbook.sheets.get(index);
            let mark = sheet.and_then(|s| pass_mark::of_sheet(s, self.scheme, self.strict));
            out.extend(mark);
        }
        out
    }

    fn known_differences(&mut self, index: usize, item: &Item, text: &'a str) -> Vec<Difference> {
        if same(text, &item.criteria) {
            return Vec::new();
        }
        let scheme = self.scheme;
        let found = self.known.entry((index, text));
        found.or_insert_with(|| all_differences(scheme, item, text)).clone()
    }

    /// The criteria cells of an item: under a header such as 考核要点, over the rows of its name.
    fn criteria(&mut self, place: &ItemPlace) -> Vec<(Place, &'a str)> {
        let workbook = self.workbook;
        let Some(sheet) = workbook.sheets.get(place.name.sheet) else { return Vec::new() };
        let scheme = self.scheme;
        let headers = self.headers.entry(place.name.sheet).or_insert_with(|| {
            let words: Vec<String> = scheme.words.rule.iter().map(|w| label(w)).collect();
            let known = |text: &str| text.len() <= HEADER && words.contains(&label(text));
            let cells = sheet.cells.iter();
            cells.filter(|(_, c)| c.value.text().is_some_and(known)).map(|(at, _)| *at).collect()
        });
        let top = place.name.at.row;
        let end = sheet.merge_of(place.name.at).map_or(top, |m| m.end.row);
        let nearest = headers.iter().filter(|at| at.row < top).map(|at| at.row).max();
        let mut out = Vec::new();
        for header in headers.iter().filter(|at| Some(at.row) == nearest) {
            for row in top..=end {
                let at = sheet.anchor(CellRef::new(row, header.col));
                let own = [Some(place.name), Some(place.score), place.points];
                let taken = own.into_iter().flatten().any(|own| own.at == at);
                let cell = Place { sheet: place.name.sheet, at };
                if let Some(text) = sheet.text(at)
                    && !taken
                    && !crate::text::is_blank(text)
                    && !out.iter().any(|(known, _)| *known == cell)
                {
                    out.push((cell, text));
                }
            }
        }
        out
    }

    fn sheet_name(&self, place: Place) -> &str {
        self.workbook.sheet_name(place.sheet)
    }

    fn told(&self, item: &Item, at: Place, difference: &Difference, other: bool) -> Problem {
        let Difference { words, is, sure } = difference;
        let name = &item.name;
        let what = match is {
            Unlike::Numbers(form, scheme) => words!(
                "「{name}」表上写「{words}」，读作 {form}；方案按 {scheme} 计算",
                "`{name}`: the form says `{words}`, read as {form}; the scheme scores by {scheme}"
            ),
            Unlike::Limit => words!(
                "「{name}」表上写「{words}」，方案里没有这样的限制，没有按它计算",
                "`{name}`: the form says `{words}`, a limit that the scheme lacks and does not score by"
            ),
            Unlike::Rule(_) => words!(
                "「{name}」表上写「{words}」，和方案的规则对不上，没有按它计算",
                "`{name}`: the form says `{words}`, which is not the scheme's rule; it was not scored by"
            ),
            Unlike::Instead(scheme) => words!(
                "「{name}」表上写「{words}」，方案的规则是「{scheme}」，按方案计算",
                "`{name}`: the form says `{words}`, the scheme `{scheme}`; the scheme was scored by"
            ),
            Unlike::Unread(letters) => words!(
                "「{name}」表上的考核要点有 {letters} 个字，太长，没有和方案核对（{words}）",
                "`{name}`: the form's criteria have {letters} letters, too many to be compared with the scheme ({words})"
            ),
            Unlike::Gone => words!(
                "「{name}」表上没有写「{words}」，方案仍按它计算",
                "`{name}`: the form does not say `{words}`, by which the scheme still scores"
            ),
        };
        // Words that are not understood may say the same; a number that one of both lacks says another thing.
        let sure = other
            || *sure
            || matches!(
                is,
                Unlike::Numbers(..) | Unlike::Rule(true) | Unlike::Instead(_) | Unlike::Unread(_)
            );
        let cure = words!(
            "改了规则就同时改方案；没改则改正表上的文字",
            "change the scheme too if the rule has changed, else correct the form"
        );
        unlike(self.strict && sure, "criteria-differ", what, cure).at(self.sheet_name(at), at.at)
    }

    /// That an item alone has no criteria in a form that has them.
    fn emptied(&self, item: &Item, place: &ItemPlace) -> Option<Problem> {
        let headers = self.headers.get(&place.name.sheet)?;
        let above = headers.iter().any(|header| header.row < place.name.at.row);
        if self.strict || !above || item.criteria.is_empty() {
            return None;
        }
        let (name, rule) = (&item.name, shortened(&item.criteria));
        let what = words!(
            "「{name}」的考核要点是空的，方案仍按「{rule}」计算",
            "`{name}` has no criteria; the scheme still scores by `{rule}`"
        );
        let cure = words!(
            "规则没变就补上文字，不再考核就改方案",
            "write them again where the rule has not changed, else change the scheme"
        );
        let problem = Problem::notice("criteria-differ", what).hint(cure);
        Some(problem.at(self.sheet_name(place.name), place.name.at))
    }

    fn unread(&self, item: &Item, at: Place) -> Problem {
        let (name, scheme) = (&item.name, &self.scheme.name);
        Problem::error(
            "criteria-unread",
            words!(
                "「{name}」没有考核要点，无法确认内置示例方案「{scheme}」就是这张表的规则",
                "`{name}` has no criteria, so nothing shows that the example scheme `{scheme}` holds its rules"
            ),
        )
        .at(self.sheet_name(at), at.at)
        .hint(words!(
            "确认规则一致后用 --scheme {scheme}",
            "use --scheme {scheme} where the rules are the same"
        ))
    }
}

/// The finding for what a form says otherwise than its scheme: a form that an example scheme was chosen for
/// must not be scored by it.
fn unlike(example: bool, code: &'static str, what: Words, cure: Words) -> Problem {
    if !example {
        return Problem::notice(code, what).hint(cure);
    }
    Problem::error(code, what).hint(words!(
        "内置示例方案与这张表不一致，没有评分；用 kaohe scheme draft 起草自己的方案，再用 --scheme 指定",
        "the example scheme is not this form's, nothing is scored; draft your own by kaohe scheme draft and name it by --scheme"
    ))
}

/// The clauses of a text that are not the scheme's: by their numbers, else by a limit that it adds, or by
/// another rule.
fn all_differences(scheme: &Scheme, item: &Item, text: &str) -> Vec<Difference> {
    // Reading takes longer than the text is long.
    let letters = text.chars().count();
    if letters > MOST_LETTERS {
        return vec![Difference::new(shortened(text), Unlike::Unread(letters))];
    }
    // ① begins a paragraph as 1、 does.
    let text = &text.replace(|c| ('①'..='⑳').contains(&c), "\n");
    // 不及格（KPI低于60分）者 is 不及格者, but for another number.
    let noted = pass_mark::noted(scheme, item, text);
    let (text, mark) = noted.as_ref().map_or((text, None), |(text, mark)| (text, mark.clone()));
    let mut found = differences(scheme, item, text);
    if found.is_empty() {
        found = limits::added(item, text);
        let limits: Vec<String> = found.iter().map(|limit| compact(&limit.words)).collect();
        let told = |rule: &Difference| {
            let words = compact(&rule.words);
            limits.iter().any(|limit| limit.contains(&words) || words.contains(limit))
        };
        found.extend(readings::changed(item, text).into_iter().filter(|rule| !told(rule)));
        if found.is_empty() {
            found = limits::gone(item, text);
            found.extend(subjects::changed(item, text));
            if found.is_empty() {
                found = points::changed(item, text);
            }
            if found.is_empty() {
                found = clauses::changed(item, text);
            }
        }
    }
    found.extend(mark);
    for small in meaning::changed(scheme, item, text) {
        let same = |known: &Difference| {
            known.words.contains(&small.words) || small.words.contains(&known.words)
        };
        if !found.iter().any(same) {
            found.push(small);
        }
    }
    for days in subjects::other_days(item, text) {
        found.retain(|known| known.words != days.words);
        found.push(days);
    }
    for difference in &mut found {
        let other = match difference.is {
            Unlike::Limit => &item.criteria,
            Unlike::Gone => text,
            _ => continue,
        };
        let known = Digits::of(other).numbers;
        let full = |number: &f64| *number == 0.0 || *number == item.points;
        let own = Digits::of(&difference.words).numbers;
        difference.sure |= own.iter().any(|n| !full(n) && !known.contains(n));
    }
    found
}

/// The clauses of a text whose numbers are not the scheme's.
fn differences(scheme: &Scheme, item: &Item, text: &str) -> Vec<Difference> {
    let (own, recorded) = (Digits::of(text), Digits::of(&item.criteria));
    if own.numbers == recorded.numbers {
        return Vec::new();
    }
    let only_numbers = own.bare == recorded.bare && !recorded.bare.is_empty();
    let read = criteria::read(&item.name, item.points, text);
    let said = atoms::of_clauses(&read.clauses);
    let mut left = atoms::of_item(item);
    let mut open = Vec::new();
    for (atom, clause) in said {
        let bound = read.clauses.get(clause).and_then(|c| bound_of(c, &atom));
        let fits = |own: &Atom| {
            own.agrees(&atom)
                && bound.is_none_or(|b| bound_in_scheme(scheme, own).is_none_or(|s| s == b))
        };
        match left.iter().position(fits) {
            Some(at) => drop(left.remove(at)),
            None => open.push((atom, clause, bound)),
        }
    }
    let mut out = Vec::new();
    for (atom, clause, bound) in open {
        let Some(clause) = read.clauses.get(clause) else { continue };
        let nearest = left
            .iter()
            .enumerate()
            .filter(|(_, other)| other.kind == atom.kind)
            .min_by_key(|(_, other)| other.distance(&atom))
            .map(|(at, _)| at);
        // A clause that the scheme scores by another kind of rule cannot be compared.
        let Some(at) = nearest else { continue };
        let other = left.remove(at);
        let tell = |atom: &Atom, bound: Option<f64>| match bound {
            Some(bound) => format!("{}（界限 {}）", atom.told(), show(bound, 4)),
            None => atom.told(),
        };
        let is = Unlike::Numbers(
            tell(&atom, bound),
            tell(&other, bound.and(bound_in_scheme(scheme, &other))),
        );
        out.push(Difference::new(shortened(&clause.words), is));
    }
    out.extend(fines(scheme, item, &read.clauses));
    if out.is_empty() && only_numbers && !agreed_anew(item, &read.clauses) {
        out.extend(by_number(&own, &recorded, text));
    }
    out
}

/// The bound that a clause's count of people has: those above 18 seconds.
fn bound_of(clause: &Clause, atom: &Atom) -> Option<f64> {
    let need = atom.metric.as_ref()?.parse::<usize>().ok()?;
    Some(clause.needs.get(need)?.bound?.1)
}

fn bound_in_scheme(scheme: &Scheme, atom: &Atom) -> Option<f64> {
    let from = scheme.metric(atom.metric.as_ref()?)?.from_team.as_ref()?;
    from.below.or(from.above)
}

/// Fines beside the points: their bounds, where the scheme keeps one kind of money of this item.
fn fines(scheme: &Scheme, item: &Item, clauses: &[Clause]) -> Vec<Difference> {
    let reads: Vec<&str> = crate::scheme::metrics_of_item(item).collect();
    let mut money = scheme.money.iter().filter(|m| reads.contains(&m.per.as_str()));
    let (Some(money), None) = (money.next(), money.next()) else { return Vec::new() };
    let clauses = clauses.iter().filter(|clause| clause.said == Said::Money);
    clauses
        .filter_map(|clause| {
            let tail = clause.words.rsplit([',', '，', '；', ';']).find(|t| t.contains('元'))?;
            let numbers = Digits::of(tail).numbers;
            let (least, most) = match numbers.as_slice() {
                [least, most] => (least, most),
                [only] => (only, only),
                _ => return None,
            };
            let differs = *least != money.min || *most != money.max;
            let tell = |a: f64, b: f64| format!("{}–{} 元", show(a, 2), show(b, 2));
            differs.then(|| {
                let is = Unlike::Numbers(tell(*least, *most), tell(money.min, money.max));
                Difference::new(shortened(&clause.words), is)
            })
        })
        .collect()
}

/// Whether the changed numbers are read, and the scheme was changed with them.
fn agreed_anew(item: &Item, clauses: &[Clause]) -> bool {
    let before = criteria::read(&item.name, item.points, &item.criteria);
    let before = atoms::of_clauses(&before.clauses);
    let now = atoms::of_clauses(clauses);
    let same =
        before.len() == now.len() && before.iter().zip(&now).all(|((a, _), (b, _))| a.agrees(b));
    !same && !now.is_empty()
}

/// The numbers that differ in a text that is else the scheme's own.
fn by_number(own: &Digits, recorded: &Digits, text: &str) -> Vec<Difference> {
    let pairs = own.numbers.iter().zip(&recorded.numbers);
    pairs
        .filter(|(a, b)| a != b)
        .map(|(a, b)| {
            let is = Unlike::Numbers(show(*a, 6), show(*b, 6));
            let holds = |part: &&str| Digits::of(part).numbers.contains(a);
            let part = text.split(['；', ';', '。', '\n']).find(holds).unwrap_or(text);
            Difference::new(shortened(part), is)
        })
        .collect()
}

fn shortened(words: &str) -> String {
    let words = words.trim();
    if words.chars().count() <= 60 {
        return words.to_owned();
    }
    // The numbers stand at the end of a clause.
    let tail: Vec<char> = words.chars().rev().take(58).collect();
    format!("…{}", tail.into_iter().rev().collect::<String>())
}
