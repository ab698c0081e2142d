// What the form has with a script: a file's size is looked at before it is sent.

const file = document.querySelector("input[type=file][data-limit]");
const fault = document.querySelector("#file-fault");

if (file && fault) {
  const look = () => {
    const tooLarge = [...file.files].some((one) => one.size > Number(file.dataset.limit));
    fault.hidden = !tooLarge;
    fault.textContent = tooLarge ? fault.dataset.words : "";
    file.toggleAttribute("aria-invalid", tooLarge);
    return tooLarge;
  };
  file.addEventListener("change", () => {
    look();
    const upload = file.form.querySelector("input[name=source][value=upload]");
    if (file.files.length) upload.checked = true;
  });
  file.form.addEventListener("submit", (event) => {
    const upload = file.form.querySelector("input[name=source][value=upload]");
    if (upload.checked && look()) {
      event.preventDefault();
      file.focus();
    }
  });
}

// After a refusal the first thing read is what to put right.
document.querySelector("#summary")?.focus();
