//! Forms that differ in layout, made here by rust_xlsxwriter: each must give the scores of FORM.md's
//! worked example in its own cells, and stay as it is when it is filled again.
//!
//! The expected figures are FORM.md's, part 4, and the raters' means worked by hand.

mod made;

use kaohe::{Options, fill_workbook};
use made::*;
use rust_xlsxwriter::{ExcelDateTime, Format};

#[test]
fn stacked_tables_with_figures_on_other_sheets() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    form.check();
}

#[test]
fn raters_below_the_form_on_its_own_sheet() {
    for title in [true, false] {
        let mut form = Form::default();
        form.sheet("考核表");
        let row = form.stacked("考核表");
        if title {
            texts(form.at("考核表"), row + 1, 0, &["下级评分汇总（匿名）"]);
        }
        form.raters("考核表", row + 2, 0);
        form.sheet("指标数据");
        let row = form.list("指标数据", 0, 0, &[]);
        form.team("指标数据", row + 1, 0, &[]);
        form.check();
    }
}

#[test]
fn raters_right_of_the_form_on_its_own_sheet() {
    for (row, col) in [(2, 7), (14, 7), (2, 5)] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.stacked("考核表");
        form.raters("考核表", row, col);
        form.sheet("指标数据");
        let row = form.list("指标数据", 0, 0, &[]);
        form.team("指标数据", row + 1, 0, &[]);
        form.check();
    }
}

#[test]
fn rating_tables_side_by_side() {
    for col in [3, 4] {
        let mut form = Form::begun();
        let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
        form.rating("考核表", row + 1, 0, true, &RATING);
        let row = form.rating("考核表", row + 1, col, false, &RATING);
        form.total("考核表", row + 1, 0, 2);
        form.figures();
        form.check();
    }
}

#[test]
fn ratings_right_of_the_items() {
    let mut form = Form::begun();
    let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
    form.rating("考核表", 2, 6, true, &RATING);
    let row = form.rating("考核表", row + 3, 6, false, &RATING);
    form.total("考核表", row + 1, 6, 8);
    form.figures();
    form.check();
}

#[test]
fn a_header_over_two_rows() {
    let mut form = Form::begun();
    let plain = Format::new();
    let page = form.at("考核表");
    page.merge_range(2, 0, 3, 0, "考核项目", &plain).unwrap();
    page.merge_range(2, 1, 3, 1, "考核要点", &plain).unwrap();
    page.merge_range(2, 2, 3, 2, "分值", &plain).unwrap();
    page.merge_range(2, 3, 2, 5, "评分", &plain).unwrap();
    texts(page, 3, 3, &["自评", "得分", "备注"]);
    let row = form.item_rows("考核表", 4, [0, 2, 4]);
    form.ratings("考核表", row + 1, &RATING);
    form.figures();
    form.check();
}

#[test]
fn points_beside_a_weight_are_the_points() {
    let mut form = Form::begun();
    let header = ["考核项目", "权重", "分值", "得分"];
    let first = 3;
    for (row, (_, full, _)) in (first..).zip(ITEMS) {
        form.at("考核表").write(row, 1, full / 200.0).unwrap();
    }
    let row = form.items("考核表", 2, &header, [0, 2, 3]);
    form.ratings("考核表", row + 1, &RATING);
    form.figures();
    let outcome = form.check();
    let notices: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
    assert!(!notices.contains(&"points-differ"), "{notices:?}");
}

#[test]
fn mark_columns_by_other_names() {
    for word in ["分数", "打分", "评分", "得分（0-5）"] {
        let mut form = Form::begun();
        let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
        form.ratings("考核表", row + 1, &["评价要素", "评分标准", word]);
        form.figures();
        form.check();
    }
}

#[test]
fn rating_tables_with_full_marks_beside() {
    let mut form = Form::begun();
    let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
    let header = ["考核指标", "满分", "得分"];
    let first = form.rating("考核表", row + 1, 0, true, &header);
    let second = form.rating("考核表", first + 1, 0, false, &header);
    for row in (row + 3..row + 10).chain(first + 3..first + 11) {
        form.at("考核表").write(row, 1, "5分").unwrap();
    }
    form.total("考核表", second + 1, 0, 2);
    form.figures();
    form.check();
}

#[test]
fn totals_on_a_sheet_of_their_own() {
    // Label and value side by side; the full marks between them; a row of labels over the values.
    for kind in 0..3 {
        let mut form = Form::begun();
        let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
        let row = form.rating("考核表", row + 1, 0, true, &RATING);
        form.rating("考核表", row + 1, 0, false, &RATING);
        form.sheet("总评");
        match kind {
            0 => form.total("总评", 2, 0, 1),
            1 => {
                form.total("总评", 2, 0, 2);
                form.at("总评").write(2, 1, "100分").unwrap();
            }
            _ => {
                texts(form.at("总评"), 0, 0, &["总得分", "备注"]);
                let total = SUM + points(ABOVE_SUM, 35.0) + points(BELOW_SUM, 40.0);
                form.expect("总评", 1, 0, total);
            }
        }
        form.figures();
        form.check();
    }
}

