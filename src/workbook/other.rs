//! Files that are something else: what they look like, and what to do with them.

use crate::container::Package;
use crate::problem::{Problem, Words};
use crate::words;

/// The refusal of a file that is neither an archive nor a compound document.
pub fn not_a_workbook(bytes: &[u8]) -> Problem {
    let head: Vec<u8> = bytes.iter().take(512).map(u8::to_ascii_lowercase).collect();
    let head = String::from_utf8_lossy(&head);
    if bytes.is_empty() {
        let looks = words!("文件是空的（0 字节）", "the file is empty (0 bytes)");
        return not_excel(&looks).hint(words!(
            "它没有复制或下载完整，请重新取得这份文件",
            "it was not copied or downloaded whole; get it again"
        ));
    }
    let looks = if head.contains("<html")
        || head.contains("<!doctype html")
        || head.contains("<table")
    {
        words!("内容是网页（HTML）", "it holds a web page (HTML)")
    } else if head.starts_with("%pdf") {
        words!("内容是 PDF", "it holds a PDF")
    } else if head.starts_with("<?xml") {
        words!("内容是 XML 文本", "it holds XML text")
    } else if head.chars().filter(|c| *c == ',' || *c == '\t').count() > 2 && !head.contains('\0') {
        words!("内容像是文本或 CSV", "it looks like text or CSV")
    } else {
        words!("内容不是 Excel 的任何格式", "its content is none of Excel's formats")
    };
    not_excel(&looks)
}

/// The refusal of a file that is something else.
pub(crate) fn not_excel(looks: &Words) -> Problem {
    Problem::error(
        "not-a-workbook",
        words!("不是 Excel 文件：", "this is not an Excel file: ").then(looks),
    )
    .hint(words!(
        "请用 Excel 或 WPS 打开它，另存为 .xlsx 再试",
        "open it in Excel or WPS and save it as .xlsx"
    ))
}

/// Refuses an archive that is none of a workbook's: a document of another program, or files packed
/// together.
///
/// # Errors
/// It is one.
pub fn refuse_others(package: &mut Package<'_>) -> Result<(), Problem> {
    let has = |folder: &str| package.members().iter().any(|m| m.name.starts_with(folder));
    if has("xl/") {
        return Ok(());
    }
    if has("word/") {
        return Err(
            not_excel(&words!("内容是 Word 文档", "it holds a Word document")).hint(elsewhere())
        );
    }
    if has("ppt/") {
        return Err(not_excel(&words!("内容是演示文稿（PPT）", "it holds a presentation"))
            .hint(elsewhere()));
    }
    if package.find("content.xml").is_some() {
        let kind = package.read("mimetype").unwrap_or_default();
        let kind = String::from_utf8_lossy(&kind);
        let other = kind.starts_with("application/vnd.oasis.opendocument.")
            && !kind.contains("opendocument.spreadsheet");
        return match other {
            true => Err(not_excel(&words!(
                "内容是 OpenDocument 的文档，不是电子表格",
                "it holds an OpenDocument file that is no spreadsheet"
            ))),
            false => Ok(()),
        };
    }
    if package.find("[Content_Types].xml").is_some() {
        return Ok(());
    }
    Err(not_excel(&words!("内容是压缩包（ZIP）", "it holds an archive (ZIP)")).hint(words!(
        "先解压缩，再处理里面的工作簿",
        "unpack it first, then take the workbooks in it"
    )))
}

/// What to do with a form that stands in a document.
fn elsewhere() -> Words {
    words!(
        "请选考核表的工作簿；表若在这份文档里，把它复制到 Excel 里存为 .xlsx",
        "choose the workbook with the form; if the form is in this document, copy it into Excel and save it as .xlsx"
    )
}
