//! Which total is which: by its words, its table, its place, and the points beside it.

mod notices;
mod rating;

use super::lexicon::{Lexicon, TotalWord, named_points};
use super::tables::{Section, TotalFound};
use super::{Form, Period, Place, check};
use crate::cell::CellRef;
use crate::hash::HashMap;
use crate::problem::codes::{TOTAL_NO_CELL, TOTAL_UNKNOWN};
use crate::scheme::Scheme;
use crate::text::has_any;
use crate::text::other_times::names_before;
use crate::workbook::{Cell, Value, Workbook};

/// A total with a cell to hold it.
#[derive(Debug, Clone, Copy)]
struct Placed<'t> {
    total: &'t TotalFound,
    cell: Place,
}

impl Placed<'_> {
    fn key(&self, workbook: &Workbook) -> String {
        key(workbook, self.total)
    }
}

impl TotalFound {
    /// Whether the row names these points.
    fn is_out_of(&self, points: f64) -> bool {
        self.hint.is_some_and(|hint| (hint - points).abs() < 1e-9)
    }
}

/// A total's label.
fn key(workbook: &Workbook, total: &TotalFound) -> String {
    let sheet = workbook.sheets.get(total.label.sheet);
    sheet.and_then(|s| s.text(total.label.at)).map(crate::text::label).unwrap_or_default()
}

/// Tells the totals apart.
pub(super) fn place(
    workbook: &Workbook,
    scheme: &Scheme,
    lexicon: &Lexicon,
    form: &mut Form,
    totals: &[TotalFound],
) {
    let totals: Vec<TotalFound> = totals
        .iter()
        .filter(|total| !of_another_time(workbook, form, totals, total))
        .filter(|total| !(heads_form(form, total) && heads_column(workbook, total.label)))
        .filter(|total| !of_history(workbook, form, totals, total))
        .filter(|total| !of_raters(workbook, lexicon, form, total))
        .cloned()
        .collect();
    let totals = totals.as_slice();
    // Bonus items come on top, sections have weights.
    let item_points = crate::score::total::points(scheme, &scheme.items);
    let parts = of_parts(workbook, scheme, form, totals);
    for total in &parts {
        form.problems.push(notices::of_part(workbook, total));
    }
    let placed: Vec<Placed<'_>> = totals
        .iter()
        .filter(|total| total.word != TotalWord::Score)
        .filter(|total| !parts.iter().any(|part| part.label == total.label))
        .filter_map(|total| Some(Placed { total, cell: total.place? }))
        .collect();
    let left = rating::own(workbook, scheme, lexicon, form, &placed);
    let left = known_words(workbook, lexicon, form, left);
    whole_form(workbook, scheme, form, &placed, &left, item_points);
    for total in totals.iter().filter(|total| total.word == TotalWord::Score) {
        score(workbook, lexicon, form, total, item_points);
    }
    if form.total.is_none() && form.ratings.is_empty() && scheme.ratings.is_empty() {
        form.total = form.sum.take();
    }
    if form.total.is_none() {
        let unplaced = totals.iter().find(|t| t.place.is_none() && t.word == TotalWord::Total);
        form.problems.extend(unplaced.map(|total| notices::no_cell(workbook, total)));
        let said = [TOTAL_NO_CELL, TOTAL_UNKNOWN];
        if !form.problems.iter().any(|problem| said.contains(&problem.code)) {
            form.problems.push(notices::none(workbook, scheme, form));
        }
    }
}

/// Whether a row is another time's total: 9月合计, 总得分（上月）; 累计总分 where there is another.
fn of_another_time(
    workbook: &Workbook,
    form: &Form,
    totals: &[TotalFound],
    total: &TotalFound,
) -> bool {
    const LONGER: [&str; 3] = ["累计", "年度", "最高"];
    let text = |total: &TotalFound| {
        workbook.sheets.get(total.label.sheet)?.text(total.label.at).map(crate::text::compact)
    };
    let Some(own) = text(total) else { return false };
    let named = || Period::named(&own).zip(form.period());
    let another = totals.iter().any(|other| {
        other.word == total.word
            && other.label != total.label
            && text(other).is_some_and(|text| !has_any(&text, &LONGER))
    });
    names_before(&own)
        || own.contains("历史")
        || another && has_any(&own, &LONGER)
        || named().is_some_and(|(month, of)| !month.fits(of))
}

