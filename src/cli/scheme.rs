//! `kaohe scheme list|show`, and finding a scheme by name.

use super::args::{SchemeArgs, SchemeCommand};
use super::fill::say;
use super::tool;
use kaohe::problem::{Lang, Problem, Words};
use kaohe::scheme::{BUILT_IN, EXAMPLES, Scheme};
use kaohe::words;
use std::path::Path;
use std::process::ExitCode;

/// Runs a scheme command.
pub fn run(args: &SchemeArgs, lang: Lang) -> ExitCode {
    match &args.command {
        SchemeCommand::List => {
            let examples = EXAMPLES.iter().filter_map(|(_, text)| Scheme::parse(text).ok());
            for scheme in Scheme::built_in().iter().cloned().chain(examples) {
                let (name, title, items) = (&scheme.name, &scheme.title, scheme.items.len());
                let line = words!("{name}\t{title}\t{items} 项", "{name}\t{title}\t{items} items");
                println!("{}", line.get(lang));
            }
            ExitCode::SUCCESS
        }
        SchemeCommand::Show { name } => match text_of(name) {
            Some(text) => {
                print!("{text}");
                ExitCode::SUCCESS
            }
            None => {
                let problem = Problem::error(
                    "no-such-scheme",
                    words!("没有名为「{name}」的内置方案", "there is no built-in scheme `{name}`"),
                )
                .hint(words!("用 kaohe scheme list 查看", "see kaohe scheme list"));
                say(&problem, Path::new(name), lang);
                ExitCode::from(2)
            }
        },
        SchemeCommand::Check { file } => tool::check(file, lang),
        SchemeCommand::Try(args) => tool::attempt(args, lang),
        SchemeCommand::Schema => tool::schema(),
        SchemeCommand::Draft(args) => tool::draft(args, lang),
    }
}

fn text_of(name: &str) -> Option<&'static str> {
    BUILT_IN
        .iter()
        .chain(&EXAMPLES)
        .find(|(file, _)| *file == name || file.strip_suffix(".toml") == Some(name))
        .map(|(_, text)| *text)
}

/// Loads a scheme file, or a built-in one by its name.
pub fn load(path: &Path, lang: Lang) -> Result<Scheme, ExitCode> {
    let name = path.to_string_lossy();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => match text_of(&name) {
            Some(text) => text.to_owned(),
            None => {
                let problem = Problem::error(
                    "scheme-unreadable",
                    words!("读不到方案：", "the scheme cannot be read: ")
                        .then(&Words::refused(&error)),
                )
                .hint(words!("检查路径；文件须为 UTF-8", "check the path; the file must be UTF-8"));
                say(&problem, path, lang);
                return Err(ExitCode::from(2));
            }
        },
    };
    Scheme::parse(&text).map_err(|problems| {
        for problem in problems {
            say(&problem, path, lang);
        }
        ExitCode::from(2)
    })
}
