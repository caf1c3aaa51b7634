'use strict';
// The page. Everything that comes from a workbook is set as text, never as markup. State is one list
// of files; a view is drawn anew where it changes, and inputs keep their place.

const WORDS = {
  zh: {
    drop: '把考核表拖到这里', dropHint: '一份或多份都可以，松手后马上给出得分。', choose: '选择文件…',
    local: '只在这台电脑上处理：不上传、不存盘，关闭网页或一小时后即清除。',
    progress: '进度', downloadAll: '全部下载（zip，含汇总）', clear: '清空', release: '松手即可处理',
    download: '下载', remove: '移除', person: '姓名', total: '总分', month: '月份', grade: '等级',
    item: '考核项目', points: '分值', score: '得分', working: '计算过程', sum: '合计', fines: '罚款（元）',
    problems: '问题与提示', wholeFile: '整份文件', error: '错误', unfinished: '未完成', notice: '提示',
    todo: '怎么办：', noPerson: '（未写姓名）', notFilled: '未填写', figures: '试算：改一个数，看得分变化',
    figuresHint: '试算只在网页上显示，不写入文件，除非点「采用」。', percent: '%', raters: '人评',
    formula: '此格是公式，采用后会变成数字', trying: '试算中：下面的分数没有写入文件。', back: '恢复原值',
    take: '采用这些数', taken: '已采用：下载的文件含改过的数。', sheets: '表格',
    filledCell: '填写的', changedCell: '改过的数', errorCell: '有问题', noticeCell: '有提示',
    cut: '表格很大，只显示一部分；下载的文件是完整的。', busy: '处理中', done: (n, bad) =>
      `完成：${n} 份工作簿` + (bad ? `，其中 ${bad} 份有问题` : ''), step: (n, all) => `正在处理 ${n} / ${all}…`,
    marks: '评分', row: '行', column: '列', sheetOf: (n) => `工作表「${n}」`, bigger: '文件超过 50 MB，未处理。', manyKept:
      '已占满内存额度（500 MB）：请先下载并清空。', gone: '这份文件已清除（超过一小时），请重新拖入。', lost:
      '与本机的 kaohe 失去联系：它可能已结束，请重新打开。', folder: '这是文件夹，请拖入其中的工作簿。', owner:
      '这是 Excel/WPS 打开工作簿时留下的临时文件，已跳过。', good: '已填好', noForm: '没有填写任何考核表',
    overview: '一览', file: '文件', state: '状态',
    next: '再进一步：差多少就能加分', nextHint: '每行只变这一个数，其余不变；是能使得分上升的最近的数。', nextNone: '没有还能加分的项目。',
    alone: '单靠它不能再加分', tryIt: '试一下', becomes: (a, b) => `得分 ${a} → ${b}`,
  },
  en: {
    drop: 'Drop assessment workbooks here', dropHint: 'One or many; the scores show at once.', choose: 'Choose files…',
    local: 'Stays on this computer: nothing is uploaded or stored; gone when the page closes, or after an hour.',
    progress: 'Progress', downloadAll: 'Download all (zip, with summary)', clear: 'Clear', release: 'Let go to fill',
    download: 'Download', remove: 'Remove', person: 'Person', total: 'Total', month: 'Month', grade: 'Grade',
    item: 'Item', points: 'Points', score: 'Score', working: 'Working', sum: 'Sum', fines: 'Fines (yuan)',
    problems: 'Problems and notices', wholeFile: 'whole file', error: 'Error', unfinished: 'Unfinished', notice: 'Notice',
    todo: 'What to do: ', noPerson: '(no name)', notFilled: 'not filled', figures: 'Try numbers: change one and see the score follow',
    figuresHint: 'A trial shows on this page only; nothing is written unless you take it over.', percent: '%', raters: 'raters',
    formula: 'this cell holds a formula; taking over makes it a number', trying: 'Trial: the scores below are not written.',
    back: 'Back to the workbook', take: 'Take these over', taken: 'Taken over: the download holds the changed numbers.',
    sheets: 'The workbook', filledCell: 'filled', changedCell: 'changed', errorCell: 'problem', noticeCell: 'notice',
    cut: 'A large sheet: only a part is drawn; the download is whole.', busy: 'working', done: (n, bad) =>
      `Done: ${n} workbook${n === 1 ? '' : 's'}` + (bad ? `, ${bad} with problems` : ''), step: (n, all) => `Filling ${n} / ${all} …`,
    marks: 'Marks', row: 'row', column: 'column', sheetOf: (n) => `sheet “${n}”`, bigger: 'The file is larger than 50 MB.', manyKept:
      'The memory set aside (500 MB) is full: download and clear first.', gone: 'This file is gone (after an hour); drop it again.', lost:
      'kaohe on this computer does not answer: it may have ended; start it again.', folder: 'This is a folder; drop the workbooks in it.', owner:
      'The owner file that Excel leaves beside an open workbook; skipped.', good: 'filled', noForm: 'no form was filled',
    overview: 'Overview', file: 'File', state: 'State',
    next: 'The next step: what would raise the score', nextHint: 'Each line changes this figure alone; it is the nearest value at which the score rises.', nextNone: 'No item can rise further.',
    alone: 'not reachable by this figure alone', tryIt: 'Try it', becomes: (a, b) => `score ${a} → ${b}`,
  },
};
const PAGE = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
const UPLOAD_BYTES = 50 * 1024 * 1024;
const AT_ONCE = 4;
let lang = new URLSearchParams(location.search).get('lang') || (navigator.language.startsWith('zh') ? 'zh' : 'en');
if (!WORDS[lang]) lang = 'zh';
const files = [];
const queue = [];
let running = 0, done = 0, expected = 0, serial = 0;

