import { css } from "lit"

/** The legend, the ledger's two lists and the tables. */
export const lists = css`
  /* A number with its unit reads from left to right in every language. */
  .value,
  .watts,
  .share {
    direction: ltr;
    unicode-bidi: isolate;
  }
  .moment {
    font-weight: 400;
    color: var(--muted);
    margin-inline-start: 10px;
  }
  .quiet {
    border: 0;
    background: none;
    color: var(--muted);
    font-size: 0.85rem;
    padding: 6px 0;
    min-block-size: 32px;
    text-decoration: underline;
    text-decoration-color: var(--rule);
    text-underline-offset: 4px;
  }
  .quiet:hover {
    color: var(--ink);
    text-decoration-color: currentColor;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 20px;
    margin-block: 6px 10px;
    margin-inline: -6px;
  }
  .key {
    display: inline-grid;
    grid-template-columns: auto auto;
    align-items: center;
    column-gap: 8px;
    border: 0;
    background: none;
    border-radius: 8px;
    padding: 4px 6px;
    text-align: start;
    font-size: 0.87rem;
  }
  .key .swatch {
    inline-size: 14px;
    block-size: 4px;
    border-radius: 2px;
    background: var(--role);
  }
  .key.battery .swatch {
    background: linear-gradient(90deg, var(--role) 40%, transparent 40% 60%, var(--role) 60%);
  }
  .key .name {
    color: var(--muted);
  }
  td .value {
    display: inline-block;
  }
  .key .value {
    grid-column: 2;
    font-weight: 600;
    min-inline-size: 7.5ch;
    font-size: 1rem;
  }
  .key[aria-pressed="false"] {
    opacity: 0.55;
  }
  .key[aria-pressed="false"] .name {
    text-decoration: line-through;
  }
  .list h2 {
    margin-block-end: 8px;
  }
  .list li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto minmax(8ch, auto);
    align-items: baseline;
    column-gap: 12px;
    padding-block: 9px 8px;
    --indent: 0px;
  }
  .list li[data-depth="1"] {
    --indent: 18px;
  }
  .list li[data-depth="2"] {
    --indent: 36px;
  }
  .list li[data-depth="3"] {
    --indent: 54px;
  }
  .list li:not([data-depth="0"]) {
    padding-block: 3px;
    font-size: 0.92em;
  }
  .list .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    padding-inline-start: var(--indent);
  }
  .list li:not([data-depth="0"]) :is(.name, .watts) {
    color: var(--muted);
    font-weight: 400;
  }
  .list .share {
    color: var(--muted);
    font-size: 0.87rem;
    min-inline-size: 5ch;
    text-align: end;
  }
  .list .watts {
    text-align: end;
    font-weight: 600;
    white-space: nowrap;
  }
  .list .watts .unit {
    display: inline-block;
    min-inline-size: 1.9em;
    text-align: start;
    font-size: 0.85em;
    font-weight: 400;
    color: var(--muted);
  }
  .bar {
    grid-column: 1 / -1;
    block-size: 4px;
    margin-block-start: 7px;
    border-radius: 2px;
    background: var(--rule);
    overflow: hidden;
  }
  .list li:not([data-depth="0"]) .bar {
    display: none;
  }
  .bar rect {
    fill: var(--role);
  }
  :host(:dir(rtl)) .bar {
    transform: scaleX(-1);
  }
  .rest .bar rect {
    opacity: 0.45;
  }
  .rest .name {
    font-style: italic;
  }
  .silent .note,
  .idle,
  .empty {
    color: var(--muted);
    font-size: 0.9rem;
  }
  .idle {
    margin-block-start: 12px;
  }
  .list .silent li {
    grid-template-columns: minmax(0, 1fr) auto;
    padding-block: 4px;
  }
  .canvas.table {
    max-block-size: 236px;
    overflow: auto;
    cursor: auto;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.92rem;
  }
  th,
  td {
    text-align: end;
    padding: 7px 10px;
    font-weight: 400;
    white-space: nowrap;
    border-block-end: 1px solid var(--rule);
  }
  th:first-child {
    text-align: start;
    padding-inline-start: 0;
  }
  td:last-child,
  thead th:last-child {
    padding-inline-end: 0;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--surface);
    color: var(--muted);
    font-size: 0.85rem;
  }
  @media (prefers-reduced-motion: no-preference) {
    .bar rect {
      transition: width 0.6s ease;
    }
  }
`
