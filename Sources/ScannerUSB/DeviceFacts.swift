/// An interrupt endpoint (USB 2.0 §9.6.6).
package struct EndpointFacts: Hashable, Sendable {
    /// The endpoint address, with the direction in bit 7.
    package var address: UInt8
    /// The largest packet in bytes, additional transactions included.
    package var maxPacket: Int

    /// Creates the facts of an endpoint.
    package init(address: UInt8, maxPacket: Int) {
        self.address = address
        self.maxPacket = maxPacket
    }
}

/// An interface of a device, from its configuration descriptor.
package struct InterfaceFacts: Hashable, Sendable {
    /// The interface number.
    package var number: UInt8
    /// The interface class; 3 is HID.
    package var interfaceClass: UInt8
    /// The subclass; 1 is the boot interface of HID.
    package var subclass: UInt8
    /// The boot protocol: 1 is a keyboard, 2 a mouse (HID 1.11 §4.3).
    package var bootProtocol: UInt8
    /// The interrupt IN endpoint, or nil.
    package var interruptIn: EndpointFacts?
    /// The interrupt OUT endpoint, or nil.
    package var interruptOut: EndpointFacts?
    /// The length in bytes of the report descriptor from the HID descriptor, or 0 without one.
    package var reportDescriptorLength: Int

    /// Creates the facts of an interface.
    package init(
        number: UInt8, interfaceClass: UInt8, subclass: UInt8, bootProtocol: UInt8, interruptIn: EndpointFacts?,
        interruptOut: EndpointFacts? = nil, reportDescriptorLength: Int = 0
    ) {
        self.number = number
        self.interfaceClass = interfaceClass
        self.subclass = subclass
        self.bootProtocol = bootProtocol
        self.interruptIn = interruptIn
        self.interruptOut = interruptOut
        self.reportDescriptorLength = reportDescriptorLength
    }

    var isReadableHID: Bool { interfaceClass == 3 && interruptIn != nil }
    var isBootKeyboard: Bool { isReadableHID && bootProtocol == 1 }
    var isBootMouse: Bool { interfaceClass == 3 && bootProtocol == 2 }
}

/// The facts about a device that are known without opening it.
package struct DeviceFacts: Hashable, Sendable {
    /// The vendor id.
    package var vendor: UInt16
    /// The product id.
    package var product: UInt16
    /// The interfaces of the active configuration.
    package var interfaces: [InterfaceFacts]

    /// Creates the facts of a device.
    package init(vendor: UInt16, product: UInt16, interfaces: [InterfaceFacts]) {
        self.vendor = vendor
        self.product = product
        self.interfaces = interfaces
    }
}
