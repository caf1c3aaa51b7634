//! Reading the criteria: what a form's words say as rules, clause by clause.
//!
//! In: the text of one item. Out: for every clause the rule it states, the words it came from, the
//! choices taken where the words are silent, and the doubts. What cannot be computed is judged: a
//! reading is never guessed.

use regex_lite::{Captures, Regex};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// A figure that a rule needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What the text calls it.
    pub name: String,
    /// `amount`, `count`, `rate` or `mark`.
    pub kind: &'static str,
    /// The clause that asks for it.
    pub clause: String,
    /// For a count of people: those `above` or `below` this.
    pub bound: Option<(&'static str, f64)>,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A rule, as TOML lines; metrics stand in it as `{0}`, `{1}` … of the needs.
    Rule(String),
    /// A person decides, and why.
    Judged(String),
    /// Money beside the points.
    Money,
    /// Nothing that scores.
    Nothing,
}

/// A clause, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The words it came from.
    pub words: String,
    /// What they say.
    pub said: Said,
    /// The figures it needs.
    pub needs: Vec<Need>,
    /// What the words leave open, and how it is taken.
    pub choices: Vec<String>,
    /// What a person must look at.
    pub doubts: Vec<String>,
}

/// An item's text, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Criteria {
    /// Clauses in the order of the text.
    pub clauses: Vec<Clause>,
    /// Where deductions stop, where the text says so; `None` in it for 下不保底.
    pub floor: Option<Option<f64>>,
    /// The most the item makes, where the text says so.
    pub cap: Option<f64>,
    /// Points on target, where the text says so and they are not the item's.
    pub base_points: Option<f64>,
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($text).ok());
    };
}

const N: &str = r"(\d+(?:\.\d+)?)";
const UP: &str = "超过|超出|超|高于|高|增加|增长|提升|提高|上升|升|多|增|提前";
const DOWN: &str = "低于|低|少于|少|差|下降|降低|降|减少|落后|不足|欠";
const TAKE: &str = "扣减|扣除|倒扣|再扣|扣|减";
const GIVE: &str = "奖励|加分|奖|加|增加|得";

