//! 「100%以上得10分；90%-99%得8分；80%以下不得分」: points by the band that a value falls in.

mod one;
mod order;
mod worth;
mod write;

use super::deviation::points_unit;
use super::stream::{Stream, patterns};
use super::{Criteria, Said};
use one::band;
use std::ops::Range;

patterns! {
    /// One band: its bounds in one of the spellings, then what it gets.
    BAND = r"(?:(r)|([GK<>]?n~n[gk]?)|(n[K<][w=]?[K<]n)|(n[>G][w=]?[>G]n)|([G>]n[gkl]?[,:]?w?[K<]n|n[gh][,:]?w?(?:n[lkv]|[K<]n))|([K<]n,?w?[G>]n)|([GK<>]n[gk]|[GK<>]n)|(G?n[glkhv])|(n)|(e)),?:?w?,?:?(=?s?n|=s?n|-=?n|F|=F|Z|O)";
    /// 按时得10分,逾期
    ON_TIME = r"(w)(?:=?F|=(n))[,;]w?A$";
}

/// What a band gets.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Got {
    Points(f64),
    Taken(f64),
    Factor(f64),
    Full,
    Nothing,
}

/// A band: its ends, and whether they belong to it where the words say so.
#[derive(Debug, Clone)]
struct Band {
    low: f64,
    low_in: Option<bool>,
    high: f64,
    high_in: Option<bool>,
    got: Got,
    unit: String,
    rest: bool,
    range: Range<usize>,
}

const FAR: f64 = f64::INFINITY;

/// Reads chains of bands.
pub(super) fn read(stream: &mut Stream<'_>, criteria: &mut Criteria) {
    let mut from = 0;
    let mut lists = 0;
    while let Some((bands, end)) = chain(stream, from) {
        from = end;
        if bands.len() < 2 || each_then_none(&bands) || only_a_cut(&bands) {
            continue;
        }
        lists += 1;
        let (start, end) =
            (bands.first().map_or(0, |b| b.range.start), bands.last().map_or(0, |b| b.range.end));
        let clause = match write::list(stream, criteria, &bands) {
            Ok(clause) => clause,
            Err(why) => {
                let mut clause = stream.clause(start..end, Said::Judged(why));
                clause.words = stream.words(stream.sentence_of(start).start..end);
                clause
            }
        };
        stream.push(start..end, clause);
    }
    if lists > 1 {
        let mut tops = 0.0;
        for clause in stream.clauses() {
            if let Said::Rule(rule) = &clause.said
                && rule.starts_with("kind = \"bands\"")
            {
                tops += top(rule);
            }
        }
        // Two lists that each give the item's points would give them twice.
        if tops > stream.points + 1e-9 {
            for clause in stream.clauses_mut() {
                if matches!(&clause.said, Said::Rule(r) if r.starts_with("kind = \"bands\"")) {
                    clause.said = Said::Judged("两组分档合起来超过本项分值，不知怎么合".to_owned());
                    clause.needs.clear();
                }
            }
        }
    }
}

fn top(rule: &str) -> f64 {
    let points = rule.split("points = ").skip(1);
    points
        .filter_map(|t| {
            let end = t.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(t.len());
            t.get(..end)?.parse::<f64>().ok()
        })
        .fold(0.0, f64::max)
}

/// The next chain of bands of one value, and where it ends.
fn chain(stream: &Stream<'_>, from: usize) -> Option<(Vec<Band>, usize)> {
    let mut out: Vec<Band> = Vec::new();
    let mut at = from;
    let mut subject: Option<String> = None;
    while let Some(found) = stream.find(&BAND, at..stream.len()) {
        let late = || {
            let before = found.range.start.checked_sub(1)?;
            // 延期3天, 延期交付3天.
            let kinds = stream.kinds(before.saturating_sub(1)..before + 1);
            (kinds.ends_with('A') || kinds == "Aw").then_some(())
        };
        let before = found.range.start.checked_sub(1).map_or("", |i| stream.kinds(i..i + 1));
        let Some(mut band) = band(stream, &found).filter(|band| {
            !matches!(before, "E" | "U" | "D" | "a" | "t")
                && !a_step(stream, found.range.start)
                && !of_each(stream, band)
        }) else {
            if out.is_empty() {
                at = found.range.start + 1;
                continue;
            }
            // 「90%以上得10分，80%-90%得8分，满分…」 ends here.
            break;
        };
        if let Some(last) = out.last() {
            let between = last.range.end..found.range.start;
            let words = words_between(stream, between.clone());
            let same = words.is_empty()
                || subject.as_deref().is_some_and(|s| {
                    s.ends_with(words.as_str()) || s.trim_end_matches('数').ends_with(&words)
                })
                || ["实际", "实际值", "完成值", "指标值"].contains(&words.as_str());
            let kinds = stream.kinds(between);
            let only = kinds.chars().all(|c| ",;:#wTA".contains(c));
            if !same
                || !only
                || alike(last.got) != alike(band.got)
                    && alike(band.got).is_some()
                    && alike(last.got).is_some()
            {
                break;
            }
        } else {
            let sentence = stream.sentence_of(found.range.start);
            subject = Some(words_between(stream, sentence.start..found.range.start));
            if late().is_some() {
                let before = stream.paragraph_of(sentence.start).start..found.range.start;
                out.extend(on_time(stream, before, &band).or_else(|| not_late(&band)));
                // Nothing is late by 0 days; a share of what is late may be 0.
                let none = timed(&band.unit) || matches!(band.got, Got::Taken(_));
                if none && band.low == -FAR && band.high > 0.0 {
                    (band.low, band.low_in) = (0.0, Some(false));
                }
            }
        }
        at = found.range.end;
        out.push(band);
    }
    let end = out.last().map_or(stream.len(), |b| b.range.end);
    (!out.is_empty()).then_some((out, end))
}

