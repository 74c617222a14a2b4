"""Fills an empty station through its Snipe-IT face, and says where to find what in Incident IQ's.

usage: stock.py BASE_URL TOKEN ; prints JSON: what a part of a path may be, by the API's prefix and the part's name.
"""

import json
import sys

import requests

base, token = sys.argv[1].rstrip("/"), sys.argv[2]
api = requests.Session()
api.headers["Authorization"] = f"Bearer {token}"


def create(path, **payload):
    """Makes a row and returns its id."""
    answer = api.post(f"{base}/api/v1/{path}", json=payload).json()
    if answer["status"] != "success":
        sys.exit(f"POST {path} {payload}: {answer['messages']}")
    return answer["payload"]["id"]


for number in range(1, 6):
    create("categories", name=f"Category {number}", category_type="asset")
    create("manufacturers", name=f"Manufacturer {number}")
    create("companies", name=f"Company {number}")
    create("suppliers", name=f"Supplier {number}")
    create("fields", name=f"Field {number}", element="text", format="ANY")
    create("fieldsets", name=f"Fieldset {number}")
categories = [row["id"] for row in api.get(f"{base}/api/v1/categories").json()["rows"]]
models, people, places, assets = [], [], [], []
ready = create("statuslabels", name="Ready for all", type="deployable")
for number in range(1, 9):
    models.append(create("models", name=f"Model {number}", model_number=f"M{number}", category_id=categories[0]))
    places.append(create("locations", name=f"Place {number}"))
    people.append(
        create("users", first_name=f"Person {number}", username=f"person{number}", email=f"p{number}@example.com",
               password="correct horse", password_confirmation="correct horse"))
    assets.append(
        create("hardware", asset_tag=f"TAG-{number}", serial=f"SERIAL-{number}", model_id=models[0], status_id=ready,
               name=f"<Thing> & {number}", purchase_cost="1234.50", purchase_date="2024-01-15", warranty_months=24,
               rtd_location_id=places[0], notes="note"))
for asset, person in zip(assets[:3], people):
    api.post(f"{base}/api/v1/hardware/{asset}/checkout", json={"checkout_to_type": "user", "assigned_user": person})
for asset in assets[3:5]:
    api.post(f"{base}/api/v1/hardware/{asset}/audit", json={"location_id": places[0]})
api.post(f"{base}/station/v1/tokens", json={"name": "till", "role": "viewer"})


def guids(path, key):
    """The GUIDs of a list of Incident IQ's."""
    return [item[key] for item in api.get(f"{base}/api/v1.0/{path}?$s=50").json()["Items"]]


api.post(f"{base}/api/v1.0/tickets", json={"Subject": "Broken screen", "AssetId": guids("assets", "AssetId")[0]})
checkouts = api.post(f"{base}/api/v1.0/assets/checkouts/query/get", json={}).json()["Items"]
rows = {
    path: [row["id"] for row in api.get(f"{base}/api/v1/{path}").json()["rows"]]
    for path in ("categories", "manufacturers", "companies", "suppliers", "fields", "fieldsets", "statuslabels")
}
rows |= {"hardware": assets, "models": models, "locations": places, "users": people}
print(json.dumps({
    "rows": rows | {"assets": assets, "employees": people, "people": people, "lanes": [1]},
    "texts": {"tag": [f"TAG-{number}" for number in range(1, 9)], "serial": ["SERIAL-1", "SERIAL-2"],
              "text": ["TAG|SER"], "type": ["asset"], "event": ["last"],
              "email": ["p1@example.com"], "slug": ["default"]},
    "guids": {
        "assets": guids("assets", "AssetId"), "users": guids("users", "UserId"), "for": guids("users", "UserId"),
        "locations": guids("locations", "LocationId"), "location": guids("locations", "LocationId"),
        "tickets": guids("tickets", "TicketId"), "status": guids("assets/status/types", "AssetStatusTypeId"),
        "checkouts": [item["AssetCheckoutId"] for item in checkouts],
    },
}))
