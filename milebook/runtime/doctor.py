"""What this machine has and lacks for a build: found, named and told, never raised and never printed.

Only the standard library is imported here, so that `scripts/setup` can ask before anything is installed. The libraries
are loaded with ctypes under the names WeasyPrint 70 tries (`weasyprint/text/ffi.py`); `import weasyprint` itself prints
to standard output and raises where one of them is missing.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

from milebook import __version__

OLDEST_PYTHON = (3, 11)
VERIFIED_ENGINES = ("70.0",)  # versions of WeasyPrint whose pages can be taken apart and stamped: tests say so
OLDEST_PANGO = (1, 44, 0)  # WeasyPrint 70, first steps
RUNTIME = (
    "click",
    "isal",
    "jinja2",
    "markdown",
    "pikepdf",
    "pydantic",
    "pyyaml",
    "rich",
    "segno",
    "uharfbuzz",
    "weasyprint",
)

LIBRARIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "GObject": ("gobject-2.0", "libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
        "Pango": ("pango-1.0", "libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
        "HarfBuzz": ("harfbuzz", "libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
        "HarfBuzz-Subset": (
            "harfbuzz-subset",
            "libharfbuzz-subset.so.0",
            "libharfbuzz-subset.0.dylib",
            "libharfbuzz-subset-0.dll",
        ),
        "Fontconfig": ("fontconfig", "libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
        "PangoFT2": ("pangoft2-1.0", "libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    }
)

DEBIAN_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_ALPINE = "gobject-2.0.so.0 pango-1.0.so.0 pangoft2-1.0.so.0 harfbuzz.so.0 harfbuzz-subset.so.0 fontconfig.so.1"
INSTALL: Mapping[str, str] = MappingProxyType(
    {
        "debian": "apt-get install -y --no-install-recommends " + " ".join(DEBIAN_PACKAGES),
        "fedora": "dnf install -y pango harfbuzz",
        "arch": "pacman -S --needed pango harfbuzz",
        "alpine": "apk add " + " ".join(f"so:lib{name}" for name in _ALPINE.split()),
        "macos": "brew install pango",
        "windows": "pacman -S mingw-w64-ucrt-x86_64-pango",
        "other": "install Pango 1.44 or newer and HarfBuzz with its subset library, with your system's package manager",
    }
)
WINDOWS_FOLDERS = r"C:\msys64\ucrt64\bin;C:\msys64\mingw64\bin;C:\Program Files\GTK3-Runtime Win64\bin"
_AS_ROOT = frozenset({"debian", "fedora", "arch", "alpine"})
_FAMILIES = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora"}


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked for, what was found, whether it will do, and what to do if not."""

    name: str
    found: str
    ok: bool = True
    hint: str = ""


def current_system(os_release: Path = Path("/etc/os-release")) -> str:
    """Return the key of `INSTALL` for this machine; `os_release` is read (ID, then ID_LIKE) on Linux only."""
    system = platform.system()
    if system != "Linux":
        return {"Darwin": "macos", "Windows": "windows"}.get(system, "other")
    try:
        text = os_release.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "other"
    fields = dict(re.findall(r"^(ID|ID_LIKE)=[\"']?([^\"'\n]*)", text, re.MULTILINE))
    words = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".lower().split()
    families = (_FAMILIES.get(word, word) for word in words)
    return next((family for family in families if family in _AS_ROOT), "other")


def install_line(system: str | None = None) -> str:
    """Return the command that installs the libraries on `system` (a key of `INSTALL`, default this machine).

    An unknown system gets the words of `other` instead of a command. `sudo` stands in front where the user is not root.
    """
    system = system or current_system()
    line = INSTALL.get(system, INSTALL["other"])
    if system == "windows":
        elsewhere = r"where MSYS2 is not in C:\msys64, set WEASYPRINT_DLL_DIRECTORIES to its ucrt64\bin folder"
        return f"{line} (in the MSYS2 UCRT64 shell; {elsewhere})"
    return f"sudo {line}" if system in _AS_ROOT and not _is_root() else line


def pango_message() -> str:
    """Return the one message for a machine on which the print engine cannot start, with the line that mends it."""
    missing = missing_libraries()
    if not missing:
        return "The print engine could not start although Pango is there; `milebook doctor` shows what was found"
    return f"The print engine cannot load {', '.join(missing)}; install with: {install_line()}"


def missing_libraries() -> tuple[str, ...]:
    """Return the names (keys of `LIBRARIES`) that cannot be loaded here, in order; empty when a build can print."""
    ensure_library_path()
    return tuple(name for name in LIBRARIES if load(name) is None)


def load(name: str) -> ctypes.CDLL | None:
    """Load the library `name` (a key of `LIBRARIES`), the way cffi does it for WeasyPrint; None where that fails."""
    for candidate in LIBRARIES[name]:
        for file in _files(candidate):
            try:
                return ctypes.CDLL(file)
            except OSError:
                continue
    return None