const $ = (id) => document.getElementById(id);
const t = (key, ...args) => { const w = WORDS[lang][key]; return typeof w === 'function' ? w(...args) : w; };
const both = (words) => (words ? words[lang] : '');
const fmt = (n) => (n === null || n === undefined ? '' : String(Math.round(n * 1e6) / 1e6));
function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'class') node.className = value;
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== 'list') node[key] = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

// ---- the server ----
function post(path, body, type) {
  return fetch(path, { method: 'POST', body, headers: type ? { 'Content-Type': type } : {}, cache: 'no-store' });
}
async function ask(path, body, type) {
  let reply;
  try { reply = await post(path, body, type); } catch { throw new Error('lost'); }
  if (reply.status === 413) throw new Error('manyKept');
  if (reply.status === 404) throw new Error('gone');
  if (!reply.ok) throw new Error('lost');
  return reply.json();
}

// ---- files come ----
function add(list) {
  for (const file of list) {
    const entry = { key: ++serial, file, name: file.name, reply: null, trial: null, failure: null, open: null, changes: new Map(), tab: null };
    files.push(entry);
    expected++;
    if (/^(~\$|\.~lock\.)/.test(file.name)) { entry.failure = 'owner'; finished(entry); continue; }
    if (file.size > UPLOAD_BYTES) { entry.failure = 'bigger'; finished(entry); continue; }
    queue.push(entry);
  }
  status();
  pump();
}
function pump() {
  while (running < AT_ONCE && queue.length) {
    const entry = queue.shift();
    running++;
    upload(entry).finally(() => { running--; finished(entry); pump(); });
  }
}
async function upload(entry) {
  try {
    let bytes;
    try { bytes = await entry.file.arrayBuffer(); } catch { throw new Error('folder'); }
    entry.reply = await ask(`api/fill?page=${PAGE}&name=${encodeURIComponent(entry.name)}`, bytes, 'application/octet-stream');
    entry.name = entry.reply.file;
  } catch (error) { entry.failure = error.message in WORDS.zh ? error.message : 'lost'; }
  entry.file = null;
}
function finished(entry) {
  done++;
  const at = files.indexOf(entry);
  if (at >= 0) {
    const next = files.slice(at + 1).map((f) => f.node).find(Boolean);
    $('list').insertBefore(draw(entry), next || null);
  }
  status();
}
const people = (entry) => (entry.reply ? entry.reply.view.explained.people : []);
const isBad = (entry) => !entry.reply || !entry.reply.view.filled || people(entry).some((p) => !p.fillable) ||
  entry.reply.view.explained.problems.some((p) => p.severity !== 'notice');
