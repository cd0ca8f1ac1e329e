// Decides what the mouse and touch do: hovering tells of a frame, a click zooms to it.
const tip = make("div", { className: "tip", role: "tooltip", hidden: true });
let hovered = null;

const isHovered = (one, box) => hovered && hovered.one === one && hovered.box === box;

function hit(event) {
  const edge = canvas.getBoundingClientRect();
  const x = event.clientX - edge.left, y = event.clientY - edge.top + stage.scrollTop;
  for (const one of view.panels) {
    const box = one.boxes.find((each) => x >= each.x && x < each.x + each.w && y >= each.y && y < each.y + ROW);
    if (box) return { one, box };
  }
  return null;
}

function showTip(one, box, x, y) {
  tip.replaceChildren(...factList(one.tree, box.node));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - width - 8))}px`;
  tip.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 10) : y + 18}px`;
}

function hideTip() {
  tip.hidden = true;
  hovered = null;
}

function listenToPointer() {
  canvas.addEventListener("pointermove", (event) => {
    const before = hovered && hovered.box;
    hovered = hit(event);
    canvas.style.cursor = hovered ? "pointer" : "";
    if (hovered) showTip(hovered.one, hovered.box, event.clientX, event.clientY);
    else hideTip();
    if ((hovered && hovered.box) !== before) draw();
  });
  canvas.addEventListener("pointerleave", () => { hideTip(); draw(); });
  canvas.addEventListener("click", (event) => {
    const at = hit(event);
    hideTip();
    if (at) zoomTo(at.one.name, at.box.node);
  });
}
