//! The one function around which every shell is built: a workbook's bytes in, the filled
//! workbook's bytes and the scorecards out.

use crate::agree::Checker;
use crate::expr::Expr;
use crate::fill::{Scorecard, scorecard};
use crate::form::{self, Form, Forms, Place};
use crate::limits::Limits;
use crate::metrics::{self, Sources};
use crate::package::{self, Content, Edit};
use crate::problem::Problem;
use crate::recalc::{self, Recalculation, Values, Written};
use crate::render;
use crate::scheme::Scheme;
use crate::text::{person_key, round15, show};
use crate::words;
use crate::workbook::{self, Format, Value, Workbook};
use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::resume_unwind;
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
    /// Write plain numbers instead of formulas.
    pub values: bool,
    /// Go on with a digitally signed package, whose signature the change makes void.
    pub drop_signature: bool,
    /// Only look: nothing is written.
    pub check_only: bool,
    /// No other workbook is at work: the second opinion may take a thread of its own.
    pub alone: bool,
    /// Limits on what is read.
    pub limits: Limits,
}

/// A workbook with metrics, read once; what a scheme finds in it is kept.
#[derive(Debug)]
pub struct Figures {
    workbook: Workbook,
    found: Mutex<Vec<(String, Arc<Sources>)>>,
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

