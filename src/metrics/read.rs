//! Reading the figures of one person, with a problem for each that is missing or cannot be right.

use super::MetricSet;
use super::missing::Missing;
use super::owner::Owners;
use super::percents::Written;
use super::reader::Reader;
use super::rows::{self, Row};
use super::sources::{Listed, Sources};
use crate::form::{Form, Period, Place, notes};
use crate::problem::Problem;
use crate::scheme::{Metric, Scheme};
use crate::text::compact;
use crate::words;
use crate::workbook::{Value, Workbook};

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
    let sheet = workbook.sheet_name(form.sheet);
    let own = owners.sources(sheet, form, sources);
    let mut reader = Reader {
        workbook: figures,
        literal: sources.literal,
        month: form.period(),
        out: MetricSet::default(),
    };
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
    reader.out.row = rows.first().filter(|_| sources.literal).map(|(table, person)| {
        let at = table.cell(person, table.name.unwrap_or_default());
        format!("{}!{at}", crate::cell::quoted_sheet(reader.sheet_name(table.sheet)))
    });
    let stands = |metric: &Metric| {
        let in_row = places(figures, &rows, metric).first().map(|place| (*place, None));
        in_row.or_else(|| super::absent::first(sources.lists.get(&metric.name)?))
    };
    let not_needed = reader.lapse(scheme, &stands);
    let mut missing = Vec::new();
    for metric in &scheme.metrics {
        if not_needed.contains(metric.name.as_str()) {
            reader.not_needed(metric);
        } else if !reader.of_several_people(&rows, metric) {
            missing.extend(reader.take(scheme, sources, owners, form, (&rows, metric)));
        }
    }
    let nowhere = missing.iter().filter(|one| one.nowhere).count();
    if nowhere > 1 && nowhere + not_needed.len() == scheme.metrics.len() {
        reader.no_figures(&missing, sources);
    } else {
        reader.tell_missing(&missing);
    }
    reader.figures_twice(&rows);
    reader.of_several_figures(scheme);
    reader.units(scheme, &rows, sources);
    reader.scales(scheme, sources);
    reader.notes(scheme, &rows, sources, form);
    reader.row_doubts(&rows, form);
    reader.corrected(scheme, &rows, sources);
    reader.titled(scheme, &rows, sources, form);
    reader.typed_scores(workbook, scheme, form);
    reader.form_weights(workbook, scheme, form);
    let typed = super::marks::typed(workbook, form);
    reader.marks(scheme, sources, owners, (sheet, form, &typed), &rows);
    reader.unseen(scheme, sources);
    reader.cross_checks(scheme);
    reader.rates(scheme, form);
    reader.out
}

