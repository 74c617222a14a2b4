import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of tickets, most of which are about an asset.
extension SiteCall {
    /// The members of a request that describe a ticket.
    private struct TicketInput: Sendable {
        private static let own: Set<String> = [
            "subject", "issuedescription", "description", "assetid", "assets", "requestorid", "ownerid", "forid",
            "requestorname", "isclosed", "ticketid", "ticketnumber", "siteid", "productid", "createddate",
            "modifieddate",
        ]
        var subject: String?
        var description: String??
        /// The asset: nil if absent, with a nil GUID for none.
        var asset: UniqueID??
        var requester: UniqueID??
        var isClosed: Bool?
        var attributes: [String: String] = [:]

        init(_ object: JSONObject) throws(RequestError) {
            let fields = Fields(object)
            if fields.has("Subject") {
                subject = try fields.filled("Subject")
                if subject == nil { throw .invalid("Subject", "Subject cannot be empty.") }
            }
            for name in ["Description", "IssueDescription"] where fields.has(name) {
                description = .some(try fields.text(name))
            }
            if fields.has("AssetId") {
                asset = .some(try fields.guid("AssetId"))
            } else if fields.has("Assets") {
                asset = .some(try Self.asset(try fields.array("Assets")))
            }
            for name in ["OwnerId", "RequestorId", "ForId"] where fields.has(name) {
                requester = .some(try fields.guid(name))
            }
            isClosed = try fields.flag("IsClosed")
            for member in object.members where !Self.own.contains(member.key.lowercased()) {
                guard case .bool(let flag) = member.value else {
                    attributes[member.key] = member.value.text
                    continue
                }
                attributes[member.key] = String(flag)
            }
        }

        /// Returns the only asset of `Assets`, whose entries are objects or GUIDs.
        private static func asset(_ values: [JSONValue]) throws(RequestError) -> UniqueID? {
            guard values.count <= 1 else { throw .invalid("Assets", "A ticket is about one asset.") }
            guard let value = values.first else { return nil }
            if let object = value.object { return try Fields(object).requiredGUID("AssetId") }
            guard let text = value.text else { throw .invalid("Assets", "Assets must be an array of AssetIds.") }
            return try GUID.read(text, "Assets")
        }

        /// Applies the members to a draft.
        func apply(to draft: inout TicketDraft, _ inventory: Inventory) throws {
            if let subject { draft.subject = subject }
            if let description { draft.description = description }
            if let isClosed { draft.isClosed = isClosed }
            if let asset {
                draft.asset = try asset.map { guid in
                    guard let details = try inventory.asset(uuid: guid) else {
                        throw Refusal(.unknownAsset, "There is no asset \(guid).", facts: ["field": "AssetId"])
                    }
                    return details.asset.id
                }
            }
            if let requester {
                draft.requester = try requester.map { guid in
                    guard let person = try inventory.person(uuid: guid) else {
                        throw Refusal(.unknownHolder, "There is no person \(guid).", facts: ["field": "RequestorId"])
                    }
                    return person.id
                }
            }
            draft.attributes.merge(attributes) { $1 }
        }
    }

    /// `POST tickets/new` and `POST tickets`.
    func createTicket() async throws -> Answer {
        let input = try TicketInput(try await call.object())
        guard let subject = input.subject else { throw RequestError.invalid("Subject", "Subject is required.") }
        let ticket = try await call.change { inventory in
            var draft = TicketDraft(subject: subject)
            try input.apply(to: &draft, inventory)
            let ticket = try inventory.createTicket(
                subject: draft.subject, description: draft.description, asset: draft.asset, requester: draft.requester,
                attributes: draft.attributes)
            guard draft.isClosed, !ticket.isClosed else { return ticket }
            return try inventory.updateTicket(ticket.id, draft, step: "close")
        }
        return try item(status: .created, created: (ticket.id, ticket.uuid)) { try write(ticket, to: &$0) }
    }

    /// `GET tickets/{id}`.
    func getTicket() throws -> Answer {
        let ticket = try ticket()
        return try item { try write(ticket, to: &$0) }
    }

    /// `POST` and `PUT tickets/{id}`; absent members stay unchanged.
    func updateTicket() async throws -> Answer {
        let input = try TicketInput(try await call.object())
        let before = try ticket()
        let after = try await call.change { inventory in
            var draft = TicketDraft(try inventory.ticket(before.id))
            try input.apply(to: &draft, inventory)
            return try inventory.updateTicket(before.id, draft)
        }
        return try item { try write(after, to: &$0) }
    }

    /// `GET assets/{id}/tickets` and `GET tickets`, newest first.
    func listTickets(ofAsset: Bool) throws -> Answer {
        let page = try Page(call)
        let (rows, total, isTruncated) = try store.tickets(
            of: ofAsset ? try asset().asset.id : nil, limit: page.size, offset: page.offset)
        var answer = try list(rows, page: page, total: total) { try write($1, to: &$0) }
        answer.isTruncated = isTruncated
        return answer
    }

    private func ticket() throws -> Ticket {
        let guid = try guid("TicketId")
        guard let ticket = try store.ticket(uuid: guid) else { throw RequestError.notFound("ticket", guid.description) }
        return ticket
    }

    private func write(_ ticket: Ticket, to json: inout JSONWriter) throws {
        let asset = try ticket.asset.flatMap { try store.asset($0) }
        let requester = try ticket.requester.flatMap { try store.person($0) }
        json.object { json in
            json.guid("TicketId", ticket.uuid)
            json.member("TicketNumber", String(ticket.number))
            json.guid("SiteId", site)
            json.guid("ProductId", Known.ticketsProduct)
            json.member("Subject", ticket.subject)
            json.optional("IssueDescription", ticket.description)
            json.member("IsClosed", ticket.isClosed)
            if let asset {
                json.guid("AssetId", asset.asset.uuid)
                json.array("Assets") { json in
                    json.object { json in
                        json.guid("AssetId", asset.asset.uuid)
                        json.member("AssetTag", asset.asset.tag)
                        json.optional("Name", asset.asset.name)
                    }
                }
            }
            json.guid("RequestorId", requester?.uuid)
            json.guid("ForId", requester?.uuid)
            json.optional("RequestorName", requester?.name)
            json.time("CreatedDate", ticket.createdAt)
            json.time("ModifiedDate", ticket.updatedAt)
            for (key, value) in ticket.attributes.sorted(by: { $0.key < $1.key }) {
                json.key(escaping: key)
                json.value(value)
            }
        }
    }
}
