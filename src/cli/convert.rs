//! `kaohe convert`: another format as .xlsx, nothing scored.

use super::args::ConvertArgs;
use super::input::read;
use super::output::{code, remark, say, shown};
use super::save;
use kaohe::limits::Limits;
use kaohe::limits::net::within;
use kaohe::problem::Lang;
use kaohe::{convert_workbook, words};
use std::process::ExitCode;

/// Converts a file.
pub fn run(args: &ConvertArgs, limits: Limits, lang: Lang) -> ExitCode {
    let done = read(&args.file, &limits)
        .and_then(|bytes| within(&limits, move || convert_workbook(&bytes, &limits)));
    let saved = done.and_then(|(bytes, notices)| {
        for notice in &notices {
            say(notice, &args.file, lang);
        }
        let output = args.output.clone().unwrap_or_else(|| args.file.with_extension("xlsx"));
        save::fitting(&output, "xlsx")?;
        save::closed(&output)?;
        save::save(&args.file, &output, &bytes, args.force).map(|()| output)
    });
    match saved {
        Ok(output) => {
            let name = shown(&output);
            remark(words!("已写出：{name}", "written: {name}").get(lang));
            code(true)
        }
        Err(problem) => {
            say(&problem, &args.file, lang);
            code(false)
        }
    }
}
