import DepotAPI
import DepotEngine
import DepotModel
import Testing

/// Transitions over HTTP: who is meant, what is refused, what is undone.
@Suite struct TransitionRouteTests {
    private static let holders = [
        (#"{"who":"4711"}"#, "person:1"), (#"{"who":"e-1"}"#, "person:1"),
        (#"{"who":"ADA@depot.example"}"#, "person:1"),
        (#"{"who":"ada lovelace"}"#, "person:1"), (#"{"who":"r-101"}"#, "location:1"),
        (#"{"who":"Store Room"}"#, "location:1"), (#"{"badge":"b2"}"#, "person:3"),
        (#"{"code":"R-101"}"#, "location:1"),
        (#"{"name":"Ada Lovelace"}"#, "person:1"), (#"{"person":2}"#, "person:2"),
        (#"{"asset_tag":"CART"}"#, "asset:1"),
    ]

    private func people(_ station: TestStation) async throws {
        let people = [
            #"{"name":"Ada Lovelace","badge":"4711","employee_number":"E-1","email":"ada@depot.example"}"#,
            #"{"name":"Bob"}"#, #"{"name":"Bob","badge":"B2"}"#,
        ]
        for body in people { #expect(try await station.socket("POST", "people", body: body).status == 201) }
        let room = try await station.socket("POST", "locations", body: #"{"name":"Store room","code":"R-101"}"#)
        #expect(room.status == 201)
    }

    private func checkout(_ tag: String, _ to: String) -> String {
        #"{"kind":"checkout","asset":{"asset_tag":"\#(tag)"},"to":\#(to)}"#
    }

    @Test func oneHolderIsFound() async throws {
        try await TestStation.run { station in
            try await people(station)
            try await station.asset("CART")
            for (number, (to, expected)) in Self.holders.enumerated() {
                try await station.asset("IT-\(number)")
                let answer = try await station.tcp(
                    "POST", "transitions", token: station.operator, body: checkout("IT-\(number)", to))
                let reply = try answer.json(TransitionReply.self)
                #expect(reply.asset?.holder?.holder.description == expected, "\(to)")
                #expect(reply.event.actor == Actor(kind: .token, name: "operator"))
                #expect(answer.headers["etag"] == "\"2\"")
            }
        }
    }

    @Test func severalAreNotGuessedAndNoneIsNotFound() async throws {
        try await TestStation.run { station in
            try await people(station)
            try await station.asset("IT-1")
            let several = try await station.socket("POST", "transitions", body: checkout("IT-1", #"{"who":"bob"}"#))
            #expect(several.status == 409)
            #expect(try several.json(ErrorReply.self).error.candidates?.map(\.id) == [2, 3])
            for to in [#"{"who":"nobody"}"#, #"{"person":99}"#, #"{"badge":"x"}"#, #"{"location":99}"#] {
                let none = try await station.socket("POST", "transitions", body: checkout("IT-1", to))
                #expect(none.status == 404, "\(to) \(none.text)")
            }
            let asset = try await station.socket("POST", "transitions", body: checkout("NONE", #"{"person":1}"#))
            #expect(asset.status == 404)
        }
    }

    @Test func refusalsKeepTheirFactsAndVersionsAreCompared() async throws {
        try await TestStation.run { station in
            try await people(station)
            let id = try await station.asset("IT-1")
            let body = checkout("IT-1", #"{"person":1}"#)
            #expect(try await station.socket("POST", "transitions", body: body).status == 200)
            let refused = try await station.socket(
                "POST", "transitions", body: checkout("IT-1", #"{"person":2}"#))
            #expect(refused.status == 409)
            #expect(try refused.json(ErrorReply.self).error.refusal?.code == .alreadyDeployed)
            let stale = try await station.socket(
                "PATCH", "assets/\(id)", body: #"{"fields":{"name":"x"}}"#, headers: ["If-Match": "\"1\""])
            #expect(stale.status == 412)
            #expect(try await station.socket("GET", "assets/\(id)").headers["etag"] == "\"2\"")
        }
    }

    @Test func theSameOperationIsAppliedOnce() async throws {
        try await TestStation.run { station in
            try await people(station)
            try await station.asset("IT-1")
            let operation = station.station.newOperation()
            let body =
                #"{"operation":"\#(operation)","kind":"checkout","asset":{"asset_tag":"IT-1"},"to":{"person":1}}"#
            let first = try await station.socket("POST", "transitions", body: body).json(TransitionReply.self)
            let second = try await station.socket("POST", "transitions", body: body).json(TransitionReply.self)
            #expect(!first.repeated && second.repeated)
            #expect(first.event == second.event)
        }
    }

    @Test func lastUndoesTheCallersOwn() async throws {
        try await TestStation.run { station in
            try await people(station)
            try await station.asset("IT-1")
            try await station.asset("IT-2")
            _ = try await station.tcp(
                "POST", "transitions", token: station.operator, body: checkout("IT-1", #"{"person":1}"#))
            _ = try await station.tcp(
                "POST", "transitions", token: station.admin, body: checkout("IT-2", #"{"person":1}"#))
            let undone = try await station.tcp("POST", "transitions/last/undo", token: station.operator)
            #expect(try undone.json(TransitionReply.self).asset?.asset.tag == "IT-1")
            let nothing = try await station.tcp("POST", "transitions/0/undo", token: station.operator)
            #expect(nothing.status == 409)
            #expect(try nothing.json(ErrorReply.self).error.refusal?.code == .nothingToUndo)
        }
    }
}