pattern!(
    DEVIATION,
    &format!(
        r"每(?:再|月)?({UP}|{DOWN})(?:出|于|目标)?{N}?(个百分点|百分点|%|个阶段|阶段|档|级|分钟|小时|分|万元|元|秒|天|人|件|家|台|单|次|吨|个)?[,，]?(?:时|则|再|另)*({TAKE}|{GIVE}){N}分?"
    )
);
pattern!(
    BOTH,
    &format!(
        r"每(?:高|升|增|超)\((?:低|降|减|欠)\){N}?(个百分点|百分点|%|分|元|秒|天|件)?[,，]?(?:加|奖励|±|奖)\(?(?:扣|减)?\)?{N}分"
    )
);
pattern!(STAGE, &format!(r"{N}(元|分|秒|天|件|人|万元|%|个百分点)为1?个?(?:阶段|档|级|台阶)"));
pattern!(
    BASE,
    &format!(
        r"(?:以|达到|达|低于|高于|超过|不低于|不高于|目标值?为?:?|标准为?:?|>=|<=|≥|≤|<|>){N}(个百分点|%|分钟|小时|分|万元|元|秒|天|人|件|家|台|次|吨|个)?(?:为(?:基准|基点|基数|目标|标准))?"
    )
);
pattern!(
    BASED,
    &format!(
        r"以{N}(%|分钟|小时|分|万元|元|秒|天|人|件|家|台|次|吨|个)?为(?:基准|基点|基数|目标|标准)"
    )
);
pattern!(
    QUOTIENT,
    r"([^,;:=()÷/×*\d、]+)=\(?([^,;:=()÷/×*\d、]+)\)?(?:÷|/)\(?([^,;:=()÷/×*\d、]+)\)?"
);
pattern!(
    EVENT,
    &format!(
        r"(?:每|凡)?(?:发现|出现|发生|有|起|例|少|漏|错)?1?(人次|次|起|例|人|项|件|处|单|条|家|个|名)?(?:,|的|则|再|另|者|该人次)*({TAKE}|加扣|奖励|加分|奖|加){N}分?(?:/(次|人次|人|项|件|例|起|处|单|条|个))?"
    )
);
pattern!(RANGE, &format!(r"(?:扣|减){N}[~\-—至到]{N}分?"));
pattern!(
    LATE,
    &format!(
        r"(?:每)?(?:延迟|延期|逾期|拖延|拖期|迟交|晚交|迟|晚|超期|推迟|滞后|延误)(?:每|1)*{N}?个?(工作日|天|日)(?:,|则|的)*(?:{TAKE}){N}"
    )
);
pattern!(
    ZERO,
    &format!(
        r"(低于|不足|未达到?|高于|超过|大于|小于|<|>){N}(%|分|元|次|天|人|件)?(?:以上)?(?:,|时|的|则|者)*(?:本项|该项|此项|当月)*(?:不得分|得0分|为0分|计0分|0分|全扣)"
    )
);
pattern!(
    DONE,
    &format!(
        r"每(?:推出|采纳|完成|新增|提出|开发|签约|新签|达成|培养|成功)[^,;\d]*?{N}?(?:款|条|项|个|家|人|单|件|次|名)[^,;\d]*?[,，]?(?:得|加|奖励|奖){N}分"
    )
);
pattern!(
    BAND_FROM,
    &format!(
        r"(?:>=|≥|达到|完成){N}(%)?(?:以上|及以上|\(含\))?(?:,|的|者|时)*(?:得|计|为|:)?{N}分|{N}(%)?(?:以上|及以上)(?:\(含\))?(?:,|的|者|时)*(?:得|计|为|:)?{N}分"
    )
);
pattern!(BAND_SPAN, &format!(r"{N}(%)?[~\-—至到]{N}(%)?(?:,|的|者|时|之间)*(?:得|计|为|:)?{N}分"));
pattern!(
    BAND_LOW,
    &format!(
        r"(?:(?:低于|不足|<|小于){N}(%)?|{N}(%)?以下)(?:,|的|者|时)*(?:得|计|为|:)?(?:(不得分)|{N}分)"
    )
);
pattern!(COUNTED, &format!(r"{N}(?:次|人次|项|件|起|例)(?:,|的)*扣{N}分?"));
pattern!(
    FREE,
    &format!(
        r"(?:<=|≤)?{N}(?:次|人次|项|件|起|例|天|处)(?:\(含\)|以内|以下|内|之内)*(?:,|的)*不扣"
    )
);
pattern!(MOST_TAKEN, &format!(r"(?:最多扣|最高扣|扣分上限为?|限扣|扣分不超过){N}"));
pattern!(CAP, &format!(r"(?:最多加|最高加|加分上限为?|封顶|上限为?|最高得?|最多得?){N}分"));
pattern!(ALL, &format!(r"全部(低于|高于|少于|超过){N}(%|秒|分|元|天)?,?(?:奖励|加|奖|得){N}分"));
pattern!(EACH_OVER, &format!(r"(高于|低于|超过|少于){N}(秒|分|元|天|%)?的?,?每人次?(?:扣|减){N}"));
pattern!(EACH_MORE, &format!(r"超出{N}(?:秒|分|元|天)以上的?(?:该人次)?,?(?:再|另|加)*扣{N}"));
pattern!(
    SHARE,
    r"(?:得分=)?([^,;=]*(?:完成率|达成率|达成度|比例|合格率))[×*](?:分值|权重|配分|标准分|满分)|按(?:完成|达成)(?:比例|率|百分比)(?:计分|得分)"
);
pattern!(CUT, r"每|扣|奖励|低于|高于|达到|≥|≤|>|<|超过|全部|[以加减]\d");
pattern!(NUMBERED, r"^(?:\(?\d{1,2}\)|\d{1,2}[、.](?:\D|$)|[①-⑩])");

