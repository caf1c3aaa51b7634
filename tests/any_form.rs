//! Forms of any scheme, end to end: `kaohe new` → figures → `kaohe fill`, scores worked out by hand.

use crate::common::forms::{self, blank, example, put, with};
use crate::common::{self, num, sample_path, text};
use kaohe::fill::Scorecard;
use kaohe::scheme::Scheme;
use kaohe::{Options, Outcome, fill_workbook};

fn filled(bytes: &[u8], scheme: Option<&Scheme>) -> Outcome {
    let options = Options { scheme: scheme.cloned(), ..Options::default() };
    fill_workbook(bytes, &options).unwrap_or_else(|p| panic!("{p:#?}"))
}

fn card(bytes: &[u8], scheme: &Scheme) -> Scorecard {
    let outcome = filled(bytes, Some(scheme));
    assert!(outcome.whole(), "{:#?}\n{:#?}", outcome.problems, outcome.cards[0].problems);
    outcome.cards.into_iter().next().unwrap()
}

fn scores(card: &Scorecard) -> Vec<f64> {
    card.items.iter().map(|item| item.score).collect()
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.cards.iter().flat_map(|c| &c.problems).filter(|p| p.blocks()).map(|p| p.code).collect()
}

/// Samples: file, scheme, person, department, figures.
const SAMPLES: [(&str, &str, &str, &str, &str); 3] = [
    (
        "销售代表绩效考核表-李强.xlsx",
        "销售代表",
        "李强",
        "销售部",
        "目标销售额=500000 实际销售额=515000 应收账款=200000 回款额=199000 上月销售费用=10000 \
         本月销售费用=9700 拜访客户数=17 新签客户数=3 采纳建议条数=4 泄露价格次数=0",
    ),
    (
        "仓库主管绩效考核表-陈波.xlsx",
        "仓库主管",
        "陈波",
        "仓储部",
        "账实不符项数=4 错发次数=1 漏发次数=4 客户投诉次数=2 货损金额=750 安全事故次数=0 \
         现场检查不合格处数=3",
    ),
    (
        "财务会计绩效考核表-何敏.xlsx",
        "财务会计",
        "何敏",
        "财务部",
        "报表应交日=2026-09-30 报表实交日=2026-10-08 报表差错次数=2 发票及时率=98% \
         对账完成率=100% 自评=90 上级评分=80 下级评分=70 受处分次数=0",
    ),
];

fn made(index: usize) -> (Scheme, Vec<u8>) {
    let (_, scheme, person, department, figures) = SAMPLES[index];
    let scheme = example(scheme);
    let bytes = with(&blank(&scheme, person, department), figures);
    (scheme, bytes)
}

#[test]
fn the_samples_are_what_new_makes() {
    for (index, (file, ..)) in SAMPLES.iter().enumerate() {
        let (_, bytes) = made(index);
        if std::env::var_os("KAOHE_BLESS").is_some() {
            std::fs::write(sample_path(file), &bytes).unwrap();
        }
        let there = std::fs::read(sample_path(file)).expect("the sample");
        assert!(there == bytes, "{file}: rebuild with KAOHE_BLESS=1");
    }
}

#[test]
fn the_samples_score_as_worked_out_by_hand() {
    let fill = |index: usize| {
        let bytes = std::fs::read(sample_path(SAMPLES[index].0)).expect("the sample");
        // No scheme is named: it is found by fit.
        let outcome = filled(&bytes, None);
        assert!(outcome.whole(), "{:#?}", outcome.cards[0].problems);
        assert_eq!(outcome.scheme, SAMPLES[index].1);
        outcome
    };
    // 103 % × 40 = 41.2; 99.5 % is in 90–99 %: 24; 3 % lower: 15 + 3; 17 of 20: −1.5; 3 × 2 = 6;
    // 4 × 1.5 = 6; bonus 12, capped at 10: 41.2 + 24 + 18 + 8.5 + 10 = 101.7.
    let sales = fill(0);
    let card = &sales.cards[0];
    assert_eq!(scores(card), [41.2, 24.0, 18.0, 8.5, 6.0, 6.0]);
    assert_eq!((card.total, card.grade.as_deref()), (101.7, Some("A")));
    assert_eq!(card.person.as_deref(), Some("李强"));
    // 4 wrong, 2 forgiven: −6; −5 and 4 × 2 held at 6: 14; 2 complaints −4; 750 yuan: −5 −2;
    // 3 × 0.5.
    let warehouse = fill(1);
    let card = &warehouse.cards[0];
    assert_eq!(scores(card), [24.0, 14.0, 11.0, 8.0, 13.5]);
    assert_eq!(card.total, 70.5);
    // One working day late: 30; −1 −3: 26; both reached: 30; 13.5 + 60 + 7 = 80.5.
    // 86 × 0.8 + 80.5 × 0.2 = 84.9.
    let finance = fill(2);
    let card = &finance.cards[0];
    assert_eq!(scores(card), [30.0, 26.0, 30.0, 80.5]);
    assert_eq!((card.total, card.grade.as_deref()), (84.9, Some("良好")));
    // Live formulas in every score.
    for outcome in [&sales, &warehouse, &finance] {
        assert_eq!(outcome.formulas.len(), outcome.cards[0].items.len() + 2);
    }
}

