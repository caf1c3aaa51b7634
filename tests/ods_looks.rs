//! What an .ods shows beside its cells comes over to the .xlsx: printing, rules of entry, pictures.
//! The XML is what LibreOffice writes; the expected values are those of the Excel dialogs it shows.

use kaohe::convert_workbook;
use kaohe::limits::Limits;
use kaohe::problem::Problem;
use std::io::{Cursor, Read, Write};

const SPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0""#;

/// An .ods of the parts that matter here, and other members.
fn ods(styles: &str, automatic: &str, sheets: &str, others: &[(&str, &[u8])]) -> Vec<u8> {
    let styles = format!(
        "<office:document-styles {SPACES}><office:styles/>{styles}</office:document-styles>"
    );
    let content = format!(
        "<office:document-content {SPACES}><office:automatic-styles>{automatic}</office:automatic-styles>\
         <office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    );
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let fixed: [(&str, &[u8]); 4] = [
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("styles.xml", styles.as_bytes()),
        ("content.xml", content.as_bytes()),
    ];
    for (name, body) in fixed.iter().chain(others) {
        out.start_file(*name, plain).expect("member");
        out.write_all(body).expect("written");
    }
    out.finish().expect("whole").into_inner()
}

/// The converted workbook's part, and what was told beyond its being a new file.
fn converted(ods: &[u8], part: &str) -> (String, Vec<Problem>) {
    let (bytes, mut notices) = convert_workbook(ods, &Limits::DEFAULT).expect("converted");
    notices.retain(|notice| notice.code != "new-workbook");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut text = String::new();
    zip.by_name(part).expect(part).read_to_string(&mut text).expect("text");
    (text, notices)
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// Cells of one number each.
fn row(style: &str, cells: u32) -> String {
    let cell = r#"<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>"#;
    format!(
        r#"<table:table-row table:style-name="{style}">{}</table:table-row>"#,
        cell.repeat(cells as usize)
    )
}

fn page(header: &str, others: &str) -> String {
    format!(
        r##"<office:automatic-styles><style:page-layout style:name="pm"><style:page-layout-properties
 fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" fo:margin-top="0.4in"
 fo:margin-bottom="0.3in" fo:margin-left="0.5in" fo:margin-right="0.75in" style:print-page-order="ltr"
 style:first-page-number="3" style:table-centering="horizontal" style:print="charts grid headers objects"/>
<style:header-style><style:header-footer-properties fo:min-height="0.6in" fo:margin-bottom="0.4in"/></style:header-style>
<style:footer-style><style:header-footer-properties svg:height="0.5in"/></style:footer-style></style:page-layout>
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-family="宋体" fo:font-size="14pt"
 fo:font-weight="bold" fo:color="#ff0000"/></style:style></office:automatic-styles>
<office:master-styles><style:master-page style:name="P1" style:page-layout-name="pm"><style:header>{header}</style:header>
{others}</style:master-page></office:master-styles>"##
    )
}

const TABLE_STYLES: &str = r#"<style:style style:name="ta" style:family="table" style:master-page-name="P1"/>
<style:style style:name="r1" style:family="table-row"><style:table-row-properties style:row-height="15pt"/></style:style>
<style:style style:name="r2" style:family="table-row"><style:table-row-properties fo:break-before="page"/></style:style>
<style:style style:name="c1" style:family="table-column"><style:table-column-properties style:column-width="2cm"/></style:style>
<style:style style:name="c2" style:family="table-column"><style:table-column-properties fo:break-before="page" style:column-width="2cm"/></style:style>"#;

fn printed() -> String {
    format!(
        r#"<table:table table:name="表" table:style-name="ta"><table:table-header-columns><table:table-column table:style-name="c1"/></table:table-header-columns><table:table-column table:style-name="c1" table:number-columns-repeated="2"/><table:table-column table:style-name="c2"/><table:table-header-rows>{}</table:table-header-rows>{}{}</table:table>"#,
        row("r1", 4),
        row("r1", 4),
        row("r2", 4)
    )
}

#[test]
fn headers_footers_and_printing_come_over() {
    let header = r#"<style:region-left><text:p>研发&amp;测试</text:p></style:region-left><style:region-center><text:p><text:span text:style-name="T1">2026 年</text:span>考核</text:p><text:p>第二行</text:p></style:region-center><style:region-right><text:p><text:date>00</text:date><text:s/><text:time>00</text:time></text:p></style:region-right>"#;
    let footer = r#"<style:footer><text:p>第 <text:page-number>1</text:page-number> 页，共 <text:page-count>99</text:page-count> 页 <text:sheet-name>???</text:sheet-name></text:p></style:footer><style:header-left style:display="false"/>"#;
    let file = ods(&page(header, footer), TABLE_STYLES, &printed(), &[]);
    let (xml, notices) = converted(&file, SHEET);
    assert_eq!(notices.len(), 0, "{notices:?}");
    for wanted in [
        // The size stands before the name, so that the year is no part of it.
        "<oddHeader>&amp;L研发&amp;&amp;测试&amp;C&amp;KFF0000&amp;14&amp;\"宋体,Bold\"2026 年&amp;K000000&amp;10&amp;\"Arial,Regular\"考核\n第二行&amp;R&amp;D &amp;T</oddHeader>",
        "<oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页 &amp;A</oddFooter>",
        // Excel's margins reach from the paper's edge to the cells: 0.4 + 0.6 and 0.3 + 0.5 inches.
        r#"<pageMargins left="0.5" right="0.75" top="1" bottom="0.8" header="0.4" footer="0.3"/>"#,
        r#"orientation="landscape""#,
        r#"firstPageNumber="3""#,
        r#"useFirstPageNumber="1""#,
        r#"paperSize="9""#,
        r#"pageOrder="overThenDown""#,
        r#"headings="1""#,
        r#"gridLines="1""#,
        r#"horizontalCentered="1""#,
        r#"<brk id="2" max="16383" man="1"/>"#,
        r#"<brk id="3" max="1048575" man="1"/>"#,
    ] {
        assert!(xml.replace("&quot;", "\"").contains(wanted), "{wanted} in {xml}");
    }
    let (book, _) = converted(&file, "xl/workbook.xml");
    assert!(book.contains("表!$A:$A,表!$1:$1") || book.contains("'表'!$A:$A,'表'!$1:$1"), "{book}");
}

#[test]
fn what_no_header_of_excel_holds_is_told() {
    let plain = "<text:p>平</text:p>";
    let continued = |page: String| page.replace(r#"page-number="3""#, r#"page-number="continue""#);
    // Another header on even pages, and one that is longer than Excel's 255.
    let even = "<style:header-left><text:p>双页</text:p></style:header-left>";
    let long = format!("<text:p>{}</text:p>", "长".repeat(300));
    let same = format!("<style:header-left>{plain}</style:header-left>");
    for (header, others, told, kept) in
        [(plain, even, 1, true), (&long, "", 1, false), (plain, &same, 0, true), ("", "", 0, false)]
    {
        let file = ods(&continued(page(header, others)), TABLE_STYLES, &printed(), &[]);
        let (xml, notices) = converted(&file, SHEET);
        assert_eq!(notices.len(), told, "{header} {others} {notices:?}");
        assert!(notices.iter().all(|n| n.code == "not-carried" && n.what.zh.contains("页眉")));
        assert_eq!(xml.contains("<oddHeader>"), kept, "{xml}");
    }
}

#[test]
fn rules_of_entry_come_over() {
    let rules = r#"<table:content-validations>
<table:content-validation table:name="v1" table:condition="of:cell-content-is-in-list(&quot;优秀&quot;;&quot;合格&quot;)" table:allow-empty-cell="true" table:display-list="unsorted" table:base-cell-address="表.A1"><table:help-message table:title="提示" table:display="true"><text:p>请选 A&amp;B</text:p><text:p>之一</text:p></table:help-message><table:error-message table:message-type="warning" table:title="错" table:display="true"><text:p>不在表中</text:p></table:error-message></table:content-validation>
<table:content-validation table:name="v2" table:condition="of:cell-content-is-decimal-number() and cell-content-is-between(0,[.C1]*2)" table:allow-empty-cell="false" table:base-cell-address="表.B1"><table:error-message table:display="true"/></table:content-validation>
<table:content-validation table:name="v3" table:condition="of:cell-content-is-text()" table:base-cell-address="表.D1"/>
</table:content-validations>"#.replace(">\n<", "><");
    let cell = |rule: &str, more: &str| {
        format!(
            r#"<table:table-cell table:content-validation-name="{rule}" {more} office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>"#
        )
    };
    let twice = r#"table:number-columns-repeated="2""#;
    // A1:B2 and D3 have the list; B3:C3 the numbers, whose rule counts from B1; D1 what Excel has not.
    let sheets = format!(
        r#"{rules}<table:table table:name="表"><table:table-row>{}<table:table-cell/>{}</table:table-row><table:table-row>{}</table:table-row><table:table-row><table:table-cell/>{}{}</table:table-row></table:table>"#,
        cell("v1", twice),
        cell("v3", ""),
        cell("v1", twice),
        cell("v2", twice),
        cell("v1", "")
    );
    let (xml, notices) = converted(&ods("", "", &sheets, &[]), SHEET);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].what.zh.contains("读不懂的数据验证") && notices[0].what.zh.contains("D1"));
    let xml = xml.replace("&quot;", "\"");
    for wanted in [
        r#"<dataValidations count="2">"#,
        r#"sqref="A1:B2 D3"><formula1>"优秀,合格"</formula1>"#,
        r#"errorStyle="warning""#,
        r#"promptTitle="提示""#,
        "请选 A&amp;B",
        r#"error="不在表中""#,
        r#"type="decimal""#,
        // Two rows below the cell that C1 counts from.
        r#"sqref="B3:C3"><formula1>0</formula1><formula2>C3*2</formula2>"#,
    ] {
        assert!(xml.contains(wanted), "{wanted} in {xml}");
    }
}

/// The smallest head of a PNG that tells a size: 80 by 40 pixels.
fn png() -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x50\0\0\0\x28\x08\x02\0\0\0".to_vec();
    out.extend([0; 16]);
    out
}

