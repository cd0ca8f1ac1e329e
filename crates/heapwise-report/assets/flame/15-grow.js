// Decides how a tree is made from another: frames of one function under one parent become one.

class Grower {
  constructor(source, fn) {
    Object.assign(this, { source, root: this.sprout(fn, null), taken: [] });
  }

  sprout(fn, parent) {
    return { fn, parent, kids: new Map(), inlined: 1, leftOut: 0, first: -1, seen: 0, weight: 0 };
  }

  child(parent, node) {
    const fn = this.source.fn[node];
    if (!parent.kids.has(fn)) parent.kids.set(fn, this.sprout(fn, parent));
    return this.meet(parent.kids.get(fn), node);
  }

  meet(grown, node) {
    if (grown.seen++ === 0) grown.first = node;
    grown.inlined &= this.source.inlined[node];
    grown.leftOut += this.source.leftOut[node];
    return grown;
  }

  /** What a frame of the source weighs is added to one that grew. */
  take(from, to) {
    this.taken.push([from, to]);
    to.weight += importance(this.source, from);
  }

  preorder(isHeaviestFirst) {
    const order = [], open = [this.root];
    while (open.length) {
      const grown = open.pop(), kids = [...grown.kids.values()];
      grown.node = order.push(grown) - 1;
      grown.depth = grown.parent ? grown.parent.depth + 1 : 0;
      if (isHeaviestFirst) kids.sort((a, b) => b.weight - a.weight);
      open.push(...kids.reverse());
    }
    return order;
  }

  /** The tree; each frame has the `takes` ("flat" or "cum") of the frames it took. */
  finish(takes, isHeaviestFirst) {
    if (isHeaviestFirst) for (const { parent, weight } of this.preorder().reverse()) if (parent) parent.weight += weight;
    const order = this.preorder(isHeaviestFirst);
    const list = (key) => order.map((grown) => grown[key]);
    const taken = this.taken.map(([from, to]) => [from, to.node]);
    const tree = withLinks({ source: this.source, takes, taken, memo: new Map(), fn: list("fn"), depth: list("depth"),
      inlined: list("inlined"), leftOut: list("leftOut") });
    return judgeable(tree, order);
  }
}

/** Intervals and verdicts are known only of frames that stand for exactly one of the data's. */
function judgeable(tree, order) {
  tree.mass = gathered(tree, tree.source.mass);
  const whole = upwards(tree, tree.mass.slice());
  tree.one = order.map(({ seen, first }, node) => {
    const one = tree.takes === "flat" && seen === 1 ? tree.source.one[first] : -1;
    return one >= 0 && raw.end[one] - one === whole[node] ? one : -1;
  });
  tree.flatOne = tree.one.map((one, node) => (tree.mass[node] === 1 ? one : -1));
  return tree;
}