#[test]
fn vetoes_groups_and_caps_in_a_workbook() {
    let (sales, bytes) = made(0);
    let leaked = card(&with(&bytes, "泄露价格次数=1"), &sales);
    assert_eq!((leaked.total, leaked.grade.as_deref()), (0.0, Some("D")));
    let few = card(&with(&bytes, "新签客户数=1 采纳建议条数=2"), &sales);
    // Bonus 2 + 3 = 5, below its cap: 91.7 + 5.
    assert_eq!(few.total, 96.7);
    let (warehouse, bytes) = made(1);
    assert_eq!(scores(&card(&with(&bytes, "安全事故次数=1"), &warehouse))[4], 0.0);
    let (finance, bytes) = made(2);
    let best = "报表实交日=2026-09-29 报表差错次数=0 自评=100 上级评分=100 下级评分=100";
    let best = with(&bytes, best);
    let without = card(&best, &finance);
    assert_eq!((without.total, without.grade.as_deref()), (100.0, Some("优秀")));
    let warned = card(&with(&best, "受处分次数=1"), &finance);
    assert_eq!((warned.total, warned.grade.as_deref()), (100.0, Some("良好")));
}

#[test]
fn dates_in_a_workbook() {
    let (finance, bytes) = made(2);
    let reports =
        |done: &str| scores(&card(&with(&bytes, &format!("报表实交日={done}")), &finance))[0];
    // 10-01, 02, 05, 06, 07 are holidays; Saturday 10-10 is worked, Sunday 10-11 is not.
    for (done, score) in [
        ("2026-09-28", 40.0),
        ("2026-09-30", 40.0),
        ("2026-10-07", 40.0),
        ("2026-10-08", 30.0),
        ("2026-10-09", 20.0),
        ("2026-10-10", 0.0),
        ("2026-10-11", 0.0),
    ] {
        assert_eq!(reports(done), score, "{done}");
    }
    // Typed as text, in the ways people write days.
    for day in ["2026.10.8", "2026/10/8", "2026年10月8日", "20261008"] {
        let cell = [("B4", text("2026-09-30")), ("B5", text(day))];
        let outcome = filled(&put(&bytes, "指标数据", &cell), Some(&finance));
        assert_eq!(scores(&outcome.cards[0])[0], 30.0, "{day}");
        // The day on which a report was due is not the month of the sheet.
        assert_eq!(outcome.cards[0].problems, [], "{day}");
    }
    // The digits as a number, and a day whose cell lost its format.
    for number in [20_261_008.0, kaohe::day::Day::parse("2026-10-08").unwrap().serial()] {
        let cell = [("B5", num(number))];
        assert_eq!(scores(&card(&put(&bytes, "指标数据", &cell), &finance))[0], 30.0, "{number}");
    }
    // A time of day does not make it later.
    let evening = kaohe::day::Day::parse("2026-09-30").unwrap().serial() + 0.75;
    assert_eq!(scores(&card(&put(&bytes, "指标数据", &[("B5", num(evening))]), &finance))[0], 40.0);
    for (content, code) in [
        (kaohe::package::Content::Blank, "metric-blank"),
        (text("月底"), "metric-not-a-number"),
        (text("2026-02-30"), "metric-not-a-number"),
        (text("9.30"), "metric-not-a-number"),
        (text("10.8"), "metric-not-a-number"),
        // 9.30 as a spreadsheet takes it, in a cell that shows 1900-01-08.
        (num(9.3), "metric-not-a-number"),
        (num(20_261_301.0), "metric-not-a-number"),
    ] {
        let outcome = filled(&put(&bytes, "指标数据", &[("B5", content)]), Some(&finance));
        assert_eq!(codes(&outcome), [code]);
        assert!(outcome.bytes.is_none());
    }
}

