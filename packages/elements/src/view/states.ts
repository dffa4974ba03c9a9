import { html, nothing, type TemplateResult } from "lit"
import type { Problem } from "../live/Problem.ts"
import { ofProblem, type Words } from "../text/Words.ts"

/** The shape of what will be here, while it is on its way. */
export const loading = (words: Words): TemplateResult => html`<div class="board" role="status">
  <span class="hidden">${words.loading}</span>
  ${[
    ["now", "supply"],
    ["recent", "use"]
  ].map(
    (column) =>
      html`<div class="column">${column.map(
        (name) =>
          html`<section class="card ${name} skeleton" aria-hidden="true"><i></i><i></i><i></i></section>`
      )}</div>`
  )}
</div>`

/** What went wrong, in words that say what to do, and a way to try again. */
export const failed = (words: Words, problem: Problem, retry: () => void): TemplateResult => {
  const [title, note] = ofProblem(words, problem.kind)
  const hasDetail = problem.kind === "other" || problem.kind === "unknown-location"
  return html`<section class="card message" role="alert">
    <h2>${title}</h2>
    <p>${note}</p>
    ${hasDetail ? html`<p class="detail">${problem.message}</p>` : nothing}
    <slot name="failed"></slot>
    <button type="button" class="action" @click=${retry}>${words.retry}</button>
  </section>`
}

/** There is nothing to show yet; the page may say in the slot what to do about it. */
export const empty = (
  title: string,
  note: string
): TemplateResult => html`<section class="card message" role="status">
  <h2>${title}</h2>
  <p>${note}</p>
  <slot name="empty"></slot>
</section>`
