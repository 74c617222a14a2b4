/// Finds the beginnings and ends of the codes that a wedge types: by its terminator, by silence or in quarantine.
///
/// Time is passed in with the reports and with ``quiet(until:)``, in order, so nothing is decided while reports wait.
struct WedgeFraming: Sendable {
    private(set) var code = WedgeCode()
    private(set) var profile: ScannerProfile
    var options: WedgeOptions
    private var quarantine: Quarantine?
    /// The time of the attach until the first silence: the next report may begin in the middle of a code.
    private var attachedAt: UInt64?
    /// The silence between the attach and the first report of the code in progress, in microseconds.
    private var leadingSilence: UInt64?
    /// A Boolean value that is true while reports since the attach or a stop come back to back: the scanner may be
    /// sending reports that it had buffered.
    private var isDrainingBuffer = false
    /// The beginning of the stop during which reports may have been buffered, in microseconds.
    private var bufferedSince: UInt64?
    private var bareTerminator: BareTerminator?
    private var lastActivityAt: UInt64 = 0
    private var lastActivitySince: UInt64 = 0
    /// The time of the last terminator that ended a code, even an empty one.
    private var lastTerminatorAt: UInt64?
    private var awaitsLateTerminator = false
    /// A Boolean value that is true if a terminator came immediately before the next code.
    private var hasPrefix = false
    /// The end of the last code of a scanner that has a prefix: perhaps only the prefix of the next one.
    private var possibleTerminator: Terminator?
    /// The last key of the code in progress, if it is a terminator other than the scanner's.
    private var unexpectedTerminator: Terminator?
    /// A Boolean value that is true if a terminator came immediately before the code in progress.
    private var isPrefixed = false
    /// The number of consecutive codes that had the terminator before them and silence after them.
    private var prefixedEnds = 0
    /// The number of consecutive codes that stopped after an unexpected terminator.
    private var unexpectedEnds = 0

    init(options: WedgeOptions, profile: ScannerProfile) {
        self.options = options
        self.profile = profile
    }

    /// A Boolean value that is true if the next code counts once it is whole.
    var isSettled: Bool { quarantine == nil && attachedAt == nil && leadingSilence == nil }

    private var terminator: Terminator? {
        switch options.terminator {
        case .learnt: profile.terminator
        case .none: nil
        case .enter: .enter
        case .tab: .tab
        }
    }

    private var needsTerminator: Bool { terminator != nil || options.requiresTerminator }

    // MARK: Time

    /// The silence that separates codes, in microseconds.
    private var gap: UInt64 {
        if let configured = options.interKeyTimeoutMicroseconds { return configured }
        let learnt = Timing.timeout(slowestGap: max(profile.slowestGap ?? 0, code.slowestGap))
        return profile.slowestGap == nil ? max(learnt, Timing.initialTimeout) : learnt
    }

    /// The silence that ends the code in progress, in microseconds. One key does not show the pace of a new scanner.
    private var codeTimeout: UInt64 {
        guard options.interKeyTimeoutMicroseconds == nil else { return gap }
        let isUnknown = !needsTerminator && profile.slowestGap == nil && code.keyCount <= 1
        return isUnknown ? Timing.maximumTimeout : max(gap, Timing.minimumSilence)
    }

    /// The silence after an attach that proves that a code begins with its first key, in microseconds.
    private var attachTimeout: UInt64 {
        if let configured = options.interKeyTimeoutMicroseconds { return configured }
        guard code.keyCount > 1, code.isMeasured, !profile.wasTyping else {
            return profile.slowestGap == nil ? Timing.initialTimeout : gap
        }
        return min(
            Timing.timeout(slowestGap: max(profile.slowestGap ?? 0, code.slowestGap)),
            Timing.initialTimeout)
    }

    var deadline: UInt64? {
        if let quarantine {
            if quarantine.endsWithTerminator { return lastActivityAt.saturatingAdd(gap) }
            if !needsTerminator { return lastActivityAt.saturatingAdd(Timing.quarantineWithoutTerminator) }
            return code.firstAt == nil ? nil : lastActivityAt.saturatingAdd(Timing.incompleteCodeTimeout)
        }
        if code.firstAt != nil { return lastActivityAt.saturatingAdd(codeTimeout) }
        if bareTerminator != nil || possibleTerminator != nil || leadingSilence != nil {
            return lastActivityAt.saturatingAdd(gap)
        }
        return attachedAt?.saturatingAdd(attachTimeout)
    }