function status() {
  $('bar').hidden = expected === 0;
  $('progress').max = Math.max(expected, 1);
  $('progress').value = done;
  const ready = done === expected;
  $('progress').hidden = ready;
  $('status').textContent = ready ? t('done', files.length, files.filter(isBad).length) : t('step', done, expected);
  $('all').hidden = !ready || !files.some((f) => f.reply && f.reply.view.filled);
  $('all').href = `zip?page=${PAGE}&lang=${lang}`;
  overview();
}

// ---- drawing ----
// One line a person, where there are several files; the names lead to the details below.
function overview() {
  const ready = done === expected && files.length > 1;
  $('overview').hidden = !ready;
  if (!ready) { $('people').replaceChildren(); return; }
  const body = el('tbody');
  const line = (entry, person) => body.append(el('tr', {},
    el('th', { scope: 'row' }, el('a', { href: `#f${entry.key}`, textContent: person ? person.name || t('noPerson') : entry.name, onclick: () => { if (entry.node) entry.node.querySelector('details')?.setAttribute('open', ''); } })),
    el('td', { class: 'num' }, person && person.total ? fmt(person.total.score) : el('span', { class: 'tag bad', textContent: t('notFilled') })),
    el('td', { textContent: (person && person.grade) || '' }), el('td', { class: 'month', textContent: (person && person.month) || '' }),
    el('td', { class: 'file', textContent: entry.name })));
  for (const entry of files) {
    const list = people(entry);
    if (list.length) list.forEach((person) => line(entry, person)); else line(entry, null);
  }
  $('people').replaceChildren(el('table', { class: 'items' }, el('thead', {}, el('tr', {},
    el('th', { scope: 'col', textContent: t('person') }), el('th', { scope: 'col', class: 'num', textContent: t('total') }),
    el('th', { scope: 'col', textContent: t('grade') }), el('th', { scope: 'col', textContent: t('month') }),
    el('th', { scope: 'col', textContent: t('file') }))), body));
}
function draw(entry) {
  const old = entry.node;
  const bad = isBad(entry);
  const title = el('h2', { id: `f${entry.key}`, textContent: entry.name });
  const node = el('article', { class: bad ? 'bad' : 'good', 'aria-labelledby': title.id });
  const filled = entry.reply && entry.reply.view.filled;
  node.append(el('div', { class: 'top' }, title, el('div', { class: 'actions' },
    filled ? el('a', { class: 'button', href: `file?id=${entry.reply.id}`, textContent: t('download'), 'aria-label': `${t('download')} ${entry.name}` }) : null,
    el('button', { type: 'button', class: 'plain', textContent: t('remove'), 'aria-label': `${t('remove')} ${entry.name}`, onclick: () => remove(entry) }))));
  if (entry.failure) {
    node.append(el('ul', { class: 'problems' }, el('li', { class: 'error' }, el('span', { class: 'kind', textContent: t('error') }), t(entry.failure))));
  }
  if (entry.reply) {
    const view = entry.reply.view;
    if (!filled && view.explained.people.length) node.append(el('p', {}, el('span', { class: 'tag bad', textContent: t('noForm') })));
    if (entry.took) node.append(el('p', {}, el('span', { class: 'tag try', textContent: t('taken') })));
    node.append(problems(view.explained.problems));
    entry.banner = el('div', { class: 'slot' });
    node.append(entry.banner);
    view.explained.people.forEach((person, index) => node.append(personBox(entry, index)));
    if (view.sheets.length) node.append(sheetsBox(entry));
    banner(entry);
  }
  entry.node = node;
  if (old && old.parentNode) old.replaceWith(node);
  return node;
}
function now(entry) { return entry.trial || entry.reply.view; }
function isOpen(entry, key) {
  entry.open = entry.open || {};
  return key in entry.open ? entry.open[key] : expected === 1;
}
function box(entry, key, summary, fill) {
  const body = el('div');
  const node = el('details', { open: isOpen(entry, key) }, summary, body);
  let drawn = false;
  const show = () => { if (node.open && !drawn) { drawn = true; fill(body); } };
  node.addEventListener('toggle', () => { entry.open[key] = node.open; show(); });
  show();
  return node;
}
function head(entry, index) {
  const base = entry.reply.view.explained.people[index];
  const person = now(entry).explained.people[index] || base;
  const summary = el('summary', {}, el('span', { class: 'person', textContent: person.name || t('noPerson') }));
  if (person.month) summary.append(el('span', { class: 'month', textContent: person.month }));
  if (person.total) {
    summary.append(el('span', { class: 'total', textContent: `${fmt(person.total.score)} / ${fmt(person.total.points)}` }));
    const delta = change(person.total.score, base.total && base.total.score);
    if (delta) summary.append(delta, ' ');
    if (person.grade) summary.append(el('span', { class: 'tag', textContent: person.grade }), ' ');
  } else summary.append(el('span', { class: 'tag bad', textContent: t('notFilled') }), ' ');
  const count = person.problems.filter((p) => p.severity !== 'notice').length;
  if (count) summary.append(el('span', { class: 'tag bad', textContent: `${t('error')} ${count}` }));
  if (entry.trial) summary.append(el('span', { class: 'tag try', textContent: t('trying').split(/[：:]/)[0] }));
  return summary;
}
function change(score, before) {
  if (before === undefined || before === null || Math.abs(score - before) < 1e-9) return null;
  return el('span', { class: 'delta', textContent: `${score > before ? '▲ +' : '▼ −'}${fmt(Math.abs(score - before))}` });
}
function personBox(entry, index) {
  const parts = {};
  entry.parts = entry.parts || [];
  entry.parts[index] = parts;
  const node = box(entry, `p${index}`, (parts.head = head(entry, index)), (body) => {
    parts.results = results(entry, index);
    body.append(parts.results, nextBox(entry, index), trialBox(entry, index));
  });
  return node;
}
function results(entry, index) {
  const base = entry.reply.view.explained.people[index];
  const person = now(entry).explained.people[index] || base;
  const node = el('div', {}, problems(person.problems));
  const body = el('tbody');
  const line = (name, points, score, before, working, extra) => body.append(el('tr', { class: extra },
    el('th', { scope: 'row', textContent: name }),
    el('td', { class: 'num points', textContent: fmt(points) }),
    el('td', { class: 'num score' }, fmt(score), change(score, before) ? ' ' : '', change(score, before)),
    el('td', { class: 'working' }, ...working)));
  person.items.forEach((item, i) => {
    const before = base.items[i] && base.items[i].score;
    line(item.name, item.points, item.score, before, [both(item.working), el('span', { class: 'readings', textContent: both(item.readings) })]);
  });
  if (person.fillable) line(t('sum'), person.sum.points, person.sum.score, base.sum && base.sum.score, [''], 'sum');
  person.ratings.forEach((rating, i) => {
    const marks = rating.marks.map((m) => `${m.name} ${fmt(m.mark)}${m.raters ? ` (${m.raters} ${t('raters')})` : ''}`);
    const before = base.ratings[i] && base.ratings[i].score;
    line(rating.name, rating.weight, rating.score, before, [`${marks.join(lang === 'zh' ? '，' : ', ')}; ${fmt(rating.sum)} / ${fmt(rating.full)} × ${fmt(rating.weight)}`]);
  });
  if (person.total) {
    line(t('total'), person.total.points, person.total.score, base.total && base.total.score, [person.grade ? `${t('grade')} ${person.grade}` : ''], 'sum');
  }
  if (body.childNodes.length) {
    node.append(el('div', { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': `${t('working')} ${person.name || ''}` }, el('table', { class: 'items' }, el('thead', {}, el('tr', {},
      el('th', { scope: 'col', textContent: t('item') }), el('th', { scope: 'col', class: 'num', textContent: t('points') }),
      el('th', { scope: 'col', class: 'num', textContent: t('score') }), el('th', { scope: 'col', textContent: t('working') }))), body)));
  }
  if (person.fines.length) {
    node.append(el('p', { textContent: `${t('fines')}: ${person.fines.map((f) => `${f.name} ${fmt(f.yuan)}`).join(', ')}` }));
  }
  return node;
}
function problems(list) {
  const order = { error: 0, unfinished: 1, notice: 2 };
  const sorted = [...list].sort((a, b) => order[a.severity] - order[b.severity]);
  if (!sorted.length) return '';
  return el('ul', { class: 'problems', 'aria-label': t('problems') }, ...sorted.map((p) => {
    const where = [p.sheet ? t('sheetOf', p.sheet) : '', p.cell || ''].filter(Boolean).join(' ');
    return el('li', { class: p.severity }, el('span', { class: 'kind', textContent: t(p.severity) }), both(p.what),
      where ? el('span', { class: 'where', textContent: ` ${where}` }) : null,
      p.hint ? el('div', { textContent: t('todo') + both(p.hint) }) : null);
  }));
}

