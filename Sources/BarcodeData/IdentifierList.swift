/// Collects identifiers in order of trust: none twice, never more than ``BarcodeReader/maximumIdentifiers``.
struct IdentifierList {
    private var added: [Identifier] = []

    /// Exact ones first, otherwise in the order in which they were added.
    var identifiers: [Identifier] { added.filter { !$0.isDerived } + added.filter(\.isDerived) }

    /// Adds one, unless its value is empty or known already. An exact reading makes an equal derived one exact.
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
