//! The words of criteria, each with the letter of its meaning.

use super::language::{self, Plain};
use std::collections::HashMap;
use std::sync::LazyLock;

/// When a word is taken.
#[derive(PartialEq, Clone, Copy)]
enum When {
    Always,
    /// A number follows, perhaps behind 分 or 本项: 扣2分, 加分3分.
    BeforeNumber,
    /// A number stands before it: 80 %以下.
    AfterNumber,
    /// 每 stands before it: 每低1 %.
    AfterEach,
}

use When::{AfterEach, AfterNumber, Always, BeforeNumber};

/// Letters and their words. The longest word at a place wins.
const LEXICON: [(u8, When, &str); 52] = [
    // Points taken, given, got.
    (
        b'-',
        BeforeNumber,
        "扣减 扣除 扣罚 扣分 倒扣 再扣 另扣 加扣 再加扣 扣 扣完 减扣 减去 减分 减 扣掉 减少",
    ),
    (b'+', BeforeNumber, "加分 奖励 奖分 奖加 另加 再加 加 奖 增加 奖励加"),
    (
        b'=',
        BeforeNumber,
        "得分为 得分 得 计分 计 记分 记 评分 评为 评 为 给 打 赋 可得 则得 只得 仅得 : 分数为 =",
    ),
    (
        b'F',
        Always,
        "满分 全分 得满分 得全分 计满分 给满分 为满分 得该项满分 得本项满分 得标准分 得基本分 得权重分 得本项分 全部分值 得分值分 按满分计 按满分计分",
    ),
    (
        b'Z',
        Always,
        "不得分 不给分 不计分 无分 全扣 扣完 扣光 全部扣除 扣全部分 扣除全部分 扣全分 扣除全分 不予计分 不予得分 本项分值全部扣除 分数清零 零分 清零 归零",
    ),
    (b'O', Always, "不扣分 不加分 不奖不扣 不加不减 不加不扣 不奖不罚 不扣 免扣 不扣不加 不减分"),
    // Where it stops.
    (
        b'H',
        Always,
        "扣完为止 扣光为止 扣完本项分 扣完本项分数 扣完该项分 扣完该项分数 扣完该项 扣完本项分数为止 扣完该项分数为止 扣完本项分值 扣完该项分值 扣完本项得分为止 扣完本项分为止 扣完本项为止 扣完本项 扣至0分为止 扣至0分 扣到0分为止 扣到0分 减完为止 扣完该项为止 扣完该项分值为止 扣完分值为止 扣完本项分值为止 扣完本项配分为止 扣完本项配分 扣至零分 扣至0为止 扣到0为止 不计负分 不得负分 不出现负分 不倒扣 不扣负分 不设负分 直至扣完 直到扣完 扣完此项为止 扣完此项分值为止 以扣完为止 最低0分 最低为0分 最低得0分 最低扣至0分 最低0 最低得0 最低为0 不低于0分 不得低于0分 下限0分 下限为0分 下限0 下限为0 保底0分 最低扣到0分 最低扣至0",
    ),
    (
        b'_',
        Always,
        "下不保底 扣分不封顶 扣分无下限 不设下限 可为负分 可为负 可扣至负分 可倒扣 可以为负 可扣成负分 不保底 扣分不设上限 扣分不设下限",
    ),
    (b'^', Always, "上不封顶 不封顶 不设上限 无上限 上不限 加分不设限 加分不封顶 加分不设上限"),
    (
        b'X',
        BeforeNumber,
        "最多扣 最高扣 最多扣分 最高扣分 最多减 最多扣除 最多扣减 最高扣减 最高扣除 限扣 扣分上限 扣分上限为 扣分最多 扣分最高 扣分不超过 扣分封顶 累计最多扣 累计扣分不超过 合计最多扣 最多不超过扣 最多累计扣 最大扣 单项最多扣 单项最高扣 扣分总额不超过 扣分最多不超过 扣罚不超过 罚分不超过 减分上限 减分上限为 下限为扣 下限扣 扣分下限 减分最多 减分最高 减分不超过 减分封顶 最多扣减分 扣减上限 扣减不超过 至多扣 至多扣分 至多扣除 至多减 扣分至多 扣分不得超过 扣分不能超过 扣分最多不得超过 扣分最高不超过 累计扣分不得超过 最多不得超过扣 扣分以 扣分不超 累计扣分不超 减分不超 罚分不超 扣罚不超",
    ),
    (
        b'Y',
        BeforeNumber,
        "最多加 最高加 最多加分 最高加分 加分上限 加分上限为 最多奖励 最高奖励 最多奖 加分不超过 加分最多 加分最高 加分封顶 累计最多加 合计最多加 最高奖 加分最高不超过 加分最多不超过 奖励上限 奖励不超过 奖励最多 奖励最高 奖励封顶 奖分不超过 累计加分不超过 合计加分不超过 最多可加 最高可加 加分合计不超过 加分累计不超过 加分总额不超过 至多加 至多加分 至多奖 至多奖励 加分至多 加分不得超过 加分不能超过 加分最高不得超过 奖励不得超过 加分以 加分不超 累计加分不超 合计加分不超 加分合计不超 加分累计不超 加分最多不超 奖励不超 奖分不超",
    ),
    (
        b'C',
        BeforeNumber,
        "最高得 最多得 最高得分 最高分 最高不超过 得分上限 得分上限为 得分不超过 总分不超过 最高分为 最高为 上限 上限为 封顶 最高 最多 得分最高 得分最高不超过 合计不超过 满分不超过 最多不超过 最多不得超过 最高不得超过 至多得 得分不得超过 得分至多 总分不得超过 得分不超 总分不超 合计不超 最高不超 最多不超 以",
    ),
    (b'^', AfterNumber, "封顶 为上限 为封顶 为限 止"),
    (
        b'L',
        BeforeNumber,
        "最低得 最低不低于 最少得 保底 最低 最低分 最低为 最低得分 得分不低于 最低分为 得分下限 不得低于 下限为",
    ),
    // Reach and judgement.
    (b'V', Always, "一票否决 否决项 否决"),
    (
        b'S',
        Always,
        "总分 考核总分 绩效总分 当月考核 当月绩效 当月考核分 当月考核得分 月度考核 月度考核分 本月考核 本月考核分 本月绩效 本月绩效分 月度绩效 月度绩效分 当季绩效 全部考核分 考核成绩 绩效得分 绩效分 当月绩效分 当月绩效得分 整体考核 全部绩效 当月总分 考核分",
    ),
    (
        b'J',
        Always,
        "酌情 视情 视具体情况 视程度 视严重程度 视轻重 适当 相应比例 对应比例 相应扣分 相应扣减 按比例扣 按比例减 比例扣分 按相应 情节 按规定扣 参照 主观 由领导 由上级 综合评定 综合评价 同等比例 视影响 视后果 视实际 按制度扣 按公司规定 相应分数 相应分值 对应分数 对应分值 按程度 扣相应 扣对应 加倍 翻倍 双倍 减半 折半 连带",
    ),
    (b'I', Always, "线性 插值 内插 按直线"),
    // Comparisons.
    (
        b'G',
        BeforeNumber,
        "不低于 不少于 不小于 大于等于 大于或等于 达到 达 完成 高于或等于 超过或等于 至少 满 大于且等于 高于等于 超过等于",
    ),
    (b'>', BeforeNumber, "高于 超过 大于 超出 多于 突破 优于 晚于 长于"),
    (b'G', Always, "≥ >= =>"),
    (b'K', Always, "≤ <= =<"),
    (b'>', Always, ">"),
    (b'<', Always, "<"),
    (b'>', BeforeNumber, "超 高出 多出"),
    (
        b'K',
        BeforeNumber,
        "不高于 不超过 不大于 不多于 小于等于 小于或等于 低于或等于 控制在 至多 不得超过 不能超过 低于等于 少于等于 小于且等于 未超过 没超过 不超 未超 没超",
    ),
    (
        b'<',
        BeforeNumber,
        "低于 不足 小于 少于 未达到 达不到 没达到 未达 不到 未满 不满 未到 没有达到 早于 短于",
    ),
    (
        b'g',
        AfterNumber,
        "以上 以上(含) (含)以上 及以上 或以上 及其以上 (含以上) (含)及以上 (含)或以上 以上含 含以上 以上者 起 及以上(含) 或更高 或更多",
    ),
    (b'h', AfterNumber, "以上(不含) (不含)以上"),
    (b'l', AfterNumber, "以下 以下者 之下"),
    (
        b'k',
        AfterNumber,
        "及以下 以下(含) (含)以下 或以下 以内 之内 内 以内(含) (含)以内 及以内 (含)及以下 或更低 (含)内",
    ),
    (b'v', AfterNumber, "以下(不含) (不含)以下"),
    (
        b'B',
        AfterNumber,
        "为基准 为基点 为基数 为目标 为标准 为基准值 为目标值 为标准值 为起点 为合格 为达标 为底线 为考核基数 为界 为准 为基准线",
    ),
    (
        b'T',
        BeforeNumber,
        "目标值 目标 计划值 指标值 标准值 基准值 基准 目标为 目标值为 标准为 基准为 基准值为 基数为 基数 定额为 目标是 标准是 标准值为 指标为 指标值为 目标: 目标值: 标准: 基准: 指标: 底线",
    ),
    (
        b't',
        AfterEach,
        "目标值 目标 计划值 计划 指标值 标准值 基准值 基准 标准 预算 定额 预算值 计划数 预算数 指标 目标数 上月 上期 同期 去年同期 上年同期",
    ),
    // Each and its sides.
    (
        b'U',
        AfterEach,
        "高出 高 超出 超过 超支 超 高于 增加 增长 增 提升 提高 上升 升高 升 多 大于 上涨 涨 上浮 多出 慢",
    ),
    (
        b'D',
        AfterEach,
        "低于 低 少于 少 差 下降 降低 降 减少 减 节约 节省 结余 落后 不足 欠 下浮 小于 下跌 跌 未达 快",
    ),
    (
        b'A',
        Always,
        "延迟 延期 逾期 拖延 拖期 迟交 晚交 迟报 晚报 超期 推迟 滞后 延误 延后 误期 延时 拖欠 迟延 超时",
    ),
    (b'A', AfterEach, "迟 晚 拖 推后 迟到 晚到"),
    (b'A', BeforeNumber, "迟 晚"),
    (b'a', AfterEach, "提前 提早 早"),
    (b'a', BeforeNumber, "提前 提早"),
    (b'e', Always, "否则 其余 其他情况 其它情况 其它 反之"),
    (
        b'P',
        Always,
        "该项分值 本项分值 分值 权重分值 权重分 权重 配分 标准分 基准分 该项分数 本项分数 该项权重 本项权重 指标分值 本项配分",
    ),
    (
        b'm',
        BeforeNumber,
        "罚款 罚金 罚 处罚 处以 奖金 扣款 扣工资 扣绩效 扣奖金 扣发 赔偿 另处 奖励现金 现金奖励 扣绩效工资 处罚款 负激励 正激励",
    ),
    (b's', BeforeNumber, "系数为 系数 系数: 系数="),
    (b'x', Always, "× * ✕ 乘以 乘"),
    (b'd', Always, "÷ / 除以"),
    (b'Q', Always, "排名 名次 排行"),
    (
        b'f',
        Always,
        "再 予以 给予 一律 均 直接 该项 本项 此项 该指标 本指标 当月 之间 即 则 的 时 者 按 每月 将 就 当 若 如 且不 该项目 本项目 此项目 每人 其 该月 范围 考核 项目 区间 等",
    ),
    (b'N', Always, "及格 合格线"),
    (b'?', Always, "± __ XX X% X分 N分 N% X元 ××"),
];

