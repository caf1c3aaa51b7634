//! Which cell a total belongs in, and which rows are whose: what a trial filled in the wrong cell, on small
//! changes of the sample.

use crate::common::*;
use calamine::Data;
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, fill_workbook};

/// FORM.md, 4, and the sample's marks: 28.5 of 35, 31.375 of 40.
const ITEMS: f64 = 69.5;
const UPPER: f64 = 28.5 / 35.0 * 10.0;
const LOWER: f64 = 7.843_75;
const TOTAL: f64 = ITEMS + UPPER + LOWER;
/// Where the sample has its totals.
const CELLS: [(&str, f64); 6] = [
    ("D13", ITEMS),
    ("D24", 28.5),
    ("D25", UPPER),
    ("D37", 31.375),
    ("D38", LOWER),
    ("D40", TOTAL),
];

type Cells<'c> = Vec<(&'c str, &'c str, Content)>;

fn form<'c>(changes: &[(&'c str, &str)]) -> Cells<'c> {
    let content = |value: &str| if value.is_empty() { Content::Blank } else { text(value) };
    changes.iter().map(|(at, value)| (FORM, *at, content(value))).collect()
}

/// The codes of the findings, and the filled workbook.
fn filled(bytes: &[u8]) -> (Vec<&'static str>, Option<Vec<u8>>) {
    let outcome = fill_workbook(bytes, &Options::default()).expect("read");
    (outcome.cards[0].problems.iter().map(|p| p.code).collect(), outcome.bytes)
}

fn near(bytes: &[u8], sheet: &str, cell: &str, wanted: f64) {
    let found = number(bytes, sheet, cell);
    assert!((found - wanted).abs() < 1e-9, "{sheet}!{cell}: {found}, not {wanted}");
}

/// The form changed: the sample's totals in their cells but for `other`, which are blank or hold these.
fn totals(changes: &[(&str, &str)], other: &[(&str, Option<f64>)]) -> Vec<&'static str> {
    println!("{changes:?}");
    let (codes, bytes) = filled(&changed(ONE, &form(changes)));
    let bytes = bytes.unwrap_or_else(|| panic!("{codes:?}"));
    for (at, wanted) in CELLS {
        match other.iter().find(|(cell, _)| *cell == at) {
            Some((_, None)) => assert_eq!(seen(&bytes, FORM, at), Data::Empty, "{at}"),
            Some((_, Some(wanted))) => near(&bytes, FORM, at, *wanted),
            None => near(&bytes, FORM, at, wanted),
        }
    }
    codes
}

#[test]
fn what_a_ratings_sum_is_converted_to_may_be_called_a_total() {
    for (sum, scaled) in [
        ("合计", "总分"),
        ("小计", "总计"),
        ("合计", "最终总分"),
        ("合计", "最终得分"),
        ("总分", "最终得分"),
        ("合计", "总得分"),
    ] {
        let labels = [("A24", sum), ("A25", scaled), ("A37", sum), ("A38", scaled)];
        assert_eq!(totals(&labels, &[]), [""; 0]);
        // Without the words beside them.
        let bare = [("B24", ""), ("B25", ""), ("B37", ""), ("B38", "")];
        assert_eq!(totals(&[labels.as_slice(), &bare].concat(), &[]), [""; 0]);
        // The form's total has no row.
        let none = [("A40", ""), ("B40", "")];
        let codes = totals(&[labels.as_slice(), &none].concat(), &[("D40", None)]);
        assert_eq!(codes, ["total-missing"]);
        // The form's total has no words beside it.
        assert_eq!(totals(&[labels.as_slice(), &bare, &[("B40", "")]].concat(), &[]), [""; 0]);
    }
    // One of the tables alone.
    for at in ["A25", "A38"] {
        assert_eq!(totals(&[(at, "总分")], &[]), [""; 0]);
        assert_eq!(totals(&[(at, "总分"), ("B25", ""), ("B38", "")], &[]), [""; 0]);
    }
}

