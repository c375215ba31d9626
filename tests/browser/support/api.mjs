// The server's own word, asked for outside of any browser.

/** Somebody signed in at the API. */
export class Api {
  /**
   * @param {string} url of the server
   * @param {string} login
   */
  static async signIn(url, login, password = "holdfast") {
    const api = new Api();
    api.url = `${url}/api/v1`;
    api.session = await api.#ask("POST", "session", { login, password });
    return api;
  }

  get person() {
    return this.session.person;
  }

  /** Rules and people. */
  reference() {
    return this.#ask("GET", "reference");
  }

  /** A ticket's header. */
  ticket(id) {
    return this.#ask("GET", `tickets/${id}`);
  }

  /** The views that this person has. */
  async views() {
    return (await this.#ask("GET", "views")).views;
  }

  /** A page of headers. */
  async tickets(query) {
    return (await this.#ask("GET", `tickets?${query}`)).tickets;
  }

  /** A ticket's recorded events, in order. */
  async history(id) {
    return (await this.#ask("GET", `tickets/${id}/history`)).events;
  }

  /** A ticket's clocks as they are now. */
  async clocks(id) {
    return (await this.#ask("GET", `tickets/${id}/clocks`)).clocks;
  }

  /** A page of the whole history after a cursor. */
  pull(after) {
    return this.#ask("GET", `pull?after=${after}&limit=1000`);
  }

  /** How many events the server has. */
  async head() {
    return (await this.#ask("GET", "pull?after=0&limit=1")).head;
  }

  /** Sends events as a device does; the answers. */
  async push(events) {
    const { epoch } = await this.#ask("GET", "pull?after=0&limit=1");
    return (await this.#ask("POST", "push", { epoch, events })).answers;
  }

  /** Raises a ticket; its header. */
  raise(ticket) {
    return this.#ask("POST", "tickets", ticket);
  }

  /** Puts something in the place of what is there. */
  put(path, body) {
    return this.#ask("PUT", path, body);
  }

  /** Ends the session, the refresh token with it. */
  end() {
    return this.#ask("DELETE", "session", { refresh_token: this.session.refresh_token });
  }

  async #ask(method, path, body) {
    const headers = { "content-type": "application/json" };
    if (this.session) headers.authorization = `Bearer ${this.session.access_token}`;
    const answer = await fetch(`${this.url}/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }
}
