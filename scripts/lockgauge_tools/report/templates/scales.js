// How values become words and places, and the marks all charts share.

const SHAPES = [  // 8 wide, around 0 0
  "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "M-3.5-3.5h7v7h-7z",
  "M0-4.5L4.5 3.5h-9z", "M0-5L5 0L0 5L-5 0z",
  "M0 4.5L4.5-3.5h-9z", "M-4-1.3h8v2.6h-8z",
  "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"];
const COLOURS = 7;  // and one, gray, for controls
// A chart's inside is drawn WIDTH wide, on a narrow page less so that its words
// can still be read; its names have LABELS of that.
const LABELS = 185, WIDEST = 900, NARROWEST = 460;
let WIDTH = WIDEST;
const DECIMALS = {ns: [[1e9, " s"], [1e6, " ms"], [1e3, " µs"], [0, " ns"]],
                  "": [[1e9, "G"], [1e6, "M"], [1e3, "k"], [0, ""]]};

const escaped = (text) => String(text).replace(/[&<>"]/g,
    (sign) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}[sign]));

function tag(name, attributes, inside = "") {
  const words = Object.entries(attributes).map(
      ([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${words.join("")}>${inside}</${name}>`;
}

const text = (x, y, words, more = {}) =>
    tag("text", {x, y, ...more}, escaped(words));

const LINE_PX = 15, CHARACTER_PX = 6;

// Soft words in as many lines as `room` asks for, and the lines' height.
function paragraph(x, y, words, room, anchor = "start") {
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length * CHARACTER_PX <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return [lines.map((line, n) => text(x, y + LINE_PX * n, line,
    {class: "soft", "text-anchor": anchor})).join(""), LINE_PX * lines.length];
}

const short = (value) => String(Number(value.toPrecision(3)));

function written(value, unit) {
  if (value === null) return "not measured";
  if (unit === "share") return `${short(100 * value)} %`;
  const scales = DECIMALS[unit] || DECIMALS[""];
  const [size, name] = scales.find(([limit]) => Math.abs(value) >= limit);
  const suffix = unit in DECIMALS ? "" : unit === "/s" ? "/s" : ` ${unit}`;
  return short(value / (size || 1)) + name + suffix;
}

// A scale: place(value) between `from` and `to`, and its ticks.
function scaleOf(axis, values, from, to) {
  const known = values.filter((value) => value !== null);
  const logarithmic = axis.scale !== "linear";
  const positive = known.filter((value) => value > 0);
  let low = logarithmic ? Math.min(...positive) : 0;
  let high = axis.most ?? Math.max(...(logarithmic ? positive : known));
  if (!(high > low)) high = logarithmic ? low * 2 : low + 1;
  if (axis.scale === "log") [low, high] = [low / 1.15, high * 1.15];
  const bend = logarithmic ? Math.log : (value) => value;
  const place = (value) => from + (to - from) *
      (bend(Math.max(value, low)) - bend(low)) / (bend(high) - bend(low));
  return {place, ticks: ticksOf(axis, low, high)};
}

function ticksOf(axis, low, high) {
  if (axis.ticks) return axis.ticks.map((value) => [value, String(value)]);
  if (axis.scale === "percentile") {
    return [2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]
        .filter((value) => value >= low && value <= high)
        .map((value) => [value, `${100 - 100 / value} %`.replace(
            /(\.\d*?9+)\d*/, "$1")]);
  }
  const ticks = [];
  // A power of ten may not be among few values.
  const isNarrow = axis.scale === "log" && high < 5 * low;
  if (axis.scale === "linear" || isNarrow) {
    const rough = (high - low) / (isNarrow ? 8 : 4);
    const size = 10 ** Math.floor(Math.log10(rough));
    const step = size * [1, 2, 5, 10].find((times) => times * size >= rough);
    for (let n = 0; n * step <= high * 1.0001; n++) ticks.push(n * step);
  } else {
    const steps = high / low > 1000 ? [1] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
      ticks.push(...steps.map((times) => times * 10 ** power));
  }
  return ticks.filter((value) => value >= low && value <= high * 1.0001)
      .map((value) => [value, written(value, axis.unit)]);
}

// The look of a backend: the same colour and shape in every chart.
function look(backend) {
  const place = DATA.looks[backend] ?? 0;
  if (place < 0) return {colour: "var(--control)", dashed: true,
                         shape: SHAPES.at(place)};
  const round = Math.floor(place / COLOURS);
  return {colour: `var(--c${place % COLOURS})`, dashed: round > 0,
          shape: SHAPES[(place + round) % SHAPES.length]};
}

const shapeAt = (x, y, backend) => tag("path", {class: "shape",
  d: look(backend).shape, transform: `translate(${x} ${y})`});

// What the pointer or the arrow keys find; `words` is what they show.
const hit = (x, y, words) => tag("circle", {class: "hit", cx: x, cy: y, r: 9,
  "data-tip": words});

const between = (low, high, unit) => low === null || low === undefined ? "" :
    ` [${written(low, unit)}, ${written(high, unit)}]`;
