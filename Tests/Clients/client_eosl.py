"""snipeit-eosl: its command line over the models, with a lifecycle table of our own making."""

import json
import os
import subprocess
import sys

import requests
from checks import main, same, served

TABLE = {"skus": [{"p": "EOSL-9", "f": "EOSL Nine", "v": "EO Nets", "s": "eosl-9", "eol": "2020-01", "a": 0}]}


def body(base, token):
    api = requests.Session()
    api.headers.update({"Authorization": f"Bearer {token}"})
    category = api.post(f"{base}/api/v1/categories", json={"name": "EO", "category_type": "asset"}).json()
    for number in range(1, 121):
        model = {"name": f"EO {number}", "model_number": f"EOSL-{number}", "category_id": category["payload"]["id"]}
        same(api.post(f"{base}/api/v1/models", json=model).json()["status"], "success", f"model {number}")

    with served({"/lookup.json": TABLE}) as table:
        program = os.path.join(os.path.dirname(sys.executable), "snipeit-eosl")
        done = subprocess.run(
            [program, "--url", base, "--format", "json", "--api-url", f"{table}/lookup.json"], capture_output=True,
            text=True, check=False, env={**os.environ, "SNIPEIT_TOKEN": token})
    same(done.returncode, 1, f"one model past its end: {done.stderr}")
    rows = [row for row in json.loads(done.stdout)["rows"] if row["snipeit_model"].startswith("EO ")]
    same(len(rows), 120, "models over several pages")
    same([row["snipeit_model"] for row in rows if row["status"] == "unsupported"], ["EO 9"], "the one past its end")


main(body)
