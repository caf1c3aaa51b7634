//! DrawingML drawings (ECMA-376 part 1, 20.5), as .xlsb has them too: pictures at their places.

use super::Sheet;
use super::looks::{Picture, SheetLooks};
use super::losses::{Kind, Losses};
use crate::cell::{CellRef, MAX_COLS, MAX_ROWS};
use crate::container::Package;
use crate::container::xml::{self, attribute};
use crate::problem::Problem;
use quick_xml::events::Event;

/// English metric units in a pixel.
const PIXEL: f64 = 9525.0;

/// A corner: column, offset, row, offset.
type Corner = [i64; 4];

#[derive(Default)]
struct Anchor {
    from: Corner,
    to: Option<Corner>,
    size: Option<(i64, i64)>,
    movement: u8,
    /// The relation of a picture.
    picture: Option<String>,
    /// Name, and whether it is a chart.
    other: Option<(String, bool)>,
    name: String,
}

/// Takes the drawing of a sheet: pictures are kept, the rest is named among the losses. `digit` is
/// the width of a digit in pixels.
pub fn read(
    package: &mut Package<'_>,
    part: &str,
    sheet: &mut Sheet,
    digit: f64,
    losses: &mut Losses,
) -> Result<(), Problem> {
    let raw = package.read(part)?;
    let anchors = anchors(part, &xml::decode(part, &raw)?)?;
    let links_part = xml::relationships_part(part);
    let links = match package.find(&links_part) {
        Some(_) => {
            let raw = package.read(&links_part)?;
            xml::relationships(part, &xml::decode(&links_part, &raw)?)?
        }
        None => Vec::new(),
    };
    for anchor in anchors {
        let at = place(&anchor.from);
        if let Some((name, chart)) = &anchor.other {
            let kind = if *chart { Kind::Chart } else { Kind::Shape };
            losses.add(&sheet.name, kind, format!("{at} {name}").trim().to_owned());
        }
        let Some(id) = &anchor.picture else { continue };
        let target = links.iter().find(|r| r.id == *id && !r.external).map(|r| r.target.clone());
        let bytes = match target.filter(|target| package.find(target).is_some()) {
            Some(target) => package.read(&target)?,
            None => Vec::new(),
        };
        if !is_picture(&bytes) {
            losses.add(&sheet.name, Kind::OddPicture, at.to_string());
            continue;
        }
        let place = Frame { looks: &sheet.looks, digit };
        let from = place.corner(&anchor.from);
        let to = match (anchor.to, anchor.size) {
            (Some(to), _) => place.corner(&to),
            (None, Some((wide, tall))) => {
                place.reach(from, wide.max(0) as f64 / PIXEL, tall.max(0) as f64 / PIXEL)
            }
            _ => from,
        };
        sheet.looks.pictures.push(Picture { bytes, from, to, movement: anchor.movement });
    }
    Ok(())
}

/// Whether the bytes are of a kind of picture that can be written.
pub fn is_picture(bytes: &[u8]) -> bool {
    [&b"\x89PNG"[..], b"\xff\xd8", b"BM", b"GIF8"].iter().any(|head| bytes.starts_with(head))
}

fn place(corner: &Corner) -> CellRef {
    let [col, _, row, _] = *corner;
    let within = |n: i64, most: u32| u32::try_from(n).unwrap_or(0).min(most.saturating_sub(1));
    CellRef::new(within(row, MAX_ROWS), within(col, MAX_COLS))
}

/// Sizes of a sheet's rows and columns in pixels.
pub struct Frame<'a> {
    pub looks: &'a SheetLooks,
    pub digit: f64,
}

