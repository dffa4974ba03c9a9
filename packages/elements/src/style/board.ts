import { css } from "lit"

/** How the parts lie beside each other, and the states in which there are no values. */
export const board = css`
  .board,
  .column {
    display: grid;
    gap: var(--gap);
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
  }
  .now {
    display: grid;
    gap: 8px;
    justify-items: center;
  }
  /* On a narrow page the parts stand below each other, what is now before what was. */
  .column {
    display: contents;
  }
  .now {
    order: 1;
  }
  .recent {
    order: 2;
  }
  .supply {
    order: 3;
  }
  .use {
    order: 4;
  }
  @container (inline-size >= 860px) {
    .board {
      grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
      align-content: stretch;
    }
    .column {
      display: grid;
      grid-template-rows: auto 1fr;
      align-content: stretch;
    }
  }
  .now > header,
  .recent > header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    inline-size: 100%;
    min-block-size: 32px;
  }
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    font-size: 0.82rem;
    color: var(--muted);
    white-space: nowrap;
  }
  .pill::before {
    content: "";
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--muted);
  }
  .pill[data-state="live"]::before {
    background: var(--battery);
    box-shadow: 0 0 0 3px color-mix(in srgb, var(--battery) 22%, transparent);
  }
  .pill[data-state="stale"]::before,
  .pill[data-state="reconnecting"]::before {
    background: var(--solar);
  }
  .pill[data-state="offline"]::before {
    background: var(--house);
  }
  .notice {
    grid-column: 1 / -1;
    background: var(--notice);
    border-radius: calc(var(--radius) * 0.7);
    padding: 12px 18px;
    font-size: 0.93rem;
  }
  .board[data-old] :is(.headline, .flow, .list ul) {
    opacity: 0.55;
  }
  .headline {
    text-align: center;
    padding-block: 10px 18px;
  }
  .sentence {
    color: var(--muted);
    font-size: 1rem;
  }
  .number {
    font-size: clamp(3rem, 15cqi, 4.5rem);
    font-weight: 400;
    line-height: 1.15;
    letter-spacing: -0.035em;
    white-space: nowrap;
    direction: ltr;
  }
  .number .sign {
    font-size: 0.62em;
    vertical-align: 0.16em;
    color: var(--muted);
    margin-inline-end: 0.1em;
  }
  .number .unit {
    font-size: 0.4em;
    font-weight: 400;
    letter-spacing: 0;
    color: var(--muted);
  }
  .aside {
    color: var(--muted);
    font-size: 0.93rem;
    min-block-size: 1.45em;
  }
  .aside strong {
    color: var(--ink);
    font-weight: 600;
  }
  .message {
    display: grid;
    gap: 12px;
    justify-items: center;
    text-align: center;
    padding-block: clamp(36px, 9cqi, 88px);
  }
  .message h2 {
    font-size: 1.5rem;
    font-weight: 500;
    line-height: 1.25;
    text-wrap: balance;
  }
  .message p {
    color: var(--muted);
    max-inline-size: 34rem;
    text-wrap: pretty;
  }
  .message .detail {
    font-size: 0.87rem;
    overflow-wrap: anywhere;
  }
  ::slotted(*) {
    max-inline-size: 100%;
  }
  .action {
    border: 0;
    border-radius: 999px;
    padding: 10px 22px;
    min-block-size: 44px;
    background: var(--ink);
    color: var(--surface);
    font-weight: 600;
  }
  .skeleton {
    display: grid;
    gap: 16px;
    align-content: start;
    min-block-size: 180px;
  }
  .now.skeleton {
    min-block-size: 460px;
  }
  .skeleton i {
    block-size: 18px;
    border-radius: 9px;
    background: var(--rule);
    inline-size: 70%;
  }
  .skeleton i:first-child {
    inline-size: 30%;
  }
  .skeleton i:last-child {
    inline-size: 100%;
    block-size: 72px;
  }
  @media (prefers-reduced-motion: no-preference) {
    .skeleton i {
      animation: breathe 1.8s ease-in-out infinite alternate;
    }
  }
  @keyframes breathe {
    to {
      opacity: 0.4;
    }
  }
`
