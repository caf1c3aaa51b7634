//! What people call grades.

/// Grades of a score in words.
pub const GRADES: [&str; 34] = [
    "卓越",
    "杰出",
    "优秀",
    "优",
    "优良",
    "良好",
    "良",
    "较好",
    "中等",
    "中",
    "一般",
    "合格",
    "基本合格",
    "及格",
    "达标",
    "称职",
    "基本称职",
    "胜任",
    "基本胜任",
    "需改进",
    "待改进",
    "需提高",
    "较差",
    "很差",
    "极差",
    "差",
    "不合格",
    "不及格",
    "未达标",
    "不达标",
    "不称职",
    "不胜任",
    "好",
    "很好",
];
/// The same by letter, in lower case.
pub const LETTERS: [&str; 7] = ["s", "a", "b", "c", "d", "e", "f"];
/// How content somebody is.
pub const CONTENT: [&str; 5] = ["非常满意", "满意", "比较满意", "基本满意", "不满意"];
