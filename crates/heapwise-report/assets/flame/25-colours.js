// Decides colours: the package's hue in one profile, the sure net change in two.
const dark = matchMedia("(prefers-color-scheme: dark)");
let isPrinting = false;
const isDark = () => dark.matches && !isPrinting;
const oklch = (light, chroma, hue) => `oklch(${light.toFixed(3)} ${chroma.toFixed(3)} ${hue})`;
const OWN = 0, MODULE = 1, LIBRARY = 2, RUNTIME = 3;
const hues = new Map();

/** The same package has the same hue in every report. */
function hueOf(name) {
  if (!hues.has(name)) {
    let hash = 2166136261;
    for (let at = 0; at < name.length && at < 200; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 16777619);
    hues.set(name, ((hash ^ (hash >>> 15)) >>> 0) % 360);
  }
  return hues.get(name);
}

function originColour(origin, hue) {
  const chroma = origin === OWN ? 0.105 : origin === LIBRARY ? 0.016 : origin === RUNTIME ? 0 : 0.06;
  const step = origin === OWN ? 0 : origin === LIBRARY ? 0.055 : origin === RUNTIME ? 0.03 : 0.035;
  return isDark() ? oklch(0.45 - step, chroma * 0.85, hue) : oklch(0.84 + step, chroma, hue);
}

function changeColour(share) {
  const hue = share > 0 ? (state.safe ? 60 : 25) : state.safe ? 250 : 150;
  const size = 0.25 + 0.75 * Math.ceil(Math.min(1, Math.abs(share)) * 8) / 8;
  return isDark() ? oklch(0.36 + 0.16 * size, 0.13 * size, hue) : oklch(0.95 - 0.2 * size, 0.15 * size, hue);
}

const noiseColour = () => (isDark() ? oklch(0.33, 0, 0) : oklch(0.9, 0, 0));
const restColour = () => (isDark() ? oklch(0.28, 0.01, 260) : oklch(0.955, 0.006, 260));
const inkColour = () => (isDark() ? "#f2f3f5" : "#16181d");

/** The net change as a part of the larger side: 1 is new, -1 is gone. */
function share(tree, node) {
  const before = cum(tree, "before")[node], after = cum(tree, "after")[node];
  const most = Math.max(Math.abs(before), Math.abs(after));
  return most ? (after - before) / most : 0;
}

function colourOf(tree, node) {
  const fn = tree.fn[node];
  if (isDiff) return isSure(verdict(tree, node)) ? changeColour(share(tree, node)) : fn === SMALLER ? restColour() : noiseColour();
  if (fn < 0) return fn === SMALLER ? restColour() : noiseColour();
  return originColour(functions.origin[fn], hueOf(functions.package[fn]));
}
