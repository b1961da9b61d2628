import Foundation
import Testing

#if os(Linux)
    /// What the sandbox lets other programs see of it: its memory holds every customer's secrets.
    @Suite struct SandboxPrivacyTests {
        @Test(.enabled(if: UnusableHomeTests.hasAnother))
        func `other programs of the same user can't read the sandbox's memory, and it leaves no core`() async throws {
            var shell = Program.system("sh")
            let sandbox = Program.directory(of: "fex-sandbox").appending(path: "fex-sandbox").path
            let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            shell.environment = ["SANDBOX": sandbox, "FOLDER": folder.path, "HOME": folder.path]
            let outcome = try await shell(
                "-c",
                """
                chmod 1777 "$FOLDER"; cd "$FOLDER"; ulimit -c unlimited
                \(UnusableHomeTests.asAnother) "$SANDBOX" serve --port 0 --no-nats --ready-file "$FOLDER/ready" > out 2>&1 & id=$!
                for i in $(seq 300); do [ -s ready ] && break; sleep 0.1; done
                grep 'Max core' /proc/$id/limits | tr -s ' ' | cut -d' ' -f5,6
                stat -c %U /proc/$id/mem; stat -c %a ready
                \(UnusableHomeTests.asAnother) cat /proc/$id/environ > /dev/null 2>&1; echo "environ $?"
                kill -SEGV $id; wait $id; ls -A | grep -c core
                """)
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines == ["0 0", "root", "600", "environ 1", "0"], "\(outcome)")
        }
    }
#endif
