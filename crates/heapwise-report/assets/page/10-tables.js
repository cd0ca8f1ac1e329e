// Decides what tables can do: sort by a column, show only rows with a text, copy as Markdown.
const cellText = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

function sortBy(table, column, head) {
  const isUp = head.ariaSort === "descending", isNumber = head.dataset.type === "number";
  const valueOf = ({ cells }) => (isNumber ? cells[column].dataset.value ?? "" : cellText(cells[column]));
  const isFixed = (row) => "fixed" in row.dataset, rows = [...table.tBodies[0].rows];
  const compare = (a, b) => (isNumber ? valueOf(a) - valueOf(b) : valueOf(a).localeCompare(valueOf(b), "en"));
  // What has no value is neither the least nor the most: it comes last, before what is about the other rows.
  const free = rows.filter((row) => !isFixed(row)), [some, none] = [free.filter(valueOf), free.filter((row) => !valueOf(row))];
  const first = rows.slice(0, rows.indexOf(free[0])), last = rows.filter((row) => isFixed(row) && !first.includes(row));
  for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
  head.ariaSort = isUp ? "ascending" : "descending";
  table.tBodies[0].append(...first, ...some.sort((a, b) => (isUp ? 1 : -1) * compare(a, b)), ...none, ...last);
}

function markdown(table) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const escaped = ({ cells }) => line([...cells].map((cell) => cellText(cell).replace(/[\\`*_[\]<>|~&]/g, "\\$&")));
  const [head] = table.tHead.rows, rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
  const rule = line([...head.cells].map((cell) => (cell.dataset.type === "number" ? "---:" : "---")));
  return escaped(head) + rule + rows.map(escaped).join("");
}

async function copy(table, event) {
  await navigator.clipboard.writeText(markdown(table));
  event.target.textContent = "Copied";
}

function equip(table) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    head.replaceChildren(button(cellText(head), "Sort", () => sortBy(table, column, head)));
  }
  const filter = make("input", { type: "search", placeholder: "Filter", ariaLabel: "Filter rows", oninput() {
    for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(filter.value.toLowerCase());
  } });
  const tools = make("div", { className: "tools" }, filter);
  if ("copy" in table.dataset) tools.append(button("Copy as Markdown", "", (event) => copy(table, event)));
  const frame = make("div", { className: "scroll" });
  table.replaceWith(tools, frame);
  frame.append(table);
}
