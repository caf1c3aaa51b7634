//! 3.6 Files and system. Killing, failing calls and two runs at once: tests/crash.rs and
//! src/cli/save.rs. Mail and the page: not here.

use crate::common::{ONE, kaohe, said, sample};
use std::path::Path;
use std::process::Command;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::write(folder.path().join("a.xlsx"), sample(ONE)).expect("written");
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).expect("folder").flatten();
        let mut names: Vec<String> =
            entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[track_caller]
fn fails(folder: &Folder, args: &[&str], word: &str) {
    let before = folder.names();
    let (_, words, code) = said(&kaohe(folder.path(), args));
    assert_eq!(code, 1, "{args:?}: {words}");
    assert!(words.contains(word), "{args:?}: {words}");
    assert!(!words.contains("panicked"), "{words}");
    assert_eq!(folder.names(), before, "{args:?} left something behind");
    assert!(std::fs::read(folder.path().join("a.xlsx")).expect("input") == sample(ONE));
}

#[test]
fn owner_files_and_placeholders() {
    let folder = Folder::new();
    for name in ["~$a.xlsx", ".~lock.a.xlsx#", "空.xlsx"] {
        std::fs::write(folder.path().join(name), "").expect("written");
    }
    fails(&folder, &["~$a.xlsx"], "owner-file");
    fails(&folder, &[".~lock.a.xlsx#"], "owner-file");
    fails(&folder, &["空.xlsx"], "空的");
}

#[test]
fn a_workbook_that_somebody_has_open_is_read_and_told() {
    let folder = Folder::new();
    let mut owner = vec![6u8];
    owner.extend(b"Wang L");
    owner.resize(55, 0x20);
    owner.extend(2u16.to_le_bytes());
    owner.extend("王丽".encode_utf16().flat_map(u16::to_le_bytes));
    owner.resize(165, 0);
    std::fs::write(folder.path().join("~$a.xlsx"), owner).expect("written");
    let (_, words, code) = said(&kaohe(folder.path(), &["a.xlsx"]));
    assert_eq!(code, 0);
    assert!(words.contains("open-elsewhere") && words.contains("王丽"), "{words}");
    let folder = Folder::new();
    std::fs::write(folder.path().join(".~lock.a.xlsx#"), ",wangli,pc,24.11.2026 10:00,file:///x;")
        .expect("written");
    let (_, words, _) = said(&kaohe(folder.path(), &["a.xlsx"]));
    assert!(words.contains("open-elsewhere"), "{words}");
}

#[test]
fn the_source_is_never_written_by_any_name() {
    let folder = Folder::new();
    let path = folder.path();
    std::fs::hard_link(path.join("a.xlsx"), path.join("hard.xlsx")).expect("link");
    std::fs::create_dir(path.join("sub")).expect("folder");
    let mut names =
        vec!["a.xlsx".to_owned(), "./a.xlsx".into(), "sub/../a.xlsx".into(), "hard.xlsx".into()];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("a.xlsx", path.join("soft.xlsx")).expect("link");
        names.push("soft.xlsx".into());
    }
    for name in &names {
        fails(&folder, &["fill", "a.xlsx", "-o", name, "--force"], "output-is-input");
    }
    fails(&folder, &["fill", "a.xlsx", "-o", "hard.xlsx"], "output-is-input");
    std::fs::write(path.join("b.xlsx"), "mine").expect("written");
    fails(&folder, &["fill", "a.xlsx", "-o", "b.xlsx"], "output-exists");
}

#[test]
#[cfg(unix)]
fn folders_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let sub = folder.path().join("sub");
    std::fs::create_dir(&sub).expect("folder");
    std::fs::write(sub.join("out.xlsx"), "old").expect("written");
    std::fs::set_permissions(&sub, std::fs::Permissions::from_mode(0o555)).expect("set");
    // The administrator may write anywhere; /proc lets nobody.
    let root = std::fs::write(sub.join("probe"), "").is_ok();
    if root {
        let _ = std::fs::remove_file(sub.join("probe"));
    } else {
        fails(&folder, &["fill", "a.xlsx", "-o", "sub/out.xlsx", "--force"], "cannot-write");
        assert_eq!(std::fs::read(sub.join("out.xlsx")).expect("old"), b"old");
    }
    std::fs::set_permissions(&sub, std::fs::Permissions::from_mode(0o755)).expect("set");
    if cfg!(target_os = "linux") {
        fails(&folder, &["fill", "a.xlsx", "-o", "/proc/out.xlsx"], "cannot-write");
    }
    fails(&folder, &["fill", "a.xlsx", "-o", "nowhere/out.xlsx"], "cannot-write");
    fails(&folder, &["fill", "a.xlsx", "-o", "sub", "--force"], "output-is-a-folder");
    fails(&folder, &["fill", "a.xlsx", "-o", "a.xlsx/out.xlsx"], "cannot-write");
}