fn find<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> Option<Captures<'t>> {
    pattern.as_ref()?.captures(text)
}

fn all<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> Vec<Captures<'t>> {
    pattern.as_ref().map(|p| p.captures_iter(text).collect()).unwrap_or_default()
}

fn number(captures: &Captures<'_>, group: usize) -> Option<f64> {
    captures.get(group)?.as_str().parse().ok()
}

fn text<'t>(captures: &Captures<'t>, group: usize) -> &'t str {
    captures.get(group).map_or("", |m| m.as_str())
}

/// Half-width, no blanks, and 一、两、三 before a measure word as digits.
fn plain(text: &str) -> String {
    let chars: Vec<char> = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let digit = |c: char| "零一二三四五六七八九十".chars().position(|d| d == c);
    chars
        .iter()
        .enumerate()
        .map(|(index, c)| {
            let next = chars.get(index + 1).copied().unwrap_or(' ');
            let measure = "个分次人天日项件例级档元阶步条款起名家台秒处%".contains(next);
            match (*c, digit(*c)) {
                ('两', _) if measure => "2".to_owned(),
                (_, Some(value)) if measure => value.to_string(),
                (c, _) => c.to_string(),
            }
        })
        .collect()
}

/// Sentences with the numbered paragraph that they stand in.
fn sentences(raw: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut paragraphs: Vec<String> = Vec::new();
    for line in raw.lines().map(plain).filter(|l| !l.is_empty()) {
        let numbered = NUMBERED.as_ref().is_some_and(|p| p.is_match(&line));
        match paragraphs.last_mut() {
            Some(last) if !numbered && !last.ends_with(['。', ';']) => last.push_str(&line),
            _ => paragraphs.push(line),
        }
    }
    for paragraph in paragraphs {
        for sentence in paragraph.split(['。', ';']).filter(|s| !s.is_empty()) {
            out.push((sentence.to_owned(), paragraph.clone()));
        }
    }
    out
}

fn show(value: f64) -> String {
    format!("{}", crate::text::round15(value))
}

/// A bound as a scheme writes it: 95 % is 0.95, 30万元 is 300000.
fn scaled(value: f64, unit: &str) -> f64 {
    match unit {
        "%" | "百分点" | "个百分点" => crate::text::round15(value / 100.0),
        "万元" => value * 10_000.0,
        _ => value,
    }
}

/// What the sentence is about: its words before the first thing that is counted or compared.
fn subject(sentence: &str, item: &str) -> String {
    let head = CUT.as_ref().and_then(|p| p.find(sentence)).map_or(0, |m| m.start());
    let head = sentence.get(..head).unwrap_or_default();
    let head =
        head.trim_start_matches(|c: char| c.is_ascii_digit() || "、.()①②③④⑤⑥⑦⑧⑨".contains(c));
    let last = head.split([',', ':', '、']).rfind(|p| p.chars().count() > 1).unwrap_or("");
    let last = last.trim_end_matches(['的', '者', '时', '则']);
    if last.is_empty() { item.to_owned() } else { last.chars().take(16).collect() }
}

/// Reads an item's criteria.
pub fn read(item: &str, points: f64, raw: &str) -> Criteria {
    let mut criteria = Criteria::default();
    let whole = plain(raw);
    if ["扣完为止", "扣至0分", "最低0分", "最低得0", "扣完本项"].iter().any(|w| whole.contains(w))
    {
        criteria.floor = Some(Some(0.0));
    }
    if ["下不保底", "扣分不封顶", "可为负"].iter().any(|w| whole.contains(w)) {
        criteria.floor = Some(None);
    }
    criteria.cap =
        find(&CAP, &whole).and_then(|c| number(&c, 1)).filter(|cap| *cap >= points / 2.0);
    let sentences = sentences(raw);
    if let Some(clause) = bands(item, points, &whole) {
        criteria.clauses.push(clause);
        return criteria;
    }
    let mut index = 0;
    while let Some((sentence, paragraph)) = sentences.get(index) {
        // Sides of one deviation stand in neighbouring sentences: each low −2; each high +2.
        let mut joined = sentence.clone();
        let sided = |s: &str| find(&DEVIATION, s).is_some();
        while let Some((next, other)) = sentences.get(index + 1) {
            let same = other == paragraph && sided(&joined) && sided(next);
            let own_base = find(&BASED, next).is_some();
            if !same || own_base {
                break;
            }
            joined.push(';');
            joined.push_str(next);
            index += 1;
        }
        index += 1;
        criteria.clauses.extend(sentence_rules(item, &joined, paragraph));
    }
    criteria
}

