//! The titles over the figures that were read: those that say another time, kind or department are told, or
//! refused where they say it plainly.

use super::departments::{Kin, are_siblings, is_none, is_wide, kin};
use super::reader::Reader;
use super::rows::Row;
use super::sources::Sources;
use super::time::sheet_remarks::Remark;
use super::titles::{self, Title};
use crate::form::{Form, Period, labelled, notes, span, without_own_dates, year_named};
use crate::problem::Problem;
use crate::problem::codes::MONTH_DIFFERS;
use crate::scheme::Scheme;
use crate::text::other_times::{LAST, YEARS};
use crate::text::{compact, has_any, label};
use crate::words;
use crate::workbook::Value;
use std::collections::BTreeSet;

/// Rows of a sheet that may name its department.
const HEAD: u32 = 6;

/// What a title says of what it heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Perhaps another time.
    Perhaps,
    /// Plainly another time, or no actual figures.
    Other,
}

/// What a tab or title says of the time and kind of its figures.
fn says(title: &str, month: Option<Period>) -> Option<Says> {
    const PLAIN: [&str; 9] =
        ["预测", "预计", "测算", "模拟", "样表", "样例", "示例", "试填", "演示"];
    // A form of figures that is called 模板 may be filled in every month.
    const PERHAPS: [&str; 4] = ["备份", "旧数据", "模板", "ytd"];
    let dated = without_own_dates(title);
    let key = compact(&dated);
    if titles::may_be_own(&key) {
        return is_open(&key).then_some(Says::Perhaps);
    }
    let years = month.and_then(|m| m.year).zip(year_named(&key));
    if has_any(&key, &YEARS)
        || has_any(&key, &PLAIN)
        || years.is_some_and(|(own, found)| own != found)
    {
        return Some(Says::Other);
    }
    let part = || {
        let noted = || notes::in_brackets(&dated).iter().any(|note| span::is_span(note));
        !span::is_own_month(&key) && (span::holds_range(&key) || noted())
    };
    // Of a whole year, or a mean of months, unless a month is named too.
    let wide = || {
        let spans = ["全年", "整年", "月均", "日均", "季度", "q1", "q2", "q3", "q4"];
        Period::named(&key).is_none() && has_any(&key, &spans)
    };
    let summed = key.contains("累计") || wide();
    (has_any(&key, &LAST)
        || has_any(&key, &PERHAPS)
        || is_open(&key)
        || summed
        || part()
        || until(&key))
    .then_some(Says::Perhaps)
}

/// Whether a title says that its figures may still change, are planned, or are old ones: （预估）, （旧）. 预估与实际
/// has both.
fn is_open(key: &str) -> bool {
    const OPEN: [&str; 20] = [
        "预估",
        "暂估",
        "估算",
        "估计",
        "初稿",
        "初步",
        "草稿",
        "未审",
        "待审",
        "未核",
        "待核",
        "未定稿",
        "未确认",
        "待确认",
        "未完成统计",
        "计划数据",
        "计划值",
        "(旧)",
        "旧版",
        "旧表",
    ];
    (has_any(key, &OPEN) || key.ends_with('旧'))
        && !has_any(key, &["实际", "完成情况", "对比", "口径", "说明"])
}

/// Whether a title names days up to which its figures are: 截至10月15日.
fn until(key: &str) -> bool {
    let Some((_, behind)) = key.split_once("截至").or_else(|| key.split_once("截止")) else {
        return false;
    };
    let end = behind.find(['日', '号']).map(|at| at + '日'.len_utf8());
    end.and_then(|end| behind.get(..end)).is_some_and(|day| span::is_span(&format!("截至{day}")))
}

/// The departments that a title names.
fn departments(title: &str) -> Vec<String> {
    let key = compact(title);
    let ends = key.match_indices('部').map(|(at, end)| at + end.len());
    let named = ends.filter_map(|end| {
        let before: Vec<char> = key.get(..end)?.chars().rev().collect();
        let stops =
            |c: &char| !('\u{4e00}'..='\u{9fff}').contains(c) || "年月日份度的与和及".contains(*c);
        let mut name: Vec<char> = before.into_iter().take(5).take_while(|c| !stops(c)).collect();
        name.reverse();
        Some(name.into_iter().collect::<String>())
    });
    let plain = |name: &String| notes::is_department(name) && name.chars().count() > 2;
    named.filter(plain).collect()
}

