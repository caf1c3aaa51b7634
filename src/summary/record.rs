//! What is kept of every workbook: enough for the report, the summary and the next run, and small,
//! since a month may hold many thousands.

use super::data::ten;
use crate::Outcome;
use crate::fill::Scorecard;
use crate::problem::codes::{METRIC_BLANK, METRIC_MISSING};
use crate::problem::{Problem, Severity, Words};
use crate::scheme::{Distribution, Scheme};
use crate::score::absent::is_absent;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashSet;

/// An item or rating of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Name.
    pub name: String,
    /// Points that it is worth.
    pub points: f64,
    /// Floor, cap and steps in force; none for a rating.
    pub reading: Option<Words>,
}

/// What the forms of many people share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// The scheme's name.
    pub scheme: String,
    /// The form's title.
    pub title: String,
    /// Items in order.
    pub items: Vec<Part>,
    /// Rating tables.
    pub ratings: Vec<Part>,
    /// Grades from the best: name, least total, pay coefficient.
    pub grades: Vec<(String, f64, Option<f64>)>,
    /// Shares of the team that grades are given by, in words, where points do not give them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares: Option<String>,
}

impl Layout {
    /// Its number in a list; a new one goes to the list's end.
    pub fn number_in(self, layouts: &mut Vec<Self>) -> usize {
        layouts.iter().position(|known| *known == self).unwrap_or_else(|| {
            layouts.push(self);
            layouts.len() - 1
        })
    }
}

/// One person's line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Index into the layouts.
    pub layout: usize,
    /// The person; where the form names none, the workbook or sheet stands for it.
    pub name: String,
    /// Whether the form names the person.
    pub named: bool,
    /// Department.
    pub department: Option<String>,
    /// Staff number, as it is compared; empty where the form names none.
    #[serde(default)]
    pub number: String,
    /// The same as the form writes it; empty where that is the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number_written: String,
    /// Month, `2026-10`.
    pub month: Option<String>,
    /// The month without its year, `10月`, where the form names no year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_alone: Option<String>,
    /// The form's sheet.
    pub sheet: String,
    /// The row of the person's figures, where they stand in a workbook for many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Scores of the layout's items.
    pub scores: Vec<f64>,
    /// Places of the items that do not apply to the person this month: they have no score.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<usize>,
    /// The form's own sum of the items, where groups or items that do not apply make it another than
    /// what the scores add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<f64>,
    /// Points of the layout's ratings.
    pub ratings: Vec<f64>,
    /// The total.
    pub total: f64,
    /// Grade.
    pub grade: Option<String>,
    /// Least total of the best grade that vetoes leave, where they limit it.
    #[serde(default)]
    pub limit: Option<f64>,
    /// Fines, yuan.
    pub fines: f64,
}

impl Line {
    /// The sum of the items as the form has it.
    pub fn sum(&self) -> f64 {
        self.sum.unwrap_or_else(|| self.scores.iter().sum())
    }

    /// Whether the form is of a month; one that names none is of any.
    pub fn is_of(&self, month: Option<&str>) -> bool {
        self.month.is_none() || self.month.as_deref() == month
    }

    /// The name with the staff number, where another person has the same name and department.
    pub fn shown(&self, told: bool) -> Cow<'_, str> {
        match told && !self.number.is_empty() {
            true => {
                let written = Some(&self.number_written).filter(|written| !written.is_empty());
                Cow::Owned(format!("{}（{}）", self.name, written.unwrap_or(&self.number)))
            }
            false => Cow::Borrowed(&self.name),
        }
    }
}

/// A problem or notice of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// Its stable name.
    pub code: String,
    /// Whom it is about, where it is one person of several.
    pub person: Option<String>,
    /// Sheet and cell, `'指标数据'!B4`.
    pub place: String,
    /// Whether that sheet is another than the person's form: it may be in a [`MetricsBook`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
    /// What.
    pub what: Words,
    /// What to do.
    pub hint: Option<Words>,
}

impl Finding {
    /// A finding of a workbook, or of one person's form.
    pub fn new(problem: &Problem, person: Option<&str>) -> Self {
        Self {
            severity: problem.severity,
            code: problem.code.to_owned(),
            person: person.map(str::to_owned),
            place: problem.place(),
            beside: false,
            what: problem.what.clone(),
            hint: problem.hint.clone(),
        }
    }

    /// A finding of a form, by the form's sheet.
    pub fn of_form(problem: &Problem, person: Option<&str>, sheet: &str) -> Self {
        let beside = problem.sheet.as_deref().is_some_and(|own| own != sheet);
        Self { beside, ..Self::new(problem, person) }
    }

    /// Whether it only waits for somebody to type something.
    pub fn waits(&self) -> bool {
        self.severity == Severity::Unfinished
            || matches!(self.code.as_str(), METRIC_BLANK | "team-empty")
    }

    /// Whether something was left unfilled for it.
    pub fn blocks(&self) -> bool {
        self.severity > Severity::Notice
    }
}

/// A workbook with the metrics of many people's forms: what is wrong on its sheets is mended there.
#[derive(Debug, Clone, Default)]
pub struct MetricsBook {
    /// Its name as it is shown.
    pub file: String,
    /// Names of its sheets.
    pub sheets: HashSet<String>,
}

impl MetricsBook {
    /// The file to look into: this one, or the person's own.
    pub fn file_of<'a>(&'a self, finding: &Finding, own: &'a str) -> &'a str {
        if self.holds(finding) { &self.file } else { own }
    }

