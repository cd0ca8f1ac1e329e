// Decides colours: the package's hue in one profile, the sure net change in two.
const dark = matchMedia("(prefers-color-scheme: dark)");
let isPrinting = false;
const isDark = () => dark.matches && !isPrinting;
const oklch = (light, chroma, hue) => `oklch(${light.toFixed(3)} ${chroma.toFixed(3)} ${hue})`;

const known = new Map();

/** What is made once for a key, and then known. */
function once(key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

/** The same package has the same hue in every report. */
function hueOf(fn) {
  const name = functions.package[fn];
  return once(`hue ${name}`, () => {
    let hash = 2166136261;
    for (const unit of name.slice(0, 200)) hash = Math.imul(hash ^ unit.codePointAt(0), 16777619);
    return (((hash ^ (hash >>> 15)) >>> 0) + 210) % 360;
  });
}

/** For each origin its name, how much colour and how much less contrast it has, and how that looks. */
const ORIGINS = [["own code", 0.1, 0, "bold"], ["module", 0.055, 0.035, "paler"], ["standard library", 0.016, 0.055, "greyed"],
  ["runtime", 0, 0.03, "grey"], ["", 0.08, 0.02]];
const OWN = 0;

function originColour(origin, hue = 260) {
  const [, chroma, step] = ORIGINS[origin];
  return isDark() ? oklch(0.45 - step, chroma * 0.85, hue) : oklch(0.84 + step, chroma, hue);
}

let painted = { isDark: null, by: [] };

/** The colour of a function's frames, made once in light and once in dark. */
function functionColour(fn) {
  if (painted.isDark !== isDark()) painted = { isDark: isDark(), by: [] };
  return painted.by[fn] ??= originColour(functions.origin[fn], hueOf(fn));
}

function changeColour(share) {
  const hue = share > 0 ? (state.safe ? 60 : 25) : state.safe ? 250 : 150;
  const size = 0.25 + 0.75 * (Math.ceil(Math.min(1, Math.abs(share)) * 8) / 8);
  return isDark() ? oklch(0.36 + 0.16 * size, 0.13 * size, hue) : oklch(0.95 - 0.2 * size, 0.15 * size, hue);
}

/** Of one profile, what is below zero looks like what became less. */
const BELOW_ZERO = -0.5;
const noiseColour = () => oklch(isDark() ? 0.33 : 0.9, 0, 0);
const inkColour = () => (isDark() ? "#f2f3f5" : "#16181d");

/** The net change as a part of the larger side: 1 is new, -1 is gone. */
function share(tree, node) {
  const before = cum(tree, "before")[node], after = cum(tree, "after")[node];
  return (after - before) / Math.max(Math.abs(before), Math.abs(after), Number.MIN_VALUE);
}

function colourOf(tree, node) {
  const fn = tree.fn[node];
  if (isDiff() && isSure(verdict(tree, node))) return changeColour(share(tree, node));
  if (!isDiff() && cum(tree, "cum")[node] < 0) return changeColour(BELOW_ZERO);
  if (fn === SMALLER) return oklch(isDark() ? 0.26 : 0.96, 0, 0);
  return isDiff() || fn < 0 ? noiseColour() : functionColour(fn);
}
