//! Who counts as a rater: a number once, and of forms without one each that is not another's copy.

use crate::cli::output::shown;
use kaohe::blank::CODE;
use kaohe::collect::Ballot;
use kaohe::problem::{Problem, Words};
use kaohe::words;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Most files that a problem names.
const NAMED: usize = 4;

/// A rating form that came back.
pub(super) struct Form {
    /// Its number; of one without a number, a hash of its bytes.
    pub(super) identity: String,
    /// Its file, for what HR has to look into.
    pub(super) path: PathBuf,
    pub(super) ballot: Ballot,
}

impl Form {
    /// Whether it is a rater's of its own, and not a copy of the other. Forms without a number that are
    /// the same byte for byte may be of two people who judge alike: HR knows (`count_same`); but what is
    /// named as a copy stays one.
    fn is_another(&self, other: &Self, count_same: bool) -> bool {
        let numberless = self.ballot.code.is_none() && other.ballot.code.is_none();
        numberless && count_same && original(&self.path) != original(&other.path)
    }
}

/// Counts every rater once: forms of one number with the same marks are one, with others a fault.
pub(super) fn once(forms: &[Form], count_same: bool) -> Result<Vec<&Ballot>, Problem> {
    let mut seen: HashMap<&str, Vec<&Form>> = HashMap::new();
    let mut out = Vec::new();
    for form in forms.iter().filter(|form| !form.ballot.is_blank()) {
        let Form { identity, ballot, path } = form;
        let same = seen.entry(identity.as_str()).or_default();
        let copied = same.iter().find(|first| !form.is_another(first, count_same));
        match copied {
            None => {
                same.push(form);
                out.push(ballot);
            }
            Some(first) if first.ballot.marks == ballot.marks => {}
            Some(first) => {
                let (first, second) = (shown(&first.path), shown(path));
                return Err(Problem::error(
                    "rater-twice",
                    words!(
                        "编号 {identity} 的评分表有两份，分数不同：{first}、{second}",
                        "two rating forms of number {identity} have different marks: {first}, {second}"
                    ),
                )
                .hint(words!(
                    "只留一份；每位评分人要用各自编号的评分表（kaohe new --ratings）",
                    "keep one; every rater needs a form of an own number (kaohe new --ratings)"
                )));
            }
        }
    }
    Ok(out)
}

/// The forms without a number, and those of them that count as another's copy, by file.
pub(super) fn nameless<'f>(
    given: impl Iterator<Item = &'f Vec<Form>>,
    count_same: bool,
) -> Option<Problem> {
    let (mut count, mut copies) = (0usize, Vec::new());
    for forms in given {
        let mut seen: HashMap<&str, Vec<&Form>> = HashMap::new();
        for form in forms.iter().filter(|form| form.ballot.code.is_none()) {
            count += 1;
            let same = seen.entry(form.identity.as_str()).or_default();
            match same.iter().find(|first| !form.is_another(first, count_same)) {
                None => same.push(form),
                Some(first) if !form.ballot.is_blank() => {
                    copies.push(format!("{} = {}", shown(&form.path), shown(&first.path)));
                }
                Some(_) => {}
            }
        }
    }
    let what = words!(
        "有 {count} 份评分表没有「{CODE}」，同一人交来两份改动过的也会算作两人",
        "{count} rating forms have no {CODE}; a rater's two different forms count as two"
    );
    let same = copies.len();
    let (what, hint) = if same == 0 {
        let hint = words!(
            "核对份数；下次用 kaohe new --ratings 生成带编号的评分表",
            "check the count; forms of kaohe new --ratings have numbers"
        );
        (what, hint)
    } else {
        let copied = words!(
            "；其中 {same} 份与别的一份完全相同，当作重复的没有计入：",
            "; {same} of them are the same as another, byte for byte, and count as its copies: "
        );
        let hint = words!(
            "核对份数；若是不同的人打了一样的分，加 --count-same 各算一人（名字像副本的，如「…(1)」，先改名）；下次用 kaohe new --ratings 生成带编号的评分表",
            "check the count; where different people gave the same marks, add --count-same (and rename what is named as a copy, as `…(1)`); forms of kaohe new --ratings have numbers"
        );
        (what.then(&copied).then(&Words::listed(copies, NAMED)), hint)
    };
    (count > 0).then(|| Problem::notice("rater-without-number", what).hint(hint))
}

/// A file's path without what systems and people put behind the name of a copy: `a (1)`, `a - 副本`.
fn original(path: &Path) -> PathBuf {
    const COPIES: [&str; 5] = ["副本", "复件", "拷贝", "copy", "备份"];
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut name = stem.as_str();
    loop {
        let bare = name.trim_end_matches(|c: char| c.is_whitespace() || "-_—".contains(c));
        let numbered = bare
            .strip_suffix([')', '）'])
            .map(|n| n.trim_end_matches(|c: char| c.is_ascii_digit()));
        let shorter = numbered
            .and_then(|n| n.strip_suffix(['(', '（']))
            .or_else(|| COPIES.iter().find_map(|word| bare.strip_suffix(word)))
            .or_else(|| COPIES.iter().find_map(|word| bare.strip_prefix(word)));
        match shorter {
            Some(shorter) => name = shorter,
            None => return path.with_file_name(bare.trim_start_matches(['-', '_', ' '])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_by_their_names() {
        let of = |name: &str| original(Path::new(name));
        for copy in [
            "回/一 (1).xlsx",
            "回/一（2）.xlsx",
            "回/一 - 副本.xlsx",
            "回/一 - 副本 (3).xls",
            "回/复件 一.xlsx",
        ] {
            assert_eq!(of(copy), of("回/一.xlsx"), "{copy}");
        }
        for other in ["回/二.xlsx", "回/一2.xlsx", "别处/一.xlsx", "回/一-01.xlsx"] {
            assert_ne!(of(other), of("回/一.xlsx"), "{other}");
        }
    }
}
