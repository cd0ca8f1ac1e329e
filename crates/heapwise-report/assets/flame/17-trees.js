// Decides what tree is shown: all of it, or what focus, hiding, grouping and the sandwich make of it.

/** Which frames have the function above or at them, and which have it anywhere in their stacks. */
function through(tree, fn) {
  const below = new Uint8Array(tree.fn.length).fill(fn < 0);
  for (let node = 1; node < below.length; node++) below[node] |= tree.fn[node] === fn || below[tree.parent[node]];
  const on = below.slice();
  for (let node = on.length - 1; node > 0; node--) on[tree.parent[node]] |= on[node];
  return { below, on };
}

/** Stacks through `focus` only, without the frames of `hide`, each function once a stack if grouped. */
function filtered(tree, { focus, hide, group }) {
  const grower = new Grower(tree, -1), hidden = new Set(hide);
  const { below, on } = through(tree, focus);
  const at = [grower.meet(grower.root, 0)];
  for (let node = 0; node < tree.fn.length; node++) {
    if (node && on[node]) at[node] = landing(grower, node, at[tree.parent[node]], hidden, group);
    if (below[node]) grower.take(node, at[node]);
  }
  return grower.finish("flat", false);
}

function landing(grower, node, under, hidden, group) {
  const fn = grower.source.fn[node];
  if (hidden.has(fn)) return under;
  let above = group && fn >= 0 ? under : null;
  while (above && above.fn !== fn) above = above.parent;
  return above ? grower.meet(above, node) : grower.child(under, node);
}

/** A function within itself is counted once: only its outermost frames. */
function outermost(tree, fn) {
  const found = [];
  for (let node = 1; node < tree.fn.length; node = tree.fn[node] === fn ? tree.end[node] : node + 1) {
    if (tree.fn[node] === fn) found.push(node);
  }
  return found;
}

function callees(tree, fn) {
  const grower = new Grower(tree, fn), at = [];
  for (const top of outermost(tree, fn)) {
    for (let node = top; node < tree.end[top]; node++) {
      at[node] = node > top ? grower.child(at[tree.parent[node]], node) : grower.meet(grower.root, node);
      grower.take(node, at[node]);
    }
  }
  return grower.finish("flat", true);
}

function callers(tree, fn) {
  const grower = new Grower(tree, fn);
  for (const top of outermost(tree, fn)) {
    let at = grower.root;
    for (let node = tree.parent[top]; node > 0; node = tree.parent[node]) at = grower.child(at, node);
    grower.take(top, at);
  }
  return grower.finish("cum", true);
}

function currentTrees() {
  const { focus, hide, group, sandwich } = state, isAll = focus < 0 && !hide.length && !group;
  const main = isAll ? raw : remembered(raw, JSON.stringify([focus, hide, group]), () => filtered(raw, state));
  if (sandwich < 0) return { main };
  const side = (grow) => remembered(main, grow.name + sandwich, () => grow(main, sandwich));
  return { main, callers: side(callers), callees: side(callees) };
}
