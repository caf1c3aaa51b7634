//! People by form, ranked.

use super::gather::{Gathered, Key, Totals};
use super::{Content, Layout, Part};
use crate::expr::Sum;
use crate::text::person_key;
use std::collections::{BTreeMap, HashMap};
use std::io;

/// A column of items or ratings.
pub struct Column {
    /// Name.
    pub name: String,
    /// Points, where all have the same.
    pub points: Option<f64>,
    /// How many people it applies to.
    pub people: usize,
    /// Mean of what they have.
    pub mean: f64,
    /// Mean of the points that it is worth to them; 0 where it applies to nobody.
    pub full: f64,
}

/// Members of a department.
pub struct Department {
    /// Its name, as the first workbook writes it.
    pub name: String,
    /// How many they are.
    pub people: usize,
    /// Sum of their totals.
    pub sum: f64,
    /// The best total.
    pub best: f64,
    /// The least total.
    pub least: f64,
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
    /// Mean of the items' sums.
    pub sum: f64,
    /// Mean of the totals.
    pub total: f64,
    /// Columns that the longest name takes.
    pub name_width: usize,
    /// Columns that the longest department takes.
    pub department_width: usize,
    /// Pay coefficients by grade; empty where the scheme has none.
    pub coefficients: HashMap<&'a str, f64>,
    /// Earlier months, the latest last.
    pub months: Vec<String>,
    /// Departments in the order of names, without the blank one.
    pub departments: Vec<Department>,
    /// People, the best first.
    pub people: Vec<Key>,
}

/// Rounded to ten decimals, as the formula in the sheet rounds.
pub fn ten(value: f64) -> f64 {
    (value * 1e10).round() / 1e10
}

type Form<'a> = (&'a str, Vec<&'a str>, Vec<&'a str>);

fn form(layout: &Layout) -> Form<'_> {
    (
        &layout.scheme,
        layout.items.iter().map(|p| p.name.as_str()).collect(),
        layout.ratings.iter().map(|p| p.name.as_str()).collect(),
    )
}

/// All people by form, ranked; the form of most people first.
///
/// # Errors
/// A temporary file that refuses.
pub fn groups<'a>(
    content: &Content<'a>,
    gathered: &mut Gathered,
    month: Option<&str>,
) -> io::Result<Vec<Group<'a>>> {
    let mut by_form: BTreeMap<Form<'a>, Vec<usize>> = BTreeMap::new();
    for (index, layout) in content.layouts.iter().enumerate() {
        if gathered.totals.get(index).is_some_and(|totals| totals.people > 0) {
            by_form.entry(form(layout)).or_default().push(index);
        }
    }
    let mut forms: Vec<Vec<usize>> = by_form.into_values().collect();
    let people = |layouts: &Vec<usize>| -> usize {
        layouts.iter().filter_map(|index| gathered.totals.get(*index)).map(|t| t.people).sum()
    };
    forms.sort_by_key(|layouts| std::cmp::Reverse(people(layouts)));
    let mut place = vec![usize::MAX; content.layouts.len()];
    for (order, layouts) in forms.iter().enumerate() {
        for index in layouts {
            if let Some(place) = place.get_mut(*index) {
                *place = order;
            }
        }
    }
    let order = |key: &Key| place.get(key.layout as usize).copied().unwrap_or(usize::MAX);
    let mut keys = std::mem::take(&mut gathered.people);
    ranked(&mut keys, gathered, &order)?;
    let mut out = Vec::new();
    for layouts in forms.iter().rev() {
        let own = keys.split_off(keys.len().saturating_sub(people(layouts)));
        out.push(group(own, layouts, content, gathered, month));
    }
    out.reverse();
    Ok(out)
}

/// Sorts people by form, and in each by total, department, name, workbook and sheet.
fn ranked(keys: &mut [Key], gathered: &Gathered, form: &dyn Fn(&Key) -> usize) -> io::Result<()> {
    // Departments got their numbers as they came; 0 is none, which stands before all names.
    let last = u32::try_from(gathered.departments.len()).unwrap_or(u32::MAX);
    let mut numbers: Vec<u32> = (1..=last).collect();
    numbers.sort_by_key(|number| gathered.departments.name(*number));
    let mut by_name = vec![0u32; numbers.len() + 1];
    for (order, number) in (1u32..).zip(numbers) {
        if let Some(place) = by_name.get_mut(number as usize) {
            *place = order;
        }
    }
    let department = |key: &Key| by_name.get(key.department as usize).copied().unwrap_or(0);
    let start = |a: &Key, b: &Key| {
        form(a)
            .cmp(&form(b))
            .then_with(|| b.total.total_cmp(&a.total))
            .then_with(|| department(a).cmp(&department(b)))
            .then_with(|| a.prefix.cmp(&b.prefix))
    };
    keys.sort_unstable_by(|a, b| {
        start(a, b)
            .then_with(|| a.long.cmp(&b.long))
            .then_with(|| a.book.cmp(&b.book))
            .then_with(|| a.line.cmp(&b.line))
    });
    // Longer names of one beginning are looked up.
    for alike in keys.chunk_by_mut(|a, b| a.long && b.long && start(a, b).is_eq()) {
        if alike.len() < 2 {
            continue;
        }
        let mut named = Vec::with_capacity(alike.len());
        for key in alike.iter() {
            named.push((gathered.row(key)?.line.name, *key));
        }
        named.sort_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| (x.book, x.line).cmp(&(y.book, y.line)))
        });
        for (place, (_, key)) in alike.iter_mut().zip(named) {
            *place = key;
        }
    }
    Ok(())
}

