import { css } from "lit"

/**
 * The colours and measures, each overridable from outside by a `--wk-…` property.
 *
 * Text colours have a contrast of 4.5 : 1 or more on their ground, the colours of the roles 3 : 1 or more.
 */
export const theme = css`
  :host {
    color-scheme: var(--wk-color-scheme, light dark);
    --ground: var(--wk-ground, light-dark(#f6f5f1, #131618));
    --surface: var(--wk-surface, light-dark(#ffffff, #1b1f22));
    --ink: var(--wk-ink, light-dark(#1c2227, #eeece7));
    --muted: var(--wk-muted, light-dark(#59626a, #a3abb2));
    --rule: var(--wk-rule, light-dark(#e6e3dc, #2d3338));
    --grid: var(--wk-grid, light-dark(#4a5cd0, #91a2ff));
    --solar: var(--wk-solar, light-dark(#c27803, #f6bd42));
    --battery: var(--wk-battery, light-dark(#0c8a6d, #45cda6));
    --house: var(--wk-house, light-dark(#bf3f6c, #fb8bae));
    --notice: var(--wk-notice, light-dark(#fdf3dc, #352c17));
    --radius: var(--wk-radius, 18px);
    --gap: var(--wk-gap, 16px);
    display: block;
    container-type: inline-size;
    color: var(--ink);
    font-family: var(--wk-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif);
    font-size: 15px;
    line-height: 1.45;
    font-variant-numeric: tabular-nums;
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--rule);
    border-radius: var(--radius);
    padding: 22px 24px 24px;
    min-inline-size: 0;
  }
  h2,
  h3 {
    font-size: 0.93rem;
    font-weight: 600;
    line-height: 1.5;
  }
  h3 {
    color: var(--muted);
    margin-block: 18px 6px;
  }
  ul {
    list-style: none;
    padding: 0;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--grid);
    outline-offset: 2px;
  }
  @container (inline-size < 480px) {
    .card {
      padding: 18px 16px;
    }
  }
`
