import type { Line } from "../power/PowerHistory.ts"

/** Where one circle of the flow stands. */
export interface Circle {
  readonly x: number
  readonly y: number
  readonly r: number
}

/** The circles of the flow and the size of the picture around them, in CSS pixels. */
export interface FlowLayout {
  readonly width: number
  readonly height: number
  readonly isSmall: boolean
  readonly circles: { readonly [line in Line]?: Circle }
}

const captionHeight = 26
const gap = 8

/**
 * Places what there is around the house: what is produced here above it, grid and battery at its sides.
 *
 * With one or two neighbours all stand on one line, so that no half of the picture is empty.
 */
export const layout = (available: number, neighbours: ReadonlyArray<Exclude<Line, "house">>): FlowLayout => {
  const width = Math.round(Math.min(Math.max(available, 264), 460))
  const isSmall = width < 360
  const [r, house] = isSmall ? [32, 42] : width < 420 ? [44, 58] : [50, 66]
  const has = (line: Exclude<Line, "house">): boolean => neighbours.includes(line)
  const isTall = neighbours.length > 2
  const top = isTall ? 2 * r + captionHeight + (isSmall ? 36 : width < 420 ? 44 : 64) : gap
  const y = top + house
  const left = { x: r + 4, y, r }
  const right = { x: width - r - 4, y, r }
  const height = y + house + captionHeight
  if (neighbours.length < 2) {
    const [only] = neighbours
    const center = { x: only === undefined ? width / 2 : width * 0.7, y, r: house }
    return {
      width,
      height,
      isSmall,
      circles: { house: center, ...(only === undefined ? {} : { [only]: { x: width * 0.3 - gap, y, r } }) }
    }
  }
  const above = { x: width / 2, y: r + captionHeight, r }
  return {
    width,
    height,
    isSmall,
    circles: {
      house: { x: width / 2, y, r: house },
      ...(has("grid") ? { grid: left } : {}),
      ...(has("battery") ? { battery: right } : {}),
      ...(has("solar") ? { solar: isTall ? above : has("grid") ? right : left } : {})
    }
  }
}

/** The straight way from the edge of one circle to the edge of another. */
export const wayBetween = (
  one: Circle,
  other: Circle
): readonly [x1: number, y1: number, x2: number, y2: number] => {
  const [dx, dy] = [other.x - one.x, other.y - one.y]
  const length = Math.hypot(dx, dy)
  const from = (one.r + gap) / length
  const to = 1 - (other.r + gap) / length
  return [one.x + from * dx, one.y + from * dy, one.x + to * dx, one.y + to * dy]
}
