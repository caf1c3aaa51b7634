//! A chart's substream ([MS-XLS] 2.1.7.20.1): what is drawn from which cells, and its words.
//!
//! Read are charts of one group of series (columns, bars, lines, pies, areas, points, radar). The
//! small adjustments of fonts and places are left to the writer.

use super::formula::{self, Context};
use super::globals::Globals;
use super::records::{Record, id};
use crate::workbook::looks::{Chart, ChartKind, Colour, Marker, Series, Stacking};

/// Record numbers of charts.
mod number {
    pub const SERIES: u16 = 0x1003;
    pub const DATA_FORMAT: u16 = 0x1006;
    pub const LINE_FORMAT: u16 = 0x1007;
    pub const MARKER: u16 = 0x1009;
    pub const AREA_FORMAT: u16 = 0x100a;
    pub const SERIES_TEXT: u16 = 0x100d;
    pub const CHART_FORMAT: u16 = 0x1014;
    pub const LEGEND: u16 = 0x1015;
    pub const BAR: u16 = 0x1017;
    pub const LINE: u16 = 0x1018;
    pub const PIE: u16 = 0x1019;
    pub const AREA: u16 = 0x101a;
    pub const SCATTER: u16 = 0x101b;
    pub const AXIS: u16 = 0x101d;
    pub const VALUE_RANGE: u16 = 0x101f;
    pub const CATEGORY_RANGE: u16 = 0x1020;
    pub const AXIS_LINE: u16 = 0x1021;
    pub const TEXT: u16 = 0x1025;
    pub const OBJECT_LINK: u16 = 0x1027;
    pub const BEGIN: u16 = 0x1033;
    pub const END: u16 = 0x1034;
    pub const CHART_3D: u16 = 0x103a;
    pub const RADAR: u16 = 0x103e;
    pub const SURFACE: u16 = 0x103f;
    pub const RADAR_AREA: u16 = 0x1040;
    pub const LINKED: u16 = 0x1051;
}

/// A chart as it is read.
#[derive(Default)]
pub struct Reader {
    chart: Chart,
    groups: u32,
    unread: bool,
    depth: u32,
    /// The depth at which the series at hand began.
    series: Option<u32>,
    /// The series whose look is being told, and the depth of that.
    look: Option<(usize, u32)>,
    text: Option<String>,
    axis: u16,
    /// Whether the frame is known, or there is none.
    framed: bool,
}

impl Reader {
    /// The chart's title, or its first words.
    pub fn name(&self) -> String {
        let first = self.chart.series.iter().find_map(|s| s.title.clone());
        self.chart.title.clone().or(first).unwrap_or_default()
    }

    /// The chart, if it is of a kind that can be written again.
    pub fn chart(&self) -> Option<&Chart> {
        let whole = self.groups == 1 && !self.unread && self.chart.kind.is_some();
        let drawn = !self.chart.series.is_empty()
            && self.chart.series.iter().all(|series| series.values.is_some());
        (whole && drawn).then_some(&self.chart)
    }

    /// Takes a record of the chart.
    pub fn take(&mut self, globals: &Globals, record: &Record<'_>) {
        match record.id {
            number::BEGIN => self.depth = self.depth.saturating_add(1),
            number::END => {
                self.depth = self.depth.saturating_sub(1);
                if self.series == Some(self.depth) {
                    self.series = None;
                }
                if self.look.is_some_and(|(_, depth)| depth == self.depth) {
                    self.look = None;
                }
            }
            _ => drop(self.read(globals, record)),
        }
    }

