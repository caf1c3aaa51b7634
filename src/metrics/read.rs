//! Reading the figures of one person, with a problem for each that is missing or cannot be right.

use super::find::{Listed, People, Person, Raters, Sources};
use super::near::near;
use super::number::{mark_metric, number_at};
use super::owner::Owners;
use super::{Found, MetricSet};
use crate::expr::{Expr, Operand};
use crate::form::{Form, Place};
use crate::problem::Problem;
use crate::scheme::{Metric, Scheme};
use crate::text::{compact, person_key};
use crate::words;
use crate::workbook::Workbook;

/// Reads the figures of a form's person. `figures` is the workbook that holds them, `workbook` the
/// form's own.
pub fn read(
    workbook: &Workbook,
    figures: &Workbook,
    scheme: &Scheme,
    sources: &Sources,
    owners: &Owners,
    form: &Form,
) -> MetricSet {
    let sheet = workbook.sheets.get(form.sheet).map_or("", |s| s.name.as_str());
    let own = owners.sources(sheet, form, sources);
    let mut reader =
        Reader { workbook: figures, literal: sources.literal, out: MetricSet::default() };
    let sources = own.as_ref();
    let row = match person_row(sheet, figures, sources, form) {
        Ok(row) => row,
        Err(problem) => {
            reader.out.problems.push(*problem);
            reader.out.unread = true;
            return reader.out;
        }
    };
    if let Some(problem) = whose(sheet, figures, sources, owners, form) {
        reader.out.problems.push(problem);
        reader.out.unread = true;
        return reader.out;
    }
    let stands = |metric: &Metric| {
        let in_row = row.and_then(|(table, person)| {
            let col = table.metrics.get(&metric.name)?;
            Some((Place { sheet: table.sheet, at: table.cell(person, *col) }, None))
        });
        in_row.or_else(|| super::absent::first(sources.lists.get(&metric.name)?))
    };
    let not_needed = reader.lapse(scheme, &stands);
    for metric in &scheme.metrics {
        if not_needed.contains(metric.name.as_str()) {
            reader.not_needed(metric);
            continue;
        }
        let column = row.and_then(|(table, _)| table.metrics.get(&metric.name));
        let place = match (row, column) {
            (Some((table, person)), Some(col)) => {
                Some(Place { sheet: table.sheet, at: table.cell(person, *col) })
            }
            _ => None,
        };
        let listed = sources.lists.get(&metric.name).filter(|_| row.is_none() || place.is_none());
        if let Some(place) = place {
            reader.direct(metric, place);
        } else if let Some(listed) = listed {
            reader.listed(metric, listed);
        } else if let (Some(from), false) = (&metric.from_team, sources.teams.is_empty()) {
            reader.team(scheme, metric, from, &sources.teams);
        } else {
            reader.missing(scheme, metric, row.map(|(table, _)| table.sheet), sources);
        }
    }
    if let Some((table, _)) = row {
        for (text, first, second) in &table.twice {
            let problem = Problem::error(
                "metric-twice",
                words!(
                    "列「{text}」出现两次：{first} 与 {second}",
                    "the column `{text}` stands twice: {first} and {second}"
                ),
            )
            .at(reader.sheet_name(table.sheet), *second)
            .hint(words!("删去或改名其中一列", "remove or rename one of them"));
            reader.out.problems.push(problem);
        }
    }
    reader.units(scheme, row, sources);
    reader.marks(scheme, sources, owners.one_person(), form, row);
    reader.cross_checks(scheme);
    reader.out
}

