/// The result of looking up the keys of one code.
public enum Resolution: Hashable, Sendable {
    /// Exactly one entity, the key that found it, and the assets that were passed over because the code is only their
    /// serial number.
    case one(Entity, by: LookupKey, over: [Entity] = [])
    /// Several entities, of which none is chosen.
    case several([Entity])
    /// No entity.
    case nothing

    /// Creates a resolution from the matches of each key. Exact matches beat derived ones, and an exact tag beats the
    /// serial numbers of other assets; what remains must be one entity.
    ///
    /// - Parameter found: the keys in order with the matches of each.
    public init(found: [(key: LookupKey, entities: [Entity])]) {
        let exact = found.filter { !$0.key.isDerived && !$0.entities.isEmpty }
        let relevant = exact.isEmpty ? found.filter { !$0.entities.isEmpty } : exact
        let entities = distinct(relevant.flatMap(\.entities))
        if entities.count == 1, let key = relevant.first?.key {
            self = .one(entities[0], by: key)
            return
        }
        let tagged = distinct(exact.filter { $0.key.kind == .tag }.flatMap(\.entities))
        if tagged.count == 1, exact.allSatisfy({ $0.key.kind == .tag || $0.key.kind == .serial }),
            let key = exact.first(where: { $0.key.kind == .tag })?.key
        {
            self = .one(tagged[0], by: key, over: entities.filter { $0.match != tagged[0].match })
            return
        }
        self = entities.isEmpty ? .nothing : .several(entities)
    }
}

private func distinct(_ entities: [Entity]) -> [Entity] {
    entities.reduce(into: []) { result, entity in
        if !result.contains(where: { $0.match == entity.match }) { result.append(entity) }
    }
}
