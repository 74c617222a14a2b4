import CZlib

/// The stored form of an event's JSON: compressed with DEFLATE (RFC 1951) and a dictionary of common parts, to a
/// quarter of its size.
///
/// Hashes and everything that leaves the store use the JSON itself. The packed form begins with ``format`` and the
/// length of the JSON, seven bits per byte with the low ones first and the high bit set on all but the last.
enum PackedJSON {
    /// The number of the dictionary; another dictionary gets another number.
    private static let format: UInt8 = 1
    /// A window of 4 KiB, which holds the dictionary and nearly every event.
    private static let windowBits: Int32 = -12
    /// The maximum compression ratio of DEFLATE (zlib.net/zlib_tech.html).
    private static let largestRatio = 1032

    /// Returns the packed form, or nil if it would not be smaller.
    static func pack(_ json: [UInt8]) -> [UInt8]? {
        var header = [format]
        var length = json.count
        while length > 127 {
            header.append(UInt8(length & 127) | 128)
            length >>= 7
        }
        header.append(UInt8(length))
        guard json.count > header.count else { return nil }
        // The output buffer is as large as the JSON: a larger result would not be worth storing.
        return withStream { stream in
            guard
                deflateInit2_(
                    stream, 6, Z_DEFLATED, windowBits, 5, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                    Int32(MemoryLayout<z_stream>.size)) == Z_OK
            else { return nil }
            defer { deflateEnd(stream) }
            guard withDictionary({ deflateSetDictionary(stream, $0, $1) }) == Z_OK else { return nil }
            return json.withUnsafeBytes { input in
                result(of: stream, input, after: header, room: json.count - header.count) { deflate($0, Z_FINISH) }
            }
        }
    }

    /// Returns the JSON, or nil if the packed form is damaged or of an unknown format.
    static func unpack(_ packed: UnsafeRawBufferPointer) -> [UInt8]? {
        guard packed.first == format else { return nil }
        var (length, shift, start) = (0, 0, 1)
        while true {
            guard start < packed.count, shift <= 28 else { return nil }
            length |= Int(packed[start] & 127) << shift
            shift += 7
            start += 1
            if packed[start - 1] < 128 { break }
        }
        let data = UnsafeRawBufferPointer(rebasing: packed[start...])
        guard length <= data.count * largestRatio else { return nil }
        return withStream { stream in
            guard
                inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
            else { return nil }
            defer { inflateEnd(stream) }
            guard withDictionary({ inflateSetDictionary(stream, $0, $1) }) == Z_OK else { return nil }
            let json = result(of: stream, data, after: [], room: length) { inflate($0, Z_FINISH) }
            return json?.count == length ? json : nil
        }
    }

    /// Runs `body` with a stream that stays at its address, because zlib stores it.
    private static func withStream(_ body: (UnsafeMutablePointer<z_stream>) -> [UInt8]?) -> [UInt8]? {
        var stream = z_stream()
        return withUnsafeMutablePointer(to: &stream, body)
    }

    /// Returns `prefix` followed by the result of `run` on the input, or nil if it exceeds the room.
    private static func result(
        of stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeRawBufferPointer, after prefix: [UInt8],
        room: Int, _ run: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> [UInt8]? {
        // zlib uses 32-bit counts.
        guard let count = UInt32(exactly: input.count), let space = UInt32(exactly: room) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: prefix.count + room) { output, used in
            guard let start = output.baseAddress else { return }
            _ = output.update(fromContentsOf: prefix)
            // zlib only reads from this pointer.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = count
            stream.pointee.next_out = start + prefix.count
            stream.pointee.avail_out = space
            if run(stream) == Z_STREAM_END { used = prefix.count + room - Int(stream.pointee.avail_out) }
        }
        return bytes.isEmpty ? nil : bytes
    }

    private static func withDictionary(_ body: (UnsafePointer<UInt8>, UInt32) -> Int32) -> Int32 {
        dictionary.withUTF8Buffer { bytes in
            bytes.baseAddress.map { body($0, UInt32(bytes.count)) } ?? Z_BUF_ERROR
        }
    }

    /// The common parts of events, the most frequent last. It is part of the format and must never change.
    private static let dictionary: StaticString = #"""
        "setting":"action":"created","changed","deleted","person_id":"kind":"administration","message":"The token is made.",\#
        "audit_interval","mode":"checkin","audit","counter","role":"viewer","token":"scanner_connected","scanner_disconnected",\#
        "scanner_failed","message":"Lane 1 is in audit mode."{"field":"notes","to":"{"field":"purchase_date","to":"2026-\#
        {"field":"purchase_cost","to":"{"field":"order_number","to":"{"field":"warranty_months","to":"{"field":"supplier_id","to":"\#
        {"field":"company_id","to":"{"field":"model_id","to":"{"field":"default_location_id","to":"{"field":"serial","to":"\#
        {"field":"asset_tag","to":"{"field":"name","to":"{"field":"status_id","to":"2"}],"facts":{},"kind":"created","message":" is added.",\#
        "kind":"edit","message":" is changed.","kind":"deleted","kind":"undo","undoes":"kind":"transfer","message":" goes from  to \#
        "kind":"scan","message":"Nothing here has the code “”. was scanned a moment ago; this scan did nothing.","outcome":"refused",\#
        "outcome":"unknown","outcome":"duplicate","outcome":"shown","outcome":"applied","facts":{"asset_id":"asset_tag":"holder":\#
        "holder_name":"reason":"{"actor":{"kind":"station","name":"station"},{"actor":{"kind":"counter","name":"counter","person_id":\#
        {"actor":{"kind":"user","name":"root"},{"actor":{"kind":"token","name":"\#
        "asset":{"asset_tag":"A-","id":1,"name":"","uuid":"-4-8","version":2},"at":"2026-11-T:.Z","changes":[\#
        {"field":"location_id","from":"1","to":"{"field":"last_audit","from":"2026-","to":"2026-{"field":"next_audit","from":"2027-",\#
        "to":"2027-{"field":"expected_checkin","to":"2026-{"field":"checkin_count","from":"0","to":"1"}],"facts":{},\#
        "from":{"deleted":false,"detail":"{"field":"last_checkin","from":"2026-","to":"2026-"kind":"checkin","message":" is back from .",\#
        "kind":"audit","message":" is audited.",{"field":"holder","from":"person:","to":"location:{"field":"holder","to":"person:1"},\#
        {"field":"last_checkout","from":"2026-","to":"2026-Z"},{"field":"checkout_count","from":"0","to":"1"}],"facts":{},\#
        "kind":"checkout","message":" is out to .","note":"","number":1,"operation":"01a2280a-7",\#
        "origin":{"address":"127.0.0.1","face":"screen","face":"daemon","face":"snipe_it","face":"atech","face":"incident_iq",\#
        "face":"issue_asset","face":"socket","face":"scanner","face":"station","lane_id":1,"request":"01a2280a-","scan":"01a2280a-7",\#
        "scanner":"usb:"},"sequence":1,"station":"station","tenant_id":1,"to":{"deleted":false,"detail":"@example.com",\#
        "holder":"person:1","location_id":1,"name":"
        """#
}