#[test]
fn the_forms_total_below_a_ratings_sum_stays_the_forms() {
    // No table is converted on the form.
    let bare = [("A25", ""), ("B25", ""), ("A38", ""), ("B38", "")];
    assert_eq!(totals(&bare, &[("D25", None), ("D38", None)]), [""; 0]);
    // It stands right below the last table's sum.
    for (upper, wanted) in [("", None), ("折算得分", Some(UPPER))] {
        let total =
            [("A25", upper), ("B25", ""), ("A38", "总得分"), ("B38", ""), ("A40", ""), ("B40", "")];
        let other = [("D25", wanted), ("D38", Some(TOTAL)), ("D40", None)];
        assert_eq!(totals(&total, &other), [""; 0]);
    }
    // What it adds up is no formula of the table's.
    let adds = "合计+上级÷35×10+下级÷40×10";
    assert_eq!(totals(&[("B40", adds)], &[]), [""; 0]);
    let below = [("A38", "总得分"), ("B38", adds), ("A40", ""), ("B40", "")];
    assert_eq!(totals(&below, &[("D38", Some(TOTAL)), ("D40", None)]), [""; 0]);
}

#[test]
fn a_sum_below_what_it_is_converted_to() {
    let labels = [("A24", "折算得分"), ("A25", "合计"), ("A37", "折算得分"), ("A38", "合计")];
    let cells =
        [("D24", Some(UPPER)), ("D25", Some(28.5)), ("D37", Some(LOWER)), ("D38", Some(31.375))];
    let bare = [("B24", ""), ("B25", ""), ("B37", ""), ("B38", "")];
    assert_eq!(totals(&[labels.as_slice(), &bare].concat(), &cells), [""; 0]);
    // The sample's words beside them say the opposite: the row stays blank, and is named.
    let blank = [("D24", Some(UPPER)), ("D25", None), ("D37", Some(LOWER)), ("D38", None)];
    assert_eq!(totals(&labels, &blank), ["total-unknown"; 2]);
}

#[test]
fn a_hundred_points_in_the_items_sum_are_not_the_forms_total() {
    assert_eq!(totals(&[("C13", "100分")], &[]), [""; 0]);
    assert_eq!(totals(&[("C13", "100分"), ("B40", "")], &[]), [""; 0]);
    // 15 points more of the first item: 69.5 + 20, and the total likewise.
    let more = [("D13", Some(89.5)), ("D40", Some(TOTAL + 20.0))];
    assert_eq!(totals(&[("C4", "35分"), ("C13", "100分")], &more), ["points-differ"]);
    // The items alone make a hundred: not the total, though it has no row of its own.
    let alone = [("C4", "35分"), ("C13", "100分"), ("A40", ""), ("B40", "")];
    let codes = totals(&alone, &[("D13", Some(89.5)), ("D40", None)]);
    assert_eq!(codes, ["total-missing", "points-differ"]);
    // No other row is the total, and the items make 80.
    let first = [("C13", "100分"), ("A40", ""), ("B40", "")];
    assert_eq!(totals(&first, &[("D13", Some(TOTAL)), ("D40", None)]), [""; 0]);
    // 35 points are not a hundred.
    assert_eq!(refused(&form(&[("B24", "满分100分")])), ["marks-scale"]);
}

#[test]
fn one_word_for_the_sums_of_all_tables() {
    let sums = [("A13", "总分"), ("A24", "总分"), ("A37", "总分")];
    for total in ["总得分", "合计得分"] {
        let bare = [("A40", total), ("B40", ""), ("C13", ""), ("B24", ""), ("B37", "")];
        assert_eq!(totals(&[sums.as_slice(), &bare].concat(), &[]), [""; 0]);
    }
    // The form's total has no row.
    let none = [("A40", ""), ("B40", ""), ("C13", "")];
    let codes = totals(&[sums.as_slice(), &none].concat(), &[("D40", None)]);
    assert_eq!(codes, ["total-missing"]);
    // Of the same word alone, nothing tells which total it is.
    let sheets =
        apart(&[("A13", "总分"), ("C13", ""), ("A40", ""), ("B40", "")], &["总分"], &["总分"]);
    let (codes, bytes) = filled(&sheets);
    assert_eq!(codes, ["total-unknown"]);
    let bytes = bytes.expect("filled");
    assert_eq!(seen(&bytes, FORM, "D13"), Data::Empty);
    near(&bytes, "下级", "C11", 31.375);
}

