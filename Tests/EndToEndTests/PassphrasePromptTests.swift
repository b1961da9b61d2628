import FexValues
import Foundation
import Testing
import WalletCore

/// The question for a passphrase on a terminal, which does not show what is typed: whatever ends or suspends the client meanwhile, the
/// terminal shows again what is typed after it.
@Suite struct PassphrasePromptTests {
    /// Runs `passphrase set` in the foreground of a terminal of its own, types, and says what was seen: whether the terminal showed
    /// what is typed while the client asked and afterwards, how the client ended, and what was on the screen.
    private static let terminal = """
        import fcntl, json, os, pty, signal, sys, termios, time
        client, home, how = sys.argv[1:4]
        leader, terminal = pty.openpty()
        shows = lambda: bool(termios.tcgetattr(leader)[3] & termios.ECHO)
        screen = b""
        def until(what):
            global screen
            end = time.monotonic() + 30
            while not what() and time.monotonic() < end:
                os.set_blocking(leader, False)
                try: screen += os.read(leader, 4096)
                except BlockingIOError: time.sleep(0.01)
            return what()
        # A session with the terminal, and in it the client as a job of its own: a job without a shell can't be suspended.
        shell = os.fork()
        if shell == 0:
            os.setsid()
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(terminal, os.getpid())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                os.environ.update({"FEX_WALLET_HOME": home, "FEX_API_URL": "http://127.0.0.1:9", "FEX_AUTH_URL": "http://127.0.0.1:9"})
                for number in (0, 1, 2): os.dup2(terminal, number)
                os.execv(client, [client, "passphrase", "set"])
            status = os.waitpid(job, os.WUNTRACED)[1]
            if os.WIFSTOPPED(status):
                print(json.dumps({"stopped": os.WSTOPSIG(status), "shows": bool(termios.tcgetattr(terminal)[3] & termios.ECHO)}), flush=True)
                os.kill(job, signal.SIGCONT)
                status = os.waitpid(job, 0)[1]
            print(json.dumps({"signal": os.WTERMSIG(status), "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
                              "shows": bool(termios.tcgetattr(terminal)[3] & termios.ECHO)}), flush=True)
            os._exit(0)
        asked = until(lambda: screen.count(b"passphrase: ") == 1 and not shows())
        typed = {"control-c": b"\\x03", "control-z": b"\\x1a", "control-backslash": b"\\x1c"}.get(how, b"")
        if typed: os.write(leader, typed)
        else: os.kill(os.tcgetpgrp(leader), getattr(signal, how))
        if how == "control-z":
            asked = asked and until(lambda: screen.count(b"New passphrase: ") == 2 and not shows())
            os.write(leader, b"correct horse\\n")
            until(lambda: b"Once more: " in screen)
            os.write(leader, b"correct horse\\n")
        os.waitpid(shell, 0)
        until(lambda: True)
        print(json.dumps({"asked": asked, "echoed": b"correct horse" in screen}))
        """

    private func run(_ how: String) async throws -> [JSON] {
        let home = FileManager.default.temporaryDirectory.appending(path: "prompt-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
        let outcome = try await Program.system("python3")("-c", Self.terminal, client, home.path, how)
        return try outcome.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test(arguments: [
        ("control-c", SIGINT), ("control-backslash", SIGQUIT), ("SIGTERM", SIGTERM), ("SIGHUP", SIGHUP),
    ])
    func `a client that is ended while it asks leaves a terminal that shows what is typed`(
        how: String, signal: Int32
    ) async throws {
        let seen = try await run(how)
        #expect(seen.last?["asked"] == true, "\(seen)")
        #expect(seen.first?["signal"] == .integer(Int(signal)) && seen.first?["shows"] == true, "\(seen)")
    }

    @Test func `one that is suspended asks once more when it goes on`() async throws {
        let seen = try await run("control-z")
        try #require(seen.count == 3, "\(seen)")
        #expect(seen[0]["stopped"] == .integer(Int(SIGTSTP)) && seen[0]["shows"] == true, "\(seen)")
        #expect(seen[1]["code"] == 0 && seen[1]["shows"] == true, "\(seen)")
        #expect(seen[2]["asked"] == true && seen[2]["echoed"] == false, "\(seen)")
    }
}
