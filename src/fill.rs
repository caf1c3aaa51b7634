//! A form's scorecard, and the cells that it fills.
//!
//! In: workbook, scheme, form, figures. Out: a [`Scorecard`] with points, working, fines and
//! problems, and for every score, mean and total the expression that goes into its cell.

mod far;
mod filler;
mod passed;
mod points;
mod replaced;

use crate::expr::Expr;
use crate::form::{Form, Place, StaffNumber};
use crate::metrics::MetricSet;
use crate::problem::{Problem, Words};
use crate::scheme::{Money, Scheme};
use crate::score;
use crate::text::round15;
use crate::words;
use crate::workbook::Workbook;
use filler::Filler;

/// A cell to fill.
#[derive(Debug, Clone)]
pub struct Target {
    /// The cell.
    pub place: Place,
    /// What it is to hold.
    pub expr: Expr,
}

/// An item, scored.
#[derive(Debug, Clone)]
pub struct ScoredItem {
    /// Name.
    pub name: String,
    /// Points, by the form or the scheme.
    pub points: f64,
    /// Score.
    pub score: f64,
    /// How it came about.
    pub working: Words,
    /// Floor, cap and steps in force.
    pub readings: Words,
    /// Its score cell.
    pub place: Place,
}

impl score::total::Named for ScoredItem {
    fn name(&self) -> &str {
        &self.name
    }

    fn points(&self) -> f64 {
        self.points
    }
}

/// A mark of a rating table.
#[derive(Debug, Clone)]
pub struct ScoredMark {
    /// Name.
    pub name: String,
    /// Mark, the mean of several raters.
    pub value: f64,
    /// How many raters; 0 for a mark that stands in the form.
    pub raters: usize,
    /// Its cell.
    pub place: Place,
}

/// A rating table, scored.
#[derive(Debug, Clone)]
pub struct ScoredRating {
    /// Name.
    pub name: String,
    /// Marks.
    pub marks: Vec<ScoredMark>,
    /// Their sum.
    pub sum: f64,
    /// Full marks.
    pub full: f64,
    /// Points that full marks make.
    pub weight: f64,
    /// Points.
    pub points: f64,
    /// The sum's cell.
    pub sum_at: Option<Place>,
    /// The points' cell.
    pub points_at: Option<Place>,
}

/// Money beside the points.
#[derive(Debug, Clone)]
pub struct Fine {
    /// Name.
    pub name: String,
    /// Amount, yuan.
    pub amount: f64,
}

/// One person's result.
#[derive(Debug, Clone)]
pub struct Scorecard {
    /// Person.
    pub person: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Staff number.
    pub number: StaffNumber,
    /// Month.
    pub month: Option<crate::form::Month>,
    /// The month without its year, where the form names no year.
    pub month_alone: Option<crate::form::Period>,
    /// Sheet with the items.
    pub sheet: usize,
    /// Its name.
    pub sheet_name: String,
    /// Items in the form's order.
    pub items: Vec<ScoredItem>,
    /// The items' sum.
    pub sum: f64,
    /// Its cell.
    pub sum_at: Option<Place>,
    /// Points of all items.
    pub sum_points: f64,
    /// Rating tables.
    pub ratings: Vec<ScoredRating>,
    /// The total.
    pub total: f64,
    /// Its cell.
    pub total_at: Option<Place>,
    /// What the total is out of.
    pub total_points: f64,
    /// Grade by the scheme.
    pub grade: Option<String>,
    /// The place in the team, where a distribution gives the grades.
    pub member: score::distribution::Member,
    /// Fines.
    pub fines: Vec<Fine>,
    /// Problems and notices.
    pub problems: Vec<Problem>,
    /// Whether every score could be computed.
    pub complete: bool,
    /// Cells to fill; none where something blocks.
    pub targets: Vec<Target>,
    /// The figures that it was made from.
    pub metrics: MetricSet,
}

impl Scorecard {
    /// Whether the form may be filled.
    pub fn fillable(&self) -> bool {
        self.complete && !self.problems.iter().any(Problem::blocks)
    }
}

