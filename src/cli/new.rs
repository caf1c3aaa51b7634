//! `kaohe new`.

use super::args::NewArgs;
use super::fill::options;
use super::input::read;
use super::output::{code, print, say, shown};
use super::save::{self, Folders};
use kaohe::blank::{self, Template};
use kaohe::day::Day;
use kaohe::form::{Month, parse_month};
use kaohe::limits::Limits;
use kaohe::limits::net::within;
use kaohe::problem::codes::{NO_SCHEME, OUTPUT_EXISTS};
use kaohe::problem::{Lang, Problem, Words};
use kaohe::roster::{self, Person};
use kaohe::scheme::Scheme;
use kaohe::text::person_key;
use kaohe::{render, words, workbook};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the command.
pub fn new(args: &NewArgs, limits: Limits, lang: Lang) -> ExitCode {
    let Some(month) = parse_month(&args.month) else {
        let text = &args.month;
        let problem =
            Problem::error("wrong-month", words!("看不懂月份「{text}」", "`{text}` is no month"))
                .hint(words!("写成 2026-11 这样", "write it as 2026-11"));
        say(&problem, Path::new("--month"), lang);
        return ExitCode::from(2);
    };
    let options = match options(args.scheme.as_deref(), limits, lang) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let asked = options.scheme.is_some();
    let schemes: Cow<'static, [Scheme]> = match options.scheme {
        Some(scheme) => Cow::Owned(vec![scheme]),
        None => Cow::Borrowed(Scheme::built_in()),
    };
    let people = read(&args.roster, &limits)
        .map_err(|p| vec![p])
        .and_then(|bytes| within(&limits, move || roster::read(&bytes)));
    let people = match people {
        Ok(people) => people,
        Err(problems) => {
            problems.iter().for_each(|p| say(p, &args.roster, lang));
            return code(false);
        }
    };
    let ours = Path::new("空白表");
    let name = args.template.as_deref().unwrap_or(ours);
    let template = match &args.template {
        Some(path) => read(path, &limits),
        None => match schemes.first() {
            Some(scheme) => render::blank_form(scheme),
            None => return code(false),
        },
    };
    let template = template
        .map_err(|p| vec![p])
        .and_then(|bytes| within(&limits, move || looked_through(bytes, &schemes, asked)));
    let template = match template {
        Ok(template) => template,
        Err(problems) => {
            problems.iter().for_each(|p| say(p, name, lang));
            return code(false);
        }
    };
    let days = template.notices_of(month);
    template.notices.iter().chain(&days).for_each(|p| say(p, name, lang));
    for notice in [hidden(&people), leavers(&people, month)].iter().flatten() {
        say(notice, &args.roster, lang);
    }
    make(args, &people, &template, month, lang)
}

/// A template by the schemes, or where none was asked for by an example that fits, as `fill` does.
fn looked_through(
    bytes: Vec<u8>,
    schemes: &[Scheme],
    asked: bool,
) -> Result<Template, Vec<Problem>> {
    let copy = bytes.clone();
    match Template::new(bytes, schemes) {
        Err(problems) if !asked && problems.iter().any(|p| p.code == NO_SCHEME) => {
            Template::new(copy, Scheme::examples()).map_err(|_| problems)
        }
        looked => looked,
    }
}