#[test]
fn a_legend_is_no_total() {
    let legend = [("A14", "总分"), ("B14", "90分以上"), ("C14", "优秀")];
    let (codes, bytes) = filled(&changed(ONE, &form(&legend)));
    assert_eq!(codes, ["total-unknown"]);
    let bytes = bytes.expect("filled");
    assert_eq!(seen(&bytes, FORM, "D14"), Data::Empty);
    for (at, wanted) in CELLS {
        near(&bytes, FORM, at, wanted);
    }
}

/// The sample with its rating tables on sheets of their own, each with these rows of totals.
fn apart(main: &[(&str, &str)], upper: &[&str], lower: &[&str]) -> Vec<u8> {
    let plain = sample(ONE);
    let cells: Vec<String> =
        (15..39).flat_map(|row| ["A", "B", "D"].map(|col| format!("{col}{row}"))).collect();
    let mut edits: Cells<'_> = cells.iter().map(|at| (FORM, at.as_str(), Content::Blank)).collect();
    edits.extend(form(main));
    let rows = |title: &str, first: u32, last: u32, totals: &[&str]| {
        let head = [format!("{title}(权重10%)"), "考核指标|考核要点|得分(每项满分5分)".to_owned()];
        let cell = |col: &str, row: u32| match seen(&plain, FORM, &format!("{col}{row}")) {
            Data::Empty => String::new(),
            value => value.to_string(),
        };
        let marks = (first..=last).map(|row| format!("{}||{}", cell("A", row), cell("D", row)));
        let totals = totals.iter().map(|label| (*label).to_owned());
        head.into_iter().chain(marks).chain(totals).collect::<Vec<_>>()
    };
    let bytes = changed(ONE, &edits);
    let bytes = pack::with_sheet(&bytes, "上级", &rows("上级评分表格", 17, 23, upper));
    pack::with_sheet(&bytes, "下级", &rows("下级评分表", 29, 36, lower))
}

#[test]
fn rating_tables_on_sheets_of_their_own_keep_their_totals() {
    let none = [("A13", ""), ("C13", "")];
    for (main, upper, lower) in [
        // The rows below the marks are 10 and 11 of the upper's sheet, 11 and 12 of the lower's.
        (vec![], vec!["合计", "总分"], vec!["合计", "总分"]),
        (vec![("B40", "")], vec!["合计", "总分"], vec!["合计", "总分"]),
        (vec![("B40", "")], vec!["总分"], vec!["总分"]),
        (vec![("B40", ""), none[0], none[1]], vec!["总分"], vec!["总分"]),
        (vec![("A40", "总分"), ("B40", "")], vec!["总分"], vec!["总分"]),
        (vec![("A40", "总分"), ("B40", "")], vec!["合计", "总分"], vec!["合计", "总分"]),
        (vec![("B40", "")], vec!["合计", "折算得分"], vec!["合计", "总分"]),
        (vec![("B40", "")], vec!["合计", "折算得分"], vec!["合计", "折算得分"]),
    ] {
        println!("{main:?} {upper:?} {lower:?}");
        let (codes, bytes) = filled(&apart(&main, &upper, &lower));
        let bytes = bytes.unwrap_or_else(|| panic!("{codes:?}"));
        assert_eq!(codes, [""; 0]);
        near(&bytes, FORM, "D40", TOTAL);
        let scaled = upper.len() > 1;
        near(&bytes, "上级", "C10", 28.5);
        near(&bytes, "下级", "C11", 31.375);
        if scaled {
            near(&bytes, "上级", "C11", UPPER);
            near(&bytes, "下级", "C12", LOWER);
        }
    }
    // The form's total stands under the last table, on its sheet.
    let gone = [("A40", ""), ("B40", "")];
    for last in [vec!["合计", "折算得分", "总得分"], vec!["合计", "总得分"]] {
        let (codes, bytes) = filled(&apart(&gone, &["合计", "折算得分"], &last));
        assert_eq!(codes, [""; 0]);
        near(&bytes.expect("filled"), "下级", &format!("C{}", 10 + last.len()), TOTAL);
    }
}

