// Tables as HTML, and as text for a mail or a spreadsheet.

function tableOf(table) {
  const words = table.header.map((_, column) => table.rows.some(
    (row) => /^[A-Za-z]/.test(row[column])) ? "words" : "");
  const cells = (name, row) => row.map((cell, column) =>
    tag(name, {class: words[column]}, escaped(cell))).join("");
  const groups = table.groups.map(([heading, count]) =>
    tag("th", {colspan: count}, escaped(heading))).join("");
  return tag("div", {class: "wide"}, tag("table", {},
    tag("caption", {}, escaped(table.title)) +
    tag("thead", {}, (groups && tag("tr", {}, groups)) +
      tag("tr", {}, cells("th", table.header))) +
    table.rows.map((row) => tag("tr", {}, cells("td", row))).join(""))) +
    table.notes.map((note) =>
      tag("p", {class: "note"}, escaped(note))).join("");
}

// Without the rows, or the columns, of locks that are not shown.
function filteredTable(table, isShown) {
  const by = table.header.indexOf("backend");
  if (by >= 0) {
    return {...table, rows: table.rows.filter((row) => isShown(row[by]))};
  }
  const kept = (row) => row.filter(
    (_, column) => isShown(table.header[column]));
  let start = 0;
  const groups = table.groups.map(([heading, count]) => {
    const left = table.header.slice(start, start + count).filter(isShown);
    start += count;
    return [heading, left.length];
  }).filter(([, count]) => count);
  return {...table, groups, header: kept(table.header),
          rows: table.rows.map(kept)};
}

// A heading over several columns goes before the name of each.
function gridOf(table) {
  const rows = [...table.rows].map((row) => [...row.cells].flatMap(
    (cell) => Array(cell.colSpan).fill(cell.textContent.trim())));
  if (![...table.rows].some((row) => [...row.cells].some(
      (cell) => cell.colSpan > 1))) return rows;
  const [groups, header, ...body] = rows;
  return [header.map((name, n) => `${groups[n]} ${name}`.trim()), ...body];
}

const FORMATS = {
  TSV: (rows) => rows.map((row) => row.join("\t")).join("\n") + "\n",
  Markdown([header, ...rows]) {
    const line = (row) => `| ${row.map((cell) =>
      cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return [header, header.map(() => "---"), ...rows]
        .map(line).join("\n") + "\n";
  },
};

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {  // no permission, or no clipboard outside https
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = words;
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function addCopyButtons(table) {
  const bar = document.createElement("p");
  for (const [name, format] of Object.entries(FORMATS)) {
    const button = bar.appendChild(document.createElement("button"));
    button.textContent = `Copy as ${name}`;
    button.onclick = async () => {
      await copied(format(gridOf(table)));
      button.textContent = "Copied";
      setTimeout(() => button.textContent = `Copy as ${name}`, 1500);
    };
    bar.append(" ");
  }
  table.parentElement.after(bar);
}
