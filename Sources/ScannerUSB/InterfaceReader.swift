import HIDDecoding

/// An adopted interface of an open device.
// Confined to the worker thread.
final class InterfaceReader {
    var description: ScannerDescription
    let sink: any ScannerSink
    let requests: HIDRequests
    let endpoint: UInt8
    let outEndpoint: UInt8?
    let feedback: Feedback?
    let pair: TransferPair
    /// A Boolean value that is true if no transfer is in flight and none will be.
    var isIdle = true
    /// The number of attempts to clear a halt since the last report.
    var stallAttempts = 0
    var lastSignalAt: UInt64 = 0
    var lastSignal: ScannerSignal?
    /// The number of consecutive signals that failed.
    var signalFailures = 0

    init(
        description: ScannerDescription, sink: any ScannerSink, requests: HIDRequests, endpoint: UInt8,
        outEndpoint: UInt8?,
        feedback: Feedback?, pair: TransferPair
    ) {
        self.description = description
        self.sink = sink
        self.requests = requests
        self.endpoint = endpoint
        self.outEndpoint = outEndpoint
        self.feedback = feedback
        self.pair = pair
    }
}
