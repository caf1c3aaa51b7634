//! A finding in a text file as compilers show it: the line, and what is to blame underlined.

use crate::problem::{Lang, Severity};
use crate::scheme::Fault;
use unicode_width::UnicodeWidthStr;

/// The finding with the line it is about. `name` is the file's.
pub fn excerpt(name: &str, text: &str, fault: &Fault, lang: Lang) -> String {
    let word = match (fault.problem.severity, lang) {
        (Severity::Notice, Lang::Zh) => "提示",
        (Severity::Notice, Lang::En) => "notice",
        (_, Lang::Zh) => "错误",
        (_, Lang::En) => "error",
    };
    let start = text.floor_char_boundary(fault.span.start);
    let begin = text.get(..start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(begin..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let before = text.get(begin..start).unwrap_or_default();
    // What stands on other lines is not underlined.
    let end = text.floor_char_boundary(fault.span.end).min(begin + line.len()).max(start);
    let blamed = text.get(start..end).unwrap_or_default();
    let number = fault.line(text).to_string();
    let gutter = " ".repeat(number.len());
    let column = before.chars().count() + 1;
    let indent = " ".repeat(before.replace('\t', " ").width());
    let carets = "^".repeat(blamed.width().max(1));
    let shown = line.replace('\t', " ");
    let (code, what) = (fault.problem.code, fault.problem.what.get(lang));
    let mut out = format!(
        "{word}[{code}]: {what}\n{gutter} ┌─ {name}:{number}:{column}\n{gutter} │\n{number} │ {shown}\n{gutter} │ {indent}{carets}\n"
    );
    if let Some(hint) = &fault.problem.hint {
        let cure = if lang == Lang::Zh { "办法：" } else { "cure: " };
        out.push_str(&format!("{gutter} = {cure}{}\n", hint.get(lang)));
    }
    out
}
