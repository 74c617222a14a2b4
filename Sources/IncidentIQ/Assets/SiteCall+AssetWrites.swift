import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes that change assets.
extension SiteCall {
    /// `POST assets/new`. A missing `AssetTag` is generated; the asset is handed to an `OwnerId` at once.
    func createAsset() async throws -> Answer {
        let input = try AssetInput(try await fields())
        let details = try await call.change { inventory in
            let applied = try inventory.create(try input.draft(inventory))
            guard let details = applied.asset else {
                throw Refusal(.unknownAsset, "The asset that this call created has already been removed.")
            }
            var change = AssetChange(details, inventory, version: nil)
            try change.move(input, step: "owner")
            return change.details
        }
        return try one(details, status: .created, created: true)
    }

    /// `POST` and `PUT assets/{id}`: a whole asset or some of its members.
    func updateAsset() async throws -> Answer {
        let guid = try guid("AssetId")
        let input = try AssetInput(try await fields())
        return try one(try await change(guid) { try $0.update(input) }.details)
    }

    /// `DELETE assets/{id}`: can be undone; a deployed asset is checked in first.
    func deleteAsset() async throws -> Answer {
        let guid = try guid("AssetId")
        let done = try await change(guid) { change in
            if change.details.asset.holder != nil { _ = try change.checkIn(step: "checkin") }
            try change.apply(.delete)
        }
        return action(id: guid, version: done.details.asset.version)
    }

    /// `PUT assets/{id}/undelete`.
    func undeleteAsset() async throws -> Answer {
        let guid = try guid("AssetId")
        return try one(try await change(guid) { try $0.apply(.restore) }.details)
    }

    /// `GET assets/generate-asset-tag`: the tag that the next asset without one would get, which is not reserved.
    func generateAssetTag() throws -> Answer {
        let prefix = try store.setting(.tagPrefix) ?? "D-"
        var number = try store.setting(.nextTag).flatMap { Int64($0) } ?? 1
        while try store.asset(tag: "\(prefix)\(number)") != nil { number &+= 1 }
        return item { json in
            json.object { json in
                json.member("AssetTag", "\(prefix)\(number)")
                json.member("SequenceIndex", number)
            }
        }
    }

    // MARK: Owner, status, location

    /// `POST assets/{id}/owner`: an `OwnerId`, or null to check the asset in.
    func setOwner() async throws -> Answer {
        let guid = try guid("AssetId")
        let input = try Self.owner(try await fields())
        return try one(try await change(guid) { try $0.move(input, step: nil) }.details)
    }

    /// `POST assets/{id}/remove-owner`.
    func removeOwner() async throws -> Answer {
        let guid = try guid("AssetId")
        let done = try await change(guid) { _ = try $0.checkIn() }
        let message = done.events.isEmpty ? "\(done.details.asset.tag) has no owner." : nil
        return try one(done.details, message: message)
    }

    /// `POST assets/owner/bulk`: an array of `ToAssetId` and `OwnerId`; all of them, or none.
    func setOwners() async throws -> Answer {
        guard let values = try await call.json()?.array else {
            throw RequestError.invalid("body", "The body must be an array.")
        }
        guard values.count <= 500 else {
            throw RequestError.invalid("body", "At most 500 assets are allowed in one call.")
        }
        var moves: [(asset: UniqueID, input: AssetInput)] = []
        for value in values {
            guard let object = value.object else {
                throw RequestError.invalid("body", "The body must be an array of objects.")
            }
            let fields = Fields(object)
            let asset = try fields.guid("ToAssetId") ?? fields.requiredGUID("AssetId")
            moves.append((asset, try Self.owner(fields)))
        }
        let assets = try await call.change { [moves] inventory in
            try moves.enumerated().map { index, move in
                var change = try AssetChange(move.asset, inventory, version: nil)
                try change.move(move.input, step: index == 0 ? nil : "owner-\(index)")
                return change.details
            }
        }
        return try found(assets)
    }

    /// `POST assets/{id}/status/{statusTypeId}`.
    func setStatus() async throws -> Answer {
        let guid = try guid("AssetId")
        let status = try self.guid("StatusTypeId", in: "statusTypeId")
        let input = try AssetInput(Fields(["StatusTypeId": status.description]))
        return try one(try await change(guid) { try $0.update(input) }.details)
    }

    /// `POST assets/location`: `AssetId` and `LocationId`.
    func setLocation() async throws -> Answer {
        let fields = try await fields()
        let guid = try fields.requiredGUID("AssetId")
        let place = try fields.guid("LocationRoomId") ?? fields.requiredGUID("LocationId")
        let input = try AssetInput(Fields(["LocationId": place.description]))
        return try one(try await change(guid) { try $0.update(input) }.details)
    }

    private static func owner(_ fields: Fields) throws(RequestError) -> AssetInput {
        guard fields.has("OwnerId") || fields.has("ToOwnerId") else {
            throw .invalid("OwnerId", "OwnerId is required; null checks the asset in.")
        }
        var input = JSONObject()
        let owner = try fields.guid("OwnerId", "ToOwnerId")
        input["OwnerId"] = owner.map { .string($0.description) } ?? .null
        input["DueDate"] = fields["DueDate"]
        return try AssetInput(Fields(input))
    }
}

extension Fields {
    /// The texts by name.
    init(_ texts: KeyValuePairs<String, String>) {
        self.init(JSONObject(texts: texts))
    }
}

extension JSONObject {
    fileprivate init(texts: KeyValuePairs<String, String>) {
        self.init()
        for (name, text) in texts { self[name] = .string(text) }
    }
}
