//! `kaohe collect`.

mod count;
mod place;

use super::args::CollectArgs;
use super::fill::options;
use super::input::read;
use super::output::{code, print, say, shown};
use super::save;
use count::{Form, nameless, once};
use kaohe::batch::{FILLED, MANIFEST, hash, walk};
use kaohe::collect::{self, Person, Target, least_raters};
use kaohe::limits::Limits;
use kaohe::limits::net::{Fault, within};
use kaohe::owner;
use kaohe::problem::codes::NO_SCHEME;
use kaohe::problem::{Lang, Problem};
use kaohe::scheme::Scheme;
use kaohe::words;
use place::{Aside, place};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Ballots by workbook, form and rating.
type Given = BTreeMap<(usize, usize, usize), Vec<Form>>;

/// Runs the command.
pub fn collect(args: &CollectArgs, limits: Limits, lang: Lang) -> ExitCode {
    let options = match options(args.scheme.as_deref(), limits, lang) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let asked = options.scheme.is_some();
    let schemes: Arc<[Scheme]> = match &options.scheme {
        Some(scheme) => Arc::new([scheme.clone()]),
        None => Scheme::built_in().into(),
    };
    let nowhere = Path::new("");
    let first = args.folders.first().map_or(nowhere, PathBuf::as_path);
    let looked = |folders: &[PathBuf], place: &Path| {
        walk(folders, nowhere, None).map_err(|problem| say(&problem, place, lang))
    };
    let forms = looked(&args.folders, first);
    let books = looked(std::slice::from_ref(&args.into), &args.into);
    let (Ok(forms), Ok(books)) = (forms, books) else { return code(false) };
    let mut run = Run {
        schemes,
        asked,
        limits,
        lang,
        good: true,
        aside: Aside::default(),
        refused: HashSet::new(),
    };
    let (targets, known) = run.targets(books.found.into_iter().map(|book| book.path.into()));
    let mut forms: Vec<PathBuf> =
        forms.found.into_iter().map(|form| form.path.to_path_buf()).collect();
    let mut named = forms_named_as_results(&args.folders, &run.schemes, &run.limits);
    named.retain(|path| !forms.contains(path));
    forms.extend(named);
    forms.retain(|form| !known.contains(&whole(form)));
    let given = run.ballots(forms, &targets);
    let Run { mut good, aside, refused, .. } = run;
    good &= aside.tell(lang);
    if given.is_empty() && good {
        let problem = Problem::error(
            "no-ballots",
            words!("文件夹里没有交回的评分表", "there is no rater's form in the folders"),
        )
        .hint(words!(
            "检查文件夹是否正确；评分表是 .xlsx、.xls 等工作簿",
            "check that they are the right folders; raters' forms are workbooks"
        ));
        say(&problem, first, lang);
        good = false;
    }
    for form in given.values().flatten().filter(|form| form.ballot.is_blank()) {
        let problem = Problem::notice(
            "ballot-blank",
            words!(
                "这份评分表一个分数也没有，没有计入",
                "this rating form holds no mark at all and was not counted"
            ),
        )
        .hint(words!(
            "是漏填的话，请评分人补上",
            "ask the rater for the marks where they were forgotten"
        ));
        say(&problem, &form.path, lang);
    }
    if let Some(problem) = nameless(given.values(), args.count_same) {
        say(&problem, first, lang);
    }
    good &= put(args, &targets, &given, &refused, lang);
    code(good)
}

