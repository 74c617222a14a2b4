"""snipeitpythonapi, of the family of snipeit, snipeitpyapi and snipeitv2.

It sends no Accept header, its payloads are text, and it replaces every apostrophe in an answer by a quotation mark
before it parses. Its checkout and audit send a form that is labelled JSON, so that no server understands them; they
are left out. Its checkin without a note sends an empty body.
"""

import json

from checks import main, same
from snipeitpythonapi import (
    Assets, Categories, Company, DataUtil, Fieldsets, Locations, Manufacturers, Models, StatusLabels, Users)


def body(base, token):
    def create(kind, **payload):
        answer = json.loads(kind.create(base, token, json.dumps(payload)))
        same(answer["status"], "success", f"to create {payload} ({answer['messages']})")
        return answer["payload"]["id"]

    def read(answer):
        return DataUtil.getjson(answer)

    category = create(Categories(), name="PA Monitors", category_type="asset")
    maker = create(Manufacturers(), name="PA Screens")
    model = create(Models(), name="PA 27", category_id=category, manufacturer_id=maker)
    ready = create(StatusLabels(), name="PA Ready", type="deployable")
    location = create(Locations(), name="PA Room")
    company = create(Company(), name="PA Ltd")
    create(Fieldsets(), name="PA Fields")
    user = create(
        Users(), first_name="Alan", last_name="Turing", username="pa.alan", password="correct horse",
        password_confirmation="correct horse")
    asset = create(
        Assets(), asset_tag="PA-1", model_id=model, status_id=ready, name="Alan's screen", serial="PASERIAL1",
        company_id=company, location_id=location, rtd_location_id=location)

    same(read(Assets().get(base, token, limit=500))["total"] >= 1, True, "the list")
    same(read(Assets().search(base, token, keyword="PASERIAL1"))["total"], 1, "the search")
    same(Assets().getID(base, token, "Alan's screen"), asset, "the id by a name with an apostrophe")
    for answer in (
        Assets().getAssetsByModel(base, token, model), Assets().getAssetsByCategory(base, token, category),
        Assets().getAssetsByManufacturer(base, token, maker), Assets().getAssetsByCompany(base, token, company),
        Assets().getAssetsByLocation(base, token, location), Assets().getAssetsByStatusLabel(base, token, ready),
        Assets().getDetailsBySerial(base, token, "PASERIAL1"), StatusLabels().getAssetListByID(base, token, ready),
    ):
        same([row["id"] for row in read(answer)["rows"]], [asset], "a list by one relation")
    same(read(Assets().getDetailsByID(base, token, asset))["model"]["name"], "PA 27", "by id")
    same(read(Assets().getDetailsByTag(base, token, "PA-1"))["id"], asset, "by tag")

    out = json.dumps({"assigned_user": user, "assigned_type": "App\\Models\\User", "assigned_to": user})
    same(Assets().updateDevice(base, token, asset, json.dumps({"notes": "ten ' eleven"})), "success", "an edit")
    same(Assets().updateDevice(base, token, asset, out), "success", "a checkout by edit")
    same(read(Users().getCheckedOutAssets(base, token, user))["total"], 1, "the user's assets")
    same(json.loads(Assets().checkInAsset(base, token, asset))["status"], "success", "the checkin")
    same(json.loads(Assets().checkInAsset(base, token, asset))["status"], "error", "the second checkin")
    same("rows" in read(Assets().getAuditDue(base, token)), True, "the audits due")
    same("rows" in read(Assets().getAuditOverdue(base, token)), True, "the overdue audits")

    same(Users().getID(base, token, "pa.alan"), user, "the user's id")
    same(Users().updateUser(base, token, user, json.dumps({"jobtitle": "Reader"})), "success", "to edit the user")
    same(read(Users().getDetailsByID(base, token, user))["jobtitle"], "Reader", "the user's job")
    same(Models().updateModel(base, token, model, json.dumps({"name": "PA 32"})), "success", "to edit the model")
    same(read(Models().getDetailsByID(base, token, model))["name"], "PA 32", "the model's name")
    same(Categories().delete(base, token, category), "error", "to delete a category in use")
    same(Assets().delete(base, token, asset), "success", "to delete the asset")
    same(Users().delete(base, token, user), "success", "to delete the user")
    spare = create(Models(), name="PA Spare", category_id=category)
    same(Models().delete(base, token, spare), "success", "to delete a model that nothing refers to")
    same(Company().delete(base, token, create(Company(), name="PA Spare")), "success", "to delete such a company")


main(body)
