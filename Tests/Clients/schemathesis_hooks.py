"""Lets most of what schemathesis makes up reach something: ids that exist, and no headers that end it all at once."""

import json
import os
import random

import schemathesis

STOCK = json.loads(os.environ["DEPOT_STOCK"])
DICE = random.Random(20240115)


def known(path, name):
    """What this part of the path may be; empty where nobody knows."""
    if name in STOCK["texts"]:
        return STOCK["texts"][name]
    parts = path.split("/")
    before = parts[parts.index("{" + name + "}") - 1]
    return STOCK["guids" if path.startswith("/api/v1.0/") else "rows"].get(before, [])


@schemathesis.hook
def before_call(context, case, kwargs):
    """Changes a request before it is sent."""
    for header in ("Depot-Dry-Run", "If-Match", "Idempotency-Key", "SiteId"):
        # Each ends nearly every request early where it is made up, so that only some keep it.
        if header in (case.headers or {}) and DICE.random() < 0.9:
            del case.headers[header]
    for name in case.path_parameters or {}:
        choices = known(case.operation.path, name)
        if choices and DICE.random() < 0.8:
            case.path_parameters[name] = DICE.choice(choices)
    if case.operation.path.endswith("/tokens/{name}"):
        # Names come out of the list of tokens too, and the one of this run must stay.
        case.path_parameters["name"] = DICE.choice(["till", "nobody's"])
