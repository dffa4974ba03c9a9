import { forgotScreen } from "./ForgotScreen.ts"
import type { Gate, Place, Screen } from "./Gate.ts"
import { keyScreen } from "./KeyScreen.ts"
import { passwordScreen } from "./PasswordScreen.ts"
import { registerScreen } from "./RegisterScreen.ts"

/** Every screen one comes to without a link. */
export const screens: { readonly [place in Place]: (gate: Gate) => Screen } = {
  password: passwordScreen,
  key: keyScreen,
  forgot: forgotScreen,
  register: registerScreen
}
