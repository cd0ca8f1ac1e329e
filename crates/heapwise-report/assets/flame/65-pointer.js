// Decides what the mouse and touch do: hovering tells of a frame, a click zooms to it.
const tip = make("div", { className: "tip", role: "tooltip", hidden: true });
let hovered = null;

function hit(event) {
  const edge = canvas.getBoundingClientRect();
  const x = event.clientX - edge.left, y = event.clientY - edge.top + stage.scrollTop;
  for (const one of view.panels) {
    const box = one.boxes.find((each) => x >= each.x && x < each.x + each.w && y >= each.y && y < each.y + ROW);
    if (box) return { one, box };
  }
  return null;
}

function showTip({ one, box }, x, y) {
  tip.replaceChildren(...factList(one.tree, box.node));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const top = y + 18 + height > innerHeight ? y - height - 10 : y + 18;
  tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

function hover(to, event) {
  const isOther = hovered?.box !== to?.box;
  hovered = to;
  canvas.style.cursor = to ? "pointer" : "";
  tip.hidden = !to;
  if (to) showTip(to, event.clientX, event.clientY);
  if (isOther) draw();
}

function listenToPointer() {
  canvas.addEventListener("pointermove", (event) => hover(hit(event), event));
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("click", (event) => {
    const at = hit(event);
    if (at) zoomTo(at.one.name, at.box.node);
  });
}
