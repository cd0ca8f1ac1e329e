// Decides what keys do; every one of them is listed in the help.

const boxAtHand = () => {
  for (const one of view.panels) {
    const box = one.boxes.find((each) => one.name === cursor.tree && each.node === cursor.node);
    if (box) return { one, box };
  }
  return { one: view.panels.at(-1), box: view.panels.at(-1).boxes[0] };
};

/** The frame a row above or below, or beside, as it is seen. */
function neighbour(right, below) {
  const { one, box } = boxAtHand();
  if (!box) return null;
  if (right) {
    const row = one.boxes.filter((each) => each.y === box.y && (each.x - box.x) * right > 0);
    return pack(one, row.sort((a, b) => (a.x - b.x) * right)[0]);
  }
  const y = box.y + below * ROW;
  const isUnder = (other) => other.y === y && other.x < box.x + box.w && other.x + other.w > box.x;
  const here = one.boxes.filter(isUnder).sort((a, b) => b.w - a.w)[0];
  return pack(one, here) || across(one, below);
}

const pack = (one, box) => (box ? { one, box } : null);

/** From the callers to the function below them, and back. */
function across(one, below) {
  const [up, down] = view.panels;
  if (state.sandwich < 0) return null;
  if (one.name === "callers" && below > 0) return pack(down, down.boxes.find((box) => box.row === 0));
  if (one.name !== "callees" || below > 0) return null;
  return pack(up, up.boxes.filter((box) => box.row === 0).sort((a, b) => b.w - a.w)[0]);
}

function select(name, node) {
  Object.assign(cursor, { tree: name, node });
  const { box } = boxAtHand();
  if (box && (box.y < stage.scrollTop || box.y + ROW > stage.scrollTop + view.window)) stage.scrollTop = box.y - view.window / 2;
  live.textContent = spoken(view.trees[name], node);
  showAtHand();
  draw();
}

function move(right, below) {
  const to = neighbour(right, below);
  if (!to) return;
  select(to.one.name, to.box.node);
  const edge = canvas.getBoundingClientRect();
  showTip(to.one, to.box, edge.left + to.box.x, edge.top + to.box.y - stage.scrollTop + ROW);
}

function nextFound() {
  const tree = view.trees[cursor.tree], size = tree.fn.length;
  for (let step = 1; found && step <= size; step++) {
    const node = (cursor.node + step) % size;
    if (found[tree.fn[node]]) return zoomTo(cursor.tree, node);
  }
}

const AT_GRAPH = {
  ArrowDown: () => move(0, 1), ArrowUp: () => move(0, -1), ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0),
  Enter: () => zoomTo(cursor.tree, cursor.node), Backspace: back, Escape: back,
  Home: () => zoomTo(state.sandwich < 0 ? "main" : "callees", 0),
};
const ANYWHERE = {
  "/": () => { searchBox.focus(); searchBox.select(); }, "?": () => help.showModal(), n: nextFound,
  s: () => act("sandwich"), f: () => act("focus"), h: () => act("hide"), g: () => regrow({ group: !state.group }),
  i: () => go({ flip: !state.flip }), b: () => isDiff && go({ safe: !state.safe }),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const isTyping = event.target.matches("input, select, textarea");
  if (isTyping && event.key === "Escape") return canvas.focus();
  if (event.target === searchBox && event.key === "Enter") return canvas.focus(), nextFound();
  const isElsewhere = event.target !== canvas && event.target !== document.body;
  const run = isTyping ? null : ANYWHERE[event.key] || (isElsewhere ? null : AT_GRAPH[event.key]);
  if (!run) return;
  event.preventDefault();
  hideTip();
  run();
}
