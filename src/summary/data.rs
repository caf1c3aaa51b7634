//! People by form, ranked.

use super::{Book, Content, Layout, Line};
use crate::text::person_key;
use std::collections::{BTreeMap, HashMap};

/// A column of items or ratings.
pub struct Column {
    /// Name.
    pub name: String,
    /// Points, where all have the same.
    pub points: Option<f64>,
}

/// A person, ranked.
pub struct Person<'a> {
    /// Place by total; who has the same total has the same.
    pub rank: usize,
    /// The line.
    pub line: &'a Line,
    /// The layout of the form.
    pub layout: &'a Layout,
    /// The workbook.
    pub book: &'a Book,
    /// Totals of earlier months, by the months of [`Group::months`].
    pub past: Vec<Option<f64>>,
}

impl Person<'_> {
    /// The total to the ten decimals that ranks are told by.
    pub fn total(&self) -> f64 {
        ten(self.line.total)
    }
}

/// People whose forms have the same items.
pub struct Group<'a> {
    /// The form's title.
    pub title: &'a str,
    /// Name of its scheme.
    pub scheme: &'a str,
    /// Items.
    pub items: Vec<Column>,
    /// Rating tables.
    pub ratings: Vec<Column>,
    /// Pay coefficients by grade; empty where the scheme has none.
    pub coefficients: HashMap<&'a str, f64>,
    /// Earlier months, the latest last.
    pub months: Vec<String>,
    /// People, the best first.
    pub people: Vec<Person<'a>>,
}

impl Group<'_> {
    /// Departments in order of name, without the blank one.
    pub fn departments(&self) -> Vec<&str> {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for person in &self.people {
            if let Some(name) = person.line.department.as_deref() {
                seen.entry(name.to_lowercase()).or_insert(name);
            }
        }
        seen.into_values().collect()
    }
}

/// Rounded to ten decimals, as the formula in the sheet rounds.
pub fn ten(value: f64) -> f64 {
    (value * 1e10).round() / 1e10
}

/// The month that is summed up: the one asked for, else the one that most forms name.
pub fn month(content: &Content<'_>) -> Option<String> {
    if let Some(month) = content.month {
        return Some(month.to_owned());
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in content.books.iter().flat_map(|b| &b.lines) {
        if let Some(month) = &line.month {
            *counts.entry(month).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(month, _)| month.to_owned())
}

type Key<'a> = (&'a str, Vec<&'a str>, Vec<&'a str>);

fn key(layout: &Layout) -> Key<'_> {
    (
        &layout.scheme,
        layout.items.iter().map(|p| p.name.as_str()).collect(),
        layout.ratings.iter().map(|p| p.name.as_str()).collect(),
    )
}

/// All people by form, ranked; the form of most people first.
pub fn groups<'a>(content: &Content<'a>, month: Option<&str>) -> Vec<Group<'a>> {
    let mut by_form: BTreeMap<Key<'a>, Vec<Person<'a>>> = BTreeMap::new();
    for book in content.books {
        for line in &book.lines {
            let Some(layout) = content.layouts.get(line.layout) else { continue };
            by_form.entry(key(layout)).or_default().push(Person {
                rank: 0,
                line,
                layout,
                book,
                past: Vec::new(),
            });
        }
    }
    let mut groups: Vec<Group<'a>> =
        by_form.into_values().map(|people| group(people, content, month)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.people.len()));
    groups
}

fn group<'a>(mut people: Vec<Person<'a>>, content: &Content<'a>, month: Option<&str>) -> Group<'a> {
    people.sort_by(|a, b| {
        b.total()
            .total_cmp(&a.total())
            .then_with(|| a.line.department.cmp(&b.line.department))
            .then_with(|| a.line.name.cmp(&b.line.name))
            .then_with(|| a.book.file.cmp(&b.book.file))
            .then_with(|| a.line.sheet.cmp(&b.line.sheet))
    });
    let mut last = (0, f64::NAN);
    for (index, person) in people.iter_mut().enumerate() {
        let total = ten(person.line.total);
        if total != last.1 {
            last = (index + 1, total);
        }
        person.rank = last.0;
    }
    let (title, scheme) =
        people.first().map_or(("", ""), |p| (p.layout.title.as_str(), p.layout.scheme.as_str()));
    let columns = |parts: fn(&Layout) -> &[super::Part]| {
        let Some(first) = people.first() else { return Vec::new() };
        let first = parts(first.layout);
        (0..first.len())
            .filter_map(|index| {
                let part = first.get(index)?;
                let same = people.iter().all(|p| {
                    parts(p.layout).get(index).is_some_and(|other| other.points == part.points)
                });
                Some(Column { name: part.name.clone(), points: same.then_some(part.points) })
            })
            .collect()
    };
    let items = columns(|layout| &layout.items);
    let ratings = columns(|layout| &layout.ratings);
    let mut coefficients = HashMap::new();
    for (name, _, coefficient) in people.iter().flat_map(|p| &p.layout.grades) {
        if let Some(coefficient) = coefficient {
            coefficients.insert(name.as_str(), *coefficient);
        }
    }
    let mut months = Vec::new();
    if let Some(previous) = content.previous {
        months = previous.months_before(month);
        let names = namesakes(&people);
        for person in &mut people {
            let alone = names.get(&person_key(&person.line.name)) == Some(&1);
            person.past = previous.totals(
                &person.line.name,
                person.line.department.as_deref(),
                alone,
                &months,
            );
        }
    }
    Group { title, scheme, items, ratings, coefficients, months, people }
}

/// How many people have a name.
fn namesakes(people: &[Person<'_>]) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for person in people {
        *names.entry(person_key(&person.line.name)).or_insert(0) += 1;
    }
    names
}
