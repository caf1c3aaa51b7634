use super::*;
use std::cell::Cell;

/// Fails at the n-th call, or from it on, with an error.
struct Failing {
    left: Cell<usize>,
    error: Fault,
    forever: bool,
    paused: Cell<Duration>,
    spare: Option<PathBuf>,
}

#[derive(Clone, Copy)]
enum Fault {
    Kind(io::ErrorKind),
    Code(i32),
}

impl Failing {
    fn at(n: usize, error: io::ErrorKind) -> Self {
        let left = Cell::new(n);
        let error = Fault::Kind(error);
        Self { left, error, forever: false, paused: Cell::default(), spare: None }
    }

    fn turn(&self) -> io::Result<()> {
        let left = self.left.get();
        let fails = left == 0;
        if !(fails && self.forever) {
            self.left.set(left.wrapping_sub(1));
        }
        match self.error {
            _ if !fails => Ok(()),
            Fault::Kind(kind) => Err(kind.into()),
            Fault::Code(code) => Err(io::Error::from_raw_os_error(code)),
        }
    }
}

impl Disk for Failing {
    fn create(&self, folder: &Path, shared: bool) -> io::Result<NamedTempFile> {
        self.turn().and_then(|()| System::default().create(folder, shared))
    }
    fn write(&self, file: &mut NamedTempFile, chunk: &[u8]) -> io::Result<()> {
        // A failing write has written a part, as a full disk does.
        let part = chunk.len() / 2;
        self.turn().or_else(|e| {
            System::default().write(file, &chunk[..part])?;
            Err(e)
        })?;
        System::default().write(file, chunk)
    }
    fn permit(&self, file: &NamedTempFile, like: &Path) -> io::Result<()> {
        self.turn().and_then(|()| System::default().permit(file, like))
    }
    fn sync(&self, file: &NamedTempFile) -> io::Result<()> {
        self.turn().and_then(|()| System::default().sync(file))
    }
    fn rename(&self, file: TempPath, to: &Path, force: bool) -> Result<(), PathPersistError> {
        match self.turn() {
            Ok(()) => System::default().rename(file, to, force),
            Err(error) => Err(PathPersistError { error, path: file }),
        }
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.turn().and_then(|()| System::default().sync_folder(folder))
    }
    fn pause(&self, time: Duration) {
        self.paused.set(self.paused.get() + time);
    }
    fn spare(&self) -> Option<PathBuf> {
        self.spare.clone()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder").flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_call_may_fail_and_the_old_file_stays() {
    let kinds = [
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::Other,
    ];
    let new = vec![7u8; 700 << 10];
    for kind in kinds {
        let mut failures = 0;
        for n in 0.. {
            let folder = tempfile::tempdir().expect("folder");
            let (input, output) = (folder.path().join("in"), folder.path().join("out"));
            std::fs::write(&input, b"input").expect("written");
            std::fs::write(&output, b"old").expect("written");
            let disk = Failing::at(n, kind);
            let saved = save_on(&disk, &input, &output, new.as_slice(), true);
            assert_eq!(names(folder.path()), ["in", "out"], "no temporary file");
            let now = std::fs::read(&output).expect("read");
            match saved {
                Ok(()) => assert!(now == new),
                Err(problem) => {
                    failures += 1;
                    assert_eq!((problem.code, now.as_slice()), ("cannot-write", &b"old"[..]));
                    assert!(problem.what.en.contains("out"), "names the path");
                }
            }
            if disk.left.get() < usize::MAX / 2 {
                break;
            }
        }
        // Creation, three writes, permission, sync, rename.
        assert_eq!(failures, 7);
    }
}

#[cfg(unix)]
#[test]
fn who_could_read_the_old_file_can_read_the_new() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name);
    let mode = |name: &str| {
        let metadata = std::fs::metadata(path(name)).expect("a file");
        metadata.permissions().mode() & 0o777
    };
    let set = |name: &str, mode: u32| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path(name), permissions).expect("set");
    };
    std::fs::write(path("in"), b"input").expect("written");
    set("in", 0o640);
    save(&path("in"), &path("new"), b"1", false).expect("saved");
    assert_eq!(mode("new"), 0o640);
    // The result's own permissions win, also where nothing is known of an input.
    set("new", 0o600);
    save(&path("in"), &path("new"), b"2", true).expect("saved");
    assert_eq!(mode("new"), 0o600);
    save(Path::new(""), &path("new"), b"3", true).expect("saved");
    assert_eq!(mode("new"), 0o600);
    // Of nothing at all it is as any new file of the user.
    std::fs::write(path("any"), b"").expect("written");
    save(Path::new(""), &path("own"), b"4", false).expect("saved");
    assert_eq!(mode("own"), mode("any"));
}