/// The person's row in a table of people; `None` where the workbook has lists instead.
fn person_row<'s>(
    form_sheet: &str,
    workbook: &Workbook,
    sources: &'s Sources,
    form: &Form,
) -> Result<Option<(&'s People, &'s Person)>, Box<Problem>> {
    if sources.people.is_empty() {
        return Ok(None);
    }
    let Some(name) = &form.person else {
        let mut rows = sources.people.iter().flat_map(|t| t.rows.iter().map(move |r| (t, r)));
        return match (rows.next(), rows.next()) {
            (Some(only), None) => Ok(Some(only)),
            _ => Err(Box::new(
                Problem::error(
                    "no-person",
                    words!("考核表上没有写被考核人", "the form does not name the person"),
                )
                .on(form_sheet)
                .hint(words!("在表头写上「被考核人：姓名」", "write 被考核人：name in its head")),
            )),
        };
    };
    let nameless = sources.people.iter().flat_map(|t| t.rows.iter().map(move |r| (t, r)));
    let mut rows = sources.rows_of(name);
    if rows.is_empty() {
        let mut all = nameless.filter(|(_, r)| r.name.is_empty());
        if let (Some(only), None) = (all.next(), all.next()) {
            return Ok(Some(only));
        }
    }
    if rows.len() > 1
        && let Some(department) = &form.department
    {
        let key = person_key(department);
        rows.retain(|(_, r)| r.department.as_deref().is_some_and(|d| person_key(d) == key));
    }
    let all = sources.rows_of(name);
    match (rows.as_slice(), all.as_slice()) {
        ([only], _) => Ok(Some(*only)),
        (_, [(first, a), (second, b), ..]) => {
            let sheet = |t: &People| workbook.sheets.get(t.sheet).map_or("", |s| s.name.as_str());
            let (a_at, b_at) = (format!("'{}'!{}", sheet(first), a.at), b.at);
            Err(Box::new(
                Problem::error(
                    "name-twice",
                    words!("指标表中有两行「{name}」：{a_at} 与 {b_at}", "two rows are named `{name}`: {a_at} and {b_at}"),
                )
                .at(sheet(second), b.at)
                .hint(words!(
                    "用「部门」列区分，并与考核表上的部门一致；或改正姓名",
                    "tell them apart by a 部门 column that agrees with the form, or correct the name"
                )),
            ))
        }
        _ => Err(Box::new(
            Problem::error(
                "no-metric-row",
                words!("指标表中没有「{name}」这一行", "the metric sheet has no row for `{name}`"),
            )
            .on(form_sheet)
            .hint(words!("在指标表中补上这一行，姓名须一致", "add the row, with the same name")),
        )),
    }
}

pub(super) struct Reader<'a> {
    pub(super) workbook: &'a Workbook,
    pub(super) literal: bool,
    pub(super) out: MetricSet,
}

