import CLibUSB
import Glibc
import HIDDecoding

/// A referenced `libusb_device *` with the facts that are known without opening it.
// Confined to the worker thread.
final class USBDevice {
    let pointer: OpaquePointer
    let facts: DeviceFacts
    let bus: UInt8
    let address: UInt8
    let ports: [UInt8]
    /// The port, `BUS-PORT.PORT`, which is also the name in sysfs.
    let port: String
    private let configuration: UInt8
    private let stringIndexes: (manufacturer: UInt8, product: UInt8, serial: UInt8)

    /// Creates a device that owns one reference of `pointer`, or returns nil for a hub or a device that is gone.
    init?(adopting pointer: OpaquePointer) {
        var descriptor = libusb_device_descriptor()
        guard libusb_get_device_descriptor(pointer, &descriptor) == 0,
            UInt32(descriptor.bDeviceClass) != LIBUSB_CLASS_HUB.rawValue
        else {
            libusb_unref_device(pointer)
            return nil
        }
        self.pointer = pointer
        bus = libusb_get_bus_number(pointer)
        address = libusb_get_device_address(pointer)
        var numbers = [UInt8](repeating: 0, count: 8)
        let count = libusb_get_port_numbers(pointer, &numbers, Int32(numbers.count))
        ports = Array(numbers.prefix(max(0, Int(count))))
        port = Identity.port(bus: bus, ports: ports)
        stringIndexes = (descriptor.iManufacturer, descriptor.iProduct, descriptor.iSerialNumber)
        let (configuration, interfaces) = Self.interfaces(of: pointer)
        self.configuration = configuration
        facts = DeviceFacts(vendor: descriptor.idVendor, product: descriptor.idProduct, interfaces: interfaces)
    }

    deinit { libusb_unref_device(pointer) }

    /// The path of the device node.
    var node: String {
        func digits(_ value: UInt8) -> String { String(repeating: "0", count: 3 - String(value).count) + String(value) }
        return "/dev/bus/usb/\(digits(bus))/\(digits(address))"
    }

    /// A Boolean value that is true if the system denies access to the node whatever the permissions (EPERM), as a
    /// unit's device list does. libusb does not distinguish that from other errors.
    var isForbidden: Bool {
        func padded(_ number: UInt8) -> String {
            String(repeating: "0", count: 3 - String(number).count) + String(number)
        }
        let file = open("/dev/bus/usb/\(padded(bus))/\(padded(address))", O_RDWR | O_CLOEXEC)
        guard file < 0 else {
            close(file)
            return false
        }
        return errno == EPERM
    }

    private static func interfaces(of pointer: OpaquePointer) -> (configuration: UInt8, [InterfaceFacts]) {
        var found: UnsafeMutablePointer<libusb_config_descriptor>?
        guard libusb_get_active_config_descriptor(pointer, &found) == 0, let found else { return (1, []) }
        defer { libusb_free_config_descriptor(found) }
        let interfaces = UnsafeBufferPointer(
            start: found.pointee.interface,
            count: found.pointee.interface == nil ? 0 : Int(found.pointee.bNumInterfaces))
        let facts = interfaces.compactMap { interface -> InterfaceFacts? in
            guard interface.num_altsetting > 0, let setting = interface.altsetting else { return nil }
            return self.facts(setting.pointee)
        }
        return (found.pointee.bConfigurationValue, facts)
    }

    private static func facts(_ setting: libusb_interface_descriptor) -> InterfaceFacts {
        let endpoints = UnsafeBufferPointer(
            start: setting.endpoint, count: setting.endpoint == nil ? 0 : Int(setting.bNumEndpoints))
        func interrupt(into host: Bool) -> EndpointFacts? {
            endpoints.first { $0.bmAttributes & 3 == 3 && ($0.bEndpointAddress & 0x80 != 0) == host }.map {
                // USB 2.0 §9.6.6: bits 0..10 the packet, 11..12 additional transactions
                let packet = Int($0.wMaxPacketSize & 0x7ff) * (1 + Int(($0.wMaxPacketSize >> 11) & 3))
                return EndpointFacts(address: $0.bEndpointAddress, maxPacket: packet)
            }
        }
        let extra = UnsafeBufferPointer(
            start: setting.extra, count: setting.extra == nil ? 0 : max(0, Int(setting.extra_length)))
        return InterfaceFacts(
            number: setting.bInterfaceNumber, interfaceClass: setting.bInterfaceClass,
            subclass: setting.bInterfaceSubClass, bootProtocol: setting.bInterfaceProtocol,
            interruptIn: interrupt(into: true), interruptOut: interrupt(into: false),
            reportDescriptorLength: reportDescriptorLength(inExtra: Array(extra)))
    }

    // MARK: sysfs

    /// Returns the report descriptor that the kernel's HID driver read, or nil if no such driver is bound.
    func reportDescriptorFromSysfs(interface: UInt8) -> [UInt8]? {
        let folder = "\(Self.sysfs)\(port)/\(port):\(configuration).\(interface)"
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // BUS:VENDOR:PRODUCT.INSTANCE, bus 0003 being USB
            guard name.hasPrefix("0003:") else { continue }
            let bytes = readFile("\(folder)/\(name)/report_descriptor", atMost: 4096)
            return bytes.isEmpty ? nil : bytes
        }
        return nil
    }

    private static let sysfs = "/sys/bus/usb/devices/"

    private func stringFromSysfs(_ name: String) -> String? {
        let bytes = readFile("\(Self.sysfs)\(port)/\(name)", atMost: 1024)
        return Self.trimmed(String(decoding: bytes, as: UTF8.self))
    }

    private static func trimmed(_ text: String) -> String? {
        let inside = text.drop { $0.isWhitespace || $0 == "\0" }.reversed().drop { $0.isWhitespace || $0 == "\0" }
        return inside.isEmpty ? nil : String(inside.reversed())
    }

    /// Returns manufacturer, product and serial number from sysfs, or else from the device if it is open.
    func strings(handle: OpaquePointer?) -> (manufacturer: String?, product: String?, serial: String?) {
        func text(_ name: String, _ index: UInt8) -> String? {
            if let text = stringFromSysfs(name) { return text }
            guard let handle, index != 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = libusb_get_string_descriptor_ascii(handle, index, &bytes, Int32(bytes.count))
            guard count > 0 else { return nil }
            return Self.trimmed(String(decoding: bytes.prefix(Int(count)), as: UTF8.self))
        }
        return (
            text("manufacturer", stringIndexes.manufacturer), text("product", stringIndexes.product),
            text("serial", stringIndexes.serial)
        )
    }
}

/// Returns the wDescriptorLength of the report descriptor in the class-specific descriptors after an interface (HID 1.11
/// §6.2.1), or 0 without one.
package func reportDescriptorLength(inExtra bytes: [UInt8]) -> Int {
    var at = 0
    while at + 1 < bytes.count {
        let length = Int(bytes[at])
        guard length >= 2, at + length <= bytes.count else { return 0 }
        if bytes[at + 1] == 0x21, length >= 9 {
            for entry in stride(from: at + 6, through: at + length - 3, by: 3) where bytes[entry] == 0x22 {
                return Int(bytes[entry + 1]) | Int(bytes[entry + 2]) << 8
            }
        }
        at += length
    }
    return 0
}

/// Returns the beginning of a file, or nothing if it cannot be read.
private func readFile(_ path: String, atMost limit: Int) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var filled = 0
    while filled < limit {
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress?.advanced(by: filled), limit - filled) }
        guard count > 0 else { break }
        filled += count
    }
    return Array(bytes.prefix(filled))
}
