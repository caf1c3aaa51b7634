//! A workbook as the page draws it: the explanation, the figures that can be tried, and the sheets
//! as tables. JSON, for our own page only; its shape may change with it.

use super::looks::{Looks, Style};
use crate::cell::{CellRef, Range};
use crate::expr::{Expr, Operand};
use crate::fill::Scorecard;
use crate::form::Place;
use crate::limits::Limits;
use crate::metrics::MetricSet;
use crate::next::{self, Next};
use crate::pipeline::{Options, Outcome, convert_workbook};
use crate::problem::Problem;
use crate::problem::codes::{MARK_BLANK, METRIC_BLANK, METRIC_NOT_A_NUMBER};
use crate::report;
use crate::scheme::{MetricKind, Scheme};
use crate::text::round15;
use crate::workbook::{self, Sheet, Value, Visibility, Workbook};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A cell that is to hold another number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Sheet name.
    pub sheet: String,
    /// Cell, as `B4`.
    pub cell: String,
    /// The number.
    pub value: f64,
}

/// Most rows and columns drawn of a sheet; a form is far smaller.
const ROWS: u32 = 200;
const COLUMNS: u32 = 40;
/// Most cells drawn of all sheets together, so that a hundred dropped files stay light.
const CELLS: usize = 6_000;
/// Longest text drawn in a cell, in characters.
const TEXT: usize = 400;

/// All that the page shows of a workbook.
#[derive(Debug, Serialize)]
pub struct View {
    /// The explanation as JSON; for a refused workbook only `problems` and no `people`.
    explained: serde_json::Value,
    /// Whether there is something to download.
    filled: bool,
    /// One list a person, in the explanation's order.
    figures: Vec<Vec<Figure>>,
    sheets: Vec<Drawn>,
}

impl View {
    /// As JSON.
    pub fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// A figure and the cells it stands in.
#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    /// The rating whose table it stands in; those are many, and folded.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<String>,
    /// Whether it is shown in percent.
    rate: bool,
    unit: String,
    cells: Vec<FigureCell>,
}

#[derive(Debug, Serialize)]
struct FigureCell {
    sheet: String,
    cell: String,
    /// None for a blank cell, or one whose text is no number.
    value: Option<f64>,
    /// Whether the cell holds a formula, which a change would replace.
    formula: bool,
}

#[derive(Debug, Serialize)]
struct Drawn {
    name: String,
    /// Column widths in characters.
    widths: Vec<f64>,
    rows: Vec<Vec<DrawnCell>>,
    styles: Vec<Style>,
    /// Whether there is more than is drawn.
    cut: bool,
}

#[derive(Debug, Serialize)]
struct DrawnCell {
    /// Column.
    c: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    t: String,
    #[serde(skip_serializing_if = "is_one")]
    rows: u32,
    #[serde(skip_serializing_if = "is_one")]
    cols: u32,
    /// `filled`, `changed`, `error` or `notice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
    /// Whether it is a number.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    n: bool,
    /// Index into the sheet's styles.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<usize>,
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

/// The figures that would raise each score, as JSON: a list an item, in a list a person.
pub fn next(outcome: &Outcome, options: &Options) -> Vec<u8> {
    let next = steps(outcome, options);
    let explanation = report::explanation("", outcome, &next);
    serde_json::to_vec(&explanation).unwrap_or_default()
}

fn steps(outcome: &Outcome, options: &Options) -> Vec<Vec<Vec<Next>>> {
    let Some(scheme) = scheme_of(outcome, options) else { return Vec::new() };
    outcome.cards.iter().map(|card| next::steps(scheme, card)).collect()
}

fn scheme_of<'o>(outcome: &Outcome, options: &'o Options) -> Option<&'o Scheme> {
    options.scheme.as_ref().or_else(|| Scheme::named(&outcome.scheme))
}

