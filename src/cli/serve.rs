//! `kaohe serve`, and the start without files and without a terminal.

use super::args::ServeArgs;
use super::console;
use super::output::remark;
use kaohe::problem::{Lang, Words};
use kaohe::serve::{Config, Server, limits, work};
use kaohe::{Options, words};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Without a terminal nobody can press Ctrl-C: the server ends when no page has been open so long.
const IDLE: Duration = Duration::from_secs(300);

/// Serves until ended.
pub fn serve(args: &ServeArgs, lang: Lang) -> ExitCode {
    let mut arguments = vec!["page-worker".into()];
    if let Some(scheme) = &args.scheme {
        if let Err(code) = super::named::load(scheme, lang) {
            return code;
        }
        arguments.extend(["--scheme".into(), scheme.clone().into_os_string()]);
    }
    let alone = console::unattended() || console::own_console();
    let server = std::env::current_exe().and_then(|program| {
        Server::bind(Config {
            port: args.port,
            lang,
            worker: (program, arguments.clone()),
            idle: alone.then_some(IDLE),
            kept: limits::KEPT_TIME,
        })
    });
    let server = match server {
        Ok(server) => server,
        Err(error) => {
            let port = args.port;
            let line = words!(
                "无法在 127.0.0.1 的端口 {port} 上打开本地网页：",
                "the local page cannot be opened on port {port} of 127.0.0.1: "
            )
            .then(&Words::refused(&error));
            remark(line.get(lang));
            return ExitCode::from(1);
        }
    };
    let url = server.url();
    // The address alone on stdout, for programs; words on stderr.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{url}").and_then(|()| out.flush());
    drop(out);
    let line = words!(
        "网页已在本机打开，只有本机能访问；文件只留在内存里。按 Ctrl-C 结束",
        "the page is open on this machine and only this machine can reach it; files stay in memory. Ctrl-C ends it"
    );
    remark(line.get(lang));
    if !args.no_open && open::that_detached(&url).is_err() {
        let line = words!(
            "没能打开浏览器，请把上面的地址粘贴到浏览器里",
            "no browser could be opened; paste the address above into one"
        );
        remark(line.get(lang));
    }
    match server.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            remark(Words::refused(&error).get(lang));
            ExitCode::from(1)
        }
    }
}

/// A child of [`serve`]: reads workbooks from its input until that ends.
pub fn worker(scheme: Option<&Path>, lang: Lang) -> ExitCode {
    let scheme = match scheme.map(|path| super::named::load(path, lang)).transpose() {
        Ok(scheme) => scheme,
        Err(code) => return code,
    };
    let options = Options { scheme, ..Options::default() };
    match work(std::io::stdin().lock(), std::io::stdout().lock(), &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    }
}
