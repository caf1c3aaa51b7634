//! The one function around which every shell is built: a workbook's bytes in, the filled
//! workbook's bytes and the scorecards out.

mod checks;
mod finish;

use crate::agree::Checker;
use crate::expr::Expr;
use crate::fill::{Scorecard, scorecard};
use crate::form::{self, Form, Period, Place};
use crate::limits::{FORMULA_CHARS, Limits};
use crate::metrics::{self, Sources};
use crate::package;
use crate::problem::Problem;
use crate::problem::codes::NO_SCHEME;
use crate::recalc::{self, Recalculation, Written};
use crate::render;
use crate::scheme::Scheme;
use crate::text::round15;
use crate::words;
use crate::workbook::{self, Format, Workbook};
use checks::{across_forms, name_by_sheet, note_month, of_others};
use checks::{other_months, refuse_differing, same_names};
use finish::{Finished, finish};
use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// How to fill.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The scheme; chosen by fit where none is given.
    pub scheme: Option<Scheme>,
    /// A workbook with the metrics; plain numbers are written then.
    pub metrics: Option<Vec<u8>>,
    /// The metrics read before, in the place of `metrics`: one reading for many workbooks.
    pub figures: Option<Arc<Figures>>,
    /// The metrics are for the forms of several workbooks: a list that names nobody is nobody's.
    pub for_many: bool,
    /// Write plain numbers instead of formulas.
    pub values: bool,
    /// Go on with a digitally signed package, whose signature the change makes void.
    pub drop_signature: bool,
    /// Only look: nothing is written.
    pub check_only: bool,
    /// Limits on what is read.
    pub limits: Limits,
    /// Second opinions that workbooks of one run share; none for a workbook that is all there is to do.
    pub known: Option<Arc<recalc::Known>>,
}

/// A scheme's name, and the month of which its figures are wanted.
type Wanted = (String, Option<Period>);

/// A workbook with metrics, read once; what a scheme finds in it is kept.
#[derive(Debug)]
pub struct Figures {
    workbook: Workbook,
    found: Mutex<Vec<(Wanted, Arc<Sources>)>>,
}

impl Figures {
    /// Reads the workbook. `schemes` tell which of its sheets matter.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    pub fn read(bytes: &[u8], schemes: &[Scheme], limits: &Limits) -> Result<Self, Problem> {
        let relevant = form::relevant(schemes);
        let workbook = workbook::open_within(bytes, &relevant, limits)?;
        Ok(Self { workbook, found: Mutex::default() })
    }

    /// What is there for the people of some forms.
    fn sources(&self, scheme: &Scheme, month: Option<Period>, people: &[Form]) -> Arc<Sources> {
        let key = (scheme.name.clone(), month);
        let kept = || {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, sources)) = found.iter().find(|(known, _)| *known == key) {
                return Arc::clone(sources);
            }
            let sources = Arc::new(self.find(scheme, month, &[]));
            found.push((key.clone(), Arc::clone(&sources)));
            sources
        };
        let sources = kept();
        // Rows of people name them; a list, a team and raters may be of these people or of others.
        match sources.only_rows() {
            true => sources,
            false => Arc::new(self.find(scheme, month, people)),
        }
    }

    fn find(&self, scheme: &Scheme, month: Option<Period>, people: &[Form]) -> Sources {
        // The tables of a form hold no figures, also where the metrics workbook is a form itself.
        let forms = form::find(&self.workbook, scheme).map_or(Vec::new(), |f| f.forms);
        let people: Vec<&str> = people.iter().filter_map(|form| form.person.as_deref()).collect();
        let mut sources = metrics::find_for(&self.workbook, scheme, &forms, month, &people);
        sources.literal = true;
        let named = |form: Form| Some((form.person?, form.department));
        sources.rated = forms.into_iter().filter_map(named).collect();
        sources
    }
}

/// Makes ready what every workbook needs: for a second thread, while the first reads the file.
pub fn prepare() {
    for scheme in Scheme::built_in() {
        form::prepare(scheme);
        metrics::prepare(scheme);
    }
    recalc::prepare();
    package::prepare();
}

