extension StationAPI {
    /// The version of the programs in this repository (semantic versioning; `CHANGELOG.md` lists the changes).
    public static let programVersion = "0.2.0"
}
