//! `kaohe scheme check|try|schema|draft` and `kaohe explain --rule`.

use super::args::{DraftArgs, TryArgs};
use super::input::read;
use super::output::{code, print, remark, say};
use kaohe::limits::Limits;
use kaohe::problem::{Lang, Problem, Words};
use kaohe::scheme::{SCHEMA, Scheme, examine, toml_fault};
use kaohe::score::pages::{BESIDE, PAGES, page};
use kaohe::text::show;
use kaohe::trial::{self, Given};
use kaohe::{report, words};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// The page of a rule kind, or the list of kinds.
pub fn rule(kind: &str, lang: Lang) -> ExitCode {
    if let Some(text) = page(kind, lang) {
        print(&format!("{text}\n"));
        return ExitCode::SUCCESS;
    }
    if !kind.is_empty() {
        let problem = Problem::error(
            "no-such-rule",
            words!("没有「{kind}」这种规则", "there is no rule kind `{kind}`"),
        )
        .hint(words!("kaohe explain --rule 列出所有种类", "kaohe explain --rule lists the kinds"));
        say(&problem, Path::new("--rule"), lang);
        return ExitCode::from(2);
    }
    for (name, _, _) in PAGES.into_iter().chain(BESIDE) {
        let title = page(name, lang).and_then(|text| text.lines().next()).unwrap_or(name);
        print(&format!("{}\n", title.trim_start_matches("# ")));
    }
    ExitCode::SUCCESS
}

/// `kaohe scheme schema`.
pub fn schema() -> ExitCode {
    print(SCHEMA);
    ExitCode::SUCCESS
}

/// `kaohe scheme check`.
pub fn check(path: &Path, lang: Lang) -> ExitCode {
    let text = match super::named::text(path) {
        Ok(text) => text,
        Err(problem) => {
            say(&problem, path, lang);
            return ExitCode::from(2);
        }
    };
    let faults = examine(&text);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for fault in &faults {
        remark(&report::excerpt(&name, &text, fault, lang));
    }
    if faults.iter().any(|fault| fault.problem.blocks()) {
        return ExitCode::from(1);
    }
    if let Ok(scheme) = Scheme::parse(&text) {
        let (name, items, metrics) = (&scheme.name, scheme.items.len(), scheme.metrics.len());
        let line = words!(
            "方案「{name}」没有错误：{items} 个项目，{metrics} 个指标",
            "the scheme `{name}` is sound: {items} items, {metrics} metrics"
        );
        print(&format!("{}\n", line.get(lang)));
    }
    ExitCode::SUCCESS
}

fn given(value: toml::Value) -> Given {
    match value {
        toml::Value::Integer(number) => Given::Number(number as f64),
        toml::Value::Float(number) => Given::Number(number),
        toml::Value::Array(list) => Given::List(list.into_iter().map(given).collect()),
        toml::Value::String(text) => Given::Text(text),
        other => Given::Text(other.to_string()),
    }
}

/// `320000`, `95%`, `2026-10-01`, or a list in brackets.
fn typed(text: &str) -> Given {
    let inner = text.trim().strip_prefix(['[', '［']).and_then(|t| t.strip_suffix([']', '］']));
    match inner {
        Some(list) => Given::List(
            list.split([',', '，', '、']).map(|part| Given::Text(part.trim().to_owned())).collect(),
        ),
        None => Given::Text(text.trim().to_owned()),
    }
}

fn figures(args: &TryArgs) -> Result<BTreeMap<String, Given>, Problem> {
    let mut figures = BTreeMap::new();
    if let Some(path) = &args.metrics {
        let fault = |why: Words| {
            let what = words!("读不到数据：", "the figures cannot be read: ").then(&why);
            Problem::error("metrics-unreadable", what)
                .hint(words!("每行 指标 = 数值", "a line of metric = figure each"))
        };
        let text = std::fs::read_to_string(path).map_err(|e| fault(Words::refused(&e)))?;
        let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        let table: toml::Table = if json {
            serde_json::from_str(&text).map_err(|error| {
                let line = error.line();
                fault(words!("第 {line} 行的 JSON 写法不对", "{error}"))
            })?
        } else {
            let text = quoted_keys(&text);
            toml::from_str(&text).map_err(|e| fault(toml_fault(&text, &e).told(&text).what))?
        };
        figures.extend(table.into_iter().map(|(key, value)| (key, given(value))));
    }
    for pair in &args.set {
        let (name, value) = pair.split_once(['=', '＝']).ok_or_else(|| {
            Problem::error(
                "set-form",
                words!("「{pair}」不是 指标=数值", "`{pair}` is not metric=figure"),
            )
        })?;
        figures.insert(name.trim().to_owned(), typed(value));
    }
    Ok(figures)
}

/// Bare Chinese keys are no TOML; they are quoted here, so that `实际营业额 = 320000` works.
fn quoted_keys(text: &str) -> String {
    let quote = |line: &str| match line.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() && !key.contains(['"', '#', '[', '\'']) => {
            format!("\"{}\" ={value}", key.trim())
        }
        _ => line.to_owned(),
    };
    text.lines().map(|line| quote(line) + "\n").collect()
}

/// `kaohe scheme try`.
pub fn attempt(args: &TryArgs, lang: Lang) -> ExitCode {
    let scheme = match super::named::load(&args.file, lang) {
        Ok(scheme) => scheme,
        Err(code) => return code,
    };
    let figures = match figures(args) {
        Ok(figures) => figures,
        Err(problem) => {
            say(&problem, &args.file, lang);
            return ExitCode::from(2);
        }
    };
    let trial = trial::run(&scheme, &figures);
    for (name, points, score, working) in &trial.items {
        let (points, score) = (show(*points, 4), show(*score, 6));
        print(&format!("{name}\t{score} / {points}\t{}\n", working.get(lang)));
    }
    for (name, weight, points) in &trial.ratings {
        print(&format!("{name}\t{} / {}\n", show(*points, 6), show(*weight, 4)));
    }
    if let Some(total) = trial.total {
        let (total, full) = (show(total, 6), show(scheme.total, 4));
        let mut line = words!("总得分\t{total} / {full}", "total\t{total} / {full}");
        if let Some((grade, coefficient)) = &trial.grade {
            line = line.then(&words!("\t{grade}", "\t{grade}"));
            if let Some(coefficient) = coefficient {
                let c = show(*coefficient, 4);
                line = line.then(&words!("，系数 {c}", ", coefficient {c}"));
            }
        }
        print(&format!("{}\n", line.get(lang)));
    }
    for problem in &trial.problems {
        say(problem, &args.file, lang);
    }
    ExitCode::from(u8::from(trial.problems.iter().any(Problem::blocks)))
}

/// `kaohe scheme draft`.
pub fn draft(args: &DraftArgs, limits: Limits, lang: Lang) -> ExitCode {
    let bytes = match read(&args.file, &limits) {
        Ok(bytes) => bytes,
        Err(problem) => {
            say(&problem, &args.file, lang);
            return code(false);
        }
    };
    match kaohe::draft::draft(&bytes) {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(problems) => {
            problems.iter().for_each(|problem| say(problem, &args.file, lang));
            ExitCode::from(1)
        }
    }
}
