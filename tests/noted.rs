//! What notes in brackets, titles and remarks say of figures: another's, of a part, of another time.

use crate::common::*;
use crate::whose_when::{Cells, MERGES, codes, fill, filled, has, put_text, said, with};
use kaohe::package::{Edit, edit};
use kaohe::text::other_times::{LAST, YEARS};

/// Notes in brackets that say of a figure that it is another's or a part.
const PARTS: [&str; 34] = [
    "天猫",
    "淘宝",
    "京东",
    "拼多多",
    "抖音",
    "旗舰店",
    "直播",
    "二店",
    "周强",
    "人均",
    "差额",
    "缺口",
    "完成率",
    "旧",
    "改前",
    "待核",
    "B组",
    "客服二部",
    "仓储部",
    "C店",
    "商城",
    "线上",
    "上半月",
    "草稿",
    "部分",
    "未审核",
    "估计",
    "原数据",
    "日均",
    "小红书",
    "欧阳雪",
    "A班",
    "待财务核",
    "运营中心",
];
/// Notes that change nothing.
const PLAIN: [&str; 33] = [
    "元",
    "实际",
    "本月",
    "10月",
    "2026年10月",
    "含税",
    "不含税",
    "全店",
    "合计",
    "必填",
    "公式自动",
    "生意参谋",
    "王丽",
    "客服部",
    "各店合计",
    "全部",
    "系统导出",
    "单位：元",
    "RMB",
    "财务提供",
    "以年度计划分解",
    "天猫+淘宝合计",
    "C店+商城",
    "手工填",
    "人民币",
    "客服",
    "最终",
    "已确认",
    "实际数",
    "月度",
    "两店合计",
    "当月",
    "全店合计",
];

#[test]
fn notes_at_labels_are_heeded() {
    let whole = filled(ONE, &[]).cards[0].total;
    let plain: Vec<_> = filled(MANY, &[]).cards.iter().map(|card| card.total).collect();
    for note in PARTS {
        let label = format!("实际营业额（{note}）");
        let outcome = filled(ONE, &[put_text("A5", &label)]);
        assert_eq!(outcome.filled(), 0, "{note}");
        let told = codes(&outcome);
        let told = told.iter().find(|code| ["metric-missing", "value-unclear"].contains(code));
        assert!(said(&outcome, told.expect("told")).contains(note), "{note}");
        // A row of them all beside it counts.
        if !note.ends_with(['部', '组', '班', '心']) {
            let cells = [
                put_text("A16", &label),
                ("B16".to_owned(), num(1000.0)),
                put_text("A5", "实际营业额（合计）"),
            ];
            let outcome = filled(ONE, &cells);
            assert_eq!(outcome.cards[0].total, whole, "{note}: {:?}", codes(&outcome));
        }
        // Of many the same words do the same.
        if note != "周强" && note.len() > 6 {
            let outcome = filled(MANY, &[put_text("C3", &label)]);
            assert_eq!(outcome.filled(), 0, "{note}: {:?}", codes(&outcome));
        }
    }
    for note in PLAIN {
        let label = format!("实际营业额（{note}）");
        let outcome = filled(ONE, &[put_text("A5", &label)]);
        assert_eq!(outcome.cards[0].total, whole, "{note}: {:?}", codes(&outcome));
        assert!(!has(&outcome, "label-note"), "{note}");
        if note == "王丽" {
            continue;
        }
        let outcome = filled(MANY, &[put_text("C3", &label)]);
        let totals: Vec<_> = outcome.cards.iter().map(|card| card.total).collect();
        assert_eq!(totals, plain, "{note}: {:?}", codes(&outcome));
        assert!(!has(&outcome, "label-note"), "{note}");
    }
    // Of which nobody can say whether it matters.
    for note in ["新系列", "静默"] {
        let outcome = filled(ONE, &[put_text("A5", &format!("实际营业额（{note}）"))]);
        assert_eq!(outcome.cards[0].total, whole, "{note}: {:?}", codes(&outcome));
        let told = said(&outcome, "label-note");
        assert!(told.contains(note) && told.contains(METRICS), "{told}");
    }
    // A mean may be one of people or of days.
    let outcome = filled(MANY, &[put_text("R3", "客单价均值（人均）")]);
    assert_eq!(outcome.filled(), 3, "{:?}", codes(&outcome));
}

