// Decides where frames are: panels of boxes, without those too narrow to see.
const ROW = 19, GAP = 10, LABEL = 20, LEAST = 0.5;

/** Boxes of the frames from `zoom` down, and of its ancestors in full width; y counts rows. */
function boxesOf(tree, width, zoom, { x, span, unit, skipRoot = false }) {
  const sizes = weights(tree, width), boxes = [];
  const add = (node, left, size) => boxes.push({ node, x: left, w: size, row: tree.depth[node] - (skipRoot ? 1 : 0) });
  for (let node = tree.parent[zoom]; node >= (skipRoot ? 1 : 0); node = tree.parent[node]) add(node, x, span);
  const scale = span / (zoom === 0 && unit ? unit : sizes[zoom]);
  if (!(sizes[zoom] > 0) || !Number.isFinite(scale)) return boxes;
  const next = [];
  next[tree.depth[zoom]] = x;
  for (let node = zoom; node < tree.end[zoom];) {
    const depth = tree.depth[node], left = next[depth], size = Math.max(0, sizes[node]) * scale;
    next[depth] = left + size;
    next[depth + 1] = left;
    const isSeen = size >= LEAST;
    if (isSeen && !(skipRoot && node === 0)) add(node, left, size);
    node = isSeen ? node + 1 : tree.end[node];
  }
  return boxes;
}

function panel(name, tree, width, zoom, place) {
  const node = zoom < tree.fn.length ? zoom : 0;
  const boxes = boxesOf(tree, width, node, place);
  const rows = boxes.reduce((most, box) => Math.max(most, box.row + 1), 0);
  return { name, tree, width, zoom: node, boxes, rows, top: 0, flip: false, label: "", ...place };
}

function place(one, top) {
  one.top = top + (one.label ? LABEL : 0);
  for (const box of one.boxes) box.y = one.top + (one.flip ? one.rows - 1 - box.row : box.row) * ROW;
  return one.top + one.rows * ROW;
}

function sandwichPanels(trees, span) {
  const width = state.width === "side" ? "after" : state.width;
  const up = panel("callers", trees.callers, width, state.up, { x: 0, span, skipRoot: true });
  const down = panel("callees", trees.callees, width, state.down, { x: 0, span });
  up.flip = true;
  up.label = up.rows ? "callers" : "no callers";
  return { panels: [up, down], height: place(down, place(up, 0)) };
}

/** before | change | after; the sides to one scale, so that growth is seen. Below each other where it is narrow. */
function sidePanels(tree, span) {
  const isNarrow = span < 640;
  const each = isNarrow ? span : (span - 2 * GAP) / 3;
  const most = Math.max(weights(tree, "before")[0], weights(tree, "after")[0]);
  let height = 0, below = 0;
  const panels = ["before", "change", "after"].map((width, k) => {
    const unit = width === "change" ? 0 : most;
    const one = panel("main", tree, width, state.zoom, { x: isNarrow ? 0 : k * (each + GAP), span: each, unit });
    one.label = `${width === "change" ? "increases and decreases" : width}: ${amount(weights(tree, width)[one.zoom])}${perUnit()}`;
    return one;
  });
  const rows = Math.max(...panels.map((one) => one.rows));
  for (const one of panels) {
    Object.assign(one, { flip: state.flip, rows: isNarrow ? one.rows : rows });
    height = Math.max(height, place(one, below));
    if (isNarrow) below = height + GAP;
  }
  return { panels, height };
}

function layout(trees, span) {
  if (state.sandwich >= 0) return sandwichPanels(trees, span);
  if (state.width === "side") return sidePanels(trees.main, span);
  const one = panel("main", trees.main, state.width, state.zoom, { x: 0, span });
  one.flip = state.flip;
  return { panels: [one], height: place(one, 0) };
}
