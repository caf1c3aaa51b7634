//! Rows of ABUSE.md, 3.8, that need more than a status.

use super::harness::{PAGE, Served};
use crate::common::{FORM, METRICS, ONE, changed, sample, text};

/// Every answer, refusals too, forbids scripts of others, frames and guesses of its type.
#[test]
fn refusals_carry_the_same_protection() {
    let served = Served::start();
    let (_, json) = served.fill("a.xlsx", &sample(ONE));
    let (id, host, token) = (&json["id"], served.host(), &served.token);
    let close = "Connection: close\r\n\r\n";
    for (request, status) in [
        (format!("GET /{token}/ HTTP/1.1\r\nHost: evil.example\r\n{close}"), 403),
        (format!("GET /wrong/ HTTP/1.1\r\n{host}{close}"), 403),
        (format!("GET /{token}/nothing HTTP/1.1\r\n{host}{close}"), 404),
        (format!("GET /{token}/file?id=99 HTTP/1.1\r\n{host}{close}"), 404),
        (format!("GET /{token}/file?id={id} HTTP/1.1\r\n{host}{close}"), 200),
        (format!("GET /{token}/zip?page={PAGE} HTTP/1.1\r\n{host}{close}"), 200),
        (format!("POST /{token}/api/alive HTTP/1.1\r\n{host}Content-Length: 0\r\n{close}"), 403),
    ] {
        let answer = served.raw(request.as_bytes()).expect("an answer");
        assert_eq!(answer.status, status, "{request}");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "nosniff", "no-referrer"] {
            assert!(answer.head.contains(part), "{part} in {}", answer.head);
        }
        assert!(!answer.head.contains("access-control"));
    }
    // What another site could embed or fetch without a preflight: results, and the types of a form.
    for path in [format!("file?id={id}"), format!("zip?page={PAGE}"), "icon.svg".to_owned()] {
        for from in ["cross-site", "same-site"] {
            let request =
                format!("GET /{token}/{path} HTTP/1.1\r\n{host}Sec-Fetch-Site: {from}\r\n{close}");
            assert_eq!(served.raw(request.as_bytes()).unwrap().status, 403, "{path} {from}");
        }
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let path = format!("api/fill?page={PAGE}&name=a");
        assert_eq!(served.post(&path, kind, b"x").status, 415, "{kind}");
        let path = format!("api/take?id={id}");
        assert_eq!(served.post(&path, kind, b"[]").status, 415, "{kind}");
    }
}

/// A refused request ends its connection: what stands in its body is never a request of its own.
#[test]
fn no_request_is_smuggled_behind_another() {
    let served = Served::start();
    let inner = format!("GET {} HTTP/1.1\r\n{}\r\n", served.path(""), served.host());
    let ours = format!("{}{}", served.host(), served.origin());
    let fill = served.path(&format!("api/fill?page={PAGE}&name=a"));
    let kind = "Content-Type: application/octet-stream\r\n";
    for outer in [
        format!(
            "POST {fill} HTTP/1.1\r\n{ours}{kind}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        format!("POST {fill} HTTP/1.1\r\n{ours}{kind}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!(
            "POST {fill} HTTP/1.1\r\n{ours}{kind}Content-Length: 0\r\nContent-Length: {}\r\n\r\n",
            inner.len()
        ),
        format!("POST {fill} HTTP/1.1\r\n{ours}{kind}Content-Length: 52428801\r\n\r\n"),
        format!(
            "POST {fill} HTTP/1.1\r\n{ours}Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
            inner.len()
        ),
        format!(
            "POST {fill} HTTP/1.1\r\n{}{kind}Content-Length: {}\r\n\r\n",
            served.host(),
            inner.len()
        ),
        format!("GET /wrong/ HTTP/1.1\r\n{}\r\n", served.host()),
        format!("GET {} HTTP/1.1\r\n{}Host: evil.example\r\n\r\n", served.path(""), served.host()),
        format!("GET http://evil.example{} HTTP/1.1\r\n{}\r\n", served.path(""), served.host()),
        format!("TRACE {} HTTP/1.1\r\n{}\r\n", served.path(""), served.host()),
    ] {
        let answer = served.raw(format!("{outer}{inner}").as_bytes()).expect("an answer");
        assert!([400, 403, 404, 413, 415].contains(&answer.status), "{outer}: {}", answer.status);
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!body.contains("HTTP/1.1"), "a second answer behind {outer}: {body}");
    }
    // Two honest requests on one connection are both answered, so that the above can fail.
    let close = inner.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let answer = served.raw(format!("{inner}{close}").as_bytes()).expect("an answer");
    assert!(String::from_utf8_lossy(&answer.body).contains("HTTP/1.1 200 OK"));
}

/// What a cell says stays text: the answer is JSON that no browser takes for a page, and the page's
/// script has no way from text to markup.
#[test]
fn a_script_in_a_cell_is_never_markup() {
    let served = Served::start();
    let script = "</script><script>window.hit=1</script><img src=x onerror=hit()>";
    let cells = [(FORM, "A1", text(script)), (METRICS, "A1", text(script))];
    let (answer, json) = served.fill("a.xlsx", &changed(ONE, &cells));
    assert_eq!(answer.status, 200);
    assert!(json.to_string().contains("window.hit=1"), "the page shows the cell");
    assert!(answer.head.contains("content-type: application/json"), "{}", answer.head);
    assert!(answer.head.contains("x-content-type-options: nosniff"));
    let page = String::from_utf8(served.get("").body).unwrap();
    let code = String::from_utf8(served.get("page.js").body).unwrap();
    // The policy admits no script in the page; there is none that would need one.
    assert_eq!(page.matches("<script").count(), page.matches("<script src=").count());
    assert!(
        page.contains("<script src=") && !page.contains(" onclick=") && !page.contains("<style")
    );
    for way in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "createContextualFragment",
        "DOMParser",
        "srcdoc",
        "javascript:",
        "setHTML",
        "cssText",
    ] {
        assert!(!code.contains(way), "{way}");
    }
}
