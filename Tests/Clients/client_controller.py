"""snipeit-api-controller: the answers as they are, envelopes and all."""

from checks import holds, main, same
from snipeit import SnipeIT


def made(answer, what):
    """The payload of a success."""
    same(answer.get("status"), "success", f"{what} ({answer.get('messages')})")
    return answer["payload"]


def body(base, token):
    api = SnipeIT(base, token)
    category = made(api.categories.create({"name": "CT Phones", "category_type": "asset"}), "a category")["id"]
    same(api.categories.get_category_by_id(category)["category_type"], "Asset", "the category's type, for people")
    maker = made(api.manufacturers.create("CT Mobile"), "a manufacturer")["id"]
    same(api.manufacturers.get_manufacturer_by_id(maker)["name"], "CT Mobile", "the manufacturer")
    model = made(
        api.models.create(
            {"name": "CT One", "model_number": "C1", "category_id": category, "manufacturer_id": maker, "eol": 36}),
        "a model")
    same(model["model_number"], "C1", "the payload's model number")
    same(api.models.get_model_by_id(model["id"])["eol"], "36 months", "the model's end of life")
    same(made(api.models.update(model["id"], {"name": "CT Two", "category_id": category}), "an edit")["name"], "CT Two",
         "the model's new name")
    ready = made(api.status_labels.create({"name": "CT Ready", "type": "deployable"}), "a status label")["id"]
    broken = made(api.status_labels.create({"name": "CT Broken", "type": "undeployable"}), "another")["id"]
    shop = made(api.locations.create({"name": "CT Shop"}), "a location")["id"]
    company = made(api.companies.create("CT Ltd"), "a company")["id"]
    same(made(api.companies.update(company, "CT Limited"), "an edit")["name"], "CT Limited", "the company's new name")
    user = made(
        api.users.create(
            {"first_name": "Grace", "last_name": "Hopper", "username": "ct.grace", "password": "correct horse",
             "password_confirmation": "correct horse", "email": "ct.grace@example.com", "employee_num": "CT7"}),
        "a user")["id"]
    same([row["id"] for row in api.users.get(username="ct.grace")["rows"]], [user], "the user by name")
    same([row["id"] for row in api.users.get(email="ct.grace@example.com")["rows"]], [user], "the user by e-mail")
    same(api.users.get_user_by_id(user)["employee_num"], "CT7", "the staff number")
    holds("id" in api.users.me(), "users/me has no id")

    sent = {
        "asset_tag": "CT-1", "status_id": ready, "model_id": model["id"], "name": "Phone", "serial": "CTSERIAL1",
        "purchase_date": "2025-02-28", "purchase_cost": 899.5, "warranty_months": 24, "rtd_location_id": shop,
        "company_id": company, "order_number": "PO-8", "notes": "<b>bold</b>",
    }
    asset = made(api.assets.create(sent), "an asset")
    for key in ("asset_tag", "name", "serial", "order_number", "notes", "status_id", "model_id", "company_id"):
        same(asset[key], sent[key], f"payload[{key!r}]")
    read = api.assets.get_asset_by_id(asset["id"])
    same(read["purchase_cost"], "899.50", "the cost")
    same(read["warranty_months"], "24 months", "the warranty")
    same(read["warranty_expires"]["date"], "2027-02-28", "its end")
    same(api.assets.get_asset_by_asset_tag("ct-1")["id"], asset["id"], "by tag, in small letters")
    serial = api.assets.get_asset_by_serial("CTSERIAL1")
    same((serial["total"], serial["rows"][0]["id"]), (1, asset["id"]), "by serial number")
    same(api.assets.get(search="CTSERIAL1")["total"], 1, "the search")
    same(api.assets.get(status="RTD", status_id=ready, model_id=model["id"])["total"], 1, "ready to deploy")
    same(api.assets.get(category_id=category, manufacturer_id=maker, company_id=company)["total"], 1, "by relations")
    same(api.assets.get(order_number="PO-8", sort="asset_tag", order="asc", limit=1)["total"], 1, "by order")
    same(api.assets.get(search="no such thing"), {"total": 0, "rows": []}, "an empty list")
    same(api.assets.get_asset_licenses(asset["id"])["total"], 0, "its licences")

    refused = api.assets.create({"asset_tag": "CT-2", "status_id": ready})
    same((refused["status"], list(refused["messages"])), ("error", ["model_id"]), "an asset without a model")
    same(api.assets.get_asset_by_id(999_999_999)["messages"], "Asset does not exist.", "an unknown asset")

    out = api.assets.checkout(asset["id"], {"checkout_to_type": "user", "assigned_user": user, "note": "for the road"})
    same((out["messages"], out["payload"]), ("Asset checked out successfully.", {"asset": "CT-1"}), "the checkout")
    read = api.assets.get_asset_by_id(asset["id"])
    same(read["assigned_to"]["username"], "ct.grace", "who has it")
    same(read["status_label"]["status_meta"], "deployed", "its state")
    same(api.users.get_user_assets(user)["rows"][0]["id"], asset["id"], "the user's assets")
    same(api.assets.get(status="Deployed", model_id=model["id"])["total"], 1, "the deployed ones")
    again = api.assets.checkout(asset["id"], {"checkout_to_type": "user", "assigned_user": user})
    same(again["messages"], "That asset is not available for checkout!", "a second checkout")
    back = api.assets.checkin(asset["id"], {"note": "back", "location_id": shop})
    same((back["status"], back["payload"]["asset_tag"]), ("success", "CT-1"), "the checkin")
    same(api.assets.checkin(asset["id"])["messages"], "That asset is already checked in.", "a second checkin")

    same(made(api.assets.update(asset["id"], {"status_id": broken}), "an edit")["status_id"], broken, "its new status")
    same(api.status_labels.get_statuslabel_assets(broken)["rows"][0]["id"], asset["id"], "the label's assets")
    lame = api.assets.checkout(asset["id"], {"checkout_to_type": "location", "assigned_location": shop})
    same(lame["status"], "error", "a checkout of a broken one")
    holds("rows" in api.assets.get_assets_due_for_audit(), "the audits due have no rows")
    holds("rows" in api.assets.get_assets_overdue_for_audit(), "the overdue audits have no rows")

    field = made(api.fields.create({"name": "CT Plan", "element": "text", "format": "ANY"}), "a field")["id"]
    same(api.fields.get_field_by_id(field)["name"], "CT Plan", "the field")
    holds(field in [row["id"] for row in api.fields.get()["rows"]], "the field is not in the list")
    made(api.fields.delete(field) | {"payload": {}}, "to delete the field")

    same(api.models.delete(model["id"])["status"], "error", "to delete a model in use")
    same(api.assets.delete(asset["id"])["status"], "success", "to delete the asset")
    same(api.users.delete(user)["status"], "success", "to delete the user")
    same(api.locations.delete(shop)["status"], "success", "to delete the location")
    spare = made(api.companies.create("CT Spare"), "a company that nothing refers to")["id"]
    same(api.companies.delete(spare)["status"], "success", "to delete it")


main(body)