#[test]
fn a_total_in_the_head_and_at_the_foot() {
    let (codes, bytes) = filled(&changed(ONE, &form(&[("G2", "总得分：")])));
    assert_eq!(codes, [""; 0]);
    let bytes = bytes.expect("filled");
    near(&bytes, FORM, "H2", TOTAL);
    near(&bytes, FORM, "D40", TOTAL);
    let (_, again) = filled(&bytes);
    assert_eq!(again.expect("filled"), bytes);
    // The head alone.
    let head = [("G2", "总得分："), ("A40", ""), ("B40", "")];
    let (codes, bytes) = filled(&changed(ONE, &form(&head)));
    assert_eq!(codes, [""; 0]);
    near(&bytes.expect("filled"), FORM, "H2", TOTAL);
}

#[test]
fn a_sum_and_its_points_side_by_side() {
    let bytes = pack::with_part(&sample(ONE), "xl/worksheets/sheet1.xml", |sheet| {
        let merge = "<mergeCell ref=\"B24:C24\"/>";
        assert!(sheet.contains(merge), "{sheet}");
        sheet.replace(merge, "")
    });
    let with = |beside: &str| {
        let cells = [("B24", beside), ("C24", "折算得分"), ("A25", ""), ("B25", "")];
        let edits: Vec<Edit> =
            form(&cells).into_iter().map(|(s, cell, c)| Edit::new(s, at(cell), c)).collect();
        let (codes, bytes) = filled(&edit(&bytes, &edits).expect("edited"));
        (codes, bytes.expect("filled"))
    };
    let (codes, bytes) = with("");
    assert_eq!(codes, [""; 0]);
    near(&bytes, FORM, "B24", 28.5);
    near(&bytes, FORM, "D24", UPPER);
    near(&bytes, FORM, "D40", TOTAL);
    // The sum has no cell.
    let (codes, bytes) = with("满分35分");
    assert_eq!(codes, ["total-unknown"]);
    near(&bytes, FORM, "D24", UPPER);
}

#[test]
fn marks_under_a_header_that_is_not_known() {
    for head in ["评价项目", "", "评价内容", "能力"] {
        for cells in [vec!["A16"], vec!["A28"], vec!["A16", "A28"]] {
            let changes: Vec<(&str, &str)> = cells.iter().map(|at| (*at, head)).collect();
            assert_eq!(totals(&changes, &[]), [""; 0]);
        }
    }
    // Its marks stand in another column than the items' scores.
    let rows = ["17", "18", "19", "20", "21", "22", "23"];
    let plain = sample(ONE);
    let moved: Vec<_> = rows
        .iter()
        .map(|row| (format!("D{row}"), format!("F{row}"), number(&plain, FORM, &format!("D{row}"))))
        .collect();
    let mut cells = form(&[("A16", "评价项目"), ("D16", ""), ("F16", "得分(每项满分5分)")]);
    for (old, new, mark) in &moved {
        cells.extend([(FORM, old.as_str(), Content::Blank), (FORM, new.as_str(), num(*mark))]);
    }
    let (codes, bytes) = filled(&changed(ONE, &cells));
    let bytes = bytes.unwrap_or_else(|| panic!("{codes:?}"));
    near(&bytes, FORM, "F24", 28.5);
    near(&bytes, FORM, "F25", UPPER);
    near(&bytes, FORM, "D38", LOWER);
    near(&bytes, FORM, "D40", TOTAL);
}

