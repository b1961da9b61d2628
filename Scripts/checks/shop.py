"""Pays, cancels and confirms in the sample shop with headless Chromium, and checks what a customer would notice."""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import platform_client

INSIDE = "document.querySelector('body > div')?.shadowRoot"


def check(what, holds):
    print(f"{'ok  ' if holds else 'FAIL'}  {what}", flush=True)
    if not holds:
        raise SystemExit(1)


class Customer:
    """Chromium on the shop's page, and a wallet."""

    def __init__(self, driver, wallet, shop, screenshots):
        self.driver = driver
        self.wallet = wallet
        self.shop = shop
        self.screenshots = screenshots

    def visit(self, width, height, scheme="light", motion="no-preference"):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}]})
        self.driver.get(self.shop)
        self.driver.execute_script("window.isStillTheSamePage = true")

    def click_pay(self, item=0):
        """Opens the modal from the keyboard."""
        button = self.buttons()[item]
        button.send_keys(Keys.ENTER)
        self.until(lambda: self.script(f"return {INSIDE}?.querySelector('img')?.complete"))
        time.sleep(0.3)  # the modal's own animation

    def buttons(self):
        return self.driver.find_elements(By.CSS_SELECTOR, "button[data-amount]")

    def script(self, text):
        return self.driver.execute_script(text)

    def until(self, condition, seconds=15):
        WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: condition())

    def news(self):
        return self.script("return document.getElementById('news').textContent")

    def is_open(self):
        return self.script(f"return !!{INSIDE}?.querySelector('dialog')?.open")

    def focus(self):
        return self.script(f"return {INSIDE}?.activeElement?.textContent")

    def press(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def fits(self):
        return self.script("return document.documentElement.scrollWidth <= innerWidth")

    def photograph(self, name):
        path = self.screenshots / f"{name}.png"
        self.driver.save_screenshot(str(path))
        return path

    def read_code(self, picture):
        return subprocess.run(
            ["zbarimg", "--raw", "-q", "--nodbus", str(picture)], capture_output=True, text=True).stdout.strip()

    def pay(self, code):
        paid = subprocess.run(self.wallet + ["pay", code, "--yes", "--json"], capture_output=True, text=True)
        return json.loads(paid.stdout)["decision"]["state"] if paid.returncode == 0 else paid.stderr


def status_of(platform, code):
    intent = code.split("intent=")[1].split("&")[0]
    answer = platform.call("GET", f"{platform_client.MERCHANT}/public/payment-intents/{intent}")
    return answer["payment_intent"]["status"]


def scenario(customer, platform):
    customer.visit(1100, 750)
    customer.photograph("1-shop")
    check("the page has no script or style of its own, and a policy that forbids them", customer.script(
        "return document.querySelectorAll('script:not([src]), style, [onclick], [style]').length === 0"))

    customer.click_pay()
    code = customer.read_code(customer.photograph("2-modal"))
    check(f"zbarimg reads the code off the screenshot: {code}", code.startswith("fex://pay?intent="))
    check("the focus is inside the modal", customer.focus() == "Cancel")
    seen = set()
    for _ in range(4):
        customer.press(Keys.TAB)
        seen.add(customer.focus())
    check("Tab goes round inside the modal", seen == {"Cancel", "Open in wallet app"})
    check("the modal has a name, its code a description, and it says what happens", customer.script(f"""
        const dialog = {INSIDE}.querySelector('dialog');
        return dialog.matches(':modal') && dialog.ariaLabelledByElements?.[0]?.textContent.startsWith('Pay ')
            && !!dialog.querySelector('img').alt && dialog.querySelector('[role=status]').ariaLive === 'polite';"""))
    check("wallet-cli pays it", customer.pay(code) == "confirmed")
    customer.until(lambda: not customer.is_open())
    check(f"the page says so: {customer.news()}", customer.news().startswith("Paid: Flat white, 4.50 USD."))
    check("without a reload", customer.script("return window.isStillTheSamePage === true"))
    check("the focus is back at the button", customer.script(
        "return document.activeElement.dataset.description") == "Flat white")
    customer.photograph("3-paid")

    customer.click_pay(1)
    code = customer.read_code(customer.photograph("4-to-be-cancelled"))
    customer.press(Keys.ESCAPE)
    customer.until(lambda: not customer.is_open())
    check(f"Escape cancels: {customer.news()}", customer.news().startswith("Cancelled: House beans."))
    check("and the platform knows", status_of(platform, code) == "cancelled")
    check("and the focus is back at the button", customer.script(
        "return document.activeElement.dataset.description") == "House beans")

    customer.click_pay()
    code = customer.read_code(customer.photograph("5-paid-while-cancelling"))
    check("a customer pays", customer.pay(code) == "confirmed")
    if customer.is_open():
        customer.press(Keys.ESCAPE)
    customer.until(lambda: not customer.is_open())
    check(f"and presses Escape too late: {customer.news()}", customer.news().startswith("Paid: Flat white"))

    customer.click_pay()
    customer.script("FexPay.confirm()")
    customer.until(lambda: not customer.is_open(), seconds=1)
    check("confirm() ends the payment at once", customer.news().startswith("Paid: Flat white"))

    customer.click_pay()
    customer.script("const now = Date.now; Date.now = () => now() + 301_000")
    customer.until(lambda: not customer.is_open())
    check(f"after five minutes it ends: {customer.news()}", "took too long" in customer.news())

    for scheme in ("light", "dark"):
        customer.visit(360, 640, scheme, motion="reduce")
        customer.photograph(f"6-phone-{scheme}")
        check(f"360 px wide, {scheme}: nothing sticks out of the page", customer.fits())
        customer.click_pay(2)
        code = customer.read_code(customer.photograph(f"7-phone-modal-{scheme}"))
        check("zbarimg reads the code there too", code.startswith("fex://pay?intent="))
        check("the whole modal is in view, and doesn't move", customer.script(f"""
            const dialog = {INSIDE}.querySelector('dialog'), box = dialog.getBoundingClientRect();
            return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight
                && dialog.scrollHeight <= dialog.clientHeight && getComputedStyle(dialog).animationName === 'none';"""))
        customer.press(Keys.ESCAPE)
        customer.until(lambda: not customer.is_open())
    customer.visit(1100, 750, "dark")
    customer.click_pay()
    customer.photograph("8-modal-dark")
    customer.press(Keys.ESCAPE)
    customer.until(lambda: not customer.is_open())

    # A refused cancel of something already paid is the one error that the browser notes.
    noted = [entry["message"] for entry in customer.driver.get_log("browser") if "409" not in entry["message"]]
    check(f"the browser has nothing to complain about {noted or ''}", not noted)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox and wallet-cli lie")
    parser.add_argument("--screenshots", type=pathlib.Path, help="where pictures are kept")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        work = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        screenshots = arguments.screenshots or work
        screenshots.mkdir(parents=True, exist_ok=True)
        sandbox = stack.enter_context(platform_client.running(arguments.programs, work))
        ready = sandbox.ready
        person = ready["wallets"][0]
        for name in [name for name in os.environ if name.startswith("FEX_")]:
            del os.environ[name]
        os.environ["FEX_WALLET_HOME"] = str(work / "wallet")
        wallet = [str(pathlib.Path(arguments.programs) / "wallet-cli")]
        subprocess.run(
            wallet + ["profile", "add", "default", "--api", ready["api"], "--auth", ready["auth"]], check=True,
            stdout=subprocess.DEVNULL)
        subprocess.run(
            wallet + ["login", "--username", person["username"], "--password-stdin"], input=person["password"],
            text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shop = stack.enter_context(subprocess.Popen(
            [sandbox.program, "shop", "--ready", str(sandbox.ready_file), "--port", "0"], stdout=subprocess.PIPE,
            text=True))
        stack.callback(shop.terminate)
        address = json.loads(shop.stdout.readline())["shop"]

        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for option in ("--headless=new", "--disable-gpu", "--lang=en-US", f"--user-data-dir={work / 'chromium'}"):
            options.add_argument(option)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "WARNING"})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        stack.callback(driver.quit)
        platform = platform_client.Connection(sandbox.port)
        scenario(Customer(driver, wallet, address, screenshots), platform)


if __name__ == "__main__":
    main()