/// What came of a workbook.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The format it came in.
    pub format: Format,
    /// Name of the scheme used.
    pub scheme: String,
    /// Sheet names, for addresses.
    pub sheets: Vec<String>,
    /// One scorecard a form.
    pub cards: Vec<Scorecard>,
    /// Problems and notices of the whole workbook.
    pub problems: Vec<Problem>,
    /// Formula of every filled cell, where one is written.
    pub formulas: HashMap<Place, String>,
    /// The workbook's own formulas that got a new stored value.
    pub refreshed: usize,
    /// The filled workbook; none where no form could be filled.
    pub bytes: Option<Vec<u8>>,
}

impl Outcome {
    /// How many forms were, or would be, filled.
    pub fn filled(&self) -> usize {
        self.cards.iter().filter(|card| card.fillable()).count()
    }

    /// Whether every form was filled and nothing is wrong.
    pub fn whole(&self) -> bool {
        self.filled() == self.cards.len() && !self.problems.iter().any(Problem::blocks)
    }

    /// Extension of the file to write.
    pub fn extension(&self) -> &'static str {
        if self.format == Format::Xlsm { "xlsm" } else { "xlsx" }
    }
}

/// Fills a workbook.
///
/// # Errors
/// Whatever keeps the whole workbook from being read; problems of single forms are in their
/// scorecards.
pub fn fill_workbook(bytes: &[u8], options: &Options) -> Result<Outcome, Vec<Problem>> {
    fill(bytes, options, false)
}

/// A scheme of the examples for a workbook that no built-in one fits: the only one whose items are
/// all in one of its forms.
fn example(workbook: &Workbook) -> Option<&'static Scheme> {
    let whole = |scheme: &&Scheme| {
        form::find(workbook, scheme).is_ok_and(|forms| {
            forms.forms.iter().any(|form| form.items.len() == scheme.items.len())
        })
    };
    let mut fitting = Scheme::examples().iter().filter(whole);
    fitting.next().filter(|_| fitting.next().is_none())
}

