/// The result of looking up the keys of one code.
public enum Resolution: Hashable, Sendable {
    /// Exactly one entity, and the key that found it.
    case one(Entity, by: LookupKey)
    /// Several entities, of which none is chosen.
    case several([Entity])
    /// No entity.
    case nothing

    /// Creates a resolution from the matches of each key. Exact matches beat derived ones; what remains must be one entity.
    ///
    /// - Parameter found: the keys in order with the matches of each.
    public init(found: [(key: LookupKey, entities: [Entity])]) {
        let exact = found.filter { !$0.key.isDerived && !$0.entities.isEmpty }
        let relevant = exact.isEmpty ? found.filter { !$0.entities.isEmpty } : exact
        var distinct: [Entity] = []
        for entity in relevant.flatMap(\.entities) where !distinct.contains(where: { $0.match == entity.match }) {
            distinct.append(entity)
        }
        if distinct.count == 1, let key = relevant.first?.key {
            self = .one(distinct[0], by: key)
        } else {
            self = distinct.isEmpty ? .nothing : .several(distinct)
        }
    }
}
