/// A list of distinct identifiers in order of trust, at most ``BarcodeReader/maximumIdentifiers`` of them.
struct IdentifierList {
    private var added: [Identifier] = []

    /// The identifiers, exact ones first, otherwise in the order in which they were added.
    var identifiers: [Identifier] { added.filter { !$0.isDerived } + added.filter(\.isDerived) }

    /// Adds an identifier unless its value is empty or already present. An exact reading replaces an equal derived one.
    mutating func add(_ kind: Identifier.Kind, _ value: String, _ rule: String, derived: Bool) {
        guard !value.isEmpty else { return }
        if let index = added.firstIndex(where: { $0.kind == kind && $0.value == value }) {
            if !derived, added[index].isDerived { added[index] = Identifier(kind, value, rule: rule) }
        } else if added.count < BarcodeReader.maximumIdentifiers {
            added.append(Identifier(kind, value, rule: rule, isDerived: derived))
        }
    }

    /// Adds the same value as each kind.
    mutating func add(_ kinds: [Identifier.Kind], _ value: String, _ rule: String, derived: Bool) {
        for kind in kinds { add(kind, value, rule, derived: derived) }
    }
}
