//! What a form says of grades, shares and rules beside its scheme: another number is told, or the form refused
//! where an example scheme was chosen for it. Scores by hand from the forms' words.

use crate::common::forms::example;
use crate::common::*;
use kaohe::package::Content;
use kaohe::scheme::Scheme;
use kaohe::{Options, fill_workbook};

const SALES: &str = "销售代表绩效考核表-李强.xlsx";
const STORE: &str = "仓库主管绩效考核表-陈波.xlsx";
const ACCOUNTS: &str = "财务会计绩效考核表-何敏.xlsx";

/// The sheet of a sample's form, its scheme, and its total by hand.
fn of(name: &str) -> (&'static str, &'static str, f64) {
    match name {
        SALES => ("销售代表绩效考核表", "销售代表", 101.7),
        STORE => ("仓库主管绩效考核表", "仓库主管", 70.5),
        ACCOUNTS => ("财务会计绩效考核表", "财务会计", 84.9),
        // 69.5 of the items, 28.5 of 35 and 31.375 of 40 marks of 10 points each.
        _ => (FORM, "客服主管", 69.5 + 28.5 / 3.5 + 31.375 / 4.0),
    }
}

/// The total that was filled, and the codes of all findings.
fn read(bytes: &[u8], scheme: Option<Scheme>) -> (Option<f64>, Vec<&'static str>) {
    let outcome = fill_workbook(bytes, &Options { scheme, ..Options::default() });
    let outcome = outcome.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let card = &outcome.cards[0];
    let codes = card.problems.iter().chain(&outcome.problems).map(|p| p.code).collect();
    (outcome.bytes.as_ref().map(|_| card.total), codes)
}

fn near(total: Option<f64>, by_hand: f64) -> bool {
    total.is_some_and(|total| (total - by_hand).abs() < 1e-9)
}

#[test]
fn a_rule_that_the_form_lacks_or_turns_is_not_scored_by_an_example() {
    for (name, cell, words) in [
        // Numbers that the other side nowhere has.
        (SALES, "B4", "得分=完成率×分值，最高按120%计；低于70%不得分。"),
        (SALES, "B4", "得分=完成率×分值，最高按120%计。"),
        (SALES, "B7", "每月拜访20家，每少一家扣0.5分，最多扣5分。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分。"),
        // Rules that no reader understands are compared by their numbers.
        (SALES, "B6", "以上月费用为基数，每降1%加1分，每升1%扣2分，最高20分。"),
        (SALES, "B6", "以上月费用为基数，持平得15分，每升1%扣2分，最高20分。"),
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%加1分，每升1%加2分，最高20分。"),
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%扣1分，每升1%扣2分，最高20分。"),
        (STORE, "B7", "损失500元以下扣3分，500元及以上扣5分。"),
        (STORE, "B7", "损失500元以下加3分，500元及以上扣5分，超过500元每满100元再扣1分。"),
        (ACCOUNTS, "B5", "第1处错误扣1分，第2处扣3分。"),
        (ACCOUNTS, "B5", "第1处错误扣1分，第2处加3分，第3处起每处扣6分。"),
        // The whole score is more than the item's, a day less than a working day.
        (STORE, "B8", "现场不合格每处扣0.5分；发生安全事故，总分为0。"),
        (ACCOUNTS, "B4", "每逾期一天扣10分；逾期三天及以上不得分。"),
        // Other limits, however they are worded.
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%加1分，每升1%扣2分，至多18分。"),
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%加1分，每升1%扣2分，以18分为限。"),
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%加1分，每升1%扣2分，最多不超过18分。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分，漏发至多扣8分。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分，漏发扣分不得超过8分。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分，漏发8分封顶。"),
        (ACCOUNTS, "B5", "首处错误扣1分，第2处扣3分，第3处起每处扣5分。"),
        (ACCOUNTS, "B6", "发票及时率不低于95%且对账完成率达到100%得30分，有一项不达标不得分。"),
        (ACCOUNTS, "B6", "发票及时率不低于98%且对账完成率达到100%得30分，有两项不达标不得分。"),
    ] {
        let (sheet, scheme, _) = of(name);
        let bytes = changed(name, &[(sheet, cell, text(words))]);
        let (total, codes) = read(&bytes, None);
        assert!(codes.contains(&"criteria-differ") && total.is_none(), "{words} {codes:?}");
        // Named, the scheme scores and the difference is told.
        let (total, codes) = read(&bytes, Some(example(scheme)));
        assert!(codes.contains(&"criteria-differ") && total.is_some(), "{words} {codes:?}");
    }
}

#[test]
fn the_same_rule_in_other_words_is_scored_by_an_example() {
    for (name, cell, words) in [
        (
            SALES,
            "B5",
            "回款率≥100%得30分；90%≤回款率<100%得24分；80%≤回款率<90%得15分；<80%得0分。",
        ),
        (SALES, "B6", "以上月费用为基数，持平得15分，每降一个百分点奖1分，每升1%减2分，最高20分。"),
        (SALES, "B8", "加分项：每新签一家奖2分。"),
        (STORE, "B4", "抽查账实不符，2项以内不扣，从第3项起每项扣3分，扣完为止。"),
        (STORE, "B6", "每月1次扣1分，2次扣4分，3次（含）以上扣10分"),
        (STORE, "B7", "损失500元以下扣3分；500元以上（含）扣5分，超过500元的部分每100元再扣1分。"),
        (STORE, "B8", "现场不合格每处扣0.5分；发生安全事故，本项得0分。"),
        (ACCOUNTS, "B4", "每逾期1个工作日扣10分；逾期3个工作日以上（含3个）不得分。"),
        (ACCOUNTS, "B5", "第一处错误扣1分，第二处扣3分，第三处起每处扣6分"),
        (ACCOUNTS, "B5", "首处错误扣1分，第2处扣3分，第3处起每处扣6分。"),
        (ACCOUNTS, "B6", "发票及时率不低于98%且对账完成率达到100%得30分，有一项不达标不得分。"),
        (ACCOUNTS, "B6", "发票及时率≥98%且对账完成率达到100%得30分，其中一项未达标的得0分。"),
        // The same limit.
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%加1分，每升1%扣2分，至多20分。"),
        (SALES, "B6", "以上月费用为基数，持平得15分，每降1%加1分，每升1%扣2分，以20分为限。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分，漏发至多扣6分。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分，漏发扣分不得超过6分。"),
        (STORE, "B5", "错发每次扣5分，漏发每次扣2分，漏发最多不超过6分。"),
    ] {
        let (sheet, _, by_hand) = of(name);
        let (total, codes) = read(&changed(name, &[(sheet, cell, text(words))]), None);
        assert!(near(total, by_hand), "{words}: {total:?} {codes:?}");
    }
    // Signs for words, and a bound where the pass mark is known.
    for (cell, from, to) in [
        ("B4", "每高一个百分点奖励2分", "每超出一个百分点＋２分"),
        ("B5", "每次扣2分", "每次-2分"),
        ("B12", "不及格者每人次", "不及格（60分以下）者每人次"),
        (
            "B12",
            "5元为一个阶段，每升一阶段奖励2分，每降一阶段扣2分",
            "每高5元奖励2分，每低5元扣2分",
        ),
    ] {
        let own = seen(&sample(ONE), FORM, cell).to_string();
        assert!(own.contains(from), "{from}");
        let words = own.replace(from, to);
        let (total, codes) = read(&changed(ONE, &[(FORM, cell, text(&words))]), None);
        assert!(near(total, of(ONE).2) && codes.is_empty(), "{words}: {total:?} {codes:?}");
    }
    let own = seen(&sample(ONE), FORM, "B12").to_string();
    let words = own.replace("不及格者每人次", "不及格（65分以下）者每人次");
    let (_, codes) = read(&changed(ONE, &[(FORM, "B12", text(&words))]), None);
    assert!(codes.contains(&"criteria-differ"), "{codes:?}");
}

