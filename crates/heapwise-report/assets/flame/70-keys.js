// Decides what keys do, and lists them as the help.

/** Moves to the frame in the next row, or beside, as it is seen; from the callers of a sandwich on to its callees. */
function move(right, below) {
  const isAt = (box) => box.node === cursor.node;
  const at = view.panels.find(({ name, boxes }) => name === cursor.tree && boxes.some(isAt));
  const here = at?.boxes.find(isAt) ?? { x: 0, y: 0, w: 0 };
  const isNext = (box) => (right ? box.y === here.y && (box.x - here.x) * right > 0
    : box.y === here.y + below * ROW && box.x < here.x + here.w && box.x + box.w > here.x);
  const panels = view.panels.filter((one) => one === at || one.name !== cursor.tree);
  const next = panels.flatMap((one) => one.boxes.filter(isNext).map((box) => ({ one, box })));
  const [to] = next.sort((a, b) => (right ? (a.box.x - b.box.x) * right : b.box.w - a.box.w));
  if (to) select(to.one.name, to.box.node);
}

function select(name, node) {
  Object.assign(cursor, { tree: name, node });
  const box = view.panels.find((one) => one.name === name).boxes.find((each) => each.node === node);
  if (box && (box.y < stage.scrollTop || box.y + ROW > stage.scrollTop + view.window)) stage.scrollTop = box.y - view.window / 2;
  showHand();
  const said = [...hand.querySelectorAll("strong, .place, dt, dd")].map((each) => each.textContent);
  live.textContent = said.filter(Boolean).join("; ");
  draw();
}

function nextFound() {
  const tree = view.trees[cursor.tree], size = tree.fn.length;
  for (let step = 1; step <= size; step++) {
    const node = (cursor.node + step) % size;
    if (isFound(tree, node)) return zoomTo(cursor.tree, node);
  }
}

/** Keys, what they do in words, and do; the first ones only at the graph. */
const KEYS = [
  ["ArrowUp", "to the frame above, as it is seen", () => move(0, -1)], ["ArrowDown", "to the frame below", () => move(0, 1)],
  ["ArrowLeft", "to the left", () => move(-1, 0)], ["ArrowRight", "to the right", () => move(1, 0)],
  ["Home", "to the root", () => zoomTo(view.panels.at(-1).name, 0)],
  ["Enter", "zoom to the frame", () => zoomTo(cursor.tree, cursor.node)],
  ["Escape", "back", back], ["Backspace", "back", back],
  ["/", "search", () => searchBox.select()], ["n", "next frame found", nextFound],
  ["s", "sandwich: all callers and callees", () => act("sandwich")],
  ["f", "focus: only stacks through the function", () => act("focus")],
  ["h", "hide the function", () => act("hide")], ["m", "to where bytes moved", goMoved], ["g", "group recursion", () => regrow({ group: !state.group })],
  ["i", "icicle or flame", () => go({ flip: !state.flip })],
  ["b", "blue/orange or red/green", () => isDiff() && go({ safe: !state.safe })], ["?", "these keys", () => help.showModal()],
];
const AT_GRAPH = 8;

const help = make("dialog", { className: "help", ariaLabel: "Keys" },
  make("dl", {}, ...KEYS.flatMap(([key, text]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)])),
  make("form", { method: "dialog" }, make("button", {}, "Close")));

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const { target, key } = event;
  if (target.matches("input, select, textarea")) {
    if (key === "Escape" || (key === "Enter" && target === searchBox)) canvas.focus();
    return;
  }
  const isAtGraph = target === canvas || target === document.body;
  const known = KEYS.slice(isAtGraph ? 0 : AT_GRAPH).find(([name]) => name === key);
  if (!known) return;
  event.preventDefault();
  known[2]();
}
