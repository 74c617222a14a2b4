import BarcodeData
import DepotModel
import DepotWorkflow
import Synchronization

/// The settings that a reload may change while lanes run.
final class LiveSettings: Sendable {
    private struct State {
        var configuration: Configuration
        var locations: [TenantID: LocationID] = [:]
    }

    private let state: Mutex<State>

    init(_ configuration: Configuration) { state = Mutex(State(configuration: configuration)) }

    var configuration: Configuration {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// The locations with the configured code of the station's location, by tenant.
    var stationLocations: [TenantID: LocationID] {
        get { state.withLock { $0.locations } }
        set { state.withLock { $0.locations = newValue } }
    }

    var formats: BarcodeFormats { configuration.barcodeFormats }

    /// Returns the settings of a tenant's lanes.
    func workflow(of tenant: TenantID) -> WorkflowSettings {
        state.withLock { $0.configuration.workflowSettings(location: $0.locations[tenant]) }
    }
}
