//! Crash safety: the process is killed at random moments while it overwrites a result. 20 times
//! here; CI sets `KAOHE_KILLS=200`.

use crate::common::{METRICS, ONE, at, kaohe, pack, said, sample};
use kaohe::package::{Content, Edit, edit};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The sample with a large picture, so that writing takes a while.
fn heavy() -> Vec<u8> {
    let mut state = 1u64;
    let noise: Vec<u8> = (0..12 << 20)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    let mut members: Vec<pack::Member> =
        pack::bodies(&sample(ONE)).iter().map(|(n, b)| pack::member(n, b)).collect();
    members.push(pack::member("xl/media/big.png", b"").stored(&noise));
    let last = members.last_mut().expect("one");
    last.size = noise.len() as u64;
    // CRC of the noise, as the deflated form would have it.
    last.crc = pack::deflated(&noise).1;
    pack::archive(&members)
}

/// Moments within the run of a program, for killing it. A first run on a cold machine may take
/// thirty times as long as the next (seen in CI), and moments spread over that would nearly all
/// come too late: the span follows what the kills find.
struct Moments {
    state: u64,
    span: Duration,
}

impl Moments {
    /// From the shortest of a few whole runs.
    fn new(runs: impl IntoIterator<Item = Duration>) -> Self {
        Self { state: 99, span: runs.into_iter().min().expect("a run") }
    }

    fn next(&mut self) -> Duration {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.span.mul_f64((self.state >> 40) as f64 / (1u64 << 24) as f64)
    }

    /// The program was killed, or had ended before. At about three kills in four the span stays.
    fn learn(&mut self, killed: bool) {
        self.span = self.span.mul_f64(if killed { 1.1 } else { 0.75 });
    }
}

/// How long a run takes that is left alone.
fn timed(mut child: std::process::Child) -> Duration {
    let started = Instant::now();
    assert!(child.wait().expect("ended").success());
    started.elapsed()
}

