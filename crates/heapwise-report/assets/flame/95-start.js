// Decides the order of things: first the graph, then what can wait; and what is drawn again when.
const canvas = make("canvas", { tabIndex: 0, role: "application", ariaRoleDescription: "flame graph",
  ariaLabel: "Flame graph: arrows move, Enter zooms, ? lists all keys; the same as text is below" });
const sheet = make("div", { className: "sheet" }, canvas);
const stage = make("div", { className: "stage" }, sheet);
const timings = { zoom: 0 };
let view = null, shownAt = "";

function fit() {
  const span = Math.max(100, stage.clientWidth), trees = currentTrees(), ratio = devicePixelRatio || 1;
  view = { trees, span, ...layout(trees, span) };
  view.window = Math.min(view.height + 2, isPrinting ? 1600 : Math.max(260, Math.round(innerHeight * 0.72)));
  const width = Math.round(span * ratio), height = Math.round(view.window * ratio);
  // Even the same size again would make the browser drop the bitmap.
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.style.width = `${span}px`;
  canvas.style.height = stage.style.height = `${view.window}px`;
  sheet.style.height = `${view.height + 2}px`;
}

/** The root, or the function of a sandwich, is in sight when a view opens. */
function scrollToStart() {
  const now = [state.sandwich, state.flip, state.width, isDiff()].join();
  if (now === shownAt) return;
  shownAt = now;
  stage.scrollTop = state.sandwich >= 0 ? view.panels[1].top - view.window / 2 : state.flip ? view.height : 0;
}

function keepCursor() {
  const { name, zoom } = view.panels.at(-1);
  if (!(cursor.node < view.trees[cursor.tree]?.fn.length)) Object.assign(cursor, { tree: name, node: zoom });
}

function render() {
  const start = performance.now();
  hovered = null;
  tip.hidden = true;
  updateFound();
  fit();
  keepCursor();
  scrollToStart();
  draw();
  timings.zoom = performance.now() - start;
  for (const show of [...syncs, showCrumbs, showHand, showNotes, showLegend, showText]) show();
}

function listen() {
  listenToPointer();
  addEventListener("keydown", onKey);
  for (const event of ["scroll", "focusin", "focusout"]) stage.addEventListener(event, draw);
  new ResizeObserver(() => stage.clientWidth !== view.span && render()).observe(stage);
  addEventListener("resize", render);
  dark.addEventListener("change", render);
  for (const event of ["beforeprint", "afterprint"]) {
    addEventListener(event, () => {
      isPrinting = event === "beforeprint";
      render();
    });
  }
}

document.getElementById("flame").replaceChildren(toolbar(), crumbs, stage, hand, legend, notes, asText, live, tip, help);
restore(location.hash);
requestAnimationFrame(() => { document.documentElement.dataset.paint = performance.now().toFixed(1); });
listen();
window.heapwise = { state, cursor, timings, raw, go, adjust, regrow, cum, weights, verdict, colourOf, nameOf, markdown,
  scrubber, heats, pick,
  zoom: zoomTo, sum: searchSum, search: (text) => adjust({ search: text }), view: () => view,
  select: (node) => select(view.panels.at(-1).name, node) };
