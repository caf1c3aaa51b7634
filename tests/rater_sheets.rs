//! Raters' marks that stand on several sheets, a rater each, and heads that name the rated beside the rater.

use crate::common::pack::with_sheet;
use crate::common::*;
use crate::members::outcome;
use kaohe::Outcome;
use kaohe::package::Content;

const PEOPLE: [&str; 3] = ["王丽", "周强", "孙悦"];

/// The marks of all of a rating: the same one eight times.
fn alike(mark: usize) -> String {
    [mark; 8].map(|mark| mark.to_string()).join("|")
}

/// The subordinates' points of 王丽, 周强 and 孙悦; the codes that keep the forms from being filled.
fn points(outcome: &Outcome) -> Result<[f64; 3], Vec<&'static str>> {
    let problems = outcome.cards.iter().flat_map(|card| &card.problems);
    let mut codes: Vec<_> = problems.filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    match &outcome.bytes {
        Some(bytes) if outcome.whole() => Ok(PEOPLE.map(|person| number(bytes, person, "D38"))),
        _ => Err(codes),
    }
}

/// A sheet a rater, whose marks of the three people are these.
fn a_sheet_each(tabs: &[&str], across: bool) -> Outcome {
    let mut bytes = without(&["下级"]);
    for (tab, marks) in tabs.iter().zip([[5, 3, 1], [4, 3, 2], [3, 3, 3]]) {
        let rows: Vec<String> = if across {
            let line = |mark: &&str| format!("{mark}|{}|{}|{}", marks[0], marks[1], marks[2]);
            let head = format!("考核指标|{}", PEOPLE.join("|"));
            std::iter::once(head).chain(MARKS.iter().map(line)).collect()
        } else {
            let line = |(person, mark): (&&str, usize)| format!("{person}|{}", alike(mark));
            let head = format!("被评人|{}", MARKS.join("|"));
            std::iter::once(head).chain(PEOPLE.iter().zip(marks).map(line)).collect()
        };
        bytes = with_sheet(&bytes, tab, &rows);
    }
    outcome(&bytes)
}

#[test]
fn a_sheet_a_rater_counts_with_the_others() {
    for across in [false, true] {
        for tabs in [["评分人1", "评分人2", "评分人3"], ["下级评分一", "下级评分二", "下级评分三"]]
        {
            let outcome = a_sheet_each(&tabs, across);
            // Means of 4, 3 and 2 of 5, of 10 points.
            assert_eq!(points(&outcome), Ok([8.0, 6.0, 4.0]), "{tabs:?} {across}");
            let formula = outcome
                .formulas
                .values()
                .find(|f| f.contains("评分") && f.contains('3') || f.contains('三'));
            assert!(formula.is_some_and(|f| f.starts_with("AVERAGE(")), "{formula:?}");
        }
        // The first and the last version, copies, September and October, and who knows.
        for tabs in [
            ["评分8", "评分9", "评分10"],
            ["评分人2", "评分人3", "评分人4"],
            ["初评", "复评", "终评"],
            ["评分人1", "评分人1 (2)", "评分人2"],
            ["李娜", "张敏", "刘洋"],
        ] {
            let outcome = a_sheet_each(&tabs, across);
            assert_eq!(points(&outcome), Err(vec!["rater-unclear"]), "{tabs:?} {across}");
            let told = outcome.cards[0].problems.iter().find(|p| p.blocks()).expect("told");
            assert!(told.what.zh.contains(&tabs.join("、")), "{told:?}");
        }
    }
}

/// All on one sheet, `by_row` a row each: who rates stands with whom, and each gives the same mark eight times.
fn on_one(heads: &[(String, usize)], by_row: bool) -> Outcome {
    let rows: Vec<String> = if by_row {
        let line = |(head, mark): &(String, usize)| format!("{head}|{}", alike(*mark));
        let head = format!("评分人|{}", MARKS.join("|"));
        std::iter::once(head).chain(heads.iter().map(line)).collect()
    } else {
        let of = |text: &dyn Fn(&(String, usize)) -> String| {
            heads.iter().map(text).collect::<Vec<_>>().join("|")
        };
        let head = format!("考核指标|{}", of(&|(head, _)| head.clone()));
        let line = |name: &&str| format!("{name}|{}", of(&|(_, mark)| mark.to_string()));
        std::iter::once(head).chain(MARKS.iter().map(line)).collect()
    };
    let title = ["下级评分汇总".to_owned()];
    outcome(&with_sheet(&without(&["下级"]), "下级评分", &[&title[..], &rows].concat()))
}

