//! Raters' marks: from the person's row, else from the raters' table.

use super::RaterSheets;
use super::nothing::is_of_nothing;
use super::number::mark_metric;
use super::owner::Owners;
use super::rater_doubts::{self, Doubt};
use super::rater_tables::{raters_of, several_tables, tables_for};
use super::reader::Reader;
use super::rows::Row;
use super::sources::{Raters, Sources};
use crate::form::{Form, Place};
use crate::problem::Problem;
use crate::problem::codes::{MARK_BLANK, METRIC_NOT_A_NUMBER};
use crate::scheme::{Metric, Rating, Scheme};
use crate::words;
use crate::workbook::{Cell, Value, Workbook};

/// Tells of which ratings somebody has typed marks into a form.
pub(super) fn typed<'w>(workbook: &'w Workbook, form: &'w Form) -> impl Fn(usize) -> bool + 'w {
    move |rating| {
        let mut marks = form.ratings.iter().filter(|r| r.rating == rating).flat_map(|r| &r.marks);
        marks.any(|mark| {
            let sheet = workbook.sheets.get(mark.score.sheet);
            sheet
                .and_then(|sheet| sheet.cells.get(&mark.score.at))
                .is_some_and(|cell| !cell.is_formula && !cell.value.is_blank())
        })
    }
}

