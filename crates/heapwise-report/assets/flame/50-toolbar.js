// Decides which controls there are, and keeps them as the view is.
const syncs = [];

function choice(label, key, options) {
  const select = make("select", { name: key, onchange: () => go({ [key]: READ[key](select.value) }) },
    ...options.map(([value, text]) => make("option", { value }, text)));
  syncs.push(() => { select.value = state[key]; });
  return make("label", {}, label, select);
}

function toggle(text, title, key, change = go) {
  const one = button(text, title, () => change({ [key]: !state[key] }));
  one.name = key;
  syncs.push(() => one.setAttribute("aria-pressed", state[key]));
  return one;
}

const searchBox = make("input", { type: "search", name: "search", placeholder: "Search  /", ariaLabel: "Search names",
  oninput: () => adjust({ search: searchBox.value }) });
const searchResult = make("output", { className: "found" });
syncs.push(() => {
  if (searchBox.value !== state.search) searchBox.value = state.search;
  searchResult.textContent = searchText();
});

function confidenceSlider() {
  const slider = make("input", { type: "range", name: "confidence", min: 0.5, max: 0.999, step: 0.001,
    oninput: () => adjust({ confidence: Number(slider.value) }) });
  const shown = make("output");
  syncs.push(() => {
    slider.value = state.confidence;
    slider.ariaValueText = shown.textContent = confidence();
  });
  return make("label", { title: "Changes less sure than this are grey" }, "Confidence", slider, shown);
}

const canDiff = data.mode !== "one";

/** What means nothing to a single profile. */
function whileDiff(element) {
  syncs.push(() => { element.hidden = !isDiff(); });
  return element;
}

function toolbar() {
  const types = data.types.map(({ name }, index) => [index, visible(name)]);
  const per = data.per && `Per ${visible(data.per.unit)}`;
  return make("div", { className: "bar" }, ...[
    types.length > 1 && choice("Show", "type", types),
    isSeries && momentSlider("Since", "since", "What is compared with"),
    isSeries && momentSlider("Moment", "moment", "Which moment is shown"),
    isSeries && compareButton(),
    canDiff && whileDiff(choice("Width", "width", Object.entries(WIDTHS))),
    make("span", { className: "search" }, searchBox, searchResult),
    data.mode === "diff" && confidenceSlider(),
    per && toggle(per, "For equal work, or absolute", "per"),
    canDiff && whileDiff(toggle("Blue/orange", "Colours for red-green blindness (b)", "safe")),
    toggle("Flame", "Root below instead of on top (i)", "flip"),
    toggle("Group recursion", "Each function once in a stack (g)", "group", regrow),
    make("span", { className: "end" }, button("Back", "To the view before (Backspace, Escape)", back),
      button("Reset", "Everything as at first", () => regrow(START)), button("?", "Keys", () => help.showModal())),
  ].filter(Boolean));
}
