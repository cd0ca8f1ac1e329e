// Decides what the legend says of the colours of this view.
const legend = make("ul", { className: "legend", ariaLabel: "Colours" });

function swatch([colour, text, className = ""]) {
  const box = make("i", { className });
  box.style.background = colour;
  return make("li", {}, box, make("span", { title: text }, text));
}

/** The packages with the most flat value, with the origin of one of their functions. */
function topPackages() {
  const tree = view.trees.main;
  return remembered(tree, "packages", () => {
    const values = flat(tree, "cum"), sums = new Map();
    for (const [node, fn] of tree.fn.entries()) {
      if (fn >= 0) sums.set(functions.package[fn], { fn, sum: (sums.get(functions.package[fn])?.sum ?? 0) + Math.abs(values[node]) });
    }
    return [...sums].sort((a, b) => b[1].sum - a[1].sum).slice(0, 8);
  });
}

function legendOfOne() {
  const packages = topPackages().map(([name, { fn }]) =>
    [originColour(functions.origin[fn], hueOf(fn)), visible(name) || "(no package)"]);
  const kinds = [...new Set(functions.origin)].sort().filter((origin) => ORIGINS[origin][0]);
  const below = belowZero("cum").frames ? [[changeColour(BELOW_ZERO), "below zero"]] : [];
  return [...packages, ...below, ...kinds.map((origin) => [originColour(origin), `${ORIGINS[origin][0]}: ${ORIGINS[origin][3]}`])];
}

function legendOfDiff() {
  const steps = { new: 1, more: 0.5, "a little more": 0.1, "a little less": -0.1, less: -0.5, gone: -1 };
  const swatches = Object.entries(steps).map(([text, share]) => [changeColour(share), text]);
  return swatches.toSpliced(3, 0, [noiseColour(), `no change sure at ${confidence()}`]);
}

function showLegend() {
  const marks = raw.inlined.some(Boolean) ? [["transparent", "inlined: italic, underlined", "inlined"]] : [];
  legend.replaceChildren(...[...(isDiff() ? legendOfDiff() : legendOfOne()), ...marks].map(swatch));
}
