/// Where the codes that a wedge types begin and end: by its terminator, by silence, or in quarantine.
///
/// Time comes in with the reports and with ``quiet(until:)``, in their order, so nothing is decided while reports wait.
struct WedgeFraming: Sendable {
    /// A terminator that came without a code: the prefix of one, the late end of one, or all there is.
    private struct Lone: Sendable {
        var at: UInt64
        var terminator: Terminator
        /// The code before it ended with silence.
        var isLate: Bool
    }

    private(set) var code = WedgeCode()
    private(set) var habits: ScannerHabits
    var options: WedgeOptions
    private var quarantine: Quarantine?
    /// Read since then, and not yet seen quiet: what comes may begin in the middle of a code.
    private var attachedAt: UInt64?
    /// How long it was quiet between the attach and the first report, while that code lasts.
    private var headQuiet: UInt64?
    /// Since the attach or a stop reports came one right behind the other: perhaps what the scanner had kept.
    private var isDelivering = false
    /// The beginning of the stop that they may have waited for.
    private var waitedSince: UInt64?
    private var lone: Lone?
    private var lastActivityAt: UInt64 = 0
    private var lastActivitySince: UInt64 = 0
    /// The last terminator that ended a code or an empty one.
    private var lastTerminatorAt: UInt64?
    private var awaitsLateTerminator = false
    /// A terminator stands right in front of what comes next.
    private var hasPrefix = false
    /// What ended the last code of a scanner that has a prefix: perhaps only the prefix of the next one.
    private var possibleTerminator: Terminator?
    /// The last key of the open code is a terminator, but not the scanner's.
    private var foreign: Terminator?
    /// A terminator stood in front of the open code.
    private var isPrefixed = false
    /// Silences in a row behind codes that had the terminator in front and none behind.
    private var prefixedEnds = 0
    /// Codes in a row that stopped after such a key.
    private var foreignEnds = 0

    init(options: WedgeOptions, habits: ScannerHabits) {
        self.options = options
        self.habits = habits
    }

    /// Whether the next code counts, if it is whole.
    var isSettled: Bool { quarantine == nil && attachedAt == nil && headQuiet == nil }

    private var terminator: Terminator? {
        switch options.terminator {
        case .learnt: habits.terminator
        case .none: nil
        case .enter: .enter
        case .tab: .tab
        }
    }

    private var needsTerminator: Bool { terminator != nil || options.requiresTerminator }

    // MARK: Time

    /// The silence that shows that nothing belongs together any more.
    private var gap: UInt64 {
        if let configured = options.interKeyTimeoutMicroseconds { return configured }
        let learnt = Pace.timeout(slowestGap: max(habits.slowestGap ?? 0, code.slowestGap))
        return habits.slowestGap == nil ? max(learnt, Pace.firstTimeout) : learnt
    }

    /// The silence that ends the open code. One key alone says nothing of a new scanner's pace.
    private var codeTimeout: UInt64 {
        guard options.interKeyTimeoutMicroseconds == nil else { return gap }
        let isUnknown = !needsTerminator && habits.slowestGap == nil && code.keyCount <= 1
        return isUnknown ? Pace.longestTimeout : max(gap, Pace.shortestBreak)
    }

    /// The quiet after an attach that shows that a code begins with its first key.
    private var attachGap: UInt64 {
        if let configured = options.interKeyTimeoutMicroseconds { return configured }
        guard code.keyCount > 1, code.isMeasured, !habits.wasTyping else {
            return habits.slowestGap == nil ? Pace.firstTimeout : gap
        }
        return min(Pace.timeout(slowestGap: max(habits.slowestGap ?? 0, code.slowestGap)), Pace.firstTimeout)
    }

    var deadline: UInt64? {
        if let quarantine {
            if quarantine.endsWithTerminator { return lastActivityAt.saturatingAdd(gap) }
            if !needsTerminator { return lastActivityAt.saturatingAdd(Pace.quarantineWithoutTerminator) }
            return code.firstAt == nil ? nil : lastActivityAt.saturatingAdd(Pace.answer)
        }
        if code.firstAt != nil { return lastActivityAt.saturatingAdd(codeTimeout) }
        if lone != nil || possibleTerminator != nil || headQuiet != nil { return lastActivityAt.saturatingAdd(gap) }
        return attachedAt?.saturatingAdd(attachGap)
    }

