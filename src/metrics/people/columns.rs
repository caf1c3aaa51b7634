//! The columns of a table of people, by their headers.

use crate::cell::CellRef;
use crate::form::heading::{self, Chosen, When, above, is_figures};
use crate::hash::HashSet;
use crate::metrics::look::{Look, RowLabels};
use crate::metrics::naming::is_name;
use crate::metrics::row_words::{is_note, is_summary};
use crate::metrics::sources::People;
use crate::metrics::sub_heads::{own_column, second};
use crate::metrics::time::rows::Times;
use crate::metrics::units;
use crate::text::{has_any, label, person_alone, person_key};
use crate::workbook::Sheet;
use std::collections::BTreeMap;

/// A header of a figure.
pub(super) struct Head<'s> {
    pub(super) at: CellRef,
    text: &'s str,
    /// What stands over it, where both together name the figure.
    over: Option<String>,
}

/// The columns that a row heads.
pub(super) struct Columns<'s> {
    /// The first of all.
    first: u32,
    pub(super) name: Option<u32>,
    pub(super) department: Option<u32>,
    /// Of staff numbers.
    pub(super) number: Option<u32>,
    pub(super) times: Times,
    /// Those of each figure: one may stand once a month.
    pub(super) metrics: BTreeMap<&'s str, Vec<Head<'s>>>,
    /// Those of a rater's mean, by rating and mark.
    pub(super) marks: BTreeMap<(usize, usize), Vec<Head<'s>>>,
    /// Figures that are judged by hand.
    pub(super) judged: Vec<(&'s str, u32)>,
    /// Columns of a part of a figure, as 商城 below 实际营业额.
    parts: Vec<(&'s str, CellRef)>,
}

impl<'s> Columns<'s> {
    /// The columns of a header.
    pub(super) fn of(
        sheet: &'s Sheet,
        header: u32,
        keys: &'s RowLabels<'s>,
        words: &'s Look<'s>,
    ) -> Option<Self> {
        let mut out = Self {
            first: keys.first()?.0.col,
            name: None,
            department: None,
            number: None,
            times: Times::of(keys.iter().map(|(at, _, key)| (at.col, &**key))),
            metrics: BTreeMap::new(),
            marks: BTreeMap::new(),
            judged: Vec::new(),
            parts: Vec::new(),
        };
        for (at, text, key) in keys {
            out.take(sheet, (*at, text, key), words);
        }
        out.name = out.name.or_else(|| unknown_name_column(sheet, header, keys, words));
        Some(out)
    }

    fn take(
        &mut self,
        sheet: &Sheet,
        (at, text, key): (CellRef, &'s str, &str),
        words: &'s Look<'s>,
    ) {
        let head = |over| Head { at, text, over };
        if words.person.contains(key) {
            self.name = self.name.or(Some(at.col));
        } else if words.department.contains(key) {
            self.department = Some(at.col);
        } else if words.number.contains(key) {
            self.number = self.number.or(Some(at.col));
        } else if self.times.month == Some(at.col) {
            // It names the rows' months.
        } else if let Some(metric) = words.metric(key) {
            self.metrics.entry(metric).or_default().push(head(None));
        } else if let Some(mark) = words.rated_mark(text, key) {
            self.marks.entry(mark).or_default().push(head(None));
        } else if let Some(metric) = words.judged.get(key) {
            self.judged.push((metric, at.col));
        } else if let Some(over) = above(sheet, at, self.first, words.date1904) {
            let is_month = || heading::when(text, words.month) != When::Unsaid && is_figures(text);
            let mark = || words.rated_mark(&over, &label(&over)).filter(|_| is_month());
            if let Some(metric) = of_two_headers(&over, text, words) {
                self.metrics.entry(metric).or_default().push(head(Some(over)));
            } else if let Some(mark) = mark() {
                self.marks.entry(mark).or_default().push(head(Some(over)));
            } else if let Some(metric) = words.metric(&label(&over)) {
                match (is_sum(text), heading::is_share(text)) {
                    (true, _) => self.metrics.entry(metric).or_default().push(head(Some(over))),
                    (_, true) => self.parts.push((metric, at)),
                    _ => {}
                }
            }
        }
    }

    /// Which column holds each figure of the month.
    pub(super) fn choose(&self, sheet: &Sheet, words: &Look<'_>, people: &mut People) {
        for (metric, found) in &self.metrics {
            let chosen = self.of_month(sheet, found, words, people);
            let chosen =
                chosen.and_then(|head| Some((own_column(sheet, head.at, words)?, head.text)));
            if let Some((at, text)) = chosen {
                let second = second(sheet, at);
                people.twice.extend(second.map(|second| (text.to_owned(), at, second)));
                let metric = (*metric).to_owned();
                people.metrics.insert(metric.clone(), at.col);
                let unit = units::in_label(text);
                people.units.extend(unit.map(|unit| (metric.clone(), unit)));
                let note = words.note(text, at);
                people.notes.extend(note.map(|note| (metric, note)));
            } else if let Some(head) = found.first() {
                people.passed.insert((*metric).to_owned(), head.at);
            }
        }
        for (metric, at) in &self.parts {
            if !people.metrics.contains_key(*metric) {
                people.passed.entry((*metric).to_owned()).or_insert(*at);
            }
        }
        for (mark, found) in &self.marks {
            let chosen = self.of_month(sheet, found, words, people);
            let chosen = chosen.and_then(|head| own_column(sheet, head.at, words));
            people.marks.extend(chosen.map(|at| (*mark, at.col)));
        }
    }

    /// Of several columns of one figure the month's; the first where nothing tells, which is noted.
    fn of_month<'h>(
        &self,
        sheet: &Sheet,
        found: &'h [Head<'s>],
        words: &Look<'_>,
        people: &mut People,
    ) -> Option<&'h Head<'s>> {
        let months = found.iter().map(|head| (month_of(sheet, head, self.first, words), false));
        let months: Vec<(When, bool)> = months.collect();
        match heading::of_month(&months) {
            Chosen::One(at) => found.get(at),
            Chosen::None => None,
            Chosen::Unclear => {
                if let [one, other, ..] = found {
                    people.twice.push((one.text.to_owned(), one.at, other.at));
                }
                found.first()
            }
        }
    }
}

