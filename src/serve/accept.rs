//! Sockets: every connection has timers, and there are never more than a fixed number. A new one
//! pushes out the one that has been idle longest, so that nobody can lock the user out by holding
//! connections open.

use super::limits;
use super::routes::{Shared, answer};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::{AbortHandle, LocalSet};

/// A connection as the table of connections knows it.
struct Connection {
    abort: AbortHandle,
    /// Since when it waits for a request; none while one is being answered.
    idle: Rc<Cell<Option<Instant>>>,
}

type Table = Rc<RefCell<BTreeMap<u64, Connection>>>;

/// Accepts until idle.
pub async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    idle: Option<Duration>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let local = LocalSet::new();
    let table: Table = Table::default();
    local
        .run_until(async move {
            let mut number = 0u64;
            loop {
                let next = tokio::time::timeout(Duration::from_secs(30), listener.accept()).await;
                shared.store.sweep();
                if idle.is_some_and(|idle| shared.quiet() >= idle) {
                    return Ok(());
                }
                match next {
                    Err(_) => {}
                    // Out of file descriptors, or a client that went away: wait a little, go on.
                    Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
                    Ok(Ok((stream, peer))) if peer.ip().is_loopback() => {
                        number += 1;
                        make_room(&table);
                        open(number, stream, &table, &shared);
                    }
                    Ok(Ok(_)) => {}
                }
            }
        })
        .await
}

/// Closes the longest idle connection where the table is full.
fn make_room(table: &Table) {
    let mut table = table.borrow_mut();
    while table.len() >= limits::CONNECTIONS {
        let longest = table
            .iter()
            .filter_map(|(number, one)| Some((one.idle.get()?, *number)))
            .min()
            // All at work: the oldest goes, since what takes this long is no honest page.
            .map_or_else(|| table.keys().next().copied(), |(_, number)| Some(number));
        let Some(one) = longest.and_then(|number| table.remove(&number)) else { return };
        one.abort.abort();
    }
}

fn open(number: u64, stream: tokio::net::TcpStream, table: &Table, shared: &Arc<Shared>) {
    let idle = Rc::new(Cell::new(Some(Instant::now())));
    let (own_idle, own_table, shared) = (Rc::clone(&idle), Rc::clone(table), Arc::clone(shared));
    let task = tokio::task::spawn_local(async move {
        let service = service_fn(|request| {
            let (shared, idle) = (Arc::clone(&shared), Rc::clone(&own_idle));
            async move {
                idle.set(None);
                let response = answer(&shared, request).await;
                idle.set(Some(Instant::now()));
                Ok::<_, Infallible>(response)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits::HEADER_TIME)
            .max_buf_size(limits::HEADER_BYTES)
            .max_headers(limits::HEADERS)
            .serve_connection(TokioIo::new(stream), service);
        // What went wrong on a connection concerns only its client.
        let _ = tokio::time::timeout(limits::CONNECTION_TIME, connection).await;
        own_table.borrow_mut().remove(&number);
    });
    table.borrow_mut().insert(number, Connection { abort: task.abort_handle(), idle });
}