    fn sources(&self, scheme: &Scheme) -> Arc<Sources> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sources)) = found.iter().find(|(name, _)| *name == scheme.name) {
            return Arc::clone(sources);
        }
        // The tables of a form hold no figures, also where the metrics workbook is a form itself.
        let forms = form::find(&self.workbook, scheme).map_or(Vec::new(), |f| f.forms);
        let mut sources = metrics::find(&self.workbook, scheme, &forms);
        sources.literal = true;
        let sources = Arc::new(sources);
        found.push((scheme.name.clone(), Arc::clone(&sources)));
        sources
    }
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
    let open = || {
        let relevant = LazyCell::new(|| form::relevant(schemes()));
        workbook::open_within(bytes, &|text| relevant(text), &limits)
    };
    let workbook = if options.alone {
        // The schemes and the calculator are got ready while the workbook is read.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                schemes();
                recalc::prepare();
            });
            open()
        })
    } else {
        open()
    };
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
        Err(problems) => {
            let example = options.scheme.is_none().then(|| example(&workbook)).flatten();
            let Some(scheme) = example.cloned() else { return Err(problems) };
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
    let sources = match &other {
        Some(other) => other.sources(scheme),
        None => Arc::new(metrics::find(&workbook, scheme, &forms.forms)),
    };
    let mut problems = across_forms(&workbook, figures, &forms, &sources);
    let values = options.values || other.is_some();
    let own = other.is_none();
    let owners = metrics::Owners::new(&workbook, figures, scheme, &forms.forms, &sources, own);
    let mut agree = Checker::new(&workbook, scheme, by_fit);
    let mut cards: Vec<Scorecard> = forms
        .forms
        .iter()
        .map(|form| {
            let mut form = form.clone();
            name_by_sheet(&workbook, &sources, &mut form);
            note_month(figures, &sources, &mut form);
            form.problems.extend(agree.check(&form));
            let found = metrics::read(&workbook, figures, scheme, &sources, &owners, &form);
            scorecard(&workbook, scheme, &form, found)
        })
        .collect();
    same_names(&workbook, &mut cards);
    in_time()?;

    let names: Vec<String> = workbook.sheets.iter().map(|s| s.name.clone()).collect();
    let mut written = written(&cards, &names, values, &mut problems);
    let agreed = {
        let recalculation = Recalculation::new(&workbook, &written);
        let finish = || finish(bytes, &workbook, &written, &recalculation, options);
        let (opinion, finished) = if options.alone {
            std::thread::scope(|scope| {
                let opinion = scope.spawn(|| recalculation.opinion());
                let finished = finish();
                let opinion = opinion.join().unwrap_or_else(|fault| resume_unwind(fault));
                (opinion, finished)
            })
        } else {
            (recalculation.opinion(), finish())
        };
        (!refuse_differing(&names, &mut cards, &written, &opinion)).then_some(finished)
    };
    let finished = match agreed {
        Some(finished) => finished,
        None => {
            // A refused form is left as it was, so what depends on the others is computed anew.
            written = self::written(&cards, &names, values, &mut Vec::new());
            let recalculation = Recalculation::new(&workbook, &written);
            finish(bytes, &workbook, &written, &recalculation, options)
        }
    };
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

fn no_scheme() -> Problem {
    Problem::error("no-scheme", words!("没有任何方案", "there is no scheme"))
}

/// What only all forms together show: rows of people without a form.
fn across_forms(
    workbook: &Workbook,
    figures: &Workbook,
    forms: &Forms,
    sources: &Sources,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut known: HashSet<String> =
        forms.forms.iter().filter_map(|f| f.person.as_deref().map(person_key)).collect();
    known.extend(workbook.sheets.iter().map(|s| person_key(&s.name)));
    let lone = forms.forms.len() == 1 && forms.forms.iter().all(|f| f.person.is_none());
    for table in &sources.people {
        for row in &table.rows {
            if lone
                || row.name.is_empty()
                || known.contains(&person_key(&row.name))
                || sources.literal
            {
                continue;
            }
            let name = &row.name;
            problems.push(
                Problem::error(
                    "no-form",
                    words!(
                        "指标表中有「{name}」，但没有这个人的考核表",
                        "the metric sheet has a row for `{name}`, but there is no form"
                    ),
                )
                .at(figures.sheets.get(table.sheet).map_or("", |s| s.name.as_str()), row.at)
                .hint(words!("补上该员工的考核表，或核对姓名", "add the form, or check the name")),
            );
        }
    }
    if figures.full_calc_on_load {
        let any_formula = figures.sheets.iter().enumerate().any(|(index, sheet)| {
            sources.people.iter().any(|t| t.sheet == index)
                && sheet.cells.values().any(|c| c.is_formula)
        });
        if any_formula || sources.places().any(|place| computed(figures, place)) {
            problems.push(Problem::notice(
                "may-be-stale",
                words!("指标表含公式且文件要求打开时重算，保存的结果可能不是最新", "the metric sheet holds formulas and the file asks to be recalculated; stored results may be old"),
            ));
        }
    }
    problems
}

fn computed(workbook: &Workbook, place: Place) -> bool {
    let sheet = workbook.sheets.get(place.sheet);
    sheet.and_then(|sheet| sheet.cells.get(&place.at)).is_some_and(|cell| cell.is_formula)
}

/// A form that does not name its person is named by its sheet, where the metric sheet knows it.
fn name_by_sheet(workbook: &Workbook, sources: &Sources, form: &mut Form) {
    if form.person.is_none()
        && let Some(sheet) = workbook.sheets.get(form.sheet)
        && !sources.rows_of(&sheet.name).is_empty()
    {
        form.person = Some(sheet.name.clone());
    }
}

fn note_month(figures: &Workbook, sources: &Sources, form: &mut Form) {
    let Some((sheet, month)) = sources.month else { return };
    match form.month {
        None => form.month = Some(month),
        Some(own) if own != month => form.problems.push(
            Problem::notice(
                "month-differs",
                words!(
                    "考核表是 {own}，指标表是 {month}，请核对",
                    "the form is of {own}, the metric sheet of {month}; please check"
                ),
            )
            .on(figures.sheets.get(sheet).map_or("", |s| s.name.as_str())),
        ),
        Some(_) => {}
    }
}

/// Two forms of one name and department in a workbook are both refused.
fn same_names(workbook: &Workbook, cards: &mut [Scorecard]) {
    let key = |card: &Scorecard| {
        let person = card.person.as_deref().map(person_key)?;
        Some((person, card.department.as_deref().map(person_key)))
    };
    let keys: Vec<_> = cards.iter().map(key).collect();
    for (index, own) in keys.iter().enumerate() {
        let twin = keys
            .iter()
            .enumerate()
            .find(|(other, key)| *other != index && own.is_some() && *key == own)
            .map(|(other, _)| other);
        let Some(twin) = twin else { continue };
        let other = cards
            .get(twin)
            .and_then(|c| workbook.sheets.get(c.sheet))
            .map_or_else(String::new, |s| s.name.clone());
        if let Some(card) = cards.get_mut(index) {
            let name = card.person.clone().unwrap_or_default();
            card.problems.push(
                Problem::error(
                    "person-twice",
                    words!(
                        "「{name}」有两张考核表，另一张在 '{other}'",
                        "`{name}` has two forms; the other is on '{other}'"
                    ),
                )
                .on(&card.sheet_name)
                .hint(words!(
                    "核对姓名，或写上不同的部门",
                    "check the names, or give different departments"
                )),
            );
            card.targets.clear();
        }
    }
}

/// Longest formula that Excel takes.
const FORMULA_CHARS: usize = 8192;

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

/// Refuses every form with a cell on which the calculator has another opinion.
fn refuse_differing(
    names: &[String],
    cards: &mut [Scorecard],
    written: &[Written],
    opinion: &Values,
) -> bool {
    let ours: HashMap<Place, f64> = written.iter().map(|w| (w.place, w.value)).collect();
    let mut refused = false;
    for card in cards.iter_mut() {
        let mut found = Vec::new();
        for target in &card.targets {
            let (Some(own), Some(theirs)) = (ours.get(&target.place), opinion.get(&target.place))
            else {
                continue;
            };
            let agrees = matches!(theirs, Some(Value::Number(n)) if (n - own).abs() <= 1e-9 * own.abs().max(1.0));
            if agrees {
                continue;
            }
            let (own, theirs) = (show(*own, 12), format!("{theirs:?}"));
            found.push(
                Problem::error(
                    "opinions-differ",
                    words!(
                        "两种算法结果不同：{own} 与 {theirs}，未填写",
                        "two ways of computing differ: {own} and {theirs}; not filled"
                    ),
                )
                .at(names.get(target.place.sheet).map_or("", String::as_str), target.place.at)
                .hint(words!(
                    "请把这份文件报告给 kaohe 的开发者",
                    "please report this file to the makers of kaohe"
                )),
            );
        }
        if !found.is_empty() {
            refused = true;
            card.problems.extend(found);
            card.targets.clear();
        }
    }
    refused
}

/// What was written, and what became of the workbook's own formulas.
struct Finished {
    dependents: Values,
    bytes: Option<Vec<u8>>,
    notices: Vec<Problem>,
}

fn finish(
    bytes: &[u8],
    workbook: &Workbook,
    written: &[Written],
    recalculation: &Recalculation<'_>,
    options: &Options,
) -> Result<Finished, Problem> {
    let dependents = recalculation.dependents();
    let mut notices = Vec::new();
    note_dependents(workbook, &dependents, &mut notices);
    let bytes = if options.check_only || written.is_empty() {
        None
    } else {
        Some(write(bytes, workbook, written, &dependents, &mut notices, options.alone)?)
    };
    Ok(Finished { dependents, bytes, notices })
}

fn note_dependents(workbook: &Workbook, dependents: &Values, problems: &mut Vec<Problem>) {
    for (place, value) in dependents {
        let Some(sheet) = workbook.sheets.get(place.sheet) else { continue };
        let old = sheet.value(place.at);
        let notice = match value {
            None => Problem::notice(
                "not-computed",
                words!(
                    "此公式读取了得分，但这里算不出，已清除旧结果，打开时由 Excel 计算",
                    "this formula reads the scores but cannot be computed here; its old result is removed and Excel computes it on opening"
                ),
            ),
            Some(Value::Error(error)) if !matches!(old, Value::Error(_)) => Problem::notice(
                "became-error",
                words!("此公式填写后的结果是 {error}", "this formula now gives {error}"),
            ),
            Some(_) => continue,
        };
        problems.push(notice.at(&sheet.name, place.at));
    }
}

fn write(
    bytes: &[u8],
    workbook: &Workbook,
    written: &[Written],
    dependents: &Values,
    problems: &mut Vec<Problem>,
    alone: bool,
) -> Result<Vec<u8>, Problem> {
    if !workbook.format.is_package() {
        let mut values = recalc::all(workbook, written);
        values.extend(dependents.clone());
        return render::filled(workbook, written, &values, problems);
    }
    let name = |place: Place| workbook.sheets.get(place.sheet).map_or("", |s| s.name.as_str());
    let mut edits: Vec<Edit> = Vec::with_capacity(written.len() + dependents.len());
    let targets: BTreeSet<Place> = written.iter().map(|w| w.place).collect();
    for write in written {
        let content = match &write.formula {
            Some(formula) => Content::Formula(formula.clone(), Value::Number(write.value)),
            None => Content::Number(write.value),
        };
        edits.push(Edit::new(name(write.place), write.place.at, content));
    }
    for (place, value) in dependents.iter().filter(|(place, _)| !targets.contains(place)) {
        let old = workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        if same(old, value.as_ref()) {
            continue;
        }
        edits.push(Edit::new(name(*place), place.at, Content::Cached(value.clone())));
    }
    package::apply(bytes, workbook, &edits, alone)
}

/// Whether a stored value is already the computed one, to the 15 digits that a file holds.
fn same(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => round15(*a) == round15(*b),
        (old, new) => old == new,
    }
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
