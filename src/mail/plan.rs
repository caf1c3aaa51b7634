//! Who gets what: results matched with the roster, and every disagreement named.

use super::address;
use super::agrees;
use super::result::{self, Found};
use super::roster::Row;
use super::told::{hidden_sheets, other_months};
use super::who::{base, named, people_in, person};
use crate::Options;
use crate::fill::Scorecard;
use crate::form::Month;
use crate::problem::codes::{METRIC_BLANK, METRIC_MISSING, OTHER_MONTH};
use crate::problem::{Problem, Words};
use crate::text::{compact, person_key};
use crate::words;
use lettre::message::Mailbox;
use std::collections::{BTreeMap, BTreeSet};

/// A file of the folder.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name, below the folder that is mailed.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Scheme and metrics, as for filling.
    pub options: Options,
    /// The only month to mail.
    pub month: Option<Month>,
    /// A copy to each person's superior.
    pub to_manager: bool,
    /// Who gets the summary.
    pub summary_to: Vec<Mailbox>,
    /// The summary workbook.
    pub summary: Option<Input>,
    /// Attachment names in ASCII.
    pub ascii_names: bool,
    /// An open password on every person's workbook.
    pub encrypt: bool,
}

/// A workbook to attach.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its name in the mail.
    pub name: String,
    /// Its bytes, not protected yet.
    pub bytes: Vec<u8>,
    /// The open password to set.
    pub password: Option<String>,
}

/// What a mail tells.
#[derive(Debug, Clone)]
pub enum Body {
    /// A person's result.
    Result(Box<Scorecard>),
    /// Everybody's totals, best first.
    Summary(Vec<Scorecard>),
}

/// A mail to be made.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The file it stands on; empty for a summary without one.
    pub file: String,
    /// The person it is about; empty for the summary.
    pub person: String,
    /// Their department.
    pub department: Option<String>,
    /// Their 工号.
    pub id: Option<String>,
    /// The month.
    pub month: Option<Month>,
    /// To whom; one but for the summary.
    pub to: Vec<Mailbox>,
    /// A copy to the superior.
    pub copy: Option<Mailbox>,
    /// What it tells.
    pub body: Body,
    /// The workbook.
    pub attachment: Option<Attachment>,
}

/// A problem or notice, and the file or person it is about.
#[derive(Debug, Clone)]
pub struct Finding {
    /// File, or the roster's person.
    pub about: String,
    /// What it is.
    pub problem: Problem,
}

/// What is to be mailed, and what not and why.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Mails, by department and name; the summary last.
    pub letters: Vec<Letter>,
    /// Problems and notices.
    pub findings: Vec<Finding>,
    /// People of the roster without a result.
    pub absent: Vec<String>,
}

impl Plan {
    /// Whether something is not mailed that should be.
    pub fn blocked(&self) -> bool {
        self.findings.iter().any(|f| f.problem.blocks())
    }

    pub(super) fn note(&mut self, about: &str, problem: Problem) {
        self.findings.push(Finding { about: about.to_owned(), problem });
    }
}

/// A result and the roster's row that it belongs to.
struct Match<'a> {
    input: &'a Input,
    found: Found,
    row: usize,
}

/// Makes the plan.
pub fn plan(inputs: &[Input], roster: &[Row], wanted: &Wanted) -> Plan {
    let mut plan = Plan::default();
    let mut matches: Vec<Match<'_>> = Vec::new();
    let mut astray = Vec::new();
    for input in inputs {
        match one(input, roster, wanted) {
            Ok((found, row, notices)) => {
                for notice in notices {
                    plan.note(&input.name, notice);
                }
                matches.push(Match { input, found, row });
            }
            Err(_) if is_summary(&input.name, roster) => plan.note(
                &input.name,
                Problem::notice(
                    "summary-left-out",
                    words!("这是汇总表，不发给个人", "this is a summary and goes to nobody here"),
                ),
            ),
            Err(problems) if problems.iter().any(|p| p.code == OTHER_MONTH) => {
                astray.push((input.name.as_str(), problems));
            }
            Err(problems) => {
                for problem in problems {
                    plan.note(&input.name, problem);
                }
            }
        }
    }
    other_months(&mut plan, astray, !matches.is_empty());
    hidden_sheets(&mut plan, matches.iter().map(|m| (m.input.name.as_str(), &m.found.hidden)));
    let seen: BTreeSet<usize> = matches.iter().map(|m| m.row).collect();
    plan.absent = roster
        .iter()
        .enumerate()
        .filter(|(index, _)| !seen.contains(index))
        .map(|(_, row)| row.name.clone())
        .collect();
    one_month(&mut plan, &mut matches);
    one_a_person(&mut plan, &mut matches, roster);
    for found in matches {
        if let Some(letter) = letter(&mut plan, found, roster, wanted) {
            plan.letters.push(letter);
        }
    }
    one_a_address(&mut plan, roster);
    let key = |l: &Letter| (l.department.clone(), l.person.clone(), l.id.clone(), l.file.clone());
    plan.letters.sort_by_cached_key(key);
    if !wanted.summary_to.is_empty() {
        let summary = agrees::summary(&plan, wanted);
        plan.letters.push(summary);
    }
    plan
}

