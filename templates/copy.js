// Copies the address of a feed. Without it the buttons stay hidden, and a click selects the address.
const said = document.getElementById("copied");

function select(element) {
  const selection = getSelection();
  selection.selectAllChildren(element);
}

// The clipboard is there on https only; the old way is there where it is not.
async function copy(element) {
  select(element);
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    const { copy: id, done, failed } = button.dataset;
    said.textContent = (await copy(document.getElementById(id))) ? done : failed;
  });
}
