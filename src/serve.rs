//! The local page: a small HTTP server on the loopback, for people who open no terminal.
//!
//! In: a browser's requests from this machine. Out: the page, the scorecards as JSON, and the same
//! bytes that `kaohe fill` writes. What was dropped stays in memory and goes with its page, or after
//! an hour; nothing is written to disk.
//!
//! | module | does |
//! |---|---|
//! | `accept` | sockets, timers, how many connections |
//! | `guard` | who may ask: Host, Origin, token, shape of the request; headers of every answer |
//! | `routes` | what is asked, and the answer |
//! | `store` | what was dropped, by page, within its budget |
//! | `crew` | child processes that read the workbooks, so that a hostile one harms only itself |
//! | `work` | what such a child does |
//! | `view` | a workbook as the page draws it |
//! | `month` | the summary of all that was dropped |
//! | `archive` | names of downloads, and all of them in one zip |

mod accept;
mod archive;
mod crew;
mod guard;
mod looks;
mod month;
mod routes;
mod store;
mod view;
mod work;

use crate::problem::Lang;
use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

pub use work::work;

/// Limits of the page; the reasons are those of a local page for one person.
pub mod limits {
    use std::time::Duration;

    /// Largest upload, bytes: the largest workbook seen was 3.3 MB.
    pub const UPLOAD_BYTES: usize = 50 << 20;
    /// All that is kept, bytes, results included.
    pub const KEPT_BYTES: usize = 500 << 20;
    /// Most workbooks kept.
    pub const KEPT: usize = 1_000;
    /// Connections at a time; beyond it the longest idle one is closed.
    pub const CONNECTIONS: usize = 32;
    /// All headers of a request, bytes.
    pub const HEADER_BYTES: usize = 16 << 10;
    /// Most headers of a request.
    pub const HEADERS: usize = 64;
    /// Time in which a request's headers must arrive.
    pub const HEADER_TIME: Duration = Duration::from_secs(5);
    /// Longest wait for the next piece of a body.
    pub const BODY_PAUSE: Duration = Duration::from_secs(10);
    /// Time in which a whole body must arrive; a loopback needs a second.
    pub const BODY_TIME: Duration = Duration::from_secs(60);
    /// A connection's whole life.
    pub const CONNECTION_TIME: Duration = Duration::from_secs(600);
    /// How long an upload is kept.
    pub const KEPT_TIME: Duration = Duration::from_secs(3600);
    /// Time for one workbook.
    pub const WORK_TIME: Duration = Duration::from_secs(30);
    /// Address space of a worker, bytes: a 50 MB workbook twice, its sheets, and the program.
    pub const WORK_BYTES: u64 = 1 << 30;
    /// A small body: changes to try.
    pub const CHANGES_BYTES: usize = 64 << 10;
}

/// How to serve.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port; 0 for any free one.
    pub port: u16,
    /// Language in which the page starts.
    pub lang: Lang,
    /// The command whose child processes run [`work`] on their input and output.
    pub worker: (PathBuf, Vec<OsString>),
    /// End when no page has asked for this long; for a start without a terminal.
    pub idle: Option<Duration>,
    /// How long an upload is kept, [`limits::KEPT_TIME`] unless it is to be shorter.
    pub kept: Duration,
}

/// A bound server, not yet running.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    token: String,
    port: u16,
    config: Config,
}

impl Server {
    /// Takes the port and draws the token.
    ///
    /// # Errors
    /// The port is taken, or the system gives no randomness.
    pub fn bind(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let mut random = [0u8; 16];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let token = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { listener, token, port, config })
    }

    /// The page's address, token included.
    pub fn url(&self) -> String {
        let lang = match self.config.lang {
            Lang::Zh => "zh",
            Lang::En => "en",
        };
        format!("http://127.0.0.1:{}/{}/?lang={lang}", self.port, self.token)
    }

    /// Serves until the process ends, or until idle where that was asked for.
    ///
    /// # Errors
    /// The system refuses to serve.
    pub fn run(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let shared = routes::Shared::new(self.token, self.port, &self.config);
        runtime.block_on(accept::serve(self.listener, shared, self.config.idle))
    }
}
