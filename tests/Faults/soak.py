"""Mixed load for some minutes; memory, descriptors, threads and containers of the server are sampled and must stay flat. usage: soak.py MINUTES"""
import os
import random
import statistics
import sys
import threading
import time

import requests

from world import Client, World, added, report

SAMPLE_SECONDS = 10


class Soak:
    def __init__(self, world, minutes):
        self.world, self.done = world, threading.Event()
        self.end = time.monotonic() + minutes * 60
        self.clients = [Client(world, world.register()), Client(world, world.register()),
                        Client(world, world.register(stateless=False), stateful=True)]
        self.requests = 0
        self.errors = []

    def guarded(self, act):
        def loop():
            while time.monotonic() < self.end and not self.errors:
                try:
                    act()
                    self.requests += 1
                except Exception as error:  # noqa: BLE001 - whatever it is, it ends the soak and is shown
                    self.errors.append(error)
        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread

    def send(self, client):
        client.send()
        # As fast as the engine drains it, with a few waiting.
        waiting = self.world.abaco.call("GET", "/actors/{}/messages".format(client.actor))["result"]["messages"]
        time.sleep(0.5 + 0.5 * waiting)

    def synchronous(self):
        actor = self.clients[0].actor
        url = "{}/actors/{}/messages".format(self.world.abaco.base, actor)
        answer = requests.post(url, data={"message": "0"}, params={"_abaco_synchronous": "true", "DO": "echo done"}, timeout=120)
        assert answer.status_code in (200, 400, 503), answer.text
        time.sleep(2)

    def binary(self):
        actor = self.clients[1].actor
        answer = requests.post("{}/actors/{}/messages".format(self.world.abaco.base, actor), data=os.urandom(2_000_000),
                               headers={"Content-Type": "application/octet-stream"}, timeout=120)
        assert answer.status_code in (200, 503), answer.text
        time.sleep(5)

    def read(self):
        client = random.choice(self.clients)
        rows = self.world.abaco.call("GET", "/actors/{}/executions".format(client.actor))["result"]["executions"]
        if rows:
            self.world.abaco.log(client.actor, random.choice(rows)["id"])
        self.world.abaco.call("GET", "/actors")
        time.sleep(0.5)

    def refuse(self):
        answer = requests.post(self.world.abaco.base + "/actors", data={"image": "NOT VALID"}, timeout=60)
        assert answer.status_code == 400, answer.text
        time.sleep(1)

    def sample(self):
        pid = self.world.server.pid
        status = dict(line.split(":", 1) for line in open("/proc/{}/status".format(pid)))
        return (int(status["VmRSS"].split()[0]) // 1024, len(os.listdir("/proc/{}/fd".format(pid))), int(status["Threads"]), len(self.world.containers()))

    def run(self):
        threads = [self.guarded(lambda client=client: self.send(client)) for client in self.clients]
        threads += [self.guarded(act) for act in (self.synchronous, self.binary, self.read, self.refuse)]
        samples = []
        print("minute  memory MiB  descriptors  threads  containers  requests", flush=True)
        while time.monotonic() < self.end and not self.errors:
            time.sleep(SAMPLE_SECONDS)
            samples.append(self.sample())
            if len(samples) % 12 == 0:
                print("{:6.1f}  {:10}  {:11}  {:7}  {:10}  {:8}".format(len(samples) * SAMPLE_SECONDS / 60, *samples[-1], self.requests), flush=True)
        for thread in threads:
            thread.join()
        if self.errors:
            raise self.errors[0]
        return samples


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    with World(settings={"Abaco__Workers__IdleTime": "00:00:20"}) as world:
        world.up()
        begun = time.monotonic()
        soak = Soak(world, minutes)
        samples = soak.run()
        counts = added(*(client.finish() for client in soak.clients[2:]))
        world.clean()
        third = len(samples) // 3
        for number, what in enumerate(("memory MiB", "descriptors", "threads", "containers")):
            first, last = (statistics.median(row[number] for row in part) for part in (samples[third:2 * third], samples[2 * third:]))
            print("{}: median of the second third {}, of the last {} ({:+.1%})".format(what, first, last, (last - first) / max(first, 1)))
        report("soak of {:g} minutes (the stateful actor)".format(minutes), counts, time.monotonic() - begun, len(world.leftovers()))


main()
