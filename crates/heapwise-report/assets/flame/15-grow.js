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
    for (let at = to; at; at = at.parent) at.weight += importance(this.source, from);
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
    const order = this.preorder(isHeaviestFirst), tree = { source: this.source, takes, memo: new Map() };
    for (const key of ["fn", "depth", "inlined", "leftOut"]) tree[key] = order.map((grown) => grown[key]);
    tree.taken = this.taken.map(([from, to]) => [from, to.node]);
    tree.one = order.map(({ seen, first }) => (takes === "flat" && seen === 1 ? tree.source.one[first] : -1));
    return withLinks(tree);
  }
}
