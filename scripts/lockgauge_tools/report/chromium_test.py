"""The page in a browser: drawn, filtered, by keyboard, copied, printed."""

import json
import re
import shutil
import subprocess

import pytest

from lockgauge_tools import cells, report, synthetic
from lockgauge_tools.report import sources

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DARK = "--blink-settings=preferredColorScheme=0"

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium here")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Two machines with every kind of figure, one a prediction of the other."""
    folder = tmp_path_factory.mktemp("report")
    rows = synthetic.trials(threads=[1, 2, 4, 8], fail_busy_count=3,
                            fail_deadlock_count=2, fail_timeout_count=1,
                            fail_again_count=1,
                            **dict.fromkeys(cells.LINE_TRANSFERS, 0.5))
    host = synthetic.write_run(folder / "host", rows)
    synthetic.write_run(folder / "sim", synthetic.trials(
        target="sim", fail_busy_count=3))
    (folder / "prediction.csv").write_text("")
    keys = ["target", "machine", "scenario", "backend", "threads", "placement",
            "params", "invocation", "repetition"]
    (host / "core_to_core.csv").write_text(
        ",".join([*keys, "from_cpu", "to_cpu", "one_way_ns"]) + "\n"
        + "host,m1,core_to_core,,3,,,0,0,0,1,50\n"
        + "host,m1,core_to_core,,3,,,0,0,1,2,90\n")
    return report.write_all(sources.load([folder]), folder / "report.html")


# What a busy browser may not have come to: sections are drawn when in view.
DRAW = """DATA.sections.map((section) => find(section.id)).forEach((element) =>
    { if (!element.hidden && !element.drawn) draw(element); });"""


def browse(page, *flags, address="", then="", first=DRAW):
    """What `then`, a script's expression, is after `first`."""
    asking = page.with_name("asking.html")
    asking.write_text(page.read_text("utf-8").replace("</body>", f"""
        <pre id="answer"></pre><script>
        addEventListener("load", () => setTimeout(() => {{
          {first}
          find("answer").textContent = JSON.stringify({then or "0"});
        }}, 500));
        </script></body>"""), encoding="utf-8")
    done = subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu",
         "--enable-logging=stderr", "--window-size=1100,9000",
         "--virtual-time-budget=6000", f"--user-data-dir={page.parent}/user",
         *flags, f"file://{asking}{address}"],
        capture_output=True, text=True, timeout=120)
    said = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    assert said == []
    return done.stdout


def ask(page, then, *flags, address="", first=DRAW):
    dom = browse(page, "--dump-dom", *flags, address=address, then=then,
                 first=first)
    answer = re.search(r'<pre id="answer">(.*?)</pre>', dom, re.DOTALL)[1]
    return json.loads(answer.replace("&lt;", "<").replace("&gt;", ">")
                      .replace("&amp;", "&"))


def test_every_figure_is_drawn(page):
    drawn, kinds, said = ask(page, """[
        document.querySelectorAll("figure svg").length,
        DATA.sections.flatMap((section) => section.figures).map(
            (figure) => figure.kind),
        find("s2").textContent.includes("Every lock serves its threads")]""")
    assert drawn == len(kinds) - kinds.count("words") > 5
    assert set(kinds) == {"bars", "heat", "lines", "scatter", "words"} and said
    assert ask(page, """document.querySelector("main").innerHTML.match(
        /NaN|undefined|null|Infinity/)""") is None


def test_the_address_filters(page):
    names, sections = ask(page, """[
        listed([...document.querySelectorAll("main svg text")].map(
            (text) => text.textContent).filter(
                (text) => CHOICES.backend.includes(text))),
        [...document.querySelectorAll("section:not([hidden])")].length]""",
                          address="#backend=qspinlock&machine=m1")
    assert names == ["qspinlock"]
    assert sections == 3  # the prediction, the heat map, the load


def test_a_filter_changes_what_is_shown_and_the_address(page):
    count, text, address = ask(page, """(() => {
        const box = [...find("filters").children].find((box) =>
            box.textContent.includes("rqspinlock"));
        box.querySelectorAll("input")[0].click();
        return [document.querySelectorAll("input:not(:checked)").length,
                box.firstElementChild.textContent, location.hash];
    })()""")
    assert (count, text) == (1, "backends: 4 of 5")
    assert address.startswith("#backend=") and "no_lock" not in address


