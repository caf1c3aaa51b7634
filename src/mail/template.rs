//! Subject, text and HTML of a mail, by minijinja from `templates/mail/`; a company can replace
//! any of the six files. Text from workbooks is escaped in HTML.

use super::address::one_line;
use super::plan::{Body, Letter};
use crate::fill::Scorecard;
use crate::problem::{Lang, Problem, Severity};
use crate::text::show;
use crate::words;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeMap;

/// Names of the template files.
pub const FILES: [&str; 6] = [
    "person-subject.txt",
    "person.txt",
    "person.html",
    "summary-subject.txt",
    "summary.txt",
    "summary.html",
];

/// The built-in templates of a language, in the order of [`FILES`].
fn built_in(lang: Lang) -> [&'static str; 6] {
    match lang {
        Lang::Zh => [
            include_str!("../../templates/mail/zh/person-subject.txt"),
            include_str!("../../templates/mail/zh/person.txt"),
            include_str!("../../templates/mail/zh/person.html"),
            include_str!("../../templates/mail/zh/summary-subject.txt"),
            include_str!("../../templates/mail/zh/summary.txt"),
            include_str!("../../templates/mail/zh/summary.html"),
        ],
        Lang::En => [
            include_str!("../../templates/mail/en/person-subject.txt"),
            include_str!("../../templates/mail/en/person.txt"),
            include_str!("../../templates/mail/en/person.html"),
            include_str!("../../templates/mail/en/summary-subject.txt"),
            include_str!("../../templates/mail/en/summary.txt"),
            include_str!("../../templates/mail/en/summary.html"),
        ],
    }
}

/// A mail's words.
#[derive(Debug, Clone)]
pub struct Written {
    /// Subject, one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}

/// Templates, ready to use.
pub struct Templates {
    environment: Environment<'static>,
    lang: Lang,
}

/// An item or rating of a template.
#[derive(Serialize)]
struct Row {
    name: String,
    points: String,
    score: String,
    working: String,
}

/// What a template can use of a person.
#[derive(Serialize)]
struct Person {
    person: String,
    department: Option<String>,
    month: Option<String>,
    items: Vec<Row>,
    sum: String,
    sum_points: String,
    ratings: Vec<Row>,
    total: String,
    total_points: String,
    grade: Option<String>,
    fines: Vec<(String, String)>,
    notices: Vec<String>,
    attachment: Option<String>,
    protected: bool,
    sender: String,
}

/// What a template can use of all people.
#[derive(Serialize)]
struct Everybody {
    month: Option<String>,
    people: Vec<Person>,
    attachment: Option<String>,
    sender: String,
}

impl Templates {
    /// The built-in templates, with those in `own` (file name → text) in their place.
    ///
    /// # Errors
    /// A template that cannot be read, with its line.
    pub fn new(lang: Lang, own: &BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // A line with only a tag in it leaves no line in the mail.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        let Ok(syntax) = syntax else { return Err(Vec::new()) };
        environment.set_syntax(syntax);
        let mut problems = Vec::new();
        for (name, text) in FILES.into_iter().zip(built_in(lang)) {
            let text = own.get(name).cloned().unwrap_or_else(|| text.to_owned());
            if let Err(error) = environment.add_template_owned(name, text) {
                problems.push(wrong(name, &error));
            }
        }
        if problems.is_empty() { Ok(Self { environment, lang }) } else { Err(problems) }
    }

    /// Writes a letter.
    ///
    /// # Errors
    /// A template that names what there is not.
    pub fn write(&self, letter: &Letter, sender: &str) -> Result<Written, Problem> {
        let month = letter.month.map(|m| m.to_string());
        let attachment = letter.attachment.as_ref().map(|a| a.name.clone());
        let protected = letter.attachment.as_ref().is_some_and(|a| a.password.is_some());
        match &letter.body {
            Body::Result(card) => {
                let mut person = self.person(card, sender);
                person.person.clone_from(&letter.person);
                person.month = month;
                person.attachment = attachment;
                person.protected = protected;
                self.all("person", &person)
            }
            Body::Summary(cards) => {
                let people = cards.iter().map(|card| self.person(card, sender)).collect();
                self.all("summary", &Everybody { month, people, attachment, sender: sender.into() })
            }
        }
    }

    fn all(&self, kind: &str, context: &impl Serialize) -> Result<Written, Problem> {
        let render = |name: String| {
            self.environment
                .get_template(&name)
                .and_then(|template| template.render(minijinja::value::Serde(context)))
                .map_err(|error| wrong(&name, &error))
        };
        Ok(Written {
            subject: one_line(&render(format!("{kind}-subject.txt"))?),
            text: render(format!("{kind}.txt"))?,
            html: render(format!("{kind}.html"))?,
        })
    }

    fn person(&self, card: &Scorecard, sender: &str) -> Person {
        let lang = self.lang;
        let items = card.items.iter().map(|item| Row {
            name: item.name.clone(),
            points: show(item.points, 4),
            score: show(item.score, 4),
            working: item.working.get(lang).to_owned(),
        });
        let ratings = card.ratings.iter().map(|rating| Row {
            name: rating.name.clone(),
            points: show(rating.weight, 4),
            score: show(rating.points, 4),
            working: format!(
                "{} ÷ {} × {}",
                show(rating.sum, 4),
                show(rating.full, 4),
                show(rating.weight, 4)
            ),
        });
        let notices = card.problems.iter().filter(|p| p.severity == Severity::Notice);
        Person {
            person: card.person.clone().unwrap_or_default(),
            department: card.department.clone(),
            month: card.month.map(|m| m.to_string()),
            items: items.collect(),
            sum: show(card.sum, 4),
            sum_points: show(card.sum_points, 4),
            ratings: ratings.collect(),
            total: show(card.total, 2),
            total_points: show(card.total_points, 4),
            grade: card.grade.clone(),
            fines: card.fines.iter().map(|f| (f.name.clone(), show(f.amount, 2))).collect(),
            notices: notices.map(|p| p.what.get(lang).to_owned()).collect(),
            attachment: None,
            protected: false,
            sender: sender.to_owned(),
        }
    }
}

fn wrong(name: &str, error: &minijinja::Error) -> Problem {
    let line = error.line().unwrap_or_default();
    let why = error.to_string();
    Problem::error(
        "bad-template",
        words!(
            "邮件模板 {name} 第 {line} 行有误：{why}",
            "mail template {name}, line {line}: {why}"
        ),
    )
    .hint(words!(
        "可用的名字见 templates/mail/ 里的模板",
        "the names to use are in templates/mail/"
    ))
}