fn clause(words: &str, said: Said) -> Clause {
    Clause {
        words: words.to_owned(),
        said,
        needs: Vec::new(),
        choices: Vec::new(),
        doubts: Vec::new(),
    }
}

fn need(name: &str, kind: &'static str, clause: &str) -> Need {
    Need { name: name.to_owned(), kind, clause: clause.to_owned(), bound: None }
}

fn sentence_rules(item: &str, sentence: &str, paragraph: &str) -> Vec<Clause> {
    let judged = |why: &str| vec![clause(sentence, Said::Judged(why.to_owned()))];
    let scoring = sentence.contains(['扣', '减', '加', '奖', '得']) || sentence.contains("不得分");
    if sentence.contains("__") && scoring {
        return judged("数字空着");
    }
    let points_said = TAKE.split('|').chain(GIVE.split('|')).any(|w| sentence.contains(w))
        && sentence.contains('分');
    for (words, why) in [
        ("对应比例", "「对应比例」没有说怎么算"),
        ("按比例扣", "「按比例扣」没有说怎么算"),
        ("视情", "「视情节」由人定"),
        ("酌情", "「酌情」由人定"),
    ] {
        if sentence.contains(words) && points_said && !sentence.contains("罚款") {
            return judged(why);
        }
    }
    if find(&RANGE, sentence).is_some() {
        return judged("扣多少是一个范围，由人定");
    }
    let mut out = deviation(item, sentence, paragraph).into_iter().collect::<Vec<_>>();
    let mut taken = !out.is_empty();
    if taken {
        // 「…每低一分扣2分,不及格者每人次扣5分」: events beside the deviation.
        for piece in sentence.split([',', ';']).filter(|p| p.contains('每')) {
            if find(&DEVIATION, piece).is_none() && find(&BOTH, piece).is_none() {
                let mut found = events(item, piece);
                for event in found.iter_mut().filter(|_| piece.contains("不及格")) {
                    event.choices.push("没有说及格线：按 60 分".to_owned());
                    for need in &mut event.needs {
                        need.clause = sentence.to_owned();
                        need.bound = Some(("below", 60.0));
                    }
                }
                out.extend(found);
            }
        }
    }
    out.extend(over_a_bound(item, sentence, paragraph, &mut taken));
    if let Some(found) = find(&LATE, sentence) {
        taken = true;
        let (unit, deduct) = (number(&found, 1).unwrap_or(1.0), number(&found, 3).unwrap_or(0.0));
        let mut rule = format!("kind = \"lateness\"\ndays = {{0}}\ndeduct = {}", show(deduct));
        if unit != 1.0 {
            rule.push_str(&format!("\nunit = {}", show(unit)));
        }
        let mut late = clause(sentence, Said::Rule(rule));
        late.needs.push(need(&format!("{}逾期天数", subject(sentence, item)), "count", sentence));
        late.choices.push(if text(&found, 2) == "工作日" {
            "天数按工作日填写".to_owned()
        } else {
            "没有说自然日还是工作日：天数由填表人数好".to_owned()
        });
        out.push(late);
    }
    if let Some(found) = find(&ZERO, sentence) {
        taken = true;
        let bound = scaled(number(&found, 2).unwrap_or(0.0), text(&found, 3));
        let side = if ["高于", "超过", "大于", ">"].contains(&text(&found, 1)) {
            "above"
        } else {
            "below"
        };
        let rate = text(&found, 3) == "%";
        let mut veto = clause(
            sentence,
            Said::Rule(format!("kind = \"veto\"\nmetric = {{0}}\n{side} = {}", show(bound))),
        );
        veto.needs.push(need(
            &subject(sentence, item),
            if rate { "rate" } else { "amount" },
            sentence,
        ));
        veto.choices.push("界限本身仍得分".to_owned());
        out.push(veto);
    }
    if !taken
        && ["一票否决", "本项全扣", "本项不得分", "该项不得分"].iter().any(|w| sentence.contains(w))
    {
        taken = true;
        let mut veto =
            clause(sentence, Said::Rule("kind = \"veto\"\nmetric = {0}\nabove = 0".to_owned()));
        veto.needs.push(need(&format!("{}次数", subject(sentence, item)), "count", sentence));
        if sentence.contains("一票否决") {
            veto.doubts.push(
                "一票否决是本项为 0 还是总分为 0？这里按本项；总分请改写到 [[vetoes]]".to_owned(),
            );
        }
        out.push(veto);
    }
    if let Some(found) = find(&DONE, sentence) {
        taken = true;
        let each = number(&found, 1).unwrap_or(1.0);
        let points = number(&found, 2).unwrap_or(0.0) / each;
        let mut rule =
            format!("kind = \"done\"\nthings = [{{ metric = {{0}}, points = {} }}]", show(points));
        let cap = find(&CAP, sentence).and_then(|c| number(&c, 1));
        if let Some(cap) = cap {
            rule.push_str(&format!("\nmost = {}", show(cap)));
        }
        let mut done = clause(sentence, Said::Rule(rule));
        done.needs.push(need(&format!("{}数", subject(sentence, item)), "count", sentence));
        if cap.is_none() {
            done.choices.push("没有说最多得几分：不封顶".to_owned());
        }
        out.push(done);
    }
    if !taken && find(&SHARE, sentence).is_some() {
        taken = true;
        let mut share = clause(sentence, Said::Rule("kind = \"ratio\"\nvalue = {0}".to_owned()));
        match find(&QUOTIENT, paragraph) {
            Some(found) => quotient(&mut share, &found, true),
            None => share.needs.push(need(&subject(sentence, item), "rate", sentence)),
        }
        share.choices.push("没有说最高按多少算：不封顶".to_owned());
        out.push(share);
    }
    let counted = all(&COUNTED, sentence);
    if !taken && counted.len() > 1 {
        taken = true;
        let steps: Vec<(f64, f64)> =
            counted.iter().filter_map(|c| Some((number(c, 1)?, number(c, 2)?))).collect();
        let in_order = steps.iter().enumerate().all(|(i, (at, _))| *at == i as f64 + 1.0);
        if in_order {
            let list: Vec<String> = steps.iter().map(|(_, deduct)| show(*deduct)).collect();
            let rule =
                format!("kind = \"escalating\"\nmetric = {{0}}\ndeduct = [{}]", list.join(", "));
            let mut escalating = clause(sentence, Said::Rule(rule));
            escalating.needs.push(need(
                &format!("{}次数", subject(sentence, item)),
                "count",
                sentence,
            ));
            escalating.doubts.push("是几次一共扣，还是每次各扣？这里按一共".to_owned());
            out.push(escalating);
        } else {
            out.extend(judged("次数没有从 1 次依次列出"));
        }
    }
    if !taken {
        out.extend(events(item, sentence));
        taken = !out.is_empty();
    }
    if sentence.contains('元') && (sentence.contains("罚款") || sentence.contains("罚")) {
        out.push(clause(sentence, Said::Money));
        taken = true;
    }
    if !taken {
        let said =
            if points_said && sentence.contains('分') && find(&MOST_TAKEN, sentence).is_none() {
                Said::Judged("读不出怎么算".to_owned())
            } else {
                Said::Nothing
            };
        out.push(clause(sentence, said));
    }
    out
}

