/// A step of a bench script. A script has a JSON object per line, with one member that names the step. Blank lines and
/// lines that start with `#` are skipped; members that are not listed here are errors.
///
/// | step | effect |
/// | --- | --- |
/// | `{"plug":{"name":"A","port":"1",…}}` | plugs a scanner in, see ``Plug`` |
/// | `{"unplug":"A"}` | unplugs the scanner; undelivered reports are lost |
/// | `{"scan":{"scanner":"A","text":"IT-0042",…}}` | scans a code, see ``Scan`` |
/// | `{"reports":{"scanner":"A","hex":["00 00 04 …","…"],"gap_ms":20}}` | queues raw input reports, with their report ids if there are any |
/// | `{"fault":{"scanner":"A","status":"stall","count":1}}` | arms a ``Fault`` for the next transfers |
/// | `{"release":"A"}` | ends `"busy":true`: the other process releases the interface |
/// | `{"await":"A"}` | waits until the command has an input transfer queued |
/// | `{"drain":"A"}` | waits until the command has received every report and queued its next transfer; the time limit counts from the last report |
/// | `{"written":{"scanner":"A","hex":"fe01",…}}` | waits until the command has sent the data to the scanner, see ``Written`` |
/// | `{"reattached":"A"}` | waits until the command has released the interface to the kernel's driver |
/// | `{"start":true}` | starts the command; without such a step it starts after the leading plugs |
/// | `{"kill":"KILL"}` | sends a signal: KILL, TERM, INT, HUP, QUIT, ABRT, USR1, USR2, STOP, CONT |
/// | `{"wait":true}` | waits until the command has ended and its devices are closed; a number instead of `true`: and fails unless that is its exit status (128 + N for signal N) |
/// | `{"restart":true}` | ends the command if it runs (TERM, unless a kill by KILL, TERM, INT, QUIT or ABRT came before), waits and starts it again |
/// | `{"exec":["cmd","arg"]}` | runs another program, outside the emulated bus, and fails unless it exits with 0 |
/// | `{"say":"text"}` | writes a line to standard error |
/// | `{"pause_ms":500}` | pauses, for demonstrations, never for tests |
///
/// A step that waits fails after the bench's time limit, or after `"timeout_ms":N` beside the step's own member.
///
/// `scan`, `reports`, `fault`, `release`, `await`, `drain`, `written` and `reattached` apply to the first interface of a
/// scanner, or with `"A#1"`, `"A#2"`, … to one of its further ``Plug/interfaces``.
///
/// `scan` and `reports` return at once, and their reports wait in the scanner until the command receives them, stopped or
/// not. `"gap_ms"` (0…60000, a number such as 2.5) is the time between two reports of the step: they are sent by the
/// bench's own clock while later steps run, and the reports of later steps for the same interface queue up behind them.
/// The first report is sent at once, or after the gap if reports are waiting.
public enum BenchStep: Hashable, Sendable {
    case plug(Plug)
    case unplug(String)
    case scan(Scan)
    case reports(scanner: String, reports: [[UInt8]], gapMicroseconds: Int)
    case fault(scanner: String, fault: Fault, count: Int)
    case release(String)
    case await(String)
    case drain(String)
    case written(Written)
    case reattached(String)
    case start
    case kill(Int32)
    case wait(status: Int32?)
    case restart
    case exec([String])
    case say(String)
    case pause(milliseconds: Int)

