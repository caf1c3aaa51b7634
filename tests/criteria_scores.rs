//! Criteria of many departments against scores worked out by hand: each text becomes a form, the
//! form a draft, the draft a scheme, and the scheme scores the figures.

use kaohe::scheme::Scheme;
use kaohe::trial::{Given, run};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

/// The draft of a form of one item.
fn draft(points: f64, item: &str, text: &str) -> String {
    let mut book = Workbook::new();
    let form = book.add_worksheet().set_name("考核表").unwrap();
    form.write(0, 0, "岗位月度绩效考核表").unwrap();
    for (col, header) in ["序号", "考核项目", "分值", "评分标准", "得分"].iter().enumerate()
    {
        form.write(1, col as u16, *header).unwrap();
    }
    form.write(2, 0, 1).unwrap();
    form.write(2, 1, item).unwrap();
    form.write(2, 2, points).unwrap();
    form.write(2, 3, text).unwrap();
    form.write(3, 0, "合计").unwrap();
    kaohe::draft::draft(&book.save_to_buffer().unwrap())
        .unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn figure(text: &str) -> f64 {
    match text.strip_suffix('%') {
        Some(share) => kaohe::text::round15(share.parse::<f64>().unwrap() / 100.0),
        None => text.parse().unwrap_or_else(|_| panic!("{text}")),
    }
}

#[derive(PartialEq)]
enum Outcome {
    Right,
    Judged,
    Wrong,
}

/// What became of a line, and why.
fn outcome(line: &str) -> (Outcome, String) {
    let [points, item, text, cases] = line.split('|').collect::<Vec<_>>()[..] else {
        panic!("{line}")
    };
    let text = text.replace("\\n", "\n");
    let toml = draft(points.parse().unwrap(), item, &text);
    let rules = toml.split("[[items]]").nth(1).unwrap_or_default();
    let rules: String = rules
        .lines()
        .filter(|l| {
            !l.starts_with("name") && !l.starts_with("points") && !l.starts_with("criteria")
        })
        .map(|l| format!("      {l}\n"))
        .collect();
    let told = |what: &str| format!("{item} {points}: {text}\n    {what}\n{rules}");
    let open = toml.contains("kind = \"judged\"") || toml.contains("由人填扣几分");
    if open {
        let right = cases == "judged";
        return (if right { Outcome::Right } else { Outcome::Judged }, told("judged"));
    }
    let scheme = match Scheme::parse(&toml) {
        Ok(scheme) => scheme,
        Err(problems) => return (Outcome::Wrong, told(&format!("no scheme: {problems:?}"))),
    };
    if cases == "judged" {
        return (Outcome::Wrong, told("a person decides, by hand"));
    }
    for case in cases.split(' ') {
        let (figures, score) = case.split_once(':').unwrap();
        let figures: Vec<f64> = figures.split(',').map(figure).collect();
        let names: Vec<&str> = scheme.metrics.iter().map(|m| m.name.as_str()).collect();
        if names.len() != figures.len() {
            return (Outcome::Wrong, told(&format!("{case}: the draft wants {names:?}")));
        }
        let given: BTreeMap<String, Given> = names
            .iter()
            .zip(&figures)
            .map(|(name, value)| ((*name).to_owned(), Given::Number(*value)))
            .collect();
        let trial = run(&scheme, &given);
        let Some((_, _, got, _)) = trial.items.first() else {
            return (Outcome::Wrong, told(&format!("{case}: {:?}", trial.problems)));
        };
        let blocked = trial.problems.iter().any(kaohe::problem::Problem::blocks);
        if blocked || (got - figure(score)).abs() > 1e-6 {
            let what = format!("{case}: {got} {names:?} {:?}", trial.problems);
            return (Outcome::Wrong, told(&what));
        }
    }
    (Outcome::Right, told("right"))
}

fn table(text: &str, least: usize) {
    let (mut right, mut judged, mut wrong) = (0, 0, 0);
    let mut faults = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let (left, line) = match line.strip_prefix('~') {
            Some(line) => (true, line),
            None => (false, line),
        };
        let (outcome, why) = outcome(line);
        match outcome {
            Outcome::Right => right += 1,
            Outcome::Judged => judged += 1,
            Outcome::Wrong => wrong += 1,
        }
        if outcome == Outcome::Wrong || (outcome == Outcome::Judged) != left {
            faults.push_str(&why);
        }
    }
    let count = format!("{right} right, {judged} judged, {wrong} wrong");
    assert!(faults.is_empty(), "{count}\n{faults}");
    assert!(right + judged >= least, "{count}");
}

