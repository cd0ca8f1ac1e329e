// Decides what a search finds: names with the text in them, and what their frames sum up to.
let found = null, foundFor = "";

function updateFound() {
  const wanted = state.search.toLowerCase();
  if (wanted !== foundFor) found = wanted ? names.map((name) => name.toLowerCase().includes(wanted)) : null;
  foundFor = wanted;
}

/** Each stack is counted once, at the outermost frame that matches. */
function searchSum(side) {
  const tree = view.trees.main, values = cum(tree, side);
  let sum = 0, frames = 0, inside = 0;
  for (let node = 0; node < tree.fn.length; node++) {
    if (!isFound(tree, node)) continue;
    frames += 1;
    if (node < inside) continue;
    sum += values[node];
    inside = tree.end[node];
  }
  return { sum, frames };
}

function searchText() {
  if (!found) return "";
  const { sum, frames } = searchSum(shownSide());
  if (!frames) return "nothing matches";
  const [before, after] = ["before", "after"].map((side) => isDiff() && amount(searchSum(side).sum));
  const text = isDiff() ? `${before} → ${after}` : `${amount(sum)}, ${percent(Math.abs(sum), total())}`;
  return `${count(frames)} ${frames === 1 ? "frame" : "frames"}: ${text}`;
}
