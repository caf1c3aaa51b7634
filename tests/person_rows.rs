//! Whose a row of figures is, and whether it counts: by its department, by what is written beside it, and by
//! the cells that it shares with others.

use crate::common::pack::with_part;
use crate::common::*;
use kaohe::package::Content;
use kaohe::{Options, Outcome, fill_workbook};

/// The sheet of figures of all people, and the merge that it has.
const PART: &str = "xl/worksheets/sheet4.xml";
const MERGE: &str = "<mergeCell ref=\"A1:F1\"/>";
/// 王丽's total by hand: 17 + 6 + 0 + 5 + 5 + 5 + 5 + 30 of the items, 32 of 35 and 32 of 40 marks of 10
/// points each.
const TOTAL: f64 = 73.0 + 32.0 / 3.5 + 32.0 / 4.0;

/// All people's workbook with cells changed and more of them merged.
fn filled(cells: &[(&str, &str, Content)], merges: &str) -> Outcome {
    let bytes = with_part(&changed(MANY, cells), PART, |xml| {
        xml.replace(MERGE, &format!("{MERGE}{merges}"))
    });
    fill_workbook(&bytes, &Options::default()).expect("read")
}

/// The total of a person, and the codes of the form's findings.
fn of(outcome: &Outcome, person: &str) -> (Option<f64>, Vec<&'static str>) {
    let card =
        outcome.cards.iter().find(|card| card.person.as_deref() == Some(person)).expect(person);
    let codes = card.problems.iter().map(|problem| problem.code).collect();
    (outcome.bytes.as_ref().filter(|_| card.fillable()).map(|_| card.total), codes)
}

/// What comes of a department that is another's.
#[derive(Debug, PartialEq)]
enum Comes {
    Nothing,
    Told,
    Refused,
}

#[test]
fn a_row_of_another_department_is_perhaps_another_persons() {
    use Comes::{Nothing, Refused, Told};
    for (own, theirs, others, comes) in [
        ("客服部", "客服部", "", Nothing),
        ("客服部", "客户服务部", "", Nothing),
        ("客服部", "客服", "", Nothing),
        ("客服一部", "客服1部", "", Nothing),
        ("客服部", "本部", "", Nothing),
        // A part of it, or what it is a part of.
        ("客服部", "电商部", "", Nothing),
        ("客服部", "售前组", "", Nothing),
        // Perhaps another name of it, unless the table has that too.
        ("人力资源部", "人事部", "", Told),
        ("仓储部", "仓库", "", Told),
        ("客服部", "销售部", "销售部", Told),
        ("客服部", "销售部", "客服部", Refused),
        ("客服二部", "客服一部", "", Refused),
        ("华东销售部", "华南销售部", "", Refused),
    ] {
        let cells = |number: bool| {
            let (title, id) = (format!("部门：{own}　工号：0017"), "17");
            let form = if number { title } else { format!("部门：{own}") };
            let mut cells = vec![
                ("王丽", "B2", text(&form)),
                (METRICS, "AD3", text("部门")),
                (METRICS, "AD4", text(theirs)),
                (METRICS, "AD6", text(others)),
            ];
            if number {
                cells.extend([(METRICS, "AE3", text("工号")), (METRICS, "AE4", text(id))]);
            }
            cells
        };
        let (total, codes) = of(&filled(&cells(false), ""), "王丽");
        let came = match (total.is_some(), codes.contains(&"department-differs")) {
            (true, false) => Nothing,
            (true, true) => Told,
            _ => Refused,
        };
        assert_eq!(came, comes, "{own} {theirs}: {codes:?}");
        // A staff number says that they are one.
        let (total, codes) = of(&filled(&cells(true), ""), "王丽");
        assert!(total.is_some_and(|t| (t - TOTAL).abs() < 1e-9), "{own} {theirs}: {codes:?}");
        assert!(!codes.contains(&"department-differs"), "{own} {theirs}");
    }
}

#[test]
fn a_list_or_raters_of_another_department() {
    let tried = |own: &str, sheet: &str, cell: &str, said: &str| {
        let cells = [(FORM, "B2", text(&format!("部门：{own}"))), (sheet, cell, text(said))];
        let outcome = fill_workbook(&changed(ONE, &cells), &Options::default()).expect("read");
        let told = outcome.cards[0].problems.iter().any(|p| p.code == "figures-titled");
        match (outcome.filled(), told) {
            (1, false) => Comes::Nothing,
            (1, true) => Comes::Told,
            _ => Comes::Refused,
        }
    };
    for sheet in [METRICS, "下级评分"] {
        for (own, said, comes) in [
            ("客服一部", "部门：客服二部", Comes::Refused),
            ("客服部", "所属部门：仓储部", Comes::Told),
            ("客服部", "部门：客服部", Comes::Nothing),
            ("客服部", "部门：客服", Comes::Nothing),
            // Who gave the figures, and nobody.
            ("客服部", "部门：财务部", Comes::Nothing),
            ("客服部", "部门：本部", Comes::Nothing),
            ("客服部", "部门：", Comes::Nothing),
        ] {
            assert_eq!(tried(own, sheet, "A2", said), comes, "{sheet} {own} {said}");
        }
    }
}