// ---- what it would take ----
// Asked for only where somebody looks; one answer serves all people of a workbook.
function nextOf(entry) {
  const changes = JSON.stringify([...entry.changes.values()]);
  if (!entry.next || entry.next.changes !== changes || entry.next.id !== entry.reply) {
    entry.next = { changes, id: entry.reply, answer: ask(`api/next?id=${entry.reply.id}`, changes, 'application/json') };
    entry.next.answer.catch(() => { entry.next = null; });
  }
  return entry.next.answer;
}
function amount(step, value) {
  if (step.kind === 'rate') return `${fmt(Math.round(value * 1e4) / 100)} %`;
  if (step.kind === 'date') return new Date(Math.round((value - 25569) * 864e5)).toISOString().slice(0, 10);
  return fmt(Math.round(value * 100) / 100);
}
function nextBox(entry, index) {
  const list = entry.reply.view.figures[index] || [];
  if (!entry.reply.view.explained.people[index].items.length) return '';
  return box(entry, `n${index}`, el('summary', { textContent: t('next') }), (body) => {
    const place = el('div', { role: 'status', textContent: t('busy') });
    body.append(el('p', { class: 'quiet', textContent: t('nextHint') }), place);
    const show = async () => {
      let person;
      try { person = (await nextOf(entry)).view.people[index]; } catch { place.textContent = ''; return; }
      const items = person ? person.items.filter((item) => item.next && item.next.length) : [];
      place.replaceChildren(items.length ? el('dl', { class: 'next' }, ...items.flatMap((item) => nextItem(entry, list, item))) : t('nextNone'));
    };
    entry.parts[index].next = show;
    show();
  });
}
function nextItem(entry, figures, item) {
  const lines = item.next.map((step) => {
    const figure = figures.find((f) => f.name === step.metric);
    const unit = step.kind === 'rate' || step.kind === 'date' ? '' : ` ${step.unit}`;
    const from = `${step.metric} ${amount(step, step.now)}`;
    if (step.to === null) return el('dd', { class: 'quiet' }, `${from}${unit}: ${t('alone')}`);
    const gain = Math.round((step.score - item.score) * 1e6) / 1e6;
    return el('dd', {}, `${from} → `, el('b', { textContent: `${amount(step, step.to)}${unit}` }),
      ` ${t('becomes', fmt(item.score), fmt(step.score))} `, el('span', { class: 'delta', textContent: `▲ +${fmt(gain)}` }), ' ',
      figure && figure.cells.length === 1 ? el('button', { type: 'button', class: 'small', textContent: t('tryIt'), 'aria-label': `${t('tryIt')}: ${step.metric} ${amount(step, step.to)}`, onclick: () => tryValue(entry, figure.cells[0], step.to) }) : null);
  });
  return [el('dt', {}, item.name, el('span', { class: 'quiet', textContent: ` ${fmt(item.score)} / ${fmt(item.points)}` })), ...lines];
}
function tryValue(entry, cell, value) {
  const key = JSON.stringify([cell.sheet, cell.cell]);
  if (value === cell.value) entry.changes.delete(key);
  else entry.changes.set(key, { sheet: cell.sheet, cell: cell.cell, value });
  tryOut(entry).then(() => { draw(entry); const back = entry.node.querySelector('.banner .back'); if (back) back.focus(); });
}

