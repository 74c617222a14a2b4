import HIDDecoding

/// What a scanner of the model puts around its codes.
enum Ending: String, CaseIterable {
    case enter, tab, silence, enterInFront, enterAround, pos

    /// The key behind each code.
    var terminator: Terminator? {
        switch self {
        case .enter, .enterAround: .enter
        case .tab: .tab
        case .silence, .enterInFront, .pos: nil
        }
    }

    var hasPrefix: Bool { self == .enterInFront || self == .enterAround }

    /// Only silence, or the next code, ends a code.
    var isSilent: Bool { self == .silence || self == .enterInFront }
}

/// One report of a code.
struct Report {
    enum Role {
        /// Belongs to the code, and is not its last one.
        case part
        /// The code is whole with it: its terminator, or its last key where it has none.
        case end
        /// Enter in front.
        case prefix
        /// A key is let go of.
        case release
    }

    /// What becomes of it on its way.
    enum Damage { case none, lost, overflow, short }

    var bytes: [UInt8]
    var role: Role
    /// How many bytes of text it types.
    var typed = 0
    /// The code's place among those of its scanner.
    var code = 0
    /// When the scanner has it ready.
    var at: UInt64 = 0
    var damage = Damage.none
    /// The scanner paused before it for longer than it ever does.
    var isLate = false
}

/// A scanner of the model.
struct Unit {
    var name: String
    var ending: Ending
    var isGerman: Bool
    /// The shortest time between two of its reports; the longest inside a code is three times that.
    var pace: UInt64
    /// Lets go of each key at once, however slow it types.
    var isCrisp: Bool
    /// Keeps what it cannot deliver, and delivers it at once when it is read again.
    var keeps: Bool
    /// The station knows from earlier how it ends its codes.
    var isKnown: Bool
    /// Pauses in the middle of codes.
    var isLame: Bool

    /// Report id 2: a count, an AIM identifier, eight bytes of data, whether it is continued.
    static let posDescriptor: [UInt8] = [
        0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x09, 0x12, 0xA1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75,
        0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, 0x95, 0x03, 0x05, 0x8C, 0x09, 0xFB, 0x09, 0xFC, 0x09,
        0xFD, 0x81, 0x02, 0x95, 0x08, 0x09, 0xFE, 0x82, 0x02, 0x02, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0xFF,
        0x81, 0x02, 0xC0, 0xC0,
    ]

    static let german: KeyboardLayout = {
        var layout = KeyboardLayout(name: "de", keys: KeyboardLayout.us.keys)
        layout.keys[0x1C] = KeyboardLayout.us.keys[0x1D]
        layout.keys[0x1D] = KeyboardLayout.us.keys[0x1C]
        layout.keys[0x2D] = .init(plain: .text("ß"), shift: .text("?"))
        layout.keys[0x38] = .init(plain: .text("-"), shift: .text("_"))
        return layout
    }()

    var layout: KeyboardLayout { isGerman ? Self.german : .us }

    var description: ScannerDescription {
        ScannerDescription(
            identity: name, vendorID: 0x05E0, productID: 0x1200, manufacturer: nil, product: nil, serial: nil,
            port: "1-1", interface: 0, kind: ending == .pos ? .hidPOS : .keyboardWedge,
            reportDescriptor: ending == .pos ? Self.posDescriptor : [])
    }

    /// The longest time between two reports of one code, but for the pauses of a lame one.
    var slowest: UInt64 { 3 * pace }

    /// The reports of one code.
    func reports(of text: String) -> [Report] {
        guard ending != .pos else { return parts(of: text) }
        var reports: [Report] = []
        if ending.hasPrefix { reports += press(0x28, as: .prefix) }
        for character in text {
            let (key, shift) = key(for: character)
            reports += press(key, shift: shift, as: .part, typed: character.utf8.count)
        }
        if let terminator = ending.terminator {
            reports += press(terminator == .enter ? 0x28 : 0x2B, as: .end)
        } else if let last = reports.lastIndex(where: { $0.role == .part }) {
            reports[last].role = .end
        }
        return reports
    }

    private func press(_ key: UInt8, shift: Bool = false, as role: Report.Role, typed: Int = 0) -> [Report] {
        [
            Report(bytes: [shift ? 2 : 0, 0, key, 0, 0, 0, 0, 0], role: role, typed: typed),
            Report(bytes: [0, 0, 0, 0, 0, 0, 0, 0], role: .release),
        ]
    }

    private static let keys = [KeyboardLayout.us, german].map { layout in
        var keys: [String: (key: UInt8, shift: Bool)] = [:]
        for (usage, key) in layout.keys where usage != 0x32 && usage != 0x64 {
            if case .text(let text)? = key.plain { keys[text] = (usage, false) }
            if case .text(let text)? = key.shift { keys[text] = (usage, true) }
        }
        return keys
    }

    private func key(for character: Character) -> (key: UInt8, shift: Bool) {
        guard let key = Self.keys[isGerman ? 1 : 0][String(character)] else {
            preconditionFailure("no key types \(character)")
        }
        return key
    }

    private func parts(of text: String) -> [Report] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            let part = Array(bytes[start..<min(start + 8, bytes.count)])
            let isLast = start + 8 >= bytes.count
            let data = part + [UInt8](repeating: 0, count: 8 - part.count)
            return Report(
                bytes: [2, UInt8(part.count)] + Array("]Q1".utf8) + data + [isLast ? 0 : 1],
                role: isLast ? .end : .part, typed: part.count)
        }
    }
}
