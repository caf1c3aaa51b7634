//! A figure of another time, kind, place or person is not read as the person's own of the month.

use crate::common::{self, *};
use calamine::Data;
use kaohe::cell::CellRef;
use kaohe::package::{Content, Edit, edit};
use kaohe::{Options, Outcome, fill_workbook};
use std::collections::BTreeMap;

pub type Cells = Vec<(String, Content)>;

/// A sample with cells of its metric sheet changed, filled.
pub fn filled(name: &str, cells: &[(String, Content)]) -> Outcome {
    fill(&with(&sample(name), cells))
}

pub fn with(bytes: &[u8], cells: &[(String, Content)]) -> Vec<u8> {
    // Of two contents of a cell the later one counts.
    let cells: BTreeMap<&String, &Content> = cells.iter().map(|(cell, c)| (cell, c)).collect();
    let edits: Vec<Edit> =
        cells.into_iter().map(|(cell, c)| Edit::new(METRICS, at(cell), c.clone())).collect();
    edit(bytes, &edits).expect("edited")
}

pub fn fill(bytes: &[u8]) -> Outcome {
    fill_workbook(bytes, &Options::default()).expect("read")
}

pub fn put_text(cell: &str, what: &str) -> (String, Content) {
    (cell.to_owned(), text(what))
}

pub fn codes(outcome: &Outcome) -> Vec<&'static str> {
    let own = outcome.cards.iter().flat_map(|card| &card.problems);
    own.chain(&outcome.problems).map(|problem| problem.code).collect()
}

pub fn has(outcome: &Outcome, code: &str) -> bool {
    codes(outcome).contains(&code)
}

/// What is said with a code, the cure with it.
pub fn said(outcome: &Outcome, code: &str) -> String {
    let own = outcome.cards.iter().flat_map(|card| &card.problems);
    let found = own.chain(&outcome.problems).find(|problem| problem.code == code);
    let found = found.unwrap_or_else(|| panic!("{code} in {:?}", codes(outcome)));
    let hint = found.hint.as_ref().map_or("", |hint| hint.zh.as_str());
    format!("{} {} {hint}", found.what.zh, found.sheet.as_deref().unwrap_or_default())
}

/// The cells of a row of a sample's metric sheet, moved down, and right from column `from` on.
fn moved(name: &str, row: u32, down: u32, right: u32, from: u32) -> Cells {
    let bytes = sample(name);
    let cell = |col: u32| {
        let shown = CellRef::new(row - 1, col).to_string();
        let content = match seen(&bytes, METRICS, &shown) {
            Data::Float(number) => num(number),
            Data::Int(number) => num(number as f64),
            Data::String(words) => text(&words),
            _ => Content::Blank,
        };
        let col = if col >= from { col + right } else { col };
        (CellRef::new(row - 1 + down, col).to_string(), content)
    };
    (0..30).map(cell).collect()
}

/// The table of three people again, below the first under a title, with other turnovers.
fn below(title: &str) -> Cells {
    let mut cells: Cells = (3..7).flat_map(|row| moved(MANY, row, 7, 0, 0)).collect();
    cells.push(put_text("A9", title));
    // Half of the plan.
    for row in 11..14 {
        cells.push((format!("C{row}"), num(100_000.0)));
    }
    cells
}

const OTHER_TITLES: [&str; 9] = [
    "2026年9月 指标数据",
    "9月 指标数据",
    "上月数据",
    "去年同期",
    "目标值",
    "2026年1-10月累计",
    "2025年数据",
    "预测数据",
    "团队数据（目标）",
];

#[test]
fn a_lower_table_of_another_time_lends_no_row() {
    let plain = filled(MANY, &[]);
    for title in OTHER_TITLES {
        // The month's own row counts, and nothing of the other table.
        let outcome = filled(MANY, &below(title));
        assert_eq!(outcome.filled(), 3, "{title}: {:?}", codes(&outcome));
        for (card, own) in outcome.cards.iter().zip(&plain.cards) {
            assert_eq!(card.total, own.total, "{title}");
        }
        // Without a row in the month's there is none.
        for name in ["", "王莉"] {
            let outcome = filled(MANY, &[below(title), vec![put_text("A4", name)]].concat());
            assert_eq!(outcome.filled(), 2, "{title} {name}");
            let told = said(&outcome, "no-metric-row");
            assert!(told.contains("「王丽」") && told.contains(title), "{told}");
        }
        // Her post behind the name is still she.
        let outcome = filled(MANY, &[below(title), vec![put_text("A4", "王丽（主管）")]].concat());
        assert_eq!(outcome.cards[0].total, plain.cards[0].total, "{title}");
    }
}

