//! The floor: raw-copies every member of a package and recompresses the one sheet, unchanged.
//! usage: floor IN OUT, or floor --loop N IN FOLDER

use std::io::{Cursor, Read, Write};

fn copy(input: &str, output: &str) {
    let bytes = std::fs::read(input).expect("input");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("zip");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let name = {
            let file = archive.by_index_raw(index).expect("member");
            file.name().expect("name").into_owned()
        };
        if name == "xl/worksheets/sheet1.xml" {
            let mut body = Vec::new();
            archive.by_index(index).expect("member").read_to_end(&mut body).expect("body");
            out.start_file(name, zip::write::SimpleFileOptions::default()).expect("start");
            out.write_all(&body).expect("written");
        } else {
            out.raw_copy_file(archive.by_index_raw(index).expect("member")).expect("copied");
        }
    }
    std::fs::write(output, out.finish().expect("zip").into_inner()).expect("output");
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "--loop", count, input, folder] => {
            for index in 0..count.parse::<usize>().expect("a count") {
                copy(input, &format!("{folder}/floor{index}.xlsx"));
            }
        }
        [_, input, output] => copy(input, output),
        _ => panic!("usage: floor IN OUT | floor --loop N IN FOLDER"),
    }
}
