"""A Docker engine of a test's own: its own network namespace, socket, data, exec root and pid file. Entered with nsenter, since 'ip netns exec' would hide
the cgroups."""
import os
import signal
import subprocess
import time


def is_zombie(pid):
    try:
        return open("/proc/{}/stat".format(pid)).read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


class Engine:
    def __init__(self, folder):
        self.folder = folder
        self.socket = folder + "/docker.sock"
        self.space = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.net = "/proc/{}/ns/net".format(self.space.pid)
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(self.net) == own:
            time.sleep(0.02)
        subprocess.run(["nsenter", "--net=" + self.net, "ip", "link", "set", "lo", "up"], check=True)
        self.start()

    def start(self):
        """Starts dockerd and waits until it answers. One that gives up (its containerd was slow on a busy machine) is started again."""
        deadline = time.monotonic() + 120
        self.daemon = None
        while subprocess.run(["docker", "-H", "unix://" + self.socket, "version"], capture_output=True).returncode != 0:
            if time.monotonic() > deadline:
                raise AssertionError("dockerd did not come up: " + open(self.folder + "/dockerd.log").read()[-2000:])
            if self.daemon is None or self.daemon.poll() is not None:
                self.launch()
            time.sleep(0.2)

    def launch(self):
        with open(self.folder + "/dockerd.log", "ab") as log:
            self.daemon = subprocess.Popen(
                ["nsenter", "--net=" + self.net, "dockerd", "-H", "unix://" + self.socket, "--data-root", self.folder + "/data",
                 "--exec-root", self.folder + "/exec", "--pidfile", self.folder + "/docker.pid"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def stop(self, how=signal.SIGTERM):
        """Ends dockerd and waits for its containerd too: a dockerd that finds one dying takes it for alive and gives up after 15 s."""
        with open(self.folder + "/exec/containerd/containerd.pid") as file:
            containerd = file.read().strip()
        self.daemon.send_signal(how)
        self.daemon.wait()
        while os.path.exists("/proc/{}/exe".format(containerd)) and not is_zombie(containerd):
            time.sleep(0.05)

    def signal(self, how):
        self.daemon.send_signal(how)

    def docker(self, *words, stdin=None):
        return subprocess.run(["docker", "-H", "unix://" + self.socket, *words], check=True, capture_output=True, input=stdin).stdout.decode()

    def close(self):
        left = self.docker("ps", "-aq").split()
        if left:
            self.docker("rm", "-f", *left)
        self.stop()
        self.space.kill()
        self.space.wait()
        subprocess.run("grep ' {}/' /proc/mounts | cut -d' ' -f2 | sort -r | xargs -r umount".format(self.folder), shell=True)
