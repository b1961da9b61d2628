/**
 * The web button: a self-contained script with one global, `FexPay`, as published.
 *
 * It calls `{baseUrl}/payment-intents`, `{baseUrl}/payment-intents/{id}/cancel` and
 * `{baseUrl}/public/payment-intents/{id}`. It has no token: the shop's own backend answers there, and holds the
 * credentials.
 */
"use strict";
(() => {
  const POLL_EVERY = 5_000;
  const POLL_FOR = 5 * 60_000;

  // The modal lives in a shadow tree, so that neither the shop's style nor ours reaches the other.
  const STYLE = `
    :host { all: initial; color-scheme: light dark; }
    * { box-sizing: border-box; }
    dialog {
      --ink: #14202b; --soft: #4f5f6d; --paper: #fff; --line: #c9d1d8; --strong: #0b5cad; --on-strong: #fff;
      width: min(22rem, calc(100vw - 1.5rem)); max-height: calc(100dvh - 1.5rem); overflow: auto;
      padding: 1.25rem; border: 1px solid var(--line); border-radius: .9rem;
      color: var(--ink); background: var(--paper); text-align: center;
      font: 1rem/1.45 system-ui, sans-serif; box-shadow: 0 1rem 3rem rgb(0 0 0 / .35);
      animation: rise .18s ease-out;
    }
    dialog::backdrop { background: rgb(8 16 24 / .6); }
    h2 { margin: 0 0 .15rem; font-size: 1.15rem; overflow-wrap: anywhere; }
    p { margin: 0; overflow-wrap: anywhere; }
    .soft { color: var(--soft); }
    .amount { margin: .1rem 0 .8rem; font-size: 1.9rem; font-weight: 700; font-variant-numeric: tabular-nums; }
    img {
      display: block; max-width: min(18rem, 100%); height: auto; margin: 0 auto .8rem;
      background: #fff; border: 1px solid var(--line); border-radius: .5rem;
    }
    .status { min-height: 2.9em; margin: .1rem 0 .9rem; }
    .actions { display: grid; gap: .6rem; }
    button, a {
      display: block; width: 100%; min-height: 2.75rem; padding: .6rem 1rem; border-radius: .5rem;
      border: 1px solid var(--line); color: inherit; background: transparent;
      font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
    }
    a { border-color: var(--strong); color: var(--on-strong); background: var(--strong); }
    :focus-visible { outline: 3px solid var(--strong); outline-offset: 2px; }
    @keyframes rise { from { opacity: 0; transform: translateY(.6rem); } }
    @media (prefers-reduced-motion: reduce) { dialog { animation: none; } }
    @media (prefers-color-scheme: dark) {
      dialog {
        --ink: #edf2f6; --soft: #a9b7c3; --paper: #1a242d; --line: #43525f; --strong: #7db8f5;
        --on-strong: #0c1a27;
      }
    }`;

  class FexPayError extends Error {
    constructor(code, message, paymentIntent) {
      super(message);
      this.name = "FexPayError";
      this.code = code;
      this.paymentIntent = paymentIntent;
    }
  }

  let settings = null;
  let current = null;

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function money(amount, currency) {
    try {
      return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount);
    } catch {
      return `${amount} ${currency}`;
    }
  }

  async function call(method, path, body) {
    let response;
    try {
      response = await fetch(settings.baseUrl + path, {
        method, cache: "no-store", credentials: "same-origin",
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
      });
    } catch {
      throw new FexPayError("unreachable", "The shop can't be reached.");
    }
    const answer = await response.json().catch(() => null);
    if (response.status >= 500) throw new FexPayError("unreachable", "The shop has a problem just now.");
    if (!response.ok || !answer) {
      throw new FexPayError("refused", answer?.error ?? "The payment was refused.");
    }
    return answer;
  }

  async function fetchIntent(id) {
    return (await call("GET", `/public/payment-intents/${encodeURIComponent(id)}`)).payment_intent;
  }

  /** The window with the code. Knows nothing of payments but what it shows. */
  class Modal {
    constructor(intent, onClose) {
      this.opener = document.activeElement;
      this.host = make("div");
      const root = this.host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.status = make("p", { className: "status soft", role: "status", ariaLive: "polite" });
      const cancel = make("button", { type: "button", textContent: "Cancel" });
      const actions = make("div", { className: "actions" });
      // On the phone that has the wallet there is nothing to scan with.
      if (/^fex:/.test(intent.qr_data ?? "")) {
        actions.append(make("a", { href: intent.qr_data, textContent: "Open in wallet app" }));
      }
      actions.append(cancel);
      const title = make("h2", { id: "title", textContent: `Pay ${intent.merchant_name ?? "the shop"}` });
      this.dialog = make("dialog", {}, title);
      if (intent.description) {
        this.dialog.append(make("p", { className: "soft", textContent: intent.description }));
      }
      this.dialog.append(
        make("p", { className: "amount", textContent: money(intent.amount, intent.currency) }),
        make("img", { src: intent.qr_code_url, alt: "QR code of this payment, for your wallet to scan" }),
        this.status, actions);
      this.dialog.setAttribute("aria-labelledby", "title");
      this.dialog.addEventListener("cancel", (event) => { event.preventDefault(); onClose(); });
      this.dialog.addEventListener("keydown", (event) => this.keepFocus(event));
      cancel.addEventListener("click", onClose);
      root.append(this.dialog);
      document.body.append(this.host);
      this.dialog.showModal();
      cancel.focus();
    }

    /** Tab goes round inside, rather than into the browser's own controls. */
    keepFocus(event) {
      if (event.key !== "Tab") return;
      const stops = [...this.dialog.querySelectorAll("a[href], button")];
      const edge = event.shiftKey ? stops[0] : stops.at(-1);
      if (this.host.shadowRoot.activeElement !== edge) return;
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }

    say(text) { if (this.status.textContent !== text) this.status.textContent = text; }

    close() {
      this.dialog.close();
      this.host.remove();
      if (this.opener?.isConnected) this.opener.focus();
    }
  }

  /** One payment from its window to its end. Ends once, whatever comes after. */
  class Payment {
    constructor(intent, options) {
      this.intent = intent;
      this.options = options;
      this.deadline = Date.now() + POLL_FOR;
      this.onVisible = () => { if (!document.hidden) this.poll(); };
    }

    open() {
      this.modal = new Modal(this.intent, () => this.cancel());
      this.modal.say("Scan the code with your wallet. This page notices when you have paid.");
      // A phone stops timers while the customer is in the wallet: look as soon as the page is back.
      document.addEventListener("visibilitychange", this.onVisible);
      this.timer = setInterval(() => this.poll(), POLL_EVERY);
    }

    async poll() {
      if (this.isOver || this.isPolling) return;
      if (Date.now() >= this.deadline) {
        return this.end("onError", new FexPayError("timeout", "The payment took too long.", this.intent));
      }
      this.isPolling = true;
      try {
        this.follow(await fetchIntent(this.intent.id));
      } catch (error) {
        if (error.code === "unreachable") this.modal.say("The connection is lost. Trying again …");
        else this.end("onError", error);
      } finally {
        this.isPolling = false;
      }
    }

    follow(intent) {
      if (this.isOver) return;
      this.intent = intent;
      switch (intent.status) {
        case "pending":
        case "pending_approval":
          return this.modal.say("Waiting for the payment …");
        case "completed":
          return this.end("onSuccess", intent);
        case "cancelled":
          return this.end("onCancel", intent);
        default:
          this.end("onError", new FexPayError(intent.status, `The payment is ${intent.status}.`, intent));
      }
    }

    /** Withdraws the payment. One that was made a moment ago is a success all the same. */
    async cancel() {
      if (this.isOver || this.isCancelling) return;
      this.isCancelling = true;
      this.modal.say("Cancelling …");
      const path = encodeURIComponent(this.intent.id);
      try {
        await call("POST", `/payment-intents/${path}/cancel`, {});
        this.end("onCancel", { ...this.intent, status: "cancelled" });
      } catch {
        const intent = await fetchIntent(this.intent.id).catch(() => this.intent);
        if (intent.status === "pending") this.end("onCancel", intent);
        else this.follow(intent);
      }
    }

    end(callback, value) {
      if (this.isOver) return;
      this.isOver = true;
      clearInterval(this.timer);
      document.removeEventListener("visibilitychange", this.onVisible);
      this.modal.close();
      if (current === this) current = null;
      this.options[callback]?.(value);
    }
  }

  globalThis.FexPay = Object.freeze({
    /** Says whose button it is, and where its backend answers. */
    init({ merchantId, baseUrl = "" } = {}) {
      if (typeof merchantId !== "string" || !merchantId) throw new TypeError("merchantId is required");
      settings = { merchantId, baseUrl: String(baseUrl).replace(/\/+$/, "") };
    },

    /** Makes a payment intent and shows its code. Resolves with the intent once the code shows. */
    async pay(options = {}) {
      if (!settings) throw new FexPayError("not_initialised", "Call FexPay.init first.");
      const { amount, currency = "USD", description, callbackUrl } = options;
      if (typeof amount !== "number" || !Number.isFinite(amount) || amount <= 0) {
        throw new TypeError("amount must be a number above 0");
      }
      if (current) throw new FexPayError("busy", "Another payment is under way.");
      const placeholder = (current = {});
      try {
        const answer = await call("POST", "/payment-intents", {
          merchant_id: settings.merchantId, amount, currency, description, callback_url: callbackUrl,
        });
        const intent = answer.payment_intent;
        if (!/^data:image\/png;base64,/.test(intent?.qr_code_url ?? "")) {
          throw new FexPayError("malformed", "The payment has no code to show.", intent);
        }
        const payment = new Payment(intent, options);
        payment.open();
        current = payment;
        return intent;
      } catch (error) {
        if (current === placeholder) current = null;
        options.onError?.(error);
        throw error;
      }
    },

    /** For a merchant that has had the webhook: ends the open payment as paid without waiting for a poll. */
    async confirm() {
      if (!(current instanceof Payment)) {
        throw new FexPayError("nothing_open", "No payment is under way.");
      }
      const payment = current;
      const intent = { ...payment.intent, status: "completed" };
      payment.end("onSuccess", intent);
      return intent;
    },
  });
})();
