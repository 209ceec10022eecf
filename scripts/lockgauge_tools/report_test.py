import re

from lockgauge_tools import report, runs, synthetic


def write(tmp_path, rows):
    run = runs.load(synthetic.write_run(tmp_path / "run", rows))
    return report.write(run).read_text(encoding="utf-8")


def test_it_stands_alone(tmp_path):
    page = write(tmp_path, synthetic.trials())
    assert not re.search(r"https?:|//[a-z]|<script|<link|url\((?!#)", page)
    assert page.count("<svg") == page.count("</svg>") == 1
    assert not re.search("#(010203|000000)", page)  # dark mode would swallow it


def test_it_shows_machine_tables_and_escapes(tmp_path):
    page = write(tmp_path, synthetic.trials(params=("note=<b>",)))
    assert "Simulated CPU &lt;1&gt;" in page
    assert "note=&lt;b&gt;" in page and "<b>" not in page
    assert "<td>rqspinlock</td>" in page and "1 thread, over rmw_floor" in page


def test_a_load_without_numbers_has_a_table_and_no_chart(tmp_path):
    rows = [synthetic.skipped(row, "one CPU") for row in synthetic.trials()]
    page = write(tmp_path, rows)
    assert "<svg" not in page and "skipped: one CPU" in page
