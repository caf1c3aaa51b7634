//! Schemes: what `check` finds and where, `try` by numbers worked out by hand, the draft.

use crate::common::*;
use kaohe::problem::Lang;
use kaohe::scheme::{EXAMPLES, Scheme, examine};
use kaohe::trial::{Given, Trial, run};
use std::collections::BTreeMap;

fn example(name: &str) -> Scheme {
    let (_, text) = EXAMPLES.iter().find(|(file, _)| file.starts_with(name)).expect("a scheme");
    let faults: Vec<String> = examine(text)
        .iter()
        .filter(|f| f.problem.blocks())
        .map(|f| kaohe::report::excerpt(name, text, f, Lang::Zh))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Scheme::parse(text).expect("sound")
}

fn attempt(scheme: &Scheme, figures: &str) -> Trial {
    let given: BTreeMap<String, Given> = figures
        .split_whitespace()
        .map(|pair| pair.split_once('=').expect("a pair"))
        .map(|(key, value)| (key.to_owned(), Given::Text(value.to_owned())))
        .collect();
    run(scheme, &given)
}

fn scores(trial: &Trial) -> Vec<f64> {
    assert!(!trial.problems.iter().any(|p| p.blocks()), "{:?}", trial.problems);
    trial.items.iter().map(|(_, _, score, _)| *score).collect()
}

#[test]
fn sales_by_hand() {
    let scheme = example("销售代表");
    // 完成率 103 % × 40 = 41.2; 回款 99.5 % → 24; 费用 3 % lower: 15 + 3 = 18; 17 of 20 visits:
    // −1.5 → 8.5; 3 new customers 6 (cap 6); 4 suggestions 6; bonus 12, capped at 10.
    let trial = attempt(
        &scheme,
        "目标销售额=50万 实际销售额=515000 应收账款=200000 回款额=199000 上月销售费用=10000 \
         本月销售费用=9700 拜访客户数=17 新签客户数=3 采纳建议条数=4",
    );
    assert_eq!(scores(&trial), [41.2, 24.0, 18.0, 8.5, 6.0, 6.0]);
    assert_eq!(trial.total, Some(101.7));
    assert_eq!(trial.grade, Some(("A".to_owned(), Some(1.2))));
    // 59.9 % → 0; 80 % → 15; 2.5 % higher: two whole steps −4; 0 visits −10 → 0; veto: total 0.
    let trial = attempt(
        &scheme,
        "目标销售额=500000 实际销售额=299500 应收账款=200000 回款额=160000 上月销售费用=10000 \
         本月销售费用=10250 泄露价格次数=1",
    );
    assert_eq!(scores(&trial), [0.0, 15.0, 11.0, 0.0, 0.0, 0.0]);
    assert_eq!((trial.total, trial.grade), (Some(0.0), Some(("D".to_owned(), Some(0.0)))));
}

#[test]
fn warehouse_by_hand() {
    let scheme = example("仓库主管");
    // 4 wrong, 2 forgiven: −6; one −5, four missed −8 held at −6: 14; 2 complaints −4; 750 yuan:
    // −5 −2; 3 places −1.5.
    let trial = attempt(
        &scheme,
        "账实不符项数=4 错发次数=1 漏发次数=4 客户投诉次数=2 货损金额=750 现场检查不合格处数=3",
    );
    assert_eq!(scores(&trial), [24.0, 14.0, 11.0, 8.0, 13.5]);
    assert_eq!(trial.total, Some(70.5));
    let trial = attempt(&scheme, "账实不符项数=2 安全事故次数=1");
    assert_eq!(scores(&trial), [30.0, 25.0, 15.0, 15.0, 0.0]);
}

#[test]
fn finance_by_hand() {
    let scheme = example("财务会计");
    // Due Wednesday 09-30, done Thursday 10-08: 10-01, 02, 05, 06, 07 are off, so one working day:
    // 30. Two errors: −4 → 26. 98 % and 100 % → 30. 0.15×90 + 0.75×80 + 0.1×70 = 80.5.
    // 86 × 0.8 + 80.5 × 0.2 = 68.8 + 16.1 = 84.9.
    let figures = "报表应交日=2026-09-30 报表实交日=2026-10-08 报表差错次数=2 发票及时率=98% \
                   对账完成率=100% 自评=90 上级评分=80 下级评分=70";
    let trial = attempt(&scheme, figures);
    assert_eq!(scores(&trial), [30.0, 26.0, 30.0, 80.5]);
    assert_eq!(trial.total, Some(84.9));
    // Saturday 10-10 is worked: 10-08, 09, 10 make three days: nothing.
    let late = figures.replace("2026-10-08", "2026-10-10");
    assert_eq!(scores(&attempt(&scheme, &late))[0], 0.0);
    // 100 in all, but a warning: no better than 良好.
    let best = "报表应交日=2026-09-30 报表实交日=2026-09-29 发票及时率=1 对账完成率=1 自评=100 \
                上级评分=100 下级评分=100";
    let trial = attempt(&scheme, best);
    assert_eq!(trial.grade, Some(("优秀".to_owned(), None)));
    let trial = attempt(&scheme, &format!("{best} 受处分次数=1"));
    assert_eq!((trial.total, trial.grade), (Some(100.0), Some(("良好".to_owned(), None))));
}

