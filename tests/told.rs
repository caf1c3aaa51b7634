//! What a form says of its own points, rows and head: read as it is meant, or told.

use crate::common::pack::{with_part, with_sheet};
use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

fn outcome(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

/// The codes of all findings, and the filled workbook.
fn codes(bytes: &[u8]) -> (Vec<&'static str>, Option<Vec<u8>>) {
    let outcome = outcome(bytes);
    let own = outcome.cards.iter().flat_map(|card| &card.problems);
    (own.chain(&outcome.problems).map(|p| p.code).collect(), outcome.bytes)
}

fn form<'c>(cells: &[(&'c str, &str)]) -> Vec<(&'static str, &'c str, Content)> {
    cells.iter().map(|(cell, value)| (FORM, *cell, text(value))).collect()
}

#[test]
fn a_weight_in_a_title_counts_however_it_is_written() {
    for title in ["上级评分表格(权重15)", "上级评分表格 15%", "上级评分表格（折算15分）"]
    {
        let cells = form(&[("A15", title), ("B25", "合计÷满分×权重")]);
        let (codes, bytes) = codes(&changed(ONE, &cells));
        assert!(codes.contains(&"points-differ"), "{title} {codes:?}");
        // 28.5 of 35, of 15 points.
        assert!((number(&bytes.expect(title), FORM, "D25") - 28.5 / 35.0 * 15.0).abs() < 1e-9);
    }
    // 15 of what? 35 are the full marks and 10 the weight.
    for (title, refused) in
        [("上级评分表格(15分)", true), ("上级评分表格(35分)", false), ("上级评分表格(10分)", false)]
    {
        let cells = form(&[("A15", title), ("B25", "合计÷满分×权重")]);
        let (codes, bytes) = codes(&changed(ONE, &cells));
        assert_eq!(codes.contains(&"points-unclear"), refused, "{title} {codes:?}");
        assert_eq!(bytes.is_none(), refused, "{title}");
    }
}

#[test]
fn points_merged_over_several_items() {
    // 团队配合度, 新产品 and 客服培训 of 5 points each: rows 7 to 9.
    let merged = |points: &str| {
        let cells = [("C7", points), ("C8", ""), ("C9", "")].map(|(at, p)| (FORM, at, text(p)));
        let bytes = changed(ONE, &cells);
        with_part(&bytes, "xl/worksheets/sheet1.xml", |xml| {
            let start = xml.find("<mergeCells").expect("merges");
            let end = start + xml[start..].find('>').expect("a tag") + 1;
            format!("{}<mergeCells><mergeCell ref=\"C7:C9\"/>{}", &xml[..start], &xml[end..])
        })
    };
    for points in ["5分", "15分"] {
        let (codes, bytes) = codes(&merged(points));
        assert_eq!(codes, [""; 0], "{points}");
        // 5 − 2, 5 − 2 and 5 − 2 of the sample.
        let scores = ["D7", "D8", "D9"].map(|at| number(bytes.as_ref().unwrap(), FORM, at));
        assert_eq!(scores, [3.0; 3], "{points}");
    }
    let (codes, bytes) = codes(&merged("10分"));
    assert!(codes.contains(&"points-shared") && bytes.is_none(), "{codes:?}");
}

#[test]
fn a_mark_that_the_scheme_does_not_know_is_told() {
    // A mark's own row, called otherwise, and its name in the row of the sum's place below.
    let cells = [
        (FORM, "A24", text("创新能力")),
        (FORM, "B24", text("")),
        (FORM, "D24", num(2.0)),
        (FORM, "A25", text("合计")),
        (FORM, "A26", text("折算得分")),
    ];
    let (codes, bytes) = codes(&changed(ONE, &cells));
    assert!(codes.contains(&"mark-unknown") && bytes.is_none(), "{codes:?}");
    // What is computed of the marks is no mark.
    for word in ["平均分", "最高分", "得分率"] {
        let cells = [&[(FORM, "A24", text(word))][..], &cells[1..]].concat();
        let (codes, _) = self::codes(&changed(ONE, &cells));
        assert!(!codes.contains(&"mark-unknown"), "{word} {codes:?}");
    }
}

