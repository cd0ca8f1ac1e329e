// Decides what a search finds: a part of the name, or a /pattern/, and what the found frames sum up to.
let found = null;
let foundFor = "";

function matcher(text) {
  const pattern = text.match(/^\/(.+)\/$/);
  const lower = text.toLowerCase();
  if (!pattern) return (name) => name.toLowerCase().includes(lower);
  try {
    const expression = new RegExp(pattern[1], "i");
    return (name) => expression.test(name);
  } catch {
    return () => false;
  }
}

function updateFound() {
  if (state.search === foundFor) return;
  foundFor = state.search;
  const matches = matcher(state.search);
  found = state.search ? names.map((name) => matches(name)) : null;
}

/** Each stack is counted once, at the outermost frame that matches. */
function searchSum(side) {
  const tree = view.trees.main, values = cum(tree, side);
  let sum = 0, frames = 0, inside = 0;
  for (let node = 0; found && node < tree.fn.length; node++) {
    if (!found[tree.fn[node]]) continue;
    frames += 1;
    if (node < inside) continue;
    sum += values[node];
    inside = tree.end[node];
  }
  return { sum, frames };
}

function searchText() {
  if (!found) return "";
  const one = searchSum(mainSide());
  if (!one.frames) return "nothing matches";
  const frames = `${count(one.frames)} ${one.frames === 1 ? "frame" : "frames"}: `;
  if (isDiff) return `${frames}${amount(searchSum("before").sum)} → ${amount(searchSum("after").sum)}${perUnit()}`;
  return `${frames}${amount(one.sum)}, ${percent(one.sum, total())}`;
}
