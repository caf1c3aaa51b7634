//! Where all that is said gives points, the item starts from nothing: 「每采纳1条加2分」.

use super::{Clause, Said};

/// Where nothing is taken and all that is said gives points, the item starts from nothing.
pub(super) fn read(clauses: &mut [Clause]) {
    let rule = |c: &Clause| match &c.said {
        Said::Rule(rule) => Some(rule.clone()),
        _ => None,
    };
    let all: Vec<String> = clauses.iter().filter_map(rule).collect();
    let gift = |r: &String| r.contains("kind = \"occurrences\"") && r.contains("deduct = -");
    if all.is_empty() || !all.iter().all(gift) {
        return;
    }
    for clause in clauses {
        let Said::Rule(rule) = &mut clause.said else { continue };
        let most = rule
            .lines()
            .find_map(|l| l.strip_prefix("most = "))
            .map_or(String::new(), |m| format!("\nmost = {m}"));
        let things: Vec<String> = rule
            .split("metric = ")
            .skip(1)
            .filter_map(|event| {
                let (metric, rest) = event.split_once(", deduct = -")?;
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
                Some(format!("{{ metric = {metric}, points = {} }}", rest.get(..end)?))
            })
            .collect();
        if !things.is_empty() {
            *rule = format!("kind = \"done\"\nthings = [{}]{most}", things.join(", "));
            clause.choices.push("只说加分：从 0 分起".to_owned());
        }
    }
}
