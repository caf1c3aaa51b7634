//! Reading criteria: wordings of RULES.md, and what they must and must not be read as.

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
    // Nobody says whether the 15 are all that three cost.
    for text in ["投诉每次扣2分，投诉3次及以上扣15分", "每滞后1天扣1分，滞后10天以上扣10分"]
    {
        let twice = read("甲", 20.0, text);
        let doubts = || twice.clauses.iter().flat_map(|clause| &clause.doubts);
        assert!(doubts().any(|doubt| doubt.contains("叠加")), "{twice:?}");
    }
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
    // What explains a name, an aim of none and a time of day are no part of it.
    assert_eq!(named("部门KPI（百分制）≥90分得10分，80-90分得6分，80分以下得1分"), ["部门KPI"]);
    assert_eq!(named("任务完成率(完成数/计划数)≥95%得10分，每低1%扣1分"), ["任务完成率"]);
    assert_eq!(named("安全事故为0，发生一起扣10分"), ["安全事故次数"]);
    assert_eq!(named("每天9:00前打卡，迟到一次扣1分"), ["迟到次数"]);
    assert_eq!(named("每人每次扣1分，每台每次扣2分"), ["指标人次", "指标台次数"]);
    assert!(named("缺货品种≤5个，每超1个扣1分，超过15个不得分").iter().all(|n| n == "缺货品种"));
    // The thing itself is a lack here.
    assert_eq!(named("无工牌上岗每次扣1分"), ["无工牌上岗次数"]);
    assert_eq!(named("无合同发货，每次扣5分"), ["无合同发货次数"]);
}

#[test]
fn what_is_taken_for_granted_is_told() {
    let first = |text: &str| read("指标", 10.0, text).clauses.remove(0);
    let chosen = |text: &str, word: &str| {
        let clause = first(text);
        assert!(clause.choices.iter().any(|c| c.contains(word)), "{text}: {clause:?}");
    };
    chosen("完成率每低1%扣1分", "从 100 % 算起");
    chosen("次月8日前结账，每推迟2天扣4分", "只计整步");
    chosen("核心期刊一篇加5分，普通期刊一篇加2分，上限8分", "管到这几条合计");
    let doubted = |text: &str, word: &str| {
        let clause = first(text);
        assert!(clause.doubts.iter().any(|d| d.contains(word)), "{text}: {clause:?}");
    };
    doubted("平均响应时长30秒，每差1秒扣1分", "按超出算");
    doubted("费用率8%为目标，每高0.5%扣2分，封顶5分", "按最多扣几分");
    doubted("重大事故为0，一般缺陷每处扣1分", "达不到怎么算没有说");
}

#[test]
fn a_blank_is_none_only_where_events_are_counted() {
    let need = |text: &str| read("指标", 10.0, text).clauses.remove(0).needs.remove(0);
    let rate = need("库存周转率≥6次，每低1次扣5分");
    assert_eq!((rate.kind, rate.aimed), ("amount", true));
    let aim = need("新增客户20人，每少1人扣1分");
    assert_eq!((aim.kind, aim.aimed), ("count", true));
    let events = need("投诉3起以内，每超1起扣1分");
    assert!(!events.aimed);
    assert!(!need("迟到每次扣1分").aimed);
}

#[test]
fn a_limit_of_what_is_added_is_no_cap() {
    for text in [
        "完成率100%得10分，每低1%扣1分；超产每1%加0.5分，封顶5分",
        "转化率60%为达标，每高1%加1分，每低1%减1分；加分上限5分，减分上限6分",
        "客户评分（满分5分）4.5分以上得10分，4-4.5分得5分，4分以下得0分",
    ] {
        assert_eq!(read("甲", 10.0, text).cap, None, "{text}");
    }
    assert_eq!(read("甲", 10.0, "每高1%加1分，目标95%，最高12分").cap, Some(12.0));
}
