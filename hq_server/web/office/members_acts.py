"""What head office does with one member: freeze, consent, profile, merge; and tags of many."""

from typing import Annotated

import msgspec

from foundation.http_api.route import Call, Id
from foundation.http_api.show import show, show_all
from hq_server.head_office import limits, members_state, merging, merging_undo, tags
from hq_server.head_office import members_limits as bounds
from hq_server.head_office.values import business_day
from hq_server.web.office.act_lines import ActLine, numbered
from hq_server.web.office.work import MEMBERS, SEE, Done, Work, route

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE)]
_Value = Annotated[str, msgspec.Meta(max_length=bounds.PROFILE_VALUE)]
_FieldName = Annotated[str, msgspec.Meta(max_length=40)]
TAG = r"^[^\x00-\x1f\x7f/]{1,20}$"


class FreezeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Freeze a member's value, or thaw it, and why."""

    frozen: bool
    reason: Reason


class CardBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card is lost, or found again, and why that is believed. ``card``: its keyed hash, as the account tells it."""

    card: Id
    lost: bool
    reason: Reason


class ConsentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a consent is withdrawn."""

    reason: Reason


class ProfileBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields of the profile and what they shall say; "" empties one. The chain's own are named ``x_<name>``."""

    fields: Annotated[dict[_FieldName, _Value], msgspec.Meta(min_length=1, max_length=40)]


class Changed(msgspec.Struct, frozen=True):
    """How many fields say something else now."""

    changed: int


class Past(msgspec.Struct, frozen=True):
    """What a field said before; ``branch``: that replaced it, "" head office; ``at`` ms."""

    field: str
    version: int
    value: str
    branch: str
    at: int


class ProfileHistory(msgspec.Struct, frozen=True):
    """What a profile said before, newest first."""

    history: list[Past]


class MergeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The member who goes on."""

    into: Id


class MergePreview(msgspec.Struct, frozen=True):
    """What a merge brings together: of the one merged; ``fields``: that the other lacks and takes over.

    ``before``: members merged into it before; ``tier``, ``frozen``: of the one who goes on, afterwards.
    ``discrepancies``: that are resolved by it.
    """

    balances: dict[str, int]
    lots: int
    cards: int
    entitlements: int
    branches: list[str]
    fields: list[str]
    before: int
    tier: str
    frozen: bool
    discrepancies: int


class MergeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who goes on, and why both are one person."""

    into: Id
    reason: Reason


class UnmergePreview(msgspec.Struct, frozen=True):
    """What taking a merge back changes. ``merged``: the one merged, ``keeper``: who went on; balances: afterwards.

    ``used``: what the keeper's acts took out of the merged one's value since, net; it is not given back; ``acts``: the
    last of them. ``fields`` are emptied at the keeper, ``fields_kept`` were edited since and stay. ``tier`` and
    ``frozen``: of the keeper, ``merged_frozen``: of the other, afterwards. ``doubles``: discrepancies that stand again.
    """

    merged: Id
    keeper: Id
    keeper_name: str
    by: str
    at: int
    reason: str
    balances: dict[str, int]
    keeper_balances: dict[str, int]
    used: dict[str, int]
    acts: list[ActLine]
    cards: int
    fields: list[str]
    fields_kept: list[str]
    tags: list[str]
    tier: str
    tier_changes: bool
    frozen: bool
    merged_frozen: bool
    before: int
    doubles: int


class UnmergeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why they are two people."""

    reason: Reason


class Unmerged(msgspec.Struct, frozen=True):
    """Who had gone on."""

    keeper: Id


class Tag(msgspec.Struct, frozen=True):
    """A tag, what it is for, and how many members have it."""

    tag: str
    note: str
    members: int
    made_by: str
    made_at: int


class Tags(msgspec.Struct, frozen=True):
    """All tags by name."""

    tags: list[Tag]


class TagBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tag is for."""

    note: Annotated[str, msgspec.Meta(max_length=limits.NOTE)] = ""


class TaggedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members who get a tag, or lose it."""

    members: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=bounds.TAGGED)]
    tagged: bool


def set_frozen(work: Work, call: Call) -> Done:
    """Freeze or thaw."""
    body: FreezeBody = call.body
    act, day = work.act(call), business_day(call.now)
    members_state.set_frozen(work.conn, act, call.id("member"), body.reason, day, frozen=body.frozen)
    return Done()


def set_card(work: Work, call: Call) -> Done:
    """Report a card lost or found."""
    body: CardBody = call.body
    act, day = work.act(call), business_day(call.now)
    card = bytes.fromhex(body.card)
    members_state.set_card(work.conn, act, call.id("member"), card, body.reason, day, lost=body.lost)
    return Done()


def withdraw_consent(work: Work, call: Call) -> Done:
    """Note that a member agrees no more."""
    day = business_day(call.now)
    members_state.withdraw_consent(work.conn, work.act(call), call.id("member"), call.body.reason, day)
    return Done()


def put_profile(work: Work, call: Call) -> Changed:
    """Write profile fields."""
    act, day = work.act(call), business_day(call.now)
    member, values = call.id("member"), call.body.fields
    return Changed(members_state.edit_profile(work.conn, act, member, values, day, lambda: work.random_bytes(16)))


def get_history(work: Work, call: Call) -> ProfileHistory:
    """What the profile said before."""
    return ProfileHistory(show_all(members_state.history(work.conn, call.id("member")), Past))


def preview_merge(work: Work, call: Call) -> MergePreview:
    """What a merge would do."""
    into = bytes.fromhex(call.query.into)
    return show(merging.preview(work.conn, call.id("member"), into), MergePreview)


def merge_members(work: Work, call: Call) -> Done:
    """Merge two entries of one person."""
    body: MergeBody = call.body
    act, day, into = work.act(call), business_day(call.now), bytes.fromhex(call.body.into)
    merging.merge(work.conn, act, call.id("member"), into, body.reason, day, lambda: work.random_bytes(16))
    return Done()


def preview_unmerge(work: Work, call: Call) -> UnmergePreview:
    """What taking a merge back would do."""
    told = merging_undo.preview(work.conn, call.id("member"))
    (name,) = work.conn.execute("SELECT masked_name FROM members WHERE member = ?", (told.keeper,)).fetchone()
    ids = {"merged": told.merged.hex(), "keeper": told.keeper.hex(), "keeper_name": name}
    lists = {name: list(getattr(told, name)) for name in ("fields", "fields_kept", "tags")}
    return UnmergePreview(**{**told._asdict(), **ids, **lists, "acts": numbered(work.conn, told.acts)})


def unmerge_members(work: Work, call: Call) -> Unmerged:
    """Take a merge back."""
    act, day, reason = work.act(call), business_day(call.now), call.body.reason
    keeper = merging_undo.unmerge(work.conn, act, call.id("member"), reason, day, lambda: work.random_bytes(16))
    return Unmerged(keeper.hex())


def list_tags(work: Work, _call: Call) -> Tags:
    """All tags."""
    return Tags(show_all(tags.every(work.conn), Tag))


def put_tag(work: Work, call: Call) -> Done:
    """Make a tag."""
    tags.put(work.conn, work.act(call), call.params["tag"], call.body.note)
    return Done()


def drop_tag(work: Work, call: Call) -> Done:
    """Take a tag away from everybody."""
    tags.drop(work.conn, work.act(call), call.params["tag"])
    return Done()


def tag_members(work: Work, call: Call) -> Changed:
    """Give members a tag, or take it."""
    body: TaggedBody = call.body
    do = tags.give if body.tagged else tags.take
    members = [bytes.fromhex(member) for member in body.members]
    return Changed(do(work.conn, work.act(call), call.params["tag"], members))


_TAG = {"tag": TAG}

ROUTES = (
    route(
        "POST /members/{member}/freeze",
        "freezeMember",
        "Freeze or thaw",
        Done,
        set_frozen,
        body=FreezeBody,
        roles=MEMBERS,
    ),
    route(
        "POST /members/{member}/cards",
        "setCard",
        "Report a card lost, or found again",
        Done,
        set_card,
        body=CardBody,
        roles=MEMBERS,
    ),
    route(
        "POST /members/{member}/consent/withdraw",
        "withdrawConsent",
        "Note that a member agrees to the privacy terms no more",
        Done,
        withdraw_consent,
        body=ConsentBody,
        roles=MEMBERS,
    ),
    route(
        "PUT /members/{member}/profile",
        "putProfile",
        "Write fields",
        Changed,
        put_profile,
        body=ProfileBody,
        roles=MEMBERS,
    ),
    route(
        "GET /members/{member}/profile/history",
        "getProfileHistory",
        "What the profile said before",
        ProfileHistory,
        get_history,
        roles=SEE,
    ),
    route(
        "GET /members/{member}/merge",
        "previewMerge",
        "What a merge would do",
        MergePreview,
        preview_merge,
        query=MergeQuery,
        roles=SEE,
    ),
    route("POST /members/{member}/merge", "mergeMembers", "Merge", Done, merge_members, body=MergeBody, roles=MEMBERS),
    route(
        "GET /members/{member}/unmerge",
        "previewUnmerge",
        "What taking a merge back would do",
        UnmergePreview,
        preview_unmerge,
        roles=SEE,
    ),
    route(
        "POST /members/{member}/unmerge",
        "unmergeMembers",
        "Take a merge back",
        Unmerged,
        unmerge_members,
        body=UnmergeBody,
        roles=MEMBERS,
    ),
    route("GET /member-tags", "listTags", "Tags", Tags, list_tags, roles=SEE),
    route("PUT /member-tags/{tag}", "putTag", "Make one", Done, put_tag, body=TagBody, params=_TAG, roles=MEMBERS),
    route("DELETE /member-tags/{tag}", "dropTag", "Take one away", Done, drop_tag, params=_TAG, roles=MEMBERS),
    route(
        "POST /member-tags/{tag}/members",
        "tagMembers",
        "Give members a tag",
        Changed,
        tag_members,
        body=TaggedBody,
        params=_TAG,
        roles=MEMBERS,
    ),
)
