// Decides what a frame weighs: cumulative and flat values, and the width under each choice.

function remembered(tree, what, make) {
  const key = `${what} ${state.type} ${state.per}`;
  if (!tree.memo.has(key)) tree.memo.set(key, make());
  return tree.memo.get(key);
}

/** The data's own numbers of a side, for each operation if so chosen. */
function given(side) {
  const values = data.values[state.type][side];
  if (!values || !state.per) return values;
  return remembered(raw, `given ${side}`, () => values.map((value) => value / data.per[side]));
}

function cum(tree, side) {
  if (tree === raw) return given(side);
  return remembered(tree, `cum ${side}`, () => flat(tree, side) && upwards(tree, flat(tree, side).slice()));
}

function flat(tree, side) {
  return remembered(tree, `flat ${side}`, () => {
    const from = tree === raw || tree.takes === "cum" ? cum(tree.source || raw, side) : flat(tree.source, side);
    return from && (tree === raw ? withoutChildren(from) : gathered(tree, from));
  });
}

function withoutChildren(total) {
  const out = Float64Array.from(total);
  for (let node = 1; node < out.length; node++) out[raw.parent[node]] -= total[node];
  // What is left of sums of fractions is no value.
  return out.map((value, node) => (Math.abs(value) <= 1e-9 * Math.abs(total[node]) ? 0 : value));
}

function gathered(tree, from) {
  const out = new Float64Array(tree.fn.length);
  tree.from.forEach((node, k) => { out[tree.to[k]] += from[node]; });
  return out;
}

/** Orders siblings of merged trees, whatever sample type is shown. */
function importance(tree, node) {
  if (!isDiff) return cum(tree, "cum")[node];
  return Math.abs(cum(tree, "before")[node]) + Math.abs(cum(tree, "after")[node]);
}

/** What the widths of a tree are: a side, the sum of increases and decreases, or what vanished. */
function weights(tree, width) {
  if (!isDiff || width === "before" || width === "after") return cum(tree, width);
  return remembered(tree, `width ${width}`, () => {
    const before = flat(tree, "before"), after = flat(tree, "after");
    const changed = (old, node) => Math.abs(after[node] - old);
    const vanished = (old, node) => (after[node] === 0 ? Math.max(old, 0) : 0);
    return upwards(tree, before.map(width === "gone" ? vanished : changed));
  });
}

const mainSide = () => (isDiff ? (state.width === "before" || state.width === "gone" ? "before" : "after") : "cum");
const total = () => cum(raw, mainSide())[0];

/** What is sure of a frame's change at the chosen confidence. */
function verdict(tree, node) {
  const one = tree.one[node], values = data.values[state.type];
  const q = one < 0 || !values.q ? null : values.q[one];
  if (q === null) return "unjudged";
  const part = (side) => values[side][one] / (data.per ? data.per[side] : 1);
  const before = part("before"), after = part("after");
  if (before === after) return "same";
  if (q > 1 - state.confidence) return "noise";
  if (Math.abs(after - before) < data.min_change * before) return "small";
  const shown = cum(tree, "after")[node] - cum(tree, "before")[node];
  if (shown * (after - before) < 0) return "opposite";
  return before === 0 ? "new" : after === 0 ? "gone" : after > before ? "more" : "less";
}

const isSure = (word) => word === "more" || word === "less" || word === "new" || word === "gone";
