// Decides how boxes look on the canvas: fills by colour, names by font, marks on top.
const FONT = "12px ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const widthsOfText = new Map();

function textWidth(ctx, text) {
  const key = ctx.font + text;
  if (!widthsOfText.has(key)) widthsOfText.set(key, ctx.measureText(text).width);
  return widthsOfText.get(key);
}

/** The start of a text that fits, with an ellipsis. */
function fitted(ctx, text, room) {
  const whole = text.slice(0, 400);
  const size = textWidth(ctx, whole);
  if (size <= room && whole === text) return text;
  let length = Math.min(whole.length - 1, Math.floor((whole.length * room) / size));
  while (length > 0 && ctx.measureText(`${whole.slice(0, length)}…`).width > room) length -= 1;
  return length > 1 ? `${whole.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…` : "";
}

const labelOf = (tree, node) => (tree.fn[node] < 0 ? nameOf(tree, node) : shortNames[tree.fn[node]]);

function grouped(boxes, keyOf) {
  const groups = new Map();
  for (const box of boxes) {
    const key = keyOf(box);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(box);
  }
  return groups;
}

function drawFills(ctx, one, boxes) {
  for (const [colour, same] of grouped(boxes, (box) => colourOf(one.tree, box.node))) {
    ctx.fillStyle = colour;
    for (const box of same) {
      ctx.globalAlpha = found && !found[one.tree.fn[box.node]] ? 0.35 : box.row < one.tree.depth[one.zoom] && !one.skipRoot ? 0.6 : 1;
      ctx.fillRect(box.x, box.y, box.w > 2 ? box.w - 1 : box.w, ROW - 1);
    }
  }
  ctx.globalAlpha = 1;
}

/** A line under frames the compiler inlined, and one in ink under what a search found. */
function drawMarks(ctx, one, boxes) {
  ctx.fillStyle = inkColour();
  for (const box of boxes) {
    const isFound = found && found[one.tree.fn[box.node]];
    if (!isFound && !(one.tree.inlined[box.node] && box.w > 3)) continue;
    ctx.globalAlpha = isFound ? 0.9 : 0.28;
    ctx.fillRect(box.x, box.y + ROW - 3, box.w > 2 ? box.w - 1 : box.w, 2);
  }
  ctx.globalAlpha = 1;
}

function drawNames(ctx, one, boxes) {
  const wide = boxes.filter((box) => box.w > 22);
  const isOwn = (fn) => fn >= 0 && functions.origin[fn] === OWN;
  const styleOf = (box) => (one.tree.inlined[box.node] ? "italic " : "") + (isOwn(one.tree.fn[box.node]) ? "600 " : "");
  ctx.fillStyle = inkColour();
  for (const [style, same] of grouped(wide, styleOf)) {
    ctx.font = style + FONT;
    for (const box of same) {
      ctx.globalAlpha = found && !found[one.tree.fn[box.node]] ? 0.55 : 1;
      ctx.fillText(fitted(ctx, labelOf(one.tree, box.node), box.w - 9), box.x + 4, box.y + ROW / 2);
    }
  }
  ctx.globalAlpha = 1;
}

function outline(ctx, box, thick) {
  ctx.strokeStyle = inkColour();
  ctx.lineWidth = thick;
  ctx.strokeRect(box.x + thick / 2, box.y + thick / 2, Math.max(1, box.w - 1 - thick), ROW - 1 - thick);
}

function drawPanel(ctx, one, top, bottom) {
  const boxes = one.boxes.filter((box) => box.y + ROW > top && box.y < bottom);
  drawFills(ctx, one, boxes);
  drawMarks(ctx, one, boxes);
  drawNames(ctx, one, boxes);
  ctx.font = FONT;
  if (one.label) ctx.fillText(fitted(ctx, one.label, one.span), one.x + 2, one.top - LABEL / 2);
  for (const box of boxes) {
    if (isHovered(one, box)) outline(ctx, box, 1);
    if (one.name === cursor.tree && box.node === cursor.node) outline(ctx, box, 2);
  }
}

/** Only what is scrolled to: the canvas is no larger than its window onto the graph. */
function draw() {
  const ratio = devicePixelRatio || 1, top = stage.scrollTop;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, view.span, view.window);
  ctx.translate(0, -top);
  ctx.textBaseline = "middle";
  ctx.direction = "ltr";
  for (const one of view.panels) drawPanel(ctx, one, top, top + view.window);
}
