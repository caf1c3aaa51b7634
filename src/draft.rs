//! A scheme drafted from a form's own words, for a person to look over.
//!
//! In: a workbook's bytes. Out: TOML, every rule beside the words it came from; choices are marked
//! 选择 and doubts 存疑.

mod bands;
mod figures;
mod footnotes;
mod grades;
mod item;
mod judged;
mod layout;
mod sections;

use crate::cell::CellRef;
use crate::criteria::{GROWTH, Need};
use crate::problem::Problem;
use crate::scheme::Words;
use crate::text::{label, show};
use crate::words;
use crate::workbook::{self, Sheet, Value, Workbook};
use figures::{labels, nearest};
use item::item;
use layout::{RatingDraft, Row, Tables, header, size, tables};
use std::collections::{BTreeMap, BTreeSet};

/// Drafts a scheme.
///
/// # Errors
/// A workbook that cannot be read, or one without a header row with an item and a criteria column.
pub fn draft(bytes: &[u8]) -> Result<String, Vec<Problem>> {
    let book = workbook::open(bytes, &|_| true).map_err(|problem| vec![problem])?;
    let words = Words::default();
    let forms: Vec<&Sheet> =
        book.sheets.iter().filter(|sheet| header(sheet, &words, 0).is_some()).collect();
    let Some(form) = forms.first().copied() else {
        return Err(vec![
            Problem::error(
                "no-criteria",
                words!(
                    "没有找到带「考核项目」与「评分标准」两列的表头",
                    "no header row with an item and a criteria column was found"
                ),
            )
            .hint(words!("表头写上这两列", "give the table these headers")),
        ]);
    };
    let Tables { mut rows, mut ratings, mut left } = tables(form, &words);
    // A form on several sheets; a sheet that repeats an item is another person's form.
    for sheet in forms.iter().skip(1) {
        let Tables { rows: more, ratings: rated, left: out } = tables(sheet, &words);
        let known = |name: &str| rows.iter().any(|r| label(&r.name) == label(name));
        if more.iter().any(|row| known(&row.name)) {
            continue;
        }
        let named = |title: &str| ratings.iter().any(|r: &RatingDraft| r.title == title);
        let rated: Vec<RatingDraft> = rated.into_iter().filter(|r| !named(&r.title)).collect();
        rows.extend(more);
        ratings.extend(rated);
        left.extend(out);
    }
    left.iter_mut().for_each(|text| text.push_str("，没有写成一项"));
    left.extend(footnotes::read(form, &rows));
    Ok(write(&book, &forms, &rows, &ratings, &left))
}

/// The metrics of the draft.
struct Metrics<'a> {
    /// What the workbook calls its figures.
    labels: &'a [String],
    /// The form's items, whose names are labels only of what is called so.
    items: BTreeSet<String>,
    /// Labels that a metric has already.
    used: BTreeSet<String>,
    /// The name, what the text calls it, and what asked for it first.
    all: Vec<(String, String, Need)>,
    /// The most that a person may give, by the metric's name.
    most: BTreeMap<String, f64>,
}

impl Metrics<'_> {
    /// The name of the metric that a need asks for.
    fn named(&mut self, need: &Need) -> String {
        // The same figure asked for twice is one metric.
        if let Some((name, ..)) = self.all.iter().find(|(_, alias, _)| *alias == need.name) {
            return name.clone();
        }
        let label = nearest(need, self.labels, &self.items, &self.used);
        let name = label.cloned().unwrap_or_else(|| need.name.clone());
        self.used.insert(name.clone());
        if !self.all.iter().any(|(n, ..)| *n == name) {
            self.all.push((name.clone(), need.name.clone(), need.clone()));
        }
        name
    }

    /// All of them as `[[metrics]]`; a figure that the team table holds comes from there.
    fn write(&self, team: Option<&Team>) -> String {
        let mut out = String::new();
        for (name, alias, need) in &self.all {
            let found = self.labels.contains(name);
            let supply = team.filter(|_| !found).and_then(|t| t.supply(need));
            out.push_str(&format!("\n[[metrics]]\nname = {}\n", quoted(name)));
            if label(alias) != label(name) {
                out.push_str(&format!(
                    "# 存疑：表上写的是「{alias}」，对应到数据表的「{name}」，请核对\n"
                ));
            } else if supply.is_none() && !found {
                out.push_str("# 存疑：数据表里没有找到这个数，请写上它的名字\n");
            }
            out.push_str(&format!("kind = \"{}\"\n", need.kind));
            if let Some(supply) = &supply {
                out.push_str(&format!("{supply}   # 存疑：由团队表得出，请核对\n"));
            }
            out.push_str(&bounds(need));
            if let Some(most) = self.most.get(name) {
                let most = show(*most, 4).replace(',', "");
                out.push_str(&format!("max = {most}   # 打分最多 {most} 分\n"));
            }
        }
        out
    }
}

