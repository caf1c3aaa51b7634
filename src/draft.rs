//! A scheme drafted from a form's own words, for a person to look over.
//!
//! In: a workbook's bytes. Out: TOML, every rule beside the words it came from; choices are marked
//! 选择 and doubts 存疑.

use crate::cell::CellRef;
use crate::criteria::{self, Need, Said};
use crate::problem::Problem;
use crate::scheme::Words;
use crate::text::{label, parse_number, show};
use crate::words;
use crate::workbook::{self, Sheet, Value, Workbook};
use std::collections::BTreeSet;

const RULE_WORDS: &str = "评分标准 考核标准 评分规则 扣分标准 考核要点 计分规则 计分标准 计分方法 评价标准 评分办法 扣分办法 考核细则 衡量标准 量化标准 打分标准 评价细则 考核方法 得分计算方法 指标及扣分说明";

const TARGET_WORDS: &str = "目标值 考核目标 目标 绩效目标 基本目标 指标值 计划值 本月目标";

struct Row {
    name: String,
    points: f64,
    criteria: String,
    /// What the 目标值 column says.
    target: Option<String>,
}

struct RatingDraft {
    title: String,
    weight: f64,
    max: f64,
    marks: Vec<String>,
}

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
    let (mut rows, mut ratings) = tables(form, &words);
    // A form on several sheets; a sheet that repeats an item is another person's form.
    for sheet in forms.iter().skip(1) {
        let (more, rated) = tables(sheet, &words);
        let known = |name: &str| rows.iter().any(|r| label(&r.name) == label(name));
        if more.iter().any(|row| known(&row.name)) {
            continue;
        }
        let named = |title: &str| ratings.iter().any(|r: &RatingDraft| r.title == title);
        let rated: Vec<RatingDraft> = rated.into_iter().filter(|r| !named(&r.title)).collect();
        rows.extend(more);
        ratings.extend(rated);
    }
    Ok(write(&book, form, &rows, &ratings))
}

/// Metrics of the draft: the name, what the text calls it, and what asked for it first.
type Metrics = Vec<(String, String, Need)>;

struct Header {
    row: u32,
    item: u32,
    points: Option<u32>,
    rule: u32,
    target: Option<u32>,
    full_mark: Option<f64>,
}

