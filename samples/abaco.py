"""What an Abaco actor in Python needs to know; a program of its own may copy it. The names are those of Abaco's Python library."""
import ast
import json
import os
import socket
import urllib.request


def get_context():
    """The message and what the service says, as a dict; objects come as Python literals."""
    raw = os.environ.get("MSG")
    context = {
        "raw_message": raw,
        "content_type": os.environ.get("_abaco_Content-Type"),
        "execution_id": os.environ["_abaco_execution_id"],
        "username": os.environ["_abaco_username"],
        "actor_id": os.environ["_abaco_actor_id"],
        "state": os.environ["_abaco_actor_state"],
        "message_dict": None,
    }
    if raw is not None:
        try:
            context["message_dict"] = ast.literal_eval(raw)
        except (ValueError, SyntaxError):
            pass
    return context


def get_binary_message():
    """The binary message, or None. Opened without blocking; an empty or failed read is the end."""
    parts = []
    try:
        fd = os.open("/_abaco_binary_data", os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(fd)
    return b"".join(parts)


def send_bytes_result(data):
    """Sends one result of at most 131,072 bytes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect("/_abaco_results.sock")
        sock.send(data)


def update_state(state):
    """Replaces the actor's state through the API."""
    url = "{}/actors/v2/{}/state".format(os.environ["_abaco_api_server"], os.environ["_abaco_actor_id"])
    headers = {"Content-Type": "application/json", "tenant": os.environ["_abaco_actor_dbid"].rpartition("_")[0]}
    token = os.environ.get("_abaco_access_token")
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request(url, json.dumps(state).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)
