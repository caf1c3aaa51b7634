//! A rule's lines, and the figures that it needs.

use super::{Need, Said};

/// The kind of a figure by the unit of its bounds.
pub(super) fn kind(share: bool, counted: bool) -> &'static str {
    match (share, counted) {
        (true, _) => "rate",
        (false, true) => "count",
        (false, false) => "amount",
    }
}

/// Whether a name is one of a mean or a rate, which are no whole numbers whatever their unit.
pub(super) fn is_mean(name: &str) -> bool {
    let mean = ["平均", "人均", "日均", "月均", "周均", "均值", "周转率"];
    crate::text::has_any(name, &mean) || name.ends_with('率')
}

/// A figure that a clause needs.
pub(super) fn need(name: &str, kind: &'static str, clause: &str) -> Need {
    Need {
        name: name.to_owned(),
        kind,
        clause: clause.to_owned(),
        bound: None,
        signed: false,
        aimed: false,
        unit: String::new(),
    }
}

/// A rule's lines.
pub(super) struct Rule(String);

impl Rule {
    pub fn new(kind: &str) -> Self {
        Self(format!("kind = \"{kind}\""))
    }

    /// A number.
    pub fn put(mut self, key: &str, value: f64) -> Self {
        self.0.push_str(&format!("\n{key} = {}", show(value)));
        self
    }

    /// A number that is written only where it is there.
    pub fn put_if(self, key: &str, value: Option<f64>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    /// A line as it is.
    pub fn line(mut self, line: &str) -> Self {
        self.0.push('\n');
        self.0.push_str(line);
        self
    }

    pub fn done(self) -> Said {
        Said::Rule(self.0)
    }
}

/// A number as TOML writes it.
pub(super) fn show(value: f64) -> String {
    format!("{}", crate::text::round15(value))
}
