import BarcodeData
import DepotModel
import DepotWorkflow
import Synchronization

/// The settings that a reload may change while lanes are at work.
final class LiveSettings: Sendable {
    private struct State {
        var configuration: Configuration
        var location: LocationID?
    }

    private let state: Mutex<State>

    init(_ configuration: Configuration) { state = Mutex(State(configuration: configuration)) }

    var configuration: Configuration {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// What the configuration's station location stands for in the database.
    var stationLocation: LocationID? {
        get { state.withLock { $0.location } }
        set { state.withLock { $0.location = newValue } }
    }

    var formats: BarcodeFormats { configuration.barcodeFormats }

    var workflow: WorkflowSettings {
        state.withLock { $0.configuration.workflowSettings(location: $0.location) }
    }
}
