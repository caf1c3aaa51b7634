//! The person's workbook that receives the marks.

use super::Ballot;
use crate::cell::CellRef;
use crate::form::{self, Form, Month, Place};
use crate::metrics::{self, Raters, Sources};
use crate::package::{self, Content, Edit};
use crate::problem::Problem;
use crate::problem::codes::NO_SCHEME;
use crate::recalc::{Recalculation, Written};
use crate::scheme::{Rating, Scheme};
use crate::text::{has_any, label, parse_number, person_key};
use crate::words;
use crate::workbook::{self, Value, Workbook};
use std::collections::BTreeMap;

/// A person whose form stands in the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name, as compared.
    pub name: String,
    /// Department, as compared.
    pub department: String,
    /// Staff number, as compared; empty where the form names none.
    pub number: String,
    /// Month.
    pub month: Option<Month>,
}

/// A workbook of one or several people.
#[derive(Debug)]
pub struct Target {
    bytes: Vec<u8>,
    pub(super) workbook: Workbook,
    pub(super) scheme: Scheme,
    pub(super) forms: Vec<Form>,
    pub(super) sources: Sources,
}

/// Whether a header stands over a rater's column.
fn is_rater(text: &str) -> bool {
    let own = label(text);
    ["评分人", "评价人", "评委", "下级", "下属", "员工", "同事", "rater"]
        .iter()
        .any(|word| own.starts_with(word))
        && !has_any(&own, &["均", "合计", "总", "人数", "折算", "满分", "备注"])
}

/// Whether a header is a person's name: anonymous marks must not stand below it.
fn is_named(text: &str) -> bool {
    let own = label(text);
    let letters = own.chars().all(char::is_alphabetic);
    letters && own.chars().count() > 1 && !is_rater(text)
}

/// Whether a rating and each of its marks have raters enough, so that a mean gives nobody away.
///
/// # Errors
/// Too few raters, or too few for single marks.
pub fn least_raters(ballots: &[&Ballot], rating: &Rating, least: usize) -> Result<(), Problem> {
    let hint = words!(
        "等更多人交回评分表；确要放宽可用 --min，但会让人猜出是谁评的",
        "wait for more forms; --min lowers the number, but may give raters away"
    );
    let count = ballots.len();
    if count < least {
        return Err(Problem::error(
            "too-few-raters",
            words!(
                "只有 {count} 人评分，少于 {least} 人，未写入",
                "only {count} raters, fewer than {least}; nothing was written"
            ),
        )
        .hint(hint));
    }
    let few: Vec<&str> = rating
        .marks
        .iter()
        .enumerate()
        .filter(|(index, _)| {
            ballots.iter().filter(|b| b.marks.get(*index).copied().flatten().is_some()).count()
                < least
        })
        .map(|(_, mark)| mark.name.as_str())
        .collect();
    if few.is_empty() {
        return Ok(());
    }
    let names = few.join("、");
    Err(Problem::error(
        "too-few-raters",
        words!(
            "「{names}」评分的不足 {least} 人，未写入",
            "fewer than {least} raters gave a mark for {names}; nothing was written"
        ),
    )
    .hint(hint))
}

fn named_raters(name: &str) -> Problem {
    Problem::error(
        "named-raters",
        words!(
            "评分表的列写着人名「{name}」，匿名的分数不能写在名下",
            "a rater's column is headed by the name `{name}`; anonymous marks cannot stand below it"
        ),
    )
    .hint(words!(
        "把表头改成评分人1、评分人2……，清空下面的旧分数，再试一次",
        "head the columns 评分人1, 评分人2 …, clear the old marks below, and run again"
    ))
}

fn no_room(wanted: usize, there: usize) -> Problem {
    let more = wanted.saturating_sub(there);
    Problem::error(
        "no-room",
        words!(
            "有 {wanted} 人评分，表上只有 {there} 列，右边一列已有内容",
            "there are {wanted} raters and {there} columns, and the next column is in use"
        ),
    )
    .hint(words!(
        "在这一列之前插入 {more} 列，表头写评分人，再试一次",
        "insert {more} columns before it, headed 评分人, and run again"
    ))
}

fn turned_raters() -> Problem {
    Problem::error(
        "turned-raters",
        words!(
            "评分人排在行上的评分表，还不能自动写入，未写入",
            "marks cannot be written into a table with a rater a row; nothing was written"
        ),
    )
    .hint(words!(
        "清空这张表里的旧分数（平均分会写进考核表），或改成一列一位评分人",
        "clear the old marks of the table (the means then go into the form), or give each rater a column"
    ))
}

