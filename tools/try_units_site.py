"""What tools/try_units.py asks of the site: sets it up as the page says, uses it, kills it, and says what it took.

Runs as root inside the machine that try_units.py made, with the installation's own Python. Never anywhere else.
"""

import argparse
import csv
import json
import os
import random
import re
import shlex
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.config.visitor import TOKEN, Answer
from tools.try_units import PAGE, commands
from tools.try_units_closed import ELSEWHERE, the_units_are_closed
from tools.try_units_hands import (
    APP,
    HOST,
    UNITS,
    WEB,
    WORKER,
    Broken,
    Person,
    ask,
    most,
    must,
    noise,
    pdf,
    person,
    pid,
    private,
    probe,
    processes,
    query,
    ready,
    run,
    show,
    until,
)  # fmt: skip

PHONE = "13912345678"
WORDS = f"桥头村的水渠塌了一段，浇不上地，电话{PHONE}，请来看看。"
NEW_PASSWORD = "words-strung-together-for-a-trial"
FOR_HERE = (
    ("sudo -u postgres", "runuser -u postgres --"),
    (".xlsx", ".csv"),
    ("bandeng createuser\n", "bandeng createuser --json --username shiyong --name 石咏 --role receptionist "
     "--office qzzx >/run/made.json\n"),
)  # fmt: skip


def page(section: str, *, after: str = "") -> str:
    text = commands(section)
    return text[text.index(after) :] if after else text


def as_bandeng() -> str:
    """Give the page's own way to run a command as the user that will run the site."""
    return page("2.").partition("bandeng migrate")[0]


def shell(script: str) -> None:
    for theirs, ours in FOR_HERE:
        script = script.replace(theirs, ours)
    run("bash", "-euc", script, cwd="/root", env={"PATH": os.environ["PATH"], "HOME": "/root", "LANG": "C.UTF-8"})


# Setting up


def the_machine_is_there() -> str:
    """Start PostgreSQL and nginx, which run after `apt-get install`."""
    absent = [theirs for theirs, _ours in FOR_HERE if theirs not in PAGE.read_text()]
    must(not absent, f"the page reads otherwise now: {absent}")
    run("systemd-tmpfiles", "--create", "--prefix=/run", is_checked=False)
    run("pg_createcluster", "15", "main")
    run("systemctl", "start", "postgresql@15-main", "nginx")
    run("ip", "address", "add", f"{ELSEWHERE}/32", "dev", "lo")
    return Path("/proc/1/comm").read_text().strip() + " " + run("systemctl", "--version").split("\n")[0].split()[1]


def the_page_is_followed_to_the_commands() -> str:
    shell(page("1.", after="sudo -u postgres"))
    env = Path("/etc/bandeng.env")
    env.write_text(env.read_text().replace("某某县", "青禾县").replace("12345", "0999-5550100"))
    for table in (APP / "src/bandeng/config/demo/county").glob("*.csv"):
        run("install", "-o", "bandeng", "-m", "640", str(table), "/srv/bandeng/home/")
    shell(page("2."))
    return query("select count(*) from directory_staff") + " people"


def the_services_start() -> str:
    os.makedirs("/etc/ssl/bandeng", mode=0o700)  # noqa: PTH103
    run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}", "-addext",
        f"subjectAltName=DNS:{HOST}", "-keyout", "privkey.pem", "-out", "fullchain.pem", cwd="/etc/ssl/bandeng",
    )  # fmt: skip
    with Path("/etc/hosts").open("a") as hosts:
        hosts.write(f"\n127.0.0.1 {HOST}\n")
    shell(as_bandeng() + page("3."))
    took = until(ready, "/readyz says 200")
    must(query("select count(*) from suggestions_learnedmodel") in "012", "learned before")
    return f"ready {took:.1f} s after `systemctl enable --now`"


def the_check_finds_nothing() -> str:
    shell(as_bandeng() + "bandeng check --deploy")
    return "`bandeng check --deploy`"


# Using it


