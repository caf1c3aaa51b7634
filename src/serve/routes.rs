//! What is asked, and the answer.
//!
//! | request | answer |
//! |---|---|
//! | `GET`, `page.css`, `page.js`, `icon.svg` | the page |
//! | `POST api/fill?page=P&name=N`, a workbook | its number and view; it is kept |
//! | `POST api/try?id=I`, changes as JSON | the view as it would be; nothing is kept |
//! | `POST api/take?id=I`, changes as JSON | the view; the changes are kept |
//! | `POST api/next?id=I`, changes as JSON | the figures that would raise each score |
//! | `POST api/forget?id=I`, `api/close?page=P`, `api/alive` | nothing |
//! | `GET file?id=I` | the filled workbook |
//! | `GET zip?page=P&lang=L` | all of a page, with their summary |

use super::crew::Crew;
use super::guard::{Guard, protect};
use super::store::{Full, Kept, Store};
use super::view::Change;
use super::work::{Answer, Job, Task};
use super::{Config, archive, limits, month, view};
use crate::Options;
use crate::problem::{Lang, Problem};
use http_body_util::{BodyExt, Full as Whole};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONNECTION, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// What all connections share.
pub struct Shared {
    guard: Guard,
    /// What was dropped.
    pub store: Store,
    crew: Crew,
    /// As many workbooks at a time as there are processors.
    hands: Semaphore,
    heard: Mutex<Instant>,
}

impl Shared {
    /// For a token, a port and a configuration.
    pub fn new(token: String, port: u16, config: &Config) -> Arc<Self> {
        let hands = std::thread::available_parallelism().map_or(2, usize::from);
        Arc::new(Self {
            guard: Guard::new(token, port),
            store: Store::new(config.kept),
            crew: Crew::new(config.worker.clone()),
            hands: Semaphore::new(hands),
            heard: Mutex::new(Instant::now()),
        })
    }

