// Sections drawn as they come into view, and values under the pointer.

const DRAW = {lines: drawLines, bars: drawBars, heat: drawHeat,
              scatter: drawScatter};

function drawn(figure) {
  const [inside, height, width = WIDTH] = DRAW[figure.kind](figure);
  return tag("svg", {viewBox: `0 0 ${width} ${height}`, tabindex: 0,
                     style: `min-width:${0.75 * width}px`,
                     role: "img", "aria-label": `${figure.title}. ` +
                       "Arrow keys go through its values."}, inside);
}

const shown = (figure) => figure.kind === "words" ?
    tag("p", {}, escaped(figure.title)) :
    tag("figure", {}, tag("figcaption", {}, escaped(figure.title)) +
      drawn(figure) + tag("p", {}, escaped(figure.note)));

function draw(element) {
  const section = DATA.sections.find((each) => each.id === element.id);
  const [figures, counted] = [section.figures, section.counters].map(
    (all) => all.map(filteredFigure).filter(hasContent));
  const isOpen = section.open || !figures.length;
  element.lastElementChild.innerHTML = figures.map(shown).join("") +
    (counted.length ? tag("details", {},
      tag("summary", {}, "Counters") + counted.map(shown).join("")) : "") +
    (section.tables.length ? tag("details", isOpen ? {open: ""} : {},
      tag("summary", {}, "Tables") + section.tables.map((table) =>
        tableOf(filteredTable(table, isShown))).join("")) : "");
  element.querySelectorAll("table").forEach(addCopyButtons);
  element.drawn = true;
}

const near = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries)
    if (isIntersecting && !target.drawn) draw(target);
}, {rootMargin: "800px"});

const room = () => Math.max(NARROWEST, Math.min(
  WIDEST, document.querySelector("main").clientWidth));

function show() {
  WIDTH = room();
  for (const section of DATA.sections) {
    const element = find(section.id);
    element.hidden = hidden.machine.has(section.machine) ||
        hidden.scenario.has(section.scenario);
    document.querySelector(`[data-section=${section.id}]`).hidden =
        element.hidden;
    element.drawn = false;
    near.unobserve(element);
    near.observe(element);
  }
  for (const article of document.querySelectorAll("[data-machine]"))
    article.hidden = hidden.machine.has(article.dataset.machine);
}

addEventListener("beforeprint", () => {
  find("how").open = true;
  document.querySelectorAll("section").forEach((element) =>
    element.drawn || draw(element));
});

// --- values under the pointer, or by arrow keys on a focused chart ----------

function tell(mark) {
  document.querySelector("svg .current")?.classList.remove("current");
  const tip = find("tip");
  tip.textContent = mark ? mark.dataset.tip : "";
  if (!mark) return;
  mark.classList.add("current");
  const box = mark.getBoundingClientRect();
  tip.style.top = `${scrollY + box.bottom + 4}px`;
  tip.style.left = `${Math.min(scrollX + box.right,
                               innerWidth - tip.offsetWidth - 8)}px`;
}

addEventListener("pointerover", (event) =>
  tell(event.target.closest?.("[data-tip]")));
addEventListener("focusout", () => tell(null));
addEventListener("keydown", (event) => {
  const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[
    event.key];
  if (!step || !event.target.matches?.("svg[tabindex]")) return;
  event.preventDefault();
  const marks = [...event.target.querySelectorAll("[data-tip]")];
  const at = marks.findIndex((mark) => mark.matches(".current"));
  tell(marks[at < 0 ? 0 : (at + step + marks.length) % marks.length]);
});

// --- begin ------------------------------------------------------------------

for (const [name, choices] of Object.entries(CHOICES)) {
  if (choices.length > 1) find("filters").append(filterOf(name, choices));
}
function reload() {
  readAddress();
  for (const box of find("filters").children) box.refresh();
  show();
}
addEventListener("hashchange", () => {
  if (!find(location.hash.slice(1))) reload();
});
addEventListener("resize", () => room() === WIDTH || show());
document.querySelectorAll("article table").forEach(addCopyButtons);
reload();
