// Text to copy: a button behind each block. Without a clipboard, as on plain http, the text is selected instead.
const words = document.querySelector("#copy-words").dataset;

for (const block of document.querySelectorAll(".copyable")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = words.copy;
  const said = document.createElement("span");
  said.className = "only-read";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const text = block.querySelector("code");
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = words.selected;
    }
    said.textContent = button.textContent;
  });
  block.after(button, said);
}