def test_arrow_keys_tell_values(page):
    said = ask(page, """(() => {
        const chart = document.querySelector("figure svg");
        chart.focus();
        return ["ArrowRight", "ArrowRight", "ArrowLeft"].map((key) => {
            chart.dispatchEvent(new KeyboardEvent("keydown",
                {key, bubbles: true}));
            return find("tip").textContent;
        });
    })()""")
    assert said[0] == said[2] != said[1]
    assert re.search(r"measured [0-9.]+ ns, simulated [0-9.]+ ns", said[0])


def test_tables_copy_as_text(page):
    tsv, markdown = ask(page, """(() => {
        const rows = gridOf(document.querySelector("article table"));
        return [FORMATS.TSV(rows), FORMATS.Markdown(rows)];
    })()""")
    header, first, *_ = [line.split("\t") for line in tsv.splitlines()]
    assert header[:3] == ["load", "threads", "fastest"]
    assert first[:3] == ["handoff", "1", "qspinlock"]
    assert markdown.startswith("| load | threads | fastest |")
    assert markdown.splitlines()[1].count("---") == len(header)


def test_printing_draws_what_was_not_yet_seen(page):
    before, after = ask(page, """(() => {
        const count = () => document.querySelectorAll("figure svg").length;
        const before = count();
        dispatchEvent(new Event("beforeprint"));
        return [before, count()];
    })()""", "--window-size=1100,300", first="")
    assert before < after


def test_every_page_of_a_printed_table_has_its_header(page):
    tables, without = ask(page, """[
        document.querySelectorAll("main table, .winners").length,
        [...document.querySelectorAll("tr:has(th)")].filter((row) =>
            getComputedStyle(row.parentElement).display !==
            "table-header-group").length]""")
    assert tables > 2 and without == 0


def test_a_phone_reads_it_without_scrolling_the_page(page):
    wide, room, words = ask(page, """[
        document.documentElement.scrollWidth, innerWidth,
        Math.min(...[...document.querySelectorAll("main svg text")].map(
            (word) => word.getScreenCTM().a *
                      parseFloat(getComputedStyle(word).fontSize)))]""",
                            "--window-size=500,9000")
    assert wide <= room == 500
    assert words > 8


def test_no_words_run_off_a_chart(page):
    beyond = ask(page, """(() => {
        const right = (element) => element.getBoundingClientRect().right;
        return [...document.querySelectorAll("main svg text")].filter((word) =>
            right(word) > right(word.ownerSVGElement) + 1).map(
                (word) => word.textContent);
    })()""", "--window-size=600,9000")
    assert beyond == []


# {name: places of its curve}, drawn over percentiles and log time.
CURVES = """((curves) => {
    find("tip").innerHTML = drawn({kind: "lines", title: "", marks: [],
        x: {label: "x", unit: "", scale: "percentile"},
        y: {label: "y", unit: "ns", scale: "log"},
        series: Object.entries(curves).map(([backend, points]) =>
            ({backend, points}))});
    return [...document.querySelectorAll("#tip text")];
})"""


def test_names_of_curves_never_overlap(page):
    overlaps = ask(page, """(() => {
        const names = %s({percpu_busy: [[2, 10], [700, 900]],
            qspinlock: [[2, 10], [900, 905]], rqspinlock: [[2, 10], [1e4, 900]],
            no_lock: [[2, 10], [900, 30]]}).filter(
                (text) => CHOICES.backend.includes(text.textContent)).map(
                    (text) => text.getBoundingClientRect());
        return names.flatMap((one, n) => names.slice(n + 1).filter((other) =>
            one.left < other.right && other.left < one.right &&
            one.top + 2 < other.bottom && other.top + 2 < one.bottom)).length;
    })()""" % CURVES)
    assert overlaps == 0


def test_a_log_axis_has_numbers_however_short(page):
    ticks = ask(page, """[[31, 50], [97, 98], [90, 440]].map(([low, high]) =>
        %s({qspinlock: [[2, low], [9, high]]}).filter(
            (text) => text.textContent.endsWith(" ns")).length)""" % CURVES)
    assert min(ticks) > 1


def test_dark_and_light(page):
    colour = "getComputedStyle(document.body).backgroundColor"
    assert ask(page, colour) == "rgb(255, 255, 255)"
    assert ask(page, colour, DARK) != "rgb(255, 255, 255)"


def test_a_screenshot(page, tmp_path):
    picture = tmp_path / "page.png"
    browse(page, f"--screenshot={picture}")
    assert picture.stat().st_size > 50_000  # a blank one has a few thousand
