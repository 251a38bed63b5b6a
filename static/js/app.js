// Small helps around forms that also work without a script. No text lives here: sentences come from the templates' data-… attributes.
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const MAX_BYTES = 50 * 1024 * 1024;

  // A random uuid; crypto.randomUUID is younger than our oldest browser and needs https.
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  // ---- menus and folds: details close on a tap elsewhere and on Escape; buttons with data-toggle open a part
  document.addEventListener("click", function (event) {
    all("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      const part = document.querySelector(toggle.dataset.toggle);
      toggle.setAttribute("aria-expanded", part.classList.toggle("open"));
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    all("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // ---- ask first: a "no" stops the click before htmx or the form hears of it
  document.addEventListener(
    "click",
    function (event) {
      const asked = event.target.closest("[data-confirm]");
      if (asked && !window.confirm(asked.dataset.confirm)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  // Whether something was typed or chosen in the form that its own button has not sent.
  function isFilled(form) {
    return Array.from(form.elements).some(function (field) {
      if (field.type === "file") return field.files.length > 0;
      return /^(text|url|date|number|textarea)$/.test(field.type) && field.value !== field.defaultValue;
    });
  }

  // ---- a second tap on the same form is not a second sending; a changed form gets a new key
  document.addEventListener(
    "submit",
    function (event) {
      const form = event.target;
      if (form.getAttribute("method") !== "post") return;
      if (form.dataset.busy) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (all("form[data-unsent]").some((other) => other !== form && isFilled(other) && !window.confirm(other.dataset.unsent))) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (!navigator.onLine) {
        event.preventDefault(); // a browser would leave the page and lose what was typed
        event.stopImmediatePropagation();
        sayFailed(0);
        return;
      }
      form.dataset.busy = form.dataset.sent = "1";
      window.setTimeout(() => delete form.dataset.busy, 4000); // an answer that is a file leaves the page standing
    },
    true, // before htmx, which would queue the second tap and send it later
  );
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (!form || !form.dataset.sent) return;
    delete form.dataset.sent;
    all("[data-tap-key]", form).forEach((key) => (key.value = uuid()));
  });
  window.addEventListener("pageshow", () => all("form[data-busy]").forEach((form) => delete form.dataset.busy));

  // ---- what was typed in fields with data-carried goes along with any other button of the page, which would lose it
  document.addEventListener("formdata", function (event) {
    const fields = all("[data-carried]").filter((field) => field.form !== event.target);
    if (fields.every((field) => field.value === field.defaultValue)) return;
    fields.forEach((field) => event.formData.set(field.name, field.value));
  });

  // ---- a form sent from further down the page comes back there (#…): what went wrong is brought into sight
  window.addEventListener("load", function () {
    const alert = location.hash && document.querySelector("main [role=alert]");
    if (!alert) return;
    let turns = 10; // the browser begins to glide to the part only now, and goes on for a while
    const timer = window.setInterval(function () {
      alert.scrollIntoView({ block: "center", behavior: "instant" });
      turns -= 1;
      if (turns === 0) window.clearInterval(timer);
    }, 100);
    ["wheel", "touchstart", "pointerdown", "keydown"].forEach(function (act) {
      window.addEventListener(act, () => window.clearInterval(timer), { once: true });
    });
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    all("form[data-busy]").forEach((form) => form.contains(event.target) && delete form.dataset.busy);
  });

  // ---- bulk bar: counts the ticks of its rows, shows itself from the first one
  function countPicks() {
    all("[data-bulk]").forEach(function (bar) {
      const picks = all('input[name="pick"]').filter((box) => box.form === bar);
      const chosen = picks.filter((box) => box.checked).length;
      bar.toggleAttribute("data-empty", chosen === 0);
      all("[data-bulk-count]", bar).forEach((place) => (place.textContent = chosen));
      picks.forEach((box) => box.closest("tr, li").classList.toggle("picked", box.checked));
    });
  }
  document.addEventListener("change", function (event) {
    const box = event.target;
    if (box.matches("[data-pick-all]")) {
      all('input[name="pick"]', box.closest("table")).forEach((pick) => (pick.checked = box.checked));
    }
    if (box.matches('[data-pick-all], input[name="pick"]')) countPicks();
    if (box.type === "file") showChosen(box);
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-pick-none]")) return;
    all('input[name="pick"], [data-pick-all]').forEach((box) => (box.checked = false));
    countPicks();
  });
  document.addEventListener("DOMContentLoaded", countPicks);
  window.addEventListener("pageshow", countPicks); // the browser may restore ticks
  document.addEventListener("htmx:afterSettle", countPicks);

  // ---- a long list of choices: a field above it leaves those that hold what is typed
  const FEW = 8; // choices that are seen at a glance
  function addSearch(select) {
    if (select.dataset.searched || select.options.length <= FEW) return;
    select.dataset.searched = "1";
    const field = document.createElement("input");
    Object.assign(field, { type: "search", className: "form-control mb-1", placeholder: select.dataset.search });
    field.setAttribute("aria-label", select.dataset.search);
    field.autocomplete = "off";
    select.before(field);
    field.addEventListener("input", function () {
      const typed = field.value.trim().toLowerCase();
      const fits = (option) => !typed || (option.value && option.text.toLowerCase().includes(typed));
      const found = Array.from(select.options).filter(function (option) {
        option.hidden = !fits(option);
        return !option.hidden;
      });
      if (typed && found.length === 1) select.value = found[0].value;
      select.size = typed && found.length > 1 ? Math.min(found.length, FEW) : 0; // an open list while there is a choice
    });
    select.addEventListener("change", () => (select.size = 0));
  }
  const addSearches = () => all("select[data-search]").forEach(addSearch);
  document.addEventListener("DOMContentLoaded", addSearches);
  document.addEventListener("htmx:afterSettle", addSearches);

  // ---- a strip of tabs that is wider than the screen shows the present one
  function showPresent(root) {
    all(".views [aria-current], .counters [aria-current]", root).forEach(function (tab) {
      const strip = tab.closest(".views, .counters");
      const [at, around] = [tab, strip].map((one) => one.getBoundingClientRect());
      strip.scrollLeft += at.left + at.width / 2 - around.left - around.width / 2;
    });
  }
  document.addEventListener("DOMContentLoaded", () => showPresent());
  document.addEventListener("htmx:afterSettle", (event) => showPresent(event.target)); // a strip one has moved oneself stays

  // ---- a part that is renewed while somebody works in it keeps its folds open
  let folds = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    const part = event.detail.target;
    folds = part.hasAttribute("data-keeps-folds") ? all("details", part).map((fold) => fold.open) : [];
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    all("details", event.detail.target).forEach((fold, n) => folds[n] && (fold.open = true));
    folds = [];
  });

  // ---- a form that came back with errors: the first wrong field takes the cursor
  document.addEventListener("htmx:afterSettle", function (event) {
    const wrong = event.target.querySelector(".is-invalid");
    if (wrong) wrong.focus();
  });

  // ---- chosen files: name, size, a small picture; too large is said before the upload
  function showChosen(input) {
    const list = document.querySelector('[data-chosen-for="' + input.id + '"]');
    if (!list) return;
    all("img", list).forEach((image) => URL.revokeObjectURL(image.src));
    list.textContent = "";
    Array.from(input.files).forEach(function (file) {
      const row = list.appendChild(document.createElement("li"));
      if (file.type.startsWith("image/")) {
        const image = row.appendChild(document.createElement("img"));
        image.src = URL.createObjectURL(file);
        image.alt = "";
      }
      const size = file.size > 1048576 ? (file.size / 1048576).toFixed(1) + " MB" : Math.ceil(file.size / 1024) + " KB";
      row.appendChild(document.createElement("span")).textContent = file.name + " · " + size;
      if (file.size > MAX_BYTES) {
        const note = row.appendChild(document.createElement("span"));
        note.className = "bad";
        note.textContent = list.dataset.tooBig;
      }
    });
  }

  // ---- print the page
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });

  // ---- copy a text; intranets without https have only the old way
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent;
    const told = () => {
      button.textContent = button.dataset.copied || button.textContent;
      button.setAttribute("aria-live", "polite");
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(told);
      return;
    }
    const place = "select" in source ? source : document.body.appendChild(document.createElement("textarea"));
    if (place !== source) place.value = text;
    place.select();
    if (document.execCommand("copy")) told();
    if (place !== source) place.remove();
  });

  // ---- quick phrases: a tap adds the words to the field
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.querySelector(button.dataset.fill);
    field.value += (field.value && !/[，。；\s]$/.test(field.value) ? "，" : "") + button.textContent.trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // ---- a part that could not be loaded says so at the top; what was typed stays
  function sayFailed(code) {
    const place = document.getElementById("page-note");
    if (!place) return;
    const key = code >= 500 ? "500" : String(code);
    place.textContent = "";
    const note = place.appendChild(document.createElement("div"));
    note.className = "note-bar note-fail";
    note.setAttribute("role", "alert");
    note.textContent = "▲ " + (place.getAttribute("data-" + key) || place.getAttribute("data-500"));
    place.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:responseError", (event) => sayFailed(event.detail.xhr.status));
  document.addEventListener("htmx:sendError", () => sayFailed(0));
})();