#[test]
fn the_worked_example_scores_without_a_workbook() {
    let scheme = Scheme::parse(kaohe::scheme::BUILT_IN[0].1).expect("sound");
    let list = |figures: &[f64]| Given::List(figures.iter().map(|f| Given::Number(*f)).collect());
    let mut given: BTreeMap<String, Given> = [
        ("计划营业额", 300_000.0),
        ("实际营业额", 309_500.0),
        ("未及时处理投诉次数", 1.0),
        ("投诉损失罚款", 80.0),
        ("当月中差评数量", 40.0),
        ("中差评实际修改数量", 37.0),
        ("活动培训延误人次", 2.0),
        ("新品信息延误次数", 1.0),
        ("培训原因流失人次", 1.0),
        ("问题处理评分", 4.5),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), Given::Number(value)))
    .collect();
    given.insert("月度KPI得分".into(), list(&[78.0, 72.0, 58.0, 81.0, 75.0, 69.0]));
    given.insert("询单转化率-C店".into(), list(&[0.63, 0.61, 0.55]));
    given.insert("询单转化率-商城".into(), list(&[0.96, 0.97, 0.94]));
    given.insert("客单价".into(), list(&[92.0, 88.0, 81.0, 97.0, 94.0, 86.0]));
    given.insert("旺旺反应时间".into(), list(&[16.0, 17.0, 21.0, 15.0, 18.0, 19.0]));
    // FORM.md, 4.
    assert_eq!(scores(&run(&scheme, &given)), [21.0, 8.0, 6.0, 3.0, 3.0, 3.0, 4.5, 21.0]);
}

/// A scheme with one item and its rule.
fn small(points: &str, rule: &str) -> String {
    format!(
        "name = \"试\"\ntitle = \"试\"\ntotal = 10\n[[metrics]]\nname = \"甲\"\nkind = \"rate\"\n\
         [[items]]\nname = \"项目\"\npoints = {points}\n[[items.rules]]\n{rule}\n"
    )
}

#[test]
fn every_defect_is_found_on_its_line() {
    let band = |list: &str| {
        small("10", &format!("kind = \"bands\"\nvalue = \"甲\"\nbands = [\n{list}\n]"))
    };
    for (text, code, line, words) in [
        (small("12", "kind = \"veto\"\nmetric = \"甲\"\nbelow = 0.6"), "scheme-points", 3, "合计 12"),
        (band("{ from = 0.9, points = 10 },\n{ from = 0.9, points = 8 },"), "scheme-rule", 15, "界限都是 0.9"),
        (band("{ from = 0.8, points = 8 },\n{ from = 0.9, points = 10 },"), "scheme-rule", 15, "永远轮不到"),
        (band("{ from = 0.85, points = 8 },\n{ from = 0.6, to = 0.8, points = 5 },"), "scheme-rule", 15, "0.8 到 0.85 之间不属于任何一档"),
        (band("{ from = 0.85, points = 8 },\n{ from = 0.6, to = 0.9, points = 5 },"), "scheme-rule", 15, "属于两档"),
        (band("{ from = 0.9, points = 10 },\n{ from = 0.8, factor = 0.5 },"), "scheme-rule", 14, "要么都写 points"),
        (band("{ from = 95, points = 8 },"), "scheme-rule", 14, "9,500 %"),
        (band("{ from = 0.9, points = 25 },"), "scheme-above-item", 13, "最多给 25 分"),
        (small("10", "kind = \"veto\"\nmetric = \"乙\"\nbelow = 1"), "scheme-metric", 12, "「乙」没有定义"),
        (small("10", "kind = \"deviation\"\nvalue = \"甲\"\nbase = 0.95\nstep = 0\nbelow = 2"), "scheme-rule", 14, "大于 0"),
        (small("10", "kind = \"deviation\"\nvalue = \"甲\"\nbase = 95\nstep = 1\nbelow = 2"), "scheme-rule", 13, "9,500 %"),
        (small("10", "kind = \"vetoo\"\nmetric = \"甲\""), "scheme-syntax", 11, "没有「vetoo」"),
        (small("10\nfloo = 0", "kind = \"veto\"\nmetric = \"甲\"\nbelow = 1"), "scheme-syntax", 10, "不认识「floo」"),
        (small("10", "kind = \"veto\"\nmetric = \"甲\""), "scheme-rule", 12, "其中一个"),
        (small("10", "kind = \"veto\"\nmetric = \"甲\"\nbelow = 1\nat_most = 1"), "scheme-rule", 12, "其中一个"),
        (small("10", "kind = \"condition\"\nmetric = \"甲\"\npoints = 2\nabove = 1\nat_least = 1"), "scheme-rule", 12, "其中一个"),
        (small("10", "kind = \"ratio\"\nvalue = \"甲\"\nfull_at = 0"), "scheme-rule", 13, "大于 0"),
        (small("10", "kind = \"ratio\"\nvalue = \"甲\"\nfull_at = 0.85\nmost = 1\ncutoff = 0.9"), "scheme-rule", 15, "永远轮不到"),
        (
            small("10", "kind = \"veto\"\nmetric = \"甲\"\nbelow = 1")
                .replace("kind = \"rate\"", "aliases = [\"营业 额\"]\nkind = \"rate\"\n[[metrics]]\nname = \"营业额\"\nkind = \"amount\""),
            "scheme-alias", 9, "既指「甲」又指「营业额」",
        ),
    ] {
        let faults = examine(&text);
        let fault = faults.iter().find(|f| f.problem.code == code);
        let fault = fault.unwrap_or_else(|| panic!("{code}: {text}\n{faults:#?}"));
        assert_eq!(fault.line(&text), line, "{text}\n{fault:?}");
        assert!(fault.problem.what.zh.contains(words), "{words}: {fault:?}");
        assert!(fault.problem.hint.is_some(), "a cure for {code}");
    }
    let sound = small("10", "kind = \"veto\"\nmetric = \"甲\"\nbelow = 0.6");
    assert!(examine(&sound).is_empty(), "{:?}", examine(&sound));
}

