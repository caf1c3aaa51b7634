//! What stands about a label: its number in a list, marks, points.

/// A label without its leading number: `1、投诉维权`, `3 客服培训`, `①投诉维权` (NFKC makes it
/// `1投诉维权`); `(2)…` is already gone.
pub fn without_number(key: &str) -> &str {
    // Most labels begin with an ideograph that numbers nothing.
    let first = key.chars().next();
    if first.is_none_or(|c| !c.is_ascii() && !is_figure(c) && c != '第' && c != '指') {
        return key;
    }
    // NFKC makes letters of the signs ⅰ to ⅻ.
    let letters = key.trim_start_matches(['i', 'v', 'x']);
    if letters.len() < key.len()
        && let Some(rest) = letters.strip_prefix(['、', '.', ')'])
    {
        return rest;
    }
    // 第三项, A1, KPI1 and No.1 number as well.
    let word = ["第", "kpi", "no.", "指标"].iter().find_map(|word| key.strip_prefix(word));
    let letter = || {
        let rest = key.strip_prefix(|c: char| c.is_ascii_lowercase())?;
        rest.starts_with(|c: char| c.is_ascii_digit() || "、.)".contains(c)).then_some(rest)
    };
    let lettered = letter();
    let start = word.or(lettered).unwrap_or(key);
    let mut rest = behind_figures(start);
    if rest.len() == start.len() && lettered.is_none() {
        return key;
    }
    // 1.2 and 1-2.
    while let Some(next) = rest.strip_prefix(['.', '-'])
        && behind_figures(next).len() < next.len()
    {
        rest = behind_figures(next);
    }
    if start.strip_suffix(rest).is_some_and(is_date) {
        return key;
    }
    let rest = if word.is_some() { rest.trim_start_matches('项') } else { rest };
    // 9月计划营业额 is September's, not the ninth; 9月度计划 may be the ninth.
    if rest.starts_with('月') && !rest.starts_with("月度") {
        return key;
    }
    rest.strip_prefix(['、', '.', ',', ')', '-', '—']).unwrap_or(rest)
}

/// Whether figures are of a year, a month or days and no number of a list: `2026`, `202609`, `26.9`,
/// `9.1-9.30`.
fn is_date(figures: &str) -> bool {
    let parts: Vec<&str> = figures.split(['.', '-']).collect();
    let first = parts.first().and_then(|part| part.parse::<u32>().ok()).unwrap_or_default();
    parts.iter().any(|part| part.len() > 3 && part.bytes().all(|b| b.is_ascii_digit()))
        || parts.len() > 1 && first > 20
        || figures.contains('.') && figures.contains('-')
}

/// What stands behind the figures with which a label begins.
fn behind_figures(key: &str) -> &str {
    key.trim_start_matches(|c: char| c.is_ascii_digit() || is_figure(c))
}

/// A label without the points or the figure of a footnote behind it: `客服培训5分`, `投诉维权-10分`,
/// `问题处理①` (NFKC makes it `问题处理1`); `None` where there is none.
pub fn without_points(key: &str) -> Option<&str> {
    let bare = key.trim_end_matches(['分', '%', '、', '。']);
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = bare.trim_end_matches(['-', '—', '/', ',', '、', '*']);
    (bare.len() < key.len() && !bare.is_empty()).then_some(bare)
}

/// Chinese figures that number a list.
fn is_figure(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// A label without the marks that people set about it: `*实际营业额`, `“计划营业额”`.
pub fn without_marks(key: &str) -> &str {
    let is_mark = |c: char| match c {
        '\u{4e00}'..='\u{9fff}' => false,
        c if c.is_ascii_alphanumeric() => false,
        c => matches!(
            c,
            '*' | '※'
                | '★'
                | '☆'
                | '▲'
                | '△'
                | '●'
                | '○'
                | '◆'
                | '◇'
                | '■'
                | '□'
                | '·'
                | '•'
                | '→'
                | '>'
                | '#'
                | '"'
                | '“'
                | '”'
                | '\''
                | '‘'
                | '’'
                | '「'
                | '」'
                | '『'
                | '』'
                | '《'
                | '》'
        ),
    };
    key.trim_matches(is_mark).trim_start_matches(['-', '—'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_no_number_of_a_list() {
        for text in ["9月计划营业额", "第9月计划营业额", "十月计划营业额"] {
            assert_eq!(without_number(text), text);
        }
        for text in ["9、月计划营业额", "9.月计划营业额", "一、月计划营业额"] {
            assert_eq!(without_number(text), "月计划营业额", "{text}");
        }
        assert_eq!(without_number("3月度计划"), "月度计划");
        for text in [
            "2026实际营业额",
            "202609实际营业额",
            "2026.9实际营业额",
            "2026-09实际营业额",
            "26.9实际营业额",
            "9.1-9.30实际营业额",
        ] {
            assert_eq!(without_number(text), text);
        }
        for text in
            ["12实际营业额", "1.2实际营业额", "1-2实际营业额", "1.2.3实际营业额", "001实际营业额"]
        {
            assert_eq!(without_number(text), "实际营业额", "{text}");
        }
        assert_eq!(without_number("1投诉维权"), "投诉维权");
    }
}