#[test]
fn every_rule_kind_through_a_workbook() {
    let source = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/schemes/全部规则.toml"
    ))
    .unwrap();
    let faults = kaohe::scheme::examine(&source);
    assert!(faults.is_empty(), "{faults:#?}");
    let scheme = Scheme::parse(&source).unwrap();
    for (kind, ..) in kaohe::score::pages::PAGES {
        assert!(source.contains(&format!("kind = \"{kind}\"")), "{kind}");
    }
    let bytes = with(
        &blank(&scheme, "张三", "一车间"),
        "实际营业额=309500 计划营业额=300000 盘点差错次数=3 客诉次数=2 回款额=199 应收额=200 \
         回款率=85% 完成率=95% 完成数=83 计划数=100 产量=850 五分钟接起率=60% \
         三十分钟办结率=41% 推出新款数=1 应报送日=2026-09-30 实际报送日=2026-10-05 \
         损失金额=750 安全事故次数=0 问题处理评分=4.5 自评=90 上级评分=80 下级评分=70 \
         本店销售=80 二店销售=90 三店销售=80 迟到次数=3 早退次数=4 上月费用=10000 \
         本月费用=9700",
    );
    let book = kaohe::workbook::open(&bytes, &|_| true).unwrap();
    assert_eq!(book.sheets[0].name, "生产-班组长-试-绩效考核表");
    // The team: three members below its header; the raters: one left a mark blank.
    let head = forms::beside(&book, "指标数据", "反应时间");
    let team: Vec<kaohe::package::Edit> = [("李", 15.0), ("王", 17.0), ("赵", 12.0)]
        .iter()
        .zip(1..)
        .flat_map(|((name, time), line)| {
            let cell = |col| kaohe::cell::CellRef::new(head.row + line, col);
            [
                kaohe::package::Edit::new("指标数据", cell(0), text(name)),
                kaohe::package::Edit::new("指标数据", cell(1), num(*time)),
            ]
        })
        .collect();
    let bytes = kaohe::package::edit(&bytes, &team).unwrap();
    let marks = [("B4", 4.0), ("C4", 5.0), ("B5", 3.0), ("C5", 4.0), ("D5", 5.0)];
    let marks = marks.map(|(cell, mark)| (cell, num(mark)));
    let bytes = put(&bytes, "同级评分", &marks);
    let outcome = filled(&bytes, Some(&scheme));
    assert!(outcome.whole(), "{:#?}", outcome.cards[0].problems);
    let card = &outcome.cards[0];
    // As on the pages of docs/rules; 850 of 600–1000 is 85 of 100, so 8.5 of 10; one new style 5;
    // costs 3 % lower: +3.
    assert_eq!(
        scores(card),
        [
            21.0, 6.0, 11.0, 8.0, 16.0, 8.3, 8.5, 6.0, 12.0, 10.0, 5.0, 8.0, 3.0, 10.0, 4.5, 16.1,
            6.0, 14.0, 13.0
        ]
    );
    // (4.5 + 4) ÷ 10 × 10.
    assert_eq!((card.sum, card.ratings[0].points, card.total), (186.4, 8.5, 194.9));
    // Filled again: the same.
    let again = filled(outcome.bytes.as_ref().unwrap(), Some(&scheme));
    assert_eq!(scores(&again.cards[0]), scores(card));
    functions_of_2010(&outcome);
    for index in 0..3 {
        functions_of_2010(&filled(&made(index).1, None));
    }
    functions_of_2010(&filled(&common::sample(common::ONE), None));
    functions_of_2010(&filled(&common::sample(common::MANY), None));
}

/// Functions that Excel 2010, WPS and LibreOffice all know; nothing newer, no array formula.
fn functions_of_2010(outcome: &Outcome) {
    const KNOWN: [&str; 11] = [
        "AVERAGE",
        "COUNTIF",
        "IF",
        "MAX",
        "MIN",
        "NETWORKDAYS",
        "ROUND",
        "ROUNDUP",
        "SUM",
        "TRUNC",
        "ROUNDDOWN",
    ];
    assert!(!outcome.formulas.is_empty());
    for formula in outcome.formulas.values() {
        // Sheet names stand in quotes where they hold brackets.
        let bare: String = formula.split('\'').step_by(2).collect();
        for (open, _) in bare.match_indices('(') {
            let word: String = bare[..open]
                .chars()
                .rev()
                .take_while(|c| c.is_ascii_alphanumeric() || "._".contains(*c))
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            assert!(word.is_empty() || KNOWN.contains(&word.as_str()), "{word} in {formula}");
        }
        assert!(!bare.contains('#') && !bare.contains('@') && formula.len() < 8192, "{formula}");
    }
}