#[test]
fn texts_of_ten_departments_score_as_by_hand() {
    table(include_str!("criteria_texts/departments.txt"), 80);
}

#[test]
fn texts_that_were_not_seen_before_score_as_by_hand() {
    table(include_str!("criteria_texts/blind.txt"), 60);
}

#[test]
fn texts_of_a_third_set_score_as_by_hand() {
    table(include_str!("criteria_texts/blind_second.txt"), 60);
}

#[test]
fn texts_of_unusual_layout_score_as_by_hand() {
    table(include_str!("criteria_texts/unusual.txt"), 30);
}

#[test]
fn texts_of_the_last_set_score_as_by_hand() {
    table(include_str!("criteria_texts/last.txt"), 30);
}

#[test]
fn texts_that_were_once_misread_score_as_by_hand() {
    table(include_str!("criteria_texts/found.txt"), 20);
}

/// Numbers of a text as people type them: 12, 0.5, 95 of 95%.
fn typed(text: &str) -> Vec<String> {
    let plain: String = text.nfkc_digits();
    let mut out: Vec<String> = Vec::new();
    for part in plain.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
        let part = part.trim_matches('.');
        if !part.is_empty() {
            out.push(part.to_owned());
        }
    }
    out
}

trait Digits {
    fn nfkc_digits(&self) -> String;
}

impl Digits for str {
    /// Full-width digits and signs as ASCII.
    fn nfkc_digits(&self) -> String {
        let half = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        };
        self.chars().map(half).collect()
    }
}

/// No number of a text is dropped in silence: put any other number of points into a text that is
/// computed, and the scheme changes, or the text is left to a person, or the number is named.
#[test]
fn no_number_of_points_is_dropped_in_silence() {
    let mut tried = 0;
    for table in [
        include_str!("criteria_texts/departments.txt"),
        include_str!("criteria_texts/blind.txt"),
        include_str!("criteria_texts/blind_second.txt"),
        include_str!("criteria_texts/last.txt"),
        include_str!("criteria_texts/found.txt"),
    ] {
        for line in table.lines().filter(|l| !l.starts_with(['#', '~']) && !l.is_empty()) {
            let [points, item, text, _] = line.split('|').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let points: f64 = points.parse().unwrap();
            let text = text.replace("\\n", "\n").nfkc_digits();
            // What a person reads of the draft: rules, choices, doubts, without the text itself.
            let told = |text: &str| {
                let toml = draft(points, item, text);
                let own = toml.split("[[items]]").nth(1).unwrap_or_default().to_owned();
                let told = |l: &&str| !l.starts_with("criteria") && !l.starts_with("# 「");
                own.lines().filter(told).collect::<Vec<_>>().join("\n")
            };
            let before = told(&text);
            for number in typed(&text) {
                let unit = format!("{number}分");
                let whole = number.parse::<f64>().ok() == Some(points);
                if text.matches(&unit).count() != 1 || whole || number == "0" {
                    continue;
                }
                let at = text.find(&unit).unwrap();
                if text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.') {
                    continue;
                }
                let changed = text.replacen(&unit, "0.37分", 1);
                assert_ne!(told(&changed), before, "{unit} of {text}");
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried}");
}
