import FexValues

extension Activity {
    /// How long ago the platform said what the wallet holds, by the platform's time as well as it is known; never negative.
    public func age(of account: Account) -> Duration {
        max(.zero, time.now().duration(since: account.asOf))
    }
}
