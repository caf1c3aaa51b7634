//! The explanation as JSON. Its shape is versioned by `schema`, documented in `docs/explain.md`
//! and kept by a snapshot test; fields are only added within a version.

use crate::form::Place;
use crate::next::Next;
use crate::pipeline::Outcome;
use crate::problem::{Problem, Words};
use crate::scheme::MetricKind;
use serde::Serialize;

/// What `kaohe explain --json` gives for a file.
#[derive(Debug, Serialize)]
pub struct Explanation<'a> {
    /// `kaohe.explain/1`.
    pub schema: &'static str,
    /// The file's name.
    pub file: &'a str,
    /// The scheme used; none where the workbook could not be read.
    pub scheme: Option<&'a str>,
    /// Problems and notices of the whole workbook.
    pub problems: Vec<ProblemOut<'a>>,
    /// One a form.
    pub people: Vec<Person<'a>>,
}

/// A finding in an explanation.
#[derive(Debug, Serialize)]
pub struct ProblemOut<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    /// The file it is in, where that is not the workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
}

fn problems(all: &[Problem]) -> Vec<ProblemOut<'_>> {
    all.iter().map(|problem| ProblemOut { problem, file: None }).collect()
}

/// A cell in an explanation.
#[derive(Debug, Serialize)]
pub struct CellOut<'a> {
    sheet: &'a str,
    cell: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    formula: Option<&'a str>,
}

/// A person's result.
#[derive(Debug, Serialize)]
pub struct Person<'a> {
    name: Option<&'a str>,
    department: Option<&'a str>,
    month: Option<String>,
    sheet: &'a str,
    fillable: bool,
    items: Vec<ItemOut<'a>>,
    sum: TotalOut<'a>,
    ratings: Vec<RatingOut<'a>>,
    total: Option<TotalOut<'a>>,
    grade: Option<&'a str>,
    fines: Vec<FineOut<'a>>,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Debug, Serialize)]
struct ItemOut<'a> {
    name: &'a str,
    points: f64,
    score: f64,
    working: &'a Words,
    readings: &'a Words,
    at: CellOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Vec<NextOut<'a>>>,
}

/// What one metric would have to be for the item's score to rise; `to` and `score` are null where it
/// cannot do that alone.
#[derive(Debug, Serialize)]
struct NextOut<'a> {
    metric: &'a str,
    kind: MetricKind,
    unit: &'a str,
    now: f64,
    to: Option<f64>,
    score: Option<f64>,
}

#[derive(Debug, Serialize)]
struct TotalOut<'a> {
    points: f64,
    score: f64,
    at: Option<CellOut<'a>>,
}

#[derive(Debug, Serialize)]
struct RatingOut<'a> {
    name: &'a str,
    marks: Vec<MarkOut<'a>>,
    sum: f64,
    full: f64,
    weight: f64,
    score: f64,
    sum_at: Option<CellOut<'a>>,
    at: Option<CellOut<'a>>,
}

#[derive(Debug, Serialize)]
struct MarkOut<'a> {
    name: &'a str,
    mark: f64,
    raters: usize,
    at: CellOut<'a>,
}

#[derive(Debug, Serialize)]
struct FineOut<'a> {
    name: &'a str,
    yuan: f64,
}

/// The explanation of an outcome. `next` holds what [`crate::next::steps`] gave for each scorecard;
/// empty: it is left out.
pub fn explanation<'a>(
    file: &'a str,
    outcome: &'a Outcome,
    next: &'a [Vec<Vec<Next>>],
) -> Explanation<'a> {
    let cell = |place: Place| CellOut {
        sheet: outcome.sheets.get(place.sheet).map_or("", String::as_str),
        cell: place.at.to_string(),
        formula: outcome.formulas.get(&place).map(String::as_str),
    };
    let people = outcome
        .cards
        .iter()
        .enumerate()
        .map(|(number, card)| Person {
            name: card.person.as_deref(),
            department: card.department.as_deref(),
            month: card.month.map(|m| m.to_string()),
            sheet: &card.sheet_name,
            fillable: card.fillable(),
            items: card
                .items
                .iter()
                .enumerate()
                .map(|(index, item)| ItemOut {
                    name: &item.name,
                    points: item.points,
                    score: item.score,
                    working: &item.working,
                    readings: &item.readings,
                    at: cell(item.place),
                    next: next
                        .get(number)
                        .and_then(|items| items.get(index))
                        .map(|steps| steps.iter().map(next_out).collect()),
                })
                .collect(),
            sum: TotalOut { points: card.sum_points, score: card.sum, at: card.sum_at.map(cell) },
            ratings: card
                .ratings
                .iter()
                .map(|rating| RatingOut {
                    name: &rating.name,
                    marks: rating
                        .marks
                        .iter()
                        .map(|mark| MarkOut {
                            name: &mark.name,
                            mark: mark.value,
                            raters: mark.raters,
                            at: cell(mark.place),
                        })
                        .collect(),
                    sum: rating.sum,
                    full: rating.full,
                    weight: rating.weight,
                    score: rating.points,
                    sum_at: rating.sum_at.map(cell),
                    at: rating.points_at.map(cell),
                })
                .collect(),
            total: card.fillable().then(|| TotalOut {
                points: card.total_points,
                score: card.total,
                at: card.total_at.map(cell),
            }),
            grade: card.grade.as_deref().filter(|_| card.fillable()),
            fines: card
                .fines
                .iter()
                .map(|fine| FineOut { name: &fine.name, yuan: fine.amount })
                .collect(),
            problems: problems(&card.problems),
        })
        .collect();
    Explanation {
        schema: "kaohe.explain/1",
        file,
        scheme: Some(&outcome.scheme),
        problems: problems(&outcome.problems),
        people,
    }
}

/// The explanation of a workbook that could not be read: what is wrong, and nobody.
pub fn unread<'a>(file: &'a str, found: &'a [Problem]) -> Explanation<'a> {
    let problems = problems(found);
    Explanation { schema: "kaohe.explain/1", file, scheme: None, problems, people: Vec::new() }
}

impl<'a> Explanation<'a> {
    /// Names another file, `of`, for the findings about forms that are in it: `is_there` tells by the
    /// finding and the form's sheet.
    pub fn naming(mut self, of: &'a str, is_there: impl Fn(&Problem, &str) -> bool) -> Self {
        for person in &mut self.people {
            for out in &mut person.problems {
                out.file = is_there(out.problem, person.sheet).then_some(of);
            }
        }
        self
    }
}

fn next_out(next: &Next) -> NextOut<'_> {
    NextOut {
        metric: &next.metric,
        kind: next.kind,
        unit: &next.unit,
        now: next.now,
        to: next.to.map(|to| to.value),
        score: next.to.map(|to| to.score),
    }
}