#[test]
fn a_row_that_says_that_it_does_not_count() {
    for (head, said, code, counts) in [
        ("备注", "作废", "row-set-aside", false),
        ("备注", "不参加考核", "row-set-aside", false),
        ("是否考核", "否", "row-set-aside", false),
        ("是否考核", "是", "", true),
        ("状态", "离职", "row-in-doubt", true),
        ("状态", "在职", "", true),
        ("离职日期", "2026-10-20", "row-in-doubt", true),
        ("备注", "10月15日调到客服二部", "", true),
        ("备注", "接替离职的陈某", "", true),
        ("备注", "10月20日离职", "row-in-doubt", true),
        // Of others, or of something else.
        ("备注", "离职1人", "", true),
        ("备注", "下属离职1人", "", true),
        ("备注", "国庆长假", "", true),
        ("备注", "作废订单不计", "", true),
        ("有效投诉次数", "0", "", true),
        ("无效投诉次数", "1", "", true),
        ("是否参加培训", "否", "", true),
        ("考核结果是否有异议", "否", "", true),
        ("培训考试", "未通过", "", true),
        ("年终奖", "不计", "", true),
        ("备注", "预估数", "label-note", true),
        ("备注", "数据异常", "label-note", true),
    ] {
        let outcome = filled(&[(METRICS, "AD3", text(head)), (METRICS, "AD4", text(said))], "");
        let (total, codes) = of(&outcome, "王丽");
        assert_eq!(total.is_some_and(|t| (t - TOTAL).abs() < 1e-9), counts, "{head} {said}");
        let told: Vec<&str> = codes
            .into_iter()
            .filter(|code| code.starts_with("row-") || *code == "label-note")
            .collect();
        assert_eq!(told.first().copied().unwrap_or_default(), code, "{head} {said}");
        // Nobody else is concerned.
        assert!(of(&outcome, "周强").0.is_some() && of(&outcome, "孙悦").0.is_some(), "{said}");
    }
    // A number of those who left is no state.
    let outcome = filled(&[(METRICS, "AD3", text("离职人数")), (METRICS, "AD4", num(1.0))], "");
    assert_eq!(of(&outcome, "王丽").1, [""; 0]);
    let outcome = filled(&[(METRICS, "A5", text("周强（离职）"))], "");
    assert!(of(&outcome, "周强").1.contains(&"row-in-doubt"));
}

#[test]
fn a_name_over_two_rows_is_of_two_rows() {
    let blank = (METRICS, "A5", text(""));
    let merged = "<mergeCell ref=\"A4:A5\"/>";
    let (total, codes) = of(&filled(std::slice::from_ref(&blank), merged), "王丽");
    assert!(total.is_none() && codes.contains(&"name-twice"), "{codes:?}");
    // Her departments tell which of them is the form's: 323,689.24 of 340,000 are four whole points too few,
    // of 15 leave 7.
    let departments = [
        blank.clone(),
        ("王丽", "B2", text("部门：客服二部")),
        (METRICS, "AD3", text("部门")),
        (METRICS, "AD4", text("客服一部")),
        (METRICS, "AD5", text("客服二部")),
    ];
    let outcome = filled(&departments, merged);
    assert_eq!(number(outcome.bytes.as_ref().expect("filled"), "王丽", "D4"), 7.0);
    // Without a name or a merge nobody can say: it is told, and she keeps her row.
    let (total, codes) = of(&filled(std::slice::from_ref(&blank), ""), "王丽");
    assert!(total.is_some_and(|t| (t - TOTAL).abs() < 1e-9), "{codes:?}");
    assert!(codes.contains(&"row-without-name"), "{codes:?}");
    // A sum says what it is.
    let sum = [(METRICS, "A7", text("")), (METRICS, "B7", text("合计")), (METRICS, "C7", num(9.0))];
    assert!(!of(&filled(&sum, ""), "孙悦").1.contains(&"row-without-name"));
}

#[test]
fn figures_in_one_merged_cell() {
    let cells = [(METRICS, "D5", text("")), (METRICS, "D6", text(""))];
    let outcome = filled(&cells, "<mergeCell ref=\"D4:D6\"/>");
    for person in ["王丽", "周强", "孙悦"] {
        let (total, codes) = of(&outcome, person);
        assert!(total.is_none() && codes.contains(&"figure-merged"), "{person}: {codes:?}");
    }
    // Three counts of a list: each 1, or 1 of all?
    let of_list = |count: f64| {
        let cells =
            [(METRICS, "B12", num(count)), (METRICS, "B13", text("")), (METRICS, "B14", text(""))];
        let bytes = with_part(&changed(ONE, &cells), "xl/worksheets/sheet2.xml", |xml| {
            assert!(xml.contains("<mergeCells"), "merges");
            let at = xml.find("<mergeCell ").expect("a merge");
            format!("{}<mergeCell ref=\"B12:B14\"/>{}", &xml[..at], &xml[at..])
        });
        fill_workbook(&bytes, &Options::default()).expect("read")
    };
    let outcome = of_list(1.0);
    assert!(outcome.cards[0].problems.iter().any(|p| p.code == "figure-merged"));
    assert_eq!((outcome.filled(), of_list(0.0).filled()), (0, 1));
}

