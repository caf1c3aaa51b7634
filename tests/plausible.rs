//! What real offices do with the form that no one foresaw, from trials with workbooks of many hands. By hand,
//! on changes of the company's workbook: filled right, or refused.

use crate::common::*;
use kaohe::fill::Scorecard;
use kaohe::package::Content;
use kaohe::{Options, fill_workbook};

fn filled(cells: &[(&str, &str, Content)]) -> (Vec<u8>, Scorecard) {
    let mut outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
    let card = outcome.cards.remove(0);
    let bytes = outcome.bytes.unwrap_or_else(|| panic!("{:?}", card.problems));
    (bytes, card)
}

#[test]
fn a_figures_label_may_name_the_month() {
    // The form is of October: 309500 of 300000 are 15 + 6.
    for label in ["10月计划营业额", "2026年10月计划营业额", "十月份计划营业额", "当月计划营业额"]
    {
        let (bytes, _) = filled(&[(METRICS, "A4", text(label))]);
        assert_eq!(number(&bytes, FORM, "D4"), 21.0, "{label}");
    }
    // Another month's plan is not October's, though September's 9 might number a list.
    for label in ["9月计划营业额", "11月计划营业额", "2025年10月计划营业额", "1-10月计划营业额"]
    {
        assert_eq!(refused(&[(METRICS, "A4", text(label))]), ["metric-missing"], "{label}");
        // Beside the month's own it is left alone.
        let both = [(METRICS, "A16", text(label)), (METRICS, "B16", num(100.0))];
        assert_eq!(number(&filled(&both).0, FORM, "D4"), 21.0, "{label}");
    }
    // Two of one month that differ.
    let both = [(METRICS, "A16", text("10月计划营业额")), (METRICS, "B16", num(100.0))];
    assert_eq!(refused(&both), ["metric-twice"]);
    // A column of the team: 客单价 of A and B as before.
    let (bytes, _) = filled(&[(METRICS, "E18", text("10月客单价"))]);
    assert_eq!(number(&bytes, FORM, "D12"), 21.0);
}

/// The cells of a form's totals: 69.5 of the items, 28.5 ÷ 35 × 10, 31.375 ÷ 40 × 10, and their sum.
const TOTALS: [(&str, f64); 4] =
    [("D13", 69.5), ("D25", 28.5 / 3.5), ("D38", 7.843_75), ("D40", 69.5 + 28.5 / 3.5 + 7.843_75)];

