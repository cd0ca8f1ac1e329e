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
  const items = path.map(crumb), most = 5;
  if (items.length > most + 1) items.splice(1, items.length - most, `… ${items.length - most} more`);
  crumbs.replaceChildren(...chips(), make("ol", {}, ...items.map((item) => make("li", {}, item))));
}

const ACTIONS = {
  sandwich: "Callers above, callees below (s)", focus: "Only stacks through it (f)", hide: "Gives its part to its callers (h)",
};
const functionAtHand = () => view.trees[cursor.tree].fn[cursor.node];

/** What the function at hand can be made: the middle of a sandwich, the focus, or hidden. */
function act(name) {
  const fn = functionAtHand(), isHide = name === "hide";
  if (fn < 0) return;
  const leaves = isHide && state.sandwich === fn ? { sandwich: -1 } : {};
  regrow({ [name]: isHide ? [...state.hide, fn] : fn, ...leaves });
}

/** To the frame that what this one lost went to, or that what it gained came from. */
function goMoved() {
  const other = isDiff() ? movedTo(sameAs(view.trees[cursor.tree], cursor.node)) : -1;
  if (other <= 0) return;
  if (view.trees.main !== raw) regrow({ sandwich: -1, focus: -1, hide: [], group: false });
  const isGone = !(weights(raw, shownWidth())[other] > 0);
  go({ zoom: 0, ...(isGone ? { width: "change" } : {}) });
  select("main", other);
}

function showHand() {
  const actions = Object.entries(ACTIONS).map(([name, title]) => button(name, title, () => act(name)));
  for (const one of actions) one.disabled = functionAtHand() < 0;
  const other = isDiff() ? movedTo(sameAs(view.trees[cursor.tree], cursor.node)) : -1;
  if (other > 0) actions.unshift(button("moved", `To ${nameOf(raw, other)} (m)`, goMoved));
  const zoom = button("zoom", "Enter", () => zoomTo(cursor.tree, cursor.node));
  hand.replaceChildren(...factList(view.trees[cursor.tree], cursor.node), make("span", { className: "actions" }, zoom, ...actions));
}

function prunedText({ frames, below, most }) {
  const values = weights(raw, shownWidth() === "side" ? "change" : shownWidth());
  const samples = isDiff() ? null : cum(raw, "sampled"), sampled = (of) => raw.fn.reduce((sum, fn, node) => sum + (of(fn) ? samples[node] : 0), 0);
  const counted = samples && samples[0] ? `, ${count(sampled((fn) => fn === SMALLER))} of ${count(samples[0])} samples` : "";
  const rest = raw.fn.reduce((sum, fn, node) => sum + (fn === SMALLER ? values[node] : 0), 0);
  const size = `${amount(rest)}, ${percent(rest, values[0])}`, noun = frames === 1 ? "frame" : "frames";
  const which = most ? `${noun} other than the ${count(most)} largest` : `${noun} below ${asPercent(below)}`;
  return `${count(frames)} ${which} ${frames === 1 ? "was" : "were"} pruned: ${size}${counted}, shown as “smaller frames”. `;
}

/** What is below zero, which no width can show. */
function belowText() {
  const found = sides().map(belowZero).filter(({ frames }) => frames);
  const parts = found.map(({ frames, sum }) => `${amount(sum)} of ${count(frames)} ${frames === 1 ? "frame" : "frames"}`);
  return parts.length ? `Below zero: ${parts.join(" and ")}; frames are as wide as what they add up to without signs. ` : "";
}

/** More are judged more strictly: the table may be sure where the graph is grey. */
function judgedText() {
  const { frames, sites } = data.judged ?? {};
  return frames ? `Each frame is judged among ${count(frames)} frames, each row of the table among ${sites}: a frame may be grey whose row is sure. ` : "";
}

function showNotes() {
  const sum = (sizeOf) => count(view.panels.reduce((all, one) => all + sizeOf(one), 0));
  notes.textContent = `${momentText()}${sum(({ boxes }) => boxes.length)} of ${sum(({ tree }) => tree.fn.length)} frames drawn: ` +
    `what is under half a pixel wide is not. ` +
    (data.pruned ? prunedText(data.pruned) : "") + belowText() + judgedText();
}
