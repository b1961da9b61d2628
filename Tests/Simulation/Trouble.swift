/// A kind of trouble that worlds may be made of, beside networks that fail, crashes and clocks that are wrong.
public enum Trouble: String, Hashable, Sendable, CaseIterable {
    /// Something on the way answers in the platform's place: see ``Lie``.
    case lies
    /// Tokens end and are renewed, the customer logs out and in again, the platform ends sessions.
    case sessions
    /// The device's key is lost.
    case lostKeys = "lost-keys"
    /// Both feeds hold rows that nobody can read.
    case unreadableRows = "unreadable-rows"
    /// The feed of requests is numbered anew: its last number falls behind the wallet's cursor.
    case renumberedFeeds = "renumbered-feeds"
    /// A device is set back to an earlier backup, and started anew.
    case restoredDevices = "restored-devices"
    /// The platform's clock is corrected.
    case correctedClocks = "corrected-clocks"

    /// A process listens for a while, also when its session ends; the event server comes and goes.
    case listening

    /// What every world may hold.
    public static let usual = Set(allCases)
}
