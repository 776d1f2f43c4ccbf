// Keys of a play: they follow the links that stand on the page, so that all works without them too.
const ways = { ArrowRight: "on", PageDown: "on", ArrowLeft: "back", PageUp: "back", Home: "first", End: "last",
  p: "presenter", n: "notes" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, .scroll")) return;
  const link = ways[event.key] && document.querySelector(`a[data-go="${ways[event.key]}"]`);
  if (link) { event.preventDefault(); location.assign(link.href); }
});
