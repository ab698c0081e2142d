// A notice of the browser's own when a job is over while its page is not looked at: for whoever asks, on this page.
// A hidden page has closed its stream, so it asks now and then.
const ASK_MS = 15000;
const button = document.querySelector("#notice");
const is = (page) => page.querySelector("#watch");
let wanted = false;

if (button && "Notification" in window && !("over" in is(document).dataset)) button.hidden = false;

button?.addEventListener("click", async () => {
  wanted = !wanted && (await Notification.requestPermission()) === "granted";
  button.setAttribute("aria-pressed", wanted);
  button.title = !wanted && Notification.permission === "denied" ? button.dataset.refused : "";
  document.querySelector("#said").textContent = button.title;
});

async function look() {
  if (!wanted || !document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!wanted || !("over" in is(page).dataset)) return;
    wanted = false;
    const notice = new Notification(page.title, { body: page.querySelector("#sentence").textContent, tag: location.pathname });
    notice.onclick = () => window.focus();
  } catch {
    // The server is away for a moment; the next round asks again.
  }
}

document.addEventListener("visibilitychange", look);
setInterval(look, ASK_MS);