/// Scores a form.
pub fn scorecard(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    mut metrics: MetricSet,
) -> Scorecard {
    let sheet_name = workbook.sheet_name(form.sheet).to_owned();
    let mut filler = Filler { workbook, problems: form.problems.clone(), targets: Vec::new() };
    filler.problems.append(&mut metrics.problems);
    let (items, terms) = filler.items(scheme, form, &metrics, &sheet_name);
    let mut complete = form.items.len() == scheme.items.len() && items.len() == form.items.len();
    filler.problems.extend(score::marks_not_allowed(scheme, &metrics, &sheet_name));
    let sum_points = score::total::points(scheme, &items);
    let sum = score::total::sum(scheme, &items, terms, &metrics);
    let lapsed = scheme.items.iter().any(|item| score::absent::is_absent(item, &metrics));
    if complete && lapsed && !sum.value().is_finite() {
        filler.problems.push(score::absent::nothing_left(&sheet_name));
    }
    let sum_value = sum.value();
    let mut total = vec![match form.sum {
        Some(place) => Expr::Value(filler.target(place, sum)),
        None => sum,
    }];
    let mut ratings = Vec::new();
    for place in &form.ratings {
        let Some(rating) = scheme.ratings.get(place.rating) else { continue };
        match filler.rating(rating, place, &metrics, &mut total) {
            Some(scored) => ratings.push(scored),
            None => complete = false,
        }
    }
    complete &= ratings.len() == scheme.ratings.len();
    let total = filler.total(scheme, form, total, &metrics);
    let total_points = sum_points + ratings.iter().map(|r| r.weight).sum::<f64>();
    let mut card = Scorecard {
        person: form.person.clone(),
        department: form.department.clone(),
        number: form.number.clone(),
        month: form.month,
        month_alone: form.month_alone,
        sheet: form.sheet,
        sheet_name,
        items,
        sum: round15(sum_value),
        sum_at: form.sum,
        sum_points,
        ratings,
        total,
        total_at: form.total,
        total_points,
        grade: score::total::grade(scheme, total, &metrics).map(|g| g.name.clone()),
        member: score::distribution::Member::new(scheme, total, &metrics),
        fines: fines(scheme, &metrics),
        problems: filler.problems,
        complete,
        targets: filler.targets,
        metrics,
    };
    if card.fillable() {
        let replaced = replaced::notices(workbook, &card);
        card.problems.extend(replaced);
    } else {
        card.targets.clear();
    }
    card
}

/// The sums of money that are no points.
fn fines(scheme: &Scheme, metrics: &MetricSet) -> Vec<Fine> {
    let fine = |money: &Money| {
        let amount = metrics.get(&money.metric)?.expr.value();
        (amount != 0.0).then(|| Fine { name: money.name.clone(), amount: round15(amount) })
    };
    scheme.money.iter().filter_map(fine).collect()
}

/// Grades by shares of the team, where the scheme says so: of a workbook with the whole team.
pub fn distribute(scheme: &Scheme, cards: &mut [Scorecard]) {
    let Some(distribution) = &scheme.distribution else { return };
    let whole = cards.len() > 1 && cards.iter().all(Scorecard::fillable);
    if whole {
        let team = |card: &Scorecard| distribution.team(card.department.as_deref());
        let people: Vec<_> = cards.iter().map(|card| (team(card), card.member)).collect();
        let grades = score::distribution::grades_by_team(scheme, distribution, &people);
        for ((card, (team, _)), grade) in cards.iter_mut().zip(&people).zip(grades) {
            card.grade = grade.map(|g| g.name.clone());
            if team.is_none() {
                card.problems.push(score::distribution::no_department(&card.sheet_name));
            }
        }
        return;
    }
    for card in cards.iter_mut().filter(|card| card.fillable()) {
        card.problems.push(
            Problem::notice(
                "grade-waits",
                words!(
                    "等级按强制分布评定，要全组一起算，这里没有给等级",
                    "grades are given by shares of the team; there is none until the whole team is here"
                ),
            )
            .on(&card.sheet_name)
            .hint(words!(
                "把全组放在一份工作簿里，或用 kaohe batch 一起处理，等级在汇总里",
                "put the team into one workbook, or run kaohe batch: the summary has the grades"
            )),
        );
    }
}