impl Frame<'_> {
    fn width(&self, col: u32) -> f64 {
        let own = self.looks.columns.iter().rev().find(|c| (c.first..=c.last).contains(&col));
        if own.is_some_and(|c| c.hidden) {
            return 0.0;
        }
        let width = own.map(|c| c.width).or(self.looks.default_width).unwrap_or(9.14);
        (width * self.digit).round()
    }

    fn height(&self, row: u32) -> f64 {
        let own = self.looks.rows.get(&row);
        if own.is_some_and(|r| r.hidden) {
            return 0.0;
        }
        let points = own.and_then(|r| r.height).or(self.looks.default_height).unwrap_or(15.0);
        (points * 4.0 / 3.0).round()
    }

    fn corner(&self, corner: &Corner) -> (CellRef, f64, f64) {
        let [_, x, _, y] = *corner;
        let at = place(corner);
        let share = |offset: i64, size: f64| {
            if size > 0.0 { (offset as f64 / PIXEL / size).clamp(0.0, 1.0) } else { 0.0 }
        };
        (at, share(x, self.width(at.col)), share(y, self.height(at.row)))
    }

    /// Where what begins in a corner ends, by its size in pixels.
    pub fn reach(&self, from: (CellRef, f64, f64), wide: f64, tall: f64) -> (CellRef, f64, f64) {
        let (at, x, y) = from;
        let (col, x) = along(at.col, x, wide, MAX_COLS, |col| self.width(col));
        let (row, y) = along(at.row, y, tall, MAX_ROWS, |row| self.height(row));
        (CellRef::new(row, col), x, y)
    }
}

fn along(first: u32, share: f64, size: f64, most: u32, of: impl Fn(u32) -> f64) -> (u32, f64) {
    let mut left = size + share * of(first);
    // No picture spans more.
    for at in (first..most).take(20_000) {
        let own = of(at);
        if left <= own && own > 0.0 {
            return (at, left / own);
        }
        left -= own;
    }
    (first, 1.0)
}

fn anchors(part: &str, text: &str) -> Result<Vec<Anchor>, Problem> {
    let mut out: Vec<Anchor> = Vec::new();
    let (mut second, mut field) = (false, None::<usize>);
    // How deep in groups and choices: only the first of several ways to draw a thing counts.
    let mut passed = 0u32;
    xml::walk(part, text, |event, _, _| {
        let (tag, starts) = match &event {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(tag) => {
                field = None;
                if tag.local_name().as_ref() == "Fallback" {
                    passed = passed.saturating_sub(1);
                }
                return Ok(());
            }
            Event::Text(text) => {
                if let (Some(index), Some(anchor)) = (field, out.last_mut()) {
                    let number = text.as_ref().trim().parse().unwrap_or(0);
                    let corner =
                        if second { anchor.to.get_or_insert_default() } else { &mut anchor.from };
                    if let Some(slot) = corner.get_mut(index) {
                        *slot = number;
                    }
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        let name = tag.local_name();
        let name = name.as_ref();
        if name == "Fallback" && starts {
            passed = passed.saturating_add(1);
        }
        if passed > 0 {
            return Ok(());
        }
        if matches!(name, "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor") {
            let movement = match attribute(tag, "editAs").as_deref() {
                Some("absolute") => 3,
                Some("twoCell") => 0,
                None if name == "twoCellAnchor" => 0,
                _ => 2,
            };
            out.push(Anchor { movement, ..Anchor::default() });
            second = false;
            return Ok(());
        }
        let Some(anchor) = out.last_mut() else { return Ok(()) };
        match name {
            "to" => second = true,
            "col" => field = Some(0),
            "colOff" => field = Some(1),
            "row" => field = Some(2),
            "rowOff" => field = Some(3),
            "ext" if anchor.size.is_none() => {
                let number = |name: &str| attribute(tag, name).and_then(|n| n.parse().ok());
                anchor.size = number("cx").zip(number("cy"));
            }
            "cNvPr" if anchor.name.is_empty() => {
                anchor.name = attribute(tag, "name").unwrap_or_default();
                if let Some((other, _)) = &mut anchor.other {
                    other.clone_from(&anchor.name);
                }
            }
            "blip" if anchor.picture.is_none() => anchor.picture = attribute(tag, "embed"),
            "sp" | "cxnSp" | "grpSp" | "contentPart" if starts => {
                anchor.other.get_or_insert((String::new(), false));
            }
            "graphicFrame" if starts => anchor.other = Some((String::new(), false)),
            "chart" => {
                let name = anchor.name.clone();
                anchor.other = Some((name, true));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(out)
}