/// What a figure may be at least and at most, and what a blank means.
fn bounds(need: &Need) -> String {
    let mut out = String::new();
    // 库存差异率评分 is a person's mark of a difference, and none below 0.
    let grows = || GROWTH.iter().chain(&SIGNED).any(|word| need.name.contains(word));
    if need.signed || grows() && !["count", "mark"].contains(&need.kind) {
        let least = if need.kind == "rate" { "-2" } else { "-1000000000" };
        out.push_str(&format!("min = {least}   # 选择：可以是负数\n"));
    }
    if need.kind == "rate" {
        out.push_str("max = 2   # 选择：超过 200 % 当作填错\n");
    }
    if need.kind == "count" && !need.aimed {
        out.push_str("blank = \"zero\"   # 选择：空白当作没有发生\n");
    }
    out
}

/// A table with a row a member, from which means and counts are taken.
struct Team {
    member: String,
    group: String,
    groups: Vec<String>,
    columns: Vec<String>,
}

/// The team table: a header row of a name, a group that repeats, and two figures or more.
fn team(book: &Workbook, forms: &[&Sheet]) -> Option<Team> {
    let form = |sheet: &Sheet| forms.iter().any(|form| form.name == sheet.name);
    for sheet in book.sheets.iter().filter(|sheet| !form(sheet)) {
        let (rows, cols) = size(sheet);
        for row in 0..rows {
            let texts: Vec<(u32, &str)> = (0..cols)
                .filter_map(|col| Some((col, sheet.text(CellRef::new(row, col))?)))
                .collect();
            let [(name_col, member), (group_col, group), rest @ ..] = texts.as_slice() else {
                continue;
            };
            let below = |col: u32| sheet.value(CellRef::new(row + 1, col));
            let figures = rest.iter().filter(|(col, _)| matches!(below(*col), Value::Number(_)));
            let columns: Vec<String> = figures.map(|(_, text)| (*text).to_owned()).collect();
            let named = below(*name_col).text().is_some() && below(*group_col).text().is_some();
            if !named || columns.len() < 2 {
                continue;
            }
            let members: Vec<&str> =
                (row + 1..rows).map_while(|r| sheet.text(CellRef::new(r, *group_col))).collect();
            let groups: BTreeSet<&str> = members.iter().copied().collect();
            let names = (row + 1..rows).filter_map(|r| sheet.text(CellRef::new(r, *name_col)));
            if have_forms(names, forms) {
                continue;
            }
            if groups.len() < members.len() {
                return Some(Team {
                    member: (*member).to_owned(),
                    group: (*group).to_owned(),
                    groups: groups.into_iter().map(str::to_owned).collect(),
                    columns,
                });
            }
        }
    }
    None
}

/// Whether names are those of people with a form each: then a row holds a person's own figures, and
/// the table is of no team.
fn have_forms<'a>(names: impl Iterator<Item = &'a str>, forms: &[&Sheet]) -> bool {
    let has = |form: &Sheet, name: &str| {
        form.name.contains(name)
            || form.cells.values().any(|cell| cell.value.text().is_some_and(|t| t.trim() == name))
    };
    let own = |name: &&str| !name.is_empty() && forms.iter().any(|form| has(form, name));
    forms.len() > 1 && names.map(str::trim).filter(own).count() > 1
}

impl Team {
    /// How a need comes from the table: its `from_team` line.
    fn supply(&self, need: &Need) -> Option<String> {
        let (name, clause) = (label(&need.name), label(&need.clause));
        let like = |column: &String| {
            let chars: Vec<char> = label(column).chars().collect();
            let pairs: Vec<String> = chars.windows(2).map(|p| p.iter().collect()).collect();
            let within = pairs.iter().filter(|p| name.contains(*p) || clause.contains(*p)).count();
            within as f64 / pairs.len().max(1) as f64
        };
        let column = self.columns.iter().max_by(|a, b| like(a).total_cmp(&like(b)))?;
        if like(column) < 0.6 {
            return None;
        }
        let take = match need.bound {
            Some((side, bound)) => format!("take = \"count\", {side} = {bound}"),
            None if need.kind == "count" => return None,
            None if name.starts_with("最长") || name.starts_with("最高") => {
                "take = \"max\"".to_owned()
            }
            None => "take = \"mean\"".to_owned(),
        };
        let named: Vec<&String> = self.groups.iter().filter(|g| name.contains(&label(g))).collect();
        let group = match named.as_slice() {
            [one] => format!(", group = {}", quoted(one)),
            _ => String::new(),
        };
        let column = quoted(&label_of(column));
        Some(format!("from_team = {{ column = {column}, {take}{group} }}"))
    }