    /// Ends what silence ends; nothing was typed between the last report and `moment`.
    mutating func quiet(until moment: UInt64) -> [Decoded] {
        var decoded: [Decoded] = []
        while let deadline, moment >= deadline { decoded += expire() }
        return decoded
    }

    private mutating func expire() -> [Decoded] {
        if let quarantine { return expire(quarantine) }
        hasPrefix = false
        if code.firstAt != nil { return endBySilence() }
        if let bareTerminator {
            self.bareTerminator = nil
            guard !bareTerminator.isLate else {
                profile.terminator = bareTerminator.terminator
                return []
            }
            lastTerminatorAt = bareTerminator.at
            return [
                .scan(
                    RawScan(
                        bytes: [], endedBy: CodeEnd(bareTerminator.terminator), firstReportAt: bareTerminator.at,
                        lastReportAt: bareTerminator.at))
            ]
        }
        if let possibleTerminator {
            profile.terminator = possibleTerminator
            profile.isFramed = profile.hasPrefix
        }
        possibleTerminator = nil
        leadingSilence = nil
        attachedAt = nil
        profile.wasTyping = false
        return []
    }

    /// Handles silence in the middle of a code or at its end.
    private mutating func endBySilence() -> [Decoded] {
        let hasNewTerminator = learnAnotherTerminator()
        let isSuspect = leadingSilence.map { $0 < attachTimeout } ?? false
        guard !needsTerminator, !isSuspect, !code.hasUnseenPause else {
            let unseen = needsTerminator ? BrokenReason.noTerminator : BrokenReason.unseenPause
            beginQuarantine(isSuspect ? BrokenReason.attached : unseen)
            quarantine?.beginsWithTerminator = isPrefixed
            quarantine?.endsWithTerminator = hasNewTerminator
            return []
        }
        awaitsLateTerminator = true
        profile.endsSilently = true
        return finish(.silence)
    }

    /// Learns that the scanner now ends its codes with another key, after two codes that stopped after that key.
    private mutating func learnAnotherTerminator() -> Bool {
        guard let unexpectedTerminator else { return false }
        unexpectedEnds += 1
        guard unexpectedEnds > 1, options.terminator == .learnt else { return false }
        profile.terminator = unexpectedTerminator
        return true
    }

    /// Learns that the terminator comes before codes only, after two codes that show it.
    ///
    /// A scanner that types while it is attached seems to send it after codes.
    private mutating func learnPrefix(_ current: Quarantine) -> Bool {
        prefixedEnds = current.beginsWithTerminator && code.keyCount > 0 ? prefixedEnds + 1 : 0
        guard prefixedEnds > 1, !profile.isFramed, options.terminator == .learnt, !options.requiresTerminator else {
            return false
        }
        profile.terminator = nil
        profile.hasPrefix = true
        return true
    }

    private mutating func expire(_ current: Quarantine) -> [Decoded] {
        var isOver = current.endsWithTerminator || !needsTerminator
        if !isOver { isOver = learnAnotherTerminator() }
        if !isOver { isOver = learnPrefix(current) }
        quarantine?.beginsWithTerminator = false
        let decoded = finish(.silence)
        guard isOver else { return decoded }
        if current.slowestGap > 0 {
            let gap = min(current.slowestGap, Timing.maximumTimeout / Timing.gapFactor)
            profile.slowestGap = max(profile.slowestGap ?? 0, gap)
        }
        quarantine = nil
        awaitsLateTerminator = false
        lastTerminatorAt = lastActivityAt
        return decoded
    }

    // MARK: Connection

    /// Starts reading; the first keys may be the rest of a code.
    mutating func attach(at: UInt64) {
        if quarantine == nil, code.firstAt != nil { beginQuarantine(BrokenReason.attached) }
        if quarantine == nil { attachedAt = at }
        isDrainingBuffer = true
        bufferedSince = nil
        bareTerminator = nil
        leadingSilence = nil
        lastActivityAt = at
        lastActivitySince = at
    }

