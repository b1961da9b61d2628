// Puts the web button behind this page's buttons, and says how each payment went.
"use strict";
FexPay.init({ merchantId: document.body.dataset.merchantId, baseUrl: "/pay" });

const news = document.getElementById("news");
function say(kind, text) {
  news.className = kind;
  news.textContent = text;
}

for (const button of document.querySelectorAll("button[data-amount]")) {
  button.addEventListener("click", async () => {
    const { amount, currency, description } = button.dataset;
    button.setAttribute("aria-busy", "true");
    say("", "Preparing the payment …");
    try {
      await FexPay.pay({
        amount: Number(amount), currency, description,
        onSuccess: (intent) => say("good", `Paid: ${description}, ${amount} ${currency}. Thank you! Receipt ${intent.id}`),
        onCancel: () => say("", `Cancelled: ${description}. Nothing was paid.`),
        onError: (error) => say("bad", `${description} was not paid: ${error.message}`),
      });
      say("", "");
    } catch {
      // onError has said why.
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
