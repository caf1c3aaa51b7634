//! Slow clients. A busy machine makes everything late, so nothing here asserts that an answer comes
//! within a time the machine might need; what would hold a client if its timer did not is far longer
//! than the patience.

use super::harness::{PAGE, Served};
use kaohe::serve::limits;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Below the limit that would end a client if its own timer did not: the time of a whole body, and of
/// a connection.
const PATIENCE: Duration = Duration::from_secs(50);

/// Reads until the server ends the connection; how long it was held, none if beyond all patience.
fn held(stream: &mut TcpStream, start: Instant) -> (Option<Duration>, Vec<u8>) {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let Some(left) = PATIENCE.checked_sub(start.elapsed()).filter(|left| !left.is_zero())
        else {
            return (None, all);
        };
        stream.set_read_timeout(Some(left)).unwrap();
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => all.extend_from_slice(&piece[..n]),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                return (None, all);
            }
            Err(_) => break,
        }
    }
    (Some(start.elapsed()), all)
}

#[test]
fn slow_clients_are_dropped() {
    const { assert!(PATIENCE.as_secs() < limits::BODY_TIME.as_secs()) };
    const { assert!(PATIENCE.as_secs() < limits::CONNECTION_TIME.as_secs()) };
    let served = Served::start();
    let start = Instant::now();
    let (mut drip, mut silent, mut slow) = (served.connect(), served.connect(), served.connect());
    let head = format!(
        "POST {} HTTP/1.1\r\n{}{}Content-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nx",
        served.path(&format!("api/fill?page={PAGE}&name=a")),
        served.host(),
        served.origin()
    );
    slow.write_all(head.as_bytes()).unwrap();
    let dripping = std::thread::spawn(move || {
        let text =
            b"GET / HTTP/1.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        for byte in text.iter().chain(std::iter::repeat(&b'a')) {
            if start.elapsed() > PATIENCE {
                return None;
            }
            if drip.write_all(&[*byte]).is_err() {
                break;
            }
            sleep(Duration::from_millis(200));
        }
        Some(start.elapsed())
    });
    let (silence, _) = held(&mut silent, start);
    let silence = silence.expect("a silent one is dropped");
    let (body, answer) = held(&mut slow, start);
    let body = body.expect("a slow body is dropped");
    let dripped = dripping.join().unwrap().expect("a dripping one is dropped");
    // Nobody is dropped before the time that an honest one has.
    for (what, was, least) in [
        ("silent", silence, limits::HEADER_TIME),
        ("dripping", dripped, limits::HEADER_TIME),
        ("slow body", body, limits::BODY_PAUSE),
    ] {
        assert!(was >= least, "{what}: {was:?}");
    }
    if !answer.is_empty() {
        assert!(answer.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(served.get("").status, 200);
}

#[test]
fn two_hundred_idle_connections_shut_nobody_out() {
    let served = Served::start();
    // Without room made for it, a request waits the header's time of those before it, each time; a
    // busy machine may be late once, not every time.
    let mut waits = Vec::new();
    let in_time = (0..5).any(|_| {
        let idle: Vec<TcpStream> = (0..200).map(|_| served.connect()).collect();
        let start = Instant::now();
        assert_eq!(served.get("").status, 200);
        waits.push(start.elapsed());
        drop(idle);
        waits.last().is_some_and(|wait| *wait < Duration::from_secs(1))
    });
    assert!(in_time, "{waits:?}");
}
