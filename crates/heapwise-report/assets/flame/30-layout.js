// Decides where frames are: panels of boxes, without those too narrow to see.
const ROW = 19, GAP = 10, LABEL = 20, LEAST = 0.5;

/** Boxes of a panel's frames from its zoom down, and of the ancestors in full width; rows count from its first. */
function boxesOf({ tree, width, zoom, x, span, unit, above = 0 }) {
  const sizes = weights(tree, width), boxes = [], next = [];
  const add = (node, left, w) => tree.depth[node] >= above && boxes.push({ node, x: left, w, row: tree.depth[node] - above, y: 0 });
  for (let node = tree.parent[zoom]; node >= 0; node = tree.parent[node]) add(node, x, span);
  const scale = span / ((zoom === 0 && unit) || sizes[zoom]);
  next[tree.depth[zoom]] = x;
  for (let node = zoom; sizes[zoom] > 0 && node < tree.end[zoom];) {
    const depth = tree.depth[node], left = next[depth], w = Math.max(0, sizes[node]) * scale;
    next[depth] = left + w;
    next[depth + 1] = left;
    if (w >= LEAST) add(node, left, w);
    node = w >= LEAST ? node + 1 : tree.end[node];
  }
  return boxes;
}

function panel(name, tree, zoom, place) {
  const one = { name, tree, width: shownWidth(), zoom: zoom < tree.fn.length ? zoom : 0, x: 0, flip: false, label: "", ...place };
  one.boxes = boxesOf(one);
  one.rows = one.boxes.reduce((most, box) => Math.max(most, box.row + 1), 0);
  return one;
}

/** Gives boxes their y; returns where the panel ends. */
function stack(one, top) {
  one.top = top + (one.label ? LABEL : 0);
  for (const box of one.boxes) box.y = one.top + (one.flip ? one.rows - 1 - box.row : box.row) * ROW;
  return one.top + one.rows * ROW;
}

function sandwichPanels(trees, span) {
  const width = shownWidth() === "side" ? "after" : shownWidth();
  const up = panel("callers", trees.callers, 0, { width, span, above: 1, flip: true, label: "callers" });
  const down = panel("callees", trees.callees, 0, { width, span });
  if (!up.rows) up.label = "no callers";
  return { panels: [up, down], height: stack(down, stack(up, 0)) };
}

/** before | change | after; both sides to one scale, so that growth is seen. Below each other where it is narrow. */
function sidePanels(tree, span) {
  const isNarrow = span < 640, each = isNarrow ? span : (span - 2 * GAP) / 3;
  const most = Math.max(weights(tree, "before")[0], weights(tree, "after")[0]);
  const panels = ["before", "change", "after"].map((width, k) => {
    const x = isNarrow ? 0 : k * (each + GAP), unit = width === "change" ? 0 : most;
    const one = panel("main", tree, state.zoom, { width, x, span: each, unit, flip: state.flip });
    one.label = `${width}: ${amount((width === "change" ? weights : cum)(tree, width)[one.zoom])}`;
    return one;
  });
  const rows = Math.max(...panels.map((one) => one.rows));
  const ends = [0];
  for (const one of panels) {
    if (!isNarrow) one.rows = rows;
    ends.push(stack(one, isNarrow ? ends.at(-1) : 0));
  }
  return { panels, height: ends.at(-1) };
}

function layout(trees, span) {
  if (state.sandwich >= 0) return sandwichPanels(trees, span);
  if (shownWidth() === "side") return sidePanels(trees.main, span);
  const one = panel("main", trees.main, state.zoom, { span, flip: state.flip });
  return { panels: [one], height: stack(one, 0) };
}
