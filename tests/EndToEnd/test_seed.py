"""Every example of the user's own page (executions, messages, logs), as printed there."""
import io
import unittest

import requests
from PIL import Image, ImageDraw

from abaco import Abaco


class Seed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.abaco = Abaco()
        cls.url = cls.abaco.base

    def test_form_message_gives_the_fields_of_the_page(self):
        actor = self.abaco.register("abaco-samples/echo")
        answer = requests.post("{}/actors/v2/{}/messages".format(self.url, actor), headers={"Authorization": "Bearer x"},
                               data={"message": "<your content here>"}).json()
        self.assertEqual(answer["message"], "The request was successful")
        result = answer["result"]
        self.assertEqual(sorted(result), ["_links", "executionId", "msg"])
        self.assertEqual(result["msg"], "<your content here>")
        self.assertEqual(result["_links"]["messages"], "{}/actors/v2/{}/messages".format(self.url, actor))
        self.assertEqual(result["_links"]["self"], "{}/actors/v2/{}/executions/{}".format(self.url, actor, result["executionId"]))
        self.assertEqual(result["_links"]["owner"], "{}/profiles/v2/anonymous".format(self.url))

    def test_execution_has_the_fields_of_the_page(self):
        actor = self.abaco.register("abaco-samples/echo")
        execution, _ = self.abaco.run(actor, "x")
        for field in ("_links", "actorId", "apiServer", "cpu", "executor", "exitCode", "finalState", "id", "io", "messageReceivedTime",
                      "runtime", "startTime", "status", "workerId"):
            self.assertIn(field, execution)
        self.assertEqual(sorted(execution["_links"]), ["logs", "owner", "self"])
        self.assertEqual(sorted(execution["finalState"]), ["Dead", "Error", "ExitCode", "FinishedAt", "OOMKilled", "Paused", "Pid",
                                                          "Restarting", "Running", "StartedAt", "Status"])
        self.assertGreater(execution["cpu"], 0)
        self.assertRegex(execution["startTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_logs_and_lists_as_on_the_page(self):
        actor = self.abaco.register("abaco-samples/echo")
        execution, log = self.abaco.run(actor, "Actor, please count these words.")
        self.assertIn("message: Actor, please count these words.\n", log)
        answer = self.abaco.call("GET", "/actors/v2/{}/executions/{}/logs".format(actor, execution["id"]))
        self.assertEqual(answer["message"], "Logs retrieved successfully.")
        self.assertEqual(sorted(answer["result"]["_links"]), ["execution", "owner", "self"])
        listed = self.abaco.call("GET", "/actors/{}/executions".format(actor), headers={"Content-Type": "application/json"})["result"]
        self.assertEqual([row["id"] for row in listed["executions"]], [execution["id"]])
        self.assertEqual(listed["totalExecutions"], 1)
        self.assertEqual(listed["totalCpu"], execution["cpu"])
        self.assertIn(actor, [row["id"] for row in self.abaco.call("GET", "/actors")["result"]])

    def test_json_message_by_a_client_library(self):
        actor = self.abaco.register("abaco-samples/echo")
        answer = self.abaco.call("POST", "/actors/{}/messages".format(actor), json={"message": "Actor, please count these words."})
        execution = answer["result"]["executionId"]
        self.abaco.wait(actor, execution)
        self.assertIn("message: Actor, please count these words.\n", self.abaco.log(actor, execution))

    def test_binary_message_is_classified(self):
        image = Image.new("RGB", (160, 120), "white")
        ImageDraw.Draw(image).ellipse((40, 20, 120, 100), fill="navy")
        stream = io.BytesIO()
        image.save(stream, "JPEG")
        actor = requests.post("{}/actors/v2".format(self.url), headers={"Authorization": "Bearer x"}, data={"image": "abaco-samples/classify"})
        actor_id = actor.json()["result"]["id"]
        bin_exec = requests.post("{}/actors/v2/{}/messages".format(self.url, actor_id),
                                 headers={"Authorization": "Bearer x", "Content-Type": "application/octet-stream"}, data=stream.getvalue())
        self.assertEqual(bin_exec.json()["result"]["msg"], "binary - omitted")
        exec_id = bin_exec.json()["result"]["executionId"]
        self.abaco.wait(actor_id, exec_id)
        log = self.abaco.log(actor_id, exec_id)
        self.assertRegex(log.splitlines()[0], r"^ *\d+\.\d% circle$")
        result = requests.get("{}/actors/v2/{}/executions/{}/results".format(self.url, actor_id, exec_id)).json()
        self.assertEqual(result[0]["label"], "circle")
        self.assertAlmostEqual(sum(row["percent"] for row in result), 100, delta=1)

    def test_registration_with_curls_form(self):
        created = self.abaco.call("POST", "/actors", data={"image": "abaco-samples/echo", "description": "Add your description here"})
        self.assertEqual(created["message"], "Actor created successfully.")
        self.assertEqual(created["result"]["status"], "SUBMITTED")
        self.assertEqual(created["result"]["description"], "Add your description here")


class Samples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.abaco = Abaco()

    def test_wordcount_sends_a_result(self):
        actor = self.abaco.register("abaco-samples/wordcount")
        execution, log = self.abaco.run(actor, "to be or not to be")
        self.assertEqual(log, "6 words, 4 different\n")
        result = self.abaco.http.get("{}/actors/{}/executions/{}/results".format(self.abaco.base, actor, execution["id"]))
        self.assertEqual(result.headers["Content-Type"], "application/octet-stream")
        self.assertEqual(result.json()["counts"]["to"], 2)

    def test_accumulate_adds_up_in_order(self):
        actor = self.abaco.register("abaco-samples/accumulate", stateless=False)
        ids = [self.abaco.call("POST", "/actors/{}/messages".format(actor), json={"count": i})["result"]["executionId"] for i in range(1, 6)]
        for execution in ids:
            self.assertEqual(self.abaco.wait(actor, execution)["exitCode"], 0, self.abaco.log(actor, execution))
        state = self.abaco.call("GET", "/actors/{}/state".format(actor))["result"]["state"]
        self.assertEqual(state, {"sum": 15, "last": ids[-1]})

    def test_sleep_loop_can_be_followed_and_quit(self):
        actor = self.abaco.register("abaco-samples/sleep-loop")
        execution = self.abaco.send(actor, "600")
        path = "/actors/{}/executions/{}".format(actor, execution)
        with self.abaco.http.get(self.abaco.base + path + "/logs?follow=true", stream=True, timeout=60) as follow:
            lines = follow.iter_lines()
            self.assertEqual(next(lines), b"1 of 600")
            self.abaco.running(actor, execution)
            quit_answer = self.abaco.call("DELETE", path)
            self.assertEqual(quit_answer["message"], "Issued force quit command for execution {}.".format(execution))
            for _ in lines:
                pass
        ended = self.abaco.wait(actor, execution)
        self.assertEqual(ended["status"], "COMPLETE")
        self.assertIn(ended["exitCode"], (137, 143))
        refused = self.abaco.call("DELETE", path, 400)
        self.assertEqual(refused["message"], "Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE")
