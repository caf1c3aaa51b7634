//! Reading the figures of one person, with a problem for each that is missing or cannot be right.

use super::find::{Listed, Raters, Sources};
use super::missing::no_figures;
use super::number::{mark_metric, number_at};
use super::owner::Owners;
use super::rows::{self, Row};
use super::{Found, MetricSet};
use crate::expr::{Expr, Operand};
use crate::form::{Form, Period, Place};
use crate::problem::Problem;
use crate::scheme::{Metric, Scheme};
use crate::text::{compact, person_key};
use crate::words;
use crate::workbook::{Cell, Value, Workbook};

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
    let rows = match rows::rows(sheet, figures, sources, owners, form) {
        Ok(rows) => rows,
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
        let in_row = places(&rows, metric).first().map(|place| (*place, None));
        in_row.or_else(|| super::absent::first(sources.lists.get(&metric.name)?))
    };
    let not_needed = reader.lapse(scheme, &stands);
    // What is missing, and nothing in the workbook is like it.
    let mut nowhere = Vec::new();
    for metric in &scheme.metrics {
        if not_needed.contains(metric.name.as_str()) {
            reader.not_needed(metric);
            continue;
        }
        let own = places(&rows, metric);
        let listed = || sources.lists.get(&metric.name).map(Vec::as_slice).unwrap_or_default();
        if let Some(first) = own.first() {
            let clear = |l: &&Listed| !owners.unclear(l.place.sheet, form);
            match listed().iter().filter(clear).find(|l| reader.contradicts(*first, l, form)) {
                Some(other) => {
                    let problem = reader.twice(metric, *first, other.place);
                    reader.out.problems.push(problem);
                }
                None => reader.in_rows(metric, &own),
            }
        } else if let Some(listed) = sources.lists.get(&metric.name) {
            reader.listed(metric, listed, form);
        } else if let (Some(from), false) = (&metric.from_team, sources.teams.is_empty()) {
            reader.team(scheme, metric, from, &sources.teams);
        } else if reader.missing(scheme, metric, rows.first().map(|(t, _)| t.sheet), sources) {
            nowhere.push(metric.name.as_str());
        }
        // A table of several people's teams is nobody's own.
        let taken =
            owners.one_person() && (!own.is_empty() || sources.lists.contains_key(&metric.name));
        if let (Some(from), true, false) = (&metric.from_team, taken, sources.teams.is_empty()) {
            reader.beside_team(scheme, metric, from, &sources.teams);
        }
    }
    if nowhere.len() > 1 && nowhere.len() + not_needed.len() == scheme.metrics.len() {
        reader.out.problems.retain(|problem| problem.code != "metric-missing");
        reader.out.problems.push(no_figures(&nowhere));
    }
    for (table, _) in &rows {
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
    reader.units(scheme, &rows, sources);
    reader.scales(scheme, sources);
    reader.marks(scheme, sources, owners.one_person(), form, &rows);
    reader.cross_checks(scheme);
    reader.out
}