#[test]
#[cfg(unix)]
fn a_full_disk() {
    // A limit on the size of files: the write fails as on a full disk (EFBIG instead of ENOSPC).
    let folder = Folder::new();
    std::fs::write(folder.path().join("out.xlsx"), "old").expect("written");
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec '{}' fill a.xlsx -o out.xlsx --force",
        env!("CARGO_BIN_EXE_kaohe")
    );
    let run = Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).output();
    let (_, words, code) = said(&run.expect("sh runs"));
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("cannot-write") && words.contains("out.xlsx"), "{words}");
    assert_eq!(std::fs::read(folder.path().join("out.xlsx")).expect("old"), b"old");
    assert_eq!(folder.names(), ["a.xlsx", "out.xlsx"]);
}

#[test]
#[cfg(unix)]
fn links_pipes_devices_and_folders() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let path = folder.path();
    symlink("a.xlsx", path.join("link.xlsx")).expect("link");
    symlink("loop.xlsx", path.join("loop.xlsx")).expect("link");
    symlink("/dev/zero", path.join("zero.xlsx")).expect("link");
    std::fs::create_dir(path.join("folder.xlsx")).expect("folder");
    let made = Command::new("mkfifo").arg(path.join("pipe.xlsx")).status().expect("mkfifo");
    assert!(made.success());
    fails(&folder, &["loop.xlsx"], "cannot-read");
    fails(&folder, &["zero.xlsx"], "not-a-file");
    fails(&folder, &["pipe.xlsx"], "not-a-file");
    fails(&folder, &["folder.xlsx"], "is-a-folder");
    let (_, words, code) = said(&kaohe(path, &["link.xlsx"]));
    assert_eq!(code, 0, "{words}");
    assert!(path.join("link-已评分.xlsx").exists());
    // One bad file does not stop the others.
    let (_, words, code) = said(&kaohe(path, &["pipe.xlsx", "a.xlsx", "loop.xlsx"]));
    assert_eq!(code, 1, "{words}");
    assert!(path.join("a-已评分.xlsx").exists());
}

#[test]
fn odd_file_names() {
    let folder = Folder::new();
    let long = "长".repeat(60);
    for stem in
        ["😀", "\u{20bb7}野家", long.as_str(), "-dash", "a b", "a'b", "CON", "x.", " x", "a.b.c"]
    {
        let name = format!("{stem}.xlsx");
        std::fs::write(folder.path().join(&name), sample(ONE)).expect("written");
        let given = format!("./{name}");
        let (_, words, code) = said(&kaohe(folder.path(), &[&given]));
        assert_eq!(code, 0, "{name}: {words}");
        assert!(folder.path().join(format!("{stem}-已评分.xlsx")).exists(), "{name}");
    }
    let (_, words, code) = said(&kaohe(folder.path(), &["--", "-dash.xlsx"]));
    assert_eq!(code, 0, "{words}");
}

#[test]
fn names_and_paths_as_long_as_the_system_takes() {
    let folder = Folder::new();
    // 255 bytes on Linux, 255 UTF-16 units on Windows: the result's name is cut to fit.
    let name = format!("{}.xlsx", "a".repeat(250));
    std::fs::write(folder.path().join(&name), sample(ONE)).expect("written");
    let (_, words, code) = said(&kaohe(folder.path(), &["fill", &name]));
    assert_eq!(code, 0, "{words}");
    let result =
        folder.names().into_iter().find(|n| n.ends_with("-已评分.xlsx")).expect("a result");
    assert!(name.starts_with(result.trim_end_matches("-已评分.xlsx")), "{result}");
    // More than 260 characters of path.
    let deep = (0..8).fold(folder.path().to_owned(), |at, _| at.join("很深的文件夹".repeat(6)));
    std::fs::create_dir_all(&deep).expect("folders");
    let file = deep.join("b.xlsx");
    std::fs::write(&file, sample(ONE)).expect("written");
    let given = file.to_string_lossy().into_owned();
    assert!(given.chars().count() > 260);
    let (_, words, code) = said(&kaohe(folder.path(), &["fill", &given]));
    assert_eq!(code, 0, "{words}");
    assert!(deep.join("b-已评分.xlsx").exists());
}

