// Heat maps: the darker, the longer.

const ROOMY = 28;  // a smaller cell has no room for a fraction

function drawHeat(figure) {
  const WIDTH = WIDEST;  // its cells cannot shrink: a narrow page scrolls it
  const many = figure.columns.length > 32;
  const long = Math.max(...figure.rows.map((name) => name.length));
  const left = Math.min(330, 24 + 7 * long);
  const longest = Math.max(...figure.columns.map((name) => name.length));
  const tilted = longest > 4;
  const top = tilted ? 20 + 5 * longest : 34;
  const size = Math.min(tilted ? 60 : 40,
                        (WIDTH - left - 60) / figure.columns.length);
  const tall = Math.min(size, 30);
  const known = figure.values.flat().filter((value) => value !== null);
  const low = Math.min(...known), high = Math.max(...known);
  // The darkest is at least twice the lightest: small differences look small.
  const shade = (value) =>
      Math.log(value / low) / Math.log(Math.max(2, high / low));
  const colour = (share) => `hsl(212 65% ${94 - 66 * share}%)`;
  const names = figure.columns.map((name, n) => {
    const x = left + size * (n + 0.5);
    if (many && n % Math.ceil(figure.columns.length / 32)) return "";
    return tilted ? text(x, top - 6, name, {
      transform: `rotate(-45 ${x} ${top - 6})`}) :
        text(x, top - 6, name, {"text-anchor": "middle"});
  });
  const rows = figure.rows.map((name, row) => {
    const y = top + tall * row;
    const label = many && row % Math.ceil(figure.rows.length / 32) ? "" :
        text(left - 6, y + tall / 2 + 4, name, {"text-anchor": "end"});
    return label + figure.values[row].map((value, n) => value === null ? "" :
      tag("rect", {x: left + size * n, y, width: size + 0.3,
        height: tall + 0.3, fill: colour(shade(value)),
        "data-tip": `${name}, ${figure.columns[n]}: ` +
            written(value, figure.unit)}) +
      (many ? "" : text(left + size * (n + 0.5), y + tall / 2 + 4,
        size < ROOMY ? Math.round(value) : short(value), {
          "text-anchor": "middle", "pointer-events": "none",
          style: `fill:${shade(value) > 0.45 ? "#fff" : "#000"}` +
              (size < ROOMY ? ";font-size:9px" : "")}))).join("");
  });
  const right = left + size * figure.columns.length;
  const bottom = top + tall * figure.rows.length;
  const breaks = figure.breaks.map((n) => tag("path", {class: "whisker",
    d: `M${left} ${top + tall * n}H${right}M${left + size * n} ${top}V${bottom}`
  }));
  const key = [0, 0.25, 0.5, 0.75, 1].map((share, n) => tag("rect", {
    x: left + 24 * n, y: bottom + 12, width: 24, height: 12,
    fill: colour(share)}));
  return [names.join("") + rows.join("") + breaks.join("") + key.join("") +
          text(left + 128, bottom + 22, `${written(low, figure.unit)} to ` +
               `${written(high, figure.unit)}; down: ${figure.axes[0]}, ` +
               `across: ${figure.axes[1]}`, {class: "soft"}), bottom + 32,
          WIDTH];
}
