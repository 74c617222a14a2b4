import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// Writes the rows other than assets: people, locations, the catalogue and tickets.
enum Rows {
    static func write(_ model: ModelReference, to json: inout JSONWriter) {
        write(
            model: model.id, model.name, model.number, manufacturer: model.manufacturer, category: model.category,
            to: &json)
    }

    static func write(_ entry: CatalogueEntry, to json: inout JSONWriter) {
        write(
            model: entry.id, entry.name, entry.number, manufacturer: entry.manufacturer, category: entry.category,
            to: &json)
    }

    private static func write(
        model: CatalogueID, _ name: String, _ number: String?, manufacturer: Reference?, category: Reference?,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.guid("ModelId", RowGUID.guid(.model, model.rawValue))
            json.member("Scope", "Site")
            json.member("Name", name)
            json.member("ModelName", name)
            json.optional("ModelNumber", number)
            if let category {
                json.guid("AssetTypeId", RowGUID.guid(.category, category.id))
                json.member("AssetTypeName", category.name)
            }
            if let manufacturer {
                json.guid("ManufacturerId", RowGUID.guid(.manufacturer, manufacturer.id))
                json.object("Manufacturer") { json in
                    json.guid("ManufacturerId", RowGUID.guid(.manufacturer, manufacturer.id))
                    json.member("Scope", "Site")
                    json.member("Name", manufacturer.name)
                }
            }
            if let category {
                json.guid("CategoryId", RowGUID.guid(.category, category.id))
                json.object("Category") { json in
                    json.guid("CategoryId", RowGUID.guid(.category, category.id))
                    json.member("Name", category.name)
                }
            }
            json.member("IsGenericModel", manufacturer == nil && name == category?.name)
        }
    }

    static func write(assetType entry: CatalogueEntry, to json: inout JSONWriter) {
        json.object { json in
            json.guid("AssetTypeId", RowGUID.guid(.category, entry.id.rawValue))
            json.member("Scope", "Site")
            json.member("Name", entry.name)
            json.member("AssetCount", entry.assetCount)
        }
    }

    /// Writes the members of a person who holds an asset.
    static func write(_ owner: Assignee, site: UniqueID, to json: inout JSONWriter) {
        json.guid("UserId", owner.uuid)
        json.guid("SiteId", site)
        json.member("Name", owner.name)
        json.member("FullName", owner.name)
        json.optional("FirstName", owner.firstName)
        json.optional("LastName", owner.lastName)
        json.optional("Email", owner.email)
        json.optional("Username", owner.username)
        json.optional("SchoolIdNumber", owner.employeeNumber)
    }

    static func write(_ person: Person, location: UniqueID?, site: UniqueID, to json: inout JSONWriter) {
        json.object { json in
            json.guid("UserId", person.uuid)
            json.guid("SiteId", site)
            json.member("Name", person.name)
            json.member("FullName", person.name)
            json.optional("FirstName", person.attributes["first_name"])
            json.optional("LastName", person.attributes["last_name"])
            json.optional("Email", person.email)
            json.optional("Username", person.username)
            json.optional("SchoolIdNumber", person.employeeNumber)
            json.guid("LocationId", location)
            json.member("IsDeleted", person.deletedAt != nil)
            json.time("CreatedDate", person.createdAt)
            json.time("ModifiedDate", person.updatedAt)
        }
    }

    static func write(_ location: Location, parent: UniqueID?, site: UniqueID, to json: inout JSONWriter) {
        json.object { json in
            json.guid("LocationId", location.uuid)
            json.guid("SiteId", site)
            json.member("Name", location.name)
            json.optional("Abbreviation", location.code)
            json.guid("ParentLocationId", parent)
            json.member("IsDeleted", location.deletedAt != nil)
            json.time("CreatedDate", location.createdAt)
            json.time("ModifiedDate", location.updatedAt)
        }
    }

    static func write(room: Location, of parent: Location?, site: UniqueID, to json: inout JSONWriter) {
        json.object { json in
            json.guid("LocationRoomId", room.uuid)
            json.guid("SiteId", site)
            json.member("Name", room.name)
            json.member("NameFormatted", (parent.map { $0.name + " / " } ?? "") + room.name)
            json.optional("Description", room.code)
            json.guid("LocationId", parent?.uuid)
        }
    }
}
