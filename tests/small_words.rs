//! Small words of a form, and notes beside it, that change a score: each is told, and nothing of the kind is said
//! of other words for the same. Totals by hand: 69.5 of the items, 28.5 of 35 and 31.375 of 40 marks of 10 each.

use crate::common::pack::with_sheet;
use crate::common::*;
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, fill_workbook};

/// The total that was filled, and the codes of all findings with where they stand.
fn read(bytes: &[u8]) -> (f64, Vec<(&'static str, String)>) {
    let outcome = fill_workbook(bytes, &Options::default()).expect("read");
    let card = &outcome.cards[0];
    assert!(outcome.bytes.is_some(), "{:#?}", card.problems);
    let all = card.problems.iter().chain(&outcome.problems);
    (card.total, all.map(|p| (p.code, p.place())).collect())
}

const TOTAL: f64 = 69.5 + 28.5 / 3.5 + 31.375 / 4.0;

/// What is found where the criteria of a row have other words.
fn reworded(cell: &str, from: &str, to: &str) -> Vec<&'static str> {
    let own = seen(&sample(ONE), FORM, cell).to_string();
    assert!(own.contains(from), "{from}");
    let (total, found) = read(&changed(ONE, &[(FORM, cell, text(&own.replace(from, to)))]));
    assert!((total - TOTAL).abs() < 1e-9, "{to}");
    assert!(found.iter().all(|(_, at)| at.ends_with(cell)), "{to}: {found:?}");
    found.into_iter().map(|(code, _)| code).collect()
}

const COMPLAINTS: &str = "每次扣2分";
const LATE: &str = "每人次扣1分";
const BOTH: &str = "C店和商城均值";
const FAILED: &str = "不及格者每人次";

#[test]
fn small_words_that_change_a_rule_are_told() {
    for (cell, from, to) in [
        // So many go free.
        ("B7", LATE, "超过2人次的，每人次扣1分"),
        ("B5", COMPLAINTS, "允许1次，超出每次扣2分"),
        ("B5", COMPLAINTS, "首次警告，再次发生每次扣2分"),
        ("B5", COMPLAINTS, "从第二次起每次扣2分"),
        ("B5", COMPLAINTS, "前1次不扣，之后每次扣2分"),
        ("B5", COMPLAINTS, "累计两次扣2分"),
        // Another unit.
        ("B5", COMPLAINTS, "每天扣2分"),
        ("B5", COMPLAINTS, "每个客户扣2分"),
        ("B5", COMPLAINTS, "每位顾客扣2分"),
        ("B5", COMPLAINTS, "扣2分/天"),
        // Below nothing, double.
        ("B5", COMPLAINTS, "每次扣2分，可扣至负分"),
        ("B5", COMPLAINTS, "每次扣2分，本项可为负"),
        ("B5", COMPLAINTS, "每次扣2分，重大投诉扣分加倍"),
        // A figure is rounded first.
        ("B6", "×100%，低于", "×100%（四舍五入到整数），低于"),
        ("B6", "×100%，低于", "×100%（取整），低于"),
        // Groups are put together otherwise.
        ("B12", BOTH, "C店与商城两店均值的平均"),
        ("B12", BOTH, "C店和商城均值（取两店较低者）"),
        ("B12", BOTH, "C店和商城均值孰低"),
        ("B12", BOTH, "C店和商城加权均值"),
        ("B12", BOTH, "C店和商城均值分别"),
        // Another pass mark.
        ("B12", FAILED, "不及格者（及格线65分）每人次"),
        ("B12", FAILED, "不及格（KPI<65）者每人次"),
    ] {
        assert!(reworded(cell, from, to).contains(&"criteria-differ"), "{to}");
    }
}

#[test]
fn other_words_for_the_same_are_not_told() {
    for (cell, from, to) in [
        ("B5", COMPLAINTS, "每起扣2分"),
        ("B5", COMPLAINTS, "每件扣2分"),
        ("B5", COMPLAINTS, "每例投诉扣2分"),
        ("B5", COMPLAINTS, "扣2分/次"),
        ("B5", COMPLAINTS, "每次扣2分，扣完为止，不得为负分"),
        ("B5", "未及时准确处理的", "造成较大影响、未及时准确处理的"),
        ("B7", LATE, "每人扣1分"),
        ("B7", LATE, "每有一人次扣1分"),
        ("B9", "每人次扣2分", "每流失1人扣2分"),
        ("B12", BOTH, "C店、商城两店均值"),
        ("B12", FAILED, "不及格者每人"),
        ("B12", FAILED, "不及格者（及格线60分）每人次"),
        ("B12", FAILED, "不及格（KPI低于60分）者每人次"),
    ] {
        assert_eq!(reworded(cell, from, to), [""; 0], "{to}");
    }
}