/// The view of a workbook in which no form could be read, with its sheets where they can be.
pub fn refused(problems: &[Problem], source: &[u8]) -> View {
    let explanation = report::unread("", problems);
    let explained = serde_json::to_value(explanation).unwrap_or_default();
    let sheets =
        Shown::read(source).map_or_else(Vec::new, |shown| draw(&shown, problems.iter(), &[], &[]));
    View { explained, filled: false, figures: Vec::new(), sheets }
}

/// A workbook to draw, and how it looks.
struct Shown {
    book: Workbook,
    looks: Looks,
}

impl Shown {
    /// Reads a workbook; one of an older format as the .xlsx that is made of it, since that is where
    /// its looks are.
    fn read(bytes: &[u8]) -> Option<Self> {
        let book = workbook::open(bytes, &|_| true).ok()?;
        if !book.format.is_package()
            && let Ok((converted, _)) = convert_workbook(bytes, &Limits::default())
            && let Ok(book) = workbook::open(&converted, &|_| true)
        {
            return Some(Self { book, looks: Looks::read(&converted) });
        }
        Some(Self { book, looks: Looks::read(bytes) })
    }
}

/// The view of an outcome.
pub fn view(
    source: &[u8],
    filled: &[u8],
    outcome: &Outcome,
    changes: &[Change],
    options: &Options,
) -> View {
    let explained = serde_json::to_value(report::explanation("", outcome, &[])).unwrap_or_default();
    let figures = match workbook::open(source, &|_| true) {
        Ok(book) => figures(&book, outcome, options),
        Err(_) => Vec::new(),
    };
    let shown = (!filled.is_empty()).then(|| Shown::read(filled)).flatten();
    let problems = outcome.problems.iter().chain(outcome.cards.iter().flat_map(|c| &c.problems));
    let sheets = shown
        .or_else(|| Shown::read(source))
        .map_or_else(Vec::new, |shown| draw(&shown, problems, &outcome.cards, changes));
    View { explained, filled: !filled.is_empty(), figures, sheets }
}

/// The figures that each person's score was made from.
fn figures(book: &Workbook, outcome: &Outcome, options: &Options) -> Vec<Vec<Figure>> {
    let Some(scheme) = scheme_of(outcome, options) else { return Vec::new() };
    outcome.cards.iter().map(|card| of_person(book, scheme, &card.metrics, card)).collect()
}

fn of_person(book: &Workbook, scheme: &Scheme, set: &MetricSet, card: &Scorecard) -> Vec<Figure> {
    let mut out = Vec::new();
    let mut seen: HashSet<Place> = card.targets.iter().map(|t| t.place).collect();
    for metric in &scheme.metrics {
        let Some(found) = set.get(&metric.name) else { continue };
        let mut places = Vec::new();
        match found.place {
            Some(place) => places.push(place),
            None => operands(&found.expr, &mut places),
        }
        places.retain(|place| seen.insert(*place));
        let cells: Vec<_> = places.iter().filter_map(|place| cell_of(book, *place)).collect();
        if !cells.is_empty() {
            // 65.9 in a cell under a head that says % is shown and changed as it stands.
            let hundredths = found.in_hundredths();
            let rate = found.kind == MetricKind::Rate && !hundredths;
            let unit = if hundredths { "%".to_owned() } else { metric.unit.clone() };
            let name = metric.name.clone();
            out.push(Figure { name, rating: None, rate, unit, cells });
        }
    }
    for (index, rating) in scheme.ratings.iter().enumerate() {
        for (number, mark) in rating.marks.iter().enumerate() {
            let mut places: Vec<Place> = set
                .marks
                .get(&(index, number))
                .map(|given| given.iter().filter_map(place_of).collect())
                .unwrap_or_default();
            if places.is_empty() {
                let scored = card.ratings.iter().filter(|r| r.name == rating.name);
                let marks = scored.flat_map(|r| &r.marks);
                places.extend(
                    marks.filter(|m| m.name == mark.name && m.raters == 0).map(|m| m.place),
                );
            }
            places.retain(|place| seen.insert(*place));
            let cells: Vec<_> = places.iter().filter_map(|place| cell_of(book, *place)).collect();
            if !cells.is_empty() {
                let name = format!("{} · {}", rating.name, mark.name);
                let rating = Some(rating.name.clone());
                out.push(Figure { name, rating, rate: false, unit: String::new(), cells });
            }
        }
    }
    // What is missing can be filled in here as well.
    let blank = [METRIC_BLANK, MARK_BLANK, METRIC_NOT_A_NUMBER];
    for problem in card.problems.iter().filter(|p| blank.contains(&p.code)) {
        let (Some(sheet), Some(at)) = (&problem.sheet, problem.cell) else { continue };
        let Some(index) = book.sheet_index(sheet) else { continue };
        let place = Place { sheet: index, at };
        if seen.insert(place)
            && let Some(cell) = cell_of(book, place)
        {
            let name = problem.subject.as_ref().unwrap_or(sheet).clone();
            let metric = scheme.metric(&name);
            let rate = metric.is_some_and(|m| m.kind == MetricKind::Rate);
            let unit = metric.map_or_else(String::new, |m| m.unit.clone());
            out.push(Figure { name, rating: None, rate, unit, cells: vec![cell] });
        }
    }
    out
}

