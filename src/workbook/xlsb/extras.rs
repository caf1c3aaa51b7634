//! What stands in parts of its own: hyperlinks' addresses, notes, drawings.

use super::records::{Records, id, range, rich, string};
use super::sheet::Reader;
use crate::container::Package;
use crate::container::xml::{self, Relationship};
use crate::problem::Problem;
use crate::workbook::biff::records::Bytes;
use crate::workbook::drawing;
use crate::workbook::looks::{Link, Note};
use crate::workbook::losses::Kind;

/// The relations of a part; none where it has none.
pub fn relations(package: &mut Package<'_>, part: &str) -> Result<Vec<Relationship>, Problem> {
    let links = xml::relationships_part(part);
    if package.find(&links).is_none() {
        return Ok(Vec::new());
    }
    let raw = package.read(&links)?;
    xml::relationships(part, &xml::decode(&links, &raw)?)
}

impl Reader<'_> {
    /// Adds what other parts of the package hold for this sheet.
    pub fn extras(&mut self, package: &mut Package<'_>, part: &str) -> Result<(), Problem> {
        let links = relations(package, part)?;
        for (range, link, place, tip) in std::mem::take(&mut self.links) {
            let target = links.iter().find(|r| r.id == link).map(|r| r.address.clone());
            let target = match (target, place.is_empty()) {
                (Some(target), true) => target,
                (Some(target), false) => format!("{target}#{place}"),
                (None, false) => format!("internal:{place}"),
                (None, true) => continue,
            };
            // As many as Excel takes.
            if self.sheet.looks.links.len() < 65_530 {
                self.sheet.looks.links.push(Link { range, target, tip });
            }
        }
        let own = |kind: &str| links.iter().find(|r| r.kind == kind && !r.external);
        if let Some(part) = own("comments").filter(|r| package.find(&r.target).is_some()) {
            self.notes(&package.read(&part.target)?);
        }
        if let Some(link) = own("vmlDrawing").filter(|r| package.find(&r.target).is_some()) {
            let raw = package.read(&link.target)?;
            self.controls(&String::from_utf8_lossy(&raw));
        }
        if let Some(id) = self.drawing.take() {
            let part = links.iter().find(|r| r.id == id && !r.external);
            let Some(part) = part.filter(|r| package.find(&r.target).is_some()) else {
                self.losses.add(&self.sheet.name, Kind::Drawing, "");
                return Ok(());
            };
            drawing::read(package, &part.target, self.sheet, self.digit, self.losses)?;
        }
        Ok(())
    }

    fn notes(&mut self, body: &[u8]) {
        let mut authors = Vec::new();
        for (number, mut data) in Records(Bytes::new(body)) {
            match number {
                id::COMMENT_AUTHOR => authors.push(string(&mut data).unwrap_or_default()),
                id::COMMENT => {
                    let Some(author) = data.u32() else { continue };
                    let Some(range) = range(&mut data) else { continue };
                    self.sheet.looks.notes.push(Note {
                        at: range.start,
                        text: String::new(),
                        author: authors.get(author as usize).cloned().unwrap_or_default(),
                        shown: false,
                    });
                }
                id::COMMENT_TEXT => {
                    if let (Some(note), Some(shared)) =
                        (self.sheet.looks.notes.last_mut(), rich(&mut data))
                    {
                        note.text = shared.text.replace("\r\n", "\n");
                    }
                }
                _ => {}
            }
        }
    }

    /// The old drawing holds the frames of notes, and controls.
    fn controls(&mut self, text: &str) {
        for kind in text.split("ObjectType=\"").skip(1) {
            let kind = kind.split('"').next().unwrap_or_default();
            if kind != "Note" {
                self.losses.add(&self.sheet.name, Kind::Shape, "");
            }
        }
    }
}
