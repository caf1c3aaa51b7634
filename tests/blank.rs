//! `kaohe new` over the templates and rosters that companies have: what is written, what stays, what
//! is pointed out.

use crate::common::*;
use kaohe::package::Content;
use rust_xlsxwriter::{Format, Workbook};
use std::path::Path;

const PERSON: &str = "姓名,部门,岗位,上级,工号\r\n李四,售后部,主管,赵总,K007\r\n";

/// Makes December's form of 李四 out of a template: its bytes and what was said.
fn made(template: &[u8]) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), PERSON).unwrap();
    std::fs::write(root.join("t.xlsx"), template).unwrap();
    let args =
        ["new", "--roster", "r.csv", "--month", "2026-12", "--template", "t.xlsx", "--out", "o"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 0, "{err}");
    (std::fs::read(root.join("o/李四-2026-12.xlsx")).unwrap(), err)
}

/// The sample with cells changed, and what its December form says there.
fn becomes(cells: &[(&str, &str, Content)], wanted: &[(&str, &str, &str)]) -> String {
    let (bytes, err) = made(&changed(ONE, cells));
    for (sheet, cell, text) in wanted {
        assert_eq!(seen(&bytes, sheet, cell).to_string(), *text, "{sheet}!{cell}: {cells:?}");
    }
    let outcome = kaohe::fill_workbook(&bytes, &kaohe::Options::default()).expect("a form");
    assert_eq!(outcome.cards[0].person.as_deref(), Some("李四"));
    err
}

#[test]
fn who_and_when_in_every_place_and_spelling() {
    // Three labels in one cell, filled, as blanks to write on, and without spaces between.
    for (old, new) in [
        (
            "姓名：王丽  部门：客服部  考核月份：2026年10月",
            "姓名：李四  部门：售后部  考核月份：2026年12月",
        ),
        ("部 门：____姓 名：____考核月份：____", "部 门：售后部 姓 名：李四 考核月份：2026年12月"),
    ] {
        let cells =
            [(FORM, "A2", text(old)), (FORM, "B2", Content::Blank), (FORM, "C2", Content::Blank)];
        assert_eq!(becomes(&cells, &[(FORM, "A2", new)]), "");
        let (bytes, _) = made(&changed(ONE, &cells));
        let outcome = kaohe::fill_workbook(&bytes, &kaohe::Options::default()).expect("a form");
        let card = &outcome.cards[0];
        assert_eq!(card.department.as_deref(), Some("售后部"), "{old}");
        assert_eq!(card.month.unwrap().to_string(), "2026-12", "{old}");
    }
    // Another's superior stays under no name that the roster has for one.
    for label in ["直接上级", "直属主管", "上级姓名", "上级"] {
        let cells = [(FORM, "B2", text(&format!("部门：客服部　{label}：钱总")))];
        becomes(&cells, &[(FORM, "B2", &format!("部门：售后部　{label}：赵总"))]);
    }
    // A blank to write on takes nothing from beside it.
    let cells = [
        (FORM, "A2", text("姓名：____")),
        (FORM, "B2", text("十月")),
        (FORM, "C2", text("客服部")),
    ];
    let outcome =
        kaohe::fill_workbook(&changed(ONE, &cells), &kaohe::Options::default()).expect("a form");
    assert_eq!(outcome.cards[0].person, None);
    // On the other sheets too, where they say what the form says.
    let err = becomes(
        &[
            (METRICS, "A2", text("被考核人：王丽")),
            ("下级评分", "A2", text("姓名：王丽  部门：客服部")),
            ("汇总", "A1", text("王丽 2026年10月汇总")),
            ("汇总", "A2", text("姓名：王丽  2026年10月")),
        ],
        &[
            (METRICS, "A2", "被考核人：李四"),
            ("下级评分", "A2", "姓名：李四  部门：售后部"),
            ("汇总", "A1", "李四 2026年12月汇总"),
            ("汇总", "A2", "姓名：李四  2026年12月"),
        ],
    );
    assert_eq!(err, "");
    // A month without a year; a month that is a number.
    becomes(
        &[(FORM, "A1", text("客服主管10月份绩效考核表")), (METRICS, "A1", text("10月指标数据"))],
        &[(FORM, "A1", "客服主管12月份绩效考核表"), (METRICS, "A1", "12月指标数据")],
    );
    becomes(&[(FORM, "B2", text("月份")), (FORM, "C2", num(10.0))], &[(FORM, "C2", "12")]);
}

