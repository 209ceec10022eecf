from lockgauge_tools.tables import Table, percent

PARAMS = ";".join(f"parameter_{number}=value" for number in range(8))


def test_a_long_title_is_broken_between_parameters():
    text = Table(f"storage_gap {PARAMS}   compact, m1", ["a"], [["1"]]).text()
    *title, header, row = text.splitlines()
    assert (header, row) == ("a", "1")
    assert len(title) == 2 and max(map(len, title)) <= 100
    assert all(line.endswith(";") for line in title[:-1])
    assert "".join(title).count("=value") == 8


def test_a_title_that_fits_is_left_alone():
    title = "handoff hold_ns=0;think_ns=0   compact, m1"
    assert Table(title, ["a"], [["1"]]).text() == f"{title}\na\n1\n"


def test_shares_have_no_exponent():
    assert [percent(share) for share in (
        1e-7, 0.000_12, 0.5, 9.994, 9.996, 23.14)] == [
            "< 0.0001 %", "0.012 %", "50 %", "999 %", "1000 %", "2314 %"]