/// Reads one file and finds its person.
fn one(
    input: &Input,
    roster: &[Row],
    wanted: &Wanted,
) -> Result<(Found, usize, Vec<Problem>), Vec<Problem>> {
    let outside = wanted.options.figures.is_some() || wanted.options.metrics.is_some();
    let found = result::read(&input.bytes, &wanted.options).map_err(|problems| {
        let blank = |p: &Problem| matches!(p.code, METRIC_BLANK | METRIC_MISSING);
        match !outside && problems.iter().all(blank) {
            true => vec![no_metrics(problems.len())],
            false => problems,
        }
    })?;
    let mut notices = Vec::new();
    match (wanted.month, found.card.month) {
        (Some(month), Some(own)) if own != month => {
            return Err(vec![Problem::error(
                OTHER_MONTH,
                words!(
                    "这是 {own} 的结果，要发的是 {month}",
                    "this result is of {own}, not of {month}"
                ),
            )]);
        }
        (_, None) => notices.push(Problem::notice(
            "no-month",
            words!("考核表没有写月份，请核对", "the form states no month; please check"),
        )),
        _ => {}
    }
    let row = person(&input.name, &found, roster).map_err(|p| vec![p])?;
    if found.extension == "xlsm" {
        notices.push(Problem::notice(
            "macros",
            words!("含宏的附件常被邮箱拦截", "many mail services block workbooks with macros"),
        ));
    }
    Ok((found, row, notices))
}

/// That a workbook holds no figures at all for its scores: not one problem a figure, nor to be filled in.
fn no_metrics(count: usize) -> Problem {
    Problem::error(
        "no-metrics",
        words!(
            "工作簿里有 {count} 项指标没有填，核对不了得分",
            "{count} metrics are blank in the workbook: its scores cannot be checked"
        ),
    )
    .hint(words!(
        "得分是 kaohe batch --metrics 算的，发送时也写同一个 --metrics；不是就先填好指标，再算一次",
        "where batch had --metrics, give the same here; else fill the metrics in and fill the form again"
    ))
}

/// Whether a file that holds no single result is the month's summary by its name.
fn is_summary(file: &str, roster: &[Row]) -> bool {
    let name = compact(base(file));
    (name.contains("汇总") || name.contains("summary")) && people_in(file, roster).is_empty()
}

/// All results must be of one month.
fn one_month(plan: &mut Plan, matches: &mut Vec<Match<'_>>) {
    let months: BTreeSet<Month> = matches.iter().filter_map(|m| m.found.card.month).collect();
    if months.len() < 2 {
        return;
    }
    let list: Vec<String> = months.iter().map(Month::to_string).collect();
    let list = list.join("、");
    for found in matches.drain(..) {
        let own = found.found.card.month.map_or_else(|| "?".to_owned(), |m| m.to_string());
        plan.note(
            &found.input.name,
            Problem::error(
                "several-months",
                words!(
                    "文件夹里有几个月的结果（{list}），这份是 {own}",
                    "the folder holds results of several months ({list}); this is of {own}"
                ),
            )
            .hint(words!("用 --month 指定要发的月份", "say which with --month")),
        );
    }
}

/// Two results for one person are both held back.
fn one_a_person(plan: &mut Plan, matches: &mut Vec<Match<'_>>, roster: &[Row]) {
    let mut files: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for found in matches.iter() {
        files.entry(found.row).or_default().push(found.input.name.clone());
    }
    files.retain(|_, names| names.len() > 1);
    matches.retain(|m| !files.contains_key(&m.row));
    for (row, names) in files {
        let who = roster.get(row).map(named).unwrap_or_default();
        let list = names.join("、");
        plan.note(
            &list,
            Problem::error(
                "two-results",
                words!("{who} 有 {} 份结果", "{who} has {} results", names.len()),
            )
            .hint(words!("只留下要发的那一份", "keep the one to be sent")),
        );
    }
}