#[test]
fn a_value_belongs_to_its_own_label() {
    // An empty label before one with a value: the value goes behind the label's own colon.
    becomes(
        &[(FORM, "A2", text("被考核人：")), (FORM, "B2", text("部门：客服部"))],
        &[(FORM, "A2", "被考核人：李四"), (FORM, "B2", "部门：售后部")],
    );
    becomes(
        &[(FORM, "A2", text("姓名：")), (FORM, "B2", text("岗位：客服主管"))],
        &[(FORM, "A2", "姓名：李四"), (FORM, "B2", "岗位：主管")],
    );
    becomes(
        &[(FORM, "B2", text("部门：")), (FORM, "C2", text("考核月份：2026年10月"))],
        &[(FORM, "B2", "部门：售后部"), (FORM, "C2", "考核月份：2026年12月")],
    );
    // A value with a colon is a value.
    becomes(
        &[
            (FORM, "F2", text("部门")),
            (FORM, "G2", text("客服：售后组")),
            (FORM, "B2", Content::Blank),
        ],
        &[(FORM, "G2", "售后部")],
    );
    // Year and month in cells of their own.
    becomes(
        &[
            (FORM, "F2", text("考核月份")),
            (FORM, "G2", num(2026.0)),
            (FORM, "H2", text("年")),
            (FORM, "I2", num(10.0)),
            (FORM, "J2", text("月")),
            (FORM, "C2", Content::Blank),
        ],
        &[(FORM, "G2", "2026"), (FORM, "I2", "12")],
    );
}

#[test]
fn lists_of_months_and_talk_of_a_person_stay() {
    let err = becomes(
        &[
            ("汇总", "E1", text("月份")),
            ("汇总", "F1", text("总分")),
            ("汇总", "E2", text("2026年9月")),
            ("汇总", "F2", num(91.0)),
            ("汇总", "E3", text("2026年10月")),
            ("汇总", "F3", num(88.0)),
            ("下级评分", "G2", text("面谈：王丽本月迟到三次，需改进")),
            ("下级评分", "G1", text("本表自2026年10月起施行")),
        ],
        &[
            ("汇总", "E1", "月份"),
            ("汇总", "F1", "总分"),
            ("汇总", "E2", "2026年9月"),
            ("汇总", "E3", "2026年10月"),
            ("下级评分", "G2", "面谈：王丽本月迟到三次，需改进"),
            ("下级评分", "G1", "本表自2026年10月起施行"),
        ],
    );
    assert!(err.contains("'下级评分'!G2 仍写着上次的姓名「王丽」"), "{err}");
}

#[test]
fn talk_of_a_person_beside_an_item_or_a_figure_stays() {
    let remark = "王丽10月请假3天";
    for (sheet, cell) in [(FORM, "E4"), (METRICS, "D4")] {
        let err = becomes(&[(sheet, cell, text(remark))], &[(sheet, cell, remark)]);
        let told = format!("'{sheet}'!{cell} 仍写着上次的姓名「王丽」");
        assert!(err.contains(&told), "{err}");
    }
    // So does what names the month only; what names neither says nothing of last month.
    let cells = [(FORM, "E4", text("10月请假3天")), (FORM, "E5", text("新人"))];
    let err = becomes(&cells, &[(FORM, "E4", "10月请假3天"), (FORM, "E5", "新人")]);
    assert!(err.contains(&format!("模板的 '{FORM}'!E4 是上次的评语")), "{err}");
    // A header above the items is still one.
    becomes(&[(FORM, "E3", text("10月得分"))], &[(FORM, "E3", "12月得分")]);
}

#[test]
fn a_title_changes_whole_or_not_at_all() {
    let err = becomes(
        &[
            (FORM, "A1", text("2026年10月计划执行情况考核表")),
            (METRICS, "A1", text("王丽2026年10月指标数据，含团队")),
            ("汇总", "E1", text("被考核人")),
            ("汇总", "F1", text("王丽")),
            ("汇总", "G1", text("2026年10月")),
            ("汇总", "E2", text("2026年10月15日与王丽面谈")),
        ],
        &[
            (FORM, "A1", "2026年12月计划执行情况考核表"),
            (METRICS, "A1", "李四2026年12月指标数据，含团队"),
            ("汇总", "F1", "李四"),
            ("汇总", "G1", "2026年12月"),
            ("汇总", "E2", "2026年10月15日与王丽面谈"),
        ],
    );
    assert!(err.contains("'汇总'!E2 仍写着上次的姓名「王丽」"), "{err}");
}

