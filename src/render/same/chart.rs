//! Charts, drawn again from the same cells.

use crate::refs::{Reference, references};
use crate::workbook::looks::{Chart, ChartKind, Marker, Series, Stacking};
use rust_xlsxwriter::{
    Chart as Drawn, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker, ChartMarkerType,
    ChartRange, ChartSolidFill, ChartType, Color,
};

/// Colours of series that have none of their own, as Excel 97 gives them: fills and lines.
const FILLS: [u32; 8] =
    [0x99_99ff, 0x99_3366, 0xff_ffcc, 0xcc_ffff, 0x66_0066, 0xff_8080, 0x00_66cc, 0xcc_ccff];
const LINES: [u32; 8] =
    [0x00_0080, 0xff_00ff, 0xff_ff00, 0x00_ffff, 0x80_0080, 0x80_0000, 0x00_8080, 0x00_00ff];

/// The chart as the writer draws it; `None` where its cells are not one range.
pub fn draw(own: &Chart, sheet: &str) -> Option<Drawn> {
    let kind = if as_lines(own) { ChartKind::Line } else { own.kind? };
    let mut chart = Drawn::new(chart_type(kind, own.stacking));
    for (index, series) in own.series.iter().enumerate() {
        add(&mut chart, kind, own, series, index, sheet)?;
    }
    if let Some(frame) = own.frame {
        let mut format = ChartFormat::new();
        format.set_border(ChartLine::new().set_color(Color::RGB(frame)));
        chart.chart_area().set_format(&mut format);
    }
    match &own.title {
        Some(title) => {
            chart.title().set_name(title);
        }
        None => {
            chart.title().set_hidden();
        }
    }
    // The writer calls the lying axis x; bars lie along their values.
    let lying = kind == ChartKind::Bar;
    let categories = if lying { chart.y_axis() } else { chart.x_axis() };
    if let Some(title) = &own.category_title {
        categories.set_name(title);
    }
    if own.categories_reversed {
        categories.set_reverse();
    }
    let values = if lying { chart.x_axis() } else { chart.y_axis() };
    if let Some(title) = &own.value_title {
        values.set_name(title);
    }
    if let Some(least) = own.least {
        values.set_min(least);
    }
    if let Some(most) = own.most {
        values.set_max(most);
    }
    if own.values_reversed {
        values.set_reverse();
    }
    values.set_major_gridlines(own.gridlines);
    match own.legend {
        None => {
            chart.legend().set_hidden();
        }
        Some(place) => {
            chart.legend().set_position(match place {
                0 => ChartLegendPosition::Bottom,
                1 => ChartLegendPosition::TopRight,
                2 => ChartLegendPosition::Top,
                4 => ChartLegendPosition::Left,
                _ => ChartLegendPosition::Right,
            });
        }
    }
    if let ChartKind::Doughnut(hole) = kind {
        chart.set_hole_size(u8::try_from(hole.clamp(10, 90)).unwrap_or(50));
    }
    Some(chart)
}

/// Whether it is drawn as lines: the writer draws no points without places across; counted from 1,
/// they are those of lines.
pub fn as_lines(own: &Chart) -> bool {
    own.kind == Some(ChartKind::Scatter) && own.series.iter().all(|s| s.categories.is_none())
}

fn chart_type(kind: ChartKind, stacking: Stacking) -> ChartType {
    use ChartKind as K;
    use Stacking as S;
    match (kind, stacking) {
        (K::Column, S::Beside) => ChartType::Column,
        (K::Column, S::Stacked) => ChartType::ColumnStacked,
        (K::Column, S::Percent) => ChartType::ColumnPercentStacked,
        (K::Bar, S::Beside) => ChartType::Bar,
        (K::Bar, S::Stacked) => ChartType::BarStacked,
        (K::Bar, S::Percent) => ChartType::BarPercentStacked,
        (K::Line, S::Beside) => ChartType::Line,
        (K::Line, S::Stacked) => ChartType::LineStacked,
        (K::Line, S::Percent) => ChartType::LinePercentStacked,
        (K::Area, S::Beside) => ChartType::Area,
        (K::Area, S::Stacked) => ChartType::AreaStacked,
        (K::Area, S::Percent) => ChartType::AreaPercentStacked,
        (K::Pie, _) => ChartType::Pie,
        (K::Doughnut(_), _) => ChartType::Doughnut,
        (K::Scatter, _) => ChartType::Scatter,
        (K::Radar, _) => ChartType::Radar,
        (K::RadarFilled, _) => ChartType::RadarFilled,
    }
}

