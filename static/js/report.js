// The forms of reports: how many characters are left, earlier texts taken over, milestones told, files dropped.
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
    var errors = document.getElementById("error-summary");
    if (errors) errors.focus();
  });

  // data-fill="field" data-text="…": puts the text into the field, and pressed again what stood there before.
  function put(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  function swapWords(button, words) {
    var node = Array.from(button.childNodes).find(function (each) { return each.nodeType === Node.TEXT_NODE; });
    var before = node.textContent;
    node.textContent = words;
    return before;
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (!button) return;
    event.preventDefault();
    var box = document.getElementById(button.dataset.fill);
    if (button.dataset.before !== undefined) {
      put(box, button.dataset.before);
      delete button.dataset.before;
      swapWords(button, button.dataset.words);
    } else {
      button.dataset.before = box.value;
      put(box, button.dataset.text);
      button.dataset.words = swapWords(button, button.dataset.undo);
    }
  });

  // data-dismiss="id": a note that has been read goes away.
  document.querySelectorAll("[data-dismiss]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      document.getElementById(button.dataset.dismiss).remove();
      var first = document.querySelector("#report-form textarea");
      if (first) first.focus();
    });
  });

  // data-marks="field": the milestones that the percent in the field does not reach.
  document.querySelectorAll("[data-marks]").forEach(function (marks) {
    var box = document.getElementById(marks.dataset.marks);
    box.addEventListener("input", function () {
      var typed = box.value.normalize("NFKC").replace("%", "").trim();
      marks.querySelectorAll("[data-percent]").forEach(function (mark) {
        var isMissed = /^\d+$/.test(typed) && Number(typed) < Number(mark.dataset.percent);
        mark.classList.toggle("is-missed", isMissed);
        mark.querySelector(".tag").hidden = !isMissed;
      });
    });
  });

  // Files: one's own button instead of the browser's, dropping, their names, and how far they are.
  function dressDrop() {
    document.querySelectorAll("[data-drop]:not(.is-dressed)").forEach(function (drop) {
      drop.classList.add("is-dressed");
      drop.querySelector("input").classList.add("visually-hidden");
      drop.querySelector("[data-drop-button]").hidden = false;
      drop.querySelector("[data-drop-hint]").hidden = false;
    });
  }

  function listNames(drop) {
    var list = drop.querySelector("[data-drop-files]");
    list.textContent = "";
    Array.from(drop.querySelector("input").files).forEach(function (file) {
      var line = document.createElement("li");
      line.textContent = file.name;
      list.appendChild(line);
    });
  }

  function dropOf(event) {
    return event.target.closest ? event.target.closest("[data-drop]") : null;
  }

  dressDrop();
  document.addEventListener("htmx:afterSwap", dressDrop);
  document.addEventListener("change", function (event) {
    if (dropOf(event)) listNames(dropOf(event));
  });
  ["dragenter", "dragover"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var drop = dropOf(event);
      if (!drop || !event.dataTransfer || Array.from(event.dataTransfer.types).indexOf("Files") < 0) return;
      event.preventDefault();
      drop.classList.add("is-over");
    });
  });
  document.addEventListener("dragleave", function (event) {
    var drop = dropOf(event);
    if (drop && !drop.contains(event.relatedTarget)) drop.classList.remove("is-over");
  });
  document.addEventListener("drop", function (event) {
    var drop = dropOf(event);
    if (!drop || !event.dataTransfer || !event.dataTransfer.files.length) return;
    event.preventDefault();
    drop.classList.remove("is-over");
    var input = drop.querySelector("input");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("htmx:xhr:progress", function (event) {
    var drop = dropOf(event);
    if (!drop || !event.detail.lengthComputable) return;
    var bar = drop.querySelector("[data-drop-progress]");
    bar.hidden = false;
    bar.value = Math.round(event.detail.loaded / event.detail.total * 100);
  });
})();
