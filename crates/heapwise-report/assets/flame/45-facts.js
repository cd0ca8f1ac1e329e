// Decides what is said of a frame: its place, its numbers with how sure they are, and its verdict.

/** The interval around a value, as its ends and as a part of it. */
function interval(value, minus, plus, sampling) {
  if (sampling === "exact" || (minus === 0 && plus === 0)) return "exact";
  if (!(minus >= 0) || !(plus >= 0)) return "± unknown";
  const ends = `${amount(value - minus)} .. ${amount(value + plus)}`;
  const low = percent(minus, Math.abs(value)), high = percent(plus, Math.abs(value));
  return value ? `${ends} (${low === high ? `±${low}` : `-${low} +${high}`})` : ends;
}

function endsOf(tree, node, isFlat) {
  const values = data.values[state.type];
  const one = (isFlat ? tree.flatOne : tree.one)[node];
  if (one < 0 || !values.minus) return [];
  const own = isFlat && values.flat && values.flat.find((entry) => entry[0] === one);
  if (own) return own.slice(1, 3);
  return isFlat && raw.end[one] > one + 1 ? [] : [values.minus[one], values.plus[one]];
}

function factsOfOne(tree, node) {
  const fact = (label, isFlat) => {
    const value = (isFlat ? flat : cum)(tree, "cum")[node];
    const range = interval(value, ...pad(endsOf(tree, node, isFlat)), currentType().sampling);
    return [label, `${amount(value)}, ${percent(value, total())}`, exact(value), range];
  };
  const sampled = cum(tree, "sampled");
  const facts = [fact("cum", false), fact("flat", true)];
  if (sampled) facts.push(["samples", count(sampled[node]), `flat ${count(flat(tree, "sampled")[node])}`]);
  return facts;
}

const pad = ([minus, plus]) => [minus, plus];
const percentOf = () => `${+(100 * state.confidence).toFixed(2)}%`;
const WORDS = {
  unjudged: () => "not judged", same: () => "no change", opposite: () => "no change sure of the whole numbers",
  noise: () => `noise: no change sure at ${percentOf()}`,
  small: () => `no change: less than ${+(100 * data.min_change).toFixed(2)}%`,
  more: () => `more, sure at ${percentOf()}`, less: () => `less, sure at ${percentOf()}`,
  new: () => `new, sure at ${percentOf()}`, gone: () => `gone, sure at ${percentOf()}`,
};

function factsOfDiff(tree, node) {
  const before = cum(tree, "before")[node], after = cum(tree, "after")[node], change = after - before;
  const [minus, plus] = endsOf(tree, node, false);
  const one = tree.one[node], q = one < 0 ? null : data.values[state.type].q[one];
  const side = (name, value) => [name, `${amount(value)}${perUnit()}, ${percent(value, cum(raw, name)[0])}`, exact(value)];
  const relative = before ? ` (${change > 0 ? "+" : ""}${percent(change, before)})` : "";
  const range = state.per ? [] : [interval(change, minus, plus, currentType().sampling)];
  return [side("before", before), side("after", after),
    ["change", `${signed(change)}${perUnit()}${relative}`, exact(change), ...range],
    ["verdict", WORDS[verdict(tree, node)](), ...(q === null ? [] : [`q ${+q.toPrecision(3)}`])]];
}

/** Rows of a label and what is said under it, the short form first. */
function facts(tree, node) {
  return (isDiff ? factsOfDiff : factsOfOne)(tree, node);
}

function remarks(tree, node) {
  const fn = tree.fn[node], all = [];
  if (fn >= 0) all.push(["own code", "module", "standard library", "runtime", ""][functions.origin[fn]] || "");
  if (tree.inlined[node]) all.push("inlined");
  if (fn === SMALLER) all.push("left out as too small to keep");
  return [placeOf(fn), ...all].filter(Boolean).join(" · ");
}

function spoken(tree, node) {
  const said = facts(tree, node).map(([label, ...rest]) => `${label} ${rest.join(", ")}`);
  return [nameOf(tree, node), remarks(tree, node), ...said].filter(Boolean).join("; ");
}

function factList(tree, node) {
  const rows = facts(tree, node).flatMap(([label, ...rest]) => [make("dt", {}, label), make("dd", {}, rest.join(" · "))]);
  return [make("strong", { className: "name" }, nameOf(tree, node)), make("span", { className: "place" }, remarks(tree, node)),
    make("dl", {}, ...rows)];
}