impl<'a> Reader<'a> {
    pub(super) fn sheet_name(&self, sheet: usize) -> &'a str {
        self.workbook.sheets.get(sheet).map_or("", |s| s.name.as_str())
    }

    fn number(&mut self, metric: &Metric, place: Place, inline: Option<&str>) -> Option<Operand> {
        let (operand, problems) = number_at(self.workbook, metric, place, inline, self.literal);
        self.out.problems.extend(problems);
        operand
    }

    pub(super) fn found(&mut self, metric: &Metric, expr: Expr, place: Option<Place>) {
        self.out.insert(&metric.name, Found { expr, kind: metric.kind, place });
    }

    fn direct(&mut self, metric: &Metric, place: Place) {
        if let Some(operand) = self.number(metric, place, None) {
            self.found(metric, Expr::Value(operand), Some(place));
        }
    }

    fn listed(&mut self, metric: &Metric, listed: &[Listed]) {
        let mut places = listed.iter();
        let Some(first) = places.next() else { return };
        if let Some(other) = first.other {
            let (name, a) = (&metric.name, first.place.at);
            let problem = Problem::error(
                "value-unclear",
                words!(
                    "「{name}」右边有两个数（{a} 与 {other}），表头没有说明用哪一个",
                    "two numbers stand beside `{name}` ({a} and {other}), and no header tells which to use"
                ),
            )
            .at(self.sheet_name(first.place.sheet), other)
            .hint(words!(
                "给要用的一列加表头「本月数值」，并给指标列加表头「指标」",
                "head the column to use with 本月数值, and the labels with 指标"
            ));
            self.out.problems.push(problem);
            return;
        }
        let value = |l: &Listed| {
            let sheet = self.workbook.sheets.get(l.place.sheet);
            (sheet.map(|s| s.value(l.place.at).clone()), l.inline.clone())
        };
        if let Some(other) = places.find(|other| value(other) != value(first)) {
            let (name, a) = (&metric.name, first.place);
            let a = format!("'{}'!{}", self.sheet_name(a.sheet), a.at);
            let problem = Problem::error(
                "metric-twice",
                words!(
                    "指标「{name}」出现两次且数值不同，另一处在 {a}",
                    "the metric `{name}` stands twice with different values, also at {a}"
                ),
            )
            .at(self.sheet_name(other.place.sheet), other.place.at)
            .hint(words!("只保留一处", "keep one of them"));
            self.out.problems.push(problem);
            return;
        }
        if let Some(operand) = self.number(metric, first.place, first.inline.as_deref()) {
            self.found(metric, Expr::Value(operand), Some(first.place));
        }
    }

    fn missing(
        &mut self,
        scheme: &Scheme,
        metric: &Metric,
        table: Option<usize>,
        sources: &Sources,
    ) {
        let name = &metric.name;
        let sheet = table
            .or_else(|| sources.lists.values().flatten().next().map(|listed| listed.place.sheet));
        let from = match &metric.from_team {
            Some(from) => words!(
                "（也没有带「{}」列的团队表）",
                " (nor a team table with the column `{}`)",
                from.column
            ),
            None => words!("", ""),
        };
        let what = words!("缺少指标「{name}」", "the metric `{name}` is missing").then(&from);
        let hint = match near(self.workbook, scheme, sources, metric) {
            Some((place, text)) => {
                let at = format!("'{}'!{}", self.sheet_name(place.sheet), place.at);
                words!(
                    "{at} 的「{text}」若就是它，请改名为「{name}」，或在方案中加为别名",
                    "if `{text}` in {at} is meant, rename it to `{name}`, or make it an alias in the scheme"
                )
            }
            None => words!(
                "在指标表中加上「{name}」及其数值；没有发生的次数请写 0",
                "add `{name}` with its value to the metric sheet; write 0 where nothing happened"
            ),
        };
        let mut problem = Problem::error("metric-missing", what).hint(hint);
        if let Some(sheet) = sheet {
            problem = problem.on(self.sheet_name(sheet));
        }
        self.out.problems.push(problem);
    }

    /// Raters' marks: from the person's row, else from the raters' sheet.
    fn marks(
        &mut self,
        scheme: &Scheme,
        sources: &Sources,
        one_person: bool,
        form: &Form,
        row: Option<(&People, &Person)>,
    ) {
        for (rating_index, rating) in scheme.ratings.iter().enumerate() {
            let table = raters_for(self.workbook, sources, one_person, form, rating_index);
            for (mark_index, mark) in rating.marks.iter().enumerate() {
                let metric = mark_metric(&mark.name, rating.max);
                let column = row.and_then(|(t, _)| t.marks.get(&(rating_index, mark_index)));
                if let (Some((t, person)), Some(col)) = (row, column) {
                    let place = Place { sheet: t.sheet, at: t.cell(person, *col) };
                    if let Some(operand) = self.number(&metric, place, None) {
                        self.out.marks.insert((rating_index, mark_index), vec![operand]);
                    }
                    continue;
                }
                let Some(table) = table else { continue };
                let Some(mark_row) = table.rows.get(&mark_index) else { continue };
                let raters = raters_of(table, form);
                self.rated(table, &raters, *mark_row, &metric, (rating_index, mark_index));
            }
        }
    }

    fn rated(
        &mut self,
        table: &Raters,
        raters: &[u32],
        row: u32,
        metric: &Metric,
        key: (usize, usize),
    ) {
        let mut marks = Vec::new();
        let mut whole = true;
        for rater in raters {
            let place = Place { sheet: table.sheet, at: table.cell(row, *rater) };
            let sheet = self.workbook.sheets.get(table.sheet);
            let cell = sheet.and_then(|s| s.cells.get(&place.at));
            // A rater who left the mark blank does not count for it.
            if cell.is_none_or(|c| c.value.is_blank() && !c.is_formula) {
                continue;
            }
            match self.number(metric, place, None) {
                Some(operand) => marks.push(operand),
                None => whole = false,
            }
        }
        if marks.is_empty() && whole {
            let name = &metric.name;
            let first = raters.first().copied().unwrap_or_default();
            self.out.problems.push(
                Problem::unfinished(
                    "mark-blank",
                    words!("「{name}」还没有任何评分人打分", "no rater has marked `{name}` yet"),
                )
                .at(self.sheet_name(table.sheet), table.cell(row, first))
                .hint(words!("请评分人补上", "have the raters fill it in")),
            );
        } else if whole {
            self.out.marks.insert(key, marks);
        }
    }
}