#[test]
fn heads_name_the_rated_beside_the_rater() {
    let heads = |pattern: &str, raters: usize| -> Vec<(String, usize)> {
        let of = |(person, at): (&&str, usize)| -> Vec<(String, usize)> {
            let head = |n: usize| pattern.replace("P", person).replace("N", &n.to_string());
            (1..=raters).map(|n| (head(n), 5 - at - n % 2)).collect()
        };
        PEOPLE.iter().zip(0..).flat_map(of).collect()
    };
    for pattern in [
        "P-评分人N",
        "P评分人N",
        "评分人N-P",
        "评分人N（P）",
        "P/评分人N",
        "P的评分N",
        "P下属N",
        "评PN",
        "PN",
    ] {
        for by_row in [false, true] {
            // 4 and 5, 3 and 4, 2 and 3 of 5.
            let outcome = on_one(&heads(pattern, 2), by_row);
            assert_eq!(points(&outcome), Ok([9.0, 7.0, 5.0]), "{pattern} {by_row}");
        }
    }
    // Of one each nobody can say who rates and who is rated.
    for by_row in [false, true] {
        let outcome = on_one(&heads("评分人N（P）", 1), by_row);
        assert_eq!(points(&outcome), Err(vec!["rater-unclear"]), "{by_row}");
    }
    // One of them is of nobody.
    let mut some = heads("P-评分人N", 2);
    some.push(("评分人3".to_owned(), 1));
    assert_eq!(points(&on_one(&some, false)), Err(vec!["rater-unclear"]));
}

/// Rows of raters of 王丽, in blocks under their titles, or under the header alone.
fn in_blocks(blocks: &[(&str, &[usize])]) -> Outcome {
    let mut rows: Vec<String> = Vec::new();
    for (title, marks) in blocks {
        rows.extend([String::new(), (*title).to_owned(), format!("评分人|{}", MARKS.join("|"))]);
        rows.extend((1..).zip(*marks).map(|(n, mark)| format!("评分人{n}|{}", alike(*mark))));
    }
    outcome(&with_sheet(&without(&["下级"]), "下级评分", &rows))
}

#[test]
fn blocks_of_rows_are_whose_their_titles_say() {
    for titles in [
        PEOPLE.map(|person| format!("被评人|{person}")),
        PEOPLE.map(|person| format!("{person} 下级评分")),
    ] {
        let [one, two, three] = titles.each_ref();
        let outcome = in_blocks(&[(one, &[5, 3]), (two, &[4, 2]), (three, &[3, 1])]);
        assert_eq!(points(&outcome), Ok([8.0, 6.0, 4.0]), "{titles:?}");
    }
}

#[test]
fn a_second_block_of_rows_is_not_passed_over() {
    let raters = |rows: &[String]| {
        let empty: Vec<String> = (3..12)
            .flat_map(|row| ["A", "B", "C", "D", "E"].map(|col| format!("{col}{row}")))
            .collect();
        let cells: Vec<_> =
            empty.iter().map(|cell| ("下级评分", cell.as_str(), Content::Blank)).collect();
        let outcome = outcome(&with_sheet(&changed(ONE, &cells), "下级打分", rows));
        let codes: Vec<_> =
            outcome.cards[0].problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
        outcome.bytes.map(|bytes| number(&bytes, FORM, "D38")).ok_or(codes)
    };
    let header = format!("评分人|{}", MARKS.join("|"));
    let row = |name: &str, mark| format!("{name}|{}", alike(mark));
    let first = [header.clone(), row("评分人1", 5), row("评分人2", 5), row("评分人3", 5)];
    assert_eq!(raters(&first), Ok(10.0));
    // The header again on the next page: (5 + 5 + 5 + 1) ÷ 4 of 5, of 10 points.
    for blank in [0, 1, 2] {
        let gap = vec![String::new(); blank];
        let rows = [&first[..], &gap, &[header.clone(), row("评分人4", 1)]].concat();
        assert_eq!(raters(&rows), Ok(8.0), "{blank}");
    }
    // Another group's, or last month's.
    for title in ["商城组", "下级评分（二）"] {
        let rows = [&first[..], &[title.to_owned(), header.clone(), row("评分人1", 1)]].concat();
        assert_eq!(raters(&rows), Err(vec!["rater-unclear"]), "{title}");
    }
}

