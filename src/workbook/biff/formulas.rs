//! Formulas of a sheet, told once every shared one and every array is known. .xlsb has the same.

use super::formula::{self, Context, Fault, Source};
use crate::cell::{CellRef, Range};
use crate::workbook::Sheet;
use crate::workbook::losses::{Kind, Losses};
use std::collections::HashMap;

/// A formula cell's tokens and what stands behind them.
struct Formula {
    at: CellRef,
    tokens: Vec<u8>,
    extra: Vec<u8>,
}

/// Tokens that several cells share, or that one array of cells holds.
struct Block {
    range: Range,
    tokens: Vec<u8>,
    extra: Vec<u8>,
    kind: BlockKind,
}

#[derive(PartialEq, Eq, Clone, Copy)]
pub enum BlockKind {
    Shared,
    Array,
    Table,
}

#[derive(Default)]
pub struct Formulas {
    cells: Vec<Formula>,
    blocks: Vec<Block>,
}

impl Formulas {
    pub fn cell(&mut self, at: CellRef, tokens: &[u8], extra: &[u8]) {
        self.cells.push(Formula { at, tokens: tokens.to_vec(), extra: extra.to_vec() });
    }

    pub fn block(&mut self, kind: BlockKind, range: Range, tokens: &[u8], extra: &[u8]) {
        self.blocks.push(Block { range, tokens: tokens.to_vec(), extra: extra.to_vec(), kind });
    }

    /// Gives the cells their texts; `budget` is how much more may be kept.
    pub fn resolve(
        self,
        source: &dyn Source,
        sheet: &mut Sheet,
        budget: &mut usize,
        losses: &mut Losses,
    ) {
        let name = sheet.name.clone();
        // Most blocks are named by the cell that they begin at.
        let starts: HashMap<CellRef, usize> =
            self.blocks.iter().enumerate().map(|(i, block)| (block.range.start, i)).collect();
        for formula in self.cells {
            let at = formula.at;
            let context = Context::new(source, at.row, at.col);
            let own = formula::text(&context, &formula.tokens, &formula.extra);
            let mut array = None;
            let found = match own {
                Err(Fault::PartOf(row, col)) => {
                    let start = CellRef::new(row, col);
                    let block = starts
                        .get(&start)
                        .and_then(|i| self.blocks.get(*i))
                        .filter(|block| block.range.contains(at))
                        .or_else(|| {
                            self.blocks.iter().take(1000).find(|block| block.range.contains(at))
                        });
                    match block {
                        Some(block) if block.kind == BlockKind::Table => {
                            losses.add(&name, Kind::DataTable, at.to_string());
                            continue;
                        }
                        Some(block) => {
                            if block.kind == BlockKind::Array {
                                if block.range.start != at {
                                    // Inside an array: a value of its master.
                                    if let Some(cell) = sheet.cells.get_mut(&at) {
                                        cell.is_formula = false;
                                    }
                                    continue;
                                }
                                array = Some(block.range);
                            }
                            formula::text(&context, &block.tokens, &block.extra)
                        }
                        None => Err(Fault::Unread),
                    }
                }
                other => other,
            };
            match found {
                Ok(text) => {
                    *budget = budget.saturating_sub(text.len() / 512).saturating_sub(1);
                    if *budget == 0 {
                        return;
                    }
                    if let Some(cell) = sheet.cells.get_mut(&at) {
                        cell.formula = Some(text);
                        cell.array = array;
                    }
                }
                Err(Fault::OtherFile) => losses.add(&name, Kind::OtherFile, at.to_string()),
                Err(_) => losses.add(&name, Kind::FormulaUnread, at.to_string()),
            }
        }
    }
}
