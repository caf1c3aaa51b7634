// The same fill by ExcelJS. usage: exceljs_fill.js IN OUT, or --loop N IN FOLDER
const ExcelJS = require("exceljs");

async function fill(source, target) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(source);
  const sheet = book.getWorksheet("客服主管绩效考核表");
  const rows = [4, 5, 6, 7, 8, 9, 10, 12, 13, 24, 25, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 40];
  for (const row of rows) sheet.getCell(`D${row}`).value = { formula: "指标数据!B5/指标数据!B4", result: 1 };
  await book.xlsx.writeFile(target);
}

(async () => {
  const [, , first, second, third, fourth] = process.argv;
  if (first === "--loop") {
    for (let i = 0; i < Number(second); i++) await fill(third, `${fourth}/exceljs${i}.xlsx`);
  } else await fill(first, second);
})();