#[test]
fn sheets_of_one_rater_each_need_no_name_where_there_is_one_person() {
    let empty: Vec<String> = (3..12)
        .flat_map(|row| ["A", "B", "C", "D", "E"].map(|col| format!("{col}{row}")))
        .collect();
    let cells: Vec<_> =
        empty.iter().map(|cell| ("下级评分", cell.as_str(), Content::Blank)).collect();
    let with = |tabs: &[(&str, &str)]| {
        let mut bytes = changed(ONE, &cells);
        for (tab, mark) in tabs {
            let lines = MARKS.iter().map(|name| format!("{name}|{mark}"));
            let rows: Vec<String> =
                std::iter::once("考核指标|得分".to_owned()).chain(lines).collect();
            bytes = with_sheet(&bytes, tab, &rows);
        }
        let outcome = outcome(&bytes);
        outcome
            .bytes
            .filter(|_| outcome.cards[0].fillable())
            .map(|bytes| number(&bytes, FORM, "D38"))
    };
    assert_eq!(with(&[("评分1", "5"), ("评分2", "4"), ("评分3", "3")]), Some(8.0));
    // The second has not marked yet.
    assert_eq!(with(&[("评分1", "5"), ("评分2", ""), ("评分3", "3")]), Some(8.0));
    assert_eq!(with(&[("评分1", "5"), ("评分3", "3")]), None);
    assert_eq!(with(&[("初评", "5"), ("终评", "3")]), None);
}

const RATERS: &str = "下级评分";
/// The rows of the marks in [`ONE`].
const ROWS: [&str; 8] = ["4", "5", "6", "7", "8", "9", "10", "11"];

/// A sixth column of [`ONE`]'s raters' table: its head, and what stands in the marks' rows.
fn sixth(head: &str, values: [f64; 8]) -> Vec<(&'static str, String, Content)> {
    let cells = ROWS.iter().zip(values).map(|(row, value)| (RATERS, format!("F{row}"), num(value)));
    cells.chain([(RATERS, "F3".to_owned(), text(head))]).collect()
}

fn with_cells(cells: &[(&'static str, String, Content)]) -> Outcome {
    let cells: Vec<_> =
        cells.iter().map(|(sheet, at, content)| (*sheet, at.as_str(), content.clone())).collect();
    outcome(&changed(ONE, &cells))
}

/// The code of each problem that blocks, and of each told of raters.
fn codes(outcome: &Outcome) -> Vec<&'static str> {
    let of = |code: &&str| !["assumed-zero", "total-again"].contains(code);
    outcome.cards[0].problems.iter().map(|p| p.code).filter(of).collect()
}

/// The subordinates' 31.375 of 40: 7.84375 of 10.
const OWN: f64 = 7.84375;

#[test]
fn marks_that_are_weighted_are_not_added_up_plainly() {
    let weights = [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05];
    for head in ["权重", "权重系数", "占比（%）"] {
        let outcome = with_cells(&sixth(head, weights));
        assert!(outcome.bytes.is_none(), "{head}");
        assert_eq!(codes(&outcome), ["mark-weights"], "{head}");
    }
    // All alike they change nothing, and other columns are no weights.
    for (head, values) in [("权重", [0.125; 8]), ("排名", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])]
    {
        let outcome = with_cells(&sixth(head, values));
        assert_eq!(number(&outcome.bytes.expect(head), FORM, "D38"), OWN, "{head}");
    }
    // The same with a row a rater.
    let rated = |weights: &str| {
        let rows = [
            format!("评分人|{}", MARKS.join("|")),
            format!("权重|{weights}"),
            format!("评分人1|{}", alike(5)),
            format!("评分人2|{}", alike(3)),
        ];
        let gone: Vec<_> = (3..12)
            .flat_map(|row| ["A", "B", "C", "D", "E"].map(|col| format!("{col}{row}")))
            .collect();
        let cells: Vec<_> = gone.iter().map(|at| (RATERS, at.as_str(), Content::Blank)).collect();
        outcome(&with_sheet(&changed(ONE, &cells), "评分", &rows))
    };
    assert_eq!(codes(&rated("0.3|0.2|0.1|0.1|0.1|0.1|0.05|0.05")), ["mark-weights"]);
    // A mean of 4 of 5, of 10 points.
    let alike = rated("0.125|0.125|0.125|0.125|0.125|0.125|0.125|0.125");
    assert_eq!(number(&alike.bytes.expect("filled"), FORM, "D38"), 8.0);
}

