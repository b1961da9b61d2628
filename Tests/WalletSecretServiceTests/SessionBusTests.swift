import Testing

@testable import WalletSecretService

/// Which bus is asked for secrets. What a real keyring does with them is in `KeyringTests`.
@Suite struct SessionBusTests {
    private func bus(_ address: String) -> SessionBus? {
        try? SessionBus(environment: ["DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": "/run/user/7"])
    }

    @Test func `the bus is a socket that the environment names, or the user's own`() {
        #expect(bus("unix:path=/run/user/7/bus,guid=00")?.name == "/run/user/7/bus")
        #expect(bus("unix:guid=00,path=/tmp/a%20b")?.name == "/tmp/a b")
        let abstract = bus("unix:abstract=/tmp/dbus-x")
        #expect(abstract?.name == "/tmp/dbus-x" && abstract?.isAbstract == true)
        #expect(bus("")?.name == "/run/user/7/bus")
    }

    @Test(arguments: [
        "tcp:host=evil.example,port=1", "unixexec:path=/bin/sh", "unix:path=/a;tcp:host=evil.example,port=1",
        "autolaunch:", "unix:path=relative", "unix:path=", "unix:path=/a,abstract=b", "unix:path=/a%00b", "unix:", "x",
        "unix:tmpdir=/tmp", "nonce-tcp:host=127.0.0.1,port=1,noncefile=/a", "unix:path",
    ])
    func `a variable leads no secret to another machine, nor starts a program`(address: String) {
        #expect(bus(address) == nil)
    }

    @Test func `without a bus nobody is asked`() {
        #expect(throws: SessionBus.Problem.self) { try SessionBus(environment: [:]) }
        #expect(throws: SessionBus.Problem.self) { try SessionBus(environment: ["XDG_RUNTIME_DIR": "relative"]) }
    }
}
