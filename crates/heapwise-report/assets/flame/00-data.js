// Decides what the page knows: the report's data, read once. Names in it are other people's text.
const data = JSON.parse(document.getElementById("heapwise-data").textContent);
const isDiff = data.mode === "diff";
const functions = data.functions;
const SMALLER = -2;

/** Characters that would hide or reorder text are shown as their escapes. */
function visible(text) {
  const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  return text.replace(hidden, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

const names = functions.name.map((name) => visible(name) || "(no name)");
/** As pprof shortens: without the import path before the package. */
const shortNames = names.map((name) => name.replace(/^[^([]*\//, "") || name);

function nameOf(tree, node) {
  const fn = tree.fn[node];
  if (fn === SMALLER) return `${count(tree.leftOut[node])} smaller frames`;
  return fn < 0 ? "all" : names[fn];
}

function placeOf(fn) {
  const file = fn < 0 ? -1 : functions.file[fn];
  if (!(file >= 0)) return "";
  return visible(data.files[file]) + (functions.line[fn] ? `:${functions.line[fn]}` : "");
}

/** The tree of the data: for each frame its parent and where its subtree ends. */
function rawTree() {
  const { depth, function: fn, inlined, left_out: left } = data.nodes;
  const size = depth.length;
  const parent = new Int32Array(size).fill(-1);
  const end = new Int32Array(size).fill(size);
  const open = [];
  for (let node = 0; node < size; node++) {
    while (open.length > depth[node]) end[open.pop()] = node;
    if (open.length) parent[node] = open[open.length - 1];
    open.push(node);
  }
  const one = Int32Array.from(depth, (_, node) => node);
  const leftOut = Array.from(fn, (_, node) => (left && left[node]) || 0);
  const mass = new Float64Array(size).fill(1);
  return { fn, inlined, depth, parent, end, one, flatOne: one, leftOut, mass, memo: new Map() };
}

const raw = rawTree();
