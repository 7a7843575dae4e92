// Small conveniences. Every page works without this file.
(function () {
  "use strict";

  function copyText(button) {
    var target = document.getElementById(button.dataset.copy);
    if (!target || !navigator.clipboard) { return; }
    navigator.clipboard.writeText(target.textContent).then(function () {
      var label = button.textContent;
      button.textContent = "Copied";
      window.setTimeout(function () { button.textContent = label; }, 1500);
    });
  }

  // "/" goes to the search field, unless the reader is typing.
  function onKey(event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }

  // A chosen file is shown in its text field, so that it is checked like typed text.
  function readFile(input) {
    var target = document.getElementById(input.dataset.into);
    var file = input.files && input.files[0];
    if (!target || !file || file.size > 4 * 1024 * 1024) { return; }
    file.text().then(function (text) {
      target.value = text;
      input.value = "";
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (button) { copyText(button); }
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (field.matches("input[type=file][data-into]")) { readFile(field); }
    if (field.matches("[data-autosubmit]") && field.form) { field.form.requestSubmit(); }
  });
  // On a narrow screen the navigation scrolls: bring the current entry into sight.
  function showCurrent() {
    var current = document.querySelector(".main-nav [aria-current]");
    if (current) {
      var list = current.closest("ul");
      list.scrollLeft = current.offsetLeft - list.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    showCurrent();
    document.documentElement.classList.add("js");
    document.querySelectorAll(".copy").forEach(function (button) {
      button.hidden = !navigator.clipboard;
    });
  });
  // Live checking that fails (signed out, server away) says so in the place of its answer.
  function checkFailed(event) {
    var preview = document.getElementById("preview");
    if (!preview || !event.detail.target || event.detail.target.id !== "preview") { return; }
    var status = event.detail.xhr ? event.detail.xhr.status : 0;
    var words = status === 401 || status === 403
      ? "Not checked: your session is over. Sign in again in another tab, then press Check."
      : "Not checked: the registry did not answer. Press Check to try again.";
    var note = document.createElement("p");
    note.className = "callout tone-bad";
    note.setAttribute("role", "alert");
    note.textContent = words;
    preview.replaceChildren(note);
  }
  document.addEventListener("htmx:responseError", checkFailed);
  document.addEventListener("htmx:sendError", checkFailed);

  document.addEventListener("htmx:afterSwap", function (event) {
    event.target.querySelectorAll(".copy").forEach(function (button) {
      button.hidden = !navigator.clipboard;
    });
  });
})();
