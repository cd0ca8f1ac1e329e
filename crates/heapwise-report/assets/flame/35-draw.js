// Decides how boxes look on the canvas: fills by colour, names by font, marks on top.
const FONT = "12px ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** How wide each character is, by font: without kerning a name is as wide as its characters together. */
const advances = new Map();

function advancesOf(style) {
  if (!advances.has(style)) advances.set(style, new Map());
  return advances.get(style);
}

function advance(ctx, widths, character) {
  if (!widths.has(character)) widths.set(character, ctx.measureText(character).width);
  return widths.get(character);
}

/** The start of a text that fits, with an ellipsis. Only letters that change with their neighbours are measured together. */
function fitted(ctx, widths, text, room) {
  const dots = advance(ctx, widths, "…");
  let width = 0, length = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] > "~") return measured(ctx, text, room);
    width += advance(ctx, widths, text[at]);
    if (width > room) return length > 1 ? `${text.slice(0, length)}…` : "";
    if (width + dots <= room) length = at + 1;
  }
  return text;
}

/** The same of any text; half of what may fit is tried at a time. */
function measured(ctx, text, room) {
  const fits = (one) => ctx.measureText(one).width <= room, whole = text.slice(0, 400);
  if (whole === text && fits(text)) return text;
  let length = 0, most = whole.length - 1;
  while (length < most) {
    const middle = Math.ceil((length + most) / 2);
    if (fits(`${whole.slice(0, middle)}…`)) length = middle;
    else most = middle - 1;
  }
  return length > 1 ? `${whole.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…` : "";
}

const isFound = (tree, node) => Boolean(found && found[tree.fn[node]]);
const fill = (ctx, box, y, height) => ctx.fillRect(box.x, y, box.w > 2 ? box.w - 1 : box.w, height);

function drawFills(ctx, { tree, zoom }, boxes) {
  for (const [colour, same] of Map.groupBy(boxes, (box) => colourOf(tree, box.node))) {
    ctx.fillStyle = colour;
    for (const box of same) {
      const isAbove = box.node < zoom && tree.depth[box.node] < tree.depth[zoom];
      ctx.globalAlpha = found && !isFound(tree, box.node) ? 0.35 : isAbove ? 0.6 : 1;
      fill(ctx, box, box.y, ROW - 1);
    }
  }
}

/** A line under frames the compiler inlined, and one in ink under what a search found. */
function drawMarks(ctx, { tree }, boxes) {
  ctx.fillStyle = inkColour();
  for (const box of boxes) {
    ctx.globalAlpha = isFound(tree, box.node) ? 0.9 : tree.inlined[box.node] && box.w > 3 ? 0.28 : 0;
    if (ctx.globalAlpha) fill(ctx, box, box.y + ROW - 3, 2);
  }
}

function drawNames(ctx, { tree }, boxes) {
  const isOwn = (node) => functions.origin[tree.fn[node]] === OWN;
  const styleOf = ({ node }) => (tree.inlined[node] ? "italic " : "") + (isOwn(node) ? "600 " : "");
  for (const [style, same] of Map.groupBy(boxes.filter((box) => box.w > 22), styleOf)) {
    ctx.font = style + FONT;
    const widths = advancesOf(style);
    for (const { node, x, y, w } of same) {
      ctx.globalAlpha = found && !isFound(tree, node) ? 0.55 : 1;
      ctx.fillText(fitted(ctx, widths, nameOf(tree, node, shortNames), w - 9), x + 4, y + ROW / 2);
    }
  }
  ctx.globalAlpha = 1;
}

function outline(ctx, box, thick) {
  ctx.strokeStyle = inkColour();
  ctx.lineWidth = thick;
  ctx.strokeRect(box.x + thick / 2, box.y + thick / 2, Math.max(1, box.w - 1 - thick), ROW - 1 - thick);
}

function drawPanel(ctx, one, top) {
  const boxes = one.boxes.filter((box) => box.y + ROW > top && box.y < top + view.window);
  for (const part of [drawFills, drawMarks, drawNames]) part(ctx, one, boxes);
  ctx.font = FONT;
  ctx.fillText(fitted(ctx, advancesOf(""), one.label, one.span), one.x + 2, one.top - LABEL / 2);
  const isAt = (box) => one.name === cursor.tree && box.node === cursor.node;
  const isShown = cursor.node !== one.zoom || document.activeElement === canvas;
  for (const box of boxes) if (box === hovered?.box || (isShown && isAt(box))) outline(ctx, box, isAt(box) ? 2 : 1);
}

/** Only what is scrolled to: the canvas is no larger than its window onto the graph. */
function draw() {
  const ratio = devicePixelRatio || 1, ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, view.span, view.window);
  ctx.translate(0, -stage.scrollTop);
  ctx.textBaseline = "middle";
  ctx.direction = "ltr";
  ctx.fontKerning = "none";
  for (const one of view.panels) drawPanel(ctx, one, stage.scrollTop);
}
