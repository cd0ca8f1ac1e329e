// Decides which controls there are, and keeps them as the view is.
const syncs = [];

/** An element; its text is only ever text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function button(text, title, onclick) {
  return make("button", { type: "button", title, onclick }, text);
}

function choice(label, key, options) {
  const items = options.map(([value, text]) => make("option", { value }, text));
  const select = make("select", { name: key, onchange: () => go({ [key]: READ[key](select.value) }) }, ...items);
  syncs.push(() => { select.value = String(state[key]); });
  return make("label", {}, label, select);
}

function toggle(text, title, key, change = go) {
  const one = button(text, title, () => change({ [key]: !state[key] }));
  one.name = key;
  syncs.push(() => one.setAttribute("aria-pressed", state[key]));
  return one;
}

const searchBox = make("input", { type: "search", name: "search", placeholder: "Search  /", "aria-label": "Search names; /…/ for a pattern" });
const searchResult = make("output", { className: "found" });
searchBox.oninput = () => adjust({ search: searchBox.value });
syncs.push(() => {
  if (searchBox.value !== state.search) searchBox.value = state.search;
  searchResult.textContent = searchText();
});

function confidenceSlider() {
  const slider = make("input", { type: "range", name: "confidence", min: 0.5, max: 0.999, step: 0.001, "aria-label": "Confidence" });
  const shown = make("output", {});
  slider.oninput = () => adjust({ confidence: Number(slider.value) });
  syncs.push(() => {
    slider.value = state.confidence;
    shown.textContent = percentOf();
    slider.setAttribute("aria-valuetext", percentOf());
  });
  return make("label", { title: "Changes less sure than this are grey" }, "Confidence", slider, shown);
}

function toolbar() {
  const types = data.types.map((type, index) => [index, visible(type.name)]);
  const bar = make("div", { className: "bar" });
  if (types.length > 1) bar.append(choice("Show", "type", types));
  if (isDiff) {
    bar.append(choice("Width", "width", [["after", "after"], ["before", "before"], ["change", "change: increases + decreases"],
      ["gone", "vanished only"], ["side", "before | change | after"]]));
  }
  bar.append(make("span", { className: "search" }, searchBox, searchResult));
  if (isDiff) bar.append(confidenceSlider(), toggle("Blue/orange", "Colours for red-green blindness (b)", "safe"));
  if (data.per) bar.append(toggle(`Per ${visible(data.per.unit)}`, "For equal work, or absolute", "per"));
  bar.append(toggle("Flame", "Root below instead of on top (i)", "flip"));
  bar.append(toggle("Group recursion", "Each function once in a stack (g)", "group", regrow));
  bar.append(button("Back", "Back to the view before (Backspace, Escape)", back));
  bar.append(button("Reset", "Everything as at first", () => regrow({ ...START })), button("?", "Keys", () => help.showModal()));
  return bar;
}

const KEYS = [["arrows", "to callers, callees and neighbours"], ["Enter", "zoom to the frame"], ["Escape, Backspace", "back"],
  ["Home", "to the root"], ["/", "search"], ["n", "next frame found"], ["s", "sandwich: all callers and callees"],
  ["f", "focus: only stacks through the function"], ["h", "hide the function"], ["g", "group recursion"],
  ["i", "icicle or flame"], ["b", "red/green or blue/orange"], ["?", "these keys"]];

const help = make("dialog", { className: "help", "aria-label": "Keys" }, make("h3", {}, "Keys"),
  make("dl", {}, ...KEYS.flatMap(([key, text]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)])),
  make("form", { method: "dialog" }, make("button", {}, "Close")));
