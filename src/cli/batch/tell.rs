//! What is said at the end of a run.

use crate::cli::output::{print, remark, shown};
use kaohe::batch::{Job, KEPT, Report};
use kaohe::problem::{Lang, Words};
use kaohe::summary::{Finding, MetricsBook, State};
use kaohe::words;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// A text of a file, as it is shown: on one line.
fn plain(text: &str) -> String {
    shown(Path::new(text))
}

/// The first files or people of a list of so many.
fn first_of(some: &[String], count: usize) -> Words {
    let some: Vec<String> = some.iter().map(|name| plain(name)).collect();
    Words::first_of(&some, count)
}

/// Most problems of a workbook in the terminal, where it does not only wait for somebody to type; the
/// summary lists them all.
const MOST: usize = 5;

/// Says of so many files or people, of whom the first are named, what is with them, and what to do.
fn named(
    (count, some): &(usize, Vec<String>),
    lang: Lang,
    said: impl FnOnce(usize) -> (Words, Option<Words>),
) {
    if *count == 0 {
        return;
    }
    let (line, cure) = said(*count);
    remark(line.then(&first_of(some, *count)).get(lang));
    if let Some(cure) = cure {
        remark(words!("  怎么办: ", "  hint: ").then(&cure).get(lang));
    }
}

/// Most workbooks of a month that are named, where there are several months.
const FEW: usize = 5;

