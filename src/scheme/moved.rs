//! Items that do not apply in a month, and grades by shares of the team.

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
    /// The shares in words: `优秀 20 %，良好 50 %，其余合格`.
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
        each.collect::<Vec<_>>().join("，")
    }
}
