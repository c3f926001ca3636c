"""The engine as the victim: one of the tests' own, in a network namespace of its own."""
import shutil
import signal
import tempfile
import time
import unittest

from engine import Engine
from world import Client, World, added, report

# Longer than the 10 s that an engine gives what it stops: the first run is cut off, the second is whole. (A shell as process 1 ignores SIGTERM.)
OUTLASTS = "sleep 30"


class EngineFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="abaco-e.", dir="/tmp")
        cls.engine = Engine(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.engine.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.world = World(engine=self.engine)
        self.world.__enter__()
        self.addCleanup(lambda: self.world.__exit__(None, None, None))
        self.world.up()
        self.stateful = Client(self.world, self.world.register(stateless=False), stateful=True)
        self.stateless = Client(self.world, self.world.register())

    def begin(self, do="sleep 2"):
        for client in (self.stateful, self.stateless):
            first = client.send(DO=do)
            self.world.abaco.running(client.actor, first)
            for _ in range(4):
                client.send()

    def end(self, fault, begun):
        for client in (self.stateful, self.stateless):
            client.send()
        counts = added(self.stateful.finish(), self.stateless.finish())
        seconds = time.monotonic() - begun
        self.world.clean()
        report(fault, counts, seconds, len(self.world.leftovers()))
        self.assertEqual(counts["completed"], counts["acknowledged"] + counts["recovered"])
        return counts

    def test_engine_restarted(self):
        self.begin(OUTLASTS)
        self.engine.stop()
        self.engine.start()
        counts = self.end("dockerd restarted (SIGTERM)", time.monotonic())
        self.assertEqual(counts["reran"], 2)

    def test_engine_killed(self):
        self.begin(OUTLASTS)
        self.engine.stop(signal.SIGKILL)
        self.engine.start()
        counts = self.end("dockerd kill -9 and started again", time.monotonic())
        # An engine that comes back slowly lets them end by themselves.
        self.assertLessEqual(counts["reran"], 2)

    def test_engine_and_server_killed(self):
        self.begin(OUTLASTS)
        self.world.kill()
        self.engine.stop(signal.SIGKILL)
        self.engine.start()
        self.world.restart()
        counts = self.end("dockerd and server kill -9", time.monotonic())
        self.assertLessEqual(counts["reran"], 2)

    def test_engine_frozen(self):
        self.begin()
        self.engine.signal(signal.SIGSTOP)
        # Long enough for the server to notice; it says so.
        self.world.abaco.until(lambda: self.world.abaco.http.get(self.world.abaco.base + "/readyz").json(),
                               lambda answer: "has not answered" in answer["message"])
        self.stateless.send()
        self.engine.signal(signal.SIGCONT)
        counts = self.end("dockerd frozen until noticed", time.monotonic())
        self.assertEqual(counts["reran"], 0)

    def test_engine_slow(self):
        self.world.proxy.delay = 0.3
        begun = time.monotonic()
        self.begin()
        counts = self.end("dockerd answers 0.3 s late", begun)
        self.assertEqual(counts["reran"], 0)

    def test_container_removed_by_somebody_else(self):
        self.begin()
        self.world.docker("rm", "-f", *self.world.containers())
        self.end("containers removed behind our back", time.monotonic())
