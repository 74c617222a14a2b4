"""What jamf2snipe and kandji2snipe send, and what they look for in the answers.

Both are programs, not packages, so their requests are sent from here.
"""

import requests
from checks import holds, main, same


def body(base, token):
    api = requests.Session()
    api.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json",
                        "Content-Type": "application/json"})
    root = f"{base}/api/v1"

    same(requests.get(base).status_code, 200, "the bare base URL, which is asked for before anything else")

    def create(path, **payload):
        answer = api.post(f"{root}/{path}", json=payload)
        same((answer.status_code, answer.json()["status"]), (200, "success"), f"POST {path} {payload}: {answer.text}")
        return answer.json()["payload"]

    category = create("categories", name="JM Computers", category_type="asset")["id"]
    apple = create("manufacturers", name="JM Apple")["id"]
    ready = create("statuslabels", name="JM Ready", type="deployable")["id"]
    for number in range(1, 4):
        create("users", first_name=f"Jean{number}", last_name="Mac", username=f"jm.user{number}",
               email=f"jm.user{number}@example.com", password="correct horse", password_confirmation="correct horse")

    # Models are kept by their number, taken from the answer to the request that made them.
    model = create("models", name="JM MacBook", model_number="Mac14,2", category_id=category, manufacturer_id=apple)
    same(model["model_number"], "Mac14,2", "payload.model_number")
    everything = api.get(f"{root}/models", params={"limit": 500}).json()["rows"]
    holds("Mac14,2" in {row["model_number"] for row in everything}, "the model is not in the list")

    # The pages of users: their limits come in the body of a GET.
    users, offset = [], 0
    while True:
        page = api.get(f"{root}/users", json={"search": "jm.user", "limit": 2, "offset": offset, "sort": "created_at"})
        same(page.json()["total"], 3, "users that fit, in a GET with a body")
        users += page.json()["rows"]
        if len(users) >= page.json()["total"]:
            break
        offset += 2
    same(len(users), 3, "users over two pages")
    holds({"id", "username", "name", "employee_num", "email"} <= set(users[0]), f"a user has only {set(users[0])}")

    def lookup(serial):
        # Both test the text before they parse it, so blanks would be seen.
        answer = api.get(f"{root}/hardware/byserial/{serial}")
        same(answer.status_code, 200, "by serial number")
        holds('"messages":429' not in answer.text, "a limit that nobody set")
        parsed = answer.json()
        if "total" in parsed:
            return parsed
        same(parsed["messages"], "Asset does not exist.", "an unknown serial number")
        holds('"status":"error"' in answer.text, f"the answer has blanks: {answer.text}")
        return None

    same(lookup("JMSERIAL1"), None, "a serial number before it is there")
    asset = create(
        "hardware", asset_tag="JAMFID-1-c", model_id=model["id"], name="jean's mac", serial="JMSERIAL1",
        status_id=ready)
    found = lookup("JMSERIAL1")
    same((found["total"], found["rows"][0]["id"]), (1, asset["id"]), "the same after")
    row = found["rows"][0]
    same((row["model"]["id"], row["assigned_to"]), (model["id"], None), "what they compare")
    same(row["name"], "jean&#039;s mac", "texts are escaped in what is read")

    # After a change they compare every key that they sent with the payload's.
    for sent in ({"name": "jean & co"}, {"notes": "<new>"}, {"order_number": "PO-1"}, {"warranty_months": 36},
                 {"purchase_date": "2025-05-01"}, {"serial": "JMSERIAL1B"}):
        answer = api.patch(f"{root}/hardware/{asset['id']}", json=sent).json()
        same(answer["status"], "success", f"PATCH {sent}: {answer['messages']}")
        for key, value in sent.items():
            if key != "purchase_date":
                same(answer["payload"][key], value, f"payload[{key!r}]")
            else:
                same(answer["payload"][key][:10], value, f"payload[{key!r}]")
    empty = api.patch(f"{root}/hardware/{asset['id']}", json={"notes": ""}).json()
    same((empty["status"], empty["payload"]["notes"]), ("success", None), "an empty text is null")

    body = {"checkout_to_type": "user", "assigned_user": users[0]["id"], "note": "Assignment made automatically"}
    out = api.post(f"{root}/hardware/{asset['id']}/checkout", json=body)
    same((out.status_code, out.json()["status"]), (200, "success"), f"the checkout: {out.text}")
    holds('"status":"success"' in out.text, f"the answer has blanks: {out.text}")
    assigned = lookup("JMSERIAL1B")["rows"][0]["assigned_to"]
    same((assigned["username"], assigned["type"]), (users[0]["username"], "user"), "who has it")
    back = api.post(f"{root}/hardware/{asset['id']}/checkin", json={"note": "checked in by script"}).json()
    same(back["status"], "success", "the checkin")

    # Errors come with 200, but these.
    same(api.get(f"{root}/nonsense").status_code, 404, "an unknown path")
    same(api.get(f"{root}/nonsense").json()["status"], "error", "its body")
    same(api.delete(f"{root}/hardware").status_code, 405, "an unknown method")
    bad = api.post(f"{root}/hardware", data="{nothing")
    same((bad.status_code, bad.json()["messages"]), (422, "Invalid JSON"), "broken JSON")
    wrong = requests.get(f"{root}/hardware", headers={"Authorization": "Bearer wrong"}, allow_redirects=False)
    same((wrong.status_code, wrong.json()), (401, {"error": "Unauthorized or unauthenticated."}), "a wrong token")
    same(api.delete(f"{root}/hardware/{asset['id']}").json()["status"], "success", "to delete the asset")


main(body)
