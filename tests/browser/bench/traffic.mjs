// What a page's requests bring over the network, as the browser counts it.

/** Everything that a page asks for from now on. */
export class Traffic {
  /** In the order in which they were asked: `{ path, search, method, body, bytes }`, and `is_whole` when all of it has come. */
  requests = [];

  static async of(page) {
    const traffic = new Traffic();
    const network = await page.context().newCDPSession(page);
    const byId = new Map();
    network.on("Network.requestWillBeSent", ({ requestId, request: { url, method, postData } }) => {
      const { pathname: path, search } = new URL(url);
      const request = { path, search, method, body: postData, bytes: 0 };
      byId.set(requestId, request);
      traffic.requests.push(request);
    });
    network.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
      const request = byId.get(requestId);
      if (request) request.bytes += Math.max(0, encodedDataLength);
    });
    // Head and body together, which is what counts in the end.
    network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const request = byId.get(requestId);
      if (request) Object.assign(request, { bytes: encodedDataLength, is_whole: true });
    });
    await network.send("Network.enable", { maxPostDataSize: 1 << 20 });
    return traffic;
  }

  /** How many bytes have come so far, of the requests that are wanted. */
  bytes(wanted = () => true) {
    return this.requests.filter(wanted).reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
