//! What is said at the end of a run.

use crate::cli::output::{print, remark, shown};
use kaohe::batch::{Job, Report};
use kaohe::problem::Lang;
use kaohe::summary::{MetricsBook, State};
use kaohe::words;
use std::path::Path;

/// A text of a file, as it is shown: on one line.
fn plain(text: &str) -> String {
    shown(Path::new(text))
}

/// Most problems of a workbook in the terminal, where it does not only wait for somebody to type; the
/// summary lists them all.
const MOST: usize = 5;

/// The report at the end: what needs a person's hand first, the counts last.
pub(super) fn tell(
    report: &Report,
    job: &Job,
    metrics: &MetricsBook,
    lang: Lang,
) -> std::io::Result<()> {
    for state in [State::Unfinished, State::Failed] {
        report.each(state, &mut |book| {
            let file = shown(Path::new(&book.file));
            let blocking: Vec<_> = book.findings.iter().filter(|f| f.blocks()).collect();
            let all = blocking.len();
            // Of a form that nobody has filled in yet the first blank cell says enough.
            let most = if blocking.iter().all(|f| f.waits()) { 1 } else { MOST };
            for finding in blocking.into_iter().take(most) {
                let who = finding
                    .person
                    .as_deref()
                    .map(|p| {
                        let p = plain(p);
                        words!("{p}：", "{p}: ").get(lang).to_owned()
                    })
                    .unwrap_or_default();
                let file = metrics.file_of(finding, &file);
                let place = if finding.place.is_empty() {
                    file.to_owned()
                } else {
                    format!("{file}, {}", finding.place)
                };
                let kind = if state == State::Failed {
                    words!("失败", "failed")
                } else {
                    words!("未完成", "unfinished")
                };
                let (kind, what) = (kind.get(lang), finding.what.get(lang));
                remark(&format!("{kind}[{}]: {who}{what}\n  --> {place}", finding.code));
                if let Some(hint) = &finding.hint {
                    let label = words!("怎么办", "hint");
                    remark(&format!("  {}: {}", label.get(lang), hint.get(lang)));
                }
            }
            if all > most {
                let more = all - most;
                let line = words!(
                    "  这份还有 {more} 条，见汇总的「问题」",
                    "  {more} more of this workbook: see Problems in the summary"
                );
                remark(line.get(lang));
            }
        })?;
    }
    for orphan in report.orphans.keys().map(|name| plain(name)) {
        let line = words!(
            "提示：「{orphan}」是以前的结果，这次的文件夹里没有它的原表",
            "notice: `{orphan}` is an earlier result whose workbook is not in these folders"
        );
        remark(line.get(lang));
    }
    let (edited, some) = &report.edited;
    if *edited > 0 {
        let more = if *edited > some.len() { "…" } else { "" };
        let (zh, en) = (plain(&some.join("、")), plain(&some.join(", ")));
        let line = words!(
            "提示：结果被人改过，保留原样（要重新生成，加 --force）：{zh}{more}",
            "notice: results that were changed are left so (--force makes them anew): {en}{more}"
        );
        remark(line.get(lang));
    }
    let (twins, some) = &report.twins;
    if *twins > 0 {
        let more = if *twins > some.len() { "…" } else { "" };
        let (zh, en) = (plain(&some.join("、")), plain(&some.join(", ")));
        let line = words!(
            "提示：同一个人在两份工作簿里都有得分：{zh}{more}",
            "notice: people scored in two workbooks: {en}{more}"
        );
        remark(line.get(lang));
    }
    if report.ungraded {
        let line = words!(
            "提示：等级按强制分布评定，要等每一份工作簿都填好才给",
            "notice: grades are given by shares of the team, once every workbook is filled"
        );
        remark(line.get(lang));
    }
    let (count, files) = &report.dated;
    if *count > 0 {
        let more = if *count > files.len() { "…" } else { "" };
        let (zh, en) = (plain(&files.join("、")), plain(&files.join(", ")));
        let line = words!(
            "提示：{count} 份的指标与考核表不是同一个月份，请核对：{zh}{more}",
            "notice: the figures of {count} workbooks are of another month than their forms: {en}{more}"
        );
        remark(line.get(lang));
    }
    let months = &report.months;
    if job.month.is_none() && months.len() > 1 {
        remark(words!("提示：月份不一", "notice: workbooks of several months").get(lang));
        let most = months.values().map(|(count, _)| *count).max().unwrap_or(0);
        for (month, (count, files)) in months {
            let count = *count;
            let some: Vec<&str> = files.iter().map(String::as_str).take(5).collect();
            let names = if count < most || count <= 5 { some.join("、") } else { String::new() };
            let names = plain(&names);
            let more = if !names.is_empty() && count > 5 { "…" } else { "" };
            let line =
                words!("  {month}：{count} 份 {names}{more}", "  {month}: {count} {names}{more}");
            remark(line.get(lang).trim_end());
        }
    }
    let Report { filled, unchanged, unfinished, failed, skipped, people, .. } = report;
    let line = words!(
        "填好 {filled}，未变 {unchanged}，未完成 {unfinished}，失败 {failed}，跳过 {skipped}（共 {people} 人有得分）\n",
        "filled {filled}, unchanged {unchanged}, unfinished {unfinished}, failed {failed}, skipped {skipped} ({people} people scored)\n"
    );
    print(line.get(lang));
    if report.left > 0 {
        let left = report.left;
        let line = words!(
            "已停止：还有 {left} 份没有处理，没有更新汇总；再运行一次会接着做",
            "stopped: {left} workbooks are left and the summary was not made; run again to go on"
        );
        remark(line.get(lang));
    }
    Ok(())
}
