// The board fetches itself anew and puts in what changed; while the server does not answer it is pale.
const seconds = Number(document.currentScript.dataset.seconds);
setInterval(async () => {
  const board = document.getElementById("board");
  try {
    const answer = await fetch(location.href);
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
    board.classList.toggle("stale", !fresh);
    if (fresh && fresh.innerHTML !== board.innerHTML) board.innerHTML = fresh.innerHTML;
  } catch { board.classList.add("stale"); }
}, seconds * 1000);
