//! What was dropped goes with its page, after its time, and with the process; it never was on disk.

use super::harness::{PAGE, Served};
use crate::common::{ONE, sample};
use std::time::{Duration, Instant};

#[test]
fn what_was_dropped_is_gone_after_its_time() {
    let kept = Duration::from_secs(3);
    let served = Served::keeping(kept);
    let before = Instant::now();
    let (answer, json) = served.fill("a.xlsx", &sample(ONE));
    assert_eq!((answer.status, &json["view"]["filled"]), (200, &true.into()));
    let file = format!("file?id={}", json["id"]);
    // It is there for its time, and then it is not; how soon it is looked at does not matter.
    while served.get(&file).status == 200 {
        assert!(before.elapsed() < Duration::from_secs(120), "kept for ever");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(before.elapsed() >= kept, "gone after {:?}", before.elapsed());
    assert_eq!(served.get(&file).status, 404);
    assert_eq!(served.get(&format!("zip?page={PAGE}")).status, 404);
    for path in ["try", "take", "next"] {
        let path = format!("api/{path}?id={}", json["id"]);
        assert_eq!(served.post(&path, "application/json", b"[]").status, 404, "{path}");
    }
    // With the time that the program has, the same file is still there.
    let served = Served::keeping(kaohe::serve::limits::KEPT_TIME);
    let (_, json) = served.fill("a.xlsx", &sample(ONE));
    std::thread::sleep(kept);
    assert_eq!(served.get(&format!("file?id={}", json["id"])).status, 200);
}

#[test]
fn a_closed_page_and_a_forgotten_file_take_theirs_along() {
    let served = Served::start();
    let (_, one) = served.fill("a.xlsx", &sample(ONE));
    let (_, two) = served.fill("b.xlsx", &sample(ONE));
    let status = |json: &serde_json::Value| served.get(&format!("file?id={}", json["id"])).status;
    let zip = format!("zip?page={PAGE}");
    let forget = format!("api/forget?id={}", one["id"]);
    assert_eq!(served.post(&forget, "text/plain", b"").status, 204);
    assert_eq!((status(&one), status(&two)), (404, 200));
    // Another page's closing leaves it alone.
    served.post("api/close?page=otherpage1", "text/plain", b"");
    assert_eq!((status(&two), served.get(&zip).status), (200, 200));
    assert_eq!(served.post(&format!("api/close?page={PAGE}"), "text/plain", b"").status, 204);
    assert_eq!((status(&two), served.get(&zip).status), (404, 404));
    // The page says so when it is left, in the one event that a closing tab still runs.
    let script = String::from_utf8(served.get("page.js").body).unwrap();
    let at = script.find("addEventListener('pagehide'").expect("pagehide");
    let line = script[at..].lines().next().unwrap();
    assert!(line.contains("api/close?page=${PAGE}") && line.contains("keepalive: true"), "{line}");
}

/// Neither the server nor its workers hold a file open for writing, and the token stands on no command
/// line, where another user of the machine could read it.
#[cfg(target_os = "linux")]
#[test]
fn other_users_find_nothing_on_disk_and_no_token() {
    use std::os::unix::fs::FileTypeExt;
    let served = Served::start();
    assert_eq!(served.fill("a.xlsx", &sample(ONE)).0.status, 200);
    let workers = super::children(served.pid());
    assert!(!workers.is_empty());
    for pid in workers.into_iter().chain([served.pid()]) {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        assert!(!String::from_utf8_lossy(&line).contains(&served.token));
        for fd in std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten() {
            let Ok(what) = std::fs::metadata(fd.path()) else { continue };
            let name = std::fs::read_link(fd.path()).unwrap_or_default();
            let kind = what.file_type();
            let harmless = kind.is_socket() || kind.is_fifo() || kind.is_char_device();
            // The system's own ways of waiting have no file type at all.
            let waiting = name.to_string_lossy().starts_with("anon_inode:");
            assert!(harmless || waiting, "{pid} holds {}", name.display());
        }
    }
    assert_eq!(std::fs::read_dir(served.folder.path()).unwrap().count(), 0);
}