fn letter(plan: &mut Plan, found: Match<'_>, roster: &[Row], wanted: &Wanted) -> Option<Letter> {
    let Match { input, found, row } = found;
    let row = roster.get(row)?;
    let to = match address::address(row.email.as_deref().unwrap_or_default()) {
        Ok(address) => Mailbox::new(Some(row.name.clone()), address),
        Err(what) => {
            let who = named(row);
            let what = words!("{who}：", "{who}: ").then(&what);
            plan.note(
                &input.name,
                Problem::error("bad-address", what)
                    .hint(words!("在名单里改正邮箱", "correct the address on the roster")),
            );
            return None;
        }
    };
    let copy = if wanted.to_manager {
        match superior(row, roster) {
            Ok(Some(copy)) => Some(copy),
            Ok(None) => {
                let who = named(row);
                plan.note(
                    &input.name,
                    Problem::notice(
                        "no-superior",
                        words!(
                            "名单里 {who} 没有上级，不抄送",
                            "{who} has no superior on the roster; no copy"
                        ),
                    ),
                );
                None
            }
            Err(problem) => {
                plan.note(&input.name, problem);
                return None;
            }
        }
    } else {
        None
    };
    if wanted.encrypt && row.password.is_none() {
        let who = named(row);
        plan.note(
            &input.name,
            Problem::error(
                "no-password",
                words!("名单里 {who} 没有打开密码", "{who} has no password on the roster"),
            )
            .hint(words!(
                "在名单的「密码」列写上，或去掉 --encrypt",
                "fill the column 密码 (password), or drop --encrypt"
            )),
        );
        return None;
    }
    let month = found.card.month.or(wanted.month);
    let stamp = month.map(|m| format!("_{m}")).unwrap_or_default();
    let plain: String = row
        .id
        .iter()
        .flat_map(|id| id.chars())
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let stem = match wanted.ascii_names {
        true if plain.is_empty() => format!("result{stamp}"),
        true => format!("{plain}{stamp}"),
        false => format!("{}{stamp}_绩效", file_safe(&row.name)),
    };
    Some(Letter {
        file: input.name.clone(),
        person: row.name.clone(),
        department: found.card.department.clone().or_else(|| row.department.clone()),
        id: row.id.clone(),
        month,
        to: vec![to],
        copy: copy.filter(|copy| !same(copy, row.email.as_deref())),
        attachment: Some(Attachment {
            name: format!("{stem}.{}", found.extension),
            bytes: input.bytes.clone(),
            password: row.password.clone().filter(|_| wanted.encrypt),
        }),
        body: Body::Result(Box::new(found.card)),
    })
}

fn same(copy: &Mailbox, email: Option<&str>) -> bool {
    email.and_then(|e| address::address(e).ok()).is_some_and(|own| own == copy.email)
}

/// A name without what a file system or a header refuses.
pub fn file_safe(name: &str) -> String {
    let refused = |c: char| c.is_control() || "\\/:*?\"<>|\u{feff}".contains(c);
    let safe: String = name.chars().map(|c| if refused(c) { '_' } else { c }).take(60).collect();
    safe.trim_matches([' ', '.']).to_owned()
}

/// The superior's mailbox: 上级邮箱, or the row that 上级 names.
fn superior(row: &Row, roster: &[Row]) -> Result<Option<Mailbox>, Problem> {
    let who = named(row);
    let wrong = |what: Words| {
        Problem::error(
            "bad-superior",
            words!("{who} 的上级：", "the superior of {who}: ").then(&what),
        )
        .hint(words!(
            "在名单里改正，或不加 --to-manager",
            "correct the roster, or drop --to-manager"
        ))
    };
    if let Some(email) = &row.manager_email {
        let address = address::address(email).map_err(wrong)?;
        return Ok(Some(Mailbox::new(row.manager.clone(), address)));
    }
    let Some(manager) = &row.manager else { return Ok(None) };
    let key = person_key(manager);
    let rows: Vec<&Row> = roster
        .iter()
        .filter(|r| {
            person_key(&r.name) == key || r.id.as_deref().map(person_key).as_ref() == Some(&key)
        })
        .collect();
    match rows.as_slice() {
        [only] => {
            let address =
                address::address(only.email.as_deref().unwrap_or_default()).map_err(wrong)?;
            Ok(Some(Mailbox::new(Some(only.name.clone()), address)))
        }
        [] => Err(wrong(words!("名单里没有「{manager}」", "`{manager}` is not on the roster"))),
        _ => Err(wrong(words!("名单里有几个「{manager}」", "the roster has several `{manager}`"))),
    }
}

/// Two people with one address: one of the rows is wrong, so neither is mailed, whether both have a
/// result or not. Of one name they are one person, who may stand in two departments, unless two results
/// are for the address.
fn one_a_address(plan: &mut Plan, roster: &[Row]) {
    let key = |letter: &Letter| letter.to.first().map(|to| to.email.to_string().to_lowercase());
    let mut rows: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in roster {
        if let Ok(email) = address::address(row.email.as_deref().unwrap_or_default()) {
            rows.entry(email.to_string().to_lowercase()).or_default().push(row);
        }
    }
    rows.retain(|_, rows| {
        let names: BTreeSet<String> = rows.iter().map(|row| person_key(&row.name)).collect();
        names.len() > 1
    });
    let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for letter in &plan.letters {
        people.entry(key(letter).unwrap_or_default()).or_default().push(letter.file.clone());
    }
    people.retain(|address, files| files.len() > 1 || rows.contains_key(address));
    plan.letters.retain(|letter| !people.contains_key(&key(letter).unwrap_or_default()));
    for (address, files) in people {
        let who: Vec<String> = rows.get(&address).into_iter().flatten().map(|r| named(r)).collect();
        let (zh, en) = match who.is_empty() {
            true => (String::new(), String::new()),
            false => (format!("：{}", who.join("、")), format!(": {}", who.join(", "))),
        };
        plan.note(
            &files.join("、"),
            Problem::error(
                "address-twice",
                words!(
                    "名单里不同的人用了同一个邮箱 {address}{zh}",
                    "different people have one address, {address}{en}"
                ),
            )
            .hint(words!("在名单里改正邮箱", "correct the addresses on the roster")),
        );
    }
}
