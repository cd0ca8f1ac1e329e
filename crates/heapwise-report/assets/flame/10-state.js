// Decides what a view is, and how it is written behind the # of the address.
const START = {
  type: data.type, zoom: 0, up: 0, down: 0, sandwich: -1, focus: -1, hide: [], group: false, flip: false,
  search: "", width: isDiff ? "after" : "cum", per: Boolean(data.per), confidence: data.confidence, safe: false,
};
const WIDTHS = ["after", "before", "change", "gone", "side"];
const state = { ...START };
const cursor = { tree: "main", node: 0 };
const trail = [];

function fragment() {
  const parts = new URLSearchParams();
  for (const key of Object.keys(START)) {
    if (String(state[key]) !== String(START[key])) parts.set(key, String(state[key]));
  }
  return parts.toString();
}

/** A number of the address, when it is one of those that are there. */
function bounded(text, least, size) {
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value < size ? value : null;
}

const READ = {
  type: (text) => bounded(text, 0, data.types.length),
  zoom: (text) => bounded(text, 0, Infinity),
  up: (text) => bounded(text, 0, Infinity),
  down: (text) => bounded(text, 0, Infinity),
  sandwich: (text) => bounded(text, 0, names.length),
  focus: (text) => bounded(text, 0, names.length),
  hide: (text) => text.split(",").map((one) => bounded(one || "x", 0, names.length)).filter((fn) => fn !== null),
  group: (text) => text === "true",
  flip: (text) => text === "true",
  safe: (text) => text === "true",
  per: (text) => Boolean(data.per) && text === "true",
  search: (text) => text,
  width: (text) => (isDiff && WIDTHS.includes(text) ? text : null),
  confidence: (text) => (Number(text) > 0 && Number(text) < 1 ? Number(text) : null),
};

function restore(text) {
  const parts = new URLSearchParams(text.replace(/^#/, ""));
  for (const key of Object.keys(START)) {
    const read = parts.has(key) ? READ[key](parts.get(key)) : null;
    state[key] = read === null ? START[key] : read;
  }
  Object.assign(cursor, state.sandwich < 0 ? { tree: "main", node: state.zoom } : { tree: "callees", node: state.down });
}

/** Changes the view in a way that can be gone back from. */
function go(change) {
  const before = fragment();
  Object.assign(state, change);
  const after = fragment();
  if (after !== before) {
    trail.push(before);
    location.hash = after;
  }
  render();
}

/** Changes the view without a step of its own in the history: while typing or sliding. */
function adjust(change) {
  Object.assign(state, change);
  history.replaceState(null, "", `#${fragment()}`);
  render();
}

/** Before a change of the tree: positions in the old one mean nothing in the new. */
function regrow(change) {
  Object.assign(cursor, { tree: (change.sandwich ?? state.sandwich) < 0 ? "main" : "callees", node: 0 });
  go({ zoom: 0, up: 0, down: 0, ...change });
}

function back() {
  const before = trail.pop();
  if (before === undefined && fragment() === "") return;
  restore(before ?? "");
  location.hash = fragment();
  render();
}

addEventListener("hashchange", () => {
  if (location.hash.slice(1) === fragment()) return;
  restore(location.hash);
  render();
});
