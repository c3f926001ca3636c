"""A server of the tests' own, its engine behind a proxy, and a witness that does not depend on the server: what clients were told, and what containers
themselves wrote into a mounted file."""
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "EndToEnd"))

from abaco import PATIENCE, Abaco  # noqa: E402
from proxy import Proxy  # noqa: E402

WITNESS = "abaco-faults/witness"
# The message is a number; what it does between its two lines comes in the parameter DO.
PROGRAM = 'F=/witness/$_abaco_actor_id; echo "start $_abaco_execution_id $MSG" >>$F; eval "$DO"; echo "end $_abaco_execution_id $MSG" >>$F'


def witness_image(docker):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.add("/usr/bin/busybox", "bin/busybox")
        for name in ("sh", "sleep", "usleep", "seq"):
            link = tarfile.TarInfo("bin/" + name)
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    docker("import", "-c", "CMD " + json.dumps(["/bin/sh", "-c", PROGRAM]), "-", WITNESS, stdin=stream.getvalue())


def shared_docker(*words, stdin=None):
    return subprocess.run(["docker", *words], check=True, capture_output=True, input=stdin).stdout.decode()


class World:
    def __init__(self, engine=None, port=None, data=None, settings=None):
        self.folder = tempfile.mkdtemp(prefix="abaco-f.", dir="/tmp")
        self.data = data or self.folder + "/d"
        self.witness = self.folder + "/witness"
        for folder in (self.data, self.witness):
            os.makedirs(folder, exist_ok=True)
        os.chmod(self.witness, 0o777)
        self.docker = engine.docker if engine else shared_docker
        self.proxy = Proxy(self.folder + "/proxy.sock", engine.socket if engine else "/var/run/docker.sock")
        witness_image(self.docker)
        self.port = port or int(os.environ.get("ABACO_FAULTS_PORT", "18100"))
        self.settings = settings or {}
        self.server = None
        self.starts = 0
        self.abaco = Abaco("http://127.0.0.1:{}".format(self.port))

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, error, trace):
        if kind:
            print("the server's log ends with:\n" + "".join(open(self.folder + "/server.log", errors="replace").readlines()[-40:]))
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGCONT)
            self.server.terminate()
            try:
                self.server.wait(60)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        left = self.containers()
        if left:
            self.docker("rm", "-f", *left)
        self.proxy.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        env = dict(os.environ, **{
            "Abaco__Web__Urls": self.abaco.base, "Abaco__DataDirectory": self.data, "Abaco__Silo__Port": str(self.port + 1),
            "Abaco__Silo__GatewayPort": str(self.port + 2), "Abaco__Workers__DockerHost": "unix://" + self.proxy.path,
            "Abaco__Workers__NetworkMode": "none", "Abaco__Workers__KillGrace": "00:00:01", "Abaco__Silo__ShutdownGrace": "00:00:02",
            "Abaco__Workers__Mounts__0__HostPath": self.witness, "Abaco__Workers__Mounts__0__ContainerPath": "/witness"})
        env.update(self.settings)
        log = open(self.folder + "/server.log", "ab")
        self.server = subprocess.Popen(["dotnet", os.environ.get("ABACO_SILO") or str(ROOT / "src/Silo/bin/Debug/net10.0/Abaco.Silo.dll")], env=env, stdout=log, stderr=log)
        self.starts += 1

    def up(self):
        self.abaco.until_ready()

    def kill(self):
        """kill -9, and nothing else."""
        self.server.kill()
        self.server.wait()

    def restart(self):
        if self.server.poll() is None:
            self.kill()
        begun = time.monotonic()
        self.start()
        self.up()
        return time.monotonic() - begun

    def killed(self):
        """Waits until a hook has killed the server."""
        self.server.wait(PATIENCE)

    def cluster(self):
        import sqlite3
        with sqlite3.connect("file:{}/abaco.db?mode=ro".format(self.data), uri=True) as db:
            return db.execute("SELECT id FROM cluster").fetchone()[0]

    def containers(self):
        try:
            return self.docker("ps", "-aq", "--no-trunc", "--filter", "label=abaco.cluster=" + self.cluster()).split()
        except Exception:
            return []

    def leftovers(self):
        """Containers, run directories and cgroups of this cluster."""
        found = self.containers()
        for base, _, files in os.walk(self.data + "/x"):
            found += [base + "/" + name for name in files]
        return found

    def clean(self):
        """Waits until nothing is left."""
        Abaco.until(self.leftovers, lambda left: not left)

    def lines(self, actor):
        try:
            return [line.split() for line in open("{}/{}".format(self.witness, actor))]
        except FileNotFoundError:
            return []

    def register(self, **parameters):
        return self.abaco.register(WITNESS, **parameters)