#[test]
fn a_formula_with_last_months_figure_goes() {
    // Typed as text, the figure stands in the score's formula as a number.
    let typed = changed(ONE, &[(METRICS, "B6", text("1次")), (METRICS, "D6", text("客户已谅解"))]);
    let filled = kaohe::fill_workbook(&typed, &kaohe::Options::default()).expect("filled");
    let (bytes, err) = made(&filled.bytes.expect("a workbook"));
    assert!(err.contains("'指标数据'!D6 是上次的评语"), "{err}");
    let book = kaohe::workbook::open(&bytes, &|_| true).expect("a workbook");
    let form = book.sheets.iter().find(|sheet| sheet.name == FORM).expect("the form");
    let formula = |cell: &str| {
        let at = kaohe::cell::CellRef::parse(cell).expect("a cell");
        form.cells.get(&at).and_then(|cell| cell.formula.clone())
    };
    assert_eq!(formula("D5"), None);
    assert_eq!(formula("D13").as_deref(), Some("SUM(D4:D10,D12)"));
}

#[test]
fn a_row_of_a_table_of_people_becomes_the_persons() {
    // The department's figures, a row a person, below the person's own.
    let table = [
        ["姓名", "部门", "工号", "计划营业额", "实际营业额", "未及时处理投诉次数"],
        ["王丽", "客服部", "A1", "300000", "309500", "1"],
        ["周强", "物流部", "A2", "200000", "190000", "0"],
    ];
    let cells: Vec<(String, Content)> = (30..)
        .zip(&table)
        .flat_map(|(row, cells)| {
            ('A'..).zip(cells).map(move |(column, cell)| {
                let content = cell.parse().map_or_else(|_| text(cell), num);
                (format!("{column}{row}"), content)
            })
        })
        .collect();
    let cells: Vec<_> = cells.iter().map(|(at, c)| (METRICS, at.as_str(), c.clone())).collect();
    let (bytes, err) = made(&changed(ONE, &cells));
    assert_eq!(err, "");
    let row = |row: u32| {
        ["A", "B", "C", "D", "F"].map(|c| seen(&bytes, METRICS, &format!("{c}{row}")).to_string())
    };
    assert_eq!(row(31), ["李四", "售后部", "K007", "", ""]);
    assert_eq!(row(32), ["", "", "", "", ""]);
}

#[test]
fn a_title_loses_nothing_but_its_month() {
    for (old, new) in [
        ("2026年10月客服主管考核表（满分100分）", "2026年12月客服主管考核表（满分100分）"),
        ("客服主管绩效考核表（2024年3月修订）", "客服主管绩效考核表（2024年3月修订）"),
        ("编制日期：2024-03-15", "编制日期：2024-03-15"),
        ("２０２６年１０月考核表", "2026年12月考核表"),
    ] {
        assert_eq!(becomes(&[(FORM, "A1", text(old))], &[(FORM, "A1", new)]), "");
    }
    // Nor is the date of a revision the form's month.
    let revised = changed(
        ONE,
        &[
            (FORM, "A1", text("客服主管绩效考核表（2024年3月修订）")),
            (FORM, "C2", Content::Blank),
            (METRICS, "A1", text("指标数据（2024年3月修订）")),
        ],
    );
    let outcome = kaohe::fill_workbook(&revised, &kaohe::Options::default()).expect("a form");
    assert_eq!(outcome.cards[0].month, None);
    assert!(outcome.whole(), "{:?}", outcome.cards[0].problems);
    // Columns of two months keep theirs, but for the form's.
    becomes(
        &[(METRICS, "B3", text("9月")), (METRICS, "C3", text("10月"))],
        &[(METRICS, "B3", "9月"), (METRICS, "C3", "12月")],
    );
    becomes(
        &[(METRICS, "E3", text("2026年9月")), (METRICS, "F3", text("2026年10月"))],
        &[(METRICS, "E3", "2026年9月"), (METRICS, "F3", "2026年12月")],
    );
}

#[test]
fn what_stays_of_last_month_is_pointed_out() {
    let cells = [
        (FORM, "A41", text("上级评语：王丽本月认真")),
        (FORM, "B41", text("面谈记录：已谈")),
        (METRICS, "A16", text("上月营业额")),
        (METRICS, "B16", num(288_000.0)),
    ];
    let (bytes, err) = made(&changed(ONE, &cells));
    assert_eq!(seen(&bytes, FORM, "A41").to_string(), "上级评语：王丽本月认真");
    for said in [
        &format!("提示[template-old-name]: 模板的 '{FORM}'!A41 仍写着上次的姓名「王丽」"),
        &format!("提示[template-remarks]: 模板的 '{FORM}'!A41、'{FORM}'!B41 是上次的评语"),
        &format!("提示[template-numbers]: 模板的 '{METRICS}'!B16 是数字"),
    ] {
        assert!(err.contains(said.as_str()), "{said}\n{err}");
    }
    // Notes, headers and sheets that hold nothing of the form.
    let part = "xl/worksheets/sheet1.xml";
    let headed = pack::with_part(&sample(ONE), part, |xml| {
        let from = xml.find("<headerFooter").expect("a footer of the sample");
        let to = from + xml[from..].find("</headerFooter>").expect("its end");
        let footer = "<headerFooter><oddHeader>&amp;C2026年10月考核</oddHeader>";
        format!("{}{footer}{}", &xml[..from], &xml[to..])
    });
    assert!(made(&headed).1.contains("提示[template-header]"));
}

