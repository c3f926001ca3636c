"""A full disk under the data directory: nothing is acknowledged that is not durable, and work goes on when there is space again."""
import os
import shutil
import subprocess
import tempfile
import time
import unittest

import requests

from world import Client, World, report


class DiskFull(unittest.TestCase):
    def test_full_disk(self):
        disk = tempfile.mkdtemp(prefix="abaco-k.", dir="/tmp")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk], check=True)
        try:
            with World(data=disk + "/d") as world:
                world.up()
                stateful = Client(world, world.register(stateless=False), stateful=True)
                stateful.send(DO="sleep 1")
                for _ in range(5):
                    stateful.send()
                with open(disk + "/fill", "wb") as fill:
                    try:
                        while True:
                            fill.write(b"x" * 65536)
                            fill.flush()
                    except OSError:
                        pass
                refused = 0
                for _ in range(400):
                    answer = requests.post("{}/actors/{}/messages".format(world.abaco.base, stateful.actor), params={"DO": "true"},
                                           data={"message": "1", "pad": "x"}, timeout=30)
                    if answer.status_code == 503:
                        self.assertIn("Retry-After", answer.headers)
                        self.assertIn("disk is full", answer.json()["message"])
                        refused += 1
                        break
                    # Room was left in the last page of the log.
                    stateful.acknowledged[answer.json()["result"]["executionId"]] = 0
                self.assertEqual(refused, 1)
                begun = time.monotonic()
                os.unlink(disk + "/fill")
                world.up()
                stateful.stateful = False  # the probes above all have the number 1
                stateful.send()
                counts = stateful.finish()
                world.clean()
                report("disk full, then space again", counts, time.monotonic() - begun, len(world.leftovers()))
        finally:
            subprocess.run(["umount", "-l", disk], check=True)
            shutil.rmtree(disk)
