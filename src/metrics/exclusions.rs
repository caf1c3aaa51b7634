//! What a remark beside a member says was left out (不计, 剔除, 除外): the member, or orders, chats and hours
//! that are none of the member's figures. Anything may be left out of figures, so that no list holds it; what
//! is of the person, of the employment or of the figures as a whole is known.

use super::naming::is_name;
use crate::text::{compact, has_any};

/// Words that leave something out.
const LEAVES_OUT: [&str; 8] =
    ["不计", "不算", "不统计", "不纳入", "不列入", "剔除", "除外", "排除"];
/// What takes such a word back before it: 未剔除.
const NOT: [&str; 5] = ["未", "没", "没有", "无", "非"];
/// What may be left out whatever a part of its name says otherwise: 差评 is no judgement, 加班 no shift.
pub(super) const OBJECTS: [&str; 21] = [
    "迟到",
    "早退",
    "加班",
    "请假",
    "事假",
    "病假",
    "考勤",
    "打卡",
    "罚款",
    "提成",
    "奖金",
    "补贴",
    "刷单",
    "退款",
    "退货",
    "异常",
    "极值",
    "差评",
    "周末",
    "节假日",
    "无效",
];
/// Further such names, of which a part says something else.
const PLAIN: [&str; 37] = [
    "节假日",
    "中差评",
    "好评",
    "拼多多",
    "机器人",
    "人工",
    "节假",
    "假日",
    "假期",
    "假货",
    "下班",
    "上班",
    "休息日",
    "休息时间",
    "公休日",
    "测试单",
    "测试订单",
    "工作日",
    "周日",
    "周六",
    "周年庆",
    "聊天",
    "同行",
    "发票",
    "双十一",
    "双十二",
    "双11",
    "双12",
    "618",
    "非工作",
    "不良",
    "重复",
    "多件",
    "多拍",
    "ai",
    "期间",
    "调换",
];
/// Letters that say something of a person, an employment, a team or a time, or how good something is.
const OF_PERSON: &str = "人员职岗假病孕产伤婚丧育休试习徒班组队店她他我您因月周旬年期天日号季升调刚来差低高优好不\
                         未没太过弱慢少多半首";
/// Words that do.
const PERSONS: [&str; 74] = [
    "住院",
    "回家",
    "老家",
    "在家",
    "居家",
    "出差",
    "外出",
    "哺乳",
    "陪护",
    "护理",
    "手术",
    "治疗",
    "疗养",
    "出国",
    "军训",
    "学校",
    "返校",
    "停工",
    "缺席",
    "缺考",
    "退出",
    "辞",
    "走",
    "情况",
    "特殊",
    "例外",
    "安排",
    "探亲",
    "封控",
    "搬家",
    "部门",
    "客服部",
    "转正",
    "转组",
    "转部",
    "培训",
    "带教",
    "新手",
    "新进",
    "新入",
    "老师",
    "师傅",
    "领导",
    "主管",
    "经理",
    "组长",
    "代理",
    "支援",
    "外包",
    "临时",
    "临促",
    "借",
    "帮",
    "缺勤",
    "旷工",
    "报到",
    "领班",
    "自己",
    "入职",
    "离",
    "在编",
    "编外",
    "以上",
    "以下",
    "缘故",
    "原因",
    "由于",
    "停薪",
    "c店",
    "商城",
    "天猫",
    "淘宝",
    "测试",
    "客服",
];
/// Words of a member's figures as they are counted, by column or as a whole.
const FIGURES: [&str; 37] = [
    "数据", "成绩", "业绩", "绩效", "kpi", "得分", "分数", "分值", "评分", "指标", "考核", "统计",
    "平均", "均值", "总分", "总数", "总计", "总额", "汇总", "合计", "此行", "本行", "该行", "这行",
    "排名", "及格", "达标", "转化", "客单", "响应", "反应", "旺旺", "首响", "询单", "率", "均分",
    "计算",
];
/// What stands about such a word and names nothing.
const AROUND: [&str; 43] = [
    "暂时", "暂", "先", "均", "都", "全部", "全", "一律", "一概", "也", "故", "可以", "可", "应该",
    "应当", "应", "需要", "需", "须", "要", "建议", "请", "已经", "已", "被", "做", "作", "予以",
    "给予", "的", "了", "其", "此", "该", "这", "将", "把", "对", "处理", "在内", "等", "所有",
    "本",
];
/// What is left out of what: 夜间不计入考核.
const INTO: [&str; 10] = ["入", "在内", "算", "考核", "统计", "绩效", "业绩", "分", "数", "处理"];
/// Ends of things that are ordered, asked and paid, whose names may begin like a person's.
const THINGS: [char; 10] = ['单', '费', '款', '品', '货', '件', '额', '价', '询', '话'];

/// Whether a remark leaves the person out, or does not say what.
pub(super) fn is_of_person(text: &str) -> bool {
    let key = compact(text);
    if !has_any(&key, &LEAVES_OUT) {
        return false;
    }
    let parted = |c: char| c.is_whitespace() || ",，.。;；!！/?？".contains(c);
    let clauses: Vec<String> = text.split(parted).map(compact).collect();
    let mut saying = clauses.iter().filter(|clause| has_any(clause, &LEAVES_OUT)).peekable();
    // 不 计 is parted within.
    saying.peek().is_none() || saying.any(|clause| leaves_out_person(clause))
}