#[test]
fn other_grades_and_shares_are_told() {
    let told = ["grades-differ", "shares-differ", "rule-unread"];
    for (words, code) in [
        ("等级：95分以上优秀，85分以上良好，70分以上合格，70分以下不合格", "grades-differ"),
        ("评分等级：A级≥95分，B级85-94分，C级70-84分，D级<70分", "grades-differ"),
        (
            "优秀：95（含）-100分；良好：85（含）-95分；合格：60（含）-85分；不合格：60分以下",
            "grades-differ",
        ),
        ("考核等级：优秀>90分，良好80-90分，合格60-80分", "grades-differ"),
        ("等级：90分以上优秀，80分以上良好，60分以上合格，60分以下不合格", ""),
        ("优秀：90分（含）以上；良好：80（含）-90分；合格：60（含）-80分；不合格：60分以下", ""),
        ("90-100分：优秀；80-89分：良好；60-79分：合格；59分以下：不合格", ""),
        ("评分等级：A级90分以上，B级80-89分，C级60-79分，D级60分以下", ""),
        ("评分说明：5分优秀，4分良好，3分合格，2分较差，1分差", ""),
        ("总得分=业绩得分×70%+上级评分×15%+下级评分×15%", "shares-differ"),
        ("总得分=业绩得分×80%+上级评分×10%+下级评分×10%", ""),
        ("客服KPI：85分以上优秀，70分以上良好，60分以下不及格", ""),
        ("年度总评：95分以上为优秀，85分以上良好，70分以下不合格", ""),
        ("入职培训考试90分以上优秀，70分以上合格，70分以下不合格", ""),
    ] {
        let (total, codes) = read(&changed(ONE, &[(FORM, "A41", text(words))]), None);
        assert!(near(total, of(ONE).2), "{words}: {total:?}");
        for told in told {
            assert_eq!(codes.contains(&told), told == code, "{words}: {codes:?}");
        }
    }
    // The sections of an example's form, and its grades: another form's.
    for (cell, words, code) in [
        ("B10", "业绩×70%+行为×30%", Some("shares-differ")),
        ("A12", "说明：业绩合计乘70%，行为合计乘30%。", Some("shares-differ")),
        ("A12", "等级：95分及以上优秀，80分及以上良好，60分及以上合格", Some("grades-differ")),
        ("B10", "业绩×80%+行为×20%", None),
        ("A12", "说明：业绩占80%，行为占20%。", None),
        ("G2", "业绩90%完成即可", None),
        ("G2", "年度等级：95分以上优秀，85-94良好，70-84合格，70分以下不合格", None),
    ] {
        let (sheet, _, by_hand) = of(ACCOUNTS);
        let (total, codes) = read(&changed(ACCOUNTS, &[(sheet, cell, text(words))]), None);
        match code {
            Some(code) => assert!(codes.contains(&code) && total.is_none(), "{words} {codes:?}"),
            None => assert!(near(total, by_hand) && codes.is_empty(), "{words} {codes:?}"),
        }
    }
    // What a form of the scheme's own says below itself is no news, a lower limit is.
    let (sheet, _, by_hand) = of(SALES);
    let (total, codes) = read(&sample(SALES), None);
    assert!(near(total, by_hand) && codes.is_empty(), "{codes:?}");
    for words in ["说明：加分项合计最多8分。", "说明：泄露价格次数每次总分扣20分。"]
    {
        let (_, codes) = read(&changed(SALES, &[(sheet, "A14", text(words))]), None);
        assert_eq!(codes, ["rule-unread"], "{words}");
    }
}

