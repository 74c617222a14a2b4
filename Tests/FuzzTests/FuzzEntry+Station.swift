import DepotAPI
import DepotEngine
import DepotModel
import Sheets
import TextFormats

extension FuzzEntry {
    static let station: [FuzzEntry] = [request, stream, configuration, sheet]

    /// An input is the request's number and its body.
    private static let request = FuzzEntry(
        "station-request",
        [
            #"{"kind":"checkout","asset":{"tag":"IT-1"},"to":{"person":{"badge":"7"}},"due":"2026-05-30"}"#,
            #"{"operation":"0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}"#,
            #"{"asset_tag":"IT-1","purchase_cost":"1.50","custom":{"a":"b"},"status_id":"3"}"#,
            #"{"version":3,"changes":[{"field":"name","value":null}]}"#, #"{"name":"North","slug":"north"}"#,
            #"{"name":"North"}"#, #"{"code":"IT-1\u0000","lane":"desk","symbology":"]C0"}"#,
            #"{"name":"Ada","badge":"1","email":"a@b.c"}"#, #"{"name":"Ada"}"#, #"{"name":"Room","parent":3}"#,
            #"{"name":"Room"}"#, #"{"name":"mdm","role":"read","tenant":"main"}"#, "{}", #"{"path":"/tmp/a"}"#,
            #"{"scanner":"usb:05e0:A-1"}"#, #"{"mode":"checkin","holder":null}"#,
        ].enumerated().map { [UInt8($0.offset)] + Array($0.element.utf8) }
    ) { bytes in
        let body = Array(bytes.dropFirst())
        let checks: [@Sendable ([UInt8]) throws -> Void] = [
            again(TransitionRequest.self), again(UndoRequest.self), again(CreateAssetRequest.self),
            again(EditAssetRequest.self), again(CreateTenantRequest.self), again(EditTenantRequest.self),
            again(ScanRequest.self), again(CreatePersonRequest.self), again(EditPersonRequest.self),
            again(CreateLocationRequest.self), again(EditLocationRequest.self), again(CreateTokenRequest.self),
            again(PairScreenRequest.self), again(BackupRequest.self), again(IdentifyScannerRequest.self),
            again(LaneModeRequest.self),
        ]
        try checks[Int(bytes.first ?? 0) % checks.count](body)
    }

    /// Reads a body and, where that works, reads what is written of it.
    private static func again<Request: StrictRequest & Codable & Equatable & SendableMetatype>(
        _ type: Request.Type
    ) -> @Sendable ([UInt8]) throws -> Void {
        { body in
            let request: Request
            do throws(DepotError) { request = try decodeRequest(type, from: body) } catch {
                return try require(error.code == .badRequest, "\(error.code) of a body")
            }
            try requireEqual(try decodeRequest(type, from: try WireJSON.encode(request)), request, "written and read")
        }
    }

    private static let stream = FuzzEntry(
        "event-stream",
        texts: [
            "\u{FEFF}event: lane\r\ndata: {\"id\":\"desk\"}\rid: 7\n\n", ": comment\n\ndata\n\ndata: a\ndata:b\n\n",
            "event: event\ndata: {\"number\":1,\"kind\":\"checkout\",\"at\":\"2026-11-21T03:22:41.123Z\"}\n\n",
            "event:scanner\ndata:{}\n\nevent:health\ndata:{\"problems\":[]}\n\n",
        ]
    ) { text in
        let bytes = Array(text.utf8)
        let whole = streamMessages([bytes])
        for size in [1, 5] { try requireEqual(streamMessages(pieces(bytes, of: size)), whole, "pieces of \(size)") }
        for message in (try? whole.get()) ?? [] {
            do throws(DepotError) { _ = try StreamItem(message) } catch {
                try require(error.code == .protocolMismatch, "\(error.code) of a message")
            }
        }
    }

    private static func streamMessages(_ pieces: [[UInt8]]) -> Result<[ServerSentMessage], DepotError> {
        var parser = ServerSentParser(limit: 256)
        var messages: [ServerSentMessage] = []
        for piece in pieces {
            do { messages += try parser.feed(piece) } catch { return .failure(error) }
        }
        return .success(messages)
    }

    private static let configuration = FuzzEntry(
        "configuration",
        texts: [
            Configuration.reference,
            """
            http: {port: 9000, public_url: "https://a.example/x", tls_certificate: /c, tls_key: /k}
            scanners:
              wedges: ["1a86:*", "05fe:1010"]
              devices:
                - {identity: "usb:05e0:A-1", name: Left, layout: fr, terminator: none}
            """, "station:\n", "a: &a [*a]\n",
        ]
    ) { text in
        let configuration: Configuration
        do throws(DepotError) { configuration = try Configuration.load(yaml: text, file: "f") } catch {
            try require(error.code == .configuration, "\(error.code) of a configuration")
            return try require(error.message.hasPrefix("f"), "an error names the file")
        }
        try requireEqual(try Configuration.load(yaml: text, file: "f"), configuration, "read again")
        let reloaded = Configuration().reloaded(from: configuration).configuration
        try requireEqual(
            reloaded.reloaded(from: configuration).configuration, reloaded, "a second reload changes nothing")
    }

    private static let sheet = FuzzEntry(
        "sheet",
        [
            "asset_tag,serial,purchase_date,purchase_cost,custom.colour\nIT-1,S1,2026-05-30,1450.00,red\n",
            "Asset Tag;Name;Kosten\r\n1;\"a \"\"b\"\";1.450,00\r\n2;\"x\ny\";0,99", "name\tbadge\nAda\tB1\n",
        ].map { Array($0.utf8) } + [[0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], Array("PK\u{3}\u{4}".utf8)]
    ) { bytes in
        for kind in SheetKind.allCases {
            let options = SheetOptions()
            var inspection = SheetInspection()
            inspection.feed(bytes[...])
            guard var survey = try? SheetSurvey(kind, options, inspection), (try? survey.feed(bytes)) != nil,
                let layout = try? survey.finish()
            else { continue }
            var whole = SheetReader(layout, options)
            let records = whole.feed(bytes) + whole.finish()
            var pieces = SheetReader(layout, options)
            let same = bytes.flatMap { pieces.feed([$0]) } + pieces.finish()
            try requireEqual(same, records, "read in pieces")
        }
    }
}
