import HIDDecoding
import TextFormats

/// The problems of a scanner, with their messages and hints.
enum Problems {
    static func opening(_ session: DeviceSession, _ status: USBStatus, interface: UInt8, _ device: ScannerDescription)
        -> ScannerProblem
    {
        let ids = device.usbID
        let node = session.device.node
        switch status {
        case .access:
            return ScannerProblem(
                code: "access", message: "The daemon is not allowed to open the scanner \(ids) at \(node).",
                hint: udevRule(vendor: device.vendorID, product: device.productID), isRecovering: true, device: device)
        case .io where session.isDenied:
            return ScannerProblem(
                code: "denied",
                message: "The system does not let the daemon use USB devices, such as \(ids) at \(node).",
                hint: "In the unit: DeviceAllow=char-189 rw, then systemctl daemon-reload and restart.",
                isRecovering: true, device: device)
        case .busy:
            return ScannerProblem(
                code: "busy", message: "Another program is using interface \(interface) of the scanner \(ids).",
                hint: "`fuser -v \(node)` names it.", isRecovering: true, device: device)
        default:
            return ScannerProblem(
                code: "other", message: "The scanner \(ids) cannot be opened: \(status).",
                hint: "Unplug it and plug it in again.", isRecovering: true, device: device)
        }
    }

    /// Returns the line for a file in `/etc/udev/rules.d` that lets the daemon open the device.
    static func udevRule(vendor: UInt16, product: UInt16) -> String {
        "Add this udev rule: SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ATTR{idVendor}==\"\(Hexadecimal.text(vendor))\", "
            + "ATTR{idProduct}==\"\(Hexadecimal.text(product))\", GROUP=\"depot-scanner\", MODE=\"0660\""
    }

    static func notAdopted(_ diagnosis: Adoption.Diagnosis, _ device: ScannerDescription) -> ScannerProblem? {
        let ids = device.usbID
        switch diagnosis {
        case .nothing:
            return nil
        case .unsupportedMode(let known):
            return ScannerProblem(
                code: "unsupported_mode",
                message: "\(known.name) (\(ids)) is in a mode that is not read: \(known.mode.rawValue).",
                hint: known.mode.switchHint, isRecovering: false, device: device)
        case .unconfirmedWedge:
            return ScannerProblem(
                code: "unconfirmed",
                message: "\(ids) may be a scanner, but looks like an ordinary keyboard, so it is left alone.",
                hint: "If it is a scanner, name \(ids) among the keyboard wedges in the configuration.",
                isRecovering: false, device: device)
        }
    }

    static func descriptor(_ device: ScannerDescription) -> ScannerProblem {
        ScannerProblem(
            code: "descriptor",
            message:
                "\(device.usbID) is a scanner by its ids, but its report descriptor "
                + "describes none.", hint: "Set it to HID POS or keyboard mode with a barcode from its manual.",
            isRecovering: false, device: device)
    }

    static func stall(_ device: ScannerDescription) -> ScannerProblem {
        ScannerProblem(
            code: "stall", message: "The scanner stalled; what it was sending may be lost.", hint: "Scan again.",
            isRecovering: true, device: device)
    }

    static func overflow(_ device: ScannerDescription) -> ScannerProblem {
        ScannerProblem(
            code: "overflow", message: "The scanner sent more than its endpoint declares; that report is lost.",
            hint: "Scan again.", isRecovering: true, device: device)
    }

    static func broken(_ cause: TransferPair.Cause, _ device: ScannerDescription) -> ScannerProblem {
        switch cause {
        case .stall:
            return ScannerProblem(
                code: "stall", message: "The scanner keeps stalling; it is being reopened.",
                hint: "If this continues, unplug it and plug it in again.", isRecovering: true, device: device)
        case .overflow:
            return ScannerProblem(
                code: "overflow", message: "The scanner sends far more than it declares; it is being reopened.",
                hint: "Scan again.", isRecovering: true, device: device)
        case .busError(let name):
            return ScannerProblem(
                code: "bus_error", message: "The USB bus failed (\(name)); the scanner is being reopened.",
                hint: "Check the cable and the hub.", isRecovering: true, device: device)
        case .noDevice, .halted:
            return ScannerProblem(
                code: "no_device", message: "The scanner no longer answers.", isRecovering: true, device: device)
        }
    }
}