    fn write(&self) -> String {
        let groups: Vec<String> =
            self.groups.iter().map(|g| format!("{{ name = {} }}", quoted(g))).collect();
        let mut out = format!(
            "\n[team]\nmember = [{}]\ngroup = [{}]\ngroups = [{}]\n",
            quoted(&self.member),
            quoted(&self.group),
            groups.join(", ")
        );
        for column in &self.columns {
            let kind = if column.contains('率') { "rate" } else { "amount" };
            let name = quoted(&label_of(column));
            out.push_str(&format!("\n[[team.columns]]\nname = {name}\nkind = \"{kind}\"\n"));
        }
        out
    }
}

/// Words of figures that may be below 0, beside [`GROWTH`].
const SIGNED: [&str; 4] = ["偏差", "差异", "盈亏", "降低"];

/// A header without its bracketed unit.
fn label_of(header: &str) -> String {
    header.split(['(', '（']).next().unwrap_or(header).trim().to_owned()
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn comment(text: &str) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

/// The whole scheme.
fn write(
    book: &Workbook,
    forms: &[&Sheet],
    rows: &[Row],
    ratings: &[RatingDraft],
    left: &[String],
) -> String {
    let Some(form) = forms.first() else { return String::new() };
    let title =
        form.cells.values().find_map(|c| c.value.text()).unwrap_or(&form.name).trim().to_owned();
    let groups = sections::groups(rows, ratings);
    let total: f64 = groups.points + ratings.iter().map(|r| r.weight).sum::<f64>();
    let team = team(book, forms);
    let headers = team.iter().flat_map(|t| t.columns.iter().chain(&t.groups));
    let own: BTreeSet<String> = headers.map(|h| label(h)).collect();
    let mut labels = labels(book, forms);
    labels.retain(|text| !own.contains(&label(text)));
    let items = rows.iter().map(|row| label(&row.name)).collect();
    let mut metrics = Metrics {
        labels: &labels,
        items,
        used: BTreeSet::new(),
        all: Vec::new(),
        most: BTreeMap::new(),
    };
    let (mut items, mut vetoes) = (String::new(), String::new());
    for row in rows {
        let (text, whole) = item(row, &mut metrics);
        items.push_str(&text);
        vetoes.push_str(&whole);
    }
    let mut out = String::from(
        "# 按考核表的文字起草。逐条核对：「选择」是文字没有说、按常见读法取的；「存疑」必须由人定。\n\n",
    );
    out.push_str(&format!(
        "name = {}\ntitle = {}\ntotal = {}\n",
        quoted(&title),
        quoted(&title),
        show(total, 4).replace(',', "")
    ));
    if (total - 100.0).abs() > 1e-9 {
        out.push_str(&format!("# 存疑：各项分值合计 {}，不是 100\n", show(total, 4)));
    }
    for text in left {
        out.push_str(&comment(&format!("存疑：{text}")));
    }
    out.push_str(&metrics.write(team.as_ref()));
    if let Some(team) = team.filter(|_| out.contains("from_team")) {
        out.push_str(&team.write());
    }
    out.push_str(&items);
    out.push_str(&groups.text);
    out.push_str(&vetoes);
    let found = book.sheets.iter().map(grades::read).find(|text| !text.is_empty());
    out.push_str(&found.unwrap_or_default());
    ratings.iter().for_each(|table| out.push_str(&rating(table)));
    out
}

/// A rating table as `[[ratings]]`.
fn rating(table: &RatingDraft) -> String {
    let prefix: String = table.title.chars().take(2).collect();
    let marks: Vec<String> =
        table.marks.iter().map(|m| format!("  {{ name = {} }},", quoted(m))).collect();
    let (weight, max) = (show(table.weight, 4), show(table.max, 4));
    format!(
        "\n[[ratings]]\nname = {}\nwords = [{}]\nweight = {weight}\nmax = {max}\nprefix = {}\nmarks = [\n{}\n]\n",
        quoted(&table.title),
        quoted(&format!("{prefix}评分")),
        quoted(&prefix),
        marks.join("\n")
    )
}