impl Reader<'_> {
    /// Raters' marks: from the person's row, else from the raters' sheet; of ratings that have none yet.
    pub(super) fn marks(
        &mut self,
        scheme: &Scheme,
        sources: &Sources,
        owners: &Owners,
        (form_sheet, form, typed): (&str, &Form, &dyn Fn(usize) -> bool),
        rows: &[Row<'_>],
    ) {
        let person = owners.rated_key(form_sheet, form);
        let person = person.as_deref();
        let known = self.out.rated.clone();
        let ratings = scheme.ratings.iter().enumerate();
        for (rating_index, rating) in ratings.filter(|(index, _)| !known.contains(index)) {
            let of_rating = sources.raters.iter().filter(|table| table.rating == rating_index);
            let all: Vec<&Raters> = of_rating.collect();
            if all.is_empty() {
                self.passed_raters(sources, owners, (form_sheet, form), rating_index);
            }
            let tables = tables_for(self.workbook, &all, owners.one_rated(sources), person);
            for (mark_index, mark) in rating.marks.iter().enumerate() {
                let metric = mark_metric(&mark.name, rating.max);
                let key = (rating_index, mark_index);
                if self.mark_in_rows(rows, &metric, key) {
                    continue;
                }
                let tables = match &tables {
                    Ok(tables) => tables.as_slice(),
                    Err(second) => {
                        self.out.rated.insert(rating_index);
                        self.out.unclear_raters.insert(rating_index);
                        let name = self.sheet_name(second.sheet);
                        self.once(several_tables(self.workbook, &all).at(name, second.corner()));
                        continue;
                    }
                };
                if let ([], [only]) = (tables, all.as_slice())
                    && let Some(at) = only.unclear
                {
                    self.out.unclear_raters.insert(rating_index);
                    self.once(unclear_rater().at(self.sheet_name(only.sheet), at));
                }
                // Of another workbook's sheets nobody can say which they are.
                if tables.is_empty() && !all.is_empty() && !self.literal {
                    let sheets = all.iter().map(|table| table.sheet).collect();
                    self.out.rater_sheets.insert(key, RaterSheets::Whose(sheets));
                }
                let tables: Vec<&Raters> =
                    tables.iter().copied().filter(|t| !t.mean || !typed(rating_index)).collect();
                let [first, ..] = tables.as_slice() else { continue };
                self.out.rated.insert(rating_index);
                let lacking = tables.iter().find(|table| !table.rows.contains_key(&mark_index));
                if let Some(table) = lacking {
                    self.out.rater_sheets.insert(key, RaterSheets::Lacks(table.sheet));
                    continue;
                }
                let clear = tables
                    .iter()
                    .all(|table| self.counts(table, sources, (scheme, form, rating), person));
                if clear {
                    let raters = tables.iter().map(|table| (*table, raters_of(table, person)));
                    let at = first.cell(
                        first.rows.get(&mark_index).copied().unwrap_or_default(),
                        raters_of(first, person).first().copied().unwrap_or_default(),
                    );
                    self.rated(raters.collect(), Place { sheet: first.sheet, at }, (&metric, key));
                }
            }
        }
    }

    /// A mark in the person's own rows; whether it stands there.
    fn mark_in_rows(&mut self, rows: &[Row<'_>], metric: &Metric, key: (usize, usize)) -> bool {
        let mut own = rows.iter().filter_map(|(t, person)| {
            Some(Place { sheet: t.sheet, at: t.cell(person, *t.marks.get(&key)?) })
        });
        let Some(place) = own.next() else { return false };
        self.out.rated.insert(key.0);
        let value = |p: &Place| self.workbook.sheets.get(p.sheet).map(|s| s.value(p.at));
        if let Some(other) = own.find(|other| value(other) != value(&place)) {
            self.out.problems.push(self.twice(metric, place, other));
        } else if let Some(operand) = self.number(metric, place, None) {
            self.out.marks.insert(key, vec![operand]);
        }
        true
    }

    /// Whether the marks of a person's raters in a table count; if not it is told.
    fn counts(
        &mut self,
        table: &Raters,
        sources: &Sources,
        (scheme, form, rating): (&Scheme, &Form, &Rating),
        person: Option<&str>,
    ) -> bool {
        let raters = raters_of(table, person);
        let doubtful = table
            .doubts
            .iter()
            .filter(|(rater, _, doubt)| raters.contains(rater) || *doubt == Doubt::Names);
        let doubts: Vec<_> = doubtful.collect();
        let own = |rater: &u32| table.rated.get(rater).map(String::as_str) == person;
        let left_out = table.doubts.iter().filter(|(rater, _, doubt)| {
            *doubt == Doubt::LeftOut && (table.rated.is_empty() || own(rater))
        });
        for (_, at, doubt) in doubts.iter().copied().chain(left_out) {
            let Some(sheet) = self.workbook.sheets.get(table.sheet) else { continue };
            let problem = rater_doubts::problem(sheet, *at, *doubt, table.turned);
            self.once(problem.at(&sheet.name, *at));
        }
        if !doubts.is_empty() {
            self.out.unclear_raters.insert(table.rating);
            return false;
        }
        if let Some(at) = table.unclear {
            self.out.unclear_raters.insert(table.rating);
            self.once(unclear_rater().at(self.sheet_name(table.sheet), at));
            return false;
        }
        let own = !self.literal && form.sheets.contains(&table.sheet);
        if table.rated.is_empty() && !own {
            self.labelled_department(table.sheet, scheme, form);
        }
        self.remarked(table.sheet, sources, form);
        self.raters_scale(table, rating);
        if self.beside_raters(table, rating, sources, person) {
            self.out.unclear_raters.insert(table.rating);
            return false;
        }
        if let (true, Some(person)) = (raters.is_empty(), form.person.as_deref()) {
            let problem = nobody_rates(table, person);
            self.once(problem.on(self.sheet_name(table.sheet)));
            return false;
        }
        true
    }

    /// Notes raters' tables that were passed over as another month's or old, where a form has no other.
    fn passed_raters(
        &mut self,
        sources: &Sources,
        owners: &Owners,
        (form_sheet, form): (&str, &Form),
        rating: usize,
    ) {
        let passed = sources.passed_raters.iter().filter(|(of, _)| *of == rating);
        let titles = passed.map(|(_, title)| *title);
        for title in owners.pick(form_sheet, form, titles, |title| title.sheet) {
            let name = self.sheet_name(title.sheet);
            let problem = Problem::notice(
                "raters-passed",
                words!(
                    "「{name}」里的评分没有用：它的表名或标题写着别的月份，或写着旧表、模板",
                    "the marks on `{name}` were not used: its tab or title says another month, or an old table or a pattern"
                ),
            )
            .hint(words!(
                "是这个月的，就改正标题里的月份；不是，就换上这个月的评分",
                "if they are this month's, correct the month in the title; if not, put in this month's marks"
            ));
            let problem = match title.at {
                Some(at) => problem.at(name, at),
                None => problem.on(name),
            };
            self.out.passed_raters.entry(rating).or_default().push(problem);
        }
    }

    /// The mark that raters of some tables gave; `first`: its first cell.
    fn rated(
        &mut self,
        raters: Vec<(&Raters, Vec<u32>)>,
        first: Place,
        (metric, key): (&Metric, (usize, usize)),
    ) {
        let mut marks = Vec::new();
        let mut whole = true;
        let places = raters.iter().flat_map(|(table, raters)| {
            let row = table.rows.get(&key.1).copied().unwrap_or_default();
            raters
                .iter()
                .map(move |rater| Place { sheet: table.sheet, at: table.cell(row, *rater) })
        });
        for place in places {
            let sheet = self.workbook.sheets.get(place.sheet);
            let cell = sheet.and_then(|s| s.cells.get(&place.at));
            if sheet.is_some_and(|sheet| sheet.anchor(place.at) != place.at) {
                let problem = merged_mark(&metric.name);
                self.once(problem.at(self.sheet_name(place.sheet), place.at));
                whole = false;
                continue;
            }
            // A rater who left the mark blank does not count for it.
            let blank = |c: &Cell| c.value.is_blank() && (!c.is_formula || c.value != Value::Blank);
            if cell.is_none_or(blank) || is_of_nothing(self.workbook, place) {
                continue;
            }
            let before = self.out.problems.len();
            match self.number(metric, place, None) {
                Some(operand) => marks.push(operand),
                None => whole = false,
            }
            for problem in self.out.problems.iter_mut().skip(before) {
                if problem.code == METRIC_NOT_A_NUMBER {
                    let hint = words!(
                        "在 {} 填写一个数字；弃权的，清空这一格",
                        "put a number in {}, or clear the cell of a rater who abstains",
                        place.at
                    );
                    *problem = problem.clone().hint(hint);
                }
            }
        }
        if marks.is_empty() && whole {
            let name = &metric.name;
            self.out.problems.push(
                Problem::unfinished(
                    MARK_BLANK,
                    words!("「{name}」还没有任何评分人打分", "no rater has marked `{name}` yet"),
                )
                .about(name)
                .at(self.sheet_name(first.sheet), first.at)
                .hint(words!("请评分人补上", "have the raters fill it in")),
            );
        } else if whole {
            self.out.marks.insert(key, marks);
        }
    }
}

/// A rater's mark in a cell that is merged with another mark's.
fn merged_mark(name: &str) -> Problem {
    Problem::error(
        "mark-merged",
        words!(
            "「{name}」的评分和旁边的并在一个单元格里，看不出各是多少",
            "the mark of `{name}` is in one merged cell with another: how much is which?"
        ),
    )
    .about(name)
    .hint(words!("取消合并，各打各的分", "unmerge the cells and give each mark"))
}

/// A table of several people's marks without this one's.
fn nobody_rates(table: &Raters, person: &str) -> Problem {
    let mut names: Vec<&str> = table.rated.values().map(String::as_str).collect();
    names.dedup();
    names.truncate(SHOWN);
    let others = names.join("、");
    Problem::unfinished(
        MARK_BLANK,
        words!(
            "评分人的表里没有给「{person}」的分数，写的是：{others}",
            "the raters' table has no marks for `{person}`; it names {others}"
        ),
    )
    .hint(words!(
        "请评分人补上，或改正姓名；这些人是评分人的，表头改为「评分人」",
        "have them added, or correct the name; if these people rate, head their column 评分人"
    ))
}

/// Most names in a message.
const SHOWN: usize = 4;

fn unclear_rater() -> Problem {
    Problem::error(
        "rater-unclear",
        words!(
            "看不出这里的分数算不算这个人的评分人打的：这一列没有表头，这一行没有考核内容，这是第二张评分表，或表上写着别人",
            "do these marks count as those of this person's raters? The column has no header, the row no name, this is a second table, or it names somebody else"
        ),
    )
    .hint(words!("在表头写上「评分人N」或「平均分」等；每项内容留一行；几张评分表并成一张",
        "head it 评分人N, or 平均分 or the like; keep one row each; make one table of several"))
}
