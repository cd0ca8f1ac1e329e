// Decides what tree is shown: all of it, or what focus, hiding, grouping and the sandwich make of it.

/** Builds a tree from frames of another, merging those of one function under one parent. */
class Grower {
  constructor(source, rootFunction) {
    Object.assign(this, { source, fn: [rootFunction], inlined: [0], parent: [-1], leftOut: [0], first: [0], seen: [1] });
    Object.assign(this, { weight: [0], known: new Map(), from: [], to: [] });
  }

  child(parent, node) {
    const fn = this.source.fn[node];
    const key = parent * (names.length + 3) + fn + 2;
    let at = this.known.get(key);
    if (at === undefined) {
      at = this.fn.length;
      this.known.set(key, at);
      for (const [list, value] of [[this.fn, fn], [this.inlined, 1], [this.parent, parent], [this.leftOut, 0],
        [this.first, node], [this.seen, 0], [this.weight, 0]]) list.push(value);
    }
    return this.again(at, node);
  }

  again(at, node) {
    this.seen[at] += 1;
    this.inlined[at] &= this.source.inlined[node];
    this.leftOut[at] += this.source.leftOut[node];
    return at;
  }

  above(node, fn) {
    while (node > 0 && this.fn[node] !== fn) node = this.parent[node];
    return node > 0 ? node : -1;
  }

  take(from, to) {
    this.from.push(from);
    this.to.push(to);
  }

  /** The frames in preorder, the heaviest child first if so asked. */
  finish({ takes = "flat", heaviestFirst = false } = {}) {
    const order = this.preorder(heaviestFirst);
    const place = new Int32Array(order.length);
    order.forEach((old, node) => { place[old] = node; });
    const pick = (list) => Array.from(order, (old) => list[old]);
    const tree = { fn: pick(this.fn), inlined: pick(this.inlined), leftOut: pick(this.leftOut), takes, memo: new Map() };
    tree.parent = Int32Array.from(order, (old) => (old ? place[this.parent[old]] : -1));
    Object.assign(tree, { source: this.source, from: this.from, to: this.to.map((old) => place[old]) });
    measure(tree);
    judgeable(tree, pick(this.seen), pick(this.first));
    return tree;
  }

  preorder(heaviestFirst) {
    const children = this.fn.map(() => []);
    for (let node = 1; node < this.fn.length; node++) children[this.parent[node]].push(node);
    if (heaviestFirst) for (const list of children) list.sort((a, b) => this.weight[b] - this.weight[a] || a - b);
    const order = [], open = [0];
    while (open.length) {
      const node = open.pop();
      order.push(node);
      for (const child of children[node].reverse()) open.push(child);
    }
    return order;
  }
}

function measure(tree) {
  const size = tree.fn.length;
  tree.depth = new Int32Array(size);
  tree.end = new Int32Array(size);
  for (let node = 1; node < size; node++) tree.depth[node] = tree.depth[tree.parent[node]] + 1;
  for (let node = size - 1; node >= 0; node--) {
    tree.end[node] = Math.max(tree.end[node], node + 1);
    if (node) tree.end[tree.parent[node]] = Math.max(tree.end[tree.parent[node]], tree.end[node]);
  }
}

/** Intervals and verdicts are known only of frames that stand for exactly one of the data's. */
function judgeable(tree, seen, first) {
  tree.mass = new Float64Array(tree.fn.length);
  tree.from.forEach((from, k) => { tree.mass[tree.to[k]] += tree.source.mass[from]; });
  const whole = upwards(tree, tree.mass.slice());
  const known = (node) => (tree.takes === "flat" && seen[node] === 1 ? tree.source.one[first[node]] : -1);
  const isWhole = (one, node) => one >= 0 && raw.end[one] - one === whole[node];
  tree.one = Int32Array.from(tree.fn, (_, node) => (isWhole(known(node), node) ? known(node) : -1));
  tree.flatOne = tree.one.map((one, node) => (tree.mass[node] === 1 ? one : -1));
}

function upwards(tree, values) {
  for (let node = values.length - 1; node > 0; node--) values[tree.parent[node]] += values[node];
  return values;
}

/** Which frames stand in a stack through the function, and which of them are below it. */
function throughFunction(tree, fn) {
  const below = new Uint8Array(tree.fn.length).fill(fn < 0 ? 1 : 0);
  for (let node = 1; node < below.length; node++) below[node] |= tree.fn[node] === fn || below[tree.parent[node]];
  const on = below.slice();
  for (let node = on.length - 1; node > 0; node--) on[tree.parent[node]] |= on[node];
  return { below, on };
}

/** Stacks through `focus` only, without the frames of `hide`, each function once a stack if grouped. */
function filtered(tree, { focus, hide, group }) {
  const grower = new Grower(tree, -1);
  const hidden = new Set(hide);
  const { below, on } = throughFunction(tree, focus);
  const at = new Int32Array(tree.fn.length);
  for (let node = 0; node < at.length; node++) {
    if (node && on[node]) at[node] = landing(grower, node, at[tree.parent[node]], hidden, group);
    if (below[node]) grower.take(node, at[node]);
  }
  return grower.finish();
}

function landing(grower, node, under, hidden, group) {
  const fn = grower.source.fn[node];
  if (hidden.has(fn)) return under;
  const above = group && fn >= 0 ? grower.above(under, fn) : -1;
  return above < 0 ? grower.child(under, node) : grower.again(above, node);
}

/** A function within itself is counted once: only its outermost frames. */
function outermost(tree, fn) {
  const found = [];
  for (let node = 1; node < tree.fn.length;) {
    if (tree.fn[node] === fn) found.push(node);
    node = tree.fn[node] === fn ? tree.end[node] : node + 1;
  }
  return found;
}

function callees(tree, fn) {
  const grower = new Grower(tree, fn);
  const at = new Int32Array(tree.fn.length);
  const roots = outermost(tree, fn);
  for (const root of roots) {
    for (let node = root; node < tree.end[root]; node++) {
      if (node > root) at[node] = grower.child(at[tree.parent[node]], node);
      grower.weight[at[node]] += importance(tree, node);
      grower.take(node, at[node]);
    }
  }
  grower.seen[0] = roots.length;
  grower.first[0] = roots[0] || 0;
  return grower.finish({ heaviestFirst: true });
}

function callers(tree, fn) {
  const grower = new Grower(tree, fn);
  for (const root of outermost(tree, fn)) {
    let at = 0;
    for (let node = tree.parent[root]; node > 0; node = tree.parent[node]) {
      at = grower.child(at, node);
      grower.weight[at] += importance(tree, root);
    }
    grower.take(root, at);
  }
  return grower.finish({ takes: "cum", heaviestFirst: true });
}

let lastMain = { key: "[-1,[],false]", tree: raw };
let lastSandwich = {};

/** The trees of the view, made anew only when what they hang on changed. */
function currentTrees() {
  const key = JSON.stringify([state.focus, state.hide, state.group]);
  if (key !== lastMain.key) lastMain = { key, tree: key === "[-1,[],false]" ? raw : filtered(raw, state) };
  const main = lastMain.tree;
  if (state.sandwich < 0) return { main };
  if (lastSandwich.main !== main || lastSandwich.fn !== state.sandwich) {
    lastSandwich = { main, fn: state.sandwich, callees: callees(main, state.sandwich), callers: callers(main, state.sandwich) };
  }
  return { main, callees: lastSandwich.callees, callers: lastSandwich.callers };
}
