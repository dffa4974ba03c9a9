import { css } from "lit"

/** The table of devices. */
export const table = css`
  .scroll {
    overflow-x: auto;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
  }
  caption {
    text-align: start;
    font-weight: 600;
    font-size: 0.93rem;
    padding-block-end: 8px;
  }
  caption span {
    font-weight: 400;
    color: var(--muted);
    margin-inline-start: 8px;
  }
  th,
  td {
    text-align: end;
    padding: 10px 0 10px 16px;
    font-weight: 400;
    white-space: nowrap;
    border-block-start: 1px solid var(--rule);
  }
  thead th {
    color: var(--muted);
    font-size: 0.85rem;
    border: 0;
    padding-block: 4px;
  }
  th:first-child {
    text-align: start;
    padding-inline: 18px 0;
    text-indent: -18px;
    white-space: normal;
  }
  thead th:first-child {
    padding-inline-start: 0;
    text-indent: 0;
  }
  tbody th::before {
    content: "";
    display: inline-block;
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    margin-inline-end: 10px;
    background: var(--role);
  }
  .grid {
    --role: var(--grid);
  }
  .generation {
    --role: var(--solar);
  }
  .storage {
    --role: var(--battery);
  }
  .load {
    --role: var(--house);
  }
  td .value {
    display: inline-block;
    direction: ltr;
  }
  td .unit,
  td.quiet {
    color: var(--muted);
    font-size: 0.87rem;
  }
  td .unit {
    display: inline-block;
    min-inline-size: 2.2em;
    text-align: start;
  }
  .empty {
    color: var(--muted);
  }
  @container (inline-size < 480px) {
    .wide {
      display: none;
    }
  }
`
