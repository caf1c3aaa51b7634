//! The shape of the code: a room may use only the rooms before it in `src/lib.rs`'s picture, and every
//! file of tests is run.

use std::path::{Path, PathBuf};

/// Rooms in the order of the map, with those that it only names; a room may import what stands before it.
const ROOMS: [&str; 35] = [
    "cell",
    "hash",
    "text",
    "problem",
    "limits",
    "day",
    "refs",
    "container",
    "workbook",
    "expr",
    "scheme",
    "score",
    "form",
    "metrics",
    "fill",
    "next",
    "trial",
    "criteria",
    "agree",
    "draft",
    "recalc",
    "package",
    "render",
    "pipeline",
    "owner",
    "report",
    "spool",
    "summary",
    "roster",
    "blank",
    "collect",
    "batch",
    "mail",
    "serve",
    "cli",
];

/// Pairs that stand side by side: a scheme holds its rules' parameters, and a rule reads metrics.
const SIDEWAYS: [(&str, &str); 2] = [("scheme", "score"), ("score", "metrics")];

/// Libraries and the only rooms that may name them.
const LIBRARIES: [(&str, &[&str]); 18] = [
    ("calamine::", &["workbook"]),
    ("zip::", &["container", "summary", "serve"]),
    ("foldhash::", &["hash"]),
    ("flate2::", &["container", "package"]),
    ("quick_xml::", &["container", "workbook", "package", "serve"]),
    ("rust_xlsxwriter::", &["render", "summary", "blank"]),
    ("cellrune::", &["recalc"]),
    ("clap::", &["cli"]),
    ("csv::", &["roster"]),
    ("encoding_rs::", &["roster", "workbook", "mail"]),
    ("indicatif::", &["cli"]),
    ("ctrlc::", &["cli"]),
    ("cfb::", &["workbook"]),
    ("lettre::", &["mail"]),
    ("minijinja::", &["mail"]),
    ("hyper::", &["serve"]),
    ("tokio::", &["serve"]),
    ("notify::", &["cli"]),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn files() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    paths
        .into_iter()
        .filter_map(|path| {
            let inside = path.strip_prefix(&root).ok()?.to_string_lossy().replace('\\', "/");
            let room = inside.split('/').next()?.trim_end_matches(".rs").to_owned();
            let text = std::fs::read_to_string(&path).ok()?;
            let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
            Some((room, inside, code.collect::<Vec<_>>().join("\n")))
        })
        .collect()
}

/// What `src/lib.rs` gives out of a room: who imports it imports the room.
const GIVEN_OUT: [&str; 6] =
    ["Figures", "Options", "Outcome", "convert_workbook", "fill_workbook", "prepare"];

