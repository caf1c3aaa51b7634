//! What last month left in a template does not reach everybody's new form without a word: figures beside
//! the scores, spans of days, formulas over emptied cells, names in the file that no cell shows.

use crate::common::*;
use calamine::Data;
use kaohe::package::Content;
use std::io::Read;

/// November's form of 李四 out of a template, or another month's: its bytes and what was said.
fn made_in(template: &[u8], month: &str) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("r.csv"), "姓名,部门\n李四,售后部\n").unwrap();
    std::fs::write(root.join("t.xlsx"), template).unwrap();
    let args = ["new", "--roster", "r.csv", "--month", month, "--template", "t.xlsx", "--out", "o"];
    let (_, err, code) = said(&kaohe(root, &args));
    assert_eq!(code, 0, "{err}");
    (std::fs::read(root.join(format!("o/李四-{month}.xlsx"))).unwrap(), err)
}

fn made(template: &[u8]) -> (Vec<u8>, String) {
    made_in(template, "2026-11")
}

/// The sample with a column of the form headed and filled so.
fn column(head: &str, cells: &[(&str, Content)]) -> Vec<u8> {
    let head = [(FORM, "F3", text(head))];
    let cells = cells.iter().map(|(cell, content)| (FORM, *cell, content.clone()));
    changed(ONE, &head.into_iter().chain(cells).collect::<Vec<_>>())
}

#[test]
fn figures_of_the_month_beside_the_scores_go() {
    for head in ["完成情况", "自评得分", "上月得分", "加减分", "实际值", "名次", "罚款"]
    {
        let cells = [("F4", text("103.2%")), ("F5", text("1次")), ("F6", num(0.925))];
        let (bytes, err) = made(&column(head, &cells));
        for cell in ["F4", "F5", "F6"] {
            assert_eq!(seen(&bytes, FORM, cell), Data::Empty, "{head} {cell}");
        }
        let said =
            format!("'{FORM}'!F4、'{FORM}'!F5、'{FORM}'!F6 看来是上月的数据（{head}），已清空");
        assert!(err.contains(&said), "{err}");
    }
    // What may be the form's own stays, without a word where it is for sure.
    for head in ["目标值", "评分标准", "基准", "满分"] {
        let (bytes, err) = made(&column(head, &[("F4", num(95.0)), ("F5", text("2次"))]));
        assert_eq!((number(&bytes, FORM, "F4"), err.as_str()), (95.0, ""), "{head}");
        assert_eq!(seen(&bytes, FORM, "F5").to_string(), "2次", "{head}");
    }
    let (bytes, err) = made(&column("基本额", &[("F4", num(95.0))]));
    assert_eq!(number(&bytes, FORM, "F4"), 95.0);
    assert!(err.contains(&format!("[template-numbers]: 模板的 '{FORM}'!F4 是数字")), "{err}");
    // Every reason of its column is named, not only one with a date in it.
    let reasons = [("F5", text("10月3日未及时处理投诉")), ("F8", text("迟报"))];
    let (bytes, err) = made(&column("扣分原因", &reasons));
    assert_eq!(seen(&bytes, FORM, "F8").to_string(), "迟报");
    assert!(err.contains(&format!("模板的 '{FORM}'!F5、'{FORM}'!F8 是上次的评语")), "{err}");
}

#[test]
fn results_below_the_form_go_and_its_scale_stays() {
    let (bytes, err) = made(&changed(
        ONE,
        &[
            (FORM, "A2", text("被考核人：王丽   总分：85.5")),
            (FORM, "A42", text("等级：良好")),
            (FORM, "B42", text("绩效系数：1.1")),
            (FORM, "C42", text("名次：3")),
            (FORM, "A43", text("等级")),
            (FORM, "B43", text("良好")),
            (FORM, "C43", text("名次")),
            (FORM, "D43", num(3.0)),
            (FORM, "A44", text("罚款")),
            (FORM, "D44", num(80.0)),
            // A scale of grades is the form's own.
            (FORM, "A46", text("等级")),
            (FORM, "B46", text("优秀")),
            (FORM, "C46", text("良好")),
            (FORM, "D46", text("合格")),
            (FORM, "A47", text("等级：优秀(90分以上) 良好(80分以上)")),
        ],
    ));
    let is = |cell: &str| seen(&bytes, FORM, cell).to_string();
    for (cell, wanted) in [
        ("A2", "被考核人：李四   总分："),
        ("A42", "等级："),
        ("B42", "绩效系数：1.1"),
        ("C42", "名次："),
        ("B43", ""),
        ("C43", "名次"),
        ("D43", ""),
        ("D44", ""),
        ("B46", "优秀"),
        ("C46", "良好"),
        ("D46", "合格"),
        ("A47", "等级：优秀(90分以上) 良好(80分以上)"),
    ] {
        assert_eq!(is(cell), wanted, "{cell}");
    }
    assert!(err.contains(&format!("[template-numbers]: 模板的 '{FORM}'!B42 是数字")), "{err}");
}

