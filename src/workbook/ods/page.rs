//! How the tables of an .ods are printed.

use super::heading::LONGEST;
use super::styles::{Styles, points};
use crate::workbook::looks::Page;
use std::collections::HashMap;

impl Styles {
    /// How a table is printed.
    pub fn page(&self, style: &str) -> Page {
        let mut page = Page::default();
        let Some(layout) = self.layout(style) else { return page };
        let get = |name: &str| layout.get(name).map(String::as_str);
        let inches = |name: &str| get(name).and_then(points).map(|p| p / 72.0);
        page.landscape = get("print-orientation") == Some("landscape");
        page.paper = inches("page-width").zip(inches("page-height")).and_then(|(w, h)| {
            let (w, h) = if w > h { (h, w) } else { (w, h) };
            let near = |a: f64, b: f64| (w - a).abs() < 0.05 && (h - b).abs() < 0.05;
            [(1, 8.5, 11.0), (5, 8.5, 14.0), (8, 11.69, 16.54), (9, 8.27, 11.69), (11, 5.83, 8.27)]
                .into_iter()
                .find(|(_, a, b)| near(*a, *b))
                .map(|(number, ..)| number)
        });
        let all = inches("margin");
        // LibreOffice's default is 2 cm.
        let side = |name: &str| inches(name).or(all).or(Some(2.0 / 2.54));
        page.margins = [
            side("margin-left"),
            side("margin-right"),
            side("margin-top"),
            side("margin-bottom"),
            None,
            None,
        ];
        self.bands(style, &mut page, layout);
        page.across_first = get("print-page-order") == Some("ltr");
        page.first_page = get("first-page-number").and_then(|n| n.parse().ok());
        let printed = get("print").unwrap_or_default();
        page.gridlines = printed.split(' ').any(|word| word == "grid");
        page.headings = printed.split(' ').any(|word| word == "headers");
        let number = |name: &str| get(name).and_then(|v| v.trim_end_matches('%').parse().ok());
        page.scale = number("scale-to");
        let across = number("scale-to-X");
        let down = number("scale-to-Y");
        page.fit = match (across, down, number("scale-to-pages")) {
            (None, None, None) => None,
            (None, None, Some(_)) => Some((1, 0)),
            (across, down, _) => Some((across.unwrap_or(0), down.unwrap_or(0))),
        };
        match get("table-centering") {
            Some("horizontal") => page.centre_across = true,
            Some("vertical") => page.centre_down = true,
            Some("both") => (page.centre_across, page.centre_down) = (true, true),
            _ => {}
        }
        page
    }

    /// Headers and footers: here they stand below the margin, in Excel within it.
    fn bands(&self, style: &str, page: &mut Page, layout: &HashMap<String, String>) {
        let Some(heading) = self.heading(style) else { return };
        let inches = |name: &str| layout.get(name).and_then(|v| points(v)).map(|p| p / 72.0);
        let fits = |text: &Option<String>| {
            text.clone().filter(|t| t.encode_utf16().count() <= LONGEST).unwrap_or_default()
        };
        (page.header, page.footer) = (fits(&heading.header), fits(&heading.footer));
        let [_, _, top, bottom, above, below] = &mut page.margins;
        for (shown, band, own, edge) in [
            (heading.header.is_some(), "header", top, above),
            (heading.footer.is_some(), "footer", bottom, below),
        ] {
            let tall = inches(&format!("{band}-height")).or(inches(&format!("{band}-min-height")));
            if let (true, Some(margin), Some(tall)) = (shown, *own, tall) {
                (*edge, *own) = (Some(margin), Some(margin + tall));
            }
        }
    }
}
