/// One step of a bench script. A script has one JSON object a line, with one member that names the step; blank lines and
/// lines that start with `#` are skipped, members that are not listed here are errors.
///
/// | step | what it does |
/// | --- | --- |
/// | `{"plug":{"name":"A","port":"1",…}}` | plugs a scanner in, see ``Plug`` |
/// | `{"unplug":"A"}` | pulls it out: what was not delivered is lost |
/// | `{"scan":{"scanner":"A","text":"IT-0042",…}}` | scans a code, see ``Scan`` |
/// | `{"reports":{"scanner":"A","hex":["00 00 04 …","…"],"gap_ms":20}}` | queues raw input reports, each with its report id if there are ids |
/// | `{"fault":{"scanner":"A","status":"stall","count":1}}` | arms a ``Fault`` for the next transfers |
/// | `{"release":"A"}` | ends `"busy":true`: the other process gives the interface up |
/// | `{"await":"A"}` | waits until the command has an input transfer queued |
/// | `{"drain":"A"}` | waits until every report has been sent and the command has taken it and queued its next transfer; the time limit counts from the last report on |
/// | `{"written":{"scanner":"A","hex":"fe01",…}}` | waits until the command has sent that to the scanner, see ``Written`` |
/// | `{"reattached":"A"}` | waits until the command has given the interface back to the kernel's driver |
/// | `{"start":true}` | starts the command; without such a step it starts after the leading plugs |
/// | `{"kill":"KILL"}` | sends a signal: KILL, TERM, INT, HUP, QUIT, ABRT, USR1, USR2, STOP, CONT |
/// | `{"wait":true}` | waits until the command has ended and its devices are closed; a number instead of `true`: and fails unless that is its exit status (128 + N for signal N) |
/// | `{"restart":true}` | ends the command if it runs (TERM, unless a kill by KILL, TERM, INT, QUIT or ABRT came before), waits, starts it again |
/// | `{"exec":["cmd","arg"]}` | runs another program, outside the emulated bus, and fails unless it exits with 0 |
/// | `{"say":"text"}` | writes a line to standard error |
/// | `{"pause_ms":500}` | does nothing for a while: for demonstrations, never for tests |
///
/// A step that waits fails after the bench's time limit, or after `"timeout_ms":N` beside the step's own member.
///
/// `scan`, `reports`, `fault`, `release`, `await`, `drain`, `written` and `reattached` mean the first interface of a
/// scanner, or with `"A#1"`, `"A#2"`, … one of its further ``Plug/interfaces``.
///
/// `scan` and `reports` return at once, and what they send waits in the scanner until the command takes it, stopped or
/// not. With `"gap_ms"` (0…60000, a number such as 2.5) that much time lies between two reports of the step: they go out
/// by the bench's own clock while later steps run, and what later steps send to the same interface queues up behind.
/// The first one goes at once, or with the gap behind those that wait.
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

    /// How a scanner presents itself.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A keyboard: usage 01:06, boot reports of 8 bytes.
        case wedge
        /// A HID POS barcode scanner: usage 8C:02, reports of 64 bytes with id 2.
        case pos
        /// Something of its maker's own: usage FF00:01, reports of 64 bytes without an id. It scans nothing: `reports`.
        case vendor
    }

    /// One interface of a device. In `plug` the members of the first one stand beside those of the device; those of
    /// further ones are in `"interfaces"`, a list of objects with these members, of which only `kind` is required.
    public struct Interface: Hashable, Sendable {
        /// `"kind"`: `"wedge"` (the default of the first one), `"pos"` or `"vendor"`.
        public var kind = Kind.wedge
        /// `"descriptor"`: the HID report descriptor in hexadecimal, at most 4096 bytes. By kind the boot keyboard of HID
        /// 1.11 appendix B.1 (63 bytes), the published descriptor of a HID POS scanner (127 bytes), or two vendor
        /// reports (34 bytes).
        public var descriptor: [UInt8]
        /// `"layout"`: the keyboard layout a wedge types for, `"us"` or `"de"`. By default `"us"`, or what the first
        /// interface types for.
        public var layout = TypingLayout.us
        /// `"class"`: 3, HID, by default. Another one has no HID descriptors, and no driver of the kernel.
        public var interfaceClass: UInt8 = 3
        /// `"protocol"`: 1, a boot keyboard, for a wedge; else 0. Not 0: subclass 1, boot.
        public var interfaceProtocol: UInt8
        /// `"max_packet"`: bytes in one packet, 8 for a wedge, else 64. As on a real bus, a transfer ends with a packet
        /// that is shorter, or when the host's buffer is full.
        public var maxPacket: UInt16
        /// `"out_endpoint":true`: there is an interrupt OUT endpoint (0x01, 0x02, …) beside the IN endpoint (0x81, …).
        public var hasOutEndpoint = false
        /// `"busy":true`: another process has the interface, until `release`.
        public var busy = false
    }

    /// A scanner at a port. Only `name` and `port` are required.
    public struct Plug: Hashable, Sendable {
        /// What the other steps call it; without `#`.
        public var name: String
        /// The port of bus 1: `"3"`, or `"4.2"` for port 2 of a hub in port 4 (the hub is made and stays).
        public var port: String
        /// `"vid"`, `"pid"`, `"release"`: hexadecimal, as `lsusb` shows them. By the first interface's kind 05e0:1200, or
        /// 0c2e:0db3 for HID POS.
        public var vendor: UInt16
        public var product: UInt16
        public var release: UInt16 = 0x0100
        /// `"serial"`: absent or `null`, the device has none.
        public var serial: String?
        /// `"manufacturer"`, `"product"`: absent, a text by kind; `null`, none.
        public var manufacturer: String?
        public var productName: String?
        /// The first one, and those of `"interfaces"`: 1 to 8.
        public var interfaces: [Interface]
        /// `"no_strings":true`: the device names its strings, but asking for one stalls.
        public var noStrings = false
        /// `"plain":true`: an ordinary keyboard, 046d:c31c, that is no scanner.
        public var plain = false
    }

    /// A code that a scanner reads.
    public struct Scan: Hashable, Sendable {
        /// What ends a code.
        public enum Terminator: String, Hashable, Sendable, CaseIterable {
            case enter, tab, none
        }

        public var scanner: String
        /// `"text"`, sent in UTF-8 by HID POS and typed by a wedge; or `"hex"`, the bytes of the code. A wedge types
        /// what its layout has no key for as ALT code, and NUL not at all.
        public var content: Content
        /// `"aim"`: the symbology identifier, `"]C1"`. HID POS sends it in its own fields (default `"]C0"`, `""` for
        /// three zeros), a wedge types it in front of the code (default none).
        public var aim: String?
        /// `"terminator"`: `"enter"`, `"tab"` or `"none"`; by default a wedge sends Enter, HID POS nothing.
        public var terminator: Terminator?
        /// `"gap_ms"`: the time between two reports, in a number such as 2.5; absent, none.
        public var gapMicroseconds = 0

        /// What is in the code.
        public enum Content: Hashable, Sendable {
            case text(String)
            case bytes([UInt8])
        }
    }

    /// What goes wrong with transfers (`"status"`); `"count"` of them, 1 by default.
    public enum Fault: String, Hashable, Sendable, CaseIterable {
        /// The endpoint halts, and every transfer on it ends so, until the halt is cleared `count` times.
        case stall
        /// EILSEQ, EPROTO, EOVERFLOW.
        case error, `protocol`, overflow
    }

    /// What the command sends to a scanner: a class request, or a transfer on its OUT endpoint. The step takes the first
    /// one since the plug, or since the one an earlier step took, that fits.
    public struct Written: Hashable, Sendable {
        /// Which request (HID 1.11 §7.2), or a transfer.
        public enum Request: String, Hashable, Sendable, CaseIterable {
            case setReport = "set_report"
            case setIdle = "set_idle"
            case setProtocol = "set_protocol"
            case interruptOut = "interrupt_out"
        }

        public var scanner: String
        /// `"request"`: `"set_report"` (the default), `"set_idle"`, `"set_protocol"`, `"interrupt_out"`.
        public var request = Request.setReport
        /// `"hex"`: all of its data as sent, with the report id if the host sends it; absent, any.
        public var bytes: [UInt8]?
        /// `"type":"output"` or `"feature"`: the high byte of wValue, 2 or 3; absent, any.
        public var reportType: UInt8?
        /// `"value"`: the whole wValue; absent, any.
        public var value: UInt16?
    }

    /// Steps that may come before the command starts on its own.
    var isPreparation: Bool {
        switch self {
        case .plug, .say, .start, .restart: true
        default: false
        }
    }
}