#[test]
fn a_run_of_many_files_sweeps_and_syncs_a_folder_once() {
    let folder = tempfile::tempdir().expect("folder");
    let (input, dead) = (folder.path().join("in"), folder.path().join(".kaohe-dead.tmp"));
    std::fs::write(&input, b"input").expect("written");
    let folders = Folders::default();
    std::fs::write(&dead, b"half").expect("written");
    folders.save(&input, &folder.path().join("1"), b"one", false).expect("saved");
    assert_eq!(names(folder.path()), ["1", "in"]);
    std::fs::write(&dead, b"half").expect("written");
    folders.save(&input, &folder.path().join("2"), b"two", false).expect("saved");
    assert_eq!(names(folder.path()), [".kaohe-dead.tmp", "1", "2", "in"], "not looked at again");
    folders.sync();
    Folders::default().save(&input, &folder.path().join("3"), b"3", false).expect("saved");
    assert_eq!(names(folder.path()), ["1", "2", "3", "in"], "the next run sweeps");
}

#[test]
fn leftovers_are_swept_and_files_in_use_are_not() {
    let folder = tempfile::tempdir().expect("folder");
    let (input, output) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::write(&input, b"input").expect("written");
    std::fs::write(folder.path().join(".kaohe-dead.tmp"), b"half").expect("written");
    std::fs::write(folder.path().join(".kaohe-notes.txt"), b"not ours").expect("written");
    let held = System::default().create(folder.path(), false).expect("held");
    let name = held.path().file_name().expect("a name").to_string_lossy().into_owned();
    save(&input, &output, b"new", false).expect("saved");
    let mut expected = [".kaohe-notes.txt".to_owned(), "in".to_owned(), name, "out".to_owned()];
    expected.sort();
    assert_eq!(names(folder.path()), expected);
    drop(held);
    assert_eq!(save(&input, &output, b"new", false).map_err(|p| p.code), Err("output-exists"));
}

#[test]
fn of_many_writers_at_once_one_wins_whole() {
    let folder = tempfile::tempdir().expect("folder");
    let input = folder.path().join("in");
    std::fs::write(&input, b"input").expect("written");
    for force in [false, true] {
        let output = folder.path().join(format!("out {force}"));
        let results: Vec<Result<(), &str>> = std::thread::scope(|scope| {
            let writers: Vec<_> = (1u8..9)
                .map(|n| {
                    let (input, output) = (&input, &output);
                    scope.spawn(move || save(input, output, &vec![n; 300 << 10], force))
                })
                .collect();
            writers.into_iter().map(|w| w.join().expect("ran").map_err(|p| p.code)).collect()
        });
        let won = results.iter().filter(|r| r.is_ok()).count();
        assert_eq!(won, if force { 8 } else { 1 }, "{results:?}");
        assert!(results.iter().all(|r| r.is_ok() || *r == Err("output-exists")));
        let bytes = std::fs::read(&output).expect("read");
        assert_eq!(bytes.len(), 300 << 10);
        assert!(bytes.iter().all(|b| *b == bytes[0]), "torn");
    }
    assert_eq!(names(folder.path()), ["in", "out false", "out true"]);
}

/// What drives give that are slow, busy or gone, on this system.
fn drive_faults() -> Vec<Fault> {
    let kinds = [
        io::ErrorKind::TimedOut,
        io::ErrorKind::ResourceBusy,
        io::ErrorKind::NetworkDown,
        io::ErrorKind::StaleNetworkFileHandle,
    ];
    let codes: &[i32] = if cfg!(windows) { &[53, 59, 64, 121, 1231] } else { &[5, 19] };
    let codes = codes.iter().map(|code| Fault::Code(*code));
    kinds.into_iter().map(Fault::Kind).chain(codes).collect()
}

#[test]
fn what_may_pass_is_tried_again() {
    for error in drive_faults() {
        // Creation, two writes, permission, sync, rename.
        for n in 0..6 {
            let folder = tempfile::tempdir().expect("folder");
            let (input, output) = (folder.path().join("in"), folder.path().join("out.xlsx"));
            std::fs::write(&input, b"input").expect("written");
            std::fs::write(&output, b"old").expect("written");
            let disk = Failing { error, ..Failing::at(n, io::ErrorKind::Other) };
            save_on(&disk, &input, &output, [7; 300 << 10].as_slice(), true)
                .expect("at the second try");
            assert_eq!(std::fs::read(&output).expect("read").len(), 300 << 10);
            assert_eq!(names(folder.path()), ["in", "out.xlsx"]);
            assert_eq!(disk.paused.get(), lost::PAUSES[0]);
        }
    }
}