    /// Marks that bytes may be missing here.
    mutating func interrupt(_ reason: String, isCertain: Bool, at: UInt64) {
        let isRecent = attachedAt == nil && at.elapsed(since: lastActivityAt) < gap
        guard isCertain || code.firstAt != nil || bareTerminator != nil || isRecent else {
            // Only the beginning of the next code can be missing, as at an attach.
            if quarantine == nil { attach(at: at) }
            return
        }
        if quarantine == nil { beginQuarantine(reason) }
        quarantine?.endsWithTerminator = false
        lastActivityAt = max(lastActivityAt, at)
        lastActivitySince = lastActivityAt
    }

    /// Ends the connection and returns the code in progress as broken.
    mutating func disconnect(_ reason: String) -> [Decoded] {
        if quarantine == nil, code.firstAt != nil { beginQuarantine(reason) }
        profile.wasTyping = quarantine != nil || code.firstAt != nil
        let decoded = finish(.silence)
        self = WedgeFraming(options: options, profile: profile)
        return decoded
    }

    private mutating func beginQuarantine(_ reason: String) {
        quarantine = Quarantine(reason)
        code.slowestGap = 0
        bareTerminator = nil
        possibleTerminator = nil
        leadingSilence = nil
        attachedAt = nil
        unexpectedTerminator = nil
    }

    // MARK: Keys

    /// Begins a report that changes something; its keys follow.
    mutating func beginReport(at: UInt64, since: UInt64) {
        if let attachedAt {
            self.attachedAt = nil
            leadingSilence = since.elapsed(since: attachedAt)
        }
        // After a long silence the reader sleeps until a report comes, so the interval of the first one is wide although it
        // was not buffered; the next report shows that.
        let wasAlone = code.firstAt == lastActivityAt && since >= lastActivityAt
        let wasExact =
            bufferedSince == nil && lastActivityAt.elapsed(since: lastActivitySince) <= Timing.maximumUncertainty
        let silentFrom = wasAlone || wasExact ? lastActivityAt : lastActivitySince
        // The scanner may have been silent unobserved: this may be one code or two.
        // A terminator before each code tells the two cases apart.
        if quarantine == nil, !needsTerminator, !profile.hasPrefix, !code.isEmpty,
            at.elapsed(since: silentFrom) >= codeTimeout
        {
            // The end of this code shows whether the scanner ends codes with a key, and so whether it is whole.
            if profile.endsSilently { beginQuarantine(BrokenReason.unseenPause) } else { code.hasUnseenPause = true }
        }
        detectBufferedReports(at, since)
        if code.firstAt != nil || quarantine != nil { learn(gap: at.elapsed(since: lastActivityAt), at, since) }
        lastActivityAt = at
        lastActivitySince = bufferedSince ?? since
    }

    /// Detects reports that the scanner had buffered: they come as fast as they can, and show neither the scanner's pace
    /// nor the silences between codes.
    private mutating func detectBufferedReports(_ at: UInt64, _ since: UInt64) {
        let (width, gap) = (at.elapsed(since: since), since.elapsed(since: lastActivityAt))
        if gap >= Timing.minimumTimeout { isDrainingBuffer = false }
        if gap >= Timing.maximumBufferedGap { bufferedSince = nil }
        // After a long silence the first key of a code has a wide interval too, which does not apply to the others.
        guard code.firstAt != nil || since < lastActivityAt else { return }
        if width > Timing.maximumUncertainty {
            code.isMeasured = false
            isDrainingBuffer = true
        }
        if width >= Timing.minimumTimeout { bufferedSince = min(bufferedSince ?? since, since) }
    }

    private mutating func learn(gap: UInt64, _ at: UInt64, _ since: UInt64) {
        let certain =
            at.elapsed(since: since) <= Timing.maximumUncertainty ? gap : since.elapsed(since: lastActivityAt)
        guard let quarantine else {
            code.record(gap: certain)
            return
        }
        // Otherwise the gaps include those between codes, or the incident itself.
        guard quarantine.reason == BrokenReason.noTerminator else { return }
        self.quarantine?.slowestGap = max(quarantine.slowestGap, certain)
    }

    /// Begins a key that types something.
    mutating func beginKey(at: UInt64) {
        if bareTerminator != nil { hasPrefix = true }
        bareTerminator = nil
        if code.keyCount == 0 { isPrefixed = hasPrefix }
        if code.keyCount == 0, isSettled { profile.hasPrefix = hasPrefix }
        hasPrefix = false
        possibleTerminator = nil
        awaitsLateTerminator = false
        unexpectedTerminator = nil
        quarantine?.endsWithTerminator = false
        code.keyCount += 1
        code.touch(at: at)
    }

