// Decides what a view is, and how it is written behind the # of the address.
const START = {
  type: data.type, zoom: 0, sandwich: -1, focus: -1, hide: [], group: false, flip: false,
  search: "", width: "after", per: Boolean(data.per), confidence: data.confidence, safe: false,
  moment: (data.moments?.length ?? 0) - 1, since: -1,
};
const WIDTHS = { after: "after", before: "before", change: "change (+ and −)", gone: "what vanished", side: "side by side" };
const state = { ...START };
/** What widths are: of one profile there is nothing to choose. */
const shownWidth = () => (isDiff() ? state.width : "cum");
/** The frame at hand; without a tree, it becomes the one that the view is about. */
const cursor = { tree: "", node: 0 };
const trail = [];

function fragment() {
  const changed = Object.entries(state).filter(([key, value]) => String(value) !== String(START[key]));
  return new URLSearchParams(changed).toString();
}

/** A number of the address, when it is one of those that are there. */
function index(text, size) {
  const value = Number(text);
  return /^\d+$/.test(text) && value < size ? value : null;
}

const named = (text) => index(text, names.length);
const flag = (text) => text === "true";
const READ = {
  type: (text) => index(text, data.types.length), zoom: (text) => index(text, 2 ** 31), sandwich: named, focus: named,
  hide: (text) => text.split(",").map(named).filter((one) => one !== null), group: flag, flip: flag, safe: flag,
  search: (text) => text, per: (text) => Boolean(data.per) && flag(text),
  width: (text) => (Object.hasOwn(WIDTHS, text) ? text : null),
  moment: (text) => index(text, data.moments?.length ?? 0), since: (text) => index(text, data.moments?.length ?? 0),
  confidence: (text) => (Number(text) > 0 && Number(text) < 1 ? Number(text) : null),
};

function restore(text) {
  const parts = new URLSearchParams(text.replace(/^#/, ""));
  for (const key of Object.keys(START)) state[key] = (parts.has(key) ? READ[key](parts.get(key)) : null) ?? START[key];
  if (state.since >= state.moment) state.since = -1;
  cursor.tree = "";
  render();
}

/** Changes the view in a way that can be gone back from. */
function go(change) {
  const before = fragment();
  Object.assign(state, change);
  if (fragment() !== before) {
    trail.push(before);
    location.hash = fragment();
  }
  render();
}

/** Changes the view while typing or sliding, which is no step of its own; browsers may refuse to note it so often. */
function adjust(change) {
  Object.assign(state, change);
  render();
  history.replaceState(null, "", `#${fragment()}`);
}

/** Changes the tree: positions in the old one mean nothing in the new. */
function regrow(change) {
  cursor.tree = "";
  go({ zoom: 0, ...change });
}

function back() {
  restore(trail.pop() ?? "");
  location.hash = fragment();
}

addEventListener("hashchange", () => location.hash.slice(1) === fragment() || restore(location.hash));