#[test]
fn what_somebody_said_or_signed_is_pointed_out() {
    let cells = [
        (FORM, "A42", text("被考核人签字：____")),
        (FORM, "B42", text("日期：2026年11月3日")),
        (FORM, "A43", text("改进计划：完成客服话术培训")),
        (FORM, "B43", text("年度累计：812.5")),
        (FORM, "A44", text("本办法自2026年1月1日起执行")),
        (FORM, "B44", text("考核年度：2026")),
    ];
    let err = made(&changed(ONE, &cells)).1;
    assert!(err.contains(&format!("模板的 '{FORM}'!B42、'{FORM}'!A43 是上次的评语")), "{err}");
    assert!(err.contains(&format!("模板的 '{FORM}'!B43 是数字")), "{err}");
    // A head beside 自评 is no remark, and 是 below 是否达标 is last month's.
    let (_, err) = made(&changed(
        ONE,
        &[(FORM, "F3", text("是否达标")), (FORM, "F4", text("是")), (FORM, "F5", text("达标"))],
    ));
    assert!(err.contains(&format!("模板的 '{FORM}'!F4 是上次的评语")), "{err}");
    assert!(err.contains(&format!("模板的 '{FORM}'!F5 看来是上月的数据（是否达标）")), "{err}");
    // A remark of the month, and the form's own beside it.
    let cells = [("F4", text("新人带教")), ("F5", text("每月5日前由总经办提供"))];
    let err = made(&column("备注", &cells)).1;
    assert!(err.contains(&format!("模板的 '{FORM}'!F4 是上次的评语")), "{err}");
    let named = pack::with_part(&sample(ONE), "docProps/core.xml", |xml| {
        xml.replacen("<dc:creator>", "<dc:title>王丽考核</dc:title><dc:creator>", 1)
    });
    let err = made(&named).1;
    assert!(err.contains("[template-properties]: 模板的文件属性（标题、作者等）里写着"), "{err}");
}

#[test]
fn other_sheets_and_names_of_raters_are_pointed_out() {
    let named = changed(ONE, &[("下级评分", "B3", text("李娜"))]);
    let err = made(&named).1;
    assert!(err.contains("[template-raters]: 评分人的列写着人名：B3 李娜"), "{err}");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("历史得分").unwrap();
    for (col, text) in [(0, "月份"), (1, "总得分")] {
        sheet.write_string(0, col, text).unwrap();
    }
    sheet.write_string(1, 0, "2026-09").unwrap();
    sheet.write_number(1, 1, 83.2).unwrap();
    // A blank form of ours, with such a sheet put where its raters' sheet is.
    let history = book.save_to_buffer().unwrap();
    let part = "xl/worksheets/sheet1.xml";
    let (mut zip, mut xml) =
        (zip::ZipArchive::new(std::io::Cursor::new(history)).unwrap(), String::new());
    zip.by_name(part).unwrap().read_to_string(&mut xml).unwrap();
    let inline = xml
        .replace("t=\"s\"><v>0</v>", "t=\"inlineStr\"><is><t>月份</t></is>")
        .replace("t=\"s\"><v>1</v>", "t=\"inlineStr\"><is><t>总得分</t></is>")
        .replace("t=\"s\"><v>2</v>", "t=\"inlineStr\"><is><t>2026-09</t></is>");
    let template = pack::with_part(&sample(ONE), "xl/worksheets/sheet3.xml", |_| inline.clone());
    let err = made(&template).1;
    assert!(err.contains("[template-sheets]: 工作表 「下级评分」 上的数字原样带到了"), "{err}");
}