def ensure_library_path() -> None:
    """Let this process find Homebrew's, MacPorts' or MSYS2's libraries; does nothing on other systems, or twice.

    macOS looks in /usr/local/lib but not in /opt/homebrew/lib, and takes DYLD_* away from every program that a shebang
    or /bin/sh starts. Setting the variable here is early enough, and no second process is needed: the dynamic loader
    has read it already, but cffi asks `ctypes.util.find_library`, which reads it anew and answers with a full path.
    """
    system = platform.system()
    if system == "Darwin":
        known = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "").split(":")
        folders = [*known, *(folder for folder in _mac_folders() if Path(folder).is_dir())]
        os.environ["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join(dict.fromkeys(filter(None, folders)))
    elif system == "Windows" and not _added:
        for folder in os.environ.get("WEASYPRINT_DLL_DIRECTORIES", WINDOWS_FOLDERS).split(";"):
            if Path(folder).is_dir():
                _added.append(getattr(os, "add_dll_directory")(folder))  # noqa: B009 - mypy knows it on Windows only


def examine(fonts: Path) -> tuple[Finding, ...]:
    """Return everything a build needs, found or missing; `fonts` is the folder of the bundled font files."""
    return (_python(), Finding("milebook", __version__), *map(_package, RUNTIME), *_libraries(), *_fonts(fonts))


def untried_engine() -> str:
    """The version of WeasyPrint where it is none of those whose pages are stamped, else nothing."""
    try:
        version = metadata.version("weasyprint")
    except metadata.PackageNotFoundError:
        return ""  # told when it is needed
    return "" if version in VERIFIED_ENGINES else version


def untried_engine_note() -> str:
    """What to tell of such a version; nothing where there is nothing to tell."""
    version = untried_engine()
    tried = " and ".join(VERIFIED_ENGINES)
    note = f"everything is laid out in full: milebook stamps pages of WeasyPrint {tried}, not {version}"
    return note if version else ""


_added: list[object] = []  # handles of DLL folders; Windows forgets a folder when its handle goes


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _files(candidate: str) -> Iterator[str]:
    """Yield what to hand to the loader for one name: the name where it is a file's, then where macOS finds it."""
    if "." in candidate:
        yield candidate
    if platform.system() == "Darwin" and (path := ctypes.util.find_library(candidate)):
        yield path


def _mac_folders() -> Iterator[str]:
    """Yield library folders, those for this processor first: one machine may hold an Intel and an ARM Homebrew."""
    if prefix := os.environ.get("HOMEBREW_PREFIX"):
        yield f"{prefix}/lib"
    if platform.machine() == "arm64":
        yield "/opt/homebrew/lib"
    yield from ("/usr/local/lib", "/opt/local/lib", "/usr/lib")


def _python() -> Finding:
    ok = sys.version_info[:2] >= OLDEST_PYTHON
    return Finding("Python", platform.python_version(), ok, "" if ok else "needs Python 3.11 or newer")


def _package(name: str) -> Finding:
    try:
        return Finding(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", False, "run `scripts/setup` in the clone, or `pip install milebook`")


def _libraries() -> Iterator[Finding]:
    ensure_library_path()
    for name in LIBRARIES:
        library = load(name)
        if library is None:
            yield Finding(name, "missing", False, f"install with: {install_line()}")
            continue
        version = _version(name, library)
        if name == "Pango" and _numbers(version) < OLDEST_PANGO:
            yield Finding(name, version, False, f"needs 1.44 or newer: {install_line()}")
        else:
            yield Finding(name, version)


def versions(*names: str) -> tuple[str, ...]:
    """What of these libraries (keys of `LIBRARIES`) this machine has."""
    ensure_library_path()
    found = {name: load(name) for name in names}
    return tuple(f"{name} {_version(name, library) if library else 'none'}" for name, library in found.items())


def _version(name: str, library: ctypes.CDLL) -> str:
    """Ask the library itself; those without a version function are just there."""
    try:
        if name == "Fontconfig":
            number = int(library.FcGetVersion())  # 21401 is 2.14.1
            return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
        if name in ("Pango", "HarfBuzz"):
            ask = library.pango_version_string if name == "Pango" else library.hb_version_string
            ask.restype = ctypes.c_char_p
            return str(ask().decode())
    except AttributeError:
        pass
    return "found"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version))) or OLDEST_PANGO


def _fonts(folder: Path) -> Iterator[Finding]:
    """Yield the font files in `folder`, then those that a style sheet beside it asks for in vain."""
    files = sorted(folder.glob("*.ttf"))
    for file in files:
        yield _font(file)
    wanted = {name for sheet in folder.parent.glob("*.css") for name in _wanted(sheet)}
    for name in sorted(wanted - {file.name for file in files}):
        yield Finding(f"font {name}", "missing", False, f"restore {folder / name}")
    if not files:
        yield Finding("fonts", "none", False, f"restore the font files in {folder}")


def _wanted(sheet: Path) -> list[str]:
    try:
        return re.findall(r"fonts/([\w.-]+\.ttf)", sheet.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []


def _font(file: Path) -> Finding:
    """Read family, weight and slant as a style sheet names them; a file that is no font is a finding, not an error."""
    try:
        from fontTools.ttLib import TTFont

        with file.open("rb") as data, TTFont(data, lazy=True) as font:  # fontTools leaves a broken file open
            family = font["name"].getDebugName(16) or font["name"].getDebugName(1)
            slant = " italic" if font["OS/2"].fsSelection & 1 else ""
            return Finding(f"font {file.name}", f"{family} {font['OS/2'].usWeightClass}{slant}")
    except ImportError:
        return Finding(f"font {file.name}", "found")
    except Exception as error:  # fontTools raises what it happens on: struct, key, assertion and its own errors
        return Finding(f"font {file.name}", "unreadable", False, f"restore {file} ({type(error).__name__})")