/// Writes everybody's workbooks: the exit code.
fn make(
    args: &NewArgs,
    people: &[Person],
    template: &Template,
    month: Month,
    lang: Lang,
) -> ExitCode {
    let (mut made, mut forms, mut good) = (0usize, 0usize, true);
    let mut kept: Vec<PathBuf> = Vec::new();
    let folders = Folders::default();
    let stems = blank::file_names(people, &format!("-{month}"));
    let ratings = template.ratings();
    let twins = twins(people);
    for (old, new) in earlier(people, &stems, args, template, month) {
        say(&renamed(&new), &old, lang);
    }
    if !template.is_numbered() {
        let rated = args.ratings > 0 && !ratings.is_empty();
        for (person, _) in people.iter().zip(&twins).filter(|(_, twin)| **twin) {
            say(&no_number(person, args.template.is_some(), rated), &args.roster, lang);
        }
    }
    if args.ratings > 0 && ratings.is_empty() {
        let name = &template.scheme().name;
        let problem = Problem::notice(
            "no-raters",
            words!(
                "方案「{name}」没有由下级、同事评分的表，没有生成评分表",
                "scheme `{name}` has no table of raters' marks: no raters' forms are made"
            ),
        )
        .hint(words!(
            "要收评分，先在方案里写 [[ratings]]（见 kaohe scheme show 客服主管）",
            "for raters' marks give the scheme [[ratings]]; see kaohe scheme show 客服主管"
        ));
        say(&problem, Path::new("--ratings"), lang);
    }
    for ((person, stem), twin) in people.iter().zip(&stems).zip(&twins) {
        let path = args.out.join(format!("{stem}.{}", template.extension()));
        let done =
            template.made_for(person, month).and_then(|bytes| put(&folders, &path, &bytes, args));
        match done {
            Ok(true) => made += 1,
            Ok(false) => kept.push(path),
            Err(problem) => {
                say(&problem, &path, lang);
                good = false;
            }
        }
        for rating in &ratings {
            let base = blank::safe(&rating.name);
            for index in 1..=args.ratings {
                let path =
                    args.out.join("评分表").join(stem).join(format!("{base}-{index:02}.xlsx"));
                let number = blank::code(person, month, &rating.name, index);
                let done = blank::rating_form(rating, person, month, &number, *twin)
                    .and_then(|bytes| put(&folders, &path, &bytes, args));
                match done {
                    Ok(true) => forms += 1,
                    Ok(false) => kept.push(path),
                    Err(problem) => {
                        say(&problem, &path, lang);
                        good = false;
                    }
                }
            }
        }
    }
    folders.sync();
    if let Some((notice, first)) = kept.first().map(|first| (left(&kept), first)) {
        say(&notice, first, lang);
    }
    let out = shown(&args.out);
    let mut line = words!("已生成 {made} 份考核表", "{made} forms made");
    if args.ratings > 0 {
        line = line.then(&words!("，{forms} 份评分表", ", {forms} raters' forms"));
    }
    line = line.then(&words!("：{out}\n", ": {out}\n"));
    print(line.get(lang));
    code(good)
}

/// Workbooks that an earlier run made for somebody under another name, since a namesake has joined the
/// roster or left it: the path, and the name that the person's has now.
fn earlier(
    people: &[Person],
    stems: &[String],
    args: &NewArgs,
    template: &Template,
    month: Month,
) -> BTreeMap<PathBuf, String> {
    let file = |stem: &str| format!("{stem}.{}", template.extension());
    let now: HashSet<&String> = stems.iter().collect();
    let mut out = BTreeMap::new();
    for (person, stem) in people.iter().zip(stems) {
        // As it is named alone, and beside a namesake.
        for count in [1, 2] {
            let alike = vec![person.clone(); count];
            let other = blank::file_names(&alike, &format!("-{month}")).into_iter().next();
            let other = other.filter(|other| !now.contains(other));
            let path = other.map(|other| args.out.join(file(&other)));
            if let Some(path) = path.filter(|path| path.exists()) {
                out.entry(path).or_insert_with(|| file(stem));
            }
        }
    }
    out
}

fn renamed(new: &str) -> Problem {
    Problem::notice(
        "form-renamed",
        words!(
            "名单里同名的人有变动，这是以前生成的表，现在的文件名是「{new}」等，这一份仍在",
            "namesakes in the roster have changed: this form is of an earlier run and is named `{new}` or alike now; it is still there"
        ),
    )
    .hint(words!(
        "看清是谁的：填过的话，改名替换那个人的新表；没有用就删除，免得一人两份",
        "see whose it is: where it is filled in, put it in the place of that person's new one; else delete it"
    ))
}

/// That rows of the roster which do not show have forms too: a filter leaves out nobody.
fn hidden(people: &[Person]) -> Option<Problem> {
    const NAMED: usize = 10;
    let hidden: Vec<&str> =
        people.iter().filter(|p| p.hidden).map(|person| person.name.as_str()).collect();
    let count = hidden.len();
    (count > 0).then(|| {
        Problem::notice(
            "roster-hidden",
            words!(
                "名单里隐藏或筛选掉的 {count} 人，也生成了表：",
                "{count} people in hidden or filtered rows of the roster have forms too: "
            )
            .then(&Words::listed(hidden, NAMED)),
        )
        .hint(words!(
            "不要的话，从名单里删去这些行（或另存一份只有在职的人），并删去他们的表",
            "where they should have none, delete the rows from the roster, and their forms"
        ))
    })
}

