/** Names of items as titles: the file's name, with its folder dimmed. */
import type { ItemName } from "../../batch/Result.ts";
import { type Html, html, name } from "./Html.ts";

const pathName = (path: string, most: number): Html => {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  return end === 0 || end === path.length
    ? name(path, most)
    : html`<bdi><span class="folder">${path.slice(0, end).slice(-most)}</span>${name(path.slice(end), most)}</bdi>`;
};

/** A pair has the sign between its names that its program's title has. */
export const titleHtml = (item: ItemName, title: string, most = 300): Html => {
  if (typeof item === "string") return pathName(item, most);
  const isWhole = title.startsWith(item.a) && title.endsWith(item.b);
  const sign = isWhole ? title.slice(item.a.length, title.length - item.b.length).trim() : "";
  return html`${pathName(item.a, most)} <span class="folder">${sign === "" ? ":" : sign}</span> ${pathName(item.b, most)}`;
};