fn form_text(changes: &[(&'static str, &str)]) -> Vec<(&'static str, &'static str, Content)> {
    changes.iter().map(|(at, value)| (FORM, *at, text(value))).collect()
}

#[test]
fn totals_by_other_names_are_filled() {
    for changes in [
        // What a table's points are out of, as a formula that ends in 100.
        vec![("B25", "合计÷满分×10%×100"), ("B38", "合计÷满分×10%×100")],
        vec![("A25", "加权得分"), ("B25", "合计÷35×100×10%")],
        vec![("A25", "得分"), ("A38", "得分")],
        vec![("A25", "上级评分得分"), ("A38", "下级评分得分")],
        vec![("A25", "上级评分（10%）"), ("A38", "下级评分（10%）"), ("A40", "本月总分")],
        vec![("A25", "上级评分"), ("A38", "下级评分")],
        vec![("A13", "业绩得分"), ("A25", "折算后得分"), ("A38", "折算后得分")],
    ] {
        let (bytes, card) = filled(&form_text(&changes));
        for (at, wanted) in TOTALS {
            let found = number(&bytes, FORM, at);
            assert!((found - wanted).abs() < 1e-9, "{changes:?} {at}: {found}");
        }
        assert_eq!(card.problems, [], "{changes:?}");
    }
}

#[test]
fn a_total_that_nothing_tells_is_left_and_named() {
    for (changes, blank) in [
        // ×100 is not the table's 10 points, nor the form's total.
        (vec![("B25", "合计÷满分×100")], vec!["D25"]),
        // Of which scale is the only sum of the marks?
        (vec![("A24", "得分"), ("B24", "各项之和"), ("A25", "签名")], vec!["D24"]),
        (vec![("A13", "业绩得分"), ("C13", "60分")], vec!["D13"]),
        // A place to sign is none of points.
        (
            vec![("A25", "上级评分人签字"), ("B25", ""), ("A38", "下级评分得分汇总")],
            vec!["D25", "D38"],
        ),
    ] {
        let (bytes, card) = filled(&form_text(&changes));
        assert!(card.problems.iter().any(|p| p.code == "total-unknown"), "{changes:?}");
        for at in blank {
            assert_eq!(seen(&bytes, FORM, at), calamine::Data::Empty, "{changes:?}");
        }
        assert!((number(&bytes, FORM, "D40") - TOTALS[3].1).abs() < 1e-9, "{changes:?}");
    }
    // No total's row at all.
    let (_, card) = filled(&form_text(&[("A40", "签名"), ("B40", "")]));
    assert_eq!(card.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["total-missing"]);
}

#[test]
fn a_head_of_the_cell_below_it_is_a_totals() {
    let heads = [("A40", "KPI得分（80）"), ("B40", "下级评分（10）"), ("D40", "总得分")];
    let (bytes, _) = filled(&form_text(&heads));
    assert!((number(&bytes, FORM, "D41") - TOTALS[3].1).abs() < 1e-9);
    assert_eq!(seen(&bytes, FORM, "D40"), calamine::Data::String("总得分".to_owned()));
    assert_eq!(seen(&bytes, FORM, "E41"), calamine::Data::Empty);
}

/// The scores of the items, or the codes that keep the form from being filled.
fn tried(bytes: &[u8]) -> Result<Vec<f64>, Vec<&'static str>> {
    let outcome = fill_workbook(bytes, &Options::default()).expect("read");
    let card = &outcome.cards[0];
    let mut codes: Vec<_> = card.problems.iter().filter(|p| p.blocks()).map(|p| p.code).collect();
    codes.dedup();
    if outcome.bytes.is_some() {
        Ok(card.items.iter().map(|i| i.score).collect())
    } else {
        Err(codes)
    }
}

#[test]
fn sheets_that_describe_or_remember_hold_no_figures() {
    let plain = sample(ONE);
    // FORM.md, 4.
    let scores = vec![21.0, 8.0, 6.0, 3.0, 3.0, 3.0, 4.5, 21.0];
    assert_eq!(tried(&plain), Ok(scores.clone()));
    let sheets: [(&str, Vec<&str>); 6] = [
        (
            "参数",
            vec![
                "指标|基准|每档",
                "部门KPI平均分|70|1",
                "C店询单转化率|0.6|0.01",
                "客单价均值|85|5",
            ],
        ),
        ("考核标准", vec!["指标|目标值|说明", "C店询单转化率|60%|月度", "实际营业额|330000|挑战"]),
        ("数据字典", vec!["指标|单位|数据来源", "计划营业额|元|财务部", "实际营业额|元|财务部"]),
        (
            "数据字典2",
            vec!["指标|数据来源|取数日期", "计划营业额|财务部|3日", "投诉损失罚款|财务部|3日"],
        ),
        (
            "历史数据",
            vec![
                "月份|计划营业额|实际营业额|失职投诉次数|投诉损失罚款",
                "2026年8月|5|6|7|8",
                "2026年9月|6|7|8|9",
            ],
        ),
        (
            "KPI明细",
            vec![
                "姓名|店铺|日期|询单转化率|客单价",
                "李娜|C店|2026-10-10|0.1|1",
                "李娜|C店|2026-10-20|0.1|1",
                "张敏|C店|2026-10-10|0.1|1",
            ],
        ),
    ];
    for (name, rows) in &sheets {
        assert_eq!(tried(&pack::with_sheet(&plain, name, rows)), Ok(scores.clone()), "{name}");
    }
    // What may be this month's figure, and another than the list's, leaves two answers open.
    for (name, rows, code) in [
        ("参数", vec!["指标|数值", "计划营业额|310000"], "metric-twice"),
        ("考核标准", vec!["指标|目标值", "计划营业额|310000"], "metric-twice"),
        (
            "历史数据",
            vec!["月份|计划营业额|实际营业额|失职投诉次数|投诉损失罚款", "2026年10月|5|6|7|8"],
            "metric-twice",
        ),
        (
            "KPI明细",
            vec!["姓名|店铺|询单转化率|客单价", "李娜|C店|0.1|1", "张敏|C店|0.1|1"],
            "team-twice",
        ),
    ] {
        assert_eq!(tried(&pack::with_sheet(&plain, name, &rows)), Err(vec![code]), "{name}");
    }
    // A history without this month is no source where the list lacks a figure.
    let none = changed(ONE, &[(METRICS, "A5", text("备注"))]);
    let history = pack::with_sheet(&none, sheets[4].0, &sheets[4].1);
    assert_eq!(tried(&history), Err(vec!["no-month-row"]));
    // Goals alone are no figures.
    let goals = pack::with_sheet(&none, sheets[1].0, &sheets[1].1);
    assert_eq!(tried(&goals), Err(vec!["value-unclear"]));
}

#[test]
fn english_beside_the_chinese_changes_nothing() {
    let form = form_text(&[
        ("A3", "考核项目 Item"),
        ("B3", "考核要点\nCriteria"),
        ("C3", "权重分值 Weight"),
        ("D3", "得分\nScore"),
        ("A2", "姓名 Name：王丽"),
        ("C2", "考核月份 Month：2026年10月"),
        ("A13", "合计 Subtotal"),
        ("A16", "考核指标 Indicator"),
        ("D16", "得分 Score (0-5)"),
        ("A25", "折算得分 Converted"),
        ("A40", "总得分/Total"),
    ]);
    let list = [
        ("A3", "指标 Metric"),
        ("B3", "数值 Value"),
        ("A18", "客服姓名 Name"),
        ("B18", "店铺 Shop"),
    ];
    let cells: Vec<_> =
        form.into_iter().chain(list.map(|(at, value)| (METRICS, at, text(value)))).collect();
    let (bytes, card) = filled(&cells);
    for (at, wanted) in TOTALS {
        assert!((number(&bytes, FORM, at) - wanted).abs() < 1e-9, "{at}");
    }
    assert_eq!(card.person.as_deref(), Some("王丽"));
    // The figures' own names with their English: the scores of the sample, by hand in tests/scores.rs.
    let names = [
        (METRICS, "A4", text("计划营业额 Plan")),
        (METRICS, "A5", text("实际营业额\nActual")),
        (METRICS, "C18", text("月度KPI得分 KPI")),
        (METRICS, "D18", text("询单转化率 CVR")),
        (METRICS, "E18", text("客单价 AOV")),
        (METRICS, "F18", text("旺旺反应时间(秒) Response")),
    ];
    let (bytes, _) = filled(&names);
    assert_eq!((number(&bytes, FORM, "D4"), number(&bytes, FORM, "D12")), (21.0, 21.0));
    // What English adds to the Chinese counts.
    for label in ["实际营业额 Last month", "实际营业额 Tmall"] {
        assert_eq!(refused(&[(METRICS, "A5", text(label))]), ["metric-missing"], "{label}");
    }
    assert_eq!(refused(&[(METRICS, "E18", text("客单价 Tmall"))]), ["metric-missing"]);
    let raters = ["评分人 Tom", "评分人 Amy", "评分人 Average", "评分人 Max"];
    let heads: Vec<_> = ["B3", "C3", "D3", "E3"].into_iter().zip(raters).collect();
    let cells: Vec<_> = heads.iter().map(|(at, head)| ("下级评分", *at, text(head))).collect();
    assert_eq!(refused(&cells)[0], "rater-unclear");
    // Members are told apart by their English names.
    let names = ["A19", "A20", "A21"].into_iter().zip(["客服 Anna", "客服 Bella", "客服 Cici"]);
    let cells: Vec<_> = names.map(|(at, name)| (METRICS, at, text(name))).collect();
    assert_eq!(number(&filled(&cells).0, FORM, "D12"), 21.0);
}

#[test]
fn each_person_may_have_a_list_on_an_own_sheet() {
    let scores = |bytes: &[u8]| {
        let outcome = fill_workbook(bytes, &Options::default()).expect("read");
        assert!(outcome.whole(), "{:?}", outcome.cards[0].problems);
        outcome.cards.iter().map(|card| (card.person.clone(), card.total)).collect::<Vec<_>>()
    };
    let wanted = scores(&sample(MANY));
    // The table's columns as a list a person: the same figures give the same scores.
    let columns: Vec<String> =
        (0..29).map(|col| kaohe::cell::CellRef::new(2, col).to_string()).collect();
    let blank: Vec<_> = columns
        .iter()
        .flat_map(|head| {
            let column = head.trim_end_matches('3');
            (3..7).map(move |row| format!("{column}{row}"))
        })
        .collect();
    let cells: Vec<_> = blank.iter().map(|at| (METRICS, at.as_str(), Content::Blank)).collect();
    let shown = |at: &str| seen(&sample(MANY), METRICS, at).to_string();
    let lists = |title: &dyn Fn(&str) -> String| {
        let mut bytes = changed(MANY, &cells);
        for row in 4..7 {
            let person = shown(&format!("A{row}"));
            let figures = columns.iter().skip(1).map(|head| {
                let at = format!("{}{row}", head.trim_end_matches('3'));
                format!("{}|{}", shown(head), shown(&at))
            });
            let rows: Vec<String> = ["指标|数值".to_owned()].into_iter().chain(figures).collect();
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            bytes = pack::with_sheet(&bytes, &title(&person), &rows);
        }
        bytes
    };
    assert_eq!(scores(&lists(&|person| format!("{person}指标"))), wanted);
    // One sheet with the figures of each, under the name.
    let blocks = |head: &str, names: [&str; 3]| {
        let mut rows = Vec::new();
        for (name, mark) in names.iter().zip([5, 4, 3]) {
            rows.extend([format!("{head}：{name}"), "考核指标|评分人1|评分人2".to_owned()]);
            rows.extend(MARKS.map(|label| format!("{label}|{mark}|{mark}")));
            rows.push(String::new());
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        // Without the table's own columns of the subordinates' marks.
        let heads: Vec<_> = columns
            .iter()
            .filter(|at| shown(at).starts_with("下级"))
            .map(|at| (METRICS, at.as_str(), Content::Blank))
            .collect();
        assert_eq!(heads.len(), 8);
        let bytes = pack::with_sheet(&changed(MANY, &heads), "下级评分", &rows);
        fill_workbook(&bytes, &Options::default()).expect("read")
    };
    let people: Vec<String> = (4..7).map(|row| shown(&format!("A{row}"))).collect();
    let outcome = blocks("被考核人", [&people[0], &people[1], &people[2]]);
    assert!(outcome.whole(), "{:?}", outcome.cards.iter().map(|c| &c.problems).collect::<Vec<_>>());
    let bytes = outcome.bytes.expect("filled");
    for (person, mark) in people.iter().zip([5.0, 4.0, 3.0]) {
        // 8 marks of 5 are the full 10 points.
        assert_eq!(number(&bytes, person, "D29"), mark, "{person}");
        assert_eq!(number(&bytes, person, "D38"), 2.0 * mark, "{person}");
    }
    // Two blocks of one person, or one of nobody: which counts?
    assert!(blocks("被考核人", [&people[0], &people[0], &people[2]]).bytes.is_none());
    assert!(blocks("被考核人", [&people[0], &people[1], "某人"]).bytes.is_none());
    // Who rates is not who is rated.
    assert!(blocks("评分人", [&people[0], &people[1], &people[2]]).bytes.is_none());
    // Lists that name nobody are nobody's.
    let number = std::cell::Cell::new(0);
    let nobody = lists(&|_| {
        number.set(number.get() + 1);
        format!("指标{}", number.get())
    });
    let outcome = fill_workbook(&nobody, &Options::default()).expect("read");
    assert!(outcome.bytes.is_none());
    // Nor does a history of all make the only list everybody's.
    let figures = columns.iter().skip(1).map(|head| {
        format!("{}|{}", shown(head), shown(&format!("{}4", head.trim_end_matches('3'))))
    });
    let rows: Vec<String> = ["指标|数值".to_owned()].into_iter().chain(figures).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let past: Vec<String> = people.iter().map(|name| format!("{name}|2026年9月|5|6|7")).collect();
    let mut history = vec!["姓名|月份|计划营业额|实际营业额|失职投诉次数"];
    history.extend(past.iter().map(String::as_str));
    let bytes = pack::with_sheet(
        &pack::with_sheet(&changed(MANY, &cells), "指标", &rows),
        "历史",
        &history,
    );
    assert!(fill_workbook(&bytes, &Options::default()).expect("read").bytes.is_none());
}

#[test]
fn what_was_passed_over_is_named() {
    // What is said of the missing figure, and what to do about it.
    let told = |cells: &[(&str, &str, Content)], name: &str| {
        let outcome = fill_workbook(&changed(ONE, cells), &Options::default()).expect("read");
        assert!(outcome.bytes.is_none());
        let mut problems = outcome.cards[0].problems.iter();
        let problem = problems.find(|p| p.code == "metric-missing" && p.what.zh.contains(name));
        let problem = problem.unwrap_or_else(|| panic!("{:?}", outcome.cards[0].problems));
        let hint = problem.hint.as_ref().expect("a hint");
        (format!("{}{}", problem.what.zh, hint.zh), format!("{}{}", problem.what.en, hint.en))
    };
    for label in ["实际营业额（截至10月15日）", "实际营业额（C店）", "9月实际营业额"]
    {
        let (zh, en) = told(&[(METRICS, "A5", text(label))], "实际营业额");
        for said in [zh, en] {
            assert!(said.contains("'指标数据'!A5") && said.contains(label), "{said}");
        }
    }
    let (zh, en) = told(&[(METRICS, "B18", text("备注"))], "团队表");
    assert!(zh.contains("A18 的团队表没有「店铺」列"), "{zh}");
    assert!(en.contains("has no column `店铺`"), "{en}");
}

#[test]
fn where_no_label_is_known_the_nearest_are_named() {
    // All labels end in a word of the company's own, on two lines.
    let names = FIGURES.map(|(name, _)| name);
    let cells: Vec<String> = (4..16).map(|row| format!("A{row}")).collect();
    let labels = cells.iter().zip(names);
    let mut edits: Vec<_> =
        labels.map(|(at, name)| (METRICS, at.as_str(), text(&format!("{name}\n甲版")))).collect();
    edits.push((METRICS, "A18", text("人员甲版")));
    let outcome = fill_workbook(&changed(ONE, &edits), &Options::default()).expect("read");
    let problems = &outcome.cards[0].problems;
    for (row, name) in (4..16).zip(names) {
        let told = problems.iter().any(|p| {
            let hint = p.hint.as_ref().map_or("", |hint| hint.zh.as_str());
            p.code == "metric-missing"
                && p.what.zh.contains(&format!("「{name}」"))
                && hint.contains(&format!("'{METRICS}'!A{row} 的「{name} 甲版」"))
        });
        assert!(told, "{name}: {problems:?}");
    }
}

/// 309500 ÷ 300000 is 103.17 %, 37 ÷ 40 is 92.5 %: a rate beside them that says otherwise is told.
#[test]
fn a_rate_beside_its_figures_may_disagree() {
    let disagree = |card: &Scorecard| {
        let found = card.problems.iter().filter(|problem| problem.code == "figures-disagree");
        found.map(|problem| problem.what.zh.clone()).collect::<Vec<_>>()
    };
    for (name, rate, told) in [
        ("中差评处理率", num(0.97), true),
        ("中差评处理率", text("97%"), true),
        ("中差评处理率", num(97.0), true),
        ("中差评处理率", num(0.925), false),
        ("中差评处理率", text("92.5%"), false),
        ("中差评处理率", num(93.0), false),
        // Its points.
        ("中差评处理率", num(10.0), false),
        ("中差评处理率", text("见附表"), false),
        ("营业额达成率", num(1.03), false),
        ("营业额达成度", num(0.98), true),
        ("毛利率", num(0.4), false),
        ("中差评处理率", text("97"), true),
        ("中差评处理率", num(0.95), false),
        ("中差评处理率", num(25.0), false),
        ("中差评处理率", num(0.935), false),
        ("中差评处理率（目标）", num(0.97), false),
        ("中差评处理率(上月)", text("95%"), false),
    ] {
        let (bytes, card) = filled(&[(METRICS, "A16", text(name)), (METRICS, "B16", rate.clone())]);
        let found = disagree(&card);
        assert_eq!(found.len(), usize::from(told), "{name} {rate:?}");
        assert!(found.iter().all(|what| what.contains(name.trim_end_matches(['率', '度']))));
        // 15 + 6, as without the rate.
        assert_eq!(number(&bytes, FORM, "D4"), 21.0, "{name} {rate:?}");
    }
    // A table of its own, and a goal by the remark beside it.
    for cells in [
        vec![
            ("A27", text("项目")),
            ("B27", text("权重")),
            ("A28", text("中差评处理率")),
            ("B28", num(25.0)),
        ],
        vec![("A16", text("中差评处理率")), ("B16", num(0.97)), ("D16", text("目标值"))],
    ] {
        let cells: Vec<_> = cells.iter().map(|(at, cell)| (METRICS, *at, cell.clone())).collect();
        assert_eq!(disagree(&filled(&cells).1), Vec::<String>::new());
    }
    // A column of rates in a table with a row a person: 488166.13 ÷ 480000 is 101.7 %.
    for (rate, told) in [(0.98, 1), (1.017, 0)] {
        let cells = [(METRICS, "AD3", text("营业额达成率")), (METRICS, "AD4", num(rate))];
        let outcome = fill_workbook(&changed(MANY, &cells), &Options::default()).expect("read");
        let counts: Vec<usize> = outcome.cards.iter().map(|card| disagree(card).len()).collect();
        assert_eq!((outcome.filled(), counts), (3, vec![told, 0, 0]), "{rate}");
    }
}
