"""snipepy: every answer goes through its typed models, so a missing or mistyped key shows here."""

from checks import holds, main, refuses, same
from snipepy import Config, Snipepy, SnipepyAuthError, SnipepyNotFoundError, SnipepyValidationError


def catalogue(api):
    category = api.categories.create("SP Laptops", "asset")
    manufacturer = api.manufacturers.create("SP & Sons")
    same(api.manufacturers.get(manufacturer.id).name, "SP & Sons", "an escaped name, unescaped by the client")
    status = api.status_labels.create("SP Ready", "deployable")
    same(api.status_labels.get_by_name("SP Ready").id, status.id, "the status label by name")
    same(api.status_labels.get(status.id).type, "deployable", "its type")
    location = api.locations.create("SP Office", city="Bern", country="CH")
    same(api.locations.get(location.id).city, "Bern", "the location's city")
    api.locations.update_partial(location.id, name="SP Head Office")
    same(api.locations.get_by_name("SP Head Office").id, location.id, "the renamed location")
    company = api.companies.create("SP Ltd")
    same(api.companies.get(company.id).name, "SP Ltd", "the company")
    supplier = api.suppliers.create("SP Trading")
    same(api.suppliers.get(supplier.id).name, "SP Trading", "the supplier")

    field = api.custom_fields.create_field("SP Dock", "text", "ANY")
    column = api.custom_fields.get_field(field.id).db_column_name
    holds(column and column.startswith("_snipeit_"), f"the field's column is {column!r}")
    fieldset = api.custom_fields.create_fieldset("SP Fields")
    api.custom_fields.associate_field(field.id, fieldset.id)
    held = api.custom_fields.get_fieldset(fieldset.id).get_fields()
    same([row.id for row in held], [field.id], "the fieldset's fields")

    model = api.models.create(
        "SP ThinkPad", model_number="20XW", category_id=category.id, manufacturer_id=manufacturer.id,
        fieldset_id=fieldset.id)
    read = api.models.get_by_name("SP ThinkPad")
    same((read.id, read.model_number, read.category.id), (model.id, "20XW", category.id), "the model")
    same(read.fieldset.id, fieldset.id, "the model's fieldset")
    return category, status, location, company, supplier, model, column


def assets(api):
    category, status, location, company, supplier, model, column = catalogue(api)
    made = api.assets.create(
        "SP-1", status.id, model.id, name="Ada's & Bob's", serial="SPSERIAL1", purchase_date="2024-01-15",
        purchase_cost="1499.00", order_number="PO-7", notes="new", supplier_id=supplier.id, company_id=company.id,
        rtd_location_id=location.id, custom_fields={column: "D-17"})
    same(made.asset_tag, "SP-1", "the created asset's tag")
    asset = api.assets.get(made.id)
    same(asset.name, "Ada's & Bob's", "its name")
    same(asset.purchase_cost, "1,499.00", "its cost")
    same(asset.purchase_date.date.isoformat(), "2024-01-15", "its day of purchase")
    same(asset.order_number, "PO-7", "its order")
    same((asset.company.id, asset.supplier.id), (company.id, supplier.id), "its company and supplier")
    same((asset.rtd_location.id, asset.category.id), (location.id, category.id), "its default location and category")
    same(asset.status_label.status_meta, "deployable", "its state")
    same(asset.custom_fields["SP Dock"]["value"], "D-17", "its custom field")
    same(asset.custom_fields["SP Dock"]["field"], column, "its custom field's column")
    same(api.assets.get_by_asset_tag("SP-1").id, made.id, "by tag")
    same(api.assets.get_by_serial("SPSERIAL1").id, made.id, "by serial number")
    same([row.id for row in api.assets.list(asset_tag="SP-1").rows], [made.id], "the list by tag")
    same([row.id for row in api.models.list_assets(model.id).rows], [made.id], "the model's assets")
    same(api.assets.list_licenses(made.id).total, 0, "its licences")

    api.assets.update(made.id, "SP-1", status.id, model.id, name="Renamed")
    changed = api.assets.update_partial(made.id, notes="used", custom_fields={column: "D-18"})
    same(changed.id, made.id, "the edited asset")
    asset = api.assets.get(made.id)
    same((asset.name, asset.notes), ("Renamed", "used"), "what was edited")
    same(asset.custom_fields["SP Dock"]["value"], "D-18", "the edited custom field")

    user = api.users.create("sp.ada", "correct horse", "correct horse", "Ada", "Lovelace", "sp.ada@example.com")
    same(api.users.get_by_username("sp.ada").id, user.id, "the user by name")
    same(api.users.get_by_email("sp.ada@example.com").id, user.id, "the user by e-mail address")
    same(api.users.update_partial(user.id, jobtitle="Analyst").id, user.id, "the edited user")
    holds(api.users.get_me().username, "users/me has no name")

    out = api.assets.checkout_to_user(made.id, user.id, note="welcome")
    same((out.assigned_to.id, out.assigned_to.type), (user.id, "user"), "whom it is checked out to")
    same(out.status_label.status_meta, "deployed", "its state then")
    same([row.id for row in api.users.list_assets(user.id).rows], [made.id], "the user's assets")
    refuses(lambda: api.assets.checkout_to_user(made.id, user.id), SnipepyValidationError, "a second checkout")
    back = api.assets.checkin(made.id, note="thanks")
    same((back.assigned_to, back.checkin_counter), (None, 1), "after the checkin")
    placed = api.assets.checkout_to_location(made.id, location.id)
    same((placed.assigned_to.id, placed.assigned_to.type), (location.id, "location"), "checked out to a place")
    api.assets.checkin(made.id)

    same(api.assets.audit(made.id, location_id=location.id, note="seen")["asset_tag"], "SP-1", "the audit")
    holds(api.assets.get(made.id).last_audit_date is not None, "the audit left no date")
    holds(api.assets.list_audit_due().total >= 0, "the list of audits due")
    same(api.assets.list_audit_overdue().total, 0, "overdue audits")
    history = [row.action_type for row in api.assets.get_history(made.id).rows]
    for action in ("create new", "update", "checkout", "checkin from", "audit"):
        holds(action in history, f"the history lacks {action!r}: {history}")

    twin = api.assets.clone(made.id, "SP-2")
    same(api.assets.get(twin.id).serial, "CLONE-SP-2", "the clone's serial number")
    same(len(api.assets.list_all(model_id=model.id)), 2, "all pages of the list")
    refuses(lambda: api.assets.create("SP-1", status.id, model.id), SnipepyValidationError, "a taken tag")
    refuses(lambda: api.assets.get(999_999_999), SnipepyValidationError, "an unknown id")
    refuses(lambda: api.assets.get_by_serial("no such serial"), SnipepyValidationError, "an unknown serial number")
    refuses(lambda: api.models.delete(model.id), SnipepyValidationError, "to delete a model in use")

    api.assets.delete(made.id)
    same(api.assets.list(asset_tag="SP-1").total, 0, "the deleted asset in the list")
    same(api.assets.restore(made.id).asset_tag, "SP-1", "the restored asset")
    api.assets.bulk_delete([made.id, twin.id])
    api.users.delete(user.id)
    refuses(lambda: api.users.get_by_username("sp.ada"), SnipepyNotFoundError, "the deleted user")


def body(base, token):
    assets(Snipepy(Config(base, token)))
    refuses(lambda: Snipepy(Config(base, "wrong")).assets.list(), SnipepyAuthError, "a wrong token")


main(body)
