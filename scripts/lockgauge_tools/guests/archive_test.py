import pytest

from lockgauge_tools.errors import InputError
from lockgauge_tools.guests import archive


def test_suites_come_from_the_mirrors_that_apt_uses():
    text = archive.sources(["http://mirror.example/debian/",
                            "http://mirror.example/debian/",
                            "http://other.example/debian-security",
                            "https://deb.nodesource.com/node_20.x"])
    assert text.count("http://mirror.example/debian/ trixie-backports ") == 1
    assert "http://other.example/debian-security trixie-security " in text
    assert "nodesource" not in text


def test_without_a_mirror_a_file_will_do():
    with pytest.raises(InputError, match="apt-get update.*--kernel FILE"):
        archive.sources(["http://archive.ubuntu.com/ubuntu"])


def test_the_cache_is_where_users_have_theirs(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert archive.cache_folder() == tmp_path / "lockgauge"
