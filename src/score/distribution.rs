//! Grades by shares of the team (强制分布): who gets which, by the order of totals.

use super::total::limit;
use crate::metrics::MetricSet;
use crate::problem::Problem;
use crate::scheme::{Distribution, Grade, Heads, Scheme, TiedGrade};
use crate::text::round15;
use crate::words;
use std::collections::BTreeMap;

/// A member of the team: the total, and the best grade that vetoes leave.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The total, rounded to 15 digits.
    pub total: f64,
    /// Least total of the best grade that is left; infinite where nothing limits.
    pub limit: f64,
}

impl Member {
    /// A member by total and figures.
    pub fn new(scheme: &Scheme, total: f64, metrics: &MetricSet) -> Self {
        Self { total, limit: limit(scheme, metrics) }
    }
}

/// Code of the notice that a person belongs to no department.
pub const NO_DEPARTMENT: &str = "grade-no-department";

/// Why a person gets no grade where shares are given by department.
pub fn no_department(sheet: &str) -> Problem {
    Problem::notice(
        NO_DEPARTMENT,
        words!(
            "等级按部门分别评定，这张表没有写部门，没有给等级",
            "grades are given by department, and this form names none: it has no grade"
        ),
    )
    .on(sheet)
    .hint(words!("在表上写明部门，再运行一次", "name the department in the form and run again"))
}

/// Everybody's grade, in the order given: of everybody's team for itself. None for who has no team.
pub fn grades_by_team<'a>(
    scheme: &'a Scheme,
    distribution: &Distribution,
    people: &[(Option<String>, Member)],
) -> Vec<Option<&'a Grade>> {
    let mut teams: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (team, _)) in people.iter().enumerate() {
        if let Some(team) = team {
            teams.entry(team).or_default().push(index);
        }
    }
    let mut out = vec![None; people.len()];
    for team in teams.values() {
        let own = |index: &usize| people.get(*index).map(|(_, member)| *member);
        let members: Vec<Member> = team.iter().filter_map(own).collect();
        for (index, grade) in team.iter().zip(grades(scheme, distribution, &members)) {
            if let Some(place) = out.get_mut(*index) {
                *place = grade;
            }
        }
    }
    out
}

/// The grades of one team, in the order given. By points where the team is too small.
pub fn grades<'a>(
    scheme: &'a Scheme,
    distribution: &Distribution,
    team: &[Member],
) -> Vec<Option<&'a Grade>> {
    if team.len() < distribution.least {
        return team.iter().map(|m| by_points(scheme, *m)).collect();
    }
    let mut order: Vec<usize> = (0..team.len()).collect();
    let total = |index: &usize| team.get(*index).map_or(f64::NEG_INFINITY, |m| m.total);
    order.sort_by(|a, b| total(b).total_cmp(&total(a)));
    let mut out: Vec<Option<&Grade>> = vec![None; team.len()];
    let (mut seats, mut placed) = (0usize, 0usize);
    let last = distribution.shares.len().saturating_sub(1);
    for (index, share) in distribution.shares.iter().enumerate() {
        let grade = scheme.grades.iter().find(|g| g.name == share.grade);
        let most = share.most.map_or(usize::MAX, |most| most as usize);
        seats += share
            .share
            .map_or(most, |part| heads(part, team.len(), distribution.heads))
            .min(most)
            .min(team.len());
        let free = if index == last {
            team.len()
        } else {
            // Who a tie kept out of a better grade fills this one: the whole team moves up.
            seats.saturating_sub(placed).min(most)
        };
        let open: Vec<usize> = order
            .iter()
            .copied()
            .filter(|i| out.get(*i).is_some_and(Option::is_none))
            .filter(|i| {
                let limit = team.get(*i).map_or(f64::INFINITY, |m| m.limit);
                index == last || grade.is_none_or(|g| g.from <= limit)
            })
            .collect();
        let mut taken = free.min(open.len());
        let value = |at: usize| open.get(at).map(total);
        if taken > 0 && value(taken).is_some() && value(taken) == value(taken - 1) {
            let tied = value(taken);
            match distribution.ties {
                TiedGrade::Lower => {
                    while taken > 0 && value(taken - 1) == tied {
                        taken -= 1;
                    }
                }
                TiedGrade::Upper => {
                    while value(taken) == tied {
                        taken += 1;
                    }
                }
            }
        }
        for index in open.iter().take(taken) {
            if let Some(place) = out.get_mut(*index) {
                *place = grade;
            }
        }
        placed += taken;
    }
    out
}

fn by_points(scheme: &Scheme, member: Member) -> Option<&Grade> {
    let reached = member.total.min(member.limit);
    let fits = scheme.grades.iter().filter(|g| reached >= g.from);
    fits.max_by(|a, b| a.from.total_cmp(&b.from))
}

/// Heads of a share: 10 % of 15 people is 1.5.
fn heads(share: f64, people: usize, rounding: Heads) -> usize {
    let exact = round15(share * people as f64);
    let whole = match rounding {
        Heads::HalfUp => exact.round(),
        Heads::Down => exact.floor(),
        Heads::Up => exact.ceil(),
    };
    // Between 0 and the number of people, so that the conversion cannot cut.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let heads = whole.clamp(0.0, people as f64) as usize;
    heads
}