    /// Nothing was typed between the last report and `moment`, and that is known.
    mutating func quiet(until moment: UInt64) -> [Decoded] {
        var decoded: [Decoded] = []
        while let deadline, moment >= deadline { decoded += expire() }
        return decoded
    }

    private mutating func expire() -> [Decoded] {
        if let quarantine { return expire(quarantine) }
        hasPrefix = false
        if code.firstAt != nil { return silence() }
        if let lone {
            self.lone = nil
            guard !lone.isLate else {
                habits.terminator = lone.terminator
                return []
            }
            lastTerminatorAt = lone.at
            return [
                .scan(
                    RawScan(
                        bytes: [], endedBy: CodeEnd(lone.terminator), firstReportAt: lone.at, lastReportAt: lone.at))
            ]
        }
        if let possibleTerminator {
            habits.terminator = possibleTerminator
            habits.isFramed = habits.hasPrefix
        }
        possibleTerminator = nil
        headQuiet = nil
        attachedAt = nil
        habits.wasTyping = false
        return []
    }

    /// Silence in the middle of a code, or at its end.
    private mutating func silence() -> [Decoded] {
        let isSetUpAnew = learnAnotherTerminator()
        let isDoubtful = headQuiet.map { $0 < attachGap } ?? false
        guard !needsTerminator, !isDoubtful, !code.hasUnseenPause else {
            let unseen = needsTerminator ? BrokenReason.noTerminator : BrokenReason.unseenPause
            hold(isDoubtful ? BrokenReason.attached : unseen)
            quarantine?.beginsWithTerminator = isPrefixed
            quarantine?.endsWithTerminator = isSetUpAnew
            return []
        }
        awaitsLateTerminator = true
        habits.endsSilently = true
        return finish(.silence)
    }

    /// Learns that the scanner ends its codes with another key now: twice that key and then nothing.
    private mutating func learnAnotherTerminator() -> Bool {
        guard let foreign else { return false }
        foreignEnds += 1
        guard foreignEnds > 1, options.terminator == .learnt else { return false }
        habits.terminator = foreign
        return true
    }

    /// Learns that the terminator stands in front of codes only: twice so, and then nothing.
    ///
    /// A scanner that types while it is attached looks as if it had it behind.
    private mutating func learnPrefix(_ held: Quarantine) -> Bool {
        prefixedEnds = held.beginsWithTerminator && code.keyCount > 0 ? prefixedEnds + 1 : 0
        guard prefixedEnds > 1, !habits.isFramed, options.terminator == .learnt, !options.requiresTerminator else {
            return false
        }
        habits.terminator = nil
        habits.hasPrefix = true
        return true
    }

    private mutating func expire(_ held: Quarantine) -> [Decoded] {
        var isOver = held.endsWithTerminator || !needsTerminator
        if !isOver { isOver = learnAnotherTerminator() }
        if !isOver { isOver = learnPrefix(held) }
        quarantine?.beginsWithTerminator = false
        let decoded = finish(.silence)
        guard isOver else { return decoded }
        if held.slowestGap > 0 {
            let gap = min(held.slowestGap, Pace.longestTimeout / Pace.patience)
            habits.slowestGap = max(habits.slowestGap ?? 0, gap)
        }
        quarantine = nil
        awaitsLateTerminator = false
        lastTerminatorAt = lastActivityAt
        return decoded
    }

    // MARK: Connection

    /// It is read from now on; what it types may be the rest of something.
    mutating func attach(at: UInt64) {
        if quarantine == nil, code.firstAt != nil { hold(BrokenReason.attached) }
        if quarantine == nil { attachedAt = at }
        isDelivering = true
        waitedSince = nil
        lone = nil
        headQuiet = nil
        lastActivityAt = at
        lastActivitySince = at
    }

