// Decides what tables can do: sort by a column, show only rows with a text, copy as Markdown.

const cellText = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

function sortBy(table, column, head) {
  const isUp = head.getAttribute("aria-sort") === "descending";
  const valueOf = (row) => row.cells[column]?.dataset.value ?? cellText(row.cells[column] || row);
  const order = head.dataset.type === "number" ? (a, b) => Number(valueOf(a)) - Number(valueOf(b))
    : (a, b) => valueOf(a).localeCompare(valueOf(b), "en");
  for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].sort((a, b) => (isUp ? 1 : -1) * order(a, b));
  table.tBodies[0].append(...rows);
}

function markdown(table) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const escaped = (cell) => cellText(cell).replace(/[\\`*_[\]<>|~&]/g, "\\$&");
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => line([...row.cells].map(escaped)));
  return [line(heads.map(escaped)), line(heads.map((head) => (head.dataset.type === "number" ? "---:" : "---"))), ...rows, ""].join("\n");
}

/** Pages opened from a file may lack the clipboard of the browser. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(make("textarea", { value: text }));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  live.textContent = "copied";
}

function filterRows(table, text) {
  for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(text.toLowerCase());
}

function equip(table) {
  if (!table.tHead || !table.tBodies.length) return;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    head.replaceChildren(make("button", { type: "button", title: "Sort", onclick: () => sortBy(table, column, head) }, ...head.childNodes));
  });
  const filter = make("input", { type: "search", placeholder: "Filter", "aria-label": "Filter rows" });
  filter.oninput = () => filterRows(table, filter.value);
  const tools = make("div", { className: "tools" }, filter);
  if ("copy" in table.dataset) tools.append(button("Copy as Markdown", "", () => copy(markdown(table))));
  const frame = make("div", { className: "scroll" });
  table.replaceWith(tools, frame);
  frame.append(table);
}
