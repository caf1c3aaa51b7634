//! A form as .xlsb: the command scores it as it does the same form as .xlsx.

use crate::common::{FORM, ONE, binary, kaohe, number, said, sample, seen};
use kaohe::{Options, fill_workbook, workbook};

#[test]
fn the_command_fills_an_xlsb_as_the_same_form_as_xlsx() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = binary::from_xlsx(&sample(ONE));
    // For CI, where LibreOffice looks at it.
    if let Some(out) = std::env::var_os("KAOHE_XLSB_OUT") {
        std::fs::write(out, &own).expect("written");
    }
    std::fs::write(folder.path().join("王丽.xlsb"), own).expect("written");
    std::fs::write(folder.path().join("a.xlsx"), sample(ONE)).expect("written");
    let (mine, err, code) = said(&kaohe(folder.path(), &["fill", "王丽.xlsb", "-o", "b.xlsx"]));
    assert_eq!(code, 0, "{err}");
    let (same, err, code) = said(&kaohe(folder.path(), &["fill", "a.xlsx", "-o", "c.xlsx"]));
    assert_eq!(code, 0, "{err}");
    // The table of scores and their working is the same; only the file's name differs.
    let table = |text: &str| text.find("考核项目").map(|from| text[from..].to_owned());
    assert!(table(&same).is_some_and(|table| table.contains("总得分")), "{same}");
    assert_eq!(table(&mine), table(&same));
    let [b, c] = ["b.xlsx", "c.xlsx"].map(|name| std::fs::read(folder.path().join(name)).unwrap());
    let outcome = fill_workbook(&sample(ONE), &Options::default()).expect("filled");
    let targets: Vec<_> = outcome.cards.iter().flat_map(|card| &card.targets).collect();
    assert!(targets.len() >= 10, "{}", targets.len());
    let [mine, same] = [&b, &c].map(|bytes| workbook::open(bytes, &|_| true).expect("a workbook"));
    for target in targets {
        let cell = target.place.at.to_string();
        assert_eq!(number(&b, FORM, &cell), number(&c, FORM, &cell), "{cell}");
        let formula = |book: &workbook::Workbook| {
            let sheet = &book.sheets[book.sheet_index(FORM).expect(FORM)];
            sheet.cells.get(&target.place.at).unwrap().formula.clone()
        };
        assert_eq!(formula(&mine), formula(&same), "{cell}");
    }
    // The workbook's own formulas, which read the scores, come over and are fresh.
    assert!(number(&c, "汇总", "B12") > 0.0);
    let summary = same.sheet_index("汇总").expect("汇总");
    let mut own = 0;
    for (at, cell) in same.sheets[summary].cells.iter().filter(|(_, cell)| cell.is_formula) {
        let twin = mine.sheets[mine.sheet_index("汇总").expect("汇总")].cells.get(at).unwrap();
        let plain = |text: &Option<String>| text.as_ref().map(|t| t.replace('\'', ""));
        assert_eq!(plain(&twin.formula), plain(&cell.formula), "{at}");
        assert_eq!(seen(&b, "汇总", &at.to_string()), seen(&c, "汇总", &at.to_string()), "{at}");
        own += 1;
    }
    assert!(own > 20, "{own}");
}
