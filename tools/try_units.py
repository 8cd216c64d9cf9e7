#!/usr/bin/env python3
"""Follow docs/how-to/run-in-production.md to the letter under a real systemd, on a machine that exists for minutes.

    tools/try_units.py [--learn CASES]

The machine is this one seen through namespaces: its disk under an overlay, its own processes, network, names and
control groups, and systemd as process 1. Nothing of what happens in it is left here. Root is needed, and the packages
that the page installs. What is then asked of the site stands in try_units_site.py. Exit codes: 0 it holds, 1 it does
not, 3 this machine does not allow it (with the reason).
"""

import argparse
import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "run-in-production.md"
SYSTEMD = Path("/lib/systemd/systemd")
SECONDS = 900  # the whole: two minutes where nothing else is going on, of which the installation takes forty seconds
CANNOT = 3
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAMS = ("git", "make", "nginx", "openssl", "ip", "runuser", "pg_createcluster", "unshare", "pivot_root")
REPORT = "var/log/try-units.log"
NAMESPACES = ("--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc")
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9, "console": 3}

# What of the page differs here: what is installed already, where the program comes from, who may change users.
FOR_HERE = (
    ("apt-get install -y git make python3-venv postgresql nginx tzdata", ":"),
    ("<this repository>", f"file://{ROOT}"),
)
UNIT = """[Unit]
After=systemd-journald.service
Requires=systemd-journald.service
SuccessAction=exit
FailureAction=exit
[Service]
Type=oneshot
TimeoutStartSec={seconds}
Environment=PYTHONUNBUFFERED=1
WorkingDirectory=/srv/bandeng/app
ExecStart=/srv/bandeng/app/.venv/bin/python -m tools.try_units_site {words}
StandardOutput=file:/{report}
StandardError=inherit
"""


def cannot(why: str) -> int:
    print(f"The units cannot be tried here. {why}", flush=True)
    return CANNOT


def missing() -> str:
    """Say what this machine lacks; empty where it can be tried."""
    if os.getuid() != 0:
        return "It takes root, to make namespaces and mounts."
    if not SYSTEMD.exists():
        return "systemd is not installed."
    if absent := [name for name in PROGRAMS if not shutil.which(name, path=PATH)]:
        return f"Not installed: {', '.join(absent)}."
    with contextlib.suppress(KeyError):
        pwd.getpwnam("bandeng")
        return "Bandeng runs on this machine already; it is tried elsewhere."
    allowed = subprocess.run(["unshare", *NAMESPACES, "--net", "true"], capture_output=True, text=True, check=False)
    if allowed.returncode:
        return f"Namespaces are not allowed here: {allowed.stderr.strip()}"
    if "\toverlay\n" not in Path("/proc/filesystems").read_text():
        return "The kernel has no overlay file system."
    return ""


def commands(section: str) -> str:
    """Give the commands of a section of the page, as they stand there."""
    part = PAGE.read_text().partition(f"\n## {section}")[2].partition("\n## ")[0]
    return "".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL))


def groups() -> list[tuple[Path, str, Path]]:
    """List the control group hierarchies: where each is mounted, its options (empty: the second version), our place."""
    own = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _number, controllers, path = line.split(":", 2)
        own[controllers] = path.lstrip("/")
    found = []
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _what, where, kind, options = line.split()[:4]
        if kind == "cgroup2" and "" in own:
            found.append((Path(where), "", Path(where) / own[""]))
        elif kind == "cgroup":
            given = next((c for c in own if c and set(c.split(",")) <= set(options.split(","))), None)
            if given:
                found.append((Path(where), given, Path(where) / own[given]))
    return found


def make_groups(name: str, made: list[Path]) -> None:
    """Make a control group of our own inside each that we are in, so that what holds for us holds for it."""
    for _where, _options, place in groups():
        group = place / name
        group.mkdir()
        made.append(group)
        for file in ("cpuset.cpus", "cpuset.mems"):
            if (group / file).exists() and (place / file).exists():
                (group / file).write_text((place / file).read_text())


def remove_groups(made: list[Path]) -> None:
    for group in made:
        for folder in sorted(group.rglob("*"), key=lambda p: len(p.parts), reverse=True):
            if folder.is_dir():
                folder.rmdir()
        group.rmdir()


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def outside(words: list[str]) -> int:
    """Make the machine, show what it reports, and see that nothing of it is left."""
    scratch = Path(tempfile.mkdtemp(prefix="bandeng-units-"))
    for name in ("up", "work", "root"):
        (scratch / name).mkdir()
    made: list[Path] = []
    process = None
    try:
        try:
            make_groups(scratch.name, made)
        except OSError as error:
            return cannot(f"No control groups of its own: {error}")

        def join() -> None:
            for group in made:
                (group / "cgroup.procs").write_text("0")

        command = ["unshare", *NAMESPACES, sys.executable, __file__, "--inside", str(scratch), *words]
        process = subprocess.Popen(command, preexec_fn=join, start_new_session=True)  # noqa: PLW1509 - one thread
        return follow(process, scratch / "up" / REPORT)
    finally:
        if process is not None and process.poll() is None:
            for first in children(process.pid):  # process 1 of the machine: everything in it ends with it
                os.kill(first, signal.SIGKILL)
            process.wait(30)
        time.sleep(0.2)
        remove_groups(made)
        shutil.rmtree(scratch)


