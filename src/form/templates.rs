//! Blank forms and examples that stand beside the real ones: they are left as they are.

use super::Form;
use crate::problem::Problem;
use crate::scheme::Scheme;
use crate::text::{compact, has_any};
use crate::words;
use crate::workbook::Workbook;

/// Parts of names of sheets that hold a pattern of the form.
const PATTERNS: [&str; 9] =
    ["模板", "模版", "空白", "样表", "样例", "示例", "范例", "范本", "template"];

/// What names of sheets say of no person.
const NOBODYS: [&str; 30] = [
    "考核", "绩效", "考评", "评分", "空", "底", "附", "汇总", "备份", "备用", "草稿", "旧版",
    "新版", "副本", "版", "表", "年", "月", "十", "一", "二", "三", "四", "五", "六", "七", "八",
    "九", "sheet", "form",
];

/// What stands in the place of a name: XXX, 某某, （姓名）.
pub(super) fn is_placeholder(name: &str) -> bool {
    let key = compact(name);
    let signs = |c: char| "x×*_-—/.(){}[]<>《》".contains(c);
    let bare = key.trim_matches(signs);
    bare.is_empty()
        || bare.contains('某')
        || ["姓名", "名字", "请填写", "填写姓名", "待填"].contains(&bare)
}

/// Whether a sheet's name says that it holds a pattern.
pub(super) fn is_pattern(name: &str) -> bool {
    has_any(&compact(name), &PATTERNS)
}

/// Drops the forms of nobody that hold no mark, and those whose sheets are named as patterns, where
/// there are forms of people beside them.
pub(super) fn drop_blank(workbook: &Workbook, scheme: &Scheme, forms: &mut Vec<Form>) {
    if forms.len() < 2 {
        return;
    }
    let named = forms.iter().any(|form| form.person.as_deref().is_some_and(|p| !is_placeholder(p)));
    let name =
        |form: &Form| workbook.sheets.get(form.sheet).map(|s| compact(&s.name)).unwrap_or_default();
    // A sheet named 李四 or 考核表-李四 is his form, though nothing is in it yet.
    let is_nobodys = |form: &Form| {
        let own = [compact(&scheme.title), compact(&scheme.name)];
        let parts = own.iter().map(String::as_str).chain(NOBODYS);
        let rest = parts.fold(name(form), |rest, part| rest.replace(part, ""));
        !rest.contains(char::is_alphabetic)
    };
    let is_blank = |form: &Form| {
        let value =
            |place: super::Place| workbook.sheets.get(place.sheet).map(|s| s.value(place.at));
        let marks = || form.ratings.iter().flat_map(|r| &r.marks);
        let unmarked = marks().all(|m| value(m.score).is_none_or(|v| v.is_blank()));
        let nobody = form.person.as_deref().is_none_or(is_placeholder);
        let nobodys = || named && nobody && is_nobodys(form);
        marks().next().is_some() && unmarked && nobodys()
    };
    let (dropped, mut kept): (Vec<Form>, Vec<Form>) = std::mem::take(forms)
        .into_iter()
        .partition(|form| is_pattern(&name(form)) || is_blank(form));
    match kept.first_mut() {
        Some(first) => {
            first.problems.extend(dropped.iter().map(|form| left(workbook, form)));
            *forms = kept;
        }
        None => *forms = dropped,
    }
}

fn left(workbook: &Workbook, form: &Form) -> Problem {
    Problem::notice(
        "blank-form",
        words!(
            "这张表没有姓名和评分，或是模板，没有填写",
            "this form names nobody and holds no marks, or is a pattern; it is not filled"
        ),
    )
    .on(workbook.sheet_name(form.sheet))
    .hint(words!(
        "若是某人的考核表，请写上「被考核人」，工作表名不要叫「模板」",
        "if it is somebody's, write 被考核人 in it and do not call its sheet 模板"
    ))
}