/// Whether a title names another department than the form's: whether plainly.
fn another(title: &str, own: &str) -> Option<Says> {
    if has_any(&compact(title), &["提供", "统计", "导出", "填报", "汇总", "来源"]) {
        return None;
    }
    let named = departments(title);
    let own = label(own);
    let is_own = |name: &String| kin(&own, name) != Kin::Other;
    if own.is_empty()
        || named.is_empty()
        || named.iter().any(is_own)
        || named.iter().all(|name| notes::hands_in(name))
    {
        return None;
    }
    let wide = named.iter().any(|name| is_wide(name));
    Some(if wide { Says::Perhaps } else { Says::Other })
}

impl Reader<'_> {
    /// Tells of the titles over the figures that were read.
    pub(super) fn titled(
        &mut self,
        scheme: &Scheme,
        rows: &[Row<'_>],
        sources: &Sources,
        form: &Form,
    ) {
        // Rows that name their person or their month say more than a title.
        let (mut sheets, mut named) = (BTreeSet::new(), BTreeSet::new());
        let mut teams = false;
        for metric in &scheme.metrics {
            let Some(found) = self.out.get(&metric.name) else { continue };
            let Some(place) = found.place else {
                teams |= metric.from_team.is_some();
                continue;
            };
            let of_row = rows.iter().find(|(table, _)| table.sheet == place.sheet);
            let listed = sources.lists.get(&metric.name).map(Vec::as_slice).unwrap_or_default();
            let dated = listed.iter().any(|one| one.of_month || one.month.is_some());
            if of_row.is_some_and(|(table, _)| table.monthly) || of_row.is_none() && dated {
                continue;
            }
            sheets.insert(place.sheet);
            if of_row.is_some_and(|(_, person)| !person.name.is_empty()) {
                named.insert(place.sheet);
            }
        }
        let own = |sheet: &usize| !self.literal && form.sheets.contains(sheet);
        sheets.retain(|sheet| !own(sheet));
        for sheet in sheets {
            let Some(of) = self.workbook.sheets.get(sheet) else { continue };
            // Of blocks of several months the other ones' titles are none of the figures'.
            let blocks = sources.blocks.contains(&sheet);
            let of_block = |title: &Title<'_>| {
                blocks && title.at.is_some() && titles::elsewhen(title.text, form.period())
            };
            for title in titles::of_sheet(of).into_iter().filter(|title| !of_block(title)) {
                let tab = title.at.is_none() && self.one_of_shops(title.text);
                let time = says(title.text, form.period()).or(tab.then_some(Says::Perhaps));
                let department = form.department.as_deref().filter(|_| !named.contains(&sheet));
                let said = time.or_else(|| another(title.text, department?));
                self.title(sheet, &title, said);
            }
            if !named.contains(&sheet) {
                self.labelled_department(sheet, scheme, form);
            }
            self.remarked(sheet, sources, form);
        }
        for team in sources.teams.iter().filter(|_| teams) {
            self.remarked(team.sheet, sources, form);
            let Some(of) = self.workbook.sheets.get(team.sheet) else { continue };
            let columns = team.member.min(team.group)..=team.member.max(team.group);
            let over = titles::over(of, team.header, columns);
            let Some(title) = over else { continue };
            let department = form.department.as_deref();
            let time = says(title.text, form.period());
            let said = time.or_else(|| another(title.text, department?));
            self.title(team.sheet, &title, said);
        }
    }

    /// Tells of the remarks on the time of a sheet's figures; the form's own says its month itself.
    pub(super) fn remarked(&mut self, sheet: usize, sources: &Sources, form: &Form) {
        let own = !self.literal && form.sheets.contains(&sheet);
        // The month of the sheet is told already where another one was taken for it.
        let name = self.sheet_name(sheet);
        let told = form
            .problems
            .iter()
            .any(|p| p.code == MONTH_DIFFERS && p.sheet.as_deref() == Some(name));
        let Some(remarks) = sources.remarks.get(&sheet).filter(|_| !own) else { return };
        // Of lists one below the other each says its month.
        let stated = remarks.iter().any(|remark| remark.states(form.period()));
        let other = |remark: &&Remark| {
            remark.is_elsewhen(form.period()) && !((stated || told) && remark.is_stated())
        };
        for remark in remarks.iter().filter(other) {
            let title = Title { text: &remark.text, at: Some(remark.at) };
            self.title(sheet, &title, Some(Says::Perhaps));
        }
    }

    /// Refuses figures of a sheet that names another department beside a label (部门：客服二部), or tells of it
    /// where it may be the same.
    pub(super) fn labelled_department(&mut self, sheet: usize, scheme: &Scheme, form: &Form) {
        let (Some(of), Some(own)) = (self.workbook.sheets.get(sheet), &form.department) else {
            return;
        };
        let found = labelled(of, &scheme.words.department, HEAD);
        let Some((at, Value::Text(theirs))) = found else { return };
        if kin(own, &theirs) == Kin::Other && !notes::hands_in(&theirs) && !is_none(&theirs) {
            let text = format!("部门：{}", theirs.trim());
            // 仓库 may be what others call the 仓储部.
            let said = if are_siblings(own, &theirs) { Says::Other } else { Says::Perhaps };
            self.title(sheet, &Title { text: &text, at: Some(at) }, Some(said));
        }
    }

    /// Whether a tab is one shop's, and another tab another's: 京东 beside 天猫.
    fn one_of_shops(&self, tab: &str) -> bool {
        let Some(own) = notes::platform(&compact(tab)) else { return false };
        let mut tabs = self.workbook.sheets.iter();
        tabs.any(|other| notes::platform(&compact(&other.name)).is_some_and(|place| place != own))
    }

    fn title(&mut self, sheet: usize, title: &Title<'_>, said: Option<Says>) {
        let Some(said) = said else { return };
        let (name, text) = (self.sheet_name(sheet), super::near::one_line(title.text));
        let problem = match said {
            Says::Other => Problem::error(
                "figures-titled",
                words!(
                    "「{name}」里的「{text}」说明那些数不是本人（本部门）当月的实际数",
                    "`{text}` in {name} says that its figures are not this person's actual ones of the month"
                ),
            )
            .hint(words!(
                "换上当月的实际数；就是的话，改正那里的标题",
                "put in the month's actual figures, or correct the title if they are"
            )),
            Says::Perhaps => Problem::notice(
                "figures-titled",
                words!(
                    "「{name}」里写着「{text}」，已照填，请核对是不是当月全月、本部门的实际数",
                    "{name} says `{text}`; used as it is, please check that these are the month's own figures"
                ),
            )
            .hint(words!("不是的话换上当月的数；是的话改正标题", "put in the month's figures, or correct the title")),
        };
        let problem = match title.at {
            Some(at) => problem.at(name, at),
            None => problem.on(name),
        };
        self.once(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_titles_say() {
        let month = Some(Period { year: Some(2026), month: 10 });
        for (title, said) in [
            ("2025年 指标数据", Some(Says::Other)),
            ("去年同期指标数据", Some(Says::Other)),
            ("2026年10月预测 指标数据", Some(Says::Other)),
            ("上月指标数据", Some(Says::Perhaps)),
            ("2026年全年 指标数据", Some(Says::Perhaps)),
            ("2026年Q3指标数据", Some(Says::Perhaps)),
            ("2026年月均指标", Some(Says::Perhaps)),
            ("2026年10月 全年任务分解", None),
            ("本年累计指标数据", Some(Says::Perhaps)),
            ("指标数据（截至10月15日）", Some(Says::Perhaps)),
            ("截至10月15日指标数据", Some(Says::Perhaps)),
            ("截至10月31日指标数据", None),
            ("数据截止次月3日", None),
            ("10月1日-15日团队数据", Some(Says::Perhaps)),
            ("团队数据（10.1-10.15）", Some(Says::Perhaps)),
            ("团队数据（10.1-10.31）", None),
            ("9月26日-10月25日团队数据", None),
            ("2026年10月 指标数据", None),
            ("10月累计指标", None),
            ("与去年同期对比", None),
            ("指标数据（2024年3月修订）", None),
            ("2026年10月（预估） 指标数据", Some(Says::Perhaps)),
            ("指标（旧）", Some(Says::Perhaps)),
            ("10月指标数据（初稿）", Some(Says::Perhaps)),
            ("本月指标数据（未审核）", Some(Says::Perhaps)),
            ("2026年10月计划数据", Some(Says::Perhaps)),
            ("10月预估与实际", None),
            ("10月指标数据（已审核）", None),
            ("10月新旧客户数据", None),
        ] {
            assert_eq!(says(title, month), said, "{title}");
        }
        for (title, said) in [
            ("2026年10月 仓储部 指标数据", Some(Says::Other)),
            ("仓储部团队数据", Some(Says::Other)),
            ("电商事业部指标数据", None),
            ("电商部指标数据", None),
            ("客服部指标数据", None),
            ("客服一部指标数据", None),
            ("全部指标数据", None),
            ("部门KPI", None),
            ("财务部提供的数据", None),
        ] {
            assert_eq!(another(title, "客服部"), said, "{title}");
        }
    }
}
