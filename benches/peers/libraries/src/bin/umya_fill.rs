//! umya-spreadsheet: the same cells filled with the same formulas.
//! usage: umya_fill CELLS.json IN OUT, or umya_fill CELLS.json --loop N IN FOLDER

use std::path::Path;
use umya_spreadsheet::{reader, writer};

fn fill(cells: &[(String, String)], input: &str, output: &str) {
    let mut book = reader::xlsx::read(Path::new(input)).expect("opens");
    let sheet = book.get_sheet_by_name_mut("客服主管绩效考核表").expect("the form");
    for (cell, formula) in cells {
        sheet.get_cell_mut(cell.as_str()).set_formula(formula.trim_start_matches('='));
    }
    writer::xlsx::write(&book, Path::new(output)).expect("written");
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
            fill(&cells, &args[4], &format!("{}/umya{index}.xlsx", args[5]));
        }
    } else {
        fill(&cells, &args[2], &args[3]);
    }
}
