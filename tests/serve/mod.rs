//! The local page attacked on the loopback, as `kaohe serve` runs: the rows of ABUSE.md, 3.8.

mod harness;
mod kept;
mod rows;
mod slow;

use crate::common::{self, ONE, sample, sample_path};
use harness::{Served, read};
use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn the_page_gives_the_bytes_that_fill_writes() {
    let served = Served::start();
    let (answer, json) = served.fill("%E7%8E%8B%E4%B8%BD.xlsx", &sample(ONE));
    assert_eq!(answer.status, 200);
    let output = served.folder.path().join("fill.xlsx");
    let run = common::kaohe(
        served.folder.path(),
        &["fill", sample_path(ONE).to_str().unwrap(), "-o", output.to_str().unwrap()],
    );
    assert!(run.status.success());
    let download = served.get(&format!("file?id={}", json["id"]));
    assert_eq!(download.status, 200);
    assert_eq!(download.body, std::fs::read(&output).unwrap());
    std::fs::remove_file(output).unwrap();
    // Nothing on disk: neither in the folder where it runs nor in the one for temporary files.
    assert_eq!(std::fs::read_dir(served.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_trial_changes_nothing_until_taken_over() {
    let served = Served::start();
    let (_, json) = served.fill("a.xlsx", &sample(ONE));
    let id = &json["id"];
    let total =
        |v: &serde_json::Value| v["view"]["explained"]["people"][0]["total"]["score"].as_f64();
    let before = served.get(&format!("file?id={id}")).body;
    let figure = json["view"]["figures"][0].as_array().unwrap();
    let lapse = figure.iter().find(|f| f["name"] == "失职投诉次数").unwrap();
    let (sheet, cell) = (&lapse["cells"][0]["sheet"], &lapse["cells"][0]["cell"]);
    let changes = format!("[{{\"sheet\":{sheet},\"cell\":{cell},\"value\":1}}]");
    let tried = served.post(&format!("api/try?id={id}"), "application/json", changes.as_bytes());
    let tried: serde_json::Value = serde_json::from_slice(&tried.body).unwrap();
    // By the form's rule, one complaint of neglect costs two points of that item.
    assert_eq!(total(&tried).unwrap(), total(&json).unwrap() - 2.0);
    assert_eq!(served.get(&format!("file?id={id}")).body, before);
    let taken = served.post(&format!("api/take?id={id}"), "application/json", changes.as_bytes());
    assert_eq!(taken.status, 200);
    let after = served.get(&format!("file?id={id}")).body;
    let seen = common::seen(&after, sheet.as_str().unwrap(), cell.as_str().unwrap());
    assert_eq!(seen, calamine::Data::Float(1.0));
    // A cell that is not there, and numbers that are none.
    for bad in [
        "[{\"sheet\":\"x\",\"cell\":\"A1\",\"value\":1}]",
        "[{\"sheet\":\"指标数据\",\"cell\":\"ZZZ0\",\"value\":1}]",
    ] {
        let answer = served.post(&format!("api/try?id={id}"), "application/json", bad.as_bytes());
        assert!(String::from_utf8_lossy(&answer.body).contains("no-such-cell"), "{bad}");
    }
    for bad in ["", "[1]", "[{\"sheet\":\"x\",\"cell\":\"A1\",\"value\":1e999}]", "{\"a\":1}"] {
        let answer = served.post(&format!("api/try?id={id}"), "application/json", bad.as_bytes());
        assert_eq!(answer.status, 400, "{bad}");
    }
}

#[test]
fn a_foreign_host_is_refused() {
    let served = Served::start();
    for host in [
        "evil.example:{port}",
        "evil.example",
        "0.0.0.0:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost",
        "[::]:{port}",
        "127.0.0.1.evil.example:{port}",
        "127.0.0.1:{port}.evil.example",
        "localhost:{port}@evil.example",
        "127.1:{port}",
        "",
    ] {
        let head = format!("GET /{{token}}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let status = served.status(&head);
        assert!([403, 400].contains(&status), "{host}: {status}");
    }
    assert_eq!(served.status("GET /{token}/ HTTP/1.1\r\nConnection: close\r\n\r\n"), 403);
    for host in ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}"] {
        let head = format!("GET /{{token}}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(served.status(&head), 200, "{host}");
    }
}

#[test]
fn other_sites_cannot_post_or_read() {
    let served = Served::start();
    let form =
        "Content-Type: application/octet-stream\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx";
    let path = "/{token}/api/fill?page=testpage01&name=a";
    for origin in [
        "",
        "Origin: null\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: https://127.0.0.1:{port}\r\n",
        "Origin: http://127.0.0.1:1\r\n",
        "Origin: http://localhost:{port}\r\n",
        "Origin: file://\r\n",
        "{origin}{origin}",
        "{origin}Sec-Fetch-Site: cross-site\r\n",
        "{origin}Sec-Fetch-Site: same-site\r\n",
    ] {
        let status = served.status(&format!("POST {path} HTTP/1.1\r\n{{host}}{origin}{form}"));
        assert!([403, 400].contains(&status), "{origin}: {status}");
    }
    assert_eq!(served.status(&format!("POST {path} HTTP/1.1\r\n{{host}}{{origin}}{form}")), 200);
    // With our Origin but without the token, or with another.
    for token in ["", "x", "00000000000000000000000000000000", "{token}0", "..", "{token}%00"] {
        let head = format!(
            "POST /{token}/api/fill?page=testpage01&name=a HTTP/1.1\r\n{{host}}{{origin}}{form}"
        );
        assert_eq!(served.status(&head), 403, "{token}");
    }
    // A picture or script of another site, and a WebSocket.
    for more in ["Origin: http://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        let head =
            format!("GET /{{token}}/page.js HTTP/1.1\r\n{{host}}{more}Connection: close\r\n\r\n");
        assert_eq!(served.status(&head), 403, "{more}");
    }
    let socket = "GET /{token}/api/fill HTTP/1.1\r\n{host}Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    assert_eq!(served.status(socket), 403);
    // A preflight gets no permission.
    let flight = "OPTIONS /{token}/api/fill HTTP/1.1\r\n{host}Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n";
    assert_eq!(served.status(flight), 403);
    for answer in [served.get(""), served.get("nothing"), served.fill("a", b"x").0] {
        assert!(!answer.head.contains("access-control"), "{}", answer.head);
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(part), "{part} in {}", answer.head);
        }
        assert!(!answer.head.contains("unsafe"));
    }
}

#[test]
fn bodies_and_headers_over_the_limits_are_refused_early() {
    let served = Served::start();
    let (answer, _) = served.fill("warm.xlsx", &sample(ONE));
    assert_eq!(answer.status, 200);
    let before = served.memory();
    let head = "POST /{token}/api/fill?page=testpage01&name=a HTTP/1.1\r\n{host}{origin}Content-Type: application/octet-stream\r\n";
    let after = |more: &str| served.status(&format!("{head}{more}"));
    assert_eq!(after("Content-Length: 52428801\r\n\r\n"), 413);
    assert_eq!(after("Content-Length: 99999999999999999\r\n\r\n"), 413);
    assert!([400, 413].contains(&after("Content-Length: 99999999999999999999999\r\n\r\n")));
    assert_eq!(after("Content-Length: -1\r\n\r\n"), 400);
    let endless = format!(
        "Transfer-Encoding: chunked\r\n\r\n{}",
        "4000\r\n".to_owned() + &"x".repeat(1 << 22)
    );
    assert_eq!(after(&endless), 400);
    assert_eq!(after("Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n123456789"), 415);
    let parts = "--b\r\n\r\nx\r\n".repeat(10_000);
    let form = format!(
        "POST /{{token}}/api/fill?page=testpage01&name=a HTTP/1.1\r\n{{host}}{{origin}}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{parts}",
        parts.len()
    );
    assert_eq!(served.status(&form), 415);
    // RFC 6585 has a status of its own for headers.
    let many: String = (0..10_000).map(|n| format!("X-{n}: 1\r\n")).collect();
    assert!([400, 431].contains(&after(&format!("{many}\r\n"))));
    let long = format!("X: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(64 << 10));
    assert!([400, 431].contains(&after(&long)));
    let changes = format!(
        "POST /{{token}}/api/try?id=1 HTTP/1.1\r\n{{host}}{{origin}}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        1 << 20
    );
    assert_eq!(served.status(&changes), 413);
    // An announced length is no reason to set memory aside.
    let promised = || {
        let mut stream = served.connect();
        let text = format!("{head}Content-Length: 52428800\r\n\r\nx")
            .replace("{host}", &served.host())
            .replace("{origin}", &served.origin())
            .replace("{token}", &served.token);
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    let mut held: Vec<TcpStream> = (0..5).map(|_| promised()).collect();
    assert_eq!(served.get("").status, 200);
    if let (Some(before), Some(after)) = (before, served.memory()) {
        assert!(after < before + 16 * 1024, "memory grew from {before} to {after} KiB");
    }
    // The budget for all uploads counts what is under way: 5 × 50 MB of 500 are promised.
    held.extend((0..6).map(|_| promised()));
    let last = read(held.last_mut().unwrap()).expect("an answer");
    assert_eq!(last.status, 413);
}

#[test]
fn names_are_never_paths_or_headers() {
    let served = Served::start();
    let long = "%E9%95%BF".repeat(1_000);
    for name in [
        "..%2F..%2Fetc%2Fpasswd.xlsx",
        "..%5C..%5Cx.xlsx",
        "a%00b.xlsx",
        "a%0D%0ASet-Cookie:%20x=1.xlsx",
        "%3Cscript%3E.xlsx",
        "a%22;filename=b.exe%22.xlsx",
        "CON.xlsx",
        &long,
    ] {
        let (answer, json) = served.fill(name, &sample(ONE));
        assert_eq!(answer.status, 200, "{name}");
        let file = json["file"].as_str().unwrap();
        assert!(!file.contains(['/', '\\', '\0', '\r', '\n', '<', '"']), "{file}");
        assert!(file.chars().count() <= 120);
        let download = served.get(&format!("file?id={}", json["id"]));
        assert!(!download.head.contains("\nset-cookie"), "{}", download.head);
        let line = download.head.lines().find(|l| l.starts_with("content-disposition:")).unwrap();
        assert!(line.contains("attachment; filename=\"kaohe.xlsx\"; filename*=utf-8''"), "{line}");
        assert!(download.head.contains("content-type: application/vnd.openxmlformats"));
    }
    assert_eq!(std::fs::read_dir(served.folder.path()).unwrap().count(), 0);
    for name in ["%FF", "%", "%E4%B8"] {
        assert_eq!(served.fill(name, &sample(ONE)).0.status, 400, "{name}");
    }
}

#[test]
fn what_no_browser_sends_is_refused() {
    let served = Served::start();
    let both = "POST /{token}/api/fill?page=testpage01&name=a HTTP/1.1\r\n{host}{origin}Content-Type: application/octet-stream\r\n";
    for head in [
        format!(
            "{both}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
        ),
        format!("{both}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        format!("{both}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        format!("{both}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
        format!("{both}Content-Length : 4\r\n\r\nabcd"),
        "GET /{token}/ HTTP/1.1\r\n{host}{host}\r\n".to_owned(),
        "GET /{token}/ HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n".to_owned(),
        "GET http://127.0.0.1:{port}/{token}/ HTTP/1.1\r\n{host}\r\n".to_owned(),
        "GET http://evil.example/{token}/ HTTP/1.1\r\n{host}\r\n".to_owned(),
        "CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{host}\r\n".to_owned(),
        "GET /{token}/ HTTP/1.0\r\n{host}\r\n".to_owned(),
        "GET /{token}/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
            .to_owned(),
        "GET /{token}/../../etc/passwd HTTP/1.1\r\n{host}Connection: close\r\n\r\n".to_owned(),
        "GET /{token}/page.js%00 HTTP/1.1\r\n{host}Connection: close\r\n\r\n".to_owned(),
        "TRACE /{token}/ HTTP/1.1\r\n{host}Connection: close\r\n\r\n".to_owned(),
        "PUT /{token}/ HTTP/1.1\r\n{host}Content-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        "GET /{token}/api/fill HTTP/1.1\r\n{host}Connection: close\r\n\r\n".to_owned(),
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n".to_owned(),
    ] {
        let status = served.status(&head);
        assert!([400, 404].contains(&status), "{head}: {status}");
    }
    assert_eq!(served.get("").status, 200);
}

#[test]
fn a_hostile_workbook_harms_only_itself() {
    let served = Served::start();
    std::thread::scope(|scope| {
        let hostile = scope.spawn(|| {
            let mut cut = sample(ONE);
            cut.truncate(9_000);
            let mut compound = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
            compound.resize(60_000, 0xff);
            for bytes in [Vec::new(), vec![b'P', b'K', 3, 4], cut, compound] {
                let (answer, json) = served.fill("bad.xls", &bytes);
                assert_eq!(answer.status, 200);
                let problems = json["view"]["explained"]["problems"].as_array().unwrap();
                assert!(!problems.is_empty() && json["view"]["filled"] == false);
            }
        });
        for _ in 0..10 {
            assert_eq!(served.fill("good.xlsx", &sample(ONE)).1["view"]["filled"], true);
        }
        hostile.join().unwrap();
    });
    // A worker that is killed in the middle of its wait is replaced.
    #[cfg(target_os = "linux")]
    {
        for pid in children(served.pid()) {
            Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        }
        let answers: Vec<_> = (0..8).map(|_| served.fill("a.xlsx", &sample(ONE)).1).collect();
        assert_eq!(answers.last().unwrap()["view"]["filled"], true);
    }
}

#[cfg(target_os = "linux")]
/// The children of a process.
pub fn children(of: u32) -> Vec<u32> {
    let tasks = format!("/proc/{of}/task");
    std::fs::read_dir(tasks)
        .unwrap()
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|text| text.split_whitespace().map(|p| p.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn only_the_loopback_is_listened_on() {
    let served = Served::start();
    // Linux answers for all of 127/8: a socket for any address would take this one too.
    if cfg!(target_os = "linux") {
        let other = std::net::SocketAddr::from(([127, 0, 0, 2], served.port));
        assert!(TcpStream::connect_timeout(&other, Duration::from_secs(2)).is_err());
    }
    // The address under which other machines see this one; no packet is sent for this.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    if socket.connect("192.0.2.1:9").is_err() {
        return;
    }
    let own = socket.local_addr().unwrap().ip();
    if own.is_loopback() {
        return;
    }
    let address = std::net::SocketAddr::new(own, served.port);
    assert!(TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn workers_end_with_the_server() {
    let mut served = Served::start();
    served.fill("a.xlsx", &sample(ONE));
    let workers = children(served.pid());
    assert!(!workers.is_empty());
    served.end();
    let gone = |pid: &u32| {
        std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .map_or(true, |stat| stat.contains(") Z "))
    };
    let start = Instant::now();
    while !workers.iter().all(gone) {
        assert!(start.elapsed() < Duration::from_secs(60), "a worker outlives the server");
        std::thread::sleep(Duration::from_millis(20));
    }
}
