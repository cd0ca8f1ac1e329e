// Decides the order of things: first the graph, then what can wait; and what is drawn again when.
const canvas = make("canvas", { tabIndex: 0, role: "application", "aria-roledescription": "flame graph",
  "aria-label": "Flame graph: arrows move, Enter zooms, ? lists all keys, the same as text is below" });
const sheet = make("div", { className: "sheet" }, canvas);
const stage = make("div", { className: "stage" }, sheet);
const timings = { draw: 0, zoom: 0 };
let view = null;
let shownAt = "";

function fit() {
  const span = Math.max(100, stage.clientWidth);
  const trees = currentTrees();
  view = { trees, span, ...layout(trees, span) };
  view.height += 2;
  view.window = isPrinting ? Math.min(view.height, 1600) : Math.min(view.height, Math.max(260, Math.round(innerHeight * 0.72)));
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(span * ratio), height: Math.round(view.window * ratio) });
  canvas.style.width = `${span}px`;
  canvas.style.height = stage.style.height = `${view.window}px`;
  sheet.style.height = `${view.height}px`;
}

/** The root, or the function of a sandwich, is in sight when a view opens. */
function scrollToStart() {
  const { sandwich, flip, width } = state;
  const now = `${sandwich} ${flip} ${width}`;
  if (now === shownAt) return;
  shownAt = now;
  if (sandwich >= 0) stage.scrollTop = view.panels[1].top - view.window / 2;
  else stage.scrollTop = flip ? view.height : 0;
}

function keepCursor() {
  if (!view.trees[cursor.tree] || cursor.node >= view.trees[cursor.tree].fn.length) {
    const last = view.panels.at(-1);
    Object.assign(cursor, { tree: last.name, node: last.zoom });
  }
}

function render() {
  const start = performance.now();
  updateFound();
  hideTip();
  fit();
  keepCursor();
  scrollToStart();
  draw();
  timings.draw = timings.zoom = performance.now() - start;
  for (const sync of syncs) sync();
  for (const show of [showCrumbs, showAtHand, showNotes, showLegend, showText]) show();
}

function rectOf(name, node) {
  const one = view.panels.find((each) => each.name === name && each.boxes.some((box) => box.node === node));
  if (!one) return null;
  const box = one.boxes.find((each) => each.node === node), edge = canvas.getBoundingClientRect();
  return { x: edge.left + box.x, y: edge.top + box.y - stage.scrollTop, width: box.w, height: ROW };
}

function print(isOn) {
  isPrinting = isOn;
  render();
}

function start() {
  document.getElementById("flame").replaceChildren(toolbar(), crumbs, stage, atHand, legend, notes, asText, live, tip, help);
  restore(location.hash);
  render();
  requestAnimationFrame(() => {
    document.documentElement.dataset.paint = performance.now().toFixed(1);
    document.documentElement.dataset.ready = "1";
  });
  listenToPointer();
  stage.addEventListener("scroll", draw);
  addEventListener("keydown", onKey);
  new ResizeObserver(() => stage.clientWidth !== view.span && render()).observe(stage);
  addEventListener("resize", render);
  dark.addEventListener("change", render);
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  for (const table of document.querySelectorAll("#tables table.data")) equip(table);
}

window.heapwise = { state, cursor, timings, data, raw, go, adjust, regrow, back, select: (node) => select(state.sandwich < 0 ? "main" : "callees", node),
  zoom: zoomTo, search: (text) => adjust({ search: text }), sum: searchSum, cum, flat, weights, verdict, colourOf, facts, nameOf, markdown, rectOf,
  view: () => view };
start();
