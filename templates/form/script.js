"use strict";
(() => {
  const {file, rows, saved} = JSON.parse(document.getElementById("answers").textContent);
  const [names, variant, ...asked] = rows;
  const boxes = asked.map((_, place) => document.getElementById(`a${place}`));
  let open = false;

  // what a spreadsheet would take for a formula gets an apostrophe, as in all our tables; numbers stay numbers
  const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;
  const safe = text => /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  const cell = text => /[",\r\n]/.test(safe(text)) ? `"${safe(text).replace(/"/g, '""')}"` : safe(text);
  const typed = box => box.value.trim().replace(/\s*\n\s*/g, " ");

  function save() {
    const filled = [names, variant, ...asked.map(([quantity, symbol], place) => [quantity, symbol, typed(boxes[place])])];
    const text = filled.map(row => `${row.map(cell).join(",")}\n`).join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    open = false;
    const count = boxes.filter(typed).length;
    document.getElementById("saved").textContent = saved.replace("{}", count).replace("{}", boxes.length);
  }

  // nobody leaves with what is not saved, unasked
  for (const box of boxes) box.addEventListener("input", () => { open = true; });
  addEventListener("beforeunload", event => { if (open) event.preventDefault(); });
  document.getElementById("save").addEventListener("click", save);
})();
