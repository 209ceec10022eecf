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


@pytest.fixture
def empty(monkeypatch, tmp_path):
    """An archive where nothing can be fetched."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return archive.Archive(tmp_path / "cache")


def test_nothing_fetched_is_told_by_what_was_to_be(empty):
    with pytest.raises(InputError, match="^no kernels from Debian: apt-get is "
                       "not here; .*--kernel FILE$"):
        empty.kernel("before")
    with pytest.raises(InputError, match="^no QEMU .* Debian: apt-get is not"):
        empty.qemu()


def test_a_cache_that_can_not_be_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="^cannot keep kernels in .*Not a dir"):
        archive.Archive(tmp_path / "file/cache").kernel("before")
