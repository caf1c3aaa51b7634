//! A running `kaohe serve`, and requests made byte by byte.

use kaohe::serve::{Config, Server};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running `kaohe serve`.
pub struct Served {
    /// None where it runs in this process.
    pub child: Option<Child>,
    pub port: u16,
    pub token: String,
    pub folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

pub const PAGE: &str = "testpage01";

impl Served {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_kaohe"))
            .args(["serve", "--no-open"])
            .current_dir(folder.path())
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let rest = line.strip_prefix("http://127.0.0.1:").expect("the address");
        let (port, rest) = rest.split_once('/').unwrap();
        let token = rest.split('/').next().unwrap().to_owned();
        assert_eq!(token.len(), 32);
        Self { child: Some(child), port: port.parse().unwrap(), token, folder }
    }

    /// The same server in this process, which keeps uploads for another time.
    pub fn keeping(kept: Duration) -> Self {
        let server = Server::bind(Config {
            port: 0,
            lang: kaohe::problem::Lang::Zh,
            worker: (env!("CARGO_BIN_EXE_kaohe").into(), vec!["page-worker".into()]),
            idle: None,
            kept,
        })
        .unwrap();
        let url = server.url();
        let (port, rest) = url.strip_prefix("http://127.0.0.1:").unwrap().split_once('/').unwrap();
        let (port, token) = (port.parse().unwrap(), rest.split('/').next().unwrap().to_owned());
        std::thread::spawn(|| server.run());
        Self { child: None, port, token, folder: tempfile::tempdir().unwrap() }
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Ends it as a crash or the system would.
    pub fn end(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    pub fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }

    pub fn origin(&self) -> String {
        format!("Origin: http://127.0.0.1:{}\r\n", self.port)
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.token)
    }

    /// Sends bytes as they are and reads what comes.
    pub fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        let mut stream = self.connect();
        // The server may answer and close before all is sent.
        let _ = stream.write_all(bytes);
        read(&mut stream)
    }

    pub fn get(&self, path: &str) -> Answer {
        let request =
            format!("GET {} HTTP/1.1\r\n{}Connection: close\r\n\r\n", self.path(path), self.host());
        self.raw(request.as_bytes()).expect("an answer")
    }

    pub fn post(&self, path: &str, kind: &str, body: &[u8]) -> Answer {
        let mut request = format!(
            "POST {} HTTP/1.1\r\n{}{}Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.path(path),
            self.host(),
            self.origin(),
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.raw(&request).expect("an answer")
    }

    pub fn fill(&self, name: &str, body: &[u8]) -> (Answer, serde_json::Value) {
        let path = format!("api/fill?page={PAGE}&name={name}");
        let answer = self.post(&path, "application/octet-stream", body);
        let json = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer, json)
    }

    /// The status of a request whose head is given, with `{host}` and the like put in.
    pub fn status(&self, head: &str) -> u16 {
        let head = head
            .replace("{host}", &self.host())
            .replace("{origin}", &self.origin())
            .replace("{port}", &self.port.to_string())
            .replace("{token}", &self.token);
        self.raw(head.as_bytes()).map_or(0, |answer| answer.status)
    }

    /// Resident memory of the server in KiB (Linux).
    pub fn memory(&self) -> Option<u64> {
        let text =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.as_ref()?.id())).ok()?;
        let line = text.lines().find(|l| l.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

/// Reads an answer until the connection ends.
pub fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut all = Vec::new();
    let mut piece = [0; 65536];
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(n) => all.extend_from_slice(&piece[..n]),
        }
    }
    let end = all.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_lowercase(), body: all[end + 4..].to_vec() })
}