fn add(
    chart: &mut Drawn,
    kind: ChartKind,
    own: &Chart,
    series: &Series,
    index: usize,
    sheet: &str,
) -> Option<()> {
    let values = range(series.values.as_deref()?, sheet)?;
    let categories = match &series.categories {
        Some(text) => Some(range(text, sheet)?),
        None => None,
    };
    let name = series.name.as_deref().and_then(|text| range(text, sheet));
    let added = chart.add_series().set_values(&values);
    if let Some(categories) = &categories {
        added.set_categories(categories);
    }
    match (&name, &series.title) {
        (Some(name), _) => {
            added.set_name(name);
        }
        (None, Some(title)) => {
            added.set_name(title.as_str());
        }
        _ => {}
    }
    let usual = |colours: &[u32; 8]| colours.get(index % 8).copied().unwrap_or(0);
    let mut format = ChartFormat::new();
    match kind {
        // Each slice has a colour of its own.
        ChartKind::Pie | ChartKind::Doughnut(_) => return Some(()),
        ChartKind::Line | ChartKind::Scatter | ChartKind::Radar => {
            let colour = series.line.unwrap_or(usual(&LINES));
            if series.no_line {
                format.set_no_line();
            } else {
                format.set_line(ChartLine::new().set_color(Color::RGB(colour)));
            }
            if let Some(own) = series.marker {
                added.set_marker(&marker(own, colour));
            }
        }
        _ => {
            let colour = series.fill.unwrap_or(usual(&FILLS));
            format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour)));
            if let Some(line) = series.line {
                format.set_border(ChartLine::new().set_color(Color::RGB(line)));
            }
        }
    }
    added.set_format(&mut format);
    if matches!(kind, ChartKind::Column | ChartKind::Bar) {
        added.set_gap(own.gap);
        if own.stacking == Stacking::Beside {
            added.set_overlap(own.overlap.clamp(-100, 100));
        }
    }
    Some(())
}

/// A point's mark by Excel 97's number.
fn marker(own: Marker, of_line: u32) -> ChartMarker {
    const KINDS: [ChartMarkerType; 9] = [
        ChartMarkerType::Square,
        ChartMarkerType::Diamond,
        ChartMarkerType::Triangle,
        ChartMarkerType::X,
        ChartMarkerType::Star,
        ChartMarkerType::ShortDash,
        ChartMarkerType::LongDash,
        ChartMarkerType::Circle,
        ChartMarkerType::PlusSign,
    ];
    let mut marker = ChartMarker::new();
    match usize::from(own.kind).checked_sub(1).and_then(|kind| KINDS.get(kind)) {
        Some(kind) => {
            let mut format = ChartFormat::new();
            let colour = own.colour.unwrap_or(of_line);
            format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour)));
            format.set_border(ChartLine::new().set_color(Color::RGB(colour)));
            marker.set_type(*kind).set_size(own.size).set_format(&mut format);
        }
        None => {
            marker.set_none();
        }
    }
    marker
}

/// The one range that a chart's reference names.
fn range(text: &str, own: &str) -> Option<ChartRange> {
    let found = references(text);
    let [Reference::Cells { sheet, last: None, range }] = found.as_slice() else { return None };
    let column = |col: u32| u16::try_from(col).ok();
    let name = sheet.as_deref().unwrap_or(own);
    Some(ChartRange::new_from_range(
        name,
        range.start.row,
        column(range.start.col)?,
        range.end.row,
        column(range.end.col)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::{as_lines, draw};
    use crate::container::Package;
    use crate::workbook::looks::{Chart, ChartKind, Marker, Series};
    use rust_xlsxwriter::Workbook;

    /// The chart's part as the writer makes it.
    fn drawn(chart: &Chart) -> String {
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        let _ = page.insert_chart(0, 0, &draw(chart, "Sheet1").unwrap_or_else(|| unreachable!()));
        let bytes = book.save_to_buffer().unwrap_or_default();
        let mut package = Package::open(&bytes).unwrap_or_else(|_| unreachable!());
        let part = package.read("xl/charts/chart1.xml").unwrap_or_default();
        String::from_utf8(part).unwrap_or_default()
    }

    #[test]
    fn points_without_places_across_are_drawn_as_lines_with_their_marks() {
        let series = Series {
            values: Some("Sheet1!$B$1:$B$8".to_owned()),
            marker: Some(Marker { kind: 2, colour: Some(0xff_6600), size: 9 }),
            ..Series::default()
        };
        let mut chart =
            Chart { kind: Some(ChartKind::Scatter), series: vec![series], ..Chart::default() };
        assert!(as_lines(&chart));
        let xml = drawn(&chart);
        assert!(xml.contains(r#"<c:size val="9"/>"#), "{xml}");
        assert!(xml.contains("<c:lineChart>") && xml.contains("$B$1:$B$8"), "{xml}");
        assert!(xml.contains(r#"<c:symbol val="diamond"/>"#) && xml.contains("FF6600"), "{xml}");
        if let Some(series) = chart.series.first_mut() {
            series.categories = Some("Sheet1!$A$1:$A$8".to_owned());
            (series.no_line, series.marker) = (true, Some(Marker::default()));
        }
        let xml = drawn(&chart);
        assert!(xml.contains("<c:scatterChart>") && xml.contains("$A$1:$A$8"), "{xml}");
        assert!(xml.contains("<a:noFill/>"), "{xml}");
        assert!(xml.contains(r#"<c:symbol val="none"/>"#), "{xml}");
    }
}
