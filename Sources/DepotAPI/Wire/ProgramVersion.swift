extension StationAPI {
    /// The version of the programs in this repository (semantic versioning; `CHANGELOG.md` tells what changed).
    public static let programVersion = "0.2.0"
}
