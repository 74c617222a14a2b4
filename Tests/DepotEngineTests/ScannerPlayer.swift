import DepotEngine
import DepotModel
import HIDDecoding
import Synchronization

/// A keyboard wedge without USB: it says and sends to a station what libusb would, on a clock of its own.
final class ScannerPlayer: Sendable {
    let station: Station
    let description: ScannerDescription
    let signals = Mutex<[ScannerSignal]>([])
    private let clock: Mutex<UInt64>

    /// - Parameter at: where its clock begins.
    init(
        _ station: Station, serial: String = "X", port: String = "1-1", product: String? = "Scanner",
        at: UInt64 = StationClock.system.monotonic()
    ) {
        self.station = station
        clock = Mutex(at)
        description = ScannerDescription(
            identity: "usb:05e0:\(serial)", vendorID: 0x05e0, productID: 0x1200, manufacturer: nil, product: product,
            serial: serial, port: port, interface: 0, kind: .keyboardWedge, reportDescriptor: [],
            serialName: "usb:05e0:\(serial)")
    }

    var sink: any ScannerSink { station.sink(for: description.identity) }

    /// Goes on in time; returns the moment.
    @discardableResult
    func wait(_ microseconds: UInt64) -> UInt64 {
        clock.withLock { clock in
            clock += microseconds
            return clock
        }
    }

    /// Plugs it in, waits until its lane has taken note, and stays silent until what it sends counts.
    func connect() async {
        let subscription = station.events.subscribe()
        attach()
        for await case .scanner(let status) in subscription where status.identity == description.identity { break }
        subscription.cancel()
        await silence()
    }

    /// Plugs it in, and no more.
    func attach() {
        sink.notice(
            .connected(
                ScannerConnection(description, at: wait(1)) { [weak self] signal in
                    self?.signals.withLock { $0.append(signal) }
                }))
    }

    func disconnect() async {
        sink.notice(.disconnected)
        await station.checkLanes()
    }

    /// Nothing comes for a while, and that is seen; returns when its lane has taken note.
    func silence(_ microseconds: UInt64 = 2_500_000) async {
        sink.quiet(until: wait(microseconds))
        await station.checkLanes()
    }

    /// Types the code with Enter behind it, and waits until its lane is done with it.
    func type(_ code: String, enter: Bool = true) async {
        send(code, enter: enter)
        await station.checkLanes()
    }

    /// Types the code, whoever takes it.
    func send(_ code: String, enter: Bool = true, pace: UInt64 = 1000) {
        for byte in code.utf8 {
            let (shift, usage): (UInt8, UInt8) =
                switch byte {
                case 0x41...0x5A: (2, byte - 0x41 + 4)
                case 0x31...0x39: (0, byte - 0x31 + 0x1E)
                case 0x30: (0, 0x27)
                case UInt8(ascii: "-"): (0, 0x2D)
                case UInt8(ascii: ":"): (2, 0x33)
                default: (0, 0)
                }
            press(usage, shift, pace)
        }
        if enter { press(0x28, 0, pace) }
    }

    private func press(_ usage: UInt8, _ modifiers: UInt8, _ pace: UInt64) {
        let sink = sink
        for report in [[modifiers, 0, usage, 0, 0, 0, 0, 0], [UInt8](repeating: 0, count: 8)] {
            sink.report(HIDReport(report, at: wait(pace)))
        }
    }
}
