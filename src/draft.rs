//! A scheme drafted from a form's own words, for a person to look over.
//!
//! In: a workbook's bytes. Out: TOML, every rule beside the words it came from; choices are marked
//! 选择 and doubts 存疑.

mod bands;
mod footnotes;
mod grades;
mod judged;
mod layout;
mod sections;

use crate::cell::CellRef;
use crate::criteria::{self, GROWTH, Need, Said};
use crate::problem::Problem;
use crate::scheme::Words;
use crate::text::{label, show};
use crate::words;
use crate::workbook::{self, Sheet, Value, Workbook};
use layout::{RatingDraft, Row, Tables, header, size, tables};
use sections::{Section, Side};
use std::collections::BTreeSet;

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
    Ok(write(&book, form, &rows, &ratings, &left))
}

/// Metrics of the draft: the name, what the text calls it, and what asked for it first.
type Metrics = Vec<(String, String, Need)>;

/// A table with a row a member, from which means and counts are taken.
struct Team {
    member: String,
    group: String,
    groups: Vec<String>,
    columns: Vec<String>,
}

/// The team table: a header row of a name, a group that repeats, and two figures or more.
fn team(book: &Workbook, form: &Sheet) -> Option<Team> {
    for sheet in book.sheets.iter().filter(|s| s.name != form.name) {
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

/// Labels of figures on the other sheets: beside a number, or above one.
fn labels(book: &Workbook, form: &Sheet) -> Vec<String> {
    let mut out = Vec::new();
    for sheet in book.sheets.iter().filter(|s| s.name != form.name) {
        for (at, cell) in &sheet.cells {
            let Some(text) = cell.value.text() else { continue };
            let number = |row, col| matches!(sheet.value(CellRef::new(row, col)), Value::Number(_));
            if number(at.row, at.col + 1) || number(at.row + 1, at.col) {
                let known = out.iter().any(|o: &String| label(o) == label(text));
                if !known && !text.contains('-') && text.chars().count() <= 16 {
                    out.push(text.trim().to_owned());
                }
            }
        }
    }
    out
}

/// The label that a need is most like: by its name, else by the words of its clause.
fn nearest<'a>(need: &Need, labels: &'a [String], used: &BTreeSet<String>) -> Option<&'a String> {
    let name = label(&need.name);
    let like = |candidate: &str| {
        let own = label(candidate);
        let bare = own
            .trim_end_matches("次数")
            .trim_end_matches("人次")
            .trim_end_matches("数量")
            .to_owned();
        let chars: Vec<char> = bare.chars().collect();
        let pairs: Vec<String> = chars.windows(2).map(|p| p.iter().collect()).collect();
        if pairs.is_empty() {
            return 0.0;
        }
        let clause = label(&need.clause);
        let share = |text: &str| {
            pairs.iter().filter(|p| text.contains(p.as_str())).count() as f64 / pairs.len() as f64
        };
        let common = chars.iter().filter(|c| name.contains(**c)).count() as f64;
        let dice = 2.0 * common / (chars.len() + name.chars().count()).max(1) as f64;
        dice.max(share(&name)).max(share(&clause) * 0.95)
    };
    let mut best: Vec<(f64, &String)> =
        labels.iter().filter(|l| !used.contains(*l)).map(|l| (like(l), l)).collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    best.first().filter(|(score, _)| *score >= 0.55).map(|(_, label)| *label)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn comment(text: &str) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

fn write(
    book: &Workbook,
    form: &Sheet,
    rows: &[Row],
    ratings: &[RatingDraft],
    left: &[String],
) -> String {
    let title =
        form.cells.values().find_map(|c| c.value.text()).unwrap_or(&form.name).trim().to_owned();
    let groups = sections::groups(rows, ratings);
    let total: f64 = groups.points + ratings.iter().map(|r| r.weight).sum::<f64>();
    let team = team(book, form);
    let headers = team.iter().flat_map(|t| t.columns.iter().chain(&t.groups));
    let own: BTreeSet<String> =
        headers.map(|h| label(h)).chain(rows.iter().map(|r| label(&r.name))).collect();
    let mut labels = labels(book, form);
    labels.retain(|text| !own.contains(&label(text)));
    let mut used = BTreeSet::new();
    let mut metrics: Metrics = Vec::new();
    let (mut items, mut vetoes) = (String::new(), String::new());
    for row in rows {
        let (text, whole) = item(row, &labels, &mut used, &mut metrics);
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
    for (name, alias, need) in &metrics {
        let kind = need.kind;
        let supply = team.as_ref().filter(|_| !labels.contains(name)).and_then(|t| t.supply(need));
        out.push_str(&format!("\n[[metrics]]\nname = {}\n", quoted(name)));
        if label(alias) != label(name) {
            out.push_str(&format!(
                "# 存疑：表上写的是「{alias}」，对应到数据表的「{name}」，请核对\n"
            ));
        } else if supply.is_none() && !labels.contains(name) {
            out.push_str("# 存疑：数据表里没有找到这个数，请写上它的名字\n");
        }
        out.push_str(&format!("kind = \"{kind}\"\n"));
        if let Some(supply) = &supply {
            out.push_str(&format!("{supply}   # 存疑：由团队表得出，请核对\n"));
        }
        // 库存差异率评分 is a person's mark of a difference, and none below 0.
        let grows = || GROWTH.iter().chain(&SIGNED).any(|word| need.name.contains(word));
        if need.signed || grows() && !["count", "mark"].contains(&kind) {
            let least = if kind == "rate" { "-2" } else { "-1000000000" };
            out.push_str(&format!("min = {least}   # 选择：可以是负数\n"));
        }
        if kind == "rate" {
            out.push_str("max = 2   # 选择：超过 200 % 当作填错\n");
        }
        if kind == "count" && !need.aimed {
            out.push_str("blank = \"zero\"   # 选择：空白当作没有发生\n");
        }
    }
    if let Some(team) = team.filter(|_| out.contains("from_team")) {
        out.push_str(&team.write());
    }
    out.push_str(&items);
    out.push_str(&groups.text);
    out.push_str(&vetoes);
    let found = book.sheets.iter().map(grades::read).find(|text| !text.is_empty());
    out.push_str(&found.unwrap_or_default());
    for rating in ratings {
        let prefix: String = rating.title.chars().take(2).collect();
        let marks: Vec<String> =
            rating.marks.iter().map(|m| format!("  {{ name = {} }},", quoted(m))).collect();
        let (weight, max) = (show(rating.weight, 4), show(rating.max, 4));
        out.push_str(&format!(
            "\n[[ratings]]\nname = {}\nwords = [{}]\nweight = {weight}\nmax = {max}\nprefix = {}\nmarks = [\n{}\n]\n",
            quoted(&rating.title),
            quoted(&format!("{prefix}评分")),
            quoted(&prefix),
            marks.join("\n")
        ));
    }
    out
}

fn item(
    row: &Row,
    labels: &[String],
    used: &mut BTreeSet<String>,
    metrics: &mut Metrics,
) -> (String, String) {
    // 「评分标准（百分制）」 over all the criteria.
    let hundred = row.hundred && row.points > 0.0 && row.points != 100.0;
    let points = if hundred { 100.0 } else { row.points };
    let mut read =
        criteria::read_with_target(&row.topic, points, row.target.as_deref(), &row.criteria);
    let computed = read.clauses.iter().any(|c| matches!(c.said, Said::Rule(_)));
    if hundred && computed {
        read.scale = Some(100.0);
    }
    if let (None, Some(most)) = (read.cap, row.most) {
        read.cap = Some(most);
    }
    let mut read = if row.steps.is_some() { bands::only_bands(read) } else { read };
    let mut out = format!(
        "\n[[items]]\nname = {}\npoints = {}\ncriteria = {}\n",
        quoted(&row.name),
        show(row.points, 4).replace(',', ""),
        quoted(&row.criteria)
    );
    if row.name != row.topic {
        let part = row.section.as_ref().map_or("", |s| s.name.as_str());
        out.push_str(&comment(&format!("表中同名的项目：{}，{part}，按次序区分", row.topic)));
    }
    if row.shared {
        out.push_str("# 存疑：标准的格子与别的项合并：几项各按这一条算，请核对\n");
        // Each item has figures of its own.
        for need in read.clauses.iter_mut().flat_map(|c| &mut c.needs) {
            if !need.name.contains(&row.topic) {
                need.name = format!("{}{}", row.topic, need.name);
            }
        }
    }
    let on_top = row.section.as_ref().is_some_and(|s| s.bonus);
    let side = row.section.as_ref().filter(|_| on_top && row.points > 0.0).map(Section::side);
    match read.floor {
        None if matches!(side, Some(Side::Takes | Side::Both)) => out.push_str(&format!(
            "floor = -{0}   # 选择：表上的 {0} 分当作最多扣几分\n",
            show(row.points, 4).replace(',', "")
        )),
        None if on_top => out.push_str("floor = -1000000   # 选择：在总分外加减，可以是负数\n"),
        Some(Some(floor)) => out.push_str(&format!("floor = {floor}\n")),
        Some(None) => out.push_str("floor = -1000000   # 下不保底\n"),
        None => out.push_str("floor = 0   # 选择：没有说扣到哪里为止，按扣完为止\n"),
    }
    match read.cap {
        Some(cap) => out.push_str(&format!("cap = {cap}\n")),
        None if matches!(side, Some(Side::Gives | Side::Both)) => out.push_str(&format!(
            "cap = {0}   # 选择：表上的 {0} 分当作最多加几分\n",
            show(row.points, 4).replace(',', "")
        )),
        None if read.uncapped || on_top => {}
        None => out.push_str("# 选择：没有说上限，不封顶\n"),
    }
    if on_top && read.base_points.is_none() {
        out.push_str("base_points = 0   # 在总分外加减，从 0 分起\n");
    }
    if let Some(base) = read.base_points {
        out.push_str(&format!("base_points = {base}   # 达标得 {base} 分，不是分值\n"));
    }
    if let Some(scale) = read.scale {
        out.push_str(&format!("scale = {scale}   # 选择：文字按百分制打分，折成分值\n"));
    }
    if let Some(target) = &row.target {
        out.push_str(&comment(&format!("表上的目标值：{target}")));
    }
    let mut named = |need: &Need| {
        // The same figure asked for twice is one metric.
        if let Some((name, ..)) = metrics.iter().find(|(_, alias, _)| *alias == need.name) {
            return name.clone();
        }
        let name = nearest(need, labels, used).cloned().unwrap_or_else(|| need.name.clone());
        used.insert(name.clone());
        if !metrics.iter().any(|(n, ..)| *n == name) {
            metrics.push((name.clone(), need.name.clone(), need.clone()));
        }
        name
    };
    let rules = read.clauses.iter().filter(|c| matches!(c.said, Said::Rule(_))).count();
    let open: Vec<&criteria::Clause> =
        read.clauses.iter().filter(|c| matches!(c.said, Said::Judged(_))).collect();
    for clause in &read.clauses {
        let Said::Rule(rule) = &clause.said else { continue };
        let mut rule = rule.clone();
        for (index, need) in clause.needs.iter().enumerate() {
            rule = rule.replace(&format!("{{{index}}}"), &quoted(&named(need)));
        }
        out.push_str("[[items.rules]]\n");
        out.push_str(&comment(&format!("「{}」", clause.words)));
        clause.choices.iter().for_each(|c| out.push_str(&comment(&format!("选择：{c}"))));
        clause.doubts.iter().for_each(|c| out.push_str(&comment(&format!("存疑：{c}"))));
        out.push_str(&rule);
        out.push('\n');
    }
    let mut vetoes = String::new();
    for veto in &read.vetoes {
        let need = veto.needs.first();
        let known = need.and_then(|n| Some((n, nearest(n, labels, &BTreeSet::new())?)));
        if let (Some((need, _)), Said::Rule(rule), true) =
            (known, &veto.said, veto.needs.len() == 1)
        {
            let rule = rule.lines().filter(|l| !l.starts_with("kind")).collect::<Vec<_>>();
            vetoes.push_str("\n[[vetoes]]\n");
            vetoes.push_str(&comment(&format!("「{}」：管到总分", veto.words)));
            vetoes.push_str(&rule.join("\n").replace("{0}", &quoted(&named(need))));
            vetoes.push('\n');
            continue;
        }
        out.push_str(&comment(&format!(
            "存疑：「{}」管到总分，不写在这一项里：请另写 [[vetoes]]，指标「{}」",
            veto.words,
            need.map_or("", |n| n.name.as_str())
        )));
    }
    for clause in &read.clauses {
        match &clause.said {
            Said::Judged(why) => {
                out.push_str(&comment(&format!(
                    "存疑：「{}」算不出（{why}），由人评定",
                    clause.words
                )));
            }
            Said::Money => out.push_str(&comment(&format!(
                "「{}」是钱，不是分：如要汇总，写进 [[money]]",
                clause.words
            ))),
            // Beside what is computed, what says nothing of the score is shown too.
            Said::Nothing if rules > 0 && !clause.words.is_empty() => {
                out.push_str(&comment(&format!("「{}」没有写成规则", clause.words)));
            }
            _ => {}
        }
    }
    if rules == 0 || !open.is_empty() {
        let need = Need {
            name: format!("{}评分", row.topic),
            kind: "mark",
            clause: format!("{}评分", row.topic),
            bound: None,
            signed: false,
            aimed: false,
            unit: String::new(),
        };
        let name = named(&need);
        if rules == 0 {
            out.push_str("[[items.rules]]\n# 文字里没有可以计算的规则：由人评定\n");
            out.push_str(&format!("kind = \"judged\"\nmetric = {}\n", quoted(&name)));
            if let Some(marks) = row
                .steps
                .clone()
                .filter(|marks| !marks.is_empty())
                .or_else(|| judged::marks(&row.criteria, row.points))
            {
                let list: Vec<String> = marks.iter().map(f64::to_string).collect();
                out.push_str(&format!("allowed = [{}]   # 文字列出的分\n", list.join(", ")));
            }
        } else {
            out.push_str("[[items.rules]]\n# 存疑：上面算不出的部分，由人填扣几分\n");
            out.push_str(&format!(
                "kind = \"occurrences\"\nevents = [{{ metric = {}, deduct = 1 }}]\n",
                quoted(&name)
            ));
        }
    }
    (out, vetoes)
}
