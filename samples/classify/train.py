"""Trains the classifier (softmax regression) on pictures that it draws itself, and checks it on others that it has never seen."""
import numpy

from shapes import LABELS, draw, features


def pictures(count, seed):
    random = numpy.random.default_rng(seed)
    labels = [i % len(LABELS) for i in range(count)]
    return numpy.array([features(draw(LABELS[i], random)) for i in labels]), numpy.array(labels)


def softmax(scores):
    e = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


seen, truth = pictures(1500, seed=1)
mean, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-9
x = numpy.hstack([(seen - mean) / spread, numpy.ones((len(seen), 1))])
wanted = numpy.eye(len(LABELS))[truth]
weights = numpy.zeros((x.shape[1], len(LABELS)))
for _ in range(600):
    weights -= 0.5 * (x.T @ (softmax(x @ weights) - wanted) / len(x) + 1e-4 * weights)

held, answers = pictures(500, seed=2)
guesses = (numpy.hstack([(held - mean) / spread, numpy.ones((len(held), 1))]) @ weights).argmax(axis=1)
right = (guesses == answers).mean()
print("right on held-out drawings: {:.1%}".format(right))
assert right >= 0.9, "the classifier is not good enough"
numpy.savez("model.npz", mean=mean, spread=spread, weights=weights, right=right)