#[test]
fn a_lower_table_under_a_plain_title_is_the_months() {
    // The figures of training stand in a table of their own.
    for title in ["二、客诉与培训", "2026年10月 客诉与培训", "10月数据（续）", ""]
    {
        let mut cells = vec![put_text("A9", title), put_text("A10", "姓名")];
        for (col, (to, row)) in [("L", ("B", 3)), ("K", ("C", 3))] {
            for down in 0..4 {
                let value = seen(&sample(MANY), METRICS, &format!("{col}{}", row + down));
                let value = match value {
                    Data::Float(number) => num(number),
                    Data::Int(number) => num(number as f64),
                    other => text(&other.to_string()),
                };
                cells.push((format!("{to}{}", 10 + down), value));
                cells.push((format!("{col}{}", row + down), Content::Blank));
            }
        }
        for (row, name) in [(11, "王丽"), (12, "周强"), (13, "孙悦")] {
            cells.push(put_text(&format!("A{row}"), name));
        }
        let outcome = filled(MANY, &cells);
        assert_eq!(outcome.filled(), 3, "{title}: {:?}", codes(&outcome));
        for (card, own) in outcome.cards.iter().zip(&filled(MANY, &[]).cards) {
            assert_eq!(card.total, own.total, "{title}");
        }
    }
}

#[test]
fn a_month_without_its_year_is_told_of_many_as_of_one() {
    for name in [ONE, MANY] {
        for title in ["9月指标数据", "统计月份：9月", "2026年9月 指标数据"] {
            let outcome = filled(name, &[put_text("A1", title)]);
            assert!(has(&outcome, "month-differs"), "{name} {title}: {:?}", codes(&outcome));
        }
        for title in ["10月指标数据", "统计月份：10月", "指标数据", "第9批数据"]
        {
            let outcome = filled(name, &[put_text("A1", title)]);
            assert!(!has(&outcome, "month-differs"), "{name} {title}");
        }
    }
    // A folder filled for a month does not take it.
    let folder = tempfile::tempdir().expect("a folder");
    for (file, title) in [("in/a.xlsx", "9月指标数据"), ("in/b.xlsx", "10月指标数据")] {
        put(folder.path(), file, with(&sample(MANY), &[put_text("A1", title)]));
    }
    let run = ["batch", "in", "-o", "out", "--month", "2026-10"];
    let (out, err, code) = common::said(&kaohe(folder.path(), &run));
    let all = format!("{out}{err}");
    assert!(code == 1 && all.contains("失败[other-month]") && all.contains("a.xlsx"), "{all}");
    let results = std::fs::read_dir(folder.path().join("out")).expect("results");
    let names: Vec<String> =
        results.map(|one| one.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|n| n.starts_with('b')) && !names.iter().any(|n| n.starts_with('a')));
    // In the tab.
    let table: Vec<String> = (3..7).map(shown).collect();
    let empty: Cells = (3..7).flat_map(|row| moved(MANY, row, 0, 0, 0)).map(blank).collect();
    let bare = with(&sample(MANY), &[empty, vec![put_text("A1", "备注")]].concat());
    for (tab, told) in [("9月", true), ("2026年9月", true), ("10月", false), ("数据", false)]
    {
        let outcome = fill(&pack::with_sheet(&bare, tab, &table));
        assert_eq!(has(&outcome, "month-differs"), told, "{tab}: {:?}", codes(&outcome));
        assert_eq!(outcome.filled(), 3, "{tab}");
    }
}

fn blank((cell, _): (String, Content)) -> (String, Content) {
    (cell, Content::Blank)
}

/// A row of the table of many, as texts parted by `|`.
fn shown(row: u32) -> String {
    let cells = moved(MANY, row, 0, 0, 0);
    let shown = cells.into_iter().map(|(_, content)| match content {
        Content::Number(number) => number.to_string(),
        Content::Text(words) => words,
        _ => String::new(),
    });
    shown.collect::<Vec<_>>().join("|").trim_end_matches('|').to_owned()
}

