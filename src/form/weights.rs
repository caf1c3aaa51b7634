//! The points of a rating table as the form states them: in its title (权重10%), in the row of its points
//! (合计÷满分×10). As with items, the form wins over the scheme; a form that states two is not filled.

use super::lexicon::{full_points, named_points, noted_points};
use super::scale::{ROWS, end_above, same};
use super::{Form, Place, RatingPlace};
use crate::cell::CellRef;
use crate::problem::Problem;
use crate::scheme::{Rating, Scheme};
use crate::text::{FullMarks, compact, full_marks, show, with_percent_signs};
use crate::words;
use crate::workbook::{Sheet, Workbook};

/// Takes the points that the form states for its rating tables, and notes what cannot be.
pub(super) fn ratings(workbook: &Workbook, scheme: &Scheme, form: &mut Form) {
    let mut found = Vec::new();
    for index in 0..form.ratings.len() {
        let Some(table) = form.ratings.get(index) else { continue };
        let Some(rating) = scheme.ratings.get(table.rating) else { continue };
        found.extend(other_full(workbook, table, rating));
        let (titles, row, below) = texts(workbook, form, table);
        // 二、评价部分（权重20%） may be of several tables; 折算为5分 of each mark of 5.
        let own = |text: &str| names(text, rating);
        let of_titles = titles.iter().filter(|(_, text)| own(text)).filter_map(|(at, text)| {
            let folded = text.contains("折") && share(text)? == rating.max;
            Some((*at, share(text)?)).filter(|_| !folded)
        });
        let of_row = row.iter().filter_map(|(at, text)| Some((*at, points(text)?)));
        // A row that is not known for one of points may say them all the same: 上级评分（20%）.
        let below = below.iter().filter(|(_, text)| is_row_of(text, rating));
        let of_below = below.filter_map(|(at, text)| Some((*at, share(text)?)));
        let stated: Vec<(Place, f64)> = of_titles.chain(of_row).chain(of_below).collect();
        let weight = stated.first().map_or(rating.weight, |(_, points)| *points);
        let full = rating.max * rating.marks.len() as f64;
        let of_titles = titles.iter().filter(|(_, text)| own(text) && share(text).is_none());
        let bare = of_titles.filter_map(|(at, text)| Some((*at, bare(text)?)));
        let in_row = row.iter().filter_map(|(at, text)| Some((*at, unread(text, full)?)));
        let known = |n: f64| [full, rating.max, weight].iter().any(|known| same(*known, n));
        found.extend(bare.chain(in_row).find(|(_, n)| !known(*n)).map(|(place, number)| {
            let sheet = workbook.sheet_name(place.sheet);
            unclear(number, full, weight).at(sheet, place.at)
        }));
        let Some((place, points)) = stated.first().copied() else { continue };
        let sheet = workbook.sheet_name(place.sheet);
        let (name, own, shown) = (&rating.name, show(points, 4), show(rating.weight, 4));
        if let Some((other, second)) = stated.iter().find(|(_, other)| !same(*other, points)) {
            let second = show(*second, 4);
            let problem = Problem::error(
                "points-unclear",
                words!(
                    "「{name}」的权重写了两个：{own} 与 {second}，方案是 {shown} 分",
                    "`{name}` is given two weights, {own} and {second}; the scheme has {shown}"
                ),
            )
            .hint(words!("改成同一个数", "write one of them in both places"));
            found.push(problem.at(sheet, other.at));
        } else if !same(points, rating.weight) {
            let problem = points_differ(name, points, rating.weight);
            found.push(problem.at(sheet, place.at));
            if let Some(table) = form.ratings.get_mut(index) {
                table.weight = Some(points);
            }
        }
    }
    form.problems.extend(found);
}

/// The form gives an item or a rating other points than the scheme, and wins.
pub fn points_differ(name: &str, own: f64, scheme: f64) -> Problem {
    let (own, scheme) = (show(own, 4), show(scheme, 4));
    Problem::notice(
        "points-differ",
        words!(
            "「{name}」表上是 {own} 分，方案是 {scheme} 分，以表为准",
            "`{name}` has {own} points in the form and {scheme} in the scheme; the form wins"
        ),
    )
}

/// Texts, each with its place.
type Texts<'w> = Vec<(Place, &'w str)>;

/// Rows below the last mark that may say its points: the sum's, that of the points, a blank one.
const BELOW: u32 = 3;