fn quotient(clause: &mut Clause, found: &Captures<'_>, exceed: bool) {
    let (of, over) = (text(found, 2), text(found, 3));
    let value = if exceed {
        "{ of = {0}, over = {1}, may_exceed_one = true }"
    } else {
        "{ of = {0}, over = {1}, when_zero = \"keep\" }"
    };
    if let Said::Rule(rule) = &mut clause.said {
        *rule = rule.replace("value = {0}", &format!("value = {value}"));
    }
    clause.needs.push(need(of, "amount", of));
    clause.needs.push(need(over, "amount", over));
}

fn deviation(item: &str, sentence: &str, paragraph: &str) -> Option<Clause> {
    let sides = all(&DEVIATION, sentence);
    let both = find(&BOTH, sentence);
    if sides.is_empty() && both.is_none() {
        return None;
    }
    let stage = find(&STAGE, sentence).or_else(|| find(&STAGE, paragraph));
    let base = find(&BASED, sentence)
        .or_else(|| find(&BASE, sentence))
        .or_else(|| find(&BASED, paragraph))
        .or_else(|| find(&BASE, paragraph));
    let Some(base) = base else {
        return Some(clause(sentence, Said::Judged("没有说从哪个基准算起".to_owned())));
    };
    let base_unit = text(&base, 2);
    let rate = base_unit == "%";
    let base = scaled(number(&base, 1)?, base_unit);
    let (mut above, mut below) = (0.0, 0.0);
    let (mut step_up, mut step_down) = (None, None);
    let mut relative = false;
    let mut step_of = |amount: Option<f64>, unit: &str| -> f64 {
        let amount = amount.unwrap_or(1.0);
        if matches!(unit, "阶段" | "个阶段" | "档" | "级")
            && let Some(stage) = &stage
        {
            return amount * scaled(number(stage, 1).unwrap_or(1.0), text(stage, 2));
        }
        let percent = matches!(unit, "%" | "百分点" | "个百分点");
        // A percentage of an amount is a share of the base; of a rate it is a point.
        relative |= percent && !rate;
        if unit.is_empty() && rate { amount / 100.0 } else { scaled(amount, unit) }
    };
    for side in &sides {
        let step = step_of(number(side, 2), text(side, 3));
        let taken = TAKE.split('|').any(|w| w == text(side, 4));
        let points = number(side, 5).unwrap_or(0.0);
        if UP.split('|').any(|w| w == text(side, 1)) {
            above = if taken { -points } else { points };
            step_up = Some(step);
        } else {
            below = if taken { points } else { -points };
            step_down = Some(step);
        }
    }
    if let Some(both) = both {
        let step = step_of(number(&both, 1), text(&both, 2));
        (above, below) = (number(&both, 3).unwrap_or(0.0), number(&both, 3).unwrap_or(0.0));
        (step_up, step_down) = (Some(step), Some(step));
    }
    let step = step_up.or(step_down)?;
    let mut rule = format!(
        "kind = \"deviation\"\nvalue = {{0}}\nbase = {}\nstep = {}",
        show(base),
        show(step)
    );
    if let Some(down) = step_down.filter(|down| *down != step) {
        rule.push_str(&format!("\nstep_below = {}", show(down)));
    }
    if relative {
        rule.push_str("\nrelative = true");
    }
    rule.push_str(&format!("\nabove = {}\nbelow = {}", show(above), show(below)));
    if let Some(most) = find(&MOST_TAKEN, sentence).and_then(|c| number(&c, 1)) {
        rule.push_str(&format!("\nmost_taken = {}", show(most)));
    }
    rule.push_str("\nsteps = \"whole\"");
    let mut out = clause(sentence, Said::Rule(rule));
    match find(&QUOTIENT, paragraph).filter(|_| rate) {
        Some(found) => {
            quotient(&mut out, &found, base >= 1.0);
            out.choices.push(if base >= 1.0 {
                "分母为 0 时报错".to_owned()
            } else {
                "分母为 0（没有可算的）时保持基础分".to_owned()
            });
        }
        None => {
            // 「2、询单转化率:C店部门均值以…」: the topic before the colon belongs to the name.
            let topic = paragraph.split(':').next().filter(|t| t.chars().count() < 14);
            let numbering = |c: char| c.is_ascii_digit() || "、.()".contains(c);
            let topic = topic.unwrap_or_default().trim_start_matches(numbering);
            let own = subject(sentence, item);
            let name = if own.starts_with(topic) { own } else { format!("{topic}{own}") };
            out.needs.push(need(&name, if rate { "rate" } else { "amount" }, &name));
        }
    }
    out.choices.push("没有说不足一步怎么算：只计整步".to_owned());
    if relative {
        out.doubts.push("百分比按基准的百分之几算".to_owned());
    }
    Some(out)
}