fn name(text: &str) -> String {
    let text = text.trim_start();
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The rooms that code names behind `prefix`: `crate::form::Form`, `crate::{form, metrics::Sources}`.
fn imported(code: &str, prefix: &str) -> Vec<String> {
    let mut out = Vec::new();
    for piece in code.split(prefix).skip(1) {
        let Some(list) = piece.strip_prefix('{') else {
            out.push(name(piece));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    out.push(name(&list[start..at]));
                    start = at + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    let room =
        |name: String| if GIVEN_OUT.contains(&&*name) { "pipeline".to_owned() } else { name };
    out.into_iter().map(room).filter(|name| !name.is_empty()).collect()
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let code = "use crate::form::{Form, Place};\nuse crate::{\n    Options, cell::{CellRef, Range}, fill,\n};\n\
                let x = crate::text::label(y);";
    assert_eq!(imported(code, "crate::"), ["form", "pipeline", "cell", "fill", "text"]);
}

#[test]
fn rooms_stand_in_the_order_of_the_map() {
    let map = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    let map = map.expect("lib.rs");
    let rows = map.lines().filter_map(|line| line.strip_prefix("//! | [`")).map(name);
    let rows: Vec<String> = rows.collect();
    assert!(rows.len() > 20, "{rows:?}");
    let ranks: Vec<_> = rows.iter().map(|row| ROOMS.iter().position(|room| room == row)).collect();
    assert!(ranks.iter().all(Option::is_some) && ranks.is_sorted(), "{rows:?}");
}

#[test]
fn rooms_import_only_rooms_before_them() {
    let rank = |room: &str| ROOMS.iter().position(|r| *r == room);
    let mut checked = 0;
    for (room, file, code) in files() {
        let Some(own) = rank(&room) else {
            assert!(["lib", "main"].contains(&room.as_str()), "{file} is no room");
            continue;
        };
        let prefix = if room == "cli" { "kaohe::" } else { "crate::" };
        for other in imported(&code, prefix) {
            let Some(theirs) = rank(&other) else { continue };
            checked += 1;
            let sideways = SIDEWAYS.contains(&(room.as_str(), other.as_str()));
            assert!(theirs <= own || sideways, "{file} imports {other}");
        }
    }
    assert!(checked > 80, "{checked} imports seen");
}

#[test]
fn libraries_are_named_only_in_their_rooms() {
    for (room, file, code) in files() {
        for (library, rooms) in LIBRARIES {
            let named = code.match_indices(library).any(|(at, _)| {
                !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            assert!(!named || rooms.contains(&room.as_str()), "{file} names {library}");
        }
    }
}

/// The month comes from the form, no other machine is asked: only shells look at the clock, and only
/// mail and the page know the network. `limits/net` and `day` are given what they need.
#[test]
fn the_core_has_no_clock_and_no_network() {
    let shells = ["cli", "serve", "mail", "batch", "main"];
    let mut shelled = 0;
    for (room, file, code) in files() {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for name in ["SystemTime::now", "Instant::now", "Local::now", "Utc::now"] {
            let named = code.contains(name);
            shelled += usize::from(named);
            assert!(!named || shells.contains(&room.as_str()), "{file} looks at the clock");
        }
        for name in ["std::net", "TcpStream", "UdpSocket", "ToSocketAddrs"] {
            let named = code.contains(name);
            assert!(!named || ["serve", "mail"].contains(&room.as_str()), "{file} names {name}");
        }
    }
    assert!(shelled > 2, "the shells do");
}

/// A file of tests that no module names would never run, and nothing would say so.
#[test]
fn every_file_of_tests_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    assert!(paths.len() > 60, "{paths:?}");
    for path in paths {
        let inside = path.strip_prefix(&root).expect("inside");
        let (folder, file) = (inside.parent(), inside.file_stem().and_then(|name| name.to_str()));
        let (parent, module) = match (folder.and_then(Path::to_str), file.expect("a name")) {
            (Some(""), "all") => continue,
            (Some(""), file) => ("all.rs".to_owned(), file),
            (Some(folder), "mod") => ("all.rs".to_owned(), folder),
            (folder, file) => (format!("{}/mod.rs", folder.expect("a folder")), file),
        };
        let text = std::fs::read_to_string(root.join(&parent)).expect("the parent");
        let named = |line: &str| line.trim_start_matches("pub ") == format!("mod {module};");
        assert!(text.lines().any(named), "{parent} lacks mod {module}");
    }
}

/// A newcomer finds each file of the two largest rooms in the table at their head.
#[test]
fn rooms_of_many_files_name_them_all() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in ["form.rs", "metrics/mod.rs"] {
        let text = std::fs::read_to_string(root.join(room)).expect(room);
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let modules: Vec<&str> = text
            .lines()
            .filter_map(|line| {
                let (before, name) = line.strip_suffix(';')?.split_once("mod ")?;
                (before.is_empty() || before.starts_with("pub")).then_some(name)
            })
            .collect();
        assert!(modules.len() > 20, "{room}: {modules:?}");
        for module in modules {
            assert!(head.contains(&format!("`{module}`")), "{room} does not tell of {module}");
        }
    }
}
