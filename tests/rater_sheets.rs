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
