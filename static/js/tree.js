// The tree of a draft by keyboard, and the columns of a scoring rule; everything here also works by the plain buttons.
(function () {
  "use strict";
  const boxes = () => Array.from(document.querySelectorAll('.items input[name="pick"]')).filter((box) => box.offsetParent);

  function press(act, box) {
    boxes().forEach((other) => (other.checked = other === box));
    const button = document.querySelector('#bulk button[name="act"][value="' + act + '"]');
    if (button) button.click();
  }

  const MOVES = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "into" };
  document.addEventListener("keydown", function (event) {
    const box = event.target;
    if (!box.matches || !box.matches('.items input[name="pick"]')) return;
    if (event.altKey && MOVES[event.key]) {
      event.preventDefault();
      press(MOVES[event.key], box);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      const row = boxes();
      const next = row[row.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) next.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      box.closest("li").querySelector("a.btn").click();
    }
  });

  // A page whose address ends in #item-… does not heed autofocus, and loses the cursor once it has scrolled there.
  window.addEventListener("load", function () {
    const chosen = document.querySelector('.items input[name="pick"][autofocus]');
    if (chosen) chosen.focus({ preventScroll: true });
  });

  // ---- a rule shows the columns of its kind
  function showRule() {
    document.querySelectorAll("[data-rule-of]").forEach(function (part) {
      const kind = document.getElementById(part.dataset.ruleOf).value;
      part.querySelectorAll("[data-for]").forEach((cell) => (cell.hidden = !cell.dataset.for.split(" ").includes(kind)));
      part.querySelectorAll(".row-line").forEach((row) => (row.hidden = kind === "" || kind === "conform"));
    });
  }
  document.addEventListener("change", (event) => event.target.name === "scoring" && showRule());
  showRule();
})();
