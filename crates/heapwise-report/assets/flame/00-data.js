// Decides what the page knows: the report's data, read once. Names in it are other people's text.
const data = JSON.parse(document.getElementById("heapwise-data").textContent);
/** Whether two sides are compared: those of the page, or two moments of a series. */
const isDiff = () => data.mode === "diff" || state.since >= 0;
const functions = data.functions;
const SMALLER = -2;

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Characters that would hide or reorder text are shown as their escapes. */
function visible(text) {
  return text.replace(HIDDEN, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

const names = functions.name.map((name) => visible(name) || "(no name)");
/** As pprof shortens: without the import path before the package. */
const shortNames = names.map((name) => name.replace(/^[\w.~%/-]*\//, "") || name);

function nameOf(tree, node, known = names) {
  const fn = tree.fn[node];
  return fn === SMALLER ? `${count(tree.leftOut[node])} smaller frames` : fn < 0 ? "all" : known[fn];
}

function placeOf(fn) {
  const file = data.files[functions.file[fn]];
  return file ? visible(file) + (functions.line[fn] ? `:${functions.line[fn]}` : "") : "";
}

/** The parent of each frame, and where its subtree ends. */
function withLinks(tree) {
  const size = tree.depth.length, path = [];
  tree.parent = new Int32Array(size).fill(-1);
  tree.end = new Int32Array(size).fill(size);
  for (let node = 0; node < size; node++) {
    while (path.length > tree.depth[node]) tree.end[path.pop()] = node;
    if (node) tree.parent[node] = path.at(-1);
    path.push(node);
  }
  return tree;
}

const { depth, function: fn, inlined, left_out: left = {} } = data.nodes;
/** The tree of the data. `one` is the frame of it that a frame stands for. */
const raw = withLinks({ depth, fn, inlined, memo: new Map(), one: [...fn.keys()], leftOut: fn.map((_, node) => left[node] || 0) });