/// What is found of a sentence below the form, below the figures, and on a sheet of its own, each alone.
fn beside(words: &str) -> [Vec<&'static str>; 3] {
    let below =
        |sheet: &'static str, cell: &'static str| changed(ONE, &[(sheet, cell, text(words))]);
    let numbered = format!("1、{words}");
    let sheet = with_sheet(&sample(ONE), "填表说明", &["填表说明", &numbered]);
    let books = [below(FORM, "A42"), below(METRICS, "A27"), sheet];
    books.map(|bytes| {
        let (total, found) = read(&bytes);
        assert!((total - TOTAL).abs() < 1e-9, "{words}");
        found.into_iter().map(|(code, _)| code).collect()
    })
}

#[test]
fn rules_beside_the_form_are_told_wherever_they_stand() {
    for words in [
        "2026年10月起，投诉每次扣3分",
        "注：当月有重大客诉者，绩效考核总分按80%计。",
        "注：本月因系统故障，投诉扣分减半。",
        "注：本表得分×出勤率为最终得分。",
        "新任主管首月上级评分不计，权重并入业绩",
        "试用期客服不计入团队均值",
        "各项奖励加分后得分不得超过该项权重分值。",
        "迟到每次扣1分",
    ] {
        assert_eq!(beside(words), [["rule-unread"]; 3], "{words}");
    }
    for words in [
        "注：月度KPI及格分为65分。",
        "注：不及格指月度KPI低于70分",
        "及格线为65分",
        "KPI 65分以下为不及格",
        "KPI60分（含）以下为不及格",
    ] {
        assert_eq!(beside(words), [["criteria-differ"]; 3], "{words}");
    }
}

#[test]
fn ordinary_remarks_beside_the_form_are_not_told() {
    for words in [
        "数据来源：生意参谋，截至10月31日",
        "注：截至2026年10月31日",
        "单位：元",
        "填报人：李静  审核：总经办",
        "评分请于每月5日前交总经办",
        "扣分说明：投诉1次扣2分",
        "注：罚款另计，不计入考核得分",
        "得分由系统自动计算，请勿修改",
        "注：月度KPI及格分为60分。",
        "注：不及格指月度KPI低于60分",
        "满分100分，60分以上及格",
    ] {
        assert_eq!(beside(words), [[""; 0]; 3], "{words}");
    }
    // Of the figures, or what an item's words say already.
    for words in [
        "注：KPI得分取自绩效系统，保留两位小数",
        "10月8日客户投诉1次，扣2分",
        "投诉每次扣2分",
        "每项满分5分，最高5分",
    ] {
        let [_, figures, sheet] = beside(words);
        assert_eq!([figures, sheet], [[""; 0]; 2], "{words}");
    }
    // In a row of figures it is no sentence.
    let cells = [(METRICS, "A16", text("投诉扣3分的次数")), (METRICS, "B16", num(2.0))];
    assert_eq!(read(&changed(ONE, &cells)).1, []);
}

/// Every rater's own total ends a raters' sheet, across or down.
#[test]
fn a_raters_own_total_is_no_second_total_of_the_form() {
    let heads = MARKS.join("|");
    let row = |mark: &str| {
        let marks = vec![mark; MARKS.len()].join("|");
        format!("{marks}|{}", mark.parse::<f64>().expect("a mark") * 8.0)
    };
    let rows = [
        format!("序号|提交时间|{heads}|总分"),
        format!("1|2026-10-28|{}", row("4")),
        format!("2|2026-10-29|{}", row("3")),
    ];
    let mut marks = vec!["考核指标|评分人1|评分人2".to_owned()];
    marks.extend(MARKS.map(|mark| format!("{mark}|4|3")));
    marks.push("总分|32|24".to_owned());
    for rows in [rows.as_slice(), &marks] {
        let blank: Vec<Edit> = (0..16)
            .flat_map(|row| (0..8).map(move |col| kaohe::cell::CellRef::new(row, col)))
            .map(|at| Edit::new("下级评分", at, Content::Blank))
            .collect();
        let bytes = edit(&sample(ONE), &blank).expect("edited");
        let (total, found) = read(&with_sheet(&bytes, "下级评分汇总", rows));
        // 3.5 of 5 in each mark, of 10 points.
        assert!((total - (69.5 + 28.5 / 3.5 + 7.0)).abs() < 1e-9, "{total} {found:?}");
        assert!(found.iter().all(|(code, _)| *code != "total-again"), "{found:?}");
    }
}
