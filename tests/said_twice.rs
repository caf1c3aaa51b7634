//! What a form says in two places, and not alike: refused or told, and the right cell filled.

use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

fn filled(name: &str, cells: &[(&str, &str, Content)]) -> Outcome {
    fill_workbook(&changed(name, cells), &Options::default()).expect("read")
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.cards.iter().flat_map(|card| &card.problems).map(|problem| problem.code).collect()
}

#[test]
fn the_title_and_the_month() {
    for (title, told) in [
        ("客服主管绩效考核表（2026年9月）", true),
        ("2026年9月客服主管绩效考核表", true),
        ("客服主管绩效考核表（2026年10月）", false),
        ("客服主管绩效考核表（2026年3月修订）", false),
    ] {
        let outcome = filled(ONE, &[(FORM, "A1", text(title))]);
        assert_eq!(codes(&outcome).contains(&"month-twice"), told, "{title}");
        // The label counts.
        assert_eq!(outcome.cards[0].month.unwrap().to_string(), "2026-10", "{title}");
    }
    for (month, told) in [
        ("考核月份：2026年第三季度", true),
        ("考核月份：9.1—9.30", true),
        ("考核月份：", false),
        ("考核月份：月度", false),
    ] {
        let outcome = filled(ONE, &[(FORM, "C2", text(month))]);
        assert_eq!(codes(&outcome).contains(&"month-unread"), told, "{month}");
    }
}

#[test]
fn full_marks_in_a_name() {
    for (cell, name, told) in [
        ("A4", "营业额达成度（20分）", true),
        ("A4", "营业额达成度（15分）", false),
        ("A4", "营业额达成度（满分20分）", true),
        ("A17", "工作完成量(满分10分)", true),
        ("A17", "工作完成量(满分5分)", false),
    ] {
        let outcome = filled(ONE, &[(FORM, cell, text(name))]);
        assert_eq!(codes(&outcome).contains(&"points-twice"), told, "{name}");
        assert_eq!(outcome.filled(), usize::from(!told), "{name}");
    }
}

/// A second column of points that most items agree with.
#[test]
fn full_marks_in_a_column_of_their_own() {
    let rows = [4, 5, 6, 7, 8, 9, 10, 12];
    for (head, first, others, refused) in [
        ("权重", "15%", ["10%", "10%", "5%", "5%", "5%", "5%", "25%"], false),
        ("权重", "20%", ["10%", "10%", "5%", "5%", "5%", "5%", "25%"], true),
        ("满分", "20分", ["10", "10", "5", "5", "5", "5", "25"], true),
        ("满分", "100", ["100"; 7], false),
    ] {
        let mut cells = vec![(FORM, "F3".to_owned(), text(head))];
        let values = std::iter::once(first).chain(others);
        cells.extend(rows.iter().zip(values).map(|(row, v)| (FORM, format!("F{row}"), text(v))));
        let cells: Vec<_> = cells.iter().map(|(s, at, c)| (*s, at.as_str(), c.clone())).collect();
        let outcome = filled(ONE, &cells);
        assert_eq!(codes(&outcome).contains(&"points-twice"), refused, "{head} {first}");
        assert_eq!(outcome.filled(), usize::from(!refused), "{head} {first}");
    }
}

#[test]
fn points_in_words_and_the_year() {
    let outcome = filled(ONE, &[(FORM, "C4", text("十五分")), (FORM, "C12", text("二十五分"))]);
    assert_eq!((outcome.filled(), codes(&outcome).contains(&"points-differ")), (1, false));
    assert!((outcome.cards[0].total - filled(ONE, &[]).cards[0].total).abs() < 1e-9);
    for (year, told) in [("2025", true), ("2026", false), ("2026年度", false)] {
        let outcome = filled(ONE, &[(FORM, "G2", text("考核年度")), (FORM, "H2", text(year))]);
        assert_eq!(codes(&outcome).contains(&"month-twice"), told, "{year}");
    }
}

#[test]
fn another_persons_name_in_a_corner() {
    for corner in [["姓名", "周强"], ["姓名", "得分"]] {
        let cells = [(FORM, "G1", text(corner[0])), (FORM, "H1", text(corner[1]))];
        let outcome = filled(ONE, &cells);
        assert_eq!(outcome.cards[0].person.as_deref(), Some("王丽"), "{corner:?}");
    }
    let plain = filled(MANY, &[]);
    let (one, two) = ("周强", "孙悦");
    // Each tab has the other's name within.
    let swapped: Vec<_> =
        [(one, two), (two, one)].map(|(tab, name)| (tab, "A2", format!("被考核人：{name}"))).into();
    let cells: Vec<_> = swapped.iter().map(|(tab, at, name)| (*tab, *at, text(name))).collect();
    let outcome = filled(MANY, &cells);
    assert_eq!(codes(&outcome).iter().filter(|code| **code == "tab-differs").count(), 2);
    assert!(!codes(&plain).contains(&"tab-differs"));
}

/// Rows of other totals keep their numbers, and the form's own total is filled.
#[test]
fn totals_of_another_time() {
    for (label, number) in [("总得分（上月）", 86.3), ("9月总得分", 86.3), ("累计总分", 860.0)]
    {
        let cells = [(FORM, "A39", text(label)), (FORM, "D39", num(number))];
        let outcome = filled(ONE, &cells);
        assert_eq!(outcome.filled(), 1, "{label}: {:?}", codes(&outcome));
        assert!(!codes(&outcome).contains(&"replaced"), "{label}");
        let bytes = outcome.bytes.unwrap();
        assert_eq!(number_at(&bytes, "D39"), number, "{label}");
        let total = outcome.cards[0].total;
        assert!((number_at(&bytes, "D40") - total).abs() < 1e-9, "{label}");
    }
    // A history beside the form.
    let history = [
        (FORM, "G2", text("月份")),
        (FORM, "H2", text("总得分")),
        (FORM, "G3", text("8月")),
        (FORM, "H3", num(88.5)),
    ];
    let outcome = filled(ONE, &history);
    assert!(!outcome.cards[0].targets.iter().any(|t| t.place.at == at("I2")));
    assert_eq!(outcome.filled(), 1);
}