/// 「全部低于18秒奖励2分；高于18秒的每人次扣1分，超出2秒以上的再扣1分」.
fn over_a_bound(item: &str, sentence: &str, paragraph: &str, taken: &mut bool) -> Vec<Clause> {
    let mut out = Vec::new();
    let topic = subject(paragraph, item);
    if let Some(found) = find(&ALL, sentence) {
        *taken = true;
        let bound = scaled(number(&found, 2).unwrap_or(0.0), text(&found, 3));
        let low = ["低于", "少于"].contains(&text(&found, 1));
        let side = if low { "below" } else { "above" };
        let points = show(number(&found, 4).unwrap_or(0.0));
        let rule = format!(
            "kind = \"condition\"\nmetric = {{0}}\n{side} = {}\npoints = {points}",
            show(bound)
        );
        let mut all = clause(sentence, Said::Rule(rule));
        let name = if low { "最长" } else { "最低" };
        all.needs.push(need(&format!("{name}{topic}"), "amount", paragraph));
        out.push(all);
    }
    if let Some(found) = find(&EACH_OVER, sentence) {
        *taken = true;
        let bound = format!("{}{}{}", text(&found, 1), text(&found, 2), text(&found, 3));
        let mut events = vec![format!(
            "{{ metric = {{0}}, deduct = {} }}",
            show(number(&found, 4).unwrap_or(0.0))
        )];
        let mut each = clause(sentence, Said::Nothing);
        each.needs.push(need(&format!("{topic}超时人次"), "count", &format!("{topic}超时人次")));
        let limit = scaled(number(&found, 2).unwrap_or(0.0), text(&found, 3));
        let over = ["高于", "超过"].contains(&text(&found, 1));
        if let Some(need) = each.needs.last_mut() {
            need.bound = Some((if over { "above" } else { "below" }, limit));
        }
        if let Some(more) = find(&EACH_MORE, sentence) {
            events.push(format!(
                "{{ metric = {{1}}, deduct = {} }}",
                show(number(&more, 2).unwrap_or(0.0))
            ));
            let name = format!("{topic}超时{}秒以上人次", text(&more, 1));
            each.needs.push(need(&name, "count", &name));
            if let (Some(need), Some(further)) = (each.needs.last_mut(), number(&more, 1)) {
                need.bound = Some(if over {
                    ("above", limit + further)
                } else {
                    ("below", limit - further)
                });
            }
        }
        each.said = Said::Rule(format!("kind = \"per-member\"\nevents = [{}]", events.join(", ")));
        each.choices.push(format!("人次数的是{bound}的"));
        out.push(each);
    }
    out
}