def follow(process: subprocess.Popen, report: Path) -> int:
    """Print what is reported until the machine ends; give its exit code."""
    until, shown = time.monotonic() + SECONDS, 0
    while True:
        code = process.poll()
        if report.exists():
            text = report.read_bytes()
            sys.stdout.write(text[shown:].decode(errors="replace"))
            sys.stdout.flush()
            shown = len(text)
        if code is not None:
            return code
        if time.monotonic() > until:
            print(f"It took longer than {SECONDS} seconds and was ended.")
            return 1
        time.sleep(0.3)


def mount(kind: str, where: Path, options: str = "", what: str = "") -> None:
    where.mkdir(parents=True, exist_ok=True)
    chosen = ["-o", options] if options else []
    subprocess.run(["mount", "-t", kind, *chosen, what or kind, str(where)], check=True)


def inside(scratch: Path, words: list[str]) -> None:
    """Be process 1: lay out the machine, install as the page says, and become systemd."""
    hierarchies = groups()
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    root = scratch / "root"
    try:
        mount("overlay", root, f"lowerdir=/,upperdir={scratch}/up,workdir={scratch}/work")
        mount("proc", root / "proc")
    except subprocess.CalledProcessError as error:
        sys.exit(cannot(f"{' '.join(error.cmd)} is not allowed. Is {scratch.parent} on a disk of its own (TMPDIR)?"))
    mount("tmpfs", root / "run", "mode=755")
    subprocess.run(["mount", "--rbind", "/dev", str(root / "dev")], check=True)
    install(root)
    subprocess.run(["umount", "-l", str(root / "dev")], check=True)
    lay_out_devices(root / "dev")
    keep_quiet(root, words)
    mounts = [(str(where.relative_to("/")), options) for where, options, _place in hierarchies]
    own = ["unshare", "--net", "sh", "-euc", become(root, mounts)]
    os.execvpe(own[0], own, {"container": "other", "PATH": PATH})


def install(root: Path) -> None:
    """Run the page's first block as far as it needs no database; with what is not committed yet."""
    first = commands("1.").partition("sudo -u postgres")[0]
    for theirs, ours in FOR_HERE:
        assert theirs in first, theirs
        first = first.replace(theirs, ours)
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]
    changes = subprocess.run([*git, "diff", "--binary", "HEAD"], check=True, capture_output=True).stdout
    head, make, rest = first.partition("make -C")
    applied = "git -C /srv/bandeng/app apply --allow-empty /run/changes\n"
    (root / "run" / "changes").write_bytes(changes)
    config = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MAKE", "BANDENG_"))}
    script = ["chroot", str(root), "sh", "-euc", head + applied + make + rest]
    done = subprocess.run(script, env=env | config | {"PATH": PATH}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The installation failed.\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def lay_out_devices(dev: Path) -> None:
    """Give it devices of its own: no console, no kernel log, no disk of this machine."""
    mount("tmpfs", dev, "mode=755")
    for name, minor in DEVICES.items():
        os.mknod(dev / name, 0o020666, os.makedev(1, minor))
        (dev / name).chmod(0o666)
    os.mknod(dev / "tty", 0o020666, os.makedev(5, 0))
    (dev / "fd").symlink_to("/proc/self/fd")
    mount("devpts", dev / "pts", "newinstance,ptmxmode=0666,mode=620")
    (dev / "ptmx").symlink_to("pts/ptmx")
    mount("tmpfs", dev / "shm", "mode=1777")


def keep_quiet(root: Path, words: list[str]) -> None:
    """Let systemd start only what is asked for: what else is installed here would set up this machine's kernel."""
    for folder in ("lib/systemd/system", "etc/systemd/system"):
        for wanted in (root / folder).iterdir():
            if wanted.is_dir() and wanted.suffix in {".wants", ".requires"}:
                shutil.rmtree(wanted)
    shutil.rmtree(root / "lib" / "systemd" / "system-generators")
    for old in ("etc/postgresql/15/main", "var/lib/postgresql/15/main"):
        shutil.rmtree(root / old, ignore_errors=True)
    text = UNIT.format(seconds=SECONDS, report=REPORT, words=" ".join(words))
    (root / "etc/systemd/system/try-units.service").write_text(text)
    (root / "var/log/journal").mkdir(exist_ok=True)


def become(root: Path, mounts: list[tuple[str, str]]) -> str:
    """Give the shell's last words: network, control groups, the new root, systemd."""
    lines = ["ip link set lo up", f"cd {root}", "mount -t sysfs -o ro sysfs sys"]
    if not any(options == "" and where == "sys/fs/cgroup" for where, options in mounts):
        lines.append("mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup")
    for where, options in mounts:
        wanted = "none," + options if options.startswith("name=") else options
        kind = f"-t cgroup -o {wanted} cgroup" if options else "-t cgroup2 cgroup2"
        lines += [f"mkdir -p {where}", f"mount {kind} {where}"]
    lines += [
        "mount --bind proc/sys proc/sys", "mount -o remount,bind,ro proc/sys", "mount -t tmpfs -o mode=1777 tmpfs tmp",
        "mkdir run/old", "pivot_root . run/old", "umount -l /run/old", "rmdir /run/old",
        f"exec {SYSTEMD} --unit=try-units.service --show-status=no --log-target=journal",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--learn", type=int, default=0, help="learn also from so many cases, and say what it takes")
    args = parser.parse_args()
    words = ["--learn", str(args.learn)] if args.learn else []
    if args.inside:
        inside(args.inside, words)
    if why := missing():
        return cannot(why)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return outside(words)


if __name__ == "__main__":
    sys.exit(main())
