"""The API as somebody uses it who knows only its documentation."""
import hashlib
import os
import subprocess
import time

import requests

PATIENCE = 120
SMALL = "abaco-e2e/small"


class Abaco:
    """One user of one server."""

    def __init__(self, base=None):
        self.base = (base or os.environ["ABACO_URL"]).rstrip("/")
        self.http = requests.Session()

    def until_ready(self):
        """Waits until the server takes work."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if self.http.get(self.base + "/readyz", timeout=5).status_code == 200:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.2)
        raise AssertionError("the server is not ready")

    def call(self, method, path, status=200, **more):
        """Calls the API and checks status and envelope."""
        answer = self.http.request(method, self.base + path, timeout=PATIENCE, **more)
        assert answer.status_code == status, "{} {}: {} {}".format(method, path, answer.status_code, answer.text[:500])
        body = answer.json()
        assert sorted(body) == ["message", "result", "status", "version"], body
        assert body["status"] == ("success" if status < 400 else "error"), body
        return body

    def register(self, image, **parameters):
        return self.call("POST", "/actors", json=dict(parameters, image=image))["result"]["id"]

    def send(self, actor, message, **query):
        return self.call("POST", "/actors/{}/messages".format(actor), data={"message": message}, params=query)["result"]["executionId"]

    def wait(self, actor, execution):
        """The execution when it has ended."""
        for _ in range(PATIENCE // 20):
            found = self.call("GET", "/actors/{}/executions/{}?wait=20".format(actor, execution))["result"]
            if found["status"] in ("COMPLETE", "ERROR"):
                return found
        raise AssertionError("has not ended: {}".format(found))

    def running(self, actor, execution):
        """Waits until the execution runs."""
        return self.until(lambda: self.call("GET", "/actors/{}/executions/{}".format(actor, execution))["result"],
                          lambda found: found["status"] == "RUNNING" and found["startTime"])

    def run(self, actor, message, **query):
        """Sends a message, waits for the end; the record and the log."""
        execution = self.send(actor, message, **query)
        return self.wait(actor, execution), self.log(actor, execution)

    def log(self, actor, execution):
        return self.call("GET", "/actors/{}/executions/{}/logs".format(actor, execution))["result"]["logs"]

    @staticmethod
    def until(ask, fits):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = ask()
            if fits(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError("never came: {}".format(answer))


def docker(*words, stdin=None):
    return subprocess.run(["docker", *words], check=True, capture_output=True, input=stdin).stdout.decode()


def small_image():
    """A busybox image whose program is the message: 'sh -c "$MSG"'. Built once."""
    import io
    import tarfile
    if docker("images", "-q", SMALL).strip():
        return SMALL
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.add("/usr/bin/busybox", "bin/busybox")
        for name in ("sh", "echo", "cat", "sleep", "sha256sum", "head", "yes", "id", "true", "tail", "ls", "wc", "printf", "env", "kill"):
            link = tarfile.TarInfo("bin/" + name)
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        readme = tarfile.TarInfo("not-executable")
        readme.mode = 0o644
        tar.addfile(readme, io.BytesIO())
    docker("import", "-c", 'CMD ["/bin/sh", "-c", "eval \\"$MSG\\""]', "-", SMALL, stdin=stream.getvalue())
    return SMALL


def variant(name, *changes):
    """An image like the small one but for Dockerfile instructions; none at all: without a command. Built once."""
    image = "abaco-e2e/{}:{}".format(name, hashlib.sha256(repr(changes).encode()).hexdigest()[:8])
    if docker("images", "-q", image).strip():
        return image
    words = []
    for change in changes:
        words += ["-c", change]
    container = docker("create", "--network", "none", small_image(), "true").strip()
    try:
        root = subprocess.run(["docker", "export", container], check=True, capture_output=True).stdout
    finally:
        docker("rm", container)
    docker("import", *words, "-", image, stdin=root)
    return image
