"""What keeps a campaign off the machine it runs on: a view of the file system in which only the sandbox can be written.

Linux only, and only where the system lets a process have a view of its own. Elsewhere the campaign runs without, and
leaves out what would be dangerous or needs a disk of its own; it says so.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from pathlib import Path

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18
_MOUNT_SETATTR, _WITH_ALL_BELOW, _READ_ONLY = 442, 0x8000, 1
_END_WITH_PARENT, _BECOME_REAPER = 1, 36
_OVERRIDES = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH

_libc = ctypes.CDLL(None, use_errno=True)


def raise_shield(sandbox: Path) -> str:
    """Let this process and its children write nowhere but in the sandbox; returns why that could not be, or nothing."""
    if sys.platform != "linux":
        return "this system has no mount namespaces"
    user, group = os.getuid(), os.getgid()
    try:
        _call("unshare", _NEW_MOUNTS | (0 if user == 0 else _NEW_USER))
        if user:
            _map_user(user, group)
        _call("mount", b"none", b"/", None, _RECURSIVE | _PRIVATE, None)
        _bind(sandbox, sandbox)
        _set_read_only(Path("/"), True, _WITH_ALL_BELOW)
        _set_read_only(sandbox, False, 0)
        mount_disk(Path("/dev/shm"), 200_000_000)
    except OSError as error:
        return f"no view of the file system of our own: {error}"
    return ""


def try_shield(sandbox: Path) -> str:
    """Whether a shield can be raised, found out by a child, as half a shield is worse than none; else why not."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(writing, raise_shield(sandbox).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        why = told.read()
    os.waitpid(pid, 0)
    return why


def _map_user(user: int, group: int) -> None:
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        Path(f"/proc/self/{name}").write_text(text)


def mount_disk(folder: Path, size: int, files: int = 0) -> None:
    """A disk of so many bytes (and files) in memory on a folder. Raises OSError."""
    options = f"size={size},mode=700" + (f",nr_inodes={files}" if files else "")
    _call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options.encode())


def unmount(folder: Path) -> None:
    """Take a disk away, also one in use. Raises OSError."""
    _call("umount2", os.fsencode(folder), 2)


def live_in(root: Path) -> None:
    """Make a folder in the sandbox the root of everything, with the rest of the machine bound into it. For a child."""
    _call("unshare", _NEW_MOUNTS)
    for entry in sorted(Path("/").iterdir()):
        place = root / entry.name
        if entry.is_symlink():
            place.symlink_to(entry.readlink())
        elif entry.is_dir():
            place.mkdir()
            _bind(entry, place)
    os.chroot(root)


def become_reaper() -> None:
    """Orphans of our children become ours, so that none is lost sight of."""
    if sys.platform == "linux":
        _libc.prctl(_BECOME_REAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """This process ends at once where its parent does. For a child."""
    if sys.platform == "linux":
        _libc.prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def drop_overrides() -> None:
    """Let permissions count for root, too. For a child."""
    if sys.platform != "linux" or os.geteuid():
        return
    header = struct.pack("=Ii", 0x20080522, 0)
    data = ctypes.create_string_buffer(24)
    if _libc.capget(header, data) == 0:
        words = list(struct.unpack("=6I", data.raw))
        for index in range(3):
            words[index] &= ~_OVERRIDES
        _libc.capset(header, struct.pack("=6I", *words))


def exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step, where the system can."""
    return _libc.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), 2) == 0


def _bind(source: Path, target: Path) -> None:
    _call("mount", os.fsencode(source), os.fsencode(target), None, _BIND | _RECURSIVE, None)


def _set_read_only(folder: Path, read_only: bool, flags: int) -> None:
    told = struct.pack("=QQQQ", _READ_ONLY if read_only else 0, 0 if read_only else _READ_ONLY, 0, 0)
    if _libc.syscall(_MOUNT_SETATTR, -100, os.fsencode(folder), flags, told, len(told)):
        raise OSError(ctypes.get_errno(), f"mount_setattr {folder}: {os.strerror(ctypes.get_errno())}")


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
