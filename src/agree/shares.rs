//! The shares of the total that a form gives its parts, beside those of the scheme: 业绩×70%+行为×30%.

use super::unlike;
use crate::cell::CellRef;
use crate::form::Form;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, has_any, round15, show};
use crate::words;
use crate::workbook::Workbook;

/// Longest text beside an item that may name a part and its share, in letters: 业绩指标（70%）.
const TITLE: usize = 24;

/// What may stand between a part's name and its share.
const BETWEEN: [&str; 32] = [
    "指标", "部分", "考核", "得分", "评分", "表格", "表", "类", "项目", "项", "合计", "小计",
    "总分", "总和", "之和", "分数", "成绩", "权重", "占比", "比重", "比例", "占", "乘以", "乘",
    "按", "为", "是", "的", "×", "*", "(", ":",
];

/// What may stand behind a share.
const ENDS: [char; 14] =
    ['+', ')', '。', ',', ';', '、', '与', '和', '及', '/', '\n', ']', '】', '加'];

/// A part of the total: what it may be called, and its share.
struct Part {
    names: Vec<String>,
    share: f64,
    /// Whether it is a rating table, whose own title is read elsewhere.
    rated: bool,
}

/// The findings for a form's sheet: each part once, where another share is said of it.
pub(super) fn told(
    workbook: &Workbook,
    scheme: &Scheme,
    form: &Form,
    strict: bool,
) -> Vec<Problem> {
    let Some(sheet) = workbook.sheets.get(form.sheet) else { return Vec::new() };
    let parts = parts(scheme, form);
    let of_item = |row: u32| form.items.iter().any(|item| item.name.at.row == row);
    let may_say = |text: &&str| text.contains(['%', '％', '.', '．']);
    let texts = sheet.cells.iter().filter_map(|(at, cell)| Some((*at, cell.value.text()?)));
    let keys: Vec<(CellRef, String)> = texts
        .filter(|(_, text)| may_say(text))
        // Criteria have shares of their own.
        .filter(|(at, text)| !of_item(at.row) || text.chars().count() <= TITLE)
        .map(|(at, text)| (at, compact(text)))
        .collect();
    let mut out = Vec::new();
    for part in &parts {
        let found = keys.iter().find_map(|(at, key)| {
            let other = said(key, part)?;
            let whole = || parts.iter().filter(|part| said(key, part).is_some()).count() > 1;
            if part.rated && !key.contains('+') && !whole() {
                return None;
            }
            (other != part.share).then_some((*at, other))
        });
        let Some((at, other)) = found else { continue };
        let percent = |share: f64| format!("{}%", show(share * 100.0, 4));
        let name = part.names.first().map_or("", String::as_str);
        let (own, scheme) = (percent(other), percent(part.share));
        let problem = unlike(
            strict,
            "shares-differ",
            words!(
                "「{name}」表上写占 {own}，总分按 {scheme} 计算",
                "`{name}`: the form gives it {own} of the total, which is made with {scheme}"
            ),
            words!(
                "权重改了就改方案，没改则改正表上的文字",
                "change the scheme if the weights have changed, else correct the form"
            ),
        );
        out.push(problem.at(&sheet.name, at));
    }
    out
}

/// The weighted groups, and the rating tables of the form.
fn parts(scheme: &Scheme, form: &Form) -> Vec<Part> {
    let groups = scheme.groups.iter().filter_map(|group| {
        Some(Part { names: vec![compact(&group.name)], share: group.weight?, rated: false })
    });
    let tables = form.ratings.iter().filter_map(|table| {
        let rating = scheme.ratings.get(table.rating)?;
        let points = table.weight.unwrap_or(rating.weight);
        let names = rating.words.iter().map(|word| compact(word)).collect();
        Some(Part { names, share: round15(points / scheme.total), rated: true })
    });
    groups.chain(tables).collect()
}

/// The share that a text gives a part, right behind its name.
fn said(key: &str, part: &Part) -> Option<f64> {
    // 提成=业绩×5% is pay.
    if !key.contains(['%', '.']) || has_any(key, &["提成", "奖金", "工资"]) {
        return None;
    }
    part.names.iter().find_map(|name| {
        key.match_indices(name.as_str()).find_map(|(at, name)| share(key.get(at + name.len()..)?))
    })
}

/// The share at the beginning of a text: (报表及时、报表准确):合计乘80%, ×0.7.
fn share(text: &str) -> Option<f64> {
    let mut rest = text;
    loop {
        let before = rest;
        // The items of a part, in brackets; its share may stand there too.
        if let Some((inside, behind)) = rest.strip_prefix('(').and_then(|text| text.split_once(')'))
            && !inside.contains('%')
        {
            rest = behind;
        }
        for word in BETWEEN {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        if rest == before {
            break;
        }
    }
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = rest.strip_suffix(behind)?.parse().ok()?;
    let times =
        text.strip_suffix(rest).is_some_and(|words| words.ends_with(['×', '*', '乘', '以']));
    match behind.starts_with('%') {
        // 业绩90%完成即可 and 低于80%以下 are bounds of what the part reaches.
        true if behind.get(1..).is_some_and(|next| !next.is_empty() && !next.starts_with(ENDS)) => {
            None
        }
        // The whole is no share: 业绩100%完成.
        true => Some(round15(number / 100.0)).filter(|share| *share < 1.0),
        false => (times && number < 1.0).then_some(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_behind_the_name_of_its_part() {
        let part = Part { names: vec!["业绩".to_owned()], share: 0.8, rated: false };
        for (text, share) in [
            ("业绩×70%+行为×30%", Some(0.7)),
            ("总分=业绩得分*70%+行为得分*30%", Some(0.7)),
            ("业绩(报表及时、报表准确):合计乘80%。", Some(0.8)),
            ("业绩占70%,行为占30%", Some(0.7)),
            ("业绩指标(70%)", Some(0.7)),
            ("业绩部分权重为70%", Some(0.7)),
            ("业绩×0.7+行为×0.3", Some(0.7)),
            ("业绩达成率80%以上", None),
            ("业绩80%以上得满分", None),
            ("业绩得分为85.5分", None),
            ("提成=业绩×5%", None),
            ("行为×30%", None),
            ("业绩", None),
        ] {
            assert_eq!(said(&compact(text), &part), share, "{text}");
        }
    }
}