fn cell_of(book: &Workbook, place: Place) -> Option<FigureCell> {
    let sheet = book.sheets.get(place.sheet)?;
    let cell = sheet.cells.get(&place.at);
    let value = match cell.map(|c| &c.value) {
        Some(Value::Number(number)) => Some(round15(*number)),
        Some(Value::Text(text)) => crate::text::parse_number(text).map(|t| round15(t.value)),
        _ => None,
    };
    Some(FigureCell {
        sheet: sheet.name.clone(),
        cell: place.at.to_string(),
        value,
        formula: cell.is_some_and(|c| c.is_formula),
    })
}

fn place_of(operand: &Operand) -> Option<Place> {
    match operand {
        Operand::Cell { sheet, at, .. } => Some(Place { sheet: *sheet, at: *at }),
        Operand::Number(_) => None,
    }
}

/// The cells that an expression reads, in order.
fn operands(expr: &Expr, out: &mut Vec<Place>) {
    match expr {
        Expr::Value(operand) => out.extend(place_of(operand)),
        Expr::Add(terms) => terms.iter().for_each(|term| operands(term, out)),
        Expr::Sub(a, b) | Expr::Mul(a, b) | Expr::Div(a, b) | Expr::Min(a, b) | Expr::Max(a, b) => {
            operands(a, out);
            operands(b, out);
        }
        Expr::Workdays(from, to, _) => {
            operands(from, out);
            operands(to, out);
        }
        Expr::Round(a, _) | Expr::Trunc(a) | Expr::RoundUp(a) => operands(a, out),
        Expr::If(a, _, b, then, other) => {
            [a, b, then, other].into_iter().for_each(|one| operands(one, out));
        }
        Expr::Sum(list) | Expr::Mean(list) | Expr::Greatest(list) | Expr::Count(list, ..) => {
            out.extend(list.iter().filter_map(place_of));
        }
    }
}

/// Draws the visible sheets.
fn draw<'p>(
    shown: &Shown,
    problems: impl Iterator<Item = &'p Problem>,
    cards: &[Scorecard],
    changes: &[Change],
) -> Vec<Drawn> {
    let Shown { book, looks } = shown;
    let mut marks: HashMap<Place, &'static str> = HashMap::new();
    for problem in problems {
        let index = problem.sheet.as_deref().and_then(|name| book.sheet_index(name));
        if let (Some(sheet), Some(at)) = (index, problem.cell) {
            let mark = marks.entry(Place { sheet, at }).or_insert("notice");
            if problem.blocks() {
                *mark = "error";
            }
        }
    }
    for target in cards.iter().flat_map(|card| &card.targets) {
        marks.insert(target.place, "filled");
    }
    for change in changes {
        let index = book.sheet_index(&change.sheet);
        if let (Some(sheet), Some(at)) = (index, CellRef::parse(&change.cell)) {
            marks.insert(Place { sheet, at }, "changed");
        }
    }
    let mut left = CELLS;
    let visible = |s: &&(usize, &Sheet)| s.1.visibility == Visibility::Visible && s.1.loaded;
    let sheets: Vec<(usize, &Sheet)> = book.sheets.iter().enumerate().collect();
    sheets
        .iter()
        .filter(visible)
        .map(|(index, sheet)| {
            let mark = |at| marks.get(&Place { sheet: *index, at }).copied();
            draw_sheet(sheet, looks, &mark, &mut left)
        })
        .collect()
}