#[test]
fn marks_that_the_form_weights_are_not_added_up_plainly() {
    let weighted = |weights: [&str; 7]| {
        let rows = ["C17", "C18", "C19", "C20", "C21", "C22", "C23"];
        let cells = rows.into_iter().zip(weights).map(|(at, weight)| (FORM, at, text(weight)));
        let cells: Vec<_> = cells.chain([(FORM, "C16", text("权重"))]).collect();
        outcome(&changed(ONE, &cells))
    };
    let outcome = weighted(["30%", "20%", "10%", "10%", "10%", "10%", "10%"]);
    assert!(outcome.bytes.is_none());
    assert_eq!(codes(&outcome), ["mark-weights"]);
    // The full marks of each: 28.5 of 35.
    let bytes = weighted(["5分"; 7]).bytes.expect("filled");
    assert!((number(&bytes, FORM, "D25") - 28.5 / 35.0 * 10.0).abs() < 1e-9);
}

#[test]
fn a_mean_that_is_not_the_raters_own_is_told() {
    // 组织能力: 5, 3, 5 and 3.5 are 4.125 in the mean, and without the highest and the lowest 4.25.
    let own = [4.125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let mean = |change: &dyn Fn(f64) -> f64| {
        let read = |row: &&str| {
            let marks = ["B", "C", "D", "E"]
                .map(|col| number(&sample(ONE), RATERS, &format!("{col}{row}")));
            change(marks.iter().sum::<f64>() / 4.0)
        };
        let all: Vec<f64> = ROWS.iter().map(read).collect();
        <[f64; 8]>::try_from(all).expect("eight")
    };
    assert_eq!(mean(&|mean| mean)[0], own[0]);
    for (head, values, told) in [
        ("平均分", mean(&|mean| mean), false),
        ("平均分", mean(&|mean| (mean * 10.0).round() / 10.0), false),
        ("平均分", mean(&f64::round), false),
        ("平均分", mean(&|mean| mean + 0.25), true),
        ("去掉最高最低后平均", mean(&|mean| mean + 0.125), true),
        ("上月平均分", mean(&|mean| mean + 0.5), false),
    ] {
        let outcome = with_cells(&sixth(head, values));
        let codes = codes(&outcome);
        assert_eq!(codes.contains(&"raters-mean-differs"), told, "{head} {values:?} {codes:?}");
        // The raters' marks count all the same.
        assert_eq!(number(&outcome.bytes.expect(head), FORM, "D38"), OWN, "{head}");
    }
}

#[test]
fn raters_heads_of_another_scale_are_refused() {
    let heads = |note: &str| {
        let cells: Vec<_> = ["B3", "C3", "D3", "E3"]
            .into_iter()
            .zip(1..)
            .map(|(at, n)| (RATERS, at.to_owned(), text(&format!("评分人{n}{note}"))))
            .collect();
        with_cells(&cells)
    };
    for note in ["（满分10分）", "(10分制)"] {
        assert_eq!(codes(&heads(note)), ["marks-scale"], "{note}");
    }
    for note in ["（满分5分）", "（满分40分）", "（10月）"] {
        assert_eq!(number(&heads(note).bytes.expect(note), FORM, "D38"), OWN, "{note}");
    }
}

#[test]
fn a_note_below_the_table_is_of_its_rater() {
    let noted = |note: &str| with_cells(&[(RATERS, "A14".to_owned(), text(note))]);
    for note in [
        "注：评分人4与被考核人有亲属关系，评分作废",
        "评分人4的评分无效，不计入",
        "评分人2弃权；其余有效",
    ] {
        let outcome = noted(note);
        assert_eq!(codes(&outcome), ["rater-unclear"], "{note}");
        assert_eq!(outcome.cards[0].problems[0].place(), "'下级评分'!A14", "{note}");
    }
    for note in [
        "注：评分人14与被考核人有亲属关系，评分作废",
        "评分人1-4均有效，无效票0张",
        "涂改的评分作废",
        "评分人4未作废",
        "评分人4：建议取消晚班",
    ] {
        assert_eq!(number(&noted(note).bytes.expect(note), FORM, "D38"), OWN, "{note}");
    }
}