// ---- trials ----
function trialBox(entry, index) {
  const list = entry.reply.view.figures[index] || [];
  if (!list.length) return '';
  return box(entry, `t${index}`, el('summary', { textContent: t('figures') }), (body) => {
    const grid = el('div', { class: 'trial' });
    // Raters' marks are many: each rating's are folded, unless one was changed.
    const folds = new Map();
    const placeOf = (figure) => {
      if (!figure.rating) return grid;
      if (!folds.has(figure.rating)) {
        const own = list.filter((f) => f.rating === figure.rating).flatMap((f) => f.cells);
        const inner = el('div', { class: 'trial' });
        const key = `r${index} ${figure.rating}`;
        const changed = own.some((cell) => entry.changes.has(JSON.stringify([cell.sheet, cell.cell])));
        const fold = el('details', { class: 'raters', open: entry.open[key] ?? changed },
          el('summary', {}, figure.rating, el('span', { class: 'quiet', textContent: ` ${own.length}` })), inner);
        fold.addEventListener('toggle', () => { entry.open[key] = fold.open; });
        folds.set(figure.rating, { fold, inner });
      }
      return folds.get(figure.rating).inner;
    };
    list.forEach((figure) => {
      const many = figure.cells.length > 1;
      const inputs = figure.cells.map((cell) => {
        const key = JSON.stringify([cell.sheet, cell.cell]);
        const shown = (v) => (v === null || v === undefined ? '' : fmt(figure.rate ? v * 100 : v));
        const changed = entry.changes.get(key);
        const label = `${figure.name} ${cell.sheet} ${cell.cell}${figure.rate ? ' %' : ''}`;
        const input = el('input', {
          type: 'text', inputMode: 'decimal', autocomplete: 'off', class: many ? 'several' : '',
          value: shown(changed ? changed.value : cell.value), 'aria-label': label,
          title: `${cell.sheet} ${cell.cell}${cell.formula ? ` – ${t('formula')}` : ''}`,
        });
        if (changed) input.classList.add('changed');
        input.addEventListener('input', () => {
          const number = Number(input.value.replace(/[，,%％\s]/g, ''));
          const given = input.value.trim() !== '' && Number.isFinite(number);
          input.setAttribute('aria-invalid', String(!given && input.value.trim() !== ''));
          if (!given || input.value.trim() === shown(cell.value)) entry.changes.delete(key);
          else entry.changes.set(key, { sheet: cell.sheet, cell: cell.cell, value: figure.rate ? Number((number / 100).toPrecision(15)) : number });
          input.classList.toggle('changed', entry.changes.has(key));
          clearTimeout(entry.timer);
          entry.timer = setTimeout(() => tryOut(entry), 200);
        });
        return input;
      });
      const unit = figure.rate ? '%' : figure.unit;
      placeOf(figure).append(el('div', { class: 'figure' }, el('span', { textContent: figure.rating ? figure.name.slice(figure.rating.length + 3) : figure.name }),
        el('span', { class: 'inputs' }, ...inputs, unit ? el('span', { class: 'quiet', textContent: unit }) : null)));
    });
    body.append(el('p', { class: 'quiet', textContent: t('figuresHint') }), grid, ...[...folds.values()].map(({ fold }) => fold));
  });
}
async function tryOut(entry) {
  const turn = (entry.turn = (entry.turn || 0) + 1);
  if (!entry.changes.size) { entry.trial = null; refresh(entry); return; }
  try {
    const reply = await ask(`api/try?id=${entry.reply.id}`, JSON.stringify([...entry.changes.values()]), 'application/json');
    if (turn !== entry.turn) return;
    entry.trial = reply.view;
    if (!reply.view.explained.people.length) entry.trial.explained.people = [];
  } catch (error) { if (turn === entry.turn) { entry.trial = null; entry.failure = error.message; draw(entry); } return; }
  refresh(entry);
}
// What follows the numbers is drawn anew; the inputs stay, so that the caret does.
function refresh(entry) {
  entry.parts.forEach((parts, index) => {
    const summary = head(entry, index);
    parts.head.replaceChildren(...summary.childNodes);
    if (parts.next) parts.next();
    if (parts.results) { const fresh = results(entry, index); parts.results.replaceWith(fresh); parts.results = fresh; }
  });
  if (entry.redraw) entry.redraw();
  banner(entry);
}
function banner(entry) {
  if (!entry.banner) return;
  if (!entry.trial) { entry.banner.replaceChildren(); return; }
  const whole = entry.trial.explained.problems.filter((p) => p.severity !== 'notice');
  const totals = entry.trial.explained.people.filter((p) => p.total).map((p) => `${p.name || ''} ${fmt(p.total.score)}`);
  if (!entry.banner.firstChild) {
    entry.banner.append(el('div', { class: 'banner' }, el('div', { role: 'status', 'aria-live': 'polite' }), el('div', { class: 'actions' },
      el('button', { type: 'button', class: 'plain back', textContent: t('back'), onclick: () => { entry.changes.clear(); entry.trial = null; draw(entry); focusOn(entry); } }),
      el('button', { type: 'button', class: 'take', textContent: t('take'), onclick: () => takeOver(entry) }))));
  }
  entry.banner.querySelector('[role=status]').replaceChildren(`${t('trying')} ${totals.length <= 3 ? totals.join('; ') : ''}`, problems(whole));
}
async function takeOver(entry) {
  clearTimeout(entry.timer);
  entry.turn = (entry.turn || 0) + 1;
  try {
    entry.reply = await ask(`api/take?id=${entry.reply.id}`, JSON.stringify([...entry.changes.values()]), 'application/json');
    entry.changes.clear();
    entry.trial = null;
    entry.took = true;
  } catch (error) { entry.failure = error.message; }
  draw(entry);
  focusOn(entry);
  status();
}
function focusOn(entry) { const first = entry.node.querySelector('a, button'); if (first) first.focus(); }