fn draw_sheet(
    sheet: &Sheet,
    looks: &Looks,
    mark: &dyn Fn(CellRef) -> Option<&'static str>,
    left: &mut usize,
) -> Drawn {
    let texts = sheet.cells.iter().filter(|(_, cell)| !cell.value.is_blank()).map(|(at, _)| *at);
    let corners = texts.chain(sheet.merges.iter().filter(|m| m.len() < 5_000).map(|m| m.end));
    let (mut rows, mut columns) = (0, 0);
    for at in corners {
        rows = rows.max(at.row + 1);
        columns = columns.max(at.col + 1);
    }
    let mut cut = rows > ROWS || columns > COLUMNS;
    (rows, columns) = (rows.min(ROWS), columns.min(COLUMNS));
    let inside = Range::new(
        CellRef::new(0, 0),
        CellRef::new(rows.saturating_sub(1), columns.saturating_sub(1)),
    );
    let merges: HashMap<CellRef, Range> =
        sheet.merges.iter().filter(|m| inside.contains(m.start)).map(|m| (m.start, *m)).collect();
    let mut hidden: HashSet<CellRef> = HashSet::new();
    for merge in merges.values() {
        for row in merge.start.row..=merge.end.row.min(rows.saturating_sub(1)) {
            for col in merge.start.col..=merge.end.col.min(columns.saturating_sub(1)) {
                if CellRef::new(row, col) != merge.start {
                    hidden.insert(CellRef::new(row, col));
                }
            }
        }
    }
    let styled: HashMap<CellRef, usize> = sheet
        .source
        .iter()
        .flat_map(|source| &source.1.cells)
        .filter_map(|cell| Some((cell.at, usize::try_from(cell.style).ok()?)))
        .collect();
    let mut drawn = Vec::new();
    for row in 0..rows {
        let mut line = Vec::new();
        for col in 0..columns {
            let at = CellRef::new(row, col);
            if hidden.contains(&at) {
                continue;
            }
            if *left == 0 {
                cut = true;
                break;
            }
            *left -= 1;
            let cell = sheet.cells.get(&at);
            let merge = merges.get(&at);
            let style = styled.get(&at).copied();
            let format = style.and_then(|s| looks.format(s));
            let date = cell.is_some_and(|c| c.is_date);
            let text = cell.map(|c| looks.text(&c.value, format, date)).unwrap_or_default();
            line.push(DrawnCell {
                c: col,
                t: text.chars().take(TEXT).collect(),
                rows: merge.map_or(1, |m| m.end.row.min(rows - 1) - m.start.row + 1),
                cols: merge.map_or(1, |m| m.end.col.min(columns - 1) - m.start.col + 1),
                mark: mark(at),
                n: cell.is_some_and(|c| matches!(c.value, Value::Number(_))),
                s: style,
            });
        }
        drawn.push(line);
    }
    // Styles are sent once, and only those that are used.
    let mut used: Vec<usize> = drawn.iter().flatten().filter_map(|cell| cell.s).collect();
    used.sort_unstable();
    used.dedup();
    for cell in drawn.iter_mut().flatten() {
        cell.s = cell.s.and_then(|s| used.binary_search(&s).ok());
    }
    let widths = (0..columns)
        .map(|col| {
            let own = sheet.widths.iter().find(|(first, last, _)| (*first..=*last).contains(&col));
            own.map_or(8.5, |(_, _, width)| width.clamp(0.0, 120.0))
        })
        .collect();
    let styles = used.iter().map(|s| looks.style(*s)).collect();
    Drawn { name: sheet.name.clone(), widths, rows: drawn, styles, cut }
}
