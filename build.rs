//! The schemes that come with the program, as JSON: TOML is for people, and reading it would be a
//! tenth of filling one workbook. And how the program is linked.

use std::error::Error;
use std::path::Path;
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
    // is half a millisecond of every start. Libraries, heap and stack keep their random places.
    let target = |key| env::var(key).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    Ok(())
}
