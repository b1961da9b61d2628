"""Damages a wallet's database and kills `wallet-cli` with SIGKILL at random moments while it mends it; then starts it once
more. Before that, the same beside a process that has the database open."""

import argparse
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/WalletCoreTests/Storage/Fixtures"
DECISIONS = [("dec_1", "key-dec_1", 0), ("dec_2", "key-dec_2", 1), ("dec_3", "key-dec_3", 1)]


class DamagedProfile:
    def __init__(self, folder, programs):
        self.command = [str(pathlib.Path(programs) / "wallet-cli"), "outbox"]
        # Nothing listens there: whatever it is asked, the wallet answers from the device.
        self.environment = dict(os.environ, FEX_WALLET_HOME=folder, FEX_API_URL="http://127.0.0.1:9",
                                FEX_AUTH_URL="http://127.0.0.1:9")
        self.folder = pathlib.Path(folder) / "profiles/default"
        self.folder.mkdir(parents=True)
        self.database = self.folder / "wallet.sqlite"

    def fill(self):
        for file in self.folder.iterdir():
            file.unlink()
        newest = max(FIXTURES.glob("v*.sqlite"), key=lambda file: int(file.stem[1:]))
        shutil.copy(newest, self.database)

    def damage(self):
        # From a process of its own: to close the file here would end the locks that SQLite has on it.
        script = f"import os; os.pwrite(os.open({str(self.database)!r}, os.O_WRONLY), b'\\xff' * 4096, 0)"
        subprocess.run(["python3", "-c", script], check=True)

    def start(self):
        return subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def expect_mended(self, connection, context):
        problems = connection.execute("PRAGMA integrity_check").fetchall()
        assert problems == [("ok",)], f"{context}: {problems}"
        found = connection.execute(
            "SELECT id, idempotency_key, decision_id IS NOT NULL FROM decision"
            " LEFT JOIN outbox ON decision_id = id ORDER BY id").fetchall()
        assert found == DECISIONS, f"{context}: {found}"
        names = [file.name for file in self.folder.iterdir()]
        assert any(".damaged-" in name for name in names) and "wallet.sqlite.mend" not in names, f"{context}: {names}"


def mend_beside_another(profile):
    profile.fill()
    other = sqlite3.connect(profile.database, isolation_level=None, timeout=10)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("UPDATE account SET balance = 1")
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    profile.damage()
    _, notes = profile.start().communicate()
    assert b"made anew" in notes, notes
    profile.expect_mended(other, "beside another process")
    other.execute("UPDATE account SET balance = 2")
    other.close()


def mend_killed(profile, kills, seed):
    draw, killed, midway = random.Random(seed), 0, 0
    for number in range(kills):
        profile.fill()
        profile.damage()
        process = profile.start()
        time.sleep(draw.uniform(0, 0.3))
        killed += process.poll() is None
        process.kill()
        process.communicate()
        midway += (profile.folder / "wallet.sqlite.mend").exists()
        profile.start().communicate()
        connection = sqlite3.connect(profile.database)
        profile.expect_mended(connection, f"kill {number}")
        connection.close()
    return killed, midway


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where wallet-cli is")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        profile = DamagedProfile(folder, arguments.programs)
        mend_beside_another(profile)
        killed, midway = mend_killed(profile, arguments.kills, arguments.seed)
    print(f"mended beside another process; killed {killed} of {arguments.kills} times, {midway} of "
          "them in the middle of mending: every decision there, integrity ok")


if __name__ == "__main__":
    main()
