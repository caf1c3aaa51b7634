//! `kaohe convert`: another format as .xlsx, nothing scored.

use super::args::ConvertArgs;
use super::fill::{code, internal, read, say, shown};
use super::save;
use kaohe::limits::Limits;
use kaohe::problem::Lang;
use kaohe::{convert_workbook, words};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Converts a file.
pub fn run(args: &ConvertArgs, limits: Limits, lang: Lang) -> ExitCode {
    let done = read(&args.file, &limits).and_then(|bytes| {
        // The last net: a fault in a library is told as such.
        catch_unwind(AssertUnwindSafe(|| convert_workbook(&bytes, &limits)))
            .unwrap_or_else(|_| Err(internal()))
    });
    let saved = done.and_then(|(bytes, notices)| {
        for notice in &notices {
            say(notice, &args.file, lang);
        }
        let output = args.output.clone().unwrap_or_else(|| args.file.with_extension("xlsx"));
        save::save(&args.file, &output, &bytes, args.force).map(|()| output)
    });
    match saved {
        Ok(output) => {
            let name = shown(&output);
            eprintln!("{}", words!("已写出：{name}", "written: {name}").get(lang));
            code(true)
        }
        Err(problem) => {
            say(&problem, &args.file, lang);
            code(false)
        }
    }
}
