// The same fill by ExcelJS. usage: exceljs_fill.js IN OUT, or --loop N IN FOLDER
const ExcelJS = require("exceljs");
const CELLS = require("./cells.json");

async function fill(source, target) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(source);
  const sheet = book.getWorksheet("客服主管绩效考核表");
  for (const [cell, formula] of Object.entries(CELLS)) sheet.getCell(cell).value = { formula: formula.slice(1) };
  await book.xlsx.writeFile(target);
}

(async () => {
  const [, , first, second, third, fourth] = process.argv;
  if (first === "--loop") {
    for (let i = 0; i < Number(second); i++) await fill(third, `${fourth}/exceljs${i}.xlsx`);
  } else await fill(first, second);
})();
