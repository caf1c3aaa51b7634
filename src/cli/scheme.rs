//! `kaohe scheme list|show`, and finding a scheme by name.

use super::args::{SchemeArgs, SchemeCommand};
use super::named::text_of;
use super::output::{print, say};
use super::tool;
use kaohe::limits::Limits;
use kaohe::problem::{Lang, Problem};
use kaohe::scheme::{EXAMPLES, Scheme};
use kaohe::words;
use std::path::Path;
use std::process::ExitCode;

/// Runs a scheme command.
pub fn run(args: &SchemeArgs, limits: Limits, lang: Lang) -> ExitCode {
    match &args.command {
        SchemeCommand::List => {
            let examples = EXAMPLES.iter().filter_map(|(_, text)| Scheme::parse(text).ok());
            for scheme in Scheme::built_in().iter().cloned().chain(examples) {
                let (name, title, items) = (&scheme.name, &scheme.title, scheme.items.len());
                let line = words!("{name}\t{title}\t{items} 项", "{name}\t{title}\t{items} items");
                print(&format!("{}\n", line.get(lang)));
            }
            ExitCode::SUCCESS
        }
        SchemeCommand::Show { name } => match text_of(name) {
            Some(text) => {
                print(text);
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
        SchemeCommand::Draft(args) => tool::draft(args, limits, lang),
    }
}
