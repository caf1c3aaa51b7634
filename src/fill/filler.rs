//! The parts of a form, scored: items, ratings, totals.

use super::points::{self, Stated, stated};
use super::{ScoredItem, ScoredMark, ScoredRating, Target, far};
use crate::expr::{Expr, Operand};
use crate::form::{Form, ItemPlace, MarkPlace, Place, RatingPlace, points_differ};
use crate::metrics::{MetricSet, RaterSheets, is_of_nothing, typed_mark};
use crate::problem::Problem;
use crate::problem::codes::MARK_BLANK;
use crate::scheme::{Item, Rating, Scheme};
use crate::score;
use crate::text::{round15, show};
use crate::words;
use crate::workbook::Workbook;

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

/// Scores a form's parts, and notes what is found and the cells to fill.
pub(super) struct Filler<'a> {
    pub(super) workbook: &'a Workbook,
    pub(super) problems: Vec<Problem>,
    pub(super) targets: Vec<Target>,
}

impl Filler<'_> {
    /// Notes a cell to fill, and gives it as an operand for what reads it.
    pub(super) fn target(&mut self, place: Place, expr: Expr) -> Operand {
        let value = expr.value();
        self.targets.push(Target { place, expr });
        Operand::Cell { sheet: place.sheet, at: place.at, value }
    }

    /// Scores the items, as far as there are figures: these, and their cells as the sum's terms.
    pub(super) fn items(
        &mut self,
        scheme: &Scheme,
        form: &Form,
        metrics: &MetricSet,
        sheet: &str,
    ) -> (Vec<ScoredItem>, Vec<Operand>) {
        let there = form.items.iter();
        let there: Vec<(&ItemPlace, &Item)> =
            there.filter_map(|place| Some((place, scheme.items.get(place.item)?))).collect();
        let weights = there.iter();
        let weights: Vec<Weight<'_>> =
            weights.map(|(place, item)| Weight(item, self.points(item, place, sheet))).collect();
        let (mut items, mut terms) = (Vec::new(), Vec::new());
        for ((place, item), Weight(_, points)) in there.into_iter().zip(&weights) {
            let points = *points;
            let Some(mut scored) = score::item(item, points, metrics) else { continue };
            let far = (points, scored.expr.value());
            self.problems.extend(far::far_above(self.workbook, (item, place), far, metrics));
            scored.expr =
                score::absent::receive(scheme, item, points, &weights, metrics, scored.expr);
            terms.push(self.target(place.score, scored.expr.clone()));
            items.push(ScoredItem {
                name: item.name.clone(),
                points,
                score: round15(scored.expr.value()),
                working: scored.working,
                readings: score::readings(item),
                place: place.score,
            });
        }
        (items, terms)
    }

    /// Makes the total of its terms, and gives its value.
    pub(super) fn total(
        &mut self,
        scheme: &Scheme,
        form: &Form,
        mut terms: Vec<Expr>,
        metrics: &MetricSet,
    ) -> f64 {
        let total = if terms.len() == 1 { terms.swap_remove(0) } else { Expr::Add(terms) };
        let total = score::total::finish(scheme, total, metrics);
        let value = round15(total.value());
        if let Some(place) = form.total {
            let total = self.target(place, total);
            if let Some(above) = form.total_above {
                self.target(above, Expr::Value(total));
            }
        }
        value
    }

    /// An item's points: the form's cell wins over the scheme, with a notice.
    fn points(&mut self, item: &Item, of: &ItemPlace, sheet: &str) -> f64 {
        let name = &item.name;
        let Some(place) = of.points else {
            return item.points;
        };
        let value = self.workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        let own = match is_of_nothing(self.workbook, place) {
            true => Stated::Unclear,
            false => value.map_or(Stated::Silent, |value| stated(value, item.points)),
        };
        if let (Stated::Points(first), Some(others)) = (own, points::in_parts(self.workbook, of)) {
            let all = first + others.iter().sum::<f64>();
            if (all - item.points).abs() > 1e-9 {
                let problem = points::parts_differ(name, (first, &others), item.points);
                self.problems.push(problem.at(sheet, place.at));
            }
            return item.points;
        }
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

    /// The marks of a rating's table, and their cells, as far as they are given.
    fn marks(
        &mut self,
        rating: &Rating,
        place: &RatingPlace,
        metrics: &MetricSet,
    ) -> (Vec<ScoredMark>, Vec<Operand>) {
        let (mut marks, mut operands, mut blank) = (Vec::new(), Vec::new(), Vec::new());
        let mut order = place.marks.clone();
        order.sort_by_key(|mark| mark.score);
        for MarkPlace { mark: index, score: at, .. } in &order {
            let Some(mark) = rating.marks.get(*index) else { continue };
            let key = (place.rating, *index);
            let rated = metrics.marks.get(&key);
            let operand = match rated.map(Vec::as_slice) {
                Some([only]) => Some(self.target(*at, Expr::Value(only.clone()))),
                Some(several) => Some(self.target(*at, Expr::Mean(several.to_vec()))),
                None => self.typed_mark((&mark.name, rating.max), key, *at, metrics, &mut blank),
            };
            if let Some(operand) = operand {
                marks.push(ScoredMark {
                    name: mark.name.clone(),
                    value: round15(operand.value()),
                    raters: rated.map_or(0, Vec::len),
                    place: *at,
                });
                operands.push(operand);
            }
        }
        if !metrics.unclear_raters.contains(&place.rating) {
            self.blank_marks(blank, metrics.passed_raters.get(&place.rating));
        }
        (marks, operands)
    }

    /// A mark that stands in the form itself; one that is `blank` is told with the others.
    fn typed_mark(
        &mut self,
        (name, max): (&str, f64),
        key: (usize, usize),
        at: Place,
        metrics: &MetricSet,
        blank: &mut Vec<Problem>,
    ) -> Option<Operand> {
        let reported = is_reported(&self.problems, name);
        let (operand, found) = typed_mark(self.workbook, name, max, at);
        if !reported && !metrics.unread {
            let told = found.into_iter().map(|problem| self.with_raters(problem, metrics, key));
            let (missing, other): (Vec<_>, Vec<_>) =
                told.partition(|problem| problem.code == MARK_BLANK);
            self.problems.extend(other);
            blank.extend(missing);
        }
        operand.filter(|_| !reported)
    }

    /// Scores a rating table and adds its points to the total's terms.
    pub(super) fn rating(
        &mut self,
        rating: &Rating,
        place: &RatingPlace,
        metrics: &MetricSet,
        total: &mut Vec<Expr>,
    ) -> Option<ScoredRating> {
        let (marks, operands) = self.marks(rating, place, metrics);
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
