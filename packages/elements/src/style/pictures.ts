import { css } from "lit"

/** The flow and the chart. */
export const pictures = css`
  .grid {
    --role: var(--grid);
  }
  .solar,
  .generation {
    --role: var(--solar);
  }
  .battery,
  .storage {
    --role: var(--battery);
  }
  .house,
  .load,
  .rest {
    --role: var(--house);
  }
  svg {
    display: block;
    max-inline-size: 100%;
    overflow: visible;
    direction: ltr;
  }
  svg text {
    fill: var(--ink);
    font-size: 14px;
  }
  [data-measured="flow"] {
    inline-size: 100%;
    display: grid;
    justify-items: center;
  }
  .flow text {
    text-anchor: middle;
  }
  .flow .caption {
    fill: var(--muted);
    font-size: 13.5px;
  }
  .flow .watts {
    font-size: 15px;
    font-weight: 600;
  }
  .flow .watts.big {
    font-size: 20px;
  }
  .flow.small .watts {
    font-size: 13px;
  }
  .flow.small .watts.big {
    font-size: 16px;
  }
  .flow .unit {
    font-size: 0.75em;
    font-weight: 500;
    fill: var(--muted);
  }
  .flow .disc {
    fill: color-mix(in srgb, var(--role) 9%, var(--surface));
    stroke: color-mix(in srgb, var(--role) 45%, var(--surface));
    stroke-width: 1.5;
  }
  .flow .ring {
    fill: none;
    stroke: var(--rule);
    stroke-width: 6;
  }
  .flow .mix {
    fill: none;
    stroke: var(--role);
    stroke-width: 6;
    transition: stroke-dasharray 0.5s ease, stroke-dashoffset 0.5s ease;
  }
  .flow .icon {
    fill: none;
    stroke: var(--role);
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .flow .way {
    stroke: color-mix(in srgb, var(--role) 30%, var(--surface));
    stroke-width: 2;
    stroke-linecap: round;
  }
  .flow [data-still] .way {
    stroke: var(--rule);
  }
  .flow .dots {
    stroke: var(--role);
    stroke-width: 5;
    stroke-linecap: round;
    stroke-dasharray: 0 14;
  }
  .flow .arrow {
    fill: none;
    stroke: var(--role);
    stroke-width: 2.5;
    stroke-linecap: round;
    stroke-linejoin: round;
    opacity: 0;
  }
  .canvas {
    position: relative;
    border-radius: 10px;
    touch-action: pan-y;
    cursor: crosshair;
  }
  .plot .rule,
  .plot .zero {
    stroke: var(--rule);
    stroke-width: 1;
    shape-rendering: crispEdges;
  }
  .plot .zero {
    stroke: color-mix(in srgb, var(--muted) 60%, var(--surface));
  }
  .plot .tick {
    font-size: 12px;
    fill: var(--muted);
  }
  .plot .tick.y,
  .plot .tick.end {
    text-anchor: end;
  }
  .plot .tick.x {
    text-anchor: middle;
  }
  .plot .tick.x.end {
    text-anchor: end;
  }
  .plot .stroke {
    fill: none;
    stroke: var(--role);
    stroke-width: 2;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .plot .line.battery .stroke {
    stroke-dasharray: 5 4;
  }
  .plot .line.grid .stroke {
    stroke-width: 1.5;
  }
  .plot .area {
    fill: color-mix(in srgb, var(--role) 13%, transparent);
  }
  .plot .cursor {
    stroke: var(--muted);
    stroke-width: 1;
  }
  .plot .mark {
    fill: var(--role);
    stroke: var(--surface);
    stroke-width: 2;
  }
  @media (prefers-reduced-motion: reduce) {
    .flow .dots {
      display: none;
    }
    .flow .arrow {
      opacity: 1;
    }
    .flow .mix {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    .flow .dots,
    .flow .icon,
    .plot .stroke {
      stroke: CanvasText;
    }
  }
`