fn group<'a>(
    people: Vec<Key>,
    layouts: &[usize],
    content: &Content<'a>,
    gathered: &Gathered,
    month: Option<&str>,
) -> Group<'a> {
    let used: Vec<(&'a Layout, &Totals)> = layouts
        .iter()
        .filter_map(|i| Some((content.layouts.get(*i)?, gathered.totals.get(*i)?)))
        .collect();
    let best = people.first().and_then(|key| content.layouts.get(key.layout as usize));
    let count = people.len() as f64;
    type Sums<'t> = (&'t [Sum], Option<&'t [usize]>);
    let columns = |parts: fn(&Layout) -> &[Part], sums: fn(&Totals) -> Sums<'_>| -> Vec<Column> {
        let first = best.map(parts).unwrap_or_default();
        let columns = first.iter().enumerate().map(|(index, part)| {
            let own = |layout| parts(layout).get(index).map_or(0.0, |p| p.points);
            let applies = |totals: &Totals| match sums(totals).1 {
                Some(applies) => applies.get(index).copied().unwrap_or(0),
                None => totals.people,
            };
            let got = used.iter().filter_map(|(_, totals)| sums(totals).0.get(index));
            let full = used.iter().map(|(layout, totals)| own(layout) * applies(totals) as f64);
            let people: usize = used.iter().map(|(_, totals)| applies(totals)).sum();
            let count = people.max(1) as f64;
            Column {
                name: part.name.clone(),
                points: used.iter().all(|(l, _)| own(l) == part.points).then_some(part.points),
                people,
                mean: got.map(Sum::value).collect::<Sum>().value() / count,
                full: full.collect::<Sum>().value() / count,
            }
        });
        columns.collect()
    };
    let mut coefficients = HashMap::new();
    for (name, _, coefficient) in used.iter().flat_map(|(layout, _)| &layout.grades) {
        if let Some(coefficient) = coefficient {
            coefficients.insert(name.as_str(), *coefficient);
        }
    }
    let widest = |of: fn(&Totals) -> usize| used.iter().map(|(_, t)| of(t)).max().unwrap_or(0);
    Group {
        title: best.map_or("", |layout| layout.title.as_str()),
        scheme: best.map_or("", |layout| layout.scheme.as_str()),
        items: columns(|l| &l.items, |t| (&t.items, Some(&t.applies))),
        ratings: columns(|l| &l.ratings, |t| (&t.ratings, None)),
        sum: used.iter().map(|(_, t)| t.sum.value()).collect::<Sum>().value() / count,
        total: people.iter().map(|key| key.total).collect::<Sum>().value() / count,
        name_width: widest(|t| t.name_width)
            + if gathered.any_doubles() { gathered.number_width + NUMBERED } else { 0 }
            + if gathered.any_namesakes() { widest(|t| t.department_width) + NUMBERED } else { 0 },
        department_width: widest(|t| t.department_width),
        coefficients,
        months: content.previous.map(|(p, _)| p.months_before(month)).unwrap_or_default(),
        departments: departments(&people, gathered),
        people,
    }
}

/// Columns that the brackets about a staff number or a department take.
const NUMBERED: usize = 4;

/// The departments of a group's people.
fn departments(people: &[Key], gathered: &Gathered) -> Vec<Department> {
    let mut found: BTreeMap<&str, (Department, Sum)> = BTreeMap::new();
    for key in people.iter().filter(|key| key.department > 0) {
        let name = gathered.departments.name(key.department);
        let (own, sum) = found.entry(name).or_insert_with(|| {
            let (best, least) = (f64::MIN, f64::MAX);
            let name = name.to_owned();
            (Department { name, people: 0, sum: 0.0, best, least }, Sum::default())
        });
        own.people += 1;
        sum.add(key.total);
        own.best = own.best.max(key.total);
        own.least = own.least.min(key.total);
    }
    let whole = |(own, sum): (Department, Sum)| Department { sum: sum.value(), ..own };
    found.into_values().map(whole).collect()
}

/// A name's hash. Two names of one hash would both count as namesakes: their earlier totals are
/// then told apart by department only, which is never wrong.
pub fn hash(name: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::new().hash_one(person_key(name))
}
