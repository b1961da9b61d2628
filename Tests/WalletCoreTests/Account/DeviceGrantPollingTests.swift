import Testing

@testable import WalletCore

@Suite struct DeviceGrantPollingTests {
    @Test(arguments: [(nil, 10), (Duration.seconds(3), 10), (.seconds(45), 45), (.seconds(3600), 120)])
    func `a provider that asks to be left alone is, within reason`(asked: Duration?, pause: Int) {
        var polling = DeviceGrantPolling(interval: .seconds(5))
        let error = PlatformError(.unavailable(status: 503, retryAfter: asked))
        #expect(polling.step(after: error) == .wait(.seconds(pause)))
    }
}
