// Who looks at what stands in the address, so that two windows can be two people: #ann/C0COMPLY01/1700000000.000001

export function address() {
  const [user = "", place = "", thread = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { user, place, thread };
}

export function link({ user, place, thread }) {
  return `#${[user, place, thread].filter(Boolean).join("/")}`;
}

export function go(to) {
  location.hash = link(to);
}
