public import DepotDialect
public import DepotModel
import HTTPTypes
import TextFormats

/// The ATech asset API (`/api/assets` and the routes around it) over the inventory.
///
/// Behaviour that its documentation leaves open or that the inventory determines:
///
/// | subject | behaviour |
/// |---|---|
/// | create | 201; every other success is 200 |
/// | create, update | `asset_tag`, `name`, `status` are required on create, all twelve fields on update; else 422 |
/// | status | the four words are the lifecycle; an edit sets the first label of that kind, unless the current one is of that kind |
/// | `deployed` | only by checkout; `deployed` to `available` only by checkin; to `maintenance` or `retired` checks in first |
/// | manufacturer, category | belong to the model: blank ones in a request are those of the model; another category creates another model of that name |
/// | manufacturer or category without a model | a model “(unspecified) …” that this API shows as no model |
/// | location | the current location; an edit that changes it sets the default location too, and a checkin returns the asset there |
/// | `assigned_to` | a person; a location or an asset that holds the asset is named with `id` null |
/// | name | an asset without a name shows its tag |
/// | list | with `q` and no `sort`, assets whose tag or serial number is exactly `q` come first |
/// | delete | the asset and its history; a deployed asset is checked in first; `{"ok": true}` |
/// | history | oldest first; a transfer is a checkin and a checkout; an audit of a walk is `audit` with its `location`; other audits and edits are left out |
/// | errors | a sentence for refusals by the inventory (400, 402, 404, 409, 412), a list with 422 for invalid values |
///
/// Roles: `msp_admin` is a token of the role msp, `client_admin` admin, `client_manager` operator, `client_viewer`
/// viewer; `msp_technician` has no counterpart.
public struct ATech: Dialect {
    /// The interface that the ledger names as the origin of this dialect's changes.
    public let face = Origin.Face.atech
    /// The prefixes of the dialect's paths.
    public let prefixes = [
        "/api/assets", "/api/employees", "/api/categories", "/api/locations", "/api/tenants", "/api/users",
        "/api/auth", "/api",
    ]
    /// The routes of the dialect.
    public let routes: [DialectRoute]

    /// Returns true: callers of every tenant see the assets of all.
    public var spansTenants: Bool { true }

    /// Creates the dialect.
    ///
    /// - Parameters:
    ///   - qr: the content of QR codes, in which `{tag}`, `{id}` and `{uuid}` stand for the asset's own.
    ///   - maximumImport: the largest file that is imported, in bytes.
    public init(qr: String = "{tag}", maximumImport: Int = 1 << 30) {
        routes =
            AssetRoutes.all(qr: qr) + Self.csvRoutes(maximumImport) + EmployeeRoutes.all + LocationRoutes.all
            + CategoryRoutes.all + AccountRoutes.all
    }

    private static func csvRoutes(_ maximumImport: Int) -> [DialectRoute] {
        [
            DialectRoute(.get, "/api/assets/export/csv", .viewer, handler: CSVExport.answer),
            DialectRoute(.post, "/api/assets/import/csv", .administrator, maximumStream: maximumImport) { call in
                try await CSVImport.answer(call, maximum: maximumImport)
            },
        ]
    }

    /// Returns the answer to a problem in this API's form.
    public func answer(_ error: RequestError, to call: CallHead) -> Answer { ErrorAnswer.answer(error) }
}