    /// The kind of a scanner.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A keyboard: usage 01:06, boot reports of 8 bytes.
        case wedge
        /// A HID POS barcode scanner: usage 8C:02, reports of 64 bytes with id 2.
        case pos
        /// A vendor-specific device: usage FF00:01, reports of 64 bytes without an id. It takes `reports`, not `scan`.
        case vendor
    }

    /// An interface of a device. In `plug` the members of the first one are beside those of the device; further interfaces
    /// are in `"interfaces"`, a list of objects with these members, of which only `kind` is required.
    public struct Interface: Hashable, Sendable {
        /// `"kind"`: `"wedge"` (the default of the first one), `"pos"` or `"vendor"`.
        public var kind = Kind.wedge
        /// `"descriptor"`: the HID report descriptor in hexadecimal, at most 4096 bytes. By kind the boot keyboard of HID
        /// 1.11 appendix B.1 (63 bytes), the published descriptor of a HID POS scanner (127 bytes), or two vendor
        /// reports (34 bytes).
        public var descriptor: [UInt8]
        /// `"layout"`: the keyboard layout for which a wedge types, `"us"` or `"de"`. By default `"us"`, or that of the first
        /// interface.
        public var layout = TypingLayout.us
        /// `"class"`: 3, HID, by default. Another class has neither HID descriptors nor a kernel driver.
        public var interfaceClass: UInt8 = 3
        /// `"protocol"`: by default 1, a boot keyboard, for a wedge and 0 otherwise. Other than 0, the subclass is 1, boot.
        public var interfaceProtocol: UInt8
        /// `"max_packet"`: the size of a packet in bytes, by default 8 for a wedge and 64 otherwise. As on a real bus, a
        /// transfer ends with a shorter packet, or when the host's buffer is full.
        public var maxPacket: UInt16
        /// `"out_endpoint":true`: there is an interrupt OUT endpoint (0x01, 0x02, …) beside the IN endpoint (0x81, …).
        public var hasOutEndpoint = false
        /// `"busy":true`: another process has the interface, until `release`.
        public var busy = false
    }

    /// A scanner at a port. Only `name` and `port` are required.
    public struct Plug: Hashable, Sendable {
        /// The name in other steps, without `#`.
        public var name: String
        /// The port of bus 1: `"3"`, or `"4.2"` for port 2 of a hub in port 4 (the hub is created and stays).
        public var port: String
        /// `"vid"`, `"pid"`, `"release"`: hexadecimal, as in `lsusb`. By default 05e0:1200, or 0c2e:0db3 if the first
        /// interface is HID POS.
        public var vendor: UInt16
        /// The product id.
        public var product: UInt16
        /// The release number in binary-coded decimal.
        public var release: UInt16 = 0x0100
        /// `"serial"`: by default, and if `null`, the device has none.
        public var serial: String?
        /// `"manufacturer"`, `"product"`: by default a text by kind; none if `null`.
        public var manufacturer: String?
        /// The product's name, or nil.
        public var productName: String?
        /// The first interface and those of `"interfaces"`, 1 to 8.
        public var interfaces: [Interface]
        /// `"no_strings":true`: the device declares strings, but the requests for them stall.
        public var noStrings = false
        /// `"plain":true`: an ordinary keyboard, 046d:c31c.
        public var plain = false
    }

    /// A code that a scanner reads.
    public struct Scan: Hashable, Sendable {
        /// The key after a code.
        public enum Terminator: String, Hashable, Sendable, CaseIterable {
            case enter, tab, none
        }

        /// The name of the scanner.
        public var scanner: String
        /// `"text"`, sent in UTF-8 by HID POS and typed by a wedge, or `"hex"`, the bytes of the code. A wedge types
        /// characters that its layout lacks as ALT codes, and cannot type NUL.
        public var content: Content
        /// `"aim"`: the symbology identifier, such as `"]C1"`. HID POS sends it in its own fields (by default `"]C0"`; `""`
        /// for three zeros), a wedge types it before the code (by default none).
        public var aim: String?
        /// `"terminator"`: `"enter"`, `"tab"` or `"none"`; by default a wedge sends Enter, HID POS nothing.
        public var terminator: Terminator?
        /// `"gap_ms"`: the time between two reports, a number such as 2.5; by default none.
        public var gapMicroseconds = 0

        /// The content of a code.
        public enum Content: Hashable, Sendable {
            case text(String)
            case bytes([UInt8])
        }
    }

    /// A fault of transfers (`"status"`), of which `"count"` have it, 1 by default.
    public enum Fault: String, Hashable, Sendable, CaseIterable {
        /// The endpoint halts, and every transfer on it fails until the halt is cleared `count` times.
        case stall
        /// EILSEQ, EPROTO, EOVERFLOW.
        case error, `protocol`, overflow
    }

    /// A message of the command to a scanner: a class request, or a transfer on its OUT endpoint. The step matches the
    /// first one since the plug, or since the one that an earlier step matched.
    public struct Written: Hashable, Sendable {
        /// The kind of message: a request (HID 1.11 §7.2) or a transfer.
        public enum Request: String, Hashable, Sendable, CaseIterable {
            case setReport = "set_report"
            case setIdle = "set_idle"
            case setProtocol = "set_protocol"
            case interruptOut = "interrupt_out"
        }

        /// The name of the scanner.
        public var scanner: String
        /// `"request"`: `"set_report"` (the default), `"set_idle"`, `"set_protocol"`, `"interrupt_out"`.
        public var request = Request.setReport
        /// `"hex"`: the data as sent, with the report id if the host sends it; by default any.
        public var bytes: [UInt8]?
        /// `"type":"output"` or `"feature"`: the high byte of wValue, 2 or 3; by default any.
        public var reportType: UInt8?
        /// `"value"`: the whole wValue; by default any.
        public var value: UInt16?
    }

    /// A Boolean value that is true if the step may come before the command starts on its own.
    var isPreparation: Bool {
        switch self {
        case .plug, .say, .start, .restart: true
        default: false
        }
    }
}