#[test]
fn a_form_that_says_something_else_is_not_scored_by_an_example() {
    let (_, bytes) = made(1);
    for (cell, words) in [
        ("B4", "抽查账实不符，2项以内不扣，超过后每项扣5分，扣完为止。"),
        ("B6", "1次扣1分，2次扣3分，3次及以上扣10分。"),
        ("B6", "每次扣1分。"),
        // A rule more than the example has.
        ("B8", "现场不合格每处扣0.5分；发生安全事故，本项不得分。迟到每次扣2分。"),
        ("B7", "损失500元以下扣3分，500元及以上扣6分，超过500元每满100元再扣1分。"),
    ] {
        let sheet = "仓库主管绩效考核表";
        let other = put(&bytes, sheet, &[(cell, text(words))]);
        let outcome = filled(&other, None);
        assert_eq!(codes(&outcome), ["criteria-differ"], "{words}");
        assert!(outcome.bytes.is_none());
        // Asked for by name, it scores, and warns.
        let named = filled(&other, Some(&example("仓库主管")));
        assert!(named.whole());
        assert!(named.cards[0].problems.iter().any(|p| p.code == "criteria-differ"));
    }
    let silent = put(&bytes, "仓库主管绩效考核表", &[("B4", kaohe::package::Content::Blank)]);
    assert_eq!(codes(&filled(&silent, None)), ["criteria-unread"]);
    // An item less: no scheme fits, and the workbook is refused as before.
    let less = put(&bytes, "仓库主管绩效考核表", &[("A5", text("其他"))]);
    let refused = fill_workbook(&less, &Options::default());
    assert!(refused.is_err(), "{refused:#?}");
}

const LAPSING: &str = r#"
name = "缺项"
title = "缺项表"
[[metrics]]
name = "完成数"
kind = "count"
[[metrics]]
name = "计划数"
kind = "count"
[[metrics]]
name = "差错次数"
kind = "count"
blank = "zero"
[[metrics]]
name = "新品数"
kind = "count"
[[metrics]]
name = "新品达标数"
kind = "count"
[[metrics]]
name = "培训场次"
kind = "count"
[[items]]
name = "达成"
points = 40
[[items.rules]]
kind = "ratio"
value = { of = "完成数", over = "计划数" }
[[items]]
name = "差错"
points = 30
[[items.rules]]
kind = "occurrences"
events = [{ metric = "差错次数", deduct = 5 }]
[[items]]
name = "新品"
points = 20
absent = { when_zero = "新品数" }
[[items.rules]]
kind = "ratio"
value = { of = "新品达标数", over = "新品数" }
[[items]]
name = "培训"
points = 10
absent = { to = "达成" }
[[items.rules]]
kind = "done"
things = [{ metric = "培训场次", points = 5 }]
most = 10
"#;

#[test]
fn an_item_that_does_not_apply_moves_its_points() {
    let scheme = Scheme::parse(LAPSING).unwrap();
    let form = blank(&scheme, "张三", "部门");
    let base = "完成数=80 计划数=100 差错次数=2 ";
    for (figures, items, total) in [
        // 32 + 20 + 16 + 10.
        ("新品数=5 新品达标数=4 培训场次=2", [32.0, 20.0, 16.0, 10.0], 78.0),
        // No new product: 62 of 80 points is 77.5 of 100. What it would have needed may be blank.
        ("新品数=0 培训场次=2", [32.0, 20.0, 0.0, 10.0], 77.5),
        ("新品数=不适用 培训场次=2", [32.0, 20.0, 0.0, 10.0], 77.5),
        // The training's 10 points go to 达成: 0.8 × 50.
        ("新品数=5 新品达标数=4 培训场次=不适用", [40.0, 20.0, 16.0, 0.0], 76.0),
        // Both: 60 of 80 points.
        ("新品数=0 培训场次=不适用", [40.0, 20.0, 0.0, 0.0], 75.0),
    ] {
        let bytes = with(&form, &format!("{base}{figures}"));
        let outcome = filled(&bytes, Some(&scheme));
        assert!(outcome.whole(), "{figures}: {:#?}", outcome.cards[0].problems);
        let card = &outcome.cards[0];
        assert_eq!((scores(card), card.total), (items.to_vec(), total), "{figures}");
        functions_of_2010(&outcome);
    }
    // A blank figure of an item that applies is still a fault, and a figure of another too.
    let open = filled(&with(&form, &format!("{base}新品数=5 培训场次=2")), Some(&scheme));
    assert_eq!(codes(&open), ["metric-blank"]);
    let other = "完成数=不适用 计划数=100 新品数=0 培训场次=2";
    assert_eq!(codes(&filled(&with(&form, other), Some(&scheme))), ["metric-not-a-number"]);
    // A section of which nothing applies has no points to go by.
    let alone = format!("{LAPSING}[[groups]]\nname = \"新\"\nitems = [\"新品\"]\n");
    let alone = Scheme::parse(&alone).unwrap();
    let nothing = with(&form, &format!("{base}新品数=0 培训场次=2"));
    assert_eq!(codes(&filled(&nothing, Some(&alone))), ["nothing-applies"]);
    // The sum is live: it reads the cell that says whether the item applies.
    let outcome = filled(&with(&form, &format!("{base}新品数=0 培训场次=2")), Some(&scheme));
    let sum = &outcome.formulas[&outcome.cards[0].sum_at.unwrap()];
    assert_eq!(sum, "SUM(D4:D7)*100/(100-IF('指标数据'!B7=0,20,0))");
}