#[test]
fn of_a_lost_drive_the_result_is_kept_here_and_named() {
    for error in drive_faults() {
        for n in 0..6 {
            let folder = tempfile::tempdir().expect("folder");
            let home = tempfile::tempdir().expect("home");
            let spare = home.path().join("copies");
            let (input, output) = (folder.path().join("in"), folder.path().join("out.xlsx"));
            std::fs::write(&input, b"input").expect("written");
            std::fs::write(&output, b"old").expect("written");
            let new = vec![9; 300 << 10];
            for kept in ["out.xlsx", "out (2).xlsx"] {
                let disk = Failing {
                    error,
                    forever: true,
                    spare: Some(spare.clone()),
                    ..Failing::at(n, io::ErrorKind::Other)
                };
                let problem =
                    save_on(&disk, &input, &output, new.as_slice(), true).expect_err("lost");
                assert_eq!(problem.code, "drive-lost");
                let kept = spare.join(kept);
                let words = [&problem.what.zh, &problem.what.en];
                assert!(words.iter().all(|w| w.contains(&kept.display().to_string())), "{words:?}");
                assert!(words.iter().all(|w| w.contains("out.xlsx")));
                assert_eq!(std::fs::read(&kept).expect("the copy"), new);
                assert_eq!(disk.paused.get(), lost::PAUSES.iter().sum());
                assert!(disk.paused.get() < lost::PATIENCE);
            }
            assert_eq!(std::fs::read(&output).expect("read"), b"old");
            assert_eq!(names(folder.path()), ["in", "out.xlsx"], "no temporary file");
            assert_eq!(names(&spare), ["out (2).xlsx", "out.xlsx"]);
        }
    }
}

#[test]
fn a_folder_that_vanishes_is_a_lost_drive_and_one_that_takes_no_file_is_not() {
    struct Vanishing(PathBuf, Failing);
    impl Disk for Vanishing {
        fn create(&self, folder: &Path, shared: bool) -> io::Result<NamedTempFile> {
            std::fs::remove_dir_all(&self.0).and_then(|()| System::default().create(folder, shared))
        }
        fn write(&self, _: &mut NamedTempFile, _: &[u8]) -> io::Result<()> {
            Ok(())
        }
        fn permit(&self, _: &NamedTempFile, _: &Path) -> io::Result<()> {
            Ok(())
        }
        fn sync(&self, _: &NamedTempFile) -> io::Result<()> {
            Ok(())
        }
        fn rename(&self, _: TempPath, _: &Path, _: bool) -> Result<(), PathPersistError> {
            Ok(())
        }
        fn sync_folder(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }
        fn pause(&self, _: Duration) {}
        fn spare(&self) -> Option<PathBuf> {
            self.1.spare()
        }
    }
    let home = tempfile::tempdir().expect("home");
    let stick = home.path().join("stick");
    std::fs::create_dir(&stick).expect("folder");
    let spare = Some(home.path().join("copies"));
    let not_found = || Failing {
        forever: true,
        spare: spare.clone(),
        ..Failing::at(0, io::ErrorKind::NotFound)
    };
    let (input, output) = (home.path().join("in"), stick.join("out.xlsx"));
    let problem =
        save_on(&not_found(), &input, &output, b"new".as_slice(), false).expect_err("no file");
    assert_eq!((problem.code, names(home.path())), ("cannot-write", vec!["stick".to_owned()]));
    let disk = Vanishing(stick, not_found());
    let problem = save_on(&disk, &input, &output, b"new".as_slice(), false).expect_err("gone");
    assert_eq!(problem.code, "drive-lost");
    assert_eq!(std::fs::read(home.path().join("copies/out.xlsx")).expect("the copy"), b"new");
}

#[test]
fn without_room_for_a_copy_or_for_what_is_no_workbook_it_is_refused_as_ever() {
    let folder = tempfile::tempdir().expect("folder");
    let input = folder.path().join("in");
    std::fs::write(&input, b"input").expect("written");
    // A folder cannot be made below a file.
    for (name, spare) in [("out.xlsx", Some(input.join("x"))), ("m.json", None), ("a.xlsx", None)] {
        let disk =
            Failing { forever: true, spare, ..Failing::at(0, io::ErrorKind::NetworkUnreachable) };
        let output = folder.path().join(name);
        let problem = save_on(&disk, &input, &output, b"new".as_slice(), false).expect_err("lost");
        assert_eq!(problem.code, "cannot-write");
        assert!(!output.exists());
    }
    assert_eq!(names(folder.path()), ["in"]);
}

#[test]
fn long_names_are_cut_at_a_character_and_keep_their_ending() {
    for stem in ["长".repeat(83), "a".repeat(250), format!("a{}", "长".repeat(82))] {
        let output = beside(Path::new(&format!("{stem}.xlsx")), "xlsx");
        let name = output.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name.len() <= 250 && name.len() > 240, "{}", name.len());
        let start = name.strip_suffix("-已评分.xlsx").expect("the ending");
        assert!(stem.starts_with(start), "{name}");
        assert!(numbered(&output, 99).file_name().expect("a name").len() <= 255);
    }
    assert_eq!(beside(Path::new("王丽.xls"), "xlsx"), Path::new("王丽-已评分.xlsx"));
}
