//! The month's blank forms: a company's own workbook with a person's name, department and month in
//! it and last month's figures out of it, every detail kept; and the raters' blank forms.

mod dates;
mod identity;
mod left;
mod literal;
mod months;
mod names;
mod ours;
mod past;
mod period;
mod rating;
mod titles;

use crate::convert_workbook;
use crate::form::{self, Form, MarkPlace, Month, Place};
use crate::metrics::{self, Sources};
use crate::package::{self, Content, Edit, SharedStrings};
use crate::problem::Problem;
use crate::problem::codes::NO_SCHEME;
use crate::recalc::{Recalculation, Written};
use crate::roster::Person;
use crate::scheme::{Rating, Scheme};
use crate::words;
use crate::workbook::{self, Workbook};
use std::collections::{BTreeMap, BTreeSet};

pub use names::{file_names, is_name_for_windows, safe};
pub use rating::{CODE, code, rating_form};

/// A form, looked through once for many people.
#[derive(Debug)]
pub struct Template {
    bytes: Vec<u8>,
    workbook: Workbook,
    form: Form,
    sources: Sources,
    scheme: Scheme,
    /// Its shared strings, of which last month's name must not stay in everybody's form.
    strings: Option<SharedStrings>,
    /// What keeps its look from being right, as a sheet named after last month's person.
    pub notices: Vec<Problem>,
    /// Whether it has a place for the staff number.
    numbered: bool,
    /// Score cells whose formulas go with the figures that they read.
    spent: BTreeSet<Place>,
    /// What else of last month stands on the form.
    past: past::Past,
}

impl Template {
    /// Looks through a blank, filled or scored form. One of another format than .xlsx and .xlsm is
    /// converted first; what could not be carried over is among the notices.
    ///
    /// # Errors
    /// Not a workbook, no form or more than one, or none that names a person.
    pub fn new(mut bytes: Vec<u8>, schemes: &[Scheme]) -> Result<Self, Vec<Problem>> {
        let relevant = form::relevant(schemes);
        let open = |bytes: &[u8]| workbook::open(bytes, &relevant).map_err(|p| vec![p]);
        let mut workbook = open(&bytes)?;
        let mut notices = Vec::new();
        if !workbook.format.is_package() {
            (bytes, notices) =
                convert_workbook(&bytes, &workbook.limits).map_err(|problem| vec![problem])?;
            workbook = open(&bytes)?;
        }
        let scheme = schemes
            .iter()
            .max_by_key(|scheme| form::fit(&workbook, scheme))
            .ok_or_else(|| vec![Problem::error(NO_SCHEME, words!("没有方案", "no scheme"))])?;
        let forms = form::find(&workbook, scheme).map_err(|misfit| {
            let asked = schemes.len() == 1 && !std::ptr::eq(schemes, Scheme::built_in());
            vec![misfit.told(asked)]
        })?;
        let [form] = forms.forms.as_slice() else {
            let count = forms.forms.len();
            return Err(vec![
                Problem::error(
                    "template-forms",
                    words!(
                        "模板里有 {count} 张考核表，应当只有一张",
                        "the template holds {count} forms; it should hold one"
                    ),
                )
                .hint(words!(
                    "另存一份，只留一个人的考核表作模板",
                    "save a copy with one person's form as the template"
                )),
            ]);
        };
        let blocking: Vec<Problem> = form.problems.iter().filter(|p| p.blocks()).cloned().collect();
        if !blocking.is_empty() {
            return Err(blocking);
        }
        let sources = metrics::find(
            &workbook,
            scheme,
            &forms.forms,
            forms.forms.first().and_then(Form::period),
        );
        // Sheets without a word of the form may still name last month's person.
        let name = form.person.as_deref().map(str::trim).filter(|name| name.chars().count() > 1);
        if let Some(name) = name {
            let named = |text: &str| relevant(text) || text.contains(name);
            workbook = workbook::open(&bytes, &named).map_err(|p| vec![p])?;
        }
        // A form that says nothing of anybody has nothing to forget.
        let told = form.person.is_some() || form.department.is_some() || form.period().is_some();
        let strings = match told {
            true => SharedStrings::of(&bytes, &workbook).map_err(|p| vec![p])?,
            false => None,
        };
        let mut template = Self {
            strings,
            form: form.clone(),
            sources,
            scheme: scheme.clone(),
            notices,
            bytes,
            workbook,
            numbered: false,
            spent: BTreeSet::new(),
            past: past::Past::default(),
        };
        template.look()?;
        Ok(template)
    }

