"""Images and programs that misbehave: each has its documented end, a message that names the cause, and the next message runs."""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from abaco import SMALL, Abaco, docker, small_image, variant


class Abuse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.abaco = Abaco()
        cls.executions = []
        small_image()

    @classmethod
    def tearDownClass(cls):
        """No container, no file, no socket and no cgroup of these executions is left."""
        for execution in cls.executions:
            Abaco.until(lambda: docker("ps", "-aq", "--filter", "label=abaco.execution=" + execution), lambda ids: not ids)
            Abaco.until(lambda: glob.glob("{}/x/**/{}-*".format(os.environ["ABACO_DATA"], execution), recursive=True), lambda found: not found)
            for folder in ("/sys/fs/cgroup/abaco-{}-*", "/sys/fs/cgroup/*/abaco-{}-*"):
                Abaco.until(lambda: glob.glob(folder.format(execution)), lambda found: not found)

    def run_one(self, actor, message):
        execution = self.abaco.send(actor, message)
        self.executions.append(execution)
        return self.abaco.wait(actor, execution), self.abaco.log(actor, execution)

    def next_runs(self, actor):
        ended, log = self.run_one(actor, "echo next")
        self.assertEqual((ended["status"], ended["exitCode"], log), ("COMPLETE", 0, "next\n"))

    def in_error(self, actor):
        return self.abaco.until(lambda: self.abaco.call("GET", "/actors/" + actor)["result"], lambda found: found["status"] == "ERROR")

    def recovers(self, actor, waiting):
        """A message that was sent meanwhile waits; a good image runs it."""
        path = "/actors/{}/executions/{}".format(actor, waiting)
        self.assertEqual(self.abaco.call("GET", path)["result"]["status"], "SUBMITTED")
        self.abaco.call("PUT", "/actors/" + actor, json={"image": SMALL})
        self.executions.append(waiting)
        self.assertEqual(self.abaco.wait(actor, waiting)["exitCode"], 0)
        self.next_runs(actor)

    def test_unknown_image(self):
        with Registry() as registry:
            actor = self.abaco.register(registry.address + "/no/such")
            waiting = self.abaco.send(actor, "echo at last")
            self.assertIn("manifest unknown", self.in_error(actor)["statusMessage"])
        self.recovers(actor, waiting)

    def test_image_without_command(self):
        actor = self.abaco.register(variant("no-command"))
        waiting = self.abaco.send(actor, "echo at last")
        self.assertIn("No command specified", self.in_error(actor)["statusMessage"])
        self.recovers(actor, waiting)

    def test_command_not_found(self):
        actor = self.abaco.register(variant("not-found", 'CMD ["no-such-command"]'))
        for _ in range(2):
            ended, log = self.run_one(actor, "x")
            self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 127))
            self.assertIn("executable file not found", ended["finalState"]["Error"])
            self.assertIn("executable file not found", log)

    def test_command_not_executable(self):
        actor = self.abaco.register(variant("not-executable", 'CMD ["/not-executable"]'))
        for _ in range(2):
            ended, log = self.run_one(actor, "x")
            self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 126))
            self.assertIn("permission denied", ended["finalState"]["Error"])
            self.assertIn("permission denied", log)

    def test_exits_at_once(self):
        actor = self.abaco.register(variant("at-once", 'CMD ["/bin/true"]'))
        for _ in range(3):
            ended, log = self.run_one(actor, "x")
            self.assertEqual((ended["status"], ended["exitCode"], log), ("COMPLETE", 0, ""))

    def test_floods_its_log(self):
        actor = self.abaco.register(SMALL)
        ended, log = self.run_one(actor, "yes {} | head -c 100000000; exit 3".format("x" * 4000))
        self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 3))
        self.assertTrue(log.endswith(" LOG LIMIT EXCEEDED; this execution log was TRUNCATED!"))
        self.assertLess(len(log), 1_000_100)
        self.next_runs(actor)

    def test_writes_binary(self):
        actor = self.abaco.register(SMALL)
        ended, log = self.run_one(actor, "head -c 100000 /dev/urandom; echo; echo end")
        self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 0))
        self.assertIn("\ufffd", log)
        self.assertTrue(log.endswith("\nend\n"))
        self.next_runs(actor)

    def test_forks_without_end(self):
        actor = self.abaco.register(SMALL)
        ended, log = self.run_one(actor, "while true; do sleep 100000 & done")
        self.assertEqual(ended["status"], "COMPLETE")
        self.assertNotEqual(ended["exitCode"], 0)
        self.assertIn("can't fork", log)
        self.next_runs(actor)

    def test_leaves_children_behind(self):
        actor = self.abaco.register(SMALL)
        ended, log = self.run_one(actor, "sleep 100000 & echo begun")
        self.assertEqual((ended["status"], ended["exitCode"], log), ("COMPLETE", 0, "begun\n"))
        self.next_runs(actor)

    def test_ignores_sigterm(self):
        actor = self.abaco.register(SMALL)
        execution = self.abaco.send(actor, "trap '' TERM; echo deaf; while true; do sleep 1; done")
        self.executions.append(execution)
        self.abaco.until(lambda: self.abaco.log(actor, execution), lambda log: log == "deaf\n")
        self.abaco.call("DELETE", "/actors/{}/executions/{}".format(actor, execution))
        ended = self.abaco.wait(actor, execution)
        self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 137))
        self.next_runs(actor)

    def test_fills_memory(self):
        actor = self.abaco.register(SMALL, memLimit="32m")
        ended, _ = self.run_one(actor, "exec tail /dev/zero")
        self.assertEqual((ended["status"], ended["exitCode"]), ("COMPLETE", 137))
        self.assertTrue(ended["finalState"]["OOMKilled"])
        self.next_runs(actor)

    def test_runs_too_long(self):
        actor = self.abaco.register(SMALL, maxRunTime=1)
        ended, log = self.run_one(actor, "trap 'exit 7' TERM; while true; do sleep 0.1; done")
        self.assertEqual(ended["status"], "COMPLETE")
        self.assertIn(ended["exitCode"], (7, 143))  # 143: on a slow machine it is asked before it listens
        self.assertIn("max_run_time of 1 s reached", log)
        self.abaco.call("PUT", "/actors/" + actor, json={"image": SMALL, "maxRunTime": 600})
        self.next_runs(actor)

    def test_removed_behind_our_back(self):
        """Each time is a lost attempt; after the fifth the message is a dead letter that names every cause."""
        actor = self.abaco.register(SMALL)
        execution = self.abaco.send(actor, "echo here; sleep 100000")
        self.executions.append(execution)
        seen = set()
        for _ in range(5):
            fresh = self.abaco.until(
                lambda: set(docker("ps", "-q", "--filter", "label=abaco.execution=" + execution).split()) - seen, lambda found: found)
            seen |= fresh
            docker("rm", "-f", *fresh)
        ended = self.abaco.wait(actor, execution)
        self.assertEqual((ended["status"], ended["attempts"], len(ended["causes"])), ("ERROR", 5, 5))
        for cause in ended["causes"]:
            self.assertIn("removed by somebody else", cause)
        self.next_runs(actor)


class Registry:
    """An empty registry on 127.0.0.1."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="abaco-e2e-registry-")
        path = os.path.join(self.folder, "config.yml")
        with open(path, "w") as config:
            config.write("version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: 127.0.0.1:0\n".format(self.folder))
        self.process = subprocess.Popen(["docker-registry", "serve", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            found = re.search(r"listening on (127\.0\.0\.1:\d+)", line)
            if found:
                self.address = found.group(1)
                return self
        raise AssertionError("docker-registry ended at once")

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        shutil.rmtree(self.folder)
