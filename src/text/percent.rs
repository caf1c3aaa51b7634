//! Percentages in words.

use std::borrow::Cow;

/// 百分之十五 as 15%, wherever a text says it; not how exactly something is given (保留至百分之一).
pub fn with_percent_signs(text: &str) -> Cow<'_, str> {
    const WORD: &str = "百分之";
    if !text.contains(WORD) || super::has_any(text, &["保留", "精确", "四舍五入"]) {
        return Cow::Borrowed(text);
    }
    // Blanks and full-width figures do not part the words.
    let compact = super::compact(text);
    Cow::Owned(spelt(&compact, WORD))
}

fn spelt(text: &str, word: &str) -> String {
    let Some((before, mut rest)) = text.split_once(word) else { return text.to_owned() };
    let mut out = before.to_owned();
    loop {
        let (number, end) = match leading(rest) {
            Some((number, behind)) => (Some(number), behind),
            None => (None, rest),
        };
        match number {
            Some(number) => out.extend([&number, "%"]),
            None => out.push_str(word),
        }
        let Some((before, behind)) = end.split_once(word) else {
            out.push_str(end);
            return out;
        };
        out.push_str(before);
        rest = behind;
    }
}

/// The number up to a hundred with which a text begins, in digits, and what stands behind it.
fn leading(text: &str) -> Option<(String, &str)> {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if behind.len() < text.len() {
        return Some((text.strip_suffix(behind)?.to_owned(), behind));
    }
    if let Some(behind) = text.strip_prefix("一百").or_else(|| text.strip_prefix('百')) {
        return Some(("100".to_owned(), behind));
    }
    let (whole, behind) = match digit(text) {
        Some((tens, rest)) => match rest.strip_prefix('十') {
            Some(rest) => ones(tens, rest),
            None => (tens.to_string(), rest),
        },
        None => ones(1, text.strip_prefix('十')?),
    };
    // 十二点五; 百分点 is another word.
    let mut decimals = String::new();
    let mut rest = behind.strip_prefix('点').unwrap_or_default();
    while let Some((figure, next)) = digit(rest) {
        decimals.push_str(&figure.to_string());
        rest = next;
    }
    match decimals.is_empty() {
        true => Some((whole, behind)),
        false => Some((format!("{whole}.{decimals}"), rest)),
    }
}

/// So many tens and what follows them, and what stands behind.
fn ones(tens: usize, rest: &str) -> (String, &str) {
    let (ones, behind) = digit(rest).unwrap_or((0, rest));
    (format!("{tens}{ones}"), behind)
}

/// The Chinese figure with which a text begins.
fn digit(text: &str) -> Option<(usize, &str)> {
    const FIGURES: [&str; 9] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut found = FIGURES.iter().enumerate();
    found.find_map(|(at, figure)| Some((at + 1, text.strip_prefix(figure)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_in_words() {
        for (text, wanted) in [
            ("权重百分之十五", "权重15%"),
            ("占百分之十", "占10%"),
            ("百分之二十、其余百分之八十", "20%、其余80%"),
            ("权重百分之 １５", "权重15%"),
            ("权重百分之十二点五", "权重12.5%"),
            ("权重百分之二十五点五分", "权重25.5%分"),
            ("百分之九十五点", "95%点"),
            ("得分保留至百分之一", "得分保留至百分之一"),
            ("百分之百", "100%"),
            ("百分之一百", "100%"),
            ("百分之七", "7%"),
            ("百分之12.5", "12.5%"),
            ("百分之几", "百分之几"),
            ("百分之", "百分之"),
            ("权重15%", "权重15%"),
        ] {
            assert_eq!(with_percent_signs(text), wanted, "{text}");
        }
    }
}