    /// The scheme that fits the form.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The ratings that others than the superior give, by the scheme; what a mark asks for in the
    /// form's own words, where the scheme has none.
    pub fn ratings(&self) -> Vec<Rating> {
        let mut out = Vec::new();
        for (index, rating) in self.scheme.ratings.iter().enumerate() {
            // The superior marks in the form itself.
            if rating.prefix.as_deref() == Some("上级") {
                continue;
            }
            let mut rating = rating.clone();
            let places = self.form.ratings.iter().filter(|place| place.rating == index);
            for place in places.flat_map(|place| &place.marks) {
                let Some(mark) = rating.marks.get_mut(place.mark) else { continue };
                if mark.criteria.is_empty() {
                    mark.criteria = self.asked(place).unwrap_or_default();
                }
            }
            out.push(rating);
        }
        out
    }

    /// What stands between a mark's name and its cell.
    fn asked(&self, place: &MarkPlace) -> Option<String> {
        let (name, score) = (place.name, place.score);
        let sheet = self.workbook.sheets.get(score.sheet).filter(|_| name.sheet == score.sheet)?;
        let between = sheet
            .row(score.at.row)
            .filter(|(at, cell)| at.col > name.at.col && at.col < score.at.col && !cell.is_formula);
        let texts = between.filter_map(|(_, cell)| cell.value.text().map(str::trim));
        texts.max_by_key(|text| text.chars().count()).map(str::to_owned)
    }

    /// Whether it has a place for the staff number, which tells two of one name and department apart.
    pub fn is_numbered(&self) -> bool {
        self.numbered
    }

