import DepotModel

extension LaneState {
    /// The answer to the question which change UNDO takes back.
    enum UndoChoice: Hashable {
        case change(Change)
        /// Nothing was done, or everything is undone.
        case nothing
        /// There is an older change, for which an operator must sign on.
        case needsOperator
    }

    /// Returns the change that UNDO takes back: of the session the newest that is not undone; without a session the
    /// lane's newest if it is recent, which may be an undo; with an operator any.
    func undoChoice(at time: Timestamp, _ settings: WorkflowSettings) -> UndoChoice {
        let newest = changes.last { $0.undoes == nil }
        if session != nil {
            if let own = changes.last(where: { $0.isRecent && $0.undoes == nil }) { return .change(own) }
            guard let newest else { return .nothing }
            return self.operator == nil ? .needsOperator : .change(newest)
        }
        if self.operator != nil { return newest.map { .change($0) } ?? .nothing }
        guard let last = changes.last else { return .nothing }
        let end = last.at.advanced(byMilliseconds: settings.undoTime.components.seconds * 1000)
        return last.isRecent && time <= end ? .change(last) : .needsOperator
    }

    /// Adds a change that was committed now.
    mutating func add(_ event: LedgerEvent, undoing undone: EventNumber? = nil) {
        let before = undone.flatMap { undone in changes.first { $0.event == undone } }
        if let before {
            changes.removeAll { $0.event == before.event }
            session?.undo(before.event, before.kind)
        }
        // What undoes an undo does the change again, and is a change as any other.
        let undoes = before.map { $0.undoes == nil } ?? true ? undone : nil
        changes.append(
            Change(
                event: event.number, kind: event.changeKind, at: event.at, undoes: undoes,
                isRecent: before?.isRecent ?? true))
        if changes.count > Self.appliedLimit { changes.removeFirst(changes.count - Self.appliedLimit) }
    }
}

extension LedgerEvent {
    /// The kind as which a session counts the change: an available asset that a transfer hands out went out as with a
    /// checkout.
    var changeKind: Kind { kind == .transfer && from == nil ? .checkout : kind }
}
