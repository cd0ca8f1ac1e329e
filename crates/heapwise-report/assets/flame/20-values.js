// Decides what a frame weighs: cumulative and flat values, and the width under each choice.

/** What a tree remembers at most: a series has more moments than memory. */
const MOST_MEMORIES = 300;

function remembered(tree, what, make) {
  const key = `${what} ${state.type} ${state.per} ${state.moment} ${state.since}`;
  if (tree.memo.size > MOST_MEMORIES) tree.memo.clear();
  if (!tree.memo.has(key)) tree.memo.set(key, make());
  return tree.memo.get(key);
}

/** The sum below and at each frame of a side; the data's own where that is the tree. */
function cum(tree, side) {
  return remembered(tree, `cum ${side}`, () => {
    if (tree !== raw) return flat(tree, side) && upwards(tree, flat(tree, side).slice());
    const given = judgedBy()[side];
    return given && state.per ? given.map((value) => value / data.per[side]) : given;
  });
}

function flat(tree, side) {
  return remembered(tree, `flat ${side}`, () => {
    if (tree === raw) return cum(raw, side) && withoutChildren(cum(raw, side));
    const from = (tree.takes === "cum" ? cum : flat)(tree.source, side);
    return from && gathered(tree, from);
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
  for (const [node, to] of tree.taken) out[to] += from[node];
  return out;
}

function upwards(tree, values) {
  for (let node = values.length - 1; node > 0; node--) values[tree.parent[node]] += values[node];
  return values;
}

const sides = () => (isDiff() ? ["before", "after"] : ["cum"]);

/** Orders siblings of merged trees. */
const importance = (tree, node) => sides().reduce((sum, side) => sum + Math.abs(flat(tree, side)[node]), 0);

/** How many frames of the data have less than nothing of their own on a side, and what that adds up to. */
function belowZero(side) {
  return remembered(raw, `below ${side}`, () => {
    const below = [...flat(raw, side)].filter((value) => value < 0);
    return { frames: below.length, sum: below.reduce((sum, value) => sum + value, 0) };
  });
}

/** What the widths of a tree are: a side, the sum of increases and decreases, or what vanished. */
function weights(tree, width) {
  if (width === "change" || width === "gone") return remembered(tree, width, () => changes(tree, width));
  return belowZero(width).frames ? remembered(tree, `size ${width}`, () => unsigned(tree, width)) : cum(tree, width);
}

function changes(tree, width) {
  const after = flat(tree, "after");
  const changed = (before, node) => Math.abs(after[node] - before);
  const vanished = (before, node) => (after[node] === 0 ? Math.abs(before) : 0);
  return upwards(tree, flat(tree, "before").map(width === "gone" ? vanished : changed));
}

/** Nothing is less wide than nothing: what is below zero counts without its sign, so that no frame is wider than its parent. */
function unsigned(tree, side) {
  const own = tree.takes === "cum" ? gathered(tree, weights(tree.source, side)) : flat(tree, side).map(Math.abs);
  return upwards(tree, own);
}

const shownSide = () => (!isDiff() ? "cum" : state.width === "before" || state.width === "gone" ? "before" : "after");
/** What shares are of: of one profile what there was before filters, as the tables have it. */
const whole = (side) => type().whole ?? weights(raw, side)[0];
const total = () => whole(shownSide());

/** The frame of the data whose intervals and verdict hold for a frame: it stands for one, and weighs the same. */
function sameAs(tree, node, sum = cum) {
  const one = tree.one[node];
  const isSame = (side) => Math.abs(sum(tree, side)[node] - sum(raw, side)[one]) <= 1e-9 * Math.abs(cum(raw, side)[one]);
  return one >= 0 && (isDiff() ? ["before", "after"] : ["cum"]).every(isSame) ? one : -1;
}

/** What is sure of a frame's change at the chosen confidence; judged for equal work where that is known. */
function verdict(tree, node) {
  const one = sameAs(tree, node), q = judgedBy().q?.[one] ?? null;
  if (q === null) return "unjudged";
  const part = (side) => judgedBy()[side][one] / (data.per ? data.per[side] : 1);
  const before = part("before"), after = part("after");
  if (before === after) return "same";
  if (q > 1 - state.confidence || share(tree, node) * (after - before) < 0) return "noise";
  if (Math.abs(after - before) < (data.min_change ?? 0) * before) return "small";
  return before === 0 ? "new" : after === 0 ? "gone" : after > before ? "more" : "less";
}

const isSure = (word) => ["more", "less", "new", "gone"].includes(word);
