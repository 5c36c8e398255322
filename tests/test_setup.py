"""scripts/setup, build.py and the Makefile, with a make-believe Python and system: no network, no root."""

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCKED = ("runtime", "dev")

# Logs what it is asked; makes a .venv of itself; knows the libraries once the file `libraries` is there.
PYTHON = """#!/bin/sh
case "$*" in
  *doctor.missing_libraries*) [ -e "$MACHINE/libraries" ] && echo "()" || echo "('Pango',)" ;;
  *doctor.current_system*) echo "$SYSTEM" ;;
  *ensurepip*) [ -e "$MACHINE/ensurepip" ] ;;
  "-m venv "*) echo venv >>"$MACHINE/log"; mkdir -p "$3/bin" "$3/site"; cp "$0" "$3/bin/python" ;;
  "-m pip install"*) echo "pip $*" >>"$MACHINE/log"; [ ! -e "$MACHINE/offline" ] || { echo no network; exit 1; } ;;
  *purelib*) echo "$(dirname "$0")/../site" ;;
  *) exec REAL "$@" ;;
esac
""".replace("REAL", f"'{sys.executable}'")
APT = """#!/bin/sh
echo "apt $*" >>"$MACHINE/log"
case $* in *install*) touch "$MACHINE/libraries" "$MACHINE/ensurepip" ;; esac
"""


