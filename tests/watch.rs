//! `kaohe watch`, as it runs.

use crate::common::{self, MANY, ONE, changed, sample, text};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Watching(Child);

impl Watching {
    fn start(folder: &Path, out: &Path) -> Self {
        Self::heard(folder, out, Stdio::null())
    }

    /// The same, and what it says goes somewhere.
    fn heard(folder: &Path, out: &Path, words: Stdio) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_kaohe"))
            .args(["--lang", "zh", "watch"])
            .arg(folder)
            .arg("--out")
            .arg(out)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words)
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The files that a folder shows.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with(".kaohe"))
        .collect();
    names.sort();
    names
}

fn wait(what: &str, test: impl Fn() -> bool) {
    let start = Instant::now();
    while !test() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_put_into_the_folder_is_filled() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, out) = (folder.path(), out.path());
    let filled = out.join("fill-for-comparison.xlsx");
    let one = common::sample_path(ONE);
    let run = common::kaohe(out, &["fill", one.to_str().unwrap(), "-o", filled.to_str().unwrap()]);
    assert!(run.status.success());
    let expected = std::fs::read(&filled).unwrap();
    std::fs::remove_file(&filled).unwrap();

    // One that was there before, and what is to be left alone.
    std::fs::write(folder.join("早.xlsx"), sample(ONE)).unwrap();
    for name in ["~$早.xlsx", ".隐.xlsx", "旧-已评分.xlsx", "旧-已评分 (2).xlsx", "记.txt", "a.tmp"]
    {
        std::fs::write(folder.join(name), sample(ONE)).unwrap();
    }
    std::fs::create_dir(folder.join("夹.xlsx")).unwrap();
    let watching = Watching::start(folder, out);
    wait("the early one", || out.join("早-已评分.xlsx").exists());

    // One that is copied slowly: it is not read before it is whole.
    let bytes = sample(ONE);
    let mut slow = std::fs::File::create(folder.join("慢.xlsx")).unwrap();
    for piece in bytes.chunks(bytes.len() / 5 + 1) {
        std::thread::sleep(Duration::from_millis(900));
        assert_eq!(names(out), ["早-已评分.xlsx"]);
        slow.write_all(piece).unwrap();
        slow.sync_all().unwrap();
    }
    drop(slow);
    wait("the slow one", || out.join("慢-已评分.xlsx").exists());
    assert_eq!(std::fs::read(out.join("慢-已评分.xlsx")).unwrap(), expected);
    assert!(!folder.join("慢.xlsx-未填写.txt").exists());

    // One that cannot be filled gets a message beside it, which goes when it is mended.
    let bad = changed(ONE, &[("指标数据", "B4", text("三十万左右"))]);
    std::fs::write(folder.join("坏.xlsx"), bad).unwrap();
    let note = folder.join("坏.xlsx-未填写.txt");
    wait("the message", || note.exists());
    let said = std::fs::read_to_string(&note).unwrap();
    assert!(said.contains("三十万左右") && said.contains("'指标数据'!B4"), "{said}");
    assert!(!out.join("坏-已评分.xlsx").exists());
    std::fs::write(folder.join("坏.xlsx"), sample(MANY)).unwrap();
    wait("the mended one", || out.join("坏-已评分.xlsx").exists() && !note.exists());

    // A result is never written over: the next version gets the next name.
    std::fs::write(folder.join("慢.xlsx"), sample(MANY)).unwrap();
    wait("the next version", || out.join("慢-已评分 (2).xlsx").exists());
    assert_eq!(std::fs::read(out.join("慢-已评分.xlsx")).unwrap(), expected);

    // A new run does nothing again.
    drop(watching);
    let before = names(out);
    assert_eq!(
        before,
        ["坏-已评分.xlsx", "慢-已评分 (2).xlsx", "慢-已评分.xlsx", "早-已评分.xlsx"]
            .map(String::from)
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    std::fs::write(folder.join("新.xlsx"), sample(ONE)).unwrap();
    let _watching = Watching::start(folder, out);
    wait("the new one", || out.join("新-已评分.xlsx").exists());
    assert_eq!(names(out).len(), before.len() + 1);
}

