//! Of which time figures are: the month that a sheet, a table, a row or a remark says.
//!
//! | what says it | file |
//! |---|---|
//! | a sheet's title or tab | `sheets` |
//! | a short text on it, or a label: 以上为9月数据, 统计月份：9月 | `sheet_remarks`, `stated` |
//! | the columns beside a row's figures: 月份, 区间, 类型, 备注 | `heads`, `rows`, `row_remarks` |
//!
//! `words` holds what they have in common.

pub(super) mod heads;
pub(super) mod row_remarks;
pub(super) mod rows;
pub(super) mod sheet_remarks;
pub(super) mod sheets;
mod stated;
pub(super) mod words;