fn number_at(bytes: &[u8], cell: &str) -> f64 {
    number(bytes, FORM, cell)
}

#[test]
fn of_several_score_columns_the_last_word_is_filled() {
    let mut cells = vec![
        (FORM, "D3".to_owned(), text("自评得分")),
        (FORM, "E3".to_owned(), text("上级评分")),
        (FORM, "F3".to_owned(), text("终评得分")),
    ];
    for row in (4..=12).filter(|row| *row != 11) {
        cells.push((FORM, format!("D{row}"), num(3.0)));
        cells.push((FORM, format!("E{row}"), num(4.0)));
    }
    let cells: Vec<_> = cells.iter().map(|(s, at, c)| (*s, at.as_str(), c.clone())).collect();
    let outcome = filled(ONE, &cells);
    let bytes = outcome.bytes.expect("filled");
    assert_eq!(number_at(&bytes, "E4"), 4.0);
    // 103 whole points of 100: 15 + 3 × 2.
    assert_eq!(number_at(&bytes, "F4"), 21.0);
}

/// Rules that stand where no scheme reads them are told; what only explains the form's own is not.
#[test]
fn rules_beside_the_criteria_are_told() {
    let told = |cell: &str, words: &str| {
        let outcome = filled(ONE, &[(FORM, cell, text(words))]);
        assert_eq!(outcome.filled(), 1, "{words}: {:?}", codes(&outcome));
        codes(&outcome).contains(&"rule-unread")
    };
    for (cell, words) in [
        ("B40", "80+20+20=120分"),
        ("B40", "（合计+上级+下级）×1.1"),
        ("B40", "四舍五入取整"),
        ("A40", "总得分（封顶100分）"),
        ("B25", "去掉最高最低后合计÷满分×10"),
        ("A44", "备注：总分超过100分按100分计"),
        ("A44", "备注：投诉维权本月暂停考核"),
        ("A44", "注：迟到一次扣1分，从总分中扣除。"),
        ("A44", "说明：总得分最高100分"),
        ("A44", "注：总分保留一位小数"),
        ("A44", "备注：考核得分四舍五入取整数"),
        ("A43", "注：客服培训本月不考核"),
        ("A43", "迟到一次扣1分"),
        ("A43", "加分项：获得公司表扬一次加2分"),
        ("A44", "一票否决：发生重大投诉总分为0"),
        ("A44", "得分保留整数"),
        ("A44", "表扬一次+2分"),
        ("A44", "总分封顶100"),
        ("A44", "总得分×0.9"),
        ("E9", "因系统升级本月暂停考核该项"),
        ("A9", "客服培训（本月不考核）"),
        ("E9", "暂停考核"),
    ] {
        assert!(told(cell, words), "{words}");
    }
    for (cell, words) in [
        ("B40", "80+10+10=100分"),
        ("B40", "满分100分"),
        ("B25", "合计÷满分×10"),
        ("A44", "备注：本表一式两份，人事与本人各执一份。"),
        ("A44", "注：被考核人须在3日内签字。"),
        ("A44", "备注：无"),
        ("A44", "说明：本表一式两份。"),
        ("A44", "情况说明"),
        ("A44", "注：转化率保留两位小数"),
        ("A43", "考核人：总经办  加班不计"),
        ("A44", "一票否决：无"),
        ("A44", "扣至0分为止"),
        ("A44", "扣分说明：投诉1次扣2分"),
        ("A44", "本月投诉1次，扣2分"),
        ("E5", "罚款不计分"),
        ("E9", "店铺停用1天"),
        ("A44", "请于5日前交人事部"),
        ("A9", "客服培训（新）"),
        ("E9", "人事部"),
        ("A44", "考核说明：本表适用于客服主管，满分100分"),
    ] {
        assert!(!told(cell, words), "{words}");
    }
    // The word in one cell, the rule in the next.
    for (words, told) in [("迟到每次扣1分", true), ("请在3日内签字", false)] {
        let outcome = filled(ONE, &[(FORM, "A44", text("备注")), (FORM, "B44", text(words))]);
        assert_eq!(codes(&outcome).contains(&"rule-unread"), told, "{words}");
    }
}

/// What a form made of a scheme says of its groups, vetoes and grades is the scheme's own; another veto is not.
#[test]
fn a_form_of_ours_says_nothing_unread() {
    for file in [
        "销售代表绩效考核表-李强.xlsx",
        "仓库主管绩效考核表-陈波.xlsx",
        "财务会计绩效考核表-何敏.xlsx",
    ] {
        let outcome = fill_workbook(&sample(file), &Options::default()).expect("read");
        assert_eq!(outcome.filled(), 1, "{file}");
        assert!(!codes(&outcome).contains(&"rule-unread"), "{file}");
    }
    let file = "销售代表绩效考核表-李强.xlsx";
    let note = "说明：泄露价格次数一经发生，总分为 0。\n窜货次数一经发生，总分为 0。";
    let bytes = changed(file, &[("销售代表绩效考核表", "A14", text(note))]);
    let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
    assert!(codes(&outcome).contains(&"rule-unread"));
}
