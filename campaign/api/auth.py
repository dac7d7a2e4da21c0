"""In whose name a program calls: the secret that it sends as `Authorization: Bearer …` (RFC 6750)."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, g, request
from werkzeug.datastructures import WWWAuthenticate

from campaign.domain.permission import Permission, permits
from campaign.services import api_tokens

P = ParamSpec("P")
R = TypeVar("R")


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let programs call this view whose secret belongs to a member that has the permission in this campaign.

    Without a secret that holds the answer is 401, in another campaign 404, without the permission 403.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            member = api_tokens.member_of(_token(), now=datetime.now(UTC))
            if member is None:
                abort(401, www_authenticate=WWWAuthenticate("bearer"))
            if member.campaign.slug != kwargs["campaign"]:
                abort(404)
            if not permits(member.role, permission):
                abort(403)
            g.member = member
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]  # read by the tests
        return guarded

    return decorate


def _token() -> str:
    sent = request.authorization
    return sent.token if sent is not None and sent.type == "bearer" and sent.token else ""
