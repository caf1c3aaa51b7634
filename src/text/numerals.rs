//! Chinese numerals.

/// The numeral with which some characters begin, and how many it has: 三, 十五, 两百, 一百二十.
pub fn leading(chars: impl Iterator<Item = char>) -> Option<(f64, usize)> {
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c);
    let (mut value, mut used, mut last) = (0.0, 0, None::<f64>);
    for c in chars {
        match (c, digit(c)) {
            ('两', _) if last.is_none() => last = Some(2.0),
            (_, Some(d)) if last.is_none_or(|l| l == 0.0) => last = Some(d as f64),
            ('十', _) => value += last.take().unwrap_or(1.0) * 10.0,
            ('百', _) if last.is_some() => value += last.take().unwrap_or(1.0) * 100.0,
            ('千', _) if last.is_some() => value += last.take().unwrap_or(1.0) * 1000.0,
            _ => break,
        }
        used += 1;
    }
    (used > 0).then(|| (value + last.unwrap_or(0.0), used))
}

/// The numeral that a text is, and nothing else.
pub fn whole(text: &str) -> Option<f64> {
    let (value, used) = leading(text.chars())?;
    (used == text.chars().count()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{leading, whole};

    #[test]
    fn numerals_at_the_beginning() {
        for (text, found) in [
            ("三分", Some((3.0, 1))),
            ("十五分", Some((15.0, 2))),
            ("二十分", Some((20.0, 2))),
            ("两百元", Some((200.0, 2))),
            ("一百二十", Some((120.0, 4))),
            ("五百元", Some((500.0, 2))),
            ("一百零五", Some((105.0, 4))),
            ("元", None),
            ("", None),
        ] {
            assert_eq!(leading(text.chars()), found, "{text}");
        }
        assert_eq!((whole("十五"), whole("十五分"), whole("")), (Some(15.0), None, None));
    }
}
