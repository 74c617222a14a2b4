import DepotModel

/// The maximum lengths of stored texts in Unicode scalars.
enum TextLimit {
    /// The limit for tags, serial numbers, names, numbers and codes.
    static let line = 255
    /// The limit for notes and custom fields.
    static let text = 65_536
    /// The maximum number of custom fields of an asset.
    static let customFields = 200
}

/// Refuses a text that is too long or that the store would not return unchanged.
///
/// NUL ends a text in SQLite's functions, so it is refused; everything else is stored exactly.
func refuseUnstorable(_ text: String?, field: String, limit: Int) throws(Refusal) {
    guard let text else { return }
    if text.utf8.withContiguousStorageIfAvailable({ $0.contains(0) }) ?? text.utf8.contains(0) {
        throw Refusal(.invalidField, "\(field) contains a NUL character.", facts: ["field": field])
    }
    if text.utf8.count > limit, text.unicodeScalars.count > limit {
        throw Refusal(
            .invalidField, "\(field) is longer than \(limit) characters.",
            facts: ["field": field, "limit": String(limit)])
    }
}

/// Refuses an asset with texts that cannot be stored, or with a tag that cannot be printed.
///
/// A tag that no scan can match is refused if it is new, that is, different from the tag of `before`.
func refuseUnstorable(_ asset: Asset, before: Asset? = nil) throws(Refusal) {
    try refuseUnstorable(asset.tag, field: AssetField.tag.rawValue, limit: TextLimit.line)
    if asset.tag.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        throw Refusal(
            .invalidField, "An asset tag has no control characters.", facts: ["field": AssetField.tag.rawValue])
    }
    // Scans that contain U+0080 to U+009F are rejected before they are looked up.
    if asset.tag != before?.tag, asset.tag.unicodeScalars.contains(where: { (0x80...0x9F).contains($0.value) }) {
        throw Refusal(
            .invalidField, "An asset tag has no control characters, which no scan can match.",
            facts: ["field": AssetField.tag.rawValue])
    }
    try refuseUnstorable(asset.serial, field: AssetField.serial.rawValue, limit: TextLimit.line)
    try refuseUnstorable(asset.name, field: AssetField.name.rawValue, limit: TextLimit.line)
    try refuseUnstorable(asset.orderNumber, field: AssetField.orderNumber.rawValue, limit: TextLimit.line)
    try refuseUnstorable(asset.blocked, field: AssetField.blocked.rawValue, limit: TextLimit.line)
    try refuseUnstorable(asset.notes, field: AssetField.notes.rawValue, limit: TextLimit.text)
    guard asset.custom.count <= TextLimit.customFields else {
        throw Refusal(
            .invalidField, "An asset has at most \(TextLimit.customFields) custom fields.", facts: ["field": "custom"])
    }
    for (name, value) in asset.custom {
        try refuseUnstorable(name, field: "custom", limit: TextLimit.line)
        try refuseUnstorable(value, field: FieldChange.customPrefix + name, limit: TextLimit.text)
    }
}

/// Refuses a number of months outside 0 to 1200.
func refuseMonths(_ months: Int?, field: String) throws(Refusal) {
    guard let months, !(0...1200).contains(months) else { return }
    throw Refusal(.invalidField, "\(field) is 0 to 1200.", facts: ["field": field])
}

/// Refuses a change that was decided on another version.
func refuseOtherVersion(_ expected: Int64?, _ version: Int64, _ name: String) throws(Refusal) {
    guard let expected, expected != version else { return }
    throw Refusal(
        .versionConflict, "\(name) has changed in the meantime.",
        facts: ["version": String(version), "expected": String(expected)])
}

/// Returns the fields that differ.
func changes(_ fields: [(name: String, from: String?, to: String?)]) -> [FieldChange] {
    fields.filter { $0.from != $0.to }.map { FieldChange(field: $0.name, from: $0.from, to: $0.to) }
}
