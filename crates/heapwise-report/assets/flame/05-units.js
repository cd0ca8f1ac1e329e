// Decides how numbers are written: bytes and times as pprof does, counts in full.
const STEPS = {
  bytes: [["B", 1], ["kB", 2 ** 10], ["MB", 2 ** 20], ["GB", 2 ** 30], ["TB", 2 ** 40], ["PB", 2 ** 50]],
  nanoseconds: [["ns", 1], ["us", 1e3], ["ms", 1e6], ["s", 1e9], ["hrs", 3600e9]],
};

const currentType = () => data.types[state.type];

function count(value) {
  return Math.round(value).toLocaleString("en-US");
}

function twoDecimals(value) {
  return value.toFixed(2).replace(/\.00$/, "");
}

function amount(value) {
  const steps = STEPS[currentType().unit];
  const size = Math.abs(value);
  if (state.per && size < 100) return size && size < 1 ? value.toPrecision(3) : twoDecimals(value);
  if (!steps) return count(value);
  const [name, factor] = steps.findLast((step) => size >= step[1]) || steps[0];
  const text = twoDecimals(value / factor);
  return Number(text) === 0 ? "0" : text + name;
}

const perUnit = () => (state.per ? `/${visible(data.per.unit)}` : "");

function signed(value) {
  return (value > 0 ? "+" : "") + amount(value);
}

function exact(value) {
  const digits = state.per ? 3 : Number.isInteger(value) ? 0 : 1;
  const number = value.toLocaleString("en-US", { maximumFractionDigits: digits });
  return `${number} ${visible(currentType().unit)}${perUnit()}`;
}

function percent(part, whole) {
  if (!whole) return part ? "∞%" : "0%";
  const value = (100 * part) / whole;
  return `${Math.abs(value) >= 9.995 || value === 0 ? value.toFixed(1) : value.toFixed(2)}%`;
}