#[test]
fn the_excerpt_underlines_chinese_by_its_width() {
    let text = small("10", "kind = \"veto\"\nmetric = \"没有的\"\nbelow = 1");
    let faults = examine(&text);
    let fault = faults.iter().find(|f| f.problem.code == "scheme-metric").expect("a fault");
    let shown = kaohe::report::excerpt("方案.toml", &text, fault, Lang::Zh);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(shown.contains("┌─ 方案.toml:12:10"), "{shown}");
    // `metric = ` is 9 columns; the quoted name is 3 × 2 + 2 wide.
    assert!(lines.iter().any(|l| l.ends_with("│          ^^^^^^^^")), "{shown}");
    assert!(shown.contains("办法："), "{shown}");
}

#[test]
fn the_drafts_of_the_company_forms_score_like_the_scheme_by_hand() {
    for (name, people) in [(MANY, 3), (ONE, 1), ("客服主管绩效考核表-王丽-97.xls", 1)] {
        draft_like_by_hand(name, people);
    }
}

fn draft_like_by_hand(name: &str, people: usize) {
    let bytes = sample(name);
    let text = kaohe::draft::draft(&bytes).expect("a draft");
    let scheme = Scheme::parse(&text).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let by_draft = kaohe::fill_workbook(
        &bytes,
        &kaohe::Options { scheme: Some(scheme), ..Default::default() },
    )
    .unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
    let by_hand = kaohe::fill_workbook(&bytes, &kaohe::Options::default()).expect("scores");
    assert_eq!((by_hand.cards.len(), by_draft.cards.len()), (people, people));
    for (ours, theirs) in by_draft.cards.iter().zip(&by_hand.cards) {
        assert!(ours.fillable() && ours.items.len() == 8, "{text}\n{:#?}", ours.problems);
        for (a, b) in ours.items.iter().zip(&theirs.items) {
            assert_eq!(
                (&a.name, a.score),
                (&b.name, b.score),
                "{text}\n{:?}\n{:?}",
                a.working,
                b.working
            );
        }
        assert_eq!(ours.total, theirs.total, "{text}\n{:#?}", ours.problems);
    }
}