fn text_at(sheet: &Sheet, row: u32, col: u32) -> Option<String> {
    let at = CellRef::new(row, col);
    match sheet.value(at) {
        Value::Text(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(show(*number, 6)),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// A target as the form shows it; a share stays one where the number format hides it as 0.95.
fn target_at(sheet: &Sheet, row: u32, col: u32) -> Option<String> {
    let at = CellRef::new(row, col);
    match sheet.value(at) {
        // A bare 0.95 may be 95 % or 0.95 of something.
        Value::Number(number) if *number > 0.0 && *number <= 1.0 => None,
        _ => text_at(sheet, row, col),
    }
}

fn size(sheet: &Sheet) -> (u32, u32) {
    sheet.cells.keys().fold((0, 0), |(r, c), at| (r.max(at.row + 1), c.max(at.col + 1)))
}

fn header(sheet: &Sheet, words: &Words, from: u32) -> Option<Header> {
    let (rows, cols) = size(sheet);
    let rule_words: BTreeSet<String> = RULE_WORDS.split_whitespace().map(label).collect();
    let has = |list: &[String], text: &str| list.iter().any(|w| label(w) == label(text));
    for row in from..rows {
        let cells: Vec<(u32, String)> =
            (0..cols).filter_map(|col| Some((col, text_at(sheet, row, col)?))).collect();
        let rule = cells.iter().find(|(_, text)| rule_words.contains(&label(text)));
        let score = cells.iter().find(|(_, text)| has(&words.score, text));
        let item = cells
            .iter()
            .find(|(col, text)| has(&words.item, text) && Some(*col) != rule.map(|r| r.0));
        let points = cells.iter().find(|(_, text)| has(&words.points, text));
        if let (Some(rule), Some(item)) = (rule, item)
            && (points.is_some() || score.is_some())
        {
            let full = score.and_then(|(_, text)| {
                let digits: String =
                    text.split("满分").nth(1)?.chars().take_while(|c| c.is_ascii_digit()).collect();
                digits.parse().ok()
            });
            let rule_col = Some(rule.0);
            return Some(Header {
                row,
                item: item.0,
                points: points.map(|p| p.0),
                rule: rule.0,
                target: cells
                    .iter()
                    .find(|(col, text)| {
                        Some(*col) != rule_col
                            && TARGET_WORDS.split_whitespace().any(|w| label(w) == label(text))
                    })
                    .map(|t| t.0),
                full_mark: full,
            });
        }
    }
    None
}

fn tables(sheet: &Sheet, words: &Words) -> (Vec<Row>, Vec<RatingDraft>) {
    let (rows, _) = size(sheet);
    let (mut items, mut ratings): (Vec<Row>, Vec<RatingDraft>) = (Vec::new(), Vec::new());
    let mut at = header(sheet, words, 0);
    let totals: BTreeSet<String> =
        words.sum.iter().chain(&words.total).chain(&words.scaled).map(|w| label(w)).collect();
    while let Some(head) = at {
        let next = header(sheet, words, head.row + 1);
        let end = next.as_ref().map_or(rows, |n| n.row);
        let mut rating: Option<RatingDraft> = None;
        if let (Some(max), None) = (head.full_mark, head.points) {
            let title =
                (0..head.row).rev().find_map(|r| text_at(sheet, r, head.item)).unwrap_or_default();
            let weight = title
                .split("权重")
                .nth(1)
                .map(|t| t.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect::<String>());
            let weight = weight.and_then(|w| w.parse().ok()).unwrap_or(10.0);
            rating = Some(RatingDraft { title: label(&title), weight, max, marks: Vec::new() });
        }
        for row in head.row + 1..end {
            let Some(rule) = text_at(sheet, row, head.rule) else { continue };
            let Some(name) = text_at(sheet, row, head.item) else {
                // An item merged down several rows of criteria has them all.
                let anchor = sheet.anchor(CellRef::new(row, head.item));
                let own = text_at(sheet, anchor.row, head.item);
                let last = items.last_mut().filter(|l: &&mut Row| Some(&l.name) == own.as_ref());
                if anchor.row > head.row
                    && let Some(last) = last
                {
                    last.criteria = format!("{}\n{rule}", last.criteria);
                }
                continue;
            };
            if rating.as_ref().is_some_and(|r| !r.marks.is_empty())
                && totals.contains(&label(&name))
            {
                break;
            }
            if totals.contains(&label(&name)) || name == rule {
                continue;
            }
            match (&mut rating, head.points) {
                (Some(rating), _) => rating.marks.push(name),
                (None, Some(col)) => {
                    let points = text_at(sheet, row, col).and_then(|t| parse_number(&t));
                    let Some(points) = points else { continue };
                    let value = if points.percent || points.value < 1.0 {
                        points.value * 100.0
                    } else {
                        points.value
                    };
                    let target = head.target.and_then(|col| target_at(sheet, row, col));
                    let points = crate::text::round15(value);
                    items.push(Row { name, points, criteria: rule, target });
                }
                (None, None) => {}
            }
        }
        ratings.extend(rating.filter(|r| !r.marks.is_empty()));
        at = next;
    }
    (items, ratings)
}

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

fn write(book: &Workbook, form: &Sheet, rows: &[Row], ratings: &[RatingDraft]) -> String {
    let title =
        form.cells.values().find_map(|c| c.value.text()).unwrap_or(&form.name).trim().to_owned();
    let total: f64 =
        rows.iter().map(|r| r.points).sum::<f64>() + ratings.iter().map(|r| r.weight).sum::<f64>();
    let team = team(book, form);
    let headers = team.iter().flat_map(|t| t.columns.iter().chain(&t.groups));
    let own: BTreeSet<String> =
        headers.map(|h| label(h)).chain(rows.iter().map(|r| label(&r.name))).collect();
    let mut labels = labels(book, form);
    labels.retain(|text| !own.contains(&label(text)));
    let mut used = BTreeSet::new();
    let mut metrics: Metrics = Vec::new();
    let mut items = String::new();
    for row in rows {
        items.push_str(&item(row, &labels, &mut used, &mut metrics));
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
        if kind == "rate" {
            out.push_str("max = 2   # 选择：超过 200 % 当作填错\n");
        }
        if kind == "count" {
            out.push_str("blank = \"zero\"   # 选择：空白当作没有发生\n");
        }
    }
    if let Some(team) = team.filter(|_| out.contains("from_team")) {
        out.push_str(&team.write());
    }
    out.push_str(&items);
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
) -> String {
    let read =
        criteria::read_with_target(&row.name, row.points, row.target.as_deref(), &row.criteria);
    let mut out = format!(
        "\n[[items]]\nname = {}\npoints = {}\ncriteria = {}\n",
        quoted(&row.name),
        show(row.points, 4).replace(',', ""),
        quoted(&row.criteria)
    );
    match read.floor {
        Some(Some(floor)) => out.push_str(&format!("floor = {floor}\n")),
        Some(None) => out.push_str("floor = -1000000   # 下不保底\n"),
        None => out.push_str("floor = 0   # 选择：没有说扣到哪里为止，按扣完为止\n"),
    }
    match read.cap {
        Some(cap) => out.push_str(&format!("cap = {cap}\n")),
        None if read.uncapped => {}
        None => out.push_str("# 选择：没有说上限，不封顶\n"),
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
    for veto in &read.vetoes {
        out.push_str(&comment(&format!(
            "存疑：「{}」管到总分，不写在这一项里：请另写 [[vetoes]]，指标「{}」",
            veto.words,
            veto.needs.first().map_or("", |n| n.name.as_str())
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
            _ => {}
        }
    }
    if rules == 0 || !open.is_empty() {
        let need = Need {
            name: format!("{}评分", row.name),
            kind: "mark",
            clause: format!("{}评分", row.name),
            bound: None,
        };
        let name = named(&need);
        if rules == 0 {
            out.push_str("[[items.rules]]\n# 文字里没有可以计算的规则：由人评定\n");
            out.push_str(&format!("kind = \"judged\"\nmetric = {}\n", quoted(&name)));
        } else {
            out.push_str("[[items.rules]]\n# 存疑：上面算不出的部分，由人填扣几分\n");
            out.push_str(&format!(
                "kind = \"occurrences\"\nevents = [{{ metric = {}, deduct = 1 }}]\n",
                quoted(&name)
            ));
        }
    }
    out
}