impl Target {
    /// Whether it was read from these bytes.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes
    }

    /// Looks through a workbook; `asked` where the scheme was named, not chosen.
    ///
    /// # Errors
    /// No form, or not an .xlsx or .xlsm.
    pub fn new(bytes: Vec<u8>, schemes: &[Scheme], asked: bool) -> Result<Self, Vec<Problem>> {
        let relevant = form::relevant(schemes);
        let workbook = workbook::open(&bytes, &relevant).map_err(|p| vec![p])?;
        let scheme = schemes
            .iter()
            .max_by_key(|scheme| form::fit(&workbook, scheme))
            .ok_or_else(|| vec![Problem::error(NO_SCHEME, words!("没有方案", "no scheme"))])?
            .clone();
        let forms =
            form::find(&workbook, &scheme).map_err(|misfit| vec![misfit.told(asked)])?.forms;
        if !workbook.format.is_package() {
            return Err(vec![
                Problem::error(
                    "not-a-package",
                    words!("只能写入 .xlsx 和 .xlsm", "only .xlsx and .xlsm can be written into"),
                )
                .hint(words!("在 Excel 中另存为 .xlsx", "save it as .xlsx in Excel")),
            ]);
        }
        let sources =
            metrics::find(&workbook, &scheme, &forms, forms.first().and_then(Form::period));
        Ok(Self { bytes, workbook, scheme, forms, sources })
    }

    /// The scheme that fits.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// People whose forms it holds, in order.
    pub fn people(&self) -> Vec<Person> {
        self.forms
            .iter()
            .map(|form| {
                let sheet = self.workbook.sheets.get(form.sheet);
                let title = sheet.map_or("", |s| s.name.as_str());
                Person {
                    name: person_key(form.person.as_deref().unwrap_or(title)),
                    number: form.number.key.clone(),
                    department: form.department.as_deref().map(person_key).unwrap_or_default(),
                    month: form.month.or(self.sources.month.map(|(_, month)| month)),
                }
            })
            .collect()
    }

    /// The workbook with the marks of these people (index of the form, rating, ballots) in it;
    /// `None` where it holds them already. Marks that are there and differ are replaced only with
    /// `force`.
    ///
    /// # Errors
    /// No place for the marks, other marks in their place or elsewhere that would be scored instead,
    /// or what the package writer refuses.
    pub fn with(
        &self,
        marks: &[(usize, usize, Vec<&Ballot>)],
        force: bool,
    ) -> Result<Option<Vec<u8>>, Vec<Problem>> {
        let mut contents: BTreeMap<Place, Content> = BTreeMap::new();
        let mut problems = Vec::new();
        let mut looks: BTreeMap<Place, CellRef> = BTreeMap::new();
        for (form, rating, ballots) in marks {
            let own = self.raters(*rating).filter(|_| self.forms.len() == 1);
            let cells = match own {
                Some(raters) => self.columns(&raters, ballots).inspect(|cells| {
                    let last = raters.columns.iter().copied().max().unwrap_or(0);
                    let new = cells.iter().map(|(place, _)| *place).filter(|p| p.at.col > last);
                    looks.extend(new.map(|p| (p, CellRef::new(p.at.row, last))));
                }),
                None => match self.turned(*rating).filter(|_| self.forms.len() == 1) {
                    Some((sheet, at)) => {
                        let sheet = self.workbook.sheet_name(sheet);
                        Err(turned_raters().at(sheet, at))
                    }
                    None => self.means(*form, *rating, ballots),
                },
            };
            match cells {
                Ok(cells) => contents.extend(cells),
                Err(problem) => problems.push(problem),
            }
        }
        // A mark left out in a column that comes is an empty cell of the table.
        contents.retain(|place, content| looks.contains_key(place) || !self.holds(*place, content));
        if !force {
            problems.extend(self.first_overwritten(&contents));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if contents.is_empty() {
            let unread = self.unread(marks);
            return if unread.is_empty() { Ok(None) } else { Err(unread) };
        }
        let bytes = self.written(contents, &looks).map_err(|p| vec![p])?;
        let unread =
            Self::new(bytes.clone(), std::slice::from_ref(&self.scheme), true)?.unread(marks);
        if unread.is_empty() { Ok(Some(bytes)) } else { Err(unread) }
    }

    /// The raters' table of a rating: one that holds marks, or one whose headers only wait for
    /// them.
    fn raters(&self, rating: usize) -> Option<Raters> {
        let found = self.sources.raters.iter().find(|r| r.rating == rating && !r.turned);
        let marks = &self.scheme.ratings.get(rating)?.marks;
        let of = |text: &str| {
            let own = label(text);
            marks.iter().position(|mark| {
                label(&mark.name) == own || mark.aliases.iter().any(|alias| label(alias) == own)
            })
        };
        let waiting = self.workbook.sheets.iter().enumerate().find_map(|(index, sheet)| {
            if found.is_some_and(|f| f.sheet != index)
                || self.forms.iter().any(|f| f.sheet == index)
            {
                return None;
            }
            let labels: BTreeMap<usize, CellRef> = sheet
                .cells
                .iter()
                .filter_map(|(at, cell)| Some((of(cell.value.text()?)?, *at)))
                .collect();
            if labels.len() * 2 <= marks.len() {
                return None;
            }
            let rows: BTreeMap<usize, u32> =
                labels.iter().map(|(mark, at)| (*mark, at.row)).collect();
            let first = rows.values().copied().min()?;
            let beside = labels.values().map(|at| at.col).max()?;
            // The header is the nearest row that holds anything; a title stands over the labels.
            let right = |row: u32| {
                sheet.row(row).filter(|(at, cell)| at.col > beside && !cell.value.is_blank())
            };
            let heads = (first.saturating_sub(3)..first).rev().find(|r| right(*r).next().is_some());
            heads.and_then(|row| {
                let columns: Vec<u32> = right(row)
                    .filter(|(_, cell)| cell.value.text().is_some_and(is_rater))
                    .map(|(at, _)| at.col)
                    .collect();
                let rows = rows.clone();
                (!columns.is_empty()).then_some(Raters {
                    rating,
                    sheet: index,
                    rows,
                    columns,
                    turned: false,
                    rated: BTreeMap::new(),
                    mean: false,
                    unclear: None,
                    doubts: Vec::new(),
                })
            })
        });
        // A column of remarks without a header is no rater's.
        let mut found = found.cloned();
        if let Some(raters) = &mut found
            && let Some(sheet) = self.workbook.sheets.get(raters.sheet)
        {
            let first = raters.rows.values().copied().min().unwrap_or(0);
            let rows: Vec<u32> = raters.rows.values().copied().collect();
            raters.columns.retain(|col| {
                let value = |row: u32| sheet.value(CellRef::new(row, *col));
                let head = (0..first).rev().map(value).find(|value| !value.is_blank());
                let number = |value: &Value| match value {
                    Value::Number(_) => true,
                    Value::Text(text) => parse_number(text).is_some(),
                    _ => false,
                };
                head.is_some_and(|head| head.text().is_some_and(is_rater))
                    || rows.iter().any(|row| number(value(*row)))
            });
        }
        match (found.filter(|raters| !raters.columns.is_empty()), waiting) {
            (Some(mut found), Some(waiting)) => {
                found.columns.extend(waiting.columns);
                found.columns.sort_unstable();
                found.columns.dedup();
                Some(found)
            }
            (found, waiting) => found.or(waiting),
        }
    }

    fn value(&self, place: Place) -> &Value {
        static BLANK: Value = Value::Blank;
        self.workbook.sheets.get(place.sheet).map_or(&BLANK, |s| s.value(place.at))
    }

    fn holds(&self, place: Place, content: &Content) -> bool {
        match (self.value(place), content) {
            (Value::Number(old), Content::Number(new)) => old == new,
            (old, Content::Blank) => *old == Value::Blank,
            (Value::Text(old), Content::Text(new)) => old == new,
            _ => false,
        }
    }

    /// Marks that would be lost.
    fn first_overwritten(&self, contents: &BTreeMap<Place, Content>) -> Option<Problem> {
        let (place, _) = contents.iter().find(|(place, _)| !self.value(**place).is_blank())?;
        let sheet = self.workbook.sheet_name(place.sheet);
        Some(
            Problem::error(
                "marks-exist",
                words!(
                    "工作簿里已有别的评分，没有覆盖",
                    "the workbook holds other marks already; they were not overwritten"
                ),
            )
            .at(sheet, place.at)
            .hint(words!("核对后加 --force 覆盖", "check them, then add --force")),
        )
    }

    /// Raters' columns in the order of the marks themselves, which tells nothing of who came when.
    fn columns(
        &self,
        raters: &Raters,
        ballots: &[&Ballot],
    ) -> Result<Vec<(Place, Content)>, Problem> {
        let mut sorted: Vec<&Vec<Option<f64>>> = ballots.iter().map(|b| &b.marks).collect();
        sorted.sort_by(|a, b| {
            let key = |marks: &[Option<f64>]| -> Vec<u64> {
                // Marks are never negative: their bits order as they do.
                marks.iter().map(|m| m.map_or(0, |m| m.to_bits() + 1)).collect()
            };
            key(a).cmp(&key(b))
        });
        let sheet = self.workbook.sheets.get(raters.sheet);
        let first_row = raters.rows.values().copied().min().unwrap_or(0);
        let last = raters.columns.iter().copied().max().unwrap_or(0);
        let wide = u32::try_from(sorted.len().saturating_sub(raters.columns.len())).unwrap_or(0);
        let mut columns = raters.columns.clone();
        columns.extend((1..=wide).map(|more| last + more));
        let head = raters.columns.first().and_then(|first| {
            let sheet = sheet?;
            (0..first_row).rev().find(|row| !sheet.value(CellRef::new(*row, *first)).is_blank())
        });
        let text = |row: u32, col: u32| sheet.and_then(|s| s.text(CellRef::new(row, col)));
        let named = head.and_then(|row| {
            let at = raters.columns.iter().map(|col| CellRef::new(row, *col));
            at.filter_map(|at| Some((at, text(at.row, at.col)?))).find(|(_, text)| is_named(text))
        });
        let title = sheet.map_or("", |s| s.name.as_str());
        if let Some((at, name)) = named {
            return Err(named_raters(name).at(title, at));
        }
        // What stands right of the last rater is not ours: a mean, remarks.
        let last_row = raters.rows.values().copied().max().unwrap_or(first_row);
        let taken = columns.iter().skip(raters.columns.len()).find_map(|col| {
            let rows = head.unwrap_or(first_row)..=last_row;
            let cells = rows.map(|row| CellRef::new(row, *col));
            cells.into_iter().find(|at| {
                let cell = sheet.and_then(|s| s.cells.get(at));
                cell.is_some_and(|cell| cell.is_formula || !cell.value.is_blank())
            })
        });
        if let Some(at) = taken {
            return Err(no_room(sorted.len(), raters.columns.len()).at(title, at));
        }
        let mut out = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let marks = sorted.get(index);
            for (mark, row) in &raters.rows {
                let place = Place { sheet: raters.sheet, at: CellRef::new(*row, *column) };
                let given = marks.and_then(|m| m.get(*mark).copied().flatten());
                out.push((place, given.map_or(Content::Blank, Content::Number)));
            }
            if let Some(head) = head.filter(|_| index >= raters.columns.len()) {
                let place = Place { sheet: raters.sheet, at: CellRef::new(head, *column) };
                out.push((place, Content::Text(format!("评分人{}", index + 1))));
            }
        }
        if out.is_empty() { Err(self.no_place()) } else { Ok(out) }
    }

    fn written(
        &self,
        contents: BTreeMap<Place, Content>,
        looks: &BTreeMap<Place, CellRef>,
    ) -> Result<Vec<u8>, Problem> {
        let numbers: Vec<Written> = contents
            .iter()
            .map(|(place, content)| Written {
                place: *place,
                formula: None,
                value: if let Content::Number(number) = content { *number } else { 0.0 },
            })
            .collect();
        // The calculator knows numbers only: where a cell becomes empty, Excel computes.
        let known = contents.values().all(|content| matches!(content, Content::Number(_)));
        let dependents = Recalculation::new(&self.workbook, &numbers).dependents();
        let dependents = dependents.into_iter().filter(|(p, _)| !contents.contains_key(p));
        let mut edits = Vec::new();
        let sheet = |place: &Place| self.workbook.sheet_name(place.sheet).to_owned();
        for (place, value) in dependents {
            edits.push(Edit::new(
                sheet(&place),
                place.at,
                Content::Cached(value.filter(|_| known)),
            ));
        }
        for (place, content) in contents {
            let edit = Edit::new(sheet(&place), place.at, content);
            // A rater's column that comes looks like the one beside it.
            edits.push(match looks.get(&place) {
                Some(other) => edit.like(*other),
                None => edit,
            });
        }
        package::apply(&self.bytes, &self.workbook, &edits)
    }
}
