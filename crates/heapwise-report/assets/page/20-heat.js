// Decides what a heat map can do: tell the number under the mouse or the keys, and pick a moment or two for the graph.
const SVG = "http://www.w3.org/2000/svg";
/** What a heat map asks of the graph, if there is one: to show a moment, or what changed since another. */
const scrubber = { pick: null, now: () => ({ moment: -1, since: -1 }), when: (moment) => `moment ${moment + 1}`, amount: String };
const heats = [];

function heatOf(svg) {
  const rows = [...svg.querySelectorAll("g[data-values]")].map((row) => ({ name: row.dataset.name, values: row.dataset.values.split(",").map(Number) }));
  const { edges, top, row } = svg.dataset;
  return { svg, rows, edges: edges.split(",").map(Number), top: Number(top), high: Number(row), row: 0, moment: rows[0].values.length - 1 };
}

/** The cell at a point of the page. */
function cellAt(heat, event) {
  const { left, top, width } = heat.svg.getBoundingClientRect(), scale = heat.svg.viewBox.baseVal.width / width;
  const x = (event.clientX - left) * scale, y = (event.clientY - top) * scale;
  const moment = heat.edges.findLastIndex((edge) => x >= edge), row = Math.floor((y - heat.top) / heat.high);
  return moment >= 0 && moment < heat.edges.length - 1 && heat.rows[row] ? { moment, row } : null;
}

function heatText({ rows, row, moment }) {
  const { name, values } = rows[row], { since } = scrubber.now(), value = scrubber.amount(values[moment]);
  const range = since >= 0 ? ` (${scrubber.amount(values[since])} at ${scrubber.when(since)})` : "";
  return `${scrubber.when(moment)}: ${value}${range}, ${name}`;
}

function box(className, x, y, width, height) {
  const rect = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ class: className, x, y, width: Math.max(1, width), height })) rect.setAttribute(key, value);
  return rect;
}

/** Marks the moments that the graph shows and the cell at hand, and tells of it. */
function markHeat(heat) {
  const { svg, rows, edges, top, high, row, moment } = heat, { moment: shown, since } = scrubber.now(), marks = heat.marks;
  const column = (className, at) => box(className, edges[at], top - 2, edges[at + 1] - edges[at], rows.length * high + 2);
  marks.replaceChildren(...(since >= 0 ? [column("since", since)] : []), ...(shown >= 0 ? [column("shown", shown)] : []),
    box("cell", edges[moment], top + row * high - 1, edges[moment + 1] - edges[moment], high));
  heat.said.textContent = heatText(heat);
  svg.ariaValueNow = moment + 1;
  svg.ariaValueText = heatText(heat);
}

function pickMoment(heat, moment, isRange) {
  const { moment: shown } = scrubber.now();
  heat.moment = Math.max(0, Math.min(moment, heat.edges.length - 2));
  heat.anchor = isRange ? heat.anchor ?? shown : heat.moment;
  scrubber.pick?.({ since: isRange ? heat.anchor : -1, moment: heat.moment });
  markHeat(heat);
}

function heatKey(heat, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { moment, row, rows, edges } = heat, isRange = event.shiftKey;
  const keys = {
    ArrowLeft: () => pickMoment(heat, moment - 1, isRange), ArrowRight: () => pickMoment(heat, moment + 1, isRange),
    Home: () => pickMoment(heat, 0, isRange), End: () => pickMoment(heat, edges.length - 2, isRange),
    ArrowUp: () => { heat.row = Math.max(0, row - 1); }, ArrowDown: () => { heat.row = Math.min(rows.length - 1, row + 1); },
    Escape: () => pickMoment(heat, moment, false),
  };
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
  markHeat(heat);
}

function equipHeat(svg) {
  const heat = Object.assign(heatOf(svg), { marks: document.createElementNS(SVG, "g"), said: make("output", { className: "said" }) });
  heats.push(heat);
  for (const title of svg.querySelectorAll("title")) title.remove();
  svg.append(heat.marks);
  svg.tabIndex = 0;
  Object.assign(svg, { role: "slider", ariaValueMin: 1, ariaValueMax: heat.edges.length - 1 });
  const keys = scrubber.pick ? "Click for the graph of a moment, Shift-click or drag for what changed; arrow keys do the same. " : "";
  svg.after(make("p", { className: "notes" }, keys, heat.said));
  let from = -1;
  const look = (event) => {
    const cell = cellAt(heat, event);
    if (!cell) return;
    Object.assign(heat, cell);
    if (from >= 0 && cell.moment !== from) scrubber.pick?.({ since: from, moment: cell.moment });
    markHeat(heat);
  };
  svg.addEventListener("pointermove", look);
  svg.addEventListener("pointerdown", (event) => {
    const cell = cellAt(heat, event);
    if (!cell) return;
    heat.row = cell.row;
    pickMoment(heat, cell.moment, event.shiftKey);
    from = event.shiftKey ? -1 : cell.moment;
  });
  addEventListener("pointerup", () => { from = -1; });
  svg.addEventListener("keydown", (event) => heatKey(heat, event));
  markHeat(heat);
}
