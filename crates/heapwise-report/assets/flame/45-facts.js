// Decides what is said of a frame: its place, its numbers with how sure they are, and its verdict.

/** Whether an end of an interval is known: what is not is null, which compares as 0. */
const isKnown = (end) => end !== null && end !== undefined;

/** A part in percent, two digits, rounded up. */
function percentUp(part) {
  const value = 100 * part;
  if (value < 0.1) return "0.1%";
  return value < 9.95 ? `${(Math.ceil(value * 10) / 10).toFixed(1)}%` : `${Math.ceil(value)}%`;
}

/** The error of a value relative to it, as the tables write it: both arms where they differ, `+?` where there is no upper limit. */
function relative(value, minus, plus) {
  const part = (end) => (isKnown(end) ? percentUp(end / Math.abs(value)) : "?");
  const isOne = isKnown(minus) && isKnown(plus) && Math.max(minus, plus) <= 1.25 * Math.min(minus, plus);
  return isOne ? `±${part(Math.max(minus, plus))}` : `-${part(minus)}..+${part(plus)}`;
}

/** The interval around a value, as its ends and as parts of it. */
function interval(value, [minus, plus], isMerged) {
  if (type().sampling === "exact" || (minus === 0 && plus === 0)) return "exact";
  if (!isKnown(minus) && !isKnown(plus)) return isMerged ? "error not known for merged frames" : "error unknown";
  const part = value ? ` (${relative(value, minus, plus)})` : "";
  if (!isKnown(plus)) return `at least ${amount(value - minus)}${part}`;
  if (!isKnown(minus)) return `at most ${amount(value + plus)}${part}`;
  return `${amount(value - minus)} .. ${amount(value + plus)}${part}`;
}

/** How far the ends of the interval are, where a frame stands for one of the data's. */
function endsOf(tree, node, isFlat) {
  const { minus, plus, flat: flats = [] } = judgedBy(), one = sameAs(tree, node, isFlat ? flat : cum);
  if (!minus) return [0, 0];
  if (one < 0) return [];
  if (!isFlat || raw.end[one] === one + 1) return [minus[one], plus[one]];
  return (flats.find((entry) => entry[0] === one) || []).slice(1, 3);
}

/** Several frames of the data that stand here as one: how their samples went together is not in the page. */
const isMerged = (tree, node, isFlat) => tree !== raw && sameAs(tree, node, isFlat ? flat : cum) < 0;

function factsOfOne(tree, node) {
  const fact = (label, value, isFlat) => [label, `${amount(value)}, ${percent(Math.abs(value), total())}`, exact(value),
    value ? interval(value, endsOf(tree, node, isFlat), isMerged(tree, node, isFlat)) : ""];
  const facts = [fact("cum", cum(tree, "cum")[node], false), fact("flat", flat(tree, "cum")[node], true)];
  const sampled = cum(tree, "sampled");
  return sampled ? [...facts, ["samples", count(sampled[node]), `flat ${count(flat(tree, "sampled")[node])}`]] : facts;
}

const asPercent = (value) => `${Number((100 * value).toFixed(4))}%`;
const confidence = () => asPercent(state.confidence);
const WORDS = {
  unjudged: () => "not judged", same: () => "no change",
  noise: () => `noise: no change sure at ${confidence()}`, small: () => `no change: less than ${asPercent(data.min_change)}`,
};

/** Among how many frames one is judged; the total is judged by itself. */
const among = (one) => (data.judged && one > 0 ? ` among ${count(data.judged.frames)} frames` : "");

function factsOfDiff(tree, node) {
  const before = cum(tree, "before")[node], after = cum(tree, "after")[node], change = after - before;
  const one = sameAs(tree, node), q = judgedBy().q?.[one] ?? null, sign = change > 0 ? "+" : "", word = verdict(tree, node);
  const side = (name, value) => [name, `${amount(value)}, ${percent(Math.abs(value), whole(name))}`, exact(value)];
  const flats = (text) => ["before", "after"].map((name) => text(flat(tree, name)[node])).join(" → ");
  const moved = movedTo(one);
  return [side("before", before), side("after", after),
    ["change", `${sign}${amount(change)}${before ? `, ${sign}${percent(change, Math.abs(before))}` : ""}`, exact(change),
      state.per ? "" : interval(change, endsOf(tree, node, false), isMerged(tree, node, false))],
    ["flat", flats(amount), flats(exact)],
    ["verdict", WORDS[word]?.() ?? `${word}, sure at ${confidence()}`, q === null || isSeries ? "" : `q ${Number(q.toPrecision(3))}${among(one)}`],
    ...(moved < 0 ? [] : [["moved", `${change < 0 ? "to" : "from"} ${nameOf(raw, moved)}`, placeOf(raw.fn[moved])]])];
}

/** The frame of the data that what a frame lost went to, or that what it gained came from. */
function movedTo(one) {
  const moves = judgedBy().moved || [];
  return (moves.find(([from]) => from === one) || [-1, -1])[1];
}

const facts = (tree, node) => (isDiff() ? factsOfDiff : factsOfOne)(tree, node);

function remarks(tree, node) {
  const fn = tree.fn[node];
  const all = [placeOf(fn), fn < 0 ? "" : ORIGINS[functions.origin[fn]][0], tree.inlined[node] ? "inlined" : "",
    functions.older?.[fn] ? `before: ${visible(functions.older[fn])}` : ""];
  return [...all, fn === SMALLER ? "left out as too small to keep" : ""].filter(Boolean).join(" · ");
}

function factList(tree, node) {
  const rows = facts(tree, node).flatMap(([label, ...rest]) =>
    [make("dt", {}, label), make("dd", {}, rest.filter(Boolean).join(" · "))]);
  return [make("strong", { className: "name" }, nameOf(tree, node)), make("span", { className: "place" }, remarks(tree, node)),
    make("dl", {}, ...rows)];
}
