import FexValues
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What other users of the machine, and other programs of the same user, can have of the real program.
@Suite(.timeLimit(.minutes(15))) struct OtherUsersTests {
    @Test(arguments: ["0", "0777", "022"])
    func `files are 0600 and folders 0700 whatever the umask`(umask: String) async throws {
        try await World.run { world in
            let wallet = try await world.wallet()
            var shell = Program.system("sh")
            shell.environment = wallet.environment
            shell.environment["FEX_WALLET_HOME"] = world.directory.appending(path: "deep/er/home").path
            shell.environment["WALLET"] = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
            shell.environment["PASSWORD"] = world.ready["wallets"]?[0]?["password"]?.stringValue
            let outcome = try await shell(
                "-c",
                """
                set -e; umask \(umask)
                "$WALLET" profile add default --api "$FEX_API_URL" --auth "$FEX_AUTH_URL" --nats "$FEX_NATS_URL"
                "$WALLET" profile use default
                printf %s "$PASSWORD" | "$WALLET" login --username alice --password-stdin
                "$WALLET" sync; "$WALLET" approvals watch > /dev/null 2>&1 & watch=$!
                for i in $(seq 300); do "$WALLET" status --json | grep -q '"stream"' && break; sleep 0.1; done
                cd "$FEX_WALLET_HOME/.."; find . ! -type d -printf '%m %f\\n' -o -type d -printf '%m %f/\\n'
                "$WALLET" history export --to x.csv > /dev/null; "$WALLET" history export --to y.csv --shared > /dev/null
                find . -name '?.csv' -printf '%m %f\\n'
                kill $watch
                """)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            let lines = Set(outcome.output.split(separator: "\n").filter { $0.first?.isNumber == true })
            let files = [
                "wallet.sqlite", "wallet.sqlite-wal", "wallet.sqlite-shm", "profile.json", "current", "listening",
                "tokens",
                ".write", "x.csv",
            ]
            for file in files { #expect(lines.contains("600 \(file)"), "\(file): \(lines)") }
            for line in lines where !line.hasSuffix("y.csv") {
                #expect(line.hasPrefix(line.hasSuffix("/") ? "700 " : "600 "), "\(line)")
            }
            #expect(lines.contains("644 y.csv"))
        }
    }

    @Test(arguments: ["home", "home/profiles/default/wallet.sqlite", "home/profiles/default/secrets"])
    func `what is not one's own alone ends with 73 and its path`(part: String) async throws {
        try await StoredHome.run { home in
            let outcome = try await home.shell(
                """
                cd "$FEX_WALLET_HOME"; mkdir profiles/default/secrets; cd ..; mkdir "$FEX_WALLET_HOME-around"
                mv "$FEX_WALLET_HOME" "$FEX_WALLET_HOME-around/home"; cd "$FEX_WALLET_HOME-around"
                for spoil in 'chmod o+w \(part)' 'chmod g+w \(part)' 'mv \(part) aside; ln -s "$PWD/aside" \(part)'; do
                    eval "$spoil"
                    for command in status history sync 'profile list' 'pay pi_1 --yes'; do
                        "$WALLET" --home home $command > /dev/null; echo "$command: $?"
                    done
                    [ -L \(part) ] || chmod go-w \(part)
                done
                cd /; rm -rf "$FEX_WALLET_HOME-around"
                """)
            let codes = outcome.output.split(separator: "\n")
            // Nothing of a profile is read to list it.
            let listed = part == "home" ? 73 : 0
            let expected = ["status: 73", "history: 73", "sync: 73", "profile list: \(listed)", "pay pi_1 --yes: 73"]
            #expect(codes.map(String.init) == expected + expected + expected, "\(outcome.output)\(outcome.errors)")
            let said = outcome.errors.split(separator: "\n")
            #expect(said.allSatisfy { $0.contains("-around/\(part) ") }, "\(said)")
        }
    }

    @Test(.enabled(if: UnusableHomeTests.hasAnother))
    func `an export into a shared folder is its owner's, whatever others have put there`() async throws {
        try await StoredHome.run { home in
            let outcome = try await home.shell(
                """
                shared="$FEX_WALLET_HOME-shared"; mkdir "$shared"; chmod 1777 "$shared"; echo mine > "$FEX_WALLET_HOME-mine"
                chmod 666 "$FEX_WALLET_HOME-mine"; cd "$shared"
                \(UnusableHomeTests.asAnother) ln -s "$FEX_WALLET_HOME-mine" link.csv
                \(UnusableHomeTests.asAnother) sh -c 'echo theirs > theirs.csv; chmod 666 theirs.csv; mkfifo fifo.csv'
                for name in link fifo theirs new; do
                    "$WALLET" history export --to $name.csv > /dev/null; echo "$name: $?"
                done
                cat "$FEX_WALLET_HOME-mine"; stat -c '%a %u' theirs.csv new.csv; ls
                cd /; rm -rf "$shared" "$FEX_WALLET_HOME-mine"
                """)
            let root = geteuid() == 0
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(Array(lines.prefix(2)) == ["link: 65", "fifo: 65"], "\(outcome)")
            #expect(lines.contains("new: 0") && lines.contains("mine"))
            // What root replaces is root's then.
            #expect(lines.contains(root ? "theirs: 0" : "theirs: 65"))
            #expect(lines.filter { $0 == "600 \(geteuid())" }.count == (root ? 2 : 1), "\(outcome)")
            #expect(Set(lines.suffix(4)) == ["link.csv", "fifo.csv", "theirs.csv", "new.csv"], "no draft is left")
        }
    }

    #if os(Linux)
        @Test(arguments: ["", UnusableHomeTests.asAnother])
        func `other programs of the same user can't read its memory, and it leaves no core`(user: String) async throws {
            try await World.run { world in
                let wallet = try await world.wallet()
                var shell = Program.system("sh")
                shell.environment = wallet.environment
                shell.environment["WALLET"] = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
                let outcome = try await shell(
                    "-c",
                    """
                    ulimit -c unlimited; cd "$FEX_WALLET_HOME"; cp -r "$FEX_WALLET_HOME" "$FEX_WALLET_HOME-user"
                    export FEX_WALLET_HOME="$FEX_WALLET_HOME-user"; [ -z '\(user)' ] || chown -R 65534:65534 "$FEX_WALLET_HOME"
                    cd "$FEX_WALLET_HOME"; \(user) "$WALLET" approvals watch > /dev/null 2>&1 & watch=$!
                    for i in $(seq 300); do \(user) "$WALLET" status --json | grep -q '"stream"' && break; sleep 0.1; done
                    grep 'Max core' /proc/$watch/limits | tr -s ' ' | cut -d' ' -f5,6
                    stat -c %U /proc/$watch/mem
                    [ -z '\(user)' ] || { \(user) cat /proc/$watch/environ > /dev/null 2>&1; echo "environ $?"; }
                    cd "$FEX_WALLET_HOME"; \(user) "$WALLET" history export --to x.csv > /dev/null; echo "export $?"
                    \(user) "$WALLET" history export --to x.csv > /dev/null; echo "again $?"
                    kill -SEGV $watch; wait $watch; ls -A | grep -c core
                    """)
                var expected = ["0 0", "root", "environ 1", "export 0", "again 0", "0"]
                if user.isEmpty { expected.remove(at: 2) }
                #expect(outcome.output.split(separator: "\n").map(String.init) == expected, "\(outcome)")
            }
        }
    #endif
}