/// A path in full, by which a file is known again.
fn whole(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// What is read, and what was said of it.
struct Run {
    schemes: Arc<[Scheme]>,
    /// Whether the reader named the scheme.
    asked: bool,
    limits: Limits,
    lang: Lang,
    /// Whether nothing went wrong yet.
    good: bool,
    /// What belongs to nobody.
    aside: Aside,
    /// Whose forms could not be read.
    refused: HashSet<String>,
}

impl Run {
    /// Says problems of a file.
    fn fail(&mut self, problems: &[Problem], path: &Path) {
        self.good = false;
        problems.iter().for_each(|problem| say(problem, path, self.lang));
    }

    /// The people's workbooks, and all that are no raters' forms, in full.
    fn targets(
        &mut self,
        books: impl Iterator<Item = PathBuf>,
    ) -> (Vec<(PathBuf, Target)>, HashSet<PathBuf>) {
        let (mut targets, mut known) = (Vec::new(), HashSet::new());
        for path in books {
            match self.target(&path) {
                Ok(None) => continue,
                Ok(Some(target)) => {
                    known.insert(whole(&path));
                    targets.push((path, target));
                }
                Err(problems) => {
                    known.insert(whole(&path));
                    match problems.iter().all(|p| p.code == NO_SCHEME) {
                        true => self.aside.books.push((path, problems)),
                        false => self.fail(&problems, &path),
                    }
                }
            }
        }
        (targets, known)
    }

    /// A person's workbook; `None` for a rater's form.
    fn target(&self, path: &Path) -> Result<Option<Target>, Vec<Problem>> {
        let bytes = read(path, &self.limits).map_err(|problem| vec![problem])?;
        let (schemes, asked) = (Arc::clone(&self.schemes), self.asked);
        within(&self.limits, move || {
            if collect::is_rating_form(&bytes) {
                return Ok(None);
            }
            let copy = bytes.clone();
            match Target::new(bytes, &schemes, asked) {
                // One that lost its number: among the folders of forms it is read as what it is.
                Err(problems)
                    if problems.iter().all(|p| p.code == NO_SCHEME)
                        && collect::looks_like_rating_form(&copy, &schemes) =>
                {
                    Ok(None)
                }
                target => target.map(Some),
            }
        })
    }

    /// The raters' forms, by whom they rate.
    fn ballots(&mut self, forms: Vec<PathBuf>, targets: &[(PathBuf, Target)]) -> Given {
        let people: Vec<Vec<Person>> = targets.iter().map(|(_, target)| target.people()).collect();
        let mut given = Given::new();
        for form in forms {
            let bytes = match read(&form, &self.limits) {
                Ok(bytes) => bytes,
                Err(problem) => {
                    self.fail(&[problem], &form);
                    continue;
                }
            };
            let (schemes, own) = (Arc::clone(&self.schemes), bytes.clone());
            let read = move || collect::read(&own, &schemes).map_err(Unread::from);
            let ballot = match within(&self.limits, read) {
                Ok(ballot) => ballot,
                Err(Unread(person, problems)) => {
                    self.refused.insert(person);
                    self.fail(&problems, &form);
                    continue;
                }
            };
            match place(&ballot, &people, targets) {
                Ok((book, index)) => {
                    let identity = ballot.code.clone().unwrap_or_else(|| hash(&bytes));
                    let key = (book, index, ballot.rating);
                    given.entry(key).or_default().push(Form { identity, path: form, ballot });
                }
                Err(problem) => {
                    self.aside.add(&ballot, problem, form);
                    self.good = false;
                }
            }
        }
        given
    }
}

/// Raters' forms that are named as results are (`…-已评分`): to a rater the form is scored.
fn forms_named_as_results(
    folders: &[PathBuf],
    schemes: &Arc<[Scheme]>,
    limits: &Limits,
) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open: Vec<PathBuf> = folders.to_vec();
    while let Some(path) = open.pop() {
        let linked = std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_symlink());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            let batch = !folders.contains(&path) && path.join(MANIFEST).exists();
            let skip = batch || (linked || name.starts_with('.')) && !folders.contains(&path);
            let inside = std::fs::read_dir(&path).into_iter().flatten().flatten();
            if !skip {
                open.extend(inside.map(|entry| entry.path()));
            }
        } else if name.contains(FILLED) && !name.starts_with(['.', '~']) {
            let form = read(&path, limits).ok().and_then(|bytes| {
                let schemes = Arc::clone(schemes);
                let looks = move || collect::looks_like_rating_form(&bytes, &schemes);
                within(limits, move || Ok::<_, Fault>(looks())).ok()
            });
            out.extend((form == Some(true)).then_some(path));
        }
    }
    out.sort();
    out
}

/// A form that cannot be counted: whose it is, where that can be told, and why.
struct Unread(String, Vec<Problem>);

impl From<(String, Vec<Problem>)> for Unread {
    fn from((person, problems): (String, Vec<Problem>)) -> Self {
        Self(person, problems)
    }
}

impl From<Fault> for Unread {
    fn from(fault: Fault) -> Self {
        Self(String::new(), fault.into())
    }
}

/// Refuses a workbook that somebody has open: their next save would undo the marks unseen.
fn unopened(path: &Path, force: bool) -> Result<(), Problem> {
    match owner::opened_by(path).filter(|_| !force) {
        None => Ok(()),
        Some(user) => Err(Problem::error(
            owner::OPEN,
            words!(
                "这份工作簿正被「{user}」打开，对方一保存，写入的评分就没有了；未写入",
                "`{user}` has the workbook open, whose next save would undo the marks; nothing was written"
            ),
        )
        .hint(words!(
            "请对方关闭后再运行；确知没有人打开，可加 --force",
            "run again when it is closed; with --force where you know that nobody has it open"
        ))),
    }
}