/// That people of whom the roster says that they have left have forms too. Who leaves in the month or
/// later is still assessed.
fn leavers(people: &[Person], month: Month) -> Option<Problem> {
    const NAMED: usize = 10;
    let first = Day::parse(&format!("{month}-01"));
    let gone = people.iter().filter_map(|person| {
        let leaver = person.leaver.as_ref()?;
        let still = leaver.on.is_some_and(|on| first.is_some_and(|first| on >= first));
        (!still).then_some((&person.name, &leaver.why))
    });
    let gone: Vec<(&String, &Words)> = gone.collect();
    let count = gone.len();
    let zh = gone.iter().map(|(name, why)| format!("{name}（{}）", why.zh));
    let en = gone.iter().map(|(name, why)| format!("{name} ({})", why.en));
    let names = Words::new(Words::listed(zh, NAMED).zh, Words::listed(en, NAMED).en);
    (count > 0).then(|| {
        Problem::notice(
            "roster-leavers",
            words!(
                "名单里看来已离职的 {count} 人，也生成了表：",
                "{count} people who have left, by the roster, have forms too: "
            )
            .then(&names),
        )
        .hint(words!(
            "不要的话，从名单里删去这些行，并删去他们的表",
            "where they should have none, delete the rows from the roster, and their forms"
        ))
    })
}

/// Whether another has the same name and department.
fn twins(people: &[Person]) -> Vec<bool> {
    let key = |person: &Person| (person_key(&person.name), person_key(&person.department));
    let mut counts: HashMap<_, usize> = HashMap::new();
    for person in people {
        *counts.entry(key(person)).or_default() += 1;
    }
    people.iter().map(|person| counts.get(&key(person)).is_some_and(|n| *n > 1)).collect()
}

/// That forms of two people of one name and department will be told apart by nothing that stands in them.
fn no_number(person: &Person, own: bool, rated: bool) -> Problem {
    let (name, row) = (&person.name, person.row);
    let what = words!(
        "「{name}」（名单第 {row} 行）同部门还有同名的人，模板里没有「工号：」，",
        "`{name}` (row {row}) has a namesake in the department, and the template has no 工号：; "
    );
    let lost = match rated {
        true => words!("交回的评分表将分不清是谁的", "nothing will tell whose a rating form is"),
        false => words!(
            "汇总将分不清谁是谁，也不能与上月比较",
            "the summary will not tell them apart, nor compare them with last month"
        ),
    };
    Problem::notice("template-number", what.then(&lost)).hint(match own {
        true => {
            words!("在模板上方加一格「工号：」，再生成一次", "add a cell 工号： above the form")
        }
        false => words!(
            "在生成的一份空白表上方加一格「工号：」，用 --template 指定它，再生成一次",
            "add a cell 工号： above one of the blank forms, name it by --template, and run again"
        ),
    })
}

/// That forms which are there already, and differ, were left: most are filled in since.
fn left(kept: &[PathBuf]) -> Problem {
    const NAMED: usize = 5;
    let count = kept.len();
    let names = Words::listed(kept.iter().map(|path| shown(path)), NAMED);
    Problem::notice(
        "form-kept",
        words!(
            "已有 {count} 份表，内容不同（可能已经填过），没有动它们：",
            "{count} forms are there and differ (they may be filled in); they were left: "
        )
        .then(&names),
    )
    .hint(words!(
        "要留着它们，不用处理；要换成新的空白表，先移走，或加 --force（里面填的会丢失）",
        "to keep them, do nothing; for new blank ones move them away, or add --force (what is typed in them is lost)"
    ))
}

/// Writes a file, unless the same is there already: whether it is there now. A workbook that differs stays.
fn put(folders: &Folders, path: &Path, bytes: &[u8], args: &NewArgs) -> Result<bool, Problem> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(true);
    }
    save::spare(path, &[args.template.as_deref(), Some(&args.roster)])?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            let name = folder.display();
            Problem::error(
                "cannot-write",
                words!("无法写入 {name}：", "cannot write {name}: ").then(&Words::refused(&error)),
            )
            .hint(words!("检查文件夹是否可写", "check that the folder can be written"))
        })?;
    }
    match folders.save(Path::new(""), path, bytes, args.force) {
        Err(problem) if problem.code == OUTPUT_EXISTS => {
            let there = std::fs::read(path).unwrap_or_default();
            match workbook::open(&there, &|_| false) {
                Ok(_) => Ok(false),
                Err(_) => Err(problem),
            }
        }
        saved => saved.map(|()| true),
    }
}