/// The raters' table for a form: of its person where there are several.
fn raters_for<'s>(
    workbook: &Workbook,
    sources: &'s Sources,
    one_person: bool,
    form: &Form,
    rating: usize,
) -> Option<&'s Raters> {
    let all: Vec<&Raters> = sources.raters.iter().filter(|r| r.rating == rating).collect();
    let person = form.person.as_deref().map(person_key);
    if let (Some(key), [.., _]) = (&person, all.as_slice()) {
        let named = |table: &&Raters| {
            workbook.sheets.get(table.sheet).is_some_and(|sheet| {
                let head = sheet.cells.iter().take_while(|(at, _)| at.row < 4);
                compact(&sheet.name).contains(key)
                    || head
                        .filter_map(|(_, c)| c.value.text())
                        .any(|text| compact(text).contains(key))
            })
        };
        let rates = |table: &&Raters| table.rated.values().any(|rated| rated == key);
        // A longer name may hold this one; the owner's sheet has been told apart before.
        let found = all.iter().copied().find(named).or_else(|| all.iter().copied().find(rates));
        if found.is_some() {
            return found;
        }
    }
    (one_person && all.len() == 1).then(|| all.first().copied()).flatten()
}

/// The raters of a table who rate a form's person.
fn raters_of(table: &Raters, form: &Form) -> Vec<u32> {
    let key = form.person.as_deref().map(person_key);
    let of = |rater: &&u32| match (table.rated.get(rater), &key) {
        (Some(rated), Some(key)) => rated == key,
        _ => true,
    };
    table.columns.iter().filter(of).copied().collect()
}

/// A list or team whose person cannot be told, in a workbook of several people.
fn whose(
    form_sheet: &str,
    workbook: &Workbook,
    sources: &Sources,
    owners: &Owners,
    form: &Form,
) -> Option<Problem> {
    if !sources.people.is_empty() {
        return None;
    }
    let sheet = sources.places().map(|place| place.sheet).find(|s| owners.unclear(*s, form))?;
    let name = workbook.sheets.get(sheet).map_or("", |s| s.name.as_str());
    Some(
        Problem::error(
            "whose-figures",
            words!(
                "工作簿中有几个人的考核表，看不出「{name}」里的指标是谁的",
                "the workbook holds the forms of several people, and nothing tells whose the figures of `{name}` are"
            ),
        )
        .on(form_sheet)
        .hint(words!(
            "每人一张指标表，并在工作表名或标题中写上姓名；或用一行一人的指标表",
            "give each person a metric sheet with the name in its tab or title, or use one table with a row a person"
        )),
    )
}