#[test]
fn a_figures_name_may_end_in_its_brackets() {
    let labels = |name: &str, cells: &[(&str, &str)]| {
        let cells: Vec<(&str, &str, Content)> =
            cells.iter().map(|(cell, label)| (METRICS, *cell, text(label))).collect();
        read(&changed(name, &cells), None)
    };
    for (name, cells) in [
        (ONE, &[("A4", "营业额（计划）"), ("A5", "营业额（实际）")][..]),
        (ONE, &[("A4", "营业额(元)（计划）"), ("A5", "营业额(元)（实际）")]),
        (ONE, &[("A6", "投诉次数（未及时处理）")]),
        (SALES, &[("A8", "销售费用（上月）"), ("A9", "销售费用（本月）")]),
        (STORE, &[("A4", "账实不符（项数）")]),
    ] {
        let (total, codes) = labels(name, cells);
        assert!(near(total, of(name).2) && codes.is_empty(), "{cells:?}: {total:?} {codes:?}");
    }
    // Of two notes the other one may say another time, shop or person.
    for note in ["上月", "9月", "去年", "C店", "周强", "预估", "截至10.15", "1-10月"] {
        for cells in [
            [
                ("A4", format!("营业额（计划）（{note}）")),
                ("A5", format!("营业额（实际）（{note}）")),
            ],
            [
                ("A4", format!("营业额（{note}）（计划）")),
                ("A5", format!("营业额（{note}）（实际）")),
            ],
        ] {
            let cells = cells.each_ref().map(|(cell, label)| (*cell, label.as_str()));
            let (total, codes) = labels(ONE, &cells);
            assert!(total.is_none() && codes.contains(&"metric-missing"), "{cells:?} {codes:?}");
        }
        let extra = format!("营业额（实际）（{note}）");
        let cells = [("A4", "营业额（计划）"), ("A5", "营业额（实际）"), ("A16", extra.as_str())];
        let (total, _) = labels(ONE, &cells);
        assert!(near(total, of(ONE).2), "{extra}: {total:?}");
    }
    // A note behind a whole name is of another figure still.
    for cells in [[("A5", "实际营业额（计划）")], [("A5", "实际营业额（上月）")]]
    {
        let (total, codes) = labels(ONE, &cells);
        assert!(total.is_none() && codes.contains(&"metric-missing"), "{cells:?} {codes:?}");
    }
    // Where the label is not understood, last month's is not offered for this month's.
    let bytes =
        changed(SALES, &[(METRICS, "A8", text("上月费用")), (METRICS, "A9", text("费用合计"))]);
    let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
    let missing = outcome.cards[0].problems.iter().filter(|p| p.what.zh.contains("本月销售费用"));
    for problem in missing {
        let hint = problem.hint.as_ref().map_or("", |hint| hint.zh.as_str());
        assert!(!hint.contains("上月费用"), "{hint}");
    }
}

#[test]
fn last_months_nothing_is_told_by_its_name() {
    let (total, codes) = read(&changed(SALES, &[(METRICS, "B8", num(0.0))]), None);
    assert_eq!((total, codes), (None, vec!["divide-by-zero"]));
}

#[test]
fn a_ratios_points_are_the_forms_and_bonus_items_stand_beside_the_sum() {
    let (sheet, ..) = of(SALES);
    let cells = [(sheet, "C4", text("50分")), (sheet, "C10", text("110分"))];
    // 1.03 × 50, and 24 + 18 + 8.5 + 10 as before.
    let (total, codes) = read(&changed(SALES, &cells), None);
    assert!(near(total, 112.0), "{total:?}");
    assert_eq!(codes, ["points-differ"]);
    // 30 + 12 of bonus are no sum of these.
    let (_, codes) = read(&changed(SALES, &[(sheet, "C10", text("108分"))]), None);
    assert_eq!(codes, ["sum-points-differ"]);
    // The bands keep their points, and it is told.
    let bytes = changed(SALES, &[(sheet, "C5", text("40分"))]);
    let outcome = fill_workbook(&bytes, &Options::default()).expect("read");
    let differ =
        outcome.cards[0].problems.iter().find(|p| p.code == "points-differ").expect("told");
    assert!(
        differ.hint.as_ref().is_some_and(|hint| hint.zh.contains("最高一档 30 分")),
        "{differ:?}"
    );
}
