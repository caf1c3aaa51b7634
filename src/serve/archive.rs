//! Names of downloads, and all results in one zip.

use super::store::Kept;
use crate::batch::FILLED;
use std::collections::HashSet;
use std::io::{self, Cursor, Write};

/// Longest name kept, in characters.
const NAME_CHARS: usize = 120;

/// A dropped file's name made harmless: the last piece of a path, without control characters and
/// what Windows forbids. It is shown and offered for saving, never opened.
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .take(NAME_CHARS)
        .collect();
    let kept = kept.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    let stem = kept.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let device = ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
        || ["COM", "LPT"].iter().any(|d| {
            stem.strip_prefix(d)
                .is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
        });
    match kept {
        "" => "workbook.xlsx".to_owned(),
        kept if device => format!("_{kept}"),
        kept => kept.to_owned(),
    }
}

/// Characters that turn or hide text, with which a name can lie about its ending.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The name of a filled workbook: `<stem>-已评分.xlsx`.
pub fn filled_name(kept: &Kept) -> String {
    let stem = kept.name.rsplit_once('.').map_or(kept.name.as_str(), |(stem, _)| stem);
    let stem = stem.strip_suffix(FILLED).unwrap_or(stem);
    format!("{stem}{FILLED}.{}", kept.extension)
}

/// `Content-Disposition` by RFC 6266: a plain name, and the true one in UTF-8.
pub fn disposition(name: &str) -> String {
    let plain = match name.rsplit_once('.') {
        Some((_, extension)) if extension.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            format!("kaohe.{extension}")
        }
        _ => "kaohe".to_owned(),
    };
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The name of each filled workbook in the zip, none twice; none for one that was not filled.
pub fn names(all: &[Kept]) -> Vec<Option<String>> {
    let mut taken = HashSet::new();
    all.iter()
        .map(|kept| {
            if kept.filled.is_empty() {
                return None;
            }
            let name = filled_name(kept);
            let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
            // Two names that differ only in case are one on Windows.
            (1u32..)
                .map(|n| if n == 1 { name.clone() } else { format!("{stem} ({n}).{extension}") })
                .find(|candidate| taken.insert(candidate.to_lowercase()))
        })
        .collect()
}

/// Files in one zip.
///
/// # Errors
/// What the writer refuses.
pub fn zipped<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> io::Result<Vec<u8>> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // Workbooks are compressed already.
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        out.start_file(name, options)?;
        out.write_all(bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\表.xlsx", "表.xlsx"),
            ("a\r\nSet-Cookie: x.xlsx", "aSet-Cookie_ x.xlsx"),
            ("a\0b.xlsx", "ab.xlsx"),
            ("..", "workbook.xlsx"),
            ("", "workbook.xlsx"),
            ("CON.xlsx", "_CON.xlsx"),
            ("com1", "_com1"),
            ("comma.xlsx", "comma.xlsx"),
            ("<script>.xlsx", "_script_.xlsx"),
            ("a\u{202e}xslx.exe", "axslx.exe"),
            (".bashrc", "bashrc"),
        ] {
            assert_eq!(clean(given), kept, "{given:?}");
        }
        assert_eq!(clean(&"长".repeat(5_000)).chars().count(), NAME_CHARS);
    }

    #[test]
    fn a_download_name_is_ascii_in_its_header() {
        let header = disposition("王丽-已评分.xlsx");
        assert!(header.is_ascii());
        assert!(header.ends_with("UTF-8''%E7%8E%8B%E4%B8%BD-%E5%B7%B2%E8%AF%84%E5%88%86.xlsx"));
        assert_eq!(disposition("a\";b").matches('"').count(), 2);
    }
}
