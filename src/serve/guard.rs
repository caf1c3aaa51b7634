//! Who may ask, and the headers of every answer.
//!
//! Any web page can send requests to the loopback, so a request counts only with our own Host
//! (against DNS rebinding), the run's token in its path, and for anything but a GET our own Origin.
//! What no browser sends (a body in chunks, two hosts, an address in absolute form) is refused.

use hyper::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
    TRANSFER_ENCODING,
};
use hyper::{Method, Request, StatusCode, Version};

/// Who we are in this run.
#[derive(Debug)]
pub struct Guard {
    token: String,
    port: u16,
}

impl Guard {
    /// For a token and port.
    pub fn new(token: String, port: u16) -> Self {
        Self { token, port }
    }

    /// The path below the token, as `api/fill`, or how the request is refused.
    ///
    /// # Errors
    /// The status to refuse with.
    pub fn admit<'r, B>(&self, request: &'r Request<B>) -> Result<&'r str, StatusCode> {
        let headers = request.headers();
        if request.version() != Version::HTTP_11
            || request.uri().authority().is_some()
            || request.uri().scheme().is_some()
            || headers.get_all(CONTENT_LENGTH).iter().count() > 1
            || headers.contains_key(TRANSFER_ENCODING)
        {
            return Err(StatusCode::BAD_REQUEST);
        }
        let host = match only(headers, HOST) {
            Ok(Some(host)) => host,
            Ok(None) => return Err(StatusCode::FORBIDDEN),
            Err(()) => return Err(StatusCode::BAD_REQUEST),
        };
        if !self.is_ours(host) {
            return Err(StatusCode::FORBIDDEN);
        }
        let fetched = only(headers, HeaderName::from_static("sec-fetch-site"));
        if !matches!(fetched, Ok(None | Some("same-origin" | "none"))) {
            return Err(StatusCode::FORBIDDEN);
        }
        let origin = only(headers, ORIGIN).map_err(|()| StatusCode::BAD_REQUEST)?;
        let own_origin = origin.and_then(|o| o.strip_prefix("http://")) == Some(host);
        let known = *request.method() == Method::GET || *request.method() == Method::POST;
        if !own_origin && (origin.is_some() || *request.method() == Method::POST) {
            return Err(StatusCode::FORBIDDEN);
        }
        let path = request.uri().path().strip_prefix('/').unwrap_or_default();
        let (token, path) = path.split_once('/').unwrap_or((path, "\0"));
        if !same(token.as_bytes(), self.token.as_bytes()) {
            // A browser asks for an icon by itself.
            return Err(if path == "\0" && token == "favicon.ico" {
                StatusCode::NOT_FOUND
            } else {
                StatusCode::FORBIDDEN
            });
        }
        if !known {
            return Err(StatusCode::NOT_FOUND);
        }
        if headers.contains_key(CONTENT_ENCODING) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        Ok(path)
    }

    fn is_ours(&self, host: &str) -> bool {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        names.iter().any(|name| {
            host.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(':'))
                .is_some_and(|port| port == self.port.to_string())
        })
    }
}

/// The only value of a header; an error where it stands twice or is no text.
fn only(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, ()> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

/// Compares in a time that does not tell how much was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Headers of every answer. There is no CORS header, ever.
pub fn protect(headers: &mut HeaderMap) {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
        img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'";
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}
