"""kill -9 while something else than a message is under way: pull, purge, delete, PUT."""
import threading
import time
import unittest

import requests

from world import WITNESS, Client, World, in_background, report


def quietly(method, url, **more):
    try:
        return requests.request(method, url, timeout=30, **more)
    except requests.RequestException:
        return None


class Commands(unittest.TestCase):
    def test_kill_during_pull(self):
        with World() as world:
            world.up()
            name = "127.0.0.1:9/abaco-faults/later:{}".format(int(time.time()))
            sent = threading.Event()
            world.proxy.at("before", "POST", r"/images/create", lambda: (sent.wait(), world.kill()))
            actor = world.abaco.register(name)
            client = Client(world, actor)
            client.send()
            sent.set()
            world.killed()
            world.docker("tag", WITNESS, name)
            try:
                seconds = world.restart()
                counts = client.finish()
                world.clean()
                report("kill -9 during a pull", counts, seconds, len(world.leftovers()))
            finally:
                world.docker("rmi", name)

    def test_kill_during_purge(self):
        with World() as world:
            world.up()
            for pause in (0.0, 0.1):
                actor = world.register(stateless=False)
                client = Client(world, actor, stateful=True)
                first = client.send(DO="sleep 2")
                world.abaco.running(actor, first)
                waiting = [client.send() for _ in range(30)]
                purge = in_background(lambda: quietly("DELETE", "{}/actors/{}/messages".format(world.abaco.base, actor)))
                time.sleep(pause)
                world.kill()
                purge.join()
                seconds = world.restart()
                left = [row["id"] for row in world.abaco.call("GET", "/actors/{}/executions".format(actor))["result"]["executions"]]
                self.assertIn(len(left), (1, 31), "a purge happens whole or not at all")
                for execution in waiting:
                    if execution not in left:
                        del client.acknowledged[execution]
                client.send()
                counts = client.finish()
                world.clean()
                report("kill -9 during a purge ({})".format("done" if len(left) == 1 else "not done"), counts, seconds, len(world.leftovers()))

    def test_kill_during_delete(self):
        with World() as world:
            world.up()
            for pause in (0.0, 0.01, 0.2):
                actor = world.register()
                client = Client(world, actor)
                world.abaco.running(actor, client.send(DO="sleep 60"))
                for _ in range(20):
                    client.send()
                delete = in_background(lambda: quietly("DELETE", "{}/actors/{}".format(world.abaco.base, actor)))
                time.sleep(pause)
                world.kill()
                delete.join()
                seconds = world.restart()
                found = quietly("GET", "{}/actors/{}".format(world.abaco.base, actor))
                if found.status_code == 200:
                    world.abaco.call("DELETE", "/actors/{}".format(actor))
                self.assertEqual(quietly("GET", "{}/actors/{}".format(world.abaco.base, actor)).status_code, 404)
                world.clean()
                report("kill -9 during a delete ({})".format("not done" if found.status_code == 200 else "done"), {}, seconds, len(world.leftovers()))

    def test_kill_during_put(self):
        with World() as world:
            world.up()
            missing = "127.0.0.1:9/abaco-faults/none:1"
            for pause in (0.0, 0.1):
                actor = world.abaco.register(missing)
                world.abaco.until(lambda: world.abaco.call("GET", "/actors/" + actor)["result"], lambda shown: shown["status"] == "ERROR")
                client = Client(world, actor)
                client.send()
                put = in_background(lambda: quietly("PUT", "{}/actors/{}".format(world.abaco.base, actor), json={"image": WITNESS}))
                time.sleep(pause)
                world.kill()
                put.join()
                seconds = world.restart()
                shown = world.abaco.call("GET", "/actors/" + actor)["result"]
                self.assertIn((shown["image"], shown["revision"]), ((missing, 1), (WITNESS, 2)))
                if shown["image"] == missing:
                    world.abaco.call("PUT", "/actors/" + actor, json={"image": WITNESS})
                counts = client.finish()
                world.clean()
                report("kill -9 during a PUT ({})".format("done" if shown["image"] == WITNESS else "not done"), counts, seconds, len(world.leftovers()))


