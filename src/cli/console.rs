//! Who started us: a person at a terminal, or a double click or drop.
//!
//! `--desktop` says so outright (the desktop entry and the Windows shortcuts pass it). Without it, on
//! Windows, a console program started by Explorer gets a console of its own, which closes with
//! the program; there the result must stay until a key is pressed. Explorer itself was not tried (the rest was, under wine); what is
//! special to Windows stands in this file.

use super::output::remark;
use kaohe::problem::Lang;
use kaohe::words;
use std::io::{BufRead, IsTerminal};

/// Whether a console was opened for us alone.
pub fn own_console() -> bool {
    #[cfg(windows)]
    {
        mousetrap::started_by_explorer()
    }
    #[cfg(not(windows))]
    {
        false
    }
}

/// Whether nobody sits at a terminal of this program.
pub fn unattended() -> bool {
    let stdin = std::io::stdin().is_terminal();
    let streams = [std::io::stdout().is_terminal(), std::io::stderr().is_terminal()];
    // A timer or a pipe has no terminal either; a browser can be opened only where there is a screen.
    let screen = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    screen && !stdin && !streams.contains(&true)
}

/// Keeps what was said readable until Enter is pressed.
pub fn hold(lang: Lang) {
    remark(words!("按回车键关闭…", "press Enter to close …").get(lang));
    let _ = std::io::stdin().lock().read_line(&mut String::new());
}