/// The table of many with a further column behind its last.
fn column(head: &str, values: [&str; 3]) -> Cells {
    let cell = |what: &str| what.parse().map_or_else(|_| text(what), num);
    let mut out = vec![put_text("AD3", head)];
    out.extend((4..7).zip(values).map(|(row, value)| (format!("AD{row}"), cell(value))));
    out
}

/// The team's table, or the list, of one with a further column.
fn column_of_one(rows: std::ops::Range<u32>, col: &str, head: &str, value: &str) -> Cells {
    let cell = value.parse().map_or_else(|_| text(value), num);
    let mut out = vec![put_text(&format!("{col}{}", rows.start), head)];
    out.extend(rows.skip(1).map(|row| (format!("{col}{row}"), cell.clone())));
    out
}

const MONTHS: [(&str, &str, &str); 8] = [
    ("考核月", "2026-09", "2026-10"),
    ("账期", "2026年9月", "2026年10月"),
    ("数据月", "9月", "10月"),
    ("月度", "202609", "202610"),
    ("周期", "2026-09", "2026-10"),
    ("统计期间", "2026.09", "2026-10"),
    ("考核期", "9月", "10月"),
    ("年份", "2025", "2026"),
];
const KINDS: [(&str, &str, &str); 8] = [
    ("类型", "计划", "实际"),
    ("口径", "累计", "当月"),
    ("性质", "目标", "实际"),
    ("类型", "上月", "本月"),
    ("数据类型", "预算", "实际数"),
    ("类别", "去年同期数据", "客服指标"),
    ("统计口径", "上月数据", "按支付时间"),
    ("版本", "模拟", "正式"),
];

#[test]
fn rows_of_other_months_and_kinds_are_not_read() {
    let whole = filled(ONE, &[]).cards[0].total;
    for (head, other, own) in MONTHS.into_iter().chain(KINDS) {
        // Rows of people.
        let outcome = filled(MANY, &column(head, [other; 3]));
        assert_eq!(outcome.filled(), 0, "{head} {other}");
        let told = codes(&outcome);
        let refused = |code: &&str| ["no-month-row", "no-metric-row"].contains(code);
        assert!(told.iter().filter(|code| refused(code)).count() == 3, "{head} {other}: {told:?}");
        let outcome = filled(MANY, &column(head, [own; 3]));
        assert_eq!(outcome.filled(), 3, "{head} {own}: {:?}", codes(&outcome));
        let outcome = filled(MANY, &column(head, [other, own, own]));
        assert_eq!(outcome.filled(), 2, "{head} {own}: {:?}", codes(&outcome));
        // The team's members, and a list's figures.
        for (rows, col) in [(18..25, "G"), (3..16, "E")] {
            let outcome = filled(ONE, &column_of_one(rows.clone(), col, head, other));
            assert_eq!(outcome.filled(), 0, "{head} {other} {rows:?}");
            let outcome = filled(ONE, &column_of_one(rows.clone(), col, head, own));
            assert_eq!(outcome.cards[0].total, whole, "{head} {own} {rows:?}");
        }
    }
    // The cell that says it is named.
    let told = said(&filled(MANY, &column("年份", ["2025"; 3])), "no-metric-row");
    assert!(told.contains("AD4") && told.contains("2025"), "{told}");
    // Days of entry, numbers of days, and words of a column that says no month leave all as it was.
    for (head, value) in [
        ("录入日期", "2026-11-02"),
        ("入职月份", "2020-09"),
        ("入职年份", "2020"),
        ("周期", "7"),
        ("账期", "9"),
        ("周期", "每月"),
        ("类型", "正式工"),
        ("类别", "定量"),
        ("状态", "在职"),
        ("月度", "月度"),
    ] {
        let outcome = filled(MANY, &column(head, [value; 3]));
        assert_eq!(outcome.filled(), 3, "{head} {value}: {:?}", codes(&outcome));
        let outcome = filled(ONE, &column_of_one(18..25, "G", head, value));
        assert_eq!(outcome.cards[0].total, whole, "{head} {value}: {:?}", codes(&outcome));
    }
}