// ---- the workbook drawn ----
function sheetsBox(entry) {
  return box(entry, 's', el('summary', { textContent: t('sheets') }), (body) => {
    const tabs = el('div', { class: 'tabs', role: 'tablist', 'aria-label': t('sheets') });
    const panel = el('div', { role: 'tabpanel', id: `s${entry.key}` });
    const legend = el('ul', { class: 'legend' }, ...['filled', 'changed', 'error', 'notice'].map((k) => el('li', {}, el('i', { class: k, 'aria-hidden': 'true' }), t(`${k}Cell`))));
    const pick = (index, focus) => {
      entry.tab = index;
      [...tabs.children].forEach((b, i) => { b.setAttribute('aria-selected', String(i === index)); b.tabIndex = i === index ? 0 : -1; if (focus && i === index) b.focus(); });
      panel.setAttribute('aria-labelledby', `s${entry.key}t${index}`);
      panel.replaceChildren(sheet(now(entry).sheets[index] || entry.reply.view.sheets[index]));
    };
    const list = entry.reply.view.sheets;
    list.forEach((one, index) => tabs.append(el('button', {
      type: 'button', role: 'tab', id: `s${entry.key}t${index}`, 'aria-controls': panel.id, textContent: one.name, onclick: () => pick(index),
      onkeydown: (e) => { const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key]; if (step) { e.preventDefault(); pick((index + step + list.length) % list.length, true); } },
    })));
    const first = people(entry).length ? list.findIndex((s) => s.name === people(entry)[0].sheet) : 0;
    entry.redraw = () => pick(entry.tab ?? Math.max(first, 0));
    entry.redraw();
    body.append(tabs, legend, panel);
  });
}
function letters(n) { let out = ''; for (n += 1; n > 0; n = Math.floor((n - 1) / 26)) out = String.fromCharCode(65 + ((n - 1) % 26)) + out; return out; }
function sheet(data) {
  const table = el('table', { 'aria-label': t('sheetOf', data.name) });
  const group = el('colgroup', {}, el('col'));
  group.firstChild.style.width = '30px';
  let all = 30;
  data.widths.forEach((w) => { const px = Math.round(w * 7 + 5); all += px; const col = el('col'); col.style.width = `${px}px`; group.append(col); });
  table.style.width = `${all}px`;
  table.append(group, el('thead', {}, el('tr', {}, el('th', { textContent: '' , 'aria-hidden': 'true'}), ...data.widths.map((_, i) => el('th', { scope: 'col', textContent: letters(i) })))));
  const body = el('tbody');
  data.rows.forEach((row, index) => {
    const line = el('tr', {}, el('th', { scope: 'row', textContent: String(index + 1) }));
    row.forEach((cell) => {
      const look = cell.s === undefined ? {} : data.styles[cell.s] || {};
      const td = el('td', { textContent: cell.t || '', class: [look.line ? 'line' : '', look.wrap ? 'wrap' : '', cell.n && !look.h ? 'n' : ''].filter(Boolean).join(' ') });
      if (cell.rows > 1) td.rowSpan = cell.rows;
      if (cell.cols > 1) td.colSpan = cell.cols;
      if (cell.mark) { td.dataset.mark = cell.mark; td.title = `${letters(cell.c)}${index + 1} ${t(`${cell.mark}Cell`)}`; }
      if (look.b) td.style.fontWeight = '700';
      if (look.i) td.style.fontStyle = 'italic';
      if (look.size && look.size !== 11) td.style.fontSize = `${Math.min(look.size, 30) * 1.2}px`;
      if (look.ink) td.style.color = look.ink;
      if (look.fill) td.style.backgroundColor = look.fill;
      if (look.h) td.style.textAlign = look.h;
      if (look.v) td.style.verticalAlign = look.v;
      line.append(td);
    });
    body.append(line);
  });
  table.append(body);
  return el('div', {}, data.cut ? el('p', { class: 'quiet', textContent: t('cut') }) : null,
    el('div', { class: 'sheet', tabIndex: 0, role: 'region', 'aria-label': t('sheetOf', data.name) }, table));
}

