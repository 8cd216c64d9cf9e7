"""What the units forbid, tried by a probe under their own lines."""

import contextlib
import socket
from pathlib import Path

from tools.try_units_hands import UNITS, WORKER, must, pid, probe

ELSEWHERE = "10.98.76.54"  # an address beyond this machine, as far as the units can tell

PROBE = r"""
import ctypes, errno, mmap, os, pathlib, socket
def gives(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode.get(error.errno, "?")
    return "done"
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *args):
    def act():
        if getattr(libc, name)(*args) == -1:
            raise OSError(ctypes.get_errno(), name)
    return act
def connect(host):
    def act():
        with socket.socket() as line:
            line.settimeout(2)
            line.connect((host, 9))
    return act
write = lambda path: lambda: pathlib.Path(path).write_text("x")
print(dict(
    home=gives(write("/srv/bandeng/home/probe")), keys=gives(write("/srv/bandeng/keys/probe")),
    app=gives(write("/srv/bandeng/app/probe")), etc=gives(write("/etc/probe")), tmp=gives(write("/tmp/probe")),
    root=gives(lambda: os.listdir("/root")), other=gives(lambda: os.stat("/proc/1/cmdline")),
    kernel=gives(lambda: os.stat("/proc/sys")), wx=gives(lambda: mmap.mmap(-1, 4096, prot=7)),
    user=gives(call("unshare", 0x10000000)), mount=gives(call("mount", b"x", b"/tmp", b"tmpfs", 0, None)),
    packet=gives(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    here=gives(connect("127.0.0.1")), away=gives(connect("AWAY"))))
"""
CLOSED = {
    "home": "done", "keys": "EROFS", "app": "EROFS", "etc": "EROFS", "tmp": "done", "other": "ENOENT",
    "kernel": "ENOENT", "user": "EPERM", "mount": "EPERM", "packet": "EAFNOSUPPORT", "here": "done",
}  # fmt: skip


def the_units_are_closed() -> str:
    """Run a probe under the lines of each unit, command and restarts apart, and the running ones' status."""
    Path("/srv/bandeng/home/probe.py").write_text(PROBE.replace("AWAY", ELSEWHERE))
    with contextlib.ExitStack() as stack:
        for host in ("127.0.0.1", ELSEWHERE):
            stack.enter_context(socket.create_server((host, 9)))
        for unit in UNITS:
            said = probe(unit, "/srv/bandeng/app/.venv/bin/python /srv/bandeng/home/probe.py")
            got = eval(said, {})  # noqa: S307 - our own words
            wrong = {k: got[k] for k, v in CLOSED.items() if got[k] != v}
            must(
                not wrong and got["wx"] in {"EPERM", "EACCES"} and got["root"] in {"EACCES", "EPERM"}, f"{unit}: {got}"
            )
            must((got["away"] == "done") == (unit == WORKER), f"{unit} reaches other machines: {got['away']}")
    for unit in UNITS:
        status = dict(line.split(":\t") for line in Path(f"/proc/{pid(unit)}/status").read_text().splitlines())
        held = status["NoNewPrivs"], status["Seccomp"], int(status["CapEff"], 16), int(status["CapBnd"], 16)
        must(held == ("1", "2", 0, 0), f"{unit}: {held}")
    return (
        "keys, program and /etc read-only; no W+X memory, namespaces, mounts, /proc/1; the web reaches no other machine"
    )