def pages_answer() -> str:
    guest = person()
    must(guest.get("/healthz").text == "ok\n", "healthz")
    must(guest.get("/").status == 200 and guest.get("/desk/sign-in/").status == 200, "pages")
    sheet = re.search(r'href="(/static/[^"]+\.css)"', guest.get("/").text)[1]
    must(guest.get(sheet).status == 200, "style sheet")
    must(guest.get("/readyz").status == 404 and ask("/readyz") == 200, "/readyz is for this machine")
    return "home, sign-in, style sheet, /healthz, /readyz"


def signed_in() -> Person:
    """Sign in with the first password, once, and take another."""
    made, clerk = json.loads(Path("/run/made.json").read_text()), person()
    if "password" in made:
        clerk.sign_in("shiyong", made["password"])
        must(clerk.last.path == "/desk/account/password/", f"led to {clerk.last.path}")
        done = clerk.post(clerk.last.path, {"old": made["password"], "new": NEW_PASSWORD, "again": NEW_PASSWORD})
        must(done.status == 200, f"new password: {done.status}")
        Path("/run/made.json").write_text("{}")
        return clerk
    must(clerk.sign_in("shiyong", NEW_PASSWORD).status == 200, "signed in again")
    return clerk


def a_resident_speaks_and_attaches_files() -> str:
    resident = person()
    resident.speak(WORDS)
    for name, content in (("水渠.png", noise(64)), ("大.png", noise(2400)), ("证明.pdf", pdf())):
        resident.get("/speak/receipt/")
        taken = resident.post("/speak/receipt/", {}, (name, content))
        must(taken.status == 200 and name in taken.text, f"{name}: {taken.status}")
    states = "select state, count(*) from files_storedfile group by 1 order by 1"
    took = until(lambda: "received" not in query(states), "all files are looked at")
    must(query(states) == "clean|3", f"files: {query(states)}")
    links = re.findall(r"/mine/files/[^\"]+", resident.get("/mine/").text)
    kinds = sorted(resident.get(link).headers["Content-Type"] for link in links)
    must(kinds == ["application/pdf", "image/png", "image/png"], f"opened: {kinds}")
    return f"picture, 17 MB picture and PDF cleaned after {took:.1f} s"


def a_clerk_takes_in_masks_and_finds() -> str:
    clerk = signed_in()
    clerk.get("/desk/intake/")
    done = clerk.post("/desk/intake/", {"words": WORDS, "channel": "counter", "procedure": "general"})
    must(done.status == 200 and "/read-back/" in done.path, f"intake: {done.status} {done.path}")
    code = done.path.split("/")[3]
    masked = query("select words_masked from casework_case order by id")
    must(masked.count("水渠") == 2 and PHONE not in masked, "masked words")

    def found() -> bool:
        clerk.get("/desk/search/")
        return code in clerk.post("/desk/search/", {"q": "水渠"}).text

    took = until(found, "the search finds the new case")
    must(PHONE not in clerk.last.text, "the search shows a telephone number")
    return f"found {took:.1f} s after it was taken in, without its telephone number"


def the_worker_has_learned() -> str:
    took = until(lambda: int(query("select count(*) from suggestions_learnedmodel")) >= 2, "the child has learned")
    lines = run("journalctl", "-u", WORKER, "-o", "cat", "--no-pager")
    until(lambda: '"suggestions.learn"' in run("journalctl", "-u", WORKER, "-o", "cat", "--no-pager"), "its line", 90)
    must("Traceback" not in lines, "a traceback in the worker's journal")
    return f"{query('select count(*) from suggestions_learnedmodel')} models by the worker's child ({took:.1f} s)"


# Stopping and killing