/// `by_fit`: the scheme is an example that was not asked for, so that the form must confirm it.
fn fill(bytes: &[u8], options: &Options, by_fit: bool) -> Result<Outcome, Vec<Problem>> {
    let schemes = || match &options.scheme {
        Some(scheme) => std::slice::from_ref(scheme),
        None => Scheme::built_in(),
    };
    let limits = options.limits.begun();
    let in_time = || limits.in_time("").map_err(|p| vec![p]);
    let relevant = LazyCell::new(|| form::relevant(schemes()));
    let workbook = workbook::open_within(bytes, &|text| relevant(text), &limits);
    let workbook = workbook.map_err(|p| vec![p])?;
    let schemes = schemes();
    if workbook.signed && !options.drop_signature {
        return Err(vec![package::signed()]);
    }
    let scheme = match schemes {
        [only] => only,
        several => several
            .iter()
            .max_by_key(|scheme| form::fit(&workbook, scheme))
            .ok_or_else(|| vec![no_scheme()])?,
    };
    in_time()?;
    let forms = match form::find(&workbook, scheme) {
        Ok(found) => found,
        Err(misfit) => {
            let asked = options.scheme.is_some();
            let example = if asked { None } else { example(&workbook) };
            let Some(scheme) = example.cloned() else { return Err(vec![misfit.told(asked)]) };
            return fill(bytes, &Options { scheme: Some(scheme), ..options.clone() }, true);
        }
    };
    in_time()?;
    let other = match (&options.figures, &options.metrics) {
        (Some(figures), _) => Some(Arc::clone(figures)),
        (None, Some(bytes)) => {
            let figures = Figures::read(bytes, schemes, &limits).map_err(|p| vec![p])?;
            Some(Arc::new(figures))
        }
        (None, None) => None,
    };
    let figures = other.as_ref().map_or(&workbook, |other| &other.workbook);
    let (older, mut problems) = other_months(&workbook, &forms.forms, || {
        metrics::months(figures, &forms.forms, other.is_none())
    });
    let by_month = by_month(&workbook, scheme, &forms.forms, &older, other.as_deref());
    let sources = by_month.first().map(|(_, found)| Arc::clone(found)).unwrap_or_default();
    problems.extend(across_forms(&workbook, figures, &forms, &sources));
    let values = options.values || other.is_some();
    let owners =
        metrics::Owners::new(&workbook, figures, scheme, &forms.forms, &sources, other.is_none());
    // Where the figures are another workbook's, the raters' marks may be this one's.
    let marks = of_own_raters(&workbook, scheme, &forms.forms, &older, other.is_some());
    let own = if other.is_none() { forms.forms.as_slice() } else { &[] };
    let mut agree =
        Checker::new(&workbook, scheme, by_fit).beside(figures, metric_sheets(&sources, own));
    let card = |form: &Form| {
        let mut form = form.clone();
        let own = by_month.iter().find(|(month, _)| *month == form.period());
        let sources = own.map_or(&sources, |(_, found)| found);
        name_by_sheet(&workbook, sources, &mut form);
        note_month(figures, sources, &mut form);
        form.problems.extend(agree.check(&form));
        form.problems.extend(of_others(sources, &owners, &form, options.for_many));
        let mut found = metrics::read(&workbook, figures, scheme, sources, &owners, &form);
        let own = marks.iter().find(|(month, ..)| *month == form.period());
        if let Some((_, sources, owners)) = own {
            metrics::own_raters(&workbook, scheme, sources, owners, &form, &mut found);
        }
        scorecard(&workbook, scheme, &form, found)
    };
    let forms = forms.forms.iter().enumerate().filter(|(index, _)| !older.contains(index));
    let mut cards: Vec<Scorecard> = forms.map(|(_, form)| form).map(card).collect();
    same_names(&workbook, &mut cards);
    in_time()?;

    let names: Vec<String> = workbook.sheets.iter().map(|s| s.name.clone()).collect();
    let (written, finished) =
        checked(bytes, &workbook, (&names, values), &mut cards, &mut problems, options, &limits);
    // What was cut short is worth nothing.
    in_time()?;
    let mut finished = finished.map_err(|problem| vec![problem])?;
    problems.append(&mut finished.notices);
    crate::fill::distribute(scheme, &mut cards);
    Ok(Outcome {
        format: workbook.format,
        scheme: scheme.name.clone(),
        sheets: names,
        cards,
        problems,
        formulas: written.into_iter().filter_map(|w| Some((w.place, w.formula?))).collect(),
        refreshed: finished.dependents.values().filter(|v| v.is_some()).count(),
        bytes: finished.bytes,
    })
}

/// The sheets that figures come from and that are no form's.
fn metric_sheets(sources: &Sources, forms: &[Form]) -> Vec<usize> {
    let people = sources.people.iter().map(|table| table.sheet);
    let raters = sources.raters.iter().map(|table| table.sheet);
    let places = sources.places().map(|place| place.sheet);
    let sheets: BTreeSet<usize> = places.chain(people).chain(raters).collect();
    let of_form = |sheet: &usize| forms.iter().any(|form| form.sheets.contains(sheet));
    sheets.into_iter().filter(|sheet| !of_form(sheet)).collect()
}

/// The cells to write, and the workbook with them: written while a second opinion of their values is
/// computed, and anew without the forms where that differs.
fn checked(
    bytes: &[u8],
    workbook: &Workbook,
    (names, values): (&[String], bool),
    cards: &mut [Scorecard],
    problems: &mut Vec<Problem>,
    options: &Options,
    limits: &Limits,
) -> (Vec<Written>, Result<Finished, Problem>) {
    let written = written(cards, names, values, problems);
    let recalculation = Recalculation::new(workbook, &written);
    let (opinion, finished) = limits.both(
        || recalculation.opinion(options.known.as_deref()),
        || finish(bytes, workbook, &written, &recalculation, options),
    );
    if !refuse_differing(names, cards, &written, &opinion) {
        drop(recalculation);
        return (written, finished);
    }
    // A refused form is left as it was, so what depends on the others is computed anew.
    let written = self::written(cards, names, values, &mut Vec::new());
    let recalculation = Recalculation::new(workbook, &written);
    let finished = finish(bytes, workbook, &written, &recalculation, options);
    drop(recalculation);
    (written, finished)
}

