#!/usr/bin/env python3
"""What holds of the library's documentation.

documentation.py examples            each block of Swift in a guide or the tutorial stands in a file of Examples
documentation.py site SITE           how many pages there are; each link of theirs leads to one
documentation.py open SITE PICTURES  each guide shows its title in headless Chromium; pictures are kept"""

import functools
import html
import http.server
import json
import pathlib
import re
import subprocess
import sys
import textwrap
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CATALOG = ROOT / "Sources/WalletCore/Documentation.docc"


def examples():
    """Code that no compiler has seen is no example."""
    sources = [path.read_text() for path in sorted((ROOT / "Examples").rglob("*.swift")) if ".build" not in path.parts]
    known = "\n".join(re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE) for text in sources)
    blocks = [(path, block) for path in sorted(CATALOG.rglob("*.md"))
              for block in re.findall(r"```swift\n(.*?)```", path.read_text(), re.DOTALL)]
    blocks += [(path, path.read_text()) for path in sorted((CATALOG / "Tutorials").rglob("*.swift"))]
    missing = [(path, block) for path, block in blocks
               if re.sub(r"^[ \t]+", "", block, flags=re.MULTILINE).strip() not in known]
    for path, block in missing:
        print(f"documentation: {path.relative_to(ROOT)}: in no example:\n{textwrap.indent(block, '    ')}", file=sys.stderr)
    print(f"documentation: {len(blocks)} blocks of code, {len(missing)} in no example")
    return bool(missing)


def addresses(value):
    """The addresses that a page's data leads to."""
    if isinstance(value, dict):
        if value.get("type") in ("topic", "link") and isinstance(value.get("url"), str):
            yield value["url"]
        for member in value.values():
            yield from addresses(member)
    elif isinstance(value, list):
        for member in value:
            yield from addresses(member)


def site(folder):
    """Every page's data is read, as the browser does; where it leads has to be there."""
    folder = pathlib.Path(folder)
    pages = sorted((folder / "data").rglob("*.json"))
    broken, links = [], 0
    for page in pages:
        for address in set(addresses(json.loads(page.read_text()))):
            # A chapter is a part of the tutorials' overview, not a page.
            if not address.startswith("/") or address.startswith("/tutorials/tutorials/"):
                continue
            links += 1
            path = address.split("#")[0].strip("/").lower()
            if not (folder / "data" / f"{path}.json").exists():
                broken.append((page.relative_to(folder), address))
    for page, address in broken[:40]:
        print(f"documentation: {page}: {address} leads nowhere", file=sys.stderr)
    print(f"documentation: {len(pages)} pages, {links} links, {len(broken)} broken")
    return bool(broken) or not pages


def open_pages(folder, pictures):
    """Guides as a browser shows them."""
    pictures = pathlib.Path(pictures)
    pictures.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    failed = 0
    guides = sorted(CATALOG.rglob("*.md"))
    for guide in guides:
        title = re.search(r"^# (.*)$", guide.read_text(), re.MULTILINE).group(1).strip("`")
        name = "documentation/walletcore" + ("" if guide.stem == "WalletCore" else f"/{guide.stem.lower()}")
        address = f"http://127.0.0.1:{server.server_port}/{name}/"
        browser = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,1600",
                   "--virtual-time-budget=20000"]
        picture = pictures / f"{guide.stem}.png"
        subprocess.run([*browser, f"--screenshot={picture}", address], check=True, capture_output=True, timeout=120)
        shown = subprocess.run([*browser, "--dump-dom", address], check=True, capture_output=True, text=True, timeout=120).stdout
        # The page has typographic quotation marks.
        found = title in html.unescape(re.sub(r"<[^>]*>", "", shown)).replace("’", "'")
        failed += not found
        print(f"documentation: {name}: {'shows' if found else 'does NOT show'} \"{title}\"")
    server.shutdown()
    return bool(failed) or not guides


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    what, arguments = sys.argv[1], sys.argv[2:]
    sys.exit({"examples": examples, "site": site, "open": open_pages}[what](*arguments))
