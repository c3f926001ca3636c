"""Large messages and many: whole, in order of size, with a server that stays small."""
import hashlib
import io
import json
import os
import subprocess
import tarfile
import time
import unittest
from pathlib import Path

from abaco import Abaco, small_image, variant

MB = 1_000_000
MOST_GROWTH = 300 * MB
READER = """import hashlib
from abaco import get_binary_message
body = get_binary_message()
print(hashlib.sha256(body).hexdigest(), len(body))
"""


class Body:
    """Bytes without end that nobody stores: they are made while they are sent."""

    def __init__(self, length):
        self.length = self.left = length
        self.block = os.urandom(MB)
        self.hash = hashlib.sha256()

    def __len__(self):
        return self.length

    def __iter__(self):
        return iter(lambda: self.read(MB), b"")

    def read(self, size=-1):
        part = self.block[: min(MB, self.left, size if size >= 0 else MB)]
        self.left -= len(part)
        self.hash.update(part)
        return part


class Server:
    """The server's resident memory, in bytes, as the kernel counts it."""

    def __init__(self):
        self.folder = Path("/proc") / os.environ["ABACO_PID"]
        (self.folder / "clear_refs").write_text("5")  # the peak counts from here
        self.before = self.read("VmRSS")

    def read(self, name):
        for line in (self.folder / "status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(name)

    def growth(self, what):
        peak = self.read("VmHWM")
        print("     {}: server memory {} MB before, {} MB at its peak, {} MB after".format(
            what, self.before // MB, peak // MB, self.read("VmRSS") // MB), flush=True)
        return peak - self.before


class Large(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.abaco = Abaco()
        small_image()

    def send_binary(self, image, length):
        actor = self.abaco.register(image)
        body, server = Body(length), Server()
        begun = time.monotonic()
        execution = self.abaco.call(
            "POST", "/actors/{}/messages".format(actor), data=body, headers={"Content-Type": "application/octet-stream"})["result"]["executionId"]
        sent = time.monotonic()
        ended = self.abaco.wait(actor, execution)
        print("     {} MB: taken in {:.1f} s, read {:.1f} s later".format(length // MB, sent - begun, time.monotonic() - sent), flush=True)
        self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 0), self.abaco.log(actor, execution))
        self.assertLess(server.growth("{} MB message".format(length // MB)), MOST_GROWTH)
        return self.abaco.log(actor, execution), body.hash.hexdigest()

    def test_500_mb_message_arrives_whole(self):
        image = variant("summer", 'CMD ["/bin/sh", "-c", "cat /_abaco_binary_data | sha256sum"]')
        log, digest = self.send_binary(image, 500 * MB)
        self.assertEqual(log.split()[0], digest)

    def test_100_mb_message_arrives_whole_without_blocking(self):
        log, digest = self.send_binary(reader_image(), 100 * MB)
        self.assertEqual(log.split(), [digest, str(100 * MB)])

    def test_100000_messages_wait(self):
        actor = self.abaco.register(variant("no-command"))
        path = "/actors/{}/messages".format(actor)
        self.abaco.until(lambda: self.abaco.call("GET", "/actors/" + actor)["result"]["status"], lambda status: status == "ERROR")
        self.abaco.send(actor, "the first")
        empty = self.time_of_a_post(actor)
        server, begun = Server(), time.monotonic()
        for batch in range(100):
            lines = "".join(json.dumps({"message": "{} {}".format(batch, i)}) + "\n" for i in range(1000))
            self.abaco.call("POST", path + "/batch", data=lines, headers={"Content-Type": "application/x-ndjson"})
        print("     100,000 messages taken in {:.1f} s".format(time.monotonic() - begun), flush=True)
        self.assertEqual(self.abaco.call("GET", path)["result"]["messages"], 100_021)
        print("     a POST: {:.1f} ms at none waiting, {:.1f} ms at 100,000".format(empty, self.time_of_a_post(actor)), flush=True)
        self.assertLess(server.growth("100,000 messages"), MOST_GROWTH)
        self.abaco.call("DELETE", path)
        self.assertEqual(self.abaco.call("GET", path)["result"]["messages"], 0)

    def time_of_a_post(self, actor):
        """The median of 20, in milliseconds; printed, never judged."""
        times = []
        for i in range(20):
            begun = time.monotonic()
            self.abaco.send(actor, str(i))
            times.append(time.monotonic() - begun)
        return sorted(times)[10] * 1000


def reader_image():
    """A Python actor as users write it: the samples' way to read, without blocking."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, text in (("Dockerfile", 'FROM abaco-samples/python-base\nCOPY *.py /actor/\nCMD ["/usr/bin/python3", "/actor/reader.py"]\n'),
                           ("abaco.py", Path(__file__).parents[2].joinpath("samples/abaco.py").read_text()), ("reader.py", READER)):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text.encode()), 0o644
            tar.addfile(entry, io.BytesIO(text.encode()))
    subprocess.run(["docker", "build", "--network", "none", "-t", "abaco-e2e/reader", "-"], check=True, capture_output=True,
                   input=stream.getvalue(), env=dict(os.environ, DOCKER_BUILDKIT="0"))
    return "abaco-e2e/reader"
