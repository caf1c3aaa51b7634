//! A form's scorecard, and the cells that it fills.
//!
//! In: workbook, scheme, form, figures. Out: a [`Scorecard`] with points, working, fines and
//! problems, and for every score, mean and total the expression that goes into its cell.

mod far;
mod passed;
mod points;
mod replaced;

use crate::expr::{Expr, Operand};
use crate::form::{Form, ItemPlace, MarkPlace, Place, RatingPlace, StaffNumber, points_differ};
use crate::metrics::{MetricSet, RaterSheets, is_of_nothing, typed_mark};
use crate::problem::codes::MARK_BLANK;
use crate::problem::{Problem, Words};
use crate::scheme::{Item, Rating, Scheme};
use crate::score;
use crate::text::{round15, show};
use crate::words;
use crate::workbook::Workbook;
use points::{Stated, stated};

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

/// An item and its points in the form.
struct Weight<'a>(&'a Item, f64);

impl score::total::Named for Weight<'_> {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn points(&self) -> f64 {
        self.1
    }
}

/// Scores a form.
pub fn scorecard(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    mut metrics: MetricSet,
) -> Scorecard {
    let sheet_name = workbook.sheets.get(form.sheet).map_or_else(String::new, |s| s.name.clone());
    let mut filler = Filler { workbook, problems: form.problems.clone(), targets: Vec::new() };
    filler.problems.append(&mut metrics.problems);
    let mut items = Vec::new();
    let mut terms: Vec<Operand> = Vec::new();
    let mut complete = form.items.len() == scheme.items.len();
    let there: Vec<(&ItemPlace, &Item)> = form
        .items
        .iter()
        .filter_map(|place| Some((place, scheme.items.get(place.item)?)))
        .collect();
    let weights: Vec<Weight<'_>> = there
        .iter()
        .map(|(place, item)| Weight(item, filler.points(item, place.points, &sheet_name)))
        .collect();
    for ((place, item), Weight(_, points)) in there.into_iter().zip(&weights) {
        let points = *points;
        let Some(mut scored) = score::item(item, points, &metrics) else {
            complete = false;
            continue;
        };
        let far = (points, scored.expr.value());
        filler.problems.extend(far::far_above(workbook, (item, place), far, &metrics));
        scored.expr = score::absent::receive(scheme, item, points, &weights, &metrics, scored.expr);
        terms.push(filler.target(place.score, scored.expr.clone()));
        items.push(ScoredItem {
            name: item.name.clone(),
            points,
            score: round15(scored.expr.value()),
            working: scored.working,
            readings: score::readings(item),
            place: place.score,
        });
    }
    filler.problems.extend(score::marks_not_allowed(scheme, &metrics, &sheet_name));
    let sum_points = score::total::points(scheme, &items);
    let sum = score::total::sum(scheme, &items, terms, &metrics);
    let lapsed = scheme.items.iter().any(|item| score::absent::is_absent(item, &metrics));
    if complete && lapsed && !sum.value().is_finite() {
        filler.problems.push(score::absent::nothing_left(&sheet_name));
    }
    let sum_value = sum.value();
    let sum_term = match form.sum {
        Some(place) => Expr::Value(filler.target(place, sum)),
        None => sum,
    };
    let mut total = vec![sum_term];
    let mut ratings = Vec::new();
    for place in &form.ratings {
        let Some(rating) = scheme.ratings.get(place.rating) else { continue };
        match filler.rating(rating, place, &metrics, &mut total) {
            Some(scored) => ratings.push(scored),
            None => complete = false,
        }
    }
    complete &= ratings.len() == scheme.ratings.len();
    let total = if total.len() == 1 { total.swap_remove(0) } else { Expr::Add(total) };
    let total = score::total::finish(scheme, total, &metrics);
    let total_value = round15(total.value());
    if let Some(place) = form.total {
        let total = filler.target(place, total);
        if let Some(above) = form.total_above {
            filler.target(above, Expr::Value(total));
        }
    }
    let fines = scheme
        .money
        .iter()
        .filter_map(|money| {
            let amount = metrics.get(&money.metric)?.expr.value();
            (amount != 0.0).then(|| Fine { name: money.name.clone(), amount: round15(amount) })
        })
        .collect();
    let grade = score::total::grade(scheme, total_value, &metrics).map(|g| g.name.clone());
    let member = score::distribution::Member::new(scheme, total_value, &metrics);
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
        total: total_value,
        total_at: form.total,
        total_points,
        grade,
        member,
        fines,
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

struct Filler<'a> {
    workbook: &'a Workbook,
    problems: Vec<Problem>,
    targets: Vec<Target>,
}