class Client:
    """Sends numbered messages to one actor and keeps what it was told."""

    def __init__(self, world, actor, do="usleep 50000", stateful=False):
        self.world, self.actor, self.do, self.stateful = world, actor, do, stateful
        self.attempted, self.acknowledged = 0, {}

    def send(self, **more):
        self.attempted += 1
        number = self.attempted
        try:
            answer = requests.post("{}/actors/{}/messages".format(self.world.abaco.base, self.actor), data={"message": str(number)},
                                   params=dict({"DO": self.do}, **more), timeout=30)
        except requests.RequestException:
            return None
        if answer.status_code != 200:
            assert answer.status_code == 503 and "Retry-After" in answer.headers, (answer.status_code, answer.text)
            return None
        self.acknowledged[answer.json()["result"]["executionId"]] = number
        return answer.json()["result"]["executionId"]

    def finish(self):
        """Waits until everything acknowledged has ended; the counts."""
        records = {execution: self.world.abaco.wait(self.actor, execution) for execution in self.acknowledged}
        abaco, lines = self.world.abaco, self.world.lines(self.actor)
        Abaco.until(lambda: abaco.call("GET", "/actors/{}/messages".format(self.actor))["result"]["messages"], lambda count: count == 0)
        Abaco.until(lambda: abaco.call("GET", "/actors/{}/executions".format(self.actor))["result"]["executions"],
                    lambda rows: all(row["status"] in ("COMPLETE", "ERROR") for row in rows))
        listed = abaco.call("GET", "/actors/{}/executions".format(self.actor))["result"]
        for row in listed["executions"]:
            if row["id"] not in records:
                records[row["id"]] = abaco.call("GET", "/actors/{}/executions/{}".format(self.actor, row["id"]))["result"]
        starts = Counter(line[1] for line in lines if line[0] == "start")
        ends = {line[1] for line in lines if line[0] == "end"}
        done = {key for key, record in records.items() if record["status"] == "COMPLETE" and key in ends}
        counts = Counter(
            attempted=self.attempted, acknowledged=len(self.acknowledged), completed=len(done),
            lost=len(set(self.acknowledged) - done), recovered=len(done - set(self.acknowledged)),
            reran=sum(1 for count in starts.values() if count > 1),
            # A second recorded outcome would have been added to the actor's totals, but not to the record.
            doubled=int(listed["totalCpu"] != sum(record["cpu"] for record in records.values()))
            + int(listed["totalExecutions"] != len(records)))
        if self.stateful:
            counts["overlapping"] = self.overlapping(lines)
            counts["disordered"] = self.disordered(lines)
        return counts

    @staticmethod
    def overlapping(lines):
        """Starts of one execution while another one's run had not ended (a run cut off by the engine has no end line, but is followed by its own rerun)."""
        count, open_run = 0, None
        for word, execution, _ in lines:
            if word == "start":
                count += open_run is not None and open_run != execution
                open_run = execution
            else:
                count += open_run != execution
                open_run = None
        return count

    @staticmethod
    def disordered(lines):
        numbers = [int(number) for word, _, number in lines if word == "start"]
        return sum(1 for before, after in zip(numbers, numbers[1:]) if after < before)


def added(*all_counts):
    """The sums; Counter's own + would drop the zeros, which are what matters."""
    total = Counter()
    for counts in all_counts:
        total.update(counts)
    return total


COLUMNS = ("attempted", "acknowledged", "completed", "lost", "recovered", "reran", "doubled", "overlapping", "disordered", "left", "seconds")
ROWS = []


def report(fault, counts, seconds, left=0):
    """Adds a row to the table, and checks what must never happen."""
    counts = dict(counts, left=left, seconds="{:.1f}".format(seconds))
    ROWS.append([fault] + [str(counts.get(column, "-")) for column in COLUMNS])
    print("     " + fault + ": " + ", ".join("{} {}".format(column, counts.get(column, "-")) for column in COLUMNS), flush=True)
    for column in ("lost", "doubled", "overlapping", "disordered", "left"):
        assert counts.get(column, 0) == 0, (fault, column, counts)


def table():
    heads = ("fault",) + COLUMNS
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)] + ["| " + " | ".join(row) + " |" for row in ROWS])


def in_background(act):
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread
