// Decides what stands around the graph: the way to the zoomed frame, what is filtered, the frame at hand, notes.
const crumbs = make("nav", { className: "crumbs", "aria-label": "Zoomed to" });
const atHand = make("div", { className: "hand" });
const live = make("div", { className: "unseen", "aria-live": "polite" });
const notes = make("p", { className: "notes" });

const zoomKey = (name) => ({ main: "zoom", callers: "up", callees: "down" })[name];

function zoomTo(name, node) {
  Object.assign(cursor, { tree: name, node });
  go({ [zoomKey(name)]: node });
}

function chip(text, onclick) {
  return make("button", { type: "button", className: "chip", title: `Without: ${text}`, onclick }, `${text} ×`);
}

function chips() {
  const all = state.hide.map((fn) => chip(`hidden: ${names[fn]}`, () => regrow({ hide: state.hide.filter((one) => one !== fn) })));
  if (state.focus >= 0) all.unshift(chip(`focus: ${names[state.focus]}`, () => regrow({ focus: -1 })));
  if (state.sandwich >= 0) all.unshift(chip(`sandwich: ${names[state.sandwich]}`, () => regrow({ sandwich: -1 })));
  return all;
}

function showCrumbs() {
  const name = state.sandwich < 0 ? "main" : "callees", tree = view.trees[name];
  const path = [];
  for (let node = view.panels.at(-1).zoom; node >= 0; node = tree.parent[node]) path.unshift(node);
  const shown = path.length > 6 ? [path[0], -1, ...path.slice(-4)] : path;
  const crumb = (node) => (node < 0 ? make("span", {}, `… ${path.length - 5} more`)
    : make("button", { type: "button", title: nameOf(tree, node), onclick: () => zoomTo(name, node) }, labelOf(tree, node)));
  crumbs.replaceChildren(...chips(), make("ol", {}, ...shown.map((node) => make("li", {}, crumb(node)))));
}

const functionAtHand = () => view.trees[cursor.tree].fn[cursor.node];

const ACTIONS = {
  sandwich: (fn) => regrow({ sandwich: fn }),
  focus: (fn) => regrow({ focus: fn }),
  hide: (fn) => regrow({ hide: [...new Set([...state.hide, fn])], sandwich: state.sandwich === fn ? -1 : state.sandwich }),
};

function act(name) {
  if (functionAtHand() >= 0) ACTIONS[name](functionAtHand());
}

function showAtHand() {
  const tree = view.trees[cursor.tree];
  const actions = [button("Zoom", "Enter", () => zoomTo(cursor.tree, cursor.node)),
    button("Sandwich", "Callers above, callees below (s)", () => act("sandwich")),
    button("Focus", "Only stacks through it (f)", () => act("focus")), button("Hide", "Give its part to its callers (h)", () => act("hide")),
    button("Copy name", "", () => copy(nameOf(tree, cursor.node)))];
  for (const one of actions.slice(1, 4)) one.disabled = functionAtHand() < 0;
  atHand.replaceChildren(...factList(tree, cursor.node), make("span", { className: "actions" }, ...actions));
}

function showNotes() {
  const drawn = new Set(view.panels.flatMap((one) => one.boxes.map((box) => `${one.name}${box.node}`))).size;
  const said = [`${count(drawn)} of ${count(view.panels.reduce((sum, one) => Math.max(sum, one.tree.fn.length), 0))} frames drawn; those narrower than half a pixel are not.`];
  if (data.pruned) {
    const values = weights(raw, state.width === "side" ? "change" : state.width);
    const rest = raw.fn.reduce((sum, fn, node) => sum + (fn === SMALLER ? values[node] : 0), 0);
    said.push(`${count(data.pruned.frames)} frames below ${+(100 * data.pruned.below).toFixed(4)}% were pruned: ` +
      `${amount(rest)}${perUnit()}, ${percent(rest, values[0])}, shown as “smaller frames”.`);
  }
  notes.textContent = said.join(" ");
}
