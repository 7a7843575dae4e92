"""One file per page family; each function reads the request, calls one use case, shows it."""


def load() -> None:
    """Import every view, so that its routes are on the blueprint."""
    from registry.web.views import (  # noqa: F401
        about,
        account,
        audit,
        catalog,
        compare,
        contract,
        drift,
        federation,
        gate,
        home,
        merge,
        notifications,
        ownership,
        problems,
        publish,
        runs,
        sharing,
        sign_in,
        tags,
        tokens,
        trend,
        triggers,
        users,
        uses,
        version,
        waivers,
    )
