public import DepotModel

/// A reference to an asset: one of `{"id":1}`, `{"asset_tag":"IT-1"}` and `{"serial":"C02…"}`.
public enum AssetSelector: Hashable, Sendable, Codable {
    case id(AssetID)
    /// The tag, compared without case.
    case tag(String)
    /// The serial number, compared without case; ambiguous if several assets share it.
    case serial(String)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, serial
        case tag = "asset_tag"
    }

    public init(from decoder: any Decoder) throws {
        let (container, key) = try decoder.oneOf(CodingKeys.self)
        switch key {
        case .id: self = .id(try container.requiredID(forKey: key))
        case .tag: self = .tag(try container.text(forKey: key))
        case .serial: self = .serial(try container.text(forKey: key))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .id(let id): try container.encode(id, forKey: .id)
        case .tag(let tag): try container.encode(tag, forKey: .tag)
        case .serial(let serial): try container.encode(serial, forKey: .serial)
        }
    }
}

/// A reference to a holder: an object with exactly one of the keys.
public enum HolderSelector: Hashable, Sendable, Codable {
    /// `{"person":7}`.
    case person(PersonID)
    /// `{"location":3}`.
    case location(LocationID)
    /// `{"asset":42}`.
    case asset(AssetID)
    /// `{"badge":"4711"}`: a person by badge, compared without case.
    case badge(String)
    /// `{"code":"R-101"}`: a location by code, compared without case.
    case code(String)
    /// `{"name":"Ada Lovelace"}`: a person or location by exact name.
    case name(String)
    /// `{"asset_tag":"CART-1"}`: an asset by tag.
    case assetTag(String)
    /// `{"who":"text"}`: any holder that the text identifies. It is compared, without case, with people's badges,
    /// employee numbers, e-mail addresses and exact names, and with locations' codes and exact names. Several matches
    /// are `ambiguous`, with the candidates; none is `not_found`.
    case who(String)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case person, location, asset, badge, code, name, who
        case assetTag = "asset_tag"
    }

    public init(from decoder: any Decoder) throws {
        let (container, key) = try decoder.oneOf(CodingKeys.self)
        switch key {
        case .person: self = .person(try container.requiredID(forKey: key))
        case .location: self = .location(try container.requiredID(forKey: key))
        case .asset: self = .asset(try container.requiredID(forKey: key))
        case .badge: self = .badge(try container.text(forKey: key))
        case .code: self = .code(try container.text(forKey: key))
        case .name: self = .name(try container.text(forKey: key))
        case .assetTag: self = .assetTag(try container.text(forKey: key))
        case .who: self = .who(try container.text(forKey: key))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .person(let id): try container.encode(id, forKey: .person)
        case .location(let id): try container.encode(id, forKey: .location)
        case .asset(let id): try container.encode(id, forKey: .asset)
        case .badge(let text): try container.encode(text, forKey: .badge)
        case .code(let text): try container.encode(text, forKey: .code)
        case .name(let text): try container.encode(text, forKey: .name)
        case .assetTag(let text): try container.encode(text, forKey: .assetTag)
        case .who(let text): try container.encode(text, forKey: .who)
        }
    }

    /// Creates a selector from text that a person typed: `asset:TAG` is an asset, anything else ``who(_:)``.
    public init(typed text: String) {
        let prefix = "asset:"
        if text.count > prefix.count, text.prefix(prefix.count).lowercased() == prefix {
            self = .assetTag(String(text.dropFirst(prefix.count)))
        } else {
            self = .who(text)
        }
    }
}

extension Decoder {
    /// Returns the only key of an object that must have exactly one of the known keys.
    fileprivate func oneOf<Key: CodingKey & CaseIterable & Hashable>(
        _ keys: Key.Type
    ) throws -> (KeyedDecodingContainer<Key>, Key) {
        let names = keys.allCases.map(\.stringValue)
        try refuseUnknown(Set(names))
        let container = try container(keyedBy: keys)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: "exactly one of \(names.joined(separator: ", "))"))
        }
        return (container, key)
    }
}

extension KeyedDecodingContainer {
    fileprivate func requiredID<ID: RowID>(forKey key: Key) throws -> ID {
        guard let id: ID = try id(forKey: key) else {
            throw DecodingError.valueNotFound(ID.self, .init(codingPath: codingPath + [key], debugDescription: "null"))
        }
        return id
    }

    /// Decodes a string that must not be empty.
    fileprivate func text(forKey key: Key) throws -> String {
        let text = try decode(String.self, forKey: key)
        guard !text.isEmpty else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "empty")
        }
        return text
    }
}
