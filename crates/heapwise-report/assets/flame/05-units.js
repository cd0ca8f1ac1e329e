// Decides how numbers are written: bytes and times as pprof does, counts in full.
const STEPS = {
  bytes: ["B", "kB", "MB", "GB", "TB", "PB"].map((name, k) => [name, 1024 ** k]),
  nanoseconds: [["ns", 1], ["us", 1e3], ["ms", 1e6], ["s", 1e9], ["hrs", 3600e9]],
};
const type = () => data.types[state.type];
const perUnit = () => (state.per ? `/${visible(data.per.unit)}` : "");
const exact = (value) => `${count(value, state.per ? 3 : 1)} ${visible(type().unit)}${perUnit()}`;

/** With commas. What the browser has for this loads its languages first, which takes longer than all of the page. */
function count(value, digits = 0) {
  const [whole, part = ""] = Math.abs(value).toFixed(digits).split("."), rest = part.replace(/0+$/, "");
  return (value < 0 ? "-" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest && `.${rest}`);
}

/** With two digits; halves go to the even one, as in Go: of such numbers only odd eighths are halves. */
const rounded = (value) => (Math.abs(8 * value) % 2 === 1 ? (2 * Math.round(50 * value)) / 100 : value).toFixed(2);

function amount(value) {
  const steps = STEPS[type().unit], size = Math.abs(value);
  if (!steps) return count(value, state.per ? 2 : 0) + perUnit();
  const [name, factor] = steps.findLast((step) => size >= step[1]) || steps[0];
  const text = rounded(value / factor).replace(/\.00$/, "");
  return (Number(text) ? text + name : "0") + perUnit();
}

function percent(part, whole) {
  const value = whole ? (100 * part) / whole : part ? Infinity : 0, size = Math.abs(value);
  if (size >= 99.95 && size < 100.05) return `${Math.sign(value) * 100}%`;
  return `${size >= 1 ? value.toFixed(1) : Number(value.toPrecision(2))}%`;
}