/// The cells of a figure in a person's rows.
pub(super) fn places(rows: &[Row<'_>], metric: &Metric) -> Vec<Place> {
    let own = rows.iter().filter_map(|(table, person)| {
        let at = table.cell(person, *table.metrics.get(&metric.name)?);
        Some(Place { sheet: table.sheet, at })
    });
    own.collect()
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

    /// A figure of a person's rows: where several tables hold it, they hold the same.
    fn in_rows(&mut self, metric: &Metric, own: &[Place]) {
        let value =
            |place: &Place| self.workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        let Some(first) = own.first().copied() else { return };
        if let Some(other) = own.iter().find(|other| value(other) != value(&first)) {
            self.out.problems.push(self.twice(metric, first, *other));
        } else if let Some(operand) = self.number(metric, first, None) {
            self.found(metric, Expr::Value(operand), Some(first));
        }
    }

    /// Whether a list holds another number of the form's month than a person's row.
    fn contradicts(&self, row: Place, listed: &Listed, form: &Form) -> bool {
        let other = |month: Period| form.period().is_some_and(|wanted| !month.fits(wanted));
        if listed.aside.is_some() || listed.months.is_some() || listed.month.is_some_and(other) {
            return false;
        }
        let number = |place: Place, inline: Option<&str>| match inline {
            Some(text) => crate::text::parse_number(text).map(|n| n.value),
            None => match self.workbook.sheets.get(place.sheet)?.value(place.at) {
                Value::Number(number) => Some(*number),
                Value::Text(text) => crate::text::parse_number(text).map(|n| n.value),
                _ => None,
            },
        };
        let both = number(row, None).zip(number(listed.place, listed.inline.as_deref()));
        both.is_some_and(|(a, b)| a != b)
    }

    fn twice(&self, metric: &Metric, first: Place, other: Place) -> Problem {
        let (name, a) = (&metric.name, format!("'{}'!{}", self.sheet_name(first.sheet), first.at));
        Problem::error(
            "metric-twice",
            words!(
                "指标「{name}」出现两次且数值不同，另一处在 {a}",
                "the metric `{name}` stands twice with different values, also at {a}"
            ),
        )
        .at(self.sheet_name(other.sheet), other.at)
        .hint(words!("只保留一处", "keep one of them"))
    }

    fn listed(&mut self, metric: &Metric, listed: &[Listed], form: &Form) {
        let months: Vec<Period> = listed.iter().filter_map(|l| l.month).collect();
        let fits = |l: &Listed| {
            l.month.zip(form.period()).is_none_or(|(month, wanted)| month.fits(wanted))
        };
        // Of several months the form's were picked before, where there are any.
        if let Some(first) = listed.iter().find(|l| !fits(l)) {
            let problem = rows::no_month(form.period(), &months);
            self.once(problem.on(self.sheet_name(first.place.sheet)));
            return;
        }
        if let Some((first, months)) = listed.iter().find_map(|l| Some((l, l.months.as_ref()?))) {
            let problem = no_column(form, months).on(self.sheet_name(first.place.sheet));
            self.once(problem);
            return;
        }
        let mut places = listed.iter();
        let Some(first) = places.next() else { return };
        if let Some(head) = &first.aside {
            let name = &metric.name;
            let problem = Problem::error(
                "value-unclear",
                words!(
                    "「{name}」的数值在「{head}」列，看不出是不是当月的实际数",
                    "the value of `{name}` stands under `{head}`: is it the month's actual figure?"
                ),
            )
            .at(self.sheet_name(first.place.sheet), first.place.at)
            .hint(words!(
                "当月实际数那一列的表头写「本月数值」",
                "head the column of the month's actual figures 本月数值"
            ));
            self.out.problems.push(problem);
            return;
        }
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
            let problem = self.twice(metric, first.place, other.place);
            self.out.problems.push(problem);
            return;
        }
        if let Some(operand) = self.number(metric, first.place, first.inline.as_deref()) {
            self.found(metric, Expr::Value(operand), Some(first.place));
        }
    }

    /// A problem of many figures, said once.
    pub(super) fn once(&mut self, problem: Problem) {
        if !self.out.problems.contains(&problem) {
            self.out.problems.push(problem);
        }
    }

    /// Raters' marks: from the person's row, else from the raters' sheet.
    fn marks(
        &mut self,
        scheme: &Scheme,
        sources: &Sources,
        one_person: bool,
        form: &Form,
        rows: &[Row<'_>],
    ) {
        for (rating_index, rating) in scheme.ratings.iter().enumerate() {
            let table = raters_for(self.workbook, sources, one_person, form, rating_index);
            for (mark_index, mark) in rating.marks.iter().enumerate() {
                let metric = mark_metric(&mark.name, rating.max);
                let key = (rating_index, mark_index);
                let mut own = rows.iter().filter_map(|(t, person)| {
                    Some(Place { sheet: t.sheet, at: t.cell(person, *t.marks.get(&key)?) })
                });
                if let Some(place) = own.next() {
                    let value =
                        |p: &Place| self.workbook.sheets.get(p.sheet).map(|s| s.value(p.at));
                    if let Some(other) = own.find(|other| value(other) != value(&place)) {
                        self.out.problems.push(self.twice(&metric, place, other));
                    } else if let Some(operand) = self.number(&metric, place, None) {
                        self.out.marks.insert(key, vec![operand]);
                    }
                    continue;
                }
                let Some(table) = table else { continue };
                let Some(mark_row) = table.rows.get(&mark_index) else { continue };
                if let Some(at) = table.unclear {
                    let problem = unclear_rater().at(self.sheet_name(table.sheet), at);
                    self.once(problem);
                    continue;
                }
                self.raters_scale(table, rating);
                let raters = raters_of(table, form);
                self.rated(table, &raters, *mark_row, &metric, key);
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
            let blank = |c: &Cell| c.value.is_blank() && (!c.is_formula || c.value != Value::Blank);
            if cell.is_none_or(blank) {
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

/// Columns of other months only.
fn no_column(form: &Form, months: &str) -> Problem {
    let wanted = form.period().map_or_else(String::new, |period| period.to_string());
    Problem::error(
        "no-month-column",
        words!(
            "考核表是 {wanted}，指标表没有这个月的列，只有：{months}",
            "the form is of {wanted}; the list has no column of that month, only of: {months}"
        ),
    )
    .hint(words!(
        "补上这个月的列，或改正考核表上的「考核月份」或列的表头",
        "add the month's column, or correct 考核月份 in the form or the column's header"
    ))
}

fn unclear_rater() -> Problem {
    Problem::error(
        "rater-unclear",
        words!(
            "看不出这里的分数算不算评分人的：这一列没有表头，或这是第二张评分表",
            "do these marks count as raters'? The column has no header, or this is a second table of them"
        ),
    )
    .hint(words!("在表头写上「评分人N」或「平均分」等；几张评分表并成一张",
        "head it 评分人N, or 平均分 or the like; make one table of several"))
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
        let open = |table: &&Raters| named(table) && (table.turned || table.rated.is_empty());
        let found = all.iter().copied().find(open).or_else(|| all.iter().copied().find(rates));
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
