import "@wattkit/elements/define"

// Opened as http://localhost:4173/?server=http://localhost:8080#key=wk_live_…
const { hash, searchParams } = new URL(location.href)
const live = document.querySelector("wk-live-power")!
live.baseUrl = searchParams.get("server") ?? "http://localhost:8080"
live.token = new URLSearchParams(hash.slice(1)).get("key") ?? undefined
