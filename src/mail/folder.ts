import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import type { Receipt } from "../domain/delivery.ts";
import type { Mailer, Message } from "../domain/mailer.ts";

/**
 * Mail as files: `<folder>/<id>.eml`, the envelope in `X-Envelope-From` and `X-Envelope-To` on top. A file is
 * there whole or not at all, and one that is written again is replaced. A disk that refuses is a server that is not
 * there: the mail waits.
 */
export function folderMailer(folder: string): Mailer {
  return {
    name: `folder ${folder}`,
    connections: 4,
    send: async (message): Promise<Receipt> => {
      try {
        await put(folder, `${message.id}.eml`, Buffer.concat([envelope(message), ...message.pieces]));
        return { kind: "sent", code: "250 2.0.0 kept in a folder" };
      } catch (trouble) {
        return { kind: "unavailable", code: messageOf(trouble) };
      }
    },
    close: async () => {},
  };
}

function envelope({ from, to }: Message): Buffer {
  const line = (address: string) => address.replace(/[\p{Cc}<>]/gu, "");
  return Buffer.from(`X-Envelope-From: <${line(from)}>\r\nX-Envelope-To: <${line(to)}>\r\n`);
}

async function put(folder: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const half = `${path}.part`;
  const file = await open(half, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
  await syncFolder(folder);
}

/** Makes the new name durable. Some file systems cannot; the file itself is safe by then. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().catch(() => {});
  await handle.close();
}