#[test]
#[cfg(unix)]
fn names_that_would_write_on_the_screen_or_are_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    for name in [&b"new\nline.xlsx"[..], b"\x1b[31mred.xlsx", b"\xb9\xa4.xlsx"] {
        let name = std::ffi::OsStr::from_bytes(name);
        std::fs::write(folder.path().join(name), sample(ONE)).expect("written");
        let run =
            Command::new(env!("CARGO_BIN_EXE_kaohe")).arg(name).current_dir(folder.path()).output();
        let (_, words, code) = said(&run.expect("runs"));
        assert_eq!(code, 0, "{words}");
        assert!(!words.contains('\u{1b}') && words.trim_end().lines().count() == 1, "{words:?}");
    }
    assert_eq!(folder.names().len(), 7);
}

#[test]
fn a_bare_environment() {
    let folder = Folder::new();
    let run = Command::new(env!("CARGO_BIN_EXE_kaohe"))
        .arg("a.xlsx")
        .current_dir(folder.path())
        .env_clear()
        .env("LC_ALL", "C")
        .output()
        .expect("runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(folder.path().join("a-已评分.xlsx").exists());
    assert_eq!(said(&kaohe(folder.path(), &["--no-such-option"])).2, 2);
    assert_eq!(said(&kaohe(folder.path(), &["fill", "a.xlsx", "--limit", "cells=x"])).2, 2);
    assert_eq!(said(&kaohe(folder.path(), &["fill", "a.xlsx", "--limit", "nothing=1"])).2, 2);
}

#[test]
#[cfg(unix)]
fn a_locale_of_another_encoding() {
    // A terminal in GBK may show UTF-8 badly; what is written is whole, and the run is as ever.
    let folder = Folder::new();
    let run = |command: &str, locale: &str| {
        Command::new(env!("CARGO_BIN_EXE_kaohe"))
            .args([command, "a.xlsx"])
            .current_dir(folder.path())
            .env_remove("LANG")
            .env("LC_ALL", locale)
            .output()
            .expect("runs")
    };
    for locale in ["zh_CN.GBK", "zh_CN.GB18030", "en_US.ISO-8859-1"] {
        let made = run("fill", locale);
        assert!(made.status.success(), "{locale}");
        for said in [&made.stdout, &made.stderr] {
            assert!(std::str::from_utf8(said).is_ok_and(|words| !words.is_empty()), "{locale}");
        }
        std::fs::remove_file(folder.path().join("a-已评分.xlsx")).expect("it was written");
    }
    let (gbk, utf) = (run("check", "zh_CN.GBK"), run("check", "zh_CN.UTF-8"));
    assert_eq!(gbk.stdout, utf.stdout, "the same language, the same words");
}

#[test]
#[cfg(unix)]
fn a_closed_stdout() {
    let folder = Folder::new();
    for close in [">&-", "2>&-", "| true"] {
        let _ = std::fs::remove_file(folder.path().join("a-已评分.xlsx"));
        let script = format!("'{}' a.xlsx {close}", env!("CARGO_BIN_EXE_kaohe"));
        let run = Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).output();
        let run = run.expect("sh runs");
        assert!(!String::from_utf8_lossy(&run.stderr).contains("panicked"), "{close}");
        assert!(folder.path().join("a-已评分.xlsx").exists(), "{close}");
    }
}

#[test]
fn every_limit_is_named_and_raised_on_the_line() {
    let folder = Folder::new();
    for (limit, value) in [
        ("input-bytes", 1000),
        ("members", 5),
        ("member-bytes", 1000),
        ("all-bytes", 3000),
        ("xml-depth", 2),
        ("tag-bytes", 20),
        ("attributes", 1),
        ("text-chars", 10),
        ("cells", 10),
        ("memory-bytes", 10_000),
        ("seconds", 0),
    ] {
        let given = format!("{limit}={value}");
        let (_, words, code) = said(&kaohe(folder.path(), &["check", "a.xlsx", "--limit", &given]));
        assert_eq!(code, 1, "{limit}: {words}");
        assert!(words.contains(&given) && words.contains("--limit"), "{limit}: {words}");
    }
    let (_, words, code) = said(&kaohe(
        folder.path(),
        &["--limit", "cells=9000000", "check", "a.xlsx", "--limit", "members=99999"],
    ));
    assert_eq!(code, 0, "{words}");
}