#[test]
fn a_total_without_a_cell_is_said() {
    let mut form = Form::begun();
    let row = form.items("考核表", 2, &HEADER, [0, 2, 3]);
    let row = form.rating("考核表", row + 1, 0, true, &RATING);
    form.rating("考核表", row + 1, 0, false, &RATING);
    form.sheet("总评");
    texts(form.at("总评"), 2, 0, &["总得分", "见考核表"]);
    texts(form.at("总评"), 3, 0, &["由总经办填写"]);
    form.figures();
    let outcome = form.check();
    let notice = outcome.cards[0].problems.iter().find(|p| p.code == "total-no-cell");
    assert_eq!(notice.expect("a notice").place(), "'总评'!A3");
}

#[test]
fn a_team_right_of_the_list_and_gaps_in_it() {
    for gaps in [&[][..], &[3], &[1, 3, 5]] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.stacked("考核表");
        form.sheet("指标数据");
        form.list("指标数据", 2, 0, &[]);
        form.team("指标数据", 2, 5, gaps);
        form.sheet("下级评分");
        form.raters("下级评分", 0, 0);
        form.check();
    }
}

#[test]
fn a_mark_by_its_items_name() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.sheet("指标数据");
    let row = form.list("指标数据", 0, 0, &["问题处理评分"]);
    texts(form.at("指标数据"), row, 0, &["问题处理"]);
    form.at("指标数据").write(row, 1, 4.5).unwrap();
    form.team("指标数据", row + 2, 0, &[]);
    form.sheet("下级评分");
    form.raters("下级评分", 0, 0);
    form.check();
}

#[test]
fn several_raters_above() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    // Two superiors, whose mean is the mark that FORM.md's example has: 28.5 in all.
    form.sheet("上级评分");
    texts(form.at("上级评分"), 0, 0, &["考核指标", "总经理", "副总"]);
    let form_rows = 15..;
    for (row, (name, mark)) in (1..).zip(ABOVE) {
        form.at("上级评分").write(row, 0, name).unwrap();
        form.at("上级评分").write(row, 1, mark + 0.25).unwrap();
        form.at("上级评分").write(row, 2, mark - 0.25).unwrap();
    }
    // 完成工作的时间 is 5.0: one above would be 5.25, so both give 5.
    form.at("上级评分").write(3, 1, 5.0).unwrap();
    form.at("上级评分").write(3, 2, 5.0).unwrap();
    for (row, (_, mark)) in form_rows.zip(ABOVE) {
        form.expect("考核表", row, 2, mark);
    }
    form.check();
}

#[test]
fn hidden_and_protected_sheets_are_filled_and_said() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.at("考核表").protect();
    form.figures();
    form.at("指标数据").set_hidden(true);
    let outcome = form.check();
    let codes: Vec<_> = outcome.cards[0].problems.iter().map(|p| p.code).collect();
    assert!(codes.contains(&"protected-sheet"), "{codes:?}");
}

#[test]
fn a_date_where_a_figure_should_be_is_refused() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    let date = ExcelDateTime::from_ymd(2026, 10, 1).unwrap();
    let format = Format::new().set_num_format("yyyy-mm-dd");
    form.at("指标数据").write_with_format(1, 1, &date, &format).unwrap();
    let bytes = form.book.save_to_buffer().unwrap();
    let outcome = fill_workbook(&bytes, &Options::default()).unwrap();
    assert!(outcome.bytes.is_none());
    let found: Vec<_> = outcome.cards[0].problems.iter().filter(|p| p.blocks()).collect();
    assert_eq!(found[0].code, "metric-is-a-date");
    assert_eq!(found[0].place(), "'指标数据'!B2");
}

#[test]
fn figures_that_contradict_each_other_are_said() {
    for (figures, said) in [
        ([2.0, 1.0, 21.0], false),
        ([0.0, 0.0, 18.0], false),
        ([1.0, 2.0, 21.0], true),
        ([0.0, 0.0, 19.0], true),
        ([1.0, 0.0, 18.0], true),
    ] {
        let mut form = Form::default();
        form.sheet("考核表");
        form.stacked("考核表");
        form.figures();
        let names = ["旺旺超时人次", "旺旺超时2秒以上人次", "旺旺最长反应时间"];
        for (row, (name, figure)) in (30..).zip(names.iter().zip(figures)) {
            form.at("指标数据").write(row, 0, *name).unwrap();
            form.at("指标数据").write(row, 1, figure).unwrap();
        }
        let outcome = filled(&form.book.save_to_buffer().unwrap());
        let found = outcome.cards[0].problems.iter().any(|p| p.code == "figures-disagree");
        assert_eq!(found, said, "{figures:?}");
    }
}

#[test]
fn a_missing_metric_names_the_label_that_was_perhaps_meant() {
    let mut form = Form::default();
    form.sheet("考核表");
    form.stacked("考核表");
    form.figures();
    form.at("指标数据").write(5, 0, "当月中差评总量").unwrap();
    let outcome = fill_workbook(&form.book.save_to_buffer().unwrap(), &Options::default()).unwrap();
    let problem = outcome.cards[0].problems.iter().find(|p| p.blocks()).expect("refused");
    assert_eq!(problem.code, "metric-missing");
    let hint = problem.hint.as_ref().expect("a hint");
    assert!(hint.zh.contains("'指标数据'!A6") && hint.en.contains("当月中差评总量"), "{hint:?}");
}