    /// Bytes may be missing here.
    mutating func interrupt(_ reason: String, isCertain: Bool, at: UInt64) {
        let isRecent = attachedAt == nil && at.elapsed(since: lastActivityAt) < gap
        guard isCertain || code.firstAt != nil || lone != nil || isRecent else {
            // What it may have cost is the beginning of what comes next, as at an attach.
            if quarantine == nil { attach(at: at) }
            return
        }
        if quarantine == nil { hold(reason) }
        quarantine?.endsWithTerminator = false
        lastActivityAt = max(lastActivityAt, at)
        lastActivitySince = lastActivityAt
    }

    /// It is gone: what there is of a code, as broken.
    mutating func disconnect(_ reason: String) -> [Decoded] {
        if quarantine == nil, code.firstAt != nil { hold(reason) }
        habits.wasTyping = quarantine != nil || code.firstAt != nil
        let decoded = finish(.silence)
        self = WedgeFraming(options: options, habits: habits)
        return decoded
    }

    private mutating func hold(_ reason: String) {
        quarantine = Quarantine(reason)
        code.slowestGap = 0
        lone = nil
        possibleTerminator = nil
        headQuiet = nil
        attachedAt = nil
        foreign = nil
    }

    // MARK: Keys

    /// A report that changes something came; its keys follow.
    mutating func arrive(at: UInt64, since: UInt64) {
        if let attachedAt {
            self.attachedAt = nil
            headQuiet = since.elapsed(since: attachedAt)
        }
        // After a long silence nobody looks until a report comes; what comes later shows that it had not waited.
        let wasAlone = code.firstAt == lastActivityAt && since >= lastActivityAt
        let wasExact = waitedSince == nil && lastActivityAt.elapsed(since: lastActivitySince) <= Pace.exactness
        let silentFrom = wasAlone || wasExact ? lastActivityAt : lastActivitySince
        // Whether the scanner was silent meanwhile nobody saw: it may be one code or two.
        // A terminator in front tells the two apart.
        if quarantine == nil, !needsTerminator, !habits.hasPrefix, !code.isEmpty,
            at.elapsed(since: silentFrom) >= codeTimeout
        {
            // A scanner that may end its codes with a key is judged when this one has ended, by how it did.
            if habits.endsSilently { hold(BrokenReason.unseenPause) } else { code.hasUnseenPause = true }
        }
        noteWaiting(at, since)
        if code.firstAt != nil || quarantine != nil { learn(gap: at.elapsed(since: lastActivityAt), at, since) }
        lastActivityAt = at
        lastActivitySince = waitedSince ?? since
    }

    /// Takes note of reports that waited in the scanner behind those of the kernel: they come as fast as they can, and
    /// say nothing of the scanner's pace, nor of the silences between them.
    private mutating func noteWaiting(_ at: UInt64, _ since: UInt64) {
        let (width, gap) = (at.elapsed(since: since), since.elapsed(since: lastActivityAt))
        if gap >= Pace.shortestTimeout { isDelivering = false }
        if gap >= Pace.slowestDelivery { waitedSince = nil }
        // After a long silence the first key of a code has a wide interval too; that says nothing of the others.
        guard code.firstAt != nil || since < lastActivityAt else { return }
        if width > Pace.exactness {
            code.isMeasured = false
            isDelivering = true
        }
        if width >= Pace.shortestTimeout { waitedSince = min(waitedSince ?? since, since) }
    }

    private mutating func learn(gap: UInt64, _ at: UInt64, _ since: UInt64) {
        let certain = at.elapsed(since: since) <= Pace.exactness ? gap : since.elapsed(since: lastActivityAt)
        guard let quarantine else {
            code.note(gap: certain)
            return
        }
        // Otherwise the gaps are those between codes too, or contain whatever happened.
        guard quarantine.reason == BrokenReason.noTerminator else { return }
        self.quarantine?.slowestGap = max(quarantine.slowestGap, certain)
    }

    /// A key that types something came.
    mutating func beginKey(at: UInt64) {
        if lone != nil { hasPrefix = true }
        lone = nil
        if code.keyCount == 0 { isPrefixed = hasPrefix }
        if code.keyCount == 0, isSettled { habits.hasPrefix = hasPrefix }
        hasPrefix = false
        possibleTerminator = nil
        awaitsLateTerminator = false
        foreign = nil
        quarantine?.endsWithTerminator = false
        code.keyCount += 1
        code.touch(at: at)
    }

