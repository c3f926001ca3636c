"""Adds its message's count to the sum in its state. The state names the execution that wrote it, so a second attempt of that one adds nothing."""
import ast

from abaco import get_context, update_state

context = get_context()
state = ast.literal_eval(context["state"]) or {"sum": 0, "last": None}
count = int(context["message_dict"]["count"])
if state["last"] == context["execution_id"]:
    print("added before: the sum stays {}".format(state["sum"]))
else:
    state = {"sum": state["sum"] + count, "last": context["execution_id"]}
    update_state(state)
    print("added {}: the sum is {}".format(count, state["sum"]))
