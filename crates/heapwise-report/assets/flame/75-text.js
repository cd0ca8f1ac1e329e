// Decides what stands for the graph where it cannot be seen: its heaviest frames as an indented table.
const MOST_ROWS = 200;
const textBody = make("tbody");
const asText = make("details", { className: "text", ontoggle: () => showText() }, make("summary", {}, "The same as text"),
  make("table", { className: "data" }, textBody));

/** The heaviest frames under the zoomed one, in the order of the tree. */
function heaviest({ tree, width, zoom }) {
  const values = weights(tree, width), nodes = [];
  for (let node = zoom; node < tree.end[zoom]; node++) if (values[node] > 0) nodes.push(node);
  return nodes.sort((a, b) => values[b] - values[a]).slice(0, MOST_ROWS).sort((a, b) => a - b);
}

function textRow({ tree, zoom }, node) {
  const name = make("th", { scope: "row" }, make("span", { className: "depth" }, `${tree.depth[node]} `), nameOf(tree, node));
  name.style.paddingInlineStart = `${Math.min(30, tree.depth[node] - tree.depth[zoom]) * 0.8 + 0.5}em`;
  return make("tr", {}, name, ...facts(tree, node).map(([, text, title]) => make("td", { title }, text)));
}

function showText() {
  if (!asText.open) return;
  const one = view.panels.at(-1);
  const heads = ["depth and frame", ...facts(one.tree, one.zoom).map(([label]) => label)];
  textBody.replaceChildren(make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text))),
    ...heaviest(one).map((node) => textRow(one, node)));
}