fn fill(folder: &Path, file: &str) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_kaohe"))
        .args(["fill", file, "-o", "out.xlsx", "--force"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("kaohe runs")
}

#[test]
fn killed_at_any_moment_the_output_is_whole() {
    let kills: u64 = std::env::var("KAOHE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path();
    let plain = heavy();
    let other =
        edit(&plain, &[Edit::new(METRICS, at("B5"), Content::Number(330_000.0))]).expect("edited");
    std::fs::write(path.join("a.xlsx"), &plain).expect("written");
    std::fs::write(path.join("b.xlsx"), &other).expect("written");
    let mut whole = Vec::new();
    let mut runs = Vec::new();
    for file in ["a.xlsx", "b.xlsx", "a.xlsx", "b.xlsx"] {
        runs.push(timed(fill(path, file)));
        whole.push(std::fs::read(path.join("out.xlsx")).expect("out"));
    }
    assert!(whole[0] != whole[1] && whole[0] == whole[2] && whole[1] == whole[3]);
    let mut moments = Moments::new(runs);
    let (mut died, mut left, mut changed) = (0, 0, 0);
    for turn in 0..kills {
        let before = std::fs::read(path.join("out.xlsx")).expect("out");
        let mut child = fill(path, if turn % 2 == 0 { "a.xlsx" } else { "b.xlsx" });
        std::thread::sleep(moments.next());
        child.kill().expect("killed");
        let killed = !child.wait().expect("ended").success();
        moments.learn(killed);
        died += u64::from(killed);
        let out = std::fs::read(path.join("out.xlsx")).expect("an output");
        assert!(whole.contains(&out), "turn {turn}: neither the old nor the new file");
        changed += u64::from(out != before);
        left += u64::from(names(path).len() > 3);
    }
    println!("kills: {kills}, died {died}, leftovers {left}, outputs replaced {changed}");
    // How many depends on how busy the machine is; that many are is what the test stands on.
    assert!(died * 5 >= kills, "some are killed in time");
    assert!(fill(path, "a.xlsx").wait().expect("ended").success());
    assert_eq!(names(path), ["a.xlsx", "b.xlsx", "out.xlsx"], "nothing stays behind");
}

/// The system itself ends the program (SIGXFSZ) once it has written so much: a death in the midst
/// of each part of the writing, however fast or slow the machine is.
#[cfg(unix)]
#[test]
fn ended_in_the_midst_of_writing_the_output_is_whole() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path();
    std::fs::write(path.join("a.xlsx"), sample(ONE)).expect("written");
    std::fs::write(path.join("out.xlsx"), b"the old file").expect("written");
    // `ulimit -f` counts blocks of 512 bytes (POSIX); one block less than the output is too few.
    let run = |blocks: usize| {
        let line =
            format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" fill a.xlsx -o out.xlsx --force");
        Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_kaohe")])
            .current_dir(path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("kaohe runs")
    };
    let alone = kaohe(path, &["fill", "a.xlsx", "-o", "alone.xlsx"]);
    assert!(alone.status.success());
    let blocks = std::fs::read(path.join("alone.xlsx")).expect("alone").len().div_ceil(512);
    for limit in 0..blocks {
        let ended = run(limit);
        assert!(ended.signal().is_some(), "limit {limit}: {ended}");
        assert_eq!(std::fs::read(path.join("out.xlsx")).expect("out"), b"the old file");
    }
    assert!(run(blocks).success());
    assert_eq!(names(path), ["a.xlsx", "alone.xlsx", "out.xlsx"], "nothing stays behind");
}

/// A batch that is killed leaves whole results, none of the temporary files that hold its records, and
/// no manifest or summary but a whole one.
#[cfg(unix)]
#[test]
fn a_killed_batch_leaves_whole_files_only() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path();
    std::fs::create_dir(path.join("in")).expect("a folder");
    for n in 0..40 {
        std::fs::write(path.join(format!("in/{n:02}.xlsx")), sample(ONE)).expect("written");
    }
    let start = |out: &str| {
        Command::new(env!("CARGO_BIN_EXE_kaohe"))
            .args(["batch", "in", "--out", out])
            .current_dir(path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("kaohe runs")
    };
    let mut moments = Moments::new([timed(start("whole")), timed(start("again"))]);
    let read = |name: &str| std::fs::read(path.join(name)).expect("a file");
    let mut died = 0;
    for turn in 0..12u32 {
        let mut child = start("out");
        std::thread::sleep(moments.next());
        child.kill().expect("killed");
        let killed = !child.wait().expect("ended").success();
        moments.learn(killed);
        died += u32::from(killed);
        if !path.join("out").exists() {
            continue;
        }
        for name in names(&path.join("out")) {
            let half = name.starts_with(".kaohe-") && name.ends_with(".tmp");
            let same = || read(&format!("out/{name}")) == read(&format!("whole/{name}"));
            assert!(half || same(), "turn {turn}: {name}");
        }
        std::fs::remove_dir_all(path.join("out")).expect("removed");
    }
    assert!(died > 0, "some are killed in time");
    assert!(start("out").wait().expect("ended").success());
    assert_eq!(names(&path.join("out")), names(&path.join("whole")), "nothing stays behind");
}

#[test]
fn two_at_once_on_one_output() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path();
    std::fs::write(path.join("a.xlsx"), sample(ONE)).expect("written");
    let alone = kaohe(path, &["fill", "a.xlsx", "-o", "alone.xlsx"]);
    assert!(alone.status.success());
    let alone = std::fs::read(path.join("alone.xlsx")).expect("alone");
    for force in [false, true] {
        let _ = std::fs::remove_file(path.join("out.xlsx"));
        let mut args = vec!["fill", "a.xlsx", "-o", "out.xlsx"];
        args.extend(force.then_some("--force"));
        let runs: Vec<_> = (0..6)
            .map(|_| {
                Command::new(env!("CARGO_BIN_EXE_kaohe"))
                    .args(&args)
                    .current_dir(path)
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("kaohe runs")
            })
            .collect();
        let ended: Vec<_> =
            runs.into_iter().map(|r| r.wait_with_output().expect("ended")).collect();
        let won = ended.iter().filter(|r| r.status.success()).count();
        assert_eq!(won, if force { 6 } else { 1 });
        for lost in ended.iter().filter(|r| !r.status.success()) {
            let (_, words, _) = said(lost);
            assert!(words.contains("out.xlsx"), "{words}");
        }
        assert!(std::fs::read(path.join("out.xlsx")).expect("out") == alone, "torn");
        assert_eq!(names(path), ["a.xlsx", "alone.xlsx", "out.xlsx"]);
    }
}
