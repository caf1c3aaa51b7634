//! Labels of what a form's head says: whose it is, of when, and what else is noted of a person.

use super::staff_number::NUMBER;

/// Labels of a post.
pub const POST: [&str; 4] = ["岗位", "职位", "职务", "岗位名称"];
/// Labels of the superior's name, the plainest first.
pub const SUPERIOR: [&str; 7] =
    ["上级", "直接上级", "直属上级", "上级姓名", "上级主管", "直属主管", "直接主管"];
/// Labels of the person, the department and the month, as every company has them.
const WHO_AND_WHEN: [&str; 17] = [
    "姓名",
    "被考核人",
    "被考核者",
    "部门",
    "所属部门",
    "所在部门",
    "月份",
    "考核月份",
    "考核期间",
    "考核周期",
    "年份",
    "日期",
    "考核日期",
    "填表日期",
    "入职日期",
    "入职时间",
    "时间",
];
/// Labels of the rest: who marks, and what else is noted of a person.
const OTHERS: [&str; 19] = [
    "考核人",
    "考核者",
    "评分人",
    "级别",
    "职级",
    "等级",
    "班组",
    "组别",
    "班次",
    "店铺",
    "电话",
    "手机",
    "邮箱",
    "性别",
    "学历",
    "序号",
    "备注",
    "主管姓名",
    "工作年限",
];

/// Whether a key (`text::label`) is a label of a form's head: no name, department or month itself.
pub fn is_field_label(key: &str) -> bool {
    [&WHO_AND_WHEN[..], &POST, &SUPERIOR, &NUMBER, &OTHERS].iter().any(|list| list.contains(&key))
}