#[test]
fn two_forms_on_one_sheet_are_not_to_be_thinned_out() {
    let plain = sample(ONE);
    let copied: Vec<(String, String)> = (1..41)
        .flat_map(|row| ["A", "B", "C", "D"].map(|col| (col, row)))
        .filter_map(|(col, row)| match seen(&plain, FORM, &format!("{col}{row}")) {
            Data::Empty => None,
            value => Some((format!("{col}{}", row + 45), value.to_string())),
        })
        .collect();
    for person in ["被考核人：周强", "被考核人：王丽"] {
        let cells: Cells<'_> = copied
            .iter()
            .map(|(at, value)| {
                let value = if value.starts_with("被考核人：") { person } else { value };
                (FORM, at.as_str(), text(value))
            })
            .collect();
        let outcome = fill_workbook(&changed(ONE, &cells), &Options::default()).expect("read");
        assert!(outcome.bytes.is_none());
        let blocking: Vec<_> = outcome.cards[0].problems.iter().filter(|p| p.blocks()).collect();
        assert_eq!(blocking.iter().map(|p| p.code).collect::<Vec<_>>(), ["forms-stacked"]);
        assert_eq!(blocking[0].place(), format!("'{FORM}'!A49"));
    }
    // One row twice is that.
    assert_eq!(refused(&form(&[("A9", "问题处理")])), ["item-twice", "item-missing"]);
}

#[test]
fn another_ratings_points_under_a_table_are_told() {
    let rows = [
        ("A25", "上级评分（10%）"),
        ("B25", ""),
        ("A26", "下级评分（10%）"),
        ("A38", ""),
        ("B38", ""),
    ];
    let (codes, bytes) = filled(&changed(ONE, &form(&rows)));
    assert_eq!(codes, ["total-unknown"]);
    let bytes = bytes.expect("filled");
    assert_eq!(seen(&bytes, FORM, "D26"), Data::Empty);
    near(&bytes, FORM, "D25", UPPER);
    near(&bytes, FORM, "D40", TOTAL);
    // It is the title where the table has no other.
    let title = [("A26", "下级评分（10%）"), ("A27", "")];
    assert_eq!(totals(&title, &[]), [""; 0]);
}

#[test]
fn the_last_of_several_totals_of_one_name_is_the_forms() {
    let blank = |at: &'static str| (FORM, at, Content::Blank);
    // A rating has one row 总分, and so has the form.
    let only = vec![
        (FORM, "A24", text("总分")),
        (FORM, "A37", text("总分")),
        (FORM, "A40", text("总分")),
        blank("A25"),
        blank("B25"),
        blank("A38"),
        blank("B38"),
        blank("B40"),
    ];
    // What the sum is converted to has a name of its own that nobody knows.
    let unknown = vec![
        (FORM, "A24", text("总分")),
        (FORM, "A25", text("折后得分")),
        (FORM, "A37", text("总分")),
        (FORM, "A38", text("折后得分")),
        (FORM, "A40", text("总分")),
        blank("B25"),
        blank("B38"),
        blank("B40"),
    ];
    for cells in [only, unknown] {
        let outcome = fill_workbook(&changed(ONE, &cells), &Options::default()).expect("read");
        let bytes = outcome.bytes.expect("filled");
        let total = 69.5 + 28.5 / 3.5 + 31.375 / 4.0;
        assert!((number(&bytes, FORM, "D40") - total).abs() < 1e-9, "{cells:?}");
        assert!((number(&bytes, FORM, "D24") - 28.5).abs() < 1e-9, "{cells:?}");
        assert!((number(&bytes, FORM, "D37") - 31.375).abs() < 1e-9, "{cells:?}");
    }
}

