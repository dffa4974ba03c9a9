/** Where the API is: beside this page, also when a proxy puts both below a path of its own. */
export const baseUrl = new URL(".", location.href).href.replace(/[?#].*$/, "").replace(/\/$/, "")
