//! 3.5 Values and text.

use super::{RIGHT, filled, same, verdict};
use crate::common::pack::with_part;
use crate::common::{FORM, MANY, METRICS, ONE, at, number, sample};
use kaohe::package::{Content, Edit, edit};
use kaohe::workbook::Value;

fn with(sheet: &str, cell: &str, content: Content) -> Vec<u8> {
    edit(&sample(ONE), &[Edit::new(sheet, at(cell), content)]).expect("edited")
}

fn typed(text: &str) -> Vec<u8> {
    with(METRICS, "B5", Content::Text(text.to_owned()))
}

/// The cell is named, and nothing is written.
#[track_caller]
fn names_the_cell(bytes: &[u8], cell: &str, what: &str) {
    let found = verdict(bytes).expect_err(what);
    assert!(found.iter().any(|c| c.ends_with(&format!("!{cell}"))), "{what}: {found:?}");
}

/// The sheet's part with B5's raw content replaced.
fn raw_b5(inner: &str) -> Vec<u8> {
    with_part(&sample(ONE), "xl/worksheets/sheet2.xml", |t| {
        t.replace(
            "<c r=\"B5\" s=\"10\"><v>309500</v></c>",
            &format!("<c r=\"B5\" s=\"10\"{inner}</c>"),
        )
    })
}

#[test]
fn numbers_as_people_type_them() {
    for text in [
        "309500",
        "309,500",
        "309，500元",
        "３０９５００",
        "30.95万",
        "30.95 万元",
        " 309500 ",
        "\u{3000}309500\u{a0}",
        "'309500",
        "309500元",
        "￥309,500",
        "¥309500.00",
        "3.095E5",
    ] {
        match verdict(&typed(text)) {
            Ok(found) => assert_eq!(found, *RIGHT, "{text}"),
            Err(_) => names_the_cell(&typed(text), "B5", text),
        }
    }
    for text in ["309500", "309,500元", "３０９５００", "30.95万", " 309500 "] {
        same(&typed(text), text);
    }
    // 95 % is 0.95 once: the shop's rate as text scores as the number does.
    let rate = |content| with(METRICS, "D22", content);
    same(&rate(Content::Text("96%".into())), "96 %");
    same(&rate(Content::Text("96％".into())), "full-width 96 %");
    same(&rate(Content::Number(0.96)), "0.96");
    let minus = typed("−5");
    assert!(verdict(&minus).expect_err("negative")[0].starts_with("negative"), "U+2212 is a minus");
}

#[test]
fn what_is_no_number_names_its_cell() {
    for text in [
        "待定",
        "30万 31万",
        "80~90",
        "30万至31万",
        "约30万",
        "N/A",
        "1.2.3",
        "--5",
        "五",
        "=A1",
        "NaN",
        "inf",
        "1e400",
        "0x10",
        "1/2",
    ] {
        names_the_cell(&typed(text), "B5", text);
    }
    for error in
        ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"]
    {
        let content = Content::Formula("1/0".into(), Value::Error(error.into()));
        names_the_cell(&with(METRICS, "B5", content), "B5", error);
    }
    names_the_cell(
        &with(METRICS, "B5", Content::Formula("1+1".into(), Value::Blank)),
        "B5",
        "no stored value",
    );
    names_the_cell(&raw_b5(" t=\"str\"><f>\"\"</f><v></v>"), "B5", "an empty stored text");
    names_the_cell(&raw_b5(" t=\"b\"><v>1</v>"), "B5", "TRUE");
}