/// Rows of both kinds stand in one table, and the actual ones count.
#[test]
fn of_plans_and_results_the_results_count() {
    let plain = filled(MANY, &[]);
    let mut cells: Cells = (4..7).flat_map(|row| moved(MANY, row, 3, 0, 0)).collect();
    cells.push(put_text("AD3", "类型"));
    for row in 4..10 {
        cells.push(put_text(&format!("AD{row}"), if row < 7 { "实际" } else { "目标" }));
        if row > 6 {
            cells.push((format!("C{row}"), num(1000.0)));
        }
    }
    let outcome = filled(MANY, &cells);
    assert_eq!(outcome.filled(), 3, "{:?}", codes(&outcome));
    for (card, own) in outcome.cards.iter().zip(&plain.cards) {
        assert_eq!(card.total, own.total);
    }
    // A plan is itself a figure of a list.
    let mut cells = column_of_one(3..16, "E", "类型", "实际");
    cells.push(put_text("E4", "计划"));
    let outcome = filled(ONE, &cells);
    assert_eq!(outcome.cards[0].total, filled(ONE, &[]).cards[0].total, "{:?}", codes(&outcome));
}

pub const MERGES: &str = "<mergeCell ref=\"A1:F1\"/><mergeCell ref=\"B2:C2\"/>";

/// A row more at the list's end.
fn row(label: &str, value: f64) -> Cells {
    vec![put_text("A16", label), ("B16".to_owned(), num(value))]
}

#[test]
fn equal_counts_of_two_shops_are_no_repetition() {
    let whole = filled(ONE, &[]).cards[0].total;
    // In brackets.
    let cells = [
        row("未及时处理投诉次数（淘宝）", 1.0),
        vec![put_text("A6", "未及时处理投诉次数（天猫）")],
    ];
    assert_eq!(filled(ONE, &cells.concat()).filled(), 0);
    // The same twice without a word is a repetition.
    assert_eq!(filled(ONE, &row("未及时处理投诉次数", 1.0)).cards[0].total, whole);
    // A column of platforms: E behind the list's own.
    let platforms = |head: &str, first: &str, again: &str, rest: &str, count: f64| {
        let mut cells = [row("未及时处理投诉次数", count), column_of_one(3..16, "E", head, rest)];
        cells[1].extend([put_text("E16", again), put_text("E6", first)]);
        filled(ONE, &cells.concat())
    };
    for head in ["平台", "渠道", "店铺"] {
        let outcome = platforms(head, "天猫", "淘宝", "合计", 1.0);
        assert_eq!(outcome.filled(), 0, "{head}");
        let told = said(&outcome, "metric-twice");
        assert!(told.contains("合计成一行") && told.contains("平台"), "{told}");
        // The sum of a shop and another.
        let outcome = platforms(head, "合计", "淘宝", "合计", 0.0);
        assert_eq!(outcome.cards[0].total, whole, "{head}: {:?}", codes(&outcome));
        // One shop's alone beside sums.
        let cells = column_of_one(3..16, "E", head, "合计");
        let outcome = filled(ONE, &[cells, vec![put_text("E6", "天猫")]].concat());
        assert_eq!((outcome.filled(), has(&outcome, "value-unclear")), (0, true), "{head}");
        // A company of one shop.
        for all in ["天猫", "", "合计"] {
            let outcome = filled(ONE, &column_of_one(3..16, "E", head, all));
            assert_eq!(outcome.cards[0].total, whole, "{head} {all}: {:?}", codes(&outcome));
        }
    }
    // Sheets named after platforms.
    let bare = with(&sample(ONE), &[put_text("A6", "备注"), ("B6".to_owned(), Content::Blank)]);
    let sheets = |one: &str, other: &str| {
        let list = ["指标|数值", "未及时处理投诉次数|1"];
        let bytes = pack::with_sheet(&bare, one, &list);
        fill(&pack::with_sheet(&bytes, other, &list))
    };
    for (one, other) in [("天猫", "淘宝"), ("京东客诉", "抖音客诉")] {
        let outcome = sheets(one, other);
        assert!(has(&outcome, "metric-twice") && outcome.filled() == 0, "{one} {other}");
    }
    for (one, other) in [("客诉", "客诉汇总"), ("天猫客诉", "天猫客诉（复核）"), ("客诉", "天猫")]
    {
        let outcome = sheets(one, other);
        assert_eq!(outcome.cards[0].total, whole, "{one} {other}: {:?}", codes(&outcome));
    }
    // Of many people too.
    let table = |value: &str| {
        let rows = ["王丽", "周强", "孙悦"].map(|name| format!("{name}|{value}|0"));
        [vec!["姓名|活动培训延误人次|失职投诉次数".to_owned()], rows.to_vec()].concat()
    };
    let blank = [put_text("H3", "备注一"), put_text("I3", "备注二")];
    let bytes = pack::with_sheet(&with(&sample(MANY), &blank), "天猫", &table("1"));
    assert_eq!(fill(&bytes).filled(), 3, "{:?}", codes(&fill(&bytes)));
    let outcome = fill(&pack::with_sheet(&bytes, "淘宝", &table("1")));
    assert!(has(&outcome, "metric-twice") && outcome.filled() == 0);
}