#[test]
fn a_sign_in_a_totals_cell_is_no_text() {
    let signs = ["/", "—", "待定", "（　）分", "自动计算", "-"];
    for (sign, (at, _)) in signs.iter().zip(CELLS) {
        let codes = totals(&[(at, sign)], &[]);
        assert!(codes.contains(&"replaced"), "{sign}: {codes:?}");
    }
    // All of them; nothing is written beside.
    let all = CELLS.map(|(at, _)| (at, "/"));
    let (_, bytes) = filled(&changed(ONE, &form(&all)));
    let bytes = bytes.expect("filled");
    CELLS.iter().for_each(|(at, wanted)| near(&bytes, FORM, at, *wanted));
    assert_eq!([seen(&bytes, FORM, "B13"), seen(&bytes, FORM, "A41")], [Data::Empty, Data::Empty]);
}

#[test]
fn a_strip_of_totals_has_its_values_below() {
    // The total last, first, in the middle, and beside others that end alike.
    for (heads, at) in [
        (["KPI得分", "上级评分", "总得分"], "D41"),
        (["总得分", "KPI得分", "上级评分"], "A41"),
        (["KPI得分", "总得分", "下级评分"], "B41"),
        (["总得分", "自评得分", "上级总分"], "A41"),
    ] {
        let cells = ["A40", "B40", "D40"].into_iter().zip(heads);
        let cells: Vec<_> = cells.collect();
        let (codes, bytes) = filled(&changed(ONE, &form(&cells)));
        let bytes = bytes.unwrap_or_else(|| panic!("{codes:?}"));
        near(&bytes, FORM, at, TOTAL);
        for (cell, _) in cells {
            let below = cell.replace("40", "41");
            assert!(below == at || seen(&bytes, FORM, &below) == Data::Empty, "{heads:?} {below}");
        }
        assert_eq!(seen(&bytes, FORM, "E41"), Data::Empty, "{heads:?}");
    }
}

#[test]
fn a_table_of_other_months_is_no_total() {
    let rows = ["月份|业绩得分|上级评分|下级评分|总得分", "8月|70|8|8|86", "9月|71|8|9|88"];
    let without = changed(ONE, &form(&[("A40", ""), ("B40", ""), ("D40", "")]));
    for count in [2, 3] {
        let bytes = pack::with_sheet(&without, "历史", &rows[..count]);
        let (_, filled) = filled(&bytes);
        let filled = filled.expect("filled");
        assert_eq!(number(&filled, "历史", "E2"), 86.0);
        assert_eq!(seen(&filled, "历史", "F1"), Data::Empty);
    }
}

/// 退货率：2%以内得10分 states a rule, and below 指标要求 even a bare number is a goal.
#[test]
fn what_the_criteria_say_is_no_figure() {
    let plain = fill_workbook(&sample(ONE), &Options::default()).expect("filled");
    let (header, rules) = ("B3", "B4");
    for said in [
        "实际营业额：300000元以上得20分，每低1%扣1分",
        "实际营业额：每超1%加2分",
        "实际营业额：280000",
    ] {
        let bytes = changed(ONE, &[(FORM, rules, text(said)), (FORM, header, text("指标要求"))]);
        let filled = fill_workbook(&bytes, &Options::default()).expect("filled");
        assert_eq!(filled.cards[0].total, plain.cards[0].total, "{said}");
        // A form without figures gets no score by its goals.
        let cells = [(METRICS, "A5", text("其他")), (FORM, rules, text(said))];
        let missing = changed(ONE, &cells);
        let outcome = fill_workbook(&missing, &Options::default()).expect("read");
        let codes: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
        assert!(codes.contains(&"metric-missing"), "{said}: {codes:?}");
    }
    // Below 实际完成 it is what happened.
    let result = [(FORM, rules, text("实际营业额：309500")), (FORM, header, text("实际完成"))];
    let bytes = changed(ONE, &[&result[..], &[(METRICS, "A5", text("其他"))]].concat());
    let filled = fill_workbook(&bytes, &Options::default()).expect("filled");
    assert_eq!(filled.cards[0].total, plain.cards[0].total);
}
