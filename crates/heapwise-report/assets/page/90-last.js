// Decides what comes last, as it can wait: what tables and heat maps can do.
for (const svg of document.querySelectorAll("svg.heat")) equipHeat(svg);
for (const table of document.querySelectorAll("#tables table.data")) if (table.tHead) equip(table);
requestAnimationFrame(() => { document.documentElement.dataset.ready = "1"; });
