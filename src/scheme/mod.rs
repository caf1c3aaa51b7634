//! The scheme: a form's items, points, rules and words, as TOML that HR can read and change.
//!
//! In: TOML text. Out: a [`Scheme`], checked. The schemes under `templates/` are built in.

mod built_in;
mod check;
mod checks;
mod extra;
mod kept;
mod moved;
mod syntax;
mod words;

use crate::day::Day;
use crate::problem::Problem;
use crate::text::show;
use serde::{Deserialize, Serialize};

pub use built_in::{BUILT_IN, EXAMPLES, SCHEMA};
pub use check::{Fault, check, examine, metrics_of, metrics_of_item, toml_fault};
pub use extra::{Group, Part, Reach, Round, Rounding, Vetoes};
pub use kept::Kept;
pub use moved::{Absent, Distribution, Heads, Share, SharedBy, TiedGrade};
pub use words::Words;

/// A form's scheme.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// A short name to choose it by.
    pub name: String,
    /// The form's title.
    pub title: String,
    /// What the total is out of.
    #[serde(default = "hundred")]
    pub total: f64,
    /// Words that the form and the metric sheets use.
    #[serde(default)]
    pub words: Words,
    /// The figures that rules read.
    pub metrics: Vec<Metric>,
    /// The team table, for metrics that are derived from it.
    pub team: Option<Team>,
    /// Scored items.
    pub items: Vec<Item>,
    /// Rating tables.
    #[serde(default)]
    pub ratings: Vec<Rating>,
    /// Money beside the points.
    #[serde(default)]
    pub money: Vec<Money>,
    /// Grades of the total, best first.
    #[serde(default)]
    pub grades: Vec<Grade>,
    /// Items that are summed apart: bonus items with a cap, sections with a weight.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// What makes the whole score 0, or limits the grade.
    #[serde(default)]
    pub vetoes: Vec<Vetoes>,
    /// How the total is rounded; full precision unless said.
    pub round: Option<Round>,
    /// Grades by shares of the team (强制分布) in the place of points.
    pub distribution: Option<Distribution>,
    /// Who checks the items, for blank forms.
    pub supervisor: Option<String>,
    /// What other rooms made of it.
    #[serde(skip)]
    pub kept: Kept,
}

fn hundred() -> f64 {
    100.0
}

/// A figure of the month.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its label.
    pub name: String,
    /// Other labels.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it measures.
    pub kind: MetricKind,
    /// Unit, for people.
    #[serde(default)]
    pub unit: String,
    /// What a blank cell means.
    #[serde(default)]
    pub blank: Blank,
    /// Least value; 0 unless said.
    #[serde(default)]
    pub min: f64,
    /// Greatest value.
    pub max: Option<f64>,
    /// How it comes from the team table where no cell holds it.
    pub from_team: Option<FromTeam>,
}

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MetricKind {
    /// Money or another amount.
    Amount,
    /// A number of things or events.
    Count,
    /// A share; 1 is 100 %.
    Rate,
    /// A mark that a person gives.
    Mark,
    /// A time.
    Time,
    /// A day of the calendar.
    Date,
}

impl MetricKind {
    /// A value as its kind is written.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Rate => format!("{} %", show(value * 100.0, 2)),
            Self::Date => Day::from_serial(value).map_or_else(String::new, |day| day.to_string()),
            _ => show(value, 2),
        }
    }
}

/// What a blank cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Blank {
    /// It must be filled.
    #[default]
    Error,
    /// None happened; reported as assumed 0.
    Zero,
}

/// A metric taken from the team table.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FromTeam {
    /// The column, by its name in [`Team::columns`].
    pub column: String,
    /// What is taken.
    pub take: Take,
    /// Only members of this group (shop).
    pub group: Option<String>,
    /// Only members below this, for a count.
    pub below: Option<f64>,
    /// Only members above this, for a count.
    pub above: Option<f64>,
}

/// What is taken of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Take {
    /// The mean.
    Mean,
    /// The greatest.
    Max,
    /// How many are below or above the bound.
    Count,
}

/// The team table.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Headers of the member's name.
    pub member: Vec<String>,
    /// Headers of the group (shop); its presence tells a team table from a table of people.
    pub group: Vec<String>,
    /// Groups and their spellings.
    pub groups: Vec<TeamGroup>,
    /// Columns with figures.
    pub columns: Vec<Metric>,
}

/// A group of the team.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TeamGroup {
    /// Name.
    pub name: String,
    /// Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A scored item.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name in the form.
    pub name: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Points; the form's own cell wins.
    pub points: f64,
    /// What the criteria say, for blank forms.
    #[serde(default)]
    pub criteria: String,
    /// No item falls below this.
    #[serde(default)]
    pub floor: f64,
    /// No item rises above this.
    pub cap: Option<f64>,
    /// Points on target, where they are not the item's points (15 of 20).
    pub base_points: Option<f64>,
    /// The scale that the rules score on, made to the item's points; 100 for 「每项100分制」.
    pub scale: Option<f64>,
    /// How the score is rounded; full precision unless said.
    pub round: Option<Round>,
    /// Where the item may not apply in a month: when, and who gets its points.
    pub absent: Option<Absent>,
    /// Clauses; their points are added.
    pub rules: Vec<Rule>,
}

