//! cellrune's own edit and recalculation: the same cells filled with the same formulas.
//! usage: cellrune_fill CELLS.json IN OUT, or cellrune_fill CELLS.json --loop N IN FOLDER

use cellrune::{
    CalculationOptions, CellAddress, FormulaText, OpenOptions, RecalculationWriteOptions,
    WorkbookDraft, calculate_workbook, open_xlsx_document_vec, write_xlsx_draft_bytes,
};

fn fill(cells: &[(String, String)], input: &str, output: &str) {
    let bytes = std::fs::read(input).expect("input");
    let document = open_xlsx_document_vec(bytes, OpenOptions::default()).expect("opens");
    let mut draft = WorkbookDraft::from_document(&document);
    let sheet = draft
        .workbook()
        .sheets()
        .iter()
        .find(|sheet| sheet.name().as_str() == "客服主管绩效考核表")
        .expect("the form")
        .id();
    for (cell, formula) in cells {
        let at = CellAddress::from_a1(cell).expect("an address");
        let formula = FormulaText::from_xlsx(formula.trim_start_matches('=')).expect("a formula");
        draft.set_cell_formula(sheet, at, formula).expect("set");
    }
    let calculation = calculate_workbook(draft.workbook(), CalculationOptions::default());
    let written = write_xlsx_draft_bytes(&draft, &calculation, RecalculationWriteOptions::default())
        .expect("written");
    std::fs::write(output, written.bytes()).expect("output");
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let cells = std::fs::read_to_string(&args[1]).expect("cells");
    let cells: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&cells).expect("json");
    let cells: Vec<(String, String)> = cells
        .into_iter()
        .map(|(cell, formula)| (cell, formula.as_str().expect("text").to_owned()))
        .collect();
    if args[2] == "--loop" {
        for index in 0..args[3].parse::<usize>().expect("a count") {
            fill(&cells, &args[4], &format!("{}/cellrune{index}.xlsx", args[5]));
        }
    } else {
        fill(&cells, &args[2], &args[3]);
    }
}