/// The metric that a header and the one over it name together: 营业额 over 计划, 询单转化率 over C店.
fn of_two_headers<'w>(over: &str, text: &str, words: &'w Look<'_>) -> Option<&'w str> {
    let named = |joined: String| words.metric(&label(&joined));
    named(format!("{text}{over}")).or_else(|| named(format!("{over}{text}")))
}

/// Whether a header below a figure's name is of the sum of the columns beside it.
fn is_sum(text: &str) -> bool {
    let key = label(text);
    ["合计", "总计", "小计", "共计"].iter().any(|end| key.ends_with(end))
        || ["合计数", "总数", "总额", "总", "全部"].contains(&key.as_str())
}

/// Which month a header is of. Of 10月 below 询单转化率 the lower speaks, and the upper is the figure's name.
fn month_of(sheet: &Sheet, head: &Head<'_>, first: u32, words: &Look<'_>) -> When {
    let Some(over) = &head.over else {
        let over = above(sheet, head.at, first, words.date1904);
        return words.when(over.as_deref(), head.text, &label(head.text));
    };
    match heading::column_month(None, head.text, words.month) {
        When::Unsaid => heading::when(&format!("{over}{}", head.text), words.month),
        said => said,
    }
}

/// Rows below a header that tell which of its columns holds the people's names.
const ROWS: u32 = 50;

/// The column of the names under a header that no list has, as 主管姓名 and 人员: the only one that holds people
/// with forms, each once, and else nothing but names. In a table of members it is their superiors'.
fn unknown_name_column(
    sheet: &Sheet,
    header: u32,
    keys: &RowLabels<'_>,
    words: &Look<'_>,
) -> Option<u32> {
    const HEADS: [&str; 6] = ["姓名", "名字", "人员", "主管", "员工", "人名"];
    // Who checks, answers for or stands above the one whose figures they are.
    const OTHERS: [&str; 12] = [
        "审核",
        "审批",
        "复核",
        "考核人",
        "填",
        "评",
        "上级",
        "负责",
        "提供",
        "直属",
        "所属",
        "归属",
    ];
    let heads =
        |key: &str| has_any(key, &HEADS) && !has_any(key, &OTHERS) && words.metric(key).is_none();
    let names = |col: u32| {
        let cells = (header + 1..=header + ROWS).map(move |row| CellRef::new(row, col));
        cells.filter_map(|at| sheet.text(at)).filter(|text| !crate::text::is_blank(text))
    };
    let is_person = |name: &str| words.people.contains(&person_key(name));
    let holds = |col: u32| {
        let all = || names(col).take_while(|name| !is_note(name)).filter(|name| !is_summary(name));
        let mut seen: HashSet<String> = HashSet::default();
        all().any(is_person)
            && all().all(|name| is_person(name) || is_name(&person_alone(name)))
            && all().all(|name| seen.insert(person_alone(name)))
    };
    let mut found = keys.iter().filter(|(at, _, key)| heads(key) && holds(at.col));
    let (at, ..) = found.next()?;
    let others = keys.iter().filter(|(other, ..)| other != at);
    let members = others.clone().any(|(_, _, key)| words.member.contains(&**key));
    (found.next().is_none() && !members).then_some(at.col)
}
