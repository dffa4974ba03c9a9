/** The element of the page with an id, which index.html declares. */
export const elementById = <E extends HTMLElement>(id: string, type: new () => E): E => {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new TypeError(`index.html has no ${type.name} #${id}`)
  return element
}
