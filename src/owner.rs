//! What the file system tells of a workbook beside its content: an extension that is wrong, and the
//! owner files that Excel, WPS and LibreOffice leave while somebody has it open.

use crate::problem::Problem;
use crate::words;
use crate::workbook::Format;
use std::path::{Path, PathBuf};

/// Notices about a file.
pub fn notices(file: &Path, format: Format) -> Vec<Problem> {
    extension(file, format).into_iter().chain(open_elsewhere(file)).collect()
}

fn extension(file: &Path, format: Format) -> Option<Problem> {
    let named = file.extension()?.to_string_lossy().to_lowercase();
    let real = format.extension();
    // An .et is an .xls by another name; templates are workbooks.
    let fits = named == real
        || matches!(
            (named.as_str(), real),
            ("et" | "xlt" | "ett", "xls") | ("xltx", "xlsx") | ("xltm", "xlsm")
        );
    // What stands behind a dot may be part of a name (王丽.2026年10月).
    let known = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "txt", "pdf", "doc", "docx", "wps"]
        .contains(&named.as_str());
    (known && !fits).then(|| {
        Problem::notice(
            "extension-differs",
            words!(
                "扩展名是 .{named}，内容却是 {real}，已按内容读取",
                "the extension is .{named} but the content is {real}; it was read as that"
            ),
        )
    })
}

/// Code of the notice that somebody has a file open.
pub const OPEN: &str = "open-elsewhere";

/// A notice where somebody has the file open.
pub fn open_elsewhere(file: &Path) -> Option<Problem> {
    let user = opened_by(file)?;
    let what = if user == NOBODY {
        words!(
            "这份文件正被人打开，读到的是最近一次保存的内容",
            "somebody has this file open; what was last saved has been read"
        )
    } else {
        words!(
            "这份文件正被「{user}」打开，读到的是最近一次保存的内容",
            "`{user}` has this file open; what was last saved has been read"
        )
    };
    Some(Problem::notice(OPEN, what))
}

/// Stands for somebody without a name.
pub const NOBODY: &str = "?";

/// Who has a file open, by the file that Excel, WPS or LibreOffice leaves beside it meanwhile;
/// [`NOBODY`] for somebody without a name.
///
/// `~$name.xlsx` holds the user's name: a length, then bytes; from byte 55 again in UTF-16.
pub fn opened_by(file: &Path) -> Option<String> {
    Some(lock_of(file)?.0)
}

/// [`opened_by`], with the file that tells it.
pub fn lock_of(file: &Path) -> Option<(String, PathBuf)> {
    let name = file.file_name()?.to_string_lossy().into_owned();
    // Excel leaves out the first two characters of a long name.
    let short: String = name.chars().skip(2).collect();
    let excel = [format!("~${name}"), format!("~${short}")];
    let read = |name: &str| {
        let path = file.with_file_name(name);
        Some((read_some(&path)?, path))
    };
    let (user, lock) = match excel.iter().find_map(|name| read(name)) {
        Some((bytes, lock)) => (user_of(&bytes), lock),
        None => {
            let (bytes, lock) = read(&format!(".~lock.{name}#"))?;
            let text = String::from_utf8_lossy(&bytes);
            (text.split(',').next().unwrap_or_default().to_owned(), lock)
        }
    };
    let user: String = user.chars().filter(|c| !c.is_control()).take(40).collect();
    let named = user.chars().any(char::is_alphanumeric);
    Some((if named { user } else { NOBODY.to_owned() }, lock))
}

/// The first bytes of a small file.
fn read_some(path: &Path) -> Option<Vec<u8>> {
    let metadata = std::fs::metadata(path).ok()?;
    (metadata.is_file() && metadata.len() < 4096).then(|| std::fs::read(path).ok()).flatten()
}

fn user_of(bytes: &[u8]) -> String {
    let wide: Vec<u16> = bytes
        .get(55..)
        .unwrap_or_default()
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
        .collect();
    let length = wide.first().copied().map_or(0, usize::from);
    let name = wide.get(1..length.saturating_add(1)).unwrap_or_default();
    if !name.is_empty() {
        return String::from_utf16_lossy(name);
    }
    let length = bytes.first().copied().map_or(0, usize::from);
    String::from_utf8_lossy(bytes.get(1..length.saturating_add(1)).unwrap_or_default()).into_owned()
}