/// Words that hold letters of the lexicon and mean something else.
const COVERS: &str = "参加 增加值 附加 追加 累计 漏评 未评 参评 自评 互评 初评 复评 总评 漏记 漏计 漏打 错记 错计 少记 少计 多计 误记 补记 未记 漏给 未给 加班 加工 加急 加强 加快 加大 加入 施加 更加 会计 设计 统计 预计 合计 计划 计算 计入 记录 登记 笔记 忘记 因为 行为 作为 认为 人为 为了 为公司 成为 称为 视为 取得 获得 不得 觉得 使得 获奖 折扣 回扣 克扣 提高度 减员 增减 加减 达成 表达 传达 到达 送达 下达 中差评 差错 差异 误差 偏差 差旅 出差 温差 时差 级差 至少应 目标达成 完成率 完成情况 完成度 完成比例 完成质量 完成进度 完成时间 优于同 得分率 扣分项 加分项 加分制 评分表 评价 评估 评审 评比 测评 好评 评选 给公司 给客户 提供给 交给 打卡 打扫 打印 打架 拨打 超市 超额 高于同 满意 满足 满勤 圆满 不满意 未满足 减少损失 以及 所以 可以 予以配合 的确 目的 时间 时效 及时 按时 准时 限时 小时 临时 随时 平时 当时 实时 同时 工时 作者 读者 消费者 或者 患者 按照 按要求 按期 按规定 按计划 如实 如果 如期 如下 例如 就餐 就业 当天 当日 当班 当期 其他 其它人 其中 尤其 其次 等级 等等 平等 对等 若干 即时 随即 立即 原则 规则 准则 否则无 起草 起诉 发起 引起 一起 记得 推迟到 起重 底线思维 内部 内容 内控 国内 室内 校内 晚会 晚班 晚上 夜晚 迟疑 拖拉 拖把 考核表 考核期 项目部 项目组 项目经理 区间车 停止 截止 防止 禁止 阻止 终止 中止 为主 为止 零缺陷 零事故 零投诉 权重新 参照物 适当性 情节性 超时空 高级 高层 高管 高效 高质 高度 低级 低值 加盟 加油 增加新 将军 均价 均值 平均 人均 日均 户均 的士 合格率 合格品 及格率 率先 优先 首先 预先 先进 得力 心得 所得 为客 为员 指标达成 目标管理 标准化 标准作业 计划外 计划内 计分表 满负荷 得当 打造 赋能 给力 给予配合 以便 以免 以来 内外 评优 奖惩 奖项 奖状";

