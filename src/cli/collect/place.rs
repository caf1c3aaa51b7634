//! Which workbook a rater's form is for, and what is told of forms and workbooks without a counterpart.

use crate::cli::output::{remark, say, shown};
use kaohe::collect::{Ballot, Person, Target};
use kaohe::problem::{Lang, Problem, Words};
use kaohe::text::person_key;
use kaohe::words;
use std::path::{Path, PathBuf};

/// Most files that a problem names.
const NAMED: usize = 3;

/// What has no counterpart on the other side.
#[derive(Default)]
pub(super) struct Aside {
    /// Workbooks that are no form of a scheme with raters: of another department, or no form at all.
    pub(super) books: Vec<(PathBuf, Vec<Problem>)>,
    /// Raters' forms without one workbook, by what is wrong: whom they rate, and their files.
    forms: Vec<(String, Problem, Vec<PathBuf>)>,
}

impl Aside {
    pub(super) fn add(&mut self, ballot: &Ballot, problem: Problem, form: PathBuf) {
        match self.forms.iter_mut().find(|(_, own, _)| own.what.zh == problem.what.zh) {
            Some((.., files)) => files.push(form),
            None => self.forms.push((ballot.person.clone(), problem, vec![form])),
        }
    }

    /// Tells of each person's forms once, and of the workbooks only where one may be such a person's:
    /// a month's folder holds all departments. Whether none may be.
    pub(super) fn tell(&self, lang: Lang) -> bool {
        for (_, problem, files) in &self.forms {
            let count = files.len();
            let many = words!("（共 {count} 份评分表）", " ({count} rating forms)");
            let what = problem.what.clone();
            let what = if count > 1 { what.then(&many) } else { what };
            let first = files.first().map_or(Path::new(""), PathBuf::as_path);
            say(&Problem { what, ..problem.clone() }, first, lang);
        }
        let missed = |(path, _): &&(PathBuf, Vec<Problem>)| {
            let name = person_key(&path.file_stem().unwrap_or_default().to_string_lossy());
            self.forms.iter().any(|(person, ..)| !person.is_empty() && name.contains(person))
        };
        let (theirs, others): (Vec<_>, Vec<_>) = self.books.iter().partition(missed);
        for (path, problems) in &theirs {
            problems.iter().for_each(|problem| say(problem, path, lang));
        }
        let count = others.len();
        if count > 0 {
            let what = words!(
                "有 {count} 份工作簿不是收评分的考核表，没有动它们：",
                "{count} workbooks are no forms with raters' marks and were left alone: "
            );
            let names = others.iter().map(|(path, _)| shown(path));
            let what = what.then(&Words::listed(names, NAMED));
            remark(words!("提示：", "notice: ").then(&what).get(lang));
        }
        theirs.is_empty()
    }
}

/// Which form a ballot is about.
pub(super) fn place(
    ballot: &Ballot,
    people: &[Vec<Person>],
    targets: &[(PathBuf, Target)],
) -> Result<(usize, usize), Problem> {
    let fits = |person: &Person| {
        let same = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        person.name == ballot.person
            && same(&person.department, &ballot.department)
            && same(&person.number, &ballot.number)
            && (person.month.is_none() || ballot.month.is_none() || person.month == ballot.month)
    };
    let found: Vec<(usize, usize)> = people
        .iter()
        .zip(targets)
        .enumerate()
        .filter(|(_, (_, (_, target)))| target.scheme().name == ballot.scheme)
        .flat_map(|(book, (list, _))| {
            let own = list.iter().enumerate().filter(|(_, person)| fits(person));
            own.map(move |(index, _)| (book, index)).collect::<Vec<_>>()
        })
        .collect();
    let name = &ballot.name;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let month = ballot.month.map(|month| month.to_string()).unwrap_or_default();
            let of = said([&ballot.department, &ballot.number, &month]);
            let names = namesakes(ballot, people, targets);
            let near = match names.zh.is_empty() {
                true => names,
                false => words!("；同名的有：", "; of that name there are: ").then(&names),
            };
            let what = words!("没有「{name}」{of}的工作簿", "there is no workbook of `{name}`{of}");
            Err(Problem::error("no-workbook", what.then(&near)).hint(words!(
                "核对姓名、部门与月份，或把工作簿放进 --into 的文件夹",
                "check name, department and month, or put the workbook into the folder of --into"
            )))
        }
        several => {
            let mut files: Vec<String> = several
                .iter()
                .filter_map(|(book, _)| targets.get(*book))
                .map(|(path, _)| shown(path))
                .collect();
            files.dedup();
            Err(Problem::error(
                "several-workbooks",
                words!("「{name}」有几张考核表，分不清是哪一张：", "`{name}` has several forms: ")
                    .then(&Words::listed(files, NAMED)),
            )
            .hint(words!(
                "多余的一份移走；若是同名的人，在评分表和考核表上写明部门、工号与月份",
                "move the one too many away; for people of one name give department, staff number \
                 (工号) and month in the rating forms and the workbooks"
            )))
        }
    }
}

/// What is known of somebody beside the name, in brackets.
fn said(parts: [&str; 3]) -> String {
    let known: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if known.is_empty() { String::new() } else { format!("（{}）", known.join("，")) }
}

/// The first workbooks of people of a ballot's name: of another department, number or month.
fn namesakes(ballot: &Ballot, people: &[Vec<Person>], targets: &[(PathBuf, Target)]) -> Words {
    let all = people.iter().zip(targets).flat_map(|(list, (path, _))| {
        list.iter().filter(|person| person.name == ballot.person).map(move |person| (person, path))
    });
    let one = |(person, path): (&Person, &PathBuf)| {
        let month = person.month.map(|month| month.to_string()).unwrap_or_default();
        format!("{}{}", shown(path), said([&person.department, &person.number, &month]))
    };
    Words::listed(all.map(one), NAMED)
}
