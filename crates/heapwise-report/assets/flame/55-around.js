// Decides what stands around the graph: the way to the zoomed frame, what is filtered, the frame at hand, notes.
const crumbs = make("nav", { className: "crumbs", ariaLabel: "Zoomed to" });
const hand = make("div", { className: "hand" });
const live = make("div", { className: "unseen", ariaLive: "polite" });
const notes = make("p", { className: "notes" });

/** In a sandwich, the function of the frame gets between its own callers and callees. */
function zoomTo(name, node) {
  select(name, node);
  if (name === "main") go({ zoom: node });
  else act("sandwich");
}

function chips() {
  const chip = (label, fn, change) => button(`${label}: ${names[fn]} ×`, "Without this", () => regrow(change), "chip");
  const single = ["sandwich", "focus"].filter((key) => state[key] >= 0).map((key) => chip(key, state[key], { [key]: -1 }));
  return [...single, ...state.hide.map((fn) => chip("hidden", fn, { hide: state.hide.filter((one) => one !== fn) }))];
}

function showCrumbs() {
  const { name, tree, zoom } = view.panels.at(-1), path = [];
  for (let node = zoom; node >= 0; node = tree.parent[node]) path.unshift(node);
  const crumb = (node) => button(nameOf(tree, node, shortNames), nameOf(tree, node), () => zoomTo(name, node));
  const items = path.map((node, k) => (k === 0 || k > path.length - 5 ? crumb(node) : k === 1 ? `… ${path.length - 5} more` : null));
  crumbs.replaceChildren(...chips(), make("ol", {}, ...items.filter(Boolean).map((item) => make("li", {}, item))));
}

const ACTIONS = {
  sandwich: (fn) => regrow({ sandwich: fn }),
  focus: (fn) => regrow({ focus: fn }),
  hide: (fn) => regrow({ hide: [...state.hide, fn], sandwich: state.sandwich === fn ? -1 : state.sandwich }),
};
const functionAtHand = () => view.trees[cursor.tree].fn[cursor.node];
const act = (name) => functionAtHand() >= 0 && ACTIONS[name](functionAtHand());

function showHand() {
  const actions = [["Sandwich", "Callers above, callees below (s)"], ["Focus", "Only stacks through it (f)"], ["Hide", "Gives its part to its callers (h)"]]
    .map(([text, title]) => button(text, title, () => act(text.toLowerCase())));
  for (const one of actions) one.disabled = functionAtHand() < 0;
  const zoom = button("Zoom", "Enter", () => zoomTo(cursor.tree, cursor.node));
  hand.replaceChildren(...factList(view.trees[cursor.tree], cursor.node), make("span", { className: "actions" }, zoom, ...actions));
}

function prunedText({ frames, below }) {
  const values = weights(raw, state.width === "side" ? "change" : state.width);
  const rest = raw.fn.reduce((sum, fn, node) => sum + (fn === SMALLER ? values[node] : 0), 0);
  return ` ${count(frames)} frames below ${asPercent(below)} were pruned: ${amount(rest)}, ${percent(rest, values[0])}, shown as “smaller frames”.`;
}

function showNotes() {
  const sum = (sizeOf) => count(view.panels.reduce((all, one) => all + sizeOf(one), 0));
  notes.textContent = `${sum(({ boxes }) => boxes.length)} of ${sum(({ tree }) => tree.fn.length)} frames drawn: ` +
    `what is under half a pixel wide is not.${data.pruned ? prunedText(data.pruned) : ""}`;
}
