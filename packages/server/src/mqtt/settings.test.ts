import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { mqttConfigOf, mqttRaw } from "./settings.ts"

const read = (env: Record<string, string>) =>
  mqttRaw.parse(ConfigProvider.fromEnvRecord(env)).pipe(Effect.orDie, Effect.flatMap(mqttConfigOf))

describe("the settings of MQTT", () => {
  it.effect("start the broker inside on its usual port, which may be taken", () =>
    Effect.gen(function* () {
      const config = yield* read({})
      assert.deepStrictEqual(config, {
        port: 1883,
        isPortChosen: false,
        external: undefined,
        homeAssistant: undefined,
        auth: undefined
      })
      assert.isTrue((yield* read({ WATTKIT_MQTT_PORT: "1883" })).isPortChosen)
      assert.strictEqual((yield* read({ WATTKIT_MQTT_PORT: "0" })).port, 0)
      assert.isUndefined((yield* read({ WATTKIT_MQTT_PORT: "off" })).port)
    })
  )

  it.effect("leave the port to another broker when there is one, unless both are wanted", () =>
    Effect.gen(function* () {
      const env = { WATTKIT_MQTT_URL: "mqtt://h", WATTKIT_MQTT_KEY: "k", WATTKIT_MQTT_TOPICS: "a/#, b ," }
      const { external, port } = yield* read(env)
      assert.isUndefined(port)
      assert.deepStrictEqual(external?.topics, ["a/#", "b"])
      assert.strictEqual(external?.clientId, "wattkit")
      assert.strictEqual((yield* read({ ...env, WATTKIT_MQTT_PORT: "1884" })).port, 1884)
    })
  )

  it.effect("let another broker ask with a secret that is none of the short ones", () =>
    Effect.gen(function* () {
      const { auth } = yield* read({ WATTKIT_MQTT_AUTH_SECRET: "0123456789abcdef" })
      assert.strictEqual(auth?.tenantId, "default")
      assert.strictEqual(auth === undefined ? "" : Redacted.value(auth.secret), "0123456789abcdef")
    })
  )

  it.effect("say what cannot be", () =>
    Effect.gen(function* () {
      for (const [env, words] of [
        [{ WATTKIT_MQTT_PORT: "no" }, 'WATTKIT_MQTT_PORT is "no"'],
        [{ WATTKIT_MQTT_PORT: "65536" }, "a number from 0 to 65535"],
        [{ WATTKIT_MQTT_URL: "mqtt://h" }, "needs WATTKIT_MQTT_KEY"],
        [
          { WATTKIT_MQTT_URL: "x", WATTKIT_MQTT_KEY: "k", WATTKIT_MQTT_TOPICS: "a#" },
          'WATTKIT_MQTT_TOPICS is "a#"'
        ],
        [{ WATTKIT_MQTT_AUTH_SECRET: "short" }, "16 characters"],
        [
          { WATTKIT_MQTT_AUTH_SECRET: "0123456789abcdef", WATTKIT_MQTT_AUTH_TENANT: "a/b" },
          "the id of a tenant"
        ]
      ] as const) {
        const { message } = yield* Effect.flip(read(env))
        assert.include(message, words)
      }
    })
  )
})
