// Decides what of a series is shown: the numbers of a moment, or of two and what changed between them.
const isSeries = data.mode === "series";
const moments = isSeries ? data.moments : [];

/** Each number is told as what it is more than that of the moment before. */
function withNumbers(all) {
  for (const [at, one] of all.entries()) {
    for (const key of ["cum", "minus", "plus"]) {
      const before = at && all[at - 1][key];
      if (one[key]) one[key] = one[key].map((step, node) => (step === null ? null : step + ((before && before[node]) ?? 0)));
    }
  }
}

withNumbers(moments);

/** How far a change may be off: both intervals together, as of samples that have nothing in common (Zou and Donner 2008). */
function between(before, after) {
  const off = (one, other) => (one === null || other === null ? null : Math.hypot(one, other));
  const both = (side, other) => after.cum.map((_, node) => (after[side] ? off(after[side][node], before[other][node]) : 0));
  const minus = both("minus", "plus"), plus = both("plus", "minus");
  const change = after.cum.map((value, node) => value - before.cum[node]);
  const isSure = (node) => change[node] - minus[node] > 0 || change[node] + plus[node] < 0;
  const q = change.map((_, node) => (minus[node] === null || plus[node] === null ? null : Number(!isSure(node))));
  return { before: before.cum, after: after.cum, minus, plus, q };
}

let pair = { key: "" };

/** The numbers that are shown, by node. */
function judgedBy() {
  if (!isSeries) return data.values[state.type];
  if (!isDiff()) return moments[state.moment];
  const key = `${state.since} ${state.moment}`;
  if (pair.key !== key) pair = { key, ...between(moments[state.since], moments[state.moment]) };
  return pair;
}

/** A moment that is none of another; of two, the later one is after the other. */
function pick({ moment, since }) {
  const [first, last] = since >= 0 ? [since, moment].sort((a, b) => a - b) : [-1, moment];
  if (state.sandwich >= 0) cursor.tree = "";
  adjust({ moment: last, since: first === last ? -1 : first });
}

const whenOf = (at) => moments[at].when;

/** Each frame is judged by itself: how many would be coloured if none had changed, where numbers have an error. */
function boundText() {
  const { q, minus, plus } = judgedBy(), judged = q.filter((one, node) => one !== null && minus[node] + plus[node] > 0).length;
  const wrong = Math.ceil(judged * (1 - data.confidence));
  const bound = `, each frame by itself at ${asPercent(data.confidence)}: of ${count(judged)} frames about ${count(wrong)} may be coloured by chance`;
  return `Grey is what both intervals together do not tell from chance${judged ? bound : ""}. `;
}

function momentText() {
  if (!isSeries) return "";
  const one = (at) => `${visible(moments[at].name)} (${at + 1} of ${moments.length}, ${whenOf(at)})`;
  const all = data.all_moments > moments.length ? ` Of ${count(data.all_moments)} moments ${count(moments.length)} are in this page.` : "";
  return (isDiff() ? `From ${one(state.since)} to ${one(state.moment)}. ${boundText()}` : `Moment: ${one(state.moment)}.`) + `${all} `;
}

function momentSlider(label, key, title) {
  const slider = make("input", { type: "range", name: key, min: 0, max: moments.length - 1, step: 1, oninput: () => {
    const other = key === "moment" ? { since: state.since } : { moment: state.moment };
    pick({ ...other, [key]: Number(slider.value) });
  } });
  const shown = make("output"), whole = make("label", { title }, label, slider, shown);
  syncs.push(() => {
    whole.hidden = key === "since" && !isDiff();
    slider.value = Math.max(0, state[key]);
    slider.ariaValueText = shown.textContent = whenOf(Math.max(0, state[key]));
  });
  return whole;
}

function compareButton() {
  const one = button("Compare", "What changed since another moment", () => go({
    since: isDiff() ? -1 : 0, moment: isDiff() || state.moment > 0 ? state.moment : moments.length - 1 }));
  one.name = "compare";
  syncs.push(() => one.setAttribute("aria-pressed", isDiff()));
  return one;
}

if (isSeries) {
  Object.assign(scrubber, { pick, now: () => ({ moment: state.moment, since: state.since }), when: whenOf, amount: (value) => amount(value) });
  syncs.push(() => heats.forEach(markHeat));
}