impl Filler<'_> {
    /// Notes a cell to fill, and gives it as an operand for what reads it.
    fn target(&mut self, place: Place, expr: Expr) -> Operand {
        let value = expr.value();
        self.targets.push(Target { place, expr });
        Operand::Cell { sheet: place.sheet, at: place.at, value }
    }

    /// An item's points: the form's cell wins over the scheme, with a notice.
    fn points(&mut self, item: &Item, place: Option<Place>, sheet: &str) -> f64 {
        let name = &item.name;
        let Some(place) = place else {
            return item.points;
        };
        let value = self.workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        let own = match is_of_nothing(self.workbook, place) {
            true => Stated::Unclear,
            false => value.map_or(Stated::Silent, |value| stated(value, item.points)),
        };
        let shown = show(item.points, 4);
        let problem = match own {
            Stated::Points(points) if points == item.points => return points,
            Stated::Points(points) => {
                let problem = points_differ(name, points, item.points);
                match points::that_stay(item) {
                    None => problem,
                    Some(stay) => problem.hint(
                        words!("方案里的", "of the scheme stay as they are: ")
                            .then(&stay)
                            .then(&words!(" 分没有跟着变，请核对", "; please check")),
                    ),
                }
            }
            Stated::Silent => Problem::notice(
                "points-unread",
                words!(
                    "「{name}」的分值读不出数字，按方案 {shown} 分",
                    "the points of `{name}` are no number; the scheme's {shown} are used"
                ),
            ),
            Stated::Unclear => Problem::error(
                "points-unclear",
                words!(
                    "看不懂「{name}」的分值；方案是 {shown} 分",
                    "the points of `{name}` cannot be read; the scheme has {shown}"
                ),
            )
            .hint(words!(
                "写成一个数字，例如 {shown} 或「{shown}分」",
                "write one number, as {shown}"
            )),
        };
        self.problems.push(problem.at(sheet, place.at));
        match own {
            Stated::Points(points) => points,
            _ => item.points,
        }
    }

    /// A blank mark, with what the raters' tables have to do with it.
    fn with_raters(&self, problem: Problem, metrics: &MetricSet, mark: (usize, usize)) -> Problem {
        let sheets = metrics.rater_sheets.get(&mark).filter(|_| problem.code == MARK_BLANK);
        let name = |sheet: &usize| self.workbook.sheets.get(*sheet).map(|s| s.name.as_str());
        match sheets {
            None => problem,
            Some(RaterSheets::Lacks(sheet)) => {
                let sheet = name(sheet).unwrap_or_default();
                problem.hint(words!(
                    "评分人的表「{sheet}」里没有这一项；在那里补上这一行，或在这里填写评分",
                    "the raters' table on `{sheet}` has no such row; add it there, or fill in the mark here"
                ))
            }
            Some(RaterSheets::Whose(sheets)) => {
                let names: Vec<&str> = sheets.iter().filter_map(name).collect();
                let listed = names.join("」「");
                problem.hint(words!(
                    "「{listed}」像评分人的表，看不出是不是给这个人的；在表名或标题里写明被评人，或在这里填写评分",
                    "`{listed}` may be raters' tables of this person; write into each title whom it rates, or fill in the mark here"
                ))
            }
        }
    }

    /// Scores a rating table and adds its points to the total's terms.
    fn rating(
        &mut self,
        rating: &Rating,
        place: &RatingPlace,
        metrics: &MetricSet,
        total: &mut Vec<Expr>,
    ) -> Option<ScoredRating> {
        let mut marks = Vec::new();
        let (mut operands, mut blank) = (Vec::new(), Vec::new());
        let mut order = place.marks.clone();
        order.sort_by_key(|mark| mark.score);
        for MarkPlace { mark: index, score: at, .. } in &order {
            let Some(mark) = rating.marks.get(*index) else { continue };
            let rated = metrics.marks.get(&(place.rating, *index));
            let (operand, raters) = match rated {
                Some(rated) => {
                    let expr = match rated.as_slice() {
                        [only] => Expr::Value(only.clone()),
                        _ => Expr::Mean(rated.clone()),
                    };
                    (Some(self.target(*at, expr)), rated.len())
                }
                None => {
                    let reported = is_reported(&self.problems, &mark.name);
                    let (operand, found) = typed_mark(self.workbook, &mark.name, rating.max, *at);
                    if !reported && !metrics.unread {
                        let told =
                            |problem| self.with_raters(problem, metrics, (place.rating, *index));
                        let found = found.into_iter().map(told);
                        let (missing, other): (Vec<_>, Vec<_>) =
                            found.partition(|problem| problem.code == MARK_BLANK);
                        self.problems.extend(other);
                        blank.extend(missing);
                    }
                    (operand.filter(|_| !reported), 0)
                }
            };
            if let Some(operand) = operand {
                marks.push(ScoredMark {
                    name: mark.name.clone(),
                    value: round15(operand.value()),
                    raters,
                    place: *at,
                });
                operands.push(operand);
            }
        }
        if !metrics.unclear_raters.contains(&place.rating) {
            self.blank_marks(blank, metrics.passed_raters.get(&place.rating));
        }
        if operands.len() != rating.marks.len() {
            return None;
        }
        let full = rating.max * rating.marks.len() as f64;
        let weight = place.weight.unwrap_or(rating.weight);
        let sum = Expr::Sum(operands);
        let sum_value = sum.value();
        let sum_term = match place.sum {
            Some(at) => Expr::Value(self.target(at, sum)),
            None => sum,
        };
        let scaled = Expr::Mul(
            Box::new(Expr::Div(Box::new(sum_term), Box::new(Expr::number(full)))),
            Box::new(Expr::number(weight)),
        );
        let points = round15(scaled.value());
        total.push(match place.scaled {
            Some(at) => Expr::Value(self.target(at, scaled)),
            None => scaled,
        });
        Some(ScoredRating {
            name: rating.name.clone(),
            marks,
            sum: round15(sum_value),
            full,
            weight,
            points,
            sum_at: place.sum,
            points_at: place.scaled,
        })
    }
}

/// Whether a mark's raters already have a problem, so that the form's own blank is not another.
fn is_reported(problems: &[Problem], mark: &str) -> bool {
    problems.iter().any(|p| p.blocks() && p.subject.as_deref() == Some(mark))
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
