//! File names that Windows takes, Chinese kept, no two alike.

use crate::roster::Person;
use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
/// Most bytes of a name: what is put behind it, the month and `-已评分.xlsx`, must fit into the 255 of
/// a name, and the folder with it into Windows' 260 characters.
const LONGEST: usize = 180;

/// A text as part of a file name: characters that Windows refuses, controls and invisible ones out.
pub fn safe(text: &str) -> String {
    let mut clean = String::new();
    for c in text.nfc().filter(|c| !is_invisible(*c)) {
        let c = if is_refused(c) { '_' } else { c };
        if clean.len() + c.len_utf8() > LONGEST {
            break;
        }
        clean.push(c);
    }
    let clean = clean.trim().trim_end_matches(['.', ' ']).trim_start_matches('.');
    match clean {
        "" => "_".to_owned(),
        _ if is_device(clean) => format!("_{clean}"),
        _ => clean.to_owned(),
    }
}

/// Whether a character cannot stand in a name on Windows.
fn is_refused(c: char) -> bool {
    "<>:\"/\\|?*".contains(c) || c.is_control()
}

/// Whether Windows takes the name for a device, whatever its extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim().to_lowercase();
    let numbered = stem.trim_end_matches(|c: char| c.is_ascii_digit() || "¹²³".contains(c));
    DEVICES.contains(&stem.as_str()) || DEVICES.contains(&numbered) && stem.chars().count() == 4
}

/// Whether Windows takes a file of this name: no device's, no character that it refuses, no dot or
/// space at its end.
pub fn is_name_for_windows(name: &str) -> bool {
    let cut = name.is_empty() || name.ends_with(['.', ' ']);
    !cut && !name.contains(is_refused) && !is_device(name)
}

/// Marks of direction and width, which make one name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A stem for every person, in order: the name, where needed the department, the number, a count.
pub fn file_names(people: &[Person], tail: &str) -> Vec<String> {
    let fold = |text: &str| safe(text).to_lowercase();
    let mut names: HashMap<String, usize> = HashMap::new();
    for person in people {
        *names.entry(fold(&person.name)).or_default() += 1;
    }
    let mut taken = HashSet::new();
    people
        .iter()
        .map(|person| {
            let mut parts = vec![person.name.as_str()];
            if names.get(&fold(&person.name)).is_some_and(|n| *n > 1) {
                parts.extend([person.department.as_str(), person.number.as_str()]);
            }
            let parts: Vec<String> =
                parts.into_iter().filter(|p| !p.is_empty()).map(safe).collect();
            let stem = safe(&parts.join("-"));
            let mut name = format!("{stem}{tail}");
            let mut count = 2u32;
            while !taken.insert(name.to_lowercase()) {
                name = format!("{stem}-{count}{tail}");
                count += 1;
            }
            name
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_takes_them() {
        for (name, file) in [
            ("王丽", "王丽"),
            ("a/b:c", "a_b_c"),
            ("CON", "_CON"),
            ("com1.x", "_com1.x"),
            ("COM", "_COM"),
            ("commerce", "commerce"),
            ("名. ", "名"),
            ("..", "_"),
            ("\u{202e}xslx", "xslx"),
        ] {
            assert_eq!(safe(name), file, "{name:?}");
        }
        for name in ["长", "𠮷", "x"] {
            let name = safe(&name.repeat(300));
            assert!((177..=180).contains(&name.len()), "{name}");
        }
    }

    #[test]
    fn names_that_windows_refuses() {
        for name in
            ["CON.xlsx", "nul", "com1.x.xlsx", "a:b", "a?.xlsx", "x.", "x ", "", "lpt³.xlsx"]
        {
            assert!(!is_name_for_windows(name), "{name:?}");
        }
        for name in
            ["王丽.xlsx", "_CON.xlsx", "_.xlsx", "common.xlsx", ".hidden", "a.b.c", "console"]
        {
            assert!(is_name_for_windows(name), "{name:?}");
        }
        assert!(is_name_for_windows(&"长".repeat(200)));
    }

    #[test]
    fn two_of_one_name_are_told_apart() {
        let person = |name: &str, department: &str, number: &str| Person {
            name: name.to_owned(),
            department: department.to_owned(),
            number: number.to_owned(),
            ..Person::default()
        };
        let people = [
            person("王丽", "客服部", ""),
            person("王丽", "物流部", ""),
            person("Li", "a", "1"),
            person("LI", "a", "2"),
            person("周强", "客服部", "9"),
            person("王丽", "客服部", ""),
        ];
        assert_eq!(
            file_names(&people, "-2026-11"),
            [
                "王丽-客服部-2026-11",
                "王丽-物流部-2026-11",
                "Li-a-1-2026-11",
                "LI-a-2-2026-11",
                "周强-2026-11",
                "王丽-客服部-2-2026-11",
            ]
        );
    }
}
