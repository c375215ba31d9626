// What a measurement began is undone when it is over, the last first.

export class Scope {
  #undo = [];
  after = (undo) => this.#undo.push(undo);

  async end() {
    for (const undo of this.#undo.reverse()) await undo();
  }

  /** Does something in a scope of its own. */
  static async within(work) {
    const scope = new Scope();
    try {
      return await work(scope);
    } finally {
      await scope.end();
    }
  }
}