// ---- the rest ----
function remove(entry) {
  if (entry.reply && entry.reply.id !== null) post(`api/forget?id=${entry.reply.id}`).catch(() => {});
  const at = files.indexOf(entry);
  if (at >= 0) files.splice(at, 1);
  entry.node.remove();
  done--; expected--;
  status();
  const next = files[Math.min(at, files.length - 1)];
  if (next && next.node) focusOn(next); else $('files').focus();
}
function setLang(next) {
  lang = next;
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  document.title = lang === 'zh' ? '考核 kaohe' : 'kaohe – assessment workbooks';
  document.querySelectorAll('[data-t]').forEach((n) => { n.textContent = t(n.dataset.t); });
  document.querySelectorAll('[data-lang]').forEach((n) => n.setAttribute('aria-pressed', String(n.dataset.lang === lang)));
  files.filter((f) => f.node).forEach(draw);
  status();
}
function dropped(event) {
  event.preventDefault();
  document.body.classList.remove('over');
  if (!event.dataTransfer) return;
  const entries = [...event.dataTransfer.items].map((i) => (i.webkitGetAsEntry ? i.webkitGetAsEntry() : null)).filter(Boolean);
  if (entries.some((e) => e.isDirectory)) Promise.all(entries.map(inside)).then((found) => add(found.flat()));
  else if (event.dataTransfer.files.length) add(event.dataTransfer.files);
}
// The workbooks in a dropped folder and its folders; owner files and the like are passed over.
async function inside(entry) {
  if (entry.isFile) {
    const file = await new Promise((good) => { entry.file(good, () => good(null)); });
    return file ? [file] : [];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((good) => { reader.readEntries(good, () => good([])); });
    if (!some.length) break;
    found.push(...some.filter((e) => e.isDirectory || (!/^[~.]/.test(e.name) && /\.(xlsx|xlsm|xls|et|xlsb|ods)$/i.test(e.name))));
  }
  return (await Promise.all(found.map(inside))).flat();
}
let depth = 0;
const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
addEventListener('dragenter', (e) => { if (carries(e)) { e.preventDefault(); depth++; document.body.classList.add('over'); } });
addEventListener('dragover', (e) => { if (carries(e)) e.preventDefault(); });
addEventListener('dragleave', () => { depth = Math.max(0, depth - 1); if (!depth) document.body.classList.remove('over'); });
addEventListener('drop', (e) => { depth = 0; dropped(e); });
addEventListener('pagehide', () => { fetch(`api/close?page=${PAGE}`, { method: 'POST', keepalive: true }).catch(() => {}); });
setInterval(() => { post('api/alive').catch(() => {}); }, 30000);
document.querySelectorAll('[data-lang]').forEach((b) => b.addEventListener('click', () => setLang(b.dataset.lang)));
$('files').addEventListener('change', (e) => { add(e.target.files); e.target.value = ''; });
$('clear').addEventListener('click', () => {
  post(`api/close?page=${PAGE}`).catch(() => {});
  queue.length = 0; files.length = 0; done = 0; expected = 0;
  $('list').replaceChildren();
  status();
  $('files').focus();
});
setLang(lang);
