// Horizontal bars, alone or stacked, in panels side by side.

const fill = (part, backend, parts) => parts < 2 ? look(backend).colour :
    part ? `url(#p${part % 5})` : "var(--c0)";

// What the parts are, and down to where.
function legendOf(parts) {
  if (parts.length < 2) return ["", 0];
  const LINE = 22;
  let at = LABELS, top = 4;
  const keys = parts.map((name, part) => {
    const wide = 34 + 6.8 * name.length;
    if (at > LABELS && at + wide > WIDTH) [at, top] = [LABELS, top + LINE];
    const key = tag("rect", {x: at, y: top, width: 14, height: 12,
                             fill: fill(part, "", parts.length)}) +
        text(at + 20, top + 10, name);
    at += wide;
    return key;
  });
  return [keys.join(""), top - 4 + LINE];
}

function drawBars(figure) {
  const ROW = 21, NUMBERS = 74;  // the value stands behind its bar
  const LEAST = 230;  // a panel's width; others go below
  const names = [...new Set(figure.panels.flatMap(
    (panel) => panel.bars.map((bar) => bar.label)))];
  const [legend, below] = legendOf(figure.parts);
  const first = below + 24;
  const tall = ROW * names.length + 44;
  const across = Math.max(1, Math.min(figure.panels.length,
                                      Math.floor((WIDTH - LABELS) / LEAST)));
  const down = Math.ceil(figure.panels.length / across);
  const wide = Math.min(420, (WIDTH - LABELS) / across);
  const values = figure.panels.flatMap((panel) => panel.bars.flatMap((bar) =>
    [bar.values.reduce((sum, value) => sum + value, 0), bar.interval[1]]));
  const labels = Array.from({length: down}, (_, line) => names.map(
    (name, row) => text(LABELS - 8, first + tall * line + ROW * row + 15, name,
                        {"text-anchor": "end"})).join(""));
  const panels = figure.panels.map((panel, n) => {
    const left = LABELS + n % across * wide;
    const top = first + tall * Math.floor(n / across);
    const bottom = top + ROW * names.length;
    const x = scaleOf(figure.x, values, left, left + wide - NUMBERS);
    const ticks = x.ticks.map(([value, words]) =>
      tag("path", {class: "grid", d: `M${x.place(value)} ${top}V${bottom}`}) +
      text(x.place(value), bottom + 14, words,
           {class: "soft", "text-anchor": "middle"}));
    const bars = panel.bars.map((bar) => oneBar(
      figure, panel, bar, x, top + ROW * names.indexOf(bar.label)));
    return text(left, top - 6, panel.title, {"font-weight": 600}) +
        ticks.join("") + bars.join("");
  });
  const [label, lines] = paragraph(LABELS, first + tall * down - 10,
                                   figure.x.label, WIDTH - LABELS);
  return [legend + labels.join("") + panels.join("") + label,
          first + tall * down - 15 + lines];
}

function oneBar(figure, panel, bar, x, top) {
  const unit = figure.x.unit, [low, high] = bar.interval;
  const isWhole = figure.parts.length > 1 &&
      Math.abs(bar.values.reduce((sum, value) => sum + value, 0) - 1) < 0.01;
  let sum = 0;
  const parts = bar.values.map((value, part) => {
    const from = x.place(sum);
    sum += value;
    const name = figure.parts.length > 1 ? `, ${figure.parts[part]}` : "";
    return tag("rect", {x: from, y: top + 3, height: 15,
      width: value && Math.max(0.5, x.place(sum) - from),
      fill: fill(part, bar.backend, figure.parts.length),
      "data-tip": `${bar.label}, ${panel.title}${name}: ` +
          written(value, unit) + between(low, high, unit)});
  });
  const whisker = low === null ? "" : tag("path", {class: "whisker", d:
      `M${x.place(low)} ${top + 10.5}H${x.place(high)}m0-3v6` +
      `M${x.place(low)} ${top + 7.5}v6`});
  const end = Math.max(x.place(sum), high === null ? 0 : x.place(high));
  return parts.join("") + whisker +
      (isWhole ? "" : text(end + 5, top + 15, written(sum, unit)));
}
