import BarcodeData
import DepotModel
import DepotWorkflow
import HIDDecoding

/// Faults of earlier versions, put back to see whether the model finds them.
enum Mutation: CaseIterable {
    /// A timer ends codes by the clock of now while reports wait.
    case timerOvertakes
    /// A code ends by the time between two reports as they were taken, not by silence that was seen.
    case timeDifference
    /// What follows a fault is a fresh code.
    case noQuarantine
    /// Nobody is told that a scanner was attached.
    case noDoubtAtAttach
    /// Silence ends the codes of a scanner that is known to end them with a key.
    case silenceEnds
    /// The mark of lost reports is lost too.
    case dropsMarker
    /// A restart forgets what ends a scanner's codes.
    case forgetsProfile
    /// Of units with one serial the first to come is the first.
    case arrivalOrder
}

/// What came of the reports of one scanner, as the journal keeps it.
struct Row {
    enum What {
        case accepted(RawScan, ScanOutcome)
        case broken([UInt8], String)
    }

    var what: What
    /// The entry of the log that it came out at.
    var entry: Int
    /// The lane that it counted at.
    var lane: String
}

/// Decoder and lane of one scanner, as values.
struct Subject {
    private static let settings = WorkflowSettings(station: "model")
    private static let barcodes = BarcodeReader(formats: BarcodeFormats())

    private let unit: Unit
    private let mutation: Mutation?
    /// Where it stands now.
    private var laneName: String
    private var decoder: ScannerDecoder
    private var lane = LaneState(mode: .counter)
    private(set) var rows: [Row] = []
    /// The entry of the log that is being told.
    var entry = 0

    init(_ unit: Unit, _ mutation: Mutation?) throws {
        self.unit = unit
        self.mutation = mutation
        laneName = unit.name
        decoder = try Self.decoder(unit, unit.isKnown ? unit.ending.terminator : nil, mutation)
    }

    private static func decoder(
        _ unit: Unit, _ terminator: Terminator?, _ mutation: Mutation?
    ) throws -> ScannerDecoder {
        var options = WedgeOptions(layout: unit.layout)
        if mutation == .silenceEnds { options.terminator = .none }
        return try ScannerDecoder(unit.description, wedge: options, profile: ScannerProfile(terminator: terminator))
    }

    var deadline: UInt64? { decoder.deadline }
    var knowsTerminator: Bool { unit.ending == .pos || decoder.profile.terminator != nil }

    mutating func feed(_ report: HIDReport) { take(decoder.feed(report)) }
    mutating func quiet(until moment: UInt64) { take(decoder.quiet(until: moment)) }
    mutating func disconnect() { take(decoder.disconnect()) }

    mutating func attach(at: UInt64, as name: String) {
        laneName = name
        if mutation != .noDoubtAtAttach { decoder.attach(at: at) }
    }

    mutating func interrupt(_ interruption: Interruption, at: UInt64) {
        switch mutation {
        case .noQuarantine: take(decoder.disconnect())
        case .dropsMarker where interruption == .lostReports: break
        default: decoder.interrupt(interruption, at: at)
        }
    }

    /// Another process: it knows of the scanner what the database does.
    mutating func restart() throws {
        let terminator = mutation == .forgetsProfile ? nil : decoder.profile.terminator
        decoder = try Self.decoder(unit, terminator, mutation)
        lane = LaneState(mode: .counter)
    }

    private mutating func take(_ decoded: [Decoded]) {
        for item in decoded {
            switch item {
            case .scan(let scan): rows.append(Row(what: .accepted(scan, decide(scan)), entry: entry, lane: laneName))
            case .broken(let bytes, let reason):
                rows.append(Row(what: .broken(bytes, reason), entry: entry, lane: laneName))
            case .flood(let bytes): rows.append(Row(what: .broken(bytes, "flood"), entry: entry, lane: laneName))
            case .unread: continue
            case .reply(let bytes): rows.append(Row(what: .broken(bytes, "reply"), entry: entry, lane: laneName))
            }
        }
    }

    private mutating func decide(_ scan: RawScan) -> ScanOutcome {
        let laneScan = LaneScan(
            id: UniqueID(high: 0, low: 1), bytes: scan.bytes,
            reading: Self.barcodes.read(scan.bytes, symbology: scan.symbology), resolution: .nothing,
            at: Moment(wall: Timestamp(milliseconds: 0), uptime: .milliseconds(Int64(scan.lastReportAt / 1000))),
            looksLikeBadge: false)
        let decision = LaneWorkflow.decide(laneScan, lane: lane, settings: Self.settings)
        lane = decision.lane
        return decision.outcome
    }
}
