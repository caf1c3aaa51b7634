//! The schemes that come with the program, as JSON: TOML is for people, and reading it would be a
//! tenth of filling one workbook. And how the program is linked.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=templates");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir("templates")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Some(stem) = path.file_stem()
        {
            let scheme: serde_json::Value = toml::from_str(&fs::read_to_string(&path)?)?;
            let json = Path::new(&out).join(stem).with_extension("json");
            fs::write(json, serde_json::to_string(&scheme)?)?;
        }
    }
    // The program at a fixed address, as Go links its own: nothing in it has to be relocated, which
    // is a third of a millisecond of every start. Libraries, heap and stack keep their random places.
    let target = |key| env::var(key).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if target("CARGO_CFG_TARGET_ARCH") == "x86_64" && target("PROFILE") == "release" {
            order_functions(&out)?;
        }
    }
    Ok(())
}

/// The functions that filling one workbook runs, one behind the other: else they stand strewn over
/// the whole program, and getting at the pages with them is a twentieth of the run and more (a fifth
/// where the program lies on a memory file system). Only where the linker takes such an order (lld,
/// which Rust brings on x86-64 Linux). The names are those of the compiler and the dependencies that
/// `packaging/function-order` ran with; names that are not there are passed over.
fn order_functions(out: &str) -> Result<(), Box<dyn Error>> {
    let order = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("packaging/function-order.txt");
    println!("cargo::rerun-if-changed={}", order.display());
    let argument =
        format!("-Wl,--no-warn-symbol-ordering,--symbol-ordering-file={}", order.display());
    let probe = Path::new(out).join("probe.rs");
    fs::write(&probe, "fn main() {}")?;
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let mut rustc = Command::new(env::var("RUSTC")?);
    rustc.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={linker}"));
    }
    rustc.args(["--target", &env::var("TARGET")?, "-C", &format!("link-arg={argument}"), "-o"]);
    rustc.arg(Path::new(out).join("probe")).arg(&probe);
    if rustc.output().is_ok_and(|output| output.status.success()) {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    Ok(())
}