#[test]
fn a_corrected_figure_beside_the_read_one_is_for_a_person() {
    let whole = filled(ONE, &[]).cards[0].total;
    let plain: Vec<_> = filled(MANY, &[]).cards.iter().map(|card| card.total).collect();
    for head in [
        "调整后",
        "修正值",
        "更正",
        "核准数",
        "最终值",
        "财务核定",
        "复核后",
        "调整后数值",
        "审核后",
    ] {
        // A list's column, with another value or the same.
        let column =
            |value: f64| filled(ONE, &[put_text("E3", head), ("E5".to_owned(), num(value))]);
        let outcome = column(300_000.0);
        assert_eq!(outcome.filled(), 0, "{head}");
        let told = said(&outcome, "value-unclear");
        assert!(told.contains("B5") && told.contains("E5"), "{told}");
        assert_eq!(column(309_500.0).cards[0].total, whole, "{head}");
        // A note there is no number.
        let outcome = filled(ONE, &[put_text("E3", head), put_text("E5", "已核")]);
        assert_eq!(outcome.cards[0].total, whole, "{head}: {:?}", codes(&outcome));
        // A column of people right behind the figure's, and a team's.
        let cells: Cells =
            [3u32, 4, 5, 6].into_iter().flat_map(|r| moved(MANY, r, 0, 1, 3)).collect();
        let with = |value: f64| {
            let own = [put_text("D3", head), ("D4".to_owned(), num(value))];
            let others = [5, 6].map(|row| (format!("D{row}"), Content::Blank));
            filled(MANY, &[cells.clone(), own.to_vec(), others.to_vec()].concat())
        };
        let outcome = with(1000.0);
        assert_eq!(outcome.filled(), 2, "{head}: {:?}", codes(&outcome));
        assert!(has(&outcome, "value-unclear"));
        let outcome = with(488_166.13);
        let totals: Vec<_> = outcome.cards.iter().map(|card| card.total).collect();
        assert_eq!(totals, plain, "{head}: {:?}", codes(&outcome));
    }
    for head in ["调整后实际营业额", "实际营业额（调整后）", "核定实际营业额", "实际营业额-修正"]
    {
        let outcome = filled(ONE, &row(head, 300_000.0));
        assert_eq!(outcome.filled(), 0, "{head}");
        assert_eq!(filled(ONE, &row(head, 309_500.0)).cards[0].total, whole, "{head}");
        let outcome = filled(MANY, &[put_text("AE3", head), ("AE4".to_owned(), num(1.0))]);
        assert!(outcome.filled() < 3, "{head}: {:?}", codes(&outcome));
    }
    for (head, value, count) in [
        ("复核后KPI得分", 70.0, 0),
        ("调整后", 15.0, 0),
        ("复核", 1.0, 1),
        ("复核人", 1.0, 1),
        ("备注", 3.0, 1),
    ] {
        let cells = [put_text("G18", head), ("G20".to_owned(), num(value))];
        let outcome = filled(ONE, &cells);
        assert_eq!(outcome.filled(), count, "{head}: {:?}", codes(&outcome));
    }
    // What is to be added matters where it is anything.
    for (value, count) in [(0.0, 1), (-9000.0, 0)] {
        let outcome = filled(ONE, &[put_text("E3", "调整额"), ("E5".to_owned(), num(value))]);
        assert_eq!(outcome.filled(), count, "{value}: {:?}", codes(&outcome));
    }
}