/// The texts over a table's first mark, those of the row of its points, and those below its last mark,
/// each with its place.
fn texts<'w>(
    workbook: &'w Workbook,
    form: &Form,
    table: &RatingPlace,
) -> (Texts<'w>, Texts<'w>, Texts<'w>) {
    let of_mark = table.marks.iter().min_by_key(|mark| mark.score);
    let sheet = of_mark.and_then(|mark| workbook.sheets.get(mark.score.sheet));
    let (Some(first), Some(sheet)) = (of_mark, sheet) else { return Default::default() };
    let index = first.score.sheet;
    let columns = first.name.at.col.saturating_sub(1)..=first.score.at.col;
    let of_table = |at: CellRef| {
        let end = sheet.merge_of(at).map_or(at.col, |merge| merge.end.col);
        at.col <= *columns.end() && end >= *columns.start()
    };
    let texts = |row: u32| {
        let cells = sheet.row(row).filter(|(at, _)| of_table(*at));
        cells.filter_map(|(at, cell)| Some((Place { sheet: index, at }, cell.value.text()?)))
    };
    let top = end_above(sheet, form, first.score, &columns);
    let titles = (top..first.score.at.row).rev().take(ROWS).flat_map(texts).collect();
    let scaled = table.scaled.filter(|scaled| scaled.sheet == index);
    let row = scaled
        .into_iter()
        .flat_map(|scaled| texts(scaled.at.row).filter(move |(place, _)| place.at != scaled.at));
    let marks = table.marks.iter().map(|mark| mark.score).filter(|score| score.sheet == index);
    let last = marks.map(|score| score.at.row).max().unwrap_or(first.score.at.row);
    let below = (last + 1..=last + BELOW).flat_map(texts);
    (titles, row.collect(), below.collect())
}

/// A share of the whole as points of 100: 0.1 and 10 are the same.
fn of_hundred(number: f64) -> Option<f64> {
    let points = if number <= 1.0 { number * 100.0 } else { number };
    (points > 0.0 && points < 100.0).then_some(points)
}

/// The share that a title gives its table: 10 of 权重10%, 占比：10%, 上级评分（10%）.
fn share(text: &str) -> Option<f64> {
    let text = &*with_percent_signs(text);
    let key = compact(text);
    // 每项权重5分 is of a mark.
    if ["每项", "各项", "单项", "每个"].iter().any(|word| key.contains(word)) && !key.contains('%')
    {
        return None;
    }
    let behind = ["权重", "占比", "比重", "占总分", "占总成绩", "占", "折算", "折合", "换算"]
        .iter()
        .find_map(|word| key.split_once(word));
    let number = match behind {
        // 评分人占比50% is of the raters.
        Some((before, _)) if !ends_title(before) => None,
        Some((_, rest)) => {
            let words = ["占比", "系数", "比例", "成"];
            let rest = words.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
            let rest = rest.trim_start_matches(|c: char| ":为是约=的".contains(c));
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (number, unit) = rest.split_at(end);
            let number: f64 = number.parse().ok()?;
            let ends = unit.is_empty() || unit.starts_with(['%', '分', ')', ']', '】', ',', '、']);
            ends.then_some(number)
        }
        None if key.contains("%)") => noted_points(text),
        None => key.strip_suffix('%').filter(|key| is_bare_title(key)).and_then(named_points),
    };
    number.and_then(of_hundred)
}

/// Whether what stands before a word of weights is a title or parted from it.
fn ends_title(before: &str) -> bool {
    const ENDS: [&str; 17] = [
        "评分", "评价", "打分", "表", "表格", "考核", "(", "[", "【", ",", "、", ";", ":", "-",
        "—", "总", "本表",
    ];
    before.is_empty() || ENDS.iter().any(|end| before.ends_with(end))
}

/// Whether a text may be the title of marks.
fn is_title(key: &str) -> bool {
    ["评分", "评价", "打分"].iter().any(|word| key.contains(word))
}

/// Whether a text is a title and a number behind it, and nothing else: 上级评分表格15, not 评分参与率90.
fn is_bare_title(key: &str) -> bool {
    let title = key.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    ["评分", "评价", "打分", "评分表", "评价表", "打分表", "评分表格"]
        .iter()
        .any(|end| title.ends_with(end))
}

/// The points or the share of which a title only says that it is one: 15 of 上级评分表（15分）, （共15分） and
/// 【15%】.
fn bare(text: &str) -> Option<f64> {
    // Of the raters, of those who answered, of another month.
    const OTHER: [&str; 11] =
        ["率", "票", "人", "经理", "总监", "领导", "月", "每", "各", "单项", "下级占"];
    let key = compact(&with_percent_signs(text));
    if !is_title(&key) || OTHER.iter().any(|word| key.contains(word)) {
        return None;
    }
    let number = |unit: char| {
        let mut found = key.match_indices(unit).filter_map(|(at, _)| {
            let before = key.get(..at)?;
            let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            before.strip_prefix(digits)?.parse::<f64>().ok()
        });
        found.next().filter(|_| found.next().is_none())
    };
    let noted = (key.ends_with("分)") && !key.contains("满分")).then(|| number('分')).flatten();
    noted.or_else(|| number('%'))
}

