import DepotDialect
import DepotModel
import HTTPTypes
import TextFormats

/// ATech's four words for the state of an asset.
enum StatusWord: String, CaseIterable, Sendable {
    case available, deployed, maintenance, retired

    /// Creates the word for a lifecycle, or returns nil for deleted assets, which this API does not show.
    init?(_ lifecycle: Lifecycle) { self.init(rawValue: lifecycle.rawValue) }

    var lifecycle: Lifecycle {
        switch self {
        case .available: .available
        case .deployed: .deployed
        case .maintenance: .maintenance
        case .retired: .retired
        }
    }

    /// The types of label that an asset in this state has, the preferred one first.
    var types: [StatusType] {
        switch self {
        case .available, .deployed: [.deployable]
        case .maintenance: [.undeployable, .pending]
        case .retired: [.archived]
        }
    }

    static let expected = "One of available, deployed, maintenance, retired is expected."
}

extension AssetDetails {
    /// The model's name, empty for the placeholder of an asset with only a manufacturer or a category.
    var shownModel: String {
        guard let name = model?.name, !name.hasPrefix(ModelChoice.unspecified) else { return "" }
        return name
    }

    var shownName: String { asset.name ?? asset.tag }

    /// Writes the asset in this API's form.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", asset.id)
            json.member("asset_tag", asset.tag)
            json.member("name", shownName)
            json.member("manufacturer", model?.manufacturer?.name ?? "")
            json.member("model", shownModel)
            json.member("serial", asset.serial ?? "")
            json.member("status", asset.lifecycle.rawValue)
            json.reference("category", model?.category)
            json.reference("location", location)
            writeHolder(to: &json)
            json.member("purchase_date", asset.purchaseDate?.description)
            json.member("purchase_cost", asset.purchaseCost?.description)
            json.member("warranty_expiry", asset.warrantyExpiry?.description)
            json.member("notes", asset.notes ?? "")
        }
    }

    private func writeHolder(to json: inout JSONWriter) {
        guard let holder else { return json.null("assigned_to") }
        json.object("assigned_to") { json in
            if case .person(let id) = holder.holder { json.member("id", id) } else { json.null("id") }
            json.member("name", holder.name)
        }
    }
}

extension JSONWriter {
    /// Writes `{"id", "name"}` or null.
    mutating func reference(_ name: StaticString, _ reference: Reference?) {
        guard let reference else { return null(name) }
        object(name) { json in
            json.member("id", reference.id)
            json.member("name", reference.name)
        }
    }
}

/// Answers with an asset and its version.
func assetAnswer(_ details: AssetDetails, _ status: HTTPResponse.Status = .ok) -> Answer {
    .json(status, version: details.asset.version) { details.write(to: &$0) }
}