impl Reader<'_> {
    /// That a list leaves it open where a label's value stands.
    fn value_unclear(&self, metric: &Metric, first: &Listed) -> Option<Problem> {
        let (name, a) = (&metric.name, first.place.at);
        let (at, what, hint) = if let Some(head) = &first.aside {
            (
                a,
                words!(
                    "「{name}」的数值在「{head}」列，看不出是不是当月的实际数",
                    "the value of `{name}` stands under `{head}`: is it the month's actual figure?"
                ),
                words!(
                    "当月实际数那一列的表头写「本月数值」",
                    "head the column of the month's actual figures 本月数值"
                ),
            )
        } else if let Some(other) = first.other {
            (
                other,
                words!(
                    "「{name}」右边有两个数（{a} 与 {other}），表头没有说明用哪一个",
                    "two numbers stand beside `{name}` ({a} and {other}), and no header tells which to use"
                ),
                words!(
                    "给要用的一列加表头「本月数值」，并给指标列加表头「指标」",
                    "head the column to use with 本月数值, and the labels with 指标"
                ),
            )
        } else {
            let other = first.goes_on?;
            (
                other,
                words!(
                    "「{name}」不止一行有数（{a} 与 {other}），看不出是要相加，还是用其中一个",
                    "`{name}` has numbers in several rows ({a} and {other}): are they to be added, or is one meant?"
                ),
                words!(
                    "写成一行；或在下面加一行合计，旁边写「合计」；另一项指标就写上它的名称",
                    "make it one row; or add a row with the sum below and write 合计 beside it; where it is another figure, write its name"
                ),
            )
        };
        let problem = Problem::error("value-unclear", what);
        Some(problem.at(self.sheet_name(first.place.sheet), at).hint(hint))
    }

    /// Reads one figure, from where it stands: the person's rows, a list, the team's tables. Gives what is
    /// missing.
    fn take(
        &mut self,
        scheme: &Scheme,
        sources: &Sources,
        owners: &Owners,
        form: &Form,
        (rows, metric): (&[Row<'_>], &Metric),
    ) -> Option<Missing> {
        let own = places(self.workbook, rows, metric);
        let listed = sources.lists.get(&metric.name);
        let teams = metric.from_team.as_ref().filter(|_| !sources.teams.is_empty());
        let mut missing = None;
        if let Some(first) = own.first() {
            let clear = |l: &&Listed| !owners.unclear(l.place.sheet, form);
            let mut clear = listed.into_iter().flatten().filter(clear);
            match clear.find(|l| self.contradicts(*first, l, form)) {
                Some(other) => {
                    let problem = self.twice(metric, *first, other.place);
                    self.out.problems.push(problem);
                }
                None => {
                    let written = self.written_in_rows(scheme, rows, metric);
                    self.in_rows(metric, &own, written);
                }
            }
        } else if let Some(listed) = listed {
            self.listed(scheme, metric, listed, form);
        } else if let Some(from) = teams {
            self.team(scheme, metric, from, &sources.teams);
        } else {
            let table = rows.first().map(|(table, _)| table.sheet);
            missing = Some(self.missing(scheme, metric, table, sources));
        }
        // A table of several people's teams is nobody's own.
        let taken = owners.one_person() && (!own.is_empty() || listed.is_some());
        if let Some(from) = teams.filter(|_| taken) {
            self.beside_team(scheme, metric, from, &sources.teams);
        }
        missing
    }

    /// Tells of figures that two columns of a table of people hold.
    fn figures_twice(&mut self, rows: &[Row<'_>]) {
        for (table, _) in rows {
            for (text, first, second) in &table.twice {
                let problem = Problem::error(
                    "metric-twice",
                    words!(
                        "列「{text}」出现两次：{first} 与 {second}",
                        "the column `{text}` stands twice: {first} and {second}"
                    ),
                )
                .at(self.sheet_name(table.sheet), *second)
                .hint(words!(
                    "删去或改名其中一列；一个表头合并在几列上的，拆开并各写各的名称，或并成一列",
                    "remove or rename one of them; where one header is merged over several columns, give each its own name or make one column of them"
                ));
                self.out.problems.push(problem);
            }
        }
    }
}

/// The cells of a figure in a person's rows. A team's figure may be merged over the rows of its people.
fn places(figures: &Workbook, rows: &[Row<'_>], metric: &Metric) -> Vec<Place> {
    let own = rows.iter().filter_map(|(table, person)| {
        let at = table.cell(person, *table.metrics.get(&metric.name)?);
        let sheet = figures.sheets.get(table.sheet).filter(|_| metric.from_team.is_some());
        Some(Place { sheet: table.sheet, at: sheet.map_or(at, |sheet| sheet.anchor(at)) })
    });
    own.collect()
}

impl Reader<'_> {
    /// A figure of a person's rows: where several tables hold it, they hold the same.
    fn in_rows(&mut self, metric: &Metric, own: &[Place], written: Written) {
        let Some(first) = own.first().copied() else { return };
        if let Some(other) = own.iter().find(|other| !self.same((**other, None), (first, None))) {
            self.out.problems.push(self.twice(metric, first, *other));
        } else if let Some(other) = own.iter().find(|other| self.platforms_apart(first, **other)) {
            self.out.problems.push(self.in_parts(metric, first, *other));
        } else if let Some(expr) = self.figure(metric, (first, None), written) {
            self.found(metric, expr, Some(first));
        }
    }

    /// Whether a list holds another number of the form's month than a person's row.
    fn contradicts(&self, row: Place, listed: &Listed, form: &Form) -> bool {
        let other = |month: Period| form.period().is_some_and(|wanted| !month.fits(wanted));
        if listed.aside.is_some() || listed.months.is_some() || listed.month.is_some_and(other) {
            return false;
        }
        let own = self.number_in(row, None);
        own.zip(self.number_in(listed.place, listed.inline.as_deref())).is_some_and(|(a, b)| a != b)
    }

    /// The number at a place, or behind a colon there, typed or real.
    fn number_in(&self, place: Place, inline: Option<&str>) -> Option<f64> {
        let value = self.workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        match (inline.or(value.and_then(Value::text)), value) {
            (Some(text), _) => crate::text::parse_number(text).map(|number| number.value),
            (None, Some(Value::Number(number))) => Some(*number),
            _ => None,
        }
    }

    /// Whether two places are on sheets named after different platforms: equal figures are no repetition.
    fn platforms_apart(&self, one: Place, other: Place) -> bool {
        let platform = |place: Place| {
            let sheet = self.workbook.sheets.get(place.sheet)?;
            let titles = super::titles::of_sheet(sheet);
            titles.iter().find_map(|title| notes::platform(&compact(title.text)))
        };
        one.sheet != other.sheet && platform(one).zip(platform(other)).is_some_and(|(a, b)| a != b)
    }

    /// Whether two places hold the same: a number, typed or real, or the same words.
    fn same(&self, one: (Place, Option<&str>), other: (Place, Option<&str>)) -> bool {
        let value = |place: Place| self.workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        match (self.number_in(one.0, one.1), self.number_in(other.0, other.1)) {
            (Some(a), Some(b)) => a == b,
            (None, None) => value(one.0) == value(other.0) && one.1 == other.1,
            _ => false,
        }
    }

    fn listed(&mut self, scheme: &Scheme, metric: &Metric, listed: &[Listed], form: &Form) {
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
        // Of the shops and their sum the sum is meant.
        let sum = |l: &&Listed| l.part.as_deref() == Some("");
        let sums: Vec<Listed> = listed.iter().filter(sum).cloned().collect();
        let listed = if sums.is_empty() { listed } else { &sums };
        let mut places = listed.iter();
        let Some(first) = places.next() else { return };
        if let Some(problem) = self.value_unclear(metric, first) {
            self.out.problems.push(problem);
            return;
        }
        let same = |a: &Listed, b: &Listed| {
            self.same((a.place, a.inline.as_deref()), (b.place, b.inline.as_deref()))
        };
        if let Some(other) = places.find(|other| !same(other, first)) {
            let problem = self.twice(metric, first.place, other.place);
            self.out.problems.push(problem);
            return;
        }
        let parts = |other: &&Listed| {
            let named = first.part.as_ref().zip(other.part.as_ref());
            named.is_some_and(|(a, b)| a != b) || self.platforms_apart(first.place, other.place)
        };
        if let Some(other) = listed.iter().find(parts) {
            let problem = self.in_parts(metric, first.place, other.place);
            self.out.problems.push(problem);
            return;
        }
        // Of places that hold the same, a formula can name one with a real number.
        let real = |one: &&Listed| {
            let sheet = self.workbook.sheets.get(one.place.sheet);
            let value = sheet.map(|sheet| sheet.value(one.place.at));
            one.inline.is_none() && matches!(value, Some(Value::Number(_)))
        };
        let best = listed.iter().find(real).unwrap_or(first);
        let written = self.written_in_list(scheme, metric, best);
        let stands = (best.place, best.inline.as_deref());
        if let Some(expr) = self.figure(metric, stands, written) {
            self.found(metric, expr, Some(best.place));
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
    let name = workbook.sheet_name(sheet);
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