    /// How long nobody has asked for anything.
    pub fn quiet(&self) -> Duration {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

/// The summary's name in the zip, as `kaohe batch` has it.
const SUMMARY: &str = "汇总.xlsx";

type Reply = Response<Whole<Bytes>>;

/// Answers a request.
pub async fn answer(shared: &Arc<Shared>, request: Request<Incoming>) -> Reply {
    let mut reply = match shared.guard.admit(&request).map(str::to_owned) {
        Err(status) => refused(status),
        Ok(path) => {
            *shared.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            let text = request.uri().query().unwrap_or_default().to_owned();
            let query = Query::new(&text);
            match *request.method() == Method::GET {
                true => get(shared, &path, &query).await,
                false => post(shared, &path, &query, request).await.unwrap_or_else(refused),
            }
        }
    };
    protect(reply.headers_mut());
    reply
}

/// A refusal says its status only, and ends the connection, since a body may still be coming.
fn refused(status: StatusCode) -> Reply {
    let mut reply = typed("text/plain; charset=utf-8", status.to_string());
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}

fn typed(kind: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Whole::new(body.into()));
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

fn download(kind: &'static str, name: &str, body: impl Into<Bytes>) -> Reply {
    let mut reply = typed(kind, body);
    if let Ok(value) = HeaderValue::from_str(&archive::disposition(name)) {
        reply.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    reply
}

async fn get(shared: &Arc<Shared>, path: &str, query: &Query<'_>) -> Reply {
    match path {
        "" => typed("text/html; charset=utf-8", include_str!("assets/page.html")),
        "page.css" => typed("text/css; charset=utf-8", include_str!("assets/page.css")),
        "page.js" => typed("text/javascript; charset=utf-8", include_str!("assets/page.js")),
        "icon.svg" => typed("image/svg+xml", include_str!("assets/icon.svg")),
        "file" => match query.id().and_then(|id| shared.store.get(id)) {
            Some(kept) if !kept.filled.is_empty() => {
                let kind = match kept.extension {
                    "xlsm" => "application/vnd.ms-excel.sheet.macroEnabled.12",
                    _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                };
                download(kind, &archive::filled_name(&kept), kept.filled)
            }
            _ => refused(StatusCode::NOT_FOUND),
        },
        "zip" => zip(shared, query).await.unwrap_or_else(refused),
        _ => refused(StatusCode::NOT_FOUND),
    }
}

/// All filled workbooks of a page, and first the summary of all that were dropped.
async fn zip(shared: &Arc<Shared>, query: &Query<'_>) -> Result<Reply, StatusCode> {
    let lang = match query.get("lang").as_deref() {
        Some("en") => Lang::En,
        _ => Lang::Zh,
    };
    let page = query.page().ok_or(StatusCode::NOT_FOUND)?;
    let all = shared.store.of_page(&page);
    let names = archive::names(&all);
    if names.iter().all(Option::is_none) {
        return Err(StatusCode::NOT_FOUND);
    }
    let records: Vec<Vec<u8>> = all
        .iter()
        .zip(&names)
        .filter(|(kept, _)| !kept.record.is_empty())
        .map(|(kept, name)| month::filed(name.as_deref(), &kept.record))
        .collect();
    let list = [b"[".as_slice(), &records.join(&b','), b"]"].concat();
    let job = Job { task: Task::Summary(lang), ..Job::default() };
    // A zip without its summary would pass for a whole one.
    let summary = match run(shared, job, list.into()).await? {
        Ok(answer) if !answer.filled.is_empty() => answer.filled,
        _ => return Err(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let workbooks = all.iter().zip(&names);
    let workbooks =
        workbooks.filter_map(|(kept, name)| Some((name.as_deref()?, kept.filled.as_ref())));
    let files = std::iter::once((SUMMARY, summary.as_slice())).chain(workbooks);
    let zip = archive::zipped(files).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(download("application/zip", "考核-已评分.zip", zip))
}

async fn post(
    shared: &Arc<Shared>,
    path: &str,
    query: &Query<'_>,
    request: Request<Incoming>,
) -> Result<Reply, StatusCode> {
    let nothing = || {
        let mut reply = Response::new(Whole::default());
        *reply.status_mut() = StatusCode::NO_CONTENT;
        reply
    };
    match path {
        "api/fill" => fill(shared, query, request).await,
        "api/try" => changed(shared, query, request, Use::Try).await,
        "api/take" => changed(shared, query, request, Use::Take).await,
        "api/next" => changed(shared, query, request, Use::Next).await,
        "api/forget" => {
            shared.store.forget(query.id().ok_or(StatusCode::BAD_REQUEST)?);
            Ok(nothing())
        }
        "api/close" => {
            shared.store.close(&query.page().ok_or(StatusCode::BAD_REQUEST)?);
            Ok(nothing())
        }
        "api/alive" => Ok(nothing()),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

/// A workbook comes.
async fn fill(
    shared: &Arc<Shared>,
    query: &Query<'_>,
    request: Request<Incoming>,
) -> Result<Reply, StatusCode> {
    let page = query.page().ok_or(StatusCode::BAD_REQUEST)?;
    let name = archive::clean(&query.get("name").ok_or(StatusCode::BAD_REQUEST)?);
    let length = expect(&request, "application/octet-stream", limits::UPLOAD_BYTES)?;
    let promise = shared.store.promise(length).map_err(full)?;
    let source: Bytes = body(request, length).await?.into();
    let job = Job { name: name.clone(), ..Job::default() };
    let answer = run(shared, job, source.clone()).await?;
    let answer = answer.unwrap_or_else(|problem| died(&name, &[problem]));
    let mut kept = Kept::new(page, name.clone());
    kept.extension = extension(answer.macros);
    kept.source = source;
    kept.filled = answer.filled.into();
    kept.record = answer.record.into();
    let id = shared.store.keep(kept, promise).map_err(full)?;
    Ok(viewed(id, &name, &answer.view))
}

/// The extension of a filled workbook: macros stay in an .xlsm.
fn extension(macros: bool) -> &'static str {
    if macros { "xlsm" } else { "xlsx" }
}

/// What is said of a workbook whose worker gave no answer.
fn died(name: &str, problems: &[Problem]) -> Answer {
    let record = month::record(name, b"", Err(problems), &Options::default());
    Answer { view: view::refused(problems, b"").json(), record, ..Answer::default() }
}

/// What is done with changed numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Try,
    Take,
    Next,
}

/// Numbers are tried, taken over, or built upon.
async fn changed(
    shared: &Arc<Shared>,
    query: &Query<'_>,
    request: Request<Incoming>,
    how: Use,
) -> Result<Reply, StatusCode> {
    let id = query.id().ok_or(StatusCode::BAD_REQUEST)?;
    let mut kept = shared.store.get(id).ok_or(StatusCode::NOT_FOUND)?;
    let length = expect(&request, "application/json", limits::CHANGES_BYTES)?;
    let body = body(request, length).await?;
    let changes: Vec<Change> =
        serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let some = !changes.is_empty();
    let task = if how == Use::Next { Task::Next } else { Task::Fill };
    let job = Job { task, name: kept.name.clone(), changes };
    let view = match run(shared, job, kept.source.clone()).await? {
        Err(problem) => view::refused(&[problem], b"").json(),
        Ok(Answer { view, source, filled, record, macros }) => {
            // What could not be changed stays as it was.
            if how == Use::Take && some && !source.is_empty() {
                kept.source = source.into();
                kept.filled = filled.into();
                kept.record = record.into();
                kept.extension = extension(macros);
                if !shared.store.replace(id, &kept).map_err(full)? {
                    return Err(StatusCode::NOT_FOUND);
                }
            }
            view
        }
    };
    Ok(viewed(id, &kept.name, &view))
}

fn full(_: Full) -> StatusCode {
    StatusCode::PAYLOAD_TOO_LARGE
}

/// The view with the number under which it is kept, and the file's name.
fn viewed(id: u64, name: &str, view: &[u8]) -> Reply {
    let name = serde_json::Value::from(name).to_string();
    let mut json = format!("{{\"id\":{id},\"file\":{name},\"view\":").into_bytes();
    json.extend_from_slice(view);
    json.push(b'}');
    typed("application/json", json)
}

async fn run(
    shared: &Arc<Shared>,
    job: Job,
    bytes: Bytes,
) -> Result<Result<Answer, Problem>, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let _hand = shared.hands.acquire().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let shared = Arc::clone(shared);
    tokio::task::spawn_blocking(move || shared.crew.run(&job, &bytes)).await.map_err(failed)
}

/// The announced length of a body of the expected type.
fn expect(
    request: &Request<Incoming>,
    kind: &'static str,
    most: usize,
) -> Result<usize, StatusCode> {
    if request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()) != Some(kind) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    let length: u64 = match length {
        Some(length) => length.parse().map_err(|_| StatusCode::BAD_REQUEST)?,
        None => request.body().size_hint().exact().ok_or(StatusCode::LENGTH_REQUIRED)?,
    };
    let length = usize::try_from(length).map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    if length > most { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(length) }
}

/// Reads a body of known length, piece by piece, under its timers.
async fn body(request: Request<Incoming>, length: usize) -> Result<Vec<u8>, StatusCode> {
    let mut body = request.into_body();
    // Memory follows what has arrived, not what was announced.
    let mut bytes = Vec::new();
    let whole = async {
        loop {
            let next = tokio::time::timeout(limits::BODY_PAUSE, body.frame()).await;
            match next.map_err(|_| StatusCode::REQUEST_TIMEOUT)? {
                None => break,
                Some(Err(_)) => return Err(StatusCode::BAD_REQUEST),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        bytes.extend_from_slice(&data);
                    }
                    if bytes.len() > length {
                        return Err(StatusCode::BAD_REQUEST);
                    }
                }
            }
        }
        Ok(())
    };
    tokio::time::timeout(limits::BODY_TIME, whole)
        .await
        .map_err(|_| StatusCode::REQUEST_TIMEOUT)??;
    if bytes.len() == length { Ok(bytes) } else { Err(StatusCode::BAD_REQUEST) }
}

/// The query of an address.
struct Query<'q> {
    pairs: Vec<(&'q str, &'q str)>,
}

