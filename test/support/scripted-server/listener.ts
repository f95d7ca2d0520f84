/** The server's port, which can be closed and reopened. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Listener {
  readonly port: number;
  /** Closes all connections and refuses new ones, for a time or until `accept`. */
  readonly refuse: (ms?: number) => Promise<void>;
  readonly accept: () => Promise<void>;
  /** Closes it permanently. */
  readonly close: () => Promise<void>;
}

const opened = async (handle: RequestListener, port: number): Promise<Server> => {
  const server = createServer(handle);
  await new Promise<void>((ready, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", ready);
  });
  return server;
};

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

/** Listens on a port of 127.0.0.1; 0 for any free one. */
export const listen = async (handle: RequestListener, wanted: number): Promise<Listener> => {
  let server: Server | undefined = await opened(handle, wanted);
  let later: ReturnType<typeof setTimeout> | undefined;
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    clearTimeout(later);
    const closing = server;
    server = undefined;
    if (closing !== undefined) await closed(closing);
  };
  const accept = async () => {
    clearTimeout(later);
    server ??= await opened(handle, port);
  };
  return {
    port,
    refuse: async (ms) => {
      await close();
      if (ms !== undefined) later = setTimeout(() => void accept(), ms);
    },
    accept,
    close,
  };
};