#[test]
fn totals_by_other_words() {
    for word in ["合计分数", "合计分"] {
        let (codes, bytes) = codes(&changed(ONE, &form(&[("A13", word)])));
        assert_eq!(codes, [""; 0], "{word}");
        assert_eq!(number(&bytes.unwrap(), FORM, "D13"), 69.5, "{word}");
    }
    for word in ["得分总计", "最终成绩", "总体得分", "综合分", "考核成绩"] {
        let (codes, bytes) = codes(&changed(ONE, &form(&[("A40", word)])));
        assert_eq!(codes, [""; 0], "{word}");
        assert!(number(&bytes.unwrap(), FORM, "D40") > 80.0, "{word}");
    }
    // A part's line above the total's is not the total.
    for word in ["考核得分", "业绩考核得分", "绩效得分"] {
        let cells = form(&[("A40", word), ("B40", ""), ("A41", "总得分")]);
        let (codes, bytes) = codes(&changed(ONE, &cells));
        let bytes = bytes.expect(word);
        assert_eq!(codes, ["total-unknown"], "{word}");
        assert!(number(&bytes, FORM, "D41") > 80.0, "{word}");
        assert_eq!(seen(&bytes, FORM, "D40").to_string(), "", "{word}");
    }
    // What each rating is converted to, at the form's end.
    let cells = form(&[
        ("A25", ""),
        ("B25", ""),
        ("A38", "上级评分折算得分"),
        ("B38", ""),
        ("A39", "下级评分折算得分"),
    ]);
    let (_, bytes) = codes(&changed(ONE, &cells));
    let bytes = bytes.unwrap();
    assert!((number(&bytes, FORM, "D38") - 28.5 / 3.5).abs() < 1e-9);
    assert!((number(&bytes, FORM, "D39") - 31.375 / 4.0).abs() < 1e-9);
    // A row of heads over the cells to fill.
    let heads = form(&[("A40", "合计"), ("B40", "上级评分"), ("D40", "总得分")]);
    let (codes, bytes) = codes(&changed(ONE, &heads));
    let bytes = bytes.unwrap();
    assert_eq!(codes, ["total-unknown"]);
    assert!(number(&bytes, FORM, "D41") > 80.0 && seen(&bytes, FORM, "A41").to_string().is_empty());
}

#[test]
fn a_form_of_another_post_is_left_as_it_is() {
    let other = [
        "客服专员绩效考核表",
        "被考核人：李娜",
        "考核项目|考核要点|权重分值|得分",
        "首次响应时间|30秒内|30分",
        "询单转化|不低于60%|30分",
        "满意度|不低于95%|30分",
        "问题处理|及时|10分",
        "合计||100分",
    ];
    let bytes = with_sheet(&sample(ONE), "客服专员考核表", &other);
    let (codes, filled) = codes(&bytes);
    let filled = filled.unwrap_or_else(|| panic!("{codes:?}"));
    assert_eq!(codes, ["other-form"]);
    assert_eq!(number(&filled, FORM, "D13"), 69.5);
    assert_eq!(seen(&filled, "客服专员考核表", "D7").to_string(), "");
}

#[test]
fn a_kpi_of_ten_is_no_kpi_of_a_hundred() {
    for head in ["月度KPI得分（满分10分）", "月度KPI得分（十分制）", "月度KPI得分（满分150分）"]
    {
        let (codes, bytes) = codes(&changed(ONE, &[(METRICS, "C18", text(head))]));
        assert!(codes.contains(&"figure-scale") && bytes.is_none(), "{head} {codes:?}");
    }
    for head in ["月度KPI得分（满分100分）", "月度KPI得分（百分制）"] {
        let (codes, _) = codes(&changed(ONE, &[(METRICS, "C18", text(head))]));
        assert_eq!(codes, [""; 0], "{head}");
    }
}

#[test]
fn a_line_below_the_people_is_nobody() {
    for line in ["注：数据截至10月31日", "说明：由运营部提供"] {
        let outcome = outcome(&changed(MANY, &[(METRICS, "A7", text(line))]));
        assert!(outcome.whole(), "{line} {:?}", outcome.problems);
    }
    // A person without figures is somebody.
    let outcome = outcome(&changed(MANY, &[(METRICS, "A7", text("李娜"))]));
    assert!(outcome.problems.iter().any(|p| p.code == "no-form"));
}

#[test]
fn numbers_in_titles_that_are_no_weights() {
    for title in [
        "上级评分（总经理占比60%，副总占比40%）",
        "上级评分（评分人占比50%）",
        "上级评分表格（有效票占90%）",
        "上级评分表格（9月权重15%）",
        "上级评分（折算为5分）",
        "上级评分参与率90%",
    ] {
        let (_, bytes) = codes(&changed(ONE, &form(&[("A15", title)])));
        let score = number(&bytes.expect(title), FORM, "D25");
        assert!((score - 28.5 / 3.5).abs() < 1e-9, "{title} {score}");
    }
    // 15 that may be the weight, in words that are not read.
    for title in [
        "上级评分表格【15%】",
        "上级评分（15%权重）",
        "上级评分（占考核总分的15%）",
        "上级评分（共15分）",
    ] {
        let cells = form(&[("A15", title), ("B25", "合计÷满分×权重")]);
        assert!(codes(&changed(ONE, &cells)).1.is_none(), "{title}");
    }
    for row in ["权重15%", "折算15分", "合计÷满分×15%", "合计×15/35", "合计÷7×3"]
    {
        let cells = form(&[("A15", "上级评分表格"), ("B25", row)]);
        assert!(codes(&changed(ONE, &cells)).1.is_none(), "{row}");
    }
}

#[test]
fn a_form_of_the_same_title_is_not_another_posts() {
    let other = [
        "客服主管绩效考核表",
        "被考核人：李娜",
        "考核项目|考核要点|权重分值|得分",
        "销售达成|30秒内|30分",
        "客户投诉|不低于60%|30分",
        "评价处理|不低于95%|30分",
        "问题处理|及时|10分",
        "合计||100分",
    ];
    let (codes, _) = codes(&with_sheet(&sample(ONE), "李娜", &other));
    assert!(!codes.contains(&"other-form") && codes.contains(&"item-missing"), "{codes:?}");
}