#[test]
fn a_companys_own_period_is_moved_on() {
    for (old, month, new) in [
        ("2026-09-26至2026-10-25", "2026-11", "2026-10-26至2026-11-25"),
        ("2026年10月1日-10月31日", "2026-11", "2026年11月1日-11月30日"),
        ("2026年10月1日-10月31日", "2027-02", "2027年2月1日-2月28日"),
        ("2026年10月1日-10月31日", "2028-02", "2028年2月1日-2月29日"),
        ("2026年9月26日至10月25日", "2027-01", "2026年12月26日至1月25日"),
    ] {
        let cells = [(FORM, "C2", text(&format!("考核期间：{old}")))];
        let (bytes, err) = made_in(&changed(ONE, &cells), month);
        assert_eq!(seen(&bytes, FORM, "C2").to_string(), format!("考核期间：{new}"), "{old}");
        assert_eq!(err, "", "{old}");
        let outcome = kaohe::fill_workbook(&bytes, &kaohe::Options::default()).expect("a form");
        assert_eq!(outcome.cards[0].month.unwrap().to_string(), month, "{old}");
    }
    // So is the same on the sheet with the figures.
    let cells = [(METRICS, "A1", text("2026-09-26至2026-10-25 指标数据"))];
    let bytes = made(&changed(ONE, &cells)).0;
    assert_eq!(seen(&bytes, METRICS, "A1").to_string(), "2026-10-26至2026-11-25 指标数据");
    // In cells of their own, which show days: 2026-09-26 is day 46291 of Excel's.
    let days = pack::with_part(
        &changed(
            ONE,
            &[
                (FORM, "C2", Content::Blank),
                (FORM, "F2", text("考核期间")),
                (FORM, "G2", num(46_291.0)),
                (FORM, "H2", text("至")),
                (FORM, "I2", num(46_320.0)),
            ],
        ),
        "xl/styles.xml",
        |xml| {
            xml.replacen(
                "<cellXfs count=\"12\"><xf numFmtId=\"0\"",
                "<cellXfs count=\"12\"><xf numFmtId=\"14\"",
                1,
            )
        },
    );
    let (bytes, err) = made(&days);
    // 2026-10-26 and 2026-11-25.
    assert_eq!(
        (number(&bytes, FORM, "G2"), number(&bytes, FORM, "I2")),
        (46_321.0, 46_351.0),
        "{err}"
    );
    // There is no 30th of February.
    let cells = [(FORM, "C2", text("考核期间：2026年9月30日-10月29日"))];
    let (bytes, err) = made_in(&changed(ONE, &cells), "2027-03");
    assert_eq!(seen(&bytes, FORM, "C2").to_string(), "考核期间：2027年3月");
    assert!(err.contains("[template-period]") && err.contains(&format!("'{FORM}'!C2")), "{err}");
}

#[test]
fn formulas_of_ours_go_with_the_figures_and_a_companys_stay() {
    // Filled, then saved by Excel, which writes no quotation marks where none are needed.
    let own = changed(
        ONE,
        &[
            (FORM, "D8", Content::Formula("MAX(0,5-指标数据!B12*3)".to_owned(), 2.0.into_value())),
            ("下级评分", "F4", Content::Formula("AVERAGE(B4:E4)".to_owned(), 4.0.into_value())),
            ("下级评分", "F3", text("平均")),
        ],
    );
    let filled = kaohe::fill_workbook(&sample(ONE), &kaohe::Options::default()).expect("filled");
    let filled = filled.bytes.expect("a workbook");
    let excel = pack::with_part(&filled, "xl/worksheets/sheet1.xml", |xml| {
        xml.replace("'指标数据'!", "指标数据!").replace("'下级评分'!", "下级评分!")
    });
    let formula = |bytes: &[u8], sheet: &str, cell: &str| {
        let book = kaohe::workbook::open(bytes, &|_| true).expect("a workbook");
        let sheet = &book.sheets[book.sheet_index(sheet).expect("a sheet")];
        sheet.cells.get(&at(cell)).and_then(|cell| cell.formula.clone())
    };
    // A form made of a form that was made: its figures are not there to tell what we would write.
    let again = made_in(&filled, "2026-10").0;
    for template in [&filled, &excel, &again] {
        let bytes = made(template).0;
        for cell in ["D4", "D5", "D6", "D10", "D12", "D29", "D36"] {
            assert_eq!(formula(&bytes, FORM, cell), None, "{cell}");
            assert_eq!(seen(&bytes, FORM, cell), Data::Empty, "{cell}");
        }
        assert_eq!(formula(&bytes, FORM, "D24").as_deref(), Some("SUM(D17:D23)"));
    }
    let bytes = made(&own).0;
    assert_eq!(formula(&bytes, FORM, "D8").as_deref(), Some("MAX(0,5-指标数据!B12*3)"));
    assert_eq!(formula(&bytes, "下级评分", "F4").as_deref(), Some("AVERAGE(B4:E4)"));
}

