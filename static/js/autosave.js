// data-autosave="address": what is typed into the form is kept on the server while it is typed. Nothing is kept in the
// browser: offices share computers. Only when keeping has failed does leaving the page ask first.
(function () {
  "use strict";

  var form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch) return;

  var PAUSE = 2000;
  var AGAIN = [5000, 15000, 30000];
  var told = document.querySelector("[data-save-state]");
  var typed = document.getElementById("typed");
  var timer = 0;
  var tries = 0;
  var isDirty = false;
  var isSending = false;
  var isComposing = false;
  var hasFailed = false;
  var isLeaving = false;

  function say(text, isBad) {
    if (!told) return;
    told.textContent = text;
    told.classList.toggle("is-bad", Boolean(isBad));
  }

  function content() {
    var data = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") data.append(name, value);
    });
    data.append("period", form.dataset.period);
    data.append("based_on", form.dataset.basedOn);
    return data;
  }

  function later(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, pause);
  }

  function fail(text) {
    isDirty = true;
    hasFailed = true;
    say(text, true);
    later(AGAIN[Math.min(tries, AGAIN.length - 1)]);
    tries += 1;
  }

  function send(isLast) {
    return window.fetch(form.dataset.autosave, {
      method: "POST",
      body: content(),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
      keepalive: isLast,
    });
  }

  function keep() {
    window.clearTimeout(timer);
    if (!isDirty || isLeaving) return;
    if (isSending || isComposing) { later(PAUSE); return; }
    isDirty = false;
    isSending = true;
    say(form.dataset.saving);
    send(false).then(function (answer) {
      if (answer.type === "opaqueredirect") throw new Error("signed out");
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (kept) {
      isSending = false;
      hasFailed = false;
      tries = 0;
      if (typed) typed.value = kept.typed;
      if (!isDirty) say(kept.text);
    }).catch(function (error) {
      isSending = false;
      if (isLeaving) return;
      if (error.message === "signed out") fail(form.dataset.signedOut);
      else fail(window.navigator.onLine ? form.dataset.failed : form.dataset.offline);
    });
  }

  form.addEventListener("input", function (event) {
    if (event.target.type === "file" || isLeaving) return;
    isDirty = true;
    later(PAUSE);
  });
  form.addEventListener("compositionstart", function () { isComposing = true; });
  form.addEventListener("compositionend", function () { isComposing = false; });
  form.addEventListener("submit", function () {
    isLeaving = true;
    window.clearTimeout(timer);
  });
  window.addEventListener("pageshow", function () { isLeaving = false; });
  window.addEventListener("online", function () { if (hasFailed) keep(); });

  // Leaving, closing, or putting the page away on a phone: what is not kept yet is sent on the way out.
  function keepOnTheWayOut() {
    if (!isDirty || isLeaving) return;
    isDirty = false;
    window.clearTimeout(timer);
    send(true).catch(function () { isDirty = true; });
  }
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") keepOnTheWayOut();
  });
  window.addEventListener("pagehide", keepOnTheWayOut);
  window.addEventListener("beforeunload", function (event) {
    if (isLeaving || !hasFailed) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
