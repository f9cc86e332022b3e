"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("th").forEach((head, column) => {
    const button = head.querySelector("button");
    if (!button) return;
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "descending";
      table.querySelectorAll("th").forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = row => {
        const text = row.cells[column].dataset.sort;
        return text === "nan" || text === "inf" ? Infinity : Number(text);
      };
      const rows = Array.from(body.rows).sort((x, y) => key(y) - key(x));
      if (up) rows.reverse();
      body.append(...rows);
    });
  });
}
const find = document.querySelector("input.find");
if (find) {
  find.addEventListener("input", () => {
    const word = find.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("table.sortable tbody tr")) {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(word);
    }
  });
}
for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    const text = document.querySelector("pre.command").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch (refused) {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector("pre.command"));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
  });
}