    mutating func append(_ text: String) { code.append(text) }
    mutating func append(_ value: AltCode.Value, at: UInt64) { code.append(value, at: at) }
    mutating func spoil(_ reason: String, at: UInt64) { code.spoil(reason, at: at) }
    mutating func touch(at: UInt64) { if code.firstAt != nil { code.touch(at: at) } }

    /// In quarantine, the last key was the terminator.
    var isBehindTerminator: Bool { quarantine?.endsWithTerminator ?? false }

    /// Whether a terminator at that moment belongs to the one that ended the last code.
    func isPartOfLastTerminator(at: UInt64) -> Bool {
        guard let lastTerminatorAt else { return false }
        return at.elapsed(since: lastTerminatorAt) <= gap
    }

    mutating func terminate(_ key: Terminator, at: UInt64) -> [Decoded] {
        let isForeign = terminator.map { $0 != key } ?? false
        if isForeign, isBehindTerminator {
            // The second of two terminators.
            code.touch(at: at)
            return []
        }
        if quarantine != nil || (isForeign && !code.isEmpty) {
            quarantine?.beginsWithTerminator = code.keyCount == 0 && !isForeign
            code.append(String(Character(Unicode.Scalar(key.byte))))
            code.touch(at: at)
            quarantine?.endsWithTerminator = !isForeign
            foreign = isForeign ? key : nil
            return []
        }
        guard !code.isEmpty else {
            code = WedgeCode()
            lone(key, at: at)
            return []
        }
        code.touch(at: at)
        lastTerminatorAt = at
        foreignEnds = 0
        let decoded = finish(CodeEnd(key))
        hasPrefix = habits.hasPrefix
        // With a terminator in front it may be that of the next code, and where silence ends codes a line break in one.
        if habits.hasPrefix || habits.endsSilently { possibleTerminator = key } else { habits.terminator = key }
        return decoded
    }

    private mutating func lone(_ key: Terminator, at: UInt64) {
        if headQuiet != nil {
            // The end of what began before the scanner was attached.
            headQuiet = nil
            hasPrefix = habits.hasPrefix
            lastTerminatorAt = at
        } else if isPartOfLastTerminator(at: at) {
            hasPrefix = habits.hasPrefix
        } else if lone == nil {
            lone = Lone(at: at, terminator: key, isLate: awaitsLateTerminator)
            awaitsLateTerminator = false
        }
    }

    // MARK: The end

    private mutating func finish(_ end: CodeEnd) -> [Decoded] {
        defer {
            code = WedgeCode()
            headQuiet = nil
            foreign = nil
        }
        guard let firstAt = code.firstAt else { return [] }
        let text = code.text(options)
        var fault = quarantine?.reason ?? code.fault
        if let headQuiet, headQuiet < attachGap { fault = fault ?? BrokenReason.attached }
        if let fault {
            if quarantine != nil, text.isEmpty, code.fault == nil { return [] }
            return [.broken(bytes: strippingSuffix(text), reason: fault)]
        }
        if habits.slowestGap != nil || showsPace(end) {
            habits.slowestGap = max(habits.slowestGap ?? 0, code.pace(isEndKnown: end != .silence))
        }
        let bytes = end == .silence ? strippingSuffix(text) : text
        let scan = RawScan(
            bytes: bytes, length: code.cutLength, endedBy: end, firstReportAt: firstAt, lastReportAt: code.lastAt)
        return [.scan(scan)]
    }

    /// Whether the code says something of the pace of a scanner of which nothing is known: the time between a key and
    /// its release does not, nor what came faster than it was typed.
    private func showsPace(_ end: CodeEnd) -> Bool {
        code.isMeasured && !isDelivering && (code.keyCount > 1 || end != .silence)
    }

    /// Gives up a code that never ends; returns what there is of it.
    mutating func abandon() -> [UInt8] {
        let bytes = code.text(options)
        self = WedgeFraming(options: options, habits: habits)
        return bytes
    }
}