/// Whether a title is of this rating, or a header of its marks.
fn names(text: &str, rating: &Rating) -> bool {
    let key = compact(text);
    names_it(text, rating)
        || key.contains("得分")
        || rating.words.iter().any(|word| key.contains(&compact(word)))
}

/// Whether a row below a table is labelled as this rating's own: 上级评分（20%）, not 上下级评分合计（20%） nor
/// 直接上级（60%）.
fn is_row_of(text: &str, rating: &Rating) -> bool {
    const ENDS: [&str; 9] =
        ["", "评分", "评分表", "评分得分", "评分折算", "得分", "打分", "评价", "评分表格"];
    let key = compact(text);
    let head = key.split(['(', '[', '【', ':', '权']).next().unwrap_or_default();
    // 上级评分15分, of which 评分 keeps its own.
    let bare =
        |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit() || "%.".contains(c)).len();
    let points = head.strip_suffix('分').filter(|rest| bare(rest) < rest.len());
    let head = points.unwrap_or(head);
    let head = head.get(..bare(head)).unwrap_or_default();
    let first: String = rating.name.chars().take(2).collect();
    head.strip_prefix(&first).is_some_and(|rest| ENDS.contains(&rest))
}

/// Whether a text names this rating: 上级.
fn names_it(text: &str, rating: &Rating) -> bool {
    let first: String = rating.name.chars().take(2).collect();
    compact(text).contains(&first)
}

/// The number in the row of a table's points that says what these are, and is not read: 15 of 权重15%,
/// 合计÷满分×15% and 合计×15/35, 3 of 合计÷7×3.
fn unread(text: &str, full: f64) -> Option<f64> {
    let text = &*with_percent_signs(text);
    let key = compact(text);
    let numbers: Vec<f64> = key
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter_map(|number| number.parse().ok())
        .collect();
    let plain = |n: &&f64| !same(**n, full) && !same(**n, 100.0) && !same(**n, 1.0);
    let read = points(text).is_some();
    // A divisor that is not the full marks makes another scale.
    let divided = key.split_once(['÷', '/']).and_then(|(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest.get(..end)?.parse::<f64>().ok()
    });
    if let Some(by) = divided.filter(|by| read && !same(*by, full) && !same(*by, 100.0)) {
        return Some(by);
    }
    let says = key.contains(['%', '分', '×', '*', '÷', '/']);
    numbers.iter().find(plain).copied().filter(|_| says && !read)
}

/// Points that are neither the full marks nor the weight: nobody can tell which they change.
fn unclear(found: f64, full: f64, weight: f64) -> Problem {
    let (found, full, weight) = (show(found, 4), show(full, 4), show(weight, 4));
    Problem::error(
        "points-unclear",
        words!(
            "这里写的 {found} 既不是满分（{full} 分），也不是权重（{weight} 分），看不出改的是哪一个",
            "the {found} written here is neither the full marks ({full}) nor the weight ({weight})"
        ),
    )
    .hint(words!(
        "写明是哪一个，如「权重{found}%」或「满分{full}分」；标题和折算得分一行写法一致",
        "say which, as 权重{found}% or 满分{full}分, alike in the title and in the row of 折算得分"
    ))
}

/// The points that the row of a table's points names: 10 of 合计÷满分×10, 折算得分（10分）, 10分.
fn points(text: &str) -> Option<f64> {
    let text = &*with_percent_signs(text);
    let key = compact(text);
    let plain = || key.strip_suffix('分')?.parse::<f64>().ok();
    let factor = || full_points(text).filter(|(_, factor)| *factor).map(|(points, _)| points);
    factor().or_else(plain).or_else(|| noted_points(text)).and_then(of_hundred)
}

/// A sum's row that states other full marks than the table's marks have together.
fn other_full(workbook: &Workbook, table: &RatingPlace, rating: &Rating) -> Option<Problem> {
    let sum = table.sum?;
    let sheet: &Sheet = workbook.sheets.get(sum.sheet)?;
    let full = rating.max * rating.marks.len() as f64;
    let mut texts = sheet.row(sum.at.row).filter_map(|(at, cell)| Some((at, cell.value.text()?)));
    let (at, found) = texts.find_map(|(at, text)| match full_marks(text)? {
        FullMarks::Unsaid(found) if !same(found, full) && !same(found, rating.max) => {
            Some((at, found))
        }
        _ => None,
    })?;
    let (name, count) = (&rating.name, rating.marks.len());
    let (found, full, max) = (show(found, 4), show(full, 4), show(rating.max, 4));
    let problem = Problem::error(
        "marks-scale",
        words!(
            "这里写的满分是 {found} 分，「{name}」{count} 项每项 {max} 分，合计满分是 {full} 分",
            "this says full marks of {found}, but the {count} marks of `{name}` of {max} each make {full}"
        ),
    )
    .hint(words!(
        "核对满分与每项的分数；确是 {found} 分的，在方案中改项目或 max",
        "check the full marks and those of each mark; if {found} is right, change the marks or max in the scheme"
    ));
    Some(problem.at(&sheet.name, at))
}

