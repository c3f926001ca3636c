"""Says which shape a JPEG or PNG (the binary message) shows: labels with percentages, as result and in the log."""
import io
import json
import sys

import numpy
from PIL import Image

from abaco import get_binary_message, send_bytes_result
from shapes import LABELS, features

data = get_binary_message()
if not data:
    sys.exit("send a JPEG or PNG as a binary message (Content-Type: application/octet-stream)")
model = numpy.load("model.npz")
x = numpy.append((features(Image.open(io.BytesIO(data))) - model["mean"]) / model["spread"], 1)
scores = numpy.exp(x @ model["weights"] - (x @ model["weights"]).max())
shares = sorted(zip((100 * scores / scores.sum()).tolist(), LABELS), reverse=True)
for share, label in shares:
    print("{:5.1f}% {}".format(share, label))
send_bytes_result(json.dumps([{"label": label, "percent": round(share, 1)} for share, label in shares]).encode())
