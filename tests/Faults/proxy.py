"""A unix socket before a Docker engine's own: passes everything on, and lets a test act at the moment of a request or of its answer."""
import os
import re
import socket
import threading
import time

REQUEST = re.compile(rb"^(GET|POST|PUT|DELETE|HEAD) (\S+) HTTP/1\.1\r\n")


class Proxy:
    """hooks: functions of (moment, method, path), moment 'before' a request is passed on or 'after' the engine answered, before the client hears it."""

    def __init__(self, path, target="/var/run/docker.sock"):
        self.path, self.target, self.delay = path, target, 0.0
        self.hooks = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()
        os.unlink(self.path)

    def at(self, moment, method, pattern, act, times=1):
        """Calls act once (or several times) when a request fits."""
        left = [times]
        lock = threading.Lock()

        def hook(now, verb, path):
            if now != moment or verb != method or not re.search(pattern, path):
                return
            with lock:
                if left[0] == 0:
                    return
                left[0] -= 1
            act()

        self.hooks.append(hook)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        engine = socket.socket(socket.AF_UNIX)
        try:
            engine.connect(self.target)
        except OSError:
            client.close()
            return
        last = {"request": None}
        threading.Thread(target=self._pump, args=(engine, client, last, True), daemon=True).start()
        self._pump(client, engine, last, False)

    def _pump(self, source, target, last, answers):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if answers and last["request"] and data.startswith(b"HTTP/1.1 "):
                    request, last["request"] = last["request"], None
                    self._tell("after", *request)
                elif not answers:
                    found = REQUEST.match(data)
                    if found:
                        request = (found.group(1).decode(), found.group(2).decode())
                        if self.delay:
                            time.sleep(self.delay)
                        self._tell("before", *request)
                        last["request"] = request
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _tell(self, moment, method, path):
        for hook in list(self.hooks):
            hook(moment, method, path)
