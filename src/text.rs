//! What people type: labels made comparable, and numbers in their many spellings.

pub mod answers;
pub mod employment;
pub mod grades;
mod marks;
mod number;
pub mod numerals;
pub mod other_times;
mod percent;
mod points;
mod scale;

pub use marks::{without_marks, without_number, without_points};
pub use number::{TypedNumber, is_count_unit, parse_number};
pub use percent::with_percent_signs;
pub use points::said_points;
pub use scale::{FullMarks, full_marks};
use unicode_normalization::UnicodeNormalization;

/// Characters that show nothing; people paste them without knowing.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

/// What NFKC makes of a character, whatever stands beside it: ASCII and the CJK unified ideographs
/// stay, full-width forms become ASCII; none of them combines. `None` where that takes the tables.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{0}'..='\u{7f}' | '\u{4e00}'..='\u{9fff}' => Some(c),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{3000}' => Some(' '),
        '、' | '。' | '“' | '”' | '÷' | '×' => Some(c),
        _ => None,
    }
}

/// Whether a text holds nothing but CJK unified ideographs (U+4E00 to U+9FFF), as most labels do: it is
/// its own label.
fn is_plain_word(text: &str) -> bool {
    // Each is three bytes from E4 B8 80 to E9 BF BF, and no other character begins so.
    text.as_bytes()
        .chunks(3)
        .all(|bytes| matches!(bytes, [0xe4, 0xb8..=0xbf, _] | [0xe5..=0xe9, _, _]))
}

/// Whether a text contains one of some words.
pub fn has_any(text: &str, words: &[&str]) -> bool {
    // Of short words and labels each place looked at once is quicker than a search a word, and most
    // words differ within their first character.
    let begins = |rest: &str, word: &str| match (rest.as_bytes(), word.as_bytes()) {
        ([_, b, c, ..], [_, y, z, ..]) if b != y || c != z => false,
        _ => rest.starts_with(word),
    };
    let mut rest = text.chars();
    while !rest.as_str().is_empty() {
        if words.iter().any(|word| begins(rest.as_str(), word)) {
            return true;
        }
        rest.next();
    }
    false
}

/// Whether one text's letters stand in the other in their order: 客服 and 客户服务.
pub fn akin(one: &str, other: &str) -> bool {
    let within = |short: &str, long: &str| {
        let mut letters = long.chars();
        short.chars().all(|c| letters.any(|other| other == c))
    };
    within(one, other) || within(other, one)
}