    fn read(&mut self, globals: &Globals, record: &Record<'_>) -> Option<()> {
        let mut data = record.bytes();
        match record.id {
            number::SERIES if self.chart.series.len() < 256 => {
                self.framed = true;
                self.series = Some(self.depth);
                self.chart.series.push(Series::default());
            }
            number::LINKED if self.series.is_some() => {
                let (role, kind) = (data.u8()?, data.u8()?);
                data.take(4)?;
                let size = usize::from(data.u16()?);
                let tokens = data.take(size)?;
                if kind != 2 || tokens.is_empty() {
                    return Some(());
                }
                let text = formula::text(&Context::new(globals, 0, 0), tokens, &[]).ok();
                let series = self.chart.series.last_mut()?;
                match role {
                    0 => series.name = text,
                    1 => series.values = text,
                    2 => series.categories = text,
                    _ => {}
                }
            }
            number::SERIES_TEXT => {
                data.u16()?;
                let text = globals.text.short(&mut data)?;
                if self.text.is_some() {
                    self.text = Some(text);
                } else if self.series.is_some() {
                    self.chart.series.last_mut()?.title = Some(text);
                }
            }
            number::TEXT => self.text = Some(String::new()),
            number::OBJECT_LINK => {
                let text = self.text.take().filter(|text| !text.is_empty());
                match data.u16()? {
                    1 => self.chart.title = text,
                    2 => self.chart.value_title = text,
                    3 => self.chart.category_title = text,
                    _ => {}
                }
            }
            number::DATA_FORMAT => {
                let (point, series) = (data.u16()?, data.u16()?);
                if point == 0xffff && self.series.is_some() {
                    self.look = Some((usize::from(series), self.depth));
                }
            }
            // The first line of all is that of the frame around the chart.
            number::LINE_FORMAT if !self.framed => {
                self.framed = true;
                let colour = colour(data.u32()?);
                let style = data.u16()?;
                self.chart.frame = colour.filter(|_| style != 5);
            }
            number::AREA_FORMAT | number::LINE_FORMAT => {
                let (index, _) = self.look?;
                let colour = colour(data.u32()?);
                let is_area = record.id == number::AREA_FORMAT;
                data.take(if is_area { 4 } else { 0 })?;
                let style = data.u16()?;
                data.take(if is_area { 0 } else { 2 })?;
                // An automatic look, or a line that is not drawn.
                let automatic = data.u16()? & 1 != 0 || !is_area && style == 5;
                let series = self.chart.series.get_mut(index)?;
                series.no_line |= !is_area && style == 5;
                if automatic {
                    return None;
                }
                if is_area {
                    series.fill = colour;
                } else {
                    series.line = colour;
                }
            }
            number::MARKER => {
                let (index, _) = self.look?;
                let (_, back, kind, flags) = (data.u32()?, data.u32()?, data.u16()?, data.u16()?);
                let colour = if flags & 1 == 0 { colour(back) } else { None };
                data.take(4)?;
                let size = data.u32().map_or(5, |twips| twips / 20).clamp(2, 72) as u8;
                self.chart.series.get_mut(index)?.marker = Some(Marker { kind, colour, size });
            }
            number::LEGEND => {
                data.take(16)?;
                self.chart.legend = Some(data.u8()?);
            }
            number::AXIS => self.axis = data.u16()?,
            number::VALUE_RANGE if self.axis == 1 => {
                let (least, most) = (data.f64()?, data.f64()?);
                data.take(24)?;
                let flags = data.u16()?;
                self.chart.least = (flags & 1 == 0).then_some(least);
                self.chart.most = (flags & 2 == 0).then_some(most);
                self.chart.values_reversed = flags & 0x40 != 0;
            }
            number::CATEGORY_RANGE if self.axis == 0 => {
                data.take(6)?;
                self.chart.categories_reversed = data.u16()? & 4 != 0;
            }
            number::AXIS_LINE if self.axis == 1 && data.u16()? == 1 => self.chart.gridlines = true,
            number::CHART_FORMAT => self.groups = self.groups.saturating_add(1),
            number::BAR => {
                let (overlap, gap, flags) = (data.i16()?, data.u16()?, data.u16()?);
                self.chart.overlap = i8::try_from(overlap.saturating_neg()).unwrap_or(0);
                self.chart.gap = gap.min(500);
                self.chart.stacking = stacking(flags & 2 != 0, flags & 4 != 0);
                self.kind(if flags & 1 != 0 { ChartKind::Bar } else { ChartKind::Column });
            }
            number::LINE | number::AREA => {
                let flags = data.u16()?;
                self.chart.stacking = stacking(flags & 1 != 0, flags & 2 != 0);
                self.kind(if record.id == number::LINE {
                    ChartKind::Line
                } else {
                    ChartKind::Area
                });
            }
            number::PIE => {
                data.u16()?;
                let hole = data.u16()?;
                self.kind(if hole > 0 { ChartKind::Doughnut(hole) } else { ChartKind::Pie });
            }
            number::SCATTER => {
                data.take(4)?;
                // Bubbles have no like in the writer.
                self.unread |= data.u16().unwrap_or(0) & 1 != 0;
                self.kind(ChartKind::Scatter);
            }
            number::RADAR => self.kind(ChartKind::Radar),
            number::RADAR_AREA => self.kind(ChartKind::RadarFilled),
            number::SURFACE => self.unread = true,
            number::CHART_3D => self.chart.solid = true,
            id::BOF | id::EOF => {}
            _ => {}
        }
        Some(())
    }

    fn kind(&mut self, kind: ChartKind) {
        self.chart.kind = Some(kind);
    }
}

fn stacking(stacked: bool, percent: bool) -> Stacking {
    match (stacked, percent) {
        (_, true) => Stacking::Percent,
        (true, _) => Stacking::Stacked,
        _ => Stacking::Beside,
    }
}

/// A colour as red, green, blue from the lowest byte.
fn colour(raw: u32) -> Colour {
    let [red, green, blue, _] = raw.to_le_bytes();
    Some(u32::from(red) << 16 | u32::from(green) << 8 | u32::from(blue))
}