impl<'q> Query<'q> {
    fn new(query: &'q str) -> Self {
        Self { pairs: query.split('&').filter_map(|pair| pair.split_once('=')).collect() }
    }

    fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.pairs.iter().find(|(key, _)| *key == name)?;
        decoded(value)
    }

    fn id(&self) -> Option<u64> {
        self.get("id")?.parse().ok()
    }

    /// The page's own mark: letters and digits that it drew itself.
    fn page(&self) -> Option<String> {
        let page = self.get("page")?;
        let good =
            (8..=64).contains(&page.len()) && page.bytes().all(|b| b.is_ascii_alphanumeric());
        good.then_some(page)
    }
}

/// Undoes percent encoding (`encodeURIComponent`); none for broken escapes or bytes.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| char::from(b?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_or_refused() {
        let query = Query::new("page=abcdefgh12&name=%E8%A1%A8%2F..%2Fa.xlsx&id=7");
        assert_eq!(query.page().as_deref(), Some("abcdefgh12"));
        assert_eq!(query.get("name").as_deref(), Some("表/../a.xlsx"));
        assert_eq!(query.id(), Some(7));
        assert_eq!(Query::new("name=%E8%A").get("name"), None);
        assert_eq!(Query::new("name=%FF").get("name"), None);
        assert_eq!(Query::new("page=../../x").page(), None);
    }
}
