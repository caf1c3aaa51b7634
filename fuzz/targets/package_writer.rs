//! A worksheet part and edits of it: what is written must read back as the law says.
#![no_main]

use kaohe::cell::CellRef;
use kaohe::package::{Content, Edit, edit};
use kaohe::workbook::{Value, open};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/pack.rs"]
mod pack;

fn content(pick: u8) -> Content {
    match pick % 5 {
        0 => Content::Number(f64::from(pick) / 7.0),
        1 => Content::Text(format!("<{pick}>&_x0041_\u{1}")),
        2 => Content::Formula("A1&\"<\"".to_owned(), Value::Text("x".to_owned())),
        3 => Content::Formula("1+1".to_owned(), Value::Number(2.0)),
        _ => Content::Cached(None),
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((head, sheet)) = data.split_at_checked(9) else { return };
    let mut bodies = pack::workbook_of("");
    if let Some(last) = bodies.last_mut() {
        last.1 = sheet.to_vec();
    }
    let members: Vec<pack::Member> = bodies
        .iter()
        .map(|(name, body)| pack::member(name, body).stored(body))
        .collect();
    let bytes = pack::archive(&members);
    let edits: Vec<Edit> = head
        .chunks_exact(3)
        .map(|three| {
            let at = CellRef::new(u32::from(three[0] % 12), u32::from(three[1] % 8));
            Edit::new("S", at, content(three[2]))
        })
        .collect();
    let Ok(once) = edit(&bytes, &edits) else { return };
    assert_eq!(edit(&once, &edits).expect("again"), once, "twice equals once");
    let mut reversed = edits.clone();
    reversed.reverse();
    assert_eq!(edit(&bytes, &reversed).expect("reversed"), once, "any order");
    let before = open(&bytes, &|_| true).expect("opened before").sheets.swap_remove(0);
    let after = open(&once, &|_| true).expect("opens after").sheets.swap_remove(0);
    let targets: Vec<CellRef> = edits.iter().map(|e| before.anchor(e.at)).collect();
    for (at, cell) in before.cells.iter().filter(|(at, _)| !targets.contains(at)) {
        assert_eq!(after.cells.get(at), Some(cell), "{at} changed");
    }
    for at in after.cells.keys().filter(|at| !targets.contains(at)) {
        assert!(before.cells.contains_key(at), "{at} appeared");
    }
    assert_eq!(before.merges, after.merges);
});
