// Decides what the legend says of the colours of this view.
const legend = make("ul", { className: "legend", "aria-label": "Colours" });

function swatch(colour, text, className = "") {
  const box = make("i", { className });
  box.style.background = colour;
  return make("li", {}, box, text);
}

/** The packages with the most flat value, as they are coloured. */
function topPackages() {
  return remembered(view.trees.main, "packages", () => {
    const tree = view.trees.main, values = flat(tree, "cum"), sums = new Map();
    tree.fn.forEach((fn, node) => {
      if (fn >= 0) sums.set(functions.package[fn], [(sums.get(functions.package[fn]) || [0])[0] + values[node], functions.origin[fn]]);
    });
    return [...sums].sort((a, b) => b[1][0] - a[1][0]).slice(0, 8);
  });
}

function legendOfOne() {
  const packages = topPackages().map(([name, [, origin]]) =>
    swatch(originColour(origin, hueOf(name)), visible(name) || "(no package)", origin === OWN ? "own" : ""));
  const kinds = [[OWN, "own code: bold"], [MODULE, "modules: paler"], [LIBRARY, "standard library: greyed"], [RUNTIME, "runtime: grey"]];
  const seen = new Set(functions.origin);
  return [...packages, ...kinds.filter(([origin]) => seen.has(origin)).map(([origin, text]) => swatch(originColour(origin, 240), text, "kind"))];
}

function legendOfDiff() {
  const more = [1, 0.5, 0.1].map((size) => [changeColour(size), size === 1 ? "new" : size === 0.1 ? "a little more" : "more"]);
  const less = [-0.1, -0.5, -1].map((size) => [changeColour(size), size === -1 ? "gone" : size === -0.1 ? "a little less" : "less"]);
  return [...more, [noiseColour(), `no change sure at ${percentOf()}`], ...less].map(([colour, text]) => swatch(colour, text));
}

function showLegend() {
  const inlined = raw.inlined.some(Boolean) ? [swatch("transparent", "inlined: italic, underlined", "inlined")] : [];
  legend.replaceChildren(...(isDiff ? legendOfDiff() : legendOfOne()), ...inlined);
}