/// What a copy keeps of its original's time says nothing about when it was put into the folder.
#[test]
fn a_file_that_is_older_than_an_earlier_result_is_filled() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, out) = (folder.path(), out.path());
    let hours = |count: u64| std::time::SystemTime::now() - Duration::from_secs(3600 * count);
    let put = |bytes: Vec<u8>, age: u64| {
        let path = folder.join("表.xlsx");
        std::fs::write(&path, bytes).unwrap();
        std::fs::File::options().write(true).open(path).unwrap().set_modified(hours(age)).unwrap();
    };
    put(sample(ONE), 1);
    let watching = Watching::start(folder, out);
    wait("the first", || out.join("表-已评分.xlsx").exists());
    std::fs::remove_file(folder.join("表.xlsx")).unwrap();
    put(sample(MANY), 2);
    wait("an older one", || out.join("表-已评分 (2).xlsx").exists());
    // Also where it was put there between two runs; what an earlier run has filled stays as it is.
    drop(watching);
    put(sample(ONE), 3);
    let watching = Watching::start(folder, out);
    wait("one older still", || out.join("表-已评分 (3).xlsx").exists());
    drop(watching);
    std::fs::write(folder.join("新.xlsx"), sample(ONE)).unwrap();
    // However the next run is told of the folder.
    let again = folder.join("..").join(folder.file_name().unwrap());
    let _watching = Watching::start(&again, out);
    wait("the new one", || out.join("新-已评分.xlsx").exists());
    assert_eq!(names(out).len(), 4);
}

#[test]
fn a_batch_into_the_folder_of_a_watch_leaves_whole_results() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, out) = (folder.path(), out.path());
    for n in 0..6 {
        std::fs::write(folder.join(format!("{n}.xlsx")), sample(ONE)).unwrap();
    }
    let alone = tempfile::tempdir().unwrap();
    let batch = |to: &Path| {
        let (folder, to) = (folder.to_str().unwrap(), to.to_str().unwrap());
        common::said(&common::kaohe(alone.path(), &["batch", folder, "--out", to]))
    };
    assert_eq!(batch(alone.path()).2, 0);
    let expected = std::fs::read(alone.path().join("0-已评分.xlsx")).unwrap();

    let _watching = Watching::start(folder, out);
    let (_, words, code) = batch(out);
    // One wins; where that is the watch, the batch says so and leaves its result.
    assert!(code == 0 || (code == 1 && words.contains("output-exists")), "{code}: {words}");
    wait("all of them", || (0..6).all(|n| out.join(format!("{n}-已评分.xlsx")).exists()));
    for name in names(out).iter().filter(|name| name.contains("-已评分")) {
        assert!(std::fs::read(out.join(name)).unwrap() == expected, "{name} is torn");
    }
    assert!(names(out).iter().all(|name| !name.ends_with(".tmp")));
}

#[test]
fn folders_within_are_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let (root, out) = (folder.path().join("守"), folder.path().join("守/结果"));
    std::fs::create_dir_all(root.join("客服部")).unwrap();
    std::fs::write(root.join("客服部/王丽.xlsx"), sample(ONE)).unwrap();
    let words = folder.path().join("话.txt");
    let _watching =
        Watching::heard(&root, &out, Stdio::from(std::fs::File::create(&words).unwrap()));
    let told = || std::fs::read_to_string(&words).unwrap();
    wait("a word", || told().contains("不看子文件夹"));
    for name in ["一", "二"] {
        std::fs::write(root.join(format!("{name}.xlsx")), sample(ONE)).unwrap();
        wait(name, || out.join(format!("{name}-已评分.xlsx")).exists());
    }
    let told = told();
    assert!(told.matches("不看子文件夹").count() == 1 && told.contains("客服部"), "{told}");
    assert!(!out.join("王丽-已评分.xlsx").exists());
}