#[test]
fn notes_over_columns_and_at_the_teams_are_heeded() {
    // 天猫 over 询单转化率 of the team, or in brackets behind it.
    for note in ["天猫", "旧", "周强", "目标", "京东自营"] {
        let cells = [put_text("D18", &format!("询单转化率（{note}）"))];
        let outcome = filled(ONE, &cells);
        assert_eq!(outcome.filled(), 0, "{note}");
        let told = said(&outcome, "metric-missing");
        assert!(told.contains("询单转化率") && told.contains("D18"), "{told}");
        // Beside it the whole.
        let cells = [put_text("G18", &format!("询单转化率（{note}）"))];
        let other: Cells = (19..25).map(|row| (format!("G{row}"), num(0.5))).collect();
        let outcome = filled(ONE, &[cells.to_vec(), other].concat());
        assert_eq!(outcome.filled(), 1, "{note}: {:?}", codes(&outcome));
    }
    for note in ["秒", "首次", "平均"] {
        let outcome = filled(ONE, &[put_text("F18", &format!("旺旺反应时间（{note}）"))]);
        assert_eq!(outcome.filled(), 1, "{note}: {:?}", codes(&outcome));
        assert_eq!(has(&outcome, "label-note"), note == "首次", "{note}");
    }
    // Platforms over the columns of turnover, in merged cells.
    let grouped = |over: &str| {
        let bytes = with(&sample(MANY), &[put_text("B2", over)]);
        let merge = |xml: &str| xml.replace("<mergeCell ref=\"A1:F1\"/>", MERGES);
        fill(&pack::with_part(&bytes, "xl/worksheets/sheet4.xml", merge))
    };
    for (over, count) in [("天猫", 0), ("京东旗舰店", 0), ("全店", 3), ("业绩", 3)] {
        let outcome = grouped(over);
        assert_eq!(outcome.filled(), count, "{over}: {:?}", codes(&outcome));
    }
}

#[test]
fn titles_of_another_time_kind_or_department_are_told() {
    let whole = filled(ONE, &[]).cards[0].total;
    for title in [
        "2025年 指标数据",
        "去年同期指标数据",
        "2026年10月预测 指标数据",
        "2026年10月 仓储部 指标数据",
        "模拟数据",
        "指标数据（样表）",
    ] {
        let outcome = filled(ONE, &[put_text("A1", title)]);
        assert_eq!(outcome.filled(), 0, "{title}");
        assert!(said(&outcome, "figures-titled").contains(title), "{title}");
    }
    for title in ["上月指标数据", "本年累计指标数据", "截至10月15日指标数据"]
    {
        let outcome = filled(ONE, &[put_text("A1", title)]);
        assert_eq!(outcome.cards[0].total, whole, "{title}: {:?}", codes(&outcome));
        let told = said(&outcome, "figures-titled");
        assert!(told.contains(title) && told.contains(METRICS), "{told}");
    }
    for title in [
        "2026年10月 客服部指标数据",
        "指标数据（2024年3月修订）",
        "10月累计指标",
        "与去年同期对比",
        "财务部提供的数据",
        "截至10月31日指标数据",
        "各部门指标数据",
    ] {
        let outcome = filled(ONE, &[put_text("A1", title)]);
        assert_eq!(outcome.cards[0].total, whole, "{title}: {:?}", codes(&outcome));
        assert!(!has(&outcome, "figures-titled"), "{title}");
    }
    // In the tab.
    let list: Vec<String> = std::iter::once("指标|数值".to_owned())
        .chain(FIGURES.iter().map(|(name, value)| format!("{name}|{value}")))
        .collect();
    let empty: Cells = (4..16).map(|row| put_text(&format!("A{row}"), "备注")).collect();
    let bare = with(&sample(ONE), &empty);
    for (tab, count) in [("去年同期", 0), ("仓储部", 0), ("上月", 1), ("客服部", 1), ("数据", 1)]
    {
        let outcome = fill(&pack::with_sheet(&bare, tab, &list));
        assert_eq!(outcome.filled(), count, "{tab}: {:?}", codes(&outcome));
        assert_eq!(has(&outcome, "figures-titled"), count == 0 || tab == "上月", "{tab}");
    }
    // Over the team's table.
    for title in
        ["仓储部团队数据", "团队数据（去年同期）", "团队数据（目标）", "团队数据（1-10月累计）"]
    {
        let outcome = filled(ONE, &[put_text("A17", title)]);
        assert_eq!(outcome.filled(), 0, "{title}: {:?}", codes(&outcome));
    }
    for title in ["客服部团队数据", "团队数据（10月）", "二、团队明细", "客服团队实际数据"]
    {
        let outcome = filled(ONE, &[put_text("A17", title)]);
        assert_eq!(outcome.cards[0].total, whole, "{title}: {:?}", codes(&outcome));
    }
}

