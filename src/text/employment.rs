//! Words by which somebody does not work for the company any more.

/// The end of an employment, as rosters and remarks name it.
pub const ENDED: [&str; 8] = ["离职", "辞职", "辞退", "解雇", "解聘", "开除", "自离", "退休"];
