//! Reading criteria: wordings of RULES.md, and what they must and must not be read as.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use kaohe::criteria::{Said, read};

/// The rules read from a text of an item of 10 points, each on one line.
fn rules(text: &str) -> Vec<String> {
    let said = read("指标", 10.0, text).clauses.into_iter().map(|clause| clause.said);
    said.filter_map(|said| match said {
        Said::Rule(rule) => Some(rule.replace('\n', "; ")),
        _ => None,
    })
    .collect()
}

#[test]
fn wordings_become_rules() {
    for (text, parts) in [
        (
            "合格率低于95%，每低一个百分点扣2分",
            &["deviation", "base = 0.95", "step = 0.01", "below = 2"][..],
        ),
        (
            "完成率达到100%得满分，每低1%扣0.5分，扣完为止",
            &["deviation", "base = 1", "step = 0.01", "below = 0.5"],
        ),
        (
            "费用以5000元为基准，每超5%扣1分",
            &["base = 5000", "step = 0.05", "relative = true", "above = -1"],
        ),
        (
            "以85元为基点，5元为一个阶段，每升一阶段奖励2分，每降一阶段扣1分",
            &["base = 85", "step = 5", "above = 2", "below = 1"],
        ),
        ("目标值10天，每超2天扣3分", &["base = 10", "step = 2", "above = -3"]),
        (
            "损耗率1.5%以内不扣分，超出部分每0.5%扣2分",
            &["base = 0.015", "step = 0.005", "above = -2"],
        ),
        ("损耗率≤1.5%不扣分，每超0.5%扣2分", &["base = 0.015", "step = 0.005", "above = -2"]),
        ("不良率2%以下10分，每上升0.5%扣2分", &["base = 0.02", "step = 0.005", "above = -2"]),
        ("迟到3次以内不扣分，超过后每次扣2分", &["occurrences", "free = 3"]),
        (
            "不良率1%以下10分，1%-2%得8分，2%以上0分",
            &["bands", "from = 0.01, points = 8", "otherwise = 10"],
        ),
        ("目标95%，低于目标每1%扣1分", &["base = 0.95", "step = 0.01", "below = 1"]),
        ("准交率95%，低于目标每1个百分点扣1分", &["base = 0.95", "below = 1", "above = 0"]),
        ("未按时交报表每次扣2分", &["occurrences", "deduct = 2"]),
        ("迟到扣１分／次", &["occurrences", "deduct = 1"]),
        ("投诉两次以内不扣，超过后每次扣3分", &["occurrences", "deduct = 3", "free = 2"]),
        ("客诉1次扣1分，2次扣4分，3次扣10分", &["escalating", "deduct = [1, 4, 10]"]),
        ("报表每逾期1天扣2分", &["lateness", "deduct = 2"]),
        ("出勤率低于60%不得分", &["veto", "below = 0.6"]),
        ("每推出1款新品得25分，最多75分", &["done", "points = 25", "most = 75"]),
        ("得分=完成率×分值", &["ratio"]),
        (
            "100%以上得10分；90%-99%得8分；80%-89%得5分；80%以下不得分",
            &["bands", "from = 1, points = 10", "from = 0.9, points = 8", "from = 0.8, points = 5"],
        ),
    ] {
        let rules = rules(text);
        let all = rules.join(" | ");
        for part in parts {
            assert!(all.contains(part), "{text}: {part} in {all}");
        }
        assert_eq!(rules.len(), 1, "{text}: {all}");
    }
}

#[test]
fn what_cannot_be_computed_is_never_guessed() {
    for text in [
        "视情节轻重扣1-3分",
        "未达标的，扣除对应比例的分数",
        "每出现一次扣1~3分",
        "每低__%扣__分",
        "酌情扣分",
        "协调部门内部工作，处理紧急事项。",
    ] {
        assert!(rules(text).is_empty(), "{text}: {:?}", rules(text));
    }
}

#[test]
fn limits_and_doubts_are_told() {
    assert_eq!(read("甲", 10.0, "每次扣2分，扣完为止").floor, Some(Some(0.0)));
    assert_eq!(read("甲", 10.0, "每次扣2分，下不保底").floor, Some(None));
    assert_eq!(read("甲", 10.0, "每次扣2分").floor, None);
    let gap = read("甲", 10.0, "90%以上得10分；60%-70%得6分");
    assert!(gap.clauses[0].doubts.iter().any(|d| d.contains("80 %")), "{gap:?}");
    let overlap = read("甲", 10.0, "90%以上得10分；80%-95%得6分");
    assert!(overlap.clauses[0].doubts.iter().any(|d| d.contains("两档")), "{overlap:?}");
    let veto = read("甲", 10.0, "发生安全事故一票否决");
    assert!(!veto.clauses[0].doubts.is_empty(), "{veto:?}");
    let money = read("甲", 10.0, "造成损失的另处50-100元罚款");
    assert!(money.clauses.iter().any(|c| c.said == Said::Money), "{money:?}");
}

#[test]
fn a_figure_is_named_by_what_is_counted() {
    let named = |text: &str| -> Vec<String> {
        let clauses = read("指标", 10.0, text).clauses;
        clauses.into_iter().flat_map(|c| c.needs).map(|need| need.name).collect()
    };
    assert!(
        named("无投诉得10分，有1起扣3分，2起扣6分，3起及以上0分").iter().all(|n| n == "投诉次数")
    );
    assert_eq!(named("预算偏差率在±5%以内得10分，每超过1%扣2分"), ["预算偏差率"]);
    assert_eq!(named("P1故障30分钟内响应，每超时1次扣2分"), ["超时次数"]);
    assert_eq!(named("人均加班工时≤36小时得10分，＞36小时得0分"), ["人均加班工时"]);
    assert_eq!(named("合格率低于95%时，每低1%扣2分"), ["合格率"]);
    // The thing itself is a lack here.
    assert_eq!(named("无工牌上岗每次扣1分"), ["无工牌上岗次数"]);
    assert_eq!(named("无合同发货，每次扣5分"), ["无合同发货次数"]);
}