class Machine:
    """A clone in one folder and the system around it in another."""

    def __init__(self, folder):
        self.clone, self.bin = folder / "a clone", folder / "bin"
        self.env = {"PATH": f"{self.bin}:/usr/bin:/bin", "MACHINE": str(folder), "SYSTEM": "debian", "LC_ALL": "C"}
        self.folder = folder
        for part in ("scripts", "milebook/runtime", "requirements"):
            (self.clone / part).mkdir(parents=True)
        shutil.copy(ROOT / "scripts/setup", self.clone / "scripts")
        for file in ("__init__.py", "runtime/__init__.py", "runtime/doctor.py"):
            shutil.copy(ROOT / "milebook" / file, self.clone / "milebook" / file)
        for name in LOCKED:
            (self.clone / f"requirements/{name}.txt").write_text(f"{name}==1\n", encoding="utf-8")
        self.bin.mkdir()
        self.has("python3", PYTHON)
        self.has("apt-get", APT)
        self.has("id", "#!/bin/sh\necho 0\n")
        self.state("libraries", "ensurepip")

    def has(self, name, script):
        (self.bin / name).write_text(script, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def state(self, *names):
        for name in names:
            (self.folder / name).touch()

    def without(self, *names):
        for name in names:
            (self.folder / name).unlink()

    def setup(self, *args):
        """Run scripts/setup; return its exit code, all it said, and what it asked of pip and apt-get."""
        (self.folder / "log").write_text("", encoding="utf-8")
        run = subprocess.run(
            [self.clone / "scripts/setup", *args],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        return run.returncode, run.stdout + run.stderr, (self.folder / "log").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def installs(log):
    return [line.rsplit("/", 1)[1] for line in log if line.startswith("pip")]


def test_the_first_run_sets_up_and_the_second_does_nothing(machine):
    code, said, log = machine.setup()
    assert (code, log[0], installs(log)) == (0, "venv", ["runtime.txt"])
    assert "--require-hashes --only-binary :all:" in log[1]
    assert not any(line.startswith("apt") for line in log)
    assert said.endswith("setup: done\n")
    assert machine.setup() == (0, "", [])


def test_the_venv_points_at_the_clone_and_has_the_command(machine):
    machine.setup()
    assert (machine.clone / ".venv/site/milebook.pth").read_text(encoding="utf-8") == f"{machine.clone}\n"
    command = machine.clone / ".venv/bin/milebook"
    assert os.access(command, os.X_OK)
    assert f'exec "{machine.clone}/.venv/bin/python" -m milebook' in command.read_text(encoding="utf-8")


def test_the_tests_packages_are_added_and_a_booklet_leaves_them(machine):
    machine.setup()
    _, _, log = machine.setup("dev")
    assert ("venv" in log, installs(log)) == (False, ["dev.txt"])
    assert machine.setup("runtime") == (0, "", [])
    (machine.clone / "requirements/dev.txt").write_text("dev==2\n", encoding="utf-8")
    assert installs(machine.setup("runtime")[2]) == ["dev.txt"]


def test_a_changed_lock_makes_the_venv_anew(machine):
    machine.setup()
    (machine.clone / "requirements/runtime.txt").write_text("runtime==2\n", encoding="utf-8")
    assert machine.setup()[2][0] == "venv"
    assert machine.setup()[2] == []


def test_a_moved_clone_is_set_up_again(machine):
    machine.setup()
    machine.clone = machine.clone.rename(machine.folder / "elsewhere")
    assert machine.setup()[2][0] == "venv"


def test_a_set_up_that_was_cut_off_is_done_again(machine):
    machine.state("offline")
    code, said, _ = machine.setup()
    assert (code, "needs the network" in said, "no network" in said) == (1, True, True)
    machine.without("offline")
    assert machine.setup()[0] == 0
    assert machine.setup()[2] == []


def test_adding_the_tests_packages_may_be_cut_off_too(machine):
    machine.setup()
    machine.state("offline")
    assert machine.setup("dev")[0] == 1
    machine.without("offline")
    assert installs(machine.setup("runtime")[2]) == ["runtime.txt"]


def test_a_venv_whose_python_is_gone_is_made_again(machine):
    machine.setup()
    (machine.clone / ".venv/bin/python").unlink()
    assert machine.setup()[2][0] == "venv"


def test_root_gets_what_is_missing_and_only_then(machine):
    machine.without("libraries", "ensurepip")
    code, said, log = machine.setup()
    assert code == 0
    assert log[0] == "apt -qq update"
    for package in ("-venv", "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "--no-install-recommends"):
        assert package in log[1]
    assert said.startswith("setup: installing with apt-get: python3.")


def test_only_the_venv_package_where_pango_is_there(machine):
    machine.without("ensurepip")
    assert "pango" not in machine.setup()[2][1]


def test_a_user_with_sudo_uses_it(machine):
    machine.without("libraries")
    machine.has("id", "#!/bin/sh\necho 1000\n")
    machine.has("sudo", '#!/bin/sh\n[ "$1" != -n ] || shift\necho "sudo $1" >>"$MACHINE/log"\nexec "$@"\n')
    code, _, log = machine.setup()
    assert (code, log[:3]) == (0, ["sudo true", "sudo apt-get", "apt -qq update"])


def test_a_user_without_rights_gets_the_line(machine):
    machine.without("libraries")
    machine.has("id", "#!/bin/sh\necho 1000\n")
    machine.has("sudo", "#!/bin/sh\nexit 1\n")
    code, said, log = machine.setup()
    assert (code, log, said.count("\n")) == (1, [], 1)
    assert "as root, run: apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0" in said


def test_another_package_manager_is_named_not_run(machine):
    machine.without("libraries")
    machine.env["SYSTEM"] = "fedora"
    code, said, log = machine.setup()
    assert (code, log, "Traceback" in said) == (1, [], False)
    assert said.startswith("setup: The print engine")


def test_macos_uses_homebrew_or_says_where_it_is(machine):
    machine.without("libraries")
    machine.env["SYSTEM"] = "macos"
    assert "https://brew.sh" in machine.setup()[1]
    machine.has("brew", APT.replace("apt ", "brew "))
    code, _, log = machine.setup()
    assert (code, log[0]) == (0, "brew install pango")


def test_an_old_python_is_passed_over(machine):
    machine.bin.joinpath("python3").rename(machine.bin / "python3.14")
    machine.has("python3", "#!/bin/sh\necho 'pyenv: no such version' >&2\nexit 127\n")
    assert machine.setup()[0] == 0


def test_no_python_will_do(machine):
    machine.has("old", "#!/bin/sh\nexit 1\n")
    machine.env["PYTHON"] = str(machine.bin / "old")
    code, said, log = machine.setup()
    assert (code, log, "needs Python 3.11 or newer" in said, said.count("\n")) == (1, [], True, 1)


def test_a_wrong_word_is_a_usage_error(machine):
    code, said, _ = machine.setup("everything")
    assert (code, "usage:" in said) == (1, True)


@pytest.fixture
def bare(tmp_path):
    """A clone without .venv, and a Python without libraries."""
    for name in ("build.py", "milebook"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "build.py", tmp_path / "copy.py")
    (tmp_path / "copy.py").rename(tmp_path / "build.py")
    return [sys.executable, "-S", "-E", "-B", str(tmp_path / "build.py")], tmp_path


def test_build_without_a_set_up_says_so(bare):
    command, _ = bare
    run = subprocess.run(command, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "make booklet" in run.stderr


def test_build_goes_on_in_the_venv(bare):
    command, clone = bare
    (clone / ".venv/bin").mkdir(parents=True)
    python = clone / ".venv/bin/python"
    python.write_text('#!/bin/sh\nprintf "%s|" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    run = subprocess.run([*command, "--profile", "a b"], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, f"{clone}/build.py|--profile|a b|")


def test_build_speaks_to_an_old_python(bare):
    names = ("python3.10", "python3.9", "python3.8", "python3.7", "python3.6", "python2.7")
    here = [
        name
        for name in names
        if shutil.which(name) and not subprocess.run([name, "-c", ""], capture_output=True).returncode
    ]
    if not here:
        pytest.skip(f"none of {', '.join(names)} here")
    for name in here:
        run = subprocess.run([name, "-B", str(bare[1] / "build.py")], capture_output=True, text=True)
        assert (run.returncode, "Python 3.11 or newer" in run.stderr, run.stderr.count("\n")) == (1, True, 1)


def make(*arguments):
    """Run make as from a prompt, although `make test` may be running us."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "GNUMAKE"))}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_make_alone_names_every_target():
    shown = make("-s")
    for target in ("booklet", "site", "check", "test", "lint", "golden", "lock", "clean"):
        assert f"\n  {target}\t" in shown


def test_make_booklet_sets_up_then_builds_the_profile():
    plan = make("-n", "booklet", "PROFILE=advanced", "ARGS=--weeks 6").splitlines()
    assert plan[0] == "scripts/setup runtime"
    assert plan[1].endswith('.venv/bin/python build.py --profile "advanced" --weeks 6')


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("script", ["scripts/setup", "scripts/browser-tools", ".ci/run"])
def test_scripts_pass_shellcheck(script):
    subprocess.run(["shellcheck", ROOT / script], check=True)


@pytest.mark.parametrize("name", LOCKED)
def test_a_package_asked_for_with_an_extra_is_locked_with_it(name):
    # Older pips look such a one up by itself: the day a newer version comes out, a lock without the extra fails.
    locked = dict(
        re.findall(r"^([\w.-]+)((?:\[[\w,-]+\])?)==", (ROOT / f"requirements/{name}.txt").read_text("utf-8"), re.M)
    )
    assert "weasyprint" in locked
    for package in locked:
        try:
            asked = [Requirement(line) for line in metadata.requires(package) or ()]
        except metadata.PackageNotFoundError:
            continue  # of another system
        for one in asked:
            if one.extras and one.name in locked and (one.marker is None or one.marker.evaluate({"extra": ""})):
                assert one.extras <= set(locked[one.name].strip("[]").split(",")), (package, str(one))
