//! Number formats in Excel's codes.

use crate::container::xml::attribute;
use quick_xml::events::BytesStart;

/// A word of a number format, quoted where Excel would read it as a code.
pub fn literal(text: &str) -> String {
    if text.chars().all(|c| matches!(c, '-' | '/' | ':' | ' ' | '%' | '(' | ')' | '+' | ',' | '.'))
    {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', ""))
}

/// An element of a number format as Excel's code.
pub fn piece(tag: &BytesStart<'_>, name: &str) -> String {
    let get = |key: &str| attribute(tag, key);
    let count = |key: &str| get(key).and_then(|v| v.parse::<usize>().ok()).map(|n| n.min(30));
    let long = get("style").as_deref() == Some("long");
    let textual = get("textual").as_deref() == Some("true");
    let two = |letter: &str| letter.repeat(if long { 2 } else { 1 });
    match name {
        "number" | "scientific-number" => {
            let whole = count("min-integer-digits").unwrap_or(1);
            let most = count("decimal-places");
            let least = count("min-decimal-places").or(most).unwrap_or(0);
            if most.is_none() && name == "number" && get("grouping").is_none() && whole <= 1 {
                return "General".to_owned();
            }
            let mut out = if get("grouping").as_deref() == Some("true") {
                if whole == 0 { "#,###".to_owned() } else { "#,##0".to_owned() }
            } else if whole == 0 {
                "#".to_owned()
            } else {
                "0".repeat(whole)
            };
            let most = most.unwrap_or(0).max(least);
            if most > 0 {
                out.push('.');
                out.push_str(&"0".repeat(least));
                out.push_str(&"#".repeat(most.saturating_sub(least)));
            }
            if name == "scientific-number" {
                out.push_str("E+");
                out.push_str(&"0".repeat(count("min-exponent-digits").unwrap_or(2)));
            }
            out
        }
        "fraction" => {
            let digits = "?".repeat(count("min-denominator-digits").unwrap_or(1));
            format!("# {digits}/{digits}")
        }
        "year" => if long { "yyyy" } else { "yy" }.to_owned(),
        "month" if textual => if long { "mmmm" } else { "mmm" }.to_owned(),
        "month" => two("m"),
        "day" => two("d"),
        "day-of-week" => if long { "dddd" } else { "ddd" }.to_owned(),
        "hours" => two("h"),
        "minutes" => two("m"),
        "seconds" => {
            let places = count("decimal-places").unwrap_or(0);
            let dot = if places > 0 { "." } else { "" };
            format!("{}{dot}{}", two("s"), "0".repeat(places))
        }
        "am-pm" => "AM/PM".to_owned(),
        // Of a format's colours Excel has these.
        "text-properties" => match get("color").as_deref() {
            Some("#000000") => "[Black]",
            Some("#0000ff") => "[Blue]",
            Some("#00ffff") => "[Cyan]",
            Some("#00ff00") => "[Green]",
            Some("#ff00ff") => "[Magenta]",
            Some("#ff0000") => "[Red]",
            Some("#ffffff") => "[White]",
            Some("#ffff00") => "[Yellow]",
            _ => "",
        }
        .to_owned(),
        "text-content" => "@".to_owned(),
        _ => String::new(),
    }
}

/// A format whose parts apply by conditions: `value()>=0` and its like, each with its code; `own`
/// applies to the rest.
pub fn sections(parts: &[(&str, &str)], own: &str) -> String {
    let tests: Vec<&str> =
        parts.iter().map(|(test, _)| test.trim().trim_start_matches("value()")).collect();
    // Excel's usual order needs no conditions: positive, negative, zero, text.
    let plain = matches!(tests.as_slice(), [] | [">=0"] | [">0", "<0"] | [">0", "<0", "=0"]);
    let mut out = String::new();
    for (test, (_, code)) in tests.iter().zip(parts).take(if plain { 3 } else { 2 }) {
        if !plain {
            out.push_str(&format!("[{}]", test.replace("!=", "<>")));
        }
        out.push_str(code);
        out.push(';');
    }
    out.push_str(own);
    out
}