/// A row below the three people's, with 周强's figures under another name.
fn with_row(name: &str) -> Outcome {
    let row = &rows(&sample(MANY), METRICS)[4];
    let cells: Vec<(String, Content)> = (1..row.len())
        .map(|col| {
            let value = row[col].parse::<f64>().map_or_else(|_| text(&row[col]), num);
            (kaohe::cell::CellRef::new(6, u32::try_from(col).expect("few")).to_string(), value)
        })
        .chain([("A7".to_owned(), text(name))])
        .collect();
    let cells: Vec<_> =
        cells.iter().map(|(at, value)| (METRICS, at.as_str(), value.clone())).collect();
    fill_workbook(&changed(MANY, &cells), &Options::default()).expect("read")
}

#[test]
fn rows_of_nobody_are_told_and_no_error() {
    let said = |name: &str| {
        let outcome = with_row(name);
        let total = of(&outcome, "王丽").0.expect(name);
        assert!((total - TOTAL).abs() < 1e-9, "{name}: {total}");
        let mut found = outcome.problems.iter().filter(|p| p.code == "no-form");
        found.next().map(|problem| problem.blocks())
    };
    for name in ["（示例）张三", "示例：张三", "填写说明", "赵六（已离职）", "赵六（不考核）"]
    {
        assert_eq!(said(name), Some(false), "{name}");
    }
    // Perhaps a name that is written otherwise in a form.
    for name in ["赵六", "赵六（夜班）"] {
        assert_eq!(said(name), Some(true), "{name}");
    }
}

/// People's figures under a header of two rows: 实际营业额 over columns of its own, of these parts of the whole.
fn in_parts(heads: &[(&str, f64)]) -> Outcome {
    let all = rows(&sample(MANY), METRICS);
    let at = all[2].iter().position(|head| head == "实际营业额").expect("turnover");
    let cut = |row: &[String], within: Vec<String>| -> String {
        [&row[..at], &within, &row[at + 1..]].concat().join("|")
    };
    let blank = |count: usize| vec![String::new(); count];
    let top = [vec!["实际营业额".to_owned()], blank(heads.len() - 1)].concat();
    let below: Vec<String> = blank(all[2].len());
    let parts = heads.iter().map(|(head, _)| (*head).to_owned()).collect();
    let mut lines = vec![cut(&all[2], top), cut(&below, parts)];
    for row in &all[3..6] {
        let whole: f64 = row[at].parse().expect("a number");
        let values = heads.iter().map(|(_, part)| (whole * part).to_string()).collect();
        lines.push(cut(row, values));
    }
    let width = all[2].len() + heads.len() - 1;
    let name = |col: usize, row: u32| {
        kaohe::cell::CellRef::new(row, u32::try_from(col).expect("few")).to_string()
    };
    let merge = |a: String, b: String| format!("<mergeCell ref=\"{a}:{b}\"/>");
    let down = (0..width).filter(|col| !(at..at + heads.len()).contains(col));
    let mut merges: Vec<String> = down.map(|col| merge(name(col, 0), name(col, 1))).collect();
    merges.push(merge(name(at, 0), name(at + heads.len() - 1, 0)));
    let gone: Vec<String> = (2..7)
        .flat_map(|row| (0..all[2].len()).map(move |col| (col, row)))
        .map(|(col, row)| name(col, row))
        .collect();
    let blanks: Vec<_> = gone.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    let bytes = crate::common::pack::with_sheet(&changed(MANY, &blanks), "数据", &lines);
    let part = kaohe_part(&bytes);
    let merged = with_part(&bytes, &part, |xml| {
        let list = format!(
            "</sheetData><mergeCells count=\"{}\">{}</mergeCells>",
            merges.len(),
            merges.concat()
        );
        xml.replace("</sheetData>", &list)
    });
    fill_workbook(&merged, &Options::default()).expect("read")
}

/// The part of the sheet that was added last.
fn kaohe_part(bytes: &[u8]) -> String {
    let bodies = crate::common::pack::bodies(bytes);
    let mut parts: Vec<&String> = bodies
        .iter()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("xl/worksheets/sheet"))
        .collect();
    parts.sort_by_key(|name| (name.len(), (*name).clone()));
    (*parts.last().expect("a sheet")).clone()
}

#[test]
fn of_a_figures_columns_the_sum_is_read() {
    for sum in ["合计", "小计", "总计"] {
        let outcome = in_parts(&[("C店", 0.6), ("商城", 0.4), (sum, 1.0)]);
        assert!(outcome.whole(), "{sum}: {:?}", outcome.cards[0].problems);
        let total = of(&outcome, "王丽").0.expect(sum);
        assert!((total - TOTAL).abs() < 1e-9, "{sum}: {total}");
    }
    // Without one it is refused, and no header is to be written over.
    let outcome = in_parts(&[("C店", 0.6), ("商城", 0.4)]);
    let blocking: Vec<_> =
        outcome.cards[0].problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    assert_eq!(blocking, ["metric-missing"]);
}
