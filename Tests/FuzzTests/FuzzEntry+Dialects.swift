import DepotDialect
import DepotModel
import DepotStore
import TextFormats

@testable import ATech
@testable import IncidentIQ
@testable import IssueAsset
@testable import SnipeIT

/// The bodies of the dialects, as far as they are read without the inventory.
extension FuzzEntry {
    static let dialects: [FuzzEntry] = [snipeIT, atech, incidentIQ, incidentIQFilter, issueAsset]

    /// Returns the object of a body, or nil.
    private static func object(_ text: String) -> JSONObject? { (try? JSONValue(parsing: Array(text.utf8)))?.object }

    /// Runs a reader, of which every error must be one that is answered.
    private static func answered(_ read: () throws -> Void) throws {
        do { try read() } catch {
            if error is FuzzFailure { throw error }
            if case .failed(let failure) = RequestError(catching: error).reason {
                try require(failure.code != .internal, "\(error) has an answer")
            }
        }
    }

    private static let snipeIT = FuzzEntry(
        "snipe-it",
        texts: [
            #"{"asset_tag":"1","model_id":"2","status_id":3,"purchase_date":"2026-05-30","purchase_cost":"1.5"}"#,
            #"{"_snipeit_colour_1":["a",1],"assigned_to":7,"assigned_type":"App\\Models\\User","byod":"on"}"#,
            #"{"expected_checkin":"05/30/2026","next_audit_date":"30.05.2026","last_audit_date":"2026-05-30 10:40"}"#,
            #"{"limit":"-5","offset":"9e9","ids":"1,2,x","warranty_months":12,"assigned_user":1}"#,
        ]
    ) { text in
        guard let object = object(text) else { return }
        let sent = Sent(object)
        try require((0...500).contains(sent.page.limit) && sent.page.offset >= 0, "a page of a list")
        for member in sent.members {
            _ = (sent.ids(member.key), sent.isTrue(member.key), parsedTime(member.value))
            if let day = parsedDay(member.value) {
                try requireEqual(parsedDay(.string(day.description)), day, "a day read again")
            }
        }
        for isNew in [true, false] {
            let form = AssetForm(sent, isNew: isNew)
            try require(form.problems.allSatisfy { !$0.message.isEmpty }, "a problem has a sentence")
        }
    }

    private static let atech = FuzzEntry(
        "atech",
        texts: [
            #"{"asset_tag":"1","name":"a","manufacturer":"b","model":"c","serial":"d","status":"available"}"#,
            #"{"category_id":"7","location_id":1,"purchase_date":"2026-05-30","purchase_cost":1.5,"notes":null}"#,
        ]
    ) { text in
        guard let object = object(text) else { return }
        try answered {
            let body = try AssetBody(FieldReader(object), requiring: [])
            try require(body.purchaseCost.map { $0.tenThousandths >= 0 } ?? true, "a cost is not negative")
        }
    }

    private static let incidentIQ = FuzzEntry(
        "incident-iq",
        texts: [
            #"{"AssetTag":"1","PurchasedDate":"05/30/2026","PurchasePrice":349.00,"OwnerId":"","StatusTypeId":null}"#,
            #"{"ModelId":"{0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}","CustomFieldValues":[{"Name":"a","Value":true}]}"#,
            #"{"Filters":[{"Facet":"createddate","Value":"lastdays:7","Negative":1,"GroupIndex":"3"}]}"#,
        ]
    ) { text in
        guard let object = object(text) else { return }
        let fields = Fields(object)
        try answered { _ = try AssetInput(fields) }
        try answered {
            for (index, value) in try fields.array("Filters").enumerated() {
                _ = try FacetFilter(value, place: "Filters[\(index)]")
            }
        }
        for member in object.members {
            try answered { _ = try fields.time(member.key) }
            try answered { _ = try fields.guids(member.key, limit: 10) }
            try answered { _ = try fields.day(member.key) }
        }
    }

    private static let incidentIQFilter = FuzzEntry(
        "incident-iq-filter",
        texts: [
            "(LocationId eq '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b') and SearchText contains 'it''s'",
            "date>=05/30/2026",
            "daterange:1/1/2026-12/31/2026", "range:lastmonth", "nextdays:30", "numoperator:lessthan:349.00",
            "date<2026-05-30", "value:7",
        ]
    ) { text in
        try answered { _ = try ODataFilter.read(text) }
        _ = DateGrammar.amounts(text)
        for day in ["0001-01-01", "2026-02-28", "9999-12-31"] {
            guard let today = CalendarDate(day), let range = DateGrammar.range(text, today: today) else { continue }
            try require(range.from != nil || range.through != nil, "a range has an end")
        }
        if let guid = GUID.parse(text) { try requireEqual(GUID.parse(guid.description), guid, "a GUID read again") }
    }

    private static let issueAsset = FuzzEntry(
        "issue-asset",
        texts: [
            #"{"employee_name":"Ada","employee_email":"a@b.c","asset_type":"Laptop","asset_model":"","comments":null}"#,
            #"{"asset_tag":1,"name":"a"}"#,
        ]
    ) { text in
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else { return }
        _ = (IssueRequest.fits(value), IssueRequest.fitsUpdate(value))
        guard let object = value.object else { return }
        try answered {
            let request = try IssueRequest(object)
            try require(!request.name.isEmpty && !request.email.isEmpty, "who gets it is named")
        }
    }
}