/// The report at the end: what needs a person's hand first, the counts last.
pub(super) fn tell(
    report: &Report,
    job: &Job,
    metrics: &MetricsBook,
    lang: Lang,
) -> std::io::Result<()> {
    tell_problems(report, metrics, lang)?;
    tell_orphans(report, lang);
    tell_passed_over(report, lang);
    named(&report.edited, lang, |_| {
        let line = words!(
            "提示：结果被人改过，保留原样（要重新生成，加 --force）：",
            "notice: results that were changed are left so (--force makes them anew): "
        );
        (line, None)
    });
    named(&report.twins, lang, |_| {
        let line = words!(
            "提示：同一个人在两份工作簿里都有得分：",
            "notice: people scored in two workbooks: "
        );
        let cure = words!(
            "删去多余的一份，再运行一次；若是同名的两个人，在表上写明「工号」",
            "remove the one too many and run again; for two people of one name, give each form a 工号"
        );
        (line, Some(cure))
    });
    named(&report.shared, lang, |_| {
        let line = words!(
            "提示：同一个工号有几个人，或一个人在几个部门都有得分：",
            "notice: staff numbers of several people, or of people scored in several departments: "
        );
        let cure = words!(
            "改正写错的工号；调了部门的，只留该算的一份，再运行一次",
            "correct the wrong number; of somebody who changed department keep the one that counts; and run again"
        );
        (line, Some(cure))
    });
    named(&report.far, lang, |_| {
        let line = words!(
            "提示：有一项的得分是满分的好几倍，请核对数据（见汇总的「提示」）：",
            "notice: an item is scored many times its points; please check the figures (see Notices in the summary): "
        );
        (line, None)
    });
    if report.ungraded {
        let line = words!(
            "提示：等级按强制分布评定，要等每一份工作簿都填好才给",
            "notice: grades are given by shares of the team, once every workbook is filled"
        );
        remark(line.get(lang));
    }
    named(&report.dated, lang, |count| {
        let line = words!(
            "提示：{count} 份的指标与考核表不是同一个月份，请核对：",
            "notice: the figures of {count} workbooks are of another month than their forms: "
        );
        (line, None)
    });
    tell_undated(report, job, lang);
    let months = &report.months;
    if job.month.is_none() && months.len() > 1 {
        remark(words!("提示：月份不一", "notice: workbooks of several months").get(lang));
        let most = months.values().map(|(count, _)| *count).max().unwrap_or(0);
        for (month, (count, files)) in months {
            let count = *count;
            let line = words!("  {month}：{count} 份 ", "  {month}: {count} ");
            let some = files.get(..FEW).unwrap_or(files);
            let line = match count < most || count <= FEW {
                true => line.then(&first_of(some, count)),
                false => line,
            };
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

/// Whose month could not be checked.
fn tell_undated(report: &Report, job: &Job, lang: Lang) {
    let Some(month) = job.month else { return };
    let (count, files) = &report.undated;
    if *count > 0 {
        let line = words!(
            "提示：{count} 份表上没有月份，无法核对是不是 {month} 的：",
            "notice: {count} workbooks name no month; whether they are of {month} could not be checked: "
        );
        remark(line.then(&first_of(files, *count)).get(lang));
    }
    let (count, files) = &report.misnamed;
    if *count > 0 {
        let line = words!(
            "提示：其中 {count} 份的文件名写着别的月份，请核对：",
            "notice: the names of {count} of them say another month; please check: "
        );
        remark(line.then(&first_of(files, *count)).get(lang));
    }
}

/// Earlier results whose workbooks are not there: by themselves if they are few.
fn tell_orphans(report: &Report, lang: Lang) {
    let orphans: Vec<String> = report.orphans.keys().map(|name| plain(name)).collect();
    let count = orphans.len();
    if count > FEW {
        let line = words!(
            "提示：{count} 份是以前的结果，这次的文件夹里没有它们的原表：",
            "notice: {count} are earlier results whose workbooks are not in these folders: "
        );
        return remark(line.then(&Words::listed(&orphans, FEW)).get(lang));
    }
    for orphan in orphans {
        let line = words!(
            "提示：「{orphan}」是以前的结果，这次的文件夹里没有它的原表",
            "notice: `{orphan}` is an earlier result whose workbook is not in these folders"
        );
        remark(line.get(lang));
    }
}

/// What was passed over and may be somebody's workbook.
fn tell_passed_over(report: &Report, lang: Lang) {
    let (apart, some) = &report.apart;
    if *apart > 0 {
        let line = words!(
            "提示：跳过 {apart} 份以前的结果，原表在别的文件夹里：",
            "notice: {apart} earlier results are passed over; their workbooks are in other folders: "
        );
        remark(line.then(&first_of(some, *apart)).get(lang));
    }
    for (folder, others) in &report.outputs {
        let (folder, count) = (plain(folder), others.len());
        let line = words!(
            "提示：「{folder}」是结果文件夹，没有进去；里面 {count} 份不像结果的工作簿没有填写：",
            "notice: `{folder}` is a folder of results and was not gone into; {count} workbooks in it that are no results are not filled: "
        );
        let some = others.get(..FEW).unwrap_or(others);
        remark(line.then(&first_of(some, count)).get(lang));
        let cure = words!(
            "  怎么办: 要填写的，移到别的文件夹，再运行一次",
            "  hint: move those to be filled to another folder, and run again"
        );
        remark(cure.get(lang));
    }
}

/// What keeps workbooks from being filled.
fn tell_problems(report: &Report, metrics: &MetricsBook, lang: Lang) -> std::io::Result<()> {
    let states = [State::Unfinished, State::Failed];
    let mut shared: HashMap<Shared, usize> = HashMap::new();
    for state in states {
        report.each(state, &mut |book| {
            let own = book.findings.iter().filter_map(|finding| Shared::of(finding, metrics));
            let own: HashSet<Shared> = own.collect();
            own.into_iter().for_each(|one| *shared.entry(one).or_insert(0) += 1);
        })?;
    }
    shared.retain(|_, count| *count > 1);
    for state in states {
        report.each(state, &mut |book| {
            // Once for all: where it was told with another workbook it is not told again.
            let blocking = book.findings.iter().filter(|finding| finding.blocks());
            let mut blocking: Vec<(&Finding, usize)> = blocking
                .filter_map(|finding| {
                    let count = Shared::of(finding, metrics).and_then(|one| shared.get_mut(&one));
                    match count.map(std::mem::take) {
                        None => Some((finding, 1)),
                        Some(0) => None,
                        Some(count) => Some((finding, count)),
                    }
                })
                .collect();
            // What is told once comes first: it must not be cut off.
            blocking.sort_by_key(|(_, count)| *count < 2);
            let all = blocking.len();
            // Of a form that nobody has filled in yet the first blank cell says enough.
            let most = if blocking.iter().all(|(f, _)| f.waits()) { 1 } else { MOST };
            for (finding, count) in blocking.into_iter().take(most) {
                let file = plain(&book.file);
                let file = metrics.file_of(finding, &file);
                tell_problem(finding, count, file, state, lang);
                if count > 1 {
                    let line =
                        words!("  {count} 份工作簿都是如此", "  so it is with {count} workbooks");
                    remark(line.get(lang));
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
    Ok(())
}

/// What several workbooks have in common: one cell of the workbook with everybody's figures, or another
/// month's results in the place of theirs.
#[derive(PartialEq, Eq, Hash)]
struct Shared {
    code: String,
    place: String,
    what: String,
}

impl Shared {
    fn of(finding: &Finding, metrics: &MetricsBook) -> Option<Self> {
        let beside = metrics.holds(finding) && !finding.place.is_empty();
        (finding.blocks() && (beside || finding.code == KEPT)).then(|| Self {
            code: finding.code.clone(),
            place: finding.place.clone(),
            what: finding.what.zh.clone(),
        })
    }
}

fn tell_problem(finding: &Finding, count: usize, file: &str, state: State, lang: Lang) {
    let who = finding.person.as_deref().filter(|_| count < 2).map(|p| {
        let p = plain(p);
        words!("{p}：", "{p}: ").get(lang).to_owned()
    });
    let (who, place) = (who.unwrap_or_default(), &finding.place);
    let place = if place.is_empty() { file.to_owned() } else { format!("{file}, {place}") };
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
