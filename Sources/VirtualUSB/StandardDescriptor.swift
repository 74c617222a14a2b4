/// The default report descriptors of scanners.
enum StandardDescriptor {
    static func bytes(for kind: BenchStep.Kind) -> [UInt8] {
        let text =
            switch kind {
            case .wedge: bootKeyboard
            case .pos: pointOfSale
            case .vendor: vendorDefined
            }
        return StepFields.bytes(hex: text) ?? []
    }

    /// HID 1.11 appendix B.1, with the usages up to 0x65 and the LED output report.
    private static let bootKeyboard = """
        05010906A101050719E029E71500250175019508810295017508810195057501050819012905910295017503910195067508
        15002565050719002965 8100C0
        """

    /// An input and an output report of 64 bytes each, of usage page FF00.
    private static let vendorDefined = "0600FF0901A101150026FF007508954009028102954009039102C0"

    /// The one published descriptor of a real HID POS scanner (org.blom.martin.usb, `ReportDescriptor.java`); its layout
    /// is Honeywell's. Input report 2 is what ``PointOfSaleReports`` builds.
    private static let pointOfSale = """
        058C0902A1010912A1028502150026FF00750895010501093B81029503058C09FB09FC09FD8102953809FE8202020666FF9502090009008102
        058C25017501950809FF8102C00914A10285041500250175019508095F0960098509869186C006FFFF0901A10285F0150026FF007508953F
        0902820202953F0903920202C0C0
        """
}
