"""cairn-sync: its command line, between a NetBox of our own making and the daemon's Snipe-IT face."""

import datetime
import json
import os
import subprocess
import sys
import tempfile

import requests
import yaml
from checks import holds, main, same, served

NOW = datetime.datetime.now(datetime.timezone.utc).isoformat()
DEVICES = [
    {"id": number, "name": f"cairn-host-10{number:02}", "serial": f"CRSERIAL{number}", "status": {"value": "active"},
     "device_type": {"model": "CR Router", "manufacturer": {"name": "CR Nets"}}, "last_updated": NOW}
    for number in range(1, 4)
]


def body(base, token):
    api = requests.Session()
    api.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})

    def create(path, **payload):
        answer = api.post(f"{base}/api/v1/{path}", json=payload).json()
        same(answer["status"], "success", f"to create {payload}")
        return answer["payload"]["id"]

    category = create("categories", name="CR Network", category_type="asset")
    maker = create("manufacturers", name="CR Nets")
    create("models", name="CR Router", category_id=category, manufacturer_id=maker)
    ready = create("statuslabels", name="CR Ready", type="deployable")

    with tempfile.TemporaryDirectory() as folder, served(
        {"/api/dcim/devices/": {"count": len(DEVICES), "next": None, "results": DEVICES}}
    ) as netbox:
        configuration = os.path.join(folder, "config.yaml")
        with open(configuration, "w", encoding="utf-8", opener=lambda *a: os.open(*a, 0o600)) as file:
            yaml.safe_dump(
                {"mode": "fleet", "state_path": os.path.join(folder, "state.json"),
                 "sources": {"netbox": {"enabled": True, "url": netbox, "token": "none"}},
                 "sinks": {"snipeit": {
                     "enabled": True, "url": f"{base}/api/v1", "token": token, "status_id": ready, "site_id": 1}}},
                file)

        def cairn(*arguments, status=0):
            program = os.path.join(os.path.dirname(sys.executable), "cairn")
            done = subprocess.run(
                [program, "-c", configuration, *arguments], capture_output=True, text=True, cwd=folder, check=False)
            if status is not None:
                same(done.returncode, status, f"cairn {arguments}: {done.stdout}{done.stderr}")
            return done.stdout

        cairn("validate")
        holds("2/2 healthy" in cairn("doctor"), "cairn doctor is not content")
        holds("created: 3" in cairn("sync", "--full", "--dry-run"), "the dry run creates nothing")
        holds("created: 3  updated: 0" in cairn("sync", "--full"), "the first run does not create all")
        holds("created: 0  updated: 3" in cairn("sync", "--full"), "the second run does not update all")
        rows = api.get(f"{base}/api/v1/hardware", params={"search": "CRSERIAL"}).json()
        same(rows["total"], 3, "assets made by cairn")
        same({row["model"]["name"] for row in rows["rows"]}, {"CR Router"}, "their models")
        same(sorted(row["asset_tag"] for row in rows["rows"]), ["1001", "1002", "1003"], "their tags")
        # It ends with 1 where there are assets that no source knows; these three must agree.
        report = json.loads(cairn("drift", "--json", "--show-serials", status=None))
        found = {item["serial"]: item["category"] for item in report["findings"] if item["serial"].startswith("CR")}
        same(set(found.values()) - {"ok"}, set(), "what cairn drift finds")


main(body)