type Entry = (u8, When, &'static str);

/// The words by their first character; a cover has the letter `w`.
static INDEX: LazyLock<HashMap<char, Vec<Entry>>> = LazyLock::new(|| {
    let mut index: HashMap<char, Vec<Entry>> = HashMap::new();
    let known =
        LEXICON.iter().flat_map(|(k, when, words)| words.split(' ').map(|w| (*k, *when, w)));
    for entry in known.chain(COVERS.split(' ').map(|w| (b'w', Always, w))) {
        if let Some(first) = entry.2.chars().next() {
            index.entry(first).or_default().push(entry);
        }
    }
    index
});

/// The words that stand at a place.
fn entries(plain: &Plain, at: usize) -> impl Iterator<Item = &'static Entry> {
    let list = INDEX.get(&plain.get(at)).map_or(&[][..], Vec::as_slice);
    list.iter().filter(move |(_, _, word)| plain.starts(at, word))
}

/// How many characters a word takes that stands at a place and means nothing here.
pub(super) fn cover(plain: &Plain, at: usize) -> Option<usize> {
    entries(plain, at).filter(|e| e.0 == b'w').map(|e| e.2.chars().count()).max()
}

/// The letter of the word at a place, and how many characters it takes. `after_number`: right behind
/// a number; `each`: behind 每.
pub(super) fn word(
    plain: &Plain,
    at: usize,
    after_number: bool,
    each: bool,
) -> Option<(u8, usize)> {
    let mut best: Option<(u8, usize)> = None;
    for &(kind, when, word) in entries(plain, at).filter(|(kind, ..)| *kind != b'w') {
        let used = word.chars().count();
        let fits = match when {
            Always => true,
            AfterNumber => after_number,
            AfterEach => each,
            BeforeNumber => {
                let ending = kind == b'C' && word == "以" || word.ends_with("分以");
                match number_behind(plain, at + used) {
                    Some(end) if ending => {
                        ["为上限", "封顶", "为限", "为封顶"].iter().any(|w| plain.starts(end, w))
                    }
                    found => found.is_some(),
                }
            }
        };
        // After 每 the side wins over the comparison: 每低于, 每超过.
        let better = best.is_none_or(|(other, length)| {
            used > length
                || used == length
                    && each
                    && matches!(kind, b'U' | b'D' | b't')
                    && !matches!(other, b'U' | b'D')
        });
        if fits && better {
            best = Some((kind, used));
        }
    }
    best
}

/// Whether a number stands here, perhaps behind 分, 本项 or 的; where it ends.
pub(super) fn number_behind(plain: &Plain, at: usize) -> Option<usize> {
    let mut at = at;
    for _ in 0..3 {
        if let Some((_, used)) = language::number(plain, at, true) {
            return Some(at + used);
        }
        let skip = [
            ")",
            "按",
            "以",
            "(减)",
            "(扣)",
            "(加)",
            "/减",
            "/扣",
            "/加",
            "或减",
            "或扣",
            "本项分值的",
            "该项分值的",
            "分值的",
            "本项",
            "该项",
            "此项",
            "分:",
            "分数",
            "分",
            ":",
            "的",
            "为",
            "到",
            "至",
            "当月",
            "其",
            "考核分",
            "绩效分",
            "总分",
        ]
        .iter()
        .find(|w| plain.starts(at, w))?;
        at += skip.chars().count();
    }
    None
}
