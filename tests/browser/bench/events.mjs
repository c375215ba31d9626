// What somebody does in a very long time with no network: 10,000 events, ten on each of a thousand tickets.

import { randomBytes } from "node:crypto";

export const EVENTS = 10_000;
export const TICKETS = 1_000;
const EACH = EVENTS / TICKETS;

const SAID = "went through the log again; the tunnel drops when the lease is renewed, replaced the cable";

/**
 * The events, as a device sends them: a ticket is assigned, then it gets notes and replies.
 * @param {{device: string, by: string, agents: string[], tickets: {id: string, team?: string}[], from: number}} who
 *   `from` is the instant of the first, in milliseconds
 */
export function madeEvents({ device, by, agents, tickets, from }) {
  return Array.from({ length: EVENTS }, (_, at) => {
    const ticket = tickets[at % TICKETS];
    const round = Math.floor(at / TICKETS);
    const instant = new Date(from + at).toISOString();
    return {
      stamp: { device, device_seq: at + 1, occurred_at: instant, offset_ms: 0 },
      event: { id: eventId(from + at), ticket: ticket.id, by, at: instant, changes: [change(ticket, round, at, agents)] },
    };
  });
}

function change(ticket, round, at, agents) {
  if (round === 0) return { kind: "assigned", team: ticket.team ?? null, agent: agents[at % agents.length] };
  return { kind: round % 3 ? "noted" : "replied", text: `Visit ${round} of ${EACH - 1}: ${SAID}` };
}

/** A UUID of version 7, as devices make them. */
function eventId(instant) {
  const hex = instant.toString(16).padStart(12, "0") + "7" + randomBytes(10).toString("hex").slice(1);
  const variant = "89ab"[Number.parseInt(hex[16], 16) % 4];
  const whole = hex.slice(0, 16) + variant + hex.slice(17);
  return [whole.slice(0, 8), whole.slice(8, 12), whole.slice(12, 16), whole.slice(16, 20), whole.slice(20, 32)].join("-");
}