#[test]
fn a_form_of_another_department_needs_no_scheme_named() {
    let (bytes, err) = made(&sample("销售代表绩效考核表-李强.xlsx"));
    assert_eq!(err, "");
    assert_eq!(seen(&bytes, "销售代表绩效考核表", "A2").to_string(), "被考核人：李四");
    assert_eq!(seen(&bytes, "指标数据", "B4"), calamine::Data::Empty);
}

/// A roster's sheets by name: rows of cells.
fn workbook(path: &Path, sheets: &[(&str, &[&[&str]])], merge: Option<(u32, u16, u32)>) {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (col, cell) in (0..).zip(*cells).filter(|(_, c)| !c.is_empty()) {
                sheet.write_string(row, col, *cell).unwrap();
            }
        }
        if let Some((from, col, to)) = merge {
            let text = rows[from as usize][col as usize];
            sheet.merge_range(from, col, to, col, text, &Format::new()).unwrap();
        }
    }
    book.save(path).unwrap();
}

#[test]
fn rosters_lose_nobody_and_make_nobody_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let run = |roster: &str| {
        let out = format!("{roster}的表");
        let (_, err, code) =
            said(&kaohe(root, &["new", "--roster", roster, "--month", "2026-12", "--out", &out]));
        let files = std::fs::read_dir(root.join(&out)).map_or(0, Iterator::count);
        (err, code, files)
    };
    let head: &[&str] = &["姓名", "部门"];
    // A department merged down its people.
    let rows: &[&[&str]] = &[head, &["王丽", "客服部"], &["周强", ""], &["李四", "物流部"]];
    workbook(&root.join("m.xlsx"), &[("名单", rows)], Some((1, 1, 2)));
    assert_eq!(run("m.xlsx"), (String::new(), 0, 3));
    let made = std::fs::read(root.join("m.xlsx的表/周强-2026-12.xlsx")).unwrap();
    assert_eq!(seen(&made, FORM, "B2").to_string(), "部门：客服部");
    // A sheet that explains the columns is no roster; two sheets of one kind leave open which.
    let help: &[&[&str]] = &[&["姓名", "必填"], &["部门", "选填"]];
    workbook(
        &root.join("h.xlsx"),
        &[("说明", help), ("名单", &[head, &["王丽", "客服部"], &["周强", "物流部"]])],
        None,
    );
    assert_eq!(run("h.xlsx"), (String::new(), 0, 2));
    let one: &[&[&str]] = &[head, &["王丽", "客服部"]];
    workbook(&root.join("s.xlsx"), &[("客服部", one), ("物流部", one)], None);
    let (err, code, files) = run("s.xlsx");
    assert!(code == 1 && files == 0 && err.contains("roster-sheets"), "{err}");
    // People beside people, a row of sums below, a quotation mark too many.
    for (name, body, problem) in [
        ("side.csv", "姓名,部门,,姓名,部门\n王丽,A,,周强,B\n", "roster-column-twice"),
        ("foot.csv", "姓名,部门\n王丽,A\n合计：1人,\n制表人：孙,\n", "not-a-name"),
        ("quote.csv", "姓名,部门\n王丽,A\n\"周强,B\n张三,B\n", "name-of-lines"),
    ] {
        std::fs::write(root.join(name), body).unwrap();
        let (err, code, files) = run(name);
        assert!(code == 1 && files == 0 && err.contains(problem), "{name}: {err}");
    }
    // Names too long for a file, also once the batch puts something behind them.
    let long = format!("姓名,部门\n{},A\n{},A\n", "𠮷".repeat(100), "超".repeat(120));
    std::fs::write(root.join("long.csv"), long).unwrap();
    assert_eq!(run("long.csv"), (String::new(), 0, 2));
    for entry in std::fs::read_dir(root.join("long.csv的表")).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(name.len() + "-已评分 (2)".len() <= 255, "{name:?}");
    }
}