fn events(item: &str, sentence: &str) -> Vec<Clause> {
    let mut out = Vec::new();
    // Two kinds of event in one sentence stand in parts of their own.
    let mut part = String::new();
    for piece in sentence.split_inclusive(',') {
        part.push_str(piece);
        let Some(found) = find(&EVENT, &part) else { continue };
        let unit = if text(&found, 1).is_empty() { text(&found, 4) } else { text(&found, 1) };
        let each = part.contains('每') || part.contains('/') || !unit.is_empty();
        let points = number(&found, 3).unwrap_or(0.0);
        let gives = ["奖励", "加分", "奖", "加"].contains(&text(&found, 2));
        if !each || points == 0.0 || (gives && !part.contains('每')) {
            continue;
        }
        let deduct = show(if gives { -points } else { points });
        let free = find(&FREE, sentence).and_then(|c| number(&c, 1));
        let free = free.map_or(String::new(), |free| format!(", free = {}", show(free)));
        let mut rule = format!(
            "kind = \"occurrences\"\nevents = [{{ metric = {{0}}, deduct = {deduct}{free} }}]"
        );
        if let Some(most) = find(&MOST_TAKEN, sentence).and_then(|c| number(&c, 1)) {
            rule.push_str(&format!("\nmost = {}", show(most)));
        }
        let mut event = clause(part.trim_end_matches(','), Said::Rule(rule));
        let unit = if unit.is_empty() { "次" } else { unit };
        let suffix = if unit == "次" { "次数".to_owned() } else { unit.to_owned() };
        event.needs.push(need(&format!("{}{suffix}", subject(&part, item)), "count", &part));
        out.push(event);
        part.clear();
    }
    out
}

