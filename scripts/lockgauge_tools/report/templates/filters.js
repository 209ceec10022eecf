// What is shown: chosen in the filters, and kept behind the # of the address.

const listed = (values) => [...new Set(values.filter(Boolean))];
const CHOICES = {
  machine: listed(DATA.sections.map((section) => section.machine)),
  scenario: listed(DATA.sections.map((section) => section.scenario)),
  backend: Object.keys(DATA.looks),
};
const hidden = {machine: new Set(), scenario: new Set(), backend: new Set()};
const isShown = (backend) => !hidden.backend.has(backend);

function filteredFigure(figure) {
  const kept = (items) => items.filter((item) => isShown(item.backend));
  switch (figure.kind) {
    case "lines": return {...figure, series: kept(figure.series)};
    case "bars": return {...figure, panels: figure.panels.map(
      (panel) => ({...panel, bars: kept(panel.bars)}))
      .filter((panel) => panel.bars.length)};
    case "scatter": return {...figure, points: figure.points.filter(
      (point) => isShown(point[2]))};
    case "words": return figure;
    default: {
      const columns = figure.columns.map(isShown);
      const rows = figure.rows.map((_, row) =>
        !hidden.machine.has(figure.machines[row]));
      const kept = (items, by) => items.filter((_, n) => by[n]);
      return {...figure, rows: kept(figure.rows, rows),
              columns: kept(figure.columns, columns),
              values: kept(figure.values, rows).map(
                (row) => kept(row, columns))};
    }
  }
}

const hasContent = (figure) => figure.kind === "words" ||
  (figure.series || figure.panels || figure.points ||
   figure.values.filter((row) => row.length)).length > 0;

function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const [name, choices] of Object.entries(CHOICES)) {
    const wanted = asked.get(name)?.split("|");
    hidden[name] = new Set(wanted ?
      choices.filter((choice) => !wanted.includes(choice)) : []);
  }
}

function writeAddress() {
  const asked = new URLSearchParams();
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (hidden[name].size) asked.set(name, choices.filter(
      (choice) => !hidden[name].has(choice)).join("|"));
  }
  history.replaceState(null, "", `#${asked}`);
}

function filterOf(name, choices) {
  const box = document.createElement("details");
  box.innerHTML = "<summary></summary><div><button>all</button> " +
    "<button>none</button>" + choices.map((choice) => tag("label", {},
      `<input type="checkbox">${escaped(choice)}`)).join("") + "</div>";
  const inputs = [...box.querySelectorAll("input")];
  const refresh = () => {
    inputs.forEach((input, n) => input.checked = !hidden[name].has(choices[n]));
    const count = choices.length - hidden[name].size;
    box.firstElementChild.textContent = `${name}s: ` +
        (hidden[name].size ? `${count} of ${choices.length}` :
         `all ${choices.length}`);
  };
  const change = (isHidden) => {
    hidden[name] = new Set(choices.filter(isHidden));
    refresh();
    writeAddress();
    show();
  };
  const [all, none] = box.querySelectorAll("button");
  all.onclick = () => change(() => false);
  none.onclick = () => change(() => true);
  box.onchange = () => change((_, n) => !inputs[n].checked);
  box.onkeydown = (event) => {
    if (event.key === "Escape") box.open = false;
  };
  box.refresh = refresh;
  return box;
}
