//! The words by which the cells of forms and metric sheets are known.

use serde::Deserialize;

/// Words by which cells are known; all are compared as [`crate::text::label`] does.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    /// Headers of the item column.
    pub item: Vec<String>,
    /// Headers of the criteria column.
    pub rule: Vec<String>,
    /// Headers of the points column.
    pub points: Vec<String>,
    /// Headers of the score column, the best first.
    pub score: Vec<String>,
    /// Labels of the sum of a table.
    pub sum: Vec<String>,
    /// Labels of a rating table's points.
    pub scaled: Vec<String>,
    /// Labels of the total.
    pub total: Vec<String>,
    /// Labels of the person.
    pub person: Vec<String>,
    /// Labels of the department.
    pub department: Vec<String>,
    /// Labels of the month.
    pub month: Vec<String>,
    /// Headers of the value column of a metric list.
    pub value: Vec<String>,
}

impl Default for Words {
    fn default() -> Self {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Self {
            item: list(
                "考核项目 考核项 考核指标 指标名称 KPI指标 KPI 指标 考核内容 指标项 考评项目 考评分项 量化项目 绩效指标 考评内容 要素 评价要素 关键绩效指标 项目",
            ),
            rule: list(
                "考核要点 评分标准 考核标准 评分规则 扣分标准 计分规则 计分标准 计分方法 评价标准 评分办法 扣分办法 考核细则 衡量标准 量化标准 打分标准 评价细则 考核方法 得分计算方法 指标及扣分说明 评分细则 计分办法 考核办法",
            ),
            points: list(
                "权重分值 分值 标准分 满分 标准分值 标准分数 基础分值 配分 分数 项目分 应得分 参考分值 满分值 权重",
            ),
            score: list(
                "得分 实得分 本月得分 考核得分 实际得分 终评得分 终评分 终审得分 最终评分 核定得分 审定得分 复核得分 评分 考核分数 评价分数 考核成绩 成绩 考核结果 最终得分 终评 实际分值 上级评分 下级评分 评价得分 考核评分 考评得分 考评分 评定分 评定得分 评分结果 绩效得分 实得 打分 月度得分 本次得分 考核分 本项得分 单项得分 项目得分 评估得分 考核评定得分 实得分数 得分栏",
            ),
            sum: list(
                "合计 小计 合计得分 得分合计 总合计 合计分 考核得分合计 分数合计 业绩合计 项目合计",
            ),
            scaled: list(
                "折算得分 加权得分 加权合计 加权分 折算分 折算后得分 折合得分 换算得分 折算",
            ),
            total: list(
                "总得分 总分 总计 最终总分 最终得分 综合得分 考核总分 考核总得分 考核得分总计 本次考核总得分 总成绩 项目总得分 总评分 考核总成绩",
            ),
            person: list(
                "被考核人 姓名 被考核者 被考评人 被考核人姓名 员工姓名 责任人 被评人 被评价人 考核对象",
            ),
            department: list("部门 所属部门 所在部门"),
            month: list(
                "考核月份 考核期间 考核周期 考评时段 任务期间 月份 考核时间 考核年月 考评月份",
            ),
            value: list(
                "数值 值 数据 实际值 本月 本月数值 完成值 实际 数额 本月数据 结果 指标值 当月值 实际数值 达成 达成值 实绩",
            ),
        }
    }
}