def upload(resident: Person, between: Callable[[], None], name: str) -> Answer:
    """Send a photo to the web process itself, half of it before something happens and half after."""
    token = TOKEN.search(resident.get("/speak/receipt/").text)[1]
    edge, photo = "edge-of-parts", noise(900)
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    ).encode() + photo + f"\r\n--{edge}--\r\n".encode()  # fmt: skip
    head = {
        "Host": HOST, "Origin": resident.base, "X-Forwarded-Proto": "https", "Content-Length": len(body),
        "Cookie": "; ".join(f"{k}={v}" for k, v in resident.cookies.items()), "Connection": "close",
        "Content-Type": f"multipart/form-data; boundary={edge}",
    }  # fmt: skip
    line = socket.create_connection(("127.0.0.1", 8000), 60)
    head_lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    line.sendall(f"POST /speak/receipt/ HTTP/1.1\r\n{head_lines}\r\n".encode() + body[: len(body) // 2])
    time.sleep(0.5)
    between()
    line.sendall(body[len(body) // 2 :])
    said = line.makefile("rb").read()
    line.close()
    return Answer(int(said.split(b" ", 2)[1]) if said else 0, None, said, "/speak/receipt/")


def what_has_begun_is_answered(act: str) -> str:
    resident = person()
    resident.speak()
    acting = threading.Thread(target=run, args=("systemctl", act, WEB))

    def between() -> None:
        acting.start()
        time.sleep(1.5)

    answer = upload(resident, between, f"{act}.png")
    acting.join()
    must(answer.status == 302, f"an upload during `systemctl {act}` got {answer.status}: {answer.body[:300]}")
    must(show(WEB, "Result") == "success", f"result {show(WEB, 'Result')}")
    if act == "stop":
        must(not processes(WEB), "processes are left")
        must(person().get("/").status == 502, "nginx's own page while nobody answers")
        run("systemctl", "start", WEB)
    took = until(ready, "it answers again")
    must(f"{act}.png" in resident.get("/mine/").text, "the photo is there")
    return f"an upload that had begun is kept through `systemctl {act}`; ready again {took:.1f} s later"


def a_restart_answers_what_has_begun() -> str:
    return what_has_begun_is_answered("restart")


def a_stop_answers_what_has_begun() -> str:
    return what_has_begun_is_answered("stop")


def the_web_comes_back() -> str:
    main, before = pid(WEB), show(WEB, "NRestarts")
    serving = [p for p in processes(WEB) if p != main]
    os.kill(serving[-1], signal.SIGKILL)
    one = until(lambda: serving[-1] not in processes(WEB) and len(processes(WEB)) > len(serving), "respawned")
    must(pid(WEB) == main and person().get("/").status == 200, "the others went on")
    os.kill(main, signal.SIGKILL)
    took = until(lambda: pid(WEB) not in (0, main) and ask("/healthz") == 200, "the unit is back")
    must(int(show(WEB, "NRestarts")) == int(before) + 1, "restarted once")
    return f"a killed server process back after {one:.1f} s, the killed unit after {took:.1f} s"


def the_worker_comes_back() -> str:
    main = pid(WORKER)
    os.kill(main, signal.SIGKILL)
    took = until(lambda: pid(WORKER) not in (0, main), "the unit is back")
    case = person().speak()[0]
    pending = until(lambda: query("select count(*) from ledger_pending") == "0", f"{case} enters the log", 90)
    begun = time.monotonic()
    run("systemctl", "restart", WORKER)
    must(show(WORKER, "Result") == "success" and ready(), "restarted by hand")
    return (
        f"a killed worker back after {took:.1f} s and at work {pending:.1f} s later; "
        f"`systemctl restart` takes {time.monotonic() - begun:.1f} s"
    )


def a_stopped_worker_is_missed() -> str:
    run("systemctl", "stop", WORKER)
    must(show(WORKER, "Result") == "success" and not processes(WORKER), "it ended well and whole")
    must(ask("/readyz") == 503 and ask("/healthz") == 200, "/readyz names it")
    run("systemctl", "start", WORKER)
    return f"/readyz says 503 at once, and 200 again {until(ready, 'ready'):.1f} s after its start"


# What it takes


def the_limits_are_wide_enough() -> str:
    guest = person()
    for _ in range(300):
        guest.get("/speak/")
        time.sleep(0.02)  # below what nginx takes for haste
    said = []
    for unit in UNITS:
        each, tasks = [private(p) for p in processes(unit)], int(show(unit, "TasksCurrent"))
        high, all_tasks = int(show(unit, "MemoryHigh")) >> 20, int(show(unit, "TasksMax"))
        must(most(unit) < high, f"{unit}: {most(unit)} of {high} MiB")
        must(tasks <= all_tasks // 2, f"{unit}: {tasks} of {all_tasks} tasks")
        must(sum(each) < high // 2, f"{unit}: {each}")
        said.append(f"{unit}: private MiB by process {each}, most {most(unit)} of {high}, {tasks} of {all_tasks} tasks")
    return "; ".join(said)


def learning(cases: int) -> str:
    """Bring in so many matters of another system, and learn from them under the worker's own lines."""
    from benchmarks import texts

    rng, offices = random.Random(cases), query("select label_zh from directory_office where is_active").split("\n")
    sheet = Path("/srv/bandeng/home/cases.csv")
    with sheet.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["工单编号", "诉求内容", "承办单位", "答复内容", "受理时间", "办结时间"])
        for number in range(cases):
            words, office = texts.message(rng), rng.choice(offices)
            rows.writerow([f"T{number}", words, office, "已经办好，请您放心。", "2026-03-02 09:00", "2026-03-09 09:00"])
    begun = time.monotonic()
    shell(as_bandeng() + f"bandeng import cases {sheet} --source try || test $? = 1")
    brought = time.monotonic() - begun
    begun = time.monotonic()
    said = probe(WORKER, "/srv/bandeng/app/.venv/bin/python -c " + shlex.quote(LEARN), "try-learn")
    return f"{cases} cases brought in in {brought:.0f} s, learned from in {time.monotonic() - begun:.0f} s: {said}"


LEARN = (
    "import resource, subprocess, sys; "
    "code = subprocess.call([sys.executable, '-m', 'bandeng.config.cli', 'learn']); "
    "print('code', code, 'at most', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, 'MiB')"
)


def journals_are_clean() -> str:
    """Every line is JSON or systemd's, none tells of an error or of what somebody said."""
    text = run("journalctl", "-o", "cat", "--no-pager", "-u", WEB, "-u", WORKER)
    must(PHONE not in text and "水渠" not in text, "a resident's words in the journal")
    odd = [line for line in text.splitlines() if "Traceback" in line or '"level": "error"' in line.lower()]
    must(not odd, f"errors: {odd[:3]}")
    return f"{len(text.splitlines())} lines, no error, no words"


STEPS = [
    the_machine_is_there, the_page_is_followed_to_the_commands, the_services_start, pages_answer,
    a_resident_speaks_and_attaches_files, a_clerk_takes_in_masks_and_finds, the_worker_has_learned,
    the_check_finds_nothing, the_units_are_closed, a_restart_answers_what_has_begun, a_stop_answers_what_has_begun,
    a_stopped_worker_is_missed, the_limits_are_wide_enough, journals_are_clean, the_web_comes_back,
    the_worker_comes_back,
]  # fmt: skip
NEEDED = 3  # without these the rest means nothing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learn", type=int, default=0)
    args = parser.parse_args()
    failed = 0
    steps = [*STEPS, partial(learning, args.learn)] if args.learn else STEPS
    for number, step in enumerate(steps):
        name = getattr(step, "__name__", "learning").replace("_", " ")
        begun = time.monotonic()
        try:
            said = step()
        except Exception as error:
            failed += 1
            print(f"NOT  {name}: {type(error).__name__}: {error}"[:3000])
            if not isinstance(error, Broken):
                traceback.print_exc(file=sys.stdout)
            if number < NEEDED:
                print(run("journalctl", "--no-pager", "-n", "60", is_checked=False))
                break
        else:
            print(f"ok   {name}: {said} ({time.monotonic() - begun:.0f} s)")
    print(f"{len(steps) - failed} of {len(steps)} hold." if not failed else f"{failed} of {len(steps)} do not hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