/// Refuses a workbook that somebody saved while the forms were read: writing would undo that.
fn unchanged_since(path: &Path, target: &Target) -> Result<(), Problem> {
    if std::fs::read(path).is_ok_and(|bytes| target.is_of(&bytes)) {
        return Ok(());
    }
    Err(Problem::error(
        "changed-meanwhile",
        words!(
            "读评分表的时候，这份工作簿被别人改过了；未写入",
            "somebody changed the workbook while the rating forms were read; nothing was written"
        ),
    )
    .hint(words!("再运行一次", "run it again")))
}

/// The result that stands beside a workbook, scored from the marks that it held before.
fn result_beside(path: &Path) -> Option<PathBuf> {
    let begin = format!("{}{FILLED}", path.file_stem()?.to_string_lossy());
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent.unwrap_or(Path::new(".")))
        .ok()?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&begin))
        .map(|entry| path.with_file_name(entry.file_name()))
        .collect();
    found.sort();
    found.into_iter().next()
}

fn out_of_date(path: &Path) -> Problem {
    let name = shown(path);
    Problem::notice(
        "result-out-of-date",
        words!(
            "这份结果是按以前的评分算的，评分刚写进「{name}」，它已经过时",
            "this result was scored from earlier marks: those now written into `{name}` are not in it"
        ),
    )
    .hint(words!(
        "重新填一次：kaohe fill {name} --force，或再运行一次 batch",
        "fill it again: kaohe fill {name} --force, or run batch again"
    ))
}

/// Writes the marks: whether all went well.
fn put(
    args: &CollectArgs,
    targets: &[(PathBuf, Target)],
    given: &Given,
    refused: &HashSet<String>,
    lang: Lang,
) -> bool {
    let mut good = true;
    let (mut people, mut unchanged, mut raters) = (0usize, 0usize, 0usize);
    for (book, (path, target)) in targets.iter().enumerate() {
        let mut marks = Vec::new();
        let mut problems = Vec::new();
        let own = given.iter().filter(|((of, ..), _)| *of == book);
        for ((_, form, rating), ballots) in own {
            let bad = ballots.first().is_some_and(|form| refused.contains(&form.ballot.person));
            let counted = once(ballots, args.count_same).and_then(|ballots| {
                if bad {
                    return Err(Problem::error(
                        "rater-unread",
                        words!(
                            "有评分表要先改正（见上），未写入",
                            "a rating form must be corrected first (see above); nothing was written"
                        ),
                    ));
                }
                let Some(about) = target.scheme().ratings.get(*rating) else {
                    return Ok(Vec::new());
                };
                least_raters(&ballots, about, args.min)?;
                Ok(ballots)
            });
            match counted {
                Ok(ballots) => marks.push((*form, *rating, ballots)),
                Err(problem) => {
                    problems.push((ballots.first().map(|form| form.ballot.name.clone()), problem))
                }
            }
        }
        for (name, problem) in problems {
            let name = name.unwrap_or_default();
            let what = words!("「{name}」", "`{name}`: ").then(&problem.what);
            say(&Problem { what, ..problem }, path, lang);
            good = false;
        }
        if marks.is_empty() {
            continue;
        }
        let written = target.with(&marks, args.force).and_then(|bytes| match bytes {
            Some(bytes) => unopened(path, args.force)
                .and_then(|()| unchanged_since(path, target))
                .and_then(|()| save::save(Path::new(""), path, &bytes, true))
                .map(|()| true)
                .map_err(|problem| vec![problem]),
            None => Ok(false),
        });
        match written {
            Ok(true) => {
                if let Some(result) = result_beside(path) {
                    say(&out_of_date(path), &result, lang);
                }
                people += marks.len();
                raters += marks.iter().map(|(.., ballots)| ballots.len()).sum::<usize>();
            }
            Ok(false) => unchanged += marks.len(),
            Err(found) => {
                found.iter().for_each(|p| say(p, path, lang));
                good = false;
            }
        }
    }
    let into = shown(&args.into);
    let line = words!(
        "已写入 {people} 人的评分（{raters} 份），{unchanged} 人未变：{into}\n",
        "marks of {people} people written ({raters} forms), {unchanged} unchanged: {into}\n"
    );
    print(line.get(lang));
    good
}