/// Whether a remark says of things that they were left out of the figures: 运费不计.
pub(super) fn leaves_out_things(text: &str) -> bool {
    let key = compact(text);
    let says = LEAVES_OUT.iter().any(|word| {
        key.match_indices(word).any(|(at, _)| {
            let before = key.get(..at).unwrap_or_default();
            !NOT.iter().any(|no| before.ends_with(no))
        })
    });
    says && !is_of_person(text)
}

/// Whether a clause leaves out the person, or something that is not known to be another thing.
fn leaves_out_person(clause: &str) -> bool {
    LEAVES_OUT.iter().any(|word| {
        clause.match_indices(word).any(|(at, _)| {
            let before = clause.get(..at).unwrap_or_default();
            let behind = clause.get(at + word.len()..).unwrap_or_default();
            let not = NOT.iter().any(|no| before.ends_with(no));
            !not && !is_of_things(before, behind, word)
        })
    })
}

/// Whether what stands about a word that leaves out names things: 运费不计, 不计运费, 夜间不计入考核.
fn is_of_things(before: &str, behind: &str, word: &str) -> bool {
    // 不计请假 is of hours, 请假不计 of the member.
    if OBJECTS.iter().any(|object| behind.starts_with(object)) {
        return true;
    }
    let (before, behind) = (without_around(before), without_around(behind));
    let into =
        ["不纳入", "不列入"].contains(&word) || INTO.iter().any(|into| behind.starts_with(into));
    match (before.is_empty(), behind.is_empty() || into) {
        (true, true) => false,
        (true, false) => is_thing(behind),
        (false, true) => is_thing(before),
        (false, false) => is_thing(before) && is_thing(behind),
    }
}

/// A text without the words about it that name nothing.
fn without_around(text: &str) -> &str {
    let signs = ['(', ')', '[', ']', '【', '】', '、', '-', '+', '"', '“', '”', '*'];
    let mut text = text.trim_matches(signs);
    loop {
        let shorter = AROUND
            .iter()
            .find_map(|word| text.strip_prefix(word).or_else(|| text.strip_suffix(word)));
        match shorter {
            Some(shorter) => text = shorter.trim_matches(signs),
            None => return text,
        }
    }
}

/// Whether a text names something other than the person, the employment and the figures as a whole.
fn is_thing(text: &str) -> bool {
    // 异常数据 are some of the figures, 数据 all of them.
    let named = text.strip_suffix("数据").map_or(text, without_around);
    if named == "无效" || is_name(named) && !named.ends_with(THINGS) {
        return false;
    }
    let mut rest = named.to_owned();
    // 病假 is the member's.
    let objects = OBJECTS.iter().filter(|word| !word.ends_with('假'));
    for word in PLAIN.iter().chain(objects) {
        rest = rest.replace(word, "*");
    }
    let letters = rest.chars().filter(|c| *c != '*').count();
    let some = rest.contains('*') || letters > 1;
    some && !has_any(&rest, &PERSONS)
        && !has_any(&rest, &FIGURES)
        && !rest.contains(|c: char| OF_PERSON.contains(c) || c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::is_of_person;

    #[test]
    fn what_was_left_out_of_figures() {
        for text in [
            "自动回复不计",
            "机器人接待不计",
            "运费不计",
            "不计运费",
            "赠品除外",
            "京东不计",
            "拼多多除外",
            "国庆除外",
            "节假日除外",
            "节假日不计",
            "夜间除外",
            "下班时间不计",
            "售后咨询不计",
            "取消订单不计",
            "测试单已剔除",
            "广告咨询剔除",
            "极端值已剔除",
            "异常值已剔除",
            "剔除大额订单",
            "不计迟到",
            "已剔除刷单",
            "表现优秀，加班不计",
            "刷单除外",
            "异常数据剔除",
            "夜间不计入考核",
            "退款订单不纳入统计",
            "双11订单不计",
            "国庆期间除外",
            "差评不计",
            "休息日不计",
            "不计请假",
            "未剔除",
            "定金、运费不计",
            "大促活动除外",
            "物流投诉不计",
            "（运费不计）",
            "同行咨询已剔除",
            "AI接待不计",
        ] {
            assert!(!is_of_person(text), "{text}");
        }
    }

    #[test]
    fn remarks_that_leave_out_the_person() {
        for text in [
            "不计",
            "除外",
            "已剔除",
            "不统计",
            "不算",
            "不 计",
            "暂不计",
            "本人不计",
            "该员工不计",
            "新人不计入",
            "新员工除外",
            "试用期不计",
            "实习不计",
            "离职不计",
            "请假不计",
            "产假不计",
            "病假不计",
            "休假剔除",
            "入职不计",
            "本月不计",
            "10月不计",
            "本月离职不计",
            "请假一个月，不计",
            "未转正不算",
            "无效不计",
            "不计入平均",
            "不计入团队",
            "不计入考核",
            "不列入统计",
            "业绩不计",
            "数据不计",
            "该数据剔除",
            "全部数据不计",
            "KPI不计",
            "转化率不计",
            "反应时间不计",
            "客单价除外",
            "不计算",
            "因病不计",
            "王丽不计",
            "李娜除外",
            "支援仓库不计",
            "新人培训期间不计",
            "首月不计",
            "10月1-7日不计",
            "C店不计",
            "夜班不计",
            "表现优秀\n不计",
            "表现优秀不计",
            "过低剔除",
            "运费不计，本人不计",
            "不计其数据",
            "排除",
            "测试数据剔除",
            "A组不计",
            "成绩太差不算",
            "代理主管不计",
            "特殊情况不计",
            "住院不计",
            "回老家不计",
            "出差除外",
            "已走不计",
            "哺乳不计",
        ] {
            assert!(is_of_person(text), "{text}");
        }
    }
}
