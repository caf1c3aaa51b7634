//! Items that do not apply in a month, and grades by shares of the team.

use crate::text::person_key;
use serde::Deserialize;

/// When an item does not apply (当月无此项), and where its points go.
///
/// 不适用 written in one of its figures says so too.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// It does not apply where this metric is 0.
    pub when_zero: Option<String>,
    /// The item that gets its points; without it the others of its section, each by its points.
    pub to: Option<String>,
}

/// Grades by shares of the team: the distribution wins over the points of `grades`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// Grades with their shares, the best first; the last takes who is left.
    pub shares: Vec<Share>,
    /// How heads are rounded.
    #[serde(default)]
    pub heads: Heads,
    /// Which grade people of one total get where it parts them.
    #[serde(default)]
    pub ties: TiedGrade,
    /// A team of fewer people is graded by points.
    #[serde(default = "two")]
    pub least: usize,
    /// Whose shares they are: of everybody's, or of each department's for itself.
    #[serde(default)]
    pub by: SharedBy,
}

fn two() -> usize {
    2
}

/// A grade's share of the team.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The grade, by its name in `grades`.
    pub grade: String,
    /// Its share; 0.2 is 20 %. Not needed for the last.
    pub share: Option<f64>,
    /// At most so many people.
    pub most: Option<u32>,
}

/// Whose shares grades are given by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SharedBy {
    /// The whole team's.
    #[default]
    Team,
    /// Each department's, by the department that the form names.
    Department,
}

/// How a share of heads is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Heads {
    /// Half up (四舍五入).
    #[default]
    HalfUp,
    /// Down (舍去).
    Down,
    /// Up (进位).
    Up,
}

/// Which grade people of one total get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TiedGrade {
    /// The lower one, so that no share is passed.
    #[default]
    Lower,
    /// The upper one.
    Upper,
}

impl Distribution {
    /// The team that a person of a department belongs to, by a key; none where shares are given by
    /// department and the form names none.
    pub fn team(&self, department: Option<&str>) -> Option<String> {
        match self.by {
            SharedBy::Team => Some(String::new()),
            SharedBy::Department => department.map(person_key).filter(|key| !key.is_empty()),
        }
    }

    /// The shares in words: `优秀 20 %，良好 50 %，其余合格`; by department `各部门分别按：优秀 20 %，…`.
    pub fn told(&self) -> String {
        let last = self.shares.len().saturating_sub(1);
        let each = self.shares.iter().enumerate().map(|(index, share)| {
            let most = share.most.map_or(String::new(), |most| format!("（最多 {most} 人）"));
            match share.share {
                Some(part) if index < last => {
                    let part = crate::text::show(part * 100.0, 2);
                    format!("{} {part} %{most}", share.grade)
                }
                None if index < last => format!("{}{most}", share.grade),
                _ => format!("其余{}", share.grade),
            }
        });
        let whose = match self.by {
            SharedBy::Team => "",
            SharedBy::Department => "各部门分别按：",
        };
        whose.to_owned() + &each.collect::<Vec<_>>().join("，")
    }
}
