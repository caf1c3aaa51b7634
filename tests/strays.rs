//! Scores and vetoes in rows that the scheme does not know: the totals would lack them, so that nobody's go
//! without a word.

use crate::common::*;
use kaohe::package::Content;
use kaohe::workbook::Value;
use kaohe::{Options, fill_workbook};

/// Whether the form was filled, and what was found in one row, as code and severity.
fn read(row: u32, cells: &[(&str, Content)]) -> (bool, Vec<String>) {
    let cells: Vec<_> = cells.iter().map(|(at, content)| (FORM, *at, content.clone())).collect();
    let outcome = fill_workbook(&changed(ONE, &cells), &Options::default()).expect("forms");
    let card = &outcome.cards[0];
    let here = |p: &&kaohe::problem::Problem| p.cell.is_some_and(|at| at.row + 1 == row);
    let found = card.problems.iter().filter(here);
    (card.fillable(), found.map(|p| format!("{} {}", p.code, p.blocks())).collect())
}

fn formula(text: &str, value: Value) -> Content {
    Content::Formula(text.to_owned(), value)
}

#[test]
fn points_that_are_taken_in_a_row_of_their_own_are_not_lost() {
    let two = Value::Number(-2.0);
    for content in [
        num(-2.0),
        text("-2分"),
        text("扣2分"),
        formula("-2", two.clone()),
        formula("5-7", Value::Blank),
        // Fetched from elsewhere.
        formula("汇总!H9", two.clone()),
    ] {
        let found = read(39, &[("A39", text("考勤")), ("D39", content.clone())]);
        assert_eq!(found, (false, vec!["score-uncounted true".to_owned()]), "{content:?}");
    }
    // Without a name, and between the marks.
    assert_eq!(read(39, &[("D39", num(-2.0))]), (false, vec!["score-uncounted true".to_owned()]));
    // What is computed of the form's own scores is none.
    let own = formula("D13-80", two);
    assert_eq!(read(39, &[("A39", text("与满分之差")), ("D39", own)]), (true, vec![]));
    assert_eq!(read(39, &[("A39", text("考勤扣分")), ("D39", num(0.0))]), (true, vec![]));
}

/// What the form's own total counts is lacking in the one that is written, whatever the row is called.
#[test]
fn what_the_forms_own_total_counts_is_not_lost() {
    let total = || formula("D13+D25+D38+D39", Value::Number(0.0));
    for name in ["出勤", "本月得分调整", "总经理加分", "平均调整", "特殊贡献"]
    {
        let cells = [("A39", text(name)), ("D39", num(3.0)), ("D40", total())];
        assert_eq!(read(39, &cells), (false, vec!["score-uncounted true".to_owned()]), "{name}");
        let none = [("A39", text(name)), ("D39", num(0.0)), ("D40", total())];
        assert_eq!(read(39, &none), (true, vec![]), "{name}");
    }
    let sum = formula("SUM(D4:D12)", Value::Number(0.0));
    assert!(read(39, &[("D13", sum), ("A39", text("出勤天数")), ("D39", num(22.0))]).0);
}

/// What the total is to be multiplied by keeps the form from being filled, as what is added does.
#[test]
fn a_factor_above_the_total_is_not_lost() {
    let error = || (false, vec!["score-uncounted true".to_owned()]);
    for (name, content) in [
        ("出勤系数", num(0.9)),
        ("考勤系数", text("0.9")),
        ("月度系数", num(1.1)),
        ("调整系数", num(0.95)),
        ("难度系数", num(1.2)),
        ("出勤率", num(0.95)),
        ("出勤率", text("95%")),
    ] {
        assert_eq!(read(39, &[("A39", text(name)), ("D39", content)]), error(), "{name}");
    }
    // By its own formula, too.
    let total = formula("(D13+D25+D38)*D39", Value::Number(0.0));
    let cells = [("A39", text("出勤系数")), ("D39", num(0.9)), ("D40", total)];
    assert_eq!(read(39, &cells), error());
    // Days may go into it or not.
    let told = (true, vec!["score-uncounted false".to_owned()]);
    assert_eq!(read(39, &[("A39", text("出勤天数")), ("D39", num(20.0))]), told);
    // A whole changes nothing, nor does what is no factor of the score, or stands below the total.
    for (name, content) in [
        ("出勤系数", num(1.0)),
        ("出勤率", text("100%")),
        ("上月系数", num(0.9)),
        ("回购率", num(0.3)),
        ("奖金系数", num(1.2)),
    ] {
        assert_eq!(read(39, &[("A39", text(name)), ("D39", content)]), (true, vec![]), "{name}");
    }
    assert_eq!(read(42, &[("A42", text("出勤系数")), ("D42", num(0.9))]), (true, vec![]));
}

#[test]
fn a_red_line_that_was_touched_is_not_passed_over() {
    for (name, at, said) in [
        ("一票否决", "D39", text("是")),
        ("触犯红线", "D39", text("√")),
        ("红线事项", "B39", text("有")),
        ("触犯红线", "D39", num(1.0)),
    ] {
        let (filled, found) = read(39, &[("A39", text(name)), (at, said)]);
        assert!(!filled && found.contains(&"red-line-unread true".to_owned()), "{name} {found:?}");
    }
    let (filled, found) = read(39, &[("A39", text("触犯红线")), ("D39", text("见附件"))]);
    assert_eq!((filled, found), (true, vec!["red-line-unread false".to_owned()]));
    for said in [text("无"), text("否"), text("未触犯"), text("—"), num(0.0), text("")] {
        let cells = [("A39", text("一票否决")), ("D39", said.clone()), ("E39", text("总经办"))];
        assert_eq!(read(39, &cells), (true, vec![]), "{said:?}");
    }
}
