// Headers as the app packs them (docs/storage.md), told a second time.

const KINDS = ["new", "open", "pending", "on_hold", "resolved", "closed"];

/** What a record says: `[ticket, header]`, in the order in which it was written; no header where the ticket is gone. */
export function unpacked(record) {
  if (record[0] !== 2) throw new Error(`a record of version ${record[0]}`);
  const reader = new Reader(record.subarray(1, -4));
  const words = reader.list(() => reader.text());
  const ids = reader.list(() => reader.uuid());
  const word = () => words[reader.number()];
  const id = () => ids[reader.number()];
  const kind = () => KINDS[reader.number()];
  const mark = () => {
    const what = [
      () => ({ status: kind() }),
      () => ({ status_by_requester: kind() }),
      () => ({ priority: word() }),
      () => "answered",
      () => "asked",
      () => ({ team_was: reader.maybe(id) }),
      () => ({ category_was: reader.maybe(word) }),
      () => ({ site_was: reader.maybe(word) }),
      () => ({ tags_was: reader.list(word) }),
    ];
    return what[reader.number()]();
  };
  const header = (ticket) => {
    const facts = {
      id: ticket,
      number: reader.maybe(() => reader.number()),
      requester: id(),
      channel: word(),
      status: word(),
      kind: kind(),
      priority: word(),
      category: reader.maybe(word),
      team: reader.maybe(id),
      agent: reader.maybe(id),
      site: reader.maybe(word),
      asset: reader.maybe(word),
      tags: reader.list(word),
    };
    const created = reader.signed();
    const updated = created + reader.signed();
    const counts = { replies: reader.number(), reopenings: reader.number(), reassignments: reader.number() };
    const flags = { needs_update: reader.number() === 1, deleted: reader.number() === 1 };
    const subject = reader.text();
    let at = created;
    const marks = reader.list(() => ({ at: instant((at += reader.signed())), is: mark() }));
    return { ...facts, subject, created_at: instant(created), updated_at: instant(updated), ...counts, ...flags, marks };
  };
  return reader.list(() => {
    const ticket = reader.uuid();
    return [ticket, reader.number() > 0 ? header(ticket) : undefined];
  });
}

const instant = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");

/** Reads what postcard writes. */
class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  number() {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error("it ends too early");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  signed() {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  maybe(read) {
    return this.number() === 1 ? read() : undefined;
  }

  list(read) {
    return Array.from({ length: this.number() }, read);
  }

  text() {
    return Buffer.from(this.#take(this.number())).toString("utf8");
  }

  uuid() {
    const hex = Buffer.from(this.#take(16)).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  #take(length) {
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }
}