#[test]
fn what_stands_around_the_items_is_checked_too() {
    let rule = |rule: &str| small("10", rule);
    let sound = "kind = \"veto\"\nmetric = \"甲\"\nbelow = 0.6";
    let with = |more: &str| format!("{}{more}\n", rule(sound));
    let date = |text: String| text.replace("kind = \"rate\"", "kind = \"date\"");
    let absent = |keys: &str| small(&format!("10\nabsent = {keys}"), sound);
    let grades = "[[grades]]\nname = \"A\"\nfrom = 9\n[[grades]]\nname = \"B\"\nfrom = 0\n";
    for (text, code, line, words) in [
        (
            rule(sound).replace(
                "kind = \"rate\"",
                "kind = \"rate\"\nfrom_team = { column = \"转化率\", take = \"mean\" }",
            ),
            "scheme-team",
            7,
            "[team] 中没有这一列",
        ),
        (
            rule("kind = \"lateness\"\ndays = \"甲\"\ndue = \"甲\"\ndone = \"甲\""),
            "scheme-rule",
            11,
            "写 days，或 due 与 done",
        ),
        (
            rule("kind = \"lateness\"\ndue = \"甲\"\ndone = \"甲\"\ndeduct = 1"),
            "scheme-rule",
            12,
            "不是日期",
        ),
        (
            date(rule("kind = \"lateness\"\ndays = \"乙\"\ndeduct = 1")),
            "scheme-metric",
            12,
            "「乙」没有定义",
        ),
        (
            rule("kind = \"raters\"\ntake = \"trimmed\"\nmarks = [{ metric = \"甲\" }]"),
            "scheme-rule",
            13,
            "至少要 3 个评分",
        ),
        (
            rule("kind = \"clauses\"\nleast = 1\nmost = -1\nrules = []"),
            "scheme-rule",
            12,
            "least 高于 most",
        ),
        (rule("kind = \"escalating\"\nmetric = \"甲\"\ndeduct = []"), "scheme-rule", 13, "第 1 次"),
        (
            rule(
                "kind = \"tiers\"\nmetrics = [\"甲\"]\ntiers = [\n{ from = 500, deduct = 5 },\n{ from = 0, deduct = 3 },\n]",
            ),
            "scheme-rule",
            15,
            "永远轮不到",
        ),
        (
            rule("kind = \"judged\"\nmetric = \"甲\"\nallowed = [0, 3, 6]")
                .replace("kind = \"rate\"", "kind = \"mark\"\nmax = 5"),
            "scheme-rule",
            14,
            "6 分超出",
        ),
        (small("10\ncap = 5\nfloor = 6", sound), "scheme-cap", 10, "cap 低于 floor"),
        (small("10\ncap = 5", sound), "scheme-cap", 10, "cap 5 低于它的分值 10"),
        (small("10\nscale = 0", sound), "scheme-scale", 10, "大于 0"),
        (
            with("[[groups]]\nname = \"加分\"\nitems = [\"别的\"]"),
            "scheme-group",
            16,
            "没有「别的」",
        ),
        (
            with("[[vetoes]]\nmetric = \"甲\"\nreach = \"grade\"\nbest = \"B\""),
            "scheme-grade",
            17,
            "一个等级",
        ),
        (
            with("[[money]]\nname = \"罚款\"\nmetric = \"丙\"\nper = \"甲\"\nmin = 1\nmax = 2"),
            "scheme-metric",
            16,
            "「丙」没有定义",
        ),
        (
            with("[[grades]]\nname = \"A\"\nfrom = 60\n[[grades]]\nname = \"B\"\nfrom = 60"),
            "scheme-grades",
            19,
            "界限相同",
        ),
        (
            with("[[grades]]\nname = \"A\"\nfrom = 60"),
            "scheme-grades",
            16,
            "60 分以下不属于任何等级",
        ),
        (absent("{ when_zero = \"丁\" }"), "scheme-metric", 10, "「丁」没有定义"),
        (absent("{ to = \"项目\" }"), "scheme-absent", 10, "给不了「项目」"),
        (
            with(&format!("{grades}[distribution]\nshares = [{{ grade = \"C\", share = 0.5 }}]")),
            "scheme-shares",
            21,
            "「C」不是",
        ),
        (
            with(&format!(
                "{grades}[distribution]\nshares = [{{ grade = \"A\", share = 0.8 }}, {{ grade = \"B\", share = 0.3 }}]"
            )),
            "scheme-shares",
            21,
            "合计 110 %",
        ),
        (
            with(&format!(
                "{grades}[distribution]\nshares = [{{ grade = \"A\" }}, {{ grade = \"B\" }}]"
            )),
            "scheme-shares",
            21,
            "要写 share",
        ),
        (
            rule(sound)
                .replace("[[items]]", "[[metrics]]\nname = \"多余\"\nkind = \"count\"\n[[items]]"),
            "scheme-unused",
            8,
            "没有规则用到",
        ),
    ] {
        let faults = examine(&text);
        let found =
            faults.iter().find(|f| f.problem.code == code && f.problem.what.zh.contains(words));
        let fault = found.unwrap_or_else(|| panic!("{code} {words}: {text}\n{faults:#?}"));
        assert_eq!(fault.line(&text), line, "{text}\n{fault:?}");
        assert!(fault.problem.hint.is_some(), "a cure for {code}");
    }
}
