//! Forms of any scheme, as `kaohe new` makes them, with figures put in.

use kaohe::blank::Template;
use kaohe::cell::CellRef;
use kaohe::day::Day;
use kaohe::form::Month;
use kaohe::package::{Content, Edit, edit};
use kaohe::roster::Person;
use kaohe::scheme::{EXAMPLES, Scheme};
use kaohe::text::label;
use kaohe::workbook::{self, Workbook};

/// The text of a scheme of another department.
pub fn example_text(name: &str) -> &'static str {
    EXAMPLES.iter().find(|(file, _)| file.starts_with(name)).expect("a scheme").1
}

/// A scheme of another department.
pub fn example(name: &str) -> Scheme {
    Scheme::parse(example_text(name)).expect("sound")
}

/// A person's blank workbook of a scheme, as `kaohe new --scheme` writes it.
pub fn blank(scheme: &Scheme, person: &str, department: &str) -> Vec<u8> {
    let form = kaohe::render::blank_form(scheme).expect("a form");
    let template = Template::new(form, std::slice::from_ref(scheme)).expect("a template");
    let person =
        Person { name: person.to_owned(), department: department.to_owned(), ..Person::default() };
    template.made_for(&person, Month { year: 2026, month: 10 }).expect("a workbook")
}

/// The cell right of a label, on a sheet.
pub fn beside(book: &Workbook, sheet: &str, name: &str) -> CellRef {
    let page = &book.sheets[book.sheet_index(sheet).expect("a sheet")];
    let found = page
        .cells
        .iter()
        .find(|(_, c)| c.value.text().is_some_and(|text| label(text) == label(name)));
    let at = *found.unwrap_or_else(|| panic!("{name} on {sheet}")).0;
    CellRef::new(at.row, at.col + 1)
}

/// A figure as a person types it: a number, a date, a percentage, or text.
pub fn typed(text: &str) -> Content {
    if let Ok(number) = text.parse() {
        return Content::Number(number);
    }
    if let Some(day) = Day::parse(text) {
        return Content::Number(day.serial());
    }
    if let Some(Ok(percent)) = text.strip_suffix('%').map(str::parse::<f64>) {
        return Content::Number(percent / 100.0);
    }
    Content::Text(text.to_owned())
}

/// Puts figures `name=value` on the metric sheet.
pub fn with(bytes: &[u8], figures: &str) -> Vec<u8> {
    let book = workbook::open(bytes, &|_| true).expect("a workbook");
    let edits: Vec<Edit> = figures
        .split_whitespace()
        .map(|pair| pair.split_once('=').expect("name=value"))
        .map(|(name, value)| Edit::new("指标数据", beside(&book, "指标数据", name), typed(value)))
        .collect();
    edit(bytes, &edits).expect("edited")
}

/// Puts contents into cells.
pub fn put(bytes: &[u8], sheet: &str, cells: &[(&str, Content)]) -> Vec<u8> {
    let edits: Vec<Edit> = cells
        .iter()
        .map(|(cell, content)| {
            Edit::new(sheet, CellRef::parse(cell).expect("a cell"), content.clone())
        })
        .collect();
    edit(bytes, &edits).expect("edited")
}

/// Drafts, checks and fills a form: the draft, the items' scores, and the total.
pub fn drafted(bytes: &[u8]) -> (String, Vec<f64>, f64) {
    let text = kaohe::draft::draft(bytes).expect("a draft");
    let found: Vec<_> =
        kaohe::scheme::examine(&text).into_iter().filter(|f| f.problem.blocks()).collect();
    assert!(found.is_empty(), "{text}\n{found:#?}");
    let scheme = Scheme::parse(&text).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let options = kaohe::Options { scheme: Some(scheme), ..Default::default() };
    let filled = kaohe::fill_workbook(bytes, &options).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let card = &filled.cards[0];
    assert!(card.fillable(), "{text}\n{:#?}", card.problems);
    (text, card.items.iter().map(|item| item.score).collect(), card.total)
}
