"""kill -9 of the server at each durable step of a message's way, and many times in a row."""
import random
import threading
import time
import unittest

from world import Client, World, added, report

STEPS = [
    ("taken", "before", "POST", r"/containers/create"),
    ("container created", "after", "POST", r"/containers/create"),
    ("container about to start", "before", "POST", r"/containers/[^/]+/start"),
    ("container started", "after", "POST", r"/containers/[^/]+/start"),
    ("container ended", "after", "POST", r"/containers/[^/]+/wait"),
    ("outcome written", "before", "DELETE", r"/containers/"),
    ("container removed", "after", "DELETE", r"/containers/"),
]


class Steps(unittest.TestCase):
    def test_kill_at_each_step(self):
        with World() as world:
            world.up()
            for name, moment, method, path in STEPS:
                with self.subTest(step=name):
                    actor = world.register(stateless=False)
                    client = Client(world, actor, do="usleep 200000", stateful=True)
                    client.send()
                    world.abaco.wait(actor, next(iter(client.acknowledged)))
                    world.proxy.at(moment, method, path, world.kill)
                    for _ in range(3):
                        client.send()
                    world.killed()
                    seconds = world.restart()
                    for _ in range(2):
                        client.send()
                    counts = client.finish()
                    world.clean()
                    report("kill -9: " + name, counts, seconds, len(world.leftovers()))
                    # No engine died, and a container outlives its silo: nothing runs twice.
                    self.assertEqual(counts["reran"], 0)

    def test_kill_after_acknowledgement(self):
        with World() as world:
            world.up()
            actor = world.register(stateless=False)
            client = Client(world, actor, stateful=True)
            client.send(DO="sleep 3")
            for _ in range(20):
                client.send()
            world.kill()
            seconds = world.restart()
            counts = client.finish()
            world.clean()
            report("kill -9: admitted, waiting", counts, seconds, len(world.leftovers()))
            self.assertEqual((counts["completed"], counts["reran"]), (21, 0))


class Load(unittest.TestCase):
    def test_500_messages_on_5_actors_over_five_kills(self):
        random.seed(20261125)
        with World() as world:
            world.up()
            clients = [Client(world, world.register(stateless=n < 3), do="usleep 20000", stateful=n >= 3) for n in range(5)]

            def send(client):
                while len(client.acknowledged) < 100:
                    if not client.send():
                        time.sleep(0.1)

            threads = [threading.Thread(target=send, args=(client,)) for client in clients]
            for thread in threads:
                thread.start()
            seconds = []
            for _ in range(5):
                time.sleep(random.uniform(0.2, 1.5))
                seconds.append(world.restart())
            for thread in threads:
                thread.join()
            total = added(*(client.finish() for client in clients))
            world.clean()
            report("5 kills -9 under load, 5 actors", total, max(seconds), len(world.leftovers()))
            self.assertEqual((total["acknowledged"], total["reran"]), (500, 0))

    def test_20_kills_in_a_row(self):
        random.seed(7)
        with World() as world:
            world.up()
            stateless, stateful = Client(world, world.register()), Client(world, world.register(stateless=False), stateful=True)
            done = threading.Event()

            def send(client):
                while not done.is_set():
                    if not client.send():
                        time.sleep(0.05)
                    time.sleep(0.1)

            threads = [threading.Thread(target=send, args=(client,)) for client in (stateless, stateful)]
            for thread in threads:
                thread.start()
            seconds = []
            for _ in range(20):
                time.sleep(random.uniform(0, 0.4))
                seconds.append(world.restart())
            done.set()
            for thread in threads:
                thread.join()
            counts = added(stateless.finish(), stateful.finish())
            world.clean()
            report("20 kills -9 in a row", counts, max(seconds), len(world.leftovers()))
            self.assertEqual(counts["reran"], 0)