/// The months of forms that are not older ones, each with its figures: columns and rows of several months
/// are read for the form's own.
fn by_month(
    workbook: &Workbook,
    scheme: &Scheme,
    forms: &[Form],
    older: &HashSet<usize>,
    other: Option<&Figures>,
) -> Vec<(Option<Period>, Arc<Sources>)> {
    let mut out: Vec<(Option<Period>, Arc<Sources>)> = Vec::new();
    let of_month = forms.iter().enumerate().filter(|(index, _)| !older.contains(index));
    for month in of_month.map(|(_, form)| form.period()) {
        if !out.iter().any(|(known, _)| *known == month) {
            let found = match other {
                Some(other) => other.sources(scheme, month, forms),
                None => Arc::new(metrics::find(workbook, scheme, forms, month)),
            };
            out.push((month, found));
        }
    }
    out
}

/// A month, and what a workbook holds for it.
type OfMonth = (Option<Period>, Sources, metrics::Owners);

/// The raters' marks of a workbook whose figures are another's (`apart`), by the months of its forms.
fn of_own_raters(
    workbook: &Workbook,
    scheme: &Scheme,
    forms: &[Form],
    older: &HashSet<usize>,
    apart: bool,
) -> Vec<OfMonth> {
    let mut out: Vec<OfMonth> = Vec::new();
    if !apart || scheme.ratings.is_empty() {
        return out;
    }
    let wanted = forms.iter().enumerate().filter(|(index, _)| !older.contains(index));
    for month in wanted.map(|(_, form)| form.period()) {
        if !out.iter().any(|(known, ..)| *known == month) {
            let sources = metrics::find(workbook, scheme, forms, month);
            let owners = metrics::Owners::new(workbook, workbook, scheme, forms, &sources, true);
            out.push((month, sources, owners));
        }
    }
    out
}

fn no_scheme() -> Problem {
    Problem::error(NO_SCHEME, words!("没有任何方案", "there is no scheme"))
}

fn written(
    cards: &[Scorecard],
    names: &[String],
    values: bool,
    problems: &mut Vec<Problem>,
) -> Vec<Written> {
    let mut out = Vec::new();
    for card in cards.iter().filter(|card| card.fillable()) {
        for target in &card.targets {
            let formula = (!values && !is_literal(&target.expr))
                .then(|| target.expr.formula(target.place.sheet, names));
            let too_long =
                formula.as_ref().is_some_and(|f| f.encode_utf16().count() > FORMULA_CHARS);
            if too_long {
                let sheet = names.get(target.place.sheet).map_or("", String::as_str);
                problems.push(
                    Problem::notice(
                        "formula-too-long",
                        words!(
                            "公式超过 Excel 的长度上限，已写成数值",
                            "the formula would be longer than Excel takes; the number is written"
                        ),
                    )
                    .at(sheet, target.place.at),
                );
            }
            out.push(Written {
                place: target.place,
                formula: formula.filter(|_| !too_long),
                value: round15(target.expr.value()),
            });
        }
    }
    out
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(crate::expr::Operand::Number(_)))
}

/// Gives a workbook of another format as a new .xlsx, nothing scored; with it come the notices of
/// what could not be carried over.
///
/// # Errors
/// Whatever keeps the workbook from being read or written; it is an .xlsx already.
pub fn convert_workbook(bytes: &[u8], limits: &Limits) -> Result<(Vec<u8>, Vec<Problem>), Problem> {
    let workbook = workbook::open_within(bytes, &|_| true, limits)?;
    if workbook.format.is_package() {
        return Err(Problem::error(
            "already-xlsx",
            words!(
                "它已经是 .xlsx，不需要转换",
                "it is an .xlsx already; there is nothing to convert"
            ),
        ));
    }
    let mut problems = Vec::new();
    let values = recalc::all(&workbook, &[]);
    let bytes = render::filled(&workbook, &[], &values, &mut problems)?;
    Ok((bytes, problems))
}
