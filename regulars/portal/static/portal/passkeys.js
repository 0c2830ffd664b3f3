"use strict";
// Passkeys: the browser is asked for one, and what it says is sent back. Where it knows none the
// button stays hidden.
(() => {
  const button = document.querySelector("[data-passkey]");
  if (!button || !window.PublicKeyCredential) return;
  const failed = document.getElementById("passkey-failed");
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;

  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const send = async (where, body) => {
    const answer = await fetch(where, {
      method: "POST", headers: { "X-CSRFToken": csrf, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const ask = async ({ publicKey }) => {
    publicKey.challenge = bytes(publicKey.challenge);
    const described = (all) => (all || []).map((one) => ({ ...one, id: bytes(one.id) }));
    if (publicKey.user) {
      publicKey.user.id = bytes(publicKey.user.id);
      publicKey.excludeCredentials = described(publicKey.excludeCredentials);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = described(publicKey.allowCredentials);
    return navigator.credentials.get({ publicKey });
  };

  const told = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return {
      id: made.id, rawId: text(made.rawId), type: made.type, response,
      clientExtensionResults: made.getClientExtensionResults(),
      name: navigator.userAgentData ? navigator.userAgentData.platform : "",
    };
  };

  button.hidden = false;
  button.addEventListener("click", async () => {
    failed.hidden = true;
    try {
      const made = await ask(await send(button.dataset.passkey, {}));
      location.href = (await send(button.dataset.then, told(made))).to;
    } catch (error) {
      failed.hidden = false;
    }
  });
})();
