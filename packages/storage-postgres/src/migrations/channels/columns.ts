/**
 * What a reading says, as columns; columns of eight bytes come first, so that no row loses bytes to
 * alignment.
 */
export const saidColumns = `
  power_w double precision,
  import_wh double precision,
  export_wh double precision,
  import_delta_wh double precision,
  export_delta_wh double precision,
  voltage_v double precision,
  current_a double precision,
  frequency_hz double precision,
  power_factor double precision,
  temperature_c double precision,
  state_of_charge_pct double precision,
  since timestamptz,
  extra jsonb`