/// 「按时得10分，逾期1-3天6分」: what is not late at all.
fn on_time(stream: &Stream<'_>, before: Range<usize>, next: &Band) -> Option<Band> {
    let found = stream.find(&ON_TIME, before)?;
    let words = stream.text(found.group(1)?);
    let in_time = IN_TIME.iter().any(|w| words.contains(w));
    let got = match stream.number(&found, 2) {
        Some(number) => Got::Points(Some(number.value).filter(|_| points_unit(number))?),
        None => Got::Full,
    };
    let fits = in_time && timed(&next.unit) && !matches!(next.got, Got::Taken(_));
    fits.then(|| Band {
        low: -FAR,
        low_in: None,
        high: 0.0,
        high_in: Some(true),
        got,
        unit: next.unit.clone(),
        rest: false,
        range: found.range.start + 1..found.range.end,
    })
}

/// Where the words only say what lateness gets, who is in time gets it all.
fn not_late(next: &Band) -> Option<Band> {
    let start = next.range.start;
    let wanted = timed(&next.unit)
        && matches!(next.got, Got::Points(_))
        && (next.low == -FAR || next.low > 0.0);
    wanted.then(|| Band {
        low: -FAR,
        low_in: None,
        high: 0.0,
        high_in: Some(true),
        got: Got::Full,
        unit: next.unit.clone(),
        rest: false,
        range: start..start,
    })
}

/// Whether a unit is one of time.
fn timed(unit: &str) -> bool {
    matches!(unit, "天" | "工作日" | "小时" | "分钟" | "周")
}

/// Words of what is not late.
pub(super) const IN_TIME: [&str; 10] =
    ["按时", "按期", "准时", "如期", "及时", "按计划", "不逾期", "未逾期", "无逾期", "无延误"];

/// 「每延迟一天扣5分；延迟超过3天，得0分」: nothing but a cut-off, beside what is not late at all.
fn only_a_cut(bands: &[Band]) -> bool {
    let nothing = |b: &Band| matches!(b.got, Got::Nothing | Got::Points(0.0));
    matches!(bands, [none, cut] if none.range.is_empty() && nothing(cut))
}

/// 「漏检1次扣1分，3次以上不得分」 takes for each and is no list.
fn each_then_none(bands: &[Band]) -> bool {
    let mut taken = bands.iter().filter(|b| matches!(b.got, Got::Taken(_)));
    let (one, more) = (taken.next(), taken.next());
    let single = one.is_some_and(|b| b.low == 1.0 && b.high == 1.0);
    single && more.is_none() && bands.iter().all(|b| matches!(b.got, Got::Taken(_) | Got::Nothing))
}

/// Whether the words before a place begin a step: 「每少完成5%扣2分」 is no band.
fn a_step(stream: &Stream<'_>, at: usize) -> bool {
    let words = stream.text(stream.sentence_of(at).start..at);
    let own = words.rsplit(['，', ',', '；', ';']).next().unwrap_or_default();
    own.split('每').skip(1).any(|after| {
        after.starts_with([
            '少', '低', '超', '多', '高', '降', '增', '减', '下', '延', '逾', '迟', '推', '晚',
            '拖', '滞', '误',
        ])
    })
}

/// Whether what a band takes is of each thing by itself: 「每单超时10分钟以上扣1分」.
fn of_each(stream: &Stream<'_>, band: &Band) -> bool {
    let at = band.range.start;
    let words = stream.text(stream.sentence_of(at).start..at);
    let own = words.rsplit(['，', ',', '；', ';']).next().unwrap_or_default();
    let thing = ['次', '笔', '单', '件', '张', '票', '人', '台', '车'];
    // 「每次检查低于90分扣5分」 is of one inspection.
    let looked = ['检', '查', '考', '测', '评'];
    matches!(band.got, Got::Taken(_))
        && own.split('每').skip(1).any(|after| after.starts_with(thing) && !after.contains(looked))
}

/// Kinds of what bands get that may stand in one list.
fn alike(got: Got) -> Option<u8> {
    match got {
        Got::Points(_) => Some(1),
        Got::Taken(_) => Some(2),
        Got::Factor(_) => Some(3),
        Got::Full | Got::Nothing => None,
    }
}

fn words_between(stream: &Stream<'_>, range: Range<usize>) -> String {
    let text: String = stream
        .tokens(range)
        .iter()
        .filter(|t| t.kind == b'w' || t.kind == b'T')
        .map(|t| stream.plain.slice(t.from, t.to))
        .collect();
    let mut text = text;
    for word in [
        "得分",
        "达成率",
        "完成率",
        "合格率",
        "优秀",
        "良好",
        "中等",
        "合格",
        "较差",
        "一般",
        "不",
        "优",
        "良",
        "中",
        "差",
        "为",
        "等级",
        "完成率在",
        "在",
        "达",
        "出现",
        "发生",
        "累计",
        "第",
        "排名",
        "名次",
        "下降",
    ] {
        text = text.replace(word, "");
    }
    let grade = text.chars().count() == 1 && "ABCDE级等档".contains(&text);
    if grade {
        String::new()
    } else {
        text.trim_matches(['级', '档', '等', 'X', 'x']).to_owned()
    }
}
