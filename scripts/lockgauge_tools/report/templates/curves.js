// Charts with two axes: curves over threads or percentiles, and points.

const LEFT = 74;

// What is drawn, and down to where.
function axes(figure, x, y, right, bottom) {
  const grid = y.ticks.map(([value, words]) =>
    tag("path", {class: "grid", d: `M${LEFT} ${y.place(value)}H${right}`}) +
    text(LEFT - 6, y.place(value) + 4, words, {"text-anchor": "end"}));
  let free = Infinity;  // ticks that would overlap go, the last never
  const below = [...x.ticks].reverse().map(([value, words]) => {
    const at = x.place(value);
    const tick = tag("path", {class: "grid", d: `M${at} ${bottom}v5`});
    if (at + 3.5 * words.length > free) return tick;
    free = at - 3.5 * words.length - 4;
    return tick + text(at, bottom + 18, words, {"text-anchor": "middle"});
  });
  const [label, lines] = paragraph((LEFT + right) / 2, bottom + 36,
                                   figure.x.label, right - LEFT, "middle");
  return [grid.join("") + below.join("") + label +
          text(LEFT - 66, 12, figure.y.label, {class: "soft"}),
          bottom + 29 + lines];
}

// Names beside the ends of curves, pushed apart until none overlap.
function besideEnds(ends, top, bottom) {
  ends.sort((a, b) => a.y - b.y);
  let free = top;
  for (const end of ends) {
    end.label = Math.max(end.y, free);
    free = end.label + LINE_PX;
  }
  free = bottom;
  for (const end of [...ends].reverse()) {
    end.label = Math.min(end.label, free);
    free = end.label - LINE_PX;
  }
  return ends;
}

// Does a curve end so early that its name fits there, beside no other end?
function isApart(end, ends, right) {
  const room = (one) => one.x + 10 + 7 * one.backend.length;
  return room(end) < right && !ends.some((other) => other !== end &&
      Math.abs(other.y - end.y) < LINE_PX && other.x - 10 < room(end) &&
      room(other) > end.x);
}

function drawLines(figure) {
  const top = 42, bottom = Math.max(330, 50 + LINE_PX * figure.series.length);
  const right = WIDTH - LABELS;
  const all = figure.series.flatMap((series) => series.points);
  const x = scaleOf(figure.x, all.map((point) => point[0]), LEFT + 10, right);
  const y = scaleOf(figure.y, all.flatMap((point) => point.slice(1)),
                    bottom, top);
  const ends = figure.series.map(({backend, points}) => {
    const last = points[points.length - 1];
    return {backend, points, x: x.place(last[0]), y: y.place(last[1])};
  });
  const borders = figure.marks.map(([threads, name]) => {
    const at = x.place(threads);
    return tag("path", {class: "border", d: `M${at} ${top}V${bottom}`}) +
        text(at, top - 11, name, {class: "soft",
                                        "text-anchor": "middle"});
  });
  // A name stands at the end of its curve, or at the right where all end.
  const early = ends.filter((end) => isApart(end, ends, right));
  for (const end of early) Object.assign(end, {label: end.y, beside: end.x});
  for (const end of besideEnds(ends.filter((end) => !early.includes(end)),
                               top, bottom)) end.beside = right + 18;
  const curves = ends.map((end) => {
    const places = end.points.map(([at, value]) =>
      [x.place(at), y.place(value)]);
    const marks = end.points.map(([at, value, low, high], n) => {
      const [px, py] = places[n];
      const known = low !== null && low !== undefined;
      const xWords = figure.x.scale === "percentile" ?
          `1 in ${short(at)} takes longer` : figure.x.said ?
          `${figure.x.said} ${at}` : `${at} ${figure.x.label}`;
      return (known ? tag("path", {class: "interval", d:
          `M${px} ${y.place(low)}V${y.place(high)}` +
          `m-3 0h6M${px - 3} ${y.place(low)}h6`}) : "") +
          (end.points.length <= 20 ? shapeAt(px, py, end.backend) : "") +
          hit(px, py, `${end.backend}, ${xWords}: ` +
              written(value, figure.y.unit) +
              between(low, high, figure.y.unit));
    });
    return tag("g", {class: "series", style: `--c:${look(end.backend).colour}`},
        tag("path", {class: look(end.backend).dashed ? "curve dashed" : "curve",
                     d: "M" + places.join("L")}) +
        marks.join("") +
        (early.includes(end) ? "" : tag("path", {class: "leader", d:
          `M${end.x + 6} ${end.y}L${right + 10} ${end.label}`}) +
          shapeAt(end.beside, end.label, end.backend)) +
        text(end.beside + 10, end.label + 4, end.backend));
  });
  const [frame, height] = axes(figure, x, y, right, bottom);
  return [frame + borders.join("") + curves.join(""), height];
}

function drawScatter(figure) {
  const top = 26, bottom = 430, right = WIDTH - LABELS;
  const both = figure.points.flatMap((point) => point.slice(0, 2));
  const x = scaleOf(figure.x, both, LEFT + 10, right);
  const y = scaleOf(figure.y, both, bottom, top);
  const low = Math.min(...both), high = Math.max(...both);
  const edge = (times) => [[low, low * times], [high, high * times]].map(
    ([a, b]) => [x.place(a), y.place(b)]);
  const band = [...edge(1 + figure.band), ...edge(1 - figure.band).reverse()];
  const points = figure.points.map(([a, b, backend, words]) => tag("g",
    {style: `--c:${look(backend).colour}`},
    shapeAt(x.place(a), y.place(b), backend) + hit(x.place(a), y.place(b),
      `${backend}, ${words}: measured ${written(a, "ns")}, ` +
      `simulated ${written(b, "ns")}`)));
  const names = [...new Set(figure.points.map((point) => point[2]))];
  const legend = names.map((name, n) => tag("g",
    {style: `--c:${look(name).colour}`},
    shapeAt(right + 18, top + 10 + LINE_PX * n, name) +
    text(right + 28, top + 14 + LINE_PX * n, name)));
  const [frame, height] = axes(figure, x, y, right, bottom);
  return [frame + tag("path", {class: "band", d: `M${band.join("L")}z`}) +
          tag("path", {class: "border", d: "M" + edge(1).join("L")}) +
          points.join("") + legend.join(""), height];
}
