"""Draws the shapes that the classifier knows, each at random size, place, turn and colour, with noise; and what it looks at in a picture."""
import math

import numpy
from PIL import Image, ImageDraw

LABELS = ["circle", "cross", "square", "star", "triangle"]
LONGEST = 128  # pixels of the longer side of what is looked at


def corners(count, radius, turn, inner=1.0):
    """The corners of a regular polygon; with inner, every second one lies nearer to the middle."""
    steps = count * 2 if inner != 1.0 else count
    for i in range(steps):
        r = radius * (inner if i % 2 and inner != 1.0 else 1.0)
        angle = turn + 2 * math.pi * i / steps
        yield r * math.cos(angle), r * math.sin(angle)


def outline(label, radius, turn):
    if label == "circle":
        return list(corners(48, radius, turn))
    if label == "square":
        return list(corners(4, radius, turn))
    if label == "triangle":
        return list(corners(3, radius, turn))
    if label == "star":
        return list(corners(5, radius, turn, inner=0.4))
    arm, long = 0.3 * radius, radius
    plain = [(arm, arm), (long, arm), (long, -arm), (arm, -arm), (arm, -long), (-arm, -long),
             (-arm, -arm), (-long, -arm), (-long, arm), (-arm, arm), (-arm, long), (arm, long)]
    c, s = math.cos(turn), math.sin(turn)
    return [(x * c - y * s, x * s + y * c) for x, y in plain]


def draw(label, random):
    """One picture of a shape."""
    width, height = (int(n) for n in random.integers(80, 200, 2))
    radius = min(width, height) * random.uniform(0.22, 0.42)
    x, y = (random.uniform(radius, length - radius) for length in (width, height))
    back = random.integers(150, 256, 3)
    fore = random.integers(0, 90, 3)
    if random.random() < 0.5:
        back, fore = fore, back
    image = Image.new("RGB", (width, height), tuple(int(v) for v in back))
    points = [(x + px, y + py) for px, py in outline(label, radius, random.uniform(0, 2 * math.pi))]
    ImageDraw.Draw(image).polygon(points, fill=tuple(int(v) for v in fore))
    noise = random.normal(0, 10, (height, width, 3))
    return Image.fromarray(numpy.clip(numpy.asarray(image) + noise, 0, 255).astype("uint8"))


def features(image):
    """How far the shape's edge is from its middle, in 72 directions: size, place and turn do not matter, only the outline does."""
    scale = LONGEST / max(image.size)
    width, height = (max(1, round(length * scale)) for length in image.size)
    grey = numpy.asarray(image.convert("L").resize((width, height)), dtype=float)
    border = numpy.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    away = numpy.abs(grey - numpy.median(border))
    mask = away > away.max() / 2
    ys, xs = numpy.nonzero(mask)
    if len(xs) < 20:
        return numpy.zeros(40)
    cy, cx = ys.mean(), xs.mean()
    reach = []
    for angle in numpy.linspace(0, 2 * math.pi, 72, endpoint=False):
        steps = numpy.arange(0, LONGEST)
        py = numpy.clip((cy + steps * math.sin(angle)).astype(int), 0, height - 1)
        px = numpy.clip((cx + steps * math.cos(angle)).astype(int), 0, width - 1)
        inside = numpy.nonzero(mask[py, px])[0]
        reach.append(inside.max() if len(inside) else 0)
    reach = numpy.array(reach) / max(reach)
    spectrum = numpy.abs(numpy.fft.rfft(reach))[1:21] / len(reach) * 10
    box = (xs.max() - xs.min() + 1) * (ys.max() - ys.min() + 1)
    return numpy.concatenate([spectrum, numpy.sort(reach)[::4], [len(xs) / box, reach.mean()]])
