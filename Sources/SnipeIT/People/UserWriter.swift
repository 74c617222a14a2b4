import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// Writes people in the form of users.
struct UserWriter {
    private let store: TenantStore

    init(_ store: TenantStore) { self.store = store }

    /// Returns the person whose number an attribute holds, or nil.
    func person(_ id: String?) throws -> Person? {
        try id.flatMap { Int64($0) }.flatMap { try store.person(PersonID(rawValue: $0)) }
    }

    /// Writes `company`.
    func company(_ json: inout JSONWriter, _ attributes: [String: String]) throws {
        let company = try attributes["company_id"].flatMap { Int64($0) }.flatMap {
            try store.entry(.company, CatalogueID(rawValue: $0))
        }
        json.reference("company", id: company?.id.rawValue, company?.name)
    }

    func write(_ json: inout JSONWriter, _ person: Person) throws {
        try json.object { try members(&$0, person) }
    }

    /// Writes every member of a user; `access` holds the rights if the user is the caller.
    func members(_ json: inout JSONWriter, _ person: Person, access: Access? = nil) throws {
        let attributes = person.attributes
        let names = PersonNames(person)
        json.member("id", person.id)
        json.null("avatar")
        json.escaped("name", person.name)
        json.escaped("first_name", names.first)
        json.escaped("last_name", names.last ?? "")
        json.escaped("username", person.username ?? person.email ?? person.name)
        json.flag("remote", attributes)
        json.escaped("locale", attributes["locale"])
        json.escaped("employee_num", person.employeeNumber)
        let manager = try self.person(attributes["manager_id"])
        json.reference("manager", id: manager?.id.rawValue, manager?.name)
        json.escaped("jobtitle", attributes["jobtitle"])
        json.flag("vip", attributes)
        json.escaped(["phone", "website", "address", "city", "state", "country", "zip"], of: attributes)
        json.escaped("email", person.email)
        // There are no departments here, so only the number is known.
        json.reference("department", id: attributes["department_id"].flatMap { Int64($0) }, "")
        let location = try person.location.flatMap { try store.location($0) }
        json.reference("location", id: location?.id.rawValue, location?.name)
        json.escaped("notes", attributes["notes"])
        json.object("permissions") { json in
            for name in permissions(access) {
                json.key(escaping: name)
                json.value("1")
            }
        }
        json.member("activated", attributes["activated"] != "0")
        json.flag("autoassign_licenses", attributes)
        for flag in ["ldap_import", "two_factor_enrolled", "two_factor_optin"] as [StaticString] {
            json.member(flag, false)
        }
        json.member("assets_count", person.id.rawValue == 0 ? 0 : try store.heldCount(.person(person.id)))
        for name in ["licenses_count", "accessories_count", "consumables_count"] as [StaticString] {
            json.member(name, 0)
        }
        try company(&json, attributes)
        json.stamps(person.createdAt, person.updatedAt)
        json.date("start_date", attributes["start_date"].flatMap { CalendarDate($0) })
        json.date("end_date", attributes["end_date"].flatMap { CalendarDate($0) })
        json.null("last_login")
        json.dateTime("deleted_at", person.deletedAt)
        let isDeleted = person.deletedAt != nil
        json.actions(["update": !isDeleted, "delete": !isDeleted, "clone": !isDeleted, "restore": isDeleted])
        json.null("groups")
    }

    private func permissions(_ access: Access?) -> [String] {
        guard let access else { return [] }
        if access >= .administrator { return ["superuser"] }
        let viewing = ["assets", "users", "models", "categories", "manufacturers", "statuslabels", "locations"]
        var permissions = viewing.map { $0 + ".view" }
        if access >= .operator {
            permissions += ["create", "edit", "delete", "checkout", "checkin", "audit"].map { "assets." + $0 }
            permissions += ["users", "locations"].flatMap { kind in
                ["create", "edit", "delete"].map { "\(kind).\($0)" }
            }
        }
        return permissions
    }
}
