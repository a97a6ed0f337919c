// What a field offers: its own options, or people, channels and conversations of the workspace.

import { text } from "./texts.js";

export function options(element, context) {
  const one = (option) => ({
    value: option.value,
    text: text(option.text, context.reader),
    description: option.description && text(option.description, context.reader),
  });
  if (!element.option_groups) return (element.options ?? []).map(one);
  return element.option_groups.map((each) => ({ label: each.label.text, options: each.options.map(one) }));
}

export function people(_element, context) {
  return context.reader.people.map((person) => ({ value: person.id, text: [person.real_name] }));
}

export function channels(_element, context) {
  const open = context.reader.channels.filter((channel) => !channel.is_im && !channel.is_private);
  return open.map((channel) => ({ value: channel.id, text: [`#${channel.name}`] }));
}

export function conversations(element, context) {
  const wanted = element.filter?.include ?? ["public", "private", "im"];
  const kind = (channel) => (channel.is_im ? "im" : channel.is_private ? "private" : "public");
  const fits = (channel) =>
    wanted.includes(kind(channel)) && !(element.filter?.exclude_external_shared_channels && channel.is_shared);
  const found = context.reader.channels.filter((channel) => fits(channel) && !channel.is_archived);
  return found.map((channel) => ({ value: channel.id, text: [`${channel.is_im ? "@" : "#"}${channel.name}`] }));
}
