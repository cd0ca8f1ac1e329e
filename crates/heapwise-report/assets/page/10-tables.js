// Decides what tables can do: sort by a column, show only rows with a text, copy as Markdown.
const cellText = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

function sortBy(table, column, head) {
  const isUp = head.ariaSort === "descending", isNumber = head.dataset.type === "number";
  const valueOf = ({ cells }) => cells[column].dataset.value ?? cellText(cells[column]);
  const compare = (a, b) => (isNumber ? valueOf(a) - valueOf(b) : valueOf(a).localeCompare(valueOf(b), "en"));
  for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
  head.ariaSort = isUp ? "ascending" : "descending";
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort((a, b) => (isUp ? 1 : -1) * compare(a, b)));
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