/// A label as it is compared: NFKC, no white space, no colons, lower case. Bracketed notes stay.
pub fn compact(text: &str) -> String {
    if is_plain_word(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    // Where the characters begin that stay and are not copied yet.
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if stays(c) {
            continue;
        }
        // Nearly every cell of a form is plain throughout: no need to normalize.
        let Some(plain) = plain(c) else { return normalized(text) };
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at + c.len_utf8();
        if !plain.is_whitespace() && plain != ':' && plain != '_' {
            out.push(plain.to_ascii_lowercase());
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Characters that [`compact`] leaves as they are; most.
fn stays(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '!'..='9' | ';'..='@' | '['..='^' | '`'..='~')
}

/// [`compact`] of any text.
fn normalized(text: &str) -> String {
    let shows = |c: &char| !c.is_whitespace() && !invisible(*c) && *c != ':' && *c != '_';
    // Whichever dot parts a name is one: 阿里木•买买提.
    let dot = |c| if matches!(c, '•' | '・' | '‧' | '∙' | '⋅') { '·' } else { c };
    text.nfkc().filter(shows).map(dot).flat_map(char::to_lowercase).collect()
}

/// [`compact`], and without bracketed notes and units and the English beside the Chinese:
/// `旺旺反应时间（秒）` is `旺旺反应时间`, `考核项目 Item` is `考核项目`.
pub fn label(text: &str) -> String {
    if is_plain_word(text) {
        return text.to_owned();
    }
    let mut key = without_notes(compact(text));
    if let Some(bare) = without_english(text, &key) {
        key.truncate(bare);
    }
    key
}

/// Words of a form's heads and the English that says the same. Other English says more: 客单价 Tmall is one
/// shop's, 评分人 Average no rater.
const ENGLISH: [(&[&str], &[&str]); 13] = [
    (
        &["考核项目", "考核指标", "项目", "指标", "指标名称"],
        &["item", "items", "indicator", "indicators", "metric", "metrics", "kpi"],
    ),
    (&["考核要点", "评分标准", "考核标准"], &["criteria", "criterion", "standard", "standards"]),
    (&["权重", "权重分值", "分值", "满分", "标准分"], &["weight", "weights", "point", "points"]),
    (&["得分", "实得分", "考核得分"], &["score", "scores", "mark", "marks", "final", "actual"]),
    (&["合计", "小计"], &["sum", "subtotal", "total", "score", "scores", "points", "of", "marks"]),
    (&["折算得分", "加权得分"], &["converted", "weighted", "scaled", "score"]),
    (
        &["总分", "总得分", "总计", "最终总分", "最终得分"],
        &["total", "overall", "grand", "final", "sum", "score", "scores", "points"],
    ),
    (&["姓名", "客服姓名", "员工姓名", "被考核人"], &["name", "employee", "staff"]),
    (&["部门"], &["dept", "department"]),
    (&["月份", "考核月份"], &["month", "period"]),
    (&["店铺"], &["shop", "store"]),
    (&["数值", "本月数值"], &["value", "values"]),
    (&["单位"], &["unit", "units"]),
];

/// How long a label's key is without the same word in English behind the Chinese.
fn without_english(text: &str, key: &str) -> Option<usize> {
    if !key.ends_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let bare = key.trim_end_matches(|c: char| c.is_ascii_lowercase() || "/&.'-".contains(c));
    let (_, english) = ENGLISH.iter().find(|(chinese, _)| chinese.contains(&bare))?;
    let (at, c) = text.char_indices().rfind(|(_, c)| ('\u{4e00}'..='\u{9fff}').contains(c))?;
    let behind = text.get(at + c.len_utf8()..)?.to_ascii_lowercase();
    let mut words =
        behind.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.all(|word| english.contains(&word)).then_some(bare.len())
}

/// A key without what stands in brackets.
fn without_notes(compact: String) -> String {
    // The brackets of East Asia begin with E3.
    let may_open = |byte: u8| matches!(byte, b'(' | b'[' | 0xe3);
    if !compact.bytes().any(may_open) || !compact.contains(['(', '[', '【', '〔']) {
        return compact;
    }
    let mut out = String::with_capacity(compact.len());
    let mut depth = 0u32;
    for c in compact.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// A name as it is compared: NFKC without white space and invisible characters, with one dot.
pub fn person_key(text: &str) -> String {
    with_one_dot(compact(text))
}

/// A name in which a point between two ideographs is the dot of a name: 阿里木.买买提.
fn with_one_dot(key: String) -> String {
    if !key.contains('.') {
        return key;
    }
    let ideograph = |c: Option<&char>| c.is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    let chars: Vec<char> = key.chars().collect();
    let within = |at: usize| {
        ideograph(at.checked_sub(1).and_then(|at| chars.get(at))) && ideograph(chars.get(at + 1))
    };
    let one = |(at, c): (usize, &char)| if *c == '.' && within(at) { '·' } else { *c };
    chars.iter().enumerate().map(one).collect()
}

/// A name without the post, the staff number and the signs that people write about it: `王丽主管`,
/// `001王丽`, `王丽-客服`, `王丽*`. Of a name of one letter nothing is taken.
pub fn person_alone(text: &str) -> String {
    const POSTS: [&str; 13] = [
        "客服主管",
        "客服经理",
        "客服组长",
        "客服部",
        "客服",
        "主管",
        "经理",
        "组长",
        "店长",
        "总监",
        "主任",
        "老师",
        "同事",
    ];
    let sign = |c: char| matches!(c, '-' | '—' | '_' | '/' | ',' | '、' | '.' | '*' | '·' | '•');
    let key = with_one_dot(label(text));
    let numbered = key.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut name = if numbered.is_empty() { key.as_str() } else { numbered }.trim_matches(sign);
    for post in POSTS {
        let rest = name.strip_suffix(post).or_else(|| name.strip_prefix(post));
        if let Some(rest) =
            rest.map(|rest| rest.trim_matches(sign)).filter(|r| r.chars().count() > 1)
        {
            name = rest;
        }
    }
    name.to_owned()
}

/// Whether a cell's text shows nothing.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || invisible(c))
}

/// The number as Excel shows it: 15 significant digits, no negative zero.
pub fn round15(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { 0.0 } else { value };
    }
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return value;
    }
    // A few decimals, as nearly all scores have: a whole number of fewer than 16 digits over a power
    // of ten, both exact, so that the quotient is what those digits alone are read as.
    for scale in [1e2, 1e6, 1e10] {
        let whole = (value * scale).round();
        if whole.abs() < 1e15 && whole / scale == value {
            return value;
        }
    }
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// A number for people: at most `decimals` places, no trailing zeros, thousands commas.
pub fn show(value: f64, decimals: usize) -> String {
    let rounded = round15(value);
    if rounded.fract() == 0.0 && rounded.abs() < 1000.0 {
        // Most points and scores: nothing to trim or to group.
        return (rounded as i32).to_string();
    }
    let text = format!("{rounded:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    let (sign, text) = match text.strip_prefix('-') {
        Some("0") => ("", "0"),
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

/// [`show`] with a sign before it, as points added or taken are shown: `+6`, `−2`, `0`.
pub fn show_signed(value: f64) -> String {
    let text = show(value, 4);
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None if text == "0" => text,
        None => format!("+{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U+4E00 to U+9FFF, their neighbours, and every other character of three bytes.
    #[test]
    fn a_plain_word_is_its_own_label() {
        for c in '\u{800}'..='\u{ffff}' {
            let text = format!("权{c}");
            assert_eq!(is_plain_word(&text), ('\u{4e00}'..='\u{9fff}').contains(&c), "{text}");
            if is_plain_word(&text) {
                assert_eq!(normalized(&text), text);
            }
        }
        for text in ["考核 项目", "考核项目a", "a考核项目", "é权", "考核😀"] {
            assert!(!is_plain_word(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_word_is_found_where_it_stands(text in "[目标值a实]{0,6}", word in "[目标a]{1,3}") {
            let words = ["计划", word.as_str(), "预算"];
            proptest::prop_assert_eq!(has_any(&text, &words), text.contains(&word));
        }
    }

    #[test]
    fn the_dots_of_a_name_are_one() {
        let name = person_key("阿里木·买买提");
        for dot in ["•", "・", "‧", "．", ".", "･", " · ", "∙"] {
            assert_eq!(person_key(&format!("阿里木{dot}买买提")), name, "{dot}");
        }
        for text in ["阿里木买买提", "阿里木-买买提", "阿里·木买买提", "阿里木买买提·"]
        {
            assert_ne!(person_key(text), name, "{text}");
        }
        // Other names stay what they are.
        for text in ["王丽", "A.Li", "1.王丽", "王丽.", "王丽.2", "·王丽", "欧阳明"] {
            assert_eq!(person_key(text), compact(text), "{text}");
        }
        assert_ne!(person_key("1.5"), person_key("15"));
    }

    #[test]
    fn names_stand_alone_without_post_and_number() {
        for text in [
            "王丽",
            "王丽 主管",
            "主管王丽",
            "001王丽",
            "王丽-客服",
            "王丽*",
            "1.王丽",
            "王丽（客服主管）",
        ] {
            assert_eq!(person_alone(text), "王丽", "{text}");
        }
        for text in ["王丽1", "王丽丽", "客服1", "客服部", "李经"] {
            assert_ne!(person_alone(text), "王丽", "{text}");
            assert_eq!(person_alone(text), text, "{text}");
        }
    }

    #[test]
    fn labels_ignore_width_spaces_colons_and_bracketed_units() {
        assert_eq!(label("旺旺反应时间（秒）"), "旺旺反应时间");
        assert_eq!(label("ＫＰＩ 得分："), "kpi得分");
        assert_eq!(label("总 分"), "总分");
        assert_eq!(compact("得分(每项满分5分)"), "得分(每项满分5分)");
    }

    #[test]
    fn labels_ignore_the_english_beside_the_chinese() {
        for (text, key) in [
            ("考核项目 Item", "考核项目"),
            ("得分\nScore", "得分"),
            ("得分 Score (0-5)", "得分"),
            ("总得分/Total Score", "总得分"),
            ("总得分 Total Score", "总得分"),
            ("考核项目Item", "考核项目"),
            ("姓名 NAME", "姓名"),
        ] {
            assert_eq!(label(text), key, "{text}");
        }
        for text in [
            "店铺 DSR",
            "指标 Target",
            "得分 Last month",
            "得分 Self",
            "客单价 Tmall",
            "评分人 Average",
            "客服 Anna",
            "Item",
        ] {
            assert_eq!(label(text), compact(text), "{text}");
        }
    }

    #[test]
    fn plain_characters_are_as_nfkc_makes_them() {
        // Each alone, and each between two that a combining character would change.
        for c in (0..=0x1_ffff).filter_map(char::from_u32) {
            for text in [c.to_string(), format!("A{c}か"), format!("Ａ{c}１")] {
                assert_eq!(compact(&text), normalized(&text), "{c:?}");
            }
        }
    }

    #[test]
    fn shows_numbers_for_people() {
        assert_eq!(show(309_500.0, 2), "309,500");
        assert_eq!(show(103.166_666, 2), "103.17");
        assert_eq!(show(-0.001, 2), "0");
        assert_eq!(show_signed(-2.0), "−2");
        assert_eq!(show_signed(6.0), "+6");
        assert_eq!(round15(0.1 + 0.2), 0.3);
    }

    #[test]
    fn few_decimals_are_rounded_as_all_digits_are() {
        let digits = |value: f64| format!("{value:.14e}").parse::<f64>().unwrap();
        let mut state = 1u64;
        for turn in 0..200_000u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(turn);
            let whole = (state >> 20) as f64 / 2f64.powi((turn % 45) as i32);
            let scale = 10f64.powi((turn % 13) as i32);
            for value in [whole / scale, whole * 0.01, whole / 3.0, f64::from_bits(state)] {
                if value.is_finite() && value != 0.0 {
                    assert_eq!(round15(value), digits(value), "{value:e}");
                }
            }
        }
    }
}
