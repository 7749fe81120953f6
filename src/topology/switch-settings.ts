// What can be said about a switch and its ports, as plain data. Defaults stand here and nowhere else.

/** Settings of a switch. */
export interface SwitchSettings {
  /** Most addresses that the table holds; frames from others are still forwarded, and counted `macsRefused`. */
  readonly macLimit: number;
  /** An address is forgotten when nothing came from it for so long. */
  readonly ageingSeconds: number;
  /**
   * The group addresses that IEEE 802.1Q reserves for what a bridge keeps to itself, 01-80-C2-00-00-00 to -0F (STP,
   * pause, LACP, EAPOL, LLDP): a lab wants them passed on, a real switch filters them.
   */
  readonly reserved: 'forward' | 'filter';
  /**
   * Storm guard, in frames per second that come in at a port; a burst of a second's worth passes; undefined: none.
   * Broadcasts are those to ff:ff:ff:ff:ff:ff, unknown are those to one address that is not in the table.
   */
  readonly stormBroadcast?: number | undefined;
  readonly stormUnknown?: number | undefined;
}

/** Settings of a port of a switch. Without `access` and `trunk` it carries all frames as they are. */
export interface PortSettings {
  /**
   * Frames without a tag, or with one of VLAN 0, belong to this VLAN; a tag of just this VLAN is taken, too. All leave
   * without it.
   */
  readonly access?: number | undefined;
  /** Tagged frames of these VLANs pass; without `native`, also those without a tag, to where there is no VLAN either. */
  readonly trunk?: readonly VlanRange[] | 'all' | undefined;
  /** On a trunk: frames without a tag belong to this VLAN, whether it is listed or not, and leave without one. */
  readonly native?: number | undefined;
  /** With `access`: frames get this tag in front whatever tags they have, and lose it on the way out (802.1ad, QinQ). */
  readonly tunnel?: boolean | undefined;
  /** Isolated ports do not reach each other. */
  readonly isolated?: boolean | undefined;
}

/** First and last VLAN. */
export type VlanRange = readonly [first: number, last: number];

/** A switch about which nothing is said. */
export const DEFAULT_SWITCH: SwitchSettings = { macLimit: 16_384, ageingSeconds: 300, reserved: 'forward' };

/** A port about which nothing is said. */
export const DEFAULT_PORT: PortSettings = {};
