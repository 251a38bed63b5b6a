// Files dropped onto a form, and files sent in parts before the form itself: a broken line costs one part, not the file.
// Without this script the same form sends its files with itself. Sentences come from the templates' data-… attributes.
(function () {
  "use strict";
  const TRIES = 6;
  const wait = (ms) => new Promise((done) => window.setTimeout(done, ms));

  // ---- drop: the place around a file field takes what is dropped on it
  function placeOf(event) {
    const place = event.target.closest && event.target.closest(".drop");
    return place && place.querySelector('input[type="file"]') ? place : null;
  }
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const place = placeOf(event);
      if (!place) return;
      event.preventDefault();
      place.classList.toggle("over", name === "dragover");
      if (name !== "drop") return;
      const input = place.querySelector('input[type="file"]');
      const all = new DataTransfer();
      if (input.multiple) Array.from(input.files).forEach((file) => all.items.add(file));
      Array.from(event.dataTransfer.files).forEach((file) => (input.multiple || !all.items.length) && all.items.add(file));
      input.files = all.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  // ---- parts
  function tell(form, sentence, file, percent, why) {
    const place = form.querySelector("[data-sending]");
    place.hidden = false;
    place.querySelector("progress").value = percent;
    place.querySelector("span").textContent = place.dataset[sentence]
      .replace("{name}", file.name)
      .replace("{percent}", String(percent))
      .replace("{why}", why || "");
  }

  function ask(form, method, url, body, headers) {
    return new Promise(function (done) {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.timeout = 60000;
      request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      Object.keys(headers || {}).forEach((name) => request.setRequestHeader(name, headers[name]));
      request.onloadend = function () {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch (error) {
          answer = {};
        }
        done({ status: request.status, answer: answer });
      };
      request.send(body || null);
    });
  }

  // Where a file that was begun on this page goes on, also after the page was loaded anew.
  const begun = (file) => "upload:" + [location.pathname, file.name, file.size, file.lastModified].join(":");
  function remembered(file) {
    try {
      return JSON.parse(window.sessionStorage.getItem(begun(file)));
    } catch (error) {
      return null;
    }
  }
  function remember(file, state) {
    try {
      if (state) window.sessionStorage.setItem(begun(file), JSON.stringify(state));
      else window.sessionStorage.removeItem(begun(file));
    } catch (error) {
      return;
    }
  }

  async function begin(form, file) {
    const known = remembered(file);
    if (known) {
      const now = await ask(form, "GET", known.url);
      if (now.status === 200) return Object.assign(known, { offset: now.answer.offset });
      if (now.status === 0) return null;
    }
    const body = new FormData();
    body.append("name", file.name);
    body.append("size", file.size);
    const made = await ask(form, "POST", form.dataset.uploads, body);
    if (made.status === 422) return { why: made.answer.why };
    if (made.status !== 200) return null;
    remember(file, made.answer);
    return made.answer;
  }

  // The key of the file when all of it arrived; null when the line is gone; a refusal is thrown.
  async function send(form, file) {
    let state = null;
    for (let failed = 0; failed < TRIES; failed += 1) {
      state = await begin(form, file);
      if (state && state.why !== undefined) throw new Error(state.why);
      while (state && state.offset < file.size) {
        const percent = Math.floor((100 * state.offset) / file.size);
        tell(form, failed ? "again" : "one", file, percent);
        const part = file.slice(state.offset, state.offset + state.part);
        const sent = await ask(form, "POST", state.url, part, {
          "Upload-Offset": String(state.offset),
          "Content-Type": "application/octet-stream",
        });
        if (sent.status === 422) throw new Error(sent.answer.why);
        if (sent.status !== 200 && sent.status !== 409) break;
        state.offset = sent.answer.offset;
        failed = 0;
      }
      if (state && state.offset === file.size) {
        tell(form, "one", file, 100);
        remember(file, null);
        return state.key;
      }
      tell(form, "again", file, state ? Math.floor((100 * state.offset) / file.size) : 0);
      await wait(500 * Math.pow(2, failed));
    }
    tell(form, "stopped", file, state ? Math.floor((100 * state.offset) / file.size) : 0);
    return null;
  }

  async function sendAll(form, button) {
    const inputs = Array.from(form.querySelectorAll('input[type="file"]'));
    form.dataset.sending = "1";
    for (const input of inputs) {
      for (const file of Array.from(input.files)) {
        let key = null;
        try {
          key = await send(form, file);
        } catch (refusal) {
          tell(form, "refused", file, 0, refusal.message);
        }
        if (!key) {
          delete form.dataset.sending;
          return;
        }
        const kept = document.createElement("input");
        kept.type = "hidden";
        kept.name = "uploads";
        kept.value = key;
        form.appendChild(kept);
        const left = new DataTransfer();
        Array.from(input.files).forEach((other) => other !== file && left.items.add(other));
        input.files = left.files;
      }
    }
    delete form.dataset.sending;
    form.requestSubmit(button || undefined);
  }

  // On the window, so that it hears a submit before everything else: files first, then the form without them.
  window.addEventListener(
    "submit",
    function (event) {
      const form = event.target;
      if (!form.dataset.uploads) return;
      const chosen = Array.from(form.querySelectorAll('input[type="file"]')).some((input) => input.files.length);
      if (!chosen && !form.dataset.sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!form.dataset.sending) sendAll(form, event.submitter);
    },
    true,
  );
})();