class Frozen(unittest.TestCase):
    def test_stop_and_continue_of_the_server(self):
        import signal
        with World() as world:
            world.up()
            client = Client(world, world.register(stateless=False), stateful=True)
            client.send(DO="sleep 2")
            for _ in range(10):
                client.send()
            world.server.send_signal(signal.SIGSTOP)
            time.sleep(12)
            begun = time.monotonic()
            world.server.send_signal(signal.SIGCONT)
            client.send()
            counts = client.finish()
            world.clean()
            report("SIGSTOP of the server for 12 s", counts, time.monotonic() - begun, len(world.leftovers()))
            self.assertEqual((counts["completed"], counts["reran"]), (12, 0))


class Shutdown(unittest.TestCase):
    LINES = 'for i in $(seq 120); do echo "line $i"; usleep 50000; done'

    def test_sigterm_leaves_what_runs_and_the_log_has_no_gap(self):
        with World() as world:
            world.up()
            actor = world.register(stateless=False)
            client = Client(world, actor, stateful=True)
            long = client.send(DO=self.LINES)
            world.abaco.running(actor, long)
            client.send()
            world.server.terminate()
            self.assertEqual(world.server.wait(60), 0)
            self.assertEqual(len(world.containers()), 1, "what runs longer than the grace goes on")
            seconds = world.restart()
            counts = client.finish()
            self.assertEqual(world.abaco.log(actor, long), "".join("line {}\n".format(i) for i in range(1, 121)))
            world.clean()
            report("SIGTERM, long container adopted", counts, seconds, len(world.leftovers()))
            self.assertEqual((counts["completed"], counts["reran"]), (2, 0))

    def test_sigterm_lets_short_ones_finish(self):
        with World(settings={"Abaco__Silo__ShutdownGrace": "00:00:30"}) as world:
            world.up()
            actor = world.register()
            client = Client(world, actor)
            short = client.send(DO="sleep 3")
            world.abaco.running(actor, short)
            world.server.terminate()
            # The API still serves what runs.
            self.assertEqual(world.abaco.call("GET", "/actors/{}/executions/{}".format(actor, short))["result"]["status"], "RUNNING")
            self.assertEqual(quietly("GET", world.abaco.base + "/readyz").status_code, 503)
            self.assertEqual(world.server.wait(60), 0)
            self.assertEqual(len([line for line in world.lines(actor) if line[0] == "end"]), 1)
            seconds = world.restart()
            counts = client.finish()
            world.clean()
            report("SIGTERM, short container finishes", counts, seconds, len(world.leftovers()))
            self.assertEqual(counts["reran"], 0)

    def test_kill_with_running_container_keeps_its_log(self):
        with World() as world:
            world.up()
            actor = world.register()
            client = Client(world, actor)
            long = client.send(DO=self.LINES)
            world.abaco.until(lambda: world.abaco.log(actor, long), lambda log: "line 5\n" in log)
            seconds = world.restart()
            counts = client.finish()
            self.assertEqual(world.abaco.log(actor, long), "".join("line {}\n".format(i) for i in range(1, 121)))
            world.clean()
            report("kill -9, running container adopted with its log", counts, seconds, len(world.leftovers()))
            self.assertEqual(counts["reran"], 0)


class Others(unittest.TestCase):
    def test_other_clusters_and_strangers_are_left_alone(self):
        with World() as other:
            other.up()
            stranger = other.docker("run", "-d", "--network", "none", WITNESS, "/bin/sh", "-c", "sleep 600").strip()
            try:
                theirs = Client(other, other.register())
                execution = theirs.send(DO="sleep 600")
                other.abaco.running(theirs.actor, execution)
                with World(port=other.port + 10) as world:
                    world.up()
                    mine = Client(world, world.register())
                    mine.send(DO="sleep 2")
                    seconds = world.restart()
                    counts = mine.finish()
                    world.clean()
                    report("kill -9 beside another cluster", counts, seconds, len(world.leftovers()))
                self.assertEqual(len(other.containers()), 1)
                self.assertEqual(other.docker("inspect", "-f", "{{.State.Running}}", stranger).strip(), "true")
                other.abaco.call("DELETE", "/actors/{}/executions/{}".format(theirs.actor, execution))
                self.assertEqual(other.abaco.wait(theirs.actor, execution)["attempts"], 1)
                other.clean()
            finally:
                other.docker("rm", "-f", stranger)
