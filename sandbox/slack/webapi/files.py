"""files.*: the upload in three steps, and what became of it."""

from collections.abc import Mapping
from dataclasses import replace

from sandbox.slack.block_kit.surface import check_message, with_ids
from sandbox.slack.messages import File, Message
from sandbox.slack.refusal import Refusal, refusal_of
from sandbox.slack.webapi.channels import seen
from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.wire import Json, Wire
from sandbox.slack.workspace import Workspace

SNIPPET_BYTES = 1_000_000


def upload_url(site: Site, args: Arguments) -> Json:
    workspace = site.workspace
    size = args.number("length", 0)
    if size < 1:
        raise refusal_of("invalid_arguments", ["must be more than 0 [json-pointer:/length]"])
    if args.text("snippet_type") and size > SNIPPET_BYTES:
        raise Refusal("file_upload_size_restricted")
    name = args.text("filename")
    file_id = "F" + workspace.stamp().replace(".", "")[-10:]
    with workspace.changing():
        alt = args.text("alt_txt")
        workspace.files[file_id] = File(file_id, name, name, workspace.setup.bot_user, size, alt=alt)
    return {"ok": True, "upload_url": f"{site.http_url}/upload/v1/{file_id}", "file_id": file_id}


def take(workspace: Workspace, file_id: str, content: bytes) -> str:
    """Keep the bytes posted to the upload URL, and answer as Slack's file server does."""
    with workspace.changing():
        file = workspace.files.get(file_id)
        if file is None or file.content is not None:
            raise Refusal("upload_url_not_found")
        if len(content) != file.size:
            raise Refusal("upload_size_mismatch")
        workspace.files[file_id] = replace(file, content=content)
    return f"OK - {len(content)}"


def complete(site: Site, args: Arguments) -> Json:
    workspace = site.workspace
    asked = _asked(args)
    found = [_uploaded(workspace, one) for one in asked]
    word = args.text("channel_id") or args.text("channels")
    channels = (_shareable(site, word),) if word else ()
    done = [replace(file, channels=channels, complete=True) for file in found]
    with workspace.changing():
        workspace.files.update({file.id: file for file in done})
    for channel in channels:
        _share(site, args, channel, done)
    return {"ok": True, "files": [file_wire(site, file) for file in done]}


def info(site: Site, args: Arguments) -> Json:
    file = site.workspace.files.get(args.text("file"))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return {"ok": True, "file": file_wire(site, file)}


def file_wire(site: Site, file: File) -> Json:
    setup = site.workspace.setup
    kind = file.name.rpartition(".")[2] if "." in file.name else "text"
    address = f"{site.http_url}/files-pri/{setup.team_id}-{file.id}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.size,
        "filetype": kind,
        "user": file.user,
        "mode": "hosted",
        "is_external": False,
        "channels": [one for one in file.channels if one.startswith("C")],
        "ims": [one for one in file.channels if one.startswith("D")],
        "url_private": f"{address}/{file.name}",
        "url_private_download": f"{address}/download/{file.name}",
        "permalink": f"{setup.team_url()}files/{file.user}/{file.id}/{file.name}",
    }


def _asked(args: Arguments) -> list[Json]:
    asked = args.json("files", "invalid_arguments")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) and "id" in one for one in asked):
        raise refusal_of("invalid_arguments", ["must provide files with an id [json-pointer:/files]"])
    return asked


def _uploaded(workspace: Workspace, asked: Mapping[str, Wire]) -> File:
    file = workspace.files.get(str(asked["id"]))
    if file is None or file.content is None or file.complete:
        raise Refusal("file_not_found")
    return replace(file, title=str(asked.get("title") or file.name))


def _shareable(site: Site, word: str) -> str:
    """Return the channel's id; sharing needs membership, whatever ``chat:write.public`` allows."""
    channel = seen(site, word)
    if channel.is_archived:
        raise Refusal("is_archived")
    if site.workspace.setup.bot_user not in channel.members:
        raise Refusal("not_in_channel")
    if channel.is_read_only:
        raise Refusal("posting_to_channel_denied")
    return channel.id


def _share(site: Site, args: Arguments, channel: str, files: list[File]) -> None:
    workspace = site.workspace
    blocks = args.json("blocks", "invalid_blocks_format") or []
    check_message(blocks, workspace.setup.extra_blocks)
    workspace.keep(
        Message(
            channel=channel,
            ts=workspace.stamp(),
            user=workspace.setup.bot_user,
            text=args.text("initial_comment"),
            blocks=with_ids(blocks),
            thread_ts=args.text("thread_ts") or None,
            files=tuple(file.id for file in files),
        )
    )


_COMPLETE = ("channel_id", "channels", "initial_comment", "thread_ts", "blocks")
METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(
        upload_url, ("filename", "length"), ("alt_txt", "snippet_type"), "files:write"
    ),
    "files.completeUploadExternal": Method(complete, ("files",), _COMPLETE, "files:write"),
    "files.info": Method(info, ("file",), ("cursor", "limit", "count", "page"), "files:read"),
}
