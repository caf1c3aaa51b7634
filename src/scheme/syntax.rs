//! What the TOML reader says, in the words of a person who has never heard of TOML.

use crate::problem::Words;
use crate::words;

/// The start of what the reader says, and the same in Chinese.
const KNOWN: [(&str, &str); 21] = [
    ("duplicate key", "这个名字写了两次"),
    ("key with no value", "名字后面没有「=」和值；等号要用英文的 ="),
    ("missing assignment", "名字后面没有「=」；等号要用英文的 ="),
    ("missing value", "「=」后面没有值"),
    ("string values must be quoted", "文字要放在英文引号 \" \" 里"),
    ("missing opening quote", "文字要放在英文引号 \" \" 里"),
    ("invalid basic string", "引号没有成对"),
    ("invalid literal string", "引号没有成对"),
    ("invalid string", "引号没有成对"),
    ("invalid multi-line", "引号没有成对"),
    ("unclosed array table", "方括号 [[ ]] 没有成对"),
    ("unclosed array", "方括号 [ ] 没有成对"),
    ("unclosed table", "方括号 [ ] 没有成对"),
    ("unclosed inline table", "花括号 { } 没有成对"),
    ("missing comma", "两项之间缺少英文逗号"),
    ("extra comma", "多了一个逗号"),
    ("extra `=`", "多了一个「=」"),
    ("unexpected leading zero", "数字前面多了 0"),
    ("invalid unquoted key", "名字里有不能用的字符；中文名字要放在英文引号里"),
    ("unquoted keys cannot be empty", "「=」前面没有名字"),
    ("cannot extend value", "这个名字前面已经写过"),
];

/// What kind of value belongs there, as the reader names it.
const KINDS: [(&str, &str); 6] = [
    ("expected f64", "这里要写数字"),
    ("expected u", "这里要写不小于 0 的整数"),
    ("expected i", "这里要写整数"),
    ("expected a bool", "这里要写 true 或 false"),
    ("expected a string", "这里要写文字，放在英文引号里"),
    ("expected a sequence", "这里要写列表 [ ]"),
];

/// A message of the TOML reader in both languages.
pub fn plain(message: &str) -> Words {
    let known = KNOWN.iter().find(|(start, _)| message.starts_with(start));
    let kind = KINDS.iter().find(|(part, _)| message.contains(part));
    let said = match (known, kind) {
        (Some((_, zh)), _) => *zh,
        (None, Some((_, zh))) if message.starts_with("invalid type") => *zh,
        _ => return Words::new("这一行的写法不对", message),
    };
    words!("写法不对：{said}", "{message}")
}
