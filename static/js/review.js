// The desk of the reviewer: common reasons put in by a click, and no approval past a reason that was begun.
(function () {
  "use strict";

  document.querySelectorAll("[data-reasons]").forEach(function (list) {
    var box = document.getElementById(list.dataset.reasons);
    list.hidden = false;
    list.addEventListener("click", function (event) {
      var button = event.target.closest("[data-insert]");
      if (!button) return;
      var text = box.value.trim();
      if (text.indexOf(button.dataset.insert) < 0) box.value = (text ? text + "\n" : "") + button.dataset.insert;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    });
  });

  // The keys lead to a button or a field. The address keeps no mark of it: the next report would open there, and a
  // second Enter would approve what nobody has read.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-focus]");
    if (!link) return;
    event.preventDefault();
    document.getElementById(link.getAttribute("href").slice(1)).focus();
  });

  document.querySelectorAll("form[data-approve]").forEach(function (form) {
    var box = document.getElementById(form.dataset.approve);
    var refused = form.querySelector("[data-approve-refused]");
    form.addEventListener("submit", function (event) {
      if (!box.value.trim()) return;
      event.preventDefault();
      event.stopPropagation();
      refused.hidden = false;
      box.focus();
    });
    box.addEventListener("input", function () { refused.hidden = true; });
  });
})();