    mutating func append(_ text: String) { code.append(text) }
    mutating func append(_ value: AltCode.Value, at: UInt64) { code.append(value, at: at) }
    mutating func invalidate(_ reason: String, at: UInt64) { code.invalidate(reason, at: at) }
    mutating func touch(at: UInt64) { if code.firstAt != nil { code.touch(at: at) } }

    /// A Boolean value that is true in quarantine if the last key was the terminator.
    var isAfterTerminator: Bool { quarantine?.endsWithTerminator ?? false }

    /// Returns whether a terminator at the time `at` belongs to the one that ended the last code.
    func isPartOfLastTerminator(at: UInt64) -> Bool {
        guard let lastTerminatorAt else { return false }
        return at.elapsed(since: lastTerminatorAt) <= gap
    }

    mutating func terminate(_ key: Terminator, at: UInt64) -> [Decoded] {
        let isUnexpected = terminator.map { $0 != key } ?? false
        if isUnexpected, isAfterTerminator {
            // The second of two terminators.
            code.touch(at: at)
            return []
        }
        if quarantine != nil || (isUnexpected && !code.isEmpty) {
            quarantine?.beginsWithTerminator = code.keyCount == 0 && !isUnexpected
            code.append(String(Character(Unicode.Scalar(key.byte))))
            code.touch(at: at)
            quarantine?.endsWithTerminator = !isUnexpected
            unexpectedTerminator = isUnexpected ? key : nil
            return []
        }
        guard !code.isEmpty else {
            code = WedgeCode()
            handleBareTerminator(key, at: at)
            return []
        }
        code.touch(at: at)
        lastTerminatorAt = at
        unexpectedEnds = 0
        let decoded = finish(CodeEnd(key))
        hasPrefix = profile.hasPrefix
        // For a scanner with a prefix it may be that of the next code; where silence ends codes, a line break in one.
        if profile.hasPrefix || profile.endsSilently { possibleTerminator = key } else { profile.terminator = key }
        return decoded
    }

    private mutating func handleBareTerminator(_ key: Terminator, at: UInt64) {
        if leadingSilence != nil {
            // The end of a code that began before the scanner was attached.
            leadingSilence = nil
            hasPrefix = profile.hasPrefix
            lastTerminatorAt = at
        } else if isPartOfLastTerminator(at: at) {
            hasPrefix = profile.hasPrefix
        } else if bareTerminator == nil {
            bareTerminator = BareTerminator(at: at, terminator: key, isLate: awaitsLateTerminator)
            awaitsLateTerminator = false
        }
    }

    // MARK: The end

    private mutating func finish(_ end: CodeEnd) -> [Decoded] {
        defer {
            code = WedgeCode()
            leadingSilence = nil
            unexpectedTerminator = nil
        }
        guard let firstAt = code.firstAt else { return [] }
        let text = code.text(options)
        var fault = quarantine?.reason ?? code.fault
        if let leadingSilence, leadingSilence < attachTimeout { fault = fault ?? BrokenReason.attached }
        if let fault {
            if quarantine != nil, text.isEmpty, code.fault == nil { return [] }
            return [.broken(bytes: strippingSuffix(text), reason: fault)]
        }
        if profile.slowestGap != nil || showsPace(end) {
            profile.slowestGap = max(profile.slowestGap ?? 0, code.pace(isEndKnown: end != .silence))
        }
        let bytes = end == .silence ? strippingSuffix(text) : text
        let scan = RawScan(
            bytes: bytes, length: code.cutLength, endedBy: end, firstReportAt: firstAt, lastReportAt: code.lastAt)
        return [.scan(scan)]
    }

    /// Returns whether the code shows the pace of an unknown scanner: the time between a key and its release does not,
    /// nor do reports that were buffered.
    private func showsPace(_ end: CodeEnd) -> Bool {
        code.isMeasured && !isDrainingBuffer && (code.keyCount > 1 || end != .silence)
    }

    /// Discards an endless code and returns its bytes.
    mutating func abandon() -> [UInt8] {
        let bytes = code.text(options)
        self = WedgeFraming(options: options, profile: profile)
        return bytes
    }
}