#[test]
fn pictures_come_over_at_their_place_and_size() {
    let styles = r#"<style:style style:name="c1" style:family="table-column"><style:table-column-properties style:column-width="0.75in"/></style:style>
<style:style style:name="r1" style:family="table-row"><style:table-row-properties style:row-height="15pt"/></style:style>"#;
    let frame = |more: &str, image: &str| {
        format!(
            r#"<draw:frame svg:width="1in" svg:height="30pt" {more}><draw:image xlink:href="{image}"/></draw:frame>"#
        )
    };
    let sheets = format!(
        r#"<table:table table:name="我 表" table:print-ranges="&apos;我 表&apos;.A1:&apos;我 表&apos;.B2"><table:table-column table:style-name="c1" table:number-columns-repeated="9"/><table:table-row table:style-name="r1" table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row table:style-name="r1"><table:table-cell/><table:table-cell>{}</table:table-cell><table:table-cell>{}</table:table-cell><table:table-cell>{}</table:table-cell></table:table-row><table:table-row table:style-name="r1"><table:table-cell/></table:table-row></table:table>"#,
        frame(r#"svg:x="0.125in" svg:y="7.5pt""#, "Pictures/a.png"),
        frame(r#"draw:transform="rotate (1)""#, "Pictures/a.png"),
        frame("", "Pictures/none.png"),
    );
    let file = ods("", styles, &sheets, &[("Pictures/a.png", &png())]);
    let (xml, notices) = converted(&file, "xl/drawings/drawing1.xml");
    let said: Vec<_> = notices.iter().map(|n| n.what.zh.as_str()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("C3") && said[1].contains("D3"), "{said:?}");
    assert_eq!(xml.matches("<xdr:pic>").count(), 1);
    // B3 and an eighth of an inch: 12 of 72 pixels, 10 of 20; 96 by 40 pixels on from there is 36 into
    // C and 10 into row 5. A pixel is 9525 units.
    let corner = |name: &str, [col, x, row, y]: [u32; 4]| {
        format!(
            "<xdr:{name}><xdr:col>{col}</xdr:col><xdr:colOff>{}</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>{}</xdr:rowOff></xdr:{name}>",
            x * 9525,
            y * 9525
        )
    };
    for wanted in [corner("from", [1, 12, 2, 10]), corner("to", [2, 36, 4, 10])] {
        assert!(xml.contains(&wanted), "{wanted} in {xml}");
    }
    let (book, _) = converted(&file, "xl/workbook.xml");
    assert!(book.contains("'我 表'!$A$1:$B$2"), "{book}");
}

/// Cell styles of the document: one that conditions name, its stored name unlike the shown one.
const SHOWN: &str = r##"<office:styles><style:style style:name="Default" style:family="table-cell"/>
<style:style style:name="_4f18__5f_1" style:display-name="优_1" style:family="table-cell" style:parent-style-name="Default">
<style:table-cell-properties fo:background-color="#ffcc00"/><style:text-properties fo:font-weight="bold"/></style:style></office:styles>"##;

#[test]
fn conditional_formats_come_over_from_tables_and_from_styles() {
    let cell = |style: &str| {
        format!(
            r#"<table:table-cell table:style-name="{style}" office:value-type="float" office:value="95"><text:p>95</text:p></table:table-cell>"#
        )
    };
    let row =
        |style: &str| format!("<table:table-row>{}{}</table:table-row>", cell(style), cell(style));
    // Counted from A1: a format on B2:C3 whose own cell for counting is A1 reads a cell further.
    let mapped = r#"<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Default">
<style:map style:condition="cell-content()&gt;=90" style:apply-style-name="_4f18__5f_1" style:base-cell-address="表.A1"/>
<style:map style:condition="is-true-formula([.A1]&gt;[.$C$9])" style:apply-style-name="_4f18__5f_1" style:base-cell-address="表.A1"/></style:style>"#;
    let rows = format!("{}{}", row(""), row("ce1"));
    let bare = format!(r#"<table:table table:name="表">{rows}</table:table>"#);
    let listed = r#"<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address="表.A2:表.A3 表.C2:表.C3">
<calcext:condition calcext:apply-style-name="优_1" calcext:value="between(60,[.A$1]+5)" calcext:base-cell-address="表.A2"/>
</calcext:conditional-format><calcext:conditional-format calcext:target-range-address="表.B2:表.B3">
<calcext:icon-set calcext:icon-set-type="3Arrows"/></calcext:conditional-format></calcext:conditional-formats>"#;
    let full = format!(r#"<table:table table:name="表">{rows}{listed}</table:table>"#);
    let plain = |xml: String| xml.replace("&gt;", ">");
    let (xml, notices) = converted(&ods(SHOWN, mapped, &bare, &[]), SHEET);
    assert_eq!(notices.len(), 0, "{notices:?}");
    let xml = plain(xml);
    assert!(xml.contains(r#"<conditionalFormatting sqref="A2:B2">"#), "{xml}");
    assert!(xml.contains(r#"operator="greaterThanOrEqual"><formula>90</formula>"#), "{xml}");
    assert!(xml.contains("<formula>A2>$C$9</formula>"), "{xml}");
    let (xml, notices) = converted(&ods(SHOWN, mapped, &full, &[]), SHEET);
    assert_eq!(xml.matches("<cfRule").count(), 1, "what a table lists is not said twice: {xml}");
    assert!(xml.contains(r#"sqref="A2:A3 C2:C3""#), "{xml}");
    assert!(xml.contains("<formula>60</formula><formula>A$1+5</formula>"), "{xml}");
    assert_eq!(notices.len(), 1, "{notices:?}");
    let what = &notices[0].what.zh;
    assert!(what.contains("条件格式") && what.contains("B2:B3"), "{what}");
    assert_eq!(notices[0].sheet.as_deref(), Some("表"));
    let (styles, _) = converted(&ods(SHOWN, mapped, &full, &[]), "xl/styles.xml");
    let dxf = &styles[styles.find("<dxf>").expect("a changed look")..];
    assert!(dxf.contains("FFFFCC00") && dxf.contains("<b/>"), "{dxf}");
}

#[test]
fn links_note_authors_and_sections_of_formats_come_over() {
    let automatic = r##"<number:number-style xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N1P0"><number:number number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1"/></number:number-style>
<number:number-style xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N1"><style:text-properties fo:color="#ff0000"/><number:text>-</number:text><number:number number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1"/><style:map style:condition="value()&gt;=0" style:apply-style-name="N1P0"/></number:number-style>
<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>"##;
    let link =
        |target: &str| format!(r#"<text:a xlink:href="{target}" xlink:type="simple">去</text:a>"#);
    let cell = |inside: &str| {
        format!(r#"<table:table-cell office:value-type="string">{inside}</table:table-cell>"#)
    };
    let note = r#"<office:annotation><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">王主管</dc:creator><text:p>扣 5 分</text:p></office:annotation><text:p>注</text:p>"#;
    let cells = [
        cell(&format!("<text:p>{}</text:p>", link("https://a.cn/?b=1&amp;c=2"))),
        cell(&format!("<text:p>{}</text:p>", link("#'我 表'.B2"))),
        cell(&format!("<text:p>{}</text:p>", link("../附件.xlsx"))),
        cell(&format!("<text:p>{} {}</text:p>", link("https://a.cn"), link("https://b.cn"))),
        cell(note),
        r#"<table:table-cell table:style-name="ce1" office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>"#.to_owned(),
    ];
    let sheet = format!(
        r#"<table:table table:name="我 表"><table:table-row>{}</table:table-row></table:table>"#,
        cells.concat()
    );
    let file = ods("", automatic, &sheet, &[]);
    let (xml, notices) = converted(&file, SHEET);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].what.zh.contains("D1"), "{notices:?}");
    assert!(xml.contains(r#"ref="B1" location="'我 表'!B2""#), "{xml}");
    for cell in ["A1", "C1", "D1"] {
        assert!(xml.contains(&format!(r#"<hyperlink ref="{cell}" r:id="#)), "{cell} in {xml}");
    }
    let (links, _) = converted(&file, "xl/worksheets/_rels/sheet1.xml.rels");
    for target in ["https://a.cn/?b=1&amp;c=2", "附件.xlsx", "https://a.cn"] {
        assert!(links.contains(&format!(r#"Target="{target}""#)), "{target} in {links}");
    }
    let (notes, _) = converted(&file, "xl/comments1.xml");
    assert!(notes.contains("<author>王主管</author>") && notes.contains("扣 5 分"), "{notes}");
    // Without its positive part the format would show 1.5 as -1.5.
    let (styles, _) = converted(&file, "xl/styles.xml");
    assert!(styles.contains(r#"formatCode="0.0;[Red]-0.0""#), "{styles}");
}

#[test]
fn several_print_areas_come_over() {
    let row = row("", 4);
    for (ranges, wanted) in [
        ("'我 表'.A1:'我 表'.B1 '我 表'.D1:'我 表'.D3", "'我 表'!$A$1:$B$1,'我 表'!$D$1:$D$3"),
        ("'我 表'.A1:'我 表'.B1", "'我 表'!$A$1:$B$1"),
    ] {
        let sheet = format!(
            r#"<table:table table:name="我 表" table:print-ranges="{ranges}">{row}</table:table>"#
        );
        let (book, notices) = converted(&ods("", "", &sheet, &[]), "xl/workbook.xml");
        assert_eq!(notices.len(), 0, "{notices:?}");
        let name = format!(
            r#"<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">{wanted}</definedName></definedNames>"#
        );
        assert!(book.contains(&name), "{name} in {book}");
    }
    // Of the whole grid and a part of it nothing is left to leave out.
    let all = "'我 表'.A1:'我 表'.XFD1048576 '我 表'.A1:'我 表'.B1";
    let sheet = format!(
        r#"<table:table table:name="我 表" table:print-ranges="{all}">{row}</table:table>"#
    );
    let (book, _) = converted(&ods("", "", &sheet, &[]), "xl/workbook.xml");
    assert!(!book.contains("Print_Area"), "{book}");
}