#[cfg(test)]
mod tests {
    use super::{bare, is_row_of, points, share};

    #[test]
    fn shares_that_titles_give() {
        for (text, wanted) in [
            ("上级评分表格(权重10%)", Some(10.0)),
            ("上级评分表格（权重：20％）", Some(20.0)),
            ("上级评分（满分35分，权重10%）", Some(10.0)),
            ("下级评分表（占总分的15%）", Some(15.0)),
            ("下级评分表 占比10分", Some(10.0)),
            ("上级评分（权重0.2）", Some(20.0)),
            ("上级评分（10%）", Some(10.0)),
            ("上级评分表格（权重百分之十五）", Some(15.0)),
            ("下级评分表（占总分的百分之20）", Some(20.0)),
            ("上级评分（百分之十）", Some(10.0)),
            ("得分(每项满分5分)", None),
            ("得分(5分)", None),
            ("权重分值", None),
            ("权重", None),
            ("占比", None),
            ("上级评分表格", None),
            ("上级评分（100%）", None),
            ("上级评分表格(权重15)", Some(15.0)),
            ("上级评分表格（折算15分）", Some(15.0)),
            ("上级评分表格 15%", Some(15.0)),
            ("折算得分", None),
            ("处理率95%", None),
            ("下级评分参与率90%", None),
            ("每项权重5分", None),
            ("上级评分（评分人占比50%）", None),
            ("上级评分表格（有效票占90%）", None),
            ("上级评分（各项占15%）", None),
            ("上级评分表格（9月权重15%）", None),
            ("上级评分（权重系数0.15）", Some(15.0)),
            ("上级评分（权重占比15%）", Some(15.0)),
            ("上级评分表格 比重15%", Some(15.0)),
            ("上级评分表格（折算成15分）", Some(15.0)),
            ("得分（每项满分5分，权重10%）", Some(10.0)),
        ] {
            assert_eq!(share(text), wanted, "{text}");
        }
    }

    #[test]
    fn rows_that_are_a_ratings_own() {
        let rating = crate::scheme::Scheme::built_in()[0].ratings[0].clone();
        for (text, wanted) in [
            ("上级评分（20%）", true),
            ("上级评分得分（权重20%）", true),
            ("上级评分表 15%", true),
            ("上级评分15分", true),
            ("上下级评分合计（20%）", false),
            ("其中：直接上级（60%）", false),
            ("上级评分参评率（85%）", false),
            ("下级评分（20%）", false),
        ] {
            assert_eq!(is_row_of(text, &rating), wanted, "{text}");
        }
    }

    #[test]
    fn points_of_which_a_title_says_no_more() {
        for (text, wanted) in [
            ("上级评分表格(15分)", Some(15.0)),
            ("下级评分（ 40 分 ）", Some(40.0)),
            ("得分(每项满分5分)", None),
            ("考核要点（15分）", None),
            ("上级评分表格（满分15分）", None),
            ("上级评分（共15分）", Some(15.0)),
            ("上级评分（分值15分）", Some(15.0)),
            ("上级评分表格【15%】", Some(15.0)),
            ("上级评分（15%权重）", Some(15.0)),
            ("下级评分参与率90%", None),
            ("上级评分（总经理占比60%，副总占比40%）", None),
        ] {
            assert_eq!(bare(text), wanted, "{text}");
        }
    }

    #[test]
    fn points_that_a_row_names() {
        for (text, wanted) in [
            ("合计÷满分×10", Some(10.0)),
            ("合计÷满分×10%×100", Some(10.0)),
            ("合计÷满分×20", Some(20.0)),
            ("合计÷满分×0.2", Some(20.0)),
            ("折算得分（20%）", Some(20.0)),
            ("20分", Some(20.0)),
            ("折算得分", None),
            ("合计÷满分×100", None),
            ("合计÷满分×10%", None),
            ("总经办", None),
        ] {
            let near = points(text).map(|points| (points * 1e9).round() / 1e9);
            assert_eq!(near, wanted, "{text}");
        }
    }
}