/// How steps are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Steps {
    /// Completed steps only.
    #[default]
    Whole,
    /// A part step counts by its part.
    Proportional,
    /// A begun step counts whole.
    Begun,
}

/// What a ratio over 0 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WhenZero {
    /// It is an error.
    #[default]
    Error,
    /// Nothing to measure: the item keeps its points.
    Keep,
}

/// A value that a rule measures: one metric, or one over another.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Measure {
    /// A metric.
    Metric(String),
    /// A ratio of two.
    Ratio(Ratio),
    /// A weighted sum.
    Composite(extra::Composite),
}

/// A ratio of two metrics.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// Numerator.
    pub of: String,
    /// Denominator.
    pub over: String,
    /// Whether it may pass 100 %.
    #[serde(default)]
    pub may_exceed_one: bool,
    /// What a denominator of 0 means.
    #[serde(default)]
    pub when_zero: WhenZero,
}

/// A clause of an item's criteria. Each kind has a file of its own in `score`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// So many points a step above or below a base.
    Deviation(crate::score::deviation::Deviation),
    /// So many points an event.
    #[serde(alias = "per-member")]
    Occurrences(crate::score::occurrences::Occurrences),
    /// A person's mark is the score.
    Judged(crate::score::judged::Judged),
    /// Points where a metric is on one side of a bound.
    Condition(crate::score::condition::Condition),
    /// Points by the band that a value falls in.
    Bands(crate::score::bands::Bands),
    /// Points by the share of a target reached.
    Ratio(crate::score::ratio::RatioRule),
    /// Nothing where an event happened or a value is past a cut-off.
    Veto(crate::score::veto::Veto),
    /// More for every further event.
    Escalating(crate::score::escalating::Escalating),
    /// Points by the tier of a loss.
    Tiers(crate::score::tiers::Tiers),
    /// Linear between anchors.
    Anchored(crate::score::anchored::Anchored),
    /// Levels up and down from a target.
    Ladder(crate::score::ladder::Ladder),
    /// All points where all conditions hold, else none.
    AllOrNothing(crate::score::all_or_nothing::AllOrNothing),
    /// So many points a thing done, from nothing.
    Done(crate::score::done::Done),
    /// So many points a day late.
    Lateness(crate::score::lateness::Lateness),
    /// Several raters' marks.
    Raters(crate::score::raters::Raters),
    /// Points by rank.
    Rank(crate::score::rank::Rank),
    /// Points by two values.
    Matrix(crate::score::matrix::Matrix),
    /// Several clauses with a floor and a cap of their own.
    Clauses(crate::score::clauses::Clauses),
}

impl Rule {
    /// The ratio that it measures, where it does.
    pub fn ratio(&self) -> Option<&Ratio> {
        let measure = match self {
            Self::Deviation(r) => &r.value,
            Self::Bands(r) => &r.value,
            Self::Ratio(r) => &r.value,
            _ => return None,
        };
        match measure {
            Measure::Ratio(ratio) => Some(ratio),
            _ => None,
        }
    }
}

/// A rating table.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// Its title in the form.
    pub name: String,
    /// Words that tell its title or sheet.
    pub words: Vec<String>,
    /// Points that it makes of the total.
    pub weight: f64,
    /// Greatest mark.
    pub max: f64,
    /// What is rated.
    pub marks: Vec<Mark>,
    /// Prefix of its columns in a sheet of many people, as `下级-`.
    #[serde(default)]
    pub prefix: Option<String>,
}

/// A mark of a rating table.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its name.
    pub name: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it asks, for blank forms.
    #[serde(default)]
    pub criteria: String,
}

/// Money beside the points: reported apart, never part of the score.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Name.
    pub name: String,
    /// The metric that holds the amount.
    pub metric: String,
    /// The metric that counts the events.
    pub per: String,
    /// Least amount an event, where it is not 0.
    pub min: f64,
    /// Greatest amount an event.
    pub max: f64,
}

/// A grade of the total.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Name.
    pub name: String,
    /// Least total.
    pub from: f64,
    /// What the pay of this grade is multiplied by; only shown in the summary.
    pub coefficient: Option<f64>,
}

impl Scheme {
    /// Reads a scheme.
    ///
    /// # Errors
    /// TOML that does not parse (with line and column), or what [`check`] finds.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let scheme: Self = toml::from_str(text)
            .map_err(|error| vec![check::toml_fault(text, &error).told(text)])?;
        let problems = check(&scheme, text);
        if problems.iter().any(Problem::blocks) { Err(problems) } else { Ok(scheme) }
    }

    /// The metric of a name.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}
