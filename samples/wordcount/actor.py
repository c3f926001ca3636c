"""Counts the words of its message and sends the counts as a JSON result."""
import collections
import json

from abaco import get_context, send_bytes_result

words = (get_context()["raw_message"] or "").lower().split()
counts = dict(collections.Counter(words).most_common(100))
send_bytes_result(json.dumps({"words": len(words), "counts": counts}).encode())
print("{} words, {} different".format(len(words), len(counts)))