#[test]
fn remarks_and_heads_of_values_are_heeded() {
    let whole = filled(ONE, &[]).cards[0].total;
    for note in ["上月数据", "9月", "去年同期", "待核", "旧数据", "9月数据"] {
        let outcome = filled(ONE, &[put_text("D5", note)]);
        assert_eq!(outcome.filled(), 0, "{note}: {:?}", codes(&outcome));
        // A member so noted is not dropped without a word.
        let cells = [put_text("G18", "备注"), put_text("G20", note)];
        let outcome = filled(ONE, &cells);
        assert_eq!(outcome.filled(), 0, "{note}: {:?}", codes(&outcome));
        let cells = [put_text("AD3", "备注"), put_text("AD4", note)];
        assert_eq!(filled(MANY, &cells).filled(), 2, "{note}");
    }
    for note in ["比上月多", "10月", "本月", "天猫后台", "已核", "含9月补发", "上月持平"]
    {
        let outcome = filled(ONE, &[put_text("D5", note)]);
        assert_eq!(outcome.cards[0].total, whole, "{note}: {:?}", codes(&outcome));
        let cells = [put_text("G18", "备注"), put_text("G20", note)];
        assert_eq!(filled(ONE, &cells).cards[0].total, whole, "{note}");
    }
    for head in ["数值（上月）", "数值（天猫）", "数值（日均）", "数值（周强）", "数值（旧）"]
    {
        let outcome = filled(ONE, &[put_text("B3", head)]);
        assert!(has(&outcome, "value-unclear"), "{head}: {:?}", codes(&outcome));
        assert_eq!(outcome.filled(), 0, "{head}");
    }
    for head in ["数值（本月）", "数值（元）", "数值（王丽）", "数值（合计）", "数值（实际）"]
    {
        let outcome = filled(ONE, &[put_text("B3", head)]);
        assert_eq!(outcome.cards[0].total, whole, "{head}: {:?}", codes(&outcome));
    }
}

/// Every word of another time is heeded wherever it may stand.
#[test]
fn other_times_are_known_everywhere() {
    let list: Vec<String> = std::iter::once("指标|数值".to_owned())
        .chain(FIGURES.iter().map(|(name, value)| format!("{name}|{value}")))
        .collect();
    let empty: Cells = (4..16).map(|row| put_text(&format!("A{row}"), "备注")).collect();
    let lacking = with(&sample(ONE), &[put_text("A9", ""), put_text("B9", "")]);
    // The list below the form on its own sheet, under a title.
    let on_own = |title: &str| {
        let mut edits = vec![Edit::new(FORM, at("A60"), text(title))];
        for (row, (name, value)) in (62..).zip(FIGURES) {
            edits.push(Edit::new(FORM, at(&format!("A{row}")), text(name)));
            edits.push(Edit::new(FORM, at(&format!("B{row}")), num(value)));
        }
        edits.push(Edit::new(FORM, at("A61"), text("指标")));
        edits.push(Edit::new(FORM, at("B61"), text("数值")));
        fill(&edit(&with(&sample(ONE), &empty), &edits).expect("edited"))
    };
    assert_eq!(on_own("指标数据").filled(), 1, "{:?}", codes(&on_own("指标数据")));
    for word in LAST.into_iter().chain(YEARS) {
        assert_eq!(on_own(&format!("{word}指标数据")).filled(), 0, "{word}");
        assert_eq!(filled(ONE, &[put_text("B3", word)]).filled(), 0, "{word}");
        assert_eq!(filled(ONE, &[put_text("D5", &format!("{word}数据"))]).filled(), 0, "{word}");
        let titled = filled(ONE, &[put_text("A1", &format!("{word}指标数据"))]);
        assert!(has(&titled, "figures-titled"), "{word}");
        let tab = pack::with_sheet(&lacking, &format!("{word}数据"), &list);
        assert!(has(&fill(&tab), "metric-missing"), "{word}: {:?}", codes(&fill(&tab)));
    }
}