/// The rows, without those that only look like totals where a row below is one by a known word: 考核得分 above
/// 总得分 is a part's. They are told.
fn known_words<'t>(
    workbook: &Workbook,
    lexicon: &Lexicon,
    form: &mut Form,
    rows: Vec<Placed<'t>>,
) -> Vec<Placed<'t>> {
    let known = |row: &Placed<'_>| {
        row.total.word == TotalWord::Total
            && lexicon.total(&row.key(workbook)) == Some(TotalWord::Total)
    };
    let weak = |row: &Placed<'_>| {
        row.total.word == TotalWord::Total && row.total.section != Section::Items && !known(row)
    };
    let last = rows.iter().rposition(known);
    let (out, kept): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .enumerate()
        .partition(|(at, row)| last.is_some_and(|l| *at < l) && weak(row));
    form.problems
        .extend(out.iter().map(|(_, row)| check::total_unknown(workbook, row.total.label)));
    kept.into_iter().map(|(_, row)| row).collect()
}

/// Takes the sum of the items and the total of the form from the rows that are no rating table's own.
fn whole_form(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &mut Form,
    placed: &[Placed<'_>],
    left: &[Placed<'_>],
    item_points: f64,
) {
    // 总分 that is the sum of a rating's marks is no form's total in the items' table; whether the rating
    // has what it is converted to besides.
    let sum_names: HashMap<String, bool> = placed
        .iter()
        .filter(|row| row.total.word == TotalWord::Total)
        .filter_map(|row| {
            let rating = form.ratings.iter().find(|rating| rating.sum == Some(row.cell))?;
            Some((row.key(workbook), rating.scaled.is_some()))
        })
        .collect();
    let own_points = points_of(workbook, form);
    let blank = |place: Place| {
        workbook.sheets.get(place.sheet).is_some_and(|sheet| sheet.value(place.at).is_blank())
    };
    let heads = |row: &&Placed<'_>| heads_form(form, row.total);
    let top = left.iter().find(heads).map(|row| row.cell);
    for (index, Placed { total, cell }) in left.iter().enumerate() {
        if top == Some(*cell) {
            continue;
        }
        let later = left.get(index + 1..).unwrap_or_default();
        let later_total = later.iter().any(|row| row.total.word == TotalWord::Total);
        let in_items = total.section == Section::Items;
        let of_items =
            total.is_out_of(item_points) || own_points.is_some_and(|p| total.is_out_of(p));
        let whole = total.is_out_of(scheme.total) && !(in_items && of_items);
        // 合计 | 100分 is not the form's total where that has a row of its own.
        let sums = in_items && total.word != TotalWord::Total && (!whole || later_total);
        let named = sum_names.get(&key(workbook, total)).filter(|_| form.sum.is_none());
        let as_marks = named.is_some_and(|converted| *converted || !later.is_empty());
        // 合计 below the ratings is then the form's.
        let ended = later
            .iter()
            .any(|row| row.total.word == TotalWord::Sum && row.total.section != Section::Items);
        let others = later_total || ended || form.ratings.is_empty() || as_marks;
        let named_sum = in_items && !whole && (of_items || others);
        let unclear = match total.word {
            TotalWord::Total => {
                in_items && !whole && (named.is_some() || below_another(form, total, later))
            }
            _ => later_total || top.is_some(),
        };
        if form.sum.is_none() && (sums || total.word == TotalWord::Total && named_sum) {
            form.sum = Some(*cell);
        } else if sums && total.word == TotalWord::Sum && !form.ratings.is_empty() {
            // 合计 of the items a second time is not the form's total.
            form.problems.push(notices::again(workbook, total));
        } else if unclear {
            form.problems.push(check::total_unknown(workbook, total.label));
        } else if form.total.is_none() && !(top.is_some() && in_items && form.sum.is_none()) {
            form.total = Some(*cell);
        } else if total.word == TotalWord::Total && form.total != Some(*cell) {
            form.problems.push(notices::again(workbook, total));
        }
    }
    match form.total {
        // A number in the head may be the full marks.
        Some(_) => form.total_above = top.filter(|place| blank(*place)),
        None => form.total = top,
    }
}

/// Whether a total stands in the form's head, above its items.
fn heads_form(form: &Form, total: &TotalFound) -> bool {
    let items = form.items.iter().filter(|item| item.name.sheet == total.label.sheet);
    let first = items.map(|item| item.name.at.row).min();
    total.word == TotalWord::Total
        && total.section == Section::None
        && total.label.sheet == form.sheet
        && first.is_some_and(|first| total.label.at.row < first)
}

/// Whether a total heads a column of earlier months' totals on a sheet without items and marks (历史数据), where
/// the form has another. One on a 汇总 that is not said to be earlier may be this month's, and old.
fn of_history(workbook: &Workbook, form: &Form, totals: &[TotalFound], total: &TotalFound) -> bool {
    let items = form.items.iter().map(|item| item.name.sheet);
    let marks = form.ratings.iter().flat_map(|rating| &rating.marks).map(|mark| mark.name.sheet);
    let own: Vec<usize> = items.chain(marks).collect();
    let of_form = |total: &TotalFound| own.contains(&total.label.sheet);
    let Some(sheet) = workbook.sheets.get(total.label.sheet) else { return false };
    let earlier = || {
        let below = sheet.row(total.label.at.row.saturating_add(1));
        let month = |value: &Value| match value {
            Value::Text(text) => Period::named(text),
            _ => None,
        };
        let mut found = below.filter_map(|(_, cell)| month(&cell.value));
        sheet.name.contains("历史")
            || names_before(&sheet.name)
            || found.any(|found| form.period().is_some_and(|own| !own.fits(found)))
    };
    total.word == TotalWord::Total
        && !of_form(total)
        && totals.iter().any(|other| other.word == TotalWord::Total && of_form(other))
        && heads_column(workbook, total.label)
        && earlier()
}

/// Whether a total is that of each rater or mark on a raters' sheet: in a row or a column of marks, apart from
/// the form's own items and marks.
fn of_raters(workbook: &Workbook, lexicon: &Lexicon, form: &Form, total: &TotalFound) -> bool {
    let at = total.label;
    let own = |place: Place| place.sheet == at.sheet;
    let mut marks = form.ratings.iter().flat_map(|rating| &rating.marks);
    if form.items.iter().any(|item| own(item.name)) || marks.any(|mark| own(mark.name)) {
        return false;
    }
    let Some(sheet) = workbook.sheets.get(at.sheet) else { return false };
    let is_mark =
        |cell: &Cell| cell.label().is_some_and(|key| lexicon.marks(key.as_ref()).is_some());
    let across = sheet.row(at.at.row).filter(|(_, cell)| is_mark(cell));
    let above = (0..at.at.row).filter_map(|row| sheet.cells.get(&CellRef::new(row, at.at.col)));
    across.count() > 1 || above.filter(|cell| is_mark(cell)).count() > 1
}

/// Whether a label heads a column of numbers: the totals of earlier months beside the form.
fn heads_column(workbook: &Workbook, label: Place) -> bool {
    let below = CellRef::new(label.at.row.saturating_add(1), label.at.col);
    let sheet = workbook.sheets.get(label.sheet);
    sheet.is_some_and(|sheet| matches!(sheet.value(below), Value::Number(_)))
}

/// Whether a row of the items, below their sum, has rating tables and a total below it: of what it is,
/// nothing tells.
fn below_another(form: &Form, total: &TotalFound, later: &[Placed<'_>]) -> bool {
    let below =
        |place: Place| place.sheet == total.label.sheet && place.at.row > total.label.at.row;
    let marks = form.ratings.iter().flat_map(|rating| &rating.marks);
    form.sum.is_some()
        && marks.into_iter().any(|mark| below(mark.name))
        && later.iter().any(|row| row.total.word == TotalWord::Total && below(row.total.label))
}

/// The points of all items as the form states them, where it states them all.
fn points_of(workbook: &Workbook, form: &Form) -> Option<f64> {
    let points = form.items.iter().map(|item| {
        let place = item.points?;
        match workbook.sheets.get(place.sheet)?.value(place.at) {
            Value::Number(number) => Some(*number),
            value => named_points(value.text()?),
        }
    });
    points.sum()
}

/// Tells a row called 得分 or by a rating's name, by the points beside it and the sum above it; what
/// nothing tells stays as it is.
fn score(
    workbook: &Workbook,
    lexicon: &Lexicon,
    form: &mut Form,
    total: &TotalFound,
    item_points: f64,
) {
    let is = |value: f64| total.hint.is_some_and(|hint| (hint - value).abs() < 1e-9);
    let rating = total.named.or(match total.section {
        Section::Rating(rating) => Some(rating),
        _ => None,
    });
    let unknown = check::total_unknown(workbook, total.label);
    let Some(cell) = total.place else {
        form.problems.push(unknown);
        return;
    };
    let Some(rating) = rating else {
        match form.sum.is_none() && total.section == Section::Items && is(item_points) {
            true => form.sum = Some(cell),
            false => form.problems.push(unknown),
        }
        return;
    };
    let text = |place: Place| workbook.sheets.get(place.sheet).and_then(|s| s.text(place.at));
    let alone = text(total.label).map(crate::text::label).is_some_and(|key| key == "得分");
    let (full, weight) = (lexicon.full_marks.get(rating), lexicon.weights.get(rating));
    let Some(place) = form.ratings.iter_mut().find(|place| place.rating == rating) else {
        form.problems.push(unknown);
        return;
    };
    // A label between the marks, or of a table whose marks are below, is their title.
    let ended = place
        .marks
        .iter()
        .all(|mark| mark.name.sheet == total.label.sheet && mark.name.at.row < total.label.at.row);
    let unsaid = total.hint.is_none() && (alone || total.named.is_some());
    let scaled = weight.is_some_and(|w| is(*w)) || unsaid && place.sum.is_some();
    if ended && scaled && place.scaled.is_none() {
        place.scaled = Some(cell);
    } else if ended && full.is_some_and(|f| is(*f)) && place.sum.is_none() {
        place.sum = Some(cell);
    } else {
        form.problems.push(unknown);
    }
}

/// The sums of the items' parts, none of which is the sum of all items: what stands above some of the
/// items, the last part's own sum, and 小计 where there are several or parts have weights.
fn of_parts<'t>(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    totals: &'t [TotalFound],
) -> Vec<&'t TotalFound> {
    let key = |total: &TotalFound| key(workbook, total);
    let in_items = || totals.iter().filter(|total| total.section == Section::Items);
    let inner = |total: &&TotalFound| {
        let below =
            |place: Place| place.sheet == total.label.sheet && place.at.row > total.label.at.row;
        form.items.iter().any(|item| below(item.name))
    };
    let several = in_items().any(|total| inner(&total));
    let subtotals = in_items().filter(|total| key(total) == "小计").count();
    let weighted = scheme.groups.iter().any(|group| group.weight.is_some());
    let full = crate::score::total::points(scheme, &scheme.items);
    let part = |total: &&TotalFound| {
        let text = key(total);
        let own = total.hint.map_or(text.contains("小计"), |hint| hint < full - 1e-9);
        inner(total)
            || text == "小计" && (subtotals > 1 || weighted)
            || several && own && total.word == TotalWord::Sum
    };
    in_items().filter(part).collect()
}
