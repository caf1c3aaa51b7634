//! The schemes that come with the program.

use super::Scheme;
use std::sync::LazyLock;

/// The built-in schemes: file name and text.
pub const BUILT_IN: [(&str, &str); 1] =
    [("客服主管.toml", include_str!("../../templates/客服主管.toml"))];

/// The built-in schemes as the build script writes them down.
const BUILT_IN_JSON: [&str; BUILT_IN.len()] =
    [include_str!(concat!(env!("OUT_DIR"), "/客服主管.json"))];

/// Schemes of other departments: file name and text. Parsed only where no built-in scheme fits a
/// workbook; used then only for a form whose own criteria say the same.
pub const EXAMPLES: [(&str, &str); 3] = [
    ("销售代表.toml", include_str!("../../templates/销售代表.toml")),
    ("仓库主管.toml", include_str!("../../templates/仓库主管.toml")),
    ("财务会计.toml", include_str!("../../templates/财务会计.toml")),
];

/// The JSON Schema of scheme files, for editors. A test holds it against the types.
pub const SCHEMA: &str = include_str!("../../templates/方案.schema.json");

impl Scheme {
    /// The schemes that come with the program, read once.
    pub fn built_in() -> &'static [Self] {
        static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
            // Tests hold them against their texts and against `check`; here it would cost every start.
            BUILT_IN_JSON.iter().filter_map(|json| serde_json::from_str(json).ok()).collect()
        });
        &SCHEMES
    }

    /// The schemes of other departments, read when first asked for.
    pub fn examples() -> &'static [Self] {
        static SCHEMES: LazyLock<Vec<Scheme>> = LazyLock::new(|| {
            EXAMPLES.iter().filter_map(|(_, text)| toml::from_str(text).ok()).collect()
        });
        &SCHEMES
    }

    /// A scheme that comes with the program, by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        let by_name = |scheme: &&Self| scheme.name == name;
        Self::built_in().iter().find(by_name).or_else(|| Self::examples().iter().find(by_name))
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Scheme};

    #[test]
    fn the_built_in_schemes_are_what_their_texts_say() {
        let texts = BUILT_IN.iter().map(|(_, text)| Scheme::parse(text).unwrap());
        let texts: Vec<Scheme> = texts.collect();
        assert_eq!(format!("{:?}", Scheme::built_in()), format!("{texts:?}"));
    }

    #[test]
    fn the_json_schema_is_up_to_date() {
        let schema = schemars::schema_for!(Scheme);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("KAOHE_BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/方案.schema.json");
            std::fs::write(path, &text).unwrap();
        } else {
            assert!(text == super::SCHEMA, "rebuild with KAOHE_BLESS=1");
        }
    }
}