    /// Whether a finding is about this workbook: it is on one of its sheets, or says that a metric
    /// is on none of them.
    pub fn holds(&self, finding: &Finding) -> bool {
        let (sheet, _) = place(&finding.place);
        let nowhere = finding.place.is_empty() && finding.code == METRIC_MISSING;
        !self.file.is_empty() && (nowhere || finding.beside && self.sheets.contains(sheet))
    }
}

/// `'指标数据'!B4` as sheet and cell.
pub(super) fn place(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix('\'') else { return (text, "") };
    match rest.rsplit_once("'!") {
        Some((sheet, cell)) => (sheet, cell),
        None => (rest.strip_suffix('\'').unwrap_or(rest), ""),
    }
}

/// What came of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Every form filled.
    Filled,
    /// Some forms filled, or only figures and judgements are still to be typed.
    Unfinished,
    /// Nothing filled.
    Failed,
}

/// A workbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// Its name below the folder.
    pub file: String,
    /// Its result, below the output folder.
    pub output: Option<String>,
    /// What came of it.
    pub state: State,
    /// How many forms it holds.
    pub forms: usize,
    /// People whose forms were filled.
    pub lines: Vec<Line>,
    /// Problems and notices.
    pub findings: Vec<Finding>,
}

impl Book {
    /// A workbook of which nothing came.
    pub fn failed(file: &str, problems: &[Problem]) -> Self {
        Self {
            file: file.to_owned(),
            output: None,
            state: State::Failed,
            forms: 0,
            lines: Vec::new(),
            findings: problems.iter().map(|p| Finding::new(p, None)).collect(),
        }
    }

    /// What is kept of an outcome. `layout` gives a layout's index.
    pub fn new(
        file: &str,
        outcome: &Outcome,
        scheme: Option<&Scheme>,
        layout: &dyn Fn(Layout) -> usize,
    ) -> Self {
        let several = outcome.cards.len() > 1;
        let stem = file.rsplit('/').next().unwrap_or(file);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let name = |card: &Scorecard| match (&card.person, several) {
            (Some(person), _) => person.clone(),
            (None, true) => card.sheet_name.clone(),
            (None, false) => stem.to_owned(),
        };
        let mut findings: Vec<Finding> =
            outcome.problems.iter().map(|p| Finding::new(p, None)).collect();
        let mut lines = Vec::new();
        for card in &outcome.cards {
            let name = name(card);
            let about = Some(name.as_str()).filter(|_| several || card.person.is_some());
            let own = card.problems.iter();
            findings.extend(own.map(|p| Finding::of_form(p, about, &card.sheet_name)));
            if !card.fillable() {
                continue;
            }
            lines.push(Line {
                layout: layout(layout_of(card, &outcome.scheme, scheme)),
                named: card.person.is_some(),
                name,
                department: card.department.clone(),
                number: card.number.key.clone(),
                number_written: Some(&card.number.written)
                    .filter(|written| **written != card.number.key)
                    .cloned()
                    .unwrap_or_default(),
                month: card.month.map(|m| m.to_string()),
                month_alone: card.month_alone.map(|alone| alone.to_string()),
                sheet: card.sheet_name.clone(),
                row: card.metrics.row.clone(),
                scores: card.items.iter().map(|i| i.score).collect(),
                absent: scheme.map_or_else(Vec::new, |scheme| absent(card, scheme)),
                sum: Some(card.sum).filter(|sum| {
                    let added: f64 = card.items.iter().map(|i| i.score).sum();
                    ten(*sum) != ten(added)
                }),
                ratings: card.ratings.iter().map(|r| r.points).collect(),
                total: card.total,
                grade: card.grade.clone(),
                limit: Some(card.member.limit).filter(|limit| limit.is_finite()),
                fines: card.fines.iter().map(|f| f.amount).sum(),
            });
        }
        let blocking: Vec<&Finding> = findings.iter().filter(|f| f.blocks()).collect();
        let state = if outcome.whole() {
            State::Filled
        } else if !lines.is_empty() || !blocking.is_empty() && blocking.iter().all(|f| f.waits()) {
            State::Unfinished
        } else {
            State::Failed
        };
        Self {
            file: file.to_owned(),
            output: None,
            state,
            forms: outcome.cards.len(),
            lines,
            findings,
        }
    }
}

fn absent(card: &Scorecard, scheme: &Scheme) -> Vec<usize> {
    let lapsed = |name: &str| {
        let item = scheme.items.iter().find(|item| item.name == name);
        item.is_some_and(|item| is_absent(item, &card.metrics))
    };
    let items = card.items.iter().enumerate();
    items.filter(|(_, item)| lapsed(&item.name)).map(|(index, _)| index).collect()
}

fn layout_of(card: &Scorecard, name: &str, scheme: Option<&Scheme>) -> Layout {
    Layout {
        scheme: name.to_owned(),
        title: scheme.map_or_else(|| name.to_owned(), |s| s.title.clone()),
        items: card
            .items
            .iter()
            .map(|i| Part {
                name: i.name.clone(),
                points: i.points,
                reading: Some(i.readings.clone()),
            })
            .collect(),
        ratings: card
            .ratings
            .iter()
            .map(|r| Part { name: r.name.clone(), points: r.weight, reading: None })
            .collect(),
        grades: scheme.map_or_else(Vec::new, |s| {
            let mut grades: Vec<_> =
                s.grades.iter().map(|g| (g.name.clone(), g.from, g.coefficient)).collect();
            grades.sort_by(|a, b| b.1.total_cmp(&a.1));
            grades
        }),
        shares: scheme.and_then(|s| s.distribution.as_ref()).map(Distribution::told),
    }
}
