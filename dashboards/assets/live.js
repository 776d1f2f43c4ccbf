// Shows markup that the server made and tells it what a reader does with it. It decides nothing itself.
//
//   data-region="name"   filled with the server's `regions[name]`; focus, open details and scroll positions stay
//   data-do="act"        a click (or change, for a field) is told as {act, value}; `data-live` also tells typing
//   data-clear           a field is emptied once it was told; data-file tells the text of the file that is chosen
//   data-rove            arrow keys go from one data-stop inside it to the next; only one of them is a tab stop
//   data-zoom="in|out|fit"  width of the drawing in the nearest .sheet
//   data-play            presses the button of its data-target again and again, until that is disabled
const TYPING = 180, LOST = 15000, BEAT = 1600
const ENDS = ["pointerup", "pointercancel", "dragend"]

export function render({ model, el }) {
  const page = document.createElement("div")
  page.className = model.portal ? "live" : "live alone"
  page.innerHTML = model.frame
  const shown = {}, waiting = {}, dirty = {}
  let typing = null, lost = null, beat = null, marked = [], filling = false, pressed = false

  const root = () => page.getRootNode()
  const by = (id) => (id ? page.querySelector("#" + CSS.escape(id)) : null)

  function fill() {
    if (pressed) return  // a button that goes away between press and release would not be clicked
    for (const [name, html] of Object.entries(model.regions)) {
      const place = page.querySelector(`[data-region="${name}"]`)
      if (!place || shown[name] === html) continue
      const active = root().activeElement
      const id = active && place.contains(active) ? active.id : null
      const caret = id && typeof active.selectionStart === "number" ? [active.selectionStart, active.selectionEnd] : null
      // What is being typed and was not told yet is newer than what the server sends.
      const typed = [...place.querySelectorAll("input[id], textarea[id]")].filter((one) => dirty[one.id]).map((one) => [one.id, one.value])
      const open = [...place.querySelectorAll("details[id]")].map((one) => [one.id, one.open])
      const scrolled = [...place.querySelectorAll("[id][data-scroll]")].map((one) => [one.id, one.scrollTop, one.scrollLeft])
      filling = true
      place.innerHTML = html
      filling = false
      shown[name] = html
      for (const [one, was] of open) { const now = by(one); if (now) now.open = was }
      for (const [one, top, left] of scrolled) { const now = by(one); if (now) { now.scrollTop = top; now.scrollLeft = left } }
      for (const list of place.querySelectorAll("[data-scroll]")) {  // what is current stays in sight
        const at = list.querySelector("[aria-current]")
        if (!at) continue
        const top = at.getBoundingClientRect().top - list.getBoundingClientRect().top
        if (top < 0 || top + at.offsetHeight > list.clientHeight) list.scrollTop += top - list.clientHeight / 3
      }
      for (const [one, value] of typed) { const now = by(one); if (now) { now.value = value; now.dataset.kept = "" } }
      if (id !== null) {
        const now = by(id) || place
        now.focus({ preventScroll: true })
        if (caret && now.setSelectionRange) now.setSelectionRange(...caret)
      }
      place.querySelectorAll("[data-rove]").forEach(rove)
    }
    values()
    marks()
  }

  // What the server knows of fields outside the regions; what the reader is typing is newer.
  function values() {
    for (const [id, value] of Object.entries(model.values)) {
      const field = by(id)
      if (field && !waiting[id] && field.value !== value) field.value = value
    }
  }

  function marks() {
    for (const [one, added] of marked) one.classList.remove(...added)
    marked = []
    for (const [id, names] of Object.entries(model.marks)) {
      const one = by(id)
      if (!one) continue
      const added = names.split(" ")
      one.classList.add(...added)
      marked.push([one, added])
    }
  }

  function rove(box) {
    const stops = [...box.querySelectorAll("[data-stop]")]
    const kept = stops.find((one) => one.hasAttribute("aria-current")) || stops[0]
    stops.forEach((one) => one.setAttribute("tabindex", one === kept ? "0" : "-1"))
  }

  function tell(act, value, source) {
    if (source && source.id) waiting[source.id] = true
    page.setAttribute("aria-busy", "true")
    clearTimeout(lost)
    lost = setTimeout(() => { const bar = page.querySelector(".lost"); if (bar) bar.hidden = false }, LOST)
    model.send_msg({ act, value: String(value), on: !!(source && source.checked) })
  }

  function answered() {
    clearTimeout(lost)
    page.removeAttribute("aria-busy")
    const bar = page.querySelector(".lost")
    if (bar) bar.hidden = true
    if (typing === null) for (const id of Object.keys(waiting)) delete waiting[id]
    values()
  }

  function address() {
    if (!model.address || !model.portal) return
    const here = window.location.pathname + window.location.search
    if (model.address === here) return
    // Letters typed one after the other are one step back, not many.
    const typed = typing !== null || Object.keys(waiting).some((id) => by(id) && by(id).hasAttribute("data-live"))
    window.history[typed ? "replaceState" : "pushState"]({}, "", model.address)
  }

  function point() {
    const at = by(model.focus.slice(model.focus.indexOf(" ") + 1))
    if (!at) return
    for (let up = at.closest("details"); up; up = up.parentElement.closest("details")) up.open = true
    at.scrollIntoView({ block: "center" })
    at.focus({ preventScroll: true })
  }

  // Leaving while a field is not told yet would lose it: telling it comes first.
  const leaving = (event) => {
    const at = root().activeElement
    if (at && dirty[at.id]) { at.blur(); event.preventDefault() }
  }

  const back = () => tell("address", window.location.search)

  page.addEventListener("click", (event) => {
    const at = event.target.closest("[data-do], [data-zoom], [data-play]")
    if (!at || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (at.dataset.zoom) return zoom(at)
    if (at.hasAttribute("data-play")) return play(at)
    if (["INPUT", "SELECT", "TEXTAREA", "FORM"].includes(at.tagName) || at.getAttribute("aria-disabled") === "true") return
    event.preventDefault()
    tell(at.dataset.do, at.dataset.value || "", at)
  })

  page.addEventListener("change", (event) => changed(event.target))

  // A field that was drawn anew while somebody typed in it is untouched to the browser, which then tells no change.
  page.addEventListener("focusout", (event) => { if (dirty[event.target.id]) changed(event.target) })

  function changed(at) {
    if (filling || !at.dataset || !at.dataset.do) return
    clearTimeout(typing); typing = null
    delete dirty[at.id]
    if (at.type === "file") return at.files[0] && at.files[0].text().then((text) => { at.value = ""; tell(at.dataset.do, text, at) })
    const value = at.type === "checkbox" || at.type === "radio" ? at.dataset.value || at.value : at.value
    if (at.hasAttribute("data-clear")) at.value = ""
    tell(at.dataset.do, value, at)
  }

  page.addEventListener("input", (event) => {
    const at = event.target
    if (at.id && at.type !== "checkbox" && at.type !== "radio") dirty[at.id] = true
    if (!at.hasAttribute("data-live")) return
    waiting[at.id] = true
    clearTimeout(typing)
    typing = setTimeout(() => { typing = null; tell(at.dataset.do, at.value, at) }, TYPING)
  })

  page.addEventListener("pointerdown", () => { pressed = true })
  const released = () => { if (pressed) { pressed = false; setTimeout(fill) } }  // once the click is told
  for (const end of ENDS) window.addEventListener(end, released)

  page.addEventListener("submit", (event) => { if (!model.portal || !event.target.hasAttribute("action")) event.preventDefault() })

  page.addEventListener("keydown", (event) => {
    const at = event.target
    const stop = at.closest("[data-stop]")
    const box = stop && stop.closest("[data-rove]")
    if (box && at === stop) {
      const stops = [...box.querySelectorAll("[data-stop]")]
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -stops.length, End: stops.length }[event.key]
      if (step) {
        event.preventDefault()
        const next = stops[Math.min(Math.max(stops.indexOf(stop) + step, 0), stops.length - 1)]
        stops.forEach((one) => one.setAttribute("tabindex", one === next ? "0" : "-1"))
        next.focus()
        return
      }
    }
    if (event.key === "Enter" && at.tagName === "INPUT" && "kept" in at.dataset && dirty[at.id]) changed(at)
    // Groups of a drawing are no buttons to the browser, so it presses none.
    if ((event.key === "Enter" || event.key === " ") && at.getAttribute("role") === "button" && at.dataset.do) {
      event.preventDefault()
      tell(at.dataset.do, at.dataset.value || "", at)
    }
  })

  function zoom(button) {
    const drawing = button.closest(".sheet").querySelector("svg.drawing")
    const now = parseFloat(drawing.style.width) || 100
    const next = { in: now * 1.3, out: now / 1.3, fit: 100 }[button.dataset.zoom]
    drawing.style.width = Math.min(Math.max(next, 100), 500) + "%"
  }

  function play(button) {
    const stop = () => { clearInterval(beat); beat = null; button.setAttribute("aria-pressed", "false") }
    if (beat !== null) return stop()
    const press = () => {
      const target = by(button.dataset.target)
      if (!target || target.disabled) return stop()
      if (!page.hasAttribute("aria-busy")) target.click()
    }
    button.setAttribute("aria-pressed", "true")
    const target = by(button.dataset.target), start = by(button.dataset.start)
    if (target && target.disabled && start) { start.click(); beat = setInterval(press, BEAT); return }
    beat = setInterval(press, BEAT)
    press()
  }

  model.on("frame", () => { page.innerHTML = model.frame; for (const name of Object.keys(shown)) delete shown[name]; fill(); page.querySelectorAll("[data-rove]").forEach(rove) })
  model.on("regions", fill)
  model.on("marks", marks)
  model.on("values", values)
  model.on("address", address)
  model.on("answers", answered)
  model.on("focus", point)
  model.on("go", () => { if (model.portal && /^\/[a-z]/.test(model.go)) window.location.assign(model.go) })
  window.addEventListener("beforeunload", leaving)
  if (model.address && model.portal) window.addEventListener("popstate", back)
  model.on("remove", () => { for (const end of ENDS) window.removeEventListener(end, released); window.removeEventListener("popstate", back); window.removeEventListener("beforeunload", leaving); clearInterval(beat); clearTimeout(lost); clearTimeout(typing) })
  fill()
  page.querySelectorAll("[data-rove]").forEach(rove)
  return page
}
