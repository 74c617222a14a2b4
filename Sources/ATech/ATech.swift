public import DepotDialect
public import DepotModel
import TextFormats

/// The ATech asset API (`/api/assets` and what belongs to it) over the inventory.
///
/// Where its page is silent or the inventory has another idea, this holds:
///
/// | place | what is done |
/// |---|---|
/// | create | 201; every other success is 200 |
/// | create, update | `asset_tag`, `name`, `status` are required on create, all twelve fields on update; else 422 |
/// | status | the four words are the lifecycle; an edit sets the first label of that kind and keeps one that fits already |
/// | `deployed` | only by checkout; `deployed` to `available` only by checkin; to `maintenance` or `retired` checks in first |
/// | manufacturer, category | belong to the model: what a request leaves blank is what the model has; another category makes another model of that name |
/// | manufacturer or category without a model | a model “(unspecified) …” that this API shows as no model |
/// | location | where it is; an edit that changes it sets where it belongs too, and a checkin leaves it there |
/// | `assigned_to` | a person; a place or an asset that has it is named with `id` null |
/// | name | an asset without a name shows its tag |
/// | list | with `q` and no `sort`, assets whose tag or serial number is exactly `q` come first |
/// | delete | the asset and its history; one that is out is checked in first; `{"ok": true}` |
/// | history | oldest first; a transfer is a checkin and a checkout; audits and edits are left out |
/// | errors | a sentence for what the inventory refuses (400, 402, 404, 409, 412), a list with 422 for what does not fit |
///
/// Roles: `msp_admin` is a token of the role msp, `client_admin` admin, `client_manager` operator, `client_viewer`
/// viewer; `msp_technician` has no counterpart.
public struct ATech: Dialect {
    public let face = Origin.Face.atech
    public let prefixes = [
        "/api/assets", "/api/employees", "/api/categories", "/api/locations", "/api/tenants", "/api/users",
        "/api/auth", "/api",
    ]
    public let routes: [DialectRoute]

    /// The dialect.
    public init() {
        routes =
            AssetRoutes.all + CSVRoutes.all + EmployeeRoutes.all + LocationRoutes.all + CategoryRoutes.all
            + AccountRoutes.all
    }

    public func answer(_ error: RequestError, to call: CallHead) -> Answer { ErrorAnswer.answer(error) }
}
