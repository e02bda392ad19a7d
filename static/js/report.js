// The report form: how many characters are left, and no false alarm or silence about unsaved text.
(function () {
  "use strict";

  // Characters as the server counts them: by code point, with blanks at the ends left out.
  function length(text) {
    return Array.from(text.replace(/\r\n/g, "\n").trim()).length;
  }

  function count(box, counter) {
    var limit = Number(box.dataset.limit);
    var written = length(box.value);
    counter.textContent = written + " / " + limit;
    counter.classList.toggle("is-over", written > limit);
  }

  document.querySelectorAll("textarea[data-limit]").forEach(function (box) {
    var counter = document.createElement("span");
    counter.className = "counter";
    counter.setAttribute("aria-hidden", "true");
    var help = document.getElementById(box.id + "_helptext");
    (help || box.parentNode).appendChild(counter);
    box.addEventListener("input", function () { count(box, counter); });
    count(box, counter);
  });

  // Files that are sent at once are not unsaved text.
  document.addEventListener("input", function (event) {
    if (event.target.type === "file" && event.target.hasAttribute("hx-post")) event.stopPropagation();
  }, true);

  // A form that came back from the server with refused text is unsaved before anything is typed again.
  window.addEventListener("load", function () {
    document.querySelectorAll("form[data-unsaved]").forEach(function (form) {
      form.dispatchEvent(new Event("input"));
    });
  });
})();
