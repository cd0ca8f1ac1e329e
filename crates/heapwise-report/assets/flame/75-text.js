// Decides what stands for the graph where it cannot be seen: its heaviest frames as an indented table.
const MOST_ROWS = 200;
const textBody = make("tbody");
const asText = make("details", { className: "text" }, make("summary", {}, "The same as text"), make("table", { className: "data" }, textBody));

/** The heaviest frames under the zoomed one, in the order of the tree. */
function heaviest(one) {
  const values = weights(one.tree, one.width), nodes = [];
  for (let node = one.zoom; node < one.tree.end[one.zoom]; node++) if (values[node] > 0) nodes.push(node);
  const kept = nodes.sort((a, b) => values[b] - values[a] || a - b).slice(0, MOST_ROWS);
  return kept.sort((a, b) => a - b);
}

function textRow(one, node) {
  const cells = facts(one.tree, node).map(([, text, title]) => make("td", { title: title || "" }, text));
  const name = make("th", { scope: "row" }, make("span", { className: "depth" }, `${one.tree.depth[node]} `), nameOf(one.tree, node));
  name.style.paddingInlineStart = `${Math.min(30, one.tree.depth[node] - one.tree.depth[one.zoom]) * 0.8 + 0.5}em`;
  return make("tr", {}, name, ...cells);
}

function showText() {
  if (!asText.open) return;
  const one = view.panels.at(-1);
  const heads = ["depth and frame", ...facts(one.tree, one.zoom).map(([label]) => label)];
  textBody.replaceChildren(make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text))),
    ...heaviest(one).map((node) => textRow(one, node)));
}

asText.addEventListener("toggle", showText);
