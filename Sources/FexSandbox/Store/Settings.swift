import GRDB

/// Facts about the sandbox itself that outlive a restart.
enum Setting: String {
    /// The private key that signs tokens, PEM.
    case signingKey = "signing_key"
    /// By how many milliseconds the clock has been advanced.
    case clockAdvance = "clock_advance"
    /// How often a sandbox has been started on this state.
    case starts
}

extension StoreTransaction {
    /// The value of a setting, if it was ever saved.
    func setting(_ setting: Setting) throws -> String? {
        try row("SELECT value FROM settings WHERE name = ?", [setting.rawValue])?["value"]
    }

    /// Saves a setting.
    func save(_ value: String, as setting: Setting) throws {
        try run(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [setting.rawValue, value])
    }
}