#[test]
fn numbers_that_are_none_or_hardly() {
    for bad in ["NaN", "INF", "-INF", "1E+400", "1e999", "Infinity", "0x1F", "1,000", "１"] {
        let found = verdict(&raw_b5(&format!("><v>{bad}</v>"))).expect_err(bad);
        assert!(!found.is_empty());
    }
    // Where it can be computed, no NaN and no infinity reaches the file.
    for odd in ["-0", "1E-320", "309500.00000000001", "12345678901234567", "1E+300", "-1"] {
        let bytes = raw_b5(&format!("><v>{odd}</v>"));
        if verdict(&bytes).is_ok() {
            let out = filled(&bytes);
            let shown = number(&out, FORM, "D4");
            assert!(shown.is_finite(), "{odd}");
            for (name, body) in crate::common::pack::bodies(&out) {
                if name.starts_with("xl/worksheets/sheet") {
                    let text = String::from_utf8_lossy(&body).into_owned();
                    assert!(!text.contains("<v>NaN") && !text.contains("<v>inf"), "{odd}");
                }
            }
        }
    }
    names_the_cell(&with(METRICS, "B4", Content::Number(0.0)), "B4", "divided by zero");
    let both = edit(
        &with(METRICS, "B4", Content::Number(0.0)),
        &[Edit::new(METRICS, at("B5"), Content::Number(0.0))],
    );
    names_the_cell(&both.expect("edited"), "B4", "0 ÷ 0");
    names_the_cell(&with(METRICS, "B6", Content::Number(-1.0)), "B6", "a negative count");
}

#[test]
fn blank_is_blank() {
    for blank in ["", " ", "\u{200b}", "\u{3000}", "\u{feff}", "\n", " \u{a0}\u{200b} "] {
        let found = verdict(&typed(blank)).expect_err("blank");
        assert_eq!(found, ["metric-blank '指标数据'!B5"], "{blank:?}");
    }
}

#[test]
fn text_as_excel_shows_it() {
    let label = "<c r=\"A5\" s=\"4\" t=\"s\"><v>81</v></c>";
    for inner in [
        "<is><t>实际营业额</t><rPh sb=\"0\" eb=\"2\"><t>shiji</t></rPh><phoneticPr fontId=\"1\"/></is>",
        "<is><r><t>实际</t></r><r><rPr><b/></rPr><t>营业额</t></r></is>",
        "<is><t xml:space=\"preserve\">实际营业额_x000D_</t></is>",
        "<is><t>_x5B9E_际营业额</t></is>",
    ] {
        let bytes = with_part(&sample(ONE), "xl/worksheets/sheet2.xml", |t| {
            assert!(t.contains(label));
            t.replace(label, &format!("<c r=\"A5\" s=\"4\" t=\"inlineStr\">{inner}</c>"))
        });
        same(&bytes, inner);
    }
    let pinyin = with_part(&sample(ONE), "xl/sharedStrings.xml", |t| {
        t.replace(
            "被考核人：王丽</t>",
            "被考核人：王丽</t><rPh sb=\"0\" eb=\"1\"><t>wangli</t></rPh>",
        )
    });
    let outcome = kaohe::fill_workbook(&pinyin, &kaohe::Options::default()).expect("filled");
    assert_eq!(outcome.cards[0].person.as_deref(), Some("王丽"));
}

#[test]
fn names_that_are_alike() {
    let people = |name: &str| {
        edit(&sample(MANY), &[Edit::new(METRICS, at("A5"), Content::Text(name.into()))])
            .expect("edited")
    };
    let codes = |bytes: &[u8]| -> Vec<String> { verdict(bytes).err().unwrap_or_default() };
    assert!(
        codes(&people("王丽")).iter().any(|c| c.starts_with("name-twice")),
        "the same name twice"
    );
    assert!(
        codes(&people("王丽 ")).iter().any(|c| c.starts_with("name-twice")),
        "a trailing space"
    );
    assert!(codes(&people("赵某")).iter().any(|c| c.starts_with("no-form")), "nobody's name");
    // One bad row: that person is named, the others are written.
    let bad = edit(&sample(MANY), &[Edit::new(METRICS, at("C5"), Content::Text("待定".into()))])
        .expect("edited");
    let outcome = kaohe::fill_workbook(&bad, &kaohe::Options::default()).expect("forms");
    assert_eq!((outcome.filled(), outcome.cards.len()), (2, 3));
    assert!(outcome.bytes.is_some());
}

#[test]
fn items_twice_or_missing() {
    let change = |cell: &str, text: &str| with(FORM, cell, Content::Text(text.into()));
    for (cell, text, what) in
        [("A5", "营业额达成度", "an item twice"), ("A5", "别的项目", "an item missing")]
    {
        let found = verdict(&change(cell, text));
        assert!(found.is_err(), "{what}: {found:?}");
    }
}
