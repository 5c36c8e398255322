"""The doctor: what it finds, what it misses, and the line it gives each system."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from ctypes.macholib.dyld import dyld_find
from pathlib import Path

import pytest

from milebook.runtime import doctor

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "templates/assets/fonts"


@pytest.fixture
def lacking(monkeypatch):
    """Take libraries away, as on a machine that has none of these files."""

    def lack(*names):
        gone = {name: ("libnot-there.so.0",) for name in names}
        monkeypatch.setattr(doctor, "LIBRARIES", {**doctor.LIBRARIES, **gone})

    return lack


def found(fonts=FONTS):
    return {finding.name: finding for finding in doctor.examine(fonts)}


def test_this_machine_is_well():
    assert [finding for finding in doctor.examine(FONTS) if not finding.ok] == []
    assert doctor.missing_libraries() == ()


@pytest.mark.parametrize("name", ["Python", "milebook", "weasyprint", "pydantic", "Pango", "HarfBuzz", "Fontconfig"])
def test_versions_are_versions(name):
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", found()[name].found)


def test_the_libraries_agree_with_weasyprint():
    source = Path(importlib.util.find_spec("weasyprint").origin).parent / "text/ffi.py"
    theirs = set(re.findall(r"'([\w.-]+)'", source.read_text(encoding="utf-8")))
    assert {name for names in doctor.LIBRARIES.values() for name in names} <= theirs


def test_the_packages_are_those_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tuple(re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]) == doctor.RUNTIME


def test_a_missing_library_is_named_with_the_line_that_installs_it(lacking):
    lacking("Pango", "HarfBuzz-Subset")
    assert doctor.missing_libraries() == ("Pango", "HarfBuzz-Subset")
    finding = found()["HarfBuzz-Subset"]
    assert (finding.found, finding.ok) == ("missing", False)
    assert doctor.install_line() in finding.hint
    message = doctor.pango_message()
    assert "Pango, HarfBuzz-Subset" in message
    assert doctor.install_line() in message
    assert "\n" not in message


def test_no_library_at_all_is_still_a_report(lacking):
    lacking(*doctor.LIBRARIES)
    assert [name for name, finding in found().items() if not finding.ok] == list(doctor.LIBRARIES)


def test_an_old_pango_will_not_do(monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST_PANGO", (99, 0, 0))
    assert not found()["Pango"].ok
    assert "1.44" in found()["Pango"].hint


def test_a_missing_package_is_a_finding(monkeypatch):
    monkeypatch.setattr(doctor, "RUNTIME", ("no-such-package",))
    assert not found()["no-such-package"].ok


def test_fonts_have_family_and_weight():
    assert found()["font SourceSerif4SmText-It.ttf"].found == "Source Serif 4 SmText 400 italic"


def test_fonts_that_are_wanted_missing_or_broken(tmp_path):
    fonts = tmp_path / "fonts"
    assert found(fonts)["fonts"].found == "none"
    fonts.mkdir()
    (fonts / "Broken.ttf").write_bytes(b"not a font")
    (tmp_path / "print.css").write_text("@font-face { src: url(fonts/Absent.ttf) }", encoding="utf-8")
    findings = found(fonts)
    assert (findings["font Broken.ttf"].found, findings["font Broken.ttf"].ok) == ("unreadable", False)
    assert (findings["font Absent.ttf"].found, findings["font Absent.ttf"].ok) == ("missing", False)
    assert "fonts" not in findings


@pytest.mark.parametrize(
    ("release", "system"),
    [
        ("ID=debian\n", "debian"),
        ("NAME=x\nID=ubuntu\nID_LIKE=debian\n", "debian"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "debian"),
        ("ID=fedora\n", "fedora"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("ID=arch\n", "arch"),
        ("ID=alpine\n", "alpine"),
        ("ID=plan9\n", "other"),
        ("", "other"),
    ],
)
def test_linux_systems_are_told_apart(release, system, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    (tmp_path / "os-release").write_text(release, encoding="utf-8")
    assert doctor.current_system(tmp_path / "os-release") == system


@pytest.mark.parametrize(
    ("name", "system"), [("Darwin", "macos"), ("Windows", "windows"), ("FreeBSD", "other"), ("Linux", "other")]
)
def test_other_systems_need_no_os_release(name, system, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: name)
    assert doctor.current_system(tmp_path / "none") == system


@pytest.mark.parametrize(
    ("system", "root", "start"),
    [
        ("debian", True, "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-sub"),
        ("debian", False, "sudo apt-get install"),
        ("fedora", False, "sudo dnf install"),
        ("arch", False, "sudo pacman -S"),
        ("alpine", True, "apk add so:libgobject-2.0.so.0"),
        ("macos", False, "brew install pango"),
        ("windows", False, "pacman -S mingw-w64-ucrt-x86_64-pango"),
        ("other", False, "install Pango"),
        ("unheard-of", False, "install Pango"),
    ],
)
def test_the_line_for_each_system(system, root, start, monkeypatch):
    monkeypatch.setattr(doctor, "_is_root", lambda: root)
    assert doctor.install_line(system).startswith(start)


def test_windows_is_told_of_the_folder():
    assert "WEASYPRINT_DLL_DIRECTORIES" in doctor.install_line("windows")


def test_homebrews_folder_is_found_on_macos(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/libpango-1.0.dylib").touch()
    monkeypatch.setattr(doctor.platform, "system", lambda: "Darwin")
    monkeypatch.setenv("HOMEBREW_PREFIX", str(tmp_path))
    monkeypatch.setenv("DYLD_FALLBACK_LIBRARY_PATH", "/mine")
    doctor.ensure_library_path()
    once = os.environ["DYLD_FALLBACK_LIBRARY_PATH"]
    assert once.startswith(f"/mine:{tmp_path}/lib:")
    assert dyld_find("libpango-1.0.dylib") == str(tmp_path / "lib/libpango-1.0.dylib")  # what find_library does there
    doctor.ensure_library_path()
    assert os.environ["DYLD_FALLBACK_LIBRARY_PATH"] == once


def test_the_library_path_is_left_alone_elsewhere(monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    monkeypatch.delenv("DYLD_FALLBACK_LIBRARY_PATH", raising=False)
    doctor.ensure_library_path()
    assert "DYLD_FALLBACK_LIBRARY_PATH" not in os.environ


def test_the_set_up_can_ask_before_anything_is_installed():
    begin = f"import sys; sys.path[:0] = [{str(ROOT)!r}]; "
    ask = f"{begin}from milebook.runtime import doctor; print(doctor.missing_libraries())"
    bare = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", ask], capture_output=True, text=True, check=True)
    assert (bare.stdout, bare.stderr) == ("()\n", "")