trait IntoValue {
    fn into_value(self) -> kaohe::workbook::Value;
}

impl IntoValue for f64 {
    fn into_value(self) -> kaohe::workbook::Value {
        kaohe::workbook::Value::Number(self)
    }
}

#[test]
fn the_last_name_does_not_stay_in_the_file() {
    let filled = kaohe::fill_workbook(&sample(ONE), &kaohe::Options::default()).expect("filled");
    let filled = filled.bytes.expect("a workbook");
    let strings = |bytes: &[u8]| {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a package");
        let mut text = String::new();
        zip.by_name("xl/sharedStrings.xml").expect("strings").read_to_string(&mut text).unwrap();
        text
    };
    let before = strings(&filled);
    assert!(before.contains("王丽"));
    let bytes = made(&filled).0;
    let after = strings(&bytes);
    for gone in ["王丽", "客服部", "2026年10月"] {
        assert!(!after.contains(gone), "{gone}");
    }
    // Every index stays, and every text that a cell shows.
    assert_eq!(after.matches("<si>").count(), before.matches("<si>").count());
    for cell in ["A1", "A3", "A4", "B4", "C4", "E4", "A40"] {
        assert_eq!(seen(&bytes, FORM, cell), seen(&filled, FORM, cell), "{cell}");
    }
    // Where another cell shows it, it stays: a team of which the person is one.
    let shared = changed(ONE, &[]);
    assert_eq!(strings(&shared), strings(&sample(ONE)));
}

#[test]
fn people_who_have_left_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let run = |roster: &str, month: &str| {
        said(&kaohe(root, &["new", "--roster", roster, "--month", month, "--out", "o"]))
    };
    std::fs::write(
        root.join("r.csv"),
        "姓名,部门,离职日期\n王丽,客服部,\n周强,客服部,2026-11-15\n",
    )
    .unwrap();
    // In the month in which somebody leaves there is something to assess.
    let (out, err, code) = run("r.csv", "2026-11");
    assert_eq!((out.as_str(), err.as_str(), code), ("已生成 2 份考核表：o\n", "", 0));
    let (out, err, code) = run("r.csv", "2026-12");
    assert_eq!((out.as_str(), code), ("已生成 2 份考核表：o\n", 0));
    assert!(err.contains("已离职的 1 人，也生成了表：周强（离职日期：2026-11-15）"), "{err}");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let struck = rust_xlsxwriter::Format::new().set_font_strikethrough();
    for (row, name) in [(0, "姓名"), (1, "王丽")] {
        sheet.write_string(row, 0, name).unwrap();
    }
    sheet.write_string_with_format(2, 0, "周强", &struck).unwrap();
    book.save(root.join("r.xlsx")).unwrap();
    let (_, err, code) = run("r.xlsx", "2026-11");
    assert!(code == 0 && err.contains("已离职的 1 人，也生成了表：周强（删除线）"), "{err}");
}

#[test]
fn forms_filled_in_since_are_left_and_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let roster =
        |people: &str| std::fs::write(root.join("r.csv"), format!("姓名\n{people}")).unwrap();
    let run =
        || said(&kaohe(root, &["new", "--roster", "r.csv", "--month", "2026-11", "--out", "o"]));
    roster("王丽\n周强\n");
    assert_eq!(run().2, 0);
    let path = root.join("o/王丽-2026-11.xlsx");
    let typed = kaohe::package::edit(
        &std::fs::read(&path).unwrap(),
        &[kaohe::package::Edit::new(FORM, at("D17"), num(5.0))],
    )
    .unwrap();
    std::fs::write(&path, &typed).unwrap();
    roster("王丽\n周强\n孙悦\n");
    let (out, err, code) = run();
    assert_eq!((out.as_str(), code), ("已生成 2 份考核表：o\n", 0), "{err}");
    assert!(err.contains("提示[form-kept]: 已有 1 份表") && !err.contains("错误"), "{err}");
    assert!(std::fs::read(&path).unwrap() == typed && root.join("o/孙悦-2026-11.xlsx").exists());
}