    /// The extension of its copies.
    pub fn extension(&self) -> &'static str {
        self.workbook.format.extension()
    }

    fn look(&mut self) -> Result<(), Vec<Problem>> {
        let some = || "某".to_owned();
        let someone = Person { name: some(), number: some(), ..Person::default() };
        let found = identity::edits(self, &someone, Month { year: 2000, month: 1 });
        self.numbered = found.number;
        if !found.name {
            return Err(vec![
                Problem::error(
                    "template-name",
                    words!(
                        "模板里找不到写姓名的地方（如「被考核人：」）",
                        "the template has no place for the name (as 被考核人：)"
                    ),
                )
                .hint(words!(
                    "在考核表上方加一格「被考核人：」",
                    "add a cell 被考核人： above the form"
                )),
            ]);
        }
        for (found, label) in [(found.department, "部门"), (found.month, "考核月份")] {
            if !found {
                self.notices.push(
                    Problem::notice(
                        "template-label",
                        words!(
                            "模板里没有「{label}：」，这一项没有写入",
                            "the template has no {label}：; it was left out"
                        ),
                    )
                    .hint(words!(
                        "需要的话在模板上方加一格",
                        "add a cell above the form if it is wanted"
                    )),
                );
            }
        }
        let sheet = self.workbook.sheets.get(self.form.sheet).map(|s| s.name.clone());
        if let (Some(sheet), Some(person)) = (sheet, &self.form.person)
            && crate::text::person_key(&sheet) == crate::text::person_key(person)
        {
            self.notices.push(
                Problem::notice(
                    "template-sheet",
                    words!(
                        "工作表名「{sheet}」是上次的姓名，没有改",
                        "the sheet is still named `{sheet}` after the last person"
                    ),
                )
                .on(&sheet)
                .hint(words!("先在模板里改成通用的名字", "give it a general name in the template")),
            );
        }
        let mut changed = self.figures();
        changed.extend(self.inline().into_iter().map(|(place, _)| place));
        changed.extend(found.contents.into_keys());
        self.spent = ours::scores(self);
        // A formula that holds last month's figures goes with them; `fill` writes it anew.
        self.spent.extend(literal::scores(self));
        self.past = past::Past::of(self, &changed);
        changed.extend(self.past.emptied.iter().chain(&self.past.inline));
        let left = left::notices(self, &changed);
        self.notices.extend(left);
        Ok(())
    }

    /// What a month's forms do not say as the template did: days of its period that are not known.
    pub fn notices_of(&self, month: Month) -> Option<Problem> {
        left::lost_days(self, month)
    }

    /// A person's blank workbook.
    ///
    /// # Errors
    /// What the package writer refuses.
    pub fn made_for(&self, person: &Person, month: Month) -> Result<Vec<u8>, Problem> {
        let mut contents: BTreeMap<Place, Content> = BTreeMap::new();
        let arrays = self.workbook.arrays();
        for place in self.figures() {
            let Some(sheet) = self.workbook.sheets.get(place.sheet) else { continue };
            let Some(cell) = sheet.cells.get(&place.at) else { continue };
            if arrays.over(place.sheet, place.at).is_some() {
                continue;
            }
            let kept = cell.is_formula && !self.spent.contains(&place);
            let content = if kept { Content::Cached(None) } else { Content::Blank };
            contents.insert(place, content);
        }
        contents.extend(self.past.emptied.iter().map(|place| (*place, Content::Blank)));
        contents.extend(self.inline());
        contents.extend(identity::edits(self, person, month).contents);
        for place in &self.past.inline {
            let sheet = self.workbook.sheets.get(place.sheet);
            let text = match contents.get(place) {
                Some(Content::Text(text)) => Some(text.as_str()),
                Some(_) => None,
                None => sheet.and_then(|sheet| sheet.text(place.at)),
            };
            if let Some(text) = text.and_then(past::without_values) {
                contents.insert(*place, Content::Text(text));
            }
        }
        // What reads an emptied cell would still show last month's result.
        let touched: Vec<Written> = contents
            .keys()
            .map(|place| Written { place: *place, formula: None, value: 0.0 })
            .collect();
        for place in Recalculation::new(&self.workbook, &touched).places() {
            contents.entry(place).or_insert(Content::Cached(None));
        }
        let edits: Vec<Edit> = contents
            .into_iter()
            .filter_map(|(place, content)| {
                let sheet = self.workbook.sheets.get(place.sheet)?;
                Some(Edit::new(sheet.name.as_str(), place.at, content))
            })
            .collect();
        match &self.strings {
            Some(strings) => {
                package::apply_and_forget(&self.bytes, &self.workbook, &edits, strings)
            }
            None => package::apply(&self.bytes, &self.workbook, &edits),
        }
    }

    /// The first row of a sheet in which an item, a mark or a figure stands.
    fn first_row(&self, sheet: usize) -> Option<u32> {
        let items = self.form.items.iter().map(|item| item.name);
        let marks = self.form.ratings.iter().flat_map(|rating| &rating.marks).map(|mark| mark.name);
        let listed = self.sources.lists.values().flatten().map(|listed| listed.place);
        let places = items.chain(marks).chain(listed).filter(|place| place.sheet == sheet);
        places.map(|place| place.at.row).min()
    }

    /// The sheets with the form's tables; not those that only repeat its total.
    fn own_sheets(&self) -> BTreeSet<usize> {
        let items = self.form.items.iter().map(|item| item.name.sheet);
        let marks = self.form.ratings.iter().flat_map(|rating| &rating.marks);
        items.chain(marks.map(|mark| mark.name.sheet)).chain([self.form.sheet]).collect()
    }

    /// The sheets with figures, marks and people.
    fn figure_sheets(&self) -> BTreeSet<usize> {
        let sources = &self.sources;
        (sources.lists.values().flatten().map(|l| l.place.sheet))
            .chain(sources.teams.iter().map(|t| t.sheet))
            .chain(sources.raters.iter().map(|r| r.sheet))
            .chain(sources.people.iter().map(|p| p.sheet))
            .collect()
    }

    /// Cells with last month's figures, marks and scores.
    fn figures(&self) -> BTreeSet<Place> {
        let mut out: BTreeSet<Place> = self.form.items.iter().map(|item| item.score).collect();
        for rating in &self.form.ratings {
            out.extend(rating.marks.iter().map(|mark| mark.score));
            out.extend(rating.sum.iter().chain(&rating.scaled));
        }
        out.extend(self.form.sum.iter().chain(&self.form.total).chain(&self.form.total_above));
        let sources = &self.sources;
        let cell = |sheet, row, col| Place { sheet, at: crate::cell::CellRef::new(row, col) };
        for listed in sources.lists.values().flatten().filter(|l| l.inline.is_none()) {
            out.insert(listed.place);
        }
        for team in &sources.teams {
            for row in &team.rows {
                out.extend(team.columns.values().map(|col| cell(team.sheet, *row, *col)));
            }
        }
        for raters in &sources.raters {
            for row in raters.rows.values() {
                let cells = raters.columns.iter().map(|col| raters.cell(*row, *col));
                out.extend(cells.map(|at| Place { sheet: raters.sheet, at }));
            }
        }
        for people in &sources.people {
            for person in &people.rows {
                let columns = people.metrics.values().chain(people.marks.values());
                let cells = columns.map(|col| people.cell(person, *col));
                out.extend(cells.map(|at| Place { sheet: people.sheet, at }));
            }
        }
        let sheets = &self.workbook.sheets;
        out.into_iter()
            .map(|p| match sheets.get(p.sheet) {
                Some(sheet) => Place { sheet: p.sheet, at: sheet.anchor(p.at) },
                None => p,
            })
            .collect()
    }

    /// Figures that stand behind their label's colon: the label stays.
    fn inline(&self) -> Vec<(Place, Content)> {
        let listed = self.sources.lists.values().flatten().filter(|l| l.inline.is_some());
        listed
            .filter_map(|listed| {
                let sheet = self.workbook.sheets.get(listed.place.sheet)?;
                let text = sheet.text(listed.place.at)?;
                let colon = text.find([':', '：'])?;
                let end = colon + text.get(colon..)?.chars().next()?.len_utf8();
                Some((listed.place, Content::Text(text.get(..end)?.to_owned())))
            })
            .collect()
    }
}