/// 「100%以上得10分；90%-99%得8分；80%以下不得分」.
fn bands(item: &str, points: f64, whole: &str) -> Option<Clause> {
    let mut found: Vec<(f64, Option<f64>, f64)> = Vec::new();
    let mut rate = false;
    for c in all(&BAND_FROM, whole) {
        let (at, unit, got) = if c.get(1).is_some() { (1, 2, 3) } else { (4, 5, 6) };
        rate |= !text(&c, unit).is_empty();
        found.push((scaled(number(&c, at)?, text(&c, unit)), None, number(&c, got)?));
    }
    for c in all(&BAND_SPAN, whole) {
        let percent = if text(&c, 4).is_empty() { text(&c, 2) } else { text(&c, 4) };
        rate |= !percent.is_empty();
        let (a, b) = (scaled(number(&c, 1)?, percent), scaled(number(&c, 3)?, percent));
        found.push((a.min(b), Some(a.max(b)), number(&c, 5)?));
    }
    if found.len() < 2 {
        return None;
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let lines: Vec<String> = found
        .iter()
        .map(|(from, _, got)| format!("  {{ from = {}, points = {} }},", show(*from), show(*got)))
        .collect();
    let mut rule = format!("kind = \"bands\"\nvalue = {{0}}\nbands = [\n{}\n]", lines.join("\n"));
    let low = all(&BAND_LOW, whole);
    let lowest = low.iter().find_map(|c| number(c, 6));
    if let Some(lowest) = lowest.filter(|l| *l != 0.0) {
        rule.push_str(&format!("\notherwise = {}", show(lowest)));
    }
    let mut out = clause(whole, Said::Rule(rule));
    if low.is_empty() {
        out.choices.push("最低一档以下没有说：得 0 分".to_owned());
    }
    let unit = if rate { 0.01 } else { 1.0 };
    for pair in found.windows(2) {
        let [high, low] = pair else { continue };
        let Some(to) = low.1 else { continue };
        let shown = |v: f64| if rate { format!("{} %", show(v * 100.0)) } else { show(v) };
        if to > high.0 || (to == high.0 && high.1.is_some()) {
            out.doubts.push(format!("{} 写在两档里：归高的一档", shown(high.0)));
        } else if high.0 - to > unit * 1.001 {
            let at = shown((high.0 + to) / 2.0);
            out.doubts.push(format!("{at} 不在任何一档：归低的一档，请核对"));
        } else if high.0 > to {
            out.choices.push(format!("{} 与 {} 之间归低的一档", shown(to), shown(high.0)));
        }
    }
    if found.first().is_some_and(|(_, _, top)| *top > points) {
        out.doubts.push(format!("最高一档超过分值 {}：是不是百分制？", show(points)));
    }
    match find(&QUOTIENT, whole) {
        Some(quoted) => quotient(&mut out, &quoted, true),
        None => out.needs.push(need(item, if rate { "rate" } else { "amount" }, whole)),
    }
    Some(out)
}
